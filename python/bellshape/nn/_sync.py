# SPDX-License-Identifier: BSD-3-Clause
"""Batch layers whose statistics are those of a batch that several processes share.

Each process has a part of the batch.  bellshape/layer_parts.h says what the steps are, and that the
result is that of one process on the whole batch, to rounding.  Here the C library takes them, on
CPUs; _sync_torch.py takes them on other devices.
"""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.autograd.function import once_differentiable

from .. import _core
from . import _noise
from ._batch import _BatchNormalNorm
from ._checks import MODE, NOISE_KIND, check_group, check_part, weight_size
from ._docs import documented
from ._library import SEED, Call, address, as_input, call_of, in_and_out, same_type
from ._normalize import draw
from ._statistics import FIELDS, named, pack_running
from ._sync_torch import Synchronized
from ._torch import Layer

# enum bell_layer_step, and the numbers in a struct bell_layer_sums, the first of which is a count.
MOMENTS, SCORE, CENTER, SPREAD, GRADIENT = range(5)
SUMS = 6


def _gathered(sums: Tensor, group: Any) -> list[Tensor]:
    """Return the sums of all processes, in the order of their ranks."""
    parts = [torch.empty_like(sums) for _ in range(dist.get_world_size(group))]
    dist.all_gather(parts, sums, group=group)
    return parts


def _merged(parts: list[Tensor], groups: int, step: int) -> Tensor:
    merged = torch.zeros(groups, SUMS, dtype=torch.float64)
    for part in parts:
        _core.layer_parts_merge(address(merged), address(part), groups, step)
    return merged


def _steps(layer: Layer) -> list[int]:
    """Return the steps after the first that the layer needs."""
    transforms = layer.mode != "normalize_only"
    needed = {SCORE: transforms, CENTER: transforms and layer.noise != 0, SPREAD: layer.noise != 0}
    return [step for step, need in needed.items() if need]


def _shared_statistics(
    u: Tensor, seed: Tensor | None, layer: Layer, group: Any
) -> tuple[Tensor, Call, int, int]:
    """Find the statistics of the whole batch.

    Returns them; how the library is called, with the seed of the first process; the number of
    elements in the parts before this one; and the number of values in a group of the whole batch.
    """
    call = call_of(u, seed, layer)
    groups = layer.groups
    statistics = torch.empty(groups, FIELDS, dtype=torch.float64)
    # The last row takes the bits of the seed along.
    sums = torch.zeros(groups + 1, SUMS, dtype=torch.float64)
    sums[groups].view(torch.int64)[0] = call[2][SEED]
    _core.layer_parts_measure(*call, MOMENTS, address(u), 0, address(sums))
    parts = _gathered(sums, group)
    counts = [int(part[0, 0]) for part in parts]
    check_group(sum(counts), u)
    options = list(call[2])
    options[SEED] = int(parts[0][groups].view(torch.int64)[0])
    call = (call[0], call[1], tuple(options))
    merged = _merged(parts, groups, MOMENTS)
    _core.layer_parts_finalize(*call, MOMENTS, address(statistics), address(merged))
    for step in _steps(layer):
        sums = torch.zeros(groups, SUMS, dtype=torch.float64)
        _core.layer_parts_measure(*call, step, address(u), address(statistics), address(sums))
        merged = _merged(_gathered(sums, group), groups, step)
        _core.layer_parts_finalize(*call, step, address(statistics), address(merged))
    before = sum(counts[: dist.get_rank(group)]) * (u.shape[1] // groups)
    return statistics, call, before * groups, sum(counts)


class _Synchronized(torch.autograd.Function):
    @staticmethod
    def forward(  # type: ignore[override]
        ctx: Any,
        input: Tensor,
        weight: Tensor | None,
        bias: Tensor | None,
        seed: Tensor | None,
        layer: Layer,
        group: Any,
    ) -> tuple[Tensor, Tensor, int]:
        u, out = in_and_out(input)
        w, b = same_type(weight, u), same_type(bias, u)
        statistics, call, first, count = _shared_statistics(u, seed, layer, group)
        _core.layer_parts_apply(
            *call, first, address(u), address(w), address(b), address(statistics), address(out)
        )
        ctx.save_for_backward(input, weight, statistics)
        ctx.call, ctx.first, ctx.layer, ctx.group = call, first, layer, group
        ctx.mark_non_differentiable(statistics)
        return as_input(out, input), statistics, count

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor, *_: Any) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        input, weight, statistics = ctx.saved_tensors
        u, du = in_and_out(input)
        w, groups = same_type(weight, u), ctx.layer.groups
        g = torch.empty_like(u).copy_(grad)
        given = address(u), address(w), address(statistics), address(g)
        sums = torch.zeros(groups, SUMS, dtype=torch.float64)
        dweight, dbias = torch.zeros(2, weight_size(u, ctx.layer), dtype=torch.float64)
        _core.layer_parts_measure_backward(
            *ctx.call, ctx.first, *given, address(sums), address(dweight), address(dbias)
        )
        merged = _merged(_gathered(sums, ctx.group), groups, GRADIENT)
        _core.layer_parts_apply_backward(*ctx.call, ctx.first, *given, address(merged), address(du))
        dtype = input.dtype if weight is None else weight.dtype
        gradients = as_input(du, input), dweight.to(dtype), dbias.to(dtype)
        needed = ctx.needs_input_grad
        return (*(g if n else None for g, n in zip(gradients, needed, strict=False)), *[None] * 3)


@documented(
    "In training the values of a channel share mean, variance and lambda, in all processes of a "
    "group together; in evaluation these are the running ones.  The processes add the noise that "
    "the first of them draws for the whole batch."
)
class SyncBatchNormalNorm(_BatchNormalNorm):
    """Batch normality normalization of (N, C, *), over the batches of several processes.

    Examples
    --------
    >>> import torch
    >>> norm = SyncBatchNormalNorm(3)
    >>> norm(torch.randn(8, 3, 5, 5)).shape
    torch.Size([8, 3, 5, 5])
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        process_group: Any = None,
        device: Any = None,
        dtype: torch.dtype | None = None,
        *,
        bias: bool = True,
        noise: float = 0.4,
        alpha: float = 1.0,
        mode: MODE = "exact",
        bounds: tuple[float, float] | None = None,
        noise_kind: NOISE_KIND = "scaled",
    ) -> None:
        super().__init__(
            num_features,
            eps,
            momentum,
            affine,
            track_running_stats,
            device,
            dtype,
            bias=bias,
            noise=noise,
            alpha=alpha,
            mode=mode,
            bounds=bounds,
            noise_kind=noise_kind,
        )
        self.process_group = process_group

    def _check_input_dim(self, input: Tensor) -> None:
        if input.dim() < 2:
            raise ValueError(f"expected at least 2D input (got {input.dim()}D input)")

    def _normalize_channels(self, input: Tensor, batch: bool) -> Tensor:
        if not self.training or not _is_shared(self.process_group):
            return super()._normalize_channels(input, batch)
        return self._normalize_shared(input)

    # torch.compiler.disable would import the compiler at once.
    @torch._disable_dynamo
    def _normalize_shared(self, input: Tensor) -> Tensor:
        self._check_channels(input)
        if self.track_running_stats:
            self._check_device(input)
        scaled = self.noise_kind == "scaled"
        seed, noise = (draw(input.device), self._noise) if self._noisy and scaled else (None, 0.0)
        channels, weight, bias = self.num_features, self.weight, self.bias
        layer = Layer(channels, True, False, self.mode, noise, self._alpha, self.eps)
        check_part(input, weight, bias, seed, layer)
        if self._noisy and not scaled:
            x = self._normalize_part(input, None, None, None, layer)
            return _noise.affine(_noise.add(x, self.noise_kind, self._noise), weight, bias, False)
        return self._normalize_part(input, weight, bias, seed, layer)

    def _normalize_part(self, input: Tensor, *given: Any) -> Tensor:
        if not _by_library(input):
            return self._normalize_by_torch(input, *given)
        out, statistics, count = _Synchronized.apply(input, *given, self.process_group)
        if self._record is not None:
            self._record(named(statistics, (self.num_features,), count == 0))
        if self.track_running_stats:
            if count:
                self._track(statistics, count)
            else:
                self.num_batches_tracked.add_(1)
        result: Tensor = out
        return result

    def _normalize_by_torch(self, input: Tensor, *given: Any) -> Tensor:
        out, statistics, count = Synchronized.apply(input, *given, self.process_group)
        if self._record is not None:
            self._record(named(statistics, (self.num_features,)))
        if self.track_running_stats:
            # The count is on the device.  A single value has no variance, and none moves nothing.
            given = pack_running(self.running_mean, self.running_var, self.running_lmbda)
            unbiased = count / (count - 1).clamp(min=1)
            self._move(
                torch.where(count > 0, statistics, given), torch.where(count > 0, unbiased, 1)
            )
        result: Tensor = out
        return result


def _by_library(input: Tensor) -> bool:
    return input.device.type == "cpu"


def _is_shared(group: Any) -> bool:
    return dist.is_available() and dist.is_initialized() and dist.get_world_size(group) > 1
