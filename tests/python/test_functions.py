# SPDX-License-Identifier: BSD-3-Clause
"""moments, yeojohnson, yeojohnson_inverse, standard_normal against NumPy, SciPy and mpmath's golden
values.
"""

import os
import subprocess
import sys
import timeit

import numpy as np
import pytest
import scipy.stats

import bellshape as b
from conftest import golden, same_bits, table


@pytest.mark.parametrize("kind", ["f8", "f4"])
@pytest.mark.parametrize("bias", [True, False])
def test_moments_are_scipys(rng, kind, bias):
    x = rng.lognormal(size=(7, 3001, 2)).astype(kind)
    d = x.astype("f8")
    for axis in (0, 1, 2, -1, None):
        m = b.moments(x, axis, bias=bias)
        close = dict(rtol=1e-9, atol=1e-12, equal_nan=True)
        np.testing.assert_allclose(m.mean, d.mean(axis), **close)
        np.testing.assert_allclose(m.variance, d.var(axis, ddof=0 if bias else 1), **close)
        np.testing.assert_allclose(m.sd, d.std(axis, ddof=0 if bias else 1), **close)
        assert np.array_equal(m.min, d.min(axis)) and np.array_equal(m.max, d.max(axis))
        if axis in (2, -1):
            # two values have no skewness without bias, nor a kurtosis
            assert np.isnan(m.kurtosis).all() != bias
            continue
        np.testing.assert_allclose(m.skewness, scipy.stats.skew(d, axis, bias=bias), **close)
        np.testing.assert_allclose(m.kurtosis, scipy.stats.kurtosis(d, axis, bias=bias), **close)


@pytest.mark.parametrize("kind", ["f8", "f4"])
def test_moments_do_not_depend_on_layout_or_threads(rng, kind):
    x = rng.lognormal(size=(5003, 4)).astype(kind)
    want = [b.moments(np.ascontiguousarray(x[:, j])) for j in range(4)]
    wide = np.zeros((5003, 9), kind)
    wide[:, 1::2] = x
    for y in (x, np.asfortranarray(x), wide[:, 1::2], x[::-1][::-1]):
        for n_threads in (1, 2, 5):
            m = b.moments(y, n_threads=n_threads)
            assert [tuple(field[j] for field in m) for j in range(4)] == [tuple(w) for w in want]
    assert (
        b.moments(x, None)
        == b.moments(np.asfortranarray(x).copy(order="C"), None)
        == b.moments(x.ravel())
    )


def test_moments_of_what_is_missing():
    m = b.moments([np.nan, 1.0, np.inf, 2.0, -np.inf, np.nan])
    assert (m.count, m.missing, m.infinite, m.mean, m.min, m.max) == (2, 2, 2, 1.5, 1, 2)
    for x in ([], [np.nan]):
        m = b.moments(x)
        assert m.count == 0 and m.missing == len(x) and np.isnan(m[3:]).all()
    assert b.moments(np.empty((0, 3))).count.tolist() == [0, 0, 0]
    assert b.moments(np.empty((3, 0))).count.shape == (0,)


def test_moments_errors():
    for x, axis in (([1.0], 1), ([1.0], -2), (3.0, 0)):
        with pytest.raises(ValueError, match="axis"):
            b.moments(x, axis)
    with pytest.raises(TypeError):
        b.moments([1.0], "0")
    assert b.moments(3.0, None).mean == 3


def test_a_call_takes_less_than_2_microseconds():
    x = np.random.default_rng(0).random(16)
    best = min(timeit.repeat(lambda: b.moments(x), number=2000, repeat=50)) / 2000
    assert best < 2e-6


def psi(x, lmbda):
    """As Yeo and Johnson write it, element by element."""
    x, lmbda = np.broadcast_arrays(np.asarray(x, "f8"), np.asarray(lmbda, "f8"))
    out = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        side, w, sign = (x[i], lmbda[i], 1) if x[i] >= 0 else (-x[i], 2 - lmbda[i], -1)
        out[i] = sign * (np.log1p(side) if w == 0 else np.expm1(w * np.log1p(side)) / w)
    return out


SHAPES = [
    ((), ()),
    ((5,), ()),
    ((), (4,)),
    ((6, 4), (4,)),
    ((6, 4), (6, 1)),
    ((6, 4), (6, 4)),
    ((3, 1, 5), (4, 1)),
    ((0, 3), (3,)),
    ((2, 3, 4), ()),
]


@pytest.mark.parametrize("kind,rtol", [("f8", 1e-13), ("f4", 1e-6)])
@pytest.mark.parametrize("shape,lambdas", SHAPES, ids=str)
def test_yeojohnson_broadcasts(rng, shape, lambdas, kind, rtol):
    x = rng.normal(size=shape).astype(kind)
    lmbda = rng.choice([-1.5, 0, 0.3, 1, 2, 3.5], size=lambdas)
    y = b.yeojohnson(x, lmbda)
    assert y.shape == np.broadcast_shapes(shape, lambdas) and y.dtype == kind
    np.testing.assert_allclose(y, psi(x, lmbda), rtol=rtol)
    np.testing.assert_allclose(
        b.yeojohnson_inverse(y, lmbda), np.broadcast_to(x, y.shape), rtol=100 * rtol, atol=rtol
    )
    for order in "CF":
        assert same_bits(b.yeojohnson(np.array(x, order=order)[...], lmbda), y)


def test_yeojohnson_of_strides(rng):
    x = rng.normal(size=(700, 6))
    for view in (x[::2], x[:, ::3], x[::-1, ::-1], x.T, x.T[::2, ::5]):
        for lmbda in (
            0.5,
            np.linspace(-1, 3, view.shape[1]),
            np.linspace(-1, 3, view.shape[0])[:, None],
        ):
            want = b.yeojohnson(view.copy(order="C"), lmbda)
            assert same_bits(np.ascontiguousarray(b.yeojohnson(view, lmbda)), want)
            assert same_bits(np.ascontiguousarray(b.yeojohnson(view, lmbda, n_threads=3)), want)
    assert b.yeojohnson(np.asfortranarray(x), 0.5).flags.f_contiguous


def test_yeojohnson_of_the_unusual():
    assert np.array_equal(
        b.yeojohnson([np.nan, np.inf, -np.inf], 0.5), [np.nan, np.inf, -np.inf], equal_nan=True
    )
    for bad in (np.nan, np.inf, [1, np.nan]):
        with pytest.raises(ValueError, match="lmbda"):
            b.yeojohnson([1.0, 2.0], bad)
    with pytest.raises(ValueError):
        b.yeojohnson([1.0, 2.0], [1.0, 2.0, 3.0])


def test_inverse_policies():
    y = [-0.5, 1.0, 2.0, 3.0]
    assert np.isnan(b.yeojohnson_inverse(y, -0.5)).tolist() == [False, False, False, True]
    assert b.yeojohnson_inverse(y, -0.5, outside="clip")[3] == np.inf
    with pytest.raises(ValueError, match="outside the image"):
        b.yeojohnson_inverse(y, -0.5, outside="error")
    with pytest.raises(ValueError, match="outside: one of 'nan', 'clip', 'error', not 'zero'"):
        b.yeojohnson_inverse(y, -0.5, outside="zero")


# ---- normal samples ----


def test_any_part_of_a_stream():
    whole = b.standard_normal(10_000, seed=7, stream=3)
    for offset, n in ((0, 1), (1, 10), (4999, 5001), (9_999, 1)):
        assert same_bits(b.standard_normal(n, 7, 3, offset), whole[offset : offset + n])
    assert same_bits(b.standard_normal((100, 100), 7, 3, n_threads=3), whole.reshape(100, 100))
    assert not np.array_equal(b.standard_normal(100, 7, 4), whole[:100])
    assert b.standard_normal((), 1).shape == () and b.standard_normal((2, 0), 1).shape == (2, 0)
    last = b.standard_normal(2, 1, offset=2**64 - 1)
    assert last[1] == b.standard_normal(1, 1)[0]


@pytest.mark.parametrize("case", golden("normal")["samples"], ids=lambda case: case["index"])
def test_samples_are_those_of_mpmath(case):
    seed, stream, counter = (int(case[key], 16) for key in ("seed", "stream", "index"))
    for kind, name, ulps in (("float32", "f32", 6), ("float64", "f64", 5)):
        want = [float(text) for text in case[name]]
        # samples are numbered to 2^64, so that they reach a part of the counters only
        if counter * len(want) >= 2**64:
            continue
        z = b.standard_normal(len(want), seed, stream, counter * len(want), kind)
        assert (abs(z.astype("f8") - want) <= (ulps + 1) * np.spacing(np.abs(z))).all()


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_samples_are_normal(kind):
    z = b.standard_normal(200_000, seed=12345, dtype=kind)
    assert z.dtype == kind and scipy.stats.kstest(z, "norm").pvalue > 1e-3
    assert abs(np.mean(z)) < 5 / 200_000**0.5


@pytest.mark.parametrize(
    "args,error",
    [
        ((3, -1), ValueError),
        ((3, 2**64), ValueError),
        ((3, 1.5), TypeError),
        ((3, 1, -1), ValueError),
        ((3, 1, 0, 2**64), ValueError),
        ((3, 1, 0, 0, "int64"), TypeError),
        ((-1, 1), ValueError),
    ],
)
def test_samples_that_cannot_be(args, error):
    with pytest.raises(error):
        b.standard_normal(*args)


# ---- the C program gives the same bits ----


def test_bits_of_the_program(program, tmp_path):
    program(
        "sample", "-n", 1001, "--seed", 5, "--stream", 2, "--offset", 9, "-o", tmp_path / "z.npy"
    )
    assert same_bits(b.standard_normal(1001, 5, 2, 9), np.load(tmp_path / "z.npy").ravel())
    import json

    _names, x = table("breast_cancer")
    np.save(tmp_path / "x.npy", x)
    found = json.loads(program("stats", "--json", tmp_path / "x.npy"))["columns"]
    m = b.moments(x)
    for key, field in (
        ("n", m.count),
        ("mean", m.mean),
        ("sd", m.sd),
        ("skewness", m.skewness),
        ("kurtosis", m.kurtosis),
    ):
        assert [column[key] for column in found] == field.tolist()


# ---- backends ----


def digest(backend):
    code = (
        "import bellshape as b, numpy as np, hashlib\n"
        "x = np.exp(b.standard_normal(3000, 1)); h = hashlib.sha256()\n"
        "y = b.yeojohnson(x, .3), b.yeojohnson_inverse(x, .3)\n"
        "for a in (x, *y, b.moments(x), b.yeojohnson_fit(x).lmbda):\n"
        "    h.update(np.asarray(a).tobytes())\n"
        "print(b.backend(), h.hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "BELLSHAPE_BACKEND": backend},
        capture_output=True,
        text=True,
    )
    return run.stdout.split() or run.stderr


def test_backends_agree():
    name, want = digest(b.backend())
    assert name == b.backend() and digest("scalar") == ["scalar", want]
    error = digest("sse9")
    assert "RuntimeError: BELLSHAPE_BACKEND" in error


# ---- arrays that need no conversion ----


class Derived(np.ndarray):
    """What is no plain array takes the way of all others."""


@pytest.mark.parametrize("shape", [(0,), (1,), (16,), (3, 5), (2, 0), (2, 3, 4)])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_plain_arrays_give_what_others_give(shape, dtype, rng):
    x = rng.lognormal(size=shape).astype(dtype) - 1
    others = x.view(Derived), x.astype(x.dtype.newbyteorder())
    fit = b.yeojohnson_fit([1.0, 2.0, 4.0, 9.0])
    for f in (
        fit.transform,
        fit.inverse,
        lambda v: b.yeojohnson(v, 0.3),
        lambda v: b.yeojohnson_inverse(v, 0.3, outside="clip"),
    ):
        found = f(x)
        assert type(found) is np.ndarray and found.flags.owndata
        assert all(same_bits(found, f(other)) for other in others)
    assert type(fit.transform(np.float64(2))) is np.float64
    assert fit.transform(np.arange(3)).dtype == b.yeojohnson(np.arange(3), 0.3).dtype == np.float64
    with pytest.raises(ValueError, match="lmbda: finite"):
        b.yeojohnson(x, float("nan"))
    with pytest.raises(ValueError, match="n_threads"):
        fit.transform(x, n_threads=-1)
    with pytest.raises(TypeError, match="n_threads"):
        b.yeojohnson(x, 0.3, n_threads=True)
