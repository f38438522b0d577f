# SPDX-License-Identifier: BSD-3-Clause
"""Noise that the paper compares its own with, by torch.

The paper's own is "scaled": by the mean absolute deviation of the transformed values of a group.
The others need no statistics.  They cost passes over memory of their own.
"""

from typing import Any

import torch
from torch import Tensor

from ._checks import check_noise_kind


def add(x: Tensor, kind: str, size: Any) -> Tensor:
    """Return transformed values with noise, which is a constant for their gradient.

    `size` is a number, or a tensor of one.
    """
    check_noise_kind(kind)
    dtype = torch.promote_types(x.dtype, torch.float32)
    z = torch.randn(x.shape, dtype=dtype, device=x.device) * size
    return (x + z if kind == "unscaled" else x * (1 + z)).to(x.dtype)


def affine(x: Tensor, weight: Tensor | None, bias: Tensor | None, by_position: bool) -> Tensor:
    """Return weight x + bias, for weights by channel or by position."""
    out = x
    for w, multiply in ((weight, True), (bias, False)):
        if w is not None:
            w = w if by_position else w.reshape(1, -1, *[1] * (x.dim() - 2))
            out = out * w if multiply else out + w
    return out.to(x.dtype)
