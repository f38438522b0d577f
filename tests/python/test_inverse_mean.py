# SPDX-License-Identifier: BSD-3-Clause
"""Means and intervals on the original scale: against mpmath and a simulation."""

import math

import numpy as np
import pytest

import bellshape
from bellshape import Fit, PowerTransformer, Sketch, yeojohnson_fit
from conftest import golden, same_bits


def fit_at(x, method, lmbda):
    """The transform of a column at one lambda."""
    sketch = bellshape.Sketch(method)
    sketch.update(np.array(x))
    # The next double is the same lambda in every digit that counts; next to 0 it is a logarithm.
    return sketch.fit(bounds=(lmbda, np.nextafter(lmbda, math.inf)))


def cases():
    """Yield each column of the golden values with its rows."""
    found = []
    for row in golden("inverse_mean"):
        if "x" in row:
            found.append((row["method"], row["lambda"], row["x"], []))
        found[-1][3].append(row)
    return found


CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[1]}")
def test_exact(case):
    method, lmbda, x, rows = case
    fit = fit_at(x, method, lmbda)
    # The spread is what a mean is off by if it is wrong; far from zero x has more digits than that.
    spread, size = np.std(x), np.abs(x).max()
    for row in rows:
        for outside in ("nan", "clip"):
            exact = row[outside]
            if exact is None:
                with pytest.warns(UserWarning, match=r"^z: 1 of 1 reach beyond the image"):
                    assert math.isnan(fit.inverse_mean(row["z"], row["sd"]))
                with pytest.raises(ValueError, match=r"^z: 1 of 1 reach beyond the image"):
                    fit.inverse_mean(row["z"], row["sd"], outside="error")
            else:
                mean = fit.inverse_mean(row["z"], row["sd"], outside=outside)
                error = 1e-11 * max(abs(exact), spread) + 1e-14 * size
                assert abs(mean - exact) < error, (row, outside, mean)


def columns(rng):
    yield yeojohnson_fit(np.exp(rng.normal(size=3000)))
    yield yeojohnson_fit(rng.gumbel(size=3000))
    yield yeojohnson_fit(1013 + 5 * np.abs(rng.normal(size=3000)))
    yield yeojohnson_fit(10 - rng.gamma(2, size=3000))
    yield yeojohnson_fit(rng.normal(size=3000), standardize=False)
    sketch = bellshape.Sketch("box-cox")
    sketch.update(rng.gamma(2, size=3000))
    yield sketch.fit()


def test_simulation(rng):
    """A million samples, where nothing but `inverse` and the cap of the documentation is used."""
    e = bellshape.standard_normal(10**6, seed=11)
    for fit in columns(rng):
        for z, sd in ((0.0, 0.5), (1.5, 0.8), (-1.0, 0.2)):
            x = fit.inverse(z + sd * e, outside="clip")
            if fit.lmbda < 0:
                x = np.minimum(x, fit.max)
            if fit.lmbda > 2 and fit.method == "yeo-johnson":
                x = np.maximum(x, fit.min)
            mean = fit.inverse_mean(z, sd, outside="clip")
            assert abs(mean - x.mean()) < 4 * x.std() / 1e3
            low, high = fit.inverse_interval(z, sd, 0.9, outside="clip")
            assert abs(np.mean((low <= x) & (x <= high)) - 0.9) < 0.002 or fit.lmbda < 0


def test_lognormal():
    """The mean of a lognormal variable is known: exp(mu + sigma^2/2)."""
    fit = fit_at([1.0, 2.0, 5.0, 7.0, 30.0], "box-cox", 0.0)
    for sigma in (1e-8, 0.1, 1.0, 5.0, 15.0):
        for mu in (-30.0, 0.0, 3.0):
            z, sd = fit.transform(math.exp(mu)), sigma / fit.sd
            exact = math.exp(mu + sigma**2 / 2)
            assert math.isclose(fit.inverse_mean(z, sd), exact, rel_tol=1e-12)
            low, high = fit.inverse_interval(z, sd, 0.6826894921370859)
            assert math.isclose(low, math.exp(mu - sigma), rel_tol=1e-12)
            assert math.isclose(high, math.exp(mu + sigma), rel_tol=1e-12)
    assert fit.inverse_mean(0.0, 100.0) == math.inf


def test_shapes_and_types(rng):
    fit = yeojohnson_fit(rng.gumbel(size=300))
    z = rng.normal(size=(40, 1))
    sd = np.array([0.0, 0.1, 1.0])
    means = fit.inverse_mean(z, sd)
    assert means.shape == (40, 3) and means.dtype == np.float64
    assert same_bits(means[:, 0], fit.inverse(z[:, 0]))
    # A mean depends on its z and sd alone, and not on the threads.
    assert all(means[i, j] == fit.inverse_mean(z[i, 0], sd[j]) for i in (0, 39) for j in range(3))
    many = np.tile(z, (50, 1))
    assert same_bits(fit.inverse_mean(many, sd, n_threads=2), np.tile(means, (50, 1)))
    narrow = fit.inverse_mean(z.astype(np.float32), sd)
    low, high = fit.inverse_interval(z.astype(np.float32), 0.5)
    assert narrow.dtype == low.dtype == high.dtype == np.float32
    assert np.abs(narrow - means).max() < 1e-5
    assert fit.inverse_mean([], 1.0).shape == (0,)
    assert np.isnan(fit.inverse_mean([math.nan, math.inf], 1.0)).all()
    assert isinstance(fit, Fit) and np.ndim(fit.inverse_mean(0.0, 1.0)) == 0


def test_interval_beyond_the_image(rng):
    fit = yeojohnson_fit(np.exp(rng.normal(size=1000)))
    assert fit.lmbda < 0
    with pytest.warns(UserWarning, match=r"^z: 1 of 2 reach beyond the image"):
        low, high = fit.inverse_interval(2.0, 2.0)
    assert math.isfinite(low) and math.isnan(high)
    assert fit.inverse_interval(2.0, 2.0, outside="clip") == (low, fit.max)
    with pytest.raises(ValueError, match=r"^z: 1 of 2 reach beyond the image"):
        fit.inverse_interval(2.0, 2.0, outside="error")


def test_bounds_are_the_cure(rng):
    """lambda >= 0 has an image without an upper end: no mean is NaN."""
    x = np.exp(rng.normal(size=1000))
    fit = yeojohnson_fit(x, bounds=(0, math.inf))
    assert fit.lmbda == 0
    z = np.linspace(-5, 8, 50)
    means = fit.inverse_mean(z, 1.0, outside="error")
    assert np.isfinite(means).all() and (np.diff(means) > 0).all()
    assert (means[z > 0] > fit.inverse(z[z > 0])).all()


@pytest.mark.parametrize(
    ("arguments", "options", "text"),
    [
        ((0.0, -1.0), {}, "sd: finite numbers, 0 or above"),
        ((0.0, math.nan), {}, "sd: finite numbers, 0 or above"),
        ((0.0, math.inf), {}, "sd: finite numbers, 0 or above"),
        ((np.zeros(3), np.ones(2)), {}, "sd: of shape "),
        ((0.0, 1.0), {"outside": "zero"}, "outside: one of "),
        ((0.0, 1.0), {"n_threads": -1}, "n_threads: "),
    ],
)
def test_errors(arguments, options, text):
    fit = yeojohnson_fit([1.0, 2.0, 4.0])
    for method in (fit.inverse_mean, fit.inverse_interval):
        with pytest.raises(ValueError, match=f"^{text}"):
            method(*arguments, **options)
    with pytest.raises(ValueError, match=r"^level: above 0 and below 1, not 95"):
        fit.inverse_interval(0.0, 1.0, 95)
    with pytest.raises(TypeError, match=r"^sd: "):
        fit.inverse_mean(0.0, "a")


def skewed(rng):
    """Columns whose lambdas are below 0, about 1 and above 0."""
    return np.column_stack(
        [np.exp(rng.normal(size=500)), rng.normal(size=500), 1 + rng.gamma(2, size=500)]
    )


def test_columns_of_a_table(rng):
    X = skewed(rng)
    for method in ("yeo-johnson", "best"):
        pt = PowerTransformer(method, bounds=(0, None)).fit(X)
        Z, sd = pt.transform(X[:7]), np.array([0.1, 0.2, 0.3])
        means, ends = pt.inverse_mean(Z, sd), pt.inverse_interval(Z, sd, 0.8)
        for j in range(3):
            sketch = Sketch(method)
            sketch.update(X[:, j])
            fit = sketch.fit(bounds=(0, math.inf))
            assert same_bits(means[:, j], fit.inverse_mean(Z[:, j], sd[j]))
            for end, alone in zip(ends, fit.inverse_interval(Z[:, j], sd[j], 0.8), strict=True):
                assert same_bits(end[:, j], alone)
        narrow = pt.inverse_mean(Z.astype(np.float32), 0.1)
        assert narrow.dtype == np.float32 and narrow.shape == Z.shape
        by_row = pt.inverse_mean(Z, np.full((7, 1), 0.2))
        assert same_bits(by_row[:, 1], means[:, 1])


def test_columns_of_a_table_with_a_limit(rng):
    X = skewed(rng)[:, :2]
    pt = PowerTransformer().fit(X)
    top = np.full((2, 2), 3.0)
    with pytest.warns(UserWarning, match=r"^column 'x0': z: 2 of 2 reach beyond the image") as w:
        means = pt.inverse_mean(top, 0.5)
    assert np.isnan(means[:, 0]).all() and w[0].filename == __file__
    with pytest.warns(UserWarning, match=r"^column 'x0': z: 2 of 4 reach beyond"):
        assert np.isnan(pt.inverse_interval(top, 1)[1][:, 0]).all()
    pt.set_params(outside="clip")
    assert (pt.inverse_mean(top, 0.5)[:, 0] < X[:, 0].max()).all()
    pt.set_params(outside="error")
    with pytest.raises(ValueError, match=r"^column 'x0': z: 2 of 2 reach beyond the image"):
        pt.inverse_mean(top, 0.5)
    for sd, message in ((-1, "sd: finite numbers"), (np.ones(3), r"sd: of shape \(3,\), which")):
        with pytest.raises(ValueError, match=message):
            pt.inverse_mean(top, sd)
    with pytest.raises(ValueError, match="sd: of shape"):
        pt.inverse_mean(top, np.ones((4, 2, 2)))
    with pytest.raises(ValueError, match=r"^level: above 0 and below 1, not 1"):
        pt.inverse_interval(top, 1, 1)
    with pytest.raises(ValueError, match="column 'x0': inverse_mean: not for normal scores"):
        PowerTransformer("normal-scores").fit(X).inverse_mean(top, 1)
