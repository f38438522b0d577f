# SPDX-License-Identifier: BSD-3-Clause
"""One process of those of test_nn_sync.py: nn_sync_process.py FILE RANK PROCESSES.

It trains layers on its part of each batch, and writes what it finds to FILE.RANK.
"""

import sys
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import nn

import bellshape.nn as bn
from bellshape.nn import _sync

# name: options of the layer, type, layout, numbers of samples of the processes, shape of a sample
CASES = {
    "noise": ({"noise": 0.7}, torch.float64, None, (3, 5), (4, 3, 2)),
    "no noise": ({"noise": 0.0, "momentum": None}, torch.float64, None, (4, 1), (6,)),
    "compat": ({"noise": 0.4, "mode": "compat", "alpha": 0.5}, torch.float64, None, (2, 2), (3, 4)),
    "ordinary": ({"noise": 0.4, "mode": "normalize_only"}, torch.float64, None, (2, 3), (3, 4)),
    "float32": ({"noise": 0.7}, torch.float32, torch.channels_last, (3, 2), (4, 3, 5)),
    "bfloat16": ({"noise": 0.0}, torch.bfloat16, None, (3, 2), (4, 3)),
    "no weights": ({"noise": 0.4, "affine": False}, torch.float64, None, (3, 2), (4, 3)),
    "an empty part": ({"noise": 0.4}, torch.float64, None, (0, 5), (4, 3)),
    "two values": ({"noise": 0.0}, torch.float64, None, (1, 1), (3,)),
}
STEPS = 3
# What computes the layers: the C library, or torch.
PATHS = "library", "torch"


def batch(case, step):
    """The whole batch, and the gradient of its output."""
    _, dtype, layout, parts, shape = CASES[case]
    generator = torch.Generator().manual_seed(step)
    u, g = torch.randn(2, sum(parts), *shape, generator=generator, dtype=torch.float64)
    u, g = u.exp().to(dtype), g.to(dtype)
    return (u, g) if layout is None else (u.to(memory_format=layout), g)


def train(case, kind, part=slice(None)):
    """The outputs, gradients and buffers of some steps on a part of each batch."""
    options, dtype, _, _, shape = CASES[case]
    torch.manual_seed(3)
    own = torch.float32 if dtype == torch.bfloat16 else dtype
    m = kind(shape[0], dtype=own, **options)
    with torch.no_grad():
        for p in m.parameters():
            p += torch.linspace(-0.3, 0.4, p.numel(), dtype=p.dtype)
    found = []
    for step in range(STEPS):
        u, g = (t[part] for t in batch(case, step))
        u = u.detach().requires_grad_()
        m.zero_grad()
        out = m(u)
        out.backward(g)
        found.append([out.detach(), u.grad, *(p.grad.clone() for p in m.parameters())])
    return found, [b.clone() for b in m.buffers()]


def main(file, rank, processes):
    dist.init_process_group(
        "gloo",
        init_method=f"file://{file}",
        rank=rank,
        world_size=processes,
        timeout=timedelta(seconds=60),
    )
    found = {}
    for path in PATHS:
        # What computes the layers on other devices does so here, too.
        _sync._by_library = lambda _, path=path: path == "library"
        for case, (_, _, _, parts, _) in CASES.items():
            first = sum(parts[:rank])
            part = slice(first, first + parts[rank])
            found[path, case] = train(case, bn.SyncBatchNormalNorm, part)
    _sync._by_library = lambda _: True
    # What a single value is to both of them.
    single = torch.ones(1 - rank, 2)
    try:
        bn.SyncBatchNormalNorm(2)(single)
    except ValueError as error:
        found["one value"] = str(error)
    torch.manual_seed(0)
    net = bn.convert_sync_batchnorm(nn.Sequential(nn.Linear(3, 4), bn.BatchNormalNorm1d(4)))
    parallel = nn.parallel.DistributedDataParallel(net)
    parallel(torch.ones(2, 3) * torch.arange(2 * rank, 2 * rank + 2)[:, None]).sum().backward()
    found["parallel"] = [net[0].weight.grad, *net[1].buffers()]
    torch.save(found, f"{file}.{rank}")
    dist.destroy_process_group()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
