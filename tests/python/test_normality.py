# SPDX-License-Identifier: BSD-3-Clause
"""normality() against golden values, in any layout; and its errors."""

import array
import math

import numpy as np
import pytest

import bellshape
from conftest import golden, same_bits

TESTS = [
    name
    for name in bellshape.Normality._fields
    if isinstance(getattr(bellshape.normality([1.0, 2.0]), name), bellshape.NormalityTest)
]


def numbers(found):
    """All that a result holds, as one list."""
    return [
        number for field in found for number in (field if isinstance(field, tuple) else (field,))
    ]


def test_golden_columns():
    results = 0
    for column in golden("normality"):
        found = bellshape.normality(column["x"])
        for name, true in column["exact"].items():
            ours = getattr(found, name)
            ours = ours.statistic if name in TESTS else ours
            assert ours == pytest.approx(true, rel=1e-10, abs=1e-13), (column["name"], name)
        for source in ("r", "scipy"):
            for name, (statistic, p) in column[source].items():
                ours = getattr(found, name)
                assert ours.statistic == pytest.approx(statistic, rel=1e-10, abs=1e-13)
                assert ours.p_value == pytest.approx(p, rel=1e-8, abs=0), (column["name"], name)
                results += 1
    assert len(TESTS) == 7 and results > 220


def test_fields_are_consistent(rng):
    x = rng.gamma(3, size=400)
    found, moments = bellshape.normality(x), bellshape.moments(x)
    assert found.count == found.n == 400 and found.missing == found.infinite == 0
    assert found.mean == pytest.approx(moments.mean, rel=1e-14)
    assert found.sd == pytest.approx(x.std(ddof=1), rel=1e-14)
    assert found.skewness == pytest.approx(moments.skewness, rel=1e-12)
    assert found.kurtosis == pytest.approx(moments.kurtosis, rel=1e-12)
    assert found.shapiro_francia.statistic == found.qq_correlation**2
    assert found.lilliefors.statistic == found.distance
    assert found.pearson_per_df == found.pearson.statistic / found.pearson_df
    assert found.pearson_classes == math.ceil(2 * 400**0.4) == found.pearson_df + 3


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_axes_are_those_of_numpy(rng, kind):
    x = rng.lognormal(size=(4, 30, 3)).astype(kind)
    x[1, 2, 2], x[3, 29, 0] = np.nan, np.inf
    for layout in (x, np.asfortranarray(x), x[::-1, ::-1], np.repeat(x, 2, axis=1)[:, ::2]):
        for axis in (0, 1, 2, -1, -2):
            found = bellshape.normality(layout, axis)
            moved = np.moveaxis(layout, axis, -1)
            for index in np.ndindex(moved.shape[:-1]):
                one = bellshape.normality(np.array(moved[index]))
                for ours, theirs in zip(numbers(found), numbers(one), strict=True):
                    assert ours.shape == moved.shape[:-1] and same_bits(ours[index], theirs)
    assert bellshape.normality(x, None) == bellshape.normality(x.reshape(-1))


def test_arrays_without_lines_or_values():
    found = bellshape.normality(np.empty((5, 0)))
    assert found.mean.shape == found.lilliefors.p_value.shape == found.count.shape == (0,)
    found = bellshape.normality(np.empty((0, 2)))
    assert found.count.tolist() == [0, 0] and np.isnan(found.distance).all()
    assert bellshape.normality([]).count == 0


def test_buffers_and_other_numbers(rng):
    x = rng.normal(size=50)
    wanted = bellshape.normality(x)
    assert bellshape.normality(array.array("d", x)) == wanted
    assert bellshape.normality(x.tolist()) == wanted
    assert bellshape.normality(np.arange(9)) == bellshape.normality(np.arange(9.0))


def test_weights(rng):
    x, weights = rng.gamma(2, size=200), rng.integers(0, 4, 200)
    found = bellshape.normality(x, weights=weights)
    repeated = bellshape.normality(np.repeat(x, weights))
    assert numbers(found)[3:] == pytest.approx(numbers(repeated)[3:], rel=1e-9)
    found = bellshape.normality(x, weights=weights, weight_type="importance")
    assert found.n == pytest.approx(weights.sum() ** 2 / (weights**2).sum(), rel=1e-12)
    both = bellshape.normality(np.column_stack([x, x + 1]), weights=weights)
    assert both.n.tolist() == [weights.sum()] * 2


def test_threads_change_nothing(rng):
    x = rng.normal(size=100000)
    assert repr(bellshape.normality(x)) == repr(bellshape.normality(x, n_threads=3))


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"x": [[1.0]], "axis": 2}, ValueError, "axis 2: x has 2 dimensions"),
        ({"x": [1.0], "axis": 1.5}, TypeError, "float"),
        ({"x": ["a"]}, TypeError, "x: "),
        ({"x": [1.0, 2.0], "weights": [1.0]}, ValueError, "weights: one for each of the 2 rows"),
        ({"x": [1.0, 2.0], "weights": [1.0, -1.0]}, ValueError, r"weights\[1\] is -1.0"),
        ({"x": [1.0], "weights": [2.0**60]}, ValueError, "weights: "),
        ({"x": [1.0], "weight_type": "other"}, ValueError, "weight_type: one of"),
        ({"x": [1.0], "n_threads": -1}, ValueError, "n_threads: 0 to 1024, not -1"),
    ],
)
def test_errors(arguments, error, text):
    with pytest.raises(error, match=text):
        bellshape.normality(**arguments)
