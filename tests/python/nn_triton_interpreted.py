# SPDX-License-Identifier: BSD-3-Clause
"""The Triton kernels of bellshape.nn, in the interpreter of Triton, against the C library and
plain torch in float64.

test_nn_triton.py runs this file, in a process whose environment has TRITON_INTERPRET=1.  The
operators go to the kernels as those of a GPU do.
"""

import dataclasses
import os

import pytest
import torch
import triton
import triton.language as tl

import bellshape
import nn_cases as cases
import nn_triton_hardware
from bellshape.nn import _operators, _torch, _triton, _triton_batch, _triton_common, _triton_rows
from bellshape.nn._torch import Layer
from test_nn_operators import LAYOUTS, other_device

nn_triton_hardware.install()

NAMES = "out", "saved", "input", "weight", "bias"
LAST = torch.channels_last
# BELLSHAPE_LONG runs every case, as scripts/check-long does.
LONG = bool(os.environ.get("BELLSHAPE_LONG"))


@dataclasses.dataclass
class Case:
    """A layer, and what to make of the plans, so that small tensors have tiles and parts."""

    groups: int
    batch: bool
    by_position: bool
    shape: tuple
    memory: torch.memory_format | None = None
    block: int | None = None
    staged: bool = False
    # Whether a group is one part, of several tiles.
    whole: bool = False

    def layer(self, mode, noise):
        return Layer(self.groups, self.batch, self.by_position, mode, noise, 0.9, 1e-5)


CASES = {
    "layer": Case(1, False, True, (2, 1, 13)),
    "layer, aligned": Case(1, False, True, (2, 1, 32), block=16),
    "layer, tiles": Case(1, False, True, (3, 1, 29), block=16),
    "layer, staged": Case(1, False, True, (9, 1, 37), staged=True),
    "group": Case(2, False, False, (2, 4, 7, 7)),
    "group, aligned": Case(2, False, False, (1, 6, 4, 3)),
    "group, one position": Case(2, False, False, (2, 10)),
    "group, tiles": Case(1, False, False, (2, 2, 4, 8), block=16),
    "group, channels last": Case(2, False, False, (2, 4, 3, 3), LAST),
    "group, staged": Case(2, False, False, (2, 4, 5, 7), staged=True),
    "instance": Case(2, False, False, (2, 2, 4, 3)),
    "instance, staged": Case(2, False, False, (2, 2, 9, 9), staged=True),
    "batch": Case(2, True, False, (5, 2, 7, 7)),
    "batch, aligned": Case(2, True, False, (3, 2, 4, 3)),
    "batch, parts": Case(2, True, False, (9, 2, 11, 13)),
    "batch, tiles": Case(2, True, False, (9, 2, 11, 13), whole=True),
    "batch, one position": Case(6, True, False, (33, 6)),
    "batch, channels last": Case(6, True, False, (3, 6, 4, 4), LAST),
    "batch, channels last, odd": Case(35, True, False, (2, 35, 3, 3), LAST),
    "batch, channels last, parts": Case(2, True, False, (2, 2, 8, 12), LAST),
    "batch, channels last, tiles": Case(2, True, False, (2, 2, 8, 12), LAST, whole=True),
}


@pytest.fixture
def planned(monkeypatch):
    """Set the plans of a case, and return what the kernels were asked for."""

    def use(case):
        if case.block:
            monkeypatch.setattr(_triton_rows, "plan", lambda *_: (case.block, 1))
        if case.staged:
            monkeypatch.setattr(_triton_rows, "MAX_ELEMENTS", 0)
            monkeypatch.setattr(_triton_rows, "MAX_POSITIONS", 0)
        # Parts as small as one tile.
        monkeypatch.setattr(_triton_batch, "processors", lambda _: 1000)
        if case.whole:
            whole = lambda count, tile, *_: -(-count // tile) * tile  # noqa: E731
            monkeypatch.setattr(_triton_batch, "_per_part", whole)
        called = []
        for module in (_triton_rows, _triton_batch):
            for name in ("forward", "backward"):
                monkeypatch.setattr(module, name, seen(getattr(module, name), called))
        return called

    return use


def seen(function, called):
    def call(*arguments):
        called.append(function.__module__.rpartition("_")[2] + " " + function.__name__)
        return function(*arguments)

    return call


def tensors(case, layer, dtype=torch.float32):
    u, g = cases.random_input(case.shape, dtype), cases.random_input(case.shape, dtype, 5)
    if case.memory is not None:
        u = u.to(memory_format=case.memory)
    return u, cases.random_weights(layer, case.shape, torch.float32), g


# Every mode runs for one layer of each kind of kernel.  Of staged groups, which are many programs
# each, one runs: the interpreter takes seconds for it.
RUNS = [("exact", 0.7), ("exact", 0.0), ("compat", 0.7), ("normalize_only", 0.7)]
EVERY_MODE = ("layer", "batch", "batch, channels last")
SLOW = ("layer, staged", "group, staged")


def runs():
    """The names of cases with their modes and noise; with BELLSHAPE_LONG all of them."""
    for name in CASES:
        for mode, noise in RUNS if LONG or name in EVERY_MODE else RUNS[:1]:
            if LONG or name not in SLOW:
                yield name, mode, noise


@pytest.mark.parametrize("name,mode,noise", runs())
def test_oracle(name, mode, noise, planned):
    """Against plain torch in float64 with the noise of C, and against the C library."""
    case = CASES[name]
    layer = case.layer(mode, noise)
    u, weights, g = tensors(case, layer)
    called = planned(case)
    with other_device():
        got = cases.operator(u, *weights, g, layer)
    module = "batch" if case.batch or case.staged else "rows"
    assert called == [f"{module} forward", f"{module} backward"]
    for reference in (cases.oracle, cases.operator):
        expected = reference(u, *weights, g, layer)
        if mode == "normalize_only":
            # The oracle has a mean of x there, which nothing needs.
            expected[1][:, 7] = 0
        for part, a, b in zip(NAMES, got, expected, strict=True):
            # In groups of 5 to 50 values the outliers multiply the errors of their logarithms.
            assert cases.apart(a, b.double()) < (4e-6 if part == "saved" else 1.5e-6), part
    assert got[0].stride() == torch.empty_like(u).stride()
    assert [t.dtype for t in got] == [torch.float32, torch.float64, *[torch.float32] * 3]


@pytest.mark.parametrize("mode", cases.MODES)
@pytest.mark.parametrize("memory", [torch.contiguous_format, LAST])
def test_oracle_frozen(memory, mode):
    case = Case(6, True, False, (3, 6, 3, 5), memory)
    layer = case.layer(mode, 0.0)
    u, weights, g = tensors(case, layer)
    frozen = torch.zeros(layer.groups, 9, dtype=torch.float64)
    frozen[:, 0], frozen[:, 1] = 0.2, 1.5
    frozen[:, 2] = torch.tensor([0.7, 0.0, 2.0, 1e-3, -1.5, 1.0])
    found = []
    for where, dtype in ((other_device, torch.float32), (None, torch.float64)):
        inputs = [t.to(dtype).requires_grad_() for t in (u, *weights)]
        if where:
            with where():
                out = _operators.normal_norm_frozen(*inputs, frozen, mode, layer.eps)
                found.append((out.detach(), *torch.autograd.grad(out, inputs, g)))
        else:
            out = _operators.normal_norm_frozen(*inputs, frozen, mode, layer.eps)
            found.append((out.detach(), *torch.autograd.grad(out, inputs, g.double())))
    for a, b in zip(*found, strict=True):
        assert cases.apart(a, b) < 3e-6


def test_given_statistics_bound_nothing():
    """Values far out, infinite and NaN give what they give in C."""
    u = torch.tensor([[1e4], [-1e4], [1e30], [float("inf")], [-float("inf")], [float("nan")]])
    frozen = torch.zeros(1, 9, dtype=torch.float64)
    frozen[:, 1:3] = 1
    expected = _operators.normal_norm_frozen(u, None, None, frozen, "exact", 1e-5)
    with other_device():
        got = _operators.normal_norm_frozen(u, None, None, frozen, "exact", 1e-5)
    assert torch.equal(got.isnan(), expected.isnan())
    torch.testing.assert_close(got[:3], expected[:3], rtol=5e-5, atol=0)


# ---- noise ----


@triton.jit
def samples(seed_ptr, out_ptr, first_quad, QUADS: tl.constexpr, B: tl.constexpr):
    seed = tl.load(seed_ptr)
    if QUADS:
        quad = first_quad + tl.arange(0, B // 4).to(tl.int64)
        z = _triton_common.noise_quads(seed, quad, (B,))
    else:
        z = _triton_common.noise_at(seed, first_quad * 4 + tl.arange(0, B).to(tl.int64))
    tl.store(out_ptr + tl.arange(0, B), z)


@pytest.mark.parametrize("quads", [True, False])
@pytest.mark.parametrize("first_quad", [0, 2**32 - 100, *([12345, 2**40 + 7] if LONG else [])])
def test_noise_has_the_bits_of_the_c_library(first_quad, quads):
    count = 2**14
    for seed in (0, cases.SEED, 2**63 - 2):
        out = torch.empty(count)
        samples[(1,)](torch.tensor(seed), out, first_quad, quads, count)
        expected = bellshape.standard_normal(count, seed, offset=4 * first_quad, dtype="float32")
        assert torch.equal(out, torch.from_numpy(expected))


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("name", ["layer", "batch", "batch, channels last"])
def test_backward_makes_noise_for_the_weight_alone(name, wanted, monkeypatch):
    case = CASES[name]
    layer = case.layer("exact", 0.7)
    u, (weight, bias), g = tensors(case, layer)
    expected = cases.operator(u, weight, bias, g, layer)
    made = []
    for module, kernel in ((_triton_rows, "row_backward"), (_triton_batch, "_backward_stage")):
        monkeypatch.setattr(module, kernel, noticed(getattr(module, kernel), made))
    with other_device():
        v = u.clone(memory_format=torch.preserve_format).requires_grad_()
        weight.requires_grad_(wanted)
        out, _ = _operators.normal_norm(v, weight, bias, torch.tensor(cases.SEED), *layer)
        out.backward(g)
    assert any(made) == wanted
    assert cases.apart(v.grad, expected[2].double()) < 2e-6


class noticed:
    """A kernel, or a call of one, that notes whether it makes noise."""

    def __init__(self, kernel, made):
        self.kernel, self.made = kernel, made

    def __getitem__(self, grid):
        return noticed(self.kernel[grid], self.made)

    def __call__(self, *arguments, **options):
        self.made.append(options["NOISE"])
        return self.kernel(*arguments, **options)


# ---- memory and types ----


@pytest.mark.parametrize("kind", ["batch", "group"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout, kind):
    case = Case(4 if kind == "batch" else 2, kind == "batch", False, (2, 4, 3, 3))
    layer = case.layer("exact", 0.7)
    u, weights, g = tensors(case, layer)
    expected = cases.oracle(u, *weights, g, layer)
    v = LAYOUTS[layout](u)
    for gradient in (g, LAYOUTS[layout](g)):
        with other_device():
            got = cases.operator(v, *weights, gradient, layer)
        assert got[0].stride() == got[2].stride() == torch.empty_like(v).stride()
        for name, a, b in zip(NAMES, got, expected, strict=True):
            assert cases.apart(a, b) < 2e-6, name


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("name", ["layer", "group", "batch", "batch, channels last"])
def test_half(name, dtype):
    """Loaded and stored as they are, computed in float32."""
    case = CASES[name]
    layer = case.layer("exact", 0.7)
    u, weights, g = tensors(case, layer, dtype)
    expected = cases.oracle(u.float(), *weights, g.float(), layer)
    with other_device():
        got = cases.operator(u, *weights, g, layer)
    assert [t.dtype for t in got] == [dtype, torch.float64, dtype, torch.float32, torch.float32]
    # The interpreter cuts off what it stores as bfloat16, so that a whole unit may be missing.
    unit = torch.finfo(dtype).eps
    for a, b in ((got[0], expected[0]), (got[2], expected[2])):
        assert ((a.double() - b).abs() <= unit * b.abs() + 2e-6 * b.abs().max()).all()
    for a, b in zip(got[3:], expected[3:], strict=True):
        assert cases.apart(a, b) < 2e-6


@pytest.mark.parametrize("name", ["layer", "group", "batch", "batch, one position"])
def test_without_weights(name):
    case = CASES[name]
    layer = case.layer("exact", 0.0)
    u, weights, g = tensors(case, layer)
    ones = torch.ones_like(weights[0]), torch.zeros_like(weights[0])
    expected = cases.oracle(u, *ones, g, layer)
    with other_device():
        out, saved = _operators.normal_norm(u, None, None, None, *layer)
        gradients = _operators.normal_norm_backward(g, u, None, saved, None, *layer, False)
    for a, b in zip((out, saved, *gradients), expected, strict=True):
        assert cases.apart(a, b) < 2e-6


# ---- hard input ----


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize(
    "name", ["batch, tiles", "batch, channels last, tiles", "instance", "instance, staged"]
)
def test_not_finite_is_nan_in_its_group(name, bad, planned):
    case = CASES[name]
    layer = case.layer("exact", 0.7)
    u, weights, g = tensors(case, layer)
    planned(case)
    # The last sample is in the last tile.
    u[-1, 1, 1, 0] = bad
    with other_device():
        out, saved, du, *_ = cases.operator(u, *weights, g, layer)
    nan = torch.zeros_like(u, dtype=torch.bool)
    nan[slice(None) if case.batch else -1, 1] = True
    assert torch.equal(out.isnan(), nan) and torch.equal(du.isnan(), nan)
    row = 1 if case.batch else case.shape[1] + 1
    assert saved[row].isnan().all() and saved.isnan().sum() == 9


@pytest.mark.parametrize("name", ["layer", "batch"])
def test_constant_groups(name):
    case = CASES[name]
    layer = case.layer("exact", 0.7)
    _, (weight, bias), g = tensors(case, layer)
    with other_device():
        out, saved, du, *_ = cases.operator(torch.full(case.shape, 7.0), weight, bias, g, layer)
    place = bias.expand(case.shape) if layer.by_position else bias.reshape(1, -1, 1, 1)
    assert torch.equal(out, place.expand(case.shape))
    assert saved[:, 2].eq(1).all() and du.isfinite().all()


def test_what_the_kernels_leave_to_torch():
    u = torch.ones(4, 6)
    layer = cases.layer_of("batch")[0]._replace(noise=0.0)
    group = layer._replace(batch=False)
    taken = (
        (u, layer),
        (u.double(), layer),
        (u[:0], layer),
        (u, group),
        (u, layer._replace(groups=3)),
        (u, layer._replace(eps=1e-40)),
    )
    found = [_triton.forward(t, None, None, None, used) is not None for t, used in taken]
    assert found == [True, False, False, False, False, False]


def test_same_call_same_bits():
    case = CASES["batch, parts"]
    layer = case.layer("exact", 0.7)
    u, weights, g = tensors(case, layer)
    with other_device():
        first, second = (cases.operator(u, *weights, g, layer) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        assert torch.equal(a, b)


def test_nothing_goes_to_torch(monkeypatch):
    """The tests of this file are of the kernels."""
    monkeypatch.setattr(_torch, "forward", None)
    monkeypatch.setattr(_torch, "backward", None)
    case = CASES["batch"]
    layer = case.layer("exact", 0.7)
    u, weights, g = tensors(case, layer)
    with other_device():
        cases.operator(u, *weights, g, layer)
