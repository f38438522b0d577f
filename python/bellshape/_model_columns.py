# SPDX-License-Identifier: BSD-3-Clause
"""The columns of a fitted model, each of which transforms values by itself, also elsewhere."""

from __future__ import annotations

import warnings

from ._numpy import np
from ._parameters import least_of, outside_number
from ._power_transformer import PowerTransformer
from ._tables import refuse_outside


class ModelColumns:
    """What transforms the columns of tables, without the data of the fit: small when pickled.

    Parameters
    ----------
    model : PowerTransformer
        A fitted transformer.
    inverse : bool
        Whether to bring transformed values back.
    n_threads : int
        The number of threads.
    """

    def __init__(self, model: PowerTransformer, inverse: bool, n_threads: int) -> None:
        fitted = model._fitted()
        self.names, self.domains = model._names(), model._domains()
        self.columns = [fitted.column(j) for j in range(len(fitted))]
        self.inverse, self.outside, self.n_threads = inverse, model.outside, n_threads

    def apply(self, k: int, values: np.ndarray) -> np.ndarray:
        """Return the transform of values of column k, as an array of their type."""
        out = np.empty(values.shape, values.dtype)
        if not self.inverse:
            if np.isfinite(least_of(*self.domains[k])):
                refuse_outside(values[:, None], None, [self.domains[k]], [self.names[k]])
            self.columns[k].transform(values, out, self.n_threads)
            return out
        number = outside_number(self.outside)
        (count,) = self.columns[k].inverse(values, out, self.n_threads, number)
        if count and self.outside != "clip":
            message = f"values outside the image of the transform: {count} in {self.names[k]}"
            if self.outside == "error":
                raise ValueError(message)
            warnings.warn(f"{message}; they become NaN", UserWarning, stacklevel=2)
        return out
