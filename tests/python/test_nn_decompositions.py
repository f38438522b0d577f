# SPDX-License-Identifier: BSD-3-Clause
"""Exported graphs without operators of bellshape."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

import bellshape.nn as bn  # noqa: E402
import nn_cases as cases  # noqa: E402


def is_free(exported):
    return not any("bellshape" in str(node.target) for node in exported.graph.nodes)


def net():
    """Every kind of layer, with weights and statistics that are no special values."""
    torch.manual_seed(0)
    m = nn.Sequential(
        nn.Conv2d(3, 6, 3),
        bn.BatchNormalNorm2d(6, bounds=(0.2, 1.9)),
        nn.ReLU(),
        bn.GroupNormalNorm(2, 6, alpha=0.7),
        bn.InstanceNormalNorm2d(6),
        nn.Flatten(),
        nn.Linear(96, 8),
        bn.LayerNormalNorm(8, mode="compat"),
    )
    for p in m.parameters():
        p.data += 0.3 * torch.randn(p.shape)
    for lmbda in (0.0, 1e-4, 1.0, 1.6):
        m[1].running_lmbda[int(lmbda * 3)] = lmbda
    m[1].running_var.uniform_(0.2, 1)
    return m.eval()


@pytest.mark.parametrize("dtype,tolerance", [(torch.float32, 1e-6), (torch.float64, 1e-13)])
def test_evaluation(dtype, tolerance):
    m, x = net().to(dtype), torch.randn(4, 3, 6, 6, dtype=dtype)
    batch = torch.export.Dim("batch", min=2)
    exported = torch.export.export(m, (x,), dynamic_shapes=({0: batch},))
    graph = exported.run_decompositions(bn.decompositions())
    assert not is_free(exported) and is_free(graph)
    for samples in (4, 7):
        x = torch.randn(samples, 3, 6, 6, dtype=dtype)
        assert cases.apart(graph.module()(x), m(x)) < tolerance


@pytest.mark.parametrize("kind", cases.KINDS)
@pytest.mark.parametrize("noise", [0.0, 0.7])
def test_operators(kind, noise):
    """Noise, statistics and gradients included, also where the sizes are inputs."""
    layer, shape = cases.layer_of(kind, noise=noise)
    u, g = cases.random_input(shape), torch.randn(shape, dtype=torch.float64)
    w, b = cases.random_weights(layer, shape)
    seed = torch.tensor(cases.SEED) if noise else None
    ops, table = torch.ops.bellshape, bn.decompositions()
    sizes = torch.tensor([noise, layer.alpha], dtype=torch.float64)
    forward, backward = ops.normal_norm.default, ops.normal_norm_backward.default
    for rest in (layer, (*layer[:4], 0.0, 1.0, layer.eps, sizes)):
        expected = forward(u, w, b, seed, *rest)
        for a, e in zip(table[forward](u, w, b, seed, *rest), expected, strict=True):
            torch.testing.assert_close(a, e)
        *options, evaluated = (*rest[:7], False)
        arguments = (g, u, w, expected[1], seed, *options, evaluated, *rest[7:])
        pairs = zip(table[backward](*arguments), backward(*arguments), strict=True)
        for a, e in pairs:
            torch.testing.assert_close(a, e)


def test_onnx(tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    m, x = net(), torch.randn(4, 3, 6, 6)
    batch = torch.export.Dim("batch", min=2)
    exported = torch.export.export(m, (x,), dynamic_shapes=({0: batch},))
    graph = exported.run_decompositions(bn.decompositions())
    file = tmp_path / "net.onnx"
    torch.onnx.export(graph, dynamo=True, verbose=False).save(file)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (name,) = (i.name for i in session.get_inputs())
    for samples in (4, 7):
        x = torch.randn(samples, 3, 6, 6)
        (out,) = session.run(None, {name: x.numpy()})
        assert cases.apart(torch.from_numpy(out), m(x).detach()) < 1e-6
