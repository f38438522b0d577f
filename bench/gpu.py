# SPDX-License-Identifier: BSD-3-Clause
"""The layers on an NVIDIA GPU: that they are right, and how fast they are.

python bench/gpu.py [layers.py of github.com/DanielEftekhari/normality-normalization]

First the results are compared with plain torch in float64 on the CPU, and the noise, bit by bit,
with that of the C library.  Then come tables of times and memory, each line of one layer in
training with noise as by default, and in evaluation:

    torch       torch's own norm, without transform and noise
    fallback    plain torch on the GPU, which computes what no kernel takes
    authors     the code of the paper's authors, if its file is named
    floor       what a copy of the same bytes takes: 2 tensors forward, 3 backward

Times are ms of the GPU, medians of calls that take turns, each on other tensors than the call
before, so that no cache holds them.  The CPU is ahead of the GPU throughout.  Below each line stand
the targets, and whether they are met.  Last come the host time of small calls, and if torchvision
is there, training steps of two networks.  The exit status is 1 if a result is wrong, and 2 if there
is no GPU; a target that is missed changes nothing.
"""

import contextlib
import importlib.util
import statistics
import sys
import time

import torch
from torch import nn

import bellshape
import bellshape.nn as bn
from bellshape.nn import _operators, _torch, _triton
from bellshape.nn._torch import Layer

DEVICE = "cuda"
# Errors, in units of the largest value.
TOLERANCE = {"out": 1e-6, "saved": 2.5e-6, "input": 1e-6, "weight": 1e-6, "bias": 1e-6}
NOISE_COUNT = 2**26
# More than any L2 cache.
COLD_BYTES = 2**28
CALLS = 24
# About a tenth of a second.
BUSY_CYCLES = 200_000_000
SEED = 2**62 + 12345678901

BATCH = [(256, 64, 56, 56), (128, 256, 28, 28), (64, 512, 14, 14)]
GROUP = (64, 256, 32, 32)
LAYERS = [(8192, 1024), (32768, 768), (16384, 4096)]

# The most that forward and backward may take, in times of torch's own norm: by type, the lines of
# cases() in their order.
TARGETS = {
    torch.float32: [0.5, 1.2, 1.5, 1.6, 1.6, 1.6, 0.9, 1.0, 1.0, 1.0],
    torch.bfloat16: [0.3, 0.8, 1.2, 1.5, 1.5, 1.5, 0.9, 1.3, 1.3, 1.3],
}
MAX_EVALUATION, MIN_AUTHORS, MAX_PEAK, MAX_HOST_MS, MAX_STEP = 1.0, 20.0, 2.1, 0.15, 1.05


def cases():
    """Return name, shape, memory format, ours, torch's, and the name and arguments of the authors'
    module, of every line.
    """
    for memory in (torch.contiguous_format, torch.channels_last):
        for shape in BATCH:
            c, last = shape[1], " last" if memory is torch.channels_last else ""
            name = f"batch {'x'.join(map(str, shape))}{last}"
            theirs = ("BatchNormalNorm2d", c)
            yield name, shape, memory, bn.BatchNormalNorm2d(c), nn.BatchNorm2d(c), theirs
    shape, memory, groups, c = GROUP, torch.contiguous_format, min(32, GROUP[1] // 2), GROUP[1]
    theirs = ("GroupNormalNorm", c, groups)
    ours, native = bn.GroupNormalNorm(groups, c), nn.GroupNorm(groups, c)
    yield f"group {'x'.join(map(str, shape))}", shape, memory, ours, native, theirs
    for shape in LAYERS:
        n = shape[1]
        name = f"layer {shape[0]}x{n}"
        yield name, shape, memory, bn.LayerNormalNorm(n), nn.LayerNorm(n), ("LayerNormalNorm", n)


# ---- right or wrong ----


def random(shape, dtype, seed):
    """Skewed, off zero."""
    generator = torch.Generator().manual_seed(seed)
    return (torch.randn(shape, generator=generator).mul(0.6).exp() - 0.5).to(dtype)


def check_noise():
    """Return how many samples have other bits than those of C."""
    made = _triton.normal(torch.tensor(SEED, device=DEVICE), NOISE_COUNT, torch.float32)
    expected = torch.from_numpy(bellshape.standard_normal(NOISE_COUNT, SEED, dtype="float32"))
    return (made.cpu() != expected).sum().item()


def found(device, u, weight, bias, g, layer):
    """Return out, saved, and the gradients, by the operators."""
    inputs = [t.to(device).requires_grad_() for t in (u, weight, bias)]
    seed = torch.tensor(SEED, device=device)
    out, saved = _operators.normal_norm(*inputs, seed, *layer)
    gradients = torch.autograd.grad(out, inputs, g.to(device))
    return [t.detach().double().cpu() for t in (out, saved, *gradients)]


def expected(u, weight, bias, g, layer):
    """Return the same by plain torch in float64, with the noise of C."""
    inputs = [t.double().requires_grad_() for t in (u, weight, bias)]
    samples = bellshape.standard_normal(u.numel(), SEED, dtype="float32")
    z = torch.from_numpy(samples).double() if layer.noise else None
    out, saved = _torch.forward(*inputs, z, layer)
    gradients = torch.autograd.grad(out, inputs, g.double())
    return [t.detach() for t in (out, saved, *gradients)]


CHECKED = {
    "layer": (Layer(1, False, True, "exact", 1.0, 1.0, 1e-5), (64, 1, 768)),
    "layer, odd": (Layer(1, False, True, "exact", 1.0, 1.0, 1e-5), (33, 1, 1001)),
    "layer, large": (Layer(1, False, True, "exact", 1.0, 1.0, 1e-5), (5, 1, 20001)),
    "group": (Layer(8, False, False, "exact", 0.4, 1.0, 1e-5), (8, 64, 16, 16)),
    "group, odd": (Layer(8, False, False, "exact", 0.4, 1.0, 1e-5), (8, 64, 7, 7)),
    "group, large": (Layer(8, False, False, "exact", 0.4, 1.0, 1e-5), (3, 64, 61, 61)),
    "instance": (Layer(16, False, False, "exact", 0.4, 1.0, 1e-5), (8, 16, 28, 28)),
    "batch": (Layer(64, True, False, "exact", 0.4, 1.0, 1e-5), (32, 64, 28, 28)),
    "batch, odd": (Layer(64, True, False, "exact", 0.4, 1.0, 1e-5), (32, 64, 7, 7)),
    "batch, one position": (Layer(64, True, False, "exact", 0.4, 1.0, 1e-5), (1000, 64)),
}


def check():
    """Print the errors of every layer; return whether all are small."""
    wrong = check_noise()
    print(f"noise: {wrong} of {NOISE_COUNT} samples differ from those of the C library")
    good = wrong == 0
    print(f"largest errors{'':14}{''.join(f'{name:>9}' for name in TOLERANCE)}")
    for name, (layer, shape) in CHECKED.items():
        for mode in ("exact", "compat", "normalize_only"):
            for last in (False, True) if layer.batch and len(shape) == 4 else (False,):
                used = layer._replace(mode=mode)
                u, g = random(shape, torch.float32, 0), random(shape, torch.float32, 1)
                if last:
                    u = u.to(memory_format=torch.channels_last)
                size = shape[2] if layer.by_position else shape[1]
                weights = [random(size, torch.float32, seed) for seed in (2, 3)]
                pairs = zip(
                    found(DEVICE, u, *weights, g, used),
                    expected(u, *weights, g, used),
                    strict=True,
                )
                errors = []
                for got, right in pairs:
                    if mode == "normalize_only" and right.shape[-1] == 9 and right.dim() == 2:
                        right[:, 7] = 0
                    errors.append(((got - right).abs().max() / right.abs().max()).item())
                small = all(e <= t for e, t in zip(errors, TOLERANCE.values(), strict=True))
                good = good and small
                title = f"{name}{' last' if last else ''}, {mode}"
                print(
                    f"{title:28}{''.join(f'{e:9.1e}' for e in errors)}{'' if small else '  WRONG'}"
                )
    return good


# ---- time and memory ----


def times(calls):
    """Return the median time of each of some calls, in ms, taken in turn."""
    events = [[] for _ in calls]
    for call in calls:
        call(0)
    torch.cuda.synchronize()
    # While the GPU is busy with this, the CPU gets ahead.
    torch.cuda._sleep(BUSY_CYCLES)
    for i in range(CALLS):
        for call, list_ in zip(calls, events, strict=True):
            start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            start.record()
            call(i + 1)
            end.record()
            list_.append((start, end))
    torch.cuda.synchronize()
    return [statistics.median(a.elapsed_time(b) for a, b in list_) for list_ in events]


def forward_call(name, module, inputs):
    def call(i):
        with torch.no_grad(), kernels(name != "fallback"):
            module(inputs[i % len(inputs)])

    return call


def both_call(name, module, inputs):
    parameters, g = list(module.parameters()), torch.ones_like(inputs[0])

    def call(i):
        x = inputs[i % len(inputs)]
        with kernels(name != "fallback"):
            torch.autograd.grad(module(x), [x, *parameters], g)

    return call


def peak(name, module, x):
    """Return the memory that forward and backward need beside the input and out's gradient, in
    tensors of the size of the input.
    """
    g = torch.ones_like(x)
    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    with kernels(name != "fallback"):
        gradients = torch.autograd.grad(module(x), [x, *module.parameters()], g)
    torch.cuda.synchronize()
    del gradients
    return (torch.cuda.max_memory_allocated() - before) / x.nbytes


@contextlib.contextmanager
def kernels(used):
    """Let our modules go to their kernels, or to plain torch."""
    has = _triton._has_kernels
    if not used:
        _triton._has_kernels = lambda _: False
    try:
        yield
    finally:
        _triton._has_kernels = has


def judged(name, value, limit, least=False):
    """Describe a target and whether it is met."""
    met = value >= limit if least else value <= limit
    JUDGED.append(met)
    return f"{name} {value:.2f} ({'>=' if least else '<='} {limit:g}{'' if met else ', MISSED'})"


# Whether each target is met.
JUDGED = []


def measure(dtype, authors):
    """Print the table of a type."""
    print(f"\n{dtype}: forward / forward and backward / evaluation in ms; peak in inputs")
    copied = torch.empty(COLD_BYTES // 4, device=DEVICE)
    [copy] = times([lambda _: copied.clone()])
    rate = 2 * copied.nbytes / copy
    print(f"a copy moves {rate / 1e9:.2f} TB/s")
    for target, (name, shape, memory, ours, native, theirs) in zip(
        TARGETS[dtype], cases(), strict=True
    ):
        modules = {"bellshape": ours, "torch": native, "fallback": ours}
        if authors:
            modules["authors"] = getattr(authors, theirs[0])(*theirs[1:])
        modules = {key: m.to(DEVICE, dtype) for key, m in modules.items()}
        rows, peaks, nbytes = measured(modules, shape, memory, dtype)
        size = nbytes / rate
        print(f"{name}: floor {2 * size:.3f} / {5 * size:.3f} / {2 * size:.3f}")
        for (key, *_), *three, peak_ in zip(modules.items(), *rows, peaks, strict=True):
            ratios = " / ".join(f"{t / row[1]:.2f}" for t, row in zip(three, rows, strict=True))
            print(
                f"  {key:10}{' / '.join(f'{t:.3f}' for t in three)}   : torch {ratios}   "
                f"peak {peak_:.2f}",
                flush=True,
            )
        both, evaluation = rows[1], rows[2]
        found = [
            judged("forward + backward", both[0] / both[1], target),
            judged("evaluation", evaluation[0] / evaluation[1], MAX_EVALUATION),
            judged("peak", peaks[0], MAX_PEAK),
        ]
        if authors:
            fastest = min(row[3] / row[0] for row in rows)
            found.append(judged("authors : ours", fastest, MIN_AUTHORS, least=True))
        print(f"  targets   {', '.join(found)}", flush=True)


def measured(modules, shape, memory, dtype):
    """Return times of forward, of forward and backward, and of evaluation, by module; peaks of
    memory; and the bytes of an input.
    """
    one = torch.randn(shape, device=DEVICE, dtype=dtype)
    count = max(2, min(8, COLD_BYTES // one.nbytes))
    inputs = [
        torch.randn_like(one).contiguous(memory_format=memory).requires_grad_()
        for _ in range(count)
    ]
    del one
    for m in modules.values():
        m.train()
    rows = [times([forward_call(key, m, inputs) for key, m in modules.items()])]
    rows.append(times([both_call(key, m, inputs) for key, m in modules.items()]))
    peaks = [peak(key, m, inputs[0]) for key, m in modules.items()]
    for m in modules.values():
        m.eval()
    rows.append(times([forward_call(key, m, inputs) for key, m in modules.items()]))
    return rows, peaks, inputs[0].nbytes


# Modules, their argument, and an input.
SMALL = [
    (bn.LayerNormalNorm, nn.LayerNorm, 1024, (8, 1024)),
    (bn.BatchNormalNorm2d, nn.BatchNorm2d, 64, (4, 64, 7, 7)),
]


def host_time():
    """Print what a small call takes of the CPU."""
    print("\nhost time of a small call, forward, in ms")
    for *kinds, size, shape in SMALL:
        x, spent, modules = torch.randn(shape, device=DEVICE), [], [kind(size) for kind in kinds]
        for module in modules:
            module.to(DEVICE)
            for _ in range(CALLS):
                module(x)
            torch.cuda.synchronize()
            start = time.perf_counter()
            for _ in range(8 * CALLS):
                module(x)
            spent.append((time.perf_counter() - start) / (8 * CALLS) * 1e3)
            torch.cuda.synchronize()
        name = f"{kinds[1].__name__} {'x'.join(map(str, shape))}"
        print(f"  {name}: torch {spent[1]:.3f}, {judged('bellshape', spent[0], MAX_HOST_MS)}")


# ---- networks ----

# name: the function of torchvision.models, what converts its norms, batch, size of a picture
NETWORKS = {
    "resnet50": (bn.convert_batchnorm, 64, 224),
    "vit_b_16": (bn.convert_layernorm, 64, 224),
}


def step_call(network, images, labels):
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3)

    def call(i):
        optimizer.zero_grad()
        with torch.autocast(torch.device(DEVICE).type, torch.bfloat16):
            loss = nn.functional.cross_entropy(network(images[i % len(images)]), labels)
        loss.backward()
        optimizer.step()

    return call


def networks():
    """Print what a training step takes with torch's norms, and with ours."""
    try:
        from torchvision import models
    except ImportError:
        print("\ntorchvision is not there: no networks")
        return
    print("\ntraining steps under autocast with bfloat16, in ms")
    for name, (convert, batch, size) in NETWORKS.items():
        pair = [getattr(models, name)() for _ in range(2)]
        convert(pair[0])
        images = [torch.randn(batch, 3, size, size, device=DEVICE) for _ in range(2)]
        labels = torch.randint(10, (batch,), device=DEVICE)
        calls = [step_call(m.to(DEVICE).train(), images, labels) for m in pair]
        for call in calls:
            call(0)
        ours, native = times(calls)
        ratio = judged("bellshape : torch", ours / native, MAX_STEP)
        print(f"  {name}: torch {native:.2f}, bellshape {ours:.2f}, {ratio}", flush=True)


def main():
    if not torch.cuda.is_available():
        print("bench/gpu.py: no GPU that torch can use; nothing was checked", file=sys.stderr)
        return 2
    device = torch.empty(0, device=DEVICE).device
    if not _triton._has_kernels(device):
        print(
            f"bench/gpu.py: bellshape has no kernels for {torch.cuda.get_device_name()} with this "
            "torch; they need an NVIDIA GPU of compute capability "
            f"{'.'.join(map(str, _triton.MIN_CAPABILITY))} and Triton "
            f"{'.'.join(map(str, _triton.MIN_TRITON))}",
            file=sys.stderr,
        )
        return 2
    authors = None
    if len(sys.argv) > 1:
        spec = importlib.util.spec_from_file_location("authors", sys.argv[1])
        authors = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(authors)
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}")
    good = check()
    for dtype in (torch.float32, torch.bfloat16):
        measure(dtype, authors)
    host_time()
    networks()
    print(f"\n{sum(JUDGED)} of {len(JUDGED)} targets are met")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
