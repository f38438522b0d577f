# SPDX-License-Identifier: BSD-3-Clause
"""Fits and transforms of tables that come in batches: sources, schemas, second passes, memory."""

import re
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from bellshape import PowerTransformer, TableSketch, fit_batches, transform_batches
from bellshape._sample import Sample, step_of

N = 9000


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(2)
    wave = pa.array(rng.lognormal(size=N), mask=rng.random(N) < 0.1)
    return pa.table(
        {
            "town": pa.array(rng.choice(["Bern", "Biel", "Chur"], N)),
            "wave": wave,
            "heat": rng.gamma(2, size=N).astype(np.float32),
            "days": rng.integers(0, 4000, N),
        },
        metadata={"made": "here"},
    )


@pytest.fixture(scope="module")
def exact(table):
    return PowerTransformer().fit(table.select(["wave", "heat", "days"]).to_pandas())


@pytest.fixture(scope="module")
def files(table, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    pq.write_table(table, folder / "t.parquet", row_group_size=1000)
    for name, make in (("t.arrow", pa.ipc.new_file), ("t.arrows", pa.ipc.new_stream)):
        with pa.OSFile(str(folder / name), "wb") as sink, make(sink, table.schema) as writer:
            writer.write_table(table, 700)
    pa.csv.write_csv(table, folder / "t.csv")
    (folder / "parts").mkdir()
    (folder / "parts" / "_SUCCESS").write_text("")
    for i in range(3):
        pq.write_table(table.slice(3000 * i, 3000), folder / "parts" / f"{i}.parquet")
    return folder


SOURCES = {
    "batches": lambda t, f: t.to_batches(777),
    "reader": lambda t, f: t.to_reader(777),
    "generator": lambda t, f: (part for part in t.to_batches(100)),
    "callable": lambda t, f: lambda: t.to_reader(1234),
    "table": lambda t, f: t,
    "pandas": lambda t, f: t.to_pandas(),
    "chunks": lambda t, f: (t.slice(i, 1000).to_pandas() for i in range(0, N, 1000)),
    "polars": lambda t, f: pl.DataFrame(t).iter_slices(999),
    "lazy": lambda t, f: pl.DataFrame(t).lazy(),
    "parquet": lambda t, f: f / "t.parquet",
    "arrow": lambda t, f: str(f / "t.arrow"),
    "stream": lambda t, f: f / "t.arrows",
    "folder": lambda t, f: f / "parts",
    "list": lambda t, f: [f / "parts" / f"{i}.parquet" for i in range(3)],
}


@pytest.mark.parametrize("kind", SOURCES)
def test_any_source_gives_the_same_bits(kind, table, exact, files):
    model = fit_batches(SOURCES[kind](table, files))
    assert model.to_json() == exact.to_json()
    assert list(model.feature_names_in_) == ["wave", "heat", "days"]


def test_relations_of_duckdb(table, exact):
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        connection.register("t", table)
        relation = connection.sql("select * from t")
        assert fit_batches(relation).to_json() == exact.to_json()


def test_csv(table, files):
    # Text has doubles only.
    wide = table.set_column(2, "heat", table["heat"].cast("float64"))
    read = pa.csv.read_csv(files / "t.csv")
    assert fit_batches(files / "t.csv").to_json() == fit_batches(read).to_json()
    assert np.allclose(fit_batches(files / "t.csv").lambdas_, fit_batches(wide).lambdas_, rtol=1e-6)


def test_folders_have_other_files(tmp_path):
    (tmp_path / "a.csv").write_text("x\n1\n2\n4\n")
    for name in ("_SUCCESS", ".a.csv.crc", "_temporary/0/b.csv", ".ipynb_checkpoints/a.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n100\n")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "c.csv").write_text("x\n9\n")
    assert fit_batches(tmp_path).to_json() == fit_batches([{"x": [1, 2, 4, 9]}]).to_json()


def test_columns_methods_and_parameters(table, files):
    frame = table.select(["days"]).to_pandas() + 1.0
    model = fit_batches([frame], ["days"], method="box-cox", standardize=False, n_threads=2)
    known = PowerTransformer("box-cox", standardize=False).fit(frame)
    assert model.to_json() == known.to_json() and model.n_threads == 2
    assert list(fit_batches(files / "t.parquet", ["heat"]).feature_names_in_) == ["heat"]
    with pytest.raises(ValueError, match=r"t\.parquet|column 'cold'"):
        fit_batches(files / "t.parquet", ["cold"])
    with pytest.raises(TypeError, match="column 'town': real numbers, not string"):
        fit_batches(files / "t.parquet", ["town"])
    with pytest.raises(ValueError, match="bounds"):
        fit_batches(iter([]), bounds=(2, 1))


def test_weights(table, files):
    x = table.select(["days", "heat"])
    days = np.asarray(table["days"])
    repeated = x.take(np.repeat(np.arange(N), days % 3))
    known = fit_batches(repeated, ["heat"])
    weighted = fit_batches([x.append_column("w", pa.array(days % 3))], ["heat"], weights="w")
    assert np.allclose(weighted.lambdas_, known.lambdas_, rtol=1e-9)
    assert list(fit_batches(files / "t.parquet", weights="days").feature_names_in_) == [
        "wave",
        "heat",
    ]


# ---- samples ----


def test_the_sample_does_not_depend_on_blocks(table, files):
    numbers = table.select(["wave", "heat", "days"])
    found = set()
    for rows in (1, 50, 64, 1000, N):
        for known in (0, N):
            sample, first = Sample(None, known), 0
            for batch in numbers.slice(0, 300 if rows == 1 else N).to_batches(rows):
                sample.add(first, batch)
                first += batch.num_rows
            if rows != 1:
                found.add(sample.settled().to_bytes())
                assert sample.settled().rows == 2 * sum(min(64, N - k) for k in sample.parts)
    assert len(found) == 1
    models = [
        fit_batches(SOURCES[k](table, files), like="sample").to_json()
        for k in ("batches", "table", "callable", "parquet", "folder", "arrow")
    ]
    assert len(set(models)) == 1


@pytest.mark.parametrize("rows", [4096, 4097, 8000, 8193, N])
def test_a_sample_of_unknown_length_is_that_of_a_known_one(rows):
    known, unknown, x = Sample(None, rows), Sample(None), np.arange(1.0, rows + 1)
    for first in range(0, rows, 100):
        for sample in (known, unknown):
            sample.add(first, {"x": x[first : first + 100]})
    assert unknown.step == known.step == step_of(rows)
    assert unknown.settled().to_bytes() == known.settled().to_bytes()


def test_the_places_of_a_sample():
    assert [step_of(n) for n in (0, 1, 4096, 4097, 8192, 8193, 10**12)][:6] == [
        64,
        64,
        64,
        128,
        128,
        256,
    ]
    for n in (1, 63, 64, 65, 4096, 4097, 10**6, 10**12):
        places = -(-n // step_of(n))
        assert places <= 64 and (places > 32 or n <= 4096)
    sample = Sample(["x"], 10**6)
    touched = [first for first in range(0, 10**6, 1000) if sample.touches(first, first + 1000)]
    wanted = {k // 1000 for start in range(0, 10**6, sample.step) for k in (start, start + 63)}
    assert [first // 1000 for first in touched] == sorted(wanted)


def test_samples_need_two_readings(table):
    with pytest.raises(ValueError, match="like: 'sample' reads the table twice"):
        fit_batches(table.to_reader(), like="sample")


def test_an_ill_conditioned_fit_reads_again():
    rng = np.random.default_rng(3)
    # The first values choose a grid that tells nothing of those that follow.
    x = np.concatenate([np.zeros(2000), rng.normal(1013, 5, 40000)])
    blocks = [{"x": x[i : i + 2000]} for i in range(0, x.size, 2000)]
    narrow = TableSketch()
    narrow.update({"x": np.exp(rng.normal(-30, 20, 5000))})
    calls = []
    once = fit_batches(iter(blocks), like=narrow, progress=calls.append)
    again = fit_batches(blocks, like=narrow, progress=calls.append)
    assert "ill_conditioned" in once.summary()[0]["flags"]
    assert "ill_conditioned" not in again.summary()[0]["flags"]
    assert sum(calls) == 3 * x.size
    assert np.isclose(again.lambdas_[0], PowerTransformer().fit(x[:, None]).lambdas_[0], rtol=1e-6)


# ---- transforms ----


def test_transforms_keep_the_schema(table, exact):
    reader = transform_batches(exact, table.to_reader(500))
    assert reader.schema.metadata == {b"made": b"here"}
    types = dict(zip(reader.schema.names, map(str, reader.schema.types), strict=True))
    assert types == {"town": "string", "wave": "double", "heat": "float", "days": "double"}
    out = reader.read_all()
    assert out["town"] == table["town"] and out.num_rows == N
    assert out["wave"].null_count == table["wave"].null_count > 0
    known = exact.transform(table.select(["wave", "heat", "days"]).to_pandas())
    assert np.array_equal(out["wave"].to_numpy(), known[:, 0], equal_nan=True)
    assert np.array_equal(out["days"].to_numpy(), known[:, 2])
    back = transform_batches(exact, out, inverse=True).read_all()
    assert np.allclose(back["days"].to_numpy(), table["days"].to_numpy(), rtol=1e-9)
    assert back["wave"].null_count == table["wave"].null_count
    assert np.allclose(back["heat"].to_numpy(), table["heat"].to_numpy(), rtol=1e-4)


@pytest.mark.parametrize("kind", ["pandas", "polars", "lazy", "parquet", "arrow", "callable"])
def test_transforms_of_any_source(kind, table, exact, files):
    found = transform_batches(exact, SOURCES[kind](table, files)).read_all()
    known = transform_batches(exact, table).read_all()
    assert (
        found.select(["wave", "heat", "days"])
        .cast(known.select(["wave", "heat", "days"]).schema)
        .equals(known.select(["wave", "heat", "days"]))
    )
    assert found["town"].to_pylist() == known["town"].to_pylist()


def test_transforms_are_lazy(table, exact):
    read = []

    def batches():
        for batch in table.to_batches(1000):
            read.append(batch.num_rows)
            yield batch

    reader = transform_batches(exact, batches())
    assert len(read) == 1
    reader.read_next_batch()
    assert len(read) <= 2


def test_transforms_of_tables_without_names(rng):
    x = rng.lognormal(size=(100, 2))
    model = PowerTransformer().fit(x)
    for block in (x, pd.DataFrame(x, columns=["a", "b"])):
        out = transform_batches(model, [block]).read_all()
        assert np.array_equal(
            np.column_stack([c.to_numpy() for c in out.columns]), model.transform(x)
        )
    with pytest.raises(ValueError, match="the model has 2 without names, and the table 3"):
        transform_batches(model, [np.ones((1, 3))])


def test_wrong_transforms(table, exact):
    with pytest.raises(ValueError, match="column 'days' of the model: not among"):
        transform_batches(exact, table.drop_columns(["days"]))
    with pytest.raises(TypeError, match="model: a fitted bellshape"):
        transform_batches(None, table)
    with pytest.raises(ValueError, match="there are none"):
        transform_batches(exact, [])
    text = table.set_column(3, "days", table["days"].cast("string"))
    with pytest.raises(TypeError, match="column 'days': real numbers, not string"):
        transform_batches(exact, text).read_all()
    positive = fit_batches([{"x": [1.0, 2.0, 5.0]}], method="box-cox")
    with pytest.raises(ValueError, match=re.escape("'x' has -1 in row 1")):
        transform_batches(positive, [{"x": [1.0, -1.0]}]).read_all()


def test_later_blocks_have_the_schema_of_the_first():
    model = fit_batches([{"x": [1.0, 2.0, 5.0]}])
    blocks = [{"x": [1, 2], "s": ["a", "b"], "n": [1.5, 2.5]}]
    for later, error, text in (
        ({"x": ["1"], "s": ["a"], "n": [1.0]}, TypeError, "column 'x': string in a later block"),
        ({"x": [1], "s": [2], "n": [1.0]}, TypeError, "column 's': int64 in a later block"),
        ({"x": [1], "n": [1.0], "s": ["a"]}, ValueError, "a block has the columns ['x', 'n', 's']"),
    ):
        with pytest.raises(error, match=re.escape(text)):
            transform_batches(model, [*blocks, later]).read_all()
    out = transform_batches(model, [*blocks, {"x": pa.nulls(1), "s": [None], "n": [4]}]).read_all()
    assert out["n"].to_pylist() == [1.5, 2.5, 4.0] and out["x"].null_count == 1
    # Numbers that become floats may be of any type, and others of one that the first can hold.
    out = transform_batches(model, [{"x": [1]}, {"x": [2.5]}]).read_all()
    assert out["x"].to_numpy().tolist() == model.transform(np.array([[1], [2.5]]))[:, 0].tolist()
    for single in (np.float32, np.float64):
        later = {"x": np.array([2.5, 3], np.float64)}
        out = transform_batches(model, [{"x": np.array([1, 2], single)}, later])
        assert out.schema.field("x").type == pa.from_numpy_dtype(single)
        assert out.read_all().num_rows == 4
    with pytest.raises(ValueError, match="column 'n': double in a later block, and int64 in the f"):
        transform_batches(model, [{"x": [1], "n": [1]}, {"x": [2], "n": [2.5]}]).read_all()


def test_values_that_come_from_no_x():
    bounded = fit_batches([{"x": np.exp(np.linspace(0, 5, 99))}], method="box-cox", lambdas=[-1.0])
    for outside, known in (("nan", np.nan), ("clip", np.exp(5.0))):
        bounded.set_params(outside=outside)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            out = transform_batches(bounded, [{"x": [1e6]}], inverse=True).read_all()
        assert np.allclose(out["x"].to_numpy(), known, equal_nan=True)
        assert len(caught) == (outside == "nan")
    bounded.set_params(outside="error")
    with pytest.raises(ValueError, match="outside the image of the transform: 1 in x"):
        transform_batches(bounded, [{"x": [1e6]}], inverse=True).read_all()


def test_infinities_become_limits(table, exact):
    out = transform_batches(exact, [{"wave": [np.inf], "heat": [np.inf], "days": [-np.inf]}])
    assert out.read_all()["days"][0].as_py() == -np.inf


# ---- wrong sources ----


def test_sources_that_are_none(tmp_path):
    for batches, error, text in (
        ([], ValueError, "there are none"),
        (3, TypeError, "an iterable of blocks, a path, or a callable, not builtins.int"),
        (tmp_path, ValueError, "a folder without files"),
        (tmp_path / "none.parquet", FileNotFoundError, "none.parquet"),
    ):
        with pytest.raises(error, match=text):
            fit_batches(batches)
    for name, head in (("a.parquet", b"PAR1"), ("a.arrow", b"ARROW1"), ("a.arrows", b"\xff" * 4)):
        (tmp_path / name).write_bytes(head + bytes(40))
        with pytest.raises(ValueError, match=re.escape(name)):
            fit_batches(tmp_path / name)


def test_progress(table, capsys):
    fit_batches(table.to_batches(), progress=True)
    assert "rows" in capsys.readouterr().err
