# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of noise inside a network: added after one norm layer, measured after later ones.

python examples/paper/inside.py [--seeds N]

Networks of six linear layers, each with norm and ReLU, are trained on Fashion-MNIST. In evaluation,
Gaussian noise of 0.3 standard deviations of each unit is added to the output of norm layer i. The
relative change at a later layer j (7: the output of the network) is the root of the sum of squares
of the changes, over that of the deviations of units from their means. The table has the change in
each arm over that with torch's norm and the same seed and noise: geometric means over the seeds.
Below 1, noise does less than with batch norm.
"""

import argparse
import math
from functools import partial
from statistics import fmean

import torch
from torch import nn

from arms import ARMS, norm
from data import FASHION_MNIST, fashion_mnist
from networks import mlp
from tables import difference, spread, table
from training import accuracy, made, norm_outputs, train

DEPTH, NOISE = 6, 0.3
PAIRS = [(i, j) for i in range(DEPTH) for j in range(i + 1, DEPTH + 1)]


def changes(net, x, seed):
    """Return the logarithm of the relative change for each of PAIRS."""
    before = norm_outputs(net, x)
    result = {}
    for i in range(DEPTH):
        z = torch.randn(before[i].shape, generator=torch.Generator().manual_seed(seed))
        noise = NOISE * before[i].std(0) * z

        def disturb(index, output, i=i, noise=noise):
            return output + noise if index == i else output

        after = norm_outputs(net, x, disturb)
        for j in range(i + 1, DEPTH + 1):
            change = (after[j] - before[j]).norm() / (before[j] - before[j].mean(0)).norm()
            result[i, j] = math.log(change)
    return result


def experiment(options):
    """Return results[arm], a dictionary of changes for each seed, and the test accuracies."""
    x, y, test_x, test_y = fashion_mnist(options.data, options.images)
    results, right = {arm: [] for arm in ARMS}, {arm: [] for arm in ARMS}
    for seed in range(options.seeds):
        for arm in ARMS:
            build = partial(mlp, norm(arm, nn.BatchNorm1d), 784, 10, depth=DEPTH)
            net = train(made(build, seed), x, y, epochs=options.epochs, seed=seed)
            results[arm].append(changes(net, test_x[: options.sample], seed))
            right[arm].append(accuracy(net, test_x, test_y))
    return results, right


def report(results, right):
    """Print the tables."""
    native = results["native"]
    rows = []
    for i, j in PAIRS:
        values = {arm: fmean(run[i, j] for run in results[arm]) for arm in ARMS}
        ratios = [f"{math.exp(values[arm] - values['native']):.3f}" for arm in ARMS[1:]]
        rows.append([str(i + 1), str(j + 1), f"{math.exp(values['native']):.3f}", *ratios])
    head = [f"{arm} / native" for arm in ARMS[1:]]
    table(["noise after layer", "measured after", "native, relative change", *head], rows)
    rows = [["native", "", "", spread(right["native"])]]
    for arm in ARMS[1:]:
        fewer = [sum(a[p] < b[p] for p in PAIRS) for a, b in zip(results[arm], native, strict=True)]
        logs = [[fmean(run[p] for p in PAIRS) for run in results[k]] for k in (arm, "native")]
        rows.append([arm, spread(fewer, 1), difference(*logs, 3), spread(right[arm])])
    head = [f"smaller than native, of {len(PAIRS)} pairs", "mean log of the ratio"]
    table(["arm", *head, "test accuracy, %"], rows)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--images", type=int, default=6000, help="of the training set")
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--sample", type=int, default=2000, help="test images that are disturbed")
    parser.add_argument("--data", default=FASHION_MNIST, help="the folder of Fashion-MNIST")
    options = parser.parse_args()
    print(
        f"Fashion-MNIST: {options.images} images, {options.epochs} epochs, "
        f"seeds 0 to {options.seeds - 1}; {options.sample} test images\n"
    )
    report(*experiment(options))


if __name__ == "__main__":
    main()
