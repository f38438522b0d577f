# SPDX-License-Identifier: BSD-3-Clause
"""Calls that take long: Ctrl-C ends them, and a fork while one runs does not hang the child."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import bellshape
from bellshape import _core

# Each takes many seconds; none needs much memory.
LONG = {
    "moments of a line": "bellshape.moments(np.broadcast_to(1.5, 10**11))",
    "moments of lines": "bellshape.moments(np.broadcast_to(1.5, (10**5, 10**6)), axis=0)",
    "moments of rows": "bellshape.moments(np.broadcast_to(x, (10**6, 10**5)), axis=1)",
    "update": "bellshape.Sketch().update(np.broadcast_to(1.5, 10**11))",
    "update of float32": "bellshape.Sketch().update(np.broadcast_to(f, 10**11), n_threads=2)",
    "Box-Cox": "bellshape.Sketch('box-cox').update(np.broadcast_to(1.5, 10**11))",
    "fit": "bellshape.yeojohnson_fit(np.broadcast_to(1.5, 10**11))",
    "fit of columns": "many.fit(-np.inf, np.inf, True, 1, None, None)",
    "profile": "fit.profile(np.broadcast_to(0.5, 10**7))",
    "core transform": "_core.yeojohnson(line, lmbda, line, 1)",
    "core inverse": "_core.yeojohnson_inverse(line, lmbda, line, 1, 0)",
    "core lambdas": "_core.yeojohnson(line, lambdas, line, 1)",
    "model": "model.transform(table, table, 1)",
    "model inverse": "model.inverse(table, table, 1, 0)",
    "normal": "_core.standard_normal(line, 1, 0, 0, 1)",
}
# `line` is a file that nobody has written: 30 GB of addresses, of which few are ever touched.
SETUP = """
import mmap, signal, sys, tempfile, threading, time
import numpy as np
import bellshape
from bellshape import _core
def holes(n):
    file = tempfile.TemporaryFile()
    file.truncate(8 * n)
    return np.frombuffer(mmap.mmap(file.fileno(), 8 * n, flags=mmap.MAP_PRIVATE), np.float64)
x, f = np.arange(10**5) / 7.0, np.float32(1.5)
fit = bellshape.yeojohnson_fit(x[:2000])
"""


def script(call):
    setup = SETUP
    if "line" in call:
        setup += "line = holes(3 * 10**9)\nlmbda = np.broadcast_to(0.5, line.shape)\n"
    if "lambdas" in call:
        setup += "line = line.reshape(-1, 2)\n"
        setup += "lambdas = np.broadcast_to(np.array([0.5, 0.6]), line.shape)\n"
    if "model" in call:
        setup += "table = holes(3 * 10**9).reshape(-1, 3)\n"
        setup += "model = _core.Model.plain([0.5, 0.6, -1.0], _core.METHODS['yeo-johnson'])\n"
    if "many" in call:
        setup += "many = _core.Sketches(40000, _core.METHODS['yeo-johnson'])\n"
        setup += "many.update(np.broadcast_to(x[:1000, None], (1000, 40000)), None, 1)\n"
    return (
        setup
        + f"""
began = []
def interrupt():
    began.append(time.monotonic())
    signal.raise_signal(signal.SIGINT)
timer = threading.Timer(0.3, interrupt)
timer.start()
try:
    {call}
except KeyboardInterrupt:
    print(time.monotonic() - began[0])
else:
    print("ended by itself")
"""
    )


@pytest.fixture(autouse=True)
def interrupts():
    """Let SIGINT raise KeyboardInterrupt, here and in child processes.

    A shell without job control starts what runs in the background with SIGINT ignored, and Python
    leaves it so.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("call", LONG.values(), ids=LONG)
def test_ctrl_c(call):
    found = subprocess.run(
        [sys.executable, "-c", script(call)], capture_output=True, text=True, timeout=120
    )
    assert found.returncode == 0, found.stderr
    assert float(found.stdout) < 1


def test_a_sketch_that_was_interrupted_says_so():
    sketch = bellshape.Sketch()
    threading.Timer(0.2, signal.raise_signal, [signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        sketch.update(np.broadcast_to(1.5, 10**11))
    with pytest.raises(ValueError, match="an interrupt has left this sketch incomplete"):
        sketch.to_bytes()


def test_blocks_change_no_bit(rng):
    """Of arrays that are longer than a block between two looks at signals."""
    x = rng.lognormal(size=9_000_001).astype(np.float32)
    fit, parts = bellshape.yeojohnson_fit(x), bellshape.Sketch()
    for part in np.array_split(x, 3):
        parts.update(part)
    assert fit.lmbda == parts.fit().lmbda
    cut = 4_200_000
    for f in (fit.transform, fit.inverse, lambda v: bellshape.yeojohnson(v, 0.3)):
        whole = f(np.minimum(x, 0.5))
        assert (whole[:cut] == f(np.minimum(x[:cut], 0.5))).all()
        assert (whole[cut:] == f(np.minimum(x[cut:], 0.5))).all()
    assert bellshape.moments(x) == bellshape.moments(x, n_threads=2)
    z = bellshape.standard_normal(9_000_000, 3, offset=2**64 - 5)
    assert (z[5_000_000:] == bellshape.standard_normal(4_000_000, 3, offset=4_999_995)).all()


# ---- fork ----


def forked(child):
    """Run child() after a fork and return its exit status; None if it hangs."""
    pid = os.fork()
    if pid == 0:
        try:
            child()
            os._exit(0)
        except ValueError:
            os._exit(3)
        except BaseException:
            os._exit(1)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


USES = {
    "to_bytes": lambda s: s.to_bytes(),
    "update": lambda s: s.update([1.0, 2.0]),
    "fit": lambda s: s.fit(),
    "count": lambda s: s.count,
    "merge": lambda s: bellshape.Sketch().merge(s),
    "merge into": lambda s: s.merge(bellshape.Sketch()),
    "repr": repr,
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_fork_while_a_thread_updates(use):
    sketch = bellshape.Sketch()
    values = np.broadcast_to(1.5, 10**8)
    thread = threading.Thread(target=sketch.update, args=(values,))
    thread.start()
    time.sleep(0.1)
    alive = thread.is_alive()
    status = forked(lambda: use(sketch))
    thread.join()
    # Half of an update is no sketch: the child is told so, and the parent knows nothing of it.
    assert status == 3 if alive else status in (0, 3)
    assert sketch.count == len(values)
    assert forked(lambda: use(sketch)) == 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fork_while_a_thread_reads():
    sketches = _core.Sketches(20000, _core.METHODS["yeo-johnson"])
    sketches.update(np.random.default_rng(1).normal(size=(50, 20000)), None, 1)
    expected = sketches.to_bytes()
    thread = threading.Thread(target=sketches.fit, args=(-np.inf, np.inf, True, 1, None, None))
    thread.start()
    time.sleep(0.1)

    def child():
        assert sketches.to_bytes() == expected

    assert forked(child) == 0
    thread.join()
    assert sketches.to_bytes() == expected


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_grandchild():
    sketch = bellshape.Sketch()
    sketch.update([1.0, 2.0, 4.0])

    def child():
        sketch.update([3.0])
        assert forked(lambda: sketch.update([5.0])) == 0
        assert sketch.count == 4

    assert forked(child) == 0 and sketch.count == 3
