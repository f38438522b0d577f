# SPDX-License-Identifier: BSD-3-Clause
"""The operators in terms of torch's own, for graphs that run where bellshape is not."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from . import _torch
from ._checks import frozen_layer
from ._derivatives import computed
from ._operators import OPTIONS
from ._statistics import dtype_of
from ._torch import Layer


def decompositions() -> dict[Any, Callable[..., Any]]:
    """Return what torch.export needs to do without the operators of bellshape.

    A graph that is exported from modules of bellshape has calls of `torch.ops.bellshape`, each of
    which is opaque.  With this table they become operations of torch, which ONNX, Core ML,
    ExecuTorch, TensorRT and a C++ process without bellshape know.

    Returns
    -------
    dict
        A table for `torch.export.ExportedProgram.run_decompositions`: from an operator to a
        function of the same arguments.

    Notes
    -----
    The formulas run in float32 where the input is float32, float16 or bfloat16, sums included.  The
    results agree with those of the modules to rounding, noise included.  Gradients are those that
    torch finds for the operations.

    Examples
    --------
    >>> import torch
    >>> norm, x = LayerNormalNorm(6).eval(), torch.randn(4, 6)
    >>> exported = torch.export.export(norm, (x,)).run_decompositions(decompositions())
    >>> any("bellshape" in str(node.target) for node in exported.graph.nodes)
    False
    """
    ops = torch.ops.bellshape
    return {
        ops.normal_norm.default: _forward,
        ops.normal_norm_frozen.default: _frozen,
        ops.normal_norm_backward.default: _backward,
    }


def _layer(u: Tensor, sizes: Tensor | None, *options: Any) -> Layer:
    """Return the layer, with the size of the noise and alpha as tensors if they are inputs."""
    layer = Layer(*options)
    if sizes is None:
        return layer
    noise, alpha = sizes.to(u.dtype).to(u.device).unbind()
    return layer._replace(noise=noise, alpha=alpha)


def _noise(u: Tensor, seed: Tensor | None) -> Tensor | None:
    return None if seed is None else _torch.normal(seed, u.numel(), u.dtype)


def _forward(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, seed: Tensor | None, *options: Any
) -> tuple[Tensor, Tensor]:
    *options, sizes = options if len(options) > OPTIONS else (*options, None)
    u, weight, bias = computed(input, weight, bias)
    layer = _layer(u, sizes, *options)
    out, saved = _torch.forward(u, weight, bias, _noise(u, seed), layer, smooth=True)
    return out.to(input.dtype), saved.to(dtype_of(u.device))


def _frozen(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, frozen: Tensor, mode: str, eps: float
) -> Tensor:
    u, weight, bias = computed(input, weight, bias)
    layer = frozen_layer(input, mode, eps)
    return _torch.evaluate(u, weight, bias, frozen, layer, smooth=True).to(input.dtype)


def _backward(
    grad: Tensor,
    input: Tensor,
    weight: Tensor | None,
    saved: Tensor,
    seed: Tensor | None,
    *options: Any,
) -> tuple[Tensor, Tensor, Tensor]:
    *options, evaluated, sizes = options if len(options) > OPTIONS + 1 else (*options, None)
    u, w, _ = computed(input, weight, None)
    layer = _layer(u, sizes, *options)
    du, dweight, dbias = _torch.backward(
        u, w, saved, _noise(u, seed), grad.to(u.dtype), layer, evaluated
    )
    dtype = input.dtype if weight is None else weight.dtype
    return du.to(input.dtype), dweight.to(dtype), dbias.to(dtype)
