# SPDX-License-Identifier: BSD-3-Clause
"""Intervals, standard errors and tests of lambda; fixed, rounded and robust lambdas."""

import json
import pathlib
import pickle

import numpy as np
import pytest

from bellshape import (
    PowerTransformer,
    Sketch,
    best_fit,
    boxcox_fit,
    fit,
    standard_normal,
    yeojohnson_fit,
)

GOLDEN = pathlib.Path(__file__).parents[1] / "golden"
X = np.exp(standard_normal(500, seed=5))
FITS = {"yeo-johnson": yeojohnson_fit, "box-cox": boxcox_fit}


def golden(name):
    return json.loads((GOLDEN / name).read_text())


@pytest.mark.parametrize("case", golden("profile.json"), ids=lambda c: f"{c['name']} {c['method']}")
def test_of_fifty_digits(case):
    fit = FITS[case["method"]](case["x"])
    error = float(case["standard_error"])
    assert fit.standard_error == pytest.approx(error, rel=1e-8)
    for level, ends in zip(case["levels"], case["intervals"], strict=True):
        want = [float(end) for end in ends]
        assert fit.interval(float(level)) == pytest.approx(want, abs=1e-9 * error)
    for test in case["tests"]:
        found = fit.test(float(test["lambda"]))
        assert found.statistic == pytest.approx(float(test["statistic"]), rel=1e-10, abs=1e-10)
        assert found.pvalue == pytest.approx(float(test["p"]), rel=1e-8)
        assert found.df == 1
    assert fit.test_zero == fit.test(0) and fit.test_one == fit.test(1)


@pytest.mark.parametrize("case", golden("profile_r.json"), ids=lambda c: c["name"])
def test_rounded_as_car(case):
    fit = FITS[case["method"]](case["x"])
    assert fit.rounded == pytest.approx(case["rounded"], abs=1e-2)
    nice = FITS[case["method"]](case["x"], round_lambda=True)
    assert nice.lmbda == fit.rounded and nice.ci95 == fit.ci95
    assert ("rounded" in nice.flags) == (fit.rounded != fit.lmbda)
    assert nice.interval() == fit.interval() and nice.test_one == fit.test_one


def test_bounds_and_pickles():
    fit = boxcox_fit(X, bounds=(0.5, 2))
    assert fit.lmbda == 0.5 and fit.interval(0.9)[0] == 0.5
    assert np.isnan(fit.standard_error) and fit.test_zero.pvalue == 1
    again = pickle.loads(pickle.dumps(fit))
    assert again.interval(0.9) == fit.interval(0.9)
    with pytest.raises(ValueError, match="level: above 0 and below 1, not 1"):
        fit.interval(1)
    with pytest.raises(TypeError, match="level: a number"):
        fit.interval("0.9")
    with pytest.raises(ValueError, match="lmbda: one number"):
        fit.test([0, 1])


def test_without_an_estimate():
    fit = yeojohnson_fit([3.0, 3.0])
    assert np.isnan([*fit.interval(), fit.standard_error, fit.rounded, *fit.test_one[::2]]).all()


@pytest.mark.parametrize("function", [yeojohnson_fit, boxcox_fit])
def test_fixed(function):
    found = function(X, lmbda=0.5)
    z = found.transform(X)
    assert found.lmbda == 0.5 and np.isnan(found.ci95).all()
    assert abs(z.mean()) < 1e-12 and z.std() == pytest.approx(1, rel=1e-12)
    free = function(X)
    assert found.interval() == pytest.approx(free.ci95, rel=1e-9)
    with pytest.raises(ValueError, match="lmbda: a finite number"):
        function(X, lmbda=np.inf)
    with pytest.raises(TypeError, match="lmbda: a number or None, not str"):
        function(X, lmbda="1")


def test_boxcox_fit():
    sketch = Sketch("box-cox")
    sketch.update(X)
    assert sketch.fit().lmbda == boxcox_fit(X).lmbda
    assert sketch.fit(lmbda=0, robust=True).lmbda == 0
    with pytest.raises(ValueError, match="0"):
        boxcox_fit([0.0, 1.0])


@pytest.mark.parametrize("case", golden("robust.json"), ids=lambda c: f"{c['name']} {c['method']}")
def test_robust(case):
    x = np.array(case["x"])
    fit = FITS[case["method"]](x, robust=True)
    assert fit.lmbda == pytest.approx(case["lambda"], abs=2e-4)
    assert fit.set_aside == len(case["aside"]) and "robust" in fit.flags
    rest = FITS[case["method"]](x[~np.isin(x, case["aside"])])
    assert fit.lmbda == pytest.approx(rest.lmbda, abs=1e-12)
    assert fit.interval(0.8) == pytest.approx(rest.interval(0.8), abs=1e-9)
    assert fit.profile(0.3) == pytest.approx(rest.profile(0.3), abs=1e-9)


def test_one_of_a_thousand():
    x = standard_normal(1000, seed=1)
    clean = yeojohnson_fit(x).lmbda
    x[0] = 100
    assert abs(yeojohnson_fit(x).lmbda - clean) > 0.5
    fit = yeojohnson_fit(x, robust=True)
    assert abs(fit.lmbda - clean) < 0.1
    assert f"{fit.set_aside:g} of 1000 values set aside" in str(fit.summary())
    with pytest.raises(ValueError, match="robust: for method 'yeo-johnson', 'box-cox', not 'yeo-j"):
        yeojohnson_fit(x, method="yeo-johnson-unit", robust=True)
    with pytest.raises(TypeError, match="robust: True or False"):
        yeojohnson_fit(x, robust=1)


@pytest.mark.parametrize(
    ("method", "option"),
    [
        ("best", {"lmbda": 1}),
        ("log-shift", {"lmbda": 1}),
        ("best", {"robust": True}),
        ("asinh", {"robust": True}),
        ("best", {"round_lambda": True}),
        ("exponential", {"round_lambda": True}),
        ("normal-scores", {"round_lambda": True}),
    ],
)
def test_methods_without_the_option(method, option):
    sketch = Sketch(method)
    sketch.update(X)
    (name,) = option
    with pytest.raises(ValueError, match=f"{name}: for method .*, not '{method}'"):
        sketch.fit(**option)
    if name != "lmbda":
        with pytest.raises(ValueError, match=f"{name}: for method .*, not '{method}'"):
            PowerTransformer(method, **option).fit(X[:, None])
    with pytest.raises(ValueError, match=r"lambdas: for method .*, not 'log'"):
        PowerTransformer("log", lambdas=[1]).fit(X[:, None])


@pytest.mark.parametrize("method", ["log", "log-shift", "asinh", "exponential", "normal-scores"])
def test_methods_without_such_a_lambda(method):
    found = fit(X, method=method)
    for ask in (found.interval, lambda: found.test(0), lambda: found.rounded):
        with pytest.raises(ValueError, match=f"{method} has no lambda of Yeo-Johnson or Box-Cox"):
            ask()


def test_chosen_and_with_a_unit():
    # The choice is made; what is asked is the likelihood of the method that was chosen.
    chosen, alone = best_fit(X), boxcox_fit(X)
    assert chosen.method == "box-cox" and chosen.interval(0.8) == alone.interval(0.8)
    unit = fit(X - X.min(), method="yeo-johnson-unit")
    assert unit.interval() == pytest.approx(unit.ci95, rel=1e-9)
    assert unit.test(unit.ci95[0]).pvalue == pytest.approx(0.05, rel=1e-6)
    assert fit(X, method="exponential", lmbda=-0.5).lmbda == -0.5


def test_transformer():
    table = np.column_stack([X, standard_normal(500, seed=6), X**2])
    table[0, 1] = 100
    fixed = PowerTransformer(lambdas={0: 0.5, "x2": 0.25}).fit(table)
    assert fixed.lambdas_[[0, 2]].tolist() == [0.5, 0.25]
    assert fixed.lambdas_[1] == PowerTransformer().fit(table).lambdas_[1]
    z = fixed.transform(table)
    assert np.allclose(z.mean(0), 0, atol=1e-12) and np.allclose(z.std(0), 1)
    assert (PowerTransformer(lambdas=[0.5, np.nan, 0.25]).fit(table).transform(table) == z).all()
    blocks = PowerTransformer(lambdas={0: 0.5, 2: 0.25})
    for block in np.array_split(table, 3):
        blocks.partial_fit(block)
    assert (blocks.transform(table) == z).all()
    robust = PowerTransformer(robust=True, round_lambda=True).fit(table)
    assert robust.lambdas_[1] == 1 and robust.summary()[1]["set_aside"] > 0
    again = PowerTransformer.from_json(robust.to_json())
    assert again.summary()[1]["set_aside"] == robust.summary()[1]["set_aside"]


@pytest.mark.parametrize(
    ("lambdas", "message"),
    [
        ({"x9": 1}, "lambdas: there is no column 'x9'"),
        ({3: 1}, "lambdas: there is no column 3"),
        ({0: np.nan}, "lambdas: a finite number for column 0, not nan"),
        ([1, 2], r"lambdas: of shape \(1,\), not \(2,\)"),
        ([np.inf], "lambdas: finite numbers"),
    ],
)
def test_wrong_lambdas(lambdas, message):
    with pytest.raises(ValueError, match=message):
        PowerTransformer(lambdas=lambdas).fit(X[:, None])


def test_intervals_of_a_table():
    table = np.column_stack([X, standard_normal(500, seed=6), X**2])
    for options in ({}, {"bounds": (0.2, 0.3)}, {"robust": True, "lambdas": {1: 2}}):
        pt = PowerTransformer(**options).fit(table)
        for j, ends in enumerate(pt.interval(0.8)):
            lmbda = (pt.lambdas or {}).get(j)
            alone = yeojohnson_fit(table[:, j], bounds=pt.bounds, robust=pt.robust, lmbda=lmbda)
            assert ends.tolist() == list(alone.interval(0.8))
    weighted = PowerTransformer(weight_type="importance").fit(X[:, None], sample_weight=X)
    assert weighted.interval() == pytest.approx(weighted.ci95_, rel=1e-9)
    assert np.isnan(PowerTransformer("log-shift").fit(table[:, :1]).interval()).all()
    with pytest.raises(ValueError, match="level: above 0 and below 1, not 0"):
        pt.interval(0)
    with pytest.raises(ValueError, match="interval: the data are gone"):
        pt.drop_sketches().interval()


def test_open_bounds():
    assert yeojohnson_fit(X, bounds=(None, None)).lmbda == yeojohnson_fit(X).lmbda
    for bounds, lmbda in (((0, None), 0), ((0.7, None), 0.7), ((None, -2), -2)):
        assert yeojohnson_fit(X, bounds=bounds).lmbda == lmbda
        pt = PowerTransformer(bounds=bounds).fit(X[:, None])
        assert pt.lambdas_.tolist() == [lmbda]
        assert pickle.loads(pickle.dumps(pt)).bounds == bounds
    with pytest.raises(ValueError, match="bounds: a pair of numbers, not"):
        yeojohnson_fit(X, bounds=(0, "1a"))
