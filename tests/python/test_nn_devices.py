# SPDX-License-Identifier: BSD-3-Clause
"""What bellshape.nn does on devices other than the CPU, as far as a CPU can show it."""

import pytest

torch = pytest.importorskip("torch")

import bellshape.nn as bn  # noqa: E402
import nn_cases as cases  # noqa: E402
from bellshape.nn import _operators, _torch  # noqa: E402
from test_nn_operators import other_device  # noqa: E402

EMPTY = {
    "batch": (bn.BatchNormalNorm2d(4), (0, 4, 3, 3)),
    "batch, no positions": (bn.BatchNormalNorm1d(4), (3, 4, 0)),
    "batch, evaluated": (bn.BatchNormalNorm2d(4).eval(), (0, 4, 3, 3)),
    "group": (bn.GroupNormalNorm(2, 4), (0, 4, 3, 3)),
    "layer": (bn.LayerNormalNorm(4), (2, 0, 4)),
    "instance": (bn.InstanceNormalNorm2d(4, affine=True), (0, 4, 3, 3)),
}


@pytest.mark.parametrize("module,shape", EMPTY.values(), ids=EMPTY)
def test_empty_batches(module, shape):
    x = torch.zeros(shape, requires_grad=True)
    with other_device():
        out = module(x)
        out.sum().backward()
    assert out.shape == x.grad.shape == shape
    assert module.weight.grad.eq(0).all() and module.bias.grad.eq(0).all()


def test_running_statistics_on_another_device():
    """Nothing is counted, and the error names the remedy."""
    m = bn.BatchNormalNorm1d(3, affine=False)
    with pytest.raises(ValueError, match=r'on meta, the running statistics on cpu.*to\("meta"\)'):
        m(torch.empty(5, 3, device="meta"))
    assert m.num_batches_tracked == 0


@pytest.mark.parametrize("wanted", [False, True])
def test_noise_is_made_again_for_the_gradient_of_the_weight_alone(monkeypatch, wanted):
    made, normal = [], _torch.normal

    def counted(*arguments):
        made.append(arguments)
        return normal(*arguments)

    monkeypatch.setattr(_torch, "normal", counted)
    layer, shape = cases.layer_of("group")
    u = cases.random_input(shape).requires_grad_()
    weight, bias = (w.requires_grad_() for w in cases.random_weights(layer, shape))
    with other_device():
        out = _operators.normal_norm(
            u, weight.requires_grad_(wanted), bias, torch.tensor(3), *layer
        )[0]
        out.sum().backward()
    assert len(made) == 1 + wanted
    expected = cases.operator(u, weight.detach(), bias.detach(), torch.ones(shape), layer, seed=3)
    assert cases.apart(u.grad, expected[2]) < 1e-12
    assert cases.apart(bias.grad, expected[4]) < 1e-12
