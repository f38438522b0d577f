# SPDX-License-Identifier: BSD-3-Clause
"""The statistics of a group, by name."""

from typing import NamedTuple

import torch
from torch import Tensor


class Statistics(NamedTuple):
    """One tensor for each field of struct bell_layer_statistics, in its order."""

    mean: Tensor
    variance: Tensor
    lmbda: Tensor
    mean_hd: Tensor
    mean_d: Tensor
    slope: Tensor
    curvature: Tensor
    center: Tensor
    spread: Tensor


# The operators pass the statistics as a tensor of shape (groups, FIELDS).
FIELDS = len(Statistics._fields)


def dtype_of(device: torch.device) -> torch.dtype:
    """Return the type of the statistics: float64, but float32 on Metal, which has no float64."""
    return torch.float32 if device.type == "mps" else torch.float64


def unpack(rows: Tensor) -> Statistics:
    """Name the columns of a tensor whose last dimension has FIELDS elements."""
    return Statistics(*rows.unbind(-1))


def pack_running(mean: Tensor, variance: Tensor, lmbda: Tensor) -> Tensor:
    """Return the rows of given statistics for evaluation, which reads no other fields."""
    dtype = dtype_of(mean.device)
    given = [t.to(dtype) for t in (mean, variance, lmbda)]
    others = [torch.zeros_like(given[0])] * (FIELDS - len(given))
    return torch.stack((*given, *others), -1)
