# SPDX-License-Identifier: BSD-3-Clause
import csv
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def rng():
    return np.random.default_rng(1)


@pytest.fixture(scope="session")
def program():
    """Runs the C program: program("fit", "x.npy", "-o", "m.json"); needs BELLSHAPE_PROGRAM."""
    path = os.environ.get("BELLSHAPE_PROGRAM")
    if not path:
        pytest.skip("BELLSHAPE_PROGRAM is not set")
    return lambda *args, stdin=None: (
        subprocess.run(
            [path, *map(str, args)], check=True, capture_output=True, text=True, input=stdin
        ).stdout
    )


def table(name):
    """A real table as (names, floats); the columns that are numbers throughout or missing."""
    with open(ROOT / "data" / f"{name}.csv", newline="") as file:
        head, *rows = csv.reader(file)

    def numbers(cells):
        try:
            return [float(cell) if cell not in ("", "NA") else np.nan for cell in cells]
        except ValueError:
            return None

    columns = {
        name: numbers(cells) for name, cells in zip(head, zip(*rows, strict=True), strict=True)
    }
    columns = {name: cells for name, cells in columns.items() if cells is not None}
    return list(columns), np.array(list(columns.values())).T


def golden(name):
    with open(ROOT / "tests" / "golden" / f"{name}.json") as file:
        return json.load(file)


def same_bits(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
