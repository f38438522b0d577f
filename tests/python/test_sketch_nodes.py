# SPDX-License-Identifier: BSD-3-Clause
"""The weighted values that stand for the column of a sketch."""

import numpy as np
import pytest

import bellshape as b
from conftest import same_bits


@pytest.mark.parametrize("n", [0, 1, 37, 1024])
def test_nodes_are_the_distinct_values(rng, n):
    x = rng.normal(size=n)
    rows, sketch = np.r_[x[::-1], x, x, np.nan, np.inf], b.Sketch()
    sketch.update(rows, np.r_[np.full(n, 0.5), np.ones(2 * n), 3, 1])
    values, weights = sketch.nodes()
    assert same_bits(values, np.sort(x)) and same_bits(weights, np.full(n, 2.5))


COLUMNS = {
    "lognormal": lambda rng: rng.lognormal(size=50_000),
    "normal": lambda rng: rng.normal(size=50_000),
    "air pressure": lambda rng: 1013 + rng.gumbel(0, 5, 50_000),
    "zeros": lambda rng: np.r_[np.zeros(20_000), rng.exponential(size=30_000)],
    "wide": lambda rng: rng.lognormal(0, 5, 50_000),
}


@pytest.mark.parametrize("make", COLUMNS.values(), ids=COLUMNS)
@pytest.mark.parametrize("weighted", [False, True])
def test_nodes_stand_for_the_column(rng, make, weighted):
    x, sketch = make(rng), b.Sketch()
    w = rng.integers(0, 5, len(x)) / 4 if weighted else np.ones(len(x))
    sketch.update(x, w if weighted else None)
    values, weights = sketch.nodes()
    assert 100 < len(values) < 1300 and (np.diff(values) >= 0).all() and (weights > 0).all()
    assert values[0] >= sketch.min and values[-1] <= sketch.max
    assert weights.sum() == pytest.approx(sketch.weight, rel=1e-12)
    if x.min() == 0:
        assert weights[values == 0] == [w[x == 0].sum()]
    mean = np.average(x, weights=w)
    sd = np.average((x - mean) ** 2, weights=w) ** 0.5
    for k in range(1, 5):
        powers = ((x - mean) / sd) ** k
        found = np.average(((values - mean) / sd) ** k, weights=weights)
        assert found == pytest.approx(
            np.average(powers, weights=w), abs=1e-9 * np.average(abs(powers), weights=w)
        )
    fit, again = sketch.fit(), b.yeojohnson_fit(values, weights)
    # An end of the interval lies 1.96 standard errors from lambda.
    error = (fit.ci95[1] - fit.ci95[0]) / 3.92
    # A fit rounds weights to 2^-31 of the largest, which is that of the zeros here.
    assert abs(again.lmbda - fit.lmbda) < 1e-6 * error


def test_nodes_belong_to_the_caller(rng):
    sketch = b.Sketch("box-cox")
    sketch.update(rng.lognormal(size=3000))
    before = sketch.to_bytes()
    for array in sketch.nodes():
        array.fill(0)
    assert sketch.to_bytes() == before and sketch.nodes()[0].min() > 0
