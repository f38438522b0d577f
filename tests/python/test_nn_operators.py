# SPDX-License-Identifier: BSD-3-Clause
"""The operators of bellshape.nn against autograd through plain torch, and their contracts with
torch.
"""

import contextlib
import json
import pathlib
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch")
from torch.library import opcheck  # noqa: E402

import nn_cases as cases  # noqa: E402
from bellshape.nn import _library, _operators, _torch  # noqa: E402

GOLDEN = pathlib.Path(__file__).parents[1] / "golden"
TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-12}


@contextlib.contextmanager
def other_device():
    """The operators as on a device without a kernel of its own."""
    with contextlib.ExitStack() as stack:
        for op in (
            _operators.normal_norm,
            _operators.normal_norm_frozen,
            _operators.normal_norm_backward,
        ):
            stack.enter_context(op.set_kernel_enabled("cpu", False))
        yield


@pytest.mark.parametrize("where", [contextlib.nullcontext, other_device], ids=["C", "other"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("noise", [0.0, 0.7])
@pytest.mark.parametrize("mode", cases.MODES)
@pytest.mark.parametrize("kind", cases.KINDS)
def test_oracle(kind, mode, noise, dtype, where):
    layer, shape = cases.layer_of(kind, mode, noise, alpha=0.9)
    u, g = cases.random_input(shape, dtype), cases.random_input(shape, dtype, 5)
    weights = cases.random_weights(layer, shape, dtype)
    expected = cases.oracle(u, *weights, g, layer)
    with where():
        got = cases.operator(u, *weights, g, layer)
    for name, a, b in zip(("out", "saved", "input", "weight", "bias"), got, expected, strict=True):
        assert cases.apart(a, b) < TOLERANCE[dtype], name
    assert [t.dtype for t in got] == [dtype, torch.float64, dtype, dtype, dtype]


@pytest.mark.parametrize("where", [contextlib.nullcontext, other_device], ids=["C", "other"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("mode", cases.MODES)
def test_oracle_frozen(mode, dtype, where):
    layer, shape = cases.layer_of("batch", mode, 0.0)
    u, g = cases.random_input(shape, dtype), cases.random_input(shape, dtype, 5)
    weights = cases.random_weights(layer, shape, dtype)
    frozen = cases.oracle(cases.random_input(shape, seed=9), *weights, g, layer)[1]
    inputs = [t.double().requires_grad_() for t in (u, *weights)]
    out = _torch.evaluate(*inputs, frozen, layer)
    expected = out.detach(), *torch.autograd.grad(out, inputs, g.double())
    with where():
        inputs = [t.clone().requires_grad_() for t in (u, *weights)]
        out = _operators.normal_norm_frozen(*inputs, frozen, mode, layer.eps)
        got = out.detach(), *torch.autograd.grad(out, inputs, g)
    for a, b in zip(got, expected, strict=True):
        assert cases.apart(a, b) < TOLERANCE[dtype]
        assert a.dtype == dtype


@pytest.mark.parametrize("lmbda", [0.0, 2.0, 1e-3, 2 + 1e-3, -1.5, 3.5])
@pytest.mark.parametrize("mode", ["exact", "compat"])
def test_frozen_where_psi_is_a_logarithm(mode, lmbda):
    u, frozen = cases.random_input((9, 2)), torch.zeros(2, 9, dtype=torch.float64)
    frozen[:, 1:3] = torch.tensor([1.0, lmbda])
    got = _operators.normal_norm_frozen(u, None, None, frozen, mode, 1e-5)
    with other_device():
        expected = _operators.normal_norm_frozen(u, None, None, frozen, mode, 1e-5)
    assert cases.apart(got, expected) < 1e-14


@pytest.mark.parametrize("lmbda", [0.0, 2.0, 1e-3, 2 + 1e-3, 0.01, -1.5])
@pytest.mark.parametrize("mode", ["exact", "compat"])
def test_backward_where_psi_is_a_logarithm(mode, lmbda):
    """No sample comes so near to these lambdas: they are put in place of the one that was found."""
    layer, shape = cases.layer_of("batch", mode)
    u, g, seed = cases.random_input(shape), cases.random_input(shape, seed=5), torch.tensor(3)
    saved = _operators.normal_norm(u, None, None, seed, *layer)[1]
    saved[:, 2] = lmbda
    arguments = g, u, None, saved, seed, *layer, False
    got = _operators.normal_norm_backward(*arguments)
    with other_device():
        expected = _operators.normal_norm_backward(*arguments)
    for a, b in zip(got, expected, strict=True):
        assert cases.apart(a, b) < 1e-13


def test_noise_is_golden():
    """Words, and samples of them, of a Philox and a Box-Muller made with mpmath."""
    golden = json.loads((GOLDEN / "normal.json").read_text())
    samples = [s for s in golden["samples"] if int(s["stream"], 16) == 0]
    assert len(samples) > 20
    for s in samples:
        seed, index = (int(s[k], 16) for k in ("seed", "index"))
        wrapped = [torch.tensor(n - (n >> 63 << 64)) for n in (seed, index)]
        words = _torch._philox(wrapped[0], wrapped[1].reshape(1))
        assert [w.item() for w in words] == [int(w, 16) for w in s["words"]]
    for s in golden["samples"] + golden["words"]:
        words = [torch.tensor([int(w, 16)]) for w in s["words"]]
        for name, dtype in (("f32", torch.float32), ("f64", torch.float64)):
            z = _torch._samples(words, dtype).flatten()
            expected = torch.tensor([float(v) for v in s[name]], dtype=torch.float64)
            unit = torch.finfo(dtype).eps
            # near multiples of pi a sine is no better than its argument
            assert (z - expected).abs().le(2 * unit * expected.abs() + 1e-14).all()


def test_noise_is_that_of_the_c_library():
    for dtype, tolerance in ((torch.float32, 1e-6), (torch.float64, 1e-14)):
        z = _torch.normal(torch.tensor(cases.SEED), 1001, dtype)
        assert z.dtype == dtype
        assert (z - cases.c_noise(1001, dtype)).abs().max() < tolerance


# ---- what torch asks of an operator ----


def samples():
    for kind in ("batch", "group", "layer"):
        for dtype in (torch.float64, torch.bfloat16):
            layer, shape = cases.layer_of(kind)
            u = cases.random_input(shape, dtype).requires_grad_()
            weights = [w.requires_grad_() for w in cases.random_weights(layer, shape, dtype)]
            yield u, *weights, torch.tensor(3), *layer
    layer, shape = cases.layer_of("instance", noise=0.0)
    u = cases.random_input(shape).to(memory_format=torch.channels_last)
    yield u.requires_grad_(), None, None, None, *layer
    yield cases.random_input((5, 6, 4, 6))[..., ::2].requires_grad_(), None, None, None, *layer


@pytest.mark.parametrize("arguments", list(samples()))
def test_opcheck(arguments):
    opcheck(_operators.normal_norm, arguments)
    u, weight, _bias, seed, *options = arguments
    out, saved = _operators.normal_norm(*arguments)
    plain = [None if t is None else t.detach() for t in (u, weight)]
    opcheck(
        _operators.normal_norm_backward,
        (torch.ones_like(out), *plain, saved, seed, *options, False),
    )


@pytest.mark.parametrize("mode", cases.MODES)
def test_opcheck_frozen(mode):
    layer, shape = cases.layer_of("batch")
    frozen = torch.rand(6, 9, dtype=torch.float64)
    u = cases.random_input(shape, torch.float32).requires_grad_()
    weight = cases.random_weights(layer, shape, torch.float32)[0].requires_grad_()
    opcheck(_operators.normal_norm_frozen, (u, weight, None, frozen, mode, 1e-5))


@pytest.mark.parametrize("mode", cases.MODES)
@pytest.mark.parametrize("kind", ["batch", "group", "layer"])
def test_gradcheck(kind, mode):
    """Without noise: its spread is a constant to the gradient, but not to a difference."""
    layer, shape = cases.layer_of(kind, mode, noise=0.0)
    shape = {"layer": (2, 1, 7)}.get(kind, (3, 6, 2))
    inputs = [cases.random_input(shape), *cases.random_weights(layer, shape)]
    for t in inputs:
        t.requires_grad_()
    assert torch.autograd.gradcheck(
        lambda u, w, b: _operators.normal_norm(u, w, b, None, *layer)[0], inputs
    )


def test_gradcheck_with_noise():
    """By weight and bias, which noise reaches."""
    layer, shape = cases.layer_of("batch")
    u, inputs = cases.random_input(shape), cases.random_weights(layer, shape)
    for t in inputs:
        t.requires_grad_()
    assert torch.autograd.gradcheck(
        lambda w, b: _operators.normal_norm(u, w, b, torch.tensor(3), *layer)[0], inputs
    )


def test_gradcheck_frozen():
    u, frozen = cases.random_input((4, 3, 2)), torch.rand(3, 9, dtype=torch.float64)
    assert torch.autograd.gradcheck(
        lambda u: _operators.normal_norm_frozen(u, None, None, frozen, "exact", 1e-5),
        u.requires_grad_(),
    )


# ---- memory ----

LAYOUTS = {
    "channels last": lambda t: t.to(memory_format=torch.channels_last),
    "transposed": lambda t: t.transpose(2, 3).contiguous().transpose(2, 3),
    "channels first": lambda t: t.transpose(0, 1).contiguous().transpose(0, 1),
    "channels between": lambda t: t.permute(0, 2, 1, 3).contiguous().permute(0, 2, 1, 3),
    "gaps": lambda t: torch.cat((t, t), 3)[..., : t.shape[3]],
    "every other": lambda t: torch.stack((t, t), 4).flatten(3)[..., ::2],
}


@pytest.mark.parametrize("kind", ["batch", "group", "instance"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_give_the_same_bits(layout, kind):
    layer, shape = cases.layer_of(kind)
    u, g = cases.random_input(shape), cases.random_input(shape, seed=5)
    weights = cases.random_weights(layer, shape)
    expected = cases.operator(u, *weights, g, layer)
    v = LAYOUTS[layout](u)
    assert torch.equal(u, v) and (v.stride() != u.stride())
    for gradient in (g, LAYOUTS[layout](g)):
        for a, b in zip(cases.operator(v, *weights, gradient, layer), expected, strict=True):
            assert torch.equal(a, b)
    out = _operators.normal_norm(v, *weights, torch.tensor(1), *layer)[0]
    assert out.stride() == torch.empty_like(v).stride()


def test_expanded_input_and_gradient():
    layer, shape = cases.layer_of("batch", noise=0.0)
    u = cases.random_input((1, *shape[1:])).expand(shape)
    weights = cases.random_weights(layer, shape)
    g = torch.tensor(2.0, dtype=torch.float64).expand(shape)
    for a, b in zip(
        cases.operator(u, *weights, g, layer),
        cases.operator(u.contiguous(), *weights, g.contiguous(), layer),
        strict=True,
    ):
        assert torch.equal(a, b)


@pytest.mark.parametrize(
    "shape,to", [((8, 16, 64, 64), torch.channels_last), ((64, 16), torch.contiguous_format)]
)
def test_no_copies(shape, to):
    """Of an input that is dense, the library reads the memory itself."""
    u = torch.randn(shape).to(memory_format=to)
    v, out = _library.in_and_out(u)
    assert v.data_ptr() == u.data_ptr() and out.stride() == u.stride()
    assert _library.as_input(out, u) is out


def test_strided_weights():
    layer, shape = cases.layer_of("batch")
    u, weights = cases.random_input(shape), cases.random_weights(layer, shape)
    strided = [torch.stack((w, w), 1)[:, 1] for w in weights]
    for a, b in zip(
        cases.operator(u, *strided, u, layer), cases.operator(u, *weights, u, layer), strict=True
    ):
        assert torch.equal(a, b)


def test_threads_give_the_same_bits():
    u = cases.random_input((16, 8, 32, 32), torch.float32)
    threads, results = torch.get_num_threads(), []
    try:
        for n in (1, 3):
            torch.set_num_threads(n)
            for kind in ("batch", "group"):
                _groups, batch, *_ = cases.KINDS[kind]
                layer = cases.layer_of(kind)[0]._replace(groups=8 if batch else 2)
                weights = cases.random_weights(layer, u.shape, torch.float32)
                results.append(cases.operator(u, *weights, u, layer))
    finally:
        torch.set_num_threads(threads)
    for one, three in zip(results[:2], results[2:], strict=True):
        for a, b in zip(one, three, strict=True):
            assert torch.equal(a, b)


# ---- hard and bad input ----


@pytest.mark.parametrize("where", [contextlib.nullcontext, other_device], ids=["C", "other"])
@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_not_finite_is_nan_in_its_group(bad, where):
    layer, shape = cases.layer_of("batch")
    u, weights = cases.random_input(shape), cases.random_weights(layer, shape)
    with where():
        clean = cases.operator(u, *weights, u, layer)
        u[1, 2, 0, 0] = bad
        out, saved, du, dweight, _ = cases.operator(u, *weights, torch.ones_like(u), layer)
    others = [0, 1, 3, 4, 5]
    assert out[:, 2].isnan().all() and du[:, 2].isnan().all() and dweight[2].isnan()
    assert torch.equal(out[:, others], clean[0][:, others])
    assert du[:, others].isfinite().all() and dweight[others].isfinite().all()
    assert torch.equal(saved[others], clean[1][others])


def test_constant_groups():
    layer, shape = cases.layer_of("batch")
    weights = cases.random_weights(layer, shape)
    out, saved, du, *_ = cases.operator(
        torch.full(shape, 7.0).double(), *weights, torch.ones(shape), layer
    )
    assert torch.equal(out, weights[1].reshape(1, -1, 1, 1).expand(shape))
    assert saved[:, 2].eq(1).all() and du.isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("own", [True, False], ids=["own weights", "float32 weights"])
def test_half_is_computed_in_float32(dtype, own):
    layer, shape = cases.layer_of("group", noise=0.3)
    u, g = cases.random_input(shape, dtype), cases.random_input(shape, dtype, 5)
    weights = cases.random_weights(layer, shape, dtype)
    expected = cases.operator(u.float(), *[w.float() for w in weights], g.float(), layer)
    used = weights if own else [w.float() for w in weights]
    got = cases.operator(u, *used, g, layer)
    for a, b, kind in zip(
        got, expected, (dtype, torch.float64, dtype, used[0].dtype, used[0].dtype), strict=True
    ):
        assert torch.equal(a, b.to(kind))
        assert a.dtype == kind


def bad_calls():
    u, w, seed = torch.ones(4, 6), torch.ones(6), torch.tensor(1)
    options = (6, True, False, "exact", 0.4, 1.0, 1e-5)
    yield TypeError, "int64", (u.long(), w, w, seed, *options)
    yield TypeError, "complex64", (u.to(torch.complex64), None, None, seed, *options)
    yield TypeError, "weight of torch.float64", (u, w.double(), w, seed, *options)
    yield TypeError, "bias of torch.float16", (u, w, w.half(), seed, *options)
    yield ValueError, r"weight of shape \(6,\), got \(5,\)", (u, w[:5], w, seed, *options)
    yield ValueError, "bias of shape", (u, w, w.reshape(2, 3), seed, *options)
    yield ValueError, "2 or more dimensions", (u[0], w, w, seed, *options)
    yield ValueError, "4 groups do not divide 6", (u, w, w, seed, 4, *options[1:])
    yield ValueError, "0 groups", (u, w, w, seed, 0, *options[1:])
    yield ValueError, "'other', not one of", (u, w, w, seed, *options[:3], "other", *options[4:])
    yield ValueError, "each position", (u, w, w, seed, 6, True, True, *options[3:])
    yield ValueError, "noise needs a seed", (u, w, w, None, *options)
    yield TypeError, "seed of torch.int64", (u, w, w, seed.int(), *options)
    yield ValueError, "seed of shape", (u, w, w, seed.reshape(1), *options)
    yield ValueError, "more than 1 value", (u[:1], w, w, seed, *options)
    yield ValueError, "eps is 0.0", (u, w, w, seed, *options[:6], 0.0)
    yield ValueError, "alpha is nan", (u, w, w, seed, *options[:5], float("nan"), 1e-5)
    yield ValueError, "noise is -1.0", (u, w, w, seed, *options[:4], -1.0, *options[5:])


@pytest.mark.parametrize("kind,text,arguments", list(bad_calls()))
def test_errors(kind, text, arguments):
    with pytest.raises(kind, match=text):
        _operators.normal_norm(*arguments)


def test_errors_of_the_others():
    u, frozen = torch.ones(4, 6), torch.ones(6, 9, dtype=torch.float64)
    with pytest.raises(ValueError, match=r"frozen of shape \(6, 9\), got \(6, 8\)"):
        _operators.normal_norm_frozen(u, None, None, frozen[:, :8], "exact", 1e-5)
    with pytest.raises(TypeError, match=r"frozen of torch.float64"):
        _operators.normal_norm_frozen(u, None, None, frozen.float(), "exact", 1e-5)
    options = (6, True, False, "exact", 0.0, 1.0, 1e-5, False)
    with pytest.raises(ValueError, match=r"saved of shape \(6, 9\), got \(5, 9\)"):
        _operators.normal_norm_backward(u, u, None, frozen[:5], None, *options)
    with pytest.raises(ValueError, match=r"gradient of shape \(4, 6\), got \(4, 5\)"):
        _operators.normal_norm_backward(u[:, :5], u, None, frozen, None, *options)


# ---- torch beside the C library ----

HASH = """
import hashlib
import numpy as np
x = np.empty(20000, np.float32)
_core.standard_normal(x, 3, 0, 0, 2)
out, saved = np.empty_like(x), np.empty((25, 9))
shape, options = (10, 25, 80, 2000, 80, 1, 25, True, False), (False, False, .4, 1., 1e-5, 7, 2)
_core.layer_forward(False, shape, options, x.ctypes.data, 0, 0, out.ctypes.data, saved.ctypes.data)
print(hashlib.sha256(x.tobytes() + out.tobytes() + saved.tobytes()).hexdigest())
"""


def test_same_bits_whichever_is_imported_first():
    """PyTorch's library has functions of the same names as SLEEF's."""
    hashes = set()
    for first in (
        "from bellshape import _core",
        "import torch\nfrom bellshape import _core",
        "from bellshape import _core\nimport torch",
    ):
        run = subprocess.run(
            [sys.executable, "-c", first + HASH], capture_output=True, text=True, check=True
        )
        hashes.add(run.stdout)
    assert len(hashes) == 1 and len(hashes.pop().strip()) == 64
