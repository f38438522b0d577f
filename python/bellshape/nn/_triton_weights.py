# SPDX-License-Identifier: BSD-3-Clause
"""The gradients of weights for positions, where rows are too large for registers.

No group is summed over here, but each position over the rows: a program has a tile of positions.
"""

import math

import torch
import triton
import triton.language as tl
from torch import Tensor

from ._checks import MODES
from ._torch import Layer
from ._triton_common import FIELDS, cdiv, get, on, only, processors, put, statistics, transform
from ._triton_rows import tile, tile_noise


@triton.jit
def weight_sums(g_ptr, u_ptr, saved_ptr, seed_ptr, dw_ptr, db_ptr, rows, per_part, N, xi, eps, root,
                MODE: tl.constexpr, NOISE: tl.constexpr, QUADS: tl.constexpr, EVEN: tl.constexpr,
                B: tl.constexpr):  # fmt: skip
    """Write parts of dweight and dbias, for B positions of rows, of which a part has `per_part`."""
    if QUADS:
        N = N // 4 * 4
    j, part = tl.program_id(0), tl.program_id(1)
    dw, db = tl.zeros((B,), tl.float32), tl.zeros((B,), tl.float32)
    index, inside, _channel = tile(j, N, B, 0, 0)
    if NOISE:
        seed = tl.load(seed_ptr)
    for row in range(part * per_part, tl.minimum((part + 1) * per_part, rows)):
        # The interpreter has an int here.
        at_row = tl.cast(row, tl.int64)
        high, low, r, lmbda, _mean_hd, _mean_d, _rho, _inverse, spread = statistics(
            saved_ptr + at_row * FIELDS, at_row < rows, xi, eps, root
        )
        start = at_row * N
        u = get(u_ptr + start + index, inside, EVEN)
        g = get(g_ptr + start + index, inside, EVEN)
        y = transform(only(tl.fma(u - high, r, -low * r), inside, EVEN), lmbda, root, MODE)
        if NOISE:
            y = tl.fma(tile_noise(seed, start, j, index, B, 0, 0, QUADS), spread, y)
        dw, db = tl.fma(g, y, dw), db + g
    at = part.to(tl.int64) * N + index
    put(dw_ptr + at, dw, inside, EVEN)
    put(db_ptr + at, db, inside, EVEN)


def weight_gradients(
    grad: Tensor, u: Tensor, saved: Tensor, seed: Tensor | None, layer: Layer
) -> tuple[Tensor, Tensor]:
    """Return dweight and dbias of a layer with weights for positions, for rows of any size."""
    rows, block = u.shape[0], 1024
    values = u.numel() // rows
    blocks = cdiv(values, block)
    # Four programs for each processor.
    per_part = cdiv(rows * blocks, 4 * processors(u.device))
    count = cdiv(rows, per_part)
    parts = torch.empty(2, count, values, dtype=torch.float32, device=u.device)
    with on(u.device):
        weight_sums[(blocks, count)](
            grad, u, saved, seed, *parts, rows, per_part, values, layer.noise, layer.eps,
            math.sqrt(layer.eps), MODE=list(MODES).index(layer.mode),
            NOISE=seed is not None and layer.noise > 0, QUADS=values % 4 == 0,
            EVEN=values % block == 0, B=block,
            num_warps=4, enable_fp_fusion=True,
        )  # fmt: skip
    dweight, dbias = parts.sum(1)
    return dweight, dbias
