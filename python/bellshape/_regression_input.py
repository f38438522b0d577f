# SPDX-License-Identifier: BSD-3-Clause
"""What a regression is given: read, checked, and without the rows that lack something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ._convert import floats

# The label of the intercept of a regression without groups.
INTERCEPT = "intercept"


@dataclass
class RegressionInput:
    """The rows of a regression in which nothing is missing.

    X has one row for each column of the design, y one for each response.  `codes` are the groups of
    the values, or None without an intercept; `labels` are the names of the intercepts.  `rows` are
    the numbers that the rows had.
    """

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None
    codes: np.ndarray | None
    labels: list[str]
    columns: list[str]
    flat: bool
    responses: list[str]
    single: bool
    rows: np.ndarray
    missing: int

    def names(self) -> list[str]:
        """Return what errors call the responses."""
        return names_of("y", self.responses, self.single)


def read(X: Any, y: Any, weights: Any, groups: Any, fit_intercept: bool) -> RegressionInput:
    responses, single, Y = table(y, "y")
    if not len(Y):
        raise ValueError("y: at least one column of responses")
    n = Y.shape[1]
    columns, flat, design = ([], False, np.empty((0, n))) if X is None else table(X, "X", n)
    keep = ~(np.isnan(Y).any(axis=0) | np.isnan(design).any(axis=0))
    codes, labels = None, list[str]()
    if groups is not None:
        if not fit_intercept:
            raise ValueError("groups: each has its intercept; fit_intercept must be True")
        codes, labels = group_codes(groups, n)
        keep &= codes >= 0
    elif fit_intercept:
        codes, labels = np.zeros(n, np.intp), [INTERCEPT]
    missing = n - int(keep.sum())
    w = None
    if weights is not None:
        w = checked_weights(weights, n)
        # A value of weight 0 is absent, whether or not something of it is missing.
        missing = int((~keep & (w > 0)).sum())
        keep &= w > 0
    if not keep.all():
        Y, design = Y[:, keep], design[:, keep]
        w = None if w is None else w[keep]
        codes = None if codes is None else codes[keep]
    rows = np.flatnonzero(keep)
    check_finite(Y, names_of("y", responses, single), rows)
    check_finite(design, names_of("X", columns, flat), rows)
    if codes is not None and groups is not None:
        present, codes = np.unique(codes, return_inverse=True)
        labels = [labels[code] for code in present]
    return RegressionInput(
        design, Y, w, codes, labels, columns, flat, responses, single, rows, missing
    )


def table(x: Any, name: str, rows: int | None = None) -> tuple[list[str], bool, np.ndarray]:
    """Return the names of the columns of x, whether it is one column without axis, and its columns.

    The columns are the rows of the array, so that each is contiguous.
    """
    names = getattr(x, "columns", getattr(x, "column_names", None))
    a = floats(x, name)
    if a.ndim not in (1, 2):
        raise ValueError(f"{name}: of shape (n,) or (n, columns), not {a.shape}")
    if rows is not None and len(a) != rows:
        raise ValueError(f"{name}: {len(a)} rows, but y has {rows}")
    single = a.ndim == 1
    columns = np.ascontiguousarray((a[:, None] if single else a).T, np.float64)
    if names is None or callable(names) or len(names) != len(columns):
        names = [f"{name}{j}" for j in range(len(columns))]
        if single:
            names = [getattr(x, "name", None) or name]
    return [str(label) for label in names], single, columns


def names_of(name: str, columns: list[str], single: bool) -> list[str]:
    """Return what errors call columns: by their names, or where they lie in an array."""
    if single:
        return [name]
    return [
        f"{name}[:, {j}]" if column == f"{name}{j}" else f"{name}[{column!r}]"
        for j, column in enumerate(columns)
    ]


def check_finite(columns: np.ndarray, names: list[str], rows: np.ndarray) -> None:
    for column, name in zip(columns, names, strict=True):
        where = np.flatnonzero(np.isinf(column))
        if where.size:
            raise ValueError(
                f"{name}, row {rows[where[0]]}: {column[where[0]]}; only finite values count, "
                "make it NaN to leave out its row"
            )


def checked_weights(weights: Any, n: int) -> np.ndarray:
    w = floats(weights, "weights")
    if w.shape != (n,):
        raise ValueError(f"weights: of shape ({n},), not {w.shape}")
    w = w.astype(np.float64)
    bad = np.flatnonzero(~(np.isfinite(w) & (w >= 0)))
    if bad.size:
        raise ValueError(f"weights[{bad[0]}] is {w[bad[0]]}: weights are finite and not negative")
    return w


def group_codes(groups: Any, n: int) -> tuple[np.ndarray, list[str]]:
    """Return the number of the group of each row, -1 where it is missing, and the labels."""
    a = np.asarray(groups)
    if a.shape != (n,):
        raise ValueError(f"groups: of shape ({n},), not {a.shape}")
    missing = np.zeros(n, bool)
    if a.dtype.kind == "f":
        missing = np.isnan(a)
    elif a.dtype.kind in "mM":
        missing = np.isnat(a)
    elif a.dtype == object:
        missing = np.fromiter(map(is_missing, a), bool, n)
    try:
        labels, inverse = np.unique(a[~missing], return_inverse=True)
    except TypeError as error:
        raise TypeError(f"groups: labels that can be sorted: {error}") from None
    codes = np.full(n, -1, np.intp)
    codes[~missing] = inverse
    return codes, [f"groups[{label}]" for label in labels]


def is_missing(label: Any) -> bool:
    if label is None:
        return True
    try:
        return bool(label != label)
    except TypeError:
        # pandas.NA is neither equal to itself nor not.
        return True
