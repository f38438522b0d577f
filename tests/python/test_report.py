# SPDX-License-Identifier: BSD-3-Clause
"""Reports from Python: the page of the program, and how notebooks show it."""

import html
import re
import stat
import sys

import numpy as np
import pytest

import bellshape
from conftest import ROOT, table

DATA = ROOT / "data"


def test_the_page_is_that_of_the_program(program, tmp_path):
    pandas = pytest.importorskip("pandas")
    for name in ("breast_cancer", "penguins"):
        program("report", DATA / f"{name}.csv", "-o", tmp_path / "r.html")
        frame = pandas.read_csv(DATA / f"{name}.csv")
        page = bellshape.report(frame, title=f"{name}.csv")
        page.save(tmp_path / "p.html")
        assert (tmp_path / "p.html").read_bytes() == (tmp_path / "r.html").read_bytes()


def test_tables_of_every_kind():
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    columns = {
        "whole": [1, 2, 3, 9],
        "text": ["a", "b", "c", "d"],
        "holes": [1.5, None, 2.0, 7.0],
        "flag": [True, False, True, True],
    }
    frames = [
        pandas.DataFrame(columns),
        polars.DataFrame(columns),
        polars.DataFrame(columns).to_arrow(),
    ]
    frames += [
        frames[0].convert_dtypes(),
        frames[0].assign(text=frames[0]["text"].astype("category")),
    ]
    pages = [bellshape.report(frame) for frame in frames]
    assert pages[0].columns == ["whole", "holes", "flag"]
    assert "not numbers: <bdi>text</bdi>" in pages[0].html
    assert all(page.html == pages[0].html for page in pages)
    assert bellshape.report(pandas.Series([1.0, 2.0], name="s")).columns == ["s"]
    assert bellshape.report(np.ones((4, 2), np.float32, order="F")).columns == ["x0", "x1"]
    twice = pandas.DataFrame([[1.0, 5.0], [2.0, 9.0]], columns=["a", "a"])
    assert bellshape.report(twice).columns == ["a", "a"]


def test_names_of_any_text():
    pandas = pytest.importorskip("pandas")
    names = ["<script>", "a\0b", "\ud800", 3]
    page = bellshape.report(pandas.DataFrame([[1.0, 2, 3, 4]] * 3, columns=names))
    assert "<script>" not in page.html and "&lt;script&gt;" in page.html


def test_of_a_model():
    pandas = pytest.importorskip("pandas")
    names, X = table("breast_cancer")
    frame = pandas.DataFrame(X, columns=names)
    model = bellshape.PowerTransformer(method="box-cox").fit(frame[names[:3]])
    page = bellshape.report(frame[names[4::-1]], model=model)
    assert page.columns == names[2::-1]
    assert "transforms of the model <bdi>PowerTransformer</bdi>" in page.html
    assert "Box-Cox, λ" in page.html
    fit = bellshape.fit(X[:, 0], method="sqrt")
    assert "square root" in bellshape.report(X[:, 0], model=fit).html
    with pytest.raises(ValueError, match=r"^model: knows none"):
        bellshape.report(frame[names[5:7]], model=model)
    with pytest.raises(ValueError, match=r"^model: fitted on 3 columns, and the table has 30"):
        bellshape.report(X, model=model)
    with pytest.raises(ValueError, match="'mean_radius' has -1, which box-cox does not take"):
        bellshape.report(pandas.DataFrame({names[0]: [-1.0]}), model=model)
    with pytest.raises(TypeError, match=r"^model: a PowerTransformer"):
        bellshape.report(X, model=3)


def test_families_that_were_compared():
    page = bellshape.report(table("breast_cancer")[1][:, :2], method="best")
    assert page.html.count("families were compared") == 2


def test_wrong_input():
    for x in ([[["a"]]], "text", None):
        with pytest.raises(TypeError, match=r"^table: "):
            bellshape.report(x)
    with pytest.raises(ValueError, match=r"^table: no column"):
        bellshape.report(np.empty((3, 0)))
    with pytest.raises(ValueError, match=r"^table: 1 or 2"):
        bellshape.report(np.ones((1, 1, 1)))
    with pytest.raises(ValueError, match=r"'x0': "):
        bellshape.report([-1.0, 2.0], method="box-cox")
    with pytest.raises(ValueError, match=r"^full: "):
        bellshape.report([1.0], full=0)
    assert "0 rows" in bellshape.report([]).html


def test_save(tmp_path):
    page = bellshape.report([1.0, 2.0])
    target = tmp_path / "r.html"
    target.write_text("before")
    target.chmod(0o640)
    page.save(str(target))
    assert target.read_text(encoding="utf-8") == page.html
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    with pytest.raises(OSError):
        page.save(tmp_path / "none" / "r.html")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError):
        page.save(tmp_path / "folder")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "r.html"]


def test_progress_is_shown_if_wanted(capsys, monkeypatch):
    pytest.importorskip("tqdm")
    bellshape.report(np.ones((3, 2)))
    assert not capsys.readouterr().err
    bellshape.report(np.ones((3, 2)), verbose=1)
    assert "2/2" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    bellshape.report(np.ones((3, 2)), verbose=1)


# ---- notebooks ----


def framed_page(text):
    """The page in the frame that a notebook shows."""
    (found,) = re.findall(r'srcdoc="([^"]*)"', text)
    return html.unescape(found)


def test_frames_hold_the_page():
    page = bellshape.report([1.0, 2.0, 4.0])
    inside = framed_page(page._repr_html_())
    base = '<base href="about:srcdoc">'
    assert base in inside and inside.replace(base, "", 1) == page.html
    fit = bellshape.best_fit([1.0, 2.0, 4.0, 9.0, 30.0])
    assert "families were compared" in framed_page(fit._repr_html_())
    many = bellshape.yeojohnson_fit(np.random.default_rng(1).lognormal(size=5000))
    assert "evenly spaced quantiles, 1" in framed_page(many._repr_html_())
    assert "0 values" in framed_page(bellshape.yeojohnson_fit([])._repr_html_())


def test_summaries_are_tables():
    pandas = pytest.importorskip("pandas")
    transformer = bellshape.PowerTransformer().fit(pandas.DataFrame({"<a>": [1.0, 2, 4], "b": 3.0}))
    text = transformer.summary()._repr_html_()
    assert "&lt;a&gt;" in text and text.count("<tr>") == 3 and "constant" in text


def test_transformers_show_parameters_and_columns():
    transformer = bellshape.PowerTransformer(n_threads=2)
    assert "estimated" not in transformer._repr_html_() and "n_threads" in transformer._repr_html_()
    transformer.fit([[1.0], [2.0], [4.0]])
    for text in (transformer._repr_html_(), transformer._repr_mimebundle_()["text/html"]):
        assert "n_threads" in text and text.endswith(transformer.summary()._repr_html_())
    bare = bellshape.PowerTransformer.from_lambdas([0.5])
    assert "not estimated" in bare._repr_html_()
