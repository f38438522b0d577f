# SPDX-License-Identifier: BSD-3-Clause
"""Triton kernels for groups that are larger than the registers of a program: batch layers, and
large rows.

Each stage of forward and backward is one launch, by programs of (group or channel, part of its
values).  The sums of a part go to memory in float64.  The last program of a group, found by a
counter, adds them in a fixed order and writes the statistics, so that results do not depend on the
order in which programs run.

A tile has Q quads of values.  There are two layouts:

    contiguous (LAST false)  a group lies in segments of `inner` neighboring values, `step` apart.
                             Quads are those of memory, four values whose noise has one counter,
                             so that a segment may begin and end anywhere; a tile is (Q, 4).
    channels last (LAST)     a tile is (Q, BC): BC neighboring channels of Q quads of positions.
                             Where 4 does not divide the positions of a sample, quads have one.
"""

# ruff: noqa: RUF005, SIM102 (Triton knows no starred expressions; an `if` of the compiler must not
# be merged with one of the program)

import triton
import triton.language as tl

from ._triton_common import (
    FIELDS,
    NORMALIZE_ONLY,
    bounded,
    get,
    gradient_terms,
    newton,
    noise4,
    noise_at,
    noise_quads,
    only,
    put,
    score_terms,
    statistics,
    transform,
)

MOMENTS, SCORE, CENTER, SPREAD, APPLY = (tl.constexpr(i) for i in range(5))
# Stages of the backward pass: sums, and the gradient.
SUMS, GRADIENT = (tl.constexpr(i) for i in range(2))


@triton.jit
def places(t, end, k, channels, positions, inner, step, per_segment, LAST: tl.constexpr,
           QUADS: tl.constexpr, BC: tl.constexpr):  # fmt: skip
    """Return of quads t of group k, or of block k of channels: the number by which their noise is
    made, the elements where they begin, the indices of these in their segments, and which of them
    are below `end`.
    """
    if LAST:
        c = k * BC + tl.arange(0, BC)[None, :]
        inside = (t < end) & (c < channels)
        # The positions of a sample, in quads.
        size = positions // 4 if QUADS else positions
        sample = t // size
        number = (sample.to(tl.int64) * channels + c) * size + (t - sample * size)
        at = t.to(tl.int64) * (4 * channels if QUADS else channels) + c
        index = at
    else:
        segment = t // per_segment
        first = tl.cast(k, tl.int64) * inner + segment.to(tl.int64) * step
        number = (first >> 2) + (t - segment * per_segment)
        at = number * 4 + tl.arange(0, 4)[None, :]
        index = at - first
        inside = (t < end) & (index >= 0) & (index < inner)
    return number, at, index, inside


@triton.jit
def tile_noise(seed, number, LAST: tl.constexpr, QUADS: tl.constexpr, Q: tl.constexpr):
    """Return the noise of each lane of a tile."""
    if LAST and QUADS:
        z = noise4(seed, number)
    elif LAST:
        z = (noise_at(seed, number),)
    else:
        z = (noise_quads(seed, number, (Q, 4)),)
    return z


@triton.jit
def channel_weight(ptr, channel, known):
    """Return the weights of channels, or 0 where there are none."""
    w = channel.to(tl.float32) * 0.0
    if ptr is not None:
        w = get(ptr + channel, known, False)
    return w


@triton.jit
def lanes(x, LAST: tl.constexpr):
    """Return the sums of quads that are contiguous, which a thread has in its registers."""
    return x if LAST else tl.sum(x, 1)[:, None]


@triton.jit
def folded(x):
    """Return the sum by channel of what lanes() returned, (1, BC) or (1, 1)."""
    return tl.sum(x, 0)[None, :]


@triton.jit
def add_lanes(sums, terms, LAST: tl.constexpr):
    result = ()
    for i in tl.static_range(len(sums)):
        result = result + (sums[i] + lanes(terms[i], LAST),)
    return result


@triton.jit
def fold_all(sums):
    result = ()
    for i in tl.static_range(len(sums)):
        result = result + (folded(sums[i]).to(tl.float64),)
    return result


@triton.jit
def hand_in(part_ptr, count_ptr, sums, group, groups, inside):
    """Store the sums of this part; return whether it was the last of its group."""
    part, parts = tl.program_id(1), tl.num_programs(1)
    for i in tl.static_range(len(sums)):
        at = part_ptr + (i * parts + part) * groups + group
        tl.store(at, sums[i], inside)
    # What all threads have stored comes before what one of them counts.
    tl.debug_barrier()
    return tl.atomic_add(count_ptr + tl.program_id(0), 1) == parts - 1


@triton.jit
def total(part_ptr, i, group, groups, inside):
    """Return sum i of all parts, always in the same order."""
    parts, rows = tl.num_programs(1), tl.arange(0, 32)[:, None]
    result = tl.zeros((32, group.shape[1]), tl.float64)
    for first in range(0, parts, 32):
        at = part_ptr + (i * parts + first + rows) * groups + group
        result += tl.load(at, (first + rows < parts) & inside, 0.0)
    return tl.sum(result, 0)[None, :]


@triton.jit
def step_size(batches_ptr, momentum):
    """Return the weight of a new batch in running statistics: momentum, or if that is negative
    what makes them means over all batches.
    """
    batches = (tl.load(batches_ptr) + 1).to(tl.float32)
    return tl.where(momentum < 0, 1.0 / batches, momentum)


@triton.jit
def move(ptr, new, weight, known):
    """Move running statistics towards new ones, as Tensor.lerp_() does."""
    old, new = get(ptr, known, False), new.to(tl.float32)
    step = new - old
    moved = tl.where(weight < 0.5, old + weight * step, new - (1.0 - weight) * step)
    tl.store(ptr, moved, known)


@triton.jit
def track(saved_ptr, mean_ptr, variance_ptr, lmbda_ptr, batches_ptr, momentum, unbiased, samples,
          channels, B: tl.constexpr):  # fmt: skip
    """Move the running statistics of channels by one step, to the means over the samples.

    One program does it, so that the count of batches is stored after all have read it.
    """
    weight = step_size(batches_ptr, momentum)
    for first in range(0, channels, B):
        c = first + tl.arange(0, B)
        known = c < channels
        zero = tl.zeros((B,), tl.float64)
        mean, variance, lmbda = zero, zero, zero
        for sample in range(0, samples):
            at = saved_ptr + (tl.cast(sample, tl.int64) * channels + c) * FIELDS
            mean += tl.load(at, known, 0.0)
            variance += tl.load(at + 1, known, 0.0)
            lmbda += tl.load(at + 2, known, 0.0)
        move(mean_ptr + c, mean / samples, weight, known)
        move(variance_ptr + c, variance / samples * unbiased, weight, known)
        move(lmbda_ptr + c, lmbda / samples, weight, known)
    tl.debug_barrier()
    tl.store(batches_ptr, tl.load(batches_ptr) + 1)


@triton.jit(do_not_specialize=["count", "per_part", "n"])
def forward_stage(u_ptr, w_ptr, b_ptr, out_ptr, saved_ptr, part_ptr, count_ptr, seed_ptr, mean_ptr,
                  variance_ptr, lmbda_ptr, batches_ptr, momentum, unbiased, count, per_part, n,
                  groups, channels, shared, positions, inner, step, per_segment, xi, alpha, eps,
                  root, STAGE: tl.constexpr, MODE: tl.constexpr, NOISE: tl.constexpr,
                  GIVEN: tl.constexpr, BY_POSITION: tl.constexpr, LAST: tl.constexpr,
                  QUADS: tl.constexpr, EVEN: tl.constexpr, Q: tl.constexpr,
                  BC: tl.constexpr):  # fmt: skip
    """Compute one stage of a forward pass, of `count` quads of a group in parts of `per_part`.

    Each stage but APPLY adds to the statistics of `groups` groups of n values.  In APPLY, `shared`
    neighboring channels have the statistics of one group.  GIVEN: these are not those of the input.
    They are in saved_ptr, or if that is None in the first three of the next.  Otherwise, unless
    batches_ptr is None, these are running statistics of channels, and move by one step.
    """
    COUNT: tl.constexpr = 2 if STAGE == MOMENTS else 5 if STAGE == SCORE else 1
    k, begin = tl.program_id(0), tl.program_id(1) * per_part
    end, rows = tl.minimum(begin + per_part, count), tl.arange(0, Q)[:, None]
    c = k * BC + tl.arange(0, BC)[None, :]
    group = c // shared
    known, saved = group < groups, saved_ptr
    if saved_ptr is not None:
        saved += group.to(tl.int64) * FIELDS
    sums, zero = (), tl.zeros((Q, BC), tl.float32)
    for _ in tl.static_range(COUNT):
        sums = sums + (zero,)
    if STAGE == MOMENTS:
        # The sums are about the mean of the first tile of this part and then, in float64, about
        # the first value of the group.
        number, at, index, inside = places(
            begin + rows, end, k, channels, positions, inner, step, per_segment, LAST, QUADS, BC
        )
        here = folded(lanes(inside.to(tl.float32), LAST))
        u = get(u_ptr + at, inside, EVEN)
        pivot = folded(lanes(u, LAST)) / tl.maximum(here, 1.0)
        first = get(u_ptr + (c if LAST else c.to(tl.int64) * inner), known, False).to(tl.float64)
        values = zero
    elif saved_ptr is None:
        high, lmbda = get(mean_ptr + c, known, False), get(lmbda_ptr + c, known, False)
        low, r = high * 0.0, 1.0 / tl.sqrt_rn(get(variance_ptr + c, known, False) + eps)
    else:
        high, low, r, lmbda, _mean_hd, _mean_d, _rho, _inverse, spread = statistics(
            saved, known, xi, eps, root
        )
    if STAGE == SPREAD:
        center = get(saved + 7, known, False)
    if STAGE == APPLY:
        w = channel_weight(w_ptr, c % channels, known)
        b = channel_weight(b_ptr, c % channels, known)
        if NOISE:
            seed = tl.load(seed_ptr)
        if batches_ptr is not None:
            # The stages before have read the count of the batches before this one.
            if (k == 0) & (begin == 0):
                tl.store(batches_ptr, tl.load(batches_ptr) + 1)
    for q0 in range(begin, end, Q):
        number, at, index, inside = places(
            q0 + rows, end, k, channels, positions, inner, step, per_segment, LAST, QUADS, BC
        )
        if STAGE == APPLY and NOISE:
            z = tile_noise(seed, number, LAST, QUADS, Q)
        for j in tl.static_range(4 if LAST and QUADS else 1):
            u = get(u_ptr + at + j * channels, inside, EVEN)
            if STAGE == MOMENTS:
                v = only(u - pivot, inside, EVEN)
                sums = add_lanes(sums, (v, v * v), LAST)
                values += lanes(inside.to(tl.float32), LAST)
            else:
                h = only(tl.fma(u - high, r, -low * r), inside, EVEN)
                if GIVEN:
                    h = bounded(h, u)
            if STAGE == SCORE:
                sums = add_lanes(sums, score_terms(h), LAST)
            if STAGE == CENTER:
                sums = add_lanes(sums, (transform(h, lmbda, root, MODE),), LAST)
            if STAGE == SPREAD:
                v = tl.abs(transform(h, lmbda, root, MODE) - center)
                sums = add_lanes(sums, (only(v, inside, EVEN),), LAST)
            if STAGE == APPLY:
                y = transform(h, lmbda, root, MODE)
                if NOISE:
                    y = tl.fma(z[j], spread, y)
                if w_ptr is not None:
                    y = y * (get(w_ptr + index, inside, EVEN) if BY_POSITION else w)
                if b_ptr is not None:
                    y = y + (get(b_ptr + index, inside, EVEN) if BY_POSITION else b)
                put(out_ptr + at + j * channels, y, inside, EVEN)
    if STAGE == MOMENTS:
        shift, m = pivot.to(tl.float64) - first, folded(values).to(tl.float64)
        s1, s2 = fold_all(sums)
        part = s1 + m * shift, s2 + (2 * s1 + m * shift) * shift
    elif STAGE != APPLY:
        part = fold_all(sums)
    if STAGE != APPLY:
        if hand_in(part_ptr, count_ptr, part, c, groups, known):
            s0 = total(part_ptr, 0, c, groups, known) / n
            if STAGE == MOMENTS:
                variance = total(part_ptr, 1, c, groups, known) / n - s0 * s0
                nothing = variance * 0
                # A group with an infinite value is NaN in all statistics.
                tl.store(saved, first + s0 + nothing, known)
                tl.store(saved + 1, tl.where(variance < 0, 0.0, variance), known)
                tl.store(saved + 2, nothing + 1, known)
                for i in tl.static_range(3, 9):
                    tl.store(saved + i, nothing, known)
                if batches_ptr is not None:
                    weight = step_size(batches_ptr, momentum)
                    move(mean_ptr + c, first + s0 + nothing, weight, known)
                    unbiased_variance = tl.where(variance < 0, 0.0, variance) * unbiased
                    move(variance_ptr + c, unbiased_variance, weight, known)
                    if MODE == NORMALIZE_ONLY:
                        move(lmbda_ptr + c, nothing + 1, weight, known)
            elif STAGE == SCORE:
                s1 = total(part_ptr, 1, c, groups, known) / n
                s2 = total(part_ptr, 2, c, groups, known) / n
                s3 = total(part_ptr, 3, c, groups, known) / n
                s4 = total(part_ptr, 4, c, groups, known) / n
                new, slope, curvature = newton(s0, s1, s2, s3, s4, alpha, root)
                tl.store(saved + 2, new, known)
                tl.store(saved + 3, s0, known)
                tl.store(saved + 4, s1, known)
                tl.store(saved + 5, slope, known)
                tl.store(saved + 6, curvature, known)
                if batches_ptr is not None:
                    move(lmbda_ptr + c, new, step_size(batches_ptr, momentum), known)
            elif STAGE == CENTER:
                tl.store(saved + 7, s0, known)
            else:
                tl.store(saved + 8, s0, known)


@triton.jit(do_not_specialize=["count", "per_part", "n"])
def backward_stage(g_ptr, u_ptr, w_ptr, saved_ptr, seed_ptr, du_ptr, dw_ptr, db_ptr, through_ptr,
                   part_ptr, count_ptr, count, per_part, n, groups, channels, shared, positions,
                   inner, step, per_segment, xi, alpha, eps, root, STAGE: tl.constexpr,
                   MODE: tl.constexpr, NOISE: tl.constexpr, GIVEN: tl.constexpr,
                   BY_POSITION: tl.constexpr, BATCH: tl.constexpr, LAST: tl.constexpr,
                   QUADS: tl.constexpr, EVEN: tl.constexpr, Q: tl.constexpr,
                   BC: tl.constexpr):  # fmt: skip
    """Compute one stage of a backward pass, by channels of which `shared` have one group.

    SUMS stores seven sums of each part of each channel.  With BATCH the last part makes the factors
    of the gradient of them (through_ptr), dweight and dbias.  With GIVEN, SUMS writes du, too.
    """
    k, begin = tl.program_id(0), tl.program_id(1) * per_part
    end, rows = tl.minimum(begin + per_part, count), tl.arange(0, Q)[:, None]
    c = k * BC + tl.arange(0, BC)[None, :]
    group = c // shared
    known = group < groups
    high, low, r, lmbda, mean_hd, mean_d, rho, inverse, spread = statistics(
        saved_ptr + group.to(tl.int64) * FIELDS, known, xi, eps, root
    )
    zero, w = tl.zeros((Q, BC), tl.float32), channel_weight(w_ptr, c % channels, known)
    sums = zero, zero, zero, zero, zero, zero, zero
    if STAGE == GRADIENT:
        through = get(through_ptr + group, known, False)
        m0 = get(through_ptr + groups + group, known, False)
        m1 = get(through_ptr + 2 * groups + group, known, False)
    elif NOISE:
        seed = tl.load(seed_ptr)
    for q0 in range(begin, end, Q):
        number, at, index, inside = places(
            q0 + rows, end, k, channels, positions, inner, step, per_segment, LAST, QUADS, BC
        )
        if STAGE == SUMS and NOISE:
            z = tile_noise(seed, number, LAST, QUADS, Q)
        for j in tl.static_range(4 if LAST and QUADS else 1):
            u = get(u_ptr + at + j * channels, inside, EVEN)
            g = get(g_ptr + at + j * channels, inside, EVEN)
            h, gx = only(tl.fma(u - high, r, -low * r), inside, EVEN), g
            if GIVEN:
                h = bounded(h, u)
            if w_ptr is not None:
                gx = g * (get(w_ptr + index, inside, EVEN) if BY_POSITION else w)
            y, p, t, by_lambda = gradient_terms(h, gx, lmbda, mean_hd, mean_d, rho, root, MODE)
            if STAGE == GRADIENT:
                du = r * (tl.fma(through, t, p) - tl.fma(h, m1, m0))
                put(du_ptr + at + j * channels, du, inside, EVEN)
            else:
                if GIVEN:
                    put(du_ptr + at + j * channels, r * p, inside, EVEN)
                if NOISE:
                    y = tl.fma(z[j], spread, y)
                t = only(t, inside, EVEN)
                sums = add_lanes(sums, (by_lambda, p, p * h, t, t * h, g * y, g), LAST)
    if STAGE == SUMS:
        last = hand_in(part_ptr, count_ptr, fold_all(sums), c, groups * shared, known)
        if BATCH:
            if last:
                tl.store(dw_ptr + c, total(part_ptr, 5, c, groups, known), known)
                tl.store(db_ptr + c, total(part_ptr, 6, c, groups, known), known)
                if not GIVEN:
                    factor = inverse.to(tl.float64) * 0
                    if MODE != NORMALIZE_ONLY:
                        factor = -alpha * inverse * total(part_ptr, 0, c, groups, known) / n
                    s1 = total(part_ptr, 1, c, groups, known)
                    s2 = total(part_ptr, 2, c, groups, known)
                    s3 = total(part_ptr, 3, c, groups, known)
                    s4 = total(part_ptr, 4, c, groups, known)
                    tl.store(through_ptr + c, factor, known)
                    tl.store(through_ptr + groups + c, (s1 + factor * s3) / n, known)
                    tl.store(through_ptr + 2 * groups + c, (s2 + factor * s4) / n, known)
