# SPDX-License-Identifier: BSD-3-Clause
"""Tables in parts where something goes wrong: a defined result, or an error that says where."""

import os
import re
import subprocess

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bellshape import TableSketch, fit_batches, transform_batches

N = 3000


@pytest.fixture(scope="module")
def table():
    x = np.random.default_rng(0).lognormal(size=N)
    return pa.table({"x": x, "y": x + 1})


def test_states_that_are_cut_or_altered_anywhere(table):
    sketch = TableSketch()
    sketch.update(table.slice(0, 1500))
    data = sketch.to_bytes()
    for i in range(len(data)):
        with pytest.raises(ValueError, match="from_bytes: "):
            TableSketch.from_bytes(data[:i])
        for bit in (1, 128):
            with pytest.raises(ValueError, match="from_bytes: "):
                TableSketch.from_bytes(data[:i] + bytes([data[i] ^ bit]) + data[i + 1 :])


def second(table, name):
    """Return what the second file of a folder holds."""
    x, at = table["x"], np.arange(N)
    return {
        "missing": lambda: table.drop_columns("y"),
        "renamed": lambda: table.rename_columns(["x", "Y"]),
        "text": lambda: pa.table({"x": x, "y": ["1"] * N}),
        "whole numbers": lambda: pa.table({"x": x, "y": at}),
        "decimals": lambda: pa.table({"x": x, "y": pa.array(at).cast(pa.decimal128(19, 0))}),
        "dictionary": lambda: pa.table({"x": x, "y": pa.array(at % 9).dictionary_encode()}),
        "infinite": lambda: pa.table({"x": x, "y": np.where(at == 7, np.inf, at)}),
        "nulls": lambda: pa.table({"x": x, "y": pa.nulls(N)}),
        "empty": lambda: table.slice(0, 0),
        "order": lambda: table.select(["y", "x"]),
    }[name]()


@pytest.mark.parametrize(
    ("name", "error", "text"),
    [
        ("missing", ValueError, "column 'y': this block has none; it has 'x'"),
        ("renamed", ValueError, "column 'y': this block has none; it has 'x', 'Y'"),
        ("text", TypeError, "column 'y': real numbers, not string"),
        ("infinite", ValueError, "column 'y': inf in row 7; infinite='missing'"),
    ],
)
@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_a_file_that_does_not_fit_is_named(name, error, text, ending, table, tmp_path):
    for i, part in enumerate((table, second(table, name))):
        if ending == "parquet":
            pq.write_table(part, tmp_path / f"{i}.parquet")
        else:
            with pa.ipc.new_file(tmp_path / f"{i}.arrow", part.schema) as out:
                out.write_table(part)
    where = f"{tmp_path}/1.{ending}: "
    for columns in (None, ["x", "y"]):
        with pytest.raises(error, match=re.escape(where + text)):
            fit_batches(tmp_path, columns, infinite="error")
    if name != "infinite":
        with pytest.raises(error, match=re.escape(where + text)):
            fit_batches(tmp_path, like="sample")
        model = fit_batches(tmp_path / f"0.{ending}")
        with pytest.raises((ValueError, TypeError), match=re.escape(where)):
            transform_batches(model, tmp_path).read_all()


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("whole numbers", 2 * N),
        ("decimals", 2 * N),
        ("dictionary", 2 * N),
        ("infinite", 2 * N - 1),
        ("nulls", N),
        ("empty", N),
        ("order", 2 * N),
    ],
)
def test_files_of_other_types(name, count, table, tmp_path):
    parts = [table, second(table, name)]
    for i, part in enumerate(parts):
        pq.write_table(part, tmp_path / f"{i}.parquet")
    known = TableSketch(["x", "y"])
    for part in parts:
        known.update(part)
    # The file of nulls comes second, and first where the columns are those of `like`.
    for like in (None, "sample", known):
        model = fit_batches(tmp_path, like=like)
        assert model.summary()[1]["count"] == count
        assert np.allclose(model.lambdas_, known.fit().lambdas_, rtol=1e-9)
    only = fit_batches(tmp_path / "1.parquet", like=known)
    assert list(only.feature_names_in_) == ["x", "y"]


def test_files_that_are_cut(table, tmp_path):
    pq.write_table(table, tmp_path / "0.parquet")
    data = (tmp_path / "0.parquet").read_bytes()
    for size in (len(data) - 1, len(data) // 2, 5):
        (tmp_path / "1.parquet").write_bytes(data[:size])
        with pytest.raises(ValueError, match=re.escape(str(tmp_path / "1.parquet"))):
            fit_batches(tmp_path)


def test_a_program_that_is_killed_leaves_no_state(program, table, tmp_path):
    assert program("version")
    rows = "\n".join(["x", *map(str, table["x"].to_pylist())]) + "\n"
    command = [
        os.environ["BELLSHAPE_PROGRAM"],
        "fit",
        "-",
        "--state-out",
        str(tmp_path / "x.state"),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as killed:
        killed.stdin.write(rows.encode()[:10000])
        killed.stdin.flush()
        killed.kill()
    assert list(tmp_path.iterdir()) == []
    found = set()
    for _ in range(2):
        subprocess.run(command, input=rows.encode(), stdout=subprocess.DEVNULL, check=True)
        found.add((tmp_path / "x.state").read_bytes())
    sketch = TableSketch()
    sketch.update({"x": table["x"].to_numpy()})
    assert found == {sketch.to_bytes()}
