# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of bellshape.nn share: layers of every kind, and the oracle: plain torch, its
autograd, C's noise.
"""

import pytest
import torch
from torch import nn

import bellshape
import bellshape.nn as bn
from bellshape.nn import _checks, _operators, _torch
from bellshape.nn._torch import Layer

MODES = _checks.MODES
SEED = 2**62 + 12345678901

# name: groups, batch, by_position, shape of the input
KINDS = {
    "batch": (6, True, False, (5, 6, 4, 3)),
    "batch, one position": (6, True, False, (33, 6)),
    "group": (3, False, False, (5, 6, 4, 3)),
    "instance": (6, False, False, (5, 6, 4, 3)),
    "layer": (1, False, True, (5, 1, 12)),
}


# module, the torch module with its habits, its arguments, shape of an input
PAIRS = {
    "batch 1d": (bn.BatchNormalNorm1d, nn.BatchNorm1d, (6,), (7, 6)),
    "batch 1d, positions": (bn.BatchNormalNorm1d, nn.BatchNorm1d, (6,), (7, 6, 5)),
    "batch 2d": (bn.BatchNormalNorm2d, nn.BatchNorm2d, (6,), (3, 6, 4, 3)),
    "batch 3d": (bn.BatchNormalNorm3d, nn.BatchNorm3d, (6,), (3, 6, 4, 3, 2)),
    "layer": (bn.LayerNormalNorm, nn.LayerNorm, (12,), (3, 4, 12)),
    "layer, two dimensions": (bn.LayerNormalNorm, nn.LayerNorm, ((4, 3),), (5, 4, 3)),
    "group": (bn.GroupNormalNorm, nn.GroupNorm, (3, 6), (3, 6, 4, 3)),
    "instance 1d": (bn.InstanceNormalNorm1d, nn.InstanceNorm1d, (6,), (3, 6, 8)),
    "instance 1d, one sample": (bn.InstanceNormalNorm1d, nn.InstanceNorm1d, (6,), (6, 8)),
    "instance 2d": (bn.InstanceNormalNorm2d, nn.InstanceNorm2d, (6,), (3, 6, 4, 3)),
    "instance 2d, one sample": (bn.InstanceNormalNorm2d, nn.InstanceNorm2d, (6,), (6, 4, 3)),
    "instance 3d": (bn.InstanceNormalNorm3d, nn.InstanceNorm3d, (6,), (3, 6, 4, 3, 2)),
}
pairs = pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)


def inputs(shape, dtype=torch.float64):
    return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=dtype)


def layer_of(kind, mode="exact", noise=0.7, alpha=1.0, eps=1e-5):
    groups, batch, by_position, shape = KINDS[kind]
    return Layer(groups, batch, by_position, mode, noise, alpha, eps), shape


def random_input(shape, dtype=torch.float64, seed=0):
    """Skewed, off zero, each channel with a scale of its own."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(shape, generator=generator, dtype=torch.float64).mul(0.6).exp()
    scale = torch.rand(shape[1], generator=generator, dtype=torch.float64).add(0.5)
    return (x * scale.reshape(-1, *[1] * (len(shape) - 2)) - 0.5).to(dtype)


def random_weights(layer, shape, dtype=torch.float64, seed=1):
    generator = torch.Generator().manual_seed(seed)
    size = torch.Size(shape[2:]).numel() if layer.by_position else shape[1]
    return [torch.randn(size, generator=generator, dtype=torch.float64).to(dtype) for _ in range(2)]


def c_noise(count, dtype, seed=SEED):
    """The samples of the C library, by which its layers add noise."""
    name = {torch.float32: "float32", torch.float64: "float64"}[dtype]
    return torch.from_numpy(bellshape.standard_normal(count, seed, dtype=name))


def oracle(u, weight, bias, g, layer, seed=SEED):
    """out, saved and the gradients by u, weight and bias, all in float64, by plain torch and its
    autograd.
    """
    inputs = [t.detach().double().requires_grad_() for t in (u, weight, bias)]
    z = c_noise(u.numel(), u.dtype, seed).double() if layer.noise else None
    out, saved = _torch.forward(*inputs, z, layer)
    return out.detach(), saved.detach(), *torch.autograd.grad(out, inputs, g.double())


def operator(u, weight, bias, g, layer, seed=SEED):
    """The same five by the operators."""
    inputs = [t.detach().requires_grad_() for t in (u, weight, bias)]
    out, saved = _operators.normal_norm(*inputs, torch.tensor(seed), *layer)
    return out.detach(), saved, *torch.autograd.grad(out, inputs, g)


def apart(got, expected):
    """The largest difference, in units of the largest value."""
    return ((got.double() - expected).abs().max() / expected.abs().max()).item()
