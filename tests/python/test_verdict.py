# SPDX-License-Identifier: BSD-3-Clause
"""Verdicts on columns, columns that are left alone, and the normality of sketches."""

import copy
import json
import pickle

import numpy as np
import pytest

import bellshape
from bellshape import PowerTransformer, Sketch, Verdict, yeojohnson_fit

ROWS = 500


@pytest.fixture
def X(rng):
    """A row number, a skewed column, a code with few values, and a column near normal."""
    return np.c_[
        np.arange(ROWS) + 1.0,
        np.exp(rng.normal(size=ROWS)),
        rng.integers(1, 6, ROWS),
        10 + rng.normal(size=ROWS),
    ]


def kinds(verdicts):
    return [verdict.kind for verdict in verdicts]


def test_words_are_those_of_the_program(X, program, tmp_path):
    np.save(tmp_path / "x.npy", X)
    columns = json.loads(program("fit", "--json", tmp_path / "x.npy"))["columns"]
    pt = PowerTransformer().fit(X)
    for found, column, x in zip(pt.verdicts_, columns, X.T, strict=True):
        assert yeojohnson_fit(x).verdicts == found
        assert len(found) == len(column["verdicts"])
        for verdict, other in zip(found, column["verdicts"], strict=True):
            assert isinstance(verdict, Verdict)
            assert {key: getattr(verdict, key) for key in other} == other
    assert kinds(pt.verdicts_[0]) == ["row_number"] and pt.verdicts_[0][0].leave
    assert kinds(pt.verdicts_[3]) == ["identity"]


def test_order_is_kept_in_parts_copies_and_pickles(X):
    whole = PowerTransformer().fit(X)
    parts = PowerTransformer()
    for block in np.array_split(X, 7):
        parts.partial_fit(block)
    assert parts.verdicts_ == whole.verdicts_
    left, right = PowerTransformer().fit(X[:200]), PowerTransformer().fit(X[200:])
    assert left.merge(right).verdicts_ == whole.verdicts_
    for same in (pickle.loads(pickle.dumps(whole)), copy.deepcopy(whole)):
        assert same.verdicts_ == whole.verdicts_
    fit = yeojohnson_fit(X[:, 0])
    assert pickle.loads(pickle.dumps(fit)).verdicts == fit.verdicts
    first, second = Sketch(), Sketch()
    first.update(X[:100, 0]), second.update(X[100:, 0])
    assert kinds((first + second).fit().verdicts) == ["identifier"]  # bytes forget the order
    first.merge(second)
    assert kinds(first.fit().verdicts) == ["row_number"]
    assert kinds(Sketch.from_bytes(first.to_bytes()).fit().verdicts) == ["identifier"]


def test_skip_leaves_columns_as_they_are(X):
    pt = PowerTransformer(skip="auto").fit(X)
    assert pt.left_alone_.tolist() == [True, False, True, True]
    Z = pt.transform(X)
    assert (Z[:, [0, 2, 3]] == X[:, [0, 2, 3]]).all()
    assert (pt.inverse_transform(Z)[:, [0, 2, 3]] == X[:, [0, 2, 3]]).all()
    plain = PowerTransformer().fit(X)
    assert (Z[:, 1] == plain.transform(X)[:, 1]).all()
    assert not plain.left_alone_.any()
    assert pt.lambdas_[[0, 2, 3]].tolist() == [1, 1, 1] and pt.lambdas_[1] == plain.lambdas_[1]
    assert pt.verdicts_ == plain.verdicts_
    assert str(pt.summary()).count("left alone") == 3
    narrow = X.astype(np.float32)
    assert (pt.transform(narrow)[:, 0] == narrow[:, 0]).all()
    # a model holds the identity
    assert (PowerTransformer.from_json(pt.to_json()).transform(X) == Z).all()
    # and what was said stays, without sketches and after pickles
    pt.drop_sketches()
    again = pickle.loads(pickle.dumps(pt))
    assert again.verdicts_ == plain.verdicts_ and (again.left_alone_ == pt.left_alone_).all()


def test_chosen_methods_and_columns_that_are_left_alone(X):
    pt = PowerTransformer("best", skip="auto").fit(X)
    Z = pt.transform(X)
    assert (Z[:, pt.left_alone_] == X[:, pt.left_alone_]).all()
    assert [len(table) > 0 for table in pt.candidates_] == (~pt.left_alone_).tolist()
    assert (PowerTransformer.from_json(pt.to_json()).transform(X) == Z).all()


def test_box_cox_leaves_zeros_of_columns_alone(X):
    pt = PowerTransformer("box-cox", skip="auto").fit(X)
    assert pt.transform(X - [1, 0, 1, 0])[0, 0] == 0
    with pytest.raises(ValueError, match="x1"):
        pt.transform(X - [0, 100, 0, 0])
    again = PowerTransformer.from_json(pt.to_json())
    assert (again.transform(X) == pt.transform(X)).all()


def test_parameters_and_missing_data(X):
    with pytest.raises(ValueError, match="skip: one of 'none', 'auto', not 'all'"):
        PowerTransformer(skip="all").fit(X)
    pt = PowerTransformer(keep_sketches=False).fit(X)
    with pytest.raises(AttributeError, match="keep_sketches"):
        _ = pt.verdicts_
    assert not pt.left_alone_.any() and "lambda 1 fits as well" in str(pt.summary())
    loaded = PowerTransformer.from_lambdas([0.0, 1.0])
    assert not hasattr(loaded, "verdicts_") and not loaded.left_alone_.any()


def test_pickles_without_facts_are_read(X):
    """As those of older versions have none."""
    state = PowerTransformer().fit(X).__getstate__()
    for key in ("_facts", "_verdicts", "_left"):
        state.pop(key, None)
    old = PowerTransformer()
    old.__setstate__(state)
    assert kinds(old.verdicts_[0]) == ["identifier"]
    assert not old.left_alone_.any()


def test_weights(X):
    """A row of weight 0 is none, in the order of rows as well."""
    x = np.r_[X[:, 0], -5.0, 3.0]
    weights = np.r_[np.ones(ROWS), 0.0, 0.0]
    assert kinds(yeojohnson_fit(x, weights).verdicts) == ["row_number"]
    assert kinds(yeojohnson_fit(x).verdicts) != ["row_number"]


@pytest.mark.parametrize("n", [200, 5000])
def test_normality_of_a_sketch(rng, n):
    x = np.exp(rng.normal(size=n))
    sketch = Sketch()
    sketch.update(x)
    fit = sketch.fit()
    for found, values in (
        (sketch.normality(), x),
        (sketch.normality(fit), fit.transform(x)),
    ):
        want = bellshape.normality(values)
        assert found.count == n and found.n == pytest.approx(n)
        assert found.mean == pytest.approx(want.mean, abs=1e-9)
        assert found.skewness == pytest.approx(want.skewness, rel=1e-6, abs=1e-8)
        assert found.qq_correlation == pytest.approx(want.qq_correlation, abs=2e-4)
        a2, exact = found.anderson_darling.statistic, want.anderson_darling.statistic
        assert a2 == pytest.approx(exact, abs=0.05, rel=0.02)
        if n <= 1000:
            assert found.shapiro_wilk.statistic == pytest.approx(want.shapiro_wilk.statistic)
        else:
            assert np.isnan(found.shapiro_wilk.statistic)
    weighted = Sketch()
    weighted.update(x, 1 + (np.arange(n) % 3))
    for kind in ("frequency", "importance"):
        want = bellshape.normality(x, weights=1 + (np.arange(n) % 3), weight_type=kind)
        assert weighted.normality(weight_type=kind).n == pytest.approx(want.n)


def test_normality_refuses():
    sketch = Sketch()
    sketch.update([-1.0, 2.0, 3.0])
    other = Sketch("box-cox")
    other.update([1.0, 2.0, 4.0])
    with pytest.raises(ValueError, match="normality"):
        sketch.normality(other.fit())
    with pytest.raises(TypeError, match=r"normality: a bellshape\.Fit"):
        sketch.normality("fit")
    with pytest.raises(ValueError, match="weight_type"):
        sketch.normality(weight_type="some")
    assert np.isnan(Sketch().normality().mean)
