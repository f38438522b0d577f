# SPDX-License-Identifier: BSD-3-Clause
"""The statistics of a group, by name."""

import math
from collections.abc import Sequence
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


class NormStatistics(NamedTuple):
    """The statistics of the groups that a layer has normalized.

    Parameters
    ----------
    mean : Tensor
        The means.
    sd : Tensor
        The standard deviations, with the number of values as divisor and without eps.
    lmbda : Tensor
        The parameters of the transform: 1 leaves the values as they are, less pulls in a long tail
        on the right, and more one on the left.

    Examples
    --------
    >>> import torch
    >>> import bellshape.nn.functional as F
    >>> _, found = F.layer_normal_norm(torch.randn(4, 6), 6, return_statistics=True)
    >>> found.mean.shape, found.sd.shape, found.lmbda.shape
    (torch.Size([4]), torch.Size([4]), torch.Size([4]))
    """

    mean: Tensor
    sd: Tensor
    lmbda: Tensor


def named(saved: Tensor, shape: Sequence[int], empty: bool = False) -> NormStatistics:
    """Return the statistics that users see: of this shape, without a gradient, NaN if empty."""
    found = unpack(saved.detach().reshape(*shape, FIELDS))
    shown = NormStatistics(found.mean, found.variance.sqrt(), found.lmbda)
    return NormStatistics(*(torch.full_like(t, math.nan) for t in shown)) if empty else shown


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
