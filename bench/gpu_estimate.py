# SPDX-License-Identifier: BSD-3-Clause
"""Estimates how fast the layers are on an H100, on a machine without a GPU.

    python bench/gpu_estimate.py

The kernels of training and of evaluation are compiled for compute capability 9.0, and their
instructions counted: those outside the loop once for each thread, those of the loop as often as it
runs.  A launch takes as long as the memory needs for the bytes that it must move, or as the
multiprocessors need to issue its instructions, whichever is longer:

    memory      3.01 TB/s, which a copy reached on an H100 80GB with HBM3
    issue       132 multiprocessors x 4 warps a clock x 1.9 GHz

That is a bound from below: it knows nothing of latencies, of the time between two launches, and of
the ends of grids.  Beside it stand the times of torch's own norms on such a card, measured with
PyTorch 2.11 (docs/gpu.md).
"""

import math
import os
import re
import subprocess
import tempfile

import torch
import triton
from triton.backends.compiler import GPUTarget
from triton.runtime import driver

from bellshape.nn import (
    _operators,
    _triton,
    _triton_batch,
    _triton_common,
    _triton_rows,
    _triton_stages,
    _triton_weights,
)
from bellshape.nn._torch import Layer

PROCESSORS, LANES, CLOCK, BANDWIDTH = 132, 4 * 32, 1.9e9, 3.01e12
LAST = torch.channels_last

# name: groups, batch, by_position, shape, memory format; torch's own norm in float32 and bfloat16:
# forward + backward, and evaluation, in ms
LINES = {
    "batch 256x64x56x56": (64, True, False, (256, 64, 56, 56), None, (1.70, 0.170), (2.50, 0.141)),
    "batch 128x256x28x28": (
        *(256, True, False, (128, 256, 28, 28), None),
        *((0.362, 0.088), (0.464, 0.078)),
    ),
    "batch 64x512x14x14": (
        *(512, True, False, (64, 512, 14, 14), None),
        *((0.081, 0.026), (0.096, 0.030)),
    ),
    "batch 256x64x56x56 last": (
        *(64, True, False, (256, 64, 56, 56), LAST),
        *((0.567, 0.178), (0.579, 0.134)),
    ),
    "batch 128x256x28x28 last": (
        *(256, True, False, (128, 256, 28, 28), LAST),
        *((0.307, 0.093), (0.264, 0.056)),
    ),
    "batch 64x512x14x14 last": (
        *(512, True, False, (64, 512, 14, 14), LAST),
        *((0.083, 0.029), (0.081, 0.019)),
    ),
    "group 64x256x32x32": (
        *(32, False, False, (64, 256, 32, 32), None),
        *((0.289, 0.114), (0.275, 0.096)),
    ),
    "layer 8192x1024": (1, False, True, (8192, 1, 1024), None, (0.120, 0.034), (0.089, 0.024)),
    "layer 32768x768": (1, False, True, (32768, 1, 768), None, (0.352, 0.099), (0.280, 0.071)),
    "layer 16384x4096": (1, False, True, (16384, 1, 4096), None, (0.892, 0.270), (0.446, 0.119)),
}


class Device:
    """What the compiler asks of the driver of a GPU."""

    def __getattr__(self, name):
        return lambda *_: 0

    def get_current_target(self):
        return GPUTarget("cuda", 90, 32)


def disassembled(cubin):
    """Return addresses and texts of the instructions."""
    tool = os.path.join(os.path.dirname(triton.__file__), "backends", "nvidia", "bin", "cuobjdump")
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(cubin)
        file.flush()
        command = [tool, "-sass", file.name]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.findall(r"/\*([0-9a-f]{4,})\*/\s+([^;]*);", text)
    # What follows the last exit is padding: a jump to itself, and nothing.
    lines = [(int(address, 16), words) for address, words in found if "NOP" not in words]
    return [(a, words) for a, words in lines if not re.search(rf"BRA 0x{a:x}\b", words)]


def counted(cubin):
    """Return the number of instructions outside and inside of the longest loop."""
    lines = disassembled(cubin)
    longest = 0
    for address, words in lines:
        jump = re.search(r"BRA(?:\.\S+)?\s+(?:!?U?P\d+,\s*)?0x([0-9a-f]+)", words)
        if jump and int(jump.group(1), 16) < address:
            start = int(jump.group(1), 16)
            longest = max(longest, sum(start <= a <= address for a, _ in lines))
    return len(lines) - longest, longest


# The numbers of instructions of kernels, by their hash.
COUNTED = {}


class Counted:
    """A kernel that is compiled where it would be launched, and whose instructions are counted."""

    def __init__(self, kernel, launches):
        self.kernel, self.launches = kernel, launches

    def __getitem__(self, grid):
        def launch(*arguments, **options):
            made = self.kernel.warmup(*arguments, grid=grid, **options)
            if made.hash not in COUNTED:
                COUNTED[made.hash] = counted(made.asm["cubin"])
            outside, inside = COUNTED[made.hash]
            named = dict(zip(self.kernel.arg_names, arguments, strict=False))
            times = self.times(named, options, math.prod(grid))
            threads = 32 * options["num_warps"] * math.prod(grid)
            instructions = threads * (outside + inside * times)
            self.launches.append((self.kernel.__name__, options, instructions))

        return launch

    def times(self, named, options, programs):
        """Return how often a program runs its loop, in the mean."""
        if "Q" in options:
            return named["count"] / options["Q"] / -(-named["count"] // named["per_part"])
        if self.kernel.__name__ == "row_backward":
            return -(-named["rows"] // programs)
        return 1


def passes(name, options, backward_rows=3):
    """Return how many tensors of the input's size a launch reads and writes."""
    if name == "row_forward":
        return 2
    if name == "row_backward":
        return backward_rows
    if name == "forward_stage":
        return 2 if options["STAGE"] == _triton_stages.APPLY.value else 1
    return 3 if options["STAGE"] == _triton_stages.GRADIENT.value or options["GIVEN"] else 2


def estimate(launches, values, nbytes):
    """Return the time of some launches in ms, that for memory alone, and instructions a value."""
    rate = PROCESSORS * LANES * CLOCK
    memory = [passes(name, options) * nbytes / BANDWIDTH for name, options, _ in launches]
    issue = [instructions / rate for *_, instructions in launches]
    total = sum(max(pair) for pair in zip(memory, issue, strict=True))
    return total * 1e3, sum(memory) * 1e3, sum(i for *_, i in launches) / values


def measure(line, dtype, launches):
    """Return the estimates of forward, backward and evaluation."""
    groups, batch, by_position, shape, memory, *_ = line
    u = torch.empty(shape, dtype=dtype, device="meta")
    u = u if memory is None else u.to(memory_format=memory)
    weight = torch.empty(shape[2] if by_position else shape[1], dtype=dtype, device="meta")
    seed = torch.empty((), dtype=torch.int64, device="meta")
    layer = Layer(groups, batch, by_position, "exact", 1.0 if by_position else 0.4, 1.0, 1e-5)
    running = None
    if batch:
        buffers = [torch.empty(shape[1], device="meta") for _ in range(3)]
        running = (*buffers, seed, 0.1)
    found = []

    def take():
        found.append(estimate(launches, u.numel(), u.numel() * u.element_size()))
        launches.clear()

    _, saved = _triton.forward(u, weight, weight, seed, layer, running)
    take()
    _triton.backward(u, u, weight, saved, seed, layer, False)
    take()
    if batch:
        given = _operators.frozen_layer(u, layer.mode, layer.eps)
        _triton.evaluate(u, weight, weight, buffers, given)
    else:
        _triton.forward(u, weight, weight, None, layer._replace(noise=0.0))
    take()
    return found


def main():
    driver.set_active(Device())
    _triton._has_kernels = lambda device: True
    launches = []
    for module in (_triton_batch, _triton_rows, _triton_weights):
        module.processors = lambda device: PROCESSORS
    for module, names in (
        (_triton_rows, ("row_forward", "row_backward")),
        (_triton_stages, ("forward_stage", "backward_stage")),
    ):
        for name in names:
            setattr(module, name, Counted(getattr(module, name), launches))
    assert not _triton_common.INTERPRETED
    for i, dtype in enumerate((torch.float32, torch.bfloat16)):
        print(f"{dtype}: estimates, not measurements")
        print(f"{'':26}instructions a value    forward + backward     evaluation")
        print(f"{'':26}fwd  bwd  eval      ms (memory) : torch     ms : torch")
        for name, line in LINES.items():
            forward, backward, evaluation = measure(line, dtype, launches)
            both, memory = forward[0] + backward[0], forward[1] + backward[1]
            torchs = line[5 + i]
            counts = "".join(f"{part[2]:5.0f}" for part in (forward, backward, evaluation))
            print(
                f"{name:24}{counts}   {both:7.3f} ({memory:.3f}) {both / torchs[0]:6.2f}   "
                f"{evaluation[0]:7.3f} {evaluation[0] / torchs[1]:6.2f}",
                flush=True,
            )


main()
