# SPDX-License-Identifier: BSD-3-Clause
"""Writes expressions.json: what R computes from the expressions of bellshape, and SQL that parses.

    PYTHONPATH=tests/python python tests/golden/make_expressions.py

It needs bellshape, Rscript and sqlglot.  For each model of a choice of those in
tests/python/test_expressions.py the file has the model, the texts of R, Spark and BigQuery in both
directions, values of x, and what R made of these: y by the first text, and x again by the second.
sqlglot has parsed the texts of SQL; nobody has run them, as DuckDB runs its own in the tests.
"""

import json
import pathlib
import subprocess

import numpy as np
import sqlglot

from test_expressions import hostile, models

DIRECTIONS = {"forward": False, "inverse": True}
CHOSEN = ["both sides", "wide", "narrow", "near 0", "scores few", " 0", " 2", " -1", " 1e-300"]


def by_r(text, x):
    numbers = ", ".join(
        {"nan": "NaN", "inf": "Inf", "-inf": "-Inf"}.get(t := repr(v), t) for v in x
    )
    program = f'x <- c({numbers}); cat(sprintf("%.17g", {text}), sep = "\\n")'
    lines = subprocess.run(
        ["Rscript", "--vanilla", "-"], input=program, capture_output=True, text=True, check=True
    )
    assert "Warning" not in lines.stderr, lines.stderr
    # R has a kind of NaN of its own for what is missing.
    return ["nan" if line in ("NA", "NaN") else float(line) for line in lines.stdout.split()]


def case(name, pt, x):
    texts = {}
    for dialect in ["r", "spark", "bigquery"]:
        texts[dialect] = {
            k: pt.expressions(dialect, inverse=v)["x0"] for k, v in DIRECTIONS.items()
        }
    for dialect in ["spark", "bigquery"]:
        for text in texts[dialect].values():
            sqlglot.parse_one(f"SELECT {text} FROM t", read=dialect)
    x = hostile(x[:8]).tolist()
    y = by_r(texts["r"]["forward"], x)
    back = by_r(texts["r"]["inverse"], [float(v) for v in y])
    numbers = {k: [repr(float(v)) for v in a] for k, a in {"x": x, "y": y, "back": back}.items()}
    return {"name": name, "model": json.loads(pt.to_json()), "texts": texts, **numbers}


cases = [
    case(name, pt, np.asarray(x, float))
    for name, pt, x in models()
    if any(name.endswith(end) for end in CHOSEN)
]
path = pathlib.Path(__file__).with_name("expressions.json")
path.write_text(json.dumps(cases, indent=1) + "\n")
print(len(cases), "models,", path.stat().st_size, "bytes")
