# SPDX-License-Identifier: BSD-3-Clause
"""Sketches of tables in parts: the same bytes from any blocks, merges, and fits."""

import functools
import itertools
import os
import pickle
import re
import threading

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import bellshape
from bellshape import PowerTransformer, TableSketch

# Some kinds of columns: a few values, many values, both signs, zeros, missing, float32, constant.
N = 6000


@pytest.fixture(scope="module")
def columns():
    rng = np.random.default_rng(1)
    return {
        "income": rng.lognormal(10, 1, N),
        "change": rng.standard_t(3, N).astype(np.float32),
        "grade": rng.integers(1, 9, N),
        "rain": np.where(rng.random(N) < 0.6, 0, rng.gamma(0.7, 3, N)),
        "age": np.where(rng.random(N) < 0.3, np.nan, rng.weibull(2, N) * 40),
        "time": 1.6e9 + np.sort(rng.random(N)) * 1e7,
        "one": np.full(N, 3.0),
    }


def sketch_of(*blocks, **options):
    sketch = TableSketch(**options)
    for block in blocks:
        sketch.update(block)
    return sketch


KINDS = {
    "dict": lambda c: c,
    "lists": lambda c: {k: x if x.dtype == np.float32 else x.tolist() for k, x in c.items()},
    "pandas": pd.DataFrame,
    "pandas-arrow": lambda c: pd.DataFrame(c).convert_dtypes(dtype_backend="pyarrow"),
    "polars": pl.DataFrame,
    "table": pa.table,
    "chunks": lambda c: pa.Table.from_batches(pa.table(c).to_batches(700)),
    "batch": pa.RecordBatch.from_pydict,
}


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_of_any_library_give_the_same_bytes(kind, columns):
    sketch = sketch_of(KINDS[kind](columns))
    assert sketch.to_bytes() == sketch_of(columns).to_bytes()
    assert sketch.columns == list(columns) and sketch.rows == N
    assert (
        sketch.fit().lambdas_.tolist()
        == PowerTransformer().fit(pd.DataFrame(columns)).lambdas_.tolist()
    )


def test_any_cut_of_a_stream_gives_the_same_bytes(columns):
    table = pa.table(columns)
    for rows in (1, 64, 1000):
        part = table.slice(0, 500) if rows == 1 else table
        cut = sketch_of(*part.to_batches(rows), part.slice(0, 0))
        assert cut.to_bytes() == sketch_of(part).to_bytes()


def partition(table, parts, order, **options):
    edges = np.linspace(0, table.num_rows, parts + 1).astype(int)
    sketches = [
        sketch_of(table.slice(low, high - low), **options)
        for low, high in itertools.pairwise(edges)
    ]
    order.shuffle(sketches)
    while len(sketches) > 1:
        sketches = [
            functools.reduce(TableSketch.__add__, sketches[i : i + 3])
            for i in range(0, len(sketches), 3)
        ]
    return sketches[0].to_bytes()


def test_the_same_grids_give_the_same_bytes_for_any_partition(columns, rng):
    table = pa.table(columns)
    sample = sketch_of(table.take(np.arange(0, N, 7)))
    found = {partition(table, parts, rng, like=sample) for parts in (1, 2, 7, 40, 40)}
    assert len(found) == 1
    apart = {partition(table, parts, rng) for parts in (1, 7)}
    assert len(apart) == 2
    exact = sketch_of(columns).fit().lambdas_
    for data in found | apart:
        assert np.allclose(TableSketch.from_bytes(data).fit().lambdas_, exact, rtol=1e-9)


def test_settled_and_unsettled_sketches_are_alike(columns, tmp_path):
    first, second = sketch_of(columns), sketch_of(columns)
    second.settle()
    (tmp_path / "first.state").write_bytes(first.to_bytes())
    likes = [first, second, tmp_path / "first.state", str(tmp_path / "first.state")]
    assert len({sketch_of(columns, like=like).to_bytes() for like in likes}) == 1
    assert TableSketch(like=first).rows == 0 and TableSketch(like=first).columns == list(columns)


def test_bytes_and_pickles(columns):
    sketch = sketch_of(columns)
    for copy in (TableSketch.from_bytes(sketch.to_bytes()), pickle.loads(pickle.dumps(sketch))):
        assert copy.to_bytes() == sketch.to_bytes() and copy.rows == N
        copy.update(columns)
        assert copy.rows == 2 * N and sketch.rows == N
    empty = pickle.loads(pickle.dumps(TableSketch(infinite="error")))
    assert empty.columns is None and empty.infinite == "error"


def test_damaged_bytes(columns):
    data = sketch_of(columns).to_bytes()
    for wrong, why in (
        (b"", "not of this format"),
        (data[:-1], "damaged"),
        (data + b"0", "damaged"),
        (data[:99] + bytes([data[99] ^ 1]) + data[100:], "damaged"),
    ):
        with pytest.raises(ValueError, match="from_bytes: "):
            TableSketch.from_bytes(wrong)
        assert why
    with pytest.raises(TypeError):
        TableSketch.from_bytes("text")


def test_the_program_reads_and_writes_the_same_bytes(columns, program, tmp_path):
    os.chdir(tmp_path)
    frame = pd.DataFrame(columns)
    frame.to_csv("table.csv", index=False)
    program("fit", "table.csv", "--state-out", "program.state")
    # The program keeps float64 columns, as CSV knows no other.
    block = {name: np.asarray(pd.read_csv("table.csv")[name], float) for name in columns}
    ours = sketch_of(block)
    assert (tmp_path / "program.state").read_bytes() == ours.to_bytes()
    (tmp_path / "ours.state").write_bytes(ours.to_bytes())
    program("merge", "ours.state", "program.state", "-o", "both.state")
    both = TableSketch.from_bytes((tmp_path / "both.state").read_bytes())
    assert both.to_bytes() == (ours + ours).to_bytes() and both.rows == 2 * N
    program("fit", "--state-in", "ours.state", "-o", "model.json")
    model = PowerTransformer.from_json((tmp_path / "model.json").read_text())
    assert model.to_json() == ours.fit().to_json()


# ---- merges ----


def test_merges_with_nothing(columns):
    sketch = sketch_of(columns)
    data = sketch.to_bytes()
    assert (sketch + TableSketch()).to_bytes() == data == (TableSketch() + sketch).to_bytes()
    assert (sketch + TableSketch(list(columns))).to_bytes() == data
    sketch += sketch
    assert (
        sketch.rows == 2 * N
        and sketch.to_bytes() == (sketch_of(columns) + sketch_of(columns)).to_bytes()
    )


def test_merges_of_other_columns_name_them():
    a = sketch_of({"x": [1.0], "y": [2.0]})
    for other, text in (
        ({"x": [1.0]}, "column 'y' is not among those of the other sketch, ['x']"),
        ({"x": [1.0], "Y": [1.0]}, "column 'y' is not among"),
        ({"x": [1.0], "y": [1.0], "z": [1.0]}, "has a column 'z'"),
        ({"y": [1.0], "x": [1.0]}, "another order: column 0 is 'x', and 'y'"),
        (np.ones((1, 2)), "column 'x' is not among"),
    ):
        with pytest.raises(ValueError, match=re.escape(text)):
            a.merge(sketch_of(other))
    with pytest.raises(ValueError, match="1 columns without names, and 2"):
        sketch_of(np.ones((1, 1))).merge(sketch_of(np.ones((1, 2))))
    with pytest.raises(
        ValueError, match=r"like: column 'y' is not among those of columns, \['x'\]"
    ):
        TableSketch(["x"], like=a)
    with pytest.raises(TypeError, match="TableSketch"):
        a.merge(bellshape.Sketch())
    assert a.rows == 1


# ---- fits ----


@pytest.mark.parametrize(
    "method",
    [
        "yeo-johnson",
        "yeo-johnson-unit",
        "identity",
        "asinh",
        "exponential",
        "normal-scores",
        "best",
    ],
)
def test_fits_by_all_methods_are_those_of_the_values(method, columns):
    frame = pd.DataFrame(columns).drop(columns="change")
    ours, known = sketch_of(frame).fit(method), PowerTransformer(method).fit(frame)
    assert ours.to_json() == known.to_json()
    assert (ours.method, list(ours.feature_names_in_)) == (method, list(frame))


def test_fits_have_parameters_and_sketches(columns):
    frame = pd.DataFrame(columns)
    sketch = sketch_of(frame)
    fixed = sketch.fit(lambdas={"income": 0.5}, standardize=False, bounds=(0, 1))
    assert fixed.lambdas_[0] == 0.5 and fixed.standardize is False
    model = sketch.fit()
    model.partial_fit(frame)
    assert model.summary()[0]["count"] == 2 * N and sketch.rows == N
    assert not hasattr(sketch.fit(keep_sketches=False), "verdicts_")


def test_values_outside_the_domain_name_the_column():
    sketch = sketch_of({"x": [1.0, 2.0], "y": [0.0, 2.0]})
    for method in ("box-cox", "log"):
        with pytest.raises(ValueError, match=f"{method} takes values above 0: column 'y' has 0"):
            sketch.fit(method)
    assert sketch.fit("sqrt").n_features_in_ == 2
    with pytest.raises(ValueError, match="sqrt takes values not below 0: column 'z' has -1"):
        sketch_of({"z": [-1.0, 1.0]}).fit("sqrt")


def test_a_sketch_without_columns():
    for call in (TableSketch().fit, TableSketch().to_bytes, TableSketch().settle):
        with pytest.raises(ValueError, match="no columns yet"):
            call()
    with pytest.raises(ValueError, match="no columns yet"):
        TableSketch(like=TableSketch())
    with pytest.raises(ValueError, match="'x' is there 2 times"):
        TableSketch(["x", "x"])
    with pytest.raises(TypeError, match="a list of names"):
        TableSketch("x")
    with pytest.raises(TypeError, match="the path of a state"):
        TableSketch(like=3)


def test_tables_without_names(rng):
    x = rng.lognormal(size=(3000, 3))
    sketch = sketch_of(x[:1000], x[1000:].astype(np.float64, order="F"))
    model = sketch.fit()
    assert sketch.columns == [None] * 3 and not hasattr(model, "feature_names_in_")
    assert model.to_json() == PowerTransformer().fit(x).to_json()
    sketch.update(pd.DataFrame(x))
    assert sketch.rows == 6000


def test_threads_do_not_matter(columns):
    found = set()
    for n_threads in (1, 2, 0):
        sketch = TableSketch()
        sketch.update(columns, n_threads=n_threads)
        found.add(sketch.to_bytes())
    assert len(found) == 1


def test_many_threads_may_use_one(rng):
    x = rng.random(40000)
    barrier = threading.Barrier(8)

    def work(sketch):
        barrier.wait()
        sketch.update({"x": x})

    for sketch in [TableSketch() for _ in range(10)]:
        threads = [threading.Thread(target=work, args=(sketch,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sketch.rows == 8 * len(x)
