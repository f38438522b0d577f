# SPDX-License-Identifier: BSD-3-Clause
"""The transform of one column, forward and back."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

from . import _core
from ._convert import floats, is_plain
from ._original_scale import OriginalScale
from ._parameters import OUTSIDE, outside_number, threads

if TYPE_CHECKING:
    import numpy as np


class ColumnTransform(OriginalScale):
    """The part of Fit that applies its model.

    Parameters
    ----------
    model : Model
        A model of one column.
    """

    _model: _core.Model

    def __init__(self, model: _core.Model) -> None:
        self._model = model
        self.__dict__.update(model.fits()[0])

    def transform(self, x: Any, *, n_threads: int = 1) -> Any:
        """Transform values, which need not be those of the fit.

        Parameters
        ----------
        x : array_like
            Numbers of any shape.
        n_threads : int, default 1
            The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
            The result does not depend on it.

        Returns
        -------
        ndarray or scalar
            The values z = (psi(x) - mean)/sd, or psi(x) if `standardize` was False, with the shape
            of x and its type: float32, or else float64.

        Raises
        ------
        ValueError
            If n_threads is out of range.
        TypeError
            If x does not hold real numbers.
        """
        a = column(x)
        out: Any = empty_like(a)
        self._model.transform(flat(a), flat(out), threads(n_threads))
        return out if a.ndim else out[()]

    def inverse(self, z: Any, *, outside: OUTSIDE = "nan", n_threads: int = 1) -> Any:
        """Bring transformed values back.

        Parameters
        ----------
        z : array_like
            Numbers of any shape.
        outside : {"nan", "clip", "error"}, default "nan"
            What becomes of a z that comes from no x: NaN, the least or the greatest value of the
            fitted column, or a ValueError.
        n_threads : int, default 1
            The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
            The result does not depend on it.

        Returns
        -------
        ndarray or scalar
            The values x, with the shape of z and its type: float32, or else float64.

        Raises
        ------
        ValueError
            If n_threads is out of range, `outside` is none of the three words, or a z comes from no
            x and `outside` is "error".
        TypeError
            If z does not hold real numbers.

        Warns
        -----
        UserWarning
            If a z comes from no x, and `outside` is "nan".
        """
        a = column(z, "z")
        out: Any = empty_like(a)
        (count,) = self._model.inverse(
            flat(a), flat(out), threads(n_threads), outside_number(outside)
        )
        if count and outside != "clip":
            message = f"{count} of {a.size} values lie outside the image of the transform"
            if outside == "error":
                raise ValueError(message)
            warnings.warn(f"{message}; they become NaN", UserWarning, stacklevel=2)
        return out if a.ndim else out[()]


def column(x: Any, name: str = "x") -> np.ndarray:
    if is_plain(x):
        plain: np.ndarray = x
        return plain
    from ._numpy import np

    return np.asarray(floats(x, name), order="C")


def empty_like(a: np.ndarray) -> np.ndarray:
    # Who has an array has NumPy; an import would take as long as the rest.
    out: np.ndarray = sys.modules["numpy"].empty(a.shape, a.dtype)
    return out


def flat(a: np.ndarray) -> np.ndarray:
    return a if a.ndim == 1 else a.reshape(-1)
