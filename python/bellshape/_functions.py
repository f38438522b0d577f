# SPDX-License-Identifier: BSD-3-Clause
"""Functions of arrays: moments, the transform and its inverse, normal samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from . import _core
from ._convert import floats, threads

if TYPE_CHECKING:
    import numpy as np

POLICIES = {"nan": 0, "clip": 1, "error": 2}


class Moments(NamedTuple):
    """What `moments` finds: numbers of a 1-D x; else arrays with the shape of x less the axis."""

    count: Any
    """finite values"""
    missing: Any
    """NaN"""
    infinite: Any
    """+infinity and -infinity; left out of all that follows"""
    mean: Any
    """in the unit of x; NaN without a finite value"""
    variance: Any
    """in the unit of x, squared; with divisor count, or count - 1 for bias=False"""
    sd: Any
    """square root of the variance, in the unit of x"""
    skewness: Any
    """0 for a symmetric sample; without unit; NaN for a constant"""
    kurtosis: Any
    """Fisher's: 0 for a normal sample; without unit; NaN for a constant"""
    min: Any
    """in the unit of x"""
    max: Any
    """in the unit of x"""


def moments(x: Any, axis: int | None = 0, *, bias: bool = True, n_threads: int = 1) -> Moments:
    """Count, mean, variance, sd, skewness, kurtosis and extremes, in one pass over memory.

    x: numbers of any shape but (); float32 and float64 are read where they lie, sums run in float64.  NaN means missing.
    axis: the axis that goes away, or None for all elements.  bias: as in scipy.stats.skew and kurtosis.  n_threads: 0
    for one each CPU; the result does not depend on it.  Allocates nothing for a 1-D x.

    ValueError: no such axis, or n_threads out of range.  TypeError: no real numbers.

    >>> moments([1.0, 2.0, 4.0, float("nan")]).mean
    2.3333333333333335
    >>> moments([[1.0, 2.0], [3.0, 6.0]]).mean.tolist()
    [2.0, 4.0]
    """
    if axis is None:
        x = in_one_piece(x)
    found = _core.moments(x, axis, bias, threads(n_threads))
    if len(found) != 3:
        return Moments(*found)
    import numpy as np

    shape, counts, values = found
    return Moments(*np.frombuffer(counts, np.int64).reshape(3, *shape), *np.frombuffer(values).reshape(7, *shape))


def in_one_piece(x: Any) -> np.ndarray:
    a = floats(x)
    return a.T if a.flags.f_contiguous else a if a.flags.c_contiguous else a.copy()


def yeojohnson(x: Any, lmbda: Any, *, n_threads: int = 1) -> Any:
    """The transform of Yeo and Johnson (Biometrika 87, 2000) at a given lambda.

    x and lmbda broadcast as in NumPy: one lmbda for all, or x of shape (n, k) with one for each of k columns.  The result
    has their common shape and the type of x, float32 or float64.  NaN stays NaN.

    psi(x) = ((x + 1)^lmbda - 1)/lmbda for x >= 0, -((1 - x)^(2 - lmbda) - 1)/(2 - lmbda) for x < 0, and their limits
    where the divisor is 0.  Far from lmbda = 1 psi exceeds a double or loses x: `yeojohnson_fit` and `PowerTransformer`
    standardize in one step and do not.

    ValueError: a lmbda that is not finite; shapes that do not broadcast.

    >>> yeojohnson([0.0, 1.0, 3.0], 0.5).tolist()
    [0.0, 0.8284271247461901, 2.0]
    """
    return transform(_core.yeojohnson, x, lmbda, threads(n_threads))


def yeojohnson_inverse(y: Any, lmbda: Any, *, inverse_policy: str = "nan", n_threads: int = 1) -> Any:
    """The x with yeojohnson(x, lmbda) = y.

    Shapes and types as in `yeojohnson`.  For lmbda < 0 or lmbda > 2 the image of the transform ends: a y beyond it comes
    from no x.  inverse_policy: "nan" makes it NaN, "clip" plus or minus infinity, "error" a ValueError.

    >>> yeojohnson_inverse([0.0, 1.0, 3.0], -0.5).tolist()
    [0.0, 3.0, nan]
    """
    return transform(_core.yeojohnson_inverse, y, lmbda, threads(n_threads), policy(inverse_policy))


def policy(name: str) -> int:
    if name not in POLICIES:
        raise ValueError(f"inverse_policy: one of {', '.join(map(repr, POLICIES))}, not {name!r}")
    return POLICIES[name]


def transform(function: Any, x: Any, lmbda: Any, *rest: int) -> Any:
    import numpy as np

    lmbda = np.asarray(floats(lmbda, "lmbda"), np.float64)
    if not np.isfinite(lmbda).all():
        raise ValueError("lmbda: finite numbers")
    x, lmbda = np.broadcast_arrays(floats(x), lmbda)
    out: Any = np.empty_like(x)
    work = [np.atleast_1d(a) for a in (x, lmbda, out)]
    if x.flags.f_contiguous:
        work = [a.T for a in work]
    function(*work, *rest)
    return out[()]


def standard_normal(
    shape: int | tuple[int, ...], seed: int, stream: int = 0, offset: int = 0, dtype: Any = "float64", *, n_threads: int = 1
) -> np.ndarray:
    """Samples of the normal distribution with mean 0 and sd 1, each a function of (seed, stream, index) alone.

    Element i of the result, in C order, is sample offset + i of the stream: any part can be made alone, in any order, by
    any number of threads, with the same bits on every machine.  seed, stream, offset: 0 to 2**64 - 1; what follows
    sample 2**64 - 1 are samples 0, 1, ...  dtype: float32 or float64.  Philox4x32-10 and Box-Muller (docs/sampling.md).

    >>> z = standard_normal(1000, seed=1)
    >>> (z[500:] == standard_normal(500, seed=1, offset=500)).all()
    np.True_
    """
    import numpy as np

    kind = np.dtype(dtype)
    if kind not in (np.float32, np.float64):
        raise TypeError(f"dtype: float32 or float64, not {kind}")
    for name, number in (("seed", seed), ("stream", stream), ("offset", offset)):
        if not hasattr(number, "__index__"):
            raise TypeError(f"{name}: an int, not {type(number).__name__}")
        if not 0 <= number < 2**64:
            raise ValueError(f"{name}: 0 to 2**64 - 1, not {number}")
    out = np.empty(shape, kind)
    _core.standard_normal(out, int(seed), int(stream), int(offset), threads(n_threads))
    return out
