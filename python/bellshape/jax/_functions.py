# SPDX-License-Identifier: BSD-3-Clause
"""The layers as functions of arrays."""

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import jax.numpy as jnp
from jax import Array, lax

from ._layer import How, NormStatistics, Saved, normalize, psi

Axes = int | Sequence[int]
Mode = Literal["exact", "compat", "normalize_only"]
MODES = ("exact", "compat", "normalize_only")

# What the docstrings of all functions have in common.
_OPTIONS = """epsilon : float
    It is added to the variance, and its square root to the denominator of the Newton step.
key : key of jax.random or None, default None
    What the noise is made from; None adds none.
noise : float, default 0.4
    The size of the noise, in mean absolute deviations of the transformed values.
alpha : float, default 1.0
    The factor of the Newton step to lambda: 1 as in the paper, 0 for no transform.
mode : {"exact", "compat", "normalize_only"}, default "exact"
    "compat" computes what the code of the authors does, for weights that were trained with it.
    "normalize_only" makes no transform: it is the ordinary norm layer."""
_NAME = """
axis_name : hashable or None, default None
    The axis of a `vmap`, `pmap` or `shard_map` over which all share statistics; None is none."""
_RETURNS = """Returns
-------
(Array, NormStatistics)
    The output, of the shape and the type of `x`; and mean, variance and lambda of each group, which
    have no gradient.

Raises
------
ValueError
    If an argument is out of range or of the wrong shape.
TypeError
    If `x` has no floating-point values."""


def _documented(function: Callable[..., Any]) -> Callable[..., Any]:
    if function.__doc__:
        lines = [line.removeprefix("    ") for line in function.__doc__.splitlines()]
        text = "\n".join(lines).replace("{OPTIONS}", _OPTIONS).replace("{RETURNS}", _RETURNS)
        function.__doc__ = text.replace("{NAME}", _NAME.lstrip("\n"))
    return function


@_documented
def batch_normal_norm(
    x: Array,
    scale: Array | None = None,
    bias: Array | None = None,
    *,
    axis: int = -1,
    epsilon: float = 1e-5,
    key: Any = None,
    noise: float | Array = 0.4,
    alpha: float | Array = 1.0,
    mode: Mode = "exact",
    axis_name: Any = None,
) -> tuple[Array, NormStatistics]:
    """Normalize a batch, where the values of a channel share mean, variance and lambda.

    Parameters
    ----------
    x : Array
        The input.
    scale, bias : Array of shape (C,) or None, default None
        The weight and the bias of each channel; None are 1 and 0.
    axis : int, default -1
        The axis of the channels.
    {OPTIONS}
    {NAME}

    {RETURNS}

    Examples
    --------
    >>> import jax
    >>> x = jax.numpy.exp(jax.random.normal(jax.random.key(0), (64, 3)))
    >>> out, found = batch_normal_norm(x)
    >>> bool((found.lmbda < 1).all())
    True
    """
    (channels,) = _axes(x, axis)
    axes = tuple(i for i in range(x.ndim) if i != channels)
    how = How(axes, mode, epsilon, axis_name=axis_name)
    return _call(x, scale, bias, (channels,), how, key, noise, alpha)


@_documented
def instance_normal_norm(
    x: Array,
    scale: Array | None = None,
    bias: Array | None = None,
    *,
    axis: int = -1,
    epsilon: float = 1e-6,
    key: Any = None,
    noise: float | Array = 0.4,
    alpha: float | Array = 1.0,
    mode: Mode = "exact",
) -> tuple[Array, NormStatistics]:
    """Normalize a batch, where each channel of each sample has statistics of its own.

    Parameters
    ----------
    x : Array
        The input, whose first axis is that of the samples.
    scale, bias : Array of shape (C,) or None, default None
        The weight and the bias of each channel; None are 1 and 0.
    axis : int, default -1
        The axis of the channels.
    {OPTIONS}

    {RETURNS}

    Examples
    --------
    >>> import jax
    >>> out, found = instance_normal_norm(jax.random.normal(jax.random.key(0), (8, 20, 3)))
    >>> found.lmbda.shape
    (8, 3)
    """
    (channels,) = _axes(x, axis)
    axes = tuple(i for i in range(1, x.ndim) if i != channels)
    return _call(x, scale, bias, (channels,), How(axes, mode, epsilon), key, noise, alpha)


@_documented
def layer_normal_norm(
    x: Array,
    scale: Array | None = None,
    bias: Array | None = None,
    *,
    axes: Axes = -1,
    epsilon: float = 1e-6,
    key: Any = None,
    noise: float | Array = 1.0,
    alpha: float | Array = 1.0,
    mode: Mode = "exact",
) -> tuple[Array, NormStatistics]:
    """Normalize an array, where the values along some axes share mean, variance and lambda.

    Parameters
    ----------
    x : Array
        The input.
    scale, bias : Array or None, default None
        The weight and the bias of each element along these axes, in their shape; None are 1 and 0.
    axes : int or sequence of int, default -1
        The axes.
    {OPTIONS}

    {RETURNS}

    Examples
    --------
    >>> import jax
    >>> out, found = layer_normal_norm(jax.random.normal(jax.random.key(0), (8, 5, 6)))
    >>> found.lmbda.shape
    (8, 5)
    """
    own = _axes(x, axes)
    return _call(x, scale, bias, own, How(own, mode, epsilon), key, noise, alpha)


@_documented
def rms_normal_norm(
    x: Array,
    scale: Array | None = None,
    *,
    axes: Axes = -1,
    epsilon: float = 1e-6,
    key: Any = None,
    noise: float | Array = 1.0,
    alpha: float | Array = 1.0,
    mode: Mode = "exact",
) -> tuple[Array, NormStatistics]:
    """Normalize an array without centering: by the root mean square along some axes, and lambda.

    Parameters
    ----------
    x : Array
        The input.
    scale : Array or None, default None
        The weight of each element along these axes, in their shape; None is 1.
    axes : int or sequence of int, default -1
        The axes.
    {OPTIONS}

    {RETURNS}

    Examples
    --------
    >>> import jax
    >>> out, found = rms_normal_norm(jax.random.normal(jax.random.key(0), (8, 6)))
    >>> out.shape, found.lmbda.shape
    ((8, 6), (8,))
    """
    own = _axes(x, axes)
    return _call(x, scale, None, own, How(own, mode, epsilon, False), key, noise, alpha)


@_documented
def group_normal_norm(
    x: Array,
    num_groups: int,
    scale: Array | None = None,
    bias: Array | None = None,
    *,
    axis: int = -1,
    epsilon: float = 1e-6,
    key: Any = None,
    noise: float | Array = 0.4,
    alpha: float | Array = 1.0,
    mode: Mode = "exact",
) -> tuple[Array, NormStatistics]:
    """Normalize a batch, where neighboring channels of a sample share mean, variance and lambda.

    Parameters
    ----------
    x : Array
        The input, whose first axis is that of the samples.
    num_groups : int
        The number of groups, which divides C.
    scale, bias : Array of shape (C,) or None, default None
        The weight and the bias of each channel; None are 1 and 0.
    axis : int, default -1
        The axis of the channels.
    {OPTIONS}

    {RETURNS}

    Examples
    --------
    >>> import jax
    >>> out, found = group_normal_norm(jax.random.normal(jax.random.key(0), (8, 5, 4)), 2)
    >>> found.lmbda.shape
    (8, 2)
    """
    (channels,) = _axes(x, axis)
    if num_groups < 1 or x.shape[channels] % num_groups:
        raise ValueError(f"num_groups ({num_groups}) does not divide {x.shape[channels]} channels")
    split = num_groups, x.shape[channels] // num_groups
    u = x.reshape(*x.shape[:channels], *split, *x.shape[channels + 1 :])
    weights = []
    for name, w in (("scale", scale), ("bias", bias)):
        if w is not None and w.shape != (x.shape[channels],):
            raise ValueError(f"expected a {name} of shape ({x.shape[channels]},), got {w.shape}")
        weights.append(None if w is None else w.reshape(split))
    axes = tuple(i for i in range(1, u.ndim) if i != channels)
    own = channels, channels + 1
    out, found = _call(u, *weights, own, How(axes, mode, epsilon), key, noise, alpha)
    return out.reshape(x.shape), found


def evaluate_normal_norm(
    x: Array,
    mean: Array,
    var: Array,
    lmbda: Array,
    scale: Array | None = None,
    bias: Array | None = None,
    *,
    axis: int = -1,
    epsilon: float = 1e-5,
    mode: Mode = "exact",
    bounds: tuple[float, float] | None = None,
) -> Array:
    """Normalize a batch by given statistics of the channels, without noise.

    Parameters
    ----------
    x : Array
        The input.
    mean, var, lmbda : Array of shape (C,)
        The statistics, such as running ones.
    scale, bias : Array of shape (C,) or None, default None
        The weight and the bias of each channel; None are 1 and 0.
    axis : int, default -1
        The axis of the channels.
    epsilon : float, default 1e-05
        It is added to the variance.
    mode : {"exact", "compat", "normalize_only"}, default "exact"
        As in `batch_normal_norm`.
    bounds : (float, float) or None, default None
        The range to which lambda is clamped, so that values far out do not grow beyond all measure.

    Returns
    -------
    Array
        The output, of the shape and the type of `x`.

    Raises
    ------
    ValueError
        If an argument is out of range or of the wrong shape.
    TypeError
        If `x` has no floating-point values.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> zero, one = jnp.zeros(3), jnp.ones(3)
    >>> evaluate_normal_norm(jnp.ones((2, 3)), zero, one, one, epsilon=1e-12).tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    own = _axes(x, axis)
    _check(x, mode, epsilon)
    u = x.astype(_computed(x))
    if bounds is not None:
        if not bounds[0] <= bounds[1]:
            raise ValueError(f"bounds are {bounds}, not a range")
        lmbda = jnp.clip(lmbda, *bounds)
    average = _spread(u, "mean", mean, own, 0)
    h = (u - average) * lax.rsqrt(_spread(u, "var", var, own, 1) + epsilon)
    if mode != "normalize_only":
        h = psi(h, _spread(u, "lmbda", lmbda, own, 1), mode, epsilon)
    out = h * _spread(u, "scale", scale, own, 1) + _spread(u, "bias", bias, own, 0)
    return out.astype(x.dtype)


def _call(
    x: Array,
    scale: Array | None,
    bias: Array | None,
    own: tuple[int, ...],
    how: How,
    key: Any,
    noise: float | Array,
    alpha: float | Array,
) -> tuple[Array, NormStatistics]:
    """Call the layer; `own` are the axes of weight and bias."""
    _check(x, how.mode, how.eps)
    u = x.astype(_computed(x))
    w, b = _spread(u, "scale", scale, own, 1), _spread(u, "bias", bias, own, 0)
    numbers = jnp.asarray(noise, u.dtype), jnp.asarray(alpha, u.dtype)
    out, saved = normalize(how, u, w, b, key, *numbers)
    return out.astype(x.dtype), _shown(saved, how)


def _shown(saved: Saved, how: How) -> NormStatistics:
    return NormStatistics(
        *(
            lax.stop_gradient(jnp.squeeze(t, how.axes))
            for t in (saved.mean, saved.variance, saved.lmbda)
        )
    )


def _computed(x: Array) -> Any:
    return jnp.promote_types(x.dtype, jnp.float32)


def _axes(x: Array, axes: Axes) -> tuple[int, ...]:
    """Return axes from the front, in their order."""
    given = (axes,) if isinstance(axes, int) else tuple(axes)
    if not given or not all(-x.ndim <= a < x.ndim for a in given):
        raise ValueError(f"axes {axes} are not among the {x.ndim} of x")
    found = tuple(sorted({a % x.ndim for a in given}))
    if len(found) != len(given):
        raise ValueError(f"axes {axes} name one twice")
    return found


def _spread(u: Array, name: str, w: Array | None, own: tuple[int, ...], default: float) -> Array:
    """Return a weight in the type and with the dimensions of u."""
    shape = tuple(u.shape[a] for a in own)
    if w is None:
        w = jnp.full(shape, default, u.dtype)
    if w.shape != shape:
        raise ValueError(f"expected a {name} of shape {shape}, got {w.shape}")
    return w.astype(u.dtype).reshape([n if i in own else 1 for i, n in enumerate(u.shape)])


def _check(x: Array, mode: str, epsilon: float) -> None:
    if not jnp.issubdtype(x.dtype, jnp.floating):
        raise TypeError(f"expected a floating-point x, got {x.dtype}")
    if mode not in MODES:
        raise ValueError(f"mode is {mode!r}, not one of {', '.join(MODES)}")
    if not 0 < epsilon < math.inf:
        raise ValueError(f"epsilon is {epsilon}, not a positive number")
