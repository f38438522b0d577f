# SPDX-License-Identifier: BSD-3-Clause
"""What a fit says of its column beside its numbers."""

import pickle

import numpy as np
import pytest

import bellshape as b
from conftest import golden

CASES = [case for case in golden("yeo_johnson") if "lambda" in case]


def numbers(values):
    return np.array([np.nan if v is None else float(v) for v in values])


# ---- what a fit says of its column ----


def lost(fit, x):
    """Count the values that collapse, by the words of `Fit`."""
    values, counts = np.unique(x, return_counts=True)
    z = fit.transform(values)
    far = np.abs(fit.inverse(z) - values) > 1e-3 * x.std()
    distinct = np.diff(values) > 2.0**-48 * np.maximum(abs(values[1:]), abs(values[:-1]))
    equal = (np.diff(z) == 0) & distinct
    return counts[far | np.r_[equal, False] | np.r_[False, equal]].sum() / x.size


@pytest.mark.parametrize("standardize", [True, False])
def test_collapsed_is_the_share_of_the_values_that_are_lost(rng, standardize):
    columns = {
        "normal": rng.normal(size=800),
        "pressures": 1013 + rng.gumbel(0, 5, size=800),
        "far out": np.r_[np.zeros(900), 8000.0 * np.arange(1, 20)],
        "tiny": np.r_[10.0 ** rng.uniform(-20, 0, 800), 1e10, 3e9, 2e8, 1e10],
        "tail": np.r_[rng.normal(size=800), 1e5 * rng.pareto(0.2, 5)],
    }
    fits = {k: b.yeojohnson_fit(x, standardize=standardize) for k, x in columns.items()}
    for name, x in columns.items():
        assert fits[name].collapsed == pytest.approx(lost(fits[name], x), abs=1e-12), name
        assert ("collapsed" in fits[name].flags) == (fits[name].collapsed > 0), name
    assert fits["normal"].collapsed == 0
    # psi itself of tiny values is about x, and of pressures a constant.
    assert (fits["tiny"].collapsed > 0.1) == standardize
    assert (fits["pressures"].collapsed > 0) == (not standardize)
    if standardize:
        lost_values = fits["tiny"].collapsed * 804
        assert f"{lost_values:.6g} of 804 values collapse" in str(fits["tiny"].summary())
        pt = b.PowerTransformer().fit(columns["tiny"][:, None])
        again = pickle.loads(pickle.dumps(pt))
        assert pt.summary()[0]["collapsed"] == again.summary()[0]["collapsed"]


def test_two_values_are_told():
    fit = b.yeojohnson_fit([0.0, 0.0, 1.0, np.nan])
    assert "two_values" in fit.flags and "two values" in str(fit.summary())
    assert "two_values" not in b.yeojohnson_fit([0.0, 1.0, 2.0]).flags


@pytest.mark.parametrize("start", [0, 10**10, -(2**50)])
def test_subnormal_columns_are_standardized(start):
    """Against the same column times 2^1074, whose values are integers."""
    units = np.arange(200) ** 2 * 7919 % 1009
    x = np.ldexp((start + units).astype(float), -1074)
    e = (units - units.mean()) / units.std()
    fit = b.yeojohnson_fit(x)
    assert np.abs(fit.transform(x) - e).max() < 1e-14
    assert fit.skewness_before == pytest.approx((e**3).mean(), rel=1e-12)
    assert fit.kurtosis_after == pytest.approx((e**4).mean() - 3, rel=1e-12)
    pt = b.PowerTransformer()
    assert np.abs(pt.fit_transform(x[:, None])[:, 0] - e).max() < 1e-14


def test_box_cox_of_a_column_as_it_is():
    for x in ([5.0, 5.0, 5.0], [2.0, 8.0, np.inf], [5.0]):
        for standardize in (True, False):
            sketch = b.Sketch("box-cox")
            sketch.update(x)
            fit = sketch.fit(standardize=standardize)
            assert (fit.lmbda, fit.mean, fit.sd) == (1, 4, 1)
            assert fit.transform(7.0) == (2 if standardize else 6)


def test_columns_that_a_sketch_cannot_tell_apart_are_read_again():
    z = b.standard_normal(50000, seed=1)
    x = np.r_[5 + 10 * np.exp(z[:1100]), 5 + 1e-4 * z[1100:]]
    sketch = b.Sketch()
    sketch.update(x)
    fit = b.yeojohnson_fit(x)
    assert "ill_conditioned" in sketch.fit().flags and "ill_conditioned" not in fit.flags
    table = np.c_[z, x, z]
    for X in (table, np.asfortranarray(table)):
        pt = b.PowerTransformer().fit(X)
        assert pt.lambdas_[1] == fit.lmbda and pt.ci95_[1].tolist() == list(fit.ci95)
        assert b.PowerTransformer().partial_fit(X).lambdas_[1] == sketch.fit().lmbda
    assert b.yeojohnson_fit(x, np.full(50000, 2)).lmbda == pytest.approx(fit.lmbda, abs=1e-9)


@pytest.mark.parametrize("data", [5, 10**15, "text", [1, 2], None])
def test_bytes_alone_are_bytes(data):
    with pytest.raises(TypeError):
        b.Sketch.from_bytes(data)


def test_parts_with_one_grid_merge_into_the_same_bytes():
    x = np.exp(b.standard_normal(20000, seed=3))
    plan = b.Sketch()
    with pytest.raises(ValueError, match="settle"):
        plan.settle()
    with pytest.raises(ValueError, match="like"):
        plan.like()
    plan.update(x[::50])
    plan.settle()
    whole, parts = plan.like(), [plan.like() for _ in range(7)]
    whole.update(x)
    for part, values in zip(parts, np.array_split(x, 7), strict=True):
        part.update(values)
    for order in (parts, parts[::-1]):
        total = plan.like()
        for part in order:
            total += part
        assert total.to_bytes() == whole.to_bytes() and total.count == 20000
