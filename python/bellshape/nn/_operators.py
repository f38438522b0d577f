# SPDX-License-Identifier: BSD-3-Clause
"""The operators torch.ops.bellshape.*: the C library on the CPU, Triton or torch on other devices.

An input is (samples, channels, ...): what follows the channels are positions.  `saved` (of a
forward pass) and `frozen` (given, for evaluation) hold the statistics: one row for each group,
whose columns are the fields of Statistics.  The seed is an input, so that whoever records or
replays a computation has it.

`sizes`, if given, holds the size of the noise and alpha, and takes the place of the two numbers: a
graph that was compiled reads it at each call.  Without a seed there is no noise.
"""

from typing import Any

import torch
from torch import Tensor

from .. import _core
from . import _torch, _triton
from ._checks import (
    check_backward,
    check_forward,
    check_frozen,
    computed_dtype,
    frozen_layer,
    group_size,
    rows,
    weight_size,
)
from ._derivatives import of_gradients, refuse_tangents
from ._library import address, as_input, call_of, in_and_out, same_type
from ._statistics import FIELDS, dtype_of
from ._torch import Layer

# The number of the options of a Layer.
OPTIONS = len(Layer._fields)


def _layer(seed: Tensor | None, sizes: Tensor | None, *options: Any) -> Layer:
    layer = Layer(*options)
    if sizes is None:
        return layer
    noise, alpha = sizes.tolist()
    return layer._replace(noise=noise if seed is not None else 0.0, alpha=alpha)


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
    sizes: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    layer = _layer(seed, sizes, groups, batch, by_position, mode, noise, alpha, eps)
    refuse_tangents(input, weight, bias)
    check_forward(input, weight, bias, seed, layer)
    result = _triton.forward(input, weight, bias, seed, layer)
    if result is not None:
        return result
    u = input.to(computed_dtype(input.dtype))
    weight, bias = same_type(weight, u), same_type(bias, u)
    out, saved = _torch.forward(u, weight, bias, _noise(u, seed, layer), layer)
    return as_input(out, input), saved.to(dtype_of(u.device))


@normal_norm.register_kernel("cpu")
def _(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, seed: Tensor | None, *options: Any
) -> tuple[Tensor, Tensor]:
    *options, sizes = options if len(options) > OPTIONS else (*options, None)
    layer = _layer(seed, sizes, *options)
    refuse_tangents(input, weight, bias)
    check_forward(input, weight, bias, seed, layer)
    u, out = in_and_out(input)
    weight, bias = same_type(weight, u), same_type(bias, u)
    if u.numel() and group_size(u, layer) == 1:
        # The C library takes no group of a single value.
        u = u.to(computed_dtype(u.dtype))
        out, saved = _torch.forward(u, weight, bias, _noise(u, seed, layer), layer)
        return as_input(out, input), saved.to(torch.float64)
    saved = u.new_zeros((rows(u, layer), FIELDS), dtype=torch.float64)
    if u.numel():
        _core.layer_forward(
            *call_of(u, seed, layer),
            address(u),
            address(weight),
            address(bias),
            address(out),
            address(saved),
        )
    return as_input(out, input), saved


@normal_norm.register_fake
def _(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, seed: Tensor | None, *options: Any
) -> tuple[Tensor, Tensor]:
    layer = Layer(*options[:OPTIONS])
    refuse_tangents(input, weight, bias)
    check_forward(input, weight, bias, seed, layer)
    saved = input.new_empty((rows(input, layer), FIELDS), dtype=dtype_of(input.device))
    return torch.empty_like(input), saved


def _noise(u: Tensor, seed: Tensor | None, layer: Layer) -> Tensor | None:
    if seed is None or not layer.noise:
        return None
    made = _triton.normal(seed, u.numel(), u.dtype) if u.device.type != "cpu" else None
    return _torch.normal(seed, u.numel(), u.dtype) if made is None else made


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
    layer = frozen_layer(input, mode, eps)
    refuse_tangents(input, weight, bias, frozen)
    check_frozen(input, weight, bias, frozen, layer)
    result = _triton.evaluate(input, weight, bias, frozen, layer)
    if result is not None:
        return result
    u = input.to(computed_dtype(input.dtype))
    weight, bias = same_type(weight, u), same_type(bias, u)
    return as_input(_torch.evaluate(u, weight, bias, frozen, layer), input)


@normal_norm_frozen.register_kernel("cpu")
def _(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, frozen: Tensor, mode: str, eps: float
) -> Tensor:
    layer = frozen_layer(input, mode, eps)
    refuse_tangents(input, weight, bias, frozen)
    check_frozen(input, weight, bias, frozen, layer)
    u, out = in_and_out(input)
    weight, bias, frozen = same_type(weight, u), same_type(bias, u), frozen.contiguous()
    if u.numel():
        _core.layer_evaluate(
            *call_of(u, None, layer),
            address(u),
            address(weight),
            address(bias),
            address(frozen),
            address(out),
        )
    return as_input(out, input)


@normal_norm_frozen.register_fake
def _(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, frozen: Tensor, mode: str, eps: float
) -> Tensor:
    refuse_tangents(input, weight, bias, frozen)
    check_frozen(input, weight, bias, frozen, frozen_layer(input, mode, eps))
    return torch.empty_like(input)


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
    sizes: Tensor | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    layer = _layer(seed, sizes, groups, batch, by_position, mode, noise, alpha, eps)
    refuse_tangents(grad, input, weight, saved)
    check_backward(grad, input, weight, saved, seed, layer, evaluated)
    result = _triton.backward(grad, input, weight, saved, seed, layer, evaluated)
    if result is not None:
        return result
    u = input.to(computed_dtype(input.dtype))
    z = _noise(u, seed, layer)
    w, g = same_type(weight, u), grad.to(u.dtype)
    du, dweight, dbias = _torch.backward(u, w, saved, z, g, layer, evaluated)
    return _outputs(input, weight, du, dweight, dbias)


@normal_norm_backward.register_kernel("cpu")
def _(
    grad: Tensor,
    input: Tensor,
    weight: Tensor | None,
    saved: Tensor,
    seed: Tensor | None,
    *options: Any,
) -> tuple[Tensor, Tensor, Tensor]:
    *options, evaluated, sizes = options if len(options) > OPTIONS + 1 else (*options, None)
    layer = _layer(seed, sizes, *options)
    refuse_tangents(grad, input, weight, saved)
    check_backward(grad, input, weight, saved, seed, layer, evaluated)
    u, du = in_and_out(input)
    if grad.dtype != u.dtype or grad.stride() != u.stride():
        grad = torch.empty_like(u).copy_(grad)
    w, saved = same_type(weight, u), saved.contiguous()
    if u.numel() and not evaluated and group_size(u, layer) == 1:
        u = u.to(computed_dtype(u.dtype))
        z, g = _noise(u, seed, layer), grad.to(u.dtype)
        du, dweight, dbias = _torch.backward(u, w, saved, z, g, layer, evaluated)
        return _outputs(input, weight, du, dweight, dbias)
    dweight, dbias = u.new_zeros((2, weight_size(u, layer)), dtype=torch.float64)
    if u.numel():
        _core.layer_backward(
            *call_of(u, seed, layer),
            evaluated,
            True,
            address(u),
            address(w),
            address(saved),
            address(grad),
            address(du),
            address(dweight),
            address(dbias),
        )
    return _outputs(input, weight, du, dweight, dbias)


@normal_norm_backward.register_fake
def _(
    grad: Tensor,
    input: Tensor,
    weight: Tensor | None,
    saved: Tensor,
    seed: Tensor | None,
    *options: Any,
) -> tuple[Tensor, Tensor, Tensor]:
    layer, evaluated = Layer(*options[:OPTIONS]), options[OPTIONS]
    refuse_tangents(grad, input, weight, saved)
    check_backward(grad, input, weight, saved, seed, layer, evaluated)
    size = weight_size(input, layer)
    dtype = input.dtype if weight is None else weight.dtype
    return (
        torch.empty_like(input),
        input.new_empty(size, dtype=dtype),
        input.new_empty(size, dtype=dtype),
    )


def _outputs(
    input: Tensor, weight: Tensor | None, du: Tensor, dweight: Tensor, dbias: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients in their types, as copies: outputs of an operator share no memory."""
    dtype = input.dtype if weight is None else weight.dtype
    return as_input(du, input), dweight.to(dtype, copy=True), dbias.to(dtype, copy=True)


# ---- autograd ----


def _keep(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
    input, weight, _, seed, *ctx.options, sizes = inputs
    ctx.mark_non_differentiable(output[1])
    ctx.save_for_backward(input, weight, output[1], seed, sizes)


def _gradients(ctx: Any, grad: Tensor, _: Tensor | None) -> tuple[Tensor | None, ...]:
    input, weight, saved, seed, sizes = ctx.saved_tensors
    options = ctx.options
    if not ctx.needs_input_grad[1]:
        # Noise is in the gradient by weight alone, so that it need not be made again.
        seed, options = None, Layer(*options)._replace(noise=0.0)
    du, dweight, dbias = normal_norm_backward(
        grad, input, weight, saved, seed, *options, False, sizes
    )
    return (*_wanted(ctx, du, dweight, dbias), *[None] * 9)


def _keep_frozen(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    input, weight, _, frozen, mode, eps = inputs
    ctx.layer = frozen_layer(input, mode, eps)
    ctx.save_for_backward(input, weight, frozen)


def _gradients_frozen(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    input, weight, frozen = ctx.saved_tensors
    du, dweight, dbias = normal_norm_backward(grad, input, weight, frozen, None, *ctx.layer, True)
    return (*_wanted(ctx, du, dweight, dbias), *[None] * 3)


def _keep_gradients(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
    grad, input, weight, saved, seed, *ctx.options, ctx.evaluated, sizes = inputs
    ctx.save_for_backward(grad, input, weight, saved, seed, sizes)


def _second_derivatives(ctx: Any, *wanted: Tensor | None) -> tuple[Tensor | None, ...]:
    *tensors, seed, sizes = ctx.saved_tensors
    layer = _layer(seed, sizes, *ctx.options)
    found = of_gradients(wanted, *tensors, seed, layer, ctx.evaluated)
    return (*found, *[None] * 11)


def _wanted(ctx: Any, *gradients: Tensor) -> list[Tensor | None]:
    return [
        g if needed else None for g, needed in zip(gradients, ctx.needs_input_grad[:3], strict=True)
    ]


normal_norm.register_autograd(_gradients, setup_context=_keep)
normal_norm_frozen.register_autograd(_gradients_frozen, setup_context=_keep_frozen)
normal_norm_backward.register_autograd(_second_derivatives, setup_context=_keep_gradients)
