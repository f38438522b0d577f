# SPDX-License-Identifier: BSD-3-Clause
"""The modules of bellshape.nn saved, copied, and converted from torch's and the authors'."""

import copy
import io
import pickle
import warnings

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

import bellshape.nn as bn  # noqa: E402
import nn_cases as cases  # noqa: E402

# ---- saving, copying, converting ----


@cases.pairs
def test_state_dict_round_trip(pair):
    ours, _, arguments, shape = pair
    m, x = ours(*arguments), cases.inputs(shape, torch.float32)
    m(x)
    for p in m.parameters():
        nn.init.normal_(p)
    other = ours(*arguments)
    assert not other.load_state_dict(m.state_dict(), strict=True).missing_keys
    file = io.BytesIO()
    torch.save(m.state_dict(), file)
    file.seek(0)
    third = ours(*arguments)
    third.load_state_dict(torch.load(file, weights_only=True))
    for made in (other, third, copy.deepcopy(m), pickle.loads(pickle.dumps(m))):
        assert torch.equal(made.eval()(x), m.eval()(x))
        assert repr(made) == repr(m)


def author_state(features):
    """Names and shapes that the authors' BatchNormalNorm1d and 2d save."""
    return {
        "running_lmbda": torch.linspace(0.5, 1.5, features),
        "running_mean": torch.randn(features),
        "running_var": torch.rand(features) + 0.5,
        "running_norm": torch.full((features,), 0.8),
        "bias": torch.randn(features),
        "weight": torch.randn(features),
    }


def test_loads_the_authors_state():
    state = author_state(6)
    net = nn.Sequential(bn.BatchNormalNorm2d(6, mode="compat"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net.load_state_dict({"0." + name: t for name, t in state.items()}, strict=True)
    for name, t in net[0].state_dict().items():
        assert torch.equal(t, state.get(name, torch.tensor(0))), name
    with pytest.warns(UserWarning, match="mode='compat'"):
        bn.BatchNormalNorm1d(6).load_state_dict(state, strict=True)
    assert "running_norm" in state


def test_a_missing_lambda_is_missing():
    with pytest.raises(RuntimeError, match="running_lmbda"):
        bn.BatchNormalNorm1d(6).load_state_dict(nn.BatchNorm1d(6).state_dict())


def small_net():
    norm = nn.BatchNorm1d(5, eps=1e-3, momentum=None)
    last = nn.BatchNorm1d(5, track_running_stats=False)
    # It is an argument since torch 2.12.
    last.bias = None
    return nn.Sequential(
        nn.Conv2d(3, 4, 3),
        nn.BatchNorm2d(4),
        nn.Sequential(nn.ReLU(), nn.BatchNorm2d(4, affine=False, momentum=0.2)),
        nn.Flatten(),
        nn.Linear(16, 5),
        norm,
        nn.Linear(5, 5),
        norm,
        last,
    ).double()


def test_convert_and_back():
    torch.manual_seed(0)
    net, x = small_net(), torch.randn(4, 3, 4, 4).double()
    net(x)
    net[1].eval()
    parameters = list(net.parameters())
    state = copy.deepcopy(net.state_dict())
    expected = copy.deepcopy(net).eval()(x)

    ours = bn.convert_batchnorm(net, noise=0.3)
    assert ours is net and not any(
        type(m) in (nn.BatchNorm1d, nn.BatchNorm2d) for m in net.modules()
    )
    assert all(a is b for a, b in zip(net.parameters(), parameters, strict=True))
    assert (
        net[5] is net[7] and net[5].eps == 1e-3 and net[5].momentum is None and net[5].noise == 0.3
    )
    assert not net[1].training and net[5].training
    assert net[2][1].weight is None and net[8].running_mean is None and net[8].bias is None
    fresh = bn.convert_batchnorm(small_net())
    fresh.load_state_dict(net.state_dict(), strict=True)
    for mine, noise in ((net, 0.3), (fresh, 0.4)):
        assert mine[5].noise == noise and mine[5].running_lmbda.dtype == torch.float64
        # lambda is 1, but where statistics are those of the batch
        torch.testing.assert_close(mine[:8].eval()(x), small_eval(state, x), rtol=1e-10, atol=1e-10)

    back = bn.revert_batchnorm(net)
    assert repr(back) == repr(small_net()) and back[5] is back[7]
    assert {k for k in back.state_dict()} == set(state)
    back.load_state_dict(state, strict=True)
    small_net().load_state_dict(back.state_dict(), strict=True)
    torch.testing.assert_close(back.eval()(x), expected, rtol=0, atol=0)


def small_eval(state, x):
    net = small_net()
    net.load_state_dict(state)
    return net[:8].eval()(x)


def test_convert_a_single_module():
    norm = nn.BatchNorm1d(4)
    ours = bn.convert_batchnorm(norm, mode="normalize_only")
    assert type(ours) is bn.BatchNormalNorm1d and ours.mode == "normalize_only"
    assert ours.weight is norm.weight and ours.running_mean is norm.running_mean
    assert type(bn.revert_batchnorm(ours)) is nn.BatchNorm1d

    class Own(nn.BatchNorm1d):
        pass

    own = Own(4)
    with pytest.warns(UserWarning, match="0 of 1 batch norms were replaced; 1 Own stay"):
        assert bn.convert_batchnorm(own) is own
