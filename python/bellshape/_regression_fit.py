# SPDX-License-Identifier: BSD-3-Clause
"""What a regression has found."""

from __future__ import annotations

from typing import Any

from ._convert import floats
from ._design import Dependent, Design, norm
from ._likelihood_ratio import LikelihoodRatio, chi_squared_quantile, likelihood_ratio
from ._numpy import np
from ._parameters import METHOD
from ._profile_likelihood import ProfileLikelihood
from ._regression_input import RegressionInput, names_of
from ._response import Response

# What lambda is rounded to: the first of these that lies in the interval, in the order in which
# powerTransform() of R's package car prefers them.
ROUND = (1.0, 0.0, -1.0, 0.5, 1 / 3, -0.5, -1 / 3, 2.0, -2.0)
# X explains a response whose coordinates have no larger residuals than this, relative to them.
EXPLAINED = 1e-12


class RegressionFit:
    """The lambdas of responses given a design by maximum likelihood, and what follows from them.

    `boxcox_regression` and `yeojohnson_regression` make it.  For a y of shape (n,) lambda and what
    belongs to it are numbers, for one of shape (n, k) arrays with one element for each response.
    It keeps the rows, for `profile` and `test`.

    Attributes
    ----------
    method : str
        "box-cox" or "yeo-johnson".
    weight_type : str
        "frequency", "importance" or "precision": what weights mean.
    level : float
        The confidence of `ci`.
    lmbda : float or ndarray of shape (k,)
        The lambda of the greatest likelihood.
    ci : (float, float) or ndarray of shape (k, 2)
        The profile-likelihood interval of lambda; an end is infinite where the interval is open.
    standard_error : float or ndarray of shape (k,)
        The standard error of lambda, from the curvature of the likelihood.
    rounded : float or ndarray of shape (k,)
        The first of 1, 0, -1, 1/2, 1/3, -1/2, -1/3, 2 and -2 that lies in `ci`, or else lambda.
    log_likelihood : float
        The greatest log-likelihood, of y in its unit, without the constant -count (1 + log 2 pi)/2
        of each response, as in `Fit`.
    test_zero, test_one : LikelihoodRatio
        The likelihood-ratio tests that all lambdas are 0, and that all are 1: `statistic`, `df` and
        `pvalue`.
    test_equal : LikelihoodRatio or None
        The likelihood-ratio test that all lambdas are equal; None for one response.
    coefficients : ndarray of shape (c,) or (c, k)
        The coefficients of psi(y; lmbda): the intercept, or one for each group, and then those of
        the columns of X.
    coefficient_names : tuple of str
        Their names.
    response_names : tuple of str
        The names of the responses.
    residual_sd : float or ndarray of shape (k,)
        The standard deviation of the residuals of psi(y; lmbda), with the divisor count - c; it is
        infinite where it exceeds a double; then coefficients are infinite or NaN.
    count : int
        The number of rows.
    effective_count : float
        The number of rows that the likelihood counts: the sum of the weights for "frequency",
        sum(w)**2 / sum(w**2) for "importance", `count` for "precision" and without weights.
    missing : int
        The number of rows that were left out because something is missing.

    Examples
    --------
    >>> x = standard_normal(200, seed=1)
    >>> y = (5 + x + 0.3 * standard_normal(200, seed=2)) ** 2
    >>> fit = boxcox_regression(x, y)
    >>> fit.test_one.pvalue < 0.001, fit.coefficient_names, fit.missing
    (True, ('intercept', 'X'), 0)
    """

    method: METHOD

    def __init__(
        self, method: METHOD, given: RegressionInput, weight_type: str, level: float
    ) -> None:
        self.method, self.weight_type, self.level = method, weight_type, level
        self.count, self.missing = given.y.shape[1], given.missing
        self.response_names = tuple(given.responses)
        self.coefficient_names = tuple(given.labels + given.columns)
        self._single = given.single
        self._likelihood = likelihood = self._prepare(given)
        k = len(given.responses)
        best, maximum = likelihood.maximize(likelihood.start(), np.eye(k))
        self._best, self.log_likelihood = best, float(maximum.value)
        cut = chi_squared_quantile(level)
        ends = np.array(
            [[likelihood.end(best, maximum, j, sign, cut) for sign in (-1, 1)] for j in range(k)]
        )
        self.lmbda: Any = self._shaped(best)
        self.ci: Any = (float(ends[0, 0]), float(ends[0, 1])) if given.single else ends
        self.standard_error: Any = self._shaped(
            np.sqrt(np.diag(np.linalg.inv(maximum.information)))
        )
        self.rounded: Any = self._shaped(
            np.array([rounded(*pair) for pair in zip(best, ends, strict=True)])
        )
        self.test_zero, self.test_one = self.test(0.0), self.test(1.0)
        self.test_equal = self._test_equal() if k > 1 else None
        self._explain()

    def _shaped(self, values: np.ndarray) -> Any:
        return float(values[0]) if self._single else values

    def _prepare(self, given: RegressionInput) -> ProfileLikelihood:
        box_cox, w, n = self.method == "box-cox", given.weights, self.count
        names = given.names()
        check_rows(n, len(given.labels) + len(given.columns), len(names))
        for values, name in zip(given.y, names, strict=True):
            check_response(values, name, box_cox, given.rows)
        try:
            design = Design(given.X, given.codes, w)
        except Dependent as error:
            raise ValueError(explain(error, given)) from None
        precision = self.weight_type == "precision"
        jacobian = None if precision else w
        freedom = design.freedom() if design.spans_constant else None
        responses = [Response(y, box_cox, freedom, jacobian) for y in given.y]
        count, total, constant = float(n), float(n), 0.0
        if w is not None and precision:
            constant = len(names) * float(np.log(w).sum()) / 2
        elif w is not None:
            count = total = float(w.sum())
            if self.weight_type == "importance":
                count = total**2 / float(w @ w)
        self.effective_count = count
        likelihood = ProfileLikelihood(design, responses, count, total, constant)
        check_residuals(likelihood, names)
        return likelihood

    def _explain(self) -> None:
        """Set the coefficients and the standard deviation of the residuals of psi."""
        likelihood, n = self._likelihood, self.effective_count
        design = likelihood.design
        free = n - design.rank
        coefficients, sds = [], []
        for lmbda, response in zip(self._best.tolist(), likelihood.responses, strict=True):
            shift, (f,) = response.evaluate(lmbda, 0)
            r = design.residuals(f)
            with np.errstate(over="ignore", invalid="ignore"):
                found = design.coefficients(response.psi(lmbda)[1])
                scale = np.exp(response.scale(lmbda) + shift)
                found, sd = found * scale, np.sqrt(r @ r / likelihood.total) * scale
            # The intercepts take up psi at the center, or the columns that serve for one do.
            with np.errstate(invalid="ignore"):
                if design.groups:
                    found[: design.groups] += response.offset(lmbda)
                elif response.center:
                    found += response.offset(lmbda) * design.coefficients(np.ones(len(f)))
            coefficients.append(found)
            sds.append(sd * np.sqrt(n / free) if free > 0 else np.nan)
        self.coefficients = coefficients[0] if self._single else np.array(coefficients).T
        self.residual_sd: Any = self._shaped(np.array(sds))

    def _lambdas(self, lmbda: Any) -> np.ndarray:
        """Return lambdas as an array whose last axis has one element for each response."""
        values = np.asarray(floats(lmbda, "lmbda"), np.float64)
        if not np.isfinite(values).all():
            raise ValueError("lmbda: finite numbers")
        k = len(self._best)
        if self._single or not values.ndim:
            return np.repeat(values[..., None], k, axis=-1)
        if values.shape[-1] != k:
            raise ValueError(f"lmbda: one number or {k} along the last axis, not {values.shape}")
        return values

    def profile(self, lmbda: Any) -> Any:
        """Compute the log-likelihood at other lambdas.

        Parameters
        ----------
        lmbda : array_like
            Finite numbers of any shape; for a y of shape (n, k) the last axis has one for each
            response, and a single number serves all.

        Returns
        -------
        ndarray or scalar
            The log-likelihoods, in the shape of `lmbda`, without its last axis for a y of shape (n,
            k).

        Raises
        ------
        ValueError
            If a lambda is not finite, or there are not as many as responses.
        TypeError
            If `lmbda` does not hold real numbers.
        """
        lambdas = self._lambdas(lmbda)
        flat = lambdas.reshape(-1, lambdas.shape[-1])
        values = np.array([self._likelihood.at(row).value for row in flat])
        return values.reshape(lambdas.shape[:-1])[()]

    def test(self, lmbda: Any) -> LikelihoodRatio:
        """Test the hypothesis that the lambdas are these, by the likelihood ratio.

        Parameters
        ----------
        lmbda : array_like
            A finite number for all responses, or one for each.

        Returns
        -------
        LikelihoodRatio
            The `statistic`, 2 (log_likelihood - log-likelihood at `lmbda`), its degrees of freedom
            `df`, the number of responses, and the `pvalue`.

        Raises
        ------
        ValueError
            If a lambda is not finite, or there are not as many as responses.
        TypeError
            If `lmbda` does not hold real numbers.
        """
        lambdas = self._lambdas(lmbda)
        if lambdas.ndim != 1:
            raise ValueError(f"lmbda: one number, or one for each response, not {lambdas.shape}")
        value = self._likelihood.at(lambdas).value
        return likelihood_ratio(2 * (self.log_likelihood - value), len(lambdas))

    def _test_equal(self) -> LikelihoodRatio:
        k = len(self._best)
        # The mean of lambdas, each counted as much as it is known.
        known = 1 / np.square(self.standard_error)
        start = np.full(k, np.average(self._best, weights=known))
        _, found = self._likelihood.maximize(start, np.ones((k, 1)))
        return likelihood_ratio(2 * (self.log_likelihood - found.value), k - 1)

    def summary(self) -> str:
        """Describe the fit in a table.

        Returns
        -------
        str
            Lines with the lambdas, their intervals and rounded powers, the tests and the
            coefficients.
        """
        percent = f"{100 * self.level:g} % interval"
        lines = [f"{self.method}, {self.count} rows, {self.missing} missing", ""]
        rows = [["response", "lambda", percent, "rounded", "standard error"]]
        columns = (self.lmbda, self.standard_error, self.rounded)
        lmbda, error, near = (np.atleast_1d(column) for column in columns)
        for j, (low, high) in enumerate(np.reshape(self.ci, (-1, 2))):
            rows.append(
                [
                    self.response_names[j],
                    f"{lmbda[j]:.4g}",
                    f"[{low:.4g}, {high:.4g}]",
                    f"{near[j]:.4g}",
                    f"{error[j]:.3g}",
                ]
            )
        lines += [*aligned(rows), ""]
        rows = [["likelihood-ratio test", "statistic", "df", "p"]]
        tests = (self.test_zero, self.test_one, self.test_equal)
        for name, test in zip(("lambda = 0", "lambda = 1", "all equal"), tests, strict=True):
            if test:
                rows.append([name, f"{test.statistic:.2f}", f"{test.df}", f"{test.pvalue:.3g}"])
        lines += [*aligned(rows), ""]
        rows = [["coefficient of psi", *self.response_names]]
        coefficients = np.reshape(self.coefficients, (len(self.coefficient_names), -1))
        for name, row in zip(self.coefficient_names, coefficients, strict=True):
            rows.append([name, *(f"{value:.5g}" for value in row)])
        rows.append(["residual sd", *(f"{sd:.5g}" for sd in np.atleast_1d(self.residual_sd))])
        return "\n".join([*lines, *aligned(rows)])

    def __repr__(self) -> str:
        def words(values: Any) -> str:
            if np.ndim(values):
                open_, close = "()" if isinstance(values, tuple) else "[]"
                return open_ + ", ".join(map(words, values)) + close
            return f"{values:.6g}"

        return (
            f"RegressionFit(lmbda={words(self.lmbda)}, ci={words(self.ci)}, "
            f"rounded={words(self.rounded)}, count={self.count})"
        )


def rounded(lmbda: float, ci: np.ndarray) -> float:
    return next((power for power in ROUND if ci[0] <= power <= ci[1]), float(lmbda))


def aligned(rows: list[list[str]]) -> list[str]:
    """Return rows as lines: the first column is text, the others are numbers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        ).rstrip()
        for row in rows
    ]


def check_rows(n: int, coefficients: int, responses: int) -> None:
    # With fewer the residuals of k responses, in n - c dimensions, are dependent at some lambdas,
    # where the likelihood is infinite: n - c - (k - 1) conditions must be more than k lambdas.
    least = coefficients + 2 * responses
    if n < least:
        raise ValueError(
            f"y: {n} rows without missing values; {coefficients} coefficients need {least} or more"
        )


def check_response(values: np.ndarray, name: str, box_cox: bool, rows: np.ndarray) -> None:
    least = values.argmin()
    if box_cox and not values[least] > 0:
        raise ValueError(
            f"{name}, row {rows[least]}: {values[least]}; Box-Cox takes values above 0, "
            "take yeojohnson_regression or add a number to the column"
        )
    if values.min() == values.max():
        raise ValueError(f"{name}: all values are {values[0]}, and a constant has no lambda")


def check_residuals(likelihood: ProfileLikelihood, names: list[str]) -> None:
    design = likelihood.design
    R = []
    for response, name in zip(likelihood.responses, names, strict=True):
        a = response.coordinates
        r = design.residuals(a)
        if not r @ r > EXPLAINED**2 * np.square(design.weighted(a - a.mean())).sum():
            raise ValueError(f"{name}: X and groups explain it completely; leave columns out")
        R.append(r / norm(r))
    # The least eigenvalue of the correlations is 0 if one response follows from the others.
    if np.linalg.eigvalsh(np.array(R) @ np.array(R).T)[0] < EXPLAINED:
        raise ValueError("y: one of the responses follows from the others; leave it out")


def explain(error: Dependent, given: RegressionInput) -> str:
    name = names_of("X", given.columns, given.flat)[error.column]
    if not error.constant:
        return f"{name}: a linear combination of the columns before it; leave it out"
    if len(given.labels) > 1:
        return f"{name}: constant in each group, whose intercepts serve for it; leave it out"
    return f"{name}: constant, and there is an intercept; leave it out, or fit_intercept=False"
