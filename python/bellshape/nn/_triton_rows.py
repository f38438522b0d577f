# SPDX-License-Identifier: BSD-3-Clause
"""Triton kernels for layer, group and instance layers: one program has a whole group, a row.

A row of N neighboring values lies in the registers of a program, in K tiles of B elements, so that
forward reads it once and writes it once.  WEIGHT says whose the weights are:

    ROW       one for each row: that of channel `row % channels` (instance layers)
    CHANNEL   one for HW neighboring values (group layers)
    POSITION  one for each value of a row (layer layers)

With CHANNEL a tile has room for PLACES values of each channel, HW and what is missing to a power
of two, so that sums over a channel are sums over parts of tiles.
"""

# ruff: noqa: RUF005 (the compiler of Triton knows no starred expressions)

import math
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from ._checks import MODES
from ._statistics import FIELDS as COLUMNS
from ._torch import Layer
from ._triton_common import (
    FIELDS,
    NORMALIZE_ONLY,
    add5,
    cdiv,
    get,
    gradient_terms,
    newton,
    noise_at,
    noise_quads,
    on,
    only,
    power_of_2,
    processors,
    put,
    score_terms,
    statistics,
    transform,
)

ROW, CHANNEL, POSITION = (tl.constexpr(i) for i in range(3))


@triton.jit
def tile(j, N, B: tl.constexpr, HW: tl.constexpr, PLACES: tl.constexpr):
    """Return the elements of tile j as indices of a row, which of them are in it, and the channels
    of a row that they are of.
    """
    i = j * B + tl.arange(0, B)
    if PLACES == 0:
        index, inside = i, i < N
    else:
        index = i // PLACES * HW + i % PLACES
        inside = (i % PLACES < HW) & (index < N)
    return index, inside, i // (PLACES if PLACES else B)


@triton.jit
def tile_noise(seed, start, j, index, B: tl.constexpr, HW: tl.constexpr, PLACES: tl.constexpr,
               QUADS: tl.constexpr):  # fmt: skip
    """Return the noise of tile j of a row that begins at `start`.

    QUADS: rows, and the channels of a tile, begin with the first sample of a counter.
    """
    if QUADS:
        i = j * (B // 4) + tl.arange(0, B // 4)
        if PLACES > HW:
            i = i // (PLACES // 4) * (HW // 4) + i % (PLACES // 4)
        z = noise_quads(seed, start // 4 + i, (B,))
    else:
        z = noise_at(seed, start + index)
    return z


@triton.jit
def tile_weight(ptr, row, index, channel, inside, channels, per_row, WEIGHT: tl.constexpr,
                EVEN: tl.constexpr):  # fmt: skip
    """Return the weights of a tile, float32."""
    if WEIGHT == ROW:
        w = tl.load(ptr + row % channels).to(tl.float32)
    elif WEIGHT == CHANNEL:
        w = get(ptr + row % (channels // per_row) * per_row + channel, inside, EVEN)
    else:
        w = get(ptr + index, inside, EVEN)
    return w


@triton.jit
def row_forward(u_ptr, w_ptr, b_ptr, out_ptr, saved_ptr, seed_ptr, N, channels, per_row, xi, alpha,
                eps, root, MODE: tl.constexpr, NOISE: tl.constexpr, WEIGHT: tl.constexpr,
                HW: tl.constexpr, PLACES: tl.constexpr, QUADS: tl.constexpr, EVEN: tl.constexpr,
                K: tl.constexpr, B: tl.constexpr):  # fmt: skip
    """Write a row of out, and its statistics.

    per_row channels of `channels` share a row.  w_ptr and b_ptr may be None.
    """
    if QUADS:
        # So the compiler learns that rows are aligned.
        N = N // 4 * 4
    row, zero = tl.program_id(0), tl.zeros((B,), tl.float32)
    start, inverse_n, us, total = row.to(tl.int64) * N, 1.0 / N, (), zero
    for j in tl.static_range(K):
        index, inside, channel = tile(j, N, B, HW, PLACES)
        u = get(u_ptr + start + index, inside, EVEN)
        us, total = us + (u,), total + u
    pivot, total, squares, vs = tl.sum(total, 0) * inverse_n, zero, zero, ()
    for j in tl.static_range(K):
        index, inside, channel = tile(j, N, B, HW, PLACES)
        v = only(us[j] - pivot, inside, EVEN)
        vs, total, squares = vs + (v,), total + v, tl.fma(v, v, squares)
    # The mean of float32 values in float32 is not exact: `shift` is what it lacks.
    shift = tl.sum(total, 0) * inverse_n
    variance = tl.sum(squares, 0) * inverse_n - shift * shift
    variance = tl.where(variance < 0, 0.0, variance)
    r, hs = 1.0 / tl.sqrt_rn(variance + eps), ()
    sums = (zero, zero, zero, zero, zero)
    for j in tl.static_range(K):
        index, inside, channel = tile(j, N, B, HW, PLACES)
        h = only(tl.fma(vs[j], r, -shift * r), inside, EVEN)
        hs = hs + (h,)
        if MODE != NORMALIZE_ONLY:
            hd, d, sl, ac, dd = score_terms(h)
            sums = sums[0] + hd, sums[1] + d, sums[2] + sl, sums[3] + ac, sums[4] + dd
    mean_hd, mean_d, slope, curvature = r * 0, r * 0, r * 0, r * 0
    lmbda, center, spread, xs, total = r * 0 + 1, r * 0, r * 0, (), zero
    if MODE != NORMALIZE_ONLY:
        s0, s1, s2, s3, s4 = tl.reduce(sums, 0, add5)
        mean_hd, mean_d = s0 * inverse_n, s1 * inverse_n
        lmbda, slope, curvature = newton(
            mean_hd, mean_d, s2 * inverse_n, s3 * inverse_n, s4 * inverse_n, alpha, root
        )
    for j in tl.static_range(K):
        x = transform(hs[j], lmbda, root, MODE)
        xs, total = xs + (x,), total + x
    if NOISE:
        seed = tl.load(seed_ptr)
        if MODE != NORMALIZE_ONLY:
            center = tl.sum(total, 0) * inverse_n
        total = zero
        for j in tl.static_range(K):
            index, inside, channel = tile(j, N, B, HW, PLACES)
            total += only(tl.abs(xs[j] - center), inside, EVEN)
        spread = tl.sum(total, 0) * inverse_n
    for j in tl.static_range(K):
        index, inside, channel = tile(j, N, B, HW, PLACES)
        y = xs[j]
        if NOISE:
            y = tl.fma(tile_noise(seed, start, j, index, B, HW, PLACES, QUADS), xi * spread, y)
        if w_ptr is not None:
            y = y * tile_weight(w_ptr, row, index, channel, inside, channels, per_row, WEIGHT, EVEN)
        if b_ptr is not None:
            y = y + tile_weight(b_ptr, row, index, channel, inside, channels, per_row, WEIGHT, EVEN)
        put(out_ptr + start + index, y, inside, EVEN)
    saved, mean = saved_ptr + row.to(tl.int64) * FIELDS, pivot.to(tl.float64) + shift
    tl.store(saved, mean)
    tl.store(saved + 1, variance.to(tl.float64))
    tl.store(saved + 2, lmbda.to(tl.float64))
    tl.store(saved + 3, mean_hd.to(tl.float64))
    tl.store(saved + 4, mean_d.to(tl.float64))
    tl.store(saved + 5, slope.to(tl.float64))
    tl.store(saved + 6, curvature.to(tl.float64))
    tl.store(saved + 7, center.to(tl.float64))
    tl.store(saved + 8, spread.to(tl.float64))


@triton.jit
def row_backward(g_ptr, u_ptr, w_ptr, saved_ptr, seed_ptr, du_ptr, dw_ptr, db_ptr, rows, N,
                 channels, per_row, xi, alpha, eps, root, MODE: tl.constexpr, NOISE: tl.constexpr,
                 WEIGHT: tl.constexpr, HW: tl.constexpr, PLACES: tl.constexpr, QUADS: tl.constexpr,
                 EVEN: tl.constexpr, K: tl.constexpr, B: tl.constexpr):  # fmt: skip
    """Write rows of du, and parts of the sums dweight and dbias.

    With POSITION a program has many rows, and writes one part, of N sums.  Otherwise each row has
    a part, of the sums of its channels.
    """
    if QUADS:
        N = N // 4 * 4
    # How many channels a tile has, if it has whole ones.
    CHANNELS: tl.constexpr = B // PLACES if PLACES else 1
    zero, inverse_n = tl.zeros((B,), tl.float32), 1.0 / N
    dws, dbs = (), ()
    for _ in tl.static_range(K):
        dws, dbs = dws + (zero,), dbs + (zero,)
    if NOISE:
        seed = tl.load(seed_ptr)
    for row in range(tl.program_id(0), rows, tl.num_programs(0)):
        # The interpreter has an int here.
        at_row = tl.cast(row, tl.int64)
        high, low, r, lmbda, mean_hd, mean_d, rho, inverse, spread = statistics(
            saved_ptr + at_row * FIELDS, at_row < rows, xi, eps, root
        )
        start, hs, ps, ts, next_dws, next_dbs = at_row * N, (), (), (), (), ()
        sums, dw, db = (zero, zero, zero, zero, zero), 0.0, 0.0
        for j in tl.static_range(K):
            index, inside, channel = tile(j, N, B, HW, PLACES)
            u = get(u_ptr + start + index, inside, EVEN)
            g = get(g_ptr + start + index, inside, EVEN)
            h, gx = only(tl.fma(u - high, r, -low * r), inside, EVEN), g
            if w_ptr is not None:
                gx = g * tile_weight(
                    w_ptr, row, index, channel, inside, channels, per_row, WEIGHT, EVEN
                )
            y, p, t, k = gradient_terms(h, gx, lmbda, mean_hd, mean_d, rho, root, MODE)
            t = only(t, inside, EVEN)
            sums = sums[0] + k, sums[1] + p, sums[2] + p * h, sums[3] + t, sums[4] + t * h
            hs, ps, ts = hs + (h,), ps + (p,), ts + (t,)
            if NOISE:
                y = tl.fma(tile_noise(seed, start, j, index, B, HW, PLACES, QUADS), spread, y)
            if WEIGHT == POSITION:
                next_dws, next_dbs = next_dws + (tl.fma(g, y, dws[j]),), next_dbs + (dbs[j] + g,)
            elif WEIGHT == ROW:
                dw, db = dw + tl.sum(g * y, 0), db + tl.sum(g, 0)
            elif PLACES <= B:
                # A tile has whole channels.
                c = j * CHANNELS + tl.arange(0, CHANNELS)
                at = at_row * per_row + c
                part = tl.sum(tl.reshape(g * y, (CHANNELS, PLACES)), 1)
                tl.store(dw_ptr + at, part, c < per_row)
                part = tl.sum(tl.reshape(g, (CHANNELS, PLACES)), 1)
                tl.store(db_ptr + at, part, c < per_row)
            else:
                # A channel has several tiles.
                dw, db = dw + tl.sum(g * y, 0), db + tl.sum(g, 0)
                if (j + 1) % (PLACES // B) == 0:
                    at = at_row * per_row + j // (PLACES // B)
                    tl.store(dw_ptr + at, dw)
                    tl.store(db_ptr + at, db)
                    dw, db = 0.0, 0.0
        if WEIGHT == POSITION:
            dws, dbs = next_dws, next_dbs
        elif WEIGHT == ROW:
            tl.store(dw_ptr + row, dw)
            tl.store(db_ptr + row, db)
        s0, s1, s2, s3, s4 = tl.reduce(sums, 0, add5)
        c = r * 0
        if MODE != NORMALIZE_ONLY:
            c = -alpha * inverse * s0 * inverse_n
        m0, m1 = (s1 + c * s3) * inverse_n, (s2 + c * s4) * inverse_n
        for j in tl.static_range(K):
            index, inside, channel = tile(j, N, B, HW, PLACES)
            du = r * (tl.fma(c, ts[j], ps[j]) - tl.fma(hs[j], m1, m0))
            put(du_ptr + start + index, du, inside, EVEN)
    if WEIGHT == POSITION:
        for j in tl.static_range(K):
            index, inside, channel = tile(j, N, B, HW, PLACES)
            at = tl.program_id(0).to(tl.int64) * N + index
            put(dw_ptr + at, dws[j], inside, EVEN)
            put(db_ptr + at, dbs[j], inside, EVEN)


# ---- calls ----

# The most elements of a row that registers hold.
MAX_ELEMENTS = 16384
# The same in a backward pass, whose weights have sums of their own for each position.
MAX_POSITIONS = 8192


def _places(u: Tensor, layer: Layer) -> tuple[int, int, int]:
    """Return the kind of the weights, HW and PLACES."""
    if layer.by_position:
        return POSITION.value, 0, 0
    if u.shape[1] == layer.groups:
        return ROW.value, 0, 0
    positions = math.prod(u.shape[2:])
    return CHANNEL.value, positions, power_of_2(positions)


def _elements(u: Tensor, layer: Layer) -> int:
    """Return how many elements the tiles of a row hold."""
    per_row, (kind, _, places) = u.shape[1] // layer.groups, _places(u, layer)
    return per_row * places if kind == CHANNEL.value else per_row * math.prod(u.shape[2:])


def takes(u: Tensor, layer: Layer, backward: bool) -> bool:
    """Tell whether the kernels of this file compute a layer."""
    most = MAX_POSITIONS if backward and layer.by_position else MAX_ELEMENTS
    return not layer.batch and _elements(u, layer) <= most


def plan(elements: int, kind: int, backward: bool) -> tuple[int, int]:
    """Return B and the number of warps."""
    power = max(power_of_2(elements), 16)
    if elements % 256 == 0 and elements < 1024 and kind != CHANNEL.value:
        return 256, 2 if backward else 1
    if power <= 1024:
        return power, 4 if backward else 2
    return min(power, 2048), 16 if backward or power > 8192 else 8


def _options(u: Tensor, layer: Layer, noise: bool, backward: bool) -> dict[str, Any]:
    kind, positions, places = _places(u, layer)
    elements, values = _elements(u, layer), u.numel() // u.shape[0] // layer.groups
    block, warps = plan(elements, kind, backward)
    dense = places in (0, positions)
    return {
        "MODE": list(MODES).index(layer.mode),
        "NOISE": noise,
        "WEIGHT": kind,
        "HW": positions,
        "PLACES": places,
        "QUADS": values % 4 == 0 and (dense or positions % 4 == 0),
        "EVEN": dense and elements % block == 0,
        "K": cdiv(elements, block),
        "B": block,
        "num_warps": warps,
        "enable_fp_fusion": True,
    }


def _numbers(u: Tensor, layer: Layer) -> tuple[int | float, ...]:
    """Return N, channels, per_row, xi, alpha, eps, root."""
    per_row = u.shape[1] // layer.groups
    values = per_row * math.prod(u.shape[2:])
    root = math.sqrt(layer.eps)
    return values, u.shape[1], per_row, layer.noise, layer.alpha, layer.eps, root


def forward(
    u: Tensor, weight: Tensor | None, bias: Tensor | None, seed: Tensor | None, layer: Layer
) -> tuple[Tensor, Tensor]:
    """Return out and the statistics of a contiguous input."""
    out, rows = torch.empty_like(u), u.shape[0] * layer.groups
    saved = torch.empty(rows, COLUMNS, dtype=torch.float64, device=u.device)
    options = _options(u, layer, seed is not None and layer.noise > 0, False)
    with on(u.device):
        row_forward[(rows,)](u, weight, bias, out, saved, seed, *_numbers(u, layer), **options)
    return out, saved


def backward(
    grad: Tensor, u: Tensor, weight: Tensor | None, saved: Tensor, seed: Tensor | None, layer: Layer
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients by a contiguous input, weight and bias; grad is contiguous, too."""
    du, rows = torch.empty_like(u), u.shape[0] * layer.groups
    options = _options(u, layer, seed is not None and layer.noise > 0, True)
    numbers = _numbers(u, layer)
    if layer.by_position:
        # Enough warps for all registers of a processor, 64 for each of 1024 threads.
        programs, width = min(rows, processors(u.device) * (16 // options["num_warps"])), numbers[0]
    else:
        programs, width = rows, numbers[2]
    # Sums of parts: of a program, or of a row.
    parts = torch.empty(2, programs, width, dtype=torch.float32, device=u.device)
    with on(u.device):
        row_backward[(programs,)](
            grad, u, weight, saved, seed, du, *parts, rows, *numbers, **options
        )
    size = width if layer.by_position else u.shape[1]
    dweight, dbias = parts.view(2, -1, size).sum(1)
    return du, dweight, dbias
