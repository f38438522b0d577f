# SPDX-License-Identifier: BSD-3-Clause
"""bellshape.jax against the authors' code, the C library and automatic differentiation."""

import json
import pathlib
import re

import numpy as np
import pytest

jax = pytest.importorskip("jax")
nnx = pytest.importorskip("flax.nnx")
jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp  # noqa: E402
from jax.test_util import check_grads  # noqa: E402

import bellshape.jax as bj  # noqa: E402
import bellshape.jax.nnx as bx  # noqa: E402
from bellshape import _core  # noqa: E402
from bellshape.jax import _layer  # noqa: E402

ROOT = pathlib.Path(__file__).parents[2]
GOLDEN = json.loads((ROOT / "tests" / "golden" / "layer.json").read_text())
MODES = {"exact": (False, False), "compat": (True, False), "normalize_only": (False, True)}
# name: function, axis of channels or axes, C's groups (None: all channels), batch, by_position
FORMS = {
    "batch": (lambda x, w, b, **o: bj.batch_normal_norm(x, w, b, axis=1, **o), (None, 1, 0)),
    "instance": (lambda x, w, b, **o: bj.instance_normal_norm(x, w, b, axis=1, **o), (None, 0, 0)),
    "group": (lambda x, w, b, **o: bj.group_normal_norm(x, 2, w, b, axis=1, **o), (2, 0, 0)),
    "layer": (lambda x, w, b, **o: bj.layer_normal_norm(x, w, b, axes=(1, 2), **o), (1, 0, 1)),
}
SHAPE = (5, 6, 7)


def sample(shape=SHAPE, seed=0, dtype=np.float64):
    return jnp.asarray(np.random.default_rng(seed).lognormal(size=shape) - 0.5, dtype)


def weights(form, seed=1, dtype=np.float64):
    shape = SHAPE[1:] if form == "layer" else SHAPE[1:2]
    made = np.random.default_rng(seed).normal(size=(2, *shape))
    return [jnp.asarray(w, dtype) for w in made]


def close(a, b, tolerance):
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    assert a.shape == b.shape and np.abs(a - b).max() <= tolerance * max(np.abs(b).max(), 1e-300)


# ---- values ----


@pytest.mark.parametrize("case", GOLDEN, ids=lambda c: c["name"])
def test_golden(case):
    """What the authors' code and automatic differentiation gave in float64."""
    x, g = (jnp.array(case[name]).reshape(case["shape"]) for name in ("x", "grad_out"))
    kind = case["name"].split("-")[0]
    function = {
        "group": lambda x, w, b, **o: bj.group_normal_norm(x, case["groups"], w, b, axis=1, **o),
        "layer": lambda x, w, b, **o: bj.layer_normal_norm(x, w, b, **o),
        "instance2d": FORMS["instance"][0],
    }.get(kind, FORMS["batch"][0])
    options = {"epsilon": case["eps"], "mode": "compat"}
    given = x, jnp.array(case["weight"]), jnp.array(case["bias"])
    out, pull, found = jax.vjp(lambda *a: function(*a, **options), *given, has_aux=True)
    gradients = pull(g)
    close(out, np.reshape(case["out"], case["shape"]), 1e-10)
    for name, got in zip(("grad_x", "grad_weight", "grad_bias"), gradients, strict=True):
        close(got, np.reshape(case[name], got.shape), 1e-10)
    if not kind.startswith("batch"):
        return
    n = x.size // x.shape[1]
    m = case["momentum"]
    for name, start, new in (
        ("running_mean", 0, found.mean),
        ("running_var", 1, found.var * n / (n - 1)),
        ("running_lmbda", 1, found.lmbda),
    ):
        close((1 - m) * start + m * new, case[name], 1e-10)
    running = [jnp.array(case["running_" + name]) for name in ("mean", "var", "lmbda")]
    evaluated = bj.evaluate_normal_norm(x, *running, *given[1:], axis=1, **options)
    close(evaluated, np.reshape(case["eval_out"], case["shape"]), 1e-10)


def by_library(x, w, b, g, mode, form, alpha=0.9, eps=1e-5):
    """out, statistics and the gradients by x, w and b from the C library."""
    groups, batch, by_position = FORMS[form][1]
    x, w, b, g = (np.ascontiguousarray(t) for t in (x, w, b, g))
    sizes = (5, 1, 42) if by_position else SHAPE
    strides = sizes[1] * sizes[2], sizes[2], 1
    groups = groups or sizes[1]
    shape = (*sizes, *strides, groups, bool(batch), bool(by_position))
    call = x.dtype == np.float64, shape, (*MODES[mode], 0.0, alpha, eps, 0, 1)
    out, du = np.empty_like(x), np.empty_like(x)
    rows = groups if batch else groups * sizes[0]
    saved = np.empty((rows, 9))
    dw, db = np.empty(w.size), np.empty(w.size)

    def at(t):
        return t.ctypes.data

    _core.layer_forward(*call, at(x), at(w), at(b), at(out), at(saved))
    _core.layer_backward(*call, False, True, at(x), at(w), at(saved), at(g), at(du), at(dw), at(db))
    return out, saved, du, dw.reshape(w.shape), db.reshape(w.shape)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_c_library(form, mode, dtype):
    x, (w, b), g = sample(dtype=dtype), weights(form, dtype=dtype), sample(seed=3, dtype=dtype)
    function, tolerance = FORMS[form][0], 1e-11 if dtype == np.float64 else 2e-5
    out, saved, *expected = by_library(x, w, b, g, mode, form)
    got, pull, found = jax.vjp(
        lambda *a: function(*a, alpha=0.9, mode=mode, epsilon=1e-5), x, w, b, has_aux=True
    )
    close(got, out, tolerance)
    for a, b in zip(found, saved.T[:3], strict=True):
        close(a.ravel(), b, tolerance)
    for a, b in zip(pull(g), expected, strict=True):
        close(a, b, tolerance)
        assert a.dtype == dtype


@pytest.mark.parametrize("mode", ["exact", "compat"])
def test_evaluation_by_the_c_library(mode):
    x, (w, b) = sample(), weights("batch")
    rows = np.zeros((6, 9))
    rows[:, :3] = np.random.default_rng(5).uniform(0.5, 1.5, (6, 3))
    rows[0, 2] = 0.0
    shape = (*SHAPE, 42, 7, 1, 6, True, False)
    out = np.empty(SHAPE)
    u, w_, b_ = (np.ascontiguousarray(t) for t in (x, w, b))
    addresses = [t.ctypes.data for t in (u, w_, b_, rows, out)]
    _core.layer_evaluate(True, shape, (*MODES[mode], 0.0, 1.0, 1e-5, 0, 1), *addresses)
    call = lambda x, w: bj.evaluate_normal_norm(x, *rows.T[:3], w, b, axis=1, mode=mode)  # noqa: E731
    close(call(x, w), out, 1e-12)
    check_grads(call, (x, w), order=2, modes=("fwd", "rev"), rtol=1e-5, atol=1e-5)
    bounded = bj.evaluate_normal_norm(x, *rows.T[:3], axis=1, bounds=(0.9, 1.1))
    clamped = bj.evaluate_normal_norm(x, *rows.T[:2], rows[:, 2].clip(0.9, 1.1), axis=1)
    assert jnp.array_equal(bounded, clamped)


# ---- gradients ----


@pytest.mark.parametrize("noisy", [False, True])
@pytest.mark.parametrize("centered", [True, False])
@pytest.mark.parametrize("mode", MODES)
def test_the_gradient_is_that_of_the_formulas(mode, centered, noisy):
    """JAX differentiates the plain formulas; noise is a constant for it, but in the weight."""
    how = _layer.How((0, 2), mode, 1e-3, centered)
    x, g = sample(), sample(seed=3)
    w, b = (t.reshape(1, 6, 1) for t in weights("batch"))
    key = jax.random.key(7) if noisy else None

    def plain(x, w, b):
        y, _ = _layer.transformed(x, key, 0.7, 0.9, how)
        return y * w + b

    def closed(x, w, b):
        return _layer.normalize(how, x, w, b, key, jnp.float64(0.7), jnp.float64(0.9))[0]

    expected, pull = jax.vjp(plain, x, w, b)
    got, pull_closed = jax.vjp(closed, x, w, b)
    close(got, expected, 1e-14)
    for a, e in zip(pull_closed(g), pull(g), strict=True):
        close(a, e, 1e-11)

    def second(f):
        return jax.grad(lambda x: jnp.sum(jnp.sin(jax.grad(lambda x: jnp.sum(f(x, w, b) * g))(x))))

    close(second(closed)(x), second(plain)(x), 1e-9)


@pytest.mark.parametrize("form", FORMS)
def test_numeric_gradients(form):
    x, (w, b), function = sample(), weights(form), FORMS[form][0]
    check_grads(
        lambda *a: function(*a, epsilon=1e-3)[0], (x, w, b), order=1, modes=("rev",), rtol=1e-5
    )


def test_rms():
    """By the plain formulas of docs/layer.md, and without a transform the ordinary norm."""
    x, scale = sample((4, 9)), sample((9,), 1)
    out, found = bj.rms_normal_norm(x, scale, mode="normalize_only", epsilon=1e-4)
    close(out, x / jnp.sqrt(jnp.mean(x * x, -1, keepdims=True) + 1e-4) * scale, 1e-14)
    out, found = bj.rms_normal_norm(x, epsilon=1e-12)
    h = x / jnp.sqrt(jnp.mean(x * x, -1, keepdims=True))

    def likelihood(lmbda, h):
        psi = _layer.psi(h, lmbda, "exact", 1e-12)
        s = jnp.mean(jnp.sign(h) * jnp.log1p(jnp.abs(h)))
        return jnp.log(jnp.mean(psi * psi)) / 2 - (lmbda - 1) * s

    first, second = jax.grad(likelihood), jax.grad(jax.grad(likelihood))
    for row, lmbda in zip(h, found.lmbda, strict=True):
        close(1 - first(1.0, row) / (second(1.0, row) + 1e-6), lmbda, 1e-8)
    assert not found.mean.any()


# ---- noise, types, transforms of JAX ----


@pytest.mark.parametrize("form", FORMS)
def test_noise(form):
    """weight z noise spread, where the C library knows the spread."""
    x, (w, b), function = sample(), weights(form), FORMS[form][0]
    key = jax.random.key(3)
    options = {"noise": 0.7, "epsilon": 1e-5}
    clean, found = function(x, w, b, **options)
    noisy, same = function(x, w, b, key=key, **options)
    assert all(map(jnp.array_equal, found, same))
    assert jnp.array_equal(noisy, function(x, w, b, key=key, **options)[0])
    again = function(x, jnp.ones_like(w), jnp.zeros_like(b), **options)[0]
    z = jax.random.normal(key, (5, 2, 3, 7) if form == "group" else SHAPE, x.dtype).reshape(SHAPE)
    axes = {"batch": (0, 2), "instance": (2,), "layer": (1, 2)}.get(form)
    grouped = again if axes else again.reshape(5, 2, 3, 7)
    axes = axes or (2, 3)
    center = grouped.mean(axes, keepdims=True)
    spread = jnp.abs(grouped - center).mean(axes, keepdims=True)
    spread = jnp.broadcast_to(spread, grouped.shape).reshape(SHAPE)
    w = w if form == "layer" else w.reshape(6, 1)
    close(noisy - clean, w * z * 0.7 * spread, 1e-12)


def test_types():
    x = sample().astype(jnp.bfloat16)
    out, found = bj.layer_normal_norm(x)
    assert out.dtype == jnp.bfloat16 and found.lmbda.dtype == jnp.float32
    exact = bj.layer_normal_norm(x.astype(jnp.float32))[0]
    assert jnp.array_equal(out, exact.astype(jnp.bfloat16))
    assert jax.grad(lambda x: bj.layer_normal_norm(x)[0].sum())(x).dtype == jnp.bfloat16


def test_jit_vmap_and_traced_sizes():
    x, key = sample(), jax.random.key(0)
    call = jax.jit(lambda x, noise: bj.layer_normal_norm(x, key=key, noise=noise)[0])
    close(call(x, 0.3), bj.layer_normal_norm(x, key=key, noise=0.3)[0], 1e-13)
    assert call._cache_size() == 1
    call(x, 0.4)
    assert call._cache_size() == 1
    mapped = jax.vmap(lambda x: bj.batch_normal_norm(x)[0])(sample((3, 8, 4)))
    close(mapped[1], bj.batch_normal_norm(sample((3, 8, 4))[1])[0], 1e-13)


def test_parts_of_a_batch():
    """Two parts that share an axis name are one batch, forward and backward."""
    x, g = sample((8, 3)), sample((8, 3), 2)

    def part(x, g):
        out, pull = jax.vjp(lambda x: bj.batch_normal_norm(x, axis_name="parts")[0], x)
        return out, pull(g)[0]

    found = jax.vmap(part, axis_name="parts")(x.reshape(2, 4, 3), g.reshape(2, 4, 3))
    expected, pull = jax.vjp(lambda x: bj.batch_normal_norm(x)[0], x)
    close(found[0].reshape(8, 3), expected, 1e-13)
    close(found[1].reshape(8, 3), pull(g)[0], 1e-12)


@pytest.mark.parametrize(
    "call,error,message",
    [
        (lambda x: bj.layer_normal_norm(x, jnp.ones(3)), ValueError, r"scale of shape \(7,\)"),
        (lambda x: bj.layer_normal_norm(x, axes=3), ValueError, "axes 3 are not among the 3"),
        (lambda x: bj.layer_normal_norm(x, axes=(1, -2)), ValueError, "name one twice"),
        (lambda x: bj.batch_normal_norm(x, mode="other"), ValueError, "mode is 'other'"),
        (lambda x: bj.batch_normal_norm(x, epsilon=0), ValueError, "epsilon is 0"),
        (lambda x: bj.group_normal_norm(x, 3), ValueError, "does not divide 7 channels"),
        (lambda x: bj.group_normal_norm(x, 7, jnp.ones(2)), ValueError, "scale of shape"),
        (lambda x: bj.rms_normal_norm(x.astype(int)), TypeError, "floating-point"),
        (lambda x: bj.evaluate_normal_norm(x, *[x[0]] * 3), ValueError, "mean of shape"),
        (lambda x: bx.LayerNormalNorm(3), ValueError, "noise needs rngs"),
        (lambda x: bx.LayerNormalNorm(3, noise=-1), ValueError, "noise is -1"),
        (lambda x: bx.GroupNormalNorm(7, 2, noise=0), ValueError, "does not divide 7 channels"),
    ],
)
def test_wrong_arguments(call, error, message):
    with pytest.raises(error, match=message):
        call(sample())


# ---- Flax ----

PAIRS = {
    "batch": (bx.BatchNormalNorm, nnx.BatchNorm, (6,)),
    "layer": (bx.LayerNormalNorm, nnx.LayerNorm, (6,)),
    "rms": (bx.RMSNormalNorm, nnx.RMSNorm, (6,)),
    "group": (bx.GroupNormalNorm, nnx.GroupNorm, (6, 2)),
    "instance": (bx.InstanceNormalNorm, nnx.InstanceNorm, (6,)),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_without_transform_and_noise_they_are_flaxs(pair):
    ours, theirs, arguments = pair
    made = ours(*arguments, mode="normalize_only", noise=0), theirs(*arguments, rngs=nnx.Rngs(0))
    x = sample((4, 5, 6)).astype(jnp.float32)
    for _ in range(2):
        a, b = (m(x) for m in made)
        close(a, b, 2e-6)
    for m in made:
        m.eval()
    close(*(m(x) for m in made), 2e-6)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_modules_train_and_evaluate(pair):
    kind, _, arguments = pair
    model = kind(*arguments, rngs=nnx.Rngs(0))
    x = sample((8, 5, 6)).astype(jnp.float32)

    @nnx.jit
    def step(model, x):
        return nnx.value_and_grad(lambda m: jnp.square(m(x)).mean())(model)

    first, gradients = step(model, x)
    second, _ = step(model, x)
    assert first != second
    assert all(jnp.isfinite(g).all() and g.any() for g in jax.tree.leaves(gradients))
    model.eval()
    assert jnp.array_equal(model(x), model(x))
    if kind is bx.BatchNormalNorm:
        assert (model.lmbda[...] < 1).all() and not jnp.array_equal(model.mean[...], 0)
    assert not jnp.array_equal(nnx.view(model, **view_of(kind))(x), model(x))


def view_of(kind):
    batch = kind is bx.BatchNormalNorm
    return {"use_running_average": False} if batch else {"deterministic": False}


def test_page():
    """The examples of docs/jax.md, as a reader would run them."""
    text, names = (ROOT / "docs" / "jax.md").read_text(), {}
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) >= 3
    for block in blocks:
        exec(block, names)
