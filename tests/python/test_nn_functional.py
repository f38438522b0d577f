# SPDX-License-Identifier: BSD-3-Clause
"""Functional forms, statistics on request, other kinds of noise, layers without centering."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

import bellshape.nn as bn  # noqa: E402
import bellshape.nn.functional as F  # noqa: E402
import nn_cases as cases  # noqa: E402
from bellshape.nn._statistics import unpack  # noqa: E402


def weights(*shape):
    generator = torch.Generator().manual_seed(4)
    return [
        torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_()
        for _ in range(2)
    ]


# name: module, function of (module, input, options), shape of an input
FORMS = {
    "batch": (
        lambda **o: bn.BatchNormalNorm2d(6, momentum=0.3, **o),
        lambda m, x, **o: F.batch_normal_norm(
            x, m.running_mean, m.running_var, m.running_lmbda, m.weight, m.bias, True, 0.3, **o
        ),
        (5, 6, 4, 3),
    ),
    "instance": (
        lambda **o: bn.InstanceNormalNorm2d(6, 1e-5, 0.3, True, True, **o),
        lambda m, x, **o: F.instance_normal_norm(
            x, m.running_mean, m.running_var, m.running_lmbda, m.weight, m.bias, True, 0.3, **o
        ),
        (5, 6, 4, 3),
    ),
    "group": (
        lambda **o: bn.GroupNormalNorm(3, 6, **o),
        lambda m, x, **o: F.group_normal_norm(x, 3, m.weight, m.bias, **o),
        (5, 6, 4, 3),
    ),
    "layer": (
        lambda **o: bn.LayerNormalNorm((4, 3), **o),
        lambda m, x, **o: F.layer_normal_norm(x, (4, 3), m.weight, m.bias, **o),
        (5, 6, 4, 3),
    ),
    "rms": (
        lambda **o: bn.RMSNormalNorm(12, eps=1e-5, **o),
        lambda m, x, **o: F.rms_normal_norm(x, 12, m.weight, **{"eps": 1e-5, **o}),
        (5, 6, 12),
    ),
}
forms = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


def with_weights(make, **options):
    module = make(dtype=torch.float64, **options)
    generator = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(torch.randn(p.shape, generator=generator))
    return module


@forms
@pytest.mark.parametrize("noise_kind", ["scaled", "unscaled", "dropout"])
def test_functions_are_the_modules(form, noise_kind):
    make, function, shape = form
    found = []
    for call in (lambda m, x, **_: m(x), function):
        module = with_weights(make, noise=0.6, alpha=0.9, noise_kind=noise_kind)
        x = cases.random_input(shape).requires_grad_()
        torch.manual_seed(5)
        out = call(module, x, noise=0.6, alpha=0.9, noise_kind=noise_kind)
        found.append([out, *torch.autograd.grad(out.sin().sum(), (x, *module.parameters()))])
        found[-1] += [b for name, b in module.named_buffers() if name != "num_batches_tracked"]
    for a, b in zip(*found, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("kind", ["batch", "instance"])
def test_evaluation_takes_what_is_given(kind):
    make, _, shape = FORMS[kind]
    module, x = with_weights(make, bounds=(0.9, 1.1)), cases.random_input(shape)
    for _ in range(3):
        module(x)
    running = module.running_mean, module.running_var, module.running_lmbda
    before = [t.clone() for t in running]
    function = F.batch_normal_norm if kind == "batch" else F.instance_normal_norm
    out, found = function(
        x,
        *running,
        module.weight,
        module.bias,
        False,
        noise=3.0,
        bounds=(0.9, 1.1),
        return_statistics=True,
    )
    assert torch.equal(out, module.eval()(x))
    assert torch.equal(found.mean, before[0]) and torch.equal(found.sd, before[1].sqrt())
    assert torch.equal(found.lmbda, before[2].clamp(0.9, 1.1))
    assert all(map(torch.equal, running, before))


@forms
def test_statistics_are_those_of_the_formulas(form):
    make, function, shape = form
    x = cases.random_input(shape)
    _, found = function(with_weights(make), x, eps=1e-12, return_statistics=True)
    groups = {
        "batch": lambda t: t.movedim(1, 0).reshape(6, -1),
        "instance": lambda t: t.reshape(5, 6, -1),
        "group": lambda t: t.reshape(5, 3, -1),
        "layer": lambda t: t.reshape(5, 6, -1),
        "rms": lambda t: t,
    }[next(name for name, f in FORMS.items() if f is form)](x)
    rms = form is FORMS["rms"]
    mean = torch.zeros(groups.shape[:-1]) if rms else groups.mean(-1)
    centered = groups - mean.unsqueeze(-1)
    torch.testing.assert_close(found.mean, mean.double())
    torch.testing.assert_close(found.sd, centered.square().mean(-1).sqrt())
    torch.testing.assert_close(found.lmbda, newton(centered, not rms))
    assert not found.lmbda.requires_grad


def newton(u, centered, eps=1e-12):
    """One Newton step from 1, by derivatives of the negative log-likelihood that autograd finds."""
    h = u / (u.square().mean(-1, keepdim=True) + eps).sqrt()
    found = []
    for row in h.reshape(-1, h.shape[-1]):
        s, a = torch.where(row < 0, -1.0, 1.0).double(), row.abs()
        lmbda = torch.ones((), dtype=torch.float64, requires_grad=True)
        eta = 1 + s * (lmbda - 1)
        psi = s * torch.expm1(eta * a.log1p()) / eta
        spread = psi.var(unbiased=False) if centered else psi.square().mean()
        nll = spread.log() / 2 - (lmbda - 1) * (s * a.log1p()).mean()
        (first,) = torch.autograd.grad(nll, lmbda, create_graph=True)
        (second,) = torch.autograd.grad(first, lmbda)
        found.append((1 - first / (second + eps**0.5)).detach())
    return torch.stack(found).reshape(u.shape[:-1])


def test_statistics_of_a_network():
    net = nn.Sequential(
        bn.BatchNormalNorm2d(3),
        bn.LayerNormalNorm2d(3),
        nn.Sequential(bn.GroupNormalNorm(1, 3), bn.InstanceNormalNorm2d(3)),
        bn.LayerNormalNorm((4, 5)),
        bn.RMSNormalNorm(5),
    )
    x = torch.randn(2, 3, 4, 5).exp()
    with bn.record_statistics(net) as found, bn.record_statistics(net, where=lambda *_: False):
        net(x)
    shapes = {name: tuple(f.lmbda.shape) for name, f in found.items()}
    assert shapes == {
        "0": (3,),
        "1": (2, 4, 5),
        "2.0": (2, 1),
        "2.1": (2, 3),
        "3": (2, 3),
        "4": (2, 3, 4),
    }
    torch.testing.assert_close(found["0"].mean, x.mean((0, 2, 3)).double())
    first = dict(found)
    net(x + 1)
    assert found == first and net[0]._record is None
    with bn.record_statistics(net.eval()) as found, torch.no_grad():
        net(x)
    assert torch.equal(found["0"].lmbda, net[0].running_lmbda.double())
    with pytest.raises(ZeroDivisionError), bn.record_statistics(net):
        raise ZeroDivisionError
    assert net[0]._record is None
    with bn.record_statistics(net) as found:
        net.train()[0](x[:0])
    assert found["0"].sd.isnan().all()


# ---- noise ----


@pytest.mark.parametrize("noise_kind", ["unscaled", "dropout"])
@pytest.mark.parametrize("kind", FORMS)
def test_kinds_of_noise(noise_kind, kind):
    """What is left, over noise and what it is scaled by, is normal."""
    make, _, shape = FORMS[kind]
    x = torch.randn(64, *shape[1:], dtype=torch.float64)
    module = make(dtype=torch.float64, noise=0.3, noise_kind=noise_kind)
    clean = make(dtype=torch.float64, noise=0.0)
    with torch.no_grad():
        for p, q in zip(module.parameters(), clean.parameters(), strict=True):
            p.mul_(3), q.mul_(3)
    torch.manual_seed(3)
    difference = module(x) - clean(x)
    z = difference / (0.3 * 3) if noise_kind == "unscaled" else difference / (0.3 * clean(x))
    assert abs(z.mean()) < 4 / z.numel() ** 0.5 and abs(z.std() - 1) < 4 / z.numel() ** 0.5
    torch.manual_seed(3)
    assert torch.equal(module(x) - clean(x), difference)
    assert noise_kind in repr(module)
    running = not hasattr(module, "running_mean") or module.running_mean is None
    out = module.eval()(x)
    assert torch.equal(out, module(x))
    assert not running or torch.equal(out, clean(x))


def test_wrong_kinds_of_noise():
    with pytest.raises(ValueError, match="noise_kind is 'other', not one of scaled, unscaled"):
        bn.BatchNormalNorm1d(3, noise_kind="other")
    module = bn.LayerNormalNorm(3)
    module.noise_kind = "other"
    with pytest.raises(ValueError, match="noise_kind"):
        module(torch.randn(2, 3))
    with pytest.raises(ValueError, match="noise_kind"):
        F.layer_normal_norm(torch.randn(2, 3), 3, noise_kind="other")


def test_modules_that_were_pickled_before():
    module = bn.LayerNormalNorm(3)
    del module.__dict__["noise_kind"]
    assert module(torch.randn(2, 3)).shape == (2, 3) and "noise_kind" not in repr(module)


def test_noise_kind_stays_in_conversions():
    module = bn.BatchNormalNorm1d(3, noise_kind="dropout")
    other = bn.convert_sync_batchnorm(module)
    assert type(other) is bn.SyncBatchNormalNorm and other.noise_kind == "dropout"
    made = bn.convert_layernorm(nn.Sequential(nn.LayerNorm(3)), noise_kind="unscaled")
    assert made[0].noise_kind == "unscaled"


def test_half_precision_with_noise():
    x = torch.randn(8, 4).bfloat16().requires_grad_()
    for kind in ("unscaled", "dropout"):
        out = bn.BatchNormalNorm1d(4, noise_kind=kind)(x)
        assert out.dtype == torch.bfloat16
        out.sum().backward()


# ---- without centering ----


def plain_rms(u, weight, eps, noise=None, centered=False):
    """The formulas of docs/layer.md, without centering, by torch and its autograd."""
    h = u / (u.square().mean(-1, keepdim=True) + eps).sqrt()
    s = torch.where(h < 0, -1.0, 1.0).to(u.dtype)
    a = s * h
    l = a.log1p()  # noqa: E741
    d, c = (1 + a) * l - a, (1 + a) * l * l - 2 * ((1 + a) * l - a)

    def mean(t):
        return t.mean(-1, keepdim=True)

    m1 = mean(h * d)
    slope = m1 - mean(s * l)
    curvature = mean(a * c) + mean(d * d) - 2 * m1 * m1
    eta = 1 + s * (-slope / (curvature + eps**0.5))
    x = s * torch.expm1(eta * l) / eta
    if noise is not None:
        z, size = noise
        x = x + z * size * mean(x.abs()).detach()
    return x * weight


@pytest.mark.parametrize("noise", [0.0, 0.8])
def test_rms_is_the_formulas(noise):
    x = cases.random_input((7, 1, 12)).requires_grad_()
    module = with_weights(lambda **o: bn.RMSNormalNorm(12, eps=1e-4, **o), noise=noise)
    torch.manual_seed(9)
    z = torch.randn(7, 1, 12, dtype=torch.float64)
    torch.manual_seed(9)
    out = module(x)
    expected = plain_rms(x, module.weight, 1e-4, (z, noise))
    inputs, g = (x, module.weight), torch.randn_like(out)
    torch.testing.assert_close(out, expected, rtol=1e-12, atol=1e-12)
    for a, b in zip(
        torch.autograd.grad(out, inputs, g), torch.autograd.grad(expected, inputs, g), strict=True
    ):
        torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-10)


def test_rms_without_transform_is_torchs():
    x = torch.randn(5, 4, 6, dtype=torch.float64)
    ours = bn.RMSNormalNorm((4, 6), mode="normalize_only", noise=0, dtype=torch.float64)
    theirs = nn.RMSNorm((4, 6), dtype=torch.float64)
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-14, atol=1e-14)
    assert isinstance(ours, nn.RMSNorm) and ours.eps is None
    assert list(ours.state_dict()) == list(theirs.state_dict())
    tiny = 1e-4 * torch.randn(3, 6)
    ours, theirs = bn.RMSNormalNorm(6, mode="normalize_only", noise=0), nn.RMSNorm(6)
    torch.testing.assert_close(ours(tiny), theirs(tiny))


def test_rms_derivatives():
    weight = torch.randn(5, dtype=torch.float64, requires_grad=True)
    x = cases.random_input((3, 5)).requires_grad_()
    call = lambda x, w: F.rms_normal_norm(x, 5, w, 1e-3)  # noqa: E731
    assert torch.autograd.gradcheck(call, (x, weight))
    assert torch.autograd.gradgradcheck(call, (x, weight))
    _, tangent = torch.func.jvp(lambda x: call(x, weight), (x,), (torch.ones_like(x),))
    jacobian = torch.autograd.functional.jacobian(lambda x: call(x, weight), x)
    torch.testing.assert_close(tangent, jacobian.sum((-1, -2)))
    torch.testing.assert_close(torch.vmap(lambda x: call(x, weight))(x), call(x, weight))


def test_rms_in_half_precision():
    module = bn.RMSNormalNorm(16, noise=0.0)
    x = torch.randn(4, 16)
    out = module.bfloat16()(x.bfloat16())
    assert out.dtype == torch.bfloat16
    expected = bn.RMSNormalNorm(16, noise=0.0, eps=torch.finfo(torch.bfloat16).eps)(
        x.bfloat16().float()
    )
    torch.testing.assert_close(out.float(), expected, rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize(
    "kind,noise_kind", [("rms", "scaled"), ("group", "dropout"), ("batch", "unscaled")]
)
def test_compiled(kind, noise_kind):
    """Without a break of the graph; the noise is that of the same seed, and its size is read."""
    make, function, shape = FORMS[kind]
    torch._dynamo.reset()
    module = with_weights(make, noise=0.5, noise_kind=noise_kind)
    x = cases.random_input(shape).requires_grad_()
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    with torch._dynamo.config.patch(error_on_recompile=True):
        for noise in (0.5, 0.7):
            module.noise, found = noise, []
            for call in (module, compiled):
                torch.manual_seed(2)
                out = call(x)
                found.append([out, *torch.autograd.grad(out.sin().sum(), x)])
            for a, b in zip(*found, strict=True):
                torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-12)
    call = torch.compile(function, fullgraph=True, backend="aot_eager")
    module = with_weights(make)
    torch.testing.assert_close(call(module, x), function(module, x), rtol=1e-12, atol=1e-12)


def test_residual():
    x, r = torch.randn(4, 6), torch.randn(4, 6)
    out, total = F.add_layer_normal_norm(x, r, 6, eps=1e-3)
    assert torch.equal(total, x + r) and torch.equal(out, F.layer_normal_norm(x + r, 6, eps=1e-3))
    (out, found), total = F.add_rms_normal_norm(x, r, 6, return_statistics=True)
    assert torch.equal(total, x + r) and torch.equal(out, F.rms_normal_norm(x + r, 6))
    assert found.lmbda.shape == (4,)


# ---- errors ----


@pytest.mark.parametrize(
    "call,message",
    [
        (lambda x: F.batch_normal_norm(x, None, None, None), "evaluation needs running_mean"),
        (lambda x: F.batch_normal_norm(x, x[0], None, None), "come together"),
        (lambda x: F.batch_normal_norm(x, *[x[0, :2]] * 3), r"statistics of shape \(4,\)"),
        (lambda x: F.batch_normal_norm(x, None, None, None, x[0, :2]), r"weight of shape \(4,\)"),
        (lambda x: F.batch_normal_norm(x[:1], None, None, None, training=True), "more than 1"),
        (lambda x: F.batch_normal_norm(x[0], None, None, None), "2 or more dimensions"),
        (lambda x: F.layer_normal_norm(x, 3), r"expected \(\*, 3,\)"),
        (lambda x: F.layer_normal_norm(x, 4, bias=x[0, :2]), r"bias of shape \(4,\)"),
        (lambda x: F.layer_normal_norm(x, 4, noise=-1), "noise is -1"),
        (lambda x: F.rms_normal_norm(x, (2, 4)), r"expected \(\*, 2, 4\)"),
        (lambda x: F.rms_normal_norm(x, 4, eps=0.0), "eps is 0"),
        (lambda x: F.group_normal_norm(x, 3), "does not divide 4 channels"),
        (lambda x: F.instance_normal_norm(x, mode="other"), "mode is 'other'"),
    ],
)
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call(torch.randn(3, 4))


def test_wrong_types():
    x = torch.randn(3, 4)
    for call in (F.layer_normal_norm, F.rms_normal_norm):
        with pytest.raises(TypeError):
            call(x, 4, torch.ones(4, dtype=torch.float64))
        with pytest.raises(TypeError, match="floating-point"):
            call(torch.ones(3, 4, dtype=torch.int64), 4)


def test_statistics_name_what_the_operator_keeps():
    x = cases.random_input((5, 6))
    _, saved = torch.ops.bellshape.normal_norm(
        x, None, None, None, 6, True, False, "exact", 0.0, 1.0, 1e-5
    )
    _, found = F.batch_normal_norm(x, None, None, None, training=True, return_statistics=True)
    assert torch.equal(found.lmbda, unpack(saved).lmbda)
