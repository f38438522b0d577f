# SPDX-License-Identifier: BSD-3-Clause
"""PowerTransformer: beside scikit-learn's, beside the C program, and what scikit-learn's lacks."""

import pickle

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn.preprocessing
from sklearn.base import clone
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

import bellshape as b
from bellshape import PowerTransformer
from conftest import same_bits, table

TABLES = ["breast_cancer", "penguins"]


@pytest.fixture
def X(rng):
    X = rng.lognormal(size=(2500, 3))
    X[:, 1] -= 2
    X[::7, 2] = np.nan
    return X


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("standardize", [True, False])
def test_scikit_learns_lambdas_where_it_is_right(name, standardize):
    _names, X = table(name)
    ours = PowerTransformer(standardize=standardize).fit(X)
    with np.errstate(all="ignore"):
        theirs = sklearn.preprocessing.PowerTransformer(standardize=standardize).fit(X)
    right = 0
    for j, (found, lmbda) in enumerate(zip(ours.summary(), theirs.lambdas_, strict=True)):
        sd = (found["ci95"][1] - found["ci95"][0]) / 3.92
        profile = b.yeojohnson_fit(X[:, j]).profile([found["lmbda"], lmbda])
        # ours is never the less likely one
        assert profile[0] >= profile[1] - 1e-9
        if abs(found["lmbda"] - lmbda) < 1e-4 * sd:
            right += 1
            np.testing.assert_allclose(
                ours.transform(X)[:, j], theirs.transform(X)[:, j], rtol=1e-3, atol=1e-3
            )
    # theirs misses the column `year` of the penguins
    assert right == {"breast_cancer": 30, "penguins": 4}[name]


def test_scikit_learns_own_example():
    data = [[1, 2], [3, 2], [4, 5]]
    pt = PowerTransformer().fit(data)
    np.testing.assert_allclose(pt.lambdas_, [1.386, -3.100], atol=1e-3)
    np.testing.assert_allclose(
        pt.transform(data), [[-1.316, -0.707], [0.209, -0.707], [1.106, 1.414]], atol=1e-3
    )


def test_same_api():
    ours, theirs = PowerTransformer(), sklearn.preprocessing.PowerTransformer()
    assert theirs.get_params().items() <= ours.get_params().items()
    public = {name for name in dir(theirs) if not name.startswith("_")}
    assert public <= set(dir(ours)) | {"lambdas_"}


@pytest.mark.parametrize("kind", ["f8", "f4"])
def test_layouts_and_threads_give_the_same_bits(X, kind):
    X = X.astype(kind)
    want = PowerTransformer().fit(X)
    z = want.transform(X)
    assert z.dtype == kind and np.isnan(z[::7, 2]).all() and np.isfinite(z[:, :2]).all()
    frozen = X.copy()
    frozen.flags.writeable = False
    for Y, n_threads in (
        (np.asfortranarray(X), 1),
        (X, 3),
        (np.repeat(X, 2, axis=0)[::2], 2),
        (frozen, 0),
    ):
        pt = PowerTransformer(n_threads=n_threads).fit(Y)
        assert same_bits(pt.lambdas_, want.lambdas_) and same_bits(
            np.ascontiguousarray(pt.transform(Y)), z
        )
        assert same_bits(np.ascontiguousarray(pt.inverse_transform(z)), want.inverse_transform(z))
    for j in range(3):
        fit = b.yeojohnson_fit(np.ascontiguousarray(X[:, j]))
        assert (
            fit.lmbda == want.lambdas_[j]
            and fit.ci95 == tuple(want.ci95_[j])
            and same_bits(fit.transform(X[:, j]), z[:, j].copy())
        )
    np.testing.assert_allclose(want.inverse_transform(z), X, rtol=1e-12 if kind == "f8" else 1e-4)


def test_copy(X):
    before = X.copy()
    z = PowerTransformer().fit_transform(X)
    assert same_bits(X, before)
    pt = PowerTransformer(copy=False).fit(X)
    assert same_bits(X, before) and pt.transform(X) is X and same_bits(X, z)
    assert pt.inverse_transform(X) is X
    frozen = before.copy()
    frozen.flags.writeable = False
    assert same_bits(pt.transform(frozen), z) and same_bits(frozen, before)


def test_a_hundred_blocks_make_one_fit(X):
    want, parts = PowerTransformer().fit(X), PowerTransformer()
    weights = np.random.default_rng(0).integers(0, 3, len(X))
    weighted, weighted_parts = PowerTransformer().fit(X, sample_weight=weights), PowerTransformer()
    for rows in np.array_split(np.arange(len(X)), 100):
        parts.partial_fit(X[rows])
        weighted_parts.partial_fit(X[rows], sample_weight=weights[rows])
    for one, many in ((want, parts), (weighted, weighted_parts)):
        assert (
            same_bits(one.lambdas_, many.lambdas_)
            and same_bits(one.ci95_, many.ci95_)
            and one.to_json() == many.to_json()
        )
    np.testing.assert_allclose(
        weighted.lambdas_, PowerTransformer().fit(np.repeat(X, weights, axis=0)).lambdas_, atol=1e-8
    )
    # fit forgets, partial_fit goes on
    assert (
        parts.partial_fit(X[:5]).summary()[0]["count"] == 2505
        and parts.fit(X).to_json() == want.to_json()
    )


def test_partial_fit_goes_on_from_data_alone(X):
    for pt in (
        PowerTransformer.from_json(PowerTransformer().fit(X).to_json()),
        PowerTransformer.from_lambdas([1.0] * X.shape[1]),
    ):
        before = pt.transform(X)
        with pytest.raises(ValueError, match="partial_fit: these lambdas came without the data"):
            pt.partial_fit(X)
        assert same_bits(pt.transform(X), before)
        pt.set_params(standardize=True).fit(X).partial_fit(X)
        assert pt.summary()[0]["count"] == 2 * PowerTransformer().fit(X).summary()[0]["count"]


def test_one_method_for_all_blocks(X):
    pt = PowerTransformer().fit(X).set_params(method="box-cox")
    with pytest.raises(
        ValueError, match="partial_fit: 'box-cox', but earlier blocks had 'yeo-johnson'"
    ):
        pt.partial_fit(X)
    with pytest.raises(ValueError, match="merge: 'yeo-johnson' into 'box-cox'"):
        PowerTransformer("box-cox").fit(np.exp(X / 100)).merge(pt)


def test_in_place_where_it_can_be():
    X = np.random.default_rng(0).lognormal(size=(50, 2))
    want = PowerTransformer().fit_transform(X)
    odd = np.zeros(50, [("a", "f4"), ("b", "f8", 2)])
    odd["b"] = X
    unaligned = np.frombuffer(bytearray(b"x" + X.tobytes()), "f8", offset=1).reshape(50, 2)
    for x in (odd["b"], unaligned):
        assert same_bits(PowerTransformer(copy=False).fit_transform(x), want) and same_bits(x, X)
    strided = np.repeat(X, 2, 0)[::2]
    assert np.shares_memory(
        PowerTransformer(copy=False).fit_transform(strided), strided
    ) and same_bits(strided.copy(), want)


def test_an_error_leaves_values_as_they_are():
    X = np.random.default_rng(0).lognormal(size=(50, 2))
    far = np.full((3, 2), 1e9)
    with pytest.raises(ValueError, match="values outside the image"):
        PowerTransformer(copy=False, outside="error").fit(X).inverse_transform(far)
    assert (far == 1e9).all()


def test_what_is_no_json_or_name():
    with pytest.raises(TypeError, match="from_json: a str, not bytes"):
        PowerTransformer.from_json(b"{}")
    with pytest.raises(ValueError, match="null"):
        PowerTransformer.from_lambdas([1.0], feature_names=["a\0b"]).to_json()


def test_merge(X):
    want = PowerTransformer().fit(X)
    sd = (want.ci95_[:, 1] - want.ci95_[:, 0]) / 3.92
    left, right = PowerTransformer().fit(X[:900]), PowerTransformer().partial_fit(X[900:])
    assert left.merge(right) is left and (abs(left.lambdas_ - want.lambdas_) < 1e-8 * sd).all()
    assert right.summary()[0]["count"] == 1600 and left.merge(left).summary()[0]["count"] == 5000
    named = PowerTransformer().fit(pd.DataFrame(X, columns=list("abc")))
    with pytest.raises(ValueError, match="different names"):
        left.merge(named)
    with pytest.raises(ValueError, match="1 columns into 3"):
        left.merge(PowerTransformer().fit(X[:, :1]))
    with pytest.raises(NotFittedError):
        left.merge(PowerTransformer())
    with pytest.raises(TypeError):
        left.merge(3)


def test_inverse_policies(X):
    pt = PowerTransformer(outside="nan").fit(X)
    far = np.array([[0.0, 1e9, 0.0], [1e9, -0.1, np.nan]])
    with pytest.warns(UserWarning, match="outside the image of the transform: 1 in x0, 1 in x1"):
        assert np.isnan(pt.inverse_transform(far)).tolist() == [
            [False, True, False],
            [True, False, True],
        ]
    clipped = pt.set_params(outside="clip").inverse_transform(far)
    assert clipped[1, 0] == X[:, 0].max() and clipped[0, 1] == X[:, 1].max()
    with pytest.raises(ValueError, match="1 in x0, 1 in x1"):
        pt.set_params(outside="error").inverse_transform(far)


@pytest.mark.parametrize(
    "parameters,text",
    [
        ({"method": "none"}, "method: one of"),
        ({"bounds": (2, 1)}, "bounds"),
        ({"outside": 0}, "outside"),
        ({"n_threads": -1}, "n_threads"),
    ],
)
def test_parameters_out_of_range(X, parameters, text):
    with pytest.raises(ValueError, match=text):
        PowerTransformer(**parameters).fit(X)


def test_bounds(X):
    pt = PowerTransformer(bounds=(0.5, 1.5)).fit(X)
    assert ((pt.lambdas_ >= 0.5) & (pt.lambdas_ <= 1.5)).all() and pt.lambdas_[0] == 0.5
    assert "lambda at its bound" in str(pt.summary())


def test_set_output_and_names(X):
    for frame, kind in (
        (pd.DataFrame(X, columns=list("abc")), "pandas"),
        (pl.DataFrame(X, schema=list("abc")), "polars"),
    ):
        pt = PowerTransformer().set_output(transform=kind).fit(frame)
        out = pt.transform(frame)
        assert type(out) is type(frame) and list(out.columns) == list("abc") == list(
            pt.feature_names_in_
        )
        assert (
            same_bits(out.to_numpy(), PowerTransformer().fit(X).transform(X))
            and pt.n_features_in_ == 3
        )
        assert pt.get_feature_names_out().tolist() == list("abc") and [
            row["name"] for row in pt.summary()
        ] == list("abc")
    with pytest.raises(ValueError, match="feature names"):
        pt.transform(frame.rename({"a": "z"}))
    assert pd.DataFrame(pt.summary()).shape[0] == 3


def lazy(module, name):
    """Return an object of a class that looks as if it were of another package."""
    return type(name, (list,), {"__module__": module})([[1.0], [2.0]])


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (
            lazy("dask.dataframe.dask_expr._collection", "DataFrame"),
            "DataFrame of dask.*partitions",
        ),
        (lazy("dask_expr._collection", "DataFrame"), "DataFrame of dask .*partitions"),
        (lazy("dask.array.core", "Array"), "Array of dask .*blocks"),
        (lazy("pyspark.sql.connect.dataframe", "DataFrame"), "DataFrame of pyspark "),
        (lazy("_duckdb", "DuckDBPyRelation"), "DuckDBPyRelation of duckdb .*to_arrow_reader"),
        (lazy("ray.data.dataset", "Dataset"), "Dataset of ray .*iter_batches"),
        (pl.LazyFrame({"a": [1.0, 2.0]}), "LazyFrame of polars .*collect_batches"),
    ],
)
def test_tables_that_are_not_in_memory_are_refused(X, table, text):
    for call in (
        PowerTransformer().fit,
        PowerTransformer().partial_fit,
        PowerTransformer().fit(X[:, :1]).transform,
    ):
        with pytest.raises(TypeError, match=f"^X: a {text}"):
            call(table)


def test_parts_of_a_lazy_frame_are_read(X):
    pt = PowerTransformer()
    for frame in pl.LazyFrame(X, schema=list("abc")).collect_batches(maintain_order=True):
        pt.partial_fit(frame)
    assert same_bits(pt.lambdas_, PowerTransformer().fit(X).lambdas_)


def test_summary(X):
    text = str(PowerTransformer().fit(np.c_[X, np.ones(len(X))]).summary())
    head, *rows = text.splitlines()
    assert "skewness before -> after" in head and len(rows) == 4 and rows[3].endswith("constant")


def test_in_scikit_learn(X):
    y = np.nan_to_num(X[:, 0]) > 1
    X = np.nan_to_num(X)
    pipe = make_pipeline(PowerTransformer(), LogisticRegression())
    search = GridSearchCV(
        pipe,
        {
            "powertransformer__bounds": [None, (0, 2)],
            "powertransformer__standardize": [True, False],
        },
        n_jobs=2,
        cv=3,
    )
    assert search.fit(X, y).score(X, y) > 0.95
    columns = ColumnTransformer(
        [("bell", PowerTransformer(), [0, 2])], remainder="passthrough"
    ).fit(X)
    assert same_bits(
        columns.transform(X)[:, 0].copy(),
        PowerTransformer().fit(X[:, :1]).transform(X[:, :1]).ravel(),
    )
    assert list(
        make_column_transformer((PowerTransformer(), ["a"]))
        .fit(pd.DataFrame({"a": [1.0, 2.0]}))
        .get_feature_names_out()
    ) == ["powertransformer__a"]
    bounded = PowerTransformer(bounds=(0, 1)).fit(X)
    assert clone(bounded).get_params() == bounded.get_params() and not hasattr(
        clone(bounded), "lambdas_"
    )
    fits = joblib.Parallel(n_jobs=2)(
        joblib.delayed(PowerTransformer().fit)(X[:, [j]]) for j in range(3)
    )
    assert [fit.lambdas_[0] for fit in fits] == PowerTransformer().fit(X).lambdas_.tolist()


def test_pickle(X, tmp_path):
    for pt in (PowerTransformer().fit(X), PowerTransformer().partial_fit(X)):
        joblib.dump(pt, tmp_path / "pt")
        for other in (pickle.loads(pickle.dumps(pt)), joblib.load(tmp_path / "pt")):
            assert (
                same_bits(other.transform(X), pt.transform(X)) and other.to_json() == pt.to_json()
            )
            assert (
                other.partial_fit(X).to_json()
                == pickle.loads(pickle.dumps(pt)).partial_fit(X).to_json()
            )


def test_not_fitted(X):
    pt = PowerTransformer()
    assert not hasattr(pt, "lambdas_") and not hasattr(pt, "ci95_")
    for call in (
        lambda: pt.transform(X),
        lambda: pt.inverse_transform(X),
        pt.summary,
        pt.to_json,
        lambda: pt.lambdas_,
    ):
        with pytest.raises(NotFittedError):
            call()


def test_weights_and_infinities_that_cannot_be(X):
    for weights in (-np.ones(len(X)), np.ones(3), np.full(len(X), np.nan)):
        with pytest.raises(ValueError):
            PowerTransformer().fit(X, sample_weight=weights)
    X[3, 1] = np.inf
    with pytest.raises(ValueError, match="infinity"):
        PowerTransformer().fit(X)
