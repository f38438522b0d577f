# SPDX-License-Identifier: BSD-3-Clause
"""The tables that a PowerTransformer reads and makes, and the checks of its input."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from ._convert import floats, known_table, whole_strides
from ._parameters import (
    FIXED,
    boolean,
    candidate_bits,
    criterion_number,
    interval,
    least_of,
    margin_number,
    method_among,
    method_number,
    outside_number,
    skips,
    threads,
    weight_type_number,
)

# What the methods of a table can take: the method of each column, and its shift or NaN.
Domains = list[tuple[str, float]]


# Rows that are checked together: few, so that a transform in place allocates next to nothing.
ROWS_AT_ONCE = 4096


def refuse_outside(X: np.ndarray, weights: np.ndarray | None, domains: Domains, names: Any) -> None:
    """Raise ValueError, with all columns that do not suit, if a method cannot take a value."""
    least = np.array([least_of(*domain) for domain in domains], dtype=np.float64)
    is_open = np.array([method != "sqrt" for method, _ in domains])
    rows = np.full(X.shape[1], -1)
    for start in range(0, len(X), ROWS_AT_ONCE):
        part = X[start : start + ROWS_AT_ONCE]
        outside: np.ndarray = np.where(is_open, least >= part, least > part)
        if weights is not None:
            outside &= weights[start : start + ROWS_AT_ONCE, None] != 0
        new = outside.any(0) & (rows < 0)
        rows[new] = start + outside.argmax(0)[new]
    columns = np.flatnonzero(rows >= 0)
    if columns.size:
        found = ", ".join(f"{names[j]!r} has {X[rows[j], j]:.6g} in row {rows[j]}" for j in columns)
        method, end = domains[columns[0]][0], least[columns[0]]
        # The first words are scikit-learn's, whose checks expect them.
        what = (
            "The Box-Cox transformation can only be applied to strictly positive data"
            if method == "box-cox"
            else f"{method} takes values {'not below' if method == 'sqrt' else 'above'} {end:.6g}"
        )
        raise ValueError(f"{what}: {found}")


def fixed_lambdas(given: Any, names: list[str], method: str) -> bytes | None:
    """Return one double a column, NaN where lambda is estimated, or None if all are.

    The columns of a table without names are x0, x1, ... in dicts, too.
    """
    if given is None:
        return None
    method_among("lambdas", method, FIXED)
    if isinstance(given, Mapping):
        return np.array(named_lambdas(given, names)).tobytes()
    fixed = np.asarray(floats(given, "lambdas"), np.float64)
    if fixed.shape != (len(names),):
        raise ValueError(f"lambdas: of shape {(len(names),)}, not {fixed.shape}")
    if np.isinf(fixed).any():
        raise ValueError("lambdas: finite numbers, or NaN where lambda is to be estimated")
    return fixed.tobytes()


def named_lambdas(given: Mapping[Any, Any], names: list[str]) -> list[float]:
    """Return the lambdas that a dict has by the names of columns or their indices; NaN for none."""
    fixed = [math.nan] * len(names)
    for key, lmbda in given.items():
        index = names.index(key) if key in names else key
        is_index = hasattr(index, "__index__") and not isinstance(index, bool)
        if not is_index or index not in range(len(names)):
            raise ValueError(f"lambdas: there is no column {key!r}")
        value = floats(lmbda, "lambdas")
        if value.ndim or not np.isfinite(value):
            raise ValueError(f"lambdas: a finite number for column {key!r}, not {lmbda!r}")
        fixed[index] = float(value)
    return fixed


class TableInput(BaseEstimator):
    """The part of PowerTransformer that checks parameters and tables."""

    def _check_parameters(self) -> None:
        method_number(self.method)
        for name in ("standardize", "copy", "keep_sketches", "robust", "round_lambda"):
            boolean(name, getattr(self, name))
        interval(self.bounds)
        outside_number(self.outside)
        weight_type_number(self.weight_type)
        criterion_number(self.criterion)
        margin_number(self.margin)
        candidate_bits(self.candidates)
        skips(self.skip)
        threads(self.n_threads)

    def _check_domain(
        self, X: np.ndarray, weights: np.ndarray | None = None, *, domains: Domains
    ) -> None:
        """Refuse what is outside the domain of the method of a column."""
        if any(np.isfinite(least_of(*domain)) for domain in domains):
            refuse_outside(X, weights, domains, self._names())

    def _checked(self, X: Any, reset: bool) -> Any:
        return validate_data(
            self,
            known_table(X),
            reset=reset,
            dtype=(np.float64, np.float32),
            ensure_all_finite="allow-nan",
            copy=False,
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    def _output(self, X: np.ndarray) -> np.ndarray:
        in_place = not self.copy and X.flags.writeable and X.flags.aligned and whole_strides(X)
        return X if in_place else np.empty_like(X)
