# SPDX-License-Identifier: BSD-3-Clause
"""The types of the package, as mypy sees them: inside, and from outside by py.typed."""

import subprocess
import sys

from conftest import ROOT

STRICT = [
    sys.executable,
    "-m",
    "mypy",
    "--strict",
    "--ignore-missing-imports",
    "--allow-subclassing-any",
    "--cache-dir=/dev/null",
]
USE = """
import bellshape
import numpy as np

fit: bellshape.Fit = bellshape.yeojohnson_fit([1.0, 2.0, 4.0], weights=None)
low: float = fit.ci95[0]
sketch: bellshape.Sketch = bellshape.Sketch() + bellshape.Sketch.from_bytes(b"")
values: np.ndarray = sketch.nodes()[0]
z: np.ndarray = bellshape.standard_normal((2, 3), seed=1, dtype=np.float32)
lambdas: np.ndarray = bellshape.PowerTransformer(bounds=(0, 1)).fit(z).lambdas_
"""


WRONG = """
import bellshape
bellshape.standard_normal(3)
fit: int = bellshape.backend()
bellshape.Sketch("yeo")
bellshape.Sketch.from_bytes(b"", "box")
bellshape.yeojohnson_inverse([1.0], 1, outside="zero")
bellshape.PowerTransformer("cox")
"""


def mypy(*args, **options):
    return subprocess.run([*STRICT, *map(str, args)], capture_output=True, text=True, **options)


def test_inside():
    found = mypy(*sorted((ROOT / "python" / "bellshape").glob("_*.py")))
    assert found.returncode == 0, found.stdout


def test_outside(tmp_path):
    for name, text, code in (("right", USE, 0), ("wrong", WRONG, 1)):
        (tmp_path / f"{name}.py").write_text(text)
        found = mypy(tmp_path / f"{name}.py", cwd=tmp_path)
        assert found.returncode == code, found.stdout
    lines = [line.split(":")[1] for line in found.stdout.splitlines() if "error:" in line]
    assert lines == ["3", "4", "5", "6", "7", "8"], found.stdout
