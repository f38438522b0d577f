# SPDX-License-Identifier: BSD-3-Clause
"""Lines of docs/nn_compatibility.md that no other file tests; the tests that it names are there."""

import copy
import pathlib
import re

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.func import functional_call, stack_module_state, vmap  # noqa: E402

import bellshape.nn as bn  # noqa: E402

HERE = pathlib.Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "nn_compatibility.md"


def network(**options):
    return nn.Sequential(
        nn.Linear(6, 8),
        bn.BatchNormalNorm1d(8, **options),
        nn.ReLU(inplace=True),
        bn.LayerNormalNorm(8, **options),
        nn.Linear(8, 2),
    )


def test_the_page_names_tests_that_are_there():
    named = re.findall(r"`(test_nn\w*)\.py::(test_\w+)`", PAGE.read_text())
    assert len(named) > 20
    for file, test in named:
        assert f"\ndef {test}(" in (HERE / f"{file}.py").read_text(), (file, test)


@pytest.mark.parametrize("use_buffers", [True, False])
def test_averaged_models(use_buffers):
    net = network()
    averaged = torch.optim.swa_utils.AveragedModel(net, use_buffers=use_buffers)
    for _ in range(2):
        net(torch.randn(16, 6)).sum().backward()
        with torch.no_grad():
            for p in net.parameters():
                p.sub_(0.01 * p.grad)
        averaged.update_parameters(net)
    assert bn.update_statistics([torch.randn(16, 6)], averaged) == 1
    assert averaged.eval()(torch.randn(3, 6)).isfinite().all()


def test_ensembles():
    nets = [network().eval() for _ in range(3)]
    weights, buffers = stack_module_state(nets)
    x = torch.randn(4, 6)
    base = copy.deepcopy(nets[0])
    out = vmap(lambda w, b: functional_call(base, (w, b), (x,)))(weights, buffers)
    for one, net in zip(out, nets, strict=True):
        torch.testing.assert_close(one, net(x))


def test_modes_of_torch():
    """Inference mode, anomaly detection and deterministic algorithms."""
    net, x = network(noise=0), torch.randn(5, 6)
    with torch.inference_mode():
        expected = net.eval()(x)
    assert torch.equal(net(x), expected)
    with torch.autograd.detect_anomaly(check_nan=True):
        net.train()(x).sum().backward()
    torch.use_deterministic_algorithms(True)
    try:
        net(x).sum().backward()
    finally:
        torch.use_deterministic_algorithms(False)


def test_meta_device():
    with torch.device("meta"):
        net = network()
    assert net(torch.empty(5, 6, device="meta")).shape == (5, 2)
    net.to_empty(device="cpu")
    for m in net:
        if hasattr(m, "reset_parameters"):
            m.reset_parameters()
    assert net[1].running_var.eq(1).all() and net(torch.randn(5, 6)).isfinite().all()


def test_dynamic_quantization_leaves_them_alone():
    torch.backends.quantized.engine = torch.backends.quantized.supported_engines[-1]
    net = torch.ao.quantization.quantize_dynamic(network().eval(), {nn.Linear})
    assert type(net[1]) is bn.BatchNormalNorm1d
    assert net(torch.randn(3, 6)).shape == (3, 2)
    quantized = torch.quantize_per_tensor(torch.randn(3, 8), 0.1, 0, torch.quint8)
    with pytest.raises((TypeError, NotImplementedError)):
        net[1](quantized)


def test_errors_of_what_is_not_there():
    with pytest.raises((RuntimeError, torch.jit.frontend.NotSupportedError)):
        torch.jit.script(bn.BatchNormalNorm1d(3))
    x = torch.randn(4, 3, requires_grad=True)
    out = bn.LayerNormalNorm(3)(y := x * 1)
    y.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.sum().backward()
