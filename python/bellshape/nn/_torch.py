# SPDX-License-Identifier: BSD-3-Clause
"""Normality normalization by torch alone.

It serves devices other than the CPU, and the C library is tested against it.  The letters are
those of docs/layer.md.  Inside, tensors are (samples, groups, channels of a group, positions), and
whatever a group shares has size 1 in the dimensions that share it.
"""

# ruff: noqa: E741 (that page calls log1p|h| l)

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ._statistics import FIELDS, Statistics, unpack


class Layer(NamedTuple):
    """Which values are a group, and the options: as in bellshape/layer.h, but for `mode`.

    The mode is one of MODES in _checks.py.
    """

    groups: int
    batch: bool
    by_position: bool
    mode: str
    noise: float
    alpha: float
    eps: float


def with_noise(layer: Layer, noise: Any) -> Layer:
    """Return the layer with another size of the noise.

    It is _replace(), which the compiler of torch 2.6 refuses, as it refuses slices.
    """
    groups, batch, by_position, mode, _, alpha, eps = layer
    return Layer(groups, batch, by_position, mode, noise, alpha, eps)


# ---- noise ----

_LOW = 0xFFFFFFFF
_ROUNDS = 10


def _philox(seed: Tensor, counters: Tensor) -> list[Tensor]:
    """Compute Philox4x32-10 of stream 0: four words for each counter, in int64.

    int64 keeps all 64 bits of the product of two words; its sign does not matter.  Words 0 and 2
    are one tensor, and words 3 and 1, so that a round takes six launches on a GPU.
    """
    # Constants are made there: a copy from the host would wait, and no CUDA graph takes it.
    lane = torch.arange(2, device=seed.device)
    by_round = torch.arange(_ROUNDS, device=seed.device).reshape(-1, 1)
    steps = lane * (0x9E3779B9 - 0xBB67AE85) + 0xBB67AE85
    keys = ((torch.stack((seed >> 32, seed)) + by_round * steps) & _LOW).unsqueeze(-1)
    factors = (lane * (0xCD9E8D57 - 0xD2511F53) + 0xD2511F53).unsqueeze(-1)
    zero = torch.zeros_like(counters)
    even, odd = torch.stack((counters & _LOW, zero)), torch.stack((zero, counters >> 32))
    for key in keys:
        product = even * factors
        # These are words 2 and 0, and the lower halves are words 3 and 1 of the next round.
        even = (((product >> 32) ^ odd ^ key) & _LOW).flip(0)
        odd = product
    odd = odd & _LOW
    return [even[0], odd[1], even[1], odd[0]]


def _box_muller(a: Tensor, c: Tensor, bits: int) -> tuple[Tensor, Tensor]:
    # Metal has no float64.
    real = torch.float32 if a.device.type == "mps" else torch.float64
    u = (a.to(real) + 0.5) * 2.0**-bits
    # This is 1 - u, without what rounding takes from a u near 1.
    rest = ((1 << bits) - a).to(real) - 0.5
    radius = (-2 * torch.where(u < 0.5, u.log(), torch.log1p(-rest * 2.0**-bits))).sqrt()
    angle = 2 * math.pi * (c.to(real) + 0.5) * 2.0**-bits
    return radius * angle.sin(), radius * angle.cos()


def _samples(words: list[Tensor], dtype: torch.dtype) -> Tensor:
    w0, w1, w2, w3 = words
    if dtype == torch.float32:
        pairs, bits = [(w0, w1), (w2, w3)], 32
    else:
        pairs, bits = [(w0 ^ w1 << 21, w2 ^ w3 << 21)], 53
    return torch.stack([z for a, c in pairs for z in _box_muller(a, c, bits)], -1).to(dtype)


def normal(seed: Tensor, count: int, dtype: torch.dtype, first: Tensor | None = None) -> Tensor:
    """Make samples first .. first + count - 1 of stream 0 of bellshape/normal.h, to rounding.

    They are on the device of the seed.  dtype is float32 or float64, whose samples are different.
    None stands for a `first` of 0.
    """
    each = 4 if dtype == torch.float32 else 2
    counters = torch.arange(-(-count // each) + (first is not None), device=seed.device)
    if first is None:
        return _samples(_philox(seed, counters), dtype).flatten()[:count]
    made = _samples(_philox(seed, counters + first // each), dtype).flatten()
    return made[torch.arange(count, device=seed.device) + first % each]


# ---- shapes ----


def _grouped(t: Tensor, layer: Layer) -> Tensor:
    samples, channels = t.shape[:2]
    positions = math.prod(t.shape[2:])
    return t.reshape(samples, layer.groups, channels // layer.groups, positions)


def _dims(layer: Layer) -> tuple[int, ...]:
    return (0, 2, 3) if layer.batch else (2, 3)


def _weight(w: Tensor | None, layer: Layer) -> Tensor | None:
    if w is None:
        return None
    return w if layer.by_position else w.reshape(1, layer.groups, -1, 1)


def _statistics(saved: Tensor, v: Tensor, layer: Layer) -> Statistics:
    samples = 1 if layer.batch else v.shape[0]
    return unpack(saved.to(v.dtype).reshape(samples, layer.groups, 1, 1, FIELDS))


# ---- the transform ----


def _parts(h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the sign of h (1 at 0), |h| and log1p |h|.

    |h| is a product, so that its derivative at 0 is not 0.
    """
    s = torch.where(h < 0, -1.0, 1.0).to(h.dtype)
    a = s * h
    return s, a, a.log1p()


def _power(s: Tensor, lmbda: Tensor, layer: Layer) -> tuple[Tensor, Tensor]:
    """Return the exponent of psi, and where it counts as 0."""
    shift = math.sqrt(layer.eps) if layer.mode == "compat" else 0.0
    eta = 1 + s * (lmbda - 1)
    linear = eta.abs() <= max(shift, 1e-30)
    return torch.where(eta < 0, eta - shift, eta + shift), linear


def _psi(h: Tensor, lmbda: Tensor, layer: Layer, smooth: bool = False) -> Tensor:
    """Return psi(h).  `smooth` takes more steps, so that torch's derivatives are right, too."""
    s, _, l = _parts(h)
    power, linear = _power(s, lmbda, layer)
    if smooth:
        # In compat mode psi does not depend on lambda where it is a logarithm.
        power = torch.where(linear, 0.0, power) if layer.mode == "compat" else power
        return s * l * _relative_exp(power * l)
    power = torch.where(linear, 1.0, power)
    return s * torch.where(linear, l, torch.expm1(power * l) / power)


def _relative_exp(z: Tensor) -> Tensor:
    """Compute (e^z - 1)/z, near 0 as the sum of z^k/(k + 1)!, whose derivatives are right there."""
    near = z.abs() < 0.5
    small, large = torch.where(near, z, 0.0), torch.where(near, 1.0, z)
    series = torch.zeros_like(z)
    for k in range(15, -1, -1):
        series = small * series + 1 / math.factorial(k + 1)
    return torch.where(near, series, torch.expm1(large) / large)


def _p2(z: Tensor) -> Tensor:
    """Compute (e^z (z - 1) + 1)/z^2, near 0 as the sum of z^k/(k! (k + 2))."""
    near = z.abs() < 0.5
    small, large = torch.where(near, z, 0.0), torch.where(near, 1.0, z)
    series = torch.zeros_like(z)
    for k in range(15, -1, -1):
        series = small * series + 1 / (math.factorial(k) * (k + 2))
    return torch.where(near, series, (large.exp() * (large - 1) + 1) / (large * large))


# ---- the layer ----


def forward(
    u: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    z: Tensor | None,
    layer: Layer,
    smooth: bool = False,
    centered: bool = True,
) -> tuple[Tensor, Tensor]:
    """Return out, which torch can differentiate, and one row of statistics for each group.

    Without centering (RMS layers, whose groups lie in a sample) all means of docs/layer.md that
    stand for a center are 0.
    """
    v, dims = _grouped(u, layer), _dims(layer)

    def mean(t: Tensor) -> Tensor:
        return t.mean(dims, keepdim=True)

    def middle(t: Tensor) -> Tensor:
        return mean(t) if centered else torch.zeros_like(t[:, :, :1, :1])

    average = middle(v)
    variance = mean((v - average).square())
    x = h = (v - average) * (variance + layer.eps).rsqrt()
    lmbda = torch.ones_like(average)
    m1 = d1 = slope = curvature = center = spread = torch.zeros_like(average)
    if layer.mode != "normalize_only":
        s, a, l = _parts(h)
        d = (1 + a) * l - a
        c = (1 + a) * l * l - 2 * d
        m1, d1 = mean(h * d), middle(d)
        slope = m1 - mean(s * l)
        curvature = mean(a * c) + mean((d - d1).square()) - 2 * m1 * m1
        lmbda = 1 - layer.alpha * slope / (curvature + math.sqrt(layer.eps))
        x = _psi(h, lmbda, layer, smooth)
    if z is not None:
        center = middle(x).detach()
        spread = mean((x - center).abs()).detach()
        x = x + z.reshape(v.shape) * (layer.noise * spread)
    saved = Statistics(average, variance, lmbda, m1, d1, slope, curvature, center, spread)
    return (
        _scale(x, weight, bias, layer).reshape(u.shape),
        torch.stack(saved, -1).reshape(-1, FIELDS),
    )


def evaluate(
    u: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    frozen: Tensor,
    layer: Layer,
    smooth: bool = False,
) -> Tensor:
    """Return out with the statistics of `frozen`."""
    v = _grouped(u, layer)
    average, variance, lmbda, *_ = _statistics(frozen, v, layer)
    x = (v - average) * (variance + layer.eps).rsqrt()
    if layer.mode != "normalize_only":
        x = _psi(x, lmbda, layer, smooth)
    return _scale(x, weight, bias, layer).reshape(u.shape)


def _scale(y: Tensor, weight: Tensor | None, bias: Tensor | None, layer: Layer) -> Tensor:
    weight, bias = _weight(weight, layer), _weight(bias, layer)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def gradient_terms(
    h: Tensor, statistics: tuple[Tensor, ...], layer: Layer, evaluated: bool
) -> tuple[Tensor, ...]:
    """Return the derivative of psi by h and, unless it is evaluated, that by lambda, and t, by
    which lambda depends on h.

    statistics are lambda, mean h d, mean d, L' and L''.
    """
    lmbda, m1, d1, slope, curvature = statistics
    s, a, l = _parts(h)
    power, linear = _power(s, lmbda, layer)
    by_h = torch.exp((torch.where(linear, 0.0, power) - 1) * l)
    if evaluated:
        return (by_h,)
    k = l * l * _p2(torch.where(linear, 0.0, power) * l)
    if layer.mode == "compat":
        k = torch.where(linear, 0.0, k)
    rho = slope / (curvature + math.sqrt(layer.eps))
    d = (1 + a) * l - a
    c = (1 + a) * l * l - 2 * d
    t = (1 + 4 * rho * m1) * (d + a * l) - 1 / (1 + a)
    return by_h, k, t - rho * s * (c + a * l * l + 2 * (d - d1) * l)


def backward(
    u: Tensor,
    weight: Tensor | None,
    saved: Tensor,
    z: Tensor | None,
    g: Tensor,
    layer: Layer,
    evaluated: bool,
    smooth: bool = False,
    centered: bool = True,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients by u, weight and bias, as docs/layer.md derives them."""
    v, g, dims = _grouped(u, layer), _grouped(g, layer), _dims(layer)
    average, variance, lmbda, m1, d1, slope, curvature, _, spread = _statistics(saved, v, layer)

    def mean(t: Tensor) -> Tensor:
        return t.mean(dims, keepdim=True)

    r = (variance + layer.eps).rsqrt()
    x = h = (v - average) * r
    w = _weight(weight, layer)
    gx = g if w is None else g * w
    dh = gx
    if layer.mode != "normalize_only":
        x = _psi(h, lmbda, layer, smooth)
        found = gradient_terms(h, (lmbda, m1, d1, slope, curvature), layer, evaluated)
        dh = gx * found[0]
        if not evaluated:
            _, k, t = found
            dh = dh - layer.alpha * mean(gx * k) / (curvature + math.sqrt(layer.eps)) * t
    du = dh
    if not evaluated:
        du = (dh - mean(dh) if centered else dh) - h * mean(dh * h)
    y = x if z is None else x + z.reshape(v.shape) * (layer.noise * spread)
    others = (0, 1, 2) if layer.by_position else (0, 3)
    return (du * r).reshape(u.shape), (g * y).sum(others).flatten(), g.sum(others).flatten()
