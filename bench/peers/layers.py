# SPDX-License-Identifier: BSD-3-Clause
"""Rows about norm layers: PyTorch's own, and the authors' where a path to them is given."""

import importlib.util

import torch
from torch import nn

import bellshape.nn as bn
from row import Row

IMAGE, MATRIX, PART = (64, 64, 16, 16), (4096, 256), 16  # quick: a part of the samples
CASES = (  # name, shape, channels last, ours, torch's own, the authors'
    (
        "batch, 64x64x16x16",
        IMAGE,
        False,
        (bn.BatchNormalNorm2d, 64),
        (nn.BatchNorm2d, 64),
        ("BatchNormalNorm2d", 64),
    ),
    (
        "the same, channels last",
        IMAGE,
        True,
        (bn.BatchNormalNorm2d, 64),
        (nn.BatchNorm2d, 64),
        ("BatchNormalNorm2d", 64),
    ),
    (
        "batch, 4096x256",
        MATRIX,
        False,
        (bn.BatchNormalNorm1d, 256),
        (nn.BatchNorm1d, 256),
        ("BatchNormalNorm1d", 256),
    ),
    (
        "layer, 4096x256",
        MATRIX,
        False,
        (bn.LayerNormalNorm, 256),
        (nn.LayerNorm, 256),
        ("LayerNormalNorm", 256),
    ),
)


def authors_layers(path):
    spec = importlib.util.spec_from_file_location("authors_layers", path)
    if spec is None:
        raise OSError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def step(module, x, g):
    """Forward in training, with noise where the layer has it, and backward."""
    inputs = [x, *module.parameters()]
    return lambda: torch.autograd.grad(module(x), inputs, g)


def evaluation(module, x):
    module = module.eval()

    def call():
        with torch.no_grad():
            return module(x)

    return call


def outputs(ours, theirs, x):
    """Of two fresh modules without noise, in training."""
    with torch.no_grad():
        return lambda: (ours.train()(x), theirs.train()(x))


def apart(a, b):
    return float((a - b).abs().max())


def rows(quick, threads, authors=None):
    torch.manual_seed(1)
    for name, shape, last, (ours, width), (native, _), (theirs, _) in CASES:
        shape = (shape[0] // PART if quick else shape[0], *shape[1:])
        x, g = torch.randn(shape), torch.randn(shape)
        if last:
            x, g = (t.to(memory_format=torch.channels_last) for t in (x, g))
        x.requires_grad_()
        y = x.detach()

        def row(what, peer, mine, others, answers, target, name=name, x=x):
            return Row(
                "layers",
                f"{name}: {what}",
                peer,
                "float32",
                threads,
                x.numel(),
                mine,
                others,
                apart,
                "output",
                target,
                answers,
            )

        plain = outputs(ours(width, mode="normalize_only", noise=0.0), native(width), y)
        limit = 1 / 2.5 if threads == 1 and not last else None
        yield row(
            "training", "PyTorch", step(ours(width), x, g), step(native(width), x, g), plain, limit
        )
        yield row(
            "evaluation",
            "PyTorch",
            evaluation(ours(width), y),
            evaluation(native(width), y),
            plain,
            None,
        )
        if authors is None:
            continue
        theirs = getattr(authors, theirs)
        same = outputs(ours(width, mode="compat", noise=0.0), theirs(width, noise_train=0.0), y)
        yield row(
            "training",
            "the authors'",
            step(ours(width), x, g),
            step(theirs(width), x, g),
            same,
            10 if threads == 1 else None,
        )
        yield row(
            "evaluation",
            "the authors'",
            evaluation(ours(width), y),
            evaluation(theirs(width), y),
            same,
            None,
        )
