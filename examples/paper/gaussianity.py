# SPDX-License-Identifier: BSD-3-Clause
"""How Gaussian the outputs of norm layers are, by depth, before and after training.

python examples/paper/gaussianity.py [--network mlp|cnn|vit] [--picture FILE.png]

For each unit of each norm layer in evaluation, the squared correlation of its values over test
images with normal quantiles (1: the points of a Q-Q plot lie on a line) is computed. The tables
have the mean over the units of a layer and, over the seeds, the mean and standard deviation. Layer
norm normalizes each token, so that there the values are those within a token.
"""

import argparse
import copy
from functools import partial

import torch
from torch import nn

from arms import ARMS, norm
from data import FASHION_MNIST, fashion_mnist
from networks import ViT, cnn, mlp
from tables import difference, spread, table
from training import accuracy, made, norm_outputs, train

NETWORKS = {
    "mlp": (nn.BatchNorm1d, partial(mlp, inputs=784, classes=10, depth=6), False),
    "cnn": (nn.BatchNorm2d, partial(cnn, classes=10), False),
    "vit": (
        nn.LayerNorm,
        partial(ViT, classes=10, channels=1, size=28, patch=7, width=64, depth=4, heads=4),
        True,
    ),
}


def normal_quantiles(n):
    """Return the quantiles of n values in order, at (i - 1/2)/n."""
    return torch.special.ndtri((torch.arange(n, dtype=torch.float64) + 0.5) / n)


def units(output):
    """Return the values of each unit of a norm layer, as rows in ascending order."""
    of_tokens = output.dim() == 3
    rows = output.flatten(0, 1) if of_tokens else output.movedim(1, 0).flatten(1)
    return rows.double().sort(1).values


def correlations(rows):
    """Return the squared correlation of each row of ascending values with normal quantiles."""
    q = normal_quantiles(rows.shape[1])
    centered = rows - rows.mean(1, keepdim=True)
    return (centered @ q).square() / (centered.square().sum(1) * q.square().sum())


def by_layer(net, x):
    """Return, for each norm layer, its units and their correlations."""
    layers = [units(output) for output in norm_outputs(net, x)[:-1]]
    return [(rows, correlations(rows)) for rows in layers]


def of_normal_samples(rows, seed=0):
    """Return the mean correlation of normal samples, as many and as long as these rows."""
    z = torch.randn(rows.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return correlations(z.sort(1).values).mean().item()


def seen(net, x):
    """Return a network whose running statistics are those of images, and its weights as before."""
    net.train()
    with torch.no_grad():
        for images in x.split(100):
            net(images)
    return net


def experiment(options):
    """Return results[arm][time] = one list of layers for each seed, and the test accuracies."""
    native, build, adam = NETWORKS[options.network]
    x, y, test_x, test_y = fashion_mnist(options.data, options.images)
    sample = test_x[: options.sample]
    results = {arm: {"before": [], "after": []} for arm in ARMS}
    right = {arm: [] for arm in ARMS}
    for seed in range(options.seeds):
        for arm in ARMS:
            net = made(partial(build, norm(arm, native)), seed)
            results[arm]["before"].append(by_layer(seen(copy.deepcopy(net), x), sample))
            train(net, x, y, epochs=options.epochs, seed=seed, adam=adam)
            results[arm]["after"].append(by_layer(net, sample))
            right[arm].append(accuracy(net, test_x, test_y))
    return results, right


def means(runs, layer):
    """Return the mean correlation of a layer, for each seed."""
    return [run[layer][1].mean().item() for run in runs]


def report(results, right):
    """Print the tables."""
    layers = range(len(results["native"]["after"][0]))
    for time in ("before", "after"):
        rows = [
            [arm, *(spread(means(results[arm][time], i), 4) for i in layers), spread(right[arm])]
            for arm in ARMS
        ]
        for arm in ARMS[1:]:
            cells = [
                difference(means(results[arm][time], i), means(results["native"][time], i), 4)
                for i in layers
            ]
            rows.append([f"{arm} - native", *cells, difference(right[arm], right["native"])])
        expected = [of_normal_samples(results["native"][time][0][i][0]) for i in layers]
        rows.append(["normal samples", *(f"{e:.4f}" for e in expected), ""])
        if time == "before":
            rows = [row[:-1] for row in rows]
        head = [f"{time} training", *(f"layer {i + 1}" for i in layers), "test accuracy, %"]
        table(head[: len(rows[0])], rows)


def picture(results, path):
    """Draw the correlations by depth, and below them a Q-Q plot of each layer after training."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    colors = dict(zip(ARMS, ("#d1495b", "#e39a3b", "#2e86ab", "#1f3b5c"), strict=True))
    labels = dict(
        zip(ARMS, ("batch norm", "with noise", "transform", "transform + noise"), strict=True)
    )
    count = len(results["native"]["after"][0])
    plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    figure = plt.figure(figsize=(11, 6), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.25, 1])
    lines = upper.subplots(1, 2, sharey=True)
    for axes, time in zip(lines, ("before", "after"), strict=True):
        for arm in ARMS:
            runs = torch.tensor([means(results[arm][time], i) for i in range(count)])
            error = runs.std(1) / runs.shape[1] ** 0.5 if runs.shape[1] > 1 else None
            axes.errorbar(
                range(1, count + 1),
                runs.mean(1),
                error,
                color=colors[arm],
                label=labels[arm],
                marker="o",
                ms=4,
                lw=1.4,
                capsize=2,
            )
        expected = [of_normal_samples(rows) for rows, _ in results["native"][time][0]]
        axes.plot(
            range(1, count + 1), expected, "--", color="#888888", lw=1, label="normal samples"
        )
        axes.set(xlabel="norm layer", xticks=range(1, count + 1))
        axes.set_title(f"{time.capitalize()} training", fontsize=9.5, loc="left")
        axes.grid(color="#e6e6e6", lw=0.6)
    lines[0].set_ylabel("Q-Q correlation, squared")
    lines[1].legend(frameon=False)
    for i, axes in enumerate(lower.subplots(1, count, sharex=True, sharey=True)):
        for arm in ("native", "both"):
            rows, r2 = results[arm]["after"][0][i]
            unit = r2.argsort()[len(r2) // 2]
            z = (rows[unit] - rows[unit].mean()) / rows[unit].std()
            axes.plot(
                normal_quantiles(len(z)),
                z,
                ".",
                ms=2.5,
                color=colors[arm],
                label=f"{labels[arm]}, {r2[unit]:.3f}",
            )
        axes.axline((0, 0), slope=1, color="#888888", lw=0.7, zorder=0)
        axes.set_title(f"layer {i + 1}", fontsize=9, loc="left")
        axes.legend(frameon=False, fontsize=7, handletextpad=0, borderpad=0, loc="upper left")
        axes.set(ylim=(-3.6, 5))
    lower.supxlabel(
        "normal quantiles; the unit of median correlation in each layer, after training", fontsize=9
    )
    figure.savefig(path, dpi=130)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--network", choices=NETWORKS, default="mlp")
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--images", type=int, default=6000, help="of the training set")
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--sample", type=int, default=500, help="test images for correlations")
    parser.add_argument("--data", default=FASHION_MNIST, help="the folder of Fashion-MNIST")
    parser.add_argument("--picture", help="draws it into this file; needs matplotlib")
    options = parser.parse_args()
    print(
        f"{options.network}, Fashion-MNIST: {options.images} images, {options.epochs} epochs, "
        f"seeds 0 to {options.seeds - 1}; {options.sample} test images\n"
    )
    results, right = experiment(options)
    report(results, right)
    if options.picture:
        picture(results, options.picture)


if __name__ == "__main__":
    main()
