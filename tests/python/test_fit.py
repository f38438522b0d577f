# SPDX-License-Identifier: BSD-3-Clause
"""Fits and sketches against mpmath's golden values, SciPy where SciPy is right, and the C
program.
"""

import copy
import json
import pickle

import numpy as np
import pytest
import scipy.stats

import bellshape as b
from conftest import golden, same_bits, table

CASES = [case for case in golden("yeo_johnson") if "lambda" in case]


def numbers(values):
    return np.array([np.nan if v is None else float(v) for v in values])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_golden_fits(case):
    x, sd_log, lmbda = numbers(case["x"]), float(case["sd_log"]), float(case["lambda"])
    kept = ~np.isnan(x)
    fit = b.yeojohnson_fit(x)
    assert "not_identified" in fit.flags or abs(fit.lmbda - lmbda) * sd_log <= 1e-9
    z = numbers(case["z"])
    scale = 1e-9 if np.abs(z).max() > 10 else 1e-12
    np.testing.assert_allclose(fit.transform(x)[kept], z, atol=scale, rtol=scale)
    assert fit.count == kept.sum() and fit.missing == (~kept).sum()
    if fit.ci95[0] > -1e300 and case["ci95"][0] is not None:
        assert abs(fit.ci95[0] - float(case["ci95"][0])) * sd_log < 1e-6


# air pressure, years, and tables that made others fail: what SciPy and scikit-learn find is far off
@pytest.mark.parametrize("name", ["years10", "sk30281", "sk23319_exp50"])
def test_where_scikit_learn_is_wrong(name):
    from sklearn.preprocessing import PowerTransformer

    case = next(case for case in CASES if case["name"] == name)
    x = numbers(case["x"])
    with np.errstate(all="ignore"):
        theirs = PowerTransformer().fit(x[:, None]).lambdas_[0]
    assert abs(b.yeojohnson_fit(x).lmbda - float(case["lambda"])) * float(case["sd_log"]) < 1e-9
    assert abs(theirs - float(case["lambda"])) > 0.05 * abs(float(case["lambda"]))


def test_air_pressure():
    """1013 + Gumbel(0, 5): the reference is the likelihood itself, by mpmath-free high precision:
    long double.
    """
    x = 1013 + np.random.default_rng(0).gumbel(0, 5, 1000)
    fit = b.yeojohnson_fit(x)
    assert fit.lmbda == pytest.approx(maximum(x, -80, -40), abs=1e-4)
    z = fit.transform(x)
    assert (
        len(np.unique(z)) == 1000
        and abs(z.mean()) < 1e-12
        and z.std() == pytest.approx(1, abs=1e-12)
    )
    np.testing.assert_allclose(fit.inverse(z), x, rtol=1e-14)


def test_danish_money():
    danish = pytest.importorskip("statsmodels.datasets").danish_data.load_pandas().data
    x = danish["lrm"]
    fit = b.yeojohnson_fit(x)
    assert fit.lmbda == pytest.approx(-46.669, abs=1e-3) == maximum(x.to_numpy(), -60, -30)
    assert len(np.unique(fit.transform(x))) == len(np.unique(x)) == 55


def log_likelihood(x, lmbda):
    """As in the paper, in long doubles, with psi taken apart from its largest factor so that
    nothing overflows.
    """
    x = np.asarray(x, np.longdouble)
    u = np.log1p(np.abs(x)) * np.sign(x)
    middle = u.mean()
    psi = np.expm1(lmbda * (u - middle)) / lmbda
    return float(-len(x) / 2 * (np.log(psi.var()) + 2 * lmbda * middle) + (lmbda - 1) * u.sum())


def maximum(x, low, high):
    from scipy.optimize import minimize_scalar

    return minimize_scalar(
        lambda v: -log_likelihood(x, v),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-9},
    ).x


def test_where_scipy_is_right(rng):
    for x in (
        rng.lognormal(size=500),
        rng.gamma(3, size=400),
        rng.normal(size=300),
        -rng.exponential(size=300),
    ):
        fit = b.yeojohnson_fit(x)
        assert fit.lmbda == pytest.approx(scipy.stats.yeojohnson_normmax(x), abs=1e-5)
        assert fit.log_likelihood == pytest.approx(
            scipy.stats.yeojohnson_llf(fit.lmbda, x), rel=1e-10
        )
        np.testing.assert_allclose(
            fit.profile([-0.5, 0.3, 2.2]),
            [scipy.stats.yeojohnson_llf(v, x) for v in (-0.5, 0.3, 2.2)],
            rtol=1e-9,
        )
        plain = b.yeojohnson_fit(x, standardize=False)
        np.testing.assert_allclose(
            plain.transform(x), scipy.stats.yeojohnson(x, fit.lmbda), rtol=1e-9, atol=1e-12
        )
        assert fit.skewness_before == pytest.approx(
            scipy.stats.skew(x)
        ) and fit.sd == pytest.approx(plain.transform(x).std())


def test_the_interval_is_where_the_profile_falls_by_half_of_chi2(rng):
    fit = b.yeojohnson_fit(rng.lognormal(size=5000))
    drop = scipy.stats.chi2.ppf(0.95, 1) / 2
    np.testing.assert_allclose(fit.profile(fit.ci95), fit.log_likelihood - drop, rtol=1e-10)
    assert fit.profile(0.5).shape == () and fit.profile([[0.5, 1]]).shape == (1, 2)
    with pytest.raises(ValueError, match="lambdas"):
        fit.profile([1, np.nan])


def test_weights_are_rows(rng):
    x, w = rng.lognormal(size=700), rng.integers(0, 4, 700)
    fit, rows = b.yeojohnson_fit(x, w), b.yeojohnson_fit(np.repeat(x, w))
    assert fit.lmbda == pytest.approx(rows.lmbda, abs=1e-10) and fit.weight == rows.count == w.sum()
    assert (
        b.yeojohnson_fit(x, w.astype("f4")).lmbda
        == b.yeojohnson_fit(x, np.repeat(w, 2).astype("f8")[::2]).lmbda
        == fit.lmbda
    )
    for bad, where in ((-1, 3), (np.nan, 0), (np.inf, 699)):
        v = w.astype("f8")
        v[where] = bad
        with pytest.raises(ValueError, match=rf"weights\[{where}\]"):
            b.yeojohnson_fit(x, v)
    for bad in (w[1:], w[:, None], 1.0):
        with pytest.raises(ValueError, match="weights: one for each of the 700 rows"):
            b.yeojohnson_fit(x, bad)


def test_flags_and_bounds(rng):
    for x, flag in (
        ([], "empty"),
        ([5.0], "one_value"),
        ([2.0, 2.0, np.nan], "constant"),
        ([1.0, np.inf, 2.0], "infinite"),
    ):
        fit = b.yeojohnson_fit(np.array(x))
        assert fit.lmbda == 1 and flag in fit.flags and np.isnan(fit.log_likelihood)
    x = rng.lognormal(size=300)
    fit = b.yeojohnson_fit(x, bounds=(0, 2))
    assert fit.lmbda == 0 and "bound" in fit.flags
    for bad in ((1, 1), (2, 1), (np.nan, 1), 3, "ab", (1, 2, 3)):
        with pytest.raises(ValueError, match="bounds"):
            b.yeojohnson_fit(x, bounds=bad)
    for shape, text in (
        ((2, 150), "150 columns, not 1"),
        ((1, 1, 300), "3 dimensions"),
        ((), "0 dimensions"),
    ):
        with pytest.raises(ValueError, match=text):
            b.yeojohnson_fit(x[:1].reshape(()) if shape == () else x.reshape(shape))
    assert b.yeojohnson_fit(x[:, None]).lmbda == b.yeojohnson_fit(x).lmbda


def test_a_fit_transforms_any_shape_and_type(rng):
    x = rng.lognormal(size=(4, 5, 6))
    fit = b.yeojohnson_fit(x.ravel())
    z = fit.transform(x)
    assert z.shape == x.shape and same_bits(fit.transform(x[::2, :, ::-1]), z[::2, :, ::-1].copy())
    assert fit.transform(x.astype("f4")).dtype == "f4" and float(fit.transform(1.5)) == float(
        fit.transform([1.5])[0]
    )
    np.testing.assert_allclose(fit.inverse(z), x, rtol=1e-12)
    assert np.isnan(fit.inverse(1e9)) and fit.inverse(1e9, outside="clip") == x.max()
    with pytest.raises(ValueError, match="1 of 2 values"):
        fit.inverse([0, 1e9], outside="error")
    for other in (copy.deepcopy(fit), pickle.loads(pickle.dumps(fit))):
        assert (
            repr(other) == repr(fit)
            and same_bits(other.transform(x), z)
            and other.profile(0.2) == fit.profile(0.2)
        )
    assert "before -> after" in str(fit.summary()) and fit.summary()[0]["lmbda"] == fit.lmbda


# ---- sketches ----


@pytest.mark.parametrize("n", [10, 1024, 1025, 50_000])
def test_blocks_make_the_fit_of_the_whole_to_the_bit(rng, n):
    x = np.where(rng.random(n) < 0.1, -1, 1) * rng.lognormal(size=n)
    whole, parts = b.Sketch(), b.Sketch()
    whole.update(x)
    for block in np.array_split(x, 100):
        parts.update(block)
    assert parts.to_bytes() == whole.to_bytes()
    fit = b.yeojohnson_fit(x)
    for sketch in (
        whole,
        parts,
        pickle.loads(pickle.dumps(parts)),
        copy.deepcopy(parts),
        b.Sketch.from_bytes(parts.to_bytes()),
    ):
        assert repr(sketch.fit()) == repr(fit) and sketch.fit().lmbda == fit.lmbda


def test_sketches_merge(rng):
    x = rng.lognormal(size=30_000)
    parts = [b.Sketch() for _ in range(3)]
    for part, block in zip(parts, np.array_split(x, 3), strict=True):
        part.update(block)
    before = parts[0].to_bytes()
    total = parts[0] + parts[1] + parts[2]
    assert (
        parts[0].to_bytes() == before
        and total.count == 30_000
        and (total.min, total.max) == (x.min(), x.max())
    )
    fit = b.yeojohnson_fit(x)
    sd = (fit.ci95[1] - fit.ci95[0]) / 3.92
    assert abs(total.fit().lmbda - fit.lmbda) < 1e-8 * sd
    into = parts[1]
    into += parts[0]
    into.merge(parts[2])
    assert into is parts[1] and into.fit().lmbda == pytest.approx(total.fit().lmbda, abs=1e-8 * sd)
    into.merge(into)
    assert into.count == 60_000
    for bad in (3, None, "x"):
        with pytest.raises(TypeError):
            into + bad
        with pytest.raises(TypeError):
            into.merge(bad)


def test_sketch_bytes_that_are_none():
    sketch = b.Sketch()
    sketch.update([1.0, 2.0, 4.0], [1, 2.5, 0])
    assert (sketch.count, sketch.weight, sketch.missing) == (2, 3.5, 0)
    good = sketch.to_bytes()
    altered = good[:-1] + bytes([good[-1] ^ 1])
    for bad in (b"", b"nothing", good[:-1], good + b"x", altered):
        with pytest.raises(ValueError, match="from_bytes"):
            b.Sketch.from_bytes(bad)
    with pytest.raises(TypeError):
        b.Sketch.from_bytes("text")


def test_an_error_leaves_the_sketch_as_it_was():
    sketch = b.Sketch()
    sketch.update([1.0, 2.0])
    before = sketch.to_bytes()
    for bad in (
        lambda: sketch.update([1.0, 2.0], [1, -1]),
        lambda: sketch.update([[1.0, 2.0]]),
        lambda: sketch.update(["a"]),
    ):
        with pytest.raises((TypeError, ValueError)):
            bad()
    assert sketch.to_bytes() == before


# ---- the C program gives the same bits ----


@pytest.mark.parametrize("name", ["breast_cancer", "penguins"])
def test_fits_of_the_program(program, tmp_path, name):
    names, x = table(name)
    found = json.loads(program("fit", "--json", "-o", tmp_path / "m.json", f"{data()}/{name}.csv"))[
        "columns"
    ]
    assert [column["name"] for column in found] == names
    for j, column in enumerate(found):
        fit = b.yeojohnson_fit(x[:, j])
        for key in (
            "lambda",
            "log_likelihood",
            "lr_vs_identity",
            "skewness_after",
            "kurtosis_after",
        ):
            assert column[key] == getattr(fit, "lmbda" if key == "lambda" else key)
        assert tuple(column["ci95"]) == fit.ci95


def data():
    from conftest import ROOT

    return ROOT / "data"
