# SPDX-License-Identifier: BSD-3-Clause
"""Quantiles of a sketch against numpy.quantile."""

import numpy as np
import pytest

import bellshape as b

N = 20_000
Q = np.r_[0, 1e-4, 0.001, np.linspace(0.01, 0.99, 99), 0.999, 0.99999, 1]

# The kinds of tests/common.c.
COLUMNS = {
    "lognormal": lambda rng: rng.lognormal(size=N),
    "normal": lambda rng: rng.normal(size=N),
    "gamma of both signs": lambda rng: rng.gamma(2, size=N) - 1.5,
    "cauchy": lambda rng: rng.standard_cauchy(N),
    "negative": lambda rng: -rng.lognormal(size=N),
    "air pressure": lambda rng: 1013 + rng.gumbel(0, 5, N),
    "depth": lambda rng: -1013 - rng.gumbel(0, 5, N),
    "kelvin": lambda rng: 290 + rng.lognormal(0, 0.6, N),
    "price": lambda rng: 1e5 + 5e3 * rng.exponential(size=N),
    "unix time": lambda rng: 1.7e9 + 86400 * rng.exponential(size=N),
    "pH": lambda rng: 7.4 + 0.02 * rng.gamma(2, size=N),
    "latitude": lambda rng: 52 + 0.01 * rng.exponential(size=N),
    "counts": lambda rng: np.floor(3 * rng.exponential(size=N)),
    "zeros": lambda rng: np.where(rng.random(N) < 0.9, 0, 1000 * rng.exponential(size=N)),
    "uniform": lambda rng: rng.random(N),
    "bimodal": lambda rng: rng.normal(size=N) + np.where(rng.random(N) < 0.5, 4, -2),
    "percent": lambda rng: 100 * rng.random(N) ** 0.1,
    "sizes": lambda rng: rng.lognormal(0, 4, N),
    "tiny": lambda rng: 1e-12 * rng.lognormal(0, 0.5, N),
    "rounded": lambda rng: np.round(20 * rng.lognormal(0, 0.8, N), 2),
}


def sketch_of(x, weights=None):
    sketch = b.Sketch()
    sketch.update(x, weights)
    return sketch


@pytest.mark.parametrize("make", COLUMNS.values(), ids=COLUMNS)
def test_quantiles_of_few_values_are_numpys(rng, make):
    x = make(rng)[:1000]
    sketch = sketch_of(np.r_[np.nan, x, np.inf])
    values, errors = sketch.quantile(Q, return_error=True)
    assert (values == np.quantile(x, Q)).all() and not errors.any()
    weights = rng.integers(0, 5, len(x)) / 2
    values = sketch_of(x, weights).quantile(Q[1:-1])
    assert (values == np.quantile(x, Q[1:-1], weights=weights, method="inverted_cdf")).all()


@pytest.mark.parametrize("make", COLUMNS.values(), ids=COLUMNS)
def test_quantiles_from_bins_keep_their_bounds(rng, make):
    x = make(rng)
    values, errors = sketch_of(x).quantile(Q, return_error=True)
    wanted = np.quantile(x, Q)
    assert (abs(values - wanted) <= errors).all()
    assert values[0] == x.min() and values[-1] == x.max() and (np.diff(values) >= 0).all()
    inner = (Q >= 0.05) & (Q <= 0.95)
    assert abs(values - wanted)[inner].max() <= 0.01 * x.std()
    weights = rng.integers(0, 5, N) / 2
    values, errors = sketch_of(x, weights).quantile(Q[1:-1], return_error=True)
    wanted = np.quantile(x, Q[1:-1], weights=weights, method="inverted_cdf")
    assert (abs(values - wanted) <= errors).all()


def test_shapes_and_types():
    sketch = sketch_of([1.0, 2.0, 4.0])
    assert type(sketch.quantile(0.5)) is float and sketch.quantile(0.5) == 2
    assert sketch.quantile(0.25, return_error=True) == (1.5, 0.0)
    found = sketch.quantile([[0, 1], [0.5, 0.75]])
    assert found.tolist() == [[1, 4], [2, 3]] and found.dtype == np.float64
    assert sketch.quantile([]).shape == (0,)
    found.fill(0)  # it belongs to the caller
    assert np.isnan(b.Sketch().quantile([0, 0.5])).all()


@pytest.mark.parametrize("q", [-0.1, 1.5, np.nan, [0.5, 2]])
def test_no_probability(q):
    with pytest.raises(ValueError, match=r"^q: 0 to 1, not "):
        sketch_of([1.0]).quantile(q)


@pytest.mark.parametrize("q", ["0.5", None, 1j])
def test_no_number(q):
    with pytest.raises(TypeError, match=r"^q: "):
        sketch_of([1.0]).quantile(q)


def test_return_error_is_true_or_false():
    with pytest.raises(TypeError, match="return_error"):
        sketch_of([1.0]).quantile(0.5, return_error=1)
