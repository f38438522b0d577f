# SPDX-License-Identifier: BSD-3-Clause
"""Forward-mode derivatives, torch.func and derivatives of gradients, by torch alone.

torch gives operators in Python no forward-mode derivatives, and leaves them out without a word:
they would be zeros.  Where somebody asks for such derivatives, torch's own operations compute the
layer, which can be differentiated in every way.  So is the gradient of a gradient found.
"""

import torch
from torch import Tensor
from torch._functorch import eager_transforms
from torch.autograd import forward_ad

from . import _torch
from ._checks import check_forward, check_frozen, computed_dtype, frozen_layer, weight_size
from ._statistics import dtype_of
from ._torch import Layer


def is_differentiated() -> bool:
    """Tell whether forward_ad, or a transform of torch.func other than vmap, is at work."""
    if forward_ad._current_level >= 0:
        return True
    stack = torch._C._functorch.get_interpreter_stack()
    vmap = torch._C._functorch.TransformType.Vmap
    return any(level.key() != vmap for level in stack or ())


# While a graph is traced, this is not traced but called: torch enters its transforms then, too.
# This is torch.compiler.assume_constant_result, which imports the compiler for a second or two.
is_differentiated._dynamo_marked_constant = True  # type: ignore[attr-defined]


def refuse_tangents(*tensors: Tensor | None) -> None:
    """Raise NotImplementedError if forward-mode derivatives are wanted of an operator.

    torch.func.jvp hides its tangents here, so that nothing goes where it is at work.
    """
    if forward_ad._current_level < 0:
        return
    if eager_transforms.JVP_NESTING or any(
        t is not None and forward_ad.unpack_dual(t).tangent is not None for t in tensors
    ):
        raise NotImplementedError(
            "the operators of bellshape have no forward-mode derivatives; its modules have them"
        )


def forward(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, seed: Tensor | None, layer: Layer
) -> tuple[Tensor, Tensor]:
    """Compute what the operator normal_norm does."""
    check_forward(input, weight, bias, seed, layer)
    u, weight, bias = computed(input, weight, bias)
    z = None if seed is None else _torch.normal(seed, u.numel(), u.dtype)
    out, saved = _torch.forward(u, weight, bias, z, layer, smooth=True)
    return out.to(input.dtype), saved.to(dtype_of(u.device))


def evaluate(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    frozen: Tensor,
    mode: str,
    eps: float,
) -> Tensor:
    """Compute what the operator normal_norm_frozen does."""
    layer = frozen_layer(input, mode, eps)
    check_frozen(input, weight, bias, frozen, layer)
    u, weight, bias = computed(input, weight, bias)
    return _torch.evaluate(u, weight, bias, frozen, layer, smooth=True).to(input.dtype)


def computed(
    input: Tensor, weight: Tensor | None, bias: Tensor | None
) -> tuple[Tensor, Tensor | None, Tensor | None]:
    """Return the tensors in the type of the computation."""
    dtype = computed_dtype(input.dtype)
    weight, bias = (None if w is None else w.to(dtype) for w in (weight, bias))
    return input.to(dtype), weight, bias


def of_gradients(
    wanted: tuple[Tensor | None, ...],
    grad: Tensor,
    input: Tensor,
    weight: Tensor | None,
    saved: Tensor,
    seed: Tensor | None,
    layer: Layer,
    evaluated: bool,
) -> tuple[Tensor | None, ...]:
    """Differentiate what the operator normal_norm_backward computes.

    `wanted` are gradients with respect to its three outputs.  Returns those with respect to grad,
    input and weight, which can be differentiated again if autograd records.
    """
    again = torch.is_grad_enabled()
    with torch.enable_grad():
        size = weight_size(input, layer)
        ones = input.new_ones(size) if weight is None else weight
        g, u, w = (_as_input(t) for t in (grad, input, ones))
        b = torch.zeros_like(ones).requires_grad_()
        if evaluated:
            v, wv, bv = computed(u, w, b)
            out = _torch.evaluate(v, wv, bv, saved, layer, smooth=True).to(input.dtype)
        else:
            out, _ = forward(u, w, b, seed, layer)
        first = torch.autograd.grad(out, (u, w, b), g.to(out.dtype), create_graph=True)
        pairs = [
            (f, d) for f, d in zip(first, wanted, strict=True) if d is not None and f.requires_grad
        ]
        if not pairs:
            return None, None, None
        found = torch.autograd.grad(
            [f for f, _ in pairs],
            (g, u, w),
            [d for _, d in pairs],
            create_graph=again,
            allow_unused=True,
        )
    return *found[:2], None if weight is None else found[2]


def _as_input(t: Tensor) -> Tensor:
    """Return t as something that only what follows depends on."""
    return t.view_as(t) if t.requires_grad else t.detach().requires_grad_()
