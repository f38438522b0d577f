# SPDX-License-Identifier: BSD-3-Clause
"""The threads that layers run on: torch's, or the library's own."""

import os
import pathlib
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch")
import bellshape  # noqa: E402
from bellshape.nn import BatchNormalNorm2d, _threads  # noqa: E402

TASKS = pathlib.Path("/proc/self/task")

needs_pool = pytest.mark.skipif(_threads._addresses() is None, reason="torch exports no threads")
needs_linux = pytest.mark.skipif(not TASKS.exists(), reason="the threads are counted in /proc")


@pytest.fixture(autouse=True)
def threads():
    """Four threads, however many CPUs there are."""
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    yield
    torch.set_num_threads(before)
    _threads.use_torch()


def step(dtype, layout):
    """Train for one step, then evaluate; return all that was computed."""
    generator = torch.Generator().manual_seed(1)
    u = torch.randn(16, 24, 20, 20, generator=generator, dtype=dtype).to(memory_format=layout)
    u.requires_grad_(True)
    torch.manual_seed(2)
    layer = BatchNormalNorm2d(24, dtype=dtype)
    out = layer(u)
    (out * out.detach().cos()).sum().backward()
    layer.eval()
    return out, u.grad, layer.weight.grad, layer(u), layer.running_var


@needs_pool
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_results_do_not_depend_on_whose_threads(dtype, layout):
    results = []
    for use in (False, True):
        assert _threads.use_torch(use) is use
        results.append(step(dtype, layout))
    torch.set_num_threads(1)
    results.append(step(dtype, layout))
    for other in results[1:]:
        assert all(torch.equal(a, b) for a, b in zip(results[0], other, strict=True))


def test_torch_since_2_10_has_threads_to_lend():
    version = tuple(int(part) for part in torch.__version__.split(".")[:2])
    if sys.platform == "linux":
        assert (_threads._addresses() is not None) == (version >= (2, 10))


def in_child(function):
    """Run a function in a process forked from this one.  It must return True."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if function() else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0


def count():
    return len(list(TASKS.iterdir()))


@needs_pool
@needs_linux
def test_layers_start_no_threads_beside_those_of_torch():
    _threads.use_torch()
    torch.ones(1 << 20).exp()  # starts the threads of torch
    step(torch.float32, torch.contiguous_format)
    before = count()
    step(torch.float32, torch.contiguous_format)
    assert count() == before


@needs_pool
@needs_linux
def test_functions_that_ask_for_more_threads_have_our_own():
    x = np.arange(2e6)
    expected = bellshape.moments(x)
    bellshape.moments(x, n_threads=4)
    before = count()
    assert bellshape.moments(x, n_threads=7) == expected
    assert count() > before


@needs_linux
def test_a_child_has_our_own_threads():
    """The threads of OpenMP would not be there, and the child would wait for them."""
    step(torch.float32, torch.contiguous_format)
    x = np.arange(2e6)
    expected = bellshape.moments(x, n_threads=4)
    in_child(lambda: bellshape.moments(x, n_threads=4) == expected and count() == 4)
