# SPDX-License-Identifier: BSD-3-Clause
"""Fits of values by maximum likelihood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from . import _core
from ._estimate import fit_column
from ._fit import Fit
from ._parameters import BOUNDS, CRITERION, METHOD, WEIGHT_TYPE, choice

if TYPE_CHECKING:
    from collections.abc import Collection

# The methods of yeojohnson_fit.
YEO_JOHNSON = {name: _core.METHODS[name] for name in ("yeo-johnson", "yeo-johnson-unit")}


def yeojohnson_fit(
    x: Any,
    weights: Any = None,
    *,
    method: Literal["yeo-johnson", "yeo-johnson-unit"] = "yeo-johnson",
    weight_type: WEIGHT_TYPE = "frequency",
    bounds: BOUNDS = None,
    standardize: bool = True,
    lmbda: float | None = None,
    robust: bool = False,
    round_lambda: bool = False,
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
        The range of lambda; None sets no bounds, and (0, None) no upper one.
    standardize : bool, default True
        What `transform` of the result gives: (psi(x) - mean)/sd, or psi(x) for False.
    lmbda : float or None
        None estimates lambda; a number fixes it.
    robust : bool, default False
        Whether values far out are set aside, so that they do not move lambda; they are transformed
        all the same.  It is the reweighted maximum likelihood of Raymaekers and Rousseeuw (2021).
        It is for a fixed unit, and so not for "yeo-johnson-unit".
    round_lambda : bool, default False
        Whether lambda becomes the first of 1, 0, -1, 1/2, 1/3, -1/2, -1/3, 2 and -2 that lies in
        its interval of 95 %, if one does.
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
        method or weight_type, bounds are no pair of numbers with lower < upper, lmbda is not
        finite, or robust is True and the method "yeo-johnson-unit".
    TypeError
        If x or weights does not hold real numbers, or lmbda, robust or round_lambda is of another
        type.

    References
    ----------
    I.-K. Yeo and R. A. Johnson, "A new family of power transformations to improve normality or
    symmetry", Biometrika 87 (2000), 954-959.

    J. Raymaekers and P. J. Rousseeuw, "Transforming variables to central normality", Machine
    Learning (2021).

    Examples
    --------
    >>> yeojohnson_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
    Fit(lmbda=-0.110558, ci95=(-1.54467, 1.30301), count=6, flags=('not_identified',))
    """
    choice("method", method, YEO_JOHNSON)
    return fit_column(
        x,
        weights,
        method,
        weight_type=weight_type,
        bounds=bounds,
        standardize=standardize,
        lmbda=lmbda,
        robust=robust,
        round_lambda=round_lambda,
        n_threads=n_threads,
    )


def boxcox_fit(
    x: Any,
    weights: Any = None,
    *,
    weight_type: WEIGHT_TYPE = "frequency",
    bounds: BOUNDS = None,
    standardize: bool = True,
    lmbda: float | None = None,
    robust: bool = False,
    round_lambda: bool = False,
    n_threads: int = 1,
) -> Fit:
    """Estimate the lambda of the transform of Box and Cox by maximum likelihood.

    A column without a maximum (empty, one value, a constant, infinities among the values) is no
    error: lambda is 1 then, and the `flags` of the fit say why.

    Parameters
    ----------
    x : array_like of shape (n,) or (n, 1)
        The values, which are above 0.  float32 and float64 are read where they lie.  NaN counts as
        missing.
    weights : array_like of shape (n,) or None
        One weight for each value, finite and not negative, as in `yeojohnson_fit`.
    weight_type : {"frequency", "importance"}, default "frequency"
        What weights mean to ci95 and the likelihoods, as in `yeojohnson_fit`.
    bounds : (float, float) or None
        The range of lambda; None sets no bounds, and (0, None) no upper one.
    standardize : bool, default True
        What `transform` of the result gives: (psi(x) - mean)/sd, or psi(x) for False.
    lmbda : float or None
        None estimates lambda; a number fixes it.
    robust : bool, default False
        Whether values far out are set aside, so that they do not move lambda; they are transformed
        all the same.  It is the reweighted maximum likelihood of Raymaekers and Rousseeuw (2021).
    round_lambda : bool, default False
        Whether lambda becomes the first of 1, 0, -1, 1/2, 1/3, -1/2, -1/3, 2 and -2 that lies in
        its interval of 95 %, if one does.
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
        If a value is not above 0, x or weights has another shape, a weight or n_threads is out of
        range, there is no such weight_type, bounds are no pair of numbers with lower < upper, or
        lmbda is not finite.
    TypeError
        If x or weights does not hold real numbers, or lmbda, robust or round_lambda is of another
        type.

    References
    ----------
    G. E. P. Box and D. R. Cox, "An analysis of transformations", Journal of the Royal Statistical
    Society B 26 (1964), 211-252.

    J. Raymaekers and P. J. Rousseeuw, "Transforming variables to central normality", Machine
    Learning (2021).

    Examples
    --------
    >>> boxcox_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
    Fit(lmbda=0.0834995, ci95=(-0.967354, 1.1772), count=6, flags=('not_identified',))
    """
    return fit_column(
        x,
        weights,
        "box-cox",
        weight_type=weight_type,
        bounds=bounds,
        standardize=standardize,
        lmbda=lmbda,
        robust=robust,
        round_lambda=round_lambda,
        n_threads=n_threads,
    )


def fit(
    x: Any,
    weights: Any = None,
    *,
    method: METHOD = "yeo-johnson",
    weight_type: WEIGHT_TYPE = "frequency",
    bounds: BOUNDS = None,
    standardize: bool = True,
    lmbda: float | None = None,
    robust: bool = False,
    round_lambda: bool = False,
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
    lmbda : float or None
        None estimates lambda, or k; a number fixes it.  Other methods have neither.
    robust : bool, default False
        Whether values far out are set aside, as in `yeojohnson_fit`; for "yeo-johnson" and
        "box-cox".
    round_lambda : bool, default False
        Whether lambda becomes a nice number in its interval, as in `yeojohnson_fit`; for
        "yeo-johnson", "yeo-johnson-unit" and "box-cox".
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
        n_threads is out of range, there is no such method or weight_type, bounds are no pair of
        numbers with lower < upper, lmbda is not finite, or the method is none for which lmbda,
        robust or round_lambda is.
    TypeError
        If x or weights does not hold real numbers, or lmbda, robust or round_lambda is of another
        type.

    See Also
    --------
    yeojohnson_fit : The same for Yeo-Johnson alone.
    boxcox_fit : The same for Box-Cox alone.

    Examples
    --------
    >>> fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0], method="log").transform([1.0, 13.0]).round(3)
    array([-1.567,  1.431])
    """
    return fit_column(
        x,
        weights,
        method,
        weight_type=weight_type,
        bounds=bounds,
        standardize=standardize,
        lmbda=lmbda,
        robust=robust,
        round_lambda=round_lambda,
        n_threads=n_threads,
    )


def best_fit(
    x: Any,
    weights: Any = None,
    *,
    criterion: CRITERION = "aic",
    margin: float | None = None,
    candidates: Collection[str] | None = None,
    weight_type: WEIGHT_TYPE = "frequency",
    bounds: BOUNDS = None,
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
        The methods to compare; None compares all that can be.  "normal-scores" has no likelihood,
        and is a candidate of "heldout" alone.
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
        The fit of the candidate that was taken.  Its `method` is "box-cox" for the candidate
        "yeo-johnson-unit" where the unit is 0.

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
    (['log'], 'log')
    """
    return fit_column(
        x,
        weights,
        "best",
        weight_type=weight_type,
        bounds=bounds,
        standardize=standardize,
        criterion=criterion,
        margin=margin,
        candidates=candidates,
        n_threads=n_threads,
    )
