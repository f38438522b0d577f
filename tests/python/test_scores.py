# SPDX-License-Identifier: BSD-3-Clause
"""Normal scores of ranks: method="normal-scores"."""

import json
import pickle

import numpy as np
import pytest
from scipy import stats
from sklearn.base import clone

import bellshape

X = np.column_stack(
    [
        bellshape.standard_normal(700, seed=1),
        np.round(np.exp(bellshape.standard_normal(700, seed=2)), 1),
        np.arange(700) % 7,
    ]
)


def scores(x):
    """Compute the scores by their definition, the upper ones from above."""
    ranks = stats.rankdata(x)
    n = len(x)
    return np.where(
        ranks <= (n + 1) / 2,
        stats.norm.ppf((ranks - 0.5) / n),
        stats.norm.isf(1 - (ranks - 0.5) / n),
    )


def test_scores_are_those_of_scipy():
    for x in X.T:
        fit = bellshape.fit(x, method="normal-scores")
        np.testing.assert_allclose(fit.transform(x), scores(x), rtol=1e-12, atol=1e-13)
        np.testing.assert_array_equal(fit.inverse(fit.transform(x)), x)
        assert (fit.method, fit.count, fit.unit, fit.flags) == ("normal-scores", 700, 0.0, ())
        assert np.isnan([fit.lmbda, *fit.ci95, fit.log_likelihood, fit.lr_vs_identity]).all()
        assert fit.mean == pytest.approx(scores(x).mean(), abs=1e-13)
        assert fit.sd == pytest.approx(scores(x).std())


def test_weights_are_repeated_values():
    x, weights = np.array([3.0, 1.0, 4.0, 1.5]), np.array([2, 1, 3, 4])
    fit = bellshape.fit(x, weights, method="normal-scores")
    repeated = bellshape.fit(np.repeat(x, weights), method="normal-scores")
    new = np.linspace(-3, 9, 101)
    np.testing.assert_array_equal(fit.transform(new), repeated.transform(new))


def test_every_number_comes_back():
    fit = bellshape.fit(X[:, 0], method="normal-scores")
    new = np.linspace(-50, 50, 5001)
    z = fit.transform(new)
    assert (np.diff(z) > 0).all()
    np.testing.assert_allclose(fit.inverse(z, outside="error"), new, rtol=1e-12, atol=1e-13)
    assert fit.transform(np.inf) == np.inf
    assert np.isnan(fit.transform(np.nan))
    assert fit.transform(np.float32([1, 2])).dtype == np.float32


def test_sketches_and_merges():
    x = bellshape.standard_normal(60000, seed=3) ** 3
    parts = [bellshape.Sketch("normal-scores") for _ in range(3)]
    for part, values in zip(parts, np.split(x, 3), strict=True):
        part.update(values)
    parts[0].merge(parts[1])
    parts[0].merge(parts[2])
    fit = parts[0].fit()
    assert fit.method == parts[0].method == "normal-scores"
    assert np.sqrt(np.mean((fit.transform(x) - scores(x)) ** 2)) < 0.005
    assert np.abs(stats.norm.cdf(fit.transform(x)) - stats.norm.cdf(scores(x))).max() < 0.002
    again = bellshape.Sketch.from_bytes(parts[0].to_bytes(), "normal-scores").fit()
    np.testing.assert_array_equal(again.transform(x), fit.transform(x))


def test_power_transformer():
    pt = bellshape.PowerTransformer("normal-scores").fit(X)
    z = pt.transform(X)
    np.testing.assert_allclose(z, np.apply_along_axis(scores, 0, X), rtol=1e-12, atol=1e-13)
    np.testing.assert_array_equal(pt.inverse_transform(z), X)
    assert np.isnan(pt.lambdas_).all()
    assert np.isnan(pt.ci95_).all()
    assert pt.get_feature_names_out(["a", "b", "c"]).tolist() == ["a", "b", "c"]
    assert pt.transform(X.astype(np.float32)).dtype == np.float32
    halves = bellshape.PowerTransformer("normal-scores").partial_fit(X[:300]).partial_fit(X[300:])
    np.testing.assert_array_equal(halves.transform(X), z)
    merged = bellshape.PowerTransformer("normal-scores").fit(X[:300])
    merged.merge(bellshape.PowerTransformer("normal-scores").fit(X[300:]))
    np.testing.assert_array_equal(merged.transform(X), z)
    assert clone(pt).method == "normal-scores"
    assert "nan" not in str(pt.summary())


def test_models_keep_their_tables():
    X_constant = np.column_stack([X, np.ones(len(X))])
    pt = bellshape.PowerTransformer("normal-scores").fit(X_constant)
    z = pt.transform(X_constant)
    assert (z[:, 3] == 0).all()
    others = (pickle.loads(pickle.dumps(pt)), bellshape.PowerTransformer.from_json(pt.to_json()))
    del pt
    for other in others:
        assert other.method == "normal-scores"
        np.testing.assert_array_equal(other.transform(X_constant), z)
    fit = bellshape.fit(X[:, 1], method="normal-scores")
    again = pickle.loads(pickle.dumps(fit))
    np.testing.assert_array_equal(again.transform(X[:, 1]), fit.transform(X[:, 1]))
    assert repr(again) == repr(fit) == "Fit(method='normal-scores', count=700)"


def test_hostile_models():
    text = bellshape.PowerTransformer("normal-scores").fit([[1.0], [2.0], [4.0]]).to_json()
    for key, value in (
        ("x", [1, 4, 2]),
        ("x", [1, 2]),
        ("z", ["NaN", 0, 1]),
        ("slopes", [0, 1]),
        ("x", list(range(2000))),
    ):
        model = json.loads(text)
        model["columns"][0]["transform"]["table"][key] = value
        with pytest.raises(ValueError, match="damaged"):
            bellshape.PowerTransformer.from_json(json.dumps(model))


def test_columns_without_scores():
    for x, flags in (
        ([], ("empty",)),
        ([1.0], ("one_value",)),
        ([1.0, 1.0], ("constant",)),
        ([1.0, 2.0, 3.0, np.inf], ("infinite",)),
    ):
        fit = bellshape.fit(x, method="normal-scores")
        assert (fit.method, fit.lmbda, fit.flags) == ("yeo-johnson", 1.0, flags)


def test_what_needs_a_lambda():
    fit = bellshape.fit(X[:, 0], method="normal-scores")
    with pytest.raises(ValueError, match="profile: normal-scores has no lambda"):
        fit.profile([1.0])
    with pytest.raises(ValueError, match="inverse_mean: not for normal scores"):
        fit.inverse_mean(0.0, 1.0)
    low, high = fit.inverse_interval(0.0, 1.0)
    assert fit.transform([low, high]) == pytest.approx(stats.norm.ppf([0.025, 0.975]), rel=1e-9)
    with pytest.raises(ValueError, match="from_lambdas: normal-scores has no lambda"):
        bellshape.PowerTransformer.from_lambdas([1.0], method="normal-scores")
    with pytest.raises(ValueError, match="method: one of"):
        bellshape.yeojohnson_fit(X[:, 0], method="normal-scores")
