# SPDX-License-Identifier: BSD-3-Clause
"""The transforms of tables by a fitted PowerTransformer, forward and back."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

from ._fitted import FittedColumns
from ._parameters import outside_number, threads
from ._tables import TableInput


class TableTransforms(
    TableInput, FittedColumns, OneToOneFeatureMixin, TransformerMixin, BaseEstimator
):
    """The part of PowerTransformer that applies its model."""

    def transform(self, X: Any) -> np.ndarray:
        """Transform the columns of a table.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            The table, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            The transformed values: float32 if X is float32, or else float64.

        Raises
        ------
        NotFittedError
            If the transformer was not fitted.
        ValueError
            If X has other columns, an infinity, or a value outside the domain of the transform of
            its column, as one that is not above 0 for "box-cox" is.
        """
        model = self._fitted()
        X = self._checked(X, reset=False)
        self._check_domain(X, domains=self._domains())
        out = self._output(X)
        model.transform(X, out, threads(self.n_threads))
        return out

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Bring transformed values back.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            What `transform` gave.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            The values: float32 if X is float32, or else float64.

        Raises
        ------
        NotFittedError
            If the transformer was not fitted.
        ValueError
            If X has other columns or an infinity; or if a value is the transform of no x, and
            `outside` is "error".

        Warns
        -----
        UserWarning
            If a value is the transform of no x, and `outside` is "nan".
        """
        model = self._fitted()
        X = self._checked(X, reset=False)
        # An error leaves X as it is.
        out = np.empty_like(X) if self.outside == "error" else self._output(X)
        number = outside_number(self.outside)
        counts = model.inverse(X, out, threads(self.n_threads), number)
        if any(counts) and self.outside != "clip":
            where = ", ".join(
                f"{n} in {name}" for n, name in zip(counts, self._names(), strict=True) if n
            )
            message = f"values outside the image of the transform: {where}"
            if self.outside == "error":
                raise ValueError(message)
            warnings.warn(f"{message}; they become NaN", UserWarning, stacklevel=2)
        return out
