# SPDX-License-Identifier: BSD-3-Clause
"""Calls of the modules on a GPU that go to the Triton kernels at once.

torch needs 30 us of the host for a call of an operator in Python, and as much for its gradient,
which is more than the GPU needs for small layers.  Besides, an operator that has a gradient may
change none of its inputs, so that running statistics would take launches of their own.  Where
nobody but autograd watches, a call need not pass through torch.  _eager.py does this on the CPU.
"""

import functools
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad
from torch.autograd.graph import increment_version

from . import _eager, _triton
from ._checks import MODES
from ._operators import normal_norm_backward
from ._statistics import pack_running
from ._torch import Layer

_DTYPES = (torch.float32, torch.bfloat16, torch.float16)

# Mean, variance, lambda and number of batches of a module, and its momentum.
Running = tuple[Tensor, Tensor, Tensor, Tensor, float | None]


@functools.cache
def _ordinary(device: str) -> frozenset[int]:
    """Return what the dispatcher takes an ordinary tensor of a device for."""
    kinds = []
    for inference in (False, True):
        with torch.inference_mode(inference):
            kinds.append(_eager._keys(torch.empty(0, device=device)).raw_repr())
    return frozenset(kinds)


def is_gpu(t: Tensor) -> bool:
    """Tell whether a tensor is on a device that may have the kernels."""
    return t.is_cuda


def is_direct(size: int, input: Tensor, *others: Tensor | None) -> bool:
    """Tell whether the kernels may be called at once.

    These must be ordinary tensors on one GPU, in types that go together, the others with `size`
    elements.
    """
    device = input.device
    if (
        not is_gpu(input)
        or torch._C._len_torch_function_stack()
        or forward_ad._current_level >= 0
        or _eager._state().raw_repr() not in _eager._STATES
    ):
        return False
    known, dtype = _ordinary(device.type), input.dtype
    for t in (input, *others):
        if t is not None and (
            type(t) not in _eager._TYPES
            or t.device != device
            or t.dtype not in _DTYPES
            or (t is not input and (t.dtype not in (dtype, torch.float32) or t.numel() != size))
            or _eager._keys(t).raw_repr() not in known
        ):
            return False
    return True


def normalize(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    sizes: tuple[int, int, int],
    seed: Tensor | None,
    layer: Layer,
    running: Running | None,
) -> tuple[Tensor, Tensor | None] | None:
    """Compute what the operator normal_norm does.

    Returns out and the statistics, or None for these if the running ones have been moved by them.
    Returns None, and does nothing, if all must be left to the operator.
    """
    u = input.detach().reshape(sizes) if layer.by_position else input
    # What is wrong the operator says.
    if layer.mode not in MODES or not _triton.takes(u, layer):
        return None
    if running is not None and not _may_track(input, list(running[:4])):
        running = None
    out, saved = _Normalize.apply(input, weight, bias, seed, layer, sizes, running)
    return out, saved if running is None else None


def evaluate(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running: list[Tensor],
    layer: Layer,
) -> Tensor | None:
    """Compute what the operator normal_norm_frozen does; None if this must be left to it."""
    if layer.mode not in MODES or not _triton.takes_frozen(input, layer):
        return None
    if not torch.is_grad_enabled() or not any(
        t is not None and t.requires_grad for t in (input, weight, bias)
    ):
        return _triton.evaluate(input, weight, bias, tuple(running), layer)
    # A copy: the gradient is that of these statistics, whatever becomes of the running ones.
    out: Tensor = _Evaluate.apply(input, weight, bias, pack_running(*running), layer)
    return out


def _may_track(input: Tensor, running: list[Tensor]) -> bool:
    """Tell whether kernels may change the buffers with running statistics of a module."""
    *moved, batches = running
    # Tensors of inference mode have no version that others could look at.
    return (
        _eager._state().raw_repr() == _eager._STATE
        and is_direct(moved[0].numel(), input)
        and batches.dtype == torch.int64
        and all(
            type(t) is Tensor
            and t.device == input.device
            and t.is_contiguous()
            and (t is batches or t.dtype in _DTYPES)
            and not t.is_inference()
            and _eager._keys(t).raw_repr() in _ordinary(t.device.type)
            for t in running
        )
    )


class _Normalize(torch.autograd.Function):
    @staticmethod
    def forward(  # type: ignore[override]
        ctx: Any,
        input: Tensor,
        weight: Tensor | None,
        bias: Tensor | None,
        seed: Tensor | None,
        layer: Layer,
        sizes: tuple[int, int, int],
        running: Running | None,
    ) -> tuple[Tensor, Tensor]:
        u = input.reshape(sizes) if layer.by_position else input
        w, b = (None if t is None else t.reshape(-1) for t in (weight, bias))
        found = _triton.forward(u, w, b, seed, layer, running)
        assert found is not None
        out, saved = found
        if running is not None:
            for t in running[:4]:
                increment_version(t)
        if layer.by_position:
            # A view could not be changed in place afterwards.
            out = torch.ops.aten._unsafe_view(out, input.shape)
        ctx.save_for_backward(input, weight, saved, seed)
        ctx.layer, ctx.sizes = layer, sizes
        ctx.mark_non_differentiable(saved)
        ctx.set_materialize_grads(False)
        return out, saved

    @staticmethod
    def backward(ctx: Any, grad: Tensor | None, _: Any) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        if grad is None:
            return (None,) * 7
        input, weight, saved, seed = ctx.saved_tensors
        layer = ctx.layer
        if not ctx.needs_input_grad[1]:
            # Noise is in the gradient by weight alone.
            seed, layer = None, layer._replace(noise=0.0)
        sizes = ctx.sizes if layer.by_position else input.shape
        found = _gradients(ctx, grad, input, weight, saved, seed, layer, sizes, False)
        return (*found, *[None] * 4)


class _Evaluate(torch.autograd.Function):
    @staticmethod
    def forward(  # type: ignore[override]
        ctx: Any,
        input: Tensor,
        weight: Tensor | None,
        bias: Tensor | None,
        frozen: Tensor,
        layer: Layer,
    ) -> Tensor:
        out = _triton.evaluate(input, weight, bias, frozen, layer)
        assert out is not None
        ctx.save_for_backward(input, weight, frozen)
        ctx.layer = layer
        return out

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        input, weight, frozen = ctx.saved_tensors
        found = _gradients(ctx, grad, input, weight, frozen, None, ctx.layer, input.shape, True)
        return (*found, None, None)


def _gradients(
    ctx: Any,
    grad: Tensor,
    input: Tensor,
    weight: Tensor | None,
    saved: Tensor,
    seed: Tensor | None,
    layer: Layer,
    sizes: Any,
    evaluated: bool,
) -> list[Tensor | None]:
    """Return the gradients that are needed, by input, weight and bias."""
    arguments = (
        grad.reshape(sizes),
        input.reshape(sizes),
        None if weight is None else weight.reshape(-1),
        saved,
        seed,
    )
    # Where a graph of the gradient is wanted the operator is called, which has derivatives.
    direct = not torch.is_grad_enabled() and is_direct(0, grad)
    found = _triton.backward(*arguments, layer, evaluated) if direct else None
    if found is None:
        found = normal_norm_backward(*arguments, *layer, evaluated)
    du, dweight, dbias = found
    made = [du.reshape(input.shape), dweight, dbias]
    if weight is not None:
        made[1:] = dweight.reshape(weight.shape), dbias.reshape(weight.shape)
    return [g if n else None for g, n in zip(made, ctx.needs_input_grad, strict=False)]
