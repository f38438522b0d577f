# SPDX-License-Identifier: BSD-3-Clause
"""The modules where torch, and what is built on it, expects those of torch."""

import copy

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.autograd import forward_ad  # noqa: E402

import bellshape.nn as bn  # noqa: E402

PAIRS = {
    "batch": (lambda **o: bn.BatchNormalNorm1d(6, **o), lambda: nn.BatchNorm1d(6)),
    "no statistics": (
        lambda **o: bn.BatchNormalNorm1d(6, track_running_stats=False, **o),
        lambda: nn.BatchNorm1d(6, track_running_stats=False),
    ),
    "layer": (lambda **o: bn.LayerNormalNorm(5, **o), lambda: nn.LayerNorm(5)),
    "group": (lambda **o: bn.GroupNormalNorm(2, 6, **o), lambda: nn.GroupNorm(2, 6)),
    "instance": (
        lambda **o: bn.InstanceNormalNorm1d(6, affine=True, **o),
        lambda: nn.InstanceNorm1d(6, affine=True),
    ),
    "instance, running": (
        lambda **o: bn.InstanceNormalNorm1d(6, track_running_stats=True, **o),
        lambda: nn.InstanceNorm1d(6, track_running_stats=True),
    ),
}
MODES = ["exact", "compat", "normalize_only"]


def x_of(dtype=torch.float64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(4, 6, 5, generator=generator, dtype=torch.float64).exp().to(dtype)


def module_of(kind, mode="exact", training=True, lmbda=0.3):
    """A module of float64 whose weights and statistics are no special values."""
    m = PAIRS[kind][0](noise=0.0, mode=mode).double().train(training)
    with torch.no_grad():
        for p in m.parameters():
            p.add_(torch.linspace(-0.4, 0.4, p.numel(), dtype=p.dtype).reshape(p.shape))
        if getattr(m, "running_lmbda", None) is not None:
            m.running_lmbda.fill_(lmbda)
    return m


# ---- forward-mode derivatives and torch.func ----


def slope(f, x, t, step=1e-6):
    with torch.no_grad():
        return (f(x + step * t) - f(x - step * t)) / (2 * step)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", PAIRS)
def test_forward_mode(kind, mode, training):
    m, x, t = module_of(kind, mode, training), x_of(), x_of(seed=1)
    expected = slope(copy.deepcopy(m), x, t)
    m.requires_grad_(False)
    with forward_ad.dual_level():
        out, tangent = forward_ad.unpack_dual(m(forward_ad.make_dual(x, t)))
    assert (tangent - expected).abs().max() < 1e-6 * expected.abs().max()
    torch.testing.assert_close(out, copy.deepcopy(m)(x), rtol=1e-12, atol=1e-12)
    if getattr(m, "running_mean", None) is None or not training:
        assert torch.equal(torch.func.jvp(m, (x,), (t,))[1], tangent)
        torch.testing.assert_close(
            torch.func.jacfwd(m)(x), torch.autograd.functional.jacobian(m, x)
        )


@pytest.mark.parametrize("lmbda", [0.0, 2.0, 1.0, 1e-9, 2 - 1e-9, -0.5])
def test_forward_mode_by_statistics_and_weights(lmbda):
    """Also where psi is a logarithm, or almost."""
    m, x = module_of("batch", training=False, lmbda=lmbda), x_of() - 1
    state = {**dict(m.named_parameters()), **dict(m.named_buffers())}
    names = [name for name in state if name != "num_batches_tracked"]

    def f(tensors):
        return torch.func.functional_call(m, {**state, **tensors}, (x,))

    for name in names:
        at, t = {name: state[name].detach()}, {name: torch.ones_like(state[name])}
        found = torch.func.jvp(f, (at,), (t,))[1]
        expected = slope(lambda v, name=name: f({name: v}), at[name], t[name], 1e-5)
        assert (found - expected).abs().max() < 1e-6 * expected.abs().max(), name


def test_forward_mode_of_half_precision_and_noise():
    x, t = x_of(torch.float32), x_of(torch.float32, 1)
    m = bn.LayerNormalNorm(5, noise=0.7)
    torch.manual_seed(4)
    expected = m(x)
    torch.manual_seed(4)
    out, tangent = torch.func.jvp(m, (x,), (t,))
    torch.testing.assert_close(out, expected, rtol=1e-5, atol=1e-5)
    assert tangent.abs().sum() > 0
    half = torch.func.jvp(m.eval(), (x.bfloat16(),), (t.bfloat16(),))[1]
    assert half.dtype == torch.bfloat16 and half.abs().sum() > 0


def test_the_transforms_of_torch_func():
    m, x = module_of("layer"), x_of()[0]
    loss = lambda v: m(v).square().sum()  # noqa: E731
    each = torch.func.vmap(torch.func.grad(loss))(x)
    whole = x.clone().requires_grad_()
    loss(whole).backward()
    torch.testing.assert_close(each, whole.grad)
    hessian = torch.func.hessian(loss)(x[0])
    step = 1e-5 * torch.eye(5, dtype=x.dtype)
    gradient = torch.func.grad(loss)
    expected = torch.stack([(gradient(x[0] + e) - gradient(x[0] - e)) / 2e-5 for e in step])
    torch.testing.assert_close(hessian, expected, rtol=1e-5, atol=1e-5)


def test_compiled_forward_mode():
    torch._dynamo.reset()
    m, x, t = module_of("layer"), x_of(), x_of(seed=1)
    compiled = torch.compile(lambda v: torch.func.jvp(m, (v,), (t,))[1], backend="aot_eager")
    torch.testing.assert_close(compiled(x), torch.func.jvp(m, (x,), (t,))[1])


def test_operators_refuse_tangents():
    x, ones = x_of()[..., 0], torch.ones(6, 9, dtype=torch.float64)
    options = (6, True, False, "exact", 0.0, 1.0, 1e-5)
    ops = torch.ops.bellshape
    for f in (
        lambda v: ops.normal_norm(v, None, None, None, *options)[0],
        lambda v: ops.normal_norm_frozen(v, None, None, ones, "exact", 1e-5),
        lambda v: ops.normal_norm_frozen(x, v[0], None, ones, "exact", 1e-5),
        lambda v: ops.normal_norm_backward(v, x, None, ones, None, *options, False)[0],
    ):
        with pytest.raises(NotImplementedError, match="forward-mode"):
            torch.func.jvp(f, (x,), (x,))
        with forward_ad.dual_level(), pytest.raises(NotImplementedError, match="forward-mode"):
            f(forward_ad.make_dual(x, x))


# ---- isinstance ----


def test_classes_are_those_of_torch():
    batch = nn.modules.batchnorm._BatchNorm
    instance = nn.modules.instancenorm._InstanceNorm
    for m, kind in (
        (bn.BatchNormalNorm1d(3), batch),
        (bn.BatchNormalNorm2d(3), batch),
        (bn.BatchNormalNorm3d(3), batch),
        (bn.LayerNormalNorm(3), nn.LayerNorm),
        (bn.GroupNormalNorm(1, 3), nn.GroupNorm),
        (bn.InstanceNormalNorm2d(3), instance),
    ):
        assert isinstance(m, kind)
    # These two are taken for what they are and turned into something else.
    assert not isinstance(bn.BatchNormalNorm2d(3), nn.BatchNorm2d)


def test_update_bn():
    net = nn.Sequential(nn.Linear(4, 4), bn.BatchNormalNorm1d(4, momentum=0.3), nn.ReLU())
    batches = [torch.randn(32, 4).exp() + 5 for _ in range(3)]
    net(batches[0])
    torch.optim.swa_utils.update_bn(batches, net)
    one = bn.BatchNormalNorm1d(4, momentum=None)
    for batch in batches:
        one(net[0](batch))
    for name in ("running_mean", "running_var", "running_lmbda", "num_batches_tracked"):
        torch.testing.assert_close(getattr(net[1], name), getattr(one, name))
    assert net[1].momentum == 0.3


def test_sync_batchnorm_does_not_swallow_the_transform():
    net = nn.Sequential(nn.Linear(4, 4), bn.BatchNormalNorm1d(4))
    with pytest.raises(TypeError, match="lose the transform of BatchNormalNorm1d"):
        nn.SyncBatchNorm.convert_sync_batchnorm(net)
    assert list(net[1].named_children()) == [] and list(net[1].children()) == []
    net.apply(lambda m: None)
    bn.revert_batchnorm(net)
    assert type(nn.SyncBatchNorm.convert_sync_batchnorm(net)[1]) is nn.SyncBatchNorm


def test_encoder_does_not_take_its_fast_path_past_ours():
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, dropout=0.0).eval()
    layer.norm1, layer.norm2 = bn.LayerNormalNorm(8).eval(), bn.LayerNormalNorm(8).eval()
    x = torch.randn(2, 3, 8)
    slow = layer(x)
    with torch.no_grad():
        torch.testing.assert_close(layer(x), slow, rtol=1e-4, atol=1e-4)


# ---- torch.fx ----


@pytest.mark.parametrize("kind", PAIRS)
def test_fx_keeps_modules_whole(kind):
    net = nn.Sequential(nn.ReLU(), PAIRS[kind][0](noise=0.0), nn.Tanh())
    traced = torch.fx.symbolic_trace(net)
    assert [n.target for n in traced.graph.nodes if n.op == "call_module"] == ["0", "1", "2"]
    x = x_of(torch.float32)
    for training in (True, False):
        assert torch.equal(traced.train(training)(x), net.train(training)(x))


def test_fx_of_a_root_and_of_keywords():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = bn.LayerNormalNorm(4, noise=0.0)

        def forward(self, x):
            return self.norm(input=x) + self.norm(x)

    net, x = Net(), torch.randn(3, 4)
    assert torch.equal(torch.fx.symbolic_trace(net)(x), net(x))


# ---- noise schedules in compiled graphs ----


@pytest.mark.parametrize("name", ["noise", "alpha"])
def test_schedules_compile_once(name):
    torch._dynamo.reset()
    graphs = []

    def count(graph, inputs):
        graphs.append(graph)
        return graph

    m = bn.LayerNormalNorm(5, noise=0.5)
    compiled, x = torch.compile(m, fullgraph=True, backend=count), x_of(torch.float32)
    for value in torch.linspace(0.1, 1.0, 12).tolist():
        setattr(m, name, value)
        assert getattr(m, name) == value
        torch.manual_seed(1)
        out = compiled(x)
        torch.manual_seed(1)
        expected = bn.LayerNormalNorm(5, **{"noise": 0.5, name: value})(x)
        torch.testing.assert_close(out, expected)
    assert len(graphs) == 1


def test_noise_of_a_schedule_reaches_the_gradient_of_its_own_call():
    m, x = bn.LayerNormalNorm(5, noise=0.5).double(), x_of().requires_grad_()
    for noise in (0.5, 0.0, 2.0):
        fresh = bn.LayerNormalNorm(5, noise=noise, alpha=0.5).double()
        m.noise, m.alpha = noise, 0.5
        gradients = []
        for module in (m, fresh):
            torch.manual_seed(3)
            loss = module(x).pow(3).sum()
            m.noise = 9.0
            gradients.append(torch.autograd.grad(loss, (x, module.weight)))
        for a, b in zip(*gradients, strict=True):
            assert torch.equal(a, b)


@pytest.mark.parametrize("name,value", [("noise", -1), ("noise", float("nan")), ("alpha", 1e999)])
def test_assigned_sizes_are_checked(name, value):
    m = bn.BatchNormalNorm1d(3)
    with pytest.raises(ValueError, match=f"{name} is"):
        setattr(m, name, value)
    assert (m.noise, m.alpha) == (0.4, 1.0)


# ---- autocast ----


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("kind", PAIRS)
def test_autocast_is_torchs(kind, training):
    ours, theirs = (make().train(training) for make in PAIRS[kind])
    for dtype in (torch.bfloat16, torch.float16, torch.float32):
        x = x_of(dtype).requires_grad_()
        with torch.autocast("cpu", torch.bfloat16):
            out, expected = ours(x), theirs(x)
        assert out.dtype == expected.dtype
        out.float().sum().backward()
        assert x.grad.dtype == dtype


def test_autocast_of_other_devices(monkeypatch):
    """As if the CPU were one: layer and group norms get float32 there, the others do not."""
    from bellshape.nn import _normalize

    monkeypatch.setattr(_normalize, "casts", torch.is_autocast_enabled)
    for kind, (make, _) in PAIRS.items():
        m = make().bfloat16().eval()
        with torch.autocast("cpu", torch.bfloat16):
            out = m(x_of(torch.bfloat16))
        assert out.dtype == (torch.float32 if kind in ("layer", "group") else torch.bfloat16)


# ---- empty batches and groups of one value ----

SIZES = [
    ("BatchNorm1d", (4,), (0, 4)),
    ("BatchNorm1d", (4,), (2, 4, 0)),
    ("BatchNorm1d", (4,), (1, 4)),
    ("BatchNorm1d", (4,), (1, 4, 1)),
    ("BatchNorm2d", (4,), (0, 4, 3, 3)),
    ("LayerNorm", (1,), (3, 1)),
    ("LayerNorm", (1,), (1, 1)),
    ("LayerNorm", (1,), (0, 1)),
    ("LayerNorm", ((1, 1),), (3, 1, 1)),
    ("LayerNorm", (5,), (0, 5)),
    ("LayerNorm", (0,), (2, 0)),
    ("GroupNorm", (4, 4), (2, 4)),
    ("GroupNorm", (4, 4), (1, 4)),
    ("GroupNorm", (1, 1), (2, 1)),
    ("GroupNorm", (2, 4), (0, 4)),
    ("GroupNorm", (2, 2), (3, 2, 1, 1)),
    ("InstanceNorm1d", (4,), (2, 4, 1)),
    ("InstanceNorm1d", (4,), (2, 4, 0)),
    ("InstanceNorm1d", (4,), (0, 4, 3)),
    ("InstanceNorm1d", (4, 1e-5, 0.1, True, True), (2, 4, 1)),
]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name,arguments,shape", SIZES)
def test_small_sizes_are_as_in_torch(name, arguments, shape, training, dtype):
    theirs = getattr(nn, name)(*arguments).to(dtype).train(training)
    ours = getattr(bn, name.replace("Norm", "NormalNorm"))(*arguments).to(dtype).train(training)
    for p in (*theirs.parameters(), *ours.parameters()):
        nn.init.constant_(p, 0.75)
    x = torch.randn(shape).to(dtype)
    grads = []
    for m in (theirs, ours):
        v = x.clone().requires_grad_()
        try:
            out = m(v)
        except ValueError:
            grads.append(None)
            continue
        out.float().sum().backward()
        grads.append((out, v.grad, *(p.grad for p in m.parameters())))
    assert (grads[0] is None) == (grads[1] is None)
    for a, b in zip(*(g or () for g in grads), strict=True):
        torch.testing.assert_close(b, a, rtol=0.02, atol=0.02)
    for key, value in theirs.state_dict().items():
        if "running" in key:
            assert torch.equal(ours.state_dict()[key], value)
    if "BatchNorm" in name and grads[0]:
        assert ours.num_batches_tracked == theirs.num_batches_tracked


def test_one_value_that_is_not_finite():
    m = bn.LayerNormalNorm(1).eval()
    out = m(torch.tensor([[1.0], [float("nan")], [float("inf")]]))
    assert out.isnan().flatten().tolist() == [False, True, True]


def test_a_mean_of_all_batches_passes_over_an_empty_one():
    m, x = bn.BatchNormalNorm1d(4, momentum=None), torch.randn(8, 4)
    m(x[:0])
    assert m.running_mean.isfinite().all()


# ---- far outliers in evaluation ----


@pytest.mark.parametrize("lmbda", [-1.0, 0.0, 2.0, 3.0])
def test_bounds_hold_in_evaluation(lmbda):
    m = bn.BatchNormalNorm1d(1, bounds=(0.5, 1.5)).eval()
    m.running_lmbda.fill_(lmbda)
    x = torch.tensor([[-1e4], [-100.0], [0.0], [100.0], [1e4]])
    out = m(x)
    assert out.abs().max() < 1e6 and m.running_lmbda == lmbda
    inside = bn.BatchNormalNorm1d(1).eval()
    inside.running_lmbda.fill_(min(max(lmbda, 0.5), 1.5))
    assert torch.equal(out, inside(x))
    assert m.half()(x[1:4].half()).isfinite().all()
    assert "bounds=(0.5, 1.5)" in repr(m) and "bounds" not in repr(inside)


def test_bounds_are_checked_and_converted():
    with pytest.raises(ValueError, match="bounds: lower < upper"):
        bn.InstanceNormalNorm1d(3, bounds=(2, 1))
    net = bn.convert_batchnorm(nn.Sequential(nn.BatchNorm1d(3)), bounds=(0, 2))
    assert net[0].bounds == (0, 2)
