# SPDX-License-Identifier: BSD-3-Clause
"""What the Triton kernels have in common: noise, psi, what the score and the gradient need.

The letters and formulas are those of docs/layer.md.  Every function is for float32 values of any
shape; what a group shares has a shape that broadcasts to it.
"""

# ruff: noqa: E741 (that page calls log1p|h| l)

import contextlib
import functools
import os
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor
from triton.language.extra import libdevice

# The interpreter of Triton, in which the tests run the kernels on a CPU.
INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"

# Whether libdevice has the logarithm and the division of the hardware.
FAST = tl.constexpr(not INTERPRETED and torch.version.hip is None)

# Modes, as numbers for the kernels: those of _checks.MODES, in their order.
EXACT, COMPAT, NORMALIZE_ONLY = (tl.constexpr(i) for i in range(3))

# Where an exponent of psi is nearer to 0, it becomes this, which gives the limit in float32.
MIN_POWER = tl.constexpr(1e-18)
# |h| is at most this.
MAX_H = tl.constexpr(2.0**100)

FIELDS = tl.constexpr(9)


@triton.jit
def polynomial4(x, a, b, c, d):
    """Return a + b x + c x^2 + d x^3."""
    return tl.fma(tl.fma(tl.fma(d, x, c), x, b), x, a)


# ---- noise: the samples of src/kernels/philox.inc and box_muller.inc, operation by operation ----


@triton.jit
def philox(seed, counter):
    """Return the four words of Philox4x32-10 for counters of stream 0, int64, under an int64."""
    k0, k1 = seed.to(tl.uint32), (seed >> 32).to(tl.uint32)
    c0, c1 = counter.to(tl.uint32), (counter >> 32).to(tl.uint32)
    c2, c3 = c0 * 0, c0 * 0
    for _ in tl.static_range(10):
        p, q = c0.to(tl.uint64) * 0xD2511F53, c2.to(tl.uint64) * 0xCD9E8D57
        c0, c2 = (q >> 32).to(tl.uint32) ^ c1 ^ k0, (p >> 32).to(tl.uint32) ^ c3 ^ k1
        c1, c3 = q.to(tl.uint32), p.to(tl.uint32)
        k0, k1 = k0 + 0x9E3779B9, k1 + 0xBB67AE85
    return c0, c1, c2, c3


@triton.jit
def box_muller(w0, w1):
    """Return two samples.  The bits are those of the C library, whose square root is that of IEEE.

    Here the root is that of the hardware with one step of Newton, which rounds it in the same way.
    """
    a = w0.to(tl.int32, bitcast=True)
    u = tl.fma(a.to(tl.float32), 4.656612873077393e-10, 2.3283064365386963e-10)
    bits = u.to(tl.int32, bitcast=True)
    e = tl.where(a < 0, 0.0, (bits >> 23).to(tl.float32) - 127.0)
    t = tl.where(a < 0, u, ((bits & 0x7FFFFF) | 0x3F800000).to(tl.float32, bitcast=True) - 2.0)
    p = polynomial4(
        t, -0.006360587198287249, -0.019651085138320923, -0.01324852742254734, -0.005629326682537794
    )
    p = polynomial4(t, -0.08342515677213669, 0.030350634828209877, -0.016850795596837997, p)
    square = tl.fma(e, -1.3862943649291992, t * tl.fma(tl.fma(p, t, 0.24999642372131348), t, -1.0))
    inverse = tl.rsqrt(square)
    root = square * inverse
    radius = tl.fma(tl.fma(-root, root, square), 0.5 * inverse, root)
    q = w1 + 0x20000000
    swap = (q & 0x40000000) != 0
    turn = (w1 << 2).to(tl.int32, bitcast=True).to(tl.float32)
    x = tl.fma(turn, 4.656612873077393e-10, 9.313225746154785e-10)
    x2 = x * x
    p = tl.fma(tl.fma(-3.59504520019982e-05, x2, 0.00249000103212893), x2, -0.08074543625116348)
    s = tl.fma(x, 0.7853981852531433, x * tl.fma(x2, p, -2.43989717318982e-08))
    k = polynomial4(
        x2, -0.3084251284599304, 0.015854327008128166, -0.0003259400837123394, 3.530338062773808e-06
    )
    k = tl.fma(x2, k, 1.0)
    sine = tl.where(swap, k, s).to(tl.uint32, bitcast=True) ^ (q & 0x80000000)
    cosine = tl.where(swap, s, k).to(tl.uint32, bitcast=True) ^ ((q ^ (q << 1)) & 0x80000000)
    sine, cosine = sine.to(tl.float32, bitcast=True), cosine.to(tl.float32, bitcast=True)
    return radius * sine, radius * cosine


@triton.jit
def noise4(seed, quad):
    """Return samples 4 quad .. 4 quad + 3 of a seed, each of the shape of quad, an int64."""
    c0, c1, c2, c3 = philox(seed, quad)
    z0, z1 = box_muller(c0, c1)
    z2, z3 = box_muller(c2, c3)
    return z0, z1, z2, z3


@triton.jit
def noise_quads(seed, quad, shape: tl.constexpr):
    """Return the same samples in one tensor of a shape: those of a quad are neighbors."""
    z0, z1, z2, z3 = noise4(seed, quad)
    return tl.reshape(tl.join(tl.join(z0, z2), tl.join(z1, z3)), shape)


@triton.jit
def noise_at(seed, index):
    """Return samples of any indices, int64.  It takes about three times as long as quads do."""
    c0, c1, c2, c3 = philox(seed, index >> 2)
    lane = index & 3
    sine, cosine = box_muller(tl.where(lane < 2, c0, c2), tl.where(lane < 2, c1, c3))
    return tl.where((lane & 1) == 0, sine, cosine)


@triton.jit
def samples(seed_ptr, out_ptr, count, B: tl.constexpr):
    """Write samples 0 .. count - 1 of a seed."""
    first = tl.program_id(0).to(tl.int64) * B
    z = noise_quads(tl.load(seed_ptr), first // 4 + tl.arange(0, B // 4), (B,))
    at = first + tl.arange(0, B)
    tl.store(out_ptr + at, z, at < count)


# ---- the transform ----
#
# The logarithm and the exponential are those of the hardware, with base 2.  Their errors are
# about 2e-7, absolute, of values whose standard deviation is 1.


@triton.jit
def log1p(a):
    logarithm = libdevice.fast_log2f(1.0 + a) if FAST else tl.log2(1.0 + a)
    return logarithm * 0.6931471824645996


@triton.jit
def expm1(z):
    """Return e^z - 1, to an absolute error where z is small."""
    return tl.exp2(z * 1.4426950216293335) - 1.0


@triton.jit
def reciprocal(a):
    return libdevice.fast_dividef(1.0, a) if FAST else 1.0 / a


@triton.jit
def flip(x, negative):
    return tl.where(negative, -x, x)


@triton.jit
def psi_side(eta, root, MODE: tl.constexpr):
    """Return the exponent of one side of psi, and 0 where psi does not depend on lambda, else 1.

    root is the square root of eps.
    """
    if MODE == COMPAT:
        logarithm = tl.abs(eta) <= root
        power = tl.where(logarithm, MIN_POWER, tl.where(eta < 0, eta - root, eta + root))
        depends = tl.where(logarithm, 0.0, 1.0)
    else:
        power = tl.where(tl.abs(eta) < MIN_POWER, MIN_POWER, eta)
        depends = eta * 0.0 + 1.0
    return power, depends


@triton.jit
def psi_parts(l, negative, lmbda, root, MODE: tl.constexpr):
    """Return |psi|, z = power l, e^z - 1, 1/power, and whether psi depends on lambda (1 or 0)."""
    up, up_depends = psi_side(lmbda, root, MODE)
    down, down_depends = psi_side(2.0 - lmbda, root, MODE)
    inverse = tl.where(negative, 1.0 / down, 1.0 / up)
    z = tl.where(negative, down, up) * l
    e = expm1(z)
    series = tl.fma(polynomial4(z, 1 / 2, 1 / 6, 1 / 24, 1 / 120), z * l, l)
    size = tl.where(tl.abs(z) < 0.125, series, e * inverse)
    return size, z, e, inverse, tl.where(negative, down_depends, up_depends)


@triton.jit
def transform(h, lmbda, root, MODE: tl.constexpr):
    """Return x."""
    if MODE == NORMALIZE_ONLY:
        x = h
    else:
        size, _z, _e, _inverse, _depends = psi_parts(log1p(tl.abs(h)), h < 0, lmbda, root, MODE)
        x = flip(size, h < 0)
    return x


@triton.jit
def score_terms(h):
    """Return h d, d, s l, a c and d^2, whose means make lambda."""
    a = tl.abs(h)
    l = log1p(a)
    bl = tl.fma(a, l, l)
    d = bl - a
    c = tl.fma(bl, l, -2.0 * d)
    return h * d, d, flip(l, h < 0), a * c, d * d


@triton.jit
def newton(mean_hd, mean_d, mean_sl, mean_ac, mean_dd, alpha, root):
    """Return lambda, L' and L'' from the means of score_terms()."""
    slope = mean_hd - mean_sl
    curvature = mean_ac + mean_dd - mean_d * mean_d - 2 * mean_hd * mean_hd
    return 1 - alpha * slope / (curvature + root), slope, curvature


@triton.jit
def gradient_terms(h, gx, lmbda, mean_hd, mean_d, rho, root, MODE: tl.constexpr):
    """Return x, gx dx/dh, t, and gx dx/dlambda.

    t and the last are not those of a transform with NORMALIZE_ONLY, where nothing depends on them.
    """
    if MODE == NORMALIZE_ONLY:
        x, by_h, t, by_lambda = h, gx, h * 0.0, h * 0.0
    else:
        a, negative = tl.abs(h), h < 0
        l = log1p(a)
        size, z, e, inverse, depends = psi_parts(l, negative, lmbda, root, MODE)
        x = flip(size, negative)
        l2, q = l * l, reciprocal(1.0 + a)
        by_h = gx * tl.fma(e, q, q)
        series = tl.fma(polynomial4(z, 1 / 8, 1 / 30, 1 / 144, 1 / 840), z, 1 / 3)
        direct = tl.fma(z, e, z - e) * (inverse * inverse)
        k = tl.where(tl.abs(z) < 0.3, l2 * tl.fma(series, z, 0.5), direct)
        by_lambda = gx * (k * depends)
        d = tl.fma(1.0 + a, l, -a)
        odd = tl.fma(1.0 + a + a, l2, 2.0 * tl.fma(d - mean_d, l, -d))
        even = tl.fma(tl.fma(4.0 * rho, mean_hd, 1.0), tl.fma(a, l, d), -q)
        t = even - flip(rho * odd, negative)
    return x, by_h, t, by_lambda


# ---- memory and sums ----


@triton.jit
def get(ptr, inside, EVEN: tl.constexpr):
    """Load as float32: 0 where it is not inside; EVEN says that everything is."""
    return (tl.load(ptr) if EVEN else tl.load(ptr, inside, 0.0)).to(tl.float32)


@triton.jit
def put(ptr, x, inside, EVEN: tl.constexpr):
    """Store in the type of the memory, where it is inside."""
    if EVEN:
        tl.store(ptr, x)
    else:
        tl.store(ptr, x, inside)


@triton.jit
def only(x, inside, EVEN: tl.constexpr):
    return x if EVEN else tl.where(inside, x, 0.0)


@triton.jit
def bounded(h, u):
    """Return h with |h| at most MAX_H, NaN where u is infinite: statistics that are given bound
    nothing.
    """
    return tl.where(tl.abs(h) > MAX_H, flip(MAX_H, h < 0), h) + (u - u)


@triton.jit
def add5(a, b, c, d, e, f, g, h, i, j):
    return a + f, b + g, c + h, d + i, e + j


@triton.jit
def statistics(saved, inside, xi, eps, root):
    """Load the statistics at `saved`: the mean in two parts, r, lambda, mean h d, mean d, rho,
    1/(L'' + root) and the size of the noise.
    """
    mean = tl.load(saved, inside, 0.0)
    high = mean.to(tl.float32)
    low = (mean - high.to(tl.float64)).to(tl.float32)
    r = 1.0 / tl.sqrt_rn(tl.load(saved + 1, inside, 0.0).to(tl.float32) + eps)
    lmbda = tl.load(saved + 2, inside, 0.0).to(tl.float32)
    mean_hd = tl.load(saved + 3, inside, 0.0).to(tl.float32)
    mean_d = tl.load(saved + 4, inside, 0.0).to(tl.float32)
    inverse = 1.0 / (tl.load(saved + 6, inside, 0.0).to(tl.float32) + root)
    rho = tl.load(saved + 5, inside, 0.0).to(tl.float32) * inverse
    spread = xi * tl.load(saved + 8, inside, 0.0).to(tl.float32)
    return high, low, r, lmbda, mean_hd, mean_d, rho, inverse, spread


# ---- calls ----


def cdiv(a: int, b: int) -> int:
    """Return a/b, rounded up.  (The function of Triton takes 20 times as long on the host.)"""
    return -(-a // b)


def power_of_2(n: int) -> int:
    """Return the least power of 2 that is at least n, which is at least 1."""
    return 1 << (n - 1).bit_length()


@functools.cache
def processors(device: torch.device) -> int:
    """Return the number of multiprocessors of a device; 2 of a CPU, for the interpreter."""
    if device.type != "cuda":
        return 2
    return torch.cuda.get_device_properties(device).multi_processor_count


def on(device: torch.device) -> Any:
    """Let kernels run on this device."""
    return torch.cuda.device(device) if device.type == "cuda" else contextlib.nullcontext()


def normal(seed: Tensor, count: int) -> Tensor:
    """Make samples 0 .. count - 1 of stream 0, float32, on the device of the seed."""
    out, block = torch.empty(count, dtype=torch.float32, device=seed.device), 1024
    with on(seed.device):
        samples[(cdiv(count, block),)](seed, out, count, B=block, num_warps=4)
    return out
