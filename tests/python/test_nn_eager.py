# SPDX-License-Identifier: BSD-3-Clause
"""Modules call the C library at once where nobody but autograd watches, and only there."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.fx.experimental.proxy_tensor import make_fx  # noqa: E402
from torch.overrides import TorchFunctionMode  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402

import bellshape.nn as bn  # noqa: E402
import nn_cases as cases  # noqa: E402
from bellshape.nn import _eager, _normalize  # noqa: E402

LAYOUTS = {
    "packed": lambda t: t,
    "channels last": lambda t: t.to(memory_format=torch.channels_last) if t.dim() == 4 else t,
    "every other": lambda t: torch.stack((t, t), -1).flatten(-2)[..., ::2],
}


def no_operators(monkeypatch):
    def called(*_):
        raise AssertionError("an operator is called")

    for module, name in (
        (_normalize, "normal_norm"),
        (_normalize, "normal_norm_frozen"),
        (_eager, "normal_norm_backward"),
    ):
        monkeypatch.setattr(module, name, called)


def operators_only(monkeypatch):
    monkeypatch.setattr(_eager, "is_direct", lambda *_: False)
    monkeypatch.setattr(_eager, "track", lambda *_: False)


def results(module, x, g, training):
    """Output, gradients and buffers after two steps."""
    module.train(training)
    torch.manual_seed(7)
    for _ in range(2):
        x = x.detach().requires_grad_()
        module.zero_grad()
        out = module(x)
        out.backward(g)
    with torch.no_grad():
        alone = module(x)
    return [out, alone, x.grad, *(p.grad for p in module.parameters()), *module.buffers()]


@pytest.mark.parametrize("noise", [0.0, 0.7])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("layout", LAYOUTS)
@cases.pairs
def test_bits_are_those_of_the_operators(pair, layout, dtype, training, noise, monkeypatch):
    kind, _, arguments, shape = pair
    # Whether the layer takes the C library's way is seen below, in a layout that it takes.
    x = LAYOUTS[layout](cases.random_input(shape, dtype))
    g = torch.randn(shape, generator=torch.Generator().manual_seed(3), dtype=dtype)
    found = []
    for choose in (no_operators if layout != "every other" else operators_only, operators_only):
        with monkeypatch.context() as patch:
            choose(patch)
            module = kind(*arguments, noise=noise, dtype=dtype)
            for i, p in enumerate(module.parameters()):
                p.data += torch.linspace(-0.3, 0.2 + i, p.numel(), dtype=dtype).view(p.shape)
            found.append(results(module, x, g, training))
    for a, b in zip(*found, strict=True):
        assert torch.equal(a, b) and a.dtype == b.dtype and a.stride() == b.stride()


@pytest.mark.parametrize("momentum", [0.1, 0.9, None])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("size", [1, 7, 64])
def test_running_statistics_move_as_by_torch(momentum, dtype, size, monkeypatch):
    """By torch's lerp, to rounding (torch does not fuse without AVX2)."""
    found = []
    for choose in (no_operators, operators_only):
        with monkeypatch.context() as patch:
            choose(patch)
            module = bn.BatchNormalNorm1d(size, momentum=momentum, dtype=dtype, noise=0)
            before = module.running_mean._version
            for seed in range(3):
                module(cases.random_input((9, size), dtype, seed))
            assert module.running_mean._version > before
            assert module.num_batches_tracked == 3
            found.append([module.running_mean, module.running_var, module.running_lmbda])
    eps = torch.finfo(dtype).eps
    for a, b in zip(*found, strict=True):
        torch.testing.assert_close(a, b, rtol=4 * eps, atol=4 * eps)


class Names(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.names = set()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.names.add(function.name())
        return function(*args, **(kwargs or {}))


class Functions(TorchFunctionMode):
    def __init__(self):
        super().__init__()
        self.names = set()

    def __torch_function__(self, function, types, args=(), kwargs=None):
        self.names.add(str(function))
        return function(*args, **(kwargs or {}))


def test_who_watches_sees_the_operators():
    module, x = bn.LayerNormalNorm(6), torch.randn(4, 6, requires_grad=True)
    with Names() as seen:
        module(x).sum().backward()
    assert {"bellshape::normal_norm", "bellshape::normal_norm_backward"} <= seen.names
    out = module(x)
    with Names() as seen:
        out.sum().backward()
    assert "bellshape::normal_norm_backward" in seen.names
    with Functions() as seen:
        module(x)
    assert any("normal_norm" in name for name in seen.names)
    graph = make_fx(bn.BatchNormalNorm1d(6).eval())(x.detach())
    assert "normal_norm_frozen" in graph.code
    traced = torch.jit.trace(bn.BatchNormalNorm1d(6).eval(), x.detach())
    other = torch.randn(4, 6)
    torch.testing.assert_close(traced(other), bn.BatchNormalNorm1d(6).eval()(other))


def test_vmap_and_subclasses():
    module, x = bn.LayerNormalNorm(6, noise=0), torch.randn(3, 4, 6)
    torch.testing.assert_close(torch.vmap(module)(x), module(x))

    class Image(torch.Tensor):
        pass

    assert type(module(x.as_subclass(Image))) is Image


def test_tensors_whose_memory_is_not_their_values():
    """A view may have a bit that says that its values are to be negated."""
    module = bn.LayerNormalNorm(6, noise=0)
    x = torch._neg_view(torch.randn(4, 6).exp())
    assert x.is_neg() and x.is_contiguous()
    torch.testing.assert_close(module(x), module(x.clone()))
    leaf, g = torch.randn(4, 6, requires_grad=True), torch._neg_view(torch.randn(4, 6))
    (first,) = torch.autograd.grad(module(leaf), leaf, g)
    (second,) = torch.autograd.grad(module(leaf), leaf, g.clone())
    torch.testing.assert_close(first, second)


def test_autograd_is_kept():
    module = bn.BatchNormalNorm1d(6, noise=0)
    x = torch.randn(5, 6, requires_grad=True)
    h = x * 1
    out = module(h)
    h.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.sum().backward()
    module.weight.requires_grad_(False)
    module(x).sum().backward()
    assert module.weight.grad is None and module.bias.grad is not None and x.grad is not None
    with torch.no_grad():
        assert not module(x).requires_grad
    with torch.inference_mode():
        assert module(x.detach()).is_inference()
        assert module.eval()(x.detach()).is_inference()


def test_a_gradient_that_is_expanded():
    module, x = bn.GroupNormalNorm(2, 6, noise=0), torch.randn(5, 6, 4, requires_grad=True)
    (a,) = torch.autograd.grad(module(x).sum(), x)
    (b,) = torch.autograd.grad(module(x), x, torch.ones(5, 6, 4))
    assert torch.equal(a, b)


@pytest.mark.parametrize(
    "change,error",
    [
        (lambda m: setattr(m, "weight", nn.Parameter(torch.ones(5))), ValueError),
        (lambda m: setattr(m, "weight", nn.Parameter(torch.ones(6).double())), TypeError),
        (lambda m: setattr(m, "mode", "other"), ValueError),
        (lambda m: setattr(m, "eps", 0.0), ValueError),
        (lambda m: setattr(m, "running_mean", torch.ones(5)), (ValueError, RuntimeError)),
    ],
)
@pytest.mark.parametrize("training", [True, False])
def test_wrong_modules_are_refused(change, error, training):
    module = bn.BatchNormalNorm1d(6, noise=0).train(training)
    change(module)
    with pytest.raises(error):
        module(torch.randn(4, 6))


def test_replaced_parameters_are_found():
    """Parametrizations and the older hooks keep a parameter elsewhere."""
    x = torch.randn(4, 6)

    class Twice(nn.Module):
        def forward(self, w):
            return 2 * w

    module = bn.LayerNormalNorm(6, noise=0)
    before = module(x)
    nn.utils.parametrize.register_parametrization(module, "weight", Twice())
    torch.testing.assert_close(module(x), 2 * before)
    module = bn.LayerNormalNorm(6, noise=0)
    del module.weight
    module.weight = torch.full((6,), 3.0)
    torch.testing.assert_close(module(x), 3 * before)
