# SPDX-License-Identifier: BSD-3-Clause
"""The layers on NVIDIA GPUs, by kernels in Triton, which comes with PyTorch for CUDA.

Each function returns None where the kernels do not take a layer: on other devices, for float64, and
for the rare layers that `_takes` names.  Plain torch computes it then (_torch.py).
"""

import functools
import os
import re
import warnings
from typing import Any

import torch
from torch import Tensor

from ._checks import group_size
from ._torch import Layer

# The oldest Triton, and the oldest GPU, that the kernels are compiled for in the tests.
MIN_TRITON = (3, 6)
MIN_CAPABILITY = (8, 0)
# A smaller eps is no number, or no normal one, in float32.
MIN_EPS = 1e-36


@functools.cache
def _kernels() -> tuple[Any, Any] | None:
    """Return the modules with the kernels; None without a Triton that they are written for."""
    try:
        import triton
    except ImportError:
        return None
    if version(triton.__version__) < MIN_TRITON:
        return None
    from . import _triton_batch, _triton_rows

    return _triton_rows, _triton_batch


def version(name: str) -> tuple[int, ...]:
    """Return the first two numbers of a version, which may be one of a candidate."""
    return tuple(map(int, re.findall(r"\d+", name)[:2]))


@functools.cache
def _has_kernels(device: torch.device) -> bool:
    if device.type == "cuda":
        # ROCm calls itself cuda, too.
        return (
            torch.version.hip is None
            and torch.cuda.get_device_capability(device) >= MIN_CAPABILITY
            and _kernels() is not None
            and _runs(device)
        )
    # The interpreter of Triton runs the kernels on a CPU.
    interpreted = device.type == "cpu" and os.environ.get("TRITON_INTERPRET") == "1"
    return interpreted and _kernels() is not None


def _runs(device: torch.device) -> bool:
    """Tell whether Triton can compile and start a kernel: it needs a compiler of C for that."""
    from . import _triton_common

    try:
        _triton_common.normal(torch.zeros((), dtype=torch.int64, device=device), 4)
    except Exception as error:
        # Nothing that Triton raises here has a class of its own.
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        warnings.warn(
            f"bellshape.nn computes its layers on {device} by plain torch, far slower than by its "
            f"kernels, because Triton cannot run one: {first}",
            stacklevel=2,
        )
        return False
    return True


def _takes(input: Tensor, layer: Layer) -> bool:
    return (
        input.dtype != torch.float64
        and input.numel() > 0
        and layer.eps >= MIN_EPS
        and _has_kernels(input.device)
    )


def _choose(u: Tensor, layer: Layer, backward: bool) -> Any:
    """Return the module whose kernels compute a layer that has statistics of its own, or None."""
    rows, batch = _kernels() or (None, None)
    if group_size(u, layer) == 1 or not batch.takes(u, layer):
        return None
    return rows if rows.takes(u, layer, backward) else batch


def _dense(input: Tensor, layer: Layer) -> Tensor:
    """Return the input as the kernels read it, copied only if it must be."""
    _, batch = _kernels() or (None, None)
    return input if layer.batch and batch.is_channels_last(input) else input.contiguous()


def _placed(t: Tensor, like: Tensor) -> Tensor:
    """Return a tensor with the strides of another, in a type that kernels load."""
    if t.stride() == like.stride() and t.dtype != torch.float64:
        return t
    dtype = torch.float32 if t.dtype == torch.float64 else t.dtype
    return torch.empty_like(like, dtype=dtype).copy_(t)


def _contiguous(*tensors: Tensor | None) -> list[Tensor | None]:
    return [None if t is None else t.contiguous() for t in tensors]


def normal(seed: Tensor, count: int, dtype: torch.dtype) -> Tensor | None:
    """Make what _torch.normal() does, with the bits of the C library."""
    if dtype == torch.float64 or not count or not _has_kernels(seed.device):
        return None
    from . import _triton_common

    return _triton_common.normal(seed, count)


def takes(u: Tensor, layer: Layer) -> bool:
    """Tell whether the kernels compute a layer that has statistics of its own."""
    return _takes(u, layer) and _choose(u, layer, False) is not None


def takes_frozen(u: Tensor, layer: Layer) -> bool:
    """Tell whether the kernels compute a layer that has given statistics."""
    _, batch = _kernels() or (None, None)
    return _takes(u, layer) and batch.takes(u, layer)


def forward(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    seed: Tensor | None,
    layer: Layer,
    running: Any = None,
) -> tuple[Tensor, Tensor] | None:
    """Compute what the operator normal_norm does, and move running statistics by one step.

    These are mean, variance, lambda and number of batches of a module, and its momentum.
    """
    if not _takes(input, layer):
        return None
    u = _dense(input, layer)
    module = _choose(u, layer, False)
    if module is None:
        return None
    _, batch = _kernels() or (None, None)
    weight, bias = _contiguous(weight, bias)
    if running is None:
        out, saved = module.forward(u, weight, bias, seed, layer)
    elif layer.batch:
        out, saved = batch.forward(u, weight, bias, seed, layer, running)
    else:
        out, saved = module.forward(u, weight, bias, seed, layer)
        batch.track(saved, running, group_size(u, layer))
    return _restored(out, input), saved


def evaluate(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, frozen: Any, layer: Layer
) -> Tensor | None:
    """Compute what the operator normal_norm_frozen does; frozen may be running mean, variance and
    lambda, too.
    """
    u = _dense(input, layer) if _takes(input, layer) else input
    if not takes_frozen(u, layer):
        return None
    _, batch = _kernels() or (None, None)
    weight, bias = _contiguous(weight, bias)
    if isinstance(frozen, Tensor):
        frozen = frozen.contiguous()
    return _restored(batch.evaluate(u, weight, bias, frozen, layer), input)


def backward(
    grad: Tensor,
    input: Tensor,
    weight: Tensor | None,
    saved: Tensor,
    seed: Tensor | None,
    layer: Layer,
    evaluated: bool,
) -> tuple[Tensor, Tensor, Tensor] | None:
    """Compute what the operator normal_norm_backward does."""
    if not _takes(input, layer):
        return None
    u, (weight,) = _dense(input, layer), _contiguous(weight)
    rows, batch = _kernels() or (None, None)
    module = batch if evaluated else _choose(u, layer, True)
    if module is None or (evaluated and not batch.takes(u, layer)):
        return None
    arguments = _placed(grad, u), u, weight, saved.contiguous(), seed, layer
    if module is rows:
        du, dweight, dbias = rows.backward(*arguments)
    else:
        du, dweight, dbias = batch.backward(*arguments, evaluated)
    dtype = input.dtype if weight is None else weight.dtype
    # Outputs of an operator share no memory.
    return _restored(du, input), dweight.to(dtype, copy=True), dbias.to(dtype, copy=True)


def _restored(out: Tensor, input: Tensor) -> Tensor:
    """Return out with the strides of torch.empty_like(input)."""
    expected = torch.empty_like(input)
    return out if out.stride() == expected.stride() else expected.copy_(out)
