# SPDX-License-Identifier: BSD-3-Clause
"""Makes data bell-shaped: maximum-likelihood Yeo-Johnson, its sketches, moments, normal samples.

Functions take arrays of float32 and float64 where they lie: whatever has the buffer protocol (NumPy, ctypes), DLPack
(PyTorch, JAX, on the CPU) or Arrow's capsules (Polars, PyArrow, pandas), read-only and strided too.  Other numbers
become float64.  Array results are NumPy arrays.  The GIL is released while the library computes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _core
from ._fit import Fit, Sketch, yeojohnson_fit
from ._functions import Moments, moments, standard_normal, yeojohnson, yeojohnson_inverse

if TYPE_CHECKING:
    from ._power_transformer import PowerTransformer

__all__ = [
    "Fit",
    "Moments",
    "PowerTransformer",
    "Sketch",
    "backend",
    "moments",
    "standard_normal",
    "yeojohnson",
    "yeojohnson_fit",
    "yeojohnson_inverse",
]
__version__: str = _core.version


def backend() -> str:
    """The instruction set in use: "avx512", "avx2", "scalar", "plain" or "neon".

    The environment variable BELLSHAPE_BACKEND chooses one by name before the first computation; RuntimeError if this
    machine cannot run it.  All but "plain" give the same bits.
    """
    return _core.backend()


def __getattr__(name: str) -> Any:
    # scikit-learn is imported only by those who use its class
    if name == "PowerTransformer":
        from ._power_transformer import PowerTransformer

        return PowerTransformer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
