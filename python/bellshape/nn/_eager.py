# SPDX-License-Identifier: BSD-3-Clause
"""Calls of the modules on the CPU that go to the C library at once.

torch needs 30 us for a call of an operator in Python, and as much for its gradient, which is more
than small layers take.  Where nobody but autograd watches, a call need not pass through torch.

What runs in each call is written for its speed: Python takes 0.1 us to call a function of its own.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import forward_ad
from torch.autograd.graph import increment_version

from .. import _core
from ._checks import MODES
from ._library import SEED, TYPES, Call, position_stride, thread_count
from ._operators import normal_norm_backward
from ._statistics import FIELDS
from ._torch import Layer

# Sizes of a tensor as (samples, channels, positions).
Sizes = tuple[int, int, int]

# What a thread has switched on in torch's dispatcher: modes, tracers, the transforms of torch.func.
_state = torch._C._dispatch_tls_local_include_set
# What kind of tensor the dispatcher takes a tensor for.
_keys = torch._C._dispatch_keys


def _ordinary() -> tuple[int, int]:
    return _state().raw_repr(), _keys(torch.empty(0, device="cpu")).raw_repr()


with torch.inference_mode(False):
    _ORDINARY = [_ordinary()]
with torch.inference_mode():
    _ORDINARY.append(_ordinary())
_STATE, _KEY = _ORDINARY[0]
_STATES, _KEYS = map(frozenset, zip(*_ORDINARY, strict=True))
_TYPES = (Tensor, nn.Parameter)
# The types of weights and running statistics, by the type of the input.
_WEIGHTS = {t: torch.float64 if t == torch.float64 else torch.float32 for t in TYPES}
_FLOATS = (torch.float32, torch.float64)
# A tensor makes others of its type sooner than a function that is told the type.
_FLOAT64 = torch.empty(0, dtype=torch.float64, device="cpu")
# The layouts other than the contiguous one, by the number of dimensions.
_CHANNELS_LAST = {4: torch.channels_last, 5: torch.channels_last_3d}


def is_direct(size: int, input: Tensor, *others: Tensor | None) -> bool:
    """Tell whether the C library may be called at once.

    These must be ordinary tensors on the CPU, the others with `size` elements that lie side by side
    and of the type of the computation.
    """
    if (
        torch._C._len_torch_function_stack()
        or forward_ad._current_level >= 0
        or _state().raw_repr() not in _STATES
    ):
        return False
    dtype = _WEIGHTS.get(input.dtype)
    if dtype is None or type(input) not in _TYPES or _keys(input).raw_repr() not in _KEYS:
        return False
    for t in others:
        if t is not None and (
            type(t) not in _TYPES
            or _keys(t).raw_repr() not in _KEYS
            or t.dtype is not dtype
            or t.numel() != size
            or not t.is_contiguous()
        ):
            return False
    return True


def normalize(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    sizes: Sizes,
    seed: Tensor | None,
    layer: Layer,
) -> tuple[Tensor, Tensor] | None:
    """Compute what the operator normal_norm does; None if this must be left to it."""
    samples, channels, positions = sizes
    group = channels // layer.groups * positions
    groups = layer.groups
    if layer.batch:
        group *= samples
    else:
        groups *= samples
    # The C library takes no group of a single value.
    call = None if group == 1 else _call(input, sizes, seed, layer)
    if call is None:
        return None
    saved = _FLOAT64.new_empty(groups, FIELDS)
    return _run(input, weight, bias, saved, call, layer, False), saved


def evaluate(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running: list[Tensor],
    sizes: Sizes,
    layer: Layer,
) -> Tensor | None:
    """Compute what the operator normal_norm_frozen does; None if this must be left to it."""
    call = _call(input, sizes, None, layer)
    if call is None:
        return None
    frozen = _FLOAT64.new_empty(sizes[1], FIELDS)
    wide = running[0].dtype is torch.float64
    _core.layer_frozen(wide, *[t.data_ptr() for t in running], sizes[1], frozen.data_ptr())
    return _run(input, weight, bias, frozen, call, layer, True)


def _call(input: Tensor, sizes: Sizes, seed: Tensor | None, layer: Layer) -> Call | None:
    groups, batch, by_position, mode, noise, alpha, eps = layer
    n = input.numel()
    strides: tuple[Any, ...]
    # Nothing is to be done, or the mode is wrong, which the operator says.
    if not n or mode not in MODES:
        return None
    if input.is_contiguous():
        strides = sizes[1] * sizes[2], sizes[2], 1
    else:
        layout = _CHANNELS_LAST.get(input.dim())
        if layout is None or by_position or not input.is_contiguous(memory_format=layout):
            return None
        strides = *input.stride()[:2], position_stride(input)
    number = 0 if seed is None else seed.item()
    return (
        TYPES[input.dtype],
        (*sizes, *strides, groups, batch, by_position),
        (*MODES[mode], noise, alpha, eps, number, thread_count(n)),
    )


def track(running: list[Tensor], saved: Tensor, n: int, momentum: float | None) -> bool:
    """Count a batch and move the running statistics by one step.

    running holds their buffers in the order of RUNNING, and n is the number of values in a group.
    Returns False, and does nothing, if this must be left to torch.
    """
    groups = saved.shape[0]
    mean, _, _, batches = running
    dtype = mean.dtype
    if _state().raw_repr() != _STATE or dtype not in _FLOATS or batches.dtype is not torch.int64:
        return False
    for t in running:
        if (
            type(t) is not Tensor
            or _keys(t).raw_repr() != _KEY
            or (t is not batches and (t.dtype is not dtype or t.numel() != groups))
            or not t.is_contiguous()
        ):
            return False
    _core.layer_track(
        dtype is torch.float64,
        saved.data_ptr(),
        groups,
        n,
        math.nan if momentum is None else momentum,
        *[t.data_ptr() for t in running],
    )
    for t in running:
        increment_version(t)
    return True


def _run(input: Tensor, weight: Tensor | None, bias: Tensor | None, *rest: Any) -> Tensor:
    if torch.is_grad_enabled() and (
        input.requires_grad
        or (weight is not None and weight.requires_grad)
        or (bias is not None and bias.requires_grad)
    ):
        out: Tensor = _apply(input, weight, bias, *rest)
        return out
    return _normalized(input, weight, bias, *rest)


def _normalized(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    statistics: Tensor,
    call: Call,
    layer: Layer,
    evaluated: bool,
) -> Tensor:
    out = torch.empty_like(input)
    u = input.data_ptr()
    w = 0 if weight is None else weight.data_ptr()
    b = 0 if bias is None else bias.data_ptr()
    if evaluated:
        _core.layer_evaluate(*call, u, w, b, statistics.data_ptr(), out.data_ptr())
    else:
        _core.layer_forward(*call, u, w, b, out.data_ptr(), statistics.data_ptr())
    return out


class _Normalize(torch.autograd.Function):
    @staticmethod
    def forward(  # type: ignore[override]
        ctx: Any,
        input: Tensor,
        weight: Tensor | None,
        bias: Tensor | None,
        statistics: Tensor,
        *rest: Any,
    ) -> Tensor:
        ctx.save_for_backward(input, weight, statistics)
        ctx.rest = rest
        return _normalized(input, weight, bias, statistics, *rest)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        # Where a graph of the gradient is wanted the operator is called, which has derivatives.
        direct = not torch.is_grad_enabled() and is_direct(0, grad)
        du, dweight, dbias = (_gradients if direct else _gradients_by_operator)(
            grad, *ctx.saved_tensors, *ctx.rest
        )
        u, w, b, *_ = ctx.needs_input_grad
        return (
            du if u else None,
            dweight if w else None,
            dbias if b else None,
            None,
            None,
            None,
            None,
        )


# Function.apply first asks whether torch.func is at work, which is_direct() has done.
_apply = super(torch.autograd.Function, _Normalize).apply


def _gradients(
    grad: Tensor,
    input: Tensor,
    weight: Tensor | None,
    statistics: Tensor,
    call: Call,
    layer: Layer,
    evaluated: bool,
) -> tuple[Tensor | None, ...]:
    if grad.stride() != input.stride():
        grad = torch.empty_like(input).copy_(grad)
    du = torch.empty_like(input)
    dweight = dbias = None
    w = dw = db = 0
    wide = input.dtype is torch.float64
    if weight is not None:
        dweight, dbias = torch.empty_like(weight), torch.empty_like(weight)
        w, dw, db = weight.data_ptr(), dweight.data_ptr(), dbias.data_ptr()
    u, g, s = input.data_ptr(), grad.data_ptr(), statistics.data_ptr()
    _core.layer_backward(*call, evaluated, wide, u, w, s, g, du.data_ptr(), dw, db)
    return du, dweight, dbias


def _gradients_by_operator(
    grad: Tensor,
    input: Tensor,
    weight: Tensor | None,
    statistics: Tensor,
    call: Call,
    layer: Layer,
    evaluated: bool,
) -> tuple[Tensor | None, ...]:
    _, shape, options = call
    seed = torch.tensor(options[SEED]) if layer.noise else None
    sizes = shape[:3] if layer.by_position else input.shape
    du, dweight, dbias = normal_norm_backward(
        grad.reshape(sizes),
        input.reshape(sizes),
        None if weight is None else weight.flatten(),
        statistics,
        seed,
        *layer,
        evaluated,
    )
    if weight is None:
        return du.reshape(input.shape), None, None
    return du.reshape(input.shape), dweight.view_as(weight), dbias.view_as(weight)
