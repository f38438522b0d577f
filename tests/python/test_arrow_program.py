# SPDX-License-Identifier: BSD-3-Clause
"""`python -m bellshape` on Parquet, Arrow and folders gives the states of the program."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from bellshape import PowerTransformer, TableSketch
from bellshape.__main__ import needs_arrow
from bellshape._arrow_program import run
from bellshape._formats import FLAGS

N = 3000


@pytest.fixture
def folder(rng, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = pa.table(
        {
            "town": ["Bern", "Biel", "Chur"] * (N // 3),
            "wave": pa.array(rng.lognormal(size=N), mask=rng.random(N) < 0.1),
            "days": rng.integers(1, 4000, N),
        }
    )
    pa.csv.write_csv(table, "t.csv")
    # What the text says, so that both programs read the same numbers.
    table = pa.csv.read_csv("t.csv")
    pq.write_table(table, "t.parquet", row_group_size=1000)
    with pa.OSFile("t.arrow", "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, 1000)
    os.mkdir("parts")
    for i in range(3):
        pq.write_table(table.slice(1000 * i, 1000), f"parts/{i}.parquet")
    return tmp_path


@pytest.fixture
def ours(program):
    return lambda *words: run([*map(str, words)], os.environ["BELLSHAPE_PROGRAM"])


def test_which_arguments_need_arrow(folder):
    for words, known in (
        ("fit t.csv", False),
        ("fit t.csv -o t.parquet", False),
        ("fit t.parquet", True),
        ("fit --json --method box-cox t.arrow -o m.json", True),
        ("fit parts", True),
        ("fit --json parts", True),
        ("fit --columns parts t.csv", False),
        ("fit --columns=parts t.parquet", True),
        ("fit t.csv -o parts", False),
        ("transform -m m.json t.csv -o new.parquet", True),
        ("inverse -m m.json t.csv --output new.ARROW", True),
        ("transform -m m.json t.csv -o new.csv", False),
        ("merge t.parquet", False),
        ("stats t.parquet", False),
        ("", False),
    ):
        assert needs_arrow(words.split()) == known, words


def test_fits_are_those_of_the_program(folder, ours, program, capfd):
    program("fit", "t.csv", "--state-out", "csv.state")
    program("fit", "t.csv", "-o", "csv.json")
    for tables in (["t.parquet"], ["t.arrow"], ["parts"], [f"parts/{i}.parquet" for i in range(3)]):
        assert ours("fit", *tables, "--state-out", "our.state", "-o", "our.json") == 0
        assert (folder / "our.state").read_bytes() == (folder / "csv.state").read_bytes()
        assert json.loads((folder / "our.json").read_text()) == json.loads(
            (folder / "csv.json").read_text()
        )
    out = capfd.readouterr().out
    assert "wave" in out and "days" in out and "town" not in out
    assert ours("fit", "t.parquet", "--columns", "days", "--method", "box-cox", "--json") == 0
    (column,) = json.loads(capfd.readouterr().out)["columns"]
    assert column["name"] == "days" and column["method"] == "box-cox"


def test_states_of_parts(folder, ours, program):
    assert ours("fit", "t.parquet", "--columns", "wave", "--state-out", "sample.state") == 0
    for i in range(3):
        words = ("--like", "sample.state", "--state-out", f"{i}.state")
        assert ours("fit", f"parts/{i}.parquet", *words) == 0
    program("fit", "t.csv", "--like", "sample.state", "--state-out", "whole.state")
    program("merge", "2.state", "0.state", "1.state", "-o", "all.state")
    assert (folder / "all.state").read_bytes() == (folder / "whole.state").read_bytes()


def test_weights(folder, ours, program):
    program("fit", "t.csv", "--columns", "wave", "--weights", "days", "-o", "csv.json")
    assert ours("fit", "t.parquet", "--columns", "wave", "--weights", "days", "-o", "m.json") == 0
    ours_, theirs = (json.loads((folder / n).read_text()) for n in ("m.json", "csv.json"))
    assert np.isclose(ours_["columns"][0]["lambda"], theirs["columns"][0]["lambda"], rtol=1e-9)


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow", "parts", "t.csv"])
@pytest.mark.parametrize("suffix", [".parquet", ".feather", ".csv"])
def test_transforms(name, suffix, folder, ours, program):
    program("fit", "t.csv", "-o", "m.json")
    assert ours("transform", "-m", "m.json", name, "-o", f"new{suffix}") == 0
    assert ours("inverse", "-m", "m.json", f"new{suffix}", "-o", "again.parquet") == 0
    read = {".parquet": pq.read_table, ".csv": pa.csv.read_csv, ".feather": pa.feather.read_table}
    new, again, old = (
        read[suffix](f"new{suffix}"),
        pq.read_table("again.parquet"),
        pq.read_table("t.parquet"),
    )
    assert (
        new.column_names == old.column_names and new["town"].to_pylist() == old["town"].to_pylist()
    )
    model = PowerTransformer.from_json((folder / "m.json").read_text())
    known = model.transform(old.select(["wave", "days"]).to_pandas())
    assert np.allclose(new["wave"].to_numpy(), known[:, 0], equal_nan=True, rtol=1e-12)
    assert new["wave"].null_count == old["wave"].null_count
    assert np.allclose(again["days"].to_numpy(), old["days"].to_numpy())
    assert sorted(p.name for p in folder.iterdir() if p.name.startswith(".")) == []


def test_what_is_refused(folder, ours, program, capfd):
    program("fit", "t.csv", "-o", "m.json")
    (folder / "bad.parquet").write_bytes(b"PAR1" + bytes(90))
    (folder / "not.json").write_text("{}")
    for words, status, text in (
        ("fit bad.parquet", 1, "bellshape: bad.parquet: "),
        ("fit t.parquet t.csv", 2, "t.csv"),
        ("fit t.parquet --no-such-option", 2, "--no-such-option"),
        ("fit t.parquet --like m.json --state-out s", 1, "like: m.json: "),
        ("fit t.parquet --by town", 2, "--by"),
        ("transform -m m.json t.parquet -o new.txt", 2, "-o new.txt: a name that ends in .parquet"),
        ("transform -m not.json t.parquet -o new.parquet", 1, "not.json: "),
        ("inverse -m m.json t.parquet --outside error -o new.parquet", 1, "outside the image"),
        ("transform -m none.json t.parquet -o new.parquet", 1, "none.json"),
        ("transform -m m.json bad.parquet -o new.parquet", 1, "bad.parquet: "),
        ("transform -m m.json t.parquet -o none/new.parquet", 1, "none"),
    ):
        assert ours(*words.split()) == status, words
        assert text in capfd.readouterr().err, words
    for words in ("fit t.parquet --state-in s", "transform t.parquet -o new.parquet"):
        with pytest.raises(SystemExit, match="2"):
            ours(*words.split())
    assert not list(folder.glob("new*")) and not list(folder.glob(".bell*"))


def test_python_m_bellshape(folder):
    words = [sys.executable, "-m", "bellshape", "fit", "t.parquet", "--state-out", "s.state"]
    found = subprocess.run(words, capture_output=True, text=True)
    if "is in none of" in found.stderr:
        pytest.skip("the package has no program")
    assert found.returncode == 0 and "wave" in found.stdout, found.stderr
    assert TableSketch.from_bytes((folder / "s.state").read_bytes()).rows == N


def test_flags_are_those_of_the_program(program):
    flags, values = set(), set()
    for command in ("fit", "transform", "inverse"):
        for line in program(command, "-h").splitlines():
            found = re.match(r" +(?:-., | {4})?(--[a-z-]+)(.?)(\S*)", line)
            if found:
                value = found[2] == " " and found[3] != ""
                (values if value else flags).add(found[1])
    assert flags == FLAGS and not flags & values


def test_results_keep_what_the_file_has(folder, ours):
    assert ours("fit", "t.parquet", "-o", "m.json") == 0
    os.mkdir("there")
    Path("there/old.parquet").touch(0o640)
    os.symlink("there/old.parquet", "link.parquet")
    assert ours("transform", "-m", "m.json", "t.parquet", "-o", "link.parquet") == 0
    assert os.path.islink("link.parquet") and pq.read_table("there/old.parquet").num_rows == N
    assert os.stat("there/old.parquet").st_mode & 0o777 == 0o640
    os.chmod("there/old.parquet", 0o440)
    assert ours("transform", "-m", "m.json", "t.parquet", "-o", "link.parquet") == 1
    assert os.listdir("there") == ["old.parquet"]


def test_folders_named_like_values_are_no_tables(folder, ours):
    os.mkdir("days")
    assert ours("fit", "--columns", "days", "t.parquet", "-o", "m.json") == 0
    assert list(PowerTransformer.from_json(Path("m.json").read_text()).feature_names_in_) == [
        "days"
    ]
