# SPDX-License-Identifier: BSD-3-Clause
"""Layers on bfloat16 and float16 on the CPU: the results of float32, rounded once, no copies."""

import contextlib

import pytest

torch = pytest.importorskip("torch")

import bellshape.nn as bn  # noqa: E402
from bellshape import _core  # noqa: E402
from bellshape.nn._library import TYPES  # noqa: E402

NARROW = [torch.bfloat16, torch.float16]
SHAPE = (12, 6, 5, 7)
LAYERS = {
    "batch": lambda: bn.BatchNormalNorm2d(6),
    "layer": lambda: bn.LayerNormalNorm(7),
    "group": lambda: bn.GroupNormalNorm(2, 6),
    "instance": lambda: bn.InstanceNormalNorm2d(6, affine=True),
    "without weights": lambda: bn.BatchNormalNorm2d(6, affine=False),
}


@pytest.fixture
def calls(monkeypatch):
    """The arguments of the calls of the C library, after their shapes and options."""
    seen = []

    def recorded(name):
        call = getattr(_core, name)

        def record(*args):
            seen.append((name, args[0], *args[3:]))
            return call(*args)

        return record

    for name in ("layer_forward", "layer_backward", "layer_evaluate"):
        monkeypatch.setattr(_core, name, recorded(name))
    return seen


def run(layer, x, grad):
    """Return output, gradients and evaluation of a layer, with noise of one seed."""
    x = x.detach().requires_grad_()
    torch.manual_seed(1)
    y = layer.train()(x)
    y.backward(grad)
    found = [y.detach(), x.grad, *(p.grad for p in layer.parameters())]
    layer.zero_grad()
    layer.eval()
    with torch.no_grad():
        return [*found, layer(x)]


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("dtype", NARROW)
def test_results_are_those_of_float32_rounded_once(kind, dtype, layout):
    x = torch.randn(SHAPE).exp().to(dtype).contiguous(memory_format=layout)
    grad = torch.randn_like(x)
    for weights in (torch.float32, dtype):
        layer = LAYERS[kind]()
        for p in layer.parameters():
            torch.nn.init.uniform_(p)
            p.data = p.to(dtype).float()
        want = run(layer, x.float(), grad.float())
        statistics = [b.clone() for b in layer.buffers()]
        for b, start in zip(layer.buffers(), LAYERS[kind]().buffers(), strict=True):
            b.copy_(start)
        for p in layer.parameters():
            p.data = p.to(weights)
        got = run(layer, x, grad)
        for a, b in zip(got, want, strict=True):
            assert torch.equal(a, b.to(a.dtype))
        # the output and its gradient are of the type of the input, the others of the weights
        assert [t.dtype for t in got] == [dtype, dtype, *[weights] * (len(got) - 3), dtype]
        assert all(map(torch.equal, layer.buffers(), statistics))
        assert kind == "layer" or got[0].stride() == x.stride()


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("weights", ["float32", "narrow", "autocast"])
@pytest.mark.parametrize("dtype", NARROW)
def test_the_library_reads_and_writes_the_tensors_themselves(calls, dtype, weights, layout):
    layer = bn.BatchNormalNorm2d(6)
    if weights == "narrow":
        layer.to(dtype)
    x = torch.randn(SHAPE).to(dtype).contiguous(memory_format=layout).requires_grad_()
    autocast = weights == "autocast"
    with torch.autocast("cpu", dtype) if autocast else contextlib.nullcontext():
        y = layer(x)
    grad = torch.randn_like(y)
    (du,) = torch.autograd.grad(y, x, grad)
    with torch.no_grad():
        z = layer.eval()(x)
    forward, backward, evaluate = calls
    assert forward[:3] == ("layer_forward", TYPES[dtype], x.data_ptr())
    assert forward[5] == y.data_ptr()
    assert backward[1] == TYPES[dtype] and backward[4] == x.data_ptr()
    assert backward[7:9] == (grad.data_ptr(), du.data_ptr())
    assert evaluate[:3] == ("layer_evaluate", TYPES[dtype], x.data_ptr())
    assert evaluate[6] == z.data_ptr()


@pytest.mark.parametrize("dtype", NARROW)
def test_groups_of_a_single_value(dtype):
    x = torch.randn(5, 1).to(dtype).requires_grad_()
    layer = bn.LayerNormalNorm(1)
    torch.nn.init.constant_(layer.bias, 0.3)
    y = layer(x)
    y.sum().backward()
    assert torch.equal(y, torch.full_like(x, 0.3)) and not x.grad.any()
