# SPDX-License-Identifier: BSD-3-Clause
"""Blocks of rows of a table, from many libraries, as columns of floats that are found by name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from ._convert import check_pointers, floats, refuse_lazy
from ._numpy import np

# The kinds of NumPy's types that are numbers: signed, unsigned, floating.  True and False are not,
# unless somebody asks for such a column by its name.
NUMBERS = "iuf"


class Block:
    """Some rows of a table.  Values become floats when a column is asked for.

    Parameters
    ----------
    names : list of str, or None
        The names of the columns; None if they have none.
    rows : int
        The number of rows.
    get : callable
        Returns the column at a place, 1-D and of float32 or float64, and raises TypeError if it
        does not hold numbers.
    is_number : callable
        Tells of a place whether the column is of a type of numbers.
    width : int
        The number of columns.
    """

    def __init__(
        self,
        names: list[str] | None,
        rows: int,
        get: Callable[[int], np.ndarray],
        is_number: Callable[[int], bool],
        width: int,
    ) -> None:
        self.names, self.rows, self.width = names, rows, width
        self._get, self._is_number = get, is_number
        # Where the columns are, by name; a table may have thousands of them.
        self._places: dict[str, int] | None = None

    def numbers(self) -> list[str] | None:
        """Return the names of the columns that are numbers; None if columns have no names."""
        if self.names is None:
            return None
        return [name for j, name in enumerate(self.names) if self._is_number(j)]

    def column(self, key: str | int) -> np.ndarray:
        """Return a column by its name, or by its place where columns have no names."""
        j = self.place(key) if isinstance(key, str) else key
        values = self._get(j)
        if values.ndim != 1 or len(values) != self.rows:
            raise ValueError(
                f"column {key!r}: of shape {values.shape}, where the table has {self.rows} rows"
            )
        return values

    def place(self, name: str) -> int:
        """Return the place of a column; ValueError if there is none of this name, or several."""
        names = self.names or []
        if self._places is None:
            self._places = {known: j for j, known in enumerate(names)}
        j = self._places.get(name)
        if j is not None and (len(self._places) == len(names) or names.count(name) == 1):
            return j
        if j is not None:
            raise ValueError(f"column {name!r}: this block has {names.count(name)} of this name")
        there = ", ".join(map(repr, names[:20])) + (", ..." if len(names) > 20 else "")
        raise ValueError(f"column {name!r}: this block has none; it has {there or 'no names'}")


def block_of(x: Any) -> Block:
    """Make a block of a table in memory: of Arrow, pandas, Polars, a dict, or a 2-D array."""
    refuse_lazy(x)
    if isinstance(x, Mapping):
        return of_columns(list(x), [x[name] for name in x], plain_floats, plain_is_number)
    if hasattr(x, "iloc") and hasattr(x, "columns"):
        columns = [x.iloc[:, j] for j in range(x.shape[1])]
        return of_columns(list(x.columns), columns, pandas_floats, pandas_is_number, len(x))
    if hasattr(x, "__arrow_c_array__") or hasattr(x, "__arrow_c_stream__"):
        return of_arrow(x)
    values = floats(x, "block")
    if values.ndim != 2:
        raise ValueError(f"block: a table of 2 dimensions, not {values.ndim}")
    rows, width = values.shape
    return Block(None, rows, lambda j: values[:, j], lambda j: True, width)


def of_columns(
    labels: list[Any],
    columns: list[Any],
    to_floats: Callable[[Any, str], np.ndarray],
    is_number: Callable[[Any], bool],
    rows: int | None = None,
) -> Block:
    if rows is None:
        rows = len(columns[0]) if columns else 0
    return Block(
        names_of(labels),
        rows,
        lambda j: to_floats(columns[j], f"column {labels[j]!r}"),
        lambda j: is_number(columns[j]),
        len(labels),
    )


def names_of(labels: list[Any]) -> list[str] | None:
    """Return labels that are strings; None if none is: these columns are known by their place."""
    strings = [isinstance(label, str) for label in labels]
    if all(strings):
        return [str(label) for label in labels]
    if any(strings):
        odd = labels[strings.index(False)]
        raise TypeError(f"columns: some names are strings and others not, as {odd!r}")
    return None


# ---- NumPy, lists, and what has the protocols ----


def plain_floats(x: Any, name: str) -> np.ndarray:
    arrow = sys.modules.get("pyarrow")
    if arrow and isinstance(x, (arrow.Array, arrow.ChunkedArray)):
        return arrow_floats(x, name)
    x = np.asarray(x) if isinstance(x, (list, tuple)) else x
    refuse_text(x, name)
    return floats(x, name)


def refuse_text(x: Any, name: str) -> None:
    """Raise TypeError for text: of objects that are text NumPy would read numbers."""
    kind = getattr(getattr(x, "dtype", None), "kind", "")
    if kind in ("U", "S") or (kind == "O" and any(isinstance(v, (str, bytes)) for v in x)):
        raise TypeError(f"{name}: real numbers, not text")


def plain_is_number(x: Any) -> bool:
    arrow = sys.modules.get("pyarrow")
    if arrow and isinstance(x, (arrow.Array, arrow.ChunkedArray)):
        return arrow_is_number(x.type)
    try:
        return plain_floats(x, "x").dtype.kind in NUMBERS and np.asarray(x).dtype.kind in NUMBERS
    except (TypeError, ValueError):
        return False


# ---- pandas ----


def pandas_is_number(series: Any) -> bool:
    dtype = series.dtype
    if hasattr(dtype, "pyarrow_dtype"):
        return arrow_is_number(dtype.pyarrow_dtype)
    if hasattr(dtype, "categories"):
        return getattr(dtype.categories.dtype, "kind", "O") in NUMBERS
    return getattr(dtype, "kind", "O") in NUMBERS


def pandas_floats(series: Any, name: str) -> np.ndarray:
    dtype = series.dtype
    if isinstance(dtype, np.dtype):
        values = np.asarray(series)
        refuse_text(values, name)
        return floats(values, name)
    if hasattr(dtype, "pyarrow_dtype"):
        return arrow_floats(needed_pyarrow().chunked_array(series.array.__arrow_array__()), name)
    if hasattr(dtype, "categories"):
        known = floats(np.asarray(dtype.categories), name)
        values = np.append(known, np.nan)[np.asarray(series.cat.codes)]
        return np.asarray(values, known.dtype)
    kind = getattr(dtype, "kind", "O")
    if kind not in "biuf":
        raise TypeError(f"{name}: real numbers, not {dtype}")
    single = kind == "f" and getattr(dtype, "itemsize", 8) == 4
    kept: Any = series.to_numpy(np.float32 if single else np.float64, na_value=np.nan)
    return np.asarray(kept)


# ---- Arrow ----


def needed_pyarrow() -> Any:
    """Return PyArrow, or raise ImportError that says how to get it."""
    try:
        import pyarrow
    except ImportError as error:
        raise ImportError('blocks of Arrow need PyArrow: pip install "bellshape[arrow]"') from error
    return pyarrow


def of_arrow(x: Any) -> Block:
    try:
        pyarrow = needed_pyarrow()
    except ImportError:
        # A frame of Polars has columns that can do without.
        if not hasattr(x, "get_columns"):
            raise
        return of_columns(list(x.columns), x.get_columns(), floats, series_is_number, len(x))
    check_pointers(x)
    if not isinstance(x, (pyarrow.RecordBatch, pyarrow.Table)):
        x = pyarrow.table(x)
    return Block(
        list(x.schema.names),
        x.num_rows,
        lambda j: arrow_floats(x.column(j), f"column {x.schema.names[j]!r}"),
        lambda j: field_is_number(x.schema.field(j)),
        x.num_columns,
    )


def series_is_number(series: Any) -> bool:
    return bool(series.dtype.is_numeric())


def inner_type(kind: Any) -> Any:
    """Return the type of the values of an encoded or extended type."""
    types = needed_pyarrow().types
    while True:
        if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
            kind = kind.value_type
        elif hasattr(kind, "storage_type"):
            kind = kind.storage_type
        else:
            return kind


def arrow_is_number(kind: Any) -> bool:
    types, kind = needed_pyarrow().types, inner_type(kind)
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))


def field_is_number(field: Any) -> bool:
    """Tell whether a column is of numbers, and no index that pandas has put into a file."""
    return arrow_is_number(field.type) and not field.name.startswith("__index_level_")


def arrow_floats(x: Any, name: str) -> np.ndarray:
    """Return an array of PyArrow, or a chunked one, as floats; null becomes NaN."""
    pyarrow = needed_pyarrow()
    types, kind = pyarrow.types, inner_type(x.type)
    known = arrow_is_number(kind) or types.is_boolean(kind) or types.is_null(kind)
    if not known:
        raise TypeError(f"{name}: real numbers, not {x.type}")
    if isinstance(x, pyarrow.ChunkedArray):
        parts = [arrow_floats(chunk, name) for chunk in x.chunks if len(chunk)]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.empty(0, float_type(kind))
    while x.type != kind:
        if types.is_dictionary(x.type):
            x = x.dictionary_decode()
        elif types.is_run_end_encoded(x.type):
            x = pyarrow.compute.run_end_decode(x)
        else:
            x = x.storage
    return floats(x.cast(pyarrow.float64()) if types.is_decimal(kind) else x, name)


def float_type(kind: Any) -> Any:
    return np.float32 if kind == needed_pyarrow().float32() else np.float64
