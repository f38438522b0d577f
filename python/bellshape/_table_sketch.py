# SPDX-License-Identifier: BSD-3-Clause
"""Sketches of all columns of a table, which lies in parts."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _core
from ._blocks import block_of
from ._parameters import METHOD, full_name, method_number, threads
from ._table_columns import INFINITE, checked_names, chosen, difference, refuse_values, values_of

if TYPE_CHECKING:
    from ._power_transformer import PowerTransformer

NUMBER = _core.METHODS["yeo-johnson"]


class TableSketch:
    """A summary of a table that is enough for the fits of its columns.

    It has the names of the columns, a sketch of some kilobytes for each, and the number of rows,
    and no method.  Parts of a table, on any number of machines, get one each; these are merged, and
    the result is fitted.  If all parts have the same grids, by `like`, then neither the merged
    bytes nor the fits depend on how the rows were parted or in which order the parts were merged.
    `docs/scale.md` shows how.  Many threads may use one: their calls wait for each other.

    Parameters
    ----------
    columns : list of str, or None
        The columns.  None means those of `like`; without it, all columns of the first block that
        are numbers.
    like : TableSketch, path, or None
        A sketch, or the file of a state, whose grids this one takes, and its columns.  It needs to
        have seen some rows from many places of the table, or the table of yesterday.  None lets
        each column choose a grid of its own.
    infinite : {"missing", "error"}, default "missing"
        What an infinity is: a missing value, or a ValueError.

    Attributes
    ----------
    columns : list of str or None
        The names of the columns.  It is a list of None where these have no names, and None as long
        as nobody has named them.
    rows : int
        The number of rows.

    Raises
    ------
    ValueError
        If `columns` are not those of `like`, or are not different; or the file holds no state.
    TypeError
        If a parameter is of another type.

    Examples
    --------
    >>> parts = [TableSketch(), TableSketch()]
    >>> for part, values in zip(parts, ([1.0, 2.0, 3.0], [5.0, 8.0, 13.0])):
    ...     part.update({"x": values})
    >>> whole = parts[0] + parts[1]
    >>> whole
    TableSketch(['x'], rows=6)
    >>> round(float(whole.fit().lambdas_[0]), 4)
    -0.1106
    """

    # None as long as nobody has named the columns.
    _sketches: _core.Sketches | None = None

    def __init__(
        self,
        columns: Collection[str] | None = None,
        *,
        like: TableSketch | str | os.PathLike[str] | None = None,
        infinite: INFINITE = "missing",
    ) -> None:
        self.infinite = infinite
        if infinite not in ("missing", "error"):
            raise ValueError(f"infinite: one of 'missing', 'error', not {infinite!r}")
        names = None if columns is None else checked_names(columns)
        if like is not None:
            other = like if isinstance(like, TableSketch) else from_file(like)
            self._sketches = other._known("like").like_state(False)
            if names is not None and names != self.columns:
                raise ValueError(f"like: {difference(self.columns or [], names, 'columns')}")
        elif names is not None:
            self._sketches = new(names)

    # ---- what it holds ----

    @property
    def columns(self) -> list[str | None] | None:
        """The names of the columns."""
        return None if self._sketches is None else names_of(self._sketches)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return 0 if self._sketches is None else self._sketches.rows()

    def __repr__(self) -> str:
        names = self.columns
        shown = repr(names) if names is None or len(names) <= 10 else f"{len(names)} columns"
        return f"TableSketch({shown}, rows={self.rows})"

    def _known(self, what: str) -> _core.Sketches:
        if self._sketches is None:
            raise ValueError(
                f"{what}: this sketch has no columns yet; name them, or add a block of rows"
            )
        return self._sketches

    def _known_or(self, first: _core.Sketches) -> _core.Sketches:
        """Make these the sketches, unless another thread was faster; return what they are."""
        known: _core.Sketches = vars(self).setdefault("_sketches", first)
        return known

    # ---- rows and parts ----

    def update(self, block: Any, weights: Any = None, *, n_threads: int = 1) -> None:
        """Add a block of rows.

        Parameters
        ----------
        block : table
            A RecordBatch or Table of Arrow, a DataFrame of pandas or Polars, or a dict, whose
            columns are found by name and which may have others; or a 2-D array, whose columns are
            those of the sketch in their order.  NaN and null are missing.  Decimals, and numbers
            that are encoded by a dictionary or by runs, are read as well.  There may be no rows.
        weights : str, array_like of shape (n_rows,), or None
            One weight for each row: the name of a column, or 0 or numbers above 2**-25 and at most
            2**31, rounded to multiples of 2**-24.  None gives each the weight 1.
        n_threads : int, default 1
            The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
            The result does not depend on it.

        Raises
        ------
        ValueError
            If a column is not there or is there twice; if a weight is out of range, or all would
            add up to 2**60 or more; or if there is an infinity, and `infinite` is "error".  Nothing
            has been added then.
        TypeError
            If a column does not hold real numbers, or the block is no table.  Nothing has been
            added then.
        """
        rows = block_of(block)
        name = weights if isinstance(weights, str) else None
        if name is not None:
            weights = rows.column(name)

        def add_to(sketches: _core.Sketches) -> None:
            columns = values_of(rows, names_of(sketches), self.infinite)
            sketches.update_columns(columns, rows.rows, weights, threads(n_threads))

        if self._sketches is not None:
            add_to(self._sketches)
            return
        first = new(chosen(rows, name))
        add_to(first)
        known = self._known_or(first)
        if known is not first:
            add_to(known)

    def merge(self, other: TableSketch) -> None:
        """Add all that another sketch has seen.

        `a + b` is a new sketch with what both have seen, `a += b` is `a.merge(b)`.

        Parameters
        ----------
        other : TableSketch
            The sketch to add, which stays as it is.

        Raises
        ------
        ValueError
            If the two have other columns, or another order of them; or if all weights would add up
            to 2**60 or more.  Nothing has been added then.
        TypeError
            If `other` is no TableSketch.
        """
        if not isinstance(other, TableSketch):
            raise TypeError(f"merge: a bellshape.TableSketch, not {full_name(other)}")
        if other._sketches is None:
            return
        if self._sketches is None:
            first = copied(other._sketches)
            if self._known_or(first) is first:
                return
        mine, theirs = self.columns or [], other.columns or []
        if mine != theirs:
            raise ValueError(f"merge: {difference(mine, theirs, 'the other sketch')}")
        sketches = self._known("merge")
        same = other._sketches is sketches
        sketches.merge(copied(other._sketches) if same else other._sketches)

    def __add__(self, other: TableSketch) -> TableSketch:
        if not isinstance(other, TableSketch):
            return NotImplemented
        both = TableSketch(infinite=self.infinite)
        both.merge(self)
        both.merge(other)
        return both

    def __iadd__(self, other: TableSketch) -> TableSketch:
        if not isinstance(other, TableSketch):
            return NotImplemented
        self.merge(other)
        return self

    def settle(self) -> None:
        """Choose the grids of all columns now, and for good.

        A column that has seen no finite value but 0 goes on without a grid.  `like` takes sketches
        that are not settled, too: the new one has the grids that this would choose.

        Raises
        ------
        ValueError
            If the sketch has no columns yet.
        """
        self._known("settle").settle_state()

    def regrid(self) -> TableSketch:
        """Make an empty sketch whose grids suit all that this one has seen.

        It is for a second reading of the table, where a fit is flagged "ill_conditioned" because a
        grid does not suit its column.  `TableSketch(like=...)` keeps grids that were settled.

        Returns
        -------
        TableSketch
            The sketch, for `like`.

        Raises
        ------
        ValueError
            If the sketch has no columns yet.
        """
        other = TableSketch(infinite=self.infinite)
        other._sketches = self._known("regrid").like_state(True)
        return other

    # ---- bytes ----

    def to_bytes(self) -> bytes:
        """Write the sketch as the bytes of a state, which the program `bellshape` reads as well.

        Returns
        -------
        bytes
            A version, the content and a checksum.  Equal sketches give the same bytes on every
            machine.

        Raises
        ------
        ValueError
            If the sketch has no columns yet.
        """
        return self._known("to_bytes").to_state()

    @classmethod
    def from_bytes(cls, data: bytes, *, infinite: INFINITE = "missing") -> TableSketch:
        """Read what `to_bytes` or `bellshape fit --state-out` wrote.

        Parameters
        ----------
        data : bytes
            The bytes, which need not be trusted.
        infinite : {"missing", "error"}, default "missing"
            What an infinity in later blocks is.

        Returns
        -------
        TableSketch
            The sketch.

        Raises
        ------
        ValueError
            If the bytes are not those of a state, were cut short or altered, or are of a newer
            version.
        TypeError
            If `data` is no bytes.
        """
        sketch = cls(infinite=infinite)
        sketch._sketches = _core.Sketches.from_state(data, NUMBER)
        return sketch

    def __reduce__(self) -> Any:
        return restored, (None if self._sketches is None else self.to_bytes(), self.infinite)

    # ---- fits ----

    def fit(self, method: METHOD = "yeo-johnson", **parameters: Any) -> PowerTransformer:
        """Fit all columns.

        Parameters
        ----------
        method : str, default "yeo-johnson"
            The transform, by the words of `PowerTransformer`.
        **parameters
            The other parameters of `PowerTransformer`.  "heldout" needs the values, and is an
            error.

        Returns
        -------
        PowerTransformer
            A fitted transformer, with copies of the sketches.  It does not know in which order the
            rows came.

        Raises
        ------
        ValueError
            If a parameter is out of range, the method does not take a value that was seen, or the
            sketch has no columns.
        """
        from ._power_transformer import PowerTransformer

        sketches, names = self._for_fit(method)
        return PowerTransformer(method, **parameters)._of_sketches(sketches, names)

    def _for_fit(self, method: METHOD) -> tuple[_core.Sketches, list[str | None]]:
        """Return copies of the sketches for a method that takes all values, and the names."""
        known, number = self._known("fit"), method_number(method)
        names = names_of(known)
        if not names:
            raise ValueError("fit: the sketch has no columns")
        refuse_values(known, method, names)
        return _core.Sketches.from_bytes(known.to_bytes(), number), names


def names_of(sketches: _core.Sketches) -> list[str | None]:
    return [
        None if name is None else name.decode("utf-8", "surrogateescape")
        for name in sketches.names()
    ]


def restored(data: bytes | None, infinite: INFINITE) -> TableSketch:
    if data is None:
        return TableSketch(infinite=infinite)
    return TableSketch.from_bytes(data, infinite=infinite)


def new(names: list[str | None]) -> _core.Sketches:
    encoded = [None if n is None else n.encode("utf-8", "surrogateescape") for n in names]
    return _core.Sketches.for_table(encoded, NUMBER)


def copied(sketches: _core.Sketches) -> _core.Sketches:
    return _core.Sketches.from_state(sketches.to_state(), NUMBER)


def from_file(path: str | os.PathLike[str]) -> TableSketch:
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"like: a TableSketch or the path of a state, not {full_name(path)}")
    try:
        return TableSketch.from_bytes(Path(path).read_bytes())
    except ValueError as error:
        raise ValueError(f"like: {os.fspath(path)}: {error}") from None
