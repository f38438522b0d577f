# SPDX-License-Identifier: BSD-3-Clause
"""Lambdas of responses given a design, by maximum likelihood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from ._parameters import METHOD, boolean

if TYPE_CHECKING:
    from ._regression_fit import RegressionFit

REGRESSION_WEIGHT_TYPE = Literal["frequency", "importance", "precision"]


def boxcox_regression(
    X: Any,
    y: Any,
    weights: Any = None,
    *,
    groups: Any = None,
    fit_intercept: bool = True,
    weight_type: REGRESSION_WEIGHT_TYPE = "frequency",
    level: float = 0.95,
) -> RegressionFit:
    """Estimate the lambda of Box and Cox with which a linear model explains a response best.

    psi(y; lambda) = (y^lambda - 1)/lambda, or log y for lambda = 0, is normal with the mean X b and
    one variance.  lambda is that of the greatest likelihood.  Several responses are normal
    together, with one covariance, and their lambdas are estimated together.

    Rows in which something is missing (NaN in X or y, no group) are left out and counted.

    Parameters
    ----------
    X : array_like of shape (n, p) or (n,), or None
        The columns of the design, without an intercept; None for none.
    y : array_like of shape (n,) or (n, k)
        One response, or k of them; values above 0.
    weights : array_like of shape (n,) or None
        One weight for each row, finite and not negative; None gives each the weight 1.  A row of
        weight 0 counts as absent.
    groups : array_like of shape (n,) or None
        The group of each row: labels that can be sorted, as words or numbers.  Each group gets an
        intercept of its own.
    fit_intercept : bool, default True
        Whether the design has an intercept.
    weight_type : {"frequency", "importance", "precision"}, default "frequency"
        What weights mean.  "frequency": a row of weight 3 is three rows.  "importance": weights say
        how much a row counts beside others, and all count as sum(w)**2 / sum(w**2) rows.
        "precision": psi(y) has the variance sd**2 / w, as `lm` in R and `WLS` in statsmodels have
        it; then lambda is another one.
    level : float, default 0.95
        The confidence of the interval of lambda, above 0 and below 1.

    Returns
    -------
    RegressionFit
        The lambdas, their intervals and tests, and the coefficients.

    Raises
    ------
    ValueError
        If shapes do not agree; if a value is infinite or not above 0, or a weight out of range; if
        a column of X is a linear combination of those before it, or X explains y completely; if
        there are too few rows; or if `weight_type` or `level` is out of range.
    TypeError
        If X, y or weights does not hold real numbers.

    See Also
    --------
    yeojohnson_regression : The same for values of any sign.

    References
    ----------
    G. E. P. Box and D. R. Cox, "An analysis of transformations", Journal of the Royal Statistical
    Society B 26 (1964), 211-252.

    S. Velilla, "A note on the multivariate Box-Cox transformation to normality", Statistics and
    Probability Letters 17 (1993), 259-263.

    Examples
    --------
    >>> x = standard_normal(200, seed=1)
    >>> y = (5 + x + 0.3 * standard_normal(200, seed=2)) ** 2
    >>> boxcox_regression(x, y)
    RegressionFit(lmbda=0.499427, ci=(0.378475, 0.621927), rounded=0.5, count=200)
    """
    return regression("box-cox", X, y, weights, groups, fit_intercept, weight_type, level)


def yeojohnson_regression(
    X: Any,
    y: Any,
    weights: Any = None,
    *,
    groups: Any = None,
    fit_intercept: bool = True,
    weight_type: REGRESSION_WEIGHT_TYPE = "frequency",
    level: float = 0.95,
) -> RegressionFit:
    """Estimate the lambda of Yeo and Johnson with which a linear model explains a response best.

    `yeojohnson(y, lambda)` is normal with the mean X b and one variance.  lambda is that of the
    greatest likelihood.  Several responses are normal together, with one covariance, and their
    lambdas are estimated together.

    Rows in which something is missing (NaN in X or y, no group) are left out and counted.

    Parameters
    ----------
    X : array_like of shape (n, p) or (n,), or None
        The columns of the design, without an intercept; None for none.
    y : array_like of shape (n,) or (n, k)
        One response, or k of them.
    weights : array_like of shape (n,) or None
        One weight for each row, finite and not negative; None gives each the weight 1.  A row of
        weight 0 counts as absent.
    groups : array_like of shape (n,) or None
        The group of each row: labels that can be sorted, as words or numbers.  Each group gets an
        intercept of its own.
    fit_intercept : bool, default True
        Whether the design has an intercept.
    weight_type : {"frequency", "importance", "precision"}, default "frequency"
        What weights mean.  "frequency": a row of weight 3 is three rows.  "importance": weights say
        how much a row counts beside others, and all count as sum(w)**2 / sum(w**2) rows.
        "precision": psi(y) has the variance sd**2 / w, as `lm` in R and `WLS` in statsmodels have
        it; then lambda is another one.
    level : float, default 0.95
        The confidence of the interval of lambda, above 0 and below 1.

    Returns
    -------
    RegressionFit
        The lambdas, their intervals and tests, and the coefficients.

    Raises
    ------
    ValueError
        If shapes do not agree; if a value is infinite, or a weight out of range; if a column of X
        is a linear combination of those before it, or X explains y completely; if there are too few
        rows; or if `weight_type` or `level` is out of range.
    TypeError
        If X, y or weights does not hold real numbers.

    See Also
    --------
    boxcox_regression : The same for values above 0.
    yeojohnson_fit : The lambda of a column alone.

    References
    ----------
    I.-K. Yeo and R. A. Johnson, "A new family of power transformations to improve normality or
    symmetry", Biometrika 87 (2000), 954-959.

    Examples
    --------
    >>> x = standard_normal(200, seed=1)
    >>> y = x + 0.3 * standard_normal(200, seed=2)
    >>> fit = yeojohnson_regression(x, y)
    >>> round(fit.lmbda, 4), fit.rounded, fit.test_one.df
    (1.0052, 1.0, 1)
    """
    return regression("yeo-johnson", X, y, weights, groups, fit_intercept, weight_type, level)


def regression(
    method: METHOD,
    X: Any,
    y: Any,
    weights: Any,
    groups: Any,
    fit_intercept: bool,
    weight_type: REGRESSION_WEIGHT_TYPE,
    level: float,
) -> RegressionFit:
    if weight_type not in get_args(REGRESSION_WEIGHT_TYPE):
        words = ", ".join(map(repr, get_args(REGRESSION_WEIGHT_TYPE)))
        raise ValueError(f"weight_type: one of {words}, not {weight_type!r}")
    if not 0 < level < 1:
        raise ValueError(f"level: above 0 and below 1, not {level!r}")
    fit_intercept = boolean("fit_intercept", fit_intercept)
    from ._numpy import np  # noqa: F401  (an error that says how to get it)
    from ._regression_fit import RegressionFit
    from ._regression_input import read

    given = read(X, y, weights, groups, fit_intercept)
    return RegressionFit(method, given, weight_type, float(level))
