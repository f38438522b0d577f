# SPDX-License-Identifier: BSD-3-Clause
"""What is done to all layers of a network: running statistics, noise, freezing, fusion."""

import copy

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn.utils import fusion  # noqa: E402

import bellshape.nn as bn  # noqa: E402

RUNNING = ("running_mean", "running_var", "running_lmbda", "num_batches_tracked")


def network():
    return nn.Sequential(
        nn.Conv1d(3, 4, 2),
        bn.BatchNormalNorm1d(4, momentum=0.3),
        bn.InstanceNormalNorm1d(4, track_running_stats=True),
        nn.BatchNorm1d(4),
        bn.LayerNormalNorm(6),
    )


def batches(count=3):
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(8, 3, 7, generator=generator).exp() for _ in range(count)]


def state(net):
    return {name: t.clone() for name, t in net.state_dict().items()}


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


# ---- update_statistics ----


def test_statistics_are_means_over_the_batches():
    net = network()
    net[1].eval()
    net(batches()[0] + 3)
    weights = [p.clone() for p in net.parameters()]
    torch.manual_seed(2)
    assert bn.update_statistics([(x, "label") for x in batches()], net, "cpu") == 3
    torch.manual_seed(2)
    x = [net[0](x) for x in batches()]
    for i, kind in ((1, bn.BatchNormalNorm1d), (2, bn.InstanceNormalNorm1d), (3, nn.BatchNorm1d)):
        one = kind(4, momentum=None, track_running_stats=True)
        torch.manual_seed(2)
        if i == 1:
            for batch in x:
                one(batch)
            for name in RUNNING:
                torch.testing.assert_close(getattr(net[i], name), getattr(one, name))
        assert net[i].num_batches_tracked == 3
    assert net[1].momentum == 0.3 and not net[1].training and net[2].training
    for p, old in zip(net.parameters(), weights, strict=True):
        assert torch.equal(p, old) and p.grad is None


def test_it_is_update_bn_where_both_know_all_layers():
    torch.manual_seed(0)
    a = nn.Sequential(nn.Linear(7, 4), bn.BatchNormalNorm1d(3, noise=0), nn.Tanh())
    b = copy.deepcopy(a)
    bn.update_statistics(batches(), a)
    torch.optim.swa_utils.update_bn(batches(), b)
    assert same(a.state_dict(), b.state_dict())


def test_statistics_of_what_evaluation_sees():
    """Without noise the second layer sees the values that evaluation gives it."""
    net = nn.Sequential(bn.BatchNormalNorm1d(3, noise=2.0), bn.BatchNormalNorm1d(3, noise=1.0))
    (x,) = batches(1)
    bn.update_statistics([x], net, noise=False)
    assert [m.noise for m in net] == [2.0, 1.0]
    quiet = copy.deepcopy(net)
    bn.set_noise(quiet, 0)
    bn.update_statistics([x], quiet)
    assert same(net.state_dict(), quiet.state_dict())
    bn.update_statistics([x], net)
    assert net[1].running_var.sum() > 1.5 * quiet[1].running_var.sum()


def test_after_an_error_all_is_as_before():
    net = network()
    net(batches()[0])
    before = state(net)

    def broken():
        yield batches()[0]
        raise OSError("no more")

    for loader, error in ((broken(), OSError), ([batches()[0], "text"], TypeError)):
        with pytest.raises(error):
            bn.update_statistics(loader, net.eval(), noise=False)
        assert same(net.state_dict(), before)
        assert net[1].momentum == 0.3 and net[1].noise == 0.4
        assert not any(m.training for m in net.modules())
    with pytest.raises(ValueError, match="loader: no batches"):
        bn.update_statistics([], net)
    assert same(net.state_dict(), before)


def test_a_layer_that_sees_no_batch_keeps_its_statistics():
    net = nn.ModuleDict({"used": bn.BatchNormalNorm1d(3), "not": bn.BatchNormalNorm1d(3)})
    net["not"](batches()[0])
    before = state(net["not"])
    net.forward = lambda x: net["used"](x)
    bn.update_statistics(batches(), net)
    assert same(net["not"].state_dict(), before) and net["used"].num_batches_tracked == 3
    with pytest.warns(UserWarning, match="no running statistics"):
        assert bn.update_statistics(batches(), bn.LayerNormalNorm(7)) == 0


# ---- set_noise ----


def test_set_noise():
    net = network()
    assert bn.set_noise(net, 0.1) == 3
    assert [m.noise for m in net if hasattr(m, "noise")] == [0.1] * 3
    assert bn.set_noise(net, 0.0, where=lambda name, layer: name == "4") == 1
    assert net[4].noise == 0 and net[1].noise == 0.1
    with pytest.raises(ValueError, match="noise is -1"):
        bn.set_noise(net, -1)
    assert net[1].noise == 0.1
    with pytest.warns(UserWarning, match="no layer with noise"):
        assert bn.set_noise(nn.Linear(2, 2), 0.1) == 0


def test_set_noise_compiles_nothing_again():
    torch._dynamo.reset()
    graphs = []

    def count(graph, inputs):
        graphs.append(graph)
        return graph

    net = nn.Sequential(nn.Linear(5, 5), bn.LayerNormalNorm(5, noise=0.5))
    compiled, x = torch.compile(net, fullgraph=True, backend=count), torch.randn(4, 5)
    for noise in torch.linspace(0.1, 1.0, 12).tolist():
        assert bn.set_noise(compiled, noise) == 1
        torch.manual_seed(1)
        out = compiled(x)
        torch.manual_seed(1)
        torch.testing.assert_close(out, net(x))
    assert len(graphs) == 1


# ---- freezing ----


def test_the_usual_loop_freezes():
    """What asks for _BatchNorm finds them; a frozen layer has no noise and keeps its statistics."""
    net = network()
    net(batches()[0])
    for m in net.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.eval().requires_grad_(False)
    before = state(net[1])
    x = batches()[1]
    net(x).sum().backward()
    assert same(net[1].state_dict(), before) and net[1].weight.grad is None
    assert torch.equal(net[1](net[0](x)), net[1](net[0](x)))
    assert net[0].weight.grad.abs().sum() > 0


# ---- fusion ----


@pytest.mark.parametrize("kind", [bn.BatchNormalNorm2d, bn.SyncBatchNormalNorm])
def test_a_transform_is_not_folded_into_another_layer(kind):
    norm = kind(4).eval()
    for fuse, layer in (
        (fusion.fuse_conv_bn_eval, nn.Conv2d(4, 4, 1)),
        (fusion.fuse_linear_bn_eval, nn.Linear(4, 4)),
    ):
        with pytest.raises(TypeError, match=f"{kind.__name__} cannot be folded"):
            fuse(layer.eval(), norm)
        fuse(layer, nn.BatchNorm2d(4).eval())
    assert norm.eps == 1e-5
    norm.eps = 1e-3
    assert copy.deepcopy(norm).eps == 1e-3 and "eps=0.001" in repr(norm)


def test_fx_fusion_leaves_ours_alone():
    from torch.fx.experimental.optimization import fuse

    net = nn.Sequential(
        nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Conv2d(4, 4, 1), bn.BatchNormalNorm2d(4)
    ).eval()
    net[3].running_lmbda.fill_(0.3)
    x = torch.randn(2, 3, 4, 4)
    fused = fuse(net)
    torch.testing.assert_close(fused(x), net(x))
    kinds = [type(m) for m in fused.modules()]
    assert bn.BatchNormalNorm2d in kinds and nn.BatchNorm2d not in kinds
