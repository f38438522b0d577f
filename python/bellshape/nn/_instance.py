# SPDX-License-Identifier: BSD-3-Clause
"""Instance layers: each channel of each sample has statistics of its own."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.modules.instancenorm import _InstanceNorm

from ._base import ChannelNormalNorm
from ._checks import MODE


class _InstanceNormalNorm(ChannelNormalNorm, _InstanceNorm):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
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
        if input.dim() == min(self._dims):
            return self._normalize_channels(input.unsqueeze(0), batch=False).squeeze(0)
        return self._normalize_channels(input, batch=False)


class InstanceNormalNorm1d(_InstanceNormalNorm):
    """Instance normality normalization of (C, L) or (N, C, L).

    It is torch.nn.InstanceNorm1d that also makes its output more Gaussian and adds noise.  Each
    channel of each sample has statistics of its own.  Running statistics, if there are any, are
    means over the samples, and serve evaluation.

    Parameters
    ----------
    num_features : int
        The number C of channels.
    eps : float, default 1e-5
        It is added to the variance, and its square root to the denominator of the Newton step.
    momentum : float or None, default 0.1
        The weight of a new batch in the running statistics; None takes the mean of all batches.
    affine : bool, default False
        Whether there are a weight and a bias for each channel.
    track_running_stats : bool, default False
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
    >>> norm = InstanceNormalNorm1d(3)
    >>> norm(torch.randn(8, 3, 20)).shape
    torch.Size([8, 3, 20])
    """

    _dims = (2, 3)


class InstanceNormalNorm2d(_InstanceNormalNorm):
    """Instance normality normalization of (C, H, W) or (N, C, H, W).

    It is torch.nn.InstanceNorm2d that also makes its output more Gaussian and adds noise.  Each
    channel of each sample has statistics of its own.  Running statistics, if there are any, are
    means over the samples, and serve evaluation.

    Parameters
    ----------
    num_features : int
        The number C of channels.
    eps : float, default 1e-5
        It is added to the variance, and its square root to the denominator of the Newton step.
    momentum : float or None, default 0.1
        The weight of a new batch in the running statistics; None takes the mean of all batches.
    affine : bool, default False
        Whether there are a weight and a bias for each channel.
    track_running_stats : bool, default False
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
    >>> norm = InstanceNormalNorm2d(3)
    >>> norm(torch.randn(8, 3, 5, 5)).shape
    torch.Size([8, 3, 5, 5])
    """

    _dims = (3, 4)


class InstanceNormalNorm3d(_InstanceNormalNorm):
    """Instance normality normalization of (C, D, H, W) or (N, C, D, H, W).

    It is torch.nn.InstanceNorm3d that also makes its output more Gaussian and adds noise.  Each
    channel of each sample has statistics of its own.  Running statistics, if there are any, are
    means over the samples, and serve evaluation.

    Parameters
    ----------
    num_features : int
        The number C of channels.
    eps : float, default 1e-5
        It is added to the variance, and its square root to the denominator of the Newton step.
    momentum : float or None, default 0.1
        The weight of a new batch in the running statistics; None takes the mean of all batches.
    affine : bool, default False
        Whether there are a weight and a bias for each channel.
    track_running_stats : bool, default False
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
    >>> norm = InstanceNormalNorm3d(3)
    >>> norm(torch.randn(8, 3, 4, 5, 5)).shape
    torch.Size([8, 3, 4, 5, 5])
    """

    _dims = (4, 5)
