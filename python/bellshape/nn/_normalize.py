# SPDX-License-Identifier: BSD-3-Clause
"""A call of a layer, of modules and functions alike: the way that it takes through the package."""

from typing import Any

import torch
from torch import Tensor

from . import _derivatives, _eager, _gpu, _noise
from ._derivatives import is_differentiated
from ._operators import normal_norm, normal_norm_frozen
from ._statistics import pack_running, unpack
from ._torch import Layer, with_noise

# The numbers of samples, channels and positions.
Sizes = tuple[int, int, int]


def draw(device: torch.device | None) -> Tensor:
    """Draw the seed of a call; None is torch's default device."""
    if device is None:
        return torch.randint(2**63 - 1, ())
    return torch.randint(2**63 - 1, (), dtype=torch.int64, device=device)


def casts(device: str) -> bool:
    """Tell whether autocast is on where it hands float32 to the layer and group norms of torch.

    On the CPU these keep the type of the input; the batch and instance norms keep it everywhere.
    """
    return device in ("cuda", "mps", "xpu") and torch.is_autocast_enabled(device)


def as_float32(t: Any) -> Any:
    """Return a tensor as autocast does, which leaves float64 alone."""
    return t.float() if t is not None and t.dtype in (torch.float16, torch.bfloat16) else t


def normalize(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    sizes: Sizes,
    layer: Layer,
    noisy: bool,
    noise_kind: str = "scaled",
    numbers: Tensor | None = None,
    autocasts: bool = False,
    running: _gpu.Running | None = None,
) -> tuple[Tensor, Tensor | None]:
    """Return the output and the statistics of the groups; None for these, if the running ones have
    been moved by them.

    `numbers` are the size of the noise and alpha for a compiled graph, in which those of `layer`
    would be constants.  `autocasts` tells whether autocast hands float32 to the layer of torch.
    """
    if noisy and noise_kind != "scaled":
        size = layer.noise if numbers is None else numbers[0]
        layer = with_noise(layer, 0.0)
        x, saved = normalize(
            input, None, None, sizes, layer, False, numbers=numbers, autocasts=autocasts
        )
        x = _noise.add(x, noise_kind, size)
        return _noise.affine(x, weight, bias, layer.by_position), saved
    # A compiler takes this for False, and traces nothing of what goes to the library.
    eager = not torch.compiler.is_compiling()
    direct = eager and _eager.is_direct(sizes[1 + layer.by_position], input, weight, bias)
    seed = draw(None if direct else input.device) if noisy else None
    if direct:
        found = _eager.normalize(input, weight, bias, sizes, seed, layer)
        if found is not None:
            return found
    shape = input.shape
    if autocasts and casts(input.device.type):
        input, weight, bias = as_float32(input), as_float32(weight), as_float32(bias)
    if eager and _gpu.is_direct(sizes[1 + layer.by_position], input, weight, bias):
        made = _gpu.normalize(input, weight, bias, sizes, seed, layer, running)
        if made is not None:
            return made
    u = input.reshape(sizes) if layer.by_position else input
    weight, bias = (None if w is None else w.flatten() for w in (weight, bias))
    if is_differentiated():
        out, saved = _derivatives.forward(u, weight, bias, seed, layer)
    else:
        out, saved = normal_norm(u, weight, bias, seed, *layer, numbers)
    return out.reshape(shape), saved


def evaluate(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running: list[Tensor],
    sizes: Sizes,
    mode: str,
    eps: float,
) -> Tensor:
    """Return the output of a layer whose channels have the given mean, variance and lambda."""
    if not torch.compiler.is_compiling():
        layer, found = Layer(sizes[1], True, False, mode, 0.0, 1.0, eps), None
        if _eager.is_direct(sizes[1], input, weight, bias, *running):
            found = _eager.evaluate(input, weight, bias, running, sizes, layer)
        elif _gpu.is_direct(sizes[1], input, weight, bias, *running):
            found = _gpu.evaluate(input, weight, bias, running, layer)
        if found is not None:
            return found
    frozen = pack_running(*running)
    if is_differentiated():
        return _derivatives.evaluate(input, weight, bias, frozen, mode, eps)
    out: Tensor = normal_norm_frozen(input, weight, bias, frozen, mode, eps)
    return out


def by_channel(saved: Tensor, channels: int) -> Tensor:
    """Return one row of statistics a channel: where samples have rows of their own, their means."""
    if saved.shape[0] == channels:
        return saved
    return saved.detach().view(-1, channels, saved.shape[-1]).mean(0)


def move(running: list[Tensor], saved: Tensor, unbiased: Any, momentum: Any) -> None:
    """Move mean, variance and lambda of channels by one step, in place.

    The variances of `saved` are multiplied by `unbiased`.
    """
    found = unpack(saved.detach())
    news = found.mean, found.variance * unbiased, found.lmbda
    for r, new in zip(running, news, strict=True):
        r.lerp_(new.to(r.dtype), momentum)
