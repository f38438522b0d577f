# SPDX-License-Identifier: BSD-3-Clause
"""What norm layers with noise, with the transform and with both do to accuracy.

python examples/paper/accuracy.py TASK... [--seeds N] [--device cuda] [--plain]

Networks of one seed share the first weights and the order of the images in all arms. The first
table has the accuracy on the whole test set after the last epoch, and the differences between arms
of the same seed; the second has the accuracy on test images to which Gaussian noise was added, of
standard deviations in units of that of all pixels. Mean +- standard deviation over seeds, and mean
+- standard error of differences. Nothing is chosen by test accuracy.

The tasks take minutes on two cores, but for fashion-resnet18 and fashion-vit, which are for a GPU.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from torch import nn

from arms import ARMS, norm
from data import FASHION_MNIST, fashion_mnist, mnist1d
from networks import ViT, cnn, mlp, resnet18, series
from tables import difference, spread, table
from training import accuracy, made, train

LEVELS = (0.25, 0.5, 1.0)
PAIRS = [(arm, "native") for arm in ARMS[1:]] + [("both", "noise")]


@dataclass
class Task:
    """A network and what it is trained on."""

    native: type
    build: Callable
    images: int
    epochs: int
    seeds: int
    adam: bool = False


small_vit = partial(ViT, classes=10, channels=1, size=28, patch=7, width=64, depth=4, heads=4)
vit = partial(ViT, classes=10, channels=1, size=28, patch=4, width=192, depth=6, heads=6)
resnet = partial(resnet18, classes=10, channels=1, small=True)
TASKS = {
    "mnist1d": Task(nn.BatchNorm1d, partial(series, classes=10), 4000, 30, 12),
    "fashion-mlp": Task(nn.BatchNorm1d, partial(mlp, inputs=784, classes=10), 6000, 25, 12),
    "fashion-cnn": Task(nn.BatchNorm2d, partial(cnn, classes=10), 3000, 20, 6),
    "fashion-small-vit": Task(nn.LayerNorm, small_vit, 3000, 20, 4, adam=True),
    "fashion-resnet18": Task(nn.BatchNorm2d, resnet, 60000, 30, 5),
    "fashion-vit": Task(nn.LayerNorm, vit, 60000, 60, 5, adam=True),
}


def measures(net, data, seed):
    """Return the accuracies of a network: on test and training images, and with noise added."""
    x, y, test_x, test_y = data
    return {
        "test": accuracy(net, test_x, test_y),
        "train": accuracy(net, x, y),
        **{level: accuracy(net, test_x, test_y, level, seed) for level in LEVELS},
    }


def experiment(task, data, device, plain=False):
    """Return results[arm][measure], a list with one accuracy for each seed."""
    data = [tensor.to(device) for tensor in data]
    results = {arm: {} for arm in ARMS}
    for seed in range(task.seeds):
        for arm in ARMS:
            net = made(partial(task.build, norm(arm, task.native)), seed, device)
            train(net, *data[:2], epochs=task.epochs, seed=seed, adam=task.adam, plain=plain)
            for name, value in measures(net, data, seed).items():
                results[arm].setdefault(name, []).append(value)
    return results


def report(results):
    """Print the tables."""
    for head, names in (
        (("test, %", "training set, %"), ("test", "train")),
        ([f"test, noise {level:g}, %" for level in LEVELS], LEVELS),
    ):
        rows = [[arm, *(spread(results[arm][name]) for name in names)] for arm in ARMS]
        for arm, other in PAIRS:
            cells = [difference(results[arm][name], results[other][name]) for name in names]
            rows.append([f"{arm} - {other}", *cells])
        table(["arm", *head], rows)


def run(name, task, options):
    """Run a task, and print its tables."""
    asked = {key: getattr(options, key) for key in ("seeds", "images", "epochs")}
    task = replace(task, **{key: value for key, value in asked.items() if value is not None})
    generated = name == "mnist1d"
    data = mnist1d(task.images) if generated else fashion_mnist(options.data, task.images)
    print(
        f"{name}: {task.images} images, {task.epochs} epochs, "
        f"seeds 0 to {task.seeds - 1}, {options.device}{', plain' * options.plain}\n",
        flush=True,
    )
    start = time.process_time()
    report(experiment(task, data, options.device, options.plain))
    print(f"{time.process_time() - start:.0f} s of CPU time\n", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tasks", metavar="TASK", nargs="+", choices=TASKS, help=", ".join(TASKS))
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--images", type=int, help="of the training set")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--data", default=FASHION_MNIST, help="the folder of Fashion-MNIST")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--plain", action="store_true", help="a constant rate, no weight decay")
    options = parser.parse_args()
    for name in options.tasks:
        run(name, TASKS[name], options)


if __name__ == "__main__":
    main()
