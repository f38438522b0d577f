# SPDX-License-Identifier: BSD-3-Clause
"""Batch layers: the samples of a batch share statistics."""

import sys
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils import fusion

from ._base import ChannelNormalNorm
from ._docs import documented

_SHARED = (
    "In training the values of a channel share mean, variance and lambda; in evaluation these are "
    "the running ones, or those of the batch if there are none."
)
# These functions ask for no class; the frame of a caller tells that it is one of them.
_FUSIONS = [f.__code__ for f in (fusion.fuse_conv_bn_eval, fusion.fuse_linear_bn_eval)]
_CONVERT_SYNC = nn.SyncBatchNorm.convert_sync_batchnorm.__func__.__code__


class _BatchNormalNorm(ChannelNormalNorm, _BatchNorm):
    def _forward(self, input: Tensor) -> Tensor:
        self._check_input_dim(input)
        return self._normalize_channels(input, batch=True)

    @property
    def eps(self) -> float:  # type: ignore[override]
        """What is added to the variance.

        Raises
        ------
        TypeError
            If `torch.nn.utils.fusion` asks: it would fold the layer into a convolution without its
            transform.
        """
        if not torch.compiler.is_compiling() and sys._getframe(1).f_code in _FUSIONS:
            raise TypeError(
                f"{type(self).__name__} cannot be folded into the layer before it: its transform "
                "is not linear; leave it out of the fusion, or call revert_batchnorm first, which "
                "drops the transform"
            )
        return self._eps

    @eps.setter
    def eps(self, value: float) -> None:
        self._eps = value

    def named_children(self) -> Iterator[tuple[str, nn.Module]]:
        """Return an iterator over the modules of this module, of which there are none.

        Returns
        -------
        iterator of (str, Module)
            The iterator.

        Raises
        ------
        TypeError
            If `SyncBatchNorm.convert_sync_batchnorm` asks: it would make an ordinary batch norm of
            this module, without its transform and its noise.
        """
        if sys._getframe(1).f_code is _CONVERT_SYNC:
            raise TypeError(
                f"SyncBatchNorm would lose the transform of {type(self).__name__}; call "
                "bellshape.nn.convert_sync_batchnorm, which converts all batch norms, or "
                "revert_batchnorm first if that is what you want"
            )
        return super().named_children()


@documented(_SHARED)
class BatchNormalNorm1d(_BatchNormalNorm):
    """Batch normality normalization of (N, C) or (N, C, L).

    Examples
    --------
    >>> import torch
    >>> norm = BatchNormalNorm1d(3)
    >>> norm(torch.randn(8, 3)).shape
    torch.Size([8, 3])
    """

    _dims = (2, 3)


@documented(_SHARED)
class BatchNormalNorm2d(_BatchNormalNorm):
    """Batch normality normalization of (N, C, H, W).

    Examples
    --------
    >>> import torch
    >>> norm = BatchNormalNorm2d(3)
    >>> norm(torch.randn(8, 3, 5, 5)).shape
    torch.Size([8, 3, 5, 5])
    """

    _dims = (4,)


@documented(_SHARED)
class BatchNormalNorm3d(_BatchNormalNorm):
    """Batch normality normalization of (N, C, D, H, W).

    Examples
    --------
    >>> import torch
    >>> norm = BatchNormalNorm3d(3)
    >>> norm(torch.randn(8, 3, 4, 5, 5)).shape
    torch.Size([8, 3, 4, 5, 5])
    """

    _dims = (5,)
