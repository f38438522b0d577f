# SPDX-License-Identifier: BSD-3-Clause
"""PowerTransformer of Dask: any partition, lazy transforms, what is refused."""

import itertools
import pickle
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import bellshape
from bellshape import TableSketch, fit_batches

dask = pytest.importorskip("dask")
da = pytest.importorskip("dask.array")
dd = pytest.importorskip("dask.dataframe")

from bellshape.dask import PowerTransformer, merged, state_of  # noqa: E402

N = 6000


@pytest.fixture(autouse=True)
def threads():
    with dask.config.set(scheduler="threads", num_workers=2):
        yield


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "town": rng.choice(["Bern", "Biel"], N),
            "wave": np.where(rng.random(N) < 0.1, np.nan, rng.lognormal(size=N)),
            "heat": rng.gamma(2, size=N).astype(np.float32),
            "days": np.arange(N),
        },
        index=np.arange(N) * 2,
    )


NUMBERS = ["wave", "heat", "days"]


@pytest.fixture(scope="module")
def exact(frame):
    return bellshape.PowerTransformer().fit(frame[NUMBERS])


def ragged(frame, edges):
    parts = [frame.iloc[a:b] for a, b in zip([0, *edges], [*edges, N], strict=True)]
    return dd.from_map(lambda part: part, parts, meta=frame.iloc[:0])


def test_fits_of_data_frames(frame, exact):
    table = dd.from_pandas(frame, npartitions=13)
    model = PowerTransformer().fit(table)
    assert list(model.feature_names_in_) == NUMBERS and model.n_features_in_ == 3
    assert np.allclose(model.lambdas_, exact.lambdas_, rtol=1e-9)
    assert model.summary()[0]["missing"] == frame["wave"].isna().sum()
    assert model.to_json() == PowerTransformer().fit(table).to_json()
    assert PowerTransformer(columns=["heat"]).fit(table).n_features_in_ == 1


def test_samples_give_the_same_bits_for_any_partition(frame, tmp_path):
    found = set()
    for edges in ([], [1, 2, 3], [N // 2], range(500, N, 500), [0, 100, 100, 5999, N]):
        model = PowerTransformer(like="sample").fit(ragged(frame, list(edges)))
        found.add((model.to_json(), tuple(model._sketches.to_bytes())))
    assert len(found) == 1
    frame.to_parquet(tmp_path / "t.parquet", row_group_size=700)
    assert fit_batches(tmp_path / "t.parquet", like="sample").to_json() == model.to_json()
    assert (
        PowerTransformer(like="sample").fit(dd.read_parquet(tmp_path)).to_json() == model.to_json()
    )


def test_merges_do_not_depend_on_who_was_first(frame):
    states = []
    # Parts of few values come as values, and parts of many on grids of their own.
    for rows in (slice(0, 700), slice(700, 1500), slice(1500, 4000), slice(4000, N)):
        states.append(state_of(frame.iloc[rows], NUMBERS, None, None, "missing", 1))
    found = {merged(list(order)) for order in itertools.permutations(states)}
    assert len(found) == 1


def test_the_grids_of_another_table(frame, tmp_path):
    yesterday = TableSketch(NUMBERS)
    yesterday.update(frame.iloc[::5])
    (tmp_path / "yesterday.state").write_bytes(yesterday.to_bytes())
    found = {
        PowerTransformer(like=like).fit(dd.from_pandas(frame, npartitions=n)).to_json()
        for n, like in ((1, yesterday), (7, yesterday), (7, tmp_path / "yesterday.state"))
    }
    assert len(found) == 1
    with pytest.raises(ValueError, match="like: column 'heat' is not among"):
        PowerTransformer(like=yesterday, columns=["wave"]).fit(dd.from_pandas(frame, npartitions=2))


def test_an_ill_conditioned_fit_reads_again(rng):
    x = pd.DataFrame({"x": 1013 + rng.normal(size=20000) / 10})
    far = TableSketch()
    far.update({"x": np.exp(rng.normal(-40, 20, 5000))})
    model = PowerTransformer(like=far).fit(dd.from_pandas(x, npartitions=4))
    assert model.summary()[0]["flags"] == bellshape.PowerTransformer().fit(x).summary()[0]["flags"]


def test_lazy_transforms(frame, exact):
    table = dd.from_pandas(frame, npartitions=5)
    model = PowerTransformer().fit(table)
    lazy = model.transform(table)
    assert isinstance(lazy, dd.DataFrame) and list(lazy.columns) == list(frame.columns)
    assert lazy.dtypes.astype(str).tolist()[1:] == ["float64", "float32", "float64"]
    out = lazy.compute()
    assert out.dtypes.equals(lazy.dtypes) and out.index.equals(frame.index)
    assert out["town"].astype(object).equals(frame["town"].astype(object))
    known = bellshape.PowerTransformer.from_json(model.to_json()).transform(frame[NUMBERS])
    assert np.array_equal(out["wave"], known[:, 0], equal_nan=True)
    back = model.inverse_transform(lazy).compute()
    assert np.allclose(back[["wave", "days"]], frame[["wave", "days"]], rtol=1e-9, equal_nan=True)
    assert model.fit_transform(table).compute().equals(out)


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int64])
def test_arrays(kind, rng):
    x = (rng.gamma(2, 100, size=(5000, 3))).astype(kind)
    exact = bellshape.PowerTransformer().fit(x)
    found = set()
    for chunks in ((5000, 3), (700, 3), (1300, 1), (64, 2)):
        table = da.from_array(x, chunks=chunks)
        assert np.allclose(PowerTransformer().fit(table).lambdas_, exact.lambdas_, rtol=1e-9)
        model = PowerTransformer(like="sample").fit(table)
        found.add(model.to_json())
        lazy = model.transform(table)
        out = lazy.compute()
        assert lazy.dtype == out.dtype == (np.float32 if kind == np.float32 else np.float64)
        # In memory, too.
        assert np.array_equal(out, model.transform(x))
        tolerance = 1e-3 if kind == np.float32 else 1e-9
        assert np.allclose(model.inverse_transform(lazy).compute(), x, rtol=tolerance)
    assert len(found) == 1
    unknown = table[table[:, 0] >= 0]
    assert np.isnan(unknown.chunks[0]).all()
    assert PowerTransformer(like="sample").fit(unknown).to_json() == model.to_json()


def test_weights(frame):
    part = frame[["heat"]].assign(w=np.arange(N) % 3)
    table = dd.from_pandas(part, npartitions=3)
    repeated = bellshape.PowerTransformer().fit(part[["heat"]].loc[part.index.repeat(part["w"])])
    model = PowerTransformer().fit(table, sample_weight="w")
    assert list(model.feature_names_in_) == ["heat"]
    assert np.allclose(model.lambdas_, repeated.lambdas_, rtol=1e-9)
    with pytest.raises(TypeError, match="the name of a column or None, not"):
        PowerTransformer().fit(table, sample_weight=table["w"])


def test_tables_in_memory_and_parameters(frame, exact):
    model = PowerTransformer("box-cox", like="sample", infinite="error", bounds=(0, 1))
    assert clone(model).get_params() == model.get_params()
    assert PowerTransformer().fit(frame[NUMBERS]).to_json() == exact.to_json()
    fitted = PowerTransformer().fit(dd.from_pandas(frame, npartitions=2))
    again = pickle.loads(pickle.dumps(fitted))
    assert again.to_json() == fitted.to_json() and again.columns is None
    with pytest.raises(NotFittedError):
        PowerTransformer().transform(dd.from_pandas(frame, npartitions=2))


def test_empty_and_missing_partitions(frame, exact):
    holes = frame.copy()
    holes.loc[holes.index[:1000], "wave"] = np.nan
    table = ragged(holes, [0, 0, 500, 1000])
    model = PowerTransformer().fit(table)
    known = bellshape.PowerTransformer().fit(holes[NUMBERS])
    assert np.allclose(model.lambdas_, known.lambdas_, rtol=1e-9)
    assert len(model.transform(table).compute()) == N


def test_wrong_tables(frame):
    table = dd.from_pandas(frame, npartitions=3)
    model = PowerTransformer().fit(table)
    for call, error, text in (
        (lambda: PowerTransformer(columns=["cold"]).fit(table), ValueError, "column 'cold': "),
        (lambda: PowerTransformer(columns=["town"]).fit(table), TypeError, "column 'town': real"),
        (lambda: PowerTransformer().fit(table[["town"]]), TypeError, "none of ['town'] holds"),
        (lambda: PowerTransformer("log").fit(table), ValueError, "column 'days' has 0"),
        (lambda: PowerTransformer("cox").fit(table), ValueError, "method"),
        (
            lambda: model.transform(table[["wave"]]),
            ValueError,
            "column 'heat': this block has none",
        ),
        (lambda: model.transform(da.ones((4, 2))), ValueError, "X: of shape (4, 2)"),
        (lambda: PowerTransformer(columns=["a"]).fit(da.ones((4, 2))), ValueError, "X: an Array"),
        (
            lambda: bellshape.PowerTransformer().fit(table),
            TypeError,
            "bellshape.dask.PowerTransformer",
        ),
    ):
        with pytest.raises(error, match=re.escape(text)):
            call()
    infinite = dd.from_pandas(pd.DataFrame({"x": [1.0, np.inf, 3.0]}), npartitions=2)
    assert PowerTransformer().fit(infinite).summary()[0]["missing"] == 1
    with pytest.raises(ValueError, match="column 'x': inf in row"):
        PowerTransformer(infinite="error").fit(infinite)
