# SPDX-License-Identifier: BSD-3-Clause
"""What arrays go in, without copies, and what is said of those that do not."""

import array
import ctypes
import gc
import sys
import threading

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import bellshape as b
from bellshape._convert import floats

X = np.random.default_rng(0).lognormal(size=5000)
WANT = b.moments(X)


class Arrow:
    """Only the capsules of an object."""

    def __init__(self, inner, *names):
        for name in names or ("__arrow_c_array__", "__arrow_c_stream__"):
            if hasattr(inner, name):
                setattr(self, name, getattr(inner, name))


class Dlpack:
    def __init__(self, inner, device=(1, 0)):
        self.__dlpack__ = inner.__dlpack__
        self.__dlpack_device__ = lambda: device


def read_only(a):
    a = a.copy()
    a.flags.writeable = False
    return a


SAME = {
    "ndarray": X,
    "read-only": read_only(X),
    "ctypes": (ctypes.c_double * 5000)(*X),
    "array.array": array.array("d", X),
    "memoryview": memoryview(X),
    "strided": np.repeat(X, 3)[::3],
    "negative stride": X[::-1].copy()[::-1],
    "list": X.tolist(),
    "big-endian": X.astype(">f8"),
    "unaligned": np.frombuffer(b"x" + X.tobytes(), "u1")[1:].view("f8"),
    "odd stride": np.ndarray(
        5000, "f8", np.c_[X, X].astype([("a", "f8"), ("b", "f8")]).tobytes(), 0, (32,)
    ),
    "dlpack": Dlpack(X),
    "pandas": pd.Series(X),
    "pandas, Arrow": pd.Series(X, dtype=pd.ArrowDtype(pa.float64())),
    "polars": pl.Series(X),
    "polars, two chunks": pl.concat([pl.Series(X[:77]), pl.Series(X[77:])], rechunk=False),
    "pyarrow": pa.array(X),
    "pyarrow, sliced": pa.array(np.r_[1.0, X, 2.0])[1:-1],
    "pyarrow, chunked": pa.chunked_array([X[:1], X[1:]]),
    "only capsules": Arrow(pa.array(X)),
    "only a stream": Arrow(pa.chunked_array([X])),
}


@pytest.mark.parametrize("x", SAME.values(), ids=SAME)
def test_every_container_gives_the_same_bits(x):
    assert b.moments(x) == WANT
    fit = b.yeojohnson_fit(x)
    assert (fit.lmbda, fit.ci95) == (b.yeojohnson_fit(X).lmbda, b.yeojohnson_fit(X).ci95)
    assert b.yeojohnson(x, 0.5).tobytes() == b.yeojohnson(X, 0.5).tobytes()


ORDERED = {
    k: SAME[k]
    for k in (
        "dlpack",
        "pandas",
        "polars",
        "pyarrow",
        "pyarrow, sliced",
        "only capsules",
        "only a stream",
    )
}


@pytest.mark.parametrize("x", ORDERED.values(), ids=ORDERED)
def test_no_copies(x):
    a = floats(x)
    # two looks at one object lie at one address only if neither is a copy
    assert a.ctypes.data == floats(x).ctypes.data and (a is x or not a.flags.owndata)


def test_memory_outlives_its_container():
    a = floats(pl.Series(X.copy()))
    junk = [np.zeros(5000) for _ in range(50)]
    assert a.tobytes() == X.tobytes() and junk


@pytest.mark.parametrize("kind", ["f4", "f2", "i1", "u2", "i4", "u8", "i8", "?"])
def test_other_numbers(kind):
    x = np.array([0, 1, 1, 0, 1]).astype(kind)
    found = b.moments(x)
    assert (found.count, found.mean, found.max) == (5, 0.6, 1)
    for other in (pl.Series(x), pa.array(x), pd.Series(x)):
        assert b.moments(other) == found


@pytest.mark.parametrize("kind", ["f8", "f4", "i4", "?"])
def test_arrow_null_is_missing(kind):
    cells = [None, 1, 0, None, 1, 1, None, 1, 0, 1, None]
    if kind == "?":
        cells = [None if cell is None else bool(cell) for cell in cells]
    wanted = pa.array(
        cells, {"f8": pa.float64(), "f4": pa.float32(), "i4": pa.int32(), "?": pa.bool_()}[kind]
    )
    for x in (wanted, wanted[1:], wanted[3:9], pl.from_arrow(wanted)):
        found = b.moments(Arrow(x))
        numbers = (
            [v for v in x.to_pylist() if v is not None]
            if hasattr(x, "to_pylist")
            else x.drop_nulls().to_list()
        )
        assert (found.count, found.missing) == (len(numbers), len(x) - len(numbers))
        assert found.mean == pytest.approx(np.mean(numbers), rel=1e-15)
    assert b.moments(pa.nulls(3)).missing == 3
    assert b.moments(pa.array([], pa.float64())).count == 0


def test_tables_of_arrow():
    names, rows = ["a", "b", "c"], X[:4998].reshape(-1, 3)
    want = b.moments(rows).mean.tolist()
    columns = dict(zip(names, rows.T, strict=True))
    for x in (
        pl.DataFrame(columns),
        pa.table(columns),
        pd.DataFrame(columns),
        pa.record_batch(columns),
        pa.table(columns).slice(0),
    ):
        assert b.moments(x).mean.tolist() == want
    sliced = Arrow(pa.record_batch(columns).slice(2, 7))
    assert b.moments(sliced).mean.tolist() == b.moments(rows[2:9]).mean.tolist()
    with pytest.raises(TypeError, match=r"x\['t'\]: real numbers, not Arrow's type 'vu'"):
        b.moments(pl.DataFrame({"a": [1.0], "t": ["text"]}))


def test_table_of_ctypes():
    rows = (ctypes.c_float * 3 * 2)((1, 2, 3), (4, 5, 9))
    assert b.moments(rows).mean.tolist() == [2.5, 3.5, 6] and b.moments(
        rows, axis=1
    ).mean.tolist() == [2, 6]


def test_an_index_of_pandas_is_no_column():
    want = b.moments(X[:4].reshape(2, 2))
    for index in (
        [10, 20],
        ["x", "y"],
        pd.MultiIndex.from_tuples([(1, 2), (3, 4)]),
        pd.Index([1.0, 2.0], name="town"),
    ):
        for frame in (
            pd.DataFrame(X[:4].reshape(2, 2), index=index),
            pd.DataFrame({"a": X[:4:2], "b": X[1:4:2]}, index=index),
        ):
            assert b.moments(frame).mean.tolist() == want.mean.tolist()
            assert list(frame.index) == list(index)
        assert b.moments(pd.Series([1, None], index=index, dtype="Int64")).missing == 1


def test_null_rows_of_a_table():
    struct = pa.StructArray.from_arrays(
        [X[:4], pa.array([1, None, 3, 4])], ["a", "b"], mask=pa.array([False, False, True, False])
    )
    assert b.moments(struct).count.tolist() == [3, 2]
    assert b.moments(struct[1:]).max.tolist() == [max(X[1], X[3]), 4]
    assert b.yeojohnson_fit(struct.field(0)).transform(struct).shape == (4, 2)
    with pytest.raises(TypeError, match=r"x\['a'\]: real numbers, not Arrow's type '\+s'"):
        b.moments(pa.array([{"a": {"b": 1.0}}]))


@pytest.mark.parametrize("kind", ["f8", "f4", "i4", object])
def test_masked_is_missing(kind):
    x = np.ma.array([1, 2, 999, 4], kind, mask=[0, 0, 1, 0])
    assert b.moments(x)[:4] == (3, 1, 0, 7 / 3)
    assert b.yeojohnson_fit(x).count == 3 and np.isnan(b.yeojohnson(x, 0.5)).tolist() == [
        False,
        False,
        True,
        False,
    ]
    assert floats(x).dtype == (np.float32 if kind == "f4" else np.float64)


def test_a_stream_that_ends():
    def reader():
        return pa.RecordBatchReader.from_batches(
            pa.schema([("a", pa.float64())]), [pa.record_batch({"a": X[:100]})]
        )

    want = b.yeojohnson_fit(X[:100], X[:100])
    assert (
        b.yeojohnson_fit(reader(), X[:100]).lmbda
        == b.yeojohnson_fit(X[:100], X[:100].tolist()).lmbda
        == want.lmbda
    )


def test_numbers_too_large():
    with pytest.raises(ValueError, match="x: int too large"):
        b.moments([10**400, 1])
    with pytest.raises(MemoryError):
        b.moments(np.broadcast_to(np.float32(1), (1, 2**60)))


@pytest.mark.parametrize(
    "x",
    [
        "text",
        ["a", "b"],
        [1j],
        object(),
        None,
        b"bytes",
        np.array(["2020"], "M8[Y]"),
        {"a": 1},
        pl.Series(["a"]),
    ],
    ids=repr,
)
def test_no_numbers(x):
    for function in (
        b.moments,
        b.yeojohnson_fit,
        b.Sketch().update,
        lambda x: b.yeojohnson(x, 1),
        lambda x: b.yeojohnson(1.0, x),
    ):
        with pytest.raises(TypeError):
            function(x)


def test_another_device():
    with pytest.raises(TypeError, match="x: lies on another device"):
        b.moments(Dlpack(X, device=(2, 0)))


def test_ragged_list():
    with pytest.raises((TypeError, ValueError)):
        b.moments([[1.0, 2.0], [3.0]])


@pytest.mark.parametrize(
    "n_threads,error",
    [(-1, ValueError), (1025, ValueError), (1.0, TypeError), ("2", TypeError), (True, TypeError)],
)
def test_threads_out_of_range(n_threads, error):
    for function in (b.moments, b.yeojohnson_fit, b.Sketch().update):
        with pytest.raises(error, match="n_threads"):
            function([1.0, 2.0], n_threads=n_threads)


def test_no_reference_is_lost():
    things = [X, X[::2], SAME["polars"], SAME["only capsules"]]
    weights = np.ones(5000)

    def use():
        for x in things:
            b.moments(x)
            b.Sketch().update(x)
            b.yeojohnson(x, [[0.5], [1.5]])
            for bad in (
                lambda x=x: b.moments(x, axis=3),
                lambda x=x: b.Sketch().update(x, weights[:1]),
            ):
                with pytest.raises(ValueError):
                    bad()
        b.yeojohnson_fit(X, weights)

    use()
    # Cycles that other tests have left may refer to X.
    gc.collect()
    before = [sys.getrefcount(x) for x in (*things, weights)]
    for _ in range(10):
        use()
    assert [sys.getrefcount(x) for x in (*things, weights)] == before


def test_what_a_container_gives_is_given_back():
    class Container:
        def __array__(self, dtype=None, copy=None):
            return X

    before = sys.getrefcount(X)
    for _ in range(10):
        b.moments(Container())
        b.Sketch().update(Container(), Container())
        b.yeojohnson_fit(Container())
    assert sys.getrefcount(X) == before


def test_the_gil_is_released():
    x = np.random.default_rng(0).lognormal(size=4_000_000)
    ticks, done = 0, threading.Event()

    def work():
        b.yeojohnson_fit(x)
        done.set()

    old = sys.getswitchinterval()
    # a thread that keeps the GIL is not asked for it again before 100 s
    sys.setswitchinterval(100)
    try:
        thread = threading.Thread(target=work)
        thread.start()
        while not done.is_set():
            ticks += 1
            done.wait(0.001)
        thread.join()
    finally:
        sys.setswitchinterval(old)
    assert ticks > 3


def test_one_sketch_in_many_threads():
    x = np.random.default_rng(0).lognormal(size=20_000)
    want, got, other = b.Sketch(), b.Sketch(), b.Sketch()
    other.update(x[:2000])
    for _ in range(8):
        want.update(x)
        want.merge(other)
    errors = []

    def work():
        try:
            got.update(x)
            got.merge(other)
            got.fit()
        except Exception as error:
            errors.append(error)

    workers = [threading.Thread(target=work) for _ in range(8)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    assert not errors and got.count == want.count == 8 * 22_000
    assert got.fit().lmbda == pytest.approx(want.fit().lmbda, abs=1e-9)
