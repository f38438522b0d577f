# SPDX-License-Identifier: BSD-3-Clause
"""Transforms as expressions: what Python, DuckDB and R compute from them is the transform."""

import functools
import json
import pathlib

import numpy as np
import pandas as pd
import pytest

from bellshape import PowerTransformer

GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "expressions.json"

# Each value that is hard for one family or another, on both sides of zero.
SIZES = [0, 1e-150, 1e-300, 5e-324, 1e-20, 1e-9, 1e-3, 0.5, 1, 1.5, 2, 3, 100, 1e4, 1e9, 1e15, 1e30]
SIZES += [1e100, 1e150]


def samples():
    """Yield a name, parameters and data for every family and kind of column."""
    rng = np.random.default_rng(1)
    normal = rng.standard_normal(100)
    positive = np.exp(normal)
    for method in ["yeo-johnson", "yeo-johnson-unit", "asinh", "exponential", "identity"]:
        yield f"{method} both sides", method, 5 * normal + normal**2
        yield f"{method} narrow", method, -1e6 + normal
        yield f"{method} narrow and huge", method, 1e12 + np.round(100 * positive)
        yield f"{method} small", method, 1e-9 * positive
    for method in ["box-cox", "log", "sqrt", "log-shift"]:
        yield f"{method} wide", method, positive**5
        yield f"{method} narrow", method, 1e6 + normal
        yield f"{method} narrow and huge", method, 1e12 + np.round(100 * positive)
        yield f"{method} small", method, 1e-9 * positive
    yield "log-shift negative", "log-shift", positive - 50
    yield "asinh near 0", "asinh", np.sinh(10 * normal) + 0.3
    yield "normal-scores", "normal-scores", np.round(positive, 2)
    yield "normal-scores few", "normal-scores", np.round(positive)
    yield "normal-scores many", "normal-scores", 1e5 * np.exp(rng.standard_normal(5000))


LAMBDAS = [0, 1e-300, 1e-18, -1e-9, 1e-6, 0.5, 1 - 1e-12, 1, 2 - 1e-9, 2, 3, -1, -40, 60]


def models():
    for name, method, x in samples():
        yield name, PowerTransformer(method=method).fit(x[:, None]), x
    for method in ["yeo-johnson", "box-cox"]:
        for lmbda in LAMBDAS:
            pt = PowerTransformer.from_lambdas([lmbda], method=method)
            yield f"{method} {lmbda}", pt, np.array([0.5, 1, 2.5])


ALL = list(models())
EACH = pytest.mark.parametrize(("pt", "x"), [m[1:] for m in ALL], ids=[m[0] for m in ALL])


def column(pt, x):
    """Transform values that the class would refuse, such as infinities."""
    x = np.array(x, float)[:, None]
    pt._model.transform(x, x, 1)
    return x[:, 0]


def inverse(pt, y):
    y = np.array(y, float)[:, None]
    pt._model.inverse(y, y, 1, 0)
    return y[:, 0]


def hostile(x):
    near = x[0] * (1 + np.array([-1e-15, -1e-12, -1e-6, 1e-12, 0.3, 0.6, -0.6]))
    # Documented: values between 1e-150 and 1e150, or 0.  Yeo-Johnson takes smaller ones.
    sizes = np.array(SIZES, float)
    if (x > 1e5).all():
        sizes = sizes[(sizes == 0) | (sizes >= 1e-150)]
    return np.concatenate([x, near, sizes, -sizes, [np.inf, -np.inf, np.nan]])


def scale(f, x, y):
    """The largest of 1, abs(y) and abs(x dy/dx)."""
    step = 1e-6
    with np.errstate(all="ignore"):
        slope = np.abs(f(x * (1 + step)) - f(x * (1 - step))) / (2 * step)
        size = np.fmax(np.fmax(1, np.abs(y)), np.where(np.isfinite(slope), slope, 0))
    return np.where(np.isfinite(size), size, 1)


def assert_near(got, want, size):
    nan = np.isnan(want)
    np.testing.assert_array_equal(np.isnan(got), nan)
    infinite = np.isinf(want)
    np.testing.assert_array_equal(got[infinite], want[infinite])
    rest = ~nan & ~infinite
    error = np.abs(got[rest] - want[rest]) / size[rest]
    assert (error <= 1e-12).all(), (error.max(), got[rest][error.argmax()])


@functools.cache
def duckdb_connection():
    """One thread keeps the order of rows."""
    connection = pytest.importorskip("duckdb").connect()
    connection.execute("SET threads = 1")
    return connection


def in_python(text, x):
    return np.asarray(eval(text, {"np": np, "x": x}), float)


def in_duckdb(text, x):
    connection = duckdb_connection()
    connection.register("t", pd.DataFrame({"x0": x}))
    return connection.execute(f"SELECT {text} AS y FROM t").fetchnumpy()["y"].astype(float)


COMPUTE = pytest.mark.parametrize(
    ("dialect", "compute"), [("python", in_python), ("duckdb", in_duckdb)], ids=["python", "duckdb"]
)


@EACH
@COMPUTE
def test_forward(pt, x, dialect, compute):
    x = hostile(x)
    text = pt.expressions(dialect)["x0"]
    with np.errstate(all="ignore"):
        got = compute(text, x)
    want = column(pt, x)
    assert_near(got, want, scale(lambda v: column(pt, v), x, want))


@EACH
@COMPUTE
def test_inverse(pt, x, dialect, compute):
    y = column(pt, x)
    spread = np.ptp(y)
    edges = column(pt, [0, np.inf, -np.inf, 1e-3, 1e3])
    y = np.concatenate([y, [y.min() - spread, y.max() + spread, 0, np.nan], edges])
    y = np.concatenate([y, np.nextafter(y, np.inf), np.nextafter(y, -np.inf)])
    text = pt.expressions(dialect, inverse=True)["x0"]
    with np.errstate(all="ignore"):
        got = compute(text, y)
    want = inverse(pt, y)
    # What the rounding of y by 1e-12 of its terms does to x.
    with np.errstate(all="ignore"):
        step = 1e-12 * np.fmax(1, np.abs(y))
        moved = np.abs(inverse(pt, y + step) - inverse(pt, y - step))
        assert_inverse(got, want, moved)


def assert_inverse(got, want, moved):
    np.testing.assert_array_equal(np.isnan(got), np.isnan(want))
    rest = np.isfinite(want) & np.isfinite(moved)
    error = np.abs(got[rest] - want[rest])
    allowed = 1e-12 * np.abs(want[rest]) + moved[rest]
    assert (error <= allowed).all(), (error / allowed).max()


# ---- what other programs made of the texts: tests/golden/make_expressions.py ----

CASES = json.loads(GOLDEN.read_text())
GIVEN = pytest.mark.parametrize("given", CASES, ids=[case["name"] for case in CASES])


@GIVEN
def test_r_computed_the_same(given):
    pt = PowerTransformer.from_json(json.dumps(given["model"]))
    x, y, back = (np.array([float(v) for v in given[key]]) for key in ["x", "y", "back"])
    want = column(pt, x)
    assert_near(y, want, scale(lambda v: column(pt, v), x, want))
    with np.errstate(all="ignore"):
        step = 1e-12 * np.fmax(1, np.abs(y))
        moved = np.abs(inverse(pt, y + step) - inverse(pt, y - step))
    assert_inverse(back, inverse(pt, y), moved)


@GIVEN
def test_texts_are_those_that_were_checked(given):
    pt = PowerTransformer.from_json(json.dumps(given["model"]))
    for dialect, texts in given["texts"].items():
        assert pt.expressions(dialect)["x0"] == texts["forward"]
        assert pt.expressions(dialect, inverse=True)["x0"] == texts["inverse"]


# ---- names and mistakes ----


def test_names_are_quoted():
    names = ['say "x"', "back`tick", "semi;colon"]
    pt = PowerTransformer.from_lambdas([0.5, 1, 2], feature_names=names)
    assert list(pt.expressions()) == names
    assert '"say ""x"""' in pt.expressions("sql")[names[0]]
    assert "`back``tick`" in pt.expressions("spark")[names[1]]
    assert "`back\\`tick`" in pt.expressions("bigquery")[names[1]]
    assert pt.expressions("sql") == pt.expressions("duckdb")


def test_mistakes():
    pt = PowerTransformer.from_lambdas([0.5])
    with pytest.raises(ValueError, match=r"dialect: one of 'sql', .*, not 'perl'"):
        pt.expressions("perl")
    with pytest.raises(ValueError, match="null"):
        PowerTransformer.from_lambdas([1], feature_names=["a\0b"]).expressions("sql")
    with pytest.raises(Exception, match="not fitted"):
        PowerTransformer().expressions()


def test_python_takes_single_numbers_without_warnings():
    pt = PowerTransformer.from_lambdas([0.5], method="box-cox")
    text = pt.expressions()["x0"]
    with np.errstate(all="raise"):
        assert float(in_python(text, 4.0)) == 2.0
        assert float(in_python(text, 0)) == -2.0
        assert np.isnan(in_python(text, -1.0))
