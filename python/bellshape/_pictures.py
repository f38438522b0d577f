# SPDX-License-Identifier: BSD-3-Clause
"""The numbers of pictures, which the C library computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from . import _core
from ._convert import floats
from ._parameters import least_of

if TYPE_CHECKING:
    import numpy as np

# The program looks at the same values: so many rows of a column at most, and of all columns
# together, with the same seed.
SAMPLE = 50_000
ALL_SAMPLES = 1 << 21
LEAST_SAMPLE = 1000
SEED = 1


class Histogram(NamedTuple):
    """Counts of values in bins, as `numpy.histogram` has them.

    Parameters
    ----------
    edges : ndarray of float64
        The edges of the bins, in ascending order; empty if there is no finite value.
    counts : ndarray of float64
        How many values lie in each bin; the last one contains its upper edge, others do not.
    n : float
        How many values were counted.
    step : float
        The step of which the values are multiples, with each multiple in the middle of a bin; 0 if
        there is no such step.

    Examples
    --------
    >>> from bellshape.plots import histogram
    >>> histogram([1, 2, 2, 3]).edges.tolist()
    [0.5, 1.5, 2.5, 3.5]
    """

    edges: Any
    counts: Any
    n: float
    step: float


class QQ(NamedTuple):
    """The points of a Q-Q plot against the normal distribution, with a band.

    Parameters
    ----------
    rank : ndarray of float64
        The ranks of the points, from 1 to n: all of them for 200 values or fewer.
    normal : ndarray of float64
        The normal quantiles, those of `scipy.stats.probplot`.
    value : ndarray of float64
        The values of these ranks.
    low, high : ndarray of float64
        The ends of the band, in the unit of the values: 95 % of the samples of a normal
        distribution, less their mean and over their sd, lie in it with all of their values.  NaN
        for fewer than 5 values, and if all are equal.
    n : int
        How many values are finite.
    mean : float
        Their mean.
    sd : float
        Their standard deviation with divisor n - 1.
    local_level : float
        The probability with which each point alone leaves the band in such a sample.
    outside : int
        How many of the points lie outside of the band.

    Examples
    --------
    >>> from bellshape.plots import qq
    >>> points = qq([3.0, 1.0, 2.0])
    >>> points.value.tolist(), points.normal.round(3).tolist(), points.n
    ([1.0, 2.0, 3.0], [-0.819, 0.0, 0.819], 3)
    """

    rank: Any
    normal: Any
    value: Any
    low: Any
    high: Any
    n: int
    mean: float
    sd: float
    local_level: float
    outside: int


class Profile(NamedTuple):
    """The profile log-likelihood of the lambda of a fit.

    Parameters
    ----------
    lambdas : ndarray of float64
        Lambdas in ascending order, that of the fit among them; empty where the method has no
        lambda, or the likelihood says nothing of it.
    log_likelihood : ndarray of float64
        The log-likelihood at each, with the mean and sd that are best there, less that at the
        lambda of the fit.
    lmbda : float
        The lambda of the fit.
    ci95 : (float, float)
        Its interval of 95 %.

    Examples
    --------
    >>> from bellshape.plots import ProfileDisplay
    >>> profile = ProfileDisplay.from_estimator(yeojohnson_fit([1.0, 2.0, 4.0, 9.0])).profile
    >>> float(profile.log_likelihood[profile.lambdas == profile.lmbda][0])
    0.0
    """

    lambdas: Any
    log_likelihood: Any
    lmbda: float
    ci95: tuple[float, float]


class Numbers(NamedTuple):
    """All that the pictures of a column show."""

    histogram_before: Histogram
    histogram_after: Histogram
    qq_before: QQ
    qq_after: QQ
    profile: Profile


# ---- what the extension gives ----


def array_of(doubles: bytes) -> np.ndarray:
    from ._numpy import np

    return np.frombuffer(doubles)


def histogram_of(found: tuple[Any, ...]) -> Histogram:
    edges, counts, n, step = found
    return Histogram(array_of(edges), array_of(counts), n, step)


def qq_of(found: tuple[Any, ...]) -> QQ:
    points, *rest = found
    return QQ(*array_of(points).reshape(5, -1), *rest)


# A column of a report: its name, sketches and the place in them, a model and the place in it, and
# the bytes of its values or None.
ReportColumn = tuple[bytes, _core.Sketches, int, _core.Model, int, bytes | None]


def numbers_of(column: ReportColumn) -> Numbers:
    found = _core.report_numbers(column)
    fit = column[3].fits()[column[4]]
    lambdas, log_likelihood = map(array_of, found["profile"])
    return Numbers(
        histogram_of(found["histogram_before"]),
        histogram_of(found["histogram_after"]),
        qq_of(found["qq_before"]),
        qq_of(found["qq_after"]),
        Profile(lambdas, log_likelihood, fit["lmbda"], fit["ci95"]),
    )


def sample_of(x: np.ndarray, columns: int = 1) -> bytes:
    """Return the values that pictures show of one of so many columns."""
    size = min(max(ALL_SAMPLES // max(columns, 1), LEAST_SAMPLE), SAMPLE)
    return _core.plot_sample(x, size, SEED)


# ---- public functions ----


def histogram(x: Any, bins: int | None = None) -> Histogram:
    """Count values in bins.

    NaN and infinities are left out.

    Parameters
    ----------
    x : array_like of shape (n,) or (n, 1)
        The values.
    bins : int or None
        The number of bins, 1 to 60, which gives the edges of `numpy.histogram`.  None lets a rule
        set it: rounded values have one bin for each step, if that takes 60 bins or fewer; else the
        width is that of Freedman and Diaconis, with no fewer bins than Sturges wants and at most
        60.

    Returns
    -------
    Histogram
        The edges and the counts.

    Raises
    ------
    ValueError
        If x has another shape, or bins is out of range.
    TypeError
        If x does not hold real numbers, or bins is no int.

    Examples
    --------
    >>> histogram([0.0, 1.0, 4.0], bins=2).counts.tolist()
    [2.0, 1.0]
    """
    if bins is None:
        return histogram_of(_core.histogram(x, 0))
    if isinstance(bins, bool) or not hasattr(bins, "__index__"):
        raise TypeError(f"bins: an int or None, not {type(bins).__name__}")
    if not 1 <= bins <= _core.MAX_HISTOGRAM:
        raise ValueError(f"bins: 1 to {_core.MAX_HISTOGRAM}, not {bins}")
    return histogram_of(_core.histogram(x, bins))


def qq(x: Any) -> QQ:
    """Compute the points of a Q-Q plot against the normal distribution.

    NaN and infinities are left out.  Of more than 200 values the first and the last 25 are points,
    and between them those whose normal quantiles are evenly spaced.

    Parameters
    ----------
    x : array_like of shape (n,) or (n, 1)
        The values.

    Returns
    -------
    QQ
        The points, and the band that holds 95 % of the normal samples with all of their values.

    Raises
    ------
    ValueError
        If x has another shape.
    TypeError
        If x does not hold real numbers.

    References
    ----------
    S. Aldor-Noiman, L. D. Brown, A. Buja, W. Rolke and R. A. Stine, "The power to see: a new
    graphical test of normality", The American Statistician 67 (2013), 249-260.

    Examples
    --------
    >>> qq(standard_normal(1000, seed=1)).outside
    0
    """
    return qq_of(_core.qq(x))


def of_values(column: ReportColumn, x: Any) -> ReportColumn:
    """Return a column of a report with other values, which the same transform gets."""
    name, _, _, model, place, _ = column
    x = floats(x)
    sketches = _core.Sketches(1, _core.METHODS["yeo-johnson"])
    sketches.update(x, None, 1)
    check_domain(name.decode("utf-8", "replace"), sketches, model.fits()[place])
    return name, sketches, 0, model, place, sample_of(x)


def check_domain(name: str, sketches: _core.Sketches, fit: dict[str, Any]) -> None:
    """Raise ValueError if a transform does not take the least value of a column."""
    least, found = least_of(fit["method"], fit["shift"]), sketches.summary()[0]
    wrong = found["min"] < least if fit["method"] == "sqrt" else found["min"] <= least
    if found["count"] and wrong:
        raise ValueError(
            f"{name!r} has {found['min']:.6g}, which {fit['method']} does not take; leave the "
            "column out, or take 'yeo-johnson'"
        )


def encoded(name: Any) -> bytes:
    """Return a name as the extension wants it: without a null character, which ends C strings."""
    return str(name).replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "surrogatepass")
