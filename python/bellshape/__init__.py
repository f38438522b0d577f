# SPDX-License-Identifier: BSD-3-Clause
"""A toolkit that makes data bell-shaped.

It fits the transforms of Yeo and Johnson and of Box and Cox by maximum likelihood, from values or
from sketches; computes moments and tests of normality; and makes normal samples.  `bellshape.nn`
has the layers of normality normalization for PyTorch.

Functions read arrays of float32 and float64 where they lie, read-only and strided ones too:
whatever has the buffer protocol (NumPy, ctypes), DLPack (PyTorch and JAX, on the CPU) or the
capsules of Arrow (Polars, PyArrow, pandas).  Other numbers become float64.  Results that are arrays
are NumPy arrays.  The GIL is released while the library computes.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from . import _core
from ._fit import Fit
from ._fits import best_fit, boxcox_fit, fit, yeojohnson_fit
from ._functions import Moments, moments, standard_normal, yeojohnson, yeojohnson_inverse
from ._normality import Normality, NormalityTest, normality
from ._regression import boxcox_regression, yeojohnson_regression
from ._report import Report, report
from ._sketch import Sketch
from ._verdict import Verdict

if TYPE_CHECKING:
    from ._batches import fit_batches, transform_batches
    from ._power_transformer import PowerTransformer
    from ._regression_fit import RegressionFit
    from ._table_sketch import TableSketch

__all__ = [
    "Fit",
    "Moments",
    "Normality",
    "NormalityTest",
    "PowerTransformer",
    "RegressionFit",
    "Report",
    "Sketch",
    "TableSketch",
    "Verdict",
    "backend",
    "best_fit",
    "boxcox_fit",
    "boxcox_regression",
    "fit",
    "fit_batches",
    "moments",
    "normality",
    "report",
    "standard_normal",
    "transform_batches",
    "yeojohnson",
    "yeojohnson_fit",
    "yeojohnson_inverse",
    "yeojohnson_regression",
]
__version__: str = _core.version

# Names whose modules are imported when they are first used, and the packages that these need.
LATER = {
    "PowerTransformer": "._power_transformer",
    "RegressionFit": "._regression_fit",
    "TableSketch": "._table_sketch",
    "fit_batches": "._batches",
    "transform_batches": "._batches",
}
NEEDED = {
    "PowerTransformer": ("numpy", "sklearn"),
    "RegressionFit": ("numpy",),
    "TableSketch": ("numpy",),
    "fit_batches": ("numpy", "sklearn"),
    "transform_batches": ("numpy", "sklearn"),
}


def backend() -> str:
    """Name the instruction set that the library uses.

    The environment variable BELLSHAPE_BACKEND chooses one by name before the first computation;
    without it the library takes the best one that this machine can run.

    Returns
    -------
    str
        "avx512", "avx2", "scalar" or "plain" on x86-64; "neon" or "scalar" on ARM.  All but "plain"
        give the same bits.

    Raises
    ------
    RuntimeError
        If this machine cannot run what BELLSHAPE_BACKEND names, or there is no such instruction
        set.

    Examples
    --------
    >>> backend() in ("avx512", "avx2", "scalar", "plain", "neon")
    True
    """
    return _core.backend()


def __dir__() -> list[str]:
    names = [*__all__, *(name for name in globals() if name.startswith("__"))]
    # help() looks up all names, and would end with the error of __getattr__.
    return [name for name in names if all(map(find_spec, NEEDED.get(name, ())))]


def __getattr__(name: str) -> Any:
    # NumPy and scikit-learn are imported only by those who use these names.
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(LATER[name], __name__), name)
    except ImportError as error:
        if name != "PowerTransformer":
            raise
        raise ImportError(
            "bellshape.PowerTransformer needs scikit-learn and NumPy: "
            'pip install "bellshape[sklearn]"'
        ) from error
