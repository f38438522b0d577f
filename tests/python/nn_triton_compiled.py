# SPDX-License-Identifier: BSD-3-Clause
"""Compiles the Triton kernels of bellshape.nn for a GPU that need not be there.

    python nn_triton_compiled.py TARGET [NAME...]

TARGET is cuda:80, cuda:90 or hip:gfx942; NAME is one of LAYERS, all if there is none.  The layers
are called as on that GPU, with tensors on the CPU: what they launch is compiled and not launched.
One line is printed for each kernel: its name, its options, and how many registers a thread has, and
how many bytes of memory for what found no register.
"""

import os
import re
import subprocess
import sys
import tempfile

import torch

TARGET, *NAMES = sys.argv[1:]
BACKEND, ARCH = TARGET.split(":")
if BACKEND == "hip":
    torch.version.hip = "compiled without one"

import triton  # noqa: E402
from triton.backends.compiler import GPUTarget  # noqa: E402
from triton.runtime import driver  # noqa: E402

from bellshape.nn import (  # noqa: E402
    _operators,
    _triton,
    _triton_batch,
    _triton_common,
    _triton_rows,
    _triton_stages,
    _triton_weights,
)
from bellshape.nn._torch import Layer  # noqa: E402


class Device:
    """What the compiler asks of the driver of a GPU."""

    def __getattr__(self, name):
        return lambda *_: 0

    def get_current_target(self):
        return GPUTarget("cuda", int(ARCH), 32) if BACKEND == "cuda" else GPUTarget("hip", ARCH, 64)


class Compiled:
    """A kernel that is compiled where it would be launched."""

    def __init__(self, kernel):
        self.kernel = kernel

    def __getitem__(self, grid):
        def compile(*arguments, **options):
            made = self.kernel.warmup(*arguments, grid=grid, **options)
            if made.hash not in SEEN:
                SEEN.add(made.hash)
                shown = [f"{k}={v}" for k, v in options.items() if k in SHOWN]
                print(self.kernel.__name__, *shown, registers(made), flush=True)

        return compile


SEEN = set()
SHOWN = "STAGE", "NOISE", "K", "B", "Q", "num_warps"


def registers(made):
    """Return what a thread needs."""
    if BACKEND != "cuda":
        text = made.asm["amdgcn"]
        found = re.findall(r"\.(vgpr_count|vgpr_spill_count):\s+(\d+)", text)
        return " ".join(f"{name} {count}" for name, count in found)
    tool = os.path.join(os.path.dirname(triton.__file__), "backends", "nvidia", "bin", "cuobjdump")
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(made.asm["cubin"])
        file.flush()
        command = [tool, "--dump-resource-usage", file.name]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    used, stack = re.search(r"REG:(\d+) STACK:(\d+)", said).groups()
    return f"registers {used} stack {stack}"


LAST = torch.channels_last
# name: groups, batch, by_position, shape, memory format
LAYERS = {
    "layer 768": (1, False, True, (64, 1, 768), None),
    "layer 1000": (1, False, True, (64, 1, 1000), None),
    "layer 1024": (1, False, True, (64, 1, 1024), None),
    "layer 4096": (1, False, True, (64, 1, 4096), None),
    "layer 8192": (1, False, True, (64, 1, 8192), None),
    "layer 16384": (1, False, True, (64, 1, 16384), None),
    "layer 20001": (1, False, True, (64, 1, 20001), None),
    "group 32x32": (32, False, False, (4, 256, 32, 32), None),
    "group 7x7": (8, False, False, (4, 64, 7, 7), None),
    "group 64x64": (32, False, False, (4, 320, 64, 64), None),
    "instance 56x56": (16, False, False, (4, 16, 56, 56), None),
    "instance 7x7": (16, False, False, (4, 16, 7, 7), None),
    "batch 56x56": (64, True, False, (16, 64, 56, 56), None),
    "batch 7x7": (64, True, False, (16, 64, 7, 7), None),
    "batch 56x56 last": (64, True, False, (16, 64, 56, 56), LAST),
    "batch 7x7 last": (64, True, False, (16, 64, 7, 7), LAST),
    "batch": (64, True, False, (256, 64), None),
}


def run(layer, shape, memory, dtype):
    """Compile what training and evaluation of a layer launch."""
    u = torch.zeros(shape, dtype=dtype)
    u = u if memory is None else u.to(memory_format=memory)
    size = shape[2] if layer.by_position else shape[1]
    weight = torch.ones(size)
    for seed in (torch.tensor(1), None):
        used = layer if seed is not None else layer._replace(noise=0.0)
        made = _triton.forward(u, weight, weight, seed, used)
        assert made is not None
        assert _triton.backward(u, u, weight, made[1], seed, used, False) is not None
    if layer.batch:
        running = [torch.zeros(shape[1]) for _ in range(3)]
        tracked = *running, torch.tensor(0), 0.1
        assert _triton.forward(u, weight, weight, torch.tensor(1), layer, tracked) is not None
        _triton_batch.track(made[1], tracked, 2)
        frozen = torch.zeros(shape[1], 9, dtype=torch.float64)
        given = _operators.frozen_layer(u, layer.mode, layer.eps)
        _triton.evaluate(u, weight, weight, frozen, given)
        _triton.evaluate(u, weight, weight, running, given)
        _triton.backward(u, u, weight, frozen, None, given, True)


def main():
    driver.set_active(Device())
    _triton._has_kernels = lambda device: True
    for module in (_triton_batch, _triton_rows, _triton_weights):
        module.processors = lambda device: 132
    for module, names in (
        (_triton_rows, ("row_forward", "row_backward")),
        (_triton_weights, ("weight_sums",)),
        (_triton_stages, ("forward_stage", "backward_stage", "track")),
        (_triton_common, ("samples",)),
    ):
        for name in names:
            setattr(module, name, Compiled(getattr(module, name)))
    assert not _triton_common.INTERPRETED
    _triton.normal(torch.tensor(1), 4, torch.float32)
    for name, (groups, batch, by_position, shape, memory) in LAYERS.items():
        if NAMES and name not in NAMES:
            continue
        print(f"# {name}")
        run(
            Layer(groups, batch, by_position, "exact", 0.4, 1.0, 1e-5), shape, memory, torch.float32
        )
    if not NAMES:
        print("# modes, bfloat16")
        for mode in ("compat", "normalize_only"):
            for name in ("layer 768", "batch 7x7"):
                groups, batch, by_position, shape, memory = LAYERS[name]
                layer = Layer(groups, batch, by_position, mode, 0.4, 1.0, 1e-5)
                run(layer, shape, memory, torch.bfloat16)


main()
