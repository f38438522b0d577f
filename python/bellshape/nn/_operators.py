# SPDX-License-Identifier: BSD-3-Clause
"""The operators torch.ops.bellshape.*: the C library on the CPU, plain torch on other devices.

An input is (samples, channels, ...): what follows the channels are positions. `saved` and `frozen` are one row of
struct bell_layer_statistics for each group. The seed is an input, so that whoever records or replays a computation has it.
"""

import math
from typing import Any

import torch
from torch import Tensor

from .. import _core
from . import _plain
from ._plain import Layer

MODES = ("exact", "compat", "plain")

# One more thread for each so many elements; for fewer, starting it was measured to cost what it saves.
_THREAD_ELEMENTS = 32768


def saved_dtype(device: torch.device) -> torch.dtype:
    """float64 wherever there is one."""
    return torch.float32 if device.type == "mps" else torch.float64


def _computed(dtype: torch.dtype) -> torch.dtype:
    return torch.float64 if dtype == torch.float64 else torch.float32


def _same_type(w: Tensor | None, u: Tensor) -> Tensor | None:
    """A weight as the computation has it."""
    return None if w is None else w.to(u.dtype).contiguous()


# ---- checks: the C library is given addresses ----


def check_options(mode: str, noise: float, alpha: float, eps: float) -> None:
    if mode not in MODES:
        raise ValueError(f"mode is {mode!r}, not one of {', '.join(MODES)}")
    if not 0 <= noise < math.inf:
        raise ValueError(f"noise is {noise}, not a number of at least 0")
    if not math.isfinite(alpha):
        raise ValueError(f"alpha is {alpha}, not a finite number")
    if not 0 < eps < math.inf:
        raise ValueError(f"eps is {eps}, not a number above 0")


def _rows(input: Tensor, layer: Layer) -> int:
    return layer.groups if layer.batch else input.shape[0] * layer.groups


def _check_input(input: Tensor, layer: Layer) -> None:
    if input.dtype not in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        raise TypeError(f"expected a floating-point input, got {input.dtype}")
    if input.dim() < 2:
        raise ValueError(f"expected an input of 2 or more dimensions, got {input.dim()}")
    if layer.groups < 1 or input.shape[1] % layer.groups:
        raise ValueError(f"{layer.groups} groups do not divide {input.shape[1]} channels")
    if layer.batch and layer.by_position:
        raise ValueError("a weight for each position does not go with statistics of the batch")
    check_options(layer.mode, layer.noise, layer.alpha, layer.eps)


def _check_weights(input: Tensor, layer: Layer, **weights: Tensor | None) -> None:
    size = math.prod(input.shape[2:]) if layer.by_position else input.shape[1]
    for name, w in weights.items():
        if w is None:
            continue
        if w.dtype not in (input.dtype, _computed(input.dtype)):
            raise TypeError(f"an input of {input.dtype} and a {name} of {w.dtype} do not go together")
        _check(w, name, (size,), w.dtype, input.device)


def _check(t: Tensor, name: str, shape: tuple[int, ...], dtype: torch.dtype, device: torch.device) -> None:
    if tuple(t.shape) != tuple(shape):
        raise ValueError(f"expected a {name} of shape {tuple(shape)}, got {tuple(t.shape)}")
    if t.dtype != dtype:
        raise TypeError(f"expected a {name} of {dtype}, got {t.dtype}")
    if t.device != device:
        raise ValueError(f"the input is on {device}, the {name} on {t.device}")


def _check_saved(input: Tensor, name: str, saved: Tensor, layer: Layer) -> None:
    _check(saved, name, (_rows(input, layer), 9), saved_dtype(input.device), input.device)


def _check_seed(input: Tensor, seed: Tensor | None, layer: Layer) -> None:
    if seed is not None:
        _check(seed, "seed", (), torch.int64, input.device)
    elif layer.noise != 0:
        raise ValueError("noise needs a seed")


def _check_sizes(input: Tensor, layer: Layer) -> None:
    n = math.prod(input.shape[2:]) * (input.shape[1] // layer.groups)
    n *= input.shape[0] if layer.batch else 1
    if _rows(input, layer) and n < 2:
        raise ValueError(f"expected more than 1 value for each mean and variance, got input size {tuple(input.shape)}")


# ---- the C library ----


def _position_stride(t: Tensor) -> int | None:
    """Elements from one position to the next; None if that differs."""
    stride, count = 1, 1
    for size, step in zip(reversed(t.shape[2:]), reversed(t.stride()[2:]), strict=True):
        if count == 1 and size > 1:
            stride = step
        if size > 1 and step != stride * count:
            return None
        count *= size
    return stride


def _in_and_out(input: Tensor) -> tuple[Tensor, Tensor]:
    """The input, copied only if it must be, and room for a result with the same strides."""
    u = input.to(_computed(input.dtype))
    out = torch.empty_like(u)
    if out.stride() == u.stride() and _position_stride(u) is not None:
        return u, out
    u = u.contiguous()
    return u, torch.empty_like(u)


def _as(out: Tensor, input: Tensor) -> Tensor:
    """out with the type and the strides of torch.empty_like(input)."""
    if out.dtype == input.dtype and out.stride() == input.stride():
        return out
    return torch.empty_like(input).copy_(out)


def _c_call(u: Tensor, seed: Tensor | None, layer: Layer) -> tuple[bool, tuple[Any, ...], tuple[Any, ...]]:
    """What the functions of _core begin with: type, shape, options."""
    positions = math.prod(u.shape[2:])
    threads = min(torch.get_num_threads(), 1 + u.numel() // _THREAD_ELEMENTS, 1024)
    shape = (*u.shape[:2], positions, *u.stride()[:2], _position_stride(u))
    return (
        u.dtype == torch.float64,
        (*shape, layer.groups, layer.batch, layer.by_position),
        (
            layer.mode == "compat",
            layer.mode == "plain",
            layer.noise,
            layer.alpha,
            layer.eps,
            0 if seed is None else seed.item(),
            threads,
        ),
    )


def _address(t: Tensor | None) -> int:
    return 0 if t is None else t.data_ptr()


# ---- training ----


@torch.library.custom_op("bellshape::normal_norm", mutates_args=())
def normal_norm(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    seed: Tensor | None,
    groups: int,
    batch: bool,
    by_position: bool,
    mode: str,
    noise: float,
    alpha: float,
    eps: float,
) -> tuple[Tensor, Tensor]:
    layer = Layer(groups, batch, by_position, mode, noise, alpha, eps)
    _check_forward(input, weight, bias, seed, layer)
    u = input.to(_computed(input.dtype))
    weight, bias = _same_type(weight, u), _same_type(bias, u)
    out, saved = _plain.forward(u, weight, bias, _noise(u, seed, layer), layer)
    return _as(out, input), saved.to(saved_dtype(u.device))


@normal_norm.register_kernel("cpu")
def _(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, seed: Tensor | None, *options: Any
) -> tuple[Tensor, Tensor]:
    layer = Layer(*options)
    _check_forward(input, weight, bias, seed, layer)
    u, out = _in_and_out(input)
    saved = u.new_empty((_rows(u, layer), 9), dtype=torch.float64)
    weight, bias = _same_type(weight, u), _same_type(bias, u)
    if u.numel():
        _core._layer_forward(
            *_c_call(u, seed, layer),
            _address(u),
            _address(weight),
            _address(bias),
            _address(out),
            _address(saved),
        )
    return _as(out, input), saved


@normal_norm.register_fake
def _(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, seed: Tensor | None, *options: Any
) -> tuple[Tensor, Tensor]:
    layer = Layer(*options)
    _check_forward(input, weight, bias, seed, layer)
    saved = input.new_empty((_rows(input, layer), 9), dtype=saved_dtype(input.device))
    return torch.empty_like(input), saved


def _check_forward(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, seed: Tensor | None, layer: Layer
) -> None:
    _check_input(input, layer)
    _check_weights(input, layer, weight=weight, bias=bias)
    _check_seed(input, seed, layer)
    _check_sizes(input, layer)


def _noise(u: Tensor, seed: Tensor | None, layer: Layer) -> Tensor | None:
    return _plain.normal(seed, u.numel(), u.dtype) if seed is not None and layer.noise else None


# ---- evaluation with given statistics ----


@torch.library.custom_op("bellshape::normal_norm_frozen", mutates_args=())
def normal_norm_frozen(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    frozen: Tensor,
    mode: str,
    eps: float,
) -> Tensor:
    layer = _frozen_layer(input, mode, eps)
    _check_frozen(input, weight, bias, frozen, layer)
    u = input.to(_computed(input.dtype))
    weight, bias = _same_type(weight, u), _same_type(bias, u)
    return _as(_plain.evaluate(u, weight, bias, frozen, layer), input)


@normal_norm_frozen.register_kernel("cpu")
def _(input: Tensor, weight: Tensor | None, bias: Tensor | None, frozen: Tensor, mode: str, eps: float) -> Tensor:
    layer = _frozen_layer(input, mode, eps)
    _check_frozen(input, weight, bias, frozen, layer)
    u, out = _in_and_out(input)
    weight, bias, frozen = _same_type(weight, u), _same_type(bias, u), frozen.contiguous()
    if u.numel():
        _core._layer_evaluate(
            *_c_call(u, None, layer),
            _address(frozen),
            _address(u),
            _address(weight),
            _address(bias),
            _address(out),
        )
    return _as(out, input)


@normal_norm_frozen.register_fake
def _(input: Tensor, weight: Tensor | None, bias: Tensor | None, frozen: Tensor, mode: str, eps: float) -> Tensor:
    _check_frozen(input, weight, bias, frozen, _frozen_layer(input, mode, eps))
    return torch.empty_like(input)


def _frozen_layer(input: Tensor, mode: str, eps: float) -> Layer:
    """Statistics are kept by the channel, for batch and for instance layers."""
    channels = input.shape[1] if input.dim() > 1 else 1
    return Layer(channels, True, False, mode, 0.0, 1.0, eps)


def _check_frozen(input: Tensor, weight: Tensor | None, bias: Tensor | None, frozen: Tensor, layer: Layer) -> None:
    _check_input(input, layer)
    _check_weights(input, layer, weight=weight, bias=bias)
    _check_saved(input, "frozen", frozen, layer)


# ---- gradients of both ----


@torch.library.custom_op("bellshape::normal_norm_backward", mutates_args=())
def normal_norm_backward(
    grad: Tensor,
    input: Tensor,
    weight: Tensor | None,
    saved: Tensor,
    seed: Tensor | None,
    groups: int,
    batch: bool,
    by_position: bool,
    mode: str,
    noise: float,
    alpha: float,
    eps: float,
    evaluated: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    layer = Layer(groups, batch, by_position, mode, noise, alpha, eps)
    _check_backward(grad, input, weight, saved, seed, layer, evaluated)
    u = input.to(_computed(input.dtype))
    z = _noise(u, seed, layer)
    w, g = _same_type(weight, u), grad.to(u.dtype)
    du, dweight, dbias = _plain.backward(u, w, saved, z, g, layer, evaluated)
    return _as(du, input), _as_weight(dweight, input, weight), _as_weight(dbias, input, weight)


@normal_norm_backward.register_kernel("cpu")
def _(
    grad: Tensor, input: Tensor, weight: Tensor | None, saved: Tensor, seed: Tensor | None, *options: Any
) -> tuple[Tensor, Tensor, Tensor]:
    layer, evaluated = Layer(*options[:-1]), options[-1]
    _check_backward(grad, input, weight, saved, seed, layer, evaluated)
    u, du = _in_and_out(input)
    if grad.dtype != u.dtype or grad.stride() != u.stride():
        grad = torch.empty_like(u).copy_(grad)
    w, saved = _same_type(weight, u), saved.contiguous()
    size = math.prod(u.shape[2:]) if layer.by_position else u.shape[1]
    dweight, dbias = u.new_zeros((2, size), dtype=torch.float64)
    if u.numel():
        _core._layer_backward(
            *_c_call(u, seed, layer),
            evaluated,
            _address(u),
            _address(w),
            _address(saved),
            _address(grad),
            _address(du),
            _address(dweight),
            _address(dbias),
        )
    return _as(du, input), _as_weight(dweight, input, weight), _as_weight(dbias, input, weight)


@normal_norm_backward.register_fake
def _(
    grad: Tensor, input: Tensor, weight: Tensor | None, saved: Tensor, seed: Tensor | None, *options: Any
) -> tuple[Tensor, Tensor, Tensor]:
    layer, evaluated = Layer(*options[:-1]), options[-1]
    _check_backward(grad, input, weight, saved, seed, layer, evaluated)
    size = math.prod(input.shape[2:]) if layer.by_position else input.shape[1]
    dtype = input.dtype if weight is None else weight.dtype
    return (
        torch.empty_like(input),
        input.new_empty(size, dtype=dtype),
        input.new_empty(size, dtype=dtype),
    )


def _check_backward(
    grad: Tensor,
    input: Tensor,
    weight: Tensor | None,
    saved: Tensor,
    seed: Tensor | None,
    layer: Layer,
    evaluated: bool,
) -> None:
    _check_input(input, layer)
    _check_weights(input, layer, weight=weight)
    _check_saved(input, "saved", saved, layer)
    _check_seed(input, seed, layer)
    _check(grad, "gradient", input.shape, grad.dtype, input.device)
    if not evaluated:
        _check_sizes(input, layer)


def _as_weight(gradient: Tensor, input: Tensor, weight: Tensor | None) -> Tensor:
    """A copy: outputs of an operator share no memory."""
    dtype = input.dtype if weight is None else weight.dtype
    return gradient.to(dtype, copy=True)


# ---- autograd and autocast ----


def _keep(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
    input, weight, bias, seed, *ctx.options = inputs
    ctx.mark_non_differentiable(output[1])
    ctx.save_for_backward(input, weight, output[1], seed)


def _gradients(ctx: Any, grad: Tensor, _: Tensor | None) -> tuple[Tensor | None, ...]:
    input, weight, saved, seed = ctx.saved_tensors
    du, dweight, dbias = normal_norm_backward(grad, input, weight, saved, seed, *ctx.options, False)
    return (*_wanted(ctx, du, dweight, dbias), *[None] * 8)


def _keep_frozen(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    input, weight, _, frozen, mode, eps = inputs
    ctx.layer = _frozen_layer(input, mode, eps)
    ctx.save_for_backward(input, weight, frozen)


def _gradients_frozen(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    input, weight, frozen = ctx.saved_tensors
    du, dweight, dbias = normal_norm_backward(grad, input, weight, frozen, None, *ctx.layer, True)
    return (*_wanted(ctx, du, dweight, dbias), *[None] * 3)


def _wanted(ctx: Any, *gradients: Tensor) -> list[Tensor | None]:
    return [g if needed else None for g, needed in zip(gradients, ctx.needs_input_grad[:3], strict=True)]


normal_norm.register_autograd(_gradients, setup_context=_keep)
normal_norm_frozen.register_autograd(_gradients_frozen, setup_context=_keep_frozen)
for _device in ("cpu", "cuda"):
    for _operator in (normal_norm, normal_norm_frozen):
        torch.library.register_autocast(_operator, _device, torch.float32)
