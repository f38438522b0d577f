# SPDX-License-Identifier: BSD-3-Clause
"""Layers that learn the number of channels from their first input."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.modules.lazy import LazyModuleMixin
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from ._base import RUNNING
from ._batch import BatchNormalNorm1d, BatchNormalNorm2d, BatchNormalNorm3d
from ._checks import MODE, NOISE_KIND
from ._docs import documented
from ._instance import InstanceNormalNorm1d, InstanceNormalNorm2d, InstanceNormalNorm3d

_SHARED = "The number of channels is that of the first input, which makes it a {}."


class _Lazy(LazyModuleMixin):
    # As in torch, lazy instance layers have weights and running statistics unless told otherwise.
    # The number of dimensions of an input without samples, of instance layers.
    _least = 0

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: torch.dtype | None = None,
        *,
        bias: bool = True,
        noise: float = 0.4,
        alpha: float = 1.0,
        mode: MODE = "exact",
        bounds: tuple[float, float] | None = None,
        noise_kind: NOISE_KIND = "scaled",
    ) -> None:
        super().__init__(
            0,
            eps,
            momentum,
            False,
            False,
            device,
            dtype,
            noise=noise,
            alpha=alpha,
            mode=mode,
            bounds=bounds,
            noise_kind=noise_kind,
        )
        self.affine, self.track_running_stats = affine, track_running_stats
        made = {"device": device, "dtype": dtype}
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            if wanted:
                setattr(self, name, UninitializedParameter(**made))
        if track_running_stats:
            for name in RUNNING[:3]:
                setattr(self, name, UninitializedBuffer(**made))
            self.num_batches_tracked = torch.zeros((), dtype=torch.int64, device=device)

    def reset_parameters(self) -> None:
        """Set weights and running statistics to what they are at first, if they are there."""
        if not self.has_uninitialized_params() and self.num_features:
            super().reset_parameters()

    def initialize_parameters(self, input: Tensor) -> None:
        """Make weights and running statistics for the channels of an input.

        Parameters
        ----------
        input : Tensor
            The first input.

        Raises
        ------
        ValueError
            If it has another number of dimensions than the layer takes.
        """
        if self.num_features:
            return
        self._check_input_dim(input)
        self.num_features = input.shape[0 if input.dim() == self._least else 1]
        if self.has_uninitialized_params():
            for name in ("weight", "bias", *RUNNING[:3]):
                t = getattr(self, name)
                if t is not None:
                    t.materialize((self.num_features,))
            self.reset_parameters()


@documented(_SHARED.format("BatchNormalNorm1d"))
class LazyBatchNormalNorm1d(_Lazy, BatchNormalNorm1d):
    """Batch normality normalization of (N, C) or (N, C, L), for a C that is not known yet.

    Examples
    --------
    >>> import torch
    >>> norm = LazyBatchNormalNorm1d()
    >>> norm(torch.randn(8, 3)).shape, type(norm).__name__
    (torch.Size([8, 3]), 'BatchNormalNorm1d')
    """

    cls_to_become = BatchNormalNorm1d


@documented(_SHARED.format("BatchNormalNorm2d"))
class LazyBatchNormalNorm2d(_Lazy, BatchNormalNorm2d):
    """Batch normality normalization of (N, C, H, W), for a C that is not known yet.

    Examples
    --------
    >>> import torch
    >>> LazyBatchNormalNorm2d()(torch.randn(8, 3, 5, 5)).shape
    torch.Size([8, 3, 5, 5])
    """

    cls_to_become = BatchNormalNorm2d


@documented(_SHARED.format("BatchNormalNorm3d"))
class LazyBatchNormalNorm3d(_Lazy, BatchNormalNorm3d):
    """Batch normality normalization of (N, C, D, H, W), for a C that is not known yet.

    Examples
    --------
    >>> import torch
    >>> LazyBatchNormalNorm3d()(torch.randn(8, 3, 4, 5, 5)).shape
    torch.Size([8, 3, 4, 5, 5])
    """

    cls_to_become = BatchNormalNorm3d


@documented(_SHARED.format("InstanceNormalNorm1d"))
class LazyInstanceNormalNorm1d(_Lazy, InstanceNormalNorm1d):
    """Instance normality normalization of (C, L) or (N, C, L), for a C that is not known yet.

    Examples
    --------
    >>> import torch
    >>> LazyInstanceNormalNorm1d()(torch.randn(8, 3, 20)).shape
    torch.Size([8, 3, 20])
    """

    cls_to_become = InstanceNormalNorm1d
    _least = 2


@documented(_SHARED.format("InstanceNormalNorm2d"))
class LazyInstanceNormalNorm2d(_Lazy, InstanceNormalNorm2d):
    """Instance normality normalization of (C, H, W) or (N, C, H, W), for a C not known yet.

    Examples
    --------
    >>> import torch
    >>> LazyInstanceNormalNorm2d()(torch.randn(8, 3, 5, 5)).shape
    torch.Size([8, 3, 5, 5])
    """

    cls_to_become = InstanceNormalNorm2d
    _least = 3


@documented(_SHARED.format("InstanceNormalNorm3d"))
class LazyInstanceNormalNorm3d(_Lazy, InstanceNormalNorm3d):
    """Instance normality normalization of (C, D, H, W) or (N, C, D, H, W), for a C not known yet.

    Examples
    --------
    >>> import torch
    >>> LazyInstanceNormalNorm3d()(torch.randn(8, 3, 4, 5, 5)).shape
    torch.Size([8, 3, 4, 5, 5])
    """

    cls_to_become = InstanceNormalNorm3d
    _least = 4
