# SPDX-License-Identifier: BSD-3-Clause
"""Checks of what the operators are given: the C library sees addresses only."""

import math
from typing import Literal

import torch
from torch import Tensor

from .. import _core
from ._statistics import FIELDS, dtype_of
from ._torch import Layer

# A mode is which of the flags (compat, normalize_only) of struct bell_layer_options are set.
MODE = Literal["exact", "compat", "normalize_only"]
NOISE_KIND = Literal["scaled", "unscaled", "dropout"]
NOISE_KINDS = ("scaled", "unscaled", "dropout")
MODES = {"exact": (False, False), "compat": (True, False), "normalize_only": (False, True)}


def computed_dtype(dtype: torch.dtype) -> torch.dtype:
    return torch.float64 if dtype == torch.float64 else torch.float32


def rows(input: Tensor, layer: Layer) -> int:
    """Return how many groups have statistics of their own."""
    return layer.groups if layer.batch else input.shape[0] * layer.groups


def weight_size(input: Tensor, layer: Layer) -> int:
    return math.prod(input.shape[2:]) if layer.by_position else input.shape[1]


def frozen_layer(input: Tensor, mode: str, eps: float) -> Layer:
    """Return the layer of an evaluation: batch and instance layers have statistics by channel."""
    channels = input.shape[1] if input.dim() > 1 else 1
    return Layer(channels, True, False, mode, 0.0, 1.0, eps)


def check_options(
    mode: str, noise: float, alpha: float, eps: float, noise_kind: str = "scaled"
) -> None:
    if mode not in MODES:
        raise ValueError(f"mode is {mode!r}, not one of {', '.join(MODES)}")
    check_noise(noise)
    check_alpha(alpha)
    check_noise_kind(noise_kind)
    if not _core.LAYER_MIN_EPS <= eps < math.inf:
        raise ValueError(f"eps is {eps}, not a number of at least {_core.LAYER_MIN_EPS}")


def check_noise(noise: float) -> None:
    if not 0 <= noise < math.inf:
        raise ValueError(f"noise is {noise}, not a number of at least 0")


def check_noise_kind(kind: str) -> None:
    if kind not in NOISE_KINDS:
        raise ValueError(f"noise_kind is {kind!r}, not one of {', '.join(NOISE_KINDS)}")


def check_alpha(alpha: float) -> None:
    if not math.isfinite(alpha):
        raise ValueError(f"alpha is {alpha}, not a finite number")


def check_group(n: int, input: Tensor) -> None:
    """Refuse a group of one value, as the modules of torch do: n is the number of its values."""
    if n == 1:
        raise ValueError(
            "expected more than 1 value for each mean and variance, "
            f"got input size {tuple(input.shape)}"
        )


def group_size(input: Tensor, layer: Layer) -> int:
    """Return the number of values in a group."""
    n = math.prod(input.shape[2:]) * (input.shape[1] // layer.groups)
    return n * (input.shape[0] if layer.batch else 1)


def _check_tensor(
    t: Tensor, name: str, shape: tuple[int, ...], dtype: torch.dtype, device: torch.device
) -> None:
    if tuple(t.shape) != tuple(shape):
        raise ValueError(f"expected a {name} of shape {tuple(shape)}, got {tuple(t.shape)}")
    if t.dtype != dtype:
        raise TypeError(f"expected a {name} of {dtype}, got {t.dtype}")
    if t.device != device:
        raise ValueError(f"the input is on {device}, the {name} on {t.device}")


def _check_input(input: Tensor, layer: Layer) -> None:
    if input.dtype not in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        raise TypeError(f"expected a floating-point input, got {input.dtype}")
    if input.dim() < 2:
        raise ValueError(f"expected an input of 2 or more dimensions, got {input.dim()}")
    if layer.groups < 1 or input.shape[1] % layer.groups:
        raise ValueError(f"{layer.groups} groups do not divide {input.shape[1]} channels")
    if layer.batch and layer.by_position:
        raise ValueError("a weight for each position does not go with statistics of the batch")
    check_options(layer.mode, layer.noise, layer.alpha, layer.eps)


def _check_weights(input: Tensor, layer: Layer, **weights: Tensor | None) -> None:
    size = weight_size(input, layer)
    for name, w in weights.items():
        if w is None:
            continue
        if w.dtype not in (input.dtype, computed_dtype(input.dtype)):
            raise TypeError(
                f"an input of {input.dtype} and a {name} of {w.dtype} do not go together"
            )
        _check_tensor(w, name, (size,), w.dtype, input.device)


def _check_statistics(input: Tensor, name: str, statistics: Tensor, layer: Layer) -> None:
    shape = (rows(input, layer), FIELDS)
    _check_tensor(statistics, name, shape, dtype_of(input.device), input.device)


def _check_seed(input: Tensor, seed: Tensor | None, layer: Layer) -> None:
    if seed is not None:
        _check_tensor(seed, "seed", (), torch.int64, input.device)
    elif layer.noise != 0:
        raise ValueError("noise needs a seed")


def _check_sizes(input: Tensor, layer: Layer) -> None:
    # A layer norm takes a single value for its mean; a batch norm does not.
    if layer.batch and rows(input, layer):
        check_group(group_size(input, layer), input)


def check_forward(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, seed: Tensor | None, layer: Layer
) -> None:
    check_part(input, weight, bias, seed, layer)
    _check_sizes(input, layer)


def check_part(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, seed: Tensor | None, layer: Layer
) -> None:
    """Check one part of a batch, which may have a single value, or none."""
    _check_input(input, layer)
    _check_weights(input, layer, weight=weight, bias=bias)
    _check_seed(input, seed, layer)


def check_frozen(
    input: Tensor, weight: Tensor | None, bias: Tensor | None, frozen: Tensor, layer: Layer
) -> None:
    _check_input(input, layer)
    _check_weights(input, layer, weight=weight, bias=bias)
    _check_statistics(input, "frozen", frozen, layer)


def check_backward(
    grad: Tensor,
    input: Tensor,
    weight: Tensor | None,
    saved: Tensor,
    seed: Tensor | None,
    layer: Layer,
    evaluated: bool,
) -> None:
    _check_input(input, layer)
    _check_weights(input, layer, weight=weight)
    _check_statistics(input, "saved", saved, layer)
    _check_seed(input, seed, layer)
    _check_tensor(grad, "gradient", tuple(input.shape), grad.dtype, input.device)
    if not evaluated:
        _check_sizes(input, layer)
