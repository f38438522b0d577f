# SPDX-License-Identifier: BSD-3-Clause
"""Weights: their scale, what they mean, and what is refused."""

import pickle

import numpy as np
import pytest
import scipy.optimize
import scipy.stats

import bellshape as b
from bellshape import PowerTransformer


@pytest.fixture
def X(rng):
    X = rng.lognormal(size=(3000, 3))
    X[:, 1] = rng.normal(1, 2, 3000)
    X[:, 2] = np.floor(5 * X[:, 2])
    return X


# ---- scale ----


@pytest.mark.parametrize("exponent", [-1060, -200, -24, 1, 31, 200, 990])
def test_powers_of_two_give_the_same_bits(X, rng, exponent):
    w = rng.integers(0, 100, len(X)).astype(float)
    scaled = np.ldexp(w, exponent)
    plain, other = (PowerTransformer().fit(X, sample_weight=v) for v in (w, scaled))
    assert (plain.lambdas_ == other.lambdas_).all()
    assert (plain.transform(X) == other.transform(X)).all()
    assert (PowerTransformer().fit_transform(X, sample_weight=scaled) == plain.transform(X)).all()
    for x in (X[:, 0], X[:500, 1].astype("f4")):
        v = scaled[: len(x)]
        fits = [b.yeojohnson_fit(x, u, weight_type="importance") for u in (w[: len(x)], v)]
        assert fits[0].lmbda == fits[1].lmbda and fits[0].ci95 == fits[1].ci95
        assert fits[0].log_likelihood == fits[1].log_likelihood
        assert fits[1].weight == fits[0].weight * 2.0**exponent
        assert (fits[0].profile([0, 1.5]) == fits[1].profile([0, 1.5])).all()
        if abs(exponent) <= 100:
            assert b.yeojohnson_fit(x, v.astype("f4")).lmbda == fits[0].lmbda


@pytest.mark.parametrize("weight", [2.9e-8, 5e-324, 1 / 3, 7, 1e300])
def test_constant_weights_are_none(X, weight):
    w = np.full(len(X), weight)
    plain = PowerTransformer().fit(X)
    weighted = PowerTransformer(weight_type="importance").fit(X, sample_weight=w)
    np.testing.assert_allclose(weighted.lambdas_, plain.lambdas_, rtol=1e-11)
    np.testing.assert_allclose(weighted.ci95_, plain.ci95_, rtol=1e-9)
    np.testing.assert_allclose(weighted.transform(X), plain.transform(X), rtol=1e-9, atol=1e-9)
    few = b.yeojohnson_fit([1, 2, 4, 8, 16, 100], [weight] * 6)
    assert few.lmbda == pytest.approx(b.yeojohnson_fit([1, 2, 4, 8, 16, 100]).lmbda, rel=1e-12)


def test_weights_that_add_up_to_1_drop_no_row(rng):
    x, w = rng.lognormal(size=10**5), rng.exponential(size=10**5)
    fit = b.yeojohnson_fit(x, w / w.sum())
    assert fit.count == len(x) and fit.weight == pytest.approx(1)
    assert fit.lmbda == pytest.approx(b.yeojohnson_fit(x, w).lmbda, abs=1e-8)
    table = PowerTransformer().fit(x[:, None], sample_weight=w / w.sum())
    assert table.summary()[0]["count"] == len(x) and table.lambdas_[0] == fit.lmbda


def test_what_is_nothing_beside_the_largest_may_go(X):
    w = np.ones(len(X))
    w[:2] = 2.0**40, 2.0**33
    pt = PowerTransformer().fit(X, sample_weight=w)
    assert [row["count"] for row in pt.summary()] == [2, 2, 2]
    assert b.yeojohnson_fit(X[:, 0], w).count == 2
    assert (w[2:] == 1).all(), "the caller's weights"


def test_partial_fit_goes_on_in_the_scale_of_fit(X, rng):
    # Multiples of 2**-40 that no sketch could keep without a scale.
    w = np.ldexp(rng.integers(1, 100, len(X)), -40)
    whole = PowerTransformer().fit(X, sample_weight=w)
    parts = PowerTransformer().fit(X[:2000], sample_weight=w[:2000])
    parts = pickle.loads(pickle.dumps(parts))
    parts.partial_fit(X[2000:], sample_weight=w[2000:])
    assert (parts.lambdas_ == whole.lambdas_).all()
    assert parts.summary()[0]["weight"] == w.sum()
    before = pickle.dumps(parts)
    for refused, where in ((2.0**-80, 3), (2.0**20, 3), (None, None)):
        v = np.ldexp(np.ones(5), -40)
        if where is None:
            v, text = None, "rows without weights have the weight 1"
        else:
            v[where], text = refused, rf"sample_weight\[{where}\] is .* by the weights of the first"
        with pytest.raises(ValueError, match=text):
            parts.partial_fit(X[:5], sample_weight=v)
        assert pickle.dumps(parts) == before
    # The units are those of the first fit alone.
    parts.fit(X).partial_fit(X)
    assert parts.summary()[0]["count"] == 2 * len(X)


# ---- meaning ----


def interval(x, w, transform, logarithm):
    """Return the maximum and the ends of the profile likelihood of weights as they are."""
    total = w.sum()

    def likelihood(lmbda):
        psi = transform(x, lmbda)
        mean = (w * psi).sum() / total
        variance = (w * (psi - mean) ** 2).sum() / total
        return -total / 2 * np.log(variance) + (lmbda - 1) * (w * logarithm).sum()

    best = scipy.optimize.minimize_scalar(
        lambda v: -likelihood(v), (-1, 2), options={"xtol": 1e-10}
    ).x
    drop = likelihood(best) - scipy.stats.chi2.ppf(0.95, 1) / 2
    ends = [
        scipy.optimize.brentq(lambda v: likelihood(v) - drop, best, best + side, xtol=1e-12)
        for side in (-3, 3)
    ]
    return best, ends, likelihood(best)


@pytest.mark.parametrize("n", [400, 3000])
def test_importance_against_scipy(rng, n):
    x, w = rng.lognormal(size=n), rng.exponential(size=n)
    effective = w.sum() ** 2 / (w**2).sum()
    best, ends, value = interval(x, w * (effective / w.sum()), scipy.stats.yeojohnson, np.log1p(x))
    sketch, right = b.Sketch(), b.Sketch()
    sketch.update(x[: n // 2], w[: n // 2])
    right.update(x[n // 2 :], w[n // 2 :])
    sketch = pickle.loads(pickle.dumps(sketch + right))
    for fit in (
        b.yeojohnson_fit(x, w, weight_type="importance"),
        pickle.loads(pickle.dumps(b.yeojohnson_fit(x, w, weight_type="importance"))),
        sketch.fit(weight_type="importance"),
    ):
        assert fit.weight_type == "importance"
        assert fit.effective_count == pytest.approx(effective, rel=1e-6)
        assert fit.lmbda == pytest.approx(best, abs=1e-6)
        np.testing.assert_allclose(fit.ci95, ends, rtol=1e-5)
        assert fit.log_likelihood == pytest.approx(value, rel=1e-6)
        drop = scipy.stats.chi2.ppf(0.95, 1) / 2
        np.testing.assert_allclose(fit.profile(fit.ci95), fit.log_likelihood - drop, rtol=1e-9)
    assert sketch.effective_count == pytest.approx(effective, rel=1e-6)
    frequency = sketch.fit()
    assert frequency.lmbda == fit.lmbda and frequency.weight == fit.weight
    best, ends, value = interval(x, w, scipy.stats.yeojohnson, np.log1p(x))
    np.testing.assert_allclose(frequency.ci95, ends, rtol=1e-5)


@pytest.mark.parametrize("method", ["yeo-johnson", "box-cox"])
def test_importance_of_tables(rng, method):
    X, w = rng.lognormal(size=(2500, 2)), rng.exponential(size=2500)
    scaled = w * (w.sum() / (w**2).sum())
    transform = scipy.stats.yeojohnson if method == "yeo-johnson" else scipy.special.boxcox
    pt = PowerTransformer(method, weight_type="importance").fit(X, sample_weight=w)
    parts = PowerTransformer(method, weight_type="importance")
    parts.partial_fit(X[:1000], sample_weight=w[:1000])
    other = PowerTransformer(method).partial_fit(X[1000:], sample_weight=w[1000:])
    parts = pickle.loads(pickle.dumps(parts.merge(other)))
    for j in range(2):
        logarithm = np.log1p(X[:, j]) if method == "yeo-johnson" else np.log(X[:, j])
        best, ends, _ = interval(X[:, j], scaled, transform, logarithm)
        for found in (pt, parts):
            assert found.lambdas_[j] == pytest.approx(best, abs=1e-6)
            np.testing.assert_allclose(found.ci95_[j], ends, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("n", [400, 3000])
def test_frequency_is_repeated_rows(X, rng, n):
    X, w = X[:n], rng.integers(0, 5, n)
    rows = PowerTransformer().fit(np.repeat(X, w, axis=0))
    weighted = PowerTransformer().fit(X, sample_weight=w)
    np.testing.assert_allclose(weighted.lambdas_, rows.lambdas_, atol=1e-9)
    np.testing.assert_allclose(weighted.ci95_, rows.ci95_, atol=1e-8)
    np.testing.assert_allclose(weighted.transform(X), rows.transform(X), atol=1e-8)


def test_weight_type_is_checked():
    for call in (
        lambda: b.yeojohnson_fit([1.0, 2.0], weight_type="survey"),
        lambda: b.Sketch().fit(weight_type=None),
        lambda: PowerTransformer(weight_type=1).fit([[1.0], [2.0]]),
    ):
        with pytest.raises(ValueError, match="weight_type: one of 'frequency', 'importance'"):
            call()


def test_rows_of_weight_0_are_absent(X):
    w = np.ones(len(X))
    w[::3] = 0
    wild = X.copy()
    wild[::3] = np.resize([1e300, -1e300, np.nan, 0], (len(X[::3]), 3))
    plain = PowerTransformer().fit(X[w > 0], sample_weight=w[w > 0])
    absent = PowerTransformer().fit(wild, sample_weight=w)
    assert plain.summary() == absent.summary()
    wild[::6] = np.inf
    for n in (300, 3000):
        x, v = wild[:n, 0], w[:n]
        fit, rest = b.yeojohnson_fit(x, v), b.yeojohnson_fit(x[v > 0], v[v > 0])
        assert fit.summary() == rest.summary()
        sketch, other = b.Sketch(), b.Sketch()
        sketch.update(x, v)
        other.update(x[v > 0])
        assert sketch.fit().summary() == other.fit().summary()
        assert (sketch.count, sketch.missing, sketch.infinite) == (sum(v > 0), 0, 0)


# ---- what is refused ----


@pytest.mark.parametrize(
    ("weight", "text"),
    [
        (2.0**-25, "above 2..-25 and at most 2..31; multiply all weights by one power of two"),
        (5e-324, "above 2..-25"),
        (2.0**31 + 1, "at most 2..31"),
        (-1, "finite and not negative"),
        (np.nan, "finite and not negative"),
        (np.inf, "finite and not negative"),
    ],
)
def test_a_sketch_refuses_before_anything_changes(X, weight, text):
    w = np.ones(len(X))
    w[2999] = weight
    sketch, pt = b.Sketch(), PowerTransformer().partial_fit(X)
    sketch.update(X[:, 0])
    before, rows = sketch.to_bytes(), pickle.dumps(pt)
    with pytest.raises(ValueError, match=rf"^weights\[2999\] is .*{text}"):
        sketch.update(X[:, 0], w)
    assert sketch.to_bytes() == before
    # scikit-learn speaks of negative and infinite weights itself.
    with pytest.raises(ValueError):
        pt.partial_fit(X, sample_weight=w)
    if np.isfinite(weight) and weight > 0:
        with pytest.raises(ValueError, match=rf"^sample_weight\[2999\] is .*{text}"):
            pt.partial_fit(X, sample_weight=w)
    assert pickle.dumps(pt) == rows
    sketch.update(X[:5, 0], [2.0**-24, 2.0**31, 0, 1, 2])


@pytest.mark.parametrize("n", [500, 3000])
def test_sums_of_weights_end_at_2_60(X, n):
    X, w = X[:n], np.full(n, 2.0**31)
    sketch, pt = b.Sketch(), PowerTransformer().partial_fit(X, sample_weight=w)
    sketch.update(X[:, 0], w)
    lmbda, lambdas = sketch.fit().lmbda, pt.lambdas_
    with pytest.raises(ValueError, match=r"^merge: weights, or rows, would add up to more than"):
        for _ in range(40):
            before = sketch.to_bytes()
            sketch += sketch
    with pytest.raises(ValueError, match=r"^merge: weights, or rows, would add up to more than"):
        for _ in range(40):
            rows = pickle.dumps(pt)
            pt.merge(pt)
    assert sketch.to_bytes() == before and sketch.weight < 2**60
    assert sketch.fit().lmbda == pytest.approx(lmbda, abs=1e-10)
    assert pickle.loads(pickle.dumps(sketch)).fit().lmbda == sketch.fit().lmbda
    assert pickle.dumps(pt) == rows
    np.testing.assert_allclose(pt.lambdas_, lambdas, atol=1e-10)


def test_updates_end_at_2_60():
    sketch = b.Sketch()
    sketch.update([3.0], [2.0**31])
    for _ in range(28):
        sketch += sketch
        sketch.update([3.0], [2.0**31])
    before = sketch.to_bytes()
    assert sketch.weight == 2.0**60 - 2.0**31
    with pytest.raises(ValueError, match=r"^update: weights, or rows, would add up"):
        sketch.update([1.0, 2.0], [2.0**30, 2.0**30])
    assert sketch.to_bytes() == before
    sketch.update([1.0, 2.0], [2.0**30, 2.0**29])


def test_more_rows_than_a_fit_takes():
    x, w = np.array([[1.0], [2], [3], [5], [8]]), np.full(5, 1e308)
    for method in ("yeo-johnson", "best", "normal-scores"):
        with pytest.raises(ValueError, match="frequency weights add up to too many rows"):
            PowerTransformer(method).fit(x, sample_weight=w)
        PowerTransformer(method, weight_type="importance").fit(x, sample_weight=w)
