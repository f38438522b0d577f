# SPDX-License-Identifier: BSD-3-Clause
"""Errors of the Triton kernels of bellshape.nn in groups of the sizes that networks have.

test_nn_triton.py runs this file, in a process whose environment has TRITON_INTERPRET=1.
"""

import pytest
import torch

import nn_cases as cases
from nn_triton_interpreted import LAST, LONG, NAMES, Case, tensors
from test_nn_operators import other_device

# Of the largest value of a result. The terms of a weight's gradient cancel in its sum, and with
# them the digits that the terms have.
LIMITS = {"out": 1e-6, "saved": 1e-6, "input": 1.2e-6, "weight": 1e-5, "bias": 1e-6}
LARGER = {
    "layer": Case(1, False, True, (8, 1, 768)),
    "batch, channels last": Case(32, True, False, (8, 32, 14, 14), LAST),
    "layer, 4096": Case(1, False, True, (8, 1, 4096)),
    "group": Case(4, False, False, (4, 16, 14, 14)),
    "instance": Case(8, False, False, (4, 8, 28, 28)),
    "batch": Case(4, True, False, (32, 4, 28, 28)),
    "batch, one position": Case(32, True, False, (512, 32)),
}


def drawn(distribution, shape):
    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(2, *shape, generator=generator, dtype=torch.float64)
    return {
        "normal": x,
        "far from zero": x + 30,
        "skewed": (0.6 * x).exp(),
        "heavy tails": x / y.abs().clamp(min=0.05),
        "half of it zero": x.clamp(min=0),
    }[distribution].float()


@pytest.mark.parametrize(
    "distribution",
    ["half of it zero", *(["normal", "skewed", "heavy tails", "far from zero"] * LONG)],
)
@pytest.mark.parametrize("name", LARGER if LONG else list(LARGER)[:1])
def test_errors_of_larger_groups(name, distribution):
    """Within the limits of docs/gpu.md, with the errors that a GPU may make."""
    case = LARGER[name]
    layer = case.layer("exact", 0.7)
    u, (_, weights, g) = drawn(distribution, case.shape), tensors(case, layer)
    u = u if case.memory is None else u.to(memory_format=case.memory)
    with other_device():
        got = cases.operator(u, *weights, g, layer)
    for part, a, b in zip(NAMES, got, cases.oracle(u, *weights, g, layer), strict=True):
        assert cases.apart(a, b) < LIMITS[part], part
