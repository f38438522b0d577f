# SPDX-License-Identifier: BSD-3-Clause
"""The examples in Python run, and do what they say."""

import os
import runpy
import subprocess
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


def test_federated(frame, tmp_path):
    numbers = frame.select_dtypes("number")
    numbers[:300].to_csv(tmp_path / "1.csv", index=False)
    numbers[300:].to_csv(tmp_path / "2.csv", index=False)
    command = [sys.executable, ROOT / "examples" / "federated_fit.py", "1.csv", "2.csv"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("569 ")


@pytest.mark.skipif(not os.environ.get("BELLSHAPE_LONG"), reason="scripts/check-long scale")
def test_gloo():
    words = ["-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone"]
    command = [sys.executable, *words, ROOT / "examples" / "gloo_fit.py", TABLE]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = sorted(done.stdout.splitlines())
    assert [line.split(",")[0] for line in lines] == [
        "rank 0: 285 rows of 569",
        "rank 1: 284 rows of 569",
    ]
    assert len({line.split(",")[1] for line in lines}) == 1
