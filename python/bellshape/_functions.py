# SPDX-License-Identifier: BSD-3-Clause
"""Functions of arrays: moments, the transform and its inverse, normal samples."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _core
from ._convert import floats, is_plain
from ._out import check_out, deliver, takes_directly
from ._parameters import OUTSIDE, boolean, outside_number, threads

if TYPE_CHECKING:
    import numpy as np


class Moments(NamedTuple):
    """The moments of the values of an array, or of those along one axis.

    They are numbers for a 1-D array or axis=None, and else arrays with the shape of x without the
    axis.  Only finite values enter `mean` and what follows it; all of that is NaN if there are
    none.

    Parameters
    ----------
    count : int or ndarray of int64
        The number of finite values.
    missing : int or ndarray of int64
        The number of NaNs.
    infinite : int or ndarray of int64
        The number of infinities of both signs.
    mean : float or ndarray of float64
        The mean, in the unit of x.
    variance : float or ndarray of float64
        The variance, in the unit of x squared: with divisor count, or count - 1 for bias=False.
    sd : float or ndarray of float64
        The standard deviation: the square root of the variance, in the unit of x.
    skewness : float or ndarray of float64
        The skewness, without unit: 0 for a symmetric sample, NaN for a constant.
    kurtosis : float or ndarray of float64
        The kurtosis after Fisher, without unit: 0 for a normal sample, NaN for a constant.
    min : float or ndarray of float64
        The least value, in the unit of x.
    max : float or ndarray of float64
        The greatest value, in the unit of x.

    Examples
    --------
    >>> found = moments([1.0, 2.0, 6.0])
    >>> found.count, found.mean, found.min, found.max
    (3, 3.0, 1.0, 6.0)
    """

    count: Any
    missing: Any
    infinite: Any
    mean: Any
    variance: Any
    sd: Any
    skewness: Any
    kurtosis: Any
    min: Any
    max: Any


# The first fields of Moments are counts, the others are statistics of type float64.
COUNTS = 3


def moments(x: Any, axis: int | None = 0, *, bias: bool = True, n_threads: int = 1) -> Moments:
    """Compute counts, moments up to the fourth and extremes in one pass over memory.

    NaN means missing: it is counted and left out, as infinities are.  Sums run in float64, for
    float32 values too.  Nothing is allocated for a 1-D array of floats.

    Parameters
    ----------
    x : array_like
        Numbers of any shape but ().  float32 and float64 are read where they lie.
    axis : int or None, default 0
        The axis that goes away, as in NumPy; a negative one counts from the last.  None takes all
        elements.
    bias : bool, default True
        True gives the statistics of the sample as it is.  False corrects them for bias, as
        `scipy.stats.skew` and `scipy.stats.kurtosis` do; variance and sd get the divisor count - 1.
    n_threads : int, default 1
        The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
        The result does not depend on it.

    Returns
    -------
    Moments
        Numbers for a 1-D x or axis=None; else arrays with the shape of x without the axis.

    Raises
    ------
    ValueError
        If x has no such axis, or n_threads is out of range.
    TypeError
        If x does not hold real numbers.

    Examples
    --------
    >>> moments([1.0, 2.0, 4.0, float("nan")]).mean
    2.3333333333333335
    >>> moments([[1.0, 2.0], [3.0, 6.0]]).mean.tolist()
    [2.0, 4.0]
    """
    if axis is None:
        x = in_one_piece(x)
    found = _core.moments(x, axis, boolean("bias", bias), threads(n_threads))
    if len(found) == len(Moments._fields):
        return Moments(*found)
    from ._numpy import np

    shape, counts, statistics = found
    return Moments(
        *np.frombuffer(counts, np.int64).reshape(COUNTS, *shape),
        *np.frombuffer(statistics).reshape(len(Moments._fields) - COUNTS, *shape),
    )


def in_one_piece(x: Any) -> np.ndarray:
    """Return the elements in C order, whose sums do not depend on how they lie in memory."""
    return floats(x).reshape(-1)


def yeojohnson(x: Any, lmbda: Any, *, out: np.ndarray | None = None, n_threads: int = 1) -> Any:
    """Compute the transform of Yeo and Johnson at a given lambda.

    psi(x) = ((x + 1)^lmbda - 1)/lmbda for x >= 0, -((1 - x)^(2 - lmbda) - 1)/(2 - lmbda) for x < 0,
    and the limits of these where the divisor is 0.  Far from lmbda = 1 psi exceeds a double, or
    rounds to one number for all x: what `yeojohnson_fit` and `PowerTransformer` give is
    standardized in one step that does neither.

    Parameters
    ----------
    x : array_like
        The values.  NaN stays NaN.
    lmbda : array_like
        Finite numbers.  x and lmbda broadcast as in NumPy: one lmbda serves all values, k of them
        the k columns of an x of shape (n, k).
    out : ndarray or None
        An array for the result, with the shape and the type that it has; it may be x.
        None makes a new one.
    n_threads : int, default 1
        The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
        The result does not depend on it.

    Returns
    -------
    ndarray or scalar
        The values psi(x), with the common shape of x and lmbda and the type of x: float32, or else
        float64.  With `out` it is that.

    Raises
    ------
    ValueError
        If a lmbda is not finite, the shapes do not broadcast, n_threads is out of range, or `out`
        has another shape or is read-only.
    TypeError
        If x or lmbda does not hold real numbers, or `out` is no array of the type of the result.

    See Also
    --------
    yeojohnson_inverse : The way back.
    yeojohnson_fit : The lambda that suits a sample.

    References
    ----------
    I.-K. Yeo and R. A. Johnson, "A new family of power transformations to improve normality or
    symmetry", Biometrika 87 (2000), 954-959.

    Examples
    --------
    >>> yeojohnson([0.0, 1.0, 3.0], 0.5).tolist()
    [0.0, 0.8284271247461901, 2.0]
    """
    return transform(_core.yeojohnson, "x", x, lmbda, out, threads(n_threads))


def yeojohnson_inverse(
    y: Any,
    lmbda: Any,
    *,
    outside: OUTSIDE = "nan",
    out: np.ndarray | None = None,
    n_threads: int = 1,
) -> Any:
    """Compute the x for which `yeojohnson(x, lmbda)` is y.

    For lmbda < 0 psi stays below -1/lmbda, for lmbda > 2 it stays above -1/(lmbda - 2): a y beyond
    comes from no x.

    Parameters
    ----------
    y : array_like
        The transformed values.  NaN stays NaN.
    lmbda : array_like
        Finite numbers, which broadcast with y as in `yeojohnson`.
    outside : {"nan", "clip", "error"}, default "nan"
        What becomes of a y that comes from no x: NaN, the infinity of its sign, or a ValueError.
    out : ndarray or None
        An array for the result, with the shape and the type that it has; it may be y, and an error
        leaves it as it is.  None makes a new one.
    n_threads : int, default 1
        The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
        The result does not depend on it.

    Returns
    -------
    ndarray or scalar
        The values x, with the common shape of y and lmbda and the type of y: float32, or else
        float64.  With `out` it is that.

    Raises
    ------
    ValueError
        If a lmbda is not finite, the shapes do not broadcast, `outside` is none of the three words,
        n_threads is out of range, a y comes from no x and `outside` is "error", or `out` has
        another shape or is read-only.
    TypeError
        If y or lmbda does not hold real numbers, or `out` is no array of the type of the result.

    See Also
    --------
    yeojohnson : The transform.

    Examples
    --------
    >>> yeojohnson_inverse([0.0, 1.0, 3.0], -0.5).tolist()
    [0.0, 3.0, nan]
    """
    options = threads(n_threads), outside_number(outside)
    if out is None or outside != "error":
        return transform(_core.yeojohnson_inverse, "y", y, lmbda, out, *options)
    made = transform(_core.yeojohnson_inverse, "y", y, lmbda, None, *options)
    check_out(out, made.shape, made.dtype)[...] = made
    return out


# What np.broadcast_arrays takes.
MAX_BROADCAST = 32


def transform(
    function: Any, name: str, x: Any, lmbda: Any, out: np.ndarray | None, *rest: int
) -> Any:
    """Call a function of the library on x, which errors call `name`, and its lambdas."""
    from ._numpy import np

    if type(lmbda) is float and math.isfinite(lmbda) and is_plain(x) and x.ndim <= MAX_BROADCAST:
        # One lambda serves all values: its array steps nowhere.
        one = np.ndarray(x.shape, np.float64, np.array(lmbda), strides=(0,) * x.ndim)
        plain: Any = out
        if out is None or not takes_directly(check_out(out, x.shape, x.dtype), x):
            plain = np.empty_like(x)
        function(x, one, plain, *rest)
        return plain if out is None else deliver(plain, out)
    lmbda = np.asarray(floats(lmbda, "lmbda"), np.float64)
    if not np.isfinite(lmbda).all():
        raise ValueError("lmbda: finite numbers")
    x = floats(x, name)
    if max(x.ndim, lmbda.ndim) > MAX_BROADCAST:
        raise ValueError(f"{name}, lmbda: at most {MAX_BROADCAST} dimensions")
    x, lmbda = np.broadcast_arrays(x, lmbda)
    made: Any = np.empty_like(x)
    if out is not None and takes_directly(check_out(out, x.shape, x.dtype), x, lmbda):
        made = out
    work = [np.atleast_1d(a) for a in (x, lmbda, made)]
    if all(a.flags.f_contiguous for a in (x, made)):
        work = [a.T for a in work]
    function(*work, *rest)
    return made[()] if out is None else deliver(made, out)


def standard_normal(
    shape: int | tuple[int, ...] | None,
    seed: int,
    stream: int = 0,
    offset: int = 0,
    dtype: Any = None,
    *,
    out: np.ndarray | None = None,
    n_threads: int = 1,
) -> np.ndarray:
    """Make samples of the normal distribution with mean 0 and standard deviation 1.

    Each sample is a function of (seed, stream, index) alone.  Element i of the result, in C order,
    is sample offset + i of the stream: any part of a stream can be made alone, in any order and by
    any number of threads, with the same bits on every machine.  docs/sampling.md has the algorithm.

    Parameters
    ----------
    shape : int, tuple of int or None
        The shape of the result.  None is that of `out`.
    seed : int
        0 to 2**64 - 1.
    stream : int, default 0
        0 to 2**64 - 1.  Streams of one seed are independent of each other.
    offset : int, default 0
        The index of the first sample, 0 to 2**64 - 1.  Sample 2**64 - 1 is followed by sample 0.
    dtype : float32, float64 or None
        The type of the result.  The samples of both types are different ones.  None is the type of
        `out`, or float64.
    out : ndarray or None
        An array for the samples, of that shape and type.  None makes a new one.
    n_threads : int, default 1
        The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
        The result does not depend on it.

    Returns
    -------
    ndarray
        The samples.  With `out` it is that.

    Raises
    ------
    ValueError
        If seed, stream, offset or n_threads is out of range, or `out` has another shape or is
        read-only.
    TypeError
        If one of these is no int, dtype is another type, `out` is no array of that type, or there
        is neither a shape nor `out`.

    References
    ----------
    J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1,
    2, 3", SC 2011 (Philox4x32-10).

    G. E. P. Box and M. E. Muller, "A note on the generation of random normal deviates", Annals of
    Mathematical Statistics 29 (1958), 610-611.

    Examples
    --------
    >>> z = standard_normal(1000, seed=1)
    >>> bool((z[500:] == standard_normal(500, seed=1, offset=500)).all())
    True
    """
    from ._numpy import np

    if shape is None and out is None:
        raise TypeError("shape: None, but there is no `out` that has one")
    kind = np.dtype(dtype if dtype is not None else getattr(out, "dtype", np.float64))
    if kind not in (np.float32, np.float64):
        raise TypeError(f"dtype: float32 or float64, not {kind}")
    for name, number in (("seed", seed), ("stream", stream), ("offset", offset)):
        if not hasattr(number, "__index__"):
            raise TypeError(f"{name}: an int, not {type(number).__name__}")
        if not 0 <= number < 2**64:
            raise ValueError(f"{name}: 0 to 2**64 - 1, not {number}")
    if out is not None:
        wanted = getattr(out, "shape", ()) if shape is None else np.broadcast_shapes(shape)
        check_out(out, wanted, kind)
    if out is not None and takes_directly(out):
        made = out
    else:
        size: Any = shape if out is None else out.shape
        made = np.empty(size, kind)
    _core.standard_normal(made, int(seed), int(stream), int(offset), threads(n_threads))
    return made if out is None else deliver(made, out)
