# SPDX-License-Identifier: BSD-3-Clause
"""The formulas of docs/layer.md, whose letters these are, with the gradient in closed form."""

# ruff: noqa: E741 (that page calls log1p|h| l)

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax


class How(NamedTuple):
    """What does not change from call to call: axes are those that a group shares."""

    axes: tuple[int, ...]
    mode: str
    eps: float
    centered: bool = True
    axis_name: Any = None


class NormStatistics(NamedTuple):
    """The statistics of the groups that a layer has normalized.

    Parameters
    ----------
    mean : Array
        The means; 0 without centering.
    var : Array
        The variances, with the number of values as divisor; without centering, the mean squares.
    lmbda : Array
        The parameters of the transform: 1 leaves the values as they are, less pulls in a long tail
        on the right, and more one on the left.

    Examples
    --------
    >>> import jax
    >>> _, found = layer_normal_norm(jax.random.normal(jax.random.key(0), (4, 6)))
    >>> found.mean.shape, found.var.shape, found.lmbda.shape
    ((4,), (4,), (4,))
    """

    mean: Array
    var: Array
    lmbda: Array


class Saved(NamedTuple):
    """What the backward pass needs of each group, as in struct bell_layer_statistics."""

    mean: Array
    variance: Array
    lmbda: Array
    mean_hd: Array
    mean_d: Array
    slope: Array
    curvature: Array
    spread: Array


# ---- the transform ----


def _parts(h: Array) -> tuple[Array, Array, Array]:
    """Return the sign of h (1 at 0), |h| and log1p |h|."""
    s = jnp.where(h < 0, -1.0, 1.0).astype(h.dtype)
    a = s * h
    return s, a, jnp.log1p(a)


def _series(z: Array, coefficient: Callable[[int], float], far: Callable[[Array], Array]) -> Array:
    """Compute a function of z by a power series where |z| < 1/2, and by `far` elsewhere."""
    near = jnp.abs(z) < 0.5
    small, large = jnp.where(near, z, 0), jnp.where(near, 1, z)
    found = jnp.zeros_like(z)
    for k in range(15, -1, -1):
        found = small * found + coefficient(k)
    return jnp.where(near, found, far(large))


def _relative_exp(z: Array) -> Array:
    """Compute (e^z - 1)/z."""
    return _series(z, lambda k: 1 / math.factorial(k + 1), lambda z: jnp.expm1(z) / z)


def _p2(z: Array) -> Array:
    """Compute (e^z (z - 1) + 1)/z^2, the derivative of (e^z - 1)/z."""
    return _series(
        z, lambda k: 1 / (math.factorial(k) * (k + 2)), lambda z: (jnp.exp(z) * (z - 1) + 1) / z**2
    )


def _power(s: Array, lmbda: Array, mode: str, eps: float) -> tuple[Array, Array]:
    """Return the exponent of psi, and where it does not depend on lambda."""
    eta = 1 + s * (lmbda - 1)
    if mode != "compat":
        return eta, jnp.zeros_like(eta, bool)
    shift = math.sqrt(eps)
    linear = jnp.abs(eta) <= shift
    return jnp.where(linear, 0, eta + jnp.where(eta < 0, -shift, shift)), linear


def _derivatives(h: Array, lmbda: Array, mode: str, eps: float) -> tuple[Array, Array]:
    """Return those of psi by h and by lambda."""
    s, _, l = _parts(h)
    power, linear = _power(s, lmbda, mode, eps)
    return jnp.exp((power - 1) * l), jnp.where(linear, 0, l * l * _p2(power * l))


@functools.partial(jax.custom_jvp, nondiff_argnums=(2, 3))
def psi(h: Array, lmbda: Array, mode: str, eps: float) -> Array:
    s, _, l = _parts(h)
    power, _ = _power(s, lmbda, mode, eps)
    return s * l * _relative_exp(power * l)


@psi.defjvp
def _(mode: str, eps: float, primals: Any, tangents: Any) -> tuple[Array, Array]:
    by_h, by_lambda = _derivatives(*primals, mode, eps)
    return psi(*primals, mode, eps), by_h * tangents[0] + by_lambda * tangents[1]


# ---- the layer ----


def _mean(t: Array, how: How) -> Array:
    found = jnp.mean(t, how.axes, keepdims=True)
    return found if how.axis_name is None else lax.pmean(found, how.axis_name)


def _middle(t: Array, how: How) -> Array:
    """Return the mean where it stands for a center."""
    return _mean(t, how) if how.centered else jnp.zeros_like(jnp.sum(t, how.axes, keepdims=True))


def transformed(u: Array, key: Any, noise: Array, alpha: Array, how: How) -> tuple[Array, Saved]:
    """Return the values before weight and bias, and the statistics.

    These are ordinary operations, which JAX can differentiate: the closed form is tested by them.
    """
    average = _middle(u, how)
    variance = _mean(jnp.square(u - average), how)
    x = h = (u - average) * lax.rsqrt(variance + how.eps)
    lmbda = jnp.ones_like(variance)
    m1 = d1 = slope = curvature = spread = jnp.zeros_like(variance)
    if how.mode != "normalize_only":
        s, a, l = _parts(h)
        d = (1 + a) * l - a
        c = (1 + a) * l * l - 2 * d
        m1, d1 = _mean(h * d, how), _middle(d, how)
        slope = m1 - _mean(s * l, how)
        curvature = _mean(a * c, how) + _mean(jnp.square(d - d1), how) - 2 * m1 * m1
        lmbda = 1 - alpha * slope / (curvature + math.sqrt(how.eps))
        x = psi(h, lmbda, how.mode, how.eps)
    if key is not None:
        fixed = lax.stop_gradient(x)
        spread = _mean(jnp.abs(fixed - _middle(fixed, how)), how)
        x = x + jax.random.normal(key, u.shape, u.dtype) * (noise * spread)
    return x, Saved(average, variance, lmbda, m1, d1, slope, curvature, spread)


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def normalize(
    how: How, u: Array, weight: Array, bias: Array, key: Any, noise: Array, alpha: Array
) -> tuple[Array, Saved]:
    """Return the output and the statistics, through which no gradient goes.

    weight and bias have the dimensions of u, of which those that they do not distinguish are 1.
    """
    x, saved = transformed(u, key, noise, alpha, how)
    return x * weight + bias, saved


def _forward(
    how: How, u: Array, weight: Array, bias: Array, key: Any, noise: Array, alpha: Array
) -> tuple[Any, Any]:
    # The gradient of a gradient goes through these statistics, so that they come from ordinary
    # operations, and not from normalize().
    x, saved = transformed(u, key, noise, alpha, how)
    return (x * weight + bias, saved), (u, weight, bias, key, noise, alpha, saved)


def _backward(how: How, kept: Any, gradients: tuple[Array, Any]) -> tuple[Any, ...]:
    u, weight, bias, key, noise, alpha, saved = kept
    g = gradients[0]
    r = lax.rsqrt(saved.variance + how.eps)
    x = h = (u - saved.mean) * r
    dh = gx = g * weight
    if how.mode != "normalize_only":
        x = psi(h, saved.lmbda, how.mode, how.eps)
        by_h, k = _derivatives(h, saved.lmbda, how.mode, how.eps)
        q = saved.curvature + math.sqrt(how.eps)
        dh = gx * by_h - alpha * _mean(gx * k, how) / q * _lambda_by_h(h, saved, q)
    dh = (dh - _mean(dh, how) if how.centered else dh) - h * _mean(dh * h, how)
    if key is not None:
        z = jax.random.normal(key, u.shape, u.dtype)
        x = x + z * lax.stop_gradient(noise * saved.spread)
    return dh * r, _summed(g * x, weight), _summed(g, bias), None, None, None


def _lambda_by_h(h: Array, saved: Saved, q: Array) -> Array:
    """Return t, by which lambda depends on h."""
    s, a, l = _parts(h)
    rho = saved.slope / q
    d = (1 + a) * l - a
    c = (1 + a) * l * l - 2 * d
    t = (1 + 4 * rho * saved.mean_hd) * (d + a * l) - 1 / (1 + a)
    return t - rho * s * (c + a * l * l + 2 * (d - saved.mean_d) * l)


def _summed(t: Array, like: Array) -> Array:
    """Sum over what a weight does not distinguish."""
    return jnp.sum(t, [i for i, n in enumerate(like.shape) if n == 1], keepdims=True)


normalize.defvjp(_forward, _backward)
