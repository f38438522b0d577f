# SPDX-License-Identifier: BSD-3-Clause
"""The unit of x that is estimated together with lambda: method="yeo-johnson-unit"."""

import csv
import pickle
import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import bellshape

DATA = Path(__file__).parents[2] / "data"


def columns(name):
    """The columns of numbers of a table, without missing values."""
    with open(DATA / name, newline="") as file:
        rows = list(csv.DictReader(file))
    for key in rows[0]:
        values = [row[key] for row in rows if row[key] not in ("", "NA")]
        try:
            yield key, np.array(values, float)
        except ValueError:
            continue


def fit(x, method="yeo-johnson-unit", **options):
    return bellshape.yeojohnson_fit(x, method=method, **options)


def likelihood(x, unit, lmbda):
    """That of x by SciPy: dx is `unit` times d(x/unit)."""
    return stats.yeojohnson_llf(lmbda, x / unit) - len(x) * np.log(unit)


SAMPLES = {
    "gamma of both signs": stats.gamma.rvs(2, size=300, random_state=1) - 1.5,
    "with zeros": np.maximum(stats.norm.rvs(0.5, size=300, random_state=2), 0),
    "negative": -stats.lognorm.rvs(0.7, size=300, random_state=3),
    "smoothness_error": dict(columns("breast_cancer.csv"))["smoothness_error"],
}


@pytest.mark.parametrize("name", SAMPLES)
def test_likelihood_is_that_of_scipy(name):
    x = SAMPLES[name]
    f = fit(x)
    assert f.log_likelihood == pytest.approx(likelihood(x, f.unit, f.lmbda), abs=1e-7, rel=1e-11)
    lambdas = f.lmbda + np.array([-0.5, 0.1, 2])
    expected = [likelihood(x, f.unit, lmbda) for lmbda in lambdas]
    np.testing.assert_allclose(f.profile(lambdas), expected, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(f.log_likelihood - f.profile(f.ci95), 1.920729, atol=1e-5)


def test_showpiece():
    x = dict(columns("breast_cancer.csv"))["fractal_dimension_error"]
    f = fit(x)
    assert f.log_likelihood == pytest.approx(3636.2837, abs=1e-4)
    assert (f.method, f.unit) == ("box-cox", 0)
    _, lmbda = stats.boxcox(x)
    assert f.lmbda == pytest.approx(lmbda, abs=1e-5)
    assert fit(x, "yeo-johnson").log_likelihood == pytest.approx(3614.0791, abs=1e-4)


@pytest.mark.parametrize("table", ["breast_cancer.csv", "penguins.csv", "randhie.csv"])
def test_never_worse_than_either(table):
    for name, x in columns(table):
        f, yeo_johnson = fit(x), fit(x, "yeo-johnson")
        # A unit of 1 that is below the bound would praise the zeros.
        if not (x.min() == 0 and f.unit > 1):
            assert f.log_likelihood >= yeo_johnson.log_likelihood - 1e-3, name
        if x.min() > 0:
            sketch = bellshape.Sketch("box-cox")
            sketch.update(x)
            box_cox = sketch.fit()
            assert f.log_likelihood >= box_cox.log_likelihood, name
            if f.unit == 0:
                assert f.lmbda == box_cox.lmbda
        z = f.transform(x)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            back = f.inverse(z)
        np.testing.assert_allclose(back, x, rtol=1e-9, atol=1e-9 * x.std())


@pytest.mark.parametrize("factor", [1e-30, 1e-5, 1 / 3, 1e4, 1e30])
@pytest.mark.parametrize("name", SAMPLES)
def test_scale_does_not_matter(name, factor):
    x = SAMPLES[name]
    f, other = fit(x), fit(x * factor)
    np.testing.assert_allclose(other.transform(x * factor), f.transform(x), atol=1e-12, rtol=0)
    assert other.unit == pytest.approx(f.unit * factor, rel=1e-6)


def test_table():
    X = np.column_stack([*[*SAMPLES.values()][:3], np.ones(300), np.exp(SAMPLES["negative"])])
    pt = bellshape.PowerTransformer("yeo-johnson-unit").fit(X)
    single = [fit(x) for x in X.T]
    assert pt.units_.tolist() == [f.unit for f in single]
    assert pt.lambdas_.tolist() == [f.lmbda for f in single]
    assert not pt.units_.flags.writeable
    assert "unit" in str(pt.summary()) and "unit" not in str(fit(X[:, 0], "yeo-johnson").summary())
    Z = pt.transform(X)
    np.testing.assert_allclose(pt.inverse_transform(Z), X, rtol=1e-10, atol=1e-12)
    Z32 = pt.transform(X.astype(np.float32))
    assert Z32.dtype == np.float32
    np.testing.assert_allclose(Z32, Z, rtol=1e-5, atol=1e-5)
    for other in (
        pickle.loads(pickle.dumps(pt)),
        bellshape.PowerTransformer.from_json(pt.to_json()),
    ):
        assert other.method == "yeo-johnson-unit"
        np.testing.assert_array_equal(other.transform(X), Z)
        np.testing.assert_array_equal(other.units_, pt.units_)


def test_sketches_serve_it():
    x = SAMPLES["gamma of both signs"]
    a, b = bellshape.Sketch("yeo-johnson-unit"), bellshape.Sketch("yeo-johnson-unit")
    a.update(x[:100])
    b.update(x[100:])
    both = a + b
    assert both.method == "yeo-johnson-unit"
    assert both.fit().unit == fit(x).unit
    plain = bellshape.Sketch()
    plain.update(x)
    again = bellshape.Sketch.from_bytes(plain.to_bytes(), "yeo-johnson-unit")
    assert again.fit().lmbda == fit(x).lmbda


def test_errors():
    with pytest.raises(ValueError, match="method: one of 'yeo-johnson', 'yeo-johnson-unit'"):
        fit([1.0, 2.0], "box-cox")
    X = np.exp(SAMPLES["negative"])[:, None]
    pt = bellshape.PowerTransformer("yeo-johnson-unit").fit(X)
    if pt.units_[0] == 0:
        with pytest.raises(ValueError, match="strictly positive data: 'x0' has -"):
            pt.transform(-X)


def test_nothing_to_estimate():
    for x in ([], [2.0], [3.0, 3.0]):
        f = fit(x)
        assert (f.method, f.unit, f.lmbda) == ("yeo-johnson", 1, 1)
