# SPDX-License-Identifier: BSD-3-Clause
"""The experiments of docs/paper.md, in examples/paper, on data of a few kilobytes."""

import gzip
import importlib
import math
import re
import runpy
import struct
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from scipy import stats  # noqa: E402
from torch import nn  # noqa: E402

from conftest import ROOT  # noqa: E402

FOLDER = ROOT / "examples" / "paper"
NUMBER = r"[+-]?\d+\.\d+"


@pytest.fixture(autouse=True)
def one_thread():
    """Networks this small lose more by waiting for a second thread than it computes."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def load(monkeypatch):
    """Imports a module of the experiments."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module


@pytest.fixture
def command(monkeypatch, capsys):
    """Runs a command of the experiments, and returns what it prints."""

    def run(*words):
        monkeypatch.syspath_prepend(str(FOLDER))
        monkeypatch.setattr(sys, "argv", [str(word) for word in words])
        runpy.run_path(str(words[0]), run_name="__main__")
        return capsys.readouterr().out

    return run


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """A folder like that of Fashion-MNIST: bright squares whose place says the class."""
    folder = tmp_path_factory.mktemp("images")
    rng = np.random.default_rng(0)
    for part, n in (("train", 300), ("t10k", 100)):
        y = rng.integers(0, 10, n).astype(np.uint8)
        x = rng.gamma(0.3, 40, (n, 28, 28)).clip(0, 255).astype(np.uint8)
        for image, label in zip(x, y, strict=True):
            image[2 * label : 2 * label + 8, 5:20] = 200
        write(folder / f"{part}-images-idx3-ubyte.gz", x)
        write(folder / f"{part}-labels-idx1-ubyte.gz", y)
    return folder


def write(path, values):
    head = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    with gzip.open(path, "wb") as file:
        file.write(head + values.tobytes())


def tables(text):
    """Return the tables of a text: for each, its rows as lists of cells."""
    found = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in lines.splitlines()]
        for lines in found
    ]


def first(cell):
    return float(re.match(NUMBER, cell)[0])


# ---- the parts ----


def test_idx_files(load, images, tmp_path):
    data = load("data")
    x, y, test_x, test_y = data.fashion_mnist(images, 200)
    assert x.shape == (200, 1, 28, 28) and len(y) == 200
    assert test_x.shape == (100, 1, 28, 28) and len(test_y) == 100
    assert abs(x.mean()) < 1e-5 and abs(x.std() - 1) < 1e-5
    assert data.idx(images / "train-labels-idx1-ubyte.gz")[:200].tolist() == y.tolist()
    path = tmp_path / "short.gz"
    for content, complaint in (
        (struct.pack(">HBBI", 0, 8, 1, 4) + b"abc", "3 bytes instead of 4"),
        (struct.pack(">HBBI", 0, 9, 1, 4) + b"abcd", "not a file of bytes"),
    ):
        path.write_bytes(gzip.compress(content))
        with pytest.raises(ValueError, match=complaint):
            data.idx(path)
    with pytest.raises(SystemExit, match="dataset-fashion-mnist"):
        data.fashion_mnist(tmp_path / "none", 10)


def test_correlations_are_those_of_numpy(load):
    gaussianity = load("gaussianity")
    x = torch.randn(7, 5, 40, generator=torch.Generator().manual_seed(1)).exp()
    rows = gaussianity.units(x[:, :, 0])
    quantiles = stats.norm.ppf((np.arange(1, 8) - 0.5) / 7)
    expected = [np.corrcoef(quantiles, np.sort(x[:, i, 0]))[0, 1] ** 2 for i in range(5)]
    np.testing.assert_allclose(gaussianity.correlations(rows), expected, rtol=1e-6)
    # Channels of images, and the values within tokens.
    assert gaussianity.units(x[..., None]).shape == (5, 280)
    assert gaussianity.units(x).shape == (35, 40)


def test_statistics(load):
    made = load("tables")
    assert made.spread([1.0, 2.0, 4.5]) == "2.50 +- 1.80"
    # Differences -1, 0 and 4: mean 1, standard deviation sqrt(7).
    assert made.difference([1.0, 2.0, 8.0], [2.0, 2.0, 4.0]) == f"+1.00 +- {(7 / 3) ** 0.5:.2f}"
    assert made.spread([1.0]) == "1.00" and made.difference([1.0], [2.0]) == "-1.00"


def test_arms_have_the_same_first_weights_and_nothing_else_differs(load, images):
    arms, networks, training = load("arms"), load("networks"), load("training")
    x, y, *_ = load("data").fashion_mnist(images, 100)
    nets = []
    for arm in arms.ARMS:
        net = training.made(lambda a=arm: networks.mlp(arms.norm(a, nn.BatchNorm1d), 784, 10), 3)
        nets.append(net)
        for p, q in zip(net.parameters(), nets[0].parameters(), strict=True):
            assert torch.equal(p, q)
    noises = [getattr(net[2], "noise", 0) for net in nets]
    modes = [getattr(net[2], "mode", "normalize_only") for net in nets]
    assert noises == [0, 0.4, 0, 0.4]
    assert modes == ["normalize_only", "normalize_only", "exact", "exact"]
    # Without noise, the second arm is the first one.
    nets[1][2].noise = nets[1][5].noise = nets[1][8].noise = 0
    for net in nets[:2]:
        training.train(net, x, y, epochs=2, seed=1, batch=50)
    torch.testing.assert_close(nets[0](x), nets[1](x), rtol=1e-3, atol=1e-3)


def test_numbers_of_parameters(load):
    networks = load("networks")
    with torch.device("meta"):
        resnet = networks.resnet18(nn.BatchNorm2d, 1000)
        vit = networks.ViT(nn.LayerNorm, 1000, 3, 224, 16, 768, 12, 12)
    count = [sum(p.numel() for p in net.parameters()) for net in (resnet, vit)]
    # Those of torchvision's resnet18 and vit_b_16.
    assert count == [11_689_512, 86_567_656]


def test_every_task_has_a_network_for_its_data(load):
    tasks, arms = load("accuracy").TASKS, load("arms")
    for name, task in tasks.items():
        x = torch.randn((2, 1, 40) if name == "mnist1d" else (2, 1, 28, 28))
        for arm in arms.ARMS:
            assert task.build(arms.norm(arm, task.native))(x).shape == (2, 10)


def test_noise_inside_has_its_size_where_it_is_added(load):
    inside, networks, training = load("inside"), load("networks"), load("training")
    # Where all layers are linear and alike, the relative change stays what it was: 0.3.
    x = torch.randn(2000, 20, generator=torch.Generator().manual_seed(0))
    net = networks.mlp(nn.BatchNorm1d, 20, 10, width=20, depth=inside.DEPTH)
    for i, layer in enumerate(net):
        if isinstance(layer, nn.Linear):
            nn.init.orthogonal_(layer.weight)
            nn.init.zeros_(layer.bias)
        if isinstance(layer, nn.ReLU):
            net[i] = nn.Identity()
    found = inside.changes(net.eval(), x, 0)
    assert set(found) == set(inside.PAIRS) and len(inside.PAIRS) == 21
    for (_, j), log in found.items():
        assert abs(math.exp(log) - 0.3) < (0.005 if j < inside.DEPTH else 0.02)
    # Nothing is left behind in the network.
    assert len(training.norm_outputs(net, x)) == 7 and not net[2]._forward_hooks


# ---- the commands ----


def test_gaussianity(command, images, tmp_path):
    picture = tmp_path / "picture.png"
    sizes = ("--seeds", 2, "--images", 300, "--epochs", 12, "--sample", 100)
    text = command(FOLDER / "gaussianity.py", *sizes, "--data", images, "--picture", picture)
    before, after = tables(text)
    assert len(before[0]) == 7 and len(after[0]) == 8
    names = [row[0] for row in after[2:]]
    assert names[:4] == ["native", "noise", "transform", "both"] and names[-1] == "normal samples"
    last = {row[0]: first(row[6]) for row in after[2:]}
    # Ordinary norm layers lose normality by depth; the transform keeps it.
    assert last["transform"] > last["native"] + 0.01 and last["both"] > last["noise"] + 0.01
    assert last["native"] < first(before[2][6]) - 0.01
    assert abs(last["transform - native"] - (last["transform"] - last["native"])) < 2e-4
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_accuracy(command, images):
    pytest.importorskip("mnist1d")
    sizes = ("--seeds", 2, "--images", 200, "--epochs", 2, "--data", images)
    text = command(FOLDER / "accuracy.py", "fashion-mlp", "mnist1d", *sizes, "--plain")
    assert "fashion-mlp: 200 images, 2 epochs, seeds 0 to 1, cpu, plain" in text
    for table, columns in zip(tables(text), (3, 4, 3, 4), strict=True):
        assert [len(row) for row in table] == [columns] * 10
        rows = {row[0]: [first(cell) for cell in row[1:]] for row in table[2:]}
        for name, cells in rows.items():
            assert all(abs(cell) <= 100 for cell in cells)
            if " - " in name:
                arms = [rows[arm] for arm in name.split(" - ")]
                for cell, a, b in zip(cells, *arms, strict=True):
                    assert abs(cell - (a - b)) < 0.02


def test_inside(command, images):
    sizes = ("--seeds", 1, "--images", 200, "--epochs", 2, "--sample", 100)
    pairs, arms = tables(command(FOLDER / "inside.py", *sizes, "--data", images))
    assert len(pairs) == 2 + 21 and all(len(row) == 6 for row in pairs)
    assert [row[0] for row in arms[2:]] == ["native", "noise", "transform", "both"]
    assert all(0.05 < first(row[2]) < 2 for row in pairs[2:])


def test_whole_networks(command):
    text = command(ROOT / "bench" / "whole_networks.py", "--rounds", 1)
    lines = text.splitlines()
    assert len(lines) == 4 and all("torch" in line and "bellshape" in line for line in lines)
    assert all(re.search(r"torch \d+ ms \(1\.00x\), bellshape \d+ ms", line) for line in lines)


def test_factors(command):
    pytest.importorskip("mnist1d")
    sizes = ("--seeds", 2, "--images", 40, "--epochs", 1)
    text = command(FOLDER / "factors.py", *sizes)
    found = tables(text)
    assert [table[0][0] for table in found] == ["width", "depth", "batch", "alpha", "noise"]
    for table in found:
        for _, native, method, difference in table[2:]:
            assert abs(first(difference) - (first(method) - first(native))) < 0.02
    # Torch's layers have neither alpha nor noise.
    assert all(len({row[1] for row in table[2:]}) == 1 for table in found[3:])
    with pytest.raises(SystemExit):
        command(FOLDER / "factors.py", "size")
