# SPDX-License-Identifier: BSD-3-Clause
"""The data: MNIST-1D, which the package mnist1d generates, and Fashion-MNIST from a folder.

Debian and Ubuntu have Fashion-MNIST as the package dataset-fashion-mnist, in FASHION_MNIST.
"""

import gzip
import math
import struct
import sys
from pathlib import Path

import torch

FASHION_MNIST = "/usr/share/datasets/fashion-mnist"
UNSIGNED_BYTE = 8


def idx(path):
    """Read a file of the format idx, compressed by gzip: bytes in any number of dimensions."""
    with gzip.open(path) as file:
        zero, kind, dimensions = struct.unpack(">HBB", file.read(4))
        if zero != 0 or kind != UNSIGNED_BYTE:
            raise ValueError(f"{path}: not a file of bytes in the format idx")
        shape = struct.unpack(f">{dimensions}I", file.read(4 * dimensions))
        values = bytearray(file.read())
    if len(values) != math.prod(shape):
        raise ValueError(f"{path}: {len(values)} bytes instead of {math.prod(shape)}")
    return torch.frombuffer(values, dtype=torch.uint8).view(shape)


def fashion_mnist(folder, images):
    """Return (x, y, test x, test y): the first images of the training set, and the whole test set.

    Images are (N, 1, 28, 28), less the mean of these training images and over their deviation.
    """
    folder = Path(folder)
    if not folder.is_dir():
        sys.exit(f"{folder}: no such folder; install Debian's dataset-fashion-mnist, or name one")
    x, y, test_x, test_y = (
        idx(folder / f"{part}-{kind}-ubyte.gz")
        for part in ("train", "t10k")
        for kind in ("images-idx3", "labels-idx1")
    )
    x = x[:images, None].float()
    mean, sd = x.mean(), x.std()
    test_x = test_x[:, None].float()
    return (x - mean) / sd, y[:images].long(), (test_x - mean) / sd, test_y.long()


def mnist1d(images):
    """Return (x, y, test x, test y) of MNIST-1D: series of 40 values, four of five for training.

    The package standardizes them; its seed is fixed.
    """
    from mnist1d.data import get_dataset_args, make_dataset

    options = get_dataset_args()
    options.num_samples = images * 5 // 4
    data = make_dataset(options)
    x, test_x = (torch.tensor(data[name], dtype=torch.float32)[:, None] for name in ("x", "x_test"))
    return x, torch.tensor(data["y"]), test_x, torch.tensor(data["y_test"])
