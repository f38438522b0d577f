# SPDX-License-Identifier: BSD-3-Clause
"""Group and layer layers: values of one sample share statistics."""

import math
import numbers
from typing import Any

import torch
from torch import Tensor, nn

from ._base import NormalNorm
from ._checks import MODE, check_group


class GroupNormalNorm(NormalNorm, nn.GroupNorm):
    """Group normality normalization of (N, C, *).

    It is torch.nn.GroupNorm that also makes its output more Gaussian and adds noise.  The values of
    C/num_groups neighboring channels of a sample share mean, variance and lambda, in evaluation
    too.

    Parameters
    ----------
    num_groups : int
        The number of groups, which divides num_channels.  (In the code of the authors it comes
        second.)
    num_channels : int
        The number C of channels.
    eps : float, default 1e-5
        It is added to the variance, and its square root to the denominator of the Newton step.
    affine : bool, default True
        Whether there are a weight and a bias for each channel.
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

    Attributes
    ----------
    weight, bias : Parameter of shape (C,) or None
        The weight and the bias of each channel.

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
    >>> norm = GroupNormalNorm(2, 4)
    >>> norm(torch.randn(8, 4, 5, 5)).shape
    torch.Size([8, 4, 5, 5])
    """

    _autocasts = True

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: torch.dtype | None = None,
        *,
        bias: bool = True,
        noise: float = 0.4,
        alpha: float = 1.0,
        mode: MODE = "exact",
    ) -> None:
        super().__init__(eps, noise, alpha, mode)
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(
                f"num_groups ({num_groups}) does not divide num_channels ({num_channels})"
            )
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.affine = affine
        self._make_weights(num_channels, affine, bias, device, dtype)
        self.reset_parameters()

    def _forward(self, input: Tensor) -> Tensor:
        if input.dim() < 2 or input.shape[1] != self.num_channels:
            raise ValueError(
                f"expected (N, {self.num_channels}, *), got input size {tuple(input.shape)}"
            )
        # As in torch: a group of one value is refused where it is the only one of its number.
        check_group(input[:, 0].numel() * self.num_channels // self.num_groups, input)
        return self._normalize(input, self.num_groups)[0]

    def extra_repr(self) -> str:
        """Describe the arguments, as repr() shows them.

        Returns
        -------
        str
            The arguments with their values.
        """
        return f"{self.num_groups}, {self.num_channels}, affine={self.affine}, {self._options()}"


def _in_sight(module: nn.Module, args: Any) -> None:
    """Do nothing, as a hook.

    nn.TransformerEncoderLayer has a fast path for evaluation, which takes the weights of its norms
    and computes an ordinary layer norm.  It does not where a module has hooks.
    """


class LayerNormalNorm(NormalNorm, nn.LayerNorm):
    """Layer normality normalization of (*, *normalized_shape).

    It is torch.nn.LayerNorm that also makes its output more Gaussian and adds noise.  The values in
    the last dimensions share mean, variance and lambda, in evaluation too.

    Parameters
    ----------
    normalized_shape : int or sequence of int
        The last dimensions of the input; an int is the last one.
    eps : float, default 1e-5
        It is added to the variance, and its square root to the denominator of the Newton step.
    elementwise_affine : bool, default True
        Whether there are a weight and a bias for each element of normalized_shape.
    bias : bool, default True
        Whether there is a bias, if `elementwise_affine` is True.
    device : torch.device or None
        Where parameters and buffers lie; None is the default device of torch.
    dtype : torch.dtype or None
        The type of parameters and buffers; None is the default type of torch.
    noise : float, default 1
        The size of the Gaussian noise that is added in training, in mean absolute deviations of the
        transformed values; 0 adds none.
    alpha : float, default 1
        The factor of the Newton step to lambda: 1 as in the paper, 0 for no transform.
    mode : {"exact", "compat", "normalize_only"}, default "exact"
        "compat" computes what the code of the authors does, for weights that were trained with it.
        "normalize_only" makes no transform: it is the ordinary norm layer.

    Attributes
    ----------
    weight, bias : Parameter of shape normalized_shape or None
        The weight and the bias of each element.

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
    of that type or of float32, are computed in float32.  The result has the shape and the type
    of the input and is contiguous.  Values that are infinite or NaN make their group NaN and are no
    error.

    References
    ----------
    B. Eftekhari and V. Papyan, "On the Importance of Gaussianizing Representations", ICML 2025,
    arXiv 2505.00685.

    Examples
    --------
    >>> import torch
    >>> norm = LayerNormalNorm(6)
    >>> norm(torch.randn(8, 6)).shape
    torch.Size([8, 6])
    """

    _autocasts = True

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: torch.dtype | None = None,
        *,
        noise: float = 1.0,
        alpha: float = 1.0,
        mode: MODE = "exact",
    ) -> None:
        super().__init__(eps, noise, alpha, mode)
        one = isinstance(normalized_shape, numbers.Integral)
        self.normalized_shape: tuple[int, ...] = (
            (normalized_shape,) if one else tuple(normalized_shape)
        )
        self.elementwise_affine = elementwise_affine
        self._make_weights(self.normalized_shape, elementwise_affine, bias, device, dtype)
        self.reset_parameters()
        self.register_forward_pre_hook(_in_sight)

    def _forward(self, input: Tensor) -> Tensor:
        own = len(self.normalized_shape)
        if own == 0 or tuple(input.shape[-own:]) != self.normalized_shape:
            raise ValueError(
                f"expected (*, {str(self.normalized_shape)[1:]}, "
                f"got input size {tuple(input.shape)}"
            )
        rows = input.reshape(math.prod(input.shape[:-own]), 1, math.prod(self.normalized_shape))
        return self._normalize(rows, 1, by_position=True)[0].reshape(input.shape)

    def extra_repr(self) -> str:
        """Describe the arguments, as repr() shows them.

        Returns
        -------
        str
            The arguments with their values.
        """
        return (
            f"{self.normalized_shape}, elementwise_affine={self.elementwise_affine}, "
            f"{self._options()}"
        )
