# SPDX-License-Identifier: BSD-3-Clause
"""Group and layer layers: values of one sample share statistics."""

import math
import numbers
from typing import Any

import torch
from torch import Tensor, nn

from ._base import NormalNorm
from ._checks import MODE, NOISE_KIND, check_group
from ._docs import documented


@documented(
    "The values of C/num_groups neighboring channels of a sample share mean, variance and lambda, "
    "in evaluation too."
)
class GroupNormalNorm(NormalNorm, nn.GroupNorm):
    """Group normality normalization of (N, C, *).

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
        noise_kind: NOISE_KIND = "scaled",
    ) -> None:
        super().__init__(eps, noise, alpha, mode, noise_kind)
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
        check_group(input.numel() // self.num_groups, input)
        sizes = (input.shape[0], self.num_channels, math.prod(input.shape[2:]))
        return self._normalize(input, sizes, self.num_groups)[0]

    def _arguments(self) -> str:
        return f"{self.num_groups}, {self.num_channels}, affine={self.affine}"


def _in_sight(module: nn.Module, args: Any) -> None:
    """Do nothing, as a hook.

    nn.TransformerEncoderLayer has a fast path for evaluation, which takes the weights of its norms
    and computes an ordinary layer norm.  It does not where a module has hooks.
    """


@documented("The values in the last dimensions share mean, variance and lambda, in evaluation too.")
class LayerNormalNorm(NormalNorm, nn.LayerNorm):
    """Layer normality normalization of (*, *normalized_shape).

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
        noise_kind: NOISE_KIND = "scaled",
    ) -> None:
        super().__init__(eps, noise, alpha, mode, noise_kind)
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
        sizes = (math.prod(input.shape[:-own]), 1, math.prod(self.normalized_shape))
        return self._normalize(input, sizes, 1, by_position=True)[0]

    def _leading(self, input: Tensor, groups: int, batch: bool) -> tuple[int, ...]:
        return tuple(input.shape[: input.dim() - len(self.normalized_shape)])

    def _arguments(self) -> str:
        return f"{self.normalized_shape}, elementwise_affine={self.elementwise_affine}"


@documented(
    "The channels at one position share mean, variance and lambda, in evaluation too.",
    like="the LayerNorm2d of timm and torchvision",
)
class LayerNormalNorm2d(LayerNormalNorm):
    """Layer normality normalization of (N, C, H, W) over the channels.

    Examples
    --------
    >>> import torch
    >>> norm = LayerNormalNorm2d(3)
    >>> norm(torch.randn(8, 3, 5, 5)).shape
    torch.Size([8, 3, 5, 5])
    """

    def __init__(
        self,
        num_channels: int,
        eps: float = 1e-6,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: torch.dtype | None = None,
        *,
        noise: float = 1.0,
        alpha: float = 1.0,
        mode: MODE = "exact",
        noise_kind: NOISE_KIND = "scaled",
    ) -> None:
        super().__init__(
            num_channels,
            eps,
            elementwise_affine,
            bias,
            device,
            dtype,
            noise=noise,
            alpha=alpha,
            mode=mode,
            noise_kind=noise_kind,
        )

    def _forward(self, input: Tensor) -> Tensor:
        if input.dim() != 4 or input.shape[1] != self.normalized_shape[0]:
            raise ValueError(
                f"expected (N, {self.normalized_shape[0]}, H, W), "
                f"got input size {tuple(input.shape)}"
            )
        return super()._forward(input.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
