# SPDX-License-Identifier: BSD-3-Clause
"""Layers that learn their number of channels, and layers with an activation."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter  # noqa: E402

import bellshape.nn as bn  # noqa: E402

SHAPES = {
    "BatchNormalNorm1d": [(4, 3), (4, 3, 5)],
    "BatchNormalNorm2d": [(4, 3, 5, 2)],
    "BatchNormalNorm3d": [(4, 3, 5, 2, 2)],
    "InstanceNormalNorm1d": [(4, 3, 5), (3, 5)],
    "InstanceNormalNorm2d": [(4, 3, 5, 2), (3, 5, 2)],
    "InstanceNormalNorm3d": [(4, 3, 5, 2, 2), (3, 5, 2, 2)],
}
SHAPES = [(name, shape) for name, shapes in SHAPES.items() for shape in shapes]


@pytest.mark.parametrize("name,shape", SHAPES)
def test_the_first_input_makes_the_layer(name, shape):
    kind = getattr(bn, name)
    lazy = getattr(bn, "Lazy" + name)(noise=0.3, mode="compat", dtype=torch.float64)
    assert isinstance(lazy, kind) and lazy.has_uninitialized_params()
    assert isinstance(lazy.weight, UninitializedParameter)
    assert isinstance(lazy.running_lmbda, UninitializedBuffer)
    made = kind(3, 1e-5, 0.1, True, True, noise=0.3, mode="compat", dtype=torch.float64)
    x = torch.randn(shape, dtype=torch.float64)
    torch.manual_seed(0)
    out = lazy(x)
    torch.manual_seed(0)
    assert torch.equal(out, made(x))
    assert type(lazy) is kind and repr(lazy) == repr(made)
    for (key, a), (other, b) in zip(
        lazy.state_dict().items(), made.state_dict().items(), strict=True
    ):
        assert key == other and torch.equal(a, b)


def test_state_of_lazy_layers():
    lazy = bn.LazyBatchNormalNorm1d()
    bn.LazyBatchNormalNorm1d().load_state_dict(lazy.state_dict())
    made = bn.BatchNormalNorm1d(3)
    made(torch.randn(8, 3))
    lazy.load_state_dict(made.state_dict())
    x = torch.randn(8, 3)
    assert torch.equal(lazy.eval()(x), made.eval()(x)) and type(lazy) is bn.BatchNormalNorm1d


@pytest.mark.parametrize("options", [{"affine": False}, {"bias": False}, {"momentum": None}])
@pytest.mark.parametrize("track", [True, False])
def test_lazy_without_weights(options, track):
    lazy = bn.LazyBatchNormalNorm1d(track_running_stats=track, **options)
    x = torch.randn(8, 3)
    assert lazy(x).shape == x.shape and lazy.num_features == 3
    assert list(lazy.state_dict()) == list(
        bn.BatchNormalNorm1d(3, track_running_stats=track, **options).state_dict()
    )
    with pytest.raises(ValueError, match="expected 3 channels, got 4"):
        lazy(torch.randn(8, 4))


def test_lazy_refuses_other_dimensions():
    with pytest.raises(ValueError, match="expected 4D input"):
        bn.LazyBatchNormalNorm2d()(torch.randn(4, 3))


ACTIVATED = [
    (bn.BatchNormalNormAct2d, bn.BatchNormalNorm2d, (3,), (4, 3, 5, 5)),
    (bn.GroupNormalNormAct, bn.GroupNormalNorm, (3, 6), (4, 6, 5)),
    (bn.LayerNormalNormAct, bn.LayerNormalNorm, (6,), (4, 6)),
    (bn.LayerNormalNormAct2d, bn.LayerNormalNorm2d, (3,), (4, 3, 5, 5)),
]


@pytest.mark.parametrize("kind,without,arguments,shape", ACTIVATED)
def test_activation(kind, without, arguments, shape):
    x, norm = torch.randn(shape), without(*arguments, noise=0, alpha=0.5)
    expected = norm(x)
    made = kind(*arguments, noise=0, alpha=0.5)
    assert torch.equal(made(x), expected.relu()) and made.act.inplace
    assert list(made.state_dict()) == list(norm.state_dict())
    made = kind(
        *arguments, noise=0, alpha=0.5, act_layer=nn.GELU, act_kwargs={"approximate": "tanh"}
    )
    assert torch.equal(made(x), nn.functional.gelu(expected, approximate="tanh"))
    for options in ({"apply_act": False}, {"act_layer": None}):
        assert torch.equal(kind(*arguments, noise=0, alpha=0.5, **options)(x), expected)
    made = kind(*arguments, noise=0, inplace=False, drop_layer=lambda: nn.Dropout(1.0))
    assert not made.act.inplace and not made(x).any()
    with pytest.raises(TypeError):
        kind(*arguments, other=1)
