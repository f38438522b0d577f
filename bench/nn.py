# SPDX-License-Identifier: BSD-3-Clause
"""Norm layers in PyTorch: ours, the same formulas in plain torch, torch's own, and the authors'.

python bench/nn.py [layers.py of github.com/DanielEftekhari/normality-normalization]
python bench/nn.py --scaling

The first runs on one thread. It prints ns a value, the least of 9 calls: forward in training,
forward and backward, evaluation; in brackets what autograd keeps, in tensors of the size of the
input.
The second prints ns a value of calls that each come right after an operator of torch's, whose
threads then still wait for work, on 1, 2, 4, ... threads.
"""

import importlib.util
import os
import sys
import time

import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks

import bellshape.nn as bn
from bellshape.nn import _torch


class Plain(nn.Module):
    """A module of ours, with the formulas in torch in place of the operators."""

    def __init__(self, module, groups, batch, by_position):
        super().__init__()
        self.module, self.where = module, (groups, batch, by_position)

    def forward(self, x):
        m, noise = self.module, self.module.noise if self.training else 0.0
        layer = _torch.Layer(*self.where, m.mode, noise, m.alpha, m.eps)
        z = torch.randn_like(x) if noise else None
        u = x.reshape(x.shape[0], 1, -1) if layer.by_position else x
        return _torch.forward(u, m.weight, m.bias, z, layer)[0].view(x.shape)


def least(call):
    times = []
    for _ in range(9):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def kept(module, x):
    sizes = {}

    def pack(t):
        storage = t.untyped_storage()
        sizes[storage.data_ptr()] = storage.nbytes()
        return t

    with saved_tensors_hooks(pack, lambda t: t):
        module(x)
    return sum(sizes.values()) / x.nbytes


def line(name, module, x, g):
    inputs = [x, *module.parameters()]
    forward = least(lambda: module(x))
    both = least(lambda: torch.autograd.grad(module(x), inputs, g))
    memory = kept(module, x)
    module.eval()
    with torch.no_grad():
        evaluation = least(lambda: module(x))
    times = "".join(f"{t * 1e9 / x.numel():8.1f}" for t in (forward, both, evaluation))
    print(f"  {name:12}{times}  ({memory:.1f})", flush=True)


def main():
    authors = None
    if len(sys.argv) > 1:
        spec = importlib.util.spec_from_file_location("authors", sys.argv[1])
        authors = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(authors)
    torch.set_num_threads(1)
    image = (64, 64, 16, 16)
    for title, shape, ours, where, native, theirs in (
        (
            "batch",
            image,
            bn.BatchNormalNorm2d(64),
            (64, True, False),
            nn.BatchNorm2d(64),
            ("BatchNormalNorm2d", 64),
        ),
        (
            "group",
            image,
            bn.GroupNormalNorm(8, 64),
            (8, False, False),
            nn.GroupNorm(8, 64),
            ("GroupNormalNorm", 64, 8),
        ),
        (
            "layer",
            (4096, 256),
            bn.LayerNormalNorm(256),
            (1, False, True),
            nn.LayerNorm(256),
            ("LayerNormalNorm", 256),
        ),
    ):
        for last in (False, True) if len(shape) == 4 else (False,):
            x = torch.randn(shape)
            if last:
                x = x.to(memory_format=torch.channels_last)
            g = torch.randn_like(x)
            x.requires_grad_()
            print(f"{title}, {' x '.join(map(str, shape))}{', channels last' if last else ''}")
            line("bellshape", ours.train(), x, g)
            line("plain torch", Plain(ours, *where).train(), x, g)
            if authors:
                line("authors", getattr(authors, theirs[0])(*theirs[1:]), x, g)
            line("torch's own", native.train(), x, g)
    tiny_calls()


def tiny_calls():
    """Print us a call of tiny layers: forward in training, the same with backward, evaluation."""
    x, g = torch.randn(16, 8, requires_grad=True), torch.randn(16, 8)
    modules = nn.BatchNorm1d(8), bn.BatchNormalNorm1d(8), nn.LayerNorm(8), bn.LayerNormalNorm(8)
    print("one call, 16 x 8, in us")
    for module in modules:
        calls = (lambda m=module: m(x), lambda m=module: m(x).backward(g), lambda m=module: m(x))
        times = []
        for call, training in zip(calls, (True, True, False), strict=True):
            module.train(training)
            times.append(least(lambda f=call: [f() for _ in range(500)]) / 500 * 1e6)
        print(f"  {type(module).__name__:20}", "".join(f"{t:8.1f}" for t in times), flush=True)


def after_operator(call, x):
    """The least of 31 times of a call, each right after an operator on x."""
    times = []
    for _ in range(31):
        x + 1
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def scaling():
    """Evaluation and a training step of ours and torch's own, right after an operator."""
    cpus = os.cpu_count() or 1
    counts = sorted({2**k for k in range(cpus.bit_length())} | {cpus})
    x = torch.randn(64, 64, 16, 16, requires_grad=True)
    g = torch.randn_like(x)
    print("batch, 64 x 64 x 16 x 16, ns a value right after an operator of torch's")
    print("  threads           ", "".join(f"{n:8}" for n in counts))
    for module in nn.BatchNorm2d(64), bn.BatchNormalNorm2d(64):
        for training in False, True:
            module.train(training)
            times = []
            for n in counts:
                torch.set_num_threads(n)
                if training:
                    inputs = [x, *module.parameters()]
                    t = after_operator(
                        lambda m=module, i=inputs: torch.autograd.grad(m(x), i, g), x
                    )
                else:
                    with torch.no_grad():
                        t = after_operator(lambda m=module: m(x), x)
                times.append(t * 1e9 / x.numel())
            name = f"{type(module).__name__}, {'step' if training else 'eval'}"
            print(f"  {name:24}", "".join(f"{t:8.2f}" for t in times), flush=True)


if __name__ == "__main__":
    scaling() if sys.argv[1:] == ["--scaling"] else main()
