# SPDX-License-Identifier: BSD-3-Clause
"""The steps of batches that several processes share, by torch: for tensors that are not on the CPU.

They are those of bellshape/layer_parts.h, and the sums those of docs/layer.md.  All numbers stay on
the device, that of the values in a group, too: nothing waits for it.
"""

import math
from typing import Any, NamedTuple

import torch
import torch.distributed as dist
from torch import Tensor
from torch.autograd.function import once_differentiable

from . import _torch
from ._checks import computed_dtype
from ._library import as_input, same_type
from ._statistics import Statistics, dtype_of, unpack
from ._torch import Layer

# What channels share is summed over, of tensors of (samples, channels, 1, positions).
_DIMS = (0, 2, 3)


class _Shared(NamedTuple):
    """What all processes know of the whole batch."""

    statistics: Tensor
    seed: Tensor | None
    # The number of values before this part, and of those in a group.
    first: Tensor
    count: Tensor


def _gathered(rows: Tensor, group: Any) -> Tensor:
    """Return the rows of all processes, in the order of their ranks."""
    parts = [torch.empty_like(rows) for _ in range(dist.get_world_size(group))]
    dist.all_gather(parts, rows, group=group)
    return torch.stack(parts)


def _sums(*terms: Tensor) -> Tensor:
    """Return sums by channel, a row for each term."""
    dtype = dtype_of(terms[0].device)
    return torch.stack([t.sum(_DIMS, dtype=dtype) for t in terms])


def _means(count: Tensor, group: Any, *terms: Tensor) -> list[Tensor]:
    """Return means by channel over all processes, in an order that never changes."""
    return list(_gathered(_sums(*terms), group).sum(0) / count)


def _wide(t: Tensor) -> Tensor:
    return t.reshape(1, -1, 1, 1)


def _standardized(v: Tensor, mean: Tensor, variance: Tensor, layer: Layer) -> Tensor:
    """Return h.  The mean has two parts, as the kernels have it."""
    high = mean.to(v.dtype)
    low = (mean - high).to(v.dtype)
    r = (variance + layer.eps).rsqrt().to(v.dtype)
    return ((v - _wide(high)) - _wide(low)) * _wide(r)


def _share(v: Tensor, seed: Tensor | None, layer: Layer, group: Any) -> _Shared:
    """Find the statistics of the whole batch."""
    n = v.shape[0] * v.shape[3]
    real = dtype_of(v.device)
    pivot = _sums(v)[0] / max(n, 1)
    near = v - _wide(pivot.to(v.dtype))
    first, second = _sums(near, near.square())
    mean = pivot.to(v.dtype).to(real) + first / max(n, 1)
    sizes = torch.full_like(mean, n)
    rows = _gathered(torch.stack((sizes, mean, second - first * first / max(n, 1))), group)
    count = rows[:, 0, 0].sum()
    average = (rows[:, 0] * rows[:, 1]).sum(0) / count
    spread = rows[:, 0] * (rows[:, 1] - average).square() + rows[:, 2]
    variance = (spread.sum(0) / count).clamp(min=0)
    rank = dist.get_rank(group)
    before = rows[:rank, 0, 0].sum().to(torch.int64) * v.shape[1]
    if seed is not None:
        seed = _gathered(seed, group)[0]
    zero = torch.zeros_like(average)
    m1 = d1 = slope = curvature = center = absolute = zero
    lmbda = zero + 1
    x = h = _standardized(v, average, variance, layer)
    if layer.mode != "normalize_only":
        s, a, logarithm = _torch._parts(h)
        d = (1 + a) * logarithm - a
        c = (1 + a) * logarithm * logarithm - 2 * d
        terms = h * d, d, s * logarithm, a * c, d * d
        m1, d1, sl, ac, dd = _means(count, group, *terms)
        slope, curvature = m1 - sl, ac + dd - d1 * d1 - 2 * m1 * m1
        lmbda = 1 - layer.alpha * slope / (curvature + math.sqrt(layer.eps))
        x = _torch._psi(h, _wide(lmbda).to(v.dtype), layer)
    if seed is not None:
        if layer.mode != "normalize_only":
            [center] = _means(count, group, x)
        [absolute] = _means(count, group, (x - _wide(center).to(v.dtype)).abs())
    found = Statistics(average, variance, lmbda, m1, d1, slope, curvature, center, absolute)
    return _Shared(torch.stack(found, -1), seed, before, count)


def _noise(v: Tensor, shared: _Shared, layer: Layer) -> Tensor | None:
    """Return the noise of this part, of its size."""
    if shared.seed is None:
        return None
    z = _torch.normal(shared.seed, v.numel(), v.dtype, shared.first).reshape(v.shape)
    return z * (layer.noise * _wide(unpack(shared.statistics).spread)).to(v.dtype)


class Synchronized(torch.autograd.Function):
    """Return out, the statistics, and the number of values in a group of the whole batch."""

    @staticmethod
    def forward(  # type: ignore[override]
        ctx: Any,
        input: Tensor,
        weight: Tensor | None,
        bias: Tensor | None,
        seed: Tensor | None,
        layer: Layer,
        group: Any,
    ) -> tuple[Tensor, Tensor, Tensor]:
        u = input.to(computed_dtype(input.dtype))
        v = _torch._grouped(u, layer)
        shared = _share(v, seed, layer, group)
        average, variance, lmbda, *_ = unpack(shared.statistics)
        y = _standardized(v, average, variance, layer)
        if layer.mode != "normalize_only":
            y = _torch._psi(y, _wide(lmbda).to(v.dtype), layer)
        z = _noise(v, shared, layer)
        y = y if z is None else y + z
        y = _torch._scale(y, same_type(weight, u), same_type(bias, u), layer).reshape(u.shape)
        ctx.save_for_backward(input, weight, *shared)
        ctx.layer, ctx.group = layer, group
        ctx.mark_non_differentiable(shared.statistics, shared.count)
        return as_input(y, input), shared.statistics, shared.count

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor, *_: Any) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        input, weight, *others = ctx.saved_tensors
        shared, layer = _Shared(*others), ctx.layer
        u = input.to(computed_dtype(input.dtype))
        v, g = (_torch._grouped(t, layer) for t in (u, grad.to(u.dtype)))
        average, variance, *rest = unpack(shared.statistics)
        lmbda, m1, d1, slope, curvature = (_wide(t).to(v.dtype) for t in rest[:5])
        x = h = _standardized(v, average, variance, layer)
        w = _torch._weight(same_type(weight, u), layer)
        dh = gx = g if w is None else g * w
        if layer.mode == "normalize_only":
            m, mh = _means(shared.count, ctx.group, dh, dh * h)
        else:
            x = _torch._psi(h, lmbda, layer)
            statistics = lmbda, m1, d1, slope, curvature
            by_h, k, t = _torch.gradient_terms(h, statistics, layer, False)
            p = gx * by_h
            terms = gx * k, p, p * h, t, t * h
            by_lambda, m, mh, mt, mth = _means(shared.count, ctx.group, *terms)
            factor = -layer.alpha * by_lambda / (rest[4] + math.sqrt(layer.eps))
            m, mh = m + factor * mt, mh + factor * mth
            dh = p + _wide(factor).to(v.dtype) * t
        r = _wide((variance + layer.eps).rsqrt()).to(v.dtype)
        du = (dh - _wide(m).to(v.dtype) - h * _wide(mh).to(v.dtype)) * r
        z = _noise(v, shared, layer) if ctx.needs_input_grad[1] else None
        dweight, dbias = _sums(g * (x if z is None else x + z), g)
        dtype = input.dtype if weight is None else weight.dtype
        found = as_input(du.reshape(u.shape), input), dweight.to(dtype), dbias.to(dtype)
        needed = ctx.needs_input_grad
        return (*(t if n else None for t, n in zip(found, needed, strict=False)), *[None] * 3)
