# SPDX-License-Identifier: BSD-3-Clause
"""The Triton kernels of bellshape.nn, on a machine without a GPU.

The interpreter of Triton runs them (nn_triton_interpreted.py and
those with it), and the compiler, which refuses what
the interpreter takes, compiles them for GPUs (nn_triton_compiled.py).  Both need a process of their
own: Triton decides when it is imported.
"""

import os
import pathlib
import re
import subprocess
import sys

import pytest

pytest.importorskip("torch")
triton = pytest.importorskip("triton")

from bellshape.nn import _triton  # noqa: E402

HERE = pathlib.Path(__file__).parent
VERSION = tuple(map(int, triton.__version__.split(".")[:2]))
# The layers of nn_triton_compiled.py that are compiled here: every kernel, each layout once.
FEW = ["layer 768", "layer 20001", "batch 7x7", "batch 7x7 last"]
TARGETS = ["cuda:80", "cuda:90", "hip:gfx942"]
# BELLSHAPE_LONG runs all cases, and compiles every layer for every GPU, as scripts/check-long does.
LONG = bool(os.environ.get("BELLSHAPE_LONG"))

if VERSION < _triton.MIN_TRITON:
    pytest.skip(f"Triton {triton.__version__} is older than the kernels", allow_module_level=True)


def run(*command, **environment):
    done = subprocess.run(
        [sys.executable, *command],
        cwd=HERE,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_interpreted():
    said = run(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("nn_triton_interpreted.py", "nn_triton_modules.py", "nn_triton_errors.py"),
        TRITON_INTERPRET="1",
    )
    print(said)
    assert int(re.search(r"(\d+) passed", said).group(1)) > (150 if LONG else 95)


@pytest.mark.parametrize("target", TARGETS if LONG else TARGETS[1:2])
def test_compiled(target, tmp_path):
    """Every kernel compiles, and no thread spills more than a few values."""
    said = run(
        *("nn_triton_compiled.py", target, *([] if LONG else FEW)),
        TRITON_CACHE_DIR=str(tmp_path),
        TRITON_INTERPRET="0",
    )
    kernels = [line for line in said.splitlines() if not line.startswith("#")]
    assert {line.split()[0] for line in kernels} == {
        *("row_forward", "row_backward", "weight_sums", "forward_stage", "backward_stage"),
        *("track", "samples"),
    }
    stacks = [int(n) for n in re.findall(r"(?:stack|vgpr_spill_count) (\d+)", said)]
    assert len(stacks) == len(kernels) and max(stacks) <= 64
