# SPDX-License-Identifier: BSD-3-Clause
"""PyTorch in the same process: its SLEEF is not ours, its tensors go in without copies."""

import os
import subprocess
import sys

import numpy as np
import pytest

import bellshape as b
from bellshape._convert import floats

torch = pytest.importorskip("torch")

DIGEST = """
import hashlib, numpy as np
x = np.exp(bellshape.standard_normal(5000, 1))
fit = bellshape.yeojohnson_fit(x)
found = (fit.transform(x), fit.lmbda, fit.ci95, fit.profile([0.1, 2.0]))
parts = (*found, bellshape.yeojohnson(x, 0.3), bellshape.moments(x))
print(hashlib.sha256(b"".join(np.asarray(part).tobytes() for part in parts)).hexdigest())
"""
ORDERS = {
    "alone": ("import bellshape", {}),
    "torch first": ("import torch, bellshape", {}),
    "torch last": ("import bellshape, torch", {}),
    # every symbol of PyTorch comes before those of what is loaded later
    "torch first, global": ("import torch, bellshape", {"TORCH_USE_RTLD_GLOBAL": "1"}),
}


def test_the_same_bits_before_and_after_torch():
    digests = {}
    for name, (imports, variables) in ORDERS.items():
        run = [sys.executable, "-c", imports + DIGEST]
        digests[name] = subprocess.run(
            run, env={**os.environ, **variables}, check=True, capture_output=True, text=True
        ).stdout
    assert len(set(digests.values())) == 1, digests


def test_tensors():
    x = torch.rand(1000, 3, dtype=torch.float64)
    for y in (x, x.T, x[::2], x[:, 1], x.float(), x.int()):
        want, found = b.moments(y.numpy()), b.moments(y)
        assert all(np.array_equal(w, f, equal_nan=True) for w, f in zip(want, found, strict=True))
    assert floats(x).ctypes.data == x.data_ptr()
    with pytest.raises(TypeError, match=r"requires? grad"):
        b.moments(x.requires_grad_())
    with pytest.raises(TypeError, match="x: "):
        b.moments(torch.ones(3, dtype=torch.bfloat16))
    with pytest.raises(TypeError, match=r"x: .*device"):
        b.moments(torch.ones(3, device="meta"))
