# SPDX-License-Identifier: BSD-3-Clause
"""Second derivatives of bellshape.nn, and torch.func against autograd."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.func import functional_call, grad, hessian, jacfwd, jacrev, vjp, vmap  # noqa: E402

import bellshape.nn as bn  # noqa: E402
import nn_cases as cases  # noqa: E402
from bellshape.nn import _operators, _torch  # noqa: E402

LAYERS = {
    "batch": (lambda **o: bn.BatchNormalNorm1d(3, **o), (5, 3)),
    "batch, positions": (lambda **o: bn.BatchNormalNorm2d(2, **o), (3, 2, 2, 2)),
    "batch, no weights": (lambda **o: bn.BatchNormalNorm1d(3, affine=False, **o), (5, 3)),
    "layer": (lambda **o: bn.LayerNormalNorm(6, **o), (3, 6)),
    "layer, no bias": (lambda **o: bn.LayerNormalNorm((2, 3), bias=False, **o), (2, 2, 3)),
    "group": (lambda **o: bn.GroupNormalNorm(2, 4, **o), (2, 4, 3)),
    "instance": (lambda **o: bn.InstanceNormalNorm1d(2, affine=True, **o), (2, 2, 5)),
}


def layer(name, training=True, **options):
    make, shape = LAYERS[name]
    module = make(noise=0, dtype=torch.float64, **options).train(training)
    generator = torch.Generator().manual_seed(2)
    for p in module.parameters():
        p.data = torch.randn(p.shape, generator=generator, dtype=torch.float64)
    if getattr(module, "running_lmbda", None) is not None:
        module.running_lmbda.uniform_(0.2, 1.8, generator=generator)
        module.running_var.uniform_(0.5, 2, generator=generator)
    return module, cases.random_input(shape).requires_grad_()


@pytest.mark.parametrize("mode", cases.MODES)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", LAYERS)
def test_gradgradcheck(name, training, mode):
    """Against differences of the outputs and of the gradients."""
    module, x = layer(name, training, mode=mode)
    names, parameters = map(tuple, (dict(module.named_parameters()), module.parameters()))

    def call(x, *values):
        return functional_call(module, dict(zip(names, values, strict=True)), (x,))

    torch.autograd.gradcheck(call, (x, *parameters))
    torch.autograd.gradgradcheck(call, (x, *parameters))


def test_third_derivatives():
    module, x = layer("layer")

    def first(x):
        return torch.autograd.grad(module(x).pow(3).sum(), x, create_graph=True)[0]

    torch.autograd.gradgradcheck(first, (x,))


def test_gradgradcheck_of_the_operators():
    u = cases.random_input((4, 3)).requires_grad_()
    w = torch.randn(3, dtype=torch.float64, requires_grad=True)
    frozen = torch.rand(3, 9, dtype=torch.float64) + 0.5
    options = (3, True, False, "exact", 0.0, 1.0, 1e-5)
    torch.autograd.gradgradcheck(
        lambda u, w: _operators.normal_norm(u, w, None, None, *options)[0], (u, w)
    )
    torch.autograd.gradgradcheck(
        lambda u, w: _operators.normal_norm_frozen(u, w, None, frozen, "exact", 1e-5), (u, w)
    )


@pytest.mark.parametrize("dtype,tolerance", [(torch.float64, 1e-10), (torch.float32, 1e-3)])
def test_gradient_penalty_with_noise(dtype, tolerance):
    """Against plain torch with the same noise, which counts as a constant."""
    module = bn.BatchNormalNorm1d(6, noise=0.7, dtype=dtype)
    x = cases.random_input((16, 6), dtype).requires_grad_()
    torch.manual_seed(5)
    seed = torch.randint(2**63 - 1, ())
    torch.manual_seed(5)

    def penalty(f, x, weights):
        (first,) = torch.autograd.grad(f(x).square().sum(), x, create_graph=True)
        return torch.autograd.grad((first.norm() - 1) ** 2, (x, *weights))

    got = penalty(module, x, (module.weight,))
    u, w = x.detach().double().requires_grad_(), torch.ones(6).double().requires_grad_()
    z = cases.c_noise(u.numel(), dtype, int(seed)).double()
    plain = _torch.Layer(6, True, False, "exact", 0.7, 1.0, 1e-5)
    b = torch.zeros(6).double()
    expected = penalty(lambda u: _torch.forward(u, w, b, z, plain)[0], u, (w,))
    for a, e in zip(got, expected, strict=True):
        assert cases.apart(a, e) < tolerance


def test_the_first_derivative_keeps_its_bits():
    module, x = layer("batch")
    out = module(x)
    g = torch.randn_like(out)
    (plain,) = torch.autograd.grad(out, x, g, retain_graph=True)
    (with_graph,) = torch.autograd.grad(out, x, g, create_graph=True)
    assert torch.equal(plain, with_graph)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", LAYERS)
def test_torch_func_is_autograd(name, training):
    module, x = layer(name, training)
    if training and getattr(module, "running_mean", None) is not None:
        module = type(module)(module.num_features, track_running_stats=False, noise=0).double()
    v = x.detach()
    jacobian = torch.autograd.functional.jacobian(module, v)
    torch.testing.assert_close(jacrev(module)(v), jacobian)
    torch.testing.assert_close(jacfwd(module)(v), jacobian)
    torch.testing.assert_close(
        vmap(vjp(module, v)[1])(torch.stack([v, v + 1]))[0][0].shape, v.shape
    )

    def loss(v):
        return module(v).pow(3).sum()

    torch.testing.assert_close(grad(loss)(v), torch.autograd.functional.jacobian(loss, v))
    torch.testing.assert_close(hessian(loss)(v), torch.autograd.functional.hessian(loss, v))


def test_gradients_of_each_sample():
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Linear(4, 6), bn.LayerNormalNorm(6, noise=0), nn.Tanh(), bn.BatchNormalNorm1d(6)
    ).double()
    net[3].eval()
    weights = dict(net.named_parameters())
    x = torch.randn(5, 4, dtype=torch.float64)

    def loss(weights, sample):
        return functional_call(net, weights, (sample[None],)).square().sum()

    each = vmap(grad(loss), (None, 0))(weights, x)
    for i in range(5):
        expected = torch.autograd.grad(net(x[i : i + 1]).square().sum(), list(weights.values()))
        for (name, _), e in zip(weights.items(), expected, strict=True):
            torch.testing.assert_close(each[name][i], e)


def test_noise_in_the_transforms():
    """A layer draws its noise by torch's rules: vmap asks which samples share it."""
    module, x = bn.LayerNormalNorm(6), torch.randn(4, 6)
    torch.manual_seed(1)
    first = grad(lambda v: module(v).square().sum())(x)
    torch.manual_seed(1)
    whole = x.clone().requires_grad_()
    module(whole).square().sum().backward()
    torch.testing.assert_close(first, whole.grad, rtol=1e-4, atol=1e-5)
