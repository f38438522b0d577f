# SPDX-License-Identifier: BSD-3-Clause
"""The layers as functions, in the manner of torch.nn.functional.

Nothing is kept between two calls but what the caller hands in.  There is no noise unless a size is
given.  `return_statistics=True` returns mean, standard deviation and lambda of the groups, too.
"""

import math
import numbers
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from .._parameters import interval
from . import _rms
from ._checks import MODE, NOISE_KIND, check_group, check_options
from ._docs import documented_function
from ._normalize import Sizes, by_channel, evaluate, move, normalize
from ._statistics import NormStatistics, named, pack_running
from ._torch import Layer

__all__ = [
    "add_layer_normal_norm",
    "add_rms_normal_norm",
    "batch_normal_norm",
    "group_normal_norm",
    "instance_normal_norm",
    "layer_normal_norm",
    "rms_normal_norm",
]

Result = Tensor | tuple[Tensor, NormStatistics]


@documented_function
def batch_normal_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    running_lmbda: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
    *,
    noise: float = 0.0,
    alpha: float = 1.0,
    mode: MODE = "exact",
    bounds: tuple[float, float] | None = None,
    noise_kind: NOISE_KIND = "scaled",
    return_statistics: bool = False,
) -> Any:
    """Normalize (N, C, *), where the values of a channel share mean, variance and lambda.

    In training these are those of the batch, and the running ones move in place, if they are given.
    Otherwise these are the running ones, and there is no noise.

    Examples
    --------
    >>> import torch
    >>> x = torch.randn(64, 3).exp()
    >>> out, found = batch_normal_norm(x, None, None, None, training=True, return_statistics=True)
    >>> bool((found.lmbda < 1).all())
    True
    """
    return _by_channel(
        input,
        (running_mean, running_var, running_lmbda),
        (weight, bias),
        True,
        training,
        momentum,
        Layer(1, True, False, mode, noise, alpha, eps),
        bounds,
        noise_kind,
        return_statistics,
    )


@documented_function
def instance_normal_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    running_lmbda: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
    *,
    noise: float = 0.0,
    alpha: float = 1.0,
    mode: MODE = "exact",
    bounds: tuple[float, float] | None = None,
    noise_kind: NOISE_KIND = "scaled",
    return_statistics: bool = False,
) -> Any:
    """Normalize (N, C, *), where each channel of each sample has statistics of its own.

    The running ones, if they are given, move in place by the means over the samples.  Without
    `use_input_stats` they are the statistics, and there is no noise.

    Examples
    --------
    >>> import torch
    >>> _, found = instance_normal_norm(torch.randn(8, 3, 20), return_statistics=True)
    >>> found.lmbda.shape
    torch.Size([8, 3])
    """
    return _by_channel(
        input,
        (running_mean, running_var, running_lmbda),
        (weight, bias),
        False,
        use_input_stats,
        momentum,
        Layer(1, False, False, mode, noise, alpha, eps),
        bounds,
        noise_kind,
        return_statistics,
    )


@documented_function
def group_normal_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    *,
    noise: float = 0.0,
    alpha: float = 1.0,
    mode: MODE = "exact",
    noise_kind: NOISE_KIND = "scaled",
    return_statistics: bool = False,
) -> Any:
    """Normalize (N, C, *), where neighboring channels of a sample share statistics.

    Examples
    --------
    >>> import torch
    >>> _, found = group_normal_norm(torch.randn(8, 4, 5, 5), 2, return_statistics=True)
    >>> found.lmbda.shape
    torch.Size([8, 2])
    """
    layer = Layer(num_groups, False, False, mode, noise, alpha, eps)
    _check(input, layer, noise_kind)
    if num_groups < 1 or input.shape[1] % num_groups:
        raise ValueError(f"num_groups ({num_groups}) does not divide {input.shape[1]} channels")
    _check_weights(input, input.shape[1:2], weight=weight, bias=bias)
    check_group(input.numel() // num_groups, input)
    noisy = noise != 0
    sizes = _sizes(input)
    out, saved = normalize(input, weight, bias, sizes, layer, noisy, noise_kind, autocasts=True)
    return _result(out, saved, (input.shape[0], num_groups), return_statistics)


@documented_function
def layer_normal_norm(
    input: Tensor,
    normalized_shape: int | Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    *,
    noise: float = 0.0,
    alpha: float = 1.0,
    mode: MODE = "exact",
    noise_kind: NOISE_KIND = "scaled",
    return_statistics: bool = False,
) -> Any:
    """Normalize (*, *normalized_shape), where the values in the last dimensions share statistics.

    Examples
    --------
    >>> import torch
    >>> _, found = layer_normal_norm(torch.randn(8, 5, 6), 6, return_statistics=True)
    >>> found.lmbda.shape
    torch.Size([8, 5])
    """
    shape = _shape(normalized_shape)
    layer = Layer(1, False, True, mode, noise, alpha, eps)
    own = len(shape)
    if own == 0 or tuple(input.shape[-own:]) != shape:
        raise ValueError(f"expected (*, {str(shape)[1:]}, got input size {tuple(input.shape)}")
    check_options(mode, noise, alpha, eps, noise_kind)
    _check_weights(input, shape, weight=weight, bias=bias)
    leading = input.shape[: input.dim() - own]
    sizes = math.prod(leading), 1, math.prod(shape)
    out, saved = normalize(
        input, weight, bias, sizes, layer, noise != 0, noise_kind, autocasts=True
    )
    return _result(out, saved, leading, return_statistics)


@documented_function
def rms_normal_norm(
    input: Tensor,
    normalized_shape: int | Sequence[int],
    weight: Tensor | None = None,
    eps: float | None = None,
    *,
    noise: float = 0.0,
    alpha: float = 1.0,
    mode: MODE = "exact",
    noise_kind: NOISE_KIND = "scaled",
    return_statistics: bool = False,
) -> Any:
    """Normalize (*, *normalized_shape) without centering: by the root mean square, and lambda.

    Examples
    --------
    >>> import torch
    >>> rms_normal_norm(torch.randn(8, 6), 6).shape
    torch.Size([8, 6])
    """
    shape = _shape(normalized_shape)
    eps = _rms.default_eps(eps, input)
    check_options(mode, noise, alpha, eps, noise_kind)
    _check_weights(input, shape, weight=weight)
    layer = Layer(1, False, True, mode, 0.0, alpha, eps)
    out, found = _rms.normalize(input, shape, weight, layer, noise_kind, noise, noise != 0)
    return (out, found) if return_statistics else out


def add_layer_normal_norm(
    input: Tensor,
    residual: Tensor,
    normalized_shape: int | Sequence[int],
    *args: Any,
    **options: Any,
) -> tuple[Any, Tensor]:
    """Add a residual and normalize the sum.

    It is a convenience for transformers, which need both results: the addition is a pass over
    memory of its own.

    Parameters
    ----------
    input, residual : Tensor of shape (*, *normalized_shape)
        What is added.
    normalized_shape : int or sequence of int
        The last dimensions, as in `layer_normal_norm`.
    *args, **options
        The further arguments of `layer_normal_norm`.

    Returns
    -------
    (Tensor, Tensor)
        What `layer_normal_norm` returns of the sum, and the sum, which is the next residual.

    Raises
    ------
    ValueError, TypeError
        As `layer_normal_norm`.

    Examples
    --------
    >>> import torch
    >>> out, residual = add_layer_normal_norm(torch.ones(2, 6), torch.randn(2, 6), 6)
    >>> out.shape == residual.shape
    True
    """
    total = input + residual
    return layer_normal_norm(total, normalized_shape, *args, **options), total


def add_rms_normal_norm(
    input: Tensor,
    residual: Tensor,
    normalized_shape: int | Sequence[int],
    *args: Any,
    **options: Any,
) -> tuple[Any, Tensor]:
    """Add a residual and normalize the sum without centering.

    It is a convenience for transformers, which need both results: the addition is a pass over
    memory of its own.

    Parameters
    ----------
    input, residual : Tensor of shape (*, *normalized_shape)
        What is added.
    normalized_shape : int or sequence of int
        The last dimensions, as in `rms_normal_norm`.
    *args, **options
        The further arguments of `rms_normal_norm`.

    Returns
    -------
    (Tensor, Tensor)
        What `rms_normal_norm` returns of the sum, and the sum, which is the next residual.

    Raises
    ------
    ValueError, TypeError
        As `rms_normal_norm`.

    Examples
    --------
    >>> import torch
    >>> out, residual = add_rms_normal_norm(torch.ones(2, 6), torch.randn(2, 6), 6)
    >>> out.shape == residual.shape
    True
    """
    total = input + residual
    return rms_normal_norm(total, normalized_shape, *args, **options), total


def _by_channel(
    input: Tensor,
    running: tuple[Tensor | None, ...],
    weights: tuple[Tensor | None, Tensor | None],
    batch: bool,
    from_input: bool,
    momentum: float,
    layer: Layer,
    bounds: tuple[float, float] | None,
    noise_kind: str,
    return_statistics: bool,
) -> Any:
    """Normalize by statistics of channels: those of the input, or the running ones."""
    _check(input, layer, noise_kind)
    channels, sizes = input.shape[1], _sizes(input)
    _, *options = layer
    layer = Layer(channels, *options)
    given = [t for t in running if t is not None]
    if len(given) not in (0, 3):
        raise ValueError("running_mean, running_var and running_lmbda come together")
    for t in given:
        if tuple(t.shape) != (channels,):
            raise ValueError(
                f"expected running statistics of shape ({channels},), got {tuple(t.shape)}"
            )
    _check_weights(input, (channels,), weight=weights[0], bias=weights[1])
    if not from_input:
        if not given:
            raise ValueError("evaluation needs running_mean, running_var and running_lmbda")
        if bounds is not None:
            given[2] = given[2].clamp(*interval(bounds))
        out = evaluate(input, *weights, given, sizes, layer.mode, layer.eps)
        return _result(out, pack_running(*given), (channels,), return_statistics)
    n = sizes[2] * (sizes[0] if batch else 1)
    check_group(n, input)
    out, saved = normalize(input, *weights, sizes, layer, layer.noise != 0, noise_kind)
    if given and n and sizes[0]:
        with torch.no_grad():
            move(given, by_channel(saved, channels), n / (n - 1), momentum)
    return _result(out, saved, (channels,) if batch else input.shape[:2], return_statistics)


def _result(
    out: Tensor, saved: Tensor | None, shape: Sequence[int], return_statistics: bool
) -> Result:
    if not return_statistics:
        return out
    return out, named(saved, shape, out.numel() == 0)


def _sizes(input: Tensor) -> Sizes:
    return input.shape[0], input.shape[1], math.prod(input.shape[2:])


def _shape(normalized_shape: int | Sequence[int]) -> tuple[int, ...]:
    if isinstance(normalized_shape, numbers.Integral):
        return (int(normalized_shape),)
    return tuple(normalized_shape)


def _check(input: Tensor, layer: Layer, noise_kind: str) -> None:
    if input.dim() < 2:
        raise ValueError(f"expected an input of 2 or more dimensions, got {input.dim()}")
    check_options(layer.mode, layer.noise, layer.alpha, layer.eps, noise_kind)


def _check_weights(input: Tensor, shape: Sequence[int], **weights: Tensor | None) -> None:
    for name, w in weights.items():
        if w is not None and tuple(w.shape) != tuple(shape):
            raise ValueError(f"expected a {name} of shape {tuple(shape)}, got {tuple(w.shape)}")
