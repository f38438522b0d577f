# SPDX-License-Identifier: BSD-3-Clause
"""Whole networks with torch's norm layers, ours, and the authors': training steps and evaluation.

python bench/whole_networks.py [layers.py of github.com/DanielEftekhari/normality-normalization]

resnet18 and a vision transformer (4 blocks of 192, 65 tokens) take 16 images of 64 x 64, on one
thread. A training step is forward, cross-entropy, backward and a step of SGD. Networks take turns,
so that what else runs on the machine disturbs all of them. Prints ms of CPU time, the least of all
rounds, and its ratio to that with torch's layers.
"""

import argparse
import importlib.util
import sys
import time
from functools import partial
from pathlib import Path

import torch
from torch import nn

import bellshape.nn as bn

sys.path.append(str(Path(__file__).parents[1] / "examples" / "paper"))
from networks import ViT, resnet18

IMAGES, SIZE, CLASSES = 16, 64, 10
VIT = {"channels": 3, "size": SIZE, "patch": 8, "width": 192, "depth": 4, "heads": 3}
NETWORKS = {
    "resnet18": (partial(resnet18, classes=CLASSES), "BatchNorm2d", "BatchNormalNorm2d"),
    "ViT": (partial(ViT, classes=CLASSES, **VIT), "LayerNorm", "LayerNormalNorm"),
}


def module_of(path):
    """Return the module in a file."""
    spec = importlib.util.spec_from_file_location("authors", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def step(net, x, y):
    """Return a call that makes one step of training."""
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-4)

    def call():
        optimizer.zero_grad()
        nn.functional.cross_entropy(net.train()(x), y).backward()
        optimizer.step()

    return call


def evaluation(net, x):
    """Return a call that evaluates images."""

    @torch.no_grad()
    def call():
        net.eval()(x)

    return call


def least(calls, rounds):
    """Return the least CPU time of each call in ms, where the calls take turns."""
    times = [[] for _ in calls]
    for _ in range(rounds):
        for call, mine in zip(calls, times, strict=True):
            start = time.process_time()
            call()
            mine.append(1e3 * (time.process_time() - start))
    return [min(mine) for mine in times]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("authors", nargs="?", type=module_of, help="their layers.py")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    x, y = torch.randn(IMAGES, 3, SIZE, SIZE), torch.randint(CLASSES, (IMAGES,))
    for title, (build, native, ours) in NETWORKS.items():
        norms = {"torch": getattr(nn, native), "bellshape": getattr(bn, ours)}
        if options.authors:
            norms["authors"] = getattr(options.authors, ours)
        nets = [build(norm) for norm in norms.values()]
        for what, calls in (
            ("training step", [step(net, x, y) for net in nets]),
            ("evaluation", [evaluation(net, x) for net in nets]),
        ):
            times = least(calls, options.rounds)
            cells = [
                f"{name} {t:.0f} ms ({t / times[0]:.2f}x)"
                for name, t in zip(norms, times, strict=True)
            ]
            print(f"{title}, {what}:", ", ".join(cells), flush=True)


if __name__ == "__main__":
    main()
