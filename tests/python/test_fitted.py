# SPDX-License-Identifier: BSD-3-Clause
"""What a fitted PowerTransformer shows, keeps and says."""

import copy
import json
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest

import bellshape
from bellshape import PowerTransformer, Sketch, yeojohnson_fit

preprocessing = pytest.importorskip("sklearn.preprocessing")


@pytest.fixture
def X(rng):
    return rng.lognormal(size=(300, 3))


# ---- lambdas that nobody has estimated ----


@pytest.mark.parametrize("method", ["yeo-johnson", "box-cox"])
@pytest.mark.parametrize("way", ["itself", "JSON", "pickle", "copy"])
def test_what_was_not_estimated_is_nan(method, way):
    pt = PowerTransformer.from_lambdas([0.5, 1.0, -3.0], method=method)
    pt = {
        "itself": lambda: pt,
        "JSON": lambda: PowerTransformer.from_json(pt.to_json()),
        "pickle": lambda: pickle.loads(pickle.dumps(pt)),
        "copy": lambda: copy.deepcopy(pt),
    }[way]()
    assert pt.lambdas_.tolist() == [0.5, 1.0, -3.0]
    assert pt.ci95_.shape == (3, 2) and np.isnan(pt.ci95_).all()
    for row in pt.summary():
        for key, value in row.items():
            if key in ("name", "method", "lmbda", "unit", "shift", "flags"):
                continue
            assert np.isnan(value).all(), key
    assert str(pt.summary()).count("not estimated") == 3
    for column in json.loads(pt.to_json())["columns"]:
        assert column["ci95"] == ["NaN", "NaN"] and column["mean"] == column["sd"] == "NaN"
    z = pt.transform([[1.0, 2.0, 3.0]])
    assert np.isfinite(z).all()


def test_an_empty_column_is_estimated():
    """It has been seen: its counts are numbers."""
    row = PowerTransformer().fit(np.full((4, 1), np.nan)).summary()[0]
    assert row["count"] == 0 and row["missing"] == 4 and "empty" in row["flags"]


# ---- arrays ----


@pytest.mark.parametrize("name", ["lambdas_", "ci95_"])
def test_arrays_are_made_once_and_are_read_only(X, name):
    pt = PowerTransformer().fit(X)
    array = getattr(pt, name)
    assert getattr(pt, name) is array
    for write in (
        lambda: array.__setitem__(0, 1.0),
        lambda: array.fill(0),
        lambda: array.sort(),
        lambda: array.__imul__(2),
        lambda: setattr(array.flags, "writeable", True),
    ):
        with pytest.raises(ValueError, match=r"read-only|cannot set WRITEABLE"):
            write()
    with pytest.raises(AttributeError):
        setattr(pt, name, array)
    before = array.copy()
    pt.partial_fit(X**2)
    assert (array == before).all() and not np.array_equal(getattr(pt, name), before)
    pt.fit(X[:, :2])
    assert len(getattr(pt, name)) == 2
    pt.merge(PowerTransformer().fit(X[:50, :2]))
    assert len(getattr(pt, name)) == 2


# ---- sketches ----


@pytest.mark.parametrize("way", ["parameter", "method", "after partial_fit"])
def test_without_sketches(X, way):
    wide = np.tile(X, (10, 7))
    kept = PowerTransformer().fit(wide)
    if way == "parameter":
        pt = PowerTransformer(keep_sketches=False).fit(wide)
    elif way == "method":
        pt = PowerTransformer().fit(wide).drop_sketches()
    else:
        pt = PowerTransformer().partial_fit(wide).drop_sketches()
    assert (pt.lambdas_ == kept.lambdas_).all()
    assert (pt.transform(wide) == kept.transform(wide)).all()
    assert len(pickle.dumps(pt)) < len(pickle.dumps(kept)) / 2
    for there in (pt, pickle.loads(pickle.dumps(pt)), copy.deepcopy(pt)):
        with pytest.raises(ValueError, match="without the data"):
            there.partial_fit(wide)
        with pytest.raises(ValueError, match="merge: fit both on data first"):
            there.merge(kept)
        with pytest.raises(ValueError, match="merge: fit both on data first"):
            copy.deepcopy(kept).merge(there)
    assert pt.fit(X).n_features_in_ == 3


def test_blocks_keep_their_sketches(X):
    pt = PowerTransformer(keep_sketches=False)
    for block in np.array_split(X, 3):
        pt.partial_fit(block)
    assert (pt.lambdas_ == PowerTransformer().fit(X).lambdas_).all()
    assert PowerTransformer(keep_sketches=False).get_params()["keep_sketches"] is False


def test_drop_before_fit():
    with pytest.raises(ValueError, match="not fitted"):
        PowerTransformer().drop_sketches()


def test_state_is_text_and_bytes(X):
    """Which every way to store an object knows."""
    pt = PowerTransformer(n_threads=2).fit(X)
    pt.lambdas_  # noqa: B018 (it is kept, but not stored)
    state = pt.__getstate__()
    for value in (state["_model"], *state["_sketches"]):
        assert isinstance(value, str | bytes)
    there = PowerTransformer.__new__(PowerTransformer)
    there.__setstate__(state)
    assert (there.transform(X) == pt.transform(X)).all()
    same = copy.copy(pt)
    same.partial_fit(X**3)
    assert not np.array_equal(same.lambdas_, pt.lambdas_)


def test_skops(X):
    io = pytest.importorskip("skops.io")
    pt = PowerTransformer().fit(X)
    data = io.dumps(pt)
    there = io.loads(data, trusted=io.get_untrusted_types(data=data))
    assert (there.transform(X) == pt.transform(X)).all()
    assert (there.partial_fit(X).lambdas_ == pt.partial_fit(X).lambdas_).all()


# ---- Arrow ----


def test_arrow_names():
    pa = pytest.importorskip("pyarrow")
    data = {"a": [1.0, 2.0, 5.0, 9.0], "b": [1.0, 3.0, None, 8.0]}
    batch = pa.RecordBatch.from_pydict(data)
    expected = PowerTransformer().fit(pa.table(data))
    assert expected.feature_names_in_.tolist() == ["a", "b"]
    for make in (
        lambda: batch,
        lambda: batch.to_struct_array(),
        lambda: pa.table(data).to_reader(),
        lambda: batch.slice(0, 4),
    ):
        for fit in ("fit", "partial_fit"):
            pt = getattr(PowerTransformer(), fit)(make())
            assert pt.feature_names_in_.tolist() == ["a", "b"]
            assert (pt.lambdas_ == expected.lambdas_).all()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            z = pt.transform(make())
        np.testing.assert_array_equal(z, expected.transform(pa.table(data)))
    with pytest.raises(ValueError, match="feature names"):
        expected.partial_fit(batch.rename_columns(["a", "c"]))
    blocks = PowerTransformer()
    for i in (0, 2):
        blocks.partial_fit(batch.slice(i, 2))
    assert (blocks.lambdas_ == expected.lambdas_).all()


# ---- metadata routing ----


def test_routing_needs_no_word_about_ours(X):
    sklearn = pytest.importorskip("sklearn")
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    y, w = (X[:, 0] > 1).astype(int), np.linspace(0, 2, len(X))
    with sklearn.config_context(enable_metadata_routing=True):
        classifier = LogisticRegression().set_fit_request(sample_weight=True)
        plain = make_pipeline(PowerTransformer(), classifier).fit(X, y, sample_weight=w)
        assert (plain[0].lambdas_ == PowerTransformer().fit(X).lambdas_).all()
        ours = PowerTransformer().set_fit_request(sample_weight=True)
        weighted = make_pipeline(ours, classifier).fit(X, y, sample_weight=w)
        expected = PowerTransformer().fit(X, sample_weight=w)
        assert (weighted[0].lambdas_ == expected.lambdas_).all()


# ---- words ----


def test_box_cox_names_every_column_that_does_not_suit(X):
    pandas = pytest.importorskip("pandas")
    bad = X.copy()
    bad[7, 0], bad[3, 2], bad[5, 2] = -1.5, 0.0, -2.0
    names = pandas.DataFrame(bad, columns=["a", "b", "c"])
    text = "strictly positive data: 'a' has -1.5 in row 7, 'c' has 0 in row 3$"
    pt = PowerTransformer("box-cox").fit(names.abs() + 1)
    for call in (
        PowerTransformer("box-cox").fit,
        PowerTransformer("box-cox").partial_fit,
        pt.transform,
        pt.partial_fit,
    ):
        with pytest.raises(ValueError, match=text):
            call(names)
    with pytest.raises(ValueError, match=r"'x0' has -1.5 in row 7, 'x2' has 0 in row 3$"):
        PowerTransformer("box-cox").fit(bad)
    sketch = Sketch("box-cox")
    with pytest.raises(ValueError, match=r"strictly positive data: x has -1.5 in row 7$"):
        sketch.update(bad[:, 0])
    with pytest.raises(ValueError, match=r"x has -2 in row 5000001$"):
        sketch.update(np.r_[np.ones(5_000_001, np.float32), np.float32(-2)], n_threads=2)
    assert sketch.count == 0
    w = np.ones(len(X))
    w[[3, 5, 7]] = 0
    assert np.isfinite(PowerTransformer("box-cox").fit(bad, sample_weight=w).lambdas_).all()


@pytest.mark.parametrize("value", ["yes", "no", None, 2, 1, 0.0, [], np.array([True, False])])
def test_what_is_no_boolean_is_refused(X, value):
    for name in ("standardize", "copy", "keep_sketches"):
        with pytest.raises(TypeError, match=f"{name}: True or False, not "):
            PowerTransformer(**{name: value}).fit(X)
    for call in (
        lambda: yeojohnson_fit(X[:, 0], standardize=value),
        lambda: Sketch().fit(standardize=value),
        lambda: bellshape.moments(X, bias=value),
    ):
        with pytest.raises(TypeError, match="True or False, not "):
            call()
    with pytest.raises((TypeError, ValueError)):
        PowerTransformer.from_lambdas([0.5], standardize=value if value is not None else "None")


def test_numpys_booleans_are_booleans(X):
    a = PowerTransformer(standardize=np.bool_(False)).fit_transform(X)
    assert (a == PowerTransformer(standardize=False).fit_transform(X)).all()


def test_merge_names_modules(X):
    with pytest.raises(
        TypeError, match=r"merge: a bellshape.PowerTransformer, not sklearn.*\.PowerTransformer"
    ):
        PowerTransformer().fit(X).merge(preprocessing.PowerTransformer())

    class Sketch(bellshape.Sketch):
        pass

    other = type("Sketch", (), {})()
    with pytest.raises(TypeError, match=r"merge: a bellshape.Sketch, not .*test_fitted.Sketch"):
        Sketch().merge(other)


def test_inverse_warns_of_what_becomes_nan():
    fit = yeojohnson_fit(1013 + np.abs(np.linspace(-5, 3, 500)) ** 2)
    with pytest.warns(UserWarning, match="2 of 3 values lie outside .* become NaN"):
        assert np.isnan(fit.inverse([1e9, 0.0, 1e12])).tolist() == [True, False, True]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit.inverse([1e9], outside="clip")
        fit.inverse(fit.transform([1014.0, np.nan]))
        with pytest.raises(ValueError, match="1 of 1"):
            fit.inverse([1e9], outside="error")


def test_dir_has_the_public_names():
    names = [name for name in dir(bellshape) if not name.startswith("_")]
    assert sorted(names) == sorted(bellshape.__all__)
    assert "__version__" in dir(bellshape)


def test_help_needs_no_other_package():
    code = "import sys; sys.modules['sklearn'] = None; import bellshape; help(bellshape)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    needing = {"PowerTransformer", "fit_batches", "transform_batches"}
    for name in bellshape.__all__:
        assert (f" {name}(" in found.stdout) == (name not in needing), name
    assert needing <= set(dir(bellshape))


# Without NumPy, arrays of Python can be fitted.
FIT = "import array, bellshape; bellshape.yeojohnson_fit(array.array('d', [1, 2, 4]))"
BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Block())
{code}
"""


@pytest.mark.parametrize(
    "blocked,code,text",
    [
        (("sklearn",), "from bellshape import PowerTransformer", "bellshape[sklearn]"),
        (("numpy",), "from bellshape import PowerTransformer", "bellshape[sklearn]"),
        (("numpy",), "import bellshape; bellshape.PowerTransformer()", "bellshape[sklearn]"),
        (("torch",), "import bellshape.nn", "bellshape[torch]"),
        (("numpy",), "import bellshape; bellshape.yeojohnson([1.0], 1)", "bellshape[numpy]"),
        (("numpy",), "import bellshape; bellshape.moments([1.0])", "bellshape[numpy]"),
        (("numpy",), "import bellshape; bellshape.standard_normal(3, 1)", "bellshape[numpy]"),
        (("numpy",), "import bellshape; bellshape.yeojohnson_fit([1.0])", "bellshape[numpy]"),
        (("numpy",), f"{FIT}.transform([1.0])", "bellshape[numpy]"),
        (("numpy",), f"{FIT}.inverse([1.0])", "bellshape[numpy]"),
        (("numpy",), f"{FIT}.profile([1.0])", "bellshape[numpy]"),
        (("numpy",), "import bellshape; bellshape.Sketch().nodes()", "bellshape[numpy]"),
        (("numpy",), "import bellshape; bellshape.Sketch().quantile(0.5)", "bellshape[numpy]"),
    ],
)
def test_what_is_missing_is_named(blocked, code, text):
    found = subprocess.run(
        [sys.executable, "-c", BLOCK.format(blocked=set(blocked), code=code)],
        capture_output=True,
        text=True,
    )
    assert found.returncode == 1
    last = found.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError") and f'pip install "{text}"' in last


def test_help_has_a_line_for_each_number():
    for kind, fields in (
        (bellshape.Moments, bellshape.Moments._fields),
        (bellshape.Fit, yeojohnson_fit([1.0, 2.0]).summary()[0]),
    ):
        for field in fields:
            if field != "name":
                assert field in kind.__doc__, field
    from bellshape import _core

    for flag in _core.FIT_FLAGS:
        assert f'"{flag}"' in bellshape.Fit.__doc__, flag


def test_every_flag_has_a_note():
    from bellshape import _core, _summary

    row = yeojohnson_fit([1.0, 2.0, 5.0]).summary()[0]
    del row["verdicts"]  # as in a model without data
    for flag in _core.FIT_FLAGS:
        if flag != "infinite":
            assert _summary.note({**row, "flags": (flag,)})
    assert _summary.note({**row, "flags": ("some_flag",)}) == "some flag"
