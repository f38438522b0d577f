# SPDX-License-Identifier: BSD-3-Clause
"""Lambdas given a design: against R (MASS, car), mpmath, and what must not change them."""

import math
import pickle

import numpy as np
import pandas
import polars
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import chi2

import bellshape
from bellshape import boxcox_regression, yeojohnson_regression
from bellshape._design import Design
from bellshape._likelihood_ratio import chi_squared_quantile, chi_squared_sf
from conftest import golden

R_CASES = golden("regression")
HARD = golden("regression_hard")
FUNCTIONS = {
    "bcPower": boxcox_regression,
    "yjPower": yeojohnson_regression,
    "box-cox": boxcox_regression,
    "yeo-johnson": yeojohnson_regression,
}
# What R writes of 1/3
THIRD = 0.33


def fitted(case):
    y = np.array(case["y"]).T
    X = None if case["X"] is None else np.array(case["X"]).T
    return FUNCTIONS[case["family"]](
        X,
        y[:, 0] if y.shape[1] == 1 else y,
        case["weights"],
        groups=case["groups"],
        fit_intercept=case["intercept"],
        weight_type="precision",
    )


def close(a, b, *, rel=0.0, abs=0.0):
    np.testing.assert_allclose(np.ravel(a), np.ravel(b), rtol=rel, atol=abs)


# ---- other software ----


@pytest.mark.parametrize("case", R_CASES, ids=lambda case: case["name"])
def test_r(case):
    fit = fitted(case)
    # R's optimizers find a maximum to the square root of the rounding.
    close(fit.lmbda, case["lambda"], abs=1e-6)
    close(fit.log_likelihood, case["log_likelihood"], rel=1e-12)
    close(fit.test_zero.statistic, case["lr_zero"], rel=1e-10)
    close(fit.test_one.statistic, case["lr_one"], rel=1e-10)
    close(fit.residual_sd, case["residual_sd"], rel=1e-6)
    if case["lr_equal"] is not None:
        close(fit.test_equal.statistic, case["lr_equal"], rel=1e-10, abs=1e-10)
    if case["ci95"] is not None:
        close(fit.ci, case["ci95"], abs=1e-8)
    if case["coefficients"] is not None:
        close(np.transpose(fit.coefficients), case["coefficients"], rel=1e-5)


@pytest.mark.parametrize(
    "case", [case for case in R_CASES if case["mass"]], ids=lambda case: case["name"]
)
def test_mass(case):
    """MASS::boxcox has another constant."""
    ours = fitted(case).profile(np.arange(-2, 2.25, 0.5))
    close(ours - ours[0], np.array(case["mass"]) - case["mass"][0], rel=1e-11, abs=1e-11)


@pytest.mark.parametrize(
    "case", [case for case in R_CASES if case["car"]], ids=lambda case: case["name"]
)
def test_car(case):
    fit, car = fitted(case), case["car"]
    # Its search ends early.
    close(fit.lmbda, car["lambda"], abs=5e-5)
    close(fit.standard_error, car["wald"], rel=1e-5)
    close(fit.test_zero.statistic, car["lr_zero"], abs=1e-7)
    close(fit.test_one.statistic, car["lr_one"], abs=1e-7)
    rounded = [1 / 3 if power == THIRD else power for power in np.ravel(car["rounded"])]
    close(fit.rounded, rounded, abs=5e-5)


def test_trees():
    """The numbers of the manual of MASS: marginal -0.07, and 0.307 given height and girth."""
    marginal, given = R_CASES[0], R_CASES[1]
    assert round(fitted(marginal).lmbda, 3) == -0.075
    assert round(fitted(given).lmbda, 3) == 0.307
    assert fitted(given).rounded == 1 / 3


@pytest.mark.parametrize("case", HARD, ids=lambda case: case["name"])
def test_exact(case):
    fit = FUNCTIONS[case["method"]](case["X"], case["y"])
    unit = case["unit"]
    close(fit.lmbda / unit, case["lambda"] / unit, rel=1e-12, abs=1e-12)
    close(np.array(fit.ci) / unit, np.array(case["ci95"]) / unit, rel=1e-11, abs=1e-11)
    close(fit.log_likelihood, case["log_likelihood"], rel=1e-13)
    close(fit.test_zero.statistic, case["lr_zero"], rel=1e-12, abs=1e-11)
    close(fit.test_one.statistic, case["lr_one"], rel=1e-12, abs=1e-11)


@pytest.mark.parametrize("lmbda", [-2000.0, 2000.0])
@pytest.mark.parametrize("method", ["box-cox", "yeo-johnson", "both signs"])
def test_likelihood_where_psi_exceeds_a_double(rng, method, lmbda):
    """All that matters there is the exponential, which numpy computes from its logarithm."""
    y = rng.gamma(2, size=50) - (0.5 if method == "both signs" else 0)
    fit = (boxcox_regression if method == "box-cox" else yeojohnson_regression)(None, y)
    u = np.log(y) if method == "box-cox" else np.sign(y) * np.log1p(np.abs(y))
    # Below 0 the power is 2 - lambda.
    w = np.where((y < 0) & (method != "box-cox"), 2 - lmbda, lmbda)
    x = w * np.abs(u) if method != "box-cox" else lmbda * u
    f = np.sign(y) * np.exp(x - x.max()) / w
    exact = -len(y) / 2 * (np.log(f.var()) + 2 * x.max()) + (lmbda - 1) * u.sum()
    assert math.isfinite(exact)
    close(fit.profile(lmbda), exact, rel=1e-12)


@pytest.mark.parametrize("distance", [1.0, 1e-2, 1e-3, 1e-6, 1e-9])
def test_factors_of_a_design(rng, distance):
    """Columns that nearly coincide are projected off to rounding, by either way to factor them."""
    x = rng.normal(size=(3, 200))
    x[1] = x[0] + distance * x[1]
    design = Design(1e3 + x, np.zeros(200, int), None)
    close(design.Q @ design.Q.T, np.eye(3), abs=1e-14)
    assert np.abs((x - x.mean(axis=1, keepdims=True)) @ design.residuals(x[2] ** 2)).max() < 1e-12


@pytest.mark.parametrize("df", [1, 2, 3, 4, 7, 20])
def test_chi_squared(df):
    for x in (1e-9, 0.3, 1.0, 5.0, 40.0, 300.0):
        assert math.isclose(chi_squared_sf(x, df), chi2.sf(x, df), rel_tol=1e-12)
    assert chi_squared_sf(0.0, df) == 1 and chi_squared_sf(math.inf, df) == 0


@pytest.mark.parametrize("level", [1e-3, 0.5, 0.9, 0.95, 0.99, 1 - 1e-12])
def test_quantile(level):
    assert math.isclose(chi_squared_quantile(level), chi2.isf(1 - level, 1), rel_tol=1e-9)


# ---- one column alone ----


@pytest.mark.parametrize("sign", [1, -1, 0])
def test_without_a_design_it_is_the_fit(rng, sign):
    y = rng.gumbel(size=500) if sign == 0 else sign * rng.gamma(2, 0.01, 500)
    ours, fit = yeojohnson_regression(None, y), bellshape.yeojohnson_fit(y)
    close(ours.lmbda, fit.lmbda, rel=1e-11)
    close(ours.ci, fit.ci95, rel=1e-9)
    close(ours.log_likelihood, fit.log_likelihood, rel=1e-11)
    close(ours.test_one.statistic, fit.lr_vs_identity, rel=1e-9)
    close(ours.coefficients, fit.mean, rel=1e-9)
    close(ours.profile([-1.0, 2.5]), fit.profile([-1.0, 2.5]), rel=1e-11)


@pytest.mark.parametrize("weight_type", ["frequency", "importance"])
def test_weights_of_a_column(rng, weight_type):
    y, w = rng.gumbel(size=300), rng.gamma(1, size=300)
    ours = yeojohnson_regression(None, y, w, weight_type=weight_type)
    fit = bellshape.yeojohnson_fit(y, w, weight_type=weight_type)
    close(ours.lmbda, fit.lmbda, rel=1e-9)
    close(ours.ci, fit.ci95, rel=1e-7)
    close(ours.log_likelihood, fit.log_likelihood, rel=1e-9)
    n = w.sum() if weight_type == "frequency" else fit.effective_count
    close(ours.effective_count, n, rel=1e-9)


# ---- what must not matter ----


def skewed(rng, n=200):
    X = rng.normal(size=(n, 2))
    return X, np.exp(0.3 * (3 + X @ [1.0, -0.5] + rng.normal(size=n)))


@pytest.mark.parametrize("exponent", [-300, -30, 30, 300])
def test_unit_of_the_response(rng, exponent):
    X, y = skewed(rng)
    one, other = boxcox_regression(X, y), boxcox_regression(X, y * 10.0**exponent)
    close(other.lmbda, one.lmbda, rel=1e-11)
    close(other.ci, one.ci, rel=1e-10)
    assert one.rounded == other.rounded == 0


def test_design_of_another_basis(rng):
    X, y = skewed(rng)
    one = boxcox_regression(X, y)
    other = boxcox_regression((1e6 + X @ [[1.0, 2.0], [1.0, 2.5]]) * [1e-200, 1e200], y)
    close(other.lmbda, one.lmbda, abs=1e-8)


@pytest.mark.parametrize("method", [boxcox_regression, yeojohnson_regression])
def test_whole_weights_are_repeated_rows(rng, method):
    X, y = skewed(rng)
    w = rng.integers(0, 4, len(y))
    weighted = method(X, y, w)
    repeated = method(np.repeat(X, w, axis=0), np.repeat(y, w))
    for name in ("lmbda", "ci", "log_likelihood", "coefficients", "residual_sd", "standard_error"):
        close(getattr(weighted, name), getattr(repeated, name), rel=1e-9)
    assert weighted.count == (w > 0).sum() and weighted.effective_count == repeated.count


def test_groups_are_dummy_columns(rng):
    X, y = skewed(rng)
    names = np.array(["c", "a", "b"])[rng.integers(0, 3, len(y))]
    y = y * np.where(names == "a", 3, 1)
    dummies = np.column_stack([X, names == "b", names == "c"])
    one, other = boxcox_regression(X, y, groups=names), boxcox_regression(dummies, y)
    close(one.lmbda, other.lmbda, rel=1e-11)
    close(one.ci, other.ci, rel=1e-10)
    assert one.coefficient_names == ("groups[a]", "groups[b]", "groups[c]", "X0", "X1")
    a, b, c, *slopes = one.coefficients
    close([a, *slopes, b - a, c - a], other.coefficients, rel=1e-9, abs=1e-10)
    # Many groups do not make a large matrix.
    many = yeojohnson_regression(None, np.tile(y, 1000), groups=np.arange(200_000) // 5)
    assert math.isfinite(many.lmbda) and len(many.coefficients) == 40_000


@pytest.mark.parametrize("spread", [1e-3, 30.0, 400.0])
@pytest.mark.parametrize("lmbda", [-0.5, 0.0, 0.5])
def test_the_search_finds_lambda_of_any_spread(rng, spread, lmbda):
    """The unit of lambda is 1/spread, so that lambda = 1 may lie hundreds of units away."""
    u = rng.uniform(-1.73, 1.73, 60)
    x = (np.exp(lmbda * u) if lmbda else u) + rng.normal(size=60)
    fit, narrow = (boxcox_regression(x, np.exp(u * size)) for size in (spread, 1.0))
    close(fit.lmbda * spread, narrow.lmbda, rel=1e-10)
    close(np.array(fit.ci) * spread, narrow.ci, rel=1e-9)


def test_a_row_that_the_design_explains_alone(rng):
    """It counts in the Jacobian, and not in the residuals."""
    u = rng.normal(size=60)
    fit = boxcox_regression(None, [*np.exp(u), math.exp(30)], groups=[0] * 60 + [1])

    def fall(lmbda):
        return 61 / 2 * np.log((np.exp(lmbda * u) / lmbda).var()) - (lmbda - 1) * (u.sum() + 30)

    best = minimize_scalar(fall, bounds=(0.1, 3), options={"xatol": 1e-10})
    close(fit.lmbda, best.x, rel=1e-7)
    close(fit.coefficients[1], math.expm1(30 * fit.lmbda) / fit.lmbda, rel=1e-9)
    close(fit.coefficients[0], (np.expm1(u * fit.lmbda) / fit.lmbda).mean(), rel=1e-9)


@pytest.mark.parametrize("stray", [1e12, 1e200])
def test_a_likelihood_without_a_maximum(rng, stray):
    """The Jacobian of a row without a residual grows with lambda, and here faster than the rest."""
    y = [*(1013 + 5 * rng.gamma(2, size=60)), stray]
    for X, groups in ((None, [0] * 60 + [1]), ([0] * 60 + [1], None)):
        with pytest.raises(ValueError, match="y: the likelihood has no maximum"):
            boxcox_regression(X, y, groups=groups)


def test_a_column_of_ones_serves_as_intercept(rng):
    X, y = skewed(rng)
    y = 1e5 + y
    ones = np.column_stack([np.ones(len(y)), X])
    one, other = boxcox_regression(X, y), boxcox_regression(ones, y, fit_intercept=False)
    close(other.lmbda, one.lmbda, rel=1e-9)
    close(other.coefficients, one.coefficients, rel=1e-6, abs=1e-18)


def test_joint_responses_without_correlation_stand_alone(rng):
    n = 64
    z = np.linalg.qr(rng.normal(size=(n, 3)) - rng.normal(size=3))[0] * np.sqrt(n)
    y = np.exp(z[:, :1] * 0.2), np.exp(z[:, 1:2] * 0.5)
    both = boxcox_regression(None, np.hstack(y))
    alone = [boxcox_regression(None, column[:, 0]) for column in y]
    # One response may help to estimate the lambda of another, but the intervals are alike.
    close(both.lmbda, [fit.lmbda for fit in alone], abs=0.2)
    assert both.test_one.df == 2 and both.test_equal.df == 1
    close(both.profile(both.lmbda), both.log_likelihood, rel=1e-12)
    close(both.test([0.0, 0.0]), both.test_zero)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_level(rng, level):
    X, y = skewed(rng)
    fit = yeojohnson_regression(X, y, level=level)
    fall = 2 * (fit.log_likelihood - fit.profile(fit.ci))
    close(fall, [chi2.ppf(level, 1)] * 2, rel=1e-9)
    joint = yeojohnson_regression(X[:, :1], np.column_stack([y, X[:, 1]]), level=level)
    assert joint.ci.shape == (2, 2)
    assert (joint.ci[:, 0] < joint.lmbda).all() and (joint.lmbda < joint.ci[:, 1]).all()


def test_precision_weights_follow_the_variance(rng):
    x = rng.normal(size=20_000)
    w = rng.gamma(2, size=x.size)
    z = 6 + x + rng.normal(size=x.size) / np.sqrt(w)
    fit = boxcox_regression(x, np.abs(1 + z / 2) ** 2, w, weight_type="precision")
    assert abs(fit.lmbda - 0.5) < 4 * fit.standard_error
    close(fit.residual_sd, 1, abs=0.05)


# ---- input ----


def test_tables_and_missing_values(rng):
    X, y = skewed(rng)
    X[3, 1] = y[5] = np.nan
    # An infinite value of a row that is left out does not matter.
    X[5, 0] = np.inf
    names = ["g"] * 100 + ["h"] * 99 + [None]
    frame = pandas.DataFrame(X, columns=["height", "girth"])
    series = pandas.Series(y, name="volume")
    one = boxcox_regression(frame, series, groups=names)
    assert one.missing == 3 and one.count == 197
    assert one.response_names == ("volume",)
    assert one.coefficient_names == ("groups[g]", "groups[h]", "height", "girth")
    keep = np.delete(np.arange(200), [3, 5, 199])
    rest = boxcox_regression(X[keep], y[keep], groups=np.array(names)[keep])
    assert rest.lmbda == one.lmbda
    assert boxcox_regression(polars.DataFrame(frame), y, groups=pandas.array(names)).lmbda == (
        one.lmbda
    )
    # A row of weight 0 is not missing, as it was never there.
    weights = np.ones(200)
    weights[[3, 10]] = 0
    weighted = boxcox_regression(frame, series, weights, groups=names)
    assert weighted.missing == 2 and weighted.count == 196
    wide = boxcox_regression(None, pandas.DataFrame({"a": y, "b": y[::-1] + 1}))
    assert wide.response_names == ("a", "b") and wide.missing == 2
    assert boxcox_regression(X, y.astype(np.float32)).count == 198


GOOD = np.array([1.0, 2.0, 4.0, 3.0, 6.0, 9.0])


@pytest.mark.parametrize(
    ("arguments", "options", "text"),
    [
        ((None, [1, 2, -3, 4, 5]), {}, r"y, row 2: -3.0; Box-Cox takes values above 0"),
        ((None, [math.nan, 2, 0, 4, 5]), {}, r"y, row 2: 0.0; "),
        ((None, [1, 2, math.inf, 4]), {}, r"y, row 2: inf; .* make it NaN"),
        (([1, 2, -math.inf, 4], [1, 2, 3, 4]), {}, r"X, row 2: -inf"),
        ((None, [2, 2, 2, 2]), {}, r"y: all values are 2.0"),
        ((GOOD, [1, 2]), {}, r"X: 6 rows, but y has 2"),
        (([1, 1, 1, 1, 1, 1], GOOD), {}, r"X: constant, .* fit_intercept=False"),
        ((np.column_stack([GOOD, 2 * GOOD + 1]), GOOD**2), {}, r"X\[:, 1\]: a linear combination"),
        (([0, 0, 0, 1, 1, 1], GOOD), {"groups": list("aaabbb")}, r"X: constant in each"),
        ((np.log(GOOD), GOOD), {}, r"y: X and groups explain it completely"),
        ((GOOD[:2], GOOD[:2] + 1), {}, r"y: 2 rows .* 2 coefficients need 4 or more"),
        ((None, [1e12, 4.3, 4.0, 0.8]), {"groups": list("baaa")}, r"y: the likelihood has no max"),
        ((None, np.column_stack([GOOD, 3 * GOOD])), {}, r"y: one of the responses follows"),
        ((None, GOOD, [1, 1, -1, 1, 1, 1]), {}, r"weights\[2\] is -1.0"),
        ((None, GOOD, [1, 1]), {}, r"weights: of shape \(6,\), not \(2,\)"),
        ((None, GOOD), {"groups": list("ab")}, r"groups: of shape \(6,\), not \(2,\)"),
        ((None, GOOD), {"groups": list("aaabbb"), "fit_intercept": False}, r"groups: each has"),
        ((None, GOOD), {"level": 95}, r"level: above 0 and below 1, not 95"),
        ((None, GOOD), {"weight_type": "size"}, r"weight_type: one of 'frequency', "),
        ((np.ones((2, 2, 2)), GOOD), {}, r"X: of shape"),
    ],
)
def test_errors(arguments, options, text):
    with pytest.raises(ValueError, match=f"^{text}"):
        boxcox_regression(*arguments, **options)


def test_types_of_errors():
    with pytest.raises(TypeError, match=r"^y: "):
        boxcox_regression(None, ["a", "b"])
    with pytest.raises(TypeError, match=r"^groups: labels that can be sorted"):
        boxcox_regression(None, GOOD, groups=np.array(["a", 1, "b", 2, "c", 3], object))
    with pytest.raises(TypeError, match=r"^fit_intercept: "):
        boxcox_regression(None, GOOD, fit_intercept=2)
    fit = boxcox_regression(None, np.column_stack([GOOD, GOOD[::-1]]))
    with pytest.raises(ValueError, match=r"^lmbda: "):
        fit.test([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"^lmbda: "):
        fit.profile(math.nan)


# ---- what it prints, and pickles ----


def test_summary_and_pickle():
    y = np.column_stack([GOOD[[1, 0, 3, 2, 5, 4]], [9.0, 9.0, 4.0, 5.0, 2.0, 2.0]])
    fit = boxcox_regression(GOOD, y)
    text = fit.summary()
    for words in ("95 % interval", "lambda = 0", "lambda = 1", "all equal", "residual sd", "y1"):
        assert words in text
    assert all(len(line) <= 100 and line == line.rstrip() for line in text.splitlines())
    again = pickle.loads(pickle.dumps(fit))
    assert repr(again) == repr(fit) and again.profile(1.0) == fit.profile(1.0)
