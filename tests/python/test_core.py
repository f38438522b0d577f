# SPDX-License-Identifier: BSD-3-Clause
"""The extension: its types, and its constants beside the C headers."""

import copy
import gc
import math
import os
import pickle
import re
import sys
import threading

import numpy as np
import pytest

import bellshape
from bellshape import _core, _summary
from conftest import ROOT

HEADERS = ROOT / "include" / "bellshape"


def header(name):
    """A header without its comments."""
    return re.sub(r"/\*.*?\*/", "", (HEADERS / f"{name}.h").read_text(), flags=re.DOTALL)


def enum(name, of):
    """The constants of an enum, in their order."""
    body = re.search(rf"enum {of} {{(.*?)}}", header(name), flags=re.DOTALL)[1]
    return [constant.split("=")[0].strip() for constant in body.split(",") if constant.strip()]


def limit(name, of):
    """The value of a constant."""
    return float(re.search(rf"#define {of}\s+(\S+)", header(name))[1])


def sketches(columns=2, n=3000):
    made = _core.Sketches(columns, _core.METHODS["yeo-johnson"])
    made.update(np.exp(bellshape.standard_normal((n, columns), seed=1)), None, 1)
    return made


def fitted(made):
    return made.fit(-math.inf, math.inf, True, 1, None, None)


# ---- constants ----


def test_words_are_those_of_the_headers():
    methods = enum("transform", "bell_method")
    for name, number in _core.METHODS.items():
        # The last one has a number of its own.
        assert methods[min(number, len(methods) - 1)] == f"BELL_{name.upper().replace('-', '_')}"
    assert [f"BELL_{name.upper()}" for name in _core.CRITERIA] == enum(
        "fit_options", "bell_criterion"
    )
    assert list(_core.CRITERIA.values()) == list(range(len(_core.CRITERIA)))
    assert [f"BELL_OUTSIDE_{name.upper()}" for name in _core.OUTSIDE] == enum(
        "transform", "bell_outside"
    )
    assert [f"BELL_FIT_{name.upper()}" for name in _core.FIT_FLAGS] == enum("fit", "bell_fit_flag")
    assert list(_core.OUTSIDE.values()) == list(range(len(_core.OUTSIDE)))


def test_limits_are_those_of_the_headers():
    assert limit("backend", "BELL_MAX_THREADS") == _core.MAX_THREADS
    assert limit("sketch", "BELL_MAX_WEIGHT") == _core.MAX_WEIGHT
    assert limit("sketch", "BELL_SKETCH_EXACT") == _core.SKETCH_EXACT
    with pytest.raises(ValueError, match=f"0 to {_core.MAX_THREADS}, not {_core.MAX_THREADS + 1}"):
        bellshape.moments([1.0, 2.0], n_threads=_core.MAX_THREADS + 1)


def test_every_flag_has_a_note_or_a_count():
    assert set(_summary.NOTES) == set(_core.FIT_FLAGS) - {"infinite", "collapsed", "robust"}


def test_statistics_of_layers_have_the_fields_of_the_struct():
    pytest.importorskip("torch")
    from bellshape.nn._statistics import Statistics

    assert tuple(name.replace("lmbda", "lambda") for name in Statistics._fields) == (
        _core.LAYER_STATISTICS
    )


# ---- types ----


def test_types_cannot_be_changed_or_made_wrongly():
    for kind in (_core.Model, _core.Sketches):
        with pytest.raises(TypeError):
            kind.update = None
        with pytest.raises(TypeError):
            type("Derived", (kind,), {})
    with pytest.raises(TypeError):
        _core.Model()
    with pytest.raises(ValueError, match="sketch"):
        _core.Sketches(2, 99)
    with pytest.raises(MemoryError):
        _core.Sketches(-1, 0)
    with pytest.raises(TypeError):
        sketches().merge(3)
    one = sketches()
    with pytest.raises(ValueError, match="itself"):
        one.merge(one)
    with pytest.raises(ValueError, match="merge"):
        one.merge(_core.Sketches(1, 0))


def test_bytes_serve_every_method():
    for number in _core.METHODS.values():
        assert (
            _core.Sketches.from_bytes(sketches().to_bytes(), number).to_bytes()
            == sketches().to_bytes()
        )
    with pytest.raises(ValueError, match="method"):
        _core.Sketches.from_bytes([], 99)
    for wrong in (3, None, ["text"]):
        with pytest.raises(TypeError):
            _core.Sketches.from_bytes(wrong, 0)


def test_copies_and_pickles():
    made = sketches()
    for other in (made.copy(), copy.copy(made), copy.deepcopy(made)):
        assert other is not made and other.to_bytes() == made.to_bytes()
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        other = pickle.loads(pickle.dumps(made, protocol))
        assert other.to_bytes() == made.to_bytes() and other.method == "yeo-johnson"
        model = pickle.loads(pickle.dumps(fitted(made), protocol))
        assert model.fits() == fitted(made).fits() and model.names() == [None, None]
        assert len(model) == 2


def test_objects_free_what_they_own():
    resource = pytest.importorskip("resource")

    def kilobytes():
        gc.collect()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    references = sys.getrefcount(_core.Sketches), sys.getrefcount(_core.Model)
    for turn in range(200):
        made = sketches(10, 1500)
        fitted(made).to_json([None] * 10)
        pickle.loads(pickle.dumps(made))
        if turn == 50:
            before = kilobytes()
    del made
    assert kilobytes() - before < 20000
    assert (sys.getrefcount(_core.Sketches), sys.getrefcount(_core.Model)) == references


def test_many_threads_use_the_same_sketches():
    a, b = (_core.Sketches(1, 0) for _ in range(2))
    x = bellshape.standard_normal((2000, 1), seed=1)

    def work():
        for _ in range(20):
            a.update(x, None, 1)
            b.update(x, None, 1)
            a.copy()
            fitted(b)

    def merge(into, other):
        for _ in range(5):
            into.merge(other)

    run = [threading.Thread(target=work) for _ in range(4)]
    for thread in run:
        thread.start()
    for thread in run:
        thread.join()
    assert a.summary()[0]["count"] == b.summary()[0]["count"] == 4 * 20 * 2000
    # Merges in both directions at once do not wait for each other forever.
    run = [threading.Thread(target=merge, args=pair) for pair in ((a, b), (b, a))]
    for thread in run:
        thread.start()
    for thread in run:
        thread.join(60)
    assert not any(thread.is_alive() for thread in run)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_goes_on():
    made = sketches()
    child = os.fork()
    if child == 0:
        ok = fitted(made).fits() == fitted(pickle.loads(pickle.dumps(made))).fits()
        os._exit(0 if ok else 1)
    assert os.waitpid(child, 0)[1] == 0
