# SPDX-License-Identifier: BSD-3-Clause
"""Calls of the kernels of _triton_stages.py: how the work is cut, and which stages there are."""

import functools
import math
from typing import Any, NamedTuple

import torch
from torch import Tensor

from . import _triton_stages, _triton_weights
from ._checks import MODES
from ._statistics import FIELDS
from ._torch import Layer
from ._triton_common import cdiv, on, power_of_2, processors
from ._triton_stages import APPLY, CENTER, GRADIENT, MOMENTS, SCORE, SPREAD, SUMS

# Quads of a part that a program of 128 threads takes, unless there are too few programs then.
PART = 4096
# The most programs of one axis.
MAX_PARTS = 65535
# The most quads of a group: int32, and beyond the last one a tile.
MAX_QUADS = 2**31 - 2**16


class Cut(NamedTuple):
    """How the values of a tensor are cut for one launch: the arguments of a kernel."""

    blocks: int
    count: int
    per_part: int
    positions: int
    inner: int
    step: int
    per_segment: int
    options: dict[str, Any]

    @property
    def parts(self) -> int:
        return cdiv(self.count, self.per_part)


def _per_part(count: int, tile: int, blocks: int, most: int, device: torch.device) -> int:
    """Return the quads of a part, whole tiles, so that every processor has about four programs."""
    enough = count * blocks // (4 * processors(device))
    wanted = max(min(most, enough), cdiv(count, MAX_PARTS), 1)
    # Parts of one size: none is a small rest.
    parts = max(round(count / wanted), 1)
    return cdiv(cdiv(count, parts), tile) * tile


def segments(device: torch.device, blocks: int, inner: int, outer: int = 1, step: int = 0) -> Cut:
    """Cut `blocks` groups of `outer` segments of `inner` values."""
    aligned = inner % 4 == 0 and step % 4 == 0
    # A segment that begins with the last value of a quad needs the most of them.
    per_segment = inner // 4 if aligned else (inner + 6) // 4
    count = outer * per_segment
    tile = min(max(power_of_2(count), 32), 256)
    options = {
        "LAST": False,
        "QUADS": True,
        "EVEN": aligned and count % tile == 0,
        "Q": tile,
        "BC": 1,
        "num_warps": max(tile // 64, 1),
        "enable_fp_fusion": True,
    }
    per_part = _per_part(count, tile, blocks, PART, device)
    return Cut(blocks, count, per_part, inner, inner, step, per_segment, options)


def channels_last(u: Tensor) -> Cut:
    """Cut a tensor whose channels are neighbors in memory."""
    samples, channels, positions = u.shape[0], u.shape[1], math.prod(u.shape[2:])
    quads = positions % 4 == 0
    count, tile, width = samples * positions // (4 if quads else 1), 16, 32
    blocks = cdiv(channels, width)
    options = {
        "LAST": True,
        "QUADS": quads,
        "EVEN": count % tile == 0 and channels % width == 0,
        "Q": tile,
        "BC": width,
        "num_warps": 4,
        "enable_fp_fusion": True,
    }
    per_part = _per_part(count, tile, blocks, count, u.device)
    return Cut(blocks, count, per_part, positions, 0, 0, 1, options)


def is_channels_last(u: Tensor) -> bool:
    """Tell whether batch layers read a tensor by positions."""
    return u.shape[1] > 1 and u.stride(1) == 1 and u.movedim(1, -1).is_contiguous()


def _batch_cut(u: Tensor) -> Cut:
    if is_channels_last(u):
        return channels_last(u)
    positions = math.prod(u.shape[2:])
    return segments(u.device, u.shape[1], positions, u.shape[0], u.shape[1] * positions)


def _channel_cut(u: Tensor, layer: Layer) -> Cut:
    """Cut the channels of each sample, or with weights by position the samples."""
    cells = u.shape[0] * (1 if layer.by_position else u.shape[1])
    return segments(u.device, cells, u.numel() // cells)


def takes(u: Tensor, layer: Layer) -> bool:
    """Tell whether the kernels compute a layer: a batch group is a channel, and with weights for
    positions a group is a sample.
    """
    alone = u.shape[1] == layer.groups
    if not alone and (layer.batch or layer.by_position):
        return False
    # Quads are counted in int32, where those of short segments hold few values.
    if u.numel() < MAX_QUADS:
        return True
    cut = _batch_cut(u) if layer.batch else _channel_cut(u, layer)
    return cut.count < MAX_QUADS


def _numbers(layer: Layer) -> tuple[float, ...]:
    """Return xi, alpha, eps, root."""
    return layer.noise, layer.alpha, layer.eps, math.sqrt(layer.eps)


def _stages(layer: Layer, noise: bool) -> list[Any]:
    fitted = layer.mode != "normalize_only"
    return [
        MOMENTS,
        *([SCORE] if fitted else []),
        *([CENTER] if fitted and noise else []),
        *([SPREAD] if noise else []),
        APPLY,
    ]


def _workspace(cut: Cut, groups: int, sums: int, stages: int, u: Tensor) -> tuple[Tensor, Tensor]:
    """Return memory for the sums of parts, and the counters of parts, one row for each stage."""
    part = torch.empty(sums, cut.parts, groups, dtype=torch.float64, device=u.device)
    return part, torch.zeros(stages, cut.blocks, dtype=torch.int32, device=u.device)


# Running mean, variance and lambda of a module, the number of batches, and the momentum.
Running = tuple[Tensor, Tensor, Tensor, Tensor, float | None]


def _moving(running: Running | None, n: int) -> tuple[Any, ...]:
    """Return the arguments of kernels that move running statistics."""
    if running is None:
        return None, None, None, None, 0.0, 0.0
    *buffers, momentum = running
    return *buffers, -1.0 if momentum is None else float(momentum), n / (n - 1)


def track(saved: Tensor, running: Running, n: int) -> None:
    """Count a batch and move running statistics by one step; n is the number of values in a group.

    Where each sample has statistics of its own, their means count.
    """
    channels = running[0].numel()
    with on(saved.device):
        _triton_stages.track[(1,)](
            saved, *_moving(running, n), saved.shape[0] // channels, channels, B=128, num_warps=4
        )


def forward(
    u: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    seed: Tensor | None,
    layer: Layer,
    running: Running | None = None,
) -> tuple[Tensor, Tensor]:
    """Return out and the statistics of an input that is contiguous, or channels last in a batch
    layer, whose running statistics move by one step.
    """
    noise, out = seed is not None and layer.noise > 0, torch.empty_like(u)
    groups = layer.groups if layer.batch else u.shape[0] * layer.groups
    n, shared = u.numel() // groups, 1 if layer.by_position else u.shape[1] // layer.groups
    cut = _batch_cut(u) if layer.batch else segments(u.device, groups, n)
    applied = cut if layer.batch else _channel_cut(u, layer)
    saved = torch.empty(groups, FIELDS, dtype=torch.float64, device=u.device)
    stages = _stages(layer, noise)
    part, counters = _workspace(cut, groups, 5, len(stages), u)
    moving = _moving(running, n)
    with on(u.device):
        for stage, counter in zip(stages, counters, strict=True):
            last = stage is APPLY
            _forward_stage(
                (u, weight, bias, out, saved, part, counter, seed, *moving),
                applied if last else cut,
                (n, groups, u.shape[1], shared if last else 1),
                layer,
                STAGE=stage.value,
                NOISE=noise,
                GIVEN=False,
            )
    return out, saved


def evaluate(
    u: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    frozen: Tensor | tuple[Tensor, Tensor, Tensor],
    layer: Layer,
) -> Tensor:
    """Return out with given statistics of channels: rows of them, or running mean, variance and
    lambda.
    """
    out, channels = torch.empty_like(u), u.shape[1]
    rows, running = (frozen, (None, None, None)) if isinstance(frozen, Tensor) else (None, frozen)
    with on(u.device):
        _forward_stage(
            (u, weight, bias, out, rows, None, None, None, *running, None, 0.0, 0.0),
            _batch_cut(u),
            (1, channels, channels, 1),
            layer,
            STAGE=APPLY.value,
            NOISE=False,
            GIVEN=True,
        )
    return out


def _forward_stage(
    tensors: tuple[Any, ...], cut: Cut, sizes: tuple[int, ...], layer: Layer, **options: Any
) -> None:
    _triton_stages.forward_stage[(cut.blocks, cut.parts)](
        *tensors,
        cut.count,
        cut.per_part,
        *sizes,
        cut.positions,
        cut.inner,
        cut.step,
        cut.per_segment,
        *_numbers(layer),
        MODE=list(MODES).index(layer.mode),
        BY_POSITION=layer.by_position,
        **options,
        **cut.options,
    )


def backward(
    grad: Tensor,
    u: Tensor,
    weight: Tensor | None,
    saved: Tensor,
    seed: Tensor | None,
    layer: Layer,
    evaluated: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients by u, weight and bias; grad lies in memory as u does."""
    noise, du = seed is not None and layer.noise > 0, torch.empty_like(u)
    groups = layer.groups if layer.batch else u.shape[0] * layer.groups
    n, shared = u.numel() // groups, 1 if layer.by_position else u.shape[1] // layer.groups
    cut = _batch_cut(u) if layer.batch else _channel_cut(u, layer)
    part, counters = _workspace(cut, groups * shared, 7, 1, u)
    # With weights for positions, their gradients are made by a kernel of their own.
    made = noise and not layer.by_position
    through = torch.empty(3, groups, dtype=torch.float64, device=u.device)
    dweight, dbias = torch.empty(2, groups, dtype=torch.float32, device=u.device)
    call = functools.partial(
        _backward_stage,
        (grad, u, weight, saved, seed, du, dweight, dbias, through, part, counters),
        cut,
        (n, groups, u.shape[1], shared),
        layer,
        GIVEN=evaluated,
    )
    with on(u.device):
        call(STAGE=SUMS.value, NOISE=made)
        if not layer.batch:
            dweight, dbias = _settle(part.sum(1), saved, through, n, shared, layer)
        if not evaluated:
            call(STAGE=GRADIENT.value, NOISE=False)
    if layer.by_position:
        dweight, dbias = _triton_weights.weight_gradients(grad, u, saved, seed, layer)
    elif not layer.batch:
        dweight, dbias = (t.view(-1, u.shape[1]).sum(0) for t in (dweight, dbias))
    return du, dweight, dbias


def _settle(
    sums: Tensor, saved: Tensor, through: Tensor, n: int, shared: int, layer: Layer
) -> tuple[Tensor, Tensor]:
    """Set the factors of the gradient from the seven sums of each channel of each sample; return
    the last two sums.
    """
    s0, s1, s2, s3, s4 = sums[:5].view(5, -1, shared).sum(-1)
    factor = torch.zeros_like(s0)
    if layer.mode != "normalize_only":
        factor = -layer.alpha * s0 / (n * (saved[:, 6] + math.sqrt(layer.eps)))
    through.copy_(torch.stack((factor, (s1 + factor * s3) / n, (s2 + factor * s4) / n)))
    return sums[5], sums[6]


def _backward_stage(
    tensors: tuple[Any, ...], cut: Cut, sizes: tuple[int, ...], layer: Layer, **options: Any
) -> None:
    _triton_stages.backward_stage[(cut.blocks, cut.parts)](
        *tensors,
        cut.count,
        cut.per_part,
        *sizes,
        cut.positions,
        cut.inner,
        cut.step,
        cut.per_segment,
        *_numbers(layer),
        MODE=list(MODES).index(layer.mode),
        BY_POSITION=layer.by_position,
        BATCH=layer.batch,
        **options,
        **cut.options,
    )
