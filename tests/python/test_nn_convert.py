# SPDX-License-Identifier: BSD-3-Clause
"""Networks whose layer, group and instance norms are converted; which layers a conversion takes."""

import warnings

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

import bellshape.nn as bn  # noqa: E402

# conversion, a norm of torch, ours, shape of an input
KINDS = {
    "batch": (bn.convert_batchnorm, nn.BatchNorm2d(4), bn.BatchNormalNorm2d, (2, 4, 3, 5)),
    "layer": (bn.convert_layernorm, nn.LayerNorm((3, 5)), bn.LayerNormalNorm, (2, 4, 3, 5)),
    "group": (bn.convert_groupnorm, nn.GroupNorm(2, 4), bn.GroupNormalNorm, (2, 4, 3)),
    "instance": (
        bn.convert_instancenorm,
        nn.InstanceNorm2d(4, affine=True, track_running_stats=True),
        bn.InstanceNormalNorm2d,
        (2, 4, 3, 5),
    ),
    "plain": (bn.convert_instancenorm, nn.InstanceNorm1d(4), bn.InstanceNormalNorm1d, (2, 4, 9)),
    "no weights": (
        bn.convert_layernorm,
        nn.LayerNorm(5, eps=1e-3, elementwise_affine=False),
        bn.LayerNormalNorm,
        (2, 5),
    ),
    "no bias": (bn.convert_layernorm, nn.LayerNorm(5, bias=False), bn.LayerNormalNorm, (2, 5)),
}
kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@kinds
def test_the_tensors_are_the_same(kind):
    convert, old, ours, shape = kind
    for p in old.parameters():
        nn.init.normal_(p)
    old.eval()
    state = {**dict(old.named_parameters()), **dict(old.named_buffers())}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net, count = convert(
            nn.Sequential(nn.ReLU(), nn.Sequential(old)),
            mode="normalize_only",
            noise=0.25,
            return_count=True,
        )
    new = net[1][0]
    assert count == 1 and type(new) is ours and not new.training
    assert new.noise == 0.25 and new.eps == old.eps and net[0].training
    for name, t in state.items():
        assert getattr(new, name) is t
    assert set(new.state_dict()) - set(state) <= {"running_lmbda"}
    x = torch.randn(shape).exp()
    torch.testing.assert_close(new(x), old(x))


def test_running_statistics_of_instance_layers_serve_at_once():
    old = nn.InstanceNorm1d(4, track_running_stats=True)
    old(torch.randn(3, 4, 9) + 2)
    new = bn.convert_instancenorm(nn.Sequential(old.eval()))[0]
    x = torch.randn(3, 4, 9)
    torch.testing.assert_close(new(x), old(x))


def test_where():
    net = nn.Sequential(nn.LayerNorm(3), nn.Sequential(nn.LayerNorm(3), nn.LayerNorm(5)))
    asked = []

    def where(name, layer):
        asked.append(name)
        return name.startswith("1.") and layer.normalized_shape == (3,)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert bn.convert_layernorm(net, where=where, return_count=True) == (net, 1)
    assert asked == ["0", "1.0", "1.1"]
    assert [type(m) is bn.LayerNormalNorm for m in (net[0], *net[1])] == [False, True, False]
    with pytest.warns(UserWarning, match="found no layer norm to replace"):
        bn.convert_layernorm(net, where=lambda name, layer: False)
    shared = nn.LayerNorm(3)
    net = nn.Sequential(shared, shared)
    assert bn.convert_layernorm(net, return_count=True)[1] == 1 and net[0] is net[1]
    net = nn.Sequential(nn.BatchNorm1d(3), nn.BatchNorm1d(3))
    bn.convert_batchnorm(net, where=lambda name, layer: name == "1")
    assert [type(m).__name__ for m in net] == ["BatchNorm1d", "BatchNormalNorm1d"]


class Own(nn.LayerNorm):
    """Nobody knows what this does."""


@pytest.mark.parametrize(
    "convert,net,text",
    [
        (bn.convert_layernorm, nn.Sequential(Own(3), nn.LayerNorm(3)), "1 of 2 .* 1 Own stay"),
        (bn.convert_groupnorm, nn.LayerNorm(3), "found no group norm"),
        (bn.convert_instancenorm, nn.LazyInstanceNorm1d(), "1 LazyInstanceNorm1d stay"),
        (bn.convert_layernorm, bn.LayerNormalNorm(3), "found no layer norm"),
    ],
)
def test_what_stays_is_said(convert, net, text):
    with pytest.warns(UserWarning, match=text):
        convert(net)


@kinds
def test_a_wrong_option_changes_nothing(kind):
    convert, old, _, _ = kind
    net = nn.Sequential(old)
    with pytest.raises(ValueError, match="noise"):
        convert(net, noise=-1)
    with pytest.raises(TypeError):
        convert(net, nosie=1)
    assert net[0] is old


# ---- norm and activation in one, and norms over channels: what timm and torchvision have ----


def act_of(base, name):
    """A class that is to the conversions what timm has of this name."""

    class Act(base):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            self.drop, self.act = nn.Identity(), nn.PReLU()

        def forward(self, input):
            return self.act(self.drop(super().forward(input)))

    Act.__name__, Act.__module__ = name, "timm.layers.norm_act"
    return Act


class LayerNorm2d(nn.LayerNorm):
    def forward(self, input):
        over = input.permute(0, 2, 3, 1)
        out = F.layer_norm(over, self.normalized_shape, self.weight, self.bias, self.eps)
        return out.permute(0, 3, 1, 2)


LayerNorm2d.__module__ = "torchvision.models.convnext"
ACTIVATED = {
    "batch": (bn.convert_batchnorm, act_of(nn.BatchNorm2d, "BatchNormAct2d")(4)),
    "group": (bn.convert_groupnorm, act_of(nn.GroupNorm, "GroupNormAct")(2, 4)),
    "layer": (bn.convert_layernorm, act_of(nn.LayerNorm, "LayerNormAct")(5)),
    "channels": (bn.convert_layernorm, act_of(LayerNorm2d, "LayerNormAct2d")(4)),
    "torchvision": (bn.convert_layernorm, LayerNorm2d(4)),
}


@pytest.mark.parametrize("convert,old", ACTIVATED.values(), ids=ACTIVATED)
def test_the_activation_stays(convert, old):
    nn.init.uniform_(old.weight)
    old.eval()
    x = torch.randn(2, 4, 3, 5).exp()
    expected, names = old(x), list(old.state_dict())
    new, count = convert(old, mode="normalize_only", noise=0, return_count=True)
    assert count == 1 and new is not old
    torch.testing.assert_close(new(x), expected)
    assert [n for n in new.state_dict() if n != "running_lmbda"] == names
    traced = torch.fx.symbolic_trace(nn.Sequential(new))
    assert torch.equal(traced(x), new(x))
    if hasattr(old, "act"):
        assert new.act is old.act
        with pytest.warns(UserWarning, match="found no"):
            convert(new)


def test_the_networks_of_timm():
    """Whole networks, where timm is installed."""
    timm = pytest.importorskip("timm")
    x = torch.randn(2, 3, 64, 64)
    for name, convert, expected in (
        ("efficientnet_b0", bn.convert_batchnorm, 49),
        ("convnext_atto", bn.convert_layernorm, 17),
    ):
        net = timm.create_model(name).eval()
        names = set(net.state_dict())
        before = net(x)
        assert convert(net, return_count=True)[1] == expected
        assert names <= set(net.state_dict())
        after = net(x)
        if convert is bn.convert_batchnorm:
            torch.testing.assert_close(after, before)
        assert after.isfinite().all()


def test_layer_norm_over_channels():
    m = bn.LayerNormalNorm2d(4, noise=0)
    nn.init.normal_(m.weight)
    over = bn.LayerNormalNorm(4, eps=1e-6, noise=0)
    over.load_state_dict(m.state_dict())
    x, g = torch.randn(2, 2, 4, 3, 5).exp()
    for memory in (torch.contiguous_format, torch.channels_last):
        a = x.to(memory_format=memory).requires_grad_()
        b = x.permute(0, 2, 3, 1).contiguous().requires_grad_()
        out, expected = m(a), over(b).permute(0, 3, 1, 2)
        assert torch.equal(out, expected)
        assert out.is_contiguous(memory_format=torch.channels_last)
        found = torch.autograd.grad(out, (a, m.weight), g)
        other = torch.autograd.grad(expected, (b, over.weight), g)
        assert torch.equal(found[0], other[0].permute(0, 3, 1, 2))
        assert torch.equal(found[1], other[1])
    assert m(x[:0]).shape == (0, 4, 3, 5)
    for wrong in (x[0], x[:, :3]):
        with pytest.raises(ValueError, match=r"expected \(N, 4, H, W\)"):
            m(wrong)
    m = m.double()
    torch.autograd.gradcheck(m, (x.double().requires_grad_(),))
