# SPDX-License-Identifier: BSD-3-Clause
"""The modules of bellshape.nn: torch's habits, the authors' golden values, training."""

import copy
import json
import pathlib

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.utils.checkpoint import checkpoint  # noqa: E402

import bellshape.nn as bn  # noqa: E402
import nn_cases as cases  # noqa: E402
from bellshape.nn import _torch  # noqa: E402
from bellshape.nn._statistics import FIELDS, pack_running, unpack  # noqa: E402
from bellshape.nn._torch import Layer  # noqa: E402

GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "layer.json"


def golden(batch=None):
    all_cases = json.loads(GOLDEN.read_text())
    return [c for c in all_cases if batch in (None, c["name"].startswith("batch"))]


def golden_module(case):
    kind, channels = case["name"].split("-")[0], case["shape"][1]
    options = {"mode": "compat", "noise": 0.0, "eps": case["eps"], "dtype": torch.float64}
    if kind == "group":
        return bn.GroupNormalNorm(case["groups"], channels, **options)
    if kind == "instance2d":
        return bn.InstanceNormalNorm2d(channels, affine=True, **options)
    made = {
        "batch1d": bn.BatchNormalNorm1d,
        "batch2d": bn.BatchNormalNorm2d,
        "layer": bn.LayerNormalNorm,
    }
    return made[kind](channels, **options)


# ---- values ----


@pytest.mark.parametrize("last", [False, True], ids=["packed", "channels last"])
@pytest.mark.parametrize("case", golden(), ids=lambda c: c["name"])
def test_golden(case, last):
    """What the authors' code and automatic differentiation gave in float64."""

    def tensor(name):
        return torch.tensor(case[name], dtype=torch.float64)

    def close(got, name):
        expected = tensor(name).reshape(got.shape)
        assert (got - expected).abs().max() <= 1e-10 * expected.abs().max(), name

    m = golden_module(case)
    with torch.no_grad():
        m.weight.copy_(tensor("weight"))
        m.bias.copy_(tensor("bias"))
    x, g = (tensor(name).reshape(case["shape"]) for name in ("x", "grad_out"))
    if last and x.dim() == 4:
        x = x.to(memory_format=torch.channels_last)
    x.requires_grad_()
    out = m(x)
    out.backward(g)
    close(out, "out")
    close(x.grad, "grad_x")
    close(m.weight.grad, "grad_weight")
    close(m.bias.grad, "grad_bias")
    for name in ("running_mean", "running_var", "running_lmbda"):
        if name in case:
            close(getattr(m, name), name)
    close(m.eval()(x), "eval_out")


@cases.pairs
@pytest.mark.parametrize("training", [True, False])
def test_normalize_only_without_noise_is_torchs_layer(pair, training):
    ours, theirs, arguments, shape = pair
    m = ours(*arguments, mode="normalize_only", noise=0.0, dtype=torch.float64)
    t = theirs(*arguments, dtype=torch.float64)
    with torch.no_grad():
        for ours_p, theirs_p in zip(m.parameters(), t.parameters(), strict=True):
            ours_p.copy_(theirs_p.normal_())
    assert [n for n, _ in m.named_parameters()] == [n for n, _ in t.named_parameters()]
    for step in range(3):
        x = (cases.inputs(shape) + step).requires_grad_()
        m.train(training or step < 2)
        t.train(training or step < 2)
        out, expected = m(x), t(x)
        g = cases.inputs(shape).flip(0)
        for a, b in zip(
            torch.autograd.grad(out, (x, *m.parameters()), g),
            torch.autograd.grad(expected, (x, *t.parameters()), g),
            strict=True,
        ):
            torch.testing.assert_close(a, b, rtol=1e-11, atol=1e-11)
        torch.testing.assert_close(out, expected, rtol=1e-12, atol=1e-12)
    for name, buffer in t.named_buffers():
        torch.testing.assert_close(getattr(m, name), buffer, rtol=1e-12, atol=1e-12)


@cases.pairs
def test_habits(pair):
    """The signature of torch's module, then our own; the same names of what is saved."""
    ours, theirs, arguments, shape = pair
    m, t = ours(*arguments), theirs(*arguments)
    assert set(m.state_dict()) - set(t.state_dict()) <= {"running_lmbda"}
    assert set(t.state_dict()) <= set(m.state_dict())
    for name, value in t.state_dict().items():
        assert torch.equal(m.state_dict()[name], value), name
    for name in (
        "eps",
        "momentum",
        "affine",
        "elementwise_affine",
        "track_running_stats",
        "num_features",
    ):
        assert getattr(m, name, None) == getattr(t, name, None)
    for option in ({"dtype": torch.float64}, {"device": "meta"}):
        for tensor in ours(*arguments, **option).parameters():
            assert tensor.dtype == option.get("dtype", torch.float32)
            assert tensor.device.type == option.get("device", "cpu")
    without = ours(*arguments, bias=False)
    assert without.bias is None and without(cases.inputs(shape, torch.float32)).shape == shape
    assert ours(*arguments, device="meta")(torch.empty(shape, device="meta")).shape == shape


def test_positional_arguments_are_torchs():
    m = bn.BatchNormalNorm1d(3, 1e-3, None, False, False)
    assert (m.eps, m.momentum, m.affine, m.track_running_stats) == (1e-3, None, False, False)
    m = bn.LayerNormalNorm((2, 3), 1e-3, True, False)
    assert m.weight.shape == (2, 3) and m.bias is None
    m = bn.GroupNormalNorm(2, 6, 1e-3, False)
    assert m.weight is None and m.num_groups == 2 and m.num_channels == 6


def test_repr():
    assert repr(bn.BatchNormalNorm2d(3)) == (
        "BatchNormalNorm2d(3, momentum=0.1, affine=True, track_running_stats=True, "
        "eps=1e-05, noise=0.4, alpha=1.0, mode='exact', bias=True)"
    )
    assert repr(bn.LayerNormalNorm(4, bias=False)) == (
        "LayerNormalNorm((4,), elementwise_affine=True, eps=1e-05, noise=1.0, alpha=1.0, "
        "mode='exact', bias=False)"
    )
    assert repr(bn.GroupNormalNorm(2, 4)) == (
        "GroupNormalNorm(2, 4, affine=True, eps=1e-05, noise=0.4, alpha=1.0, mode='exact', "
        "bias=True)"
    )


def test_reset_parameters():
    m = bn.BatchNormalNorm1d(4)
    fresh = copy.deepcopy(m.state_dict())
    with torch.no_grad():
        m.weight.fill_(3)
        m.bias.fill_(3)
    m(torch.randn(5, 4))
    assert not torch.equal(m.running_lmbda, fresh["running_lmbda"])
    m.reset_running_stats()
    assert torch.equal(m.running_lmbda, fresh["running_lmbda"]) and m.weight[0] == 3
    m.reset_parameters()
    for name, value in m.state_dict().items():
        assert torch.equal(value, fresh[name]), name


# ---- running statistics ----


@pytest.mark.parametrize("kind", [bn.BatchNormalNorm2d, bn.InstanceNormalNorm2d])
@pytest.mark.parametrize("momentum", [0.3, None])
def test_running_statistics(kind, momentum):
    m = kind(6, momentum=momentum, track_running_stats=True, dtype=torch.float64)
    batch = kind is bn.BatchNormalNorm2d
    layer = Layer(6, batch, False, "exact", 0.0, 1.0, m.eps)
    expected = torch.tensor([[0.0, 1.0, 1.0]] * 6, dtype=torch.float64)
    for step in range(1, 5):
        x = cases.random_input((3, 6, 4, 3), seed=step)
        m(x)
        rows = _torch.forward(x, None, None, None, layer)[1]
        found = unpack(rows.reshape(-1, 6, FIELDS).mean(0))
        n = x.numel() // 6 if batch else 12
        saved = torch.stack((found.mean, found.variance * n / (n - 1), found.lmbda), -1)
        weight = 1 / step if momentum is None else momentum
        expected = (1 - weight) * expected + weight * saved
    got = torch.stack((m.running_mean, m.running_var, m.running_lmbda), 1)
    torch.testing.assert_close(got, expected, rtol=1e-12, atol=1e-12)
    assert m.num_batches_tracked == 4
    m.eval()
    before = copy.deepcopy(m.state_dict())
    out = m(x)
    frozen = pack_running(*expected.unbind(-1))
    weights = (m.weight, m.bias)
    plain = _torch.evaluate(x, *weights, frozen, layer._replace(batch=True))
    torch.testing.assert_close(out, plain, rtol=1e-12, atol=1e-12)
    for name, value in m.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_without_running_statistics():
    m = bn.BatchNormalNorm1d(4, track_running_stats=False)
    assert m.running_mean is m.running_var is m.running_lmbda is m.num_batches_tracked is None
    x = torch.randn(9, 4)
    m.eval()
    assert torch.equal(m(x), m(x))
    quiet = bn.BatchNormalNorm1d(4, track_running_stats=False, noise=0.0)
    assert torch.equal(m(x), quiet(x))
    assert torch.equal(m(x[:5]), quiet(x[:5])) and not torch.equal(m(x)[:5], m(x[:5]))


def test_evaluation_of_one_value():
    m = bn.BatchNormalNorm1d(4).eval()
    assert m(torch.randn(1, 4)).shape == (1, 4)
    assert m(torch.randn(0, 4)).shape == (0, 4)
    assert bn.GroupNormalNorm(2, 4)(torch.randn(0, 4)).shape == (0, 4)
    assert bn.LayerNormalNorm(4)(torch.randn(0, 4)).shape == (0, 4)


# ---- noise ----


@cases.pairs
def test_noise_is_of_the_generator(pair):
    ours, _, arguments, shape = pair
    m, x = ours(*arguments), cases.inputs(shape, torch.float32)
    torch.manual_seed(3)
    first, second = m(x), m(x)
    torch.manual_seed(3)
    assert torch.equal(m(x), first) and torch.equal(m(x), second)
    assert not torch.equal(first, second)
    state = torch.get_rng_state()
    m.eval()(x)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpoint_reproduces(reentrant):
    net = nn.Sequential(nn.Linear(5, 8), bn.BatchNormalNorm1d(8), nn.ReLU(), bn.LayerNormalNorm(8))
    x = torch.randn(7, 5, requires_grad=True)
    results = []
    for run in (net, lambda x: checkpoint(net, x, use_reentrant=reentrant)):
        torch.manual_seed(11)
        out = run(x)
        net.zero_grad()
        out.square().sum().backward()
        results.append([out, x.grad, *(p.grad for p in net.parameters())])
        x.grad = None
    for a, b in zip(*results, strict=True):
        assert torch.equal(a, b)


# ---- errors ----


def bad_inputs():
    yield bn.BatchNormalNorm1d(4), (3, 4, 2, 2), r"2D or 3D input \(got 4D"
    yield bn.BatchNormalNorm2d(4), (3, 4, 2), r"4D input \(got 3D"
    yield bn.BatchNormalNorm3d(4), (3, 4, 2, 2), r"5D input \(got 4D"
    yield bn.BatchNormalNorm1d(4), (3, 5), r"4 channels, got 5 in input size \(3, 5\)"
    yield bn.BatchNormalNorm1d(4), (1, 4), "more than 1 value"
    yield bn.BatchNormalNorm1d(4, track_running_stats=False).eval(), (1, 4), "more than 1 value"
    yield bn.InstanceNormalNorm1d(4), (3, 4, 1), "more than 1 value"
    yield bn.InstanceNormalNorm1d(4), (3, 5, 2), "4 channels"
    yield bn.InstanceNormalNorm2d(4), (3, 4), "3D or 4D"
    yield bn.GroupNormalNorm(4, 4), (1, 4), "more than 1 value"
    yield bn.GroupNormalNorm(2, 4), (3, 5), r"expected \(N, 4, \*\), got input size \(3, 5\)"
    yield bn.LayerNormalNorm(4), (3, 5), r"expected \(\*, 4,\), got input size \(3, 5\)"
    yield bn.LayerNormalNorm((2, 3)), (3,), r"expected \(\*, 2, 3\), got input size \(3,\)"


@pytest.mark.parametrize("module,shape,text", list(bad_inputs()))
def test_input_errors(module, shape, text):
    with pytest.raises(ValueError, match=text):
        module(torch.randn(shape))


@pytest.mark.parametrize(
    "options,text",
    [
        ({"mode": "fast"}, "mode is 'fast', not one of exact, compat, normalize_only"),
        ({"noise": -0.1}, "noise is -0.1"),
        ({"noise": float("nan")}, "noise is nan"),
        ({"eps": 0.0}, "eps is 0.0"),
        ({"eps": 1e-61}, "eps is 1e-61, not a number of at least 1e-60"),
        ({"alpha": float("inf")}, "alpha is inf"),
    ],
)
def test_option_errors(options, text):
    with pytest.raises(ValueError, match=text):
        bn.BatchNormalNorm1d(4, **options)


def test_groups_must_divide():
    with pytest.raises(ValueError, match=r"num_groups \(4\) does not divide num_channels \(6\)"):
        bn.GroupNormalNorm(4, 6)


def test_types_must_go_together():
    with pytest.raises(TypeError, match=r"input of torch.float64 and a weight of torch.float32"):
        bn.BatchNormalNorm1d(4)(torch.randn(3, 4).double())


def test_not_finite_is_no_error():
    m, x = bn.BatchNormalNorm1d(3), torch.randn(5, 3)
    x[2, 1] = float("nan")
    out = m(x)
    assert out[:, 1].isnan().all() and out[:, [0, 2]].isfinite().all()
    assert m.running_lmbda.isnan().tolist() == [False, True, False]


# ---- training ----


class PlainBatch(nn.Module):
    """Batch normality normalization as torch alone would do it, with the noise of the same
    seeds.
    """

    def __init__(self, features):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features, dtype=torch.float64))
        self.bias = nn.Parameter(torch.zeros(features, dtype=torch.float64))

    def forward(self, x):
        seed = torch.randint(2**63 - 1, (), dtype=torch.int64)
        layer = Layer(x.shape[1], True, False, "exact", 0.4, 1.0, 1e-5)
        z = cases.c_noise(x.numel(), x.dtype, seed.item())
        return _torch.forward(x, self.weight, self.bias, z, layer)[0]


def test_training_follows_the_oracle():
    torch.manual_seed(0)
    x, target = torch.randn(64, 5).double(), torch.randn(64, 3).double()
    nets = []
    for norm in (lambda n: bn.BatchNormalNorm1d(n, dtype=torch.float64), PlainBatch):
        torch.manual_seed(1)
        net = nn.Sequential(
            nn.Linear(5, 16), norm(16), nn.ReLU(), nn.Linear(16, 8), norm(8), nn.Linear(8, 3)
        ).double()
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        losses = []
        for _ in range(25):
            optimizer.zero_grad()
            loss = (net(x) - target).square().mean()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        nets.append((net, losses))
    (net, losses), (oracle, expected) = nets
    assert losses[-1] < 0.9 * losses[0]
    torch.testing.assert_close(losses, expected, rtol=1e-9, atol=0)
    for a, b in zip(net.parameters(), oracle.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-7, atol=1e-9)
