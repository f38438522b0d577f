# SPDX-License-Identifier: BSD-3-Clause
"""The fit of one column."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal

from . import _core
from ._choice import Candidates
from ._convert import floats, kept
from ._original_scale import OriginalScale
from ._parameters import (
    CRITERION,
    METHOD,
    OUTSIDE,
    WEIGHT_TYPE,
    boolean,
    candidate_bits,
    choice,
    criterion_number,
    interval,
    margin_number,
    method_number,
    outside_number,
    parameter_of,
    threads,
    weight_type_number,
)
from ._summary import Summary
from ._verdict import Verdict, verdicts_of

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy as np


# The methods of yeojohnson_fit.
YEO_JOHNSON = {name: _core.METHODS[name] for name in ("yeo-johnson", "yeo-johnson-unit")}


def new_sketches(columns: int, method: METHOD = "yeo-johnson") -> _core.Sketches:
    return _core.Sketches(columns, method_number(method))


def fit_sketches(
    sketches: _core.Sketches,
    *,
    bounds: tuple[float, float] | None = None,
    standardize: bool = True,
    weight_type: WEIGHT_TYPE = "frequency",
    criterion: CRITERION = "aic",
    margin: float | None = None,
    candidates: Collection[str] | None = None,
    n_threads: int = 1,
    x: Any = None,
    weights: Any = None,
) -> _core.Model:
    """Fit all columns.

    x and weights are what the sketches have seen, if that is still there: a column whose sketch
    cannot tell its values apart is fitted from them.
    """
    lower, upper = interval(bounds)
    standardize = boolean("standardize", standardize)
    if sketches.method == "best" and criterion == "heldout" and x is None:
        raise ValueError(
            "criterion: 'heldout' needs all values at once, and a sketch does not have them; "
            "fit the values themselves, or use 'aic'"
        )
    return sketches.fit(
        lower,
        upper,
        standardize,
        threads(n_threads),
        x,
        weights,
        weight_type_number(weight_type),
        criterion_number(criterion),
        margin_number(margin),
        candidate_bits(candidates),
    )


class Fit(OriginalScale):
    """The lambda of one column by maximum likelihood, and the transform that it makes.

    `yeojohnson_fit` and `Sketch.fit` make it.  Statistics are NaN where nothing could be estimated;
    `flags` says why.

    Attributes
    ----------
    method : str
        The transform of the fit, by the words of `fit`.
    weight_type : str
        "frequency" or "importance": what weights mean to ci95, log_likelihood and lr_vs_identity.
    lmbda : float
        The lambda of the greatest likelihood.  (`lambda` is a word of Python.)  For "exponential"
        it is k.  "identity", "log" and "sqrt" have the lambda of the same power, 1, 0 and 1/2;
        "log-shift" and "asinh" have 0, and "normal-scores" NaN, as all its likelihoods are.
    unit : float
        The unit c of the transform, which is one of x/c: the estimate for "yeo-johnson-unit", 1 for
        "yeo-johnson" and "identity", and 0 for "box-cox", which is the limit of small units.  The
        estimate for "asinh" as well, and 0 for all others.
    shift : float
        The shift of "log-shift", 0 for others.
    ci95 : (float, float)
        The profile-likelihood interval, of 95 %, of what was estimated: lambda, the unit of
        "asinh", or the shift of "log-shift".  It is cut off at the bounds; an end is infinite where
        the interval is open.  The unit of "yeo-johnson-unit" is taken as known.
    log_likelihood : float
        The log-likelihood at lmbda.
    lr_vs_identity : float
        2 (log_likelihood - log-likelihood at lambda = 1).  Above 3.84 lambda = 1 lies outside ci95.
    mean : float
        The mean of psi(x); infinite where it exceeds a double.
    sd : float
        The standard deviation of psi(x), with divisor n; infinite where it exceeds a double.
    skewness_before, skewness_after : float
        The skewness of x and of psi(x).
    kurtosis_before, kurtosis_after : float
        The kurtosis of x and of psi(x) after Fisher: 0 for a normal sample.
    count : int
        The number of finite values.
    missing : int
        The number of NaNs.
    infinite : int
        The number of infinities of both signs.
    weight : float
        The sum of the weights; count, if there were none.
    effective_count : float
        The effective number of values after Kish, sum(w)**2 / sum(w**2); count, if there were no
        weights.
    min, max : float
        The least and the greatest value, in the unit of x.
    collapsed : float
        The share of `weight`, 0 to 1, of the values that the transform loses: those that it does
        not tell from a neighbor, and those that `inverse` returns more than 1e-3 standard
        deviations of x away.  A sketch with bins knows it to about the weight of a bin.
    set_aside : float
        The weight of the values that a robust fit has set aside; without weights their number.
    evaluations : int
        How many times the likelihood was evaluated.
    flags : tuple of str
        What could mislead.  "empty", "one_value", "constant" and "infinite": nothing could be
        estimated, and lambda is 1.  "bound": the parameter, lambda or a unit is at a bound.
        "not_identified": x as it is lies in ci95, which is lambda = 1, k = 0, or an infinite unit
        or shift.  "ill_conditioned": the sketch cannot tell the values apart; fit the values in
        memory.  "coarse": psi loses half of the digits, so let `standardize` be True.  "collapsed":
        the transform loses values, and `collapsed` says how many.  "two_values": there are two
        distinct values, which get the same z whatever lambda is.
        "rounded": lmbda is the nicest lambda in its interval.  "robust": values far out may be
        `set_aside`.  "not_robust": there is no robust scale, and none was set aside.
    verdicts : list of Verdict
        What there is to say of the column and of this fit, in words, with numbers and advice.

    Examples
    --------
    >>> fit = yeojohnson_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
    >>> round(fit.lmbda, 4), fit.count, fit.flags
    (-0.1106, 6, ('not_identified',))
    """

    method: METHOD
    lmbda: float
    unit: float
    shift: float
    ci95: tuple[float, float]
    log_likelihood: float
    lr_vs_identity: float
    mean: float
    sd: float
    skewness_before: float
    skewness_after: float
    kurtosis_before: float
    kurtosis_after: float
    count: int
    missing: int
    infinite: int
    weight: float
    min: float
    max: float
    collapsed: float
    set_aside: float
    evaluations: int
    flags: tuple[str, ...]

    def __init__(
        self,
        model: _core.Model,
        sketches: _core.Sketches,
        weight_type: WEIGHT_TYPE = "frequency",
    ) -> None:
        self._model, self._sketches, self.weight_type = model, sketches, weight_type
        self.__dict__.update(model.fits()[0])

    @property
    def verdicts(self) -> list[Verdict]:
        """What there is to say of the column and of this fit, in words, with numbers and advice.

        The list may be empty.  The order of the values is known to `yeojohnson_fit`, and to a
        `Sketch` that has seen all of them; without it row numbers and identifiers in order are not
        told.
        """
        return verdicts_of(self._sketches, self._model, weight_type_number(self.weight_type))[0]

    @property
    def effective_count(self) -> float:
        """The effective number of values, sum(w)**2 / sum(w**2)."""
        return float(self._sketches.summary()[0]["effective_count"])

    @property
    def candidates(self) -> Candidates:
        """The families among which that of the fit was chosen, as a list of dicts.

        It is empty unless `best_fit`, or a `Sketch` of the method "best", has made the fit.
        docs/choice.md explains the keys.
        """
        return Candidates(self._model.candidates()[0])

    def transform(self, x: Any, *, n_threads: int = 1) -> Any:
        """Transform values, which need not be those of the fit.

        Parameters
        ----------
        x : array_like
            Numbers of any shape.
        n_threads : int, default 1
            The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
            The result does not depend on it.

        Returns
        -------
        ndarray or scalar
            The values z = (psi(x) - mean)/sd, or psi(x) if `standardize` was False, with the shape
            of x and its type: float32, or else float64.

        Raises
        ------
        ValueError
            If n_threads is out of range.
        TypeError
            If x does not hold real numbers.
        """
        a = column(x)
        out: Any = empty_like(a)
        self._model.transform(a.reshape(-1), out.reshape(-1), threads(n_threads))
        return out[()]

    def inverse(self, z: Any, *, outside: OUTSIDE = "nan", n_threads: int = 1) -> Any:
        """Bring transformed values back.

        Parameters
        ----------
        z : array_like
            Numbers of any shape.
        outside : {"nan", "clip", "error"}, default "nan"
            What becomes of a z that comes from no x: NaN, the least or the greatest value of the
            fitted column, or a ValueError.
        n_threads : int, default 1
            The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
            The result does not depend on it.

        Returns
        -------
        ndarray or scalar
            The values x, with the shape of z and its type: float32, or else float64.

        Raises
        ------
        ValueError
            If n_threads is out of range, `outside` is none of the three words, or a z comes from no
            x and `outside` is "error".
        TypeError
            If z does not hold real numbers.

        Warns
        -----
        UserWarning
            If a z comes from no x, and `outside` is "nan".
        """
        a = column(z, "z")
        out: Any = empty_like(a)
        (count,) = self._model.inverse(
            a.reshape(-1), out.reshape(-1), threads(n_threads), outside_number(outside)
        )
        if count and outside != "clip":
            message = f"{count} of {a.size} values lie outside the image of the transform"
            if outside == "error":
                raise ValueError(message)
            warnings.warn(f"{message}; they become NaN", UserWarning, stacklevel=2)
        return out[()]

    def profile(self, lambdas: Any) -> Any:
        """Compute the log-likelihood at other lambdas, and the unit of the fit.

        Parameters
        ----------
        lambdas : array_like
            Finite numbers of any shape.

        Returns
        -------
        ndarray or scalar
            The log-likelihoods, float64, in the shape of `lambdas`.  Their maximum over all lambdas
            is `log_likelihood`.

        Raises
        ------
        ValueError
            If a lambda is not finite, or the transform is none of Yeo and Johnson or of Box and
            Cox.
        TypeError
            If `lambdas` does not hold real numbers.

        Examples
        --------
        >>> fit = yeojohnson_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
        >>> bool(fit.profile(fit.lmbda) >= fit.profile([fit.lmbda - 0.1, fit.lmbda + 0.1]).max())
        True
        """
        from ._numpy import np

        if self.method not in (*YEO_JOHNSON, "box-cox"):
            raise ValueError(f"profile: {self.method} has no lambda of Yeo-Johnson or Box-Cox")
        lambdas = np.asarray(floats(lambdas, "lambdas"), np.float64, order="C")
        if not np.isfinite(lambdas).all():
            raise ValueError("lambdas: finite numbers")
        out: Any = np.empty(lambdas.shape)
        sketches, kind = self._sketches, weight_type_number(self.weight_type)
        # The choice has been made; other methods may have found the unit that is Box and Cox's.
        method = self.method if sketches.method == "best" else sketches.method
        sketches.profile(lambdas, out, method_number(method), kind, self.unit)
        return out[()]

    def summary(self) -> Summary:
        """Describe the column before and after the transform.

        Returns
        -------
        list of dict
            One dict, whose keys are "name" and the attributes of the fit, `verdicts` among them.
            It prints as a table.
        """
        return Summary([{"name": "x", **self._model.fits()[0], "verdicts": self.verdicts}])

    def __repr__(self) -> str:
        low, high = self.ci95
        name, value = parameter_of(self.__dict__)
        unit = f", unit={self.unit:.6g}" if self.method == "yeo-johnson-unit" else ""
        powers = (*YEO_JOHNSON, "box-cox")
        method = "" if self.method in powers else f"method={self.method!r}, "
        notes = f", flags={self.flags}" if self.flags else ""
        if self.method == "normal-scores":
            return f"Fit({method}count={self.count}{notes})"
        return (
            f"Fit({method}{name}={value:.6g}{unit}, ci95=({low:.6g}, {high:.6g}), "
            f"count={self.count}{notes})"
        )

    def __reduce__(self) -> Any:
        return Fit, (self._model, self._sketches, self.weight_type)


def column(x: Any, name: str = "x") -> np.ndarray:
    from ._numpy import np

    return np.asarray(floats(x, name), order="C")


def empty_like(a: np.ndarray) -> np.ndarray:
    from ._numpy import np

    return np.empty(a.shape, a.dtype)


def yeojohnson_fit(
    x: Any,
    weights: Any = None,
    *,
    method: Literal["yeo-johnson", "yeo-johnson-unit"] = "yeo-johnson",
    weight_type: WEIGHT_TYPE = "frequency",
    bounds: tuple[float, float] | None = None,
    standardize: bool = True,
    n_threads: int = 1,
) -> Fit:
    """Estimate the lambda of the transform of Yeo and Johnson by maximum likelihood.

    A column without a maximum (empty, one value, a constant, infinities among the values) is no
    error: lambda is 1 then, and the `flags` of the fit say why.  docs/numerics.md has the formulas.

    Parameters
    ----------
    x : array_like of shape (n,) or (n, 1)
        The values.  float32 and float64 are read where they lie.  NaN counts as missing.
    weights : array_like of shape (n,) or None
        One weight for each value, finite and not negative; None gives each the weight 1.  Only
        their ratios matter to lambda: weights times a power of two give the same bits.  A value of
        weight 0 counts as absent, and so may one whose weight is 2**-31 of the largest or less.
    method : {"yeo-johnson", "yeo-johnson-unit"}, default "yeo-johnson"
        "yeo-johnson-unit" estimates, together with lambda, the unit c of the transform of x/c.
        Then the unit in which x is measured does not matter.  Where the likelihood is greatest for
        small c, the transform is that of Box and Cox.
    weight_type : {"frequency", "importance"}, default "frequency"
        What weights mean to ci95 and the likelihoods.  "frequency": a value of weight 3 is three
        values.  "importance": they say how much a value counts beside others, and all count as
        `effective_count` values.
    bounds : (float, float) or None
        The range of lambda; None sets no bounds.
    standardize : bool, default True
        What `transform` of the result gives: (psi(x) - mean)/sd, or psi(x) for False.
    n_threads : int, default 1
        The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
        The result does not depend on it.

    Returns
    -------
    Fit
        The lambda, its interval of 95 %, diagnostics, and the transform.

    Raises
    ------
    ValueError
        If x or weights has another shape, a weight or n_threads is out of range, there is no such
        method or weight_type, or bounds are no pair of numbers with lower < upper.
    TypeError
        If x or weights does not hold real numbers.

    References
    ----------
    I.-K. Yeo and R. A. Johnson, "A new family of power transformations to improve normality or
    symmetry", Biometrika 87 (2000), 954-959.

    Examples
    --------
    >>> yeojohnson_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
    Fit(lmbda=-0.110558, ci95=(-1.54467, 1.30301), count=6, flags=('not_identified',))
    """
    choice("method", method, YEO_JOHNSON)
    return fit(
        x,
        weights,
        method=method,
        weight_type=weight_type,
        bounds=bounds,
        standardize=standardize,
        n_threads=n_threads,
    )


def fit(
    x: Any,
    weights: Any = None,
    *,
    method: METHOD = "yeo-johnson",
    weight_type: WEIGHT_TYPE = "frequency",
    bounds: tuple[float, float] | None = None,
    standardize: bool = True,
    n_threads: int = 1,
) -> Fit:
    """Fit a transform of any method to a column, by maximum likelihood.

    A column without a maximum (empty, one value, a constant, infinities among the values) is no
    error: it is left as it is, and the `flags` of the fit say why.  docs/fits.md compares the
    methods.  Their log-likelihoods are those of x, so they can be compared.

    Parameters
    ----------
    x : array_like of shape (n,) or (n, 1)
        The values.  float32 and float64 are read where they lie.  NaN counts as missing.
    weights : array_like of shape (n,) or None
        One weight for each value, finite and not negative; None gives each the weight 1.  A value
        of weight 0 counts as absent, and so may one whose weight is 2**-31 of the largest or less.
    method : str, default "yeo-johnson"
        "yeo-johnson", "yeo-johnson-unit" (of x/unit), "box-cox" (x > 0), "identity" (x), "log" (x >
        0), "sqrt" (x >= 0), "log-shift" (log(x + shift)), "asinh" (asinh(x/unit)) or "exponential"
        ((exp(k x) - 1)/k).  lambda, unit, shift and k are estimated.  "normal-scores": the normal
        quantiles of the ranks, (r - 1/2)/n, with straight lines between and beyond the values;
        nothing is estimated, and there is no likelihood.
    weight_type : {"frequency", "importance"}, default "frequency"
        What weights mean to ci95 and the likelihoods, as in `yeojohnson_fit`.
    bounds : (float, float) or None
        The range of lambda, or of k; None sets no bounds.  Methods that have neither ignore it.
    standardize : bool, default True
        What `transform` of the result gives: (psi(x) - mean)/sd, or psi(x) for False.
    n_threads : int, default 1
        The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
        The result does not depend on it.

    Returns
    -------
    Fit
        The parameter, its interval of 95 %, diagnostics, and the transform.

    Raises
    ------
    ValueError
        If x or weights has another shape, a value is outside the domain of the method, a weight or
        n_threads is out of range, there is no such method or weight_type, or bounds are no pair of
        numbers with lower < upper.
    TypeError
        If x or weights does not hold real numbers.

    See Also
    --------
    yeojohnson_fit : The same for Yeo-Johnson alone.

    Examples
    --------
    >>> fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0], method="log").transform([1.0, 13.0]).round(3)
    array([-1.567,  1.431])
    """
    x, weights = kept(x), None if weights is None else kept(weights, "weights")
    sketches = new_sketches(1, method)
    sketches.update(x, weights, threads(n_threads), True, "weights")
    model = fit_sketches(
        sketches,
        bounds=bounds,
        standardize=standardize,
        weight_type=weight_type,
        n_threads=n_threads,
        x=x,
        weights=weights,
    )
    return Fit(model, sketches, weight_type)


def best_fit(
    x: Any,
    weights: Any = None,
    *,
    criterion: CRITERION = "aic",
    margin: float | None = None,
    candidates: Collection[str] | None = None,
    weight_type: WEIGHT_TYPE = "frequency",
    bounds: tuple[float, float] | None = None,
    standardize: bool = True,
    n_threads: int = 1,
) -> Fit:
    """Choose the transform that suits a column, and fit it.

    All candidates are fitted from one reading of the values.  The simplest one that is nearly as
    good as the best is taken; docs/choice.md has the rule, and `candidates` of the result has the
    table.

    Parameters
    ----------
    x : array_like of shape (n,) or (n, 1)
        The values.  float32 and float64 are read where they lie.  NaN counts as missing.
    weights : array_like of shape (n,) or None
        One weight for each value, as in `yeojohnson_fit`.
    criterion : {"aic", "bic", "heldout"}, default "aic"
        By what candidates are compared.  "aic" and "bic" are the criteria of Akaike and of Schwarz,
        of the log-likelihood of x.  "heldout" is Pearson's statistic over its degrees of freedom,
        of values that the fit has not seen: the mean over 5 repeats of 10 parts, with a fixed seed.
    margin : float or None
        By how much the criterion of the candidate that is taken may exceed the least one; None
        means 2 for "aic" and "bic", and 0 for "heldout".
    candidates : list of str or None
        The methods to compare; None compares all that can be.
    weight_type : {"frequency", "importance"}, default "frequency"
        What weights mean, as in `yeojohnson_fit`.
    bounds : (float, float) or None
        The range of lambda, for each candidate that has one; None sets no bounds.
    standardize : bool, default True
        What `transform` of the result gives: (psi(x) - mean)/sd, or psi(x) for False.
    n_threads : int, default 1
        The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
        The result does not depend on it.

    Returns
    -------
    Fit
        The fit of the candidate that was taken.  Its `method` is "yeo-johnson" with lambda 1 for
        the candidate "identity", and "box-cox" with lambda 0 or 1/2 for "log" and "sqrt".

    Raises
    ------
    ValueError
        If x or weights has another shape, a weight, the margin or n_threads is out of range, there
        is no such criterion, candidate or weight_type, bounds are no pair of numbers with lower <
        upper, none of the candidates takes the values, or "heldout" has fewer than 3 values for
        each part.
    TypeError
        If x or weights does not hold real numbers, or candidates is no list.

    References
    ----------
    R. A. Peterson and J. E. Cavanaugh, "Ordered quantile normalization: a semiparametric
    transformation built for the cross-validation era", Journal of Applied Statistics 47 (2020),
    2312-2327.

    Examples
    --------
    >>> fit = best_fit([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 65.0, 130.0])
    >>> [row["method"] for row in fit.candidates if row["chosen"]], fit.method
    (['log'], 'box-cox')
    """
    x, weights = kept(x), None if weights is None else kept(weights, "weights")
    sketches = new_sketches(1, "best")
    sketches.update(x, weights, threads(n_threads), True, "weights")
    model = fit_sketches(
        sketches,
        bounds=bounds,
        standardize=standardize,
        weight_type=weight_type,
        criterion=criterion,
        margin=margin,
        candidates=candidates,
        n_threads=n_threads,
        x=x,
        weights=weights,
    )
    return Fit(model, sketches, weight_type)
