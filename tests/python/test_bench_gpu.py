# SPDX-License-Identifier: BSD-3-Clause
"""bench/gpu.py from its first line to its last, on tiny layers.

The C library stands for the kernels, the CPU for the GPU, and times are those of a clock that ticks
once a call: what counts is that every call and every line works.
"""

import importlib.util
import pathlib
import sys
import types

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

import bellshape  # noqa: E402
from bellshape.nn import _triton  # noqa: E402

PATH = pathlib.Path(__file__).parents[2] / "bench" / "gpu.py"


class Event:
    """An event of a GPU, whose times are 1, 2, 3 ... ms."""

    clock = 0

    def __init__(self, enable_timing=False):
        assert enable_timing

    def record(self):
        Event.clock += 1
        self.time = Event.clock

    def elapsed_time(self, end):
        return float(end.time - self.time)


def authors():
    """A file with modules as the authors have them."""
    module = types.ModuleType("authors")
    module.BatchNormalNorm2d, module.LayerNormalNorm = nn.BatchNorm2d, nn.LayerNorm
    module.GroupNormalNorm = lambda channels, groups: nn.GroupNorm(groups, channels)
    return module


def network():
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.LayerNorm(16), nn.Linear(16, 10)
    )


@pytest.fixture
def bench(monkeypatch):
    spec = importlib.util.spec_from_file_location("bench_gpu", PATH)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    imitations = {
        "is_available": lambda: True,
        "synchronize": lambda: None,
        "_sleep": lambda _: None,
        "memory_allocated": lambda: 0,
        "reset_peak_memory_stats": lambda: None,
        "max_memory_allocated": lambda: 200,
        "get_device_name": lambda: "a GPU of paper",
        "Event": Event,
    }
    for name, imitation in imitations.items():
        monkeypatch.setattr(torch.cuda, name, imitation)
    models = types.ModuleType("torchvision.models")
    models.resnet50 = models.vit_b_16 = network
    vision = types.ModuleType("torchvision")
    vision.models = models
    monkeypatch.setitem(sys.modules, "torchvision", vision)
    small = {
        "DEVICE": "cpu",
        "COLD_BYTES": 1024,
        "CALLS": 1,
        "NOISE_COUNT": 1000,
        "BATCH": [(3, 2, 3, 3)],
        "GROUP": (2, 4, 3, 3),
        "LAYERS": [(4, 8)],
        "TARGETS": {torch.float32: [0.5, 1.6, 0.9, 1.0], torch.bfloat16: [0.5, 1.6, 0.9, 1.0]},
        "CHECKED": {
            "batch": (bench.CHECKED["batch"][0]._replace(groups=2), (8, 2, 3, 3)),
            "layer": (bench.CHECKED["layer"][0], (3, 1, 40)),
        },
        "SMALL": [(*kinds, 2, shape) for *kinds, _, _ in bench.SMALL for shape in [(2, 2, 2, 2)]],
        "NETWORKS": {name: (n[0], 2, 4) for name, n in bench.NETWORKS.items()},
    }
    for name, value in small.items():
        assert hasattr(bench, name)
        monkeypatch.setattr(bench, name, value)
    monkeypatch.setattr(_triton, "_has_kernels", lambda _: True)
    monkeypatch.setattr(_triton, "normal", samples)
    return bench


def samples(seed, count, dtype):
    return torch.from_numpy(bellshape.standard_normal(count, seed.item(), dtype="float32"))


def test_every_line(bench, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["gpu.py"])
    # The authors' modules are in one of the two tables.
    measure, given = bench.measure, {torch.float32: authors(), torch.bfloat16: None}
    monkeypatch.setattr(bench, "measure", lambda dtype, _: measure(dtype, given[dtype]))
    status = bench.main()
    said = capsys.readouterr().out
    print(said)
    assert status == 0 and "WRONG" not in said
    assert "noise: 0 of 1000 samples differ" in said
    assert said.count("  targets   forward + backward 1.00 (<= 0.5, MISSED)") == 2
    assert said.count("authors : ours 1.00 (>= 20, MISSED)") == 4
    assert said.count("(<= 0.15") == 2 and said.count("bellshape : torch 1.00 (<= 1.05)") == 2
    assert "of 32 targets are met" in said


def test_wrong_results_are_found(bench, monkeypatch, capsys):
    monkeypatch.setattr(bench, "TOLERANCE", dict.fromkeys(bench.TOLERANCE, 0.0))
    assert not bench.check()
    assert capsys.readouterr().out.count("WRONG") == 9


def test_no_gpu_and_no_kernels(bench, monkeypatch, capsys):
    monkeypatch.setattr(_triton, "_has_kernels", lambda _: False)
    assert bench.main() == 2
    assert "no kernels for a GPU of paper" in capsys.readouterr().err
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert bench.main() == 2
    assert "no GPU" in capsys.readouterr().err
