# SPDX-License-Identifier: BSD-3-Clause
"""The examples in Python run, and do what they say."""

import runpy
import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import bellshape
from conftest import ROOT

TABLE = ROOT / "data" / "breast_cancer.csv"


@pytest.fixture
def example(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)

    def run(name, *arguments):
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        runpy.run_path(str(ROOT / "examples" / name), run_name="__main__")
        return capsys.readouterr().out

    return run


@pytest.fixture(scope="module")
def frame():
    return pd.read_csv(TABLE)


def test_duckdb(example, frame, tmp_path):
    frame.to_parquet(tmp_path / "t.parquet")
    known = bellshape.PowerTransformer().fit(frame.select_dtypes("number"))
    for path in (TABLE, "t.parquet"):
        out = example("duckdb_fit.py", path)
        assert all(name in out for name in known.feature_names_in_)
        new = pq.read_table("gaussian.parquet")
        assert new.column_names == list(frame.columns)
        numbers = new.select(list(known.feature_names_in_)).to_pandas()
        assert np.allclose(numbers, known.transform(frame.select_dtypes("number")))


def test_polars(example, frame, tmp_path):
    numbers = list(frame.select_dtypes("number"))[:3]
    frame = frame.assign(half=np.where(np.arange(len(frame)) % 2, "even", "odd"))
    frame[[*numbers, "half"]].to_csv("t.csv", index=False)
    lines = example("polars_groups.py", "t.csv", "half").splitlines()
    assert [line.split()[:2] for line in lines] == [["odd", "285"], ["even", "284"], ["all", "569"]]
    exact = bellshape.PowerTransformer().fit(frame[numbers]).lambdas_
    assert str(exact.round(2)) in lines[2]


def test_pandas(example, frame, program):
    frame[:300].to_csv("day1.csv", index=False)
    frame[300:].to_csv("day2.csv", index=False)
    out = example("pandas_chunks.py", "day1.csv", "day2.csv")
    assert "shift" in out and " 569 " in out
    assert "569 rows" in program("state", "day2.state")
