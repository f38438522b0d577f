# SPDX-License-Identifier: BSD-3-Clause
"""Instance layers: each channel of each sample has statistics of its own."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.modules.instancenorm import _InstanceNorm

from ._base import ChannelNormalNorm
from ._checks import MODE, NOISE_KIND
from ._docs import documented

_SHARED = (
    "Each channel of each sample has statistics of its own.  Running statistics, if there are any, "
    "are means over the samples, and serve evaluation."
)


class _InstanceNormalNorm(ChannelNormalNorm, _InstanceNorm):
    # Instance norms of torch have no weights and no running statistics unless they are asked for.
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
        noise_kind: NOISE_KIND = "scaled",
    ) -> None:
        super().__init__(
            num_features,
            eps,
            momentum,
            affine,
            track_running_stats,
            device,
            dtype,
            bias=bias,
            noise=noise,
            alpha=alpha,
            mode=mode,
            bounds=bounds,
            noise_kind=noise_kind,
        )

    def _forward(self, input: Tensor) -> Tensor:
        self._check_input_dim(input)
        if input.dim() == min(self._dims):
            return self._normalize_channels(input.unsqueeze(0), batch=False).squeeze(0)
        return self._normalize_channels(input, batch=False)


@documented(_SHARED)
class InstanceNormalNorm1d(_InstanceNormalNorm):
    """Instance normality normalization of (C, L) or (N, C, L).

    Examples
    --------
    >>> import torch
    >>> norm = InstanceNormalNorm1d(3)
    >>> norm(torch.randn(8, 3, 20)).shape
    torch.Size([8, 3, 20])
    """

    _dims = (2, 3)


@documented(_SHARED)
class InstanceNormalNorm2d(_InstanceNormalNorm):
    """Instance normality normalization of (C, H, W) or (N, C, H, W).

    Examples
    --------
    >>> import torch
    >>> norm = InstanceNormalNorm2d(3)
    >>> norm(torch.randn(8, 3, 5, 5)).shape
    torch.Size([8, 3, 5, 5])
    """

    _dims = (3, 4)


@documented(_SHARED)
class InstanceNormalNorm3d(_InstanceNormalNorm):
    """Instance normality normalization of (C, D, H, W) or (N, C, D, H, W).

    Examples
    --------
    >>> import torch
    >>> norm = InstanceNormalNorm3d(3)
    >>> norm(torch.randn(8, 3, 4, 5, 5)).shape
    torch.Size([8, 3, 4, 5, 5])
    """

    _dims = (4, 5)
