# SPDX-License-Identifier: BSD-3-Clause
"""The networks. Each takes what makes its norm layers, such as nn.BatchNorm2d."""

import torch
from torch import nn


def mlp(norm, inputs, classes, width=128, depth=3):
    """Return linear, norm and ReLU, depth times, and a linear layer."""
    layers = [nn.Flatten()]
    for size in (inputs, *[width] * (depth - 1)):
        layers += [nn.Linear(size, width), norm(width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, classes))


def series(norm, classes, width=32, depth=3):
    """Return convolutions of series of 40 values, each followed by norm and ReLU.

    The first three halve the length.
    """
    layers, channels, length = [], 1, 40
    for i in range(depth):
        stride = 2 if i < 3 else 1
        layers += [nn.Conv1d(channels, width, 5, stride, padding=2), norm(width), nn.ReLU()]
        channels, length = width, length // stride
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(length * width, classes))


def cnn(norm, classes):
    """Return three convolutions of images of 28 x 28, each followed by norm and ReLU."""
    layers = []
    for channels, width in ((1, 16), (16, 32), (32, 64)):
        layers += [nn.Conv2d(channels, width, 3, stride=2, padding=1), norm(width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 4 * 4, classes))


class Attention(nn.Module):
    """Self-attention, then two linear layers with GELU; a norm before each, and a sum after it."""

    def __init__(self, norm, width, heads):
        super().__init__()
        self.norm1, self.norm2 = norm(width), norm(width)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )

    def forward(self, x):
        y = self.norm1(x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        return x + self.mlp(self.norm2(x))


class ViT(nn.Module):
    """A vision transformer: square patches as tokens, and one more for the class."""

    def __init__(self, norm, classes, channels, size, patch, width, depth, heads):
        super().__init__()
        self.patches = nn.Conv2d(channels, width, patch, patch)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.place = nn.Parameter(torch.randn(1, (size // patch) ** 2 + 1, width) * 0.02)
        self.blocks = nn.Sequential(*[Attention(norm, width, heads) for _ in range(depth)])
        self.norm, self.head = norm(width), nn.Linear(width, classes)

    def forward(self, x):
        x = self.patches(x).flatten(2).mT
        x = torch.cat([self.token.expand(len(x), -1, -1), x], 1) + self.place
        return self.head(self.norm(self.blocks(x))[:, 0])


class Residual(nn.Module):
    """Two convolutions with norm and ReLU, and the sum with the input."""

    def __init__(self, norm, inputs, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.norm1, self.norm2 = norm(width), norm(width)
        self.shortcut = nn.Identity()
        if stride > 1 or inputs != width:
            conv = nn.Conv2d(inputs, width, 1, stride, bias=False)
            self.shortcut = nn.Sequential(conv, norm(width))

    def forward(self, x):
        y = self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(x)))))
        return torch.relu(y + self.shortcut(x))


def resnet18(norm, classes, channels=3, small=False):
    """Return the ResNet of 18 layers; small is its form for images of some 30 x 30."""
    if small:
        layers = [nn.Conv2d(channels, 64, 3, 1, 1, bias=False), norm(64), nn.ReLU()]
    else:
        layers = [nn.Conv2d(channels, 64, 7, 2, 3, bias=False), norm(64), nn.ReLU()]
        layers += [nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for width, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        layers += [Residual(norm, inputs, width, stride), Residual(norm, width, width, 1)]
        inputs = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, classes))
