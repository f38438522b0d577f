# SPDX-License-Identifier: BSD-3-Clause
"""The transform of one column, forward and back."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

from . import _core
from ._convert import floats, is_plain
from ._original_scale import OriginalScale
from ._out import check_out, deliver, takes_directly
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

    def transform(self, x: Any, *, out: np.ndarray | None = None, n_threads: int = 1) -> Any:
        """Transform values, which need not be those of the fit.

        Parameters
        ----------
        x : array_like
            Numbers of any shape.
        out : ndarray or None
            An array for the result, with the shape of x and the type that the result has; it may
            be x.  None makes a new one.
        n_threads : int, default 1
            The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
            The result does not depend on it.

        Returns
        -------
        ndarray or scalar
            The values z = (psi(x) - mean)/sd, or psi(x) if `standardize` was False, with the shape
            of x and its type: float32, or else float64.  With `out` it is that.

        Raises
        ------
        ValueError
            If n_threads is out of range, or `out` has another shape or is read-only.
        TypeError
            If x does not hold real numbers, or `out` is no array of the type of the result.
        """
        a = column(x)
        if out is not None:
            check_out(out, a.shape, a.dtype)
        z = empty_like(a) if out is None or not takes_directly(out, a) else out
        self._model.transform(flat(a), flat(z), threads(n_threads))
        if out is not None:
            return deliver(z, out)
        return z if a.ndim else z[()]

    def inverse(
        self,
        z: Any,
        *,
        outside: OUTSIDE = "nan",
        out: np.ndarray | None = None,
        n_threads: int = 1,
    ) -> Any:
        """Bring transformed values back.

        Parameters
        ----------
        z : array_like
            Numbers of any shape.
        outside : {"nan", "clip", "error"}, default "nan"
            What becomes of a z that comes from no x: NaN, the least or the greatest value of the
            fitted column, or a ValueError.
        out : ndarray or None
            An array for the result, with the shape of z and the type that the result has; it may
            be z, and an error leaves it as it is.  None makes a new one.
        n_threads : int, default 1
            The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
            The result does not depend on it.

        Returns
        -------
        ndarray or scalar
            The values x, with the shape of z and its type: float32, or else float64.  With `out`
            it is that.

        Raises
        ------
        ValueError
            If n_threads is out of range, `outside` is none of the three words, a z comes from no x
            and `outside` is "error", or `out` has another shape or is read-only.
        TypeError
            If z does not hold real numbers, or `out` is no array of the type of the result.

        Warns
        -----
        UserWarning
            If a z comes from no x, and `outside` is "nan".
        """
        a = column(z, "z")
        if out is not None:
            check_out(out, a.shape, a.dtype)
        direct = out is not None and outside != "error" and takes_directly(out, a)
        x = out if out is not None and direct else empty_like(a)
        (count,) = self._model.inverse(
            flat(a), flat(x), threads(n_threads), outside_number(outside)
        )
        if count and outside != "clip":
            message = f"{count} of {a.size} values lie outside the image of the transform"
            if outside == "error":
                raise ValueError(message)
            warnings.warn(f"{message}; they become NaN", UserWarning, stacklevel=2)
        if out is not None:
            return deliver(x, out)
        return x if a.ndim else x[()]


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
