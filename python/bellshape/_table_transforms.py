# SPDX-License-Identifier: BSD-3-Clause
"""The transforms of tables by a fitted PowerTransformer, forward and back."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

from ._column import ColumnTransform
from ._fitted import FittedColumns
from ._original_scale import pair
from ._parameters import LEVEL, outside_number, probability, threads
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

    def inverse_mean(self, X: Any, sd: Any) -> np.ndarray:
        """Compute the means of the columns, where their transforms are normal with the means X.

        A model of transformed values predicts X with errors of a standard deviation sd.
        `inverse_transform(X)` has the medians then, and this the means, as `Fit.inverse_mean` has
        them for one column.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            The means of the transformed values.
        sd : array_like
            Finite numbers, 0 or above, which broadcast with X: their standard deviations.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            The means: float32 if X is float32, or else float64.  `outside` says what becomes of
            transformed values that come from no x, as in `Fit.inverse_mean`.

        Raises
        ------
        NotFittedError
            If the transformer was not fitted.
        ValueError
            If X has other columns or an infinity; if sd is negative or not finite, or does not
            broadcast; if values come from no x, and `outside` is "error"; or if the method is
            "normal-scores".

        Warns
        -----
        UserWarning
            If a mean becomes NaN because values come from no x, and `outside` is "nan".
        """
        return self._column_by_column(X, sd, ColumnTransform.inverse_mean)

    def inverse_interval(
        self, X: Any, sd: Any, level: float = LEVEL
    ) -> tuple[np.ndarray, np.ndarray]:
        """Compute intervals of the columns, where their transforms are normal with the means X.

        An interval holds the value with the probability `level`, and leaves as much out below as
        above.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            The means of the transformed values.
        sd : array_like
            Finite numbers, 0 or above, which broadcast with X: their standard deviations.
        level : float, default 0.95
            The probability, above 0 and below 1.

        Returns
        -------
        (ndarray, ndarray) of shape (n_samples, n_features)
            The lower and the upper ends: float32 if X is float32, or else float64.  `outside` says
            what becomes of an end that comes from no x.

        Raises
        ------
        NotFittedError
            If the transformer was not fitted.
        ValueError
            If X has other columns or an infinity; if sd is negative or not finite, or does not
            broadcast; if `level` is out of range; or if an end comes from no x, and `outside` is
            "error".

        Warns
        -----
        UserWarning
            If an end comes from no x, and `outside` is "nan".
        """
        function, level = ColumnTransform.inverse_interval, probability(level)
        low, high = self._column_by_column(X, sd, function, level)
        return low, high

    def _column_by_column(self, X: Any, sd: Any, function: Any, *options: Any) -> np.ndarray:
        """Apply a method of ColumnTransform to each column of X and of sd."""
        model, X = self._fitted(), self._checked(X, reset=False)
        _, s, kind = pair(X, sd)
        if s.shape != X.shape:
            raise ValueError(f"sd: of shape {np.shape(sd)}, which does not fit X of {X.shape}")
        parts = []
        for j, name in enumerate(self._names()):
            column, chosen = ColumnTransform(model.column(j)), {"outside": self.outside}
            try:
                with warnings.catch_warnings(record=True) as caught:
                    warnings.simplefilter("always", UserWarning)
                    parts.append(
                        function(
                            column, X[:, j], s[:, j], *options, **chosen, n_threads=self.n_threads
                        )
                    )
            except ValueError as error:
                raise ValueError(f"column {name!r}: {error}") from None
            for warning in caught:
                warnings.warn(f"column {name!r}: {warning.message}", warning.category, stacklevel=3)
        return np.stack(parts, axis=-1).astype(kind, copy=False)
