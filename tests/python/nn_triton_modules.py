# SPDX-License-Identifier: BSD-3-Clause
"""The modules of bellshape.nn on the Triton kernels, in the interpreter of Triton.

test_nn_triton.py runs this file, in a process whose environment has TRITON_INTERPRET=1.  A module
takes tensors of the CPU for those of a GPU here.
"""

import contextlib

import pytest
import torch
from torch import nn

import bellshape.nn as bn
import nn_cases as cases
import nn_triton_hardware
from bellshape.nn import (
    _eager,
    _gpu,
    _torch,
    _triton,
    _triton_batch,
    _triton_common,
    _triton_rows,
)
from test_nn_operators import other_device

nn_triton_hardware.install()

LAST = torch.channels_last


@contextlib.contextmanager
def gpu():
    """Let modules go to the kernels at once, and operators too."""
    with pytest.MonkeyPatch.context() as patch, other_device():
        patch.setattr(_gpu, "is_gpu", lambda _: True)
        patch.setattr(_eager, "is_direct", lambda *_: False)
        patch.setattr(_eager, "track", lambda *_: False)
        yield patch


@contextlib.contextmanager
def only_kernels():
    """Refuse operators, and torch's steps of running statistics."""
    with gpu() as patch:
        for name in ("normal_norm", "normal_norm_frozen"):
            patch.setattr(bn._normalize, name, None)
        patch.setattr(_gpu, "normal_norm_backward", None)
        patch.setattr(bn._base.ChannelNormalNorm, "_track", None)
        yield patch


# module, and the shape of an input
MODULES = {
    "batch": (lambda **o: bn.BatchNormalNorm2d(2, **o), (3, 2, 5, 3)),
    "batch, one position": (lambda **o: bn.BatchNormalNorm1d(3, **o), (9, 3)),
    "batch, mean of all": (lambda **o: bn.BatchNormalNorm2d(2, momentum=None, **o), (3, 2, 5, 3)),
    "batch, ordinary": (
        lambda **o: bn.BatchNormalNorm2d(2, mode="normalize_only", **o),
        (3, 2, 5, 3),
    ),
    "batch, bounds": (
        lambda **o: bn.BatchNormalNorm2d(2, noise=0.0, bounds=(0.9, 1.1), **o),
        (3, 2, 5, 3),
    ),
    "instance": (
        lambda **o: bn.InstanceNormalNorm2d(2, affine=True, track_running_stats=True, **o),
        (3, 2, 5, 3),
    ),
    "layer": (lambda **o: bn.LayerNormalNorm((4, 5), **o), (3, 2, 4, 5)),
    "group": (lambda **o: bn.GroupNormalNorm(2, 4, **o), (3, 4, 5)),
}


def trained(make, x):
    """Outputs, gradients, and the state after two steps and an evaluation with a gradient."""
    torch.manual_seed(0)
    m, found = make(), []
    with torch.no_grad():
        for i, p in enumerate(m.parameters()):
            p += torch.linspace(-0.3, 0.4, p.numel()).reshape(p.shape) + i
    for training in (True, True, False):
        u = x.clone(memory_format=torch.preserve_format).requires_grad_()
        m.zero_grad()
        out = m.train(training)(u)
        out.square().mean().backward()
        found += [out.detach(), u.grad, *(p.grad.clone() for p in m.parameters())]
    return found, {name: t.clone() for name, t in m.state_dict().items()}, m


@pytest.mark.parametrize("memory", [torch.contiguous_format, LAST])
@pytest.mark.parametrize("name", MODULES)
def test_training_and_evaluation(name, memory):
    """Outputs, gradients and running statistics are those of the module on the CPU."""
    make, shape = MODULES[name]
    x = cases.random_input(shape, torch.float32)
    if memory is LAST:
        if name != "batch":
            return
        x = x.to(memory_format=LAST)
    expected, state, _ = trained(make, x)
    with only_kernels():
        found, moved, m = trained(make, x)
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a, b, rtol=2e-6, atol=2e-6)
        assert a.stride() == b.stride()
    for key, t in state.items():
        torch.testing.assert_close(moved[key], t, rtol=2e-6, atol=1e-6)
    if "num_batches_tracked" in state:
        assert moved["num_batches_tracked"] == 2
        # Autograd learns that the buffers have been changed.
        assert m.running_mean._version == 2 + 1


def test_running_statistics_take_no_launch(monkeypatch):
    """A batch layer launches its five stages, and an evaluation one."""
    launched = []
    forward = _triton_batch._forward_stage

    def counted(*arguments, **options):
        launched.append(options["STAGE"])
        return forward(*arguments, **options)

    monkeypatch.setattr(_triton_batch, "_forward_stage", counted)
    m, x = bn.BatchNormalNorm2d(2), cases.random_input((3, 2, 5, 3), torch.float32)
    with only_kernels() as patch:
        patch.setattr(_triton_batch, "track", None)
        m(x)
        assert launched == [0, 1, 2, 3, 4]
        m.eval()(x)
        assert launched[5:] == [4]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_modules(dtype):
    """Input of 16 bits with weights of either type; running statistics keep their own."""
    x = cases.random_input((5, 3, 4), dtype)
    for own in (dtype, torch.float32):
        m = bn.BatchNormalNorm1d(3, noise=0.0, dtype=own)
        reference = bn.BatchNormalNorm1d(3, noise=0.0)
        expected = reference(x.float())
        with only_kernels():
            out = m(x)
            out.sum().backward()
        assert out.dtype == dtype and m.weight.grad.dtype == m.running_mean.dtype == own
        torch.testing.assert_close(out.float(), expected, rtol=2e-2, atol=2e-2)
        torch.testing.assert_close(m.running_var.float(), reference.running_var, rtol=1e-2, atol=0)


def test_what_goes_to_the_operators():
    """float64, derivatives of gradients, torch.func, and subclasses of tensors."""
    m, x = bn.LayerNormalNorm(6, noise=0.0), cases.random_input((3, 6), torch.float32)
    with gpu() as patch:
        assert _gpu.is_direct(6, x, m.weight)
        assert not _gpu.is_direct(6, x.double())
        assert not _gpu.is_direct(5, x, m.weight)
        assert not _gpu.is_direct(6, x.bfloat16(), m.weight.half())
        assert not _gpu.is_direct(6, nn.Buffer(x).as_subclass(Other))
        u = x.clone().requires_grad_()
        (first,) = torch.autograd.grad(m(u).square().sum(), u, create_graph=True)
        (second,) = torch.autograd.grad(first.square().sum(), u)
        assert second.abs().max() > 0
        patch.setattr(_gpu, "normalize", None)
        out = torch.func.vmap(m)(x)
        torch.func.grad(lambda t: m(t).sum())(x)
    torch.testing.assert_close(out, m(x), rtol=2e-6, atol=2e-6)


class Other(torch.Tensor):
    pass


def test_output_may_be_changed_in_place():
    m, x = bn.LayerNormalNorm(6), cases.random_input((3, 6), torch.float32).requires_grad_()
    with only_kernels():
        nn.functional.relu_(m(x)).sum().backward()
    assert x.grad is not None


def test_inference_mode():
    m, x = bn.BatchNormalNorm1d(3), cases.random_input((5, 3), torch.float32)
    with gpu(), torch.inference_mode():
        m(x)
        assert m.num_batches_tracked == 1
        m.eval()
    with only_kernels(), torch.inference_mode():
        out = m(x)
    torch.testing.assert_close(out, m(x), rtol=2e-6, atol=2e-6)


def test_gradients_of_an_evaluation_are_those_of_its_statistics():
    """A step of training between an evaluation and its gradient changes nothing."""
    m, x = bn.BatchNormalNorm1d(3), cases.random_input((5, 3), torch.float32).requires_grad_()
    with torch.no_grad():
        m(x)
    m.eval()(x).square().sum().backward()
    expected, x.grad = x.grad, None
    with only_kernels():
        out = m.eval()(x)
        m.train()(x.detach())
        out.square().sum().backward()
        assert not m.eval().requires_grad_(False)(x.detach()).requires_grad
    torch.testing.assert_close(x.grad, expected, rtol=2e-6, atol=2e-6)


def test_buffers_elsewhere_are_named():
    m = bn.BatchNormalNorm1d(3, affine=False)
    m.running_mean = m.running_mean.to("meta")
    with gpu(), pytest.raises(ValueError, match="running statistics on meta"):
        m(torch.ones(5, 3))


def test_no_noise_for_weights_that_are_fixed(monkeypatch):
    seeds = []
    backward = _triton_rows.backward

    def noticed(grad, u, weight, saved, seed, layer):
        seeds.append(seed)
        return backward(grad, u, weight, saved, seed, layer)

    monkeypatch.setattr(_triton_rows, "backward", noticed)
    m, x = bn.LayerNormalNorm(6), cases.random_input((3, 6), torch.float32).requires_grad_()
    with only_kernels():
        m(x).sum().backward()
        m.weight.requires_grad_(False)
        m(x).sum().backward()
    assert seeds[0] is not None and seeds[1] is None


def test_plain_torch_where_kernels_cannot_start(monkeypatch):
    """A module on a GPU whose Triton fails goes to plain torch."""
    monkeypatch.setattr("bellshape.nn._triton._has_kernels", lambda _: False)
    m, x = bn.BatchNormalNorm1d(3, noise=0.0), cases.random_input((5, 3), torch.float32)
    used = []
    plain = _torch.forward
    monkeypatch.setattr(_torch, "forward", lambda *a: used.append(1) or plain(*a))
    with gpu():
        m(x).sum().backward()
    assert used and m.num_batches_tracked == 1


def test_a_triton_that_cannot_start_a_kernel(monkeypatch):
    def fail(*_):
        raise RuntimeError("Failed to find C compiler.\nPlease specify via CC")

    device = torch.device("cpu")
    assert _triton._runs(device)
    monkeypatch.setattr(_triton_common, "normal", fail)
    with pytest.warns(UserWarning, match=r"plain torch.*cannot run one: Failed to find C compiler"):
        assert not _triton._runs(device)


def test_versions():
    assert _triton.version("3.10.0+git1234") == (3, 10) > _triton.MIN_TRITON
    assert _triton.version("3.6rc1") == (3, 6) and _triton.version("3.5.1") < _triton.MIN_TRITON


@pytest.mark.parametrize(
    "shape,taken",
    [
        ((2**31, 1), False),
        ((2**31, 3, 1), False),
        ((2**30, 2, 3), False),
        ((2**26, 64), True),
        ((2**20, 64, 8, 8), True),
    ],
)
def test_what_int32_cannot_count_goes_to_torch(shape, taken):
    u = torch.empty(shape, device="meta")
    layer = cases.layer_of("batch")[0]._replace(groups=shape[1])
    assert _triton_batch.takes(u, layer) == taken


@pytest.mark.parametrize("count,blocks", [(3136, 512), (200704, 64), (5, 3), (2**31 - 2**17, 1)])
def test_parts_have_one_size(count, blocks, monkeypatch):
    """As many parts as a grid may have, none of which is a small rest."""
    monkeypatch.setattr(_triton_batch, "processors", lambda _: 132)
    tile = 256
    size = _triton_batch._per_part(count, tile, blocks, _triton_batch.PART, None)
    parts = -(-count // size)
    assert size % tile == 0 and parts <= _triton_batch.MAX_PARTS
    assert parts == 1 or count - (parts - 1) * size >= size - parts * tile
