# SPDX-License-Identifier: BSD-3-Clause
"""Batch layers: the samples of a batch share statistics."""

import sys
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from ._base import ChannelNormalNorm
from ._checks import MODE

_CONVERT_SYNC = nn.SyncBatchNorm.convert_sync_batchnorm.__func__.__code__


class _BatchNormalNorm(ChannelNormalNorm, _BatchNorm):
    def __init__(
        self,
        num_features: int,
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
    ) -> None:
        super().__init__(
            num_features,
            eps,
            momentum,
            affine,
            track_running_stats,
            device,
            dtype,
            bias,
            noise,
            alpha,
            mode,
            bounds,
        )

    def _forward(self, input: Tensor) -> Tensor:
        self._check_input_dim(input)
        return self._normalize_channels(input, batch=True)

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
                f"{type(self).__name__} has no form that synchronizes processes, and SyncBatchNorm "
                "would lose its transform; call revert_batchnorm first if that is what you want"
            )
        return super().named_children()


class BatchNormalNorm1d(_BatchNormalNorm):
    """Batch normality normalization of (N, C) or (N, C, L).

    It is torch.nn.BatchNorm1d that also makes its output more Gaussian and adds noise.  In training
    the values of a channel share mean, variance and lambda; in evaluation these are the running
    ones, or those of the batch if there are none.

    Parameters
    ----------
    num_features : int
        The number C of channels.
    eps : float, default 1e-5
        It is added to the variance, and its square root to the denominator of the Newton step.
    momentum : float or None, default 0.1
        The weight of a new batch in the running statistics; None takes the mean of all batches.
    affine : bool, default True
        Whether there are a weight and a bias for each channel.
    track_running_stats : bool, default True
        Whether there are running statistics for evaluation.
    device : torch.device or None
        Where parameters and buffers lie; None is the default device of torch.
    dtype : torch.dtype or None
        The type of parameters and buffers; None is the default type of torch.
    bias : bool, default True
        Whether there is a bias, if `affine` is True.
    noise : float, default 0.4
        The size of the Gaussian noise that is added in training, in mean absolute deviations of the
        transformed values; 0 adds none.
    alpha : float, default 1
        The factor of the Newton step to lambda: 1 as in the paper, 0 for no transform.
    mode : {"exact", "compat", "normalize_only"}, default "exact"
        "compat" computes what the code of the authors does, for weights that were trained with it.
        "normalize_only" makes no transform: it is the ordinary norm layer.
    bounds : (float, float) or None
        The range to which evaluation clamps running_lmbda, so that values far out do not grow
        beyond all measure; None sets no bounds.

    Attributes
    ----------
    weight, bias : Parameter of shape (C,) or None
        The weight and the bias of each channel.
    running_mean, running_var, running_lmbda : Tensor of shape (C,) or None
        The running statistics.
    num_batches_tracked : Tensor or None
        The number of batches in them.

    Raises
    ------
    ValueError
        If an argument is out of range; in a call, if the input has other dimensions or channels, or
        one value a group where the module of torch refuses that.
    TypeError
        In a call, if the types of the input and the weights do not go together.

    Notes
    -----
    The input is float32 or float64 of the type of the weights.  float16 and bfloat16, with weights
    of that type or of float32, are computed in float32.  The result has the shape, the type and
    the strides of the input.  Values that are infinite or NaN make their group NaN and are no
    error.

    References
    ----------
    B. Eftekhari and V. Papyan, "On the Importance of Gaussianizing Representations", ICML 2025,
    arXiv 2505.00685.

    Examples
    --------
    >>> import torch
    >>> norm = BatchNormalNorm1d(3)
    >>> norm(torch.randn(8, 3)).shape
    torch.Size([8, 3])
    """

    _dims = (2, 3)


class BatchNormalNorm2d(_BatchNormalNorm):
    """Batch normality normalization of (N, C, H, W).

    It is torch.nn.BatchNorm2d that also makes its output more Gaussian and adds noise.  In training
    the values of a channel share mean, variance and lambda; in evaluation these are the running
    ones, or those of the batch if there are none.

    Parameters
    ----------
    num_features : int
        The number C of channels.
    eps : float, default 1e-5
        It is added to the variance, and its square root to the denominator of the Newton step.
    momentum : float or None, default 0.1
        The weight of a new batch in the running statistics; None takes the mean of all batches.
    affine : bool, default True
        Whether there are a weight and a bias for each channel.
    track_running_stats : bool, default True
        Whether there are running statistics for evaluation.
    device : torch.device or None
        Where parameters and buffers lie; None is the default device of torch.
    dtype : torch.dtype or None
        The type of parameters and buffers; None is the default type of torch.
    bias : bool, default True
        Whether there is a bias, if `affine` is True.
    noise : float, default 0.4
        The size of the Gaussian noise that is added in training, in mean absolute deviations of the
        transformed values; 0 adds none.
    alpha : float, default 1
        The factor of the Newton step to lambda: 1 as in the paper, 0 for no transform.
    mode : {"exact", "compat", "normalize_only"}, default "exact"
        "compat" computes what the code of the authors does, for weights that were trained with it.
        "normalize_only" makes no transform: it is the ordinary norm layer.
    bounds : (float, float) or None
        The range to which evaluation clamps running_lmbda, so that values far out do not grow
        beyond all measure; None sets no bounds.

    Attributes
    ----------
    weight, bias : Parameter of shape (C,) or None
        The weight and the bias of each channel.
    running_mean, running_var, running_lmbda : Tensor of shape (C,) or None
        The running statistics.
    num_batches_tracked : Tensor or None
        The number of batches in them.

    Raises
    ------
    ValueError
        If an argument is out of range; in a call, if the input has other dimensions or channels, or
        one value a group where the module of torch refuses that.
    TypeError
        In a call, if the types of the input and the weights do not go together.

    Notes
    -----
    The input is float32 or float64 of the type of the weights.  float16 and bfloat16, with weights
    of that type or of float32, are computed in float32.  The result has the shape, the type and
    the strides of the input.  Values that are infinite or NaN make their group NaN and are no
    error.

    References
    ----------
    B. Eftekhari and V. Papyan, "On the Importance of Gaussianizing Representations", ICML 2025,
    arXiv 2505.00685.

    Examples
    --------
    >>> import torch
    >>> norm = BatchNormalNorm2d(3)
    >>> norm(torch.randn(8, 3, 5, 5)).shape
    torch.Size([8, 3, 5, 5])
    """

    _dims = (4,)


class BatchNormalNorm3d(_BatchNormalNorm):
    """Batch normality normalization of (N, C, D, H, W).

    It is torch.nn.BatchNorm3d that also makes its output more Gaussian and adds noise.  In training
    the values of a channel share mean, variance and lambda; in evaluation these are the running
    ones, or those of the batch if there are none.

    Parameters
    ----------
    num_features : int
        The number C of channels.
    eps : float, default 1e-5
        It is added to the variance, and its square root to the denominator of the Newton step.
    momentum : float or None, default 0.1
        The weight of a new batch in the running statistics; None takes the mean of all batches.
    affine : bool, default True
        Whether there are a weight and a bias for each channel.
    track_running_stats : bool, default True
        Whether there are running statistics for evaluation.
    device : torch.device or None
        Where parameters and buffers lie; None is the default device of torch.
    dtype : torch.dtype or None
        The type of parameters and buffers; None is the default type of torch.
    bias : bool, default True
        Whether there is a bias, if `affine` is True.
    noise : float, default 0.4
        The size of the Gaussian noise that is added in training, in mean absolute deviations of the
        transformed values; 0 adds none.
    alpha : float, default 1
        The factor of the Newton step to lambda: 1 as in the paper, 0 for no transform.
    mode : {"exact", "compat", "normalize_only"}, default "exact"
        "compat" computes what the code of the authors does, for weights that were trained with it.
        "normalize_only" makes no transform: it is the ordinary norm layer.
    bounds : (float, float) or None
        The range to which evaluation clamps running_lmbda, so that values far out do not grow
        beyond all measure; None sets no bounds.

    Attributes
    ----------
    weight, bias : Parameter of shape (C,) or None
        The weight and the bias of each channel.
    running_mean, running_var, running_lmbda : Tensor of shape (C,) or None
        The running statistics.
    num_batches_tracked : Tensor or None
        The number of batches in them.

    Raises
    ------
    ValueError
        If an argument is out of range; in a call, if the input has other dimensions or channels, or
        one value a group where the module of torch refuses that.
    TypeError
        In a call, if the types of the input and the weights do not go together.

    Notes
    -----
    The input is float32 or float64 of the type of the weights.  float16 and bfloat16, with weights
    of that type or of float32, are computed in float32.  The result has the shape, the type and
    the strides of the input.  Values that are infinite or NaN make their group NaN and are no
    error.

    References
    ----------
    B. Eftekhari and V. Papyan, "On the Importance of Gaussianizing Representations", ICML 2025,
    arXiv 2505.00685.

    Examples
    --------
    >>> import torch
    >>> norm = BatchNormalNorm3d(3)
    >>> norm(torch.randn(8, 3, 4, 5, 5)).shape
    torch.Size([8, 3, 4, 5, 5])
    """

    _dims = (5,)
