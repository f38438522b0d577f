# SPDX-License-Identifier: BSD-3-Clause
"""bellshape.nn under torch.compile and torch.export."""

import copy
import shutil
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

import bellshape.nn as bn  # noqa: E402


def net(noise):
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 6, 3),
        bn.BatchNormalNorm2d(6, momentum=None, noise=noise),
        nn.ReLU(),
        bn.GroupNormalNorm(2, 6, noise=noise),
        nn.Flatten(),
        nn.Linear(96, 8),
        bn.LayerNormalNorm(8, noise=noise),
    )


def step(run, owner, x):
    owner.zero_grad()
    out = run(x)
    out.square().sum().backward()
    return [out, *(p.grad for p in owner.parameters()), *owner.buffers()]


@pytest.mark.parametrize("backend", ["aot_eager", "inductor"])
def test_compile(backend):
    if backend == "inductor" and not shutil.which("g++"):
        pytest.skip("inductor needs g++")
    torch._dynamo.reset()
    eager = net(noise=0.0)
    owner = copy.deepcopy(eager)
    compiled = torch.compile(owner, fullgraph=True, backend=backend)
    for batch in (5, 7, 9):
        x = torch.randn(batch, 3, 6, 6).to(memory_format=torch.channels_last)
        for a, b in zip(step(compiled, owner, x), step(eager, eager, x), strict=True):
            torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)
    owner.eval(), eager.eval()
    torch.testing.assert_close(compiled(x), eager(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("backend", ["aot_eager", "inductor"])
def test_compiled_noise_is_of_the_generator(backend):
    if backend == "inductor" and not shutil.which("g++"):
        pytest.skip("inductor needs g++")
    torch._dynamo.reset()
    m, x = bn.BatchNormalNorm1d(6), torch.randn(8, 6)
    compiled = torch.compile(m, fullgraph=True, backend=backend)
    torch.manual_seed(5)
    first, second = compiled(x), compiled(x)
    torch.manual_seed(5)
    assert torch.equal(compiled(x), first) and torch.equal(compiled(x), second)
    assert not torch.equal(first, second)
    if backend == "aot_eager":
        torch.manual_seed(5)
        assert torch.equal(m(x), first)


def test_the_same_noise_with_inductor():
    """With its own random numbers replaced by torch's, inductor draws the seed that eager draws."""
    if not shutil.which("g++"):
        pytest.skip("inductor needs g++")
    torch._dynamo.reset()
    m, x = bn.BatchNormalNorm1d(6), torch.randn(8, 6)
    with torch._inductor.config.patch(fallback_random=True):
        compiled = torch.compile(m, fullgraph=True)
        torch.manual_seed(5)
        out = compiled(x)
    torch.manual_seed(5)
    assert torch.equal(m(x), out)


@pytest.mark.skipif(torch.__version__ < "2.7", reason="2.6 exports a batch as a constant")
@pytest.mark.parametrize("training", [True, False])
def test_export(training):
    model = net(noise=0.4 if training else 0.0).train(training)
    x = torch.randn(4, 3, 6, 6)
    batch = torch.export.Dim("batch", min=2, max=64)
    exported = torch.export.export(copy.deepcopy(model), (x,), dynamic_shapes=({0: batch},))
    called = {str(n.target) for n in exported.graph.nodes if n.op == "call_function"}
    assert "bellshape.normal_norm.default" in called
    assert ("bellshape.normal_norm_frozen.default" in called) != training
    module = exported.module()
    for n in (4, 6):
        x = torch.randn(n, 3, 6, 6)
        torch.manual_seed(2)
        expected = model(x)
        torch.manual_seed(2)
        assert torch.equal(module(x), expected)
    buffers = dict(module.named_buffers())
    assert buffers.pop("1.num_batches_tracked") == (2 if training else 0)
    for name, value in buffers.items():
        assert torch.equal(value, model.get_buffer(name)), name


@pytest.mark.parametrize("last", [False, True], ids=["packed", "channels last"])
def test_export_of_any_size(last):
    m = bn.BatchNormalNorm2d(4, noise=0.0, track_running_stats=False)
    to = torch.channels_last if last else torch.contiguous_format
    auto = torch.export.Dim.AUTO
    x = torch.randn(2, 4, 3, 5).to(memory_format=to)
    run = torch.export.export(m, (x,), dynamic_shapes=({0: auto, 2: auto, 3: auto},)).module()
    for shape in ((3, 4, 8, 2), (2, 4, 3, 7)):
        x = torch.randn(shape).to(memory_format=to)
        assert torch.equal(run(x), m(x)) and run(x).stride() == x.stride()


def test_a_graph_of_a_bad_call_says_why():
    m = torch.compile(bn.BatchNormalNorm1d(4), backend="eager")
    with pytest.raises(ValueError, match="more than 1 value"):
        m(torch.randn(1, 4))


def test_the_compiler_is_not_imported():
    """It takes a second or two, which eager code need not wait for, unless torch itself does so."""
    code = "import sys, bellshape.nn; print('torch._dynamo' in sys.modules)"
    other = code.replace("bellshape.nn", "torch")
    said = [
        subprocess.run([sys.executable, "-c", c], capture_output=True, text=True, check=True).stdout
        for c in (code, other)
    ]
    assert said[0] == said[1]
