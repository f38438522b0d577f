# SPDX-License-Identifier: BSD-3-Clause
"""Results in arrays of the caller: `out`, and `copy=False` of PowerTransformer."""

import tracemalloc

import numpy as np
import pytest

import bellshape

RNG = np.random.default_rng(5)
LAMBDA = -0.5
KINDS = [np.float32, np.float64]


def made(shape, kind):
    return RNG.standard_normal(shape).astype(kind)


def fit():
    return bellshape.yeojohnson_fit(np.exp(RNG.standard_normal(500)))


FIT = fit()
FUNCTIONS = {
    "transform": FIT.transform,
    "inverse": lambda x, **rest: FIT.inverse(x, outside="clip", **rest),
    "yeojohnson": lambda x, **rest: bellshape.yeojohnson(x, LAMBDA, **rest),
    "yeojohnson_inverse": lambda x, **rest: bellshape.yeojohnson_inverse(x, LAMBDA, **rest),
}
every_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
@every_function
def test_any_array_takes_the_result(function, kind):
    for x in (made(100, kind), made((7, 9), kind), np.asfortranarray(made((7, 9), kind))):
        want, shape = function(x), x.shape
        outs = (
            np.empty(shape, kind),
            np.empty(shape, kind, order="F"),
            np.empty((*shape, 2), kind)[..., 1],
            np.empty(shape, kind)[::-1],
            np.empty(x.size * x.itemsize + 1, np.uint8)[1:].view(kind).reshape(shape),
        )
        for out in outs:
            assert function(x, out=out) is out
            assert np.array_equal(out, want, equal_nan=True)
    scalar = np.empty((), kind)
    assert function(kind(0.5), out=scalar) is scalar and scalar == function(kind(0.5))


@every_kind
@every_function
def test_input_and_output_may_share_memory(function, kind):
    for order in "CF":
        x = np.asarray(made((6, 8), kind), order=order)
        want = function(x)
        assert function(x, out=x) is x and np.array_equal(x, want, equal_nan=True)
    for shift in (1, 5):
        for ahead in (False, True):
            memory = made(200, kind)
            x, out = memory[:-shift], memory[shift:]
            if ahead:
                x, out = out, x
            want = function(x.copy())
            function(x, out=out)
            assert np.array_equal(out, want, equal_nan=True)
    x = made(50, kind)
    want = function(x)
    function(x, out=x[::-1])
    assert np.array_equal(x[::-1], want, equal_nan=True)


def test_one_lambda_for_each_column():
    x, lmbda = made((40, 3), np.float64), np.array([0.0, 0.5, 2.0])
    want = bellshape.yeojohnson(x, lmbda)
    for out in (np.empty((40, 3)), np.empty((40, 3), order="F"), x):
        assert np.array_equal(bellshape.yeojohnson(x.copy(), lmbda, out=out), want)
    # lambdas that share the memory of the result
    wide = np.array([[0.5, 0.25]] * 4)
    want = bellshape.yeojohnson(np.ones((4, 2)), wide[:1].copy())
    assert np.array_equal(bellshape.yeojohnson(np.ones((4, 2)), wide[:1], out=wide), want)


@every_function
def test_wrong_arrays_are_refused_and_left(function):
    x = made(10, np.float64)
    locked = np.zeros(10)
    locked.flags.writeable = False
    for out, error, words in (
        ([0.0] * 10, TypeError, "out: a NumPy array, not list"),
        (np.ma.zeros(10), TypeError, "out: a NumPy array, not MaskedArray"),
        (np.zeros(10, np.float32), TypeError, "out: float32, but the result is float64"),
        (np.zeros(10, ">f8"), TypeError, "out: >f8, but the result is float64"),
        (np.zeros((1, 10)), ValueError, r"out: of shape \(1, 10\), but the result has \(10,\)"),
        (locked, ValueError, "out: the array is read-only"),
    ):
        with pytest.raises(error, match=words):
            function(x, out=out)
        assert not np.any(out)


def test_an_error_leaves_out_as_it_is():
    x = np.array([0.0, 1e9])
    for call in (
        lambda **rest: bellshape.yeojohnson_inverse(x, LAMBDA, outside="error", **rest),
        lambda **rest: FIT_BELOW.inverse(x, outside="error", **rest),
    ):
        out = np.array([7.0, 8.0])
        with pytest.raises(ValueError, match="outside"):
            call(out=out)
        assert out.tolist() == [7.0, 8.0]


# Its image ends above: a lambda below 0.
FIT_BELOW = bellshape.yeojohnson_fit(np.exp(np.exp(RNG.standard_normal(500))))


def test_warns_of_values_outside_with_out():
    out = np.empty(2)
    with pytest.warns(UserWarning, match="1 of 2"):
        FIT_BELOW.inverse([0.0, 1e9], out=out)
    assert np.isnan(out).tolist() == [False, True]


@every_kind
def test_standard_normal(kind):
    want = bellshape.standard_normal((5, 7), 3, dtype=kind)
    for out in (np.empty((5, 7), kind), np.empty((7, 5), kind).T, np.empty((5, 14), kind)[:, ::2]):
        for shape in ((5, 7), None):
            out[...] = 0
            assert bellshape.standard_normal(shape, 3, out=out, dtype=kind) is out
            assert np.array_equal(out, want)
    assert np.array_equal(bellshape.standard_normal(None, 3, out=np.empty((5, 7), kind)), want)
    assert (
        bellshape.standard_normal(35, 3, out=np.empty(35, kind)).tolist() == want.ravel().tolist()
    )


def test_standard_normal_refuses():
    for rest, error, words in (
        ({"shape": None}, TypeError, "shape: None"),
        ({"shape": 3, "out": np.empty(4)}, ValueError, "out: of shape"),
        ({"shape": 3, "out": np.empty(3), "dtype": "float32"}, TypeError, "out: float64"),
        ({"shape": None, "out": [0.0]}, TypeError, "out: a NumPy array"),
        ({"shape": 3, "out": np.empty(3, int)}, TypeError, "dtype: float32 or float64"),
    ):
        with pytest.raises(error, match=words):
            bellshape.standard_normal(seed=1, **rest)


@every_kind
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("method", ["yeo-johnson", "box-cox"])
def test_copy_false_is_in_place(kind, order, method):
    X = np.asarray(np.exp(made((120000, 4), np.float64)), dtype=kind, order=order)
    pt = bellshape.PowerTransformer(method=method, copy=False).fit(X)
    want = bellshape.PowerTransformer(method=method).fit(X).transform(X)
    tracemalloc.start()
    try:
        for function in (pt.transform, pt.inverse_transform):
            tracemalloc.reset_peak()
            assert function(X) is X
            assert tracemalloc.get_traced_memory()[1] < X.nbytes / 8
            if function == pt.transform:
                assert np.array_equal(X, want)
    finally:
        tracemalloc.stop()


def test_refused_rows_are_named_in_any_block():
    X = np.ones((9000, 3))
    X[8500, 1] = X[8700, 1] = X[5, 2] = -1
    with pytest.raises(ValueError, match=r"'x1' has -1 in row 8500, 'x2' has -1 in row 5$"):
        bellshape.PowerTransformer(method="box-cox").fit(X)
