# SPDX-License-Identifier: BSD-3-Clause
"""Layers without centering, as language models have them, by torch and a closed-form gradient.

The C library and the kernels for GPUs always center.  docs/layer.md has the formulas.
"""

import math
import numbers
from typing import Any

import torch
from torch import Tensor, nn

from . import _noise, _torch
from ._base import NormalNorm
from ._checks import MODE, NOISE_KIND, computed_dtype
from ._derivatives import is_differentiated
from ._docs import documented
from ._normalize import as_float32, casts
from ._statistics import NormStatistics, named
from ._torch import Layer, with_noise


class _Normalize(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(  # type: ignore[override]
        u: Tensor, weight: Tensor | None, z: Tensor | None, layer: Layer
    ) -> tuple[Tensor, Tensor]:
        return _torch.forward(u, weight, None, z, layer, centered=False)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        u, weight, z, ctx.layer = inputs
        ctx.mark_non_differentiable(output[1])
        # Noise is in the gradient by weight alone.
        ctx.save_for_backward(u, weight, z if ctx.needs_input_grad[1] else None, output[1])

    @staticmethod
    def backward(ctx: Any, grad: Tensor, _: Any) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        u, weight, z, saved = ctx.saved_tensors
        again = torch.is_grad_enabled()
        if again:
            # A gradient of the gradient goes through the statistics, too.
            saved = _torch.forward(u, None, None, z, ctx.layer, smooth=True, centered=False)[1]
        du, dweight, _ = _torch.backward(
            u, weight, saved, z, grad, ctx.layer, False, smooth=again, centered=False
        )
        return du, None if weight is None else dweight, None, None


def normalize(
    input: Tensor,
    normalized_shape: tuple[int, ...],
    weight: Tensor | None,
    layer: Layer,
    noise_kind: str,
    size: Any,
    noisy: bool,
) -> tuple[Tensor, NormStatistics]:
    """Return the output and the statistics.  `size` is that of the noise, as a number or a tensor.

    The noise of `layer` is not read.
    """
    own = len(normalized_shape)
    if own == 0 or tuple(input.shape[-own:]) != normalized_shape:
        raise ValueError(
            f"expected (*, {str(normalized_shape)[1:]}, got input size {tuple(input.shape)}"
        )
    if input.dtype not in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        raise TypeError(f"expected a floating-point input, got {input.dtype}")
    if casts(input.device.type):
        input, weight = as_float32(input), as_float32(weight)
    dtype = computed_dtype(input.dtype)
    if weight is not None and weight.dtype not in (input.dtype, dtype):
        raise TypeError(
            f"an input of {input.dtype} and a weight of {weight.dtype} do not go together"
        )
    leading = input.shape[: input.dim() - own]
    u = input.to(dtype).reshape(math.prod(leading), 1, math.prod(normalized_shape))
    w = None if weight is None else weight.to(dtype).flatten()
    scaled = noisy and noise_kind == "scaled"
    z = torch.randn_like(u, memory_format=torch.contiguous_format) if scaled else None
    layer = with_noise(layer, size if scaled else 0.0)
    # The other kinds of noise come between the transform and the weight.
    inner = w if noise_kind == "scaled" or not noisy else None
    if is_differentiated():
        out, saved = _torch.forward(u, inner, None, z, layer, smooth=True, centered=False)
    else:
        out, saved = _Normalize.apply(u, inner, z, layer)
    if noisy and not scaled:
        out = _noise.affine(_noise.add(out, noise_kind, size), w, None, True)
    return out.reshape(input.shape).to(input.dtype), named(saved, leading)


@documented(
    "The values in the last dimensions share their root mean square and lambda, in evaluation too. "
    " They are not centered: no mean is taken away, of them or of anything else."
)
class RMSNormalNorm(NormalNorm, nn.RMSNorm):
    """Root mean square normality normalization of (*, *normalized_shape).

    Examples
    --------
    >>> import torch
    >>> norm = RMSNormalNorm(6)
    >>> norm(torch.randn(8, 6)).shape
    torch.Size([8, 6])
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: torch.dtype | None = None,
        *,
        noise: float = 1.0,
        alpha: float = 1.0,
        mode: MODE = "exact",
        noise_kind: NOISE_KIND = "scaled",
    ) -> None:
        super().__init__(1e-5 if eps is None else eps, noise, alpha, mode, noise_kind)
        self.eps = eps if eps is None else float(eps)
        one = isinstance(normalized_shape, numbers.Integral)
        self.normalized_shape = (normalized_shape,) if one else tuple(normalized_shape)
        self.elementwise_affine = elementwise_affine
        self._make_weights(self.normalized_shape, elementwise_affine, False, device, dtype)
        self.reset_parameters()

    def _forward(self, input: Tensor) -> Tensor:
        noisy, size, alpha = self._noisy and self.training, self._sizes[0], self._sizes[1]
        out, statistics = normalize(
            input,
            self.normalized_shape,
            self.weight,
            Layer(1, False, True, self.mode, 0.0, alpha, default_eps(self.eps, input)),
            self.noise_kind,
            size,
            noisy,
        )
        if self._record is not None:
            self._record(statistics)
        return out

    def _arguments(self) -> str:
        return f"{self.normalized_shape}, elementwise_affine={self.elementwise_affine}"


def default_eps(eps: float | None, input: Tensor) -> float:
    """Return what torch.nn.RMSNorm takes for None: the machine epsilon of the input."""
    if eps is not None:
        return eps
    # What is no floating-point number is refused later.
    return torch.finfo(input.dtype).eps if input.is_floating_point() else 1e-5
