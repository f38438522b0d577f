# SPDX-License-Identifier: BSD-3-Clause
"""Calls of the C library on tensors of the CPU."""

import math
from typing import Any

import torch
from torch import Tensor

from .. import _core
from ._checks import MODES, computed_dtype
from ._torch import Layer

# There is one more thread for each so many elements.  For fewer, one that had to be started first
# was measured to cost as much as it saves.
_THREAD_ELEMENTS = 32768

# The first arguments of the functions of _core: the type of the tensors, shape, options.
Call = tuple[int, tuple[Any, ...], tuple[Any, ...]]

# The types of tensors, as _core numbers them.
TYPES = {torch.float32: 0, torch.float64: 1, torch.bfloat16: 2, torch.float16: 3}

# The place of the seed among the options.
SEED = 5


def address(t: Tensor | None) -> int:
    return 0 if t is None else t.data_ptr()


def same_type(w: Tensor | None, u: Tensor) -> Tensor | None:
    """Return a weight in the type of the computation."""
    return None if w is None else w.to(computed_dtype(u.dtype)).contiguous()


def position_stride(t: Tensor) -> int | None:
    """Return the stride from one position to the next; None if there is no single one."""
    stride, count = 1, 1
    for size, step in zip(reversed(t.shape[2:]), reversed(t.stride()[2:]), strict=True):
        if count == 1 and size > 1:
            stride = step
        if size > 1 and step != stride * count:
            return None
        count *= size
    return stride


def in_and_out(input: Tensor) -> tuple[Tensor, Tensor]:
    """Return the input, copied only if it must be, and memory for a result with its strides."""
    out = torch.empty_like(input)
    if out.stride() == input.stride() and position_stride(input) is not None:
        return input, out
    u = input.contiguous()
    return u, torch.empty_like(u)


def as_input(out: Tensor, input: Tensor) -> Tensor:
    """Return out with the type and the strides of torch.empty_like(input)."""
    if out.dtype == input.dtype and out.stride() == input.stride():
        return out
    return torch.empty_like(input).copy_(out)


def call_of(u: Tensor, seed: Tensor | None, layer: Layer) -> Call:
    groups, batch, by_position, mode, noise, alpha, eps = layer
    sizes = (*u.shape[:2], math.prod(u.shape[2:]))
    strides = (*u.stride()[:2], position_stride(u))
    number = 0 if seed is None else seed.item()
    return (
        TYPES[u.dtype],
        (*sizes, *strides, groups, batch, by_position),
        (*MODES[mode], noise, alpha, eps, number, thread_count(u.numel())),
    )


def thread_count(elements: int) -> int:
    return min(torch.get_num_threads(), 1 + elements // _THREAD_ELEMENTS, _core.MAX_THREADS)
