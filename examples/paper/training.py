# SPDX-License-Identifier: BSD-3-Clause
"""Training, and what is measured of a network."""

from functools import partial

import torch
from torch import nn

from arms import NORMS

SGD = partial(torch.optim.SGD, momentum=0.9)
CHUNK = 1000  # images that are evaluated at once


def made(build, seed, device="cpu"):
    """Return build() with the first weights of a seed, which are those of all arms."""
    torch.manual_seed(seed)
    return build().to(device)


def train(net, x, y, *, epochs, seed, batch=100, adam=False, plain=False):
    """Train a network in place. The order of the images depends on the seed alone.

    Adam is for transformers. The rates were set once, before any result, and for none of the arms;
    they fall to 0 along half a cosine. With plain they stay as they are, and there is no weight
    decay. Images that fill no batch are left out of their epoch.
    """
    kind, rate, decay = (torch.optim.AdamW, 1e-3, 0.05) if adam else (SGD, 0.05, 5e-4)
    optimizer = kind(net.parameters(), lr=rate, weight_decay=0 if plain else decay)
    batch = min(batch, len(x))
    steps = len(x) // batch
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
        optimizer, epochs * steps, eta_min=rate if plain else 0
    )
    generator = torch.Generator().manual_seed(seed)
    net.train()
    for _ in range(epochs):
        order = torch.randperm(len(x), generator=generator).to(x.device)
        for rows in order[: steps * batch].view(steps, batch):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
            optimizer.step()
            schedule.step()
    return net.eval()


@torch.no_grad()
def accuracy(net, x, y, noise=0.0, seed=0):
    """Return how many images of a hundred are classified rightly, with noise added to them.

    The noise, of this standard deviation, is that of the seed, whatever the network.
    """
    generator = torch.Generator().manual_seed(seed)
    right = 0
    for part, labels in zip(x.split(CHUNK), y.split(CHUNK), strict=True):
        if noise:
            part = part + noise * torch.randn(part.shape, generator=generator).to(part.device)
        right += (net(part).argmax(1) == labels).sum().item()
    return 100 * right / len(y)


@torch.no_grad()
def norm_outputs(net, x, disturb=lambda index, output: output):
    """Return what each norm layer of a network in evaluation gives, and last what the network does.

    disturb(index, output) is what goes on in place of the output of a layer.
    """
    outputs = []

    def hook(_layer, _inputs, output):
        output = disturb(len(outputs), output)
        outputs.append(output)
        return output

    hooks = [
        layer.register_forward_hook(hook) for layer in net.modules() if isinstance(layer, NORMS)
    ]
    try:
        last = net.eval()(x)
    finally:
        for handle in hooks:
            handle.remove()
    return [*outputs, last]
