# SPDX-License-Identifier: BSD-3-Clause
"""The numbers of pictures are those of NumPy and SciPy, and the displays draw them."""

import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
import scipy.stats
from matplotlib.testing.compare import compare_images
from matplotlib.testing.decorators import remove_ticks_and_titles

import bellshape
from bellshape import plots
from conftest import ROOT, table

mpl.use("agg")
IMAGES = ROOT / "tests" / "python" / "images"
# Text is left out, as its pixels depend on the fonts of a machine.  Where a picture changes on
# purpose, the new one lies in the folder that the failing test names.
TOLERANCE = 1


@pytest.fixture
def plt():
    import matplotlib.pyplot as plt

    with plt.style.context("default"):
        yield plt
    plt.close("all")


# ---- numbers ----


@pytest.mark.parametrize("bins", [1, 7, 60])
def test_histogram_is_that_of_numpy(rng, bins):
    x = rng.lognormal(size=1000)
    found = plots.histogram(x, bins)
    counts, edges = np.histogram(x, bins)
    np.testing.assert_array_equal(found.counts, counts)
    np.testing.assert_array_equal(found.edges, edges)
    assert found.n == 1000 and found.step == 0


def test_histogram_of_rounded_values():
    found = plots.histogram([0.5, 0.5, 1.0, 2.5, np.nan, np.inf])
    assert found.step == 0.5 and found.n == 4
    np.testing.assert_allclose(found.edges, [0.25, 0.75, 1.25, 1.75, 2.25, 2.75])
    assert found.counts.tolist() == [2, 1, 0, 0, 1]
    assert plots.histogram([]).edges.size == 0


@pytest.mark.parametrize("n", [3, 200, 5000])
def test_qq_is_that_of_probplot(rng, n):
    x = rng.standard_gamma(2, size=n)
    found = plots.qq(x)
    normal, value = scipy.stats.probplot(x, fit=False)
    at = found.rank.astype(int) - 1
    np.testing.assert_allclose(found.normal, normal[at], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(found.value, value[at])
    assert found.n == n and len(at) == min(n, 200)
    np.testing.assert_allclose([found.mean, found.sd], [x.mean(), x.std(ddof=1)], rtol=1e-12)


def test_band_has_equal_local_levels(rng):
    x = rng.normal(3, 2, size=150)
    found = plots.qq(x)
    # Where the ends of the band lie among the normal distribution is a quantile of a beta one.
    low = scipy.stats.norm.cdf((found.low - found.mean) / found.sd)
    exact = scipy.stats.beta.ppf(found.local_level / 2, found.rank, 151 - found.rank)
    np.testing.assert_allclose(low, exact, rtol=1e-6)
    assert found.outside == 0
    assert plots.qq(np.exp(x)).outside > 50


def test_profile_is_that_of_the_fit():
    fit = bellshape.yeojohnson_fit(table("breast_cancer")[1][:, 3])
    p = plots.ProfileDisplay.from_estimator(fit).profile
    expected = fit.profile(p.lambdas) - fit.log_likelihood
    np.testing.assert_allclose(p.log_likelihood, expected, atol=1e-7)
    assert p.ci95 == fit.ci95 and p.lambdas[p.log_likelihood.argmax()] == p.lmbda == fit.lmbda


def test_input_of_any_kind_and_wrong_input():
    x = np.arange(60, dtype=np.float32)
    for same in (x, x[:, None], np.repeat(x, 3)[::3], list(x)):
        assert plots.histogram(same, 5).counts.tolist() == [12] * 5
        assert plots.qq(same).value.tolist() == x.tolist()
    with pytest.raises(ValueError, match=r"^x: one column"):
        plots.qq(np.zeros((3, 2)))
    with pytest.raises(TypeError, match=r"^x: "):
        plots.histogram(["a"])
    with pytest.raises(ValueError, match=r"^bins: 1 to 60, not 61"):
        plots.histogram(x, 61)
    with pytest.raises(TypeError, match=r"^bins: "):
        plots.histogram(x, 2.5)


# ---- what is drawn ----


def test_displays_draw_the_numbers(plt):
    X = table("breast_cancer")[1]
    transformer = bellshape.PowerTransformer().fit(X)
    fit = bellshape.yeojohnson_fit(X[:, 3])
    ax = plt.subplots()[1]
    shown = plots.QQDisplay.from_estimator(fit, ax=ax, color="red")
    assert shown.ax_ is ax and shown.figure_ is ax.figure and shown.points_.get_color() == "red"
    # A fit keeps up to 1024 values, so that nothing is lost.
    expected = plots.qq(fit.transform(X[:, 3]))
    np.testing.assert_allclose(shown.points_.get_ydata(), expected.value, rtol=1e-12)
    np.testing.assert_array_equal(shown.points_.get_xdata(), expected.normal)
    for other in (
        plots.QQDisplay.from_estimator(transformer, column=3),
        plots.QQDisplay.from_estimator(fit, X[:, 3]),
    ):
        np.testing.assert_array_equal(other.qq.value, shown.qq.value)
    before = plots.QQDisplay.from_estimator(fit, after=False)
    np.testing.assert_array_equal(before.qq.value, plots.qq(X[:, 3]).value)
    bars = plots.HistogramDisplay.from_estimator(fit, after=False)
    heights, edges, _ = bars.bars_.get_data()
    np.testing.assert_allclose(heights, np.histogram(X[:, 3], len(edges) - 1, density=True)[0])


def test_columns_by_place_or_name():
    pandas = pytest.importorskip("pandas")
    X = pandas.DataFrame({"a": [1.0, 2, 4, 9], "b": [3.0, 1, 1, 2]})
    transformer = bellshape.PowerTransformer().fit(X)
    by_name = plots.QQDisplay.from_estimator(transformer, column="b", after=False)
    assert by_name.qq.value.tolist() == [1, 1, 2, 3] and by_name.ax_.get_ylabel() == "b"
    for column in ("c", 2, None, True):
        with pytest.raises(ValueError, match=r"^column: "):
            plots.QQDisplay.from_estimator(transformer, column=column)
    with pytest.raises(ValueError, match=r"^column: a Fit has one"):
        plots.QQDisplay.from_estimator(bellshape.yeojohnson_fit(X["a"]), column=0)
    with pytest.raises(TypeError, match=r"^estimator: a Fit or a PowerTransformer, not"):
        plots.QQDisplay.from_estimator(X)
    with pytest.raises(ValueError, match="not take"):
        plots.QQDisplay.from_estimator(bellshape.fit(X["a"], method="log"), [0.0, 1.0])


def test_figures_of_fits_and_transformers(plt):
    X = np.c_[np.arange(1.0, 90), np.ones(89), np.arange(89) % 2]
    transformer = bellshape.PowerTransformer(method="best").fit(X)
    figure = transformer.plot()
    assert len(figure.axes) == 12
    assert transformer.plot([2], figure=plt.figure()).axes[0].get_xlabel() == "x2"
    for columns in ([], "x0", 3):
        with pytest.raises(ValueError, match=r"^columns: a list"):
            transformer.plot(columns)
    with pytest.raises(ValueError, match=r"^columns: there are 21"):
        bellshape.PowerTransformer().fit(np.ones((3, 21))).plot()
    with pytest.raises(ValueError, match="keep_sketches"):
        transformer.drop_sketches().plot()


def test_many_values_are_shown_as_quantiles(rng):
    x = rng.lognormal(size=20_000)
    points = plots.QQDisplay.from_estimator(bellshape.yeojohnson_fit(x), after=False).qq
    assert points.n == 1000
    expected = np.quantile(x, (points.rank - 0.5) / 1000)
    np.testing.assert_allclose(points.value, expected, rtol=0.05, atol=0.02)
    # Weights count: half of the values at 1 weigh nothing.
    kept = bellshape.yeojohnson_fit([1.0, 1.0, 2.0, 3.0, 4.0], [0, 2, 1, 1, 1.5])
    shown = plots.QQDisplay.from_estimator(kept, after=False).qq
    assert shown.n == 1000 and np.isclose(shown.mean, (2 + 2 + 3 + 6) / 5.5, atol=0.01)


@pytest.mark.parametrize("name", ["fit", "qq"])
def test_pictures_look_as_before(plt, tmp_path, name):
    x = table("breast_cancer")[1][:, 3]
    if name == "fit":
        figure = bellshape.yeojohnson_fit(x).plot(figure=plt.figure(figsize=(8, 2)))
    else:
        figure = plt.figure(figsize=(3, 3))
        plots.QQDisplay.from_values(x, ax=figure.subplots())
    remove_ticks_and_titles(figure)
    for ax in figure.axes:
        ax.set_xlabel("")
        ax.set_ylabel("")
        ax.set_title("", loc="left")
    figure.savefig(tmp_path / f"{name}.png", dpi=60)
    found = compare_images(IMAGES / f"{name}.png", tmp_path / f"{name}.png", TOLERANCE)
    assert found is None, found


# ---- without matplotlib ----


def test_matplotlib_is_imported_only_when_used():
    code = (
        "import sys, bellshape, bellshape.plots\n"
        "bellshape.plots.qq([1.0, 2.0]), bellshape.report([1.0, 2.0])\n"
        "assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_matplotlib_an_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    for draw in (
        bellshape.yeojohnson_fit([1.0, 2.0]).plot,
        lambda: plots.QQDisplay.from_values([1]),
    ):
        with pytest.raises(ImportError, match=r"bellshape\[plot\]"):
            draw()
