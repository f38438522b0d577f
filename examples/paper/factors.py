# SPDX-License-Identifier: BSD-3-Clause
"""How the method fares as one factor varies: width, depth, minibatch, alpha, or size of the noise.

python examples/paper/factors.py [FACTOR...] [--seeds N]

Networks of convolutions are trained on MNIST-1D as in accuracy.py, with batch norm and with the
method, and one factor differs from its usual value. Cells are the accuracy on the test set, mean +-
standard deviation over seeds, and the mean of differences of the same seed +- standard error.
"""

import argparse
from functools import cache, partial

from torch import nn

import bellshape.nn as bn
from data import mnist1d
from networks import series
from tables import difference, spread, table
from training import accuracy, made, train

USUAL = {"width": 32, "depth": 3, "batch": 100, "alpha": 1.0, "noise": 0.4}
FACTORS = {
    "width": (8, 16, 32, 64),
    "depth": (2, 3, 5),
    "batch": (50, 100, 200, 400),
    "alpha": (0.0, 0.5, 1.0, 1.5),
    "noise": (0.0, 0.2, 0.4, 0.8, 1.2),
}
# What the layers of torch have none of.
OF_THE_METHOD = ("alpha", "noise")


def experiment(options):
    """Return a function from an arm, native or not, and factors to the accuracies of all seeds."""
    x, y, test_x, test_y = mnist1d(options.images)

    @cache
    def run(native, width, depth, batch, alpha, noise):
        ours = partial(bn.BatchNormalNorm1d, alpha=alpha, noise=noise)
        build = partial(series, nn.BatchNorm1d if native else ours, 10, width, depth)
        return [
            accuracy(
                train(made(build, seed), x, y, epochs=options.epochs, seed=seed, batch=batch),
                test_x,
                test_y,
            )
            for seed in range(options.seeds)
        ]

    def runs(native, **factors):
        factors = USUAL | factors
        if native:  # alike for all of these
            factors |= {name: USUAL[name] for name in OF_THE_METHOD}
        return run(native, **factors)

    return runs


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("factors", metavar="FACTOR", nargs="*", help=", ".join(FACTORS))
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--images", type=int, default=4000, help="of the training set")
    parser.add_argument("--epochs", type=int, default=30)
    options = parser.parse_args()
    if unknown := set(options.factors) - set(FACTORS):
        parser.error(f"no factor {', '.join(sorted(unknown))}; there are {', '.join(FACTORS)}")
    print(
        f"mnist1d: {options.images} images, {options.epochs} epochs, "
        f"seeds 0 to {options.seeds - 1}\n",
        flush=True,
    )
    runs = experiment(options)
    for factor in options.factors or FACTORS:
        rows = []
        for value in FACTORS[factor]:
            native, method = (runs(arm, **{factor: value}) for arm in (True, False))
            rows.append([f"{value:g}", spread(native), spread(method), difference(method, native)])
        table([factor, "native, %", "method, %", "method - native"], rows)


if __name__ == "__main__":
    main()
