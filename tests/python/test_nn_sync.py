# SPDX-License-Identifier: BSD-3-Clause
"""SyncBatchNormalNorm: two processes give what one gives on the whole batch."""

import pathlib
import subprocess
import sys
import time

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

import bellshape.nn as bn  # noqa: E402
import nn_sync_process as processes  # noqa: E402

pytestmark = pytest.mark.skipif(
    not torch.distributed.is_available() or not torch.distributed.is_gloo_available(),
    reason="needs gloo",
)
TOLERANCE = {torch.float64: 1e-12, torch.float32: 2e-5, torch.bfloat16: 8e-3}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What each of two processes found."""
    file = tmp_path_factory.mktemp("sync") / "rendezvous"
    command = [sys.executable, str(pathlib.Path(processes.__file__)), str(file)]
    errors = [file.with_suffix(f".errors{rank}") for rank in range(2)]
    running = []
    for rank, path in enumerate(errors):
        with open(path, "w") as log:
            running.append(subprocess.Popen([*command, str(rank), "2"], stderr=log))
    try:
        # A process whose partner has died waits for it.
        deadline = time.monotonic() + 300
        while any(p.poll() is None for p in running) and time.monotonic() < deadline:
            if any(p.poll() for p in running):
                break
            time.sleep(0.05)
        assert all(p.poll() == 0 for p in running), [path.read_text() for path in errors]
    finally:
        for p in running:
            p.kill()
            p.wait()
    return [torch.load(f"{file}.{rank}", weights_only=True) for rank in range(2)]


def kind_of(shape):
    return {1: bn.BatchNormalNorm1d, 2: bn.BatchNormalNorm1d, 3: bn.BatchNormalNorm2d}[len(shape)]


def close(a, b, tolerance):
    a, b = a.double(), b.double()
    assert a.shape == b.shape
    assert (a - b).abs().max() <= tolerance * b.abs().max().clamp(min=1) if b.numel() else True


@pytest.mark.parametrize("path", processes.PATHS)
@pytest.mark.parametrize("case", processes.CASES)
def test_two_processes_are_one(case, path, found):
    _, dtype, _, _parts, shape = processes.CASES[case]
    steps, buffers = processes.train(case, kind_of(shape))
    tolerance = TOLERANCE[dtype]
    first, second = (f[path, case] for f in found)
    for whole, a, b in zip(steps, first[0], second[0], strict=True):
        for i, expected in enumerate(whole):
            # Outputs and gradients of the input follow each other, those of weights add up.
            got = torch.cat((a[i], b[i])) if i < 2 else a[i] + b[i]
            close(got, expected, tolerance)
            assert got.dtype == expected.dtype
    for a, b, expected in zip(first[1], second[1], buffers, strict=True):
        assert torch.equal(a, b)
        close(a, expected, max(tolerance / 10, 1e-12) if dtype != torch.bfloat16 else 1e-5)


def test_a_single_value_is_an_error_everywhere(found):
    assert all("more than 1 value" in f["one value"] for f in found)


def test_parallel_networks(found):
    """Under DistributedDataParallel, which takes the mean of the gradients."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), bn.BatchNormalNorm1d(4))
    net(torch.ones(4, 3) * torch.arange(4)[:, None]).sum().backward()
    expected = [net[0].weight.grad / 2, *net[1].buffers()]
    for rank in found:
        for a, b in zip(rank["parallel"], expected, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)


# ---- in one process ----


def test_alone_it_is_the_batch_layer():
    a, b = bn.SyncBatchNormalNorm(4, noise=0), bn.BatchNormalNorm2d(4, noise=0)
    x = torch.randn(3, 4, 2, 5)
    assert torch.equal(a(x), b(x)) and torch.equal(a.eval()(x), b.eval()(x))
    with pytest.raises(ValueError, match="at least 2D"):
        a(torch.randn(4))


def test_conversion():
    norm = bn.BatchNormalNorm2d(
        4, eps=1e-3, momentum=0.3, noise=0.2, alpha=0.5, mode="compat", bounds=(0.5, 1.5)
    )
    norm.running_lmbda.fill_(0.7)
    old = nn.Sequential(norm, nn.BatchNorm1d(3), nn.ReLU(), nn.Sequential(norm)).eval()
    state = {name: t.clone() for name, t in old.state_dict().items()}
    new = bn.convert_sync_batchnorm(old)
    assert new is old and new[0] is new[3][0]
    assert type(new[0]) is bn.SyncBatchNormalNorm and type(new[1]) is nn.SyncBatchNorm
    assert new[0].weight is norm.weight and not new[0].training
    for name in ("eps", "momentum", "noise", "alpha", "mode", "bounds"):
        assert getattr(new[0], name) == getattr(norm, name)
    for name, t in new.state_dict().items():
        assert torch.equal(t, state[name])
    single = bn.convert_sync_batchnorm(bn.BatchNormalNorm1d(3, affine=False))
    assert type(single) is bn.SyncBatchNormalNorm and single.weight is None
    with pytest.warns(UserWarning, match="no batch norm"):
        bn.convert_sync_batchnorm(nn.Linear(2, 2))


def test_torchs_conversion_is_refused():
    for norm in (bn.BatchNormalNorm1d(3), bn.SyncBatchNormalNorm(3)):
        with pytest.raises(TypeError, match=r"bellshape\.nn\.convert_sync_batchnorm"):
            nn.SyncBatchNorm.convert_sync_batchnorm(nn.Sequential(norm))
