# SPDX-License-Identifier: BSD-3-Clause
"""A sample of the rows of a table that depends on the rows and their order only.

It has 64 rows from each of up to 64 places, that are evenly spaced, so that sketches of any parts
of the table get the same grids.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ._blocks import block_of
from ._numpy import np
from ._table_columns import INFINITE, chosen, values_of
from ._table_sketch import TableSketch, new

if TYPE_CHECKING:
    from ._sources import Source

# Fewer places miss what changes along a table, and more rows at one place say little more.
ROWS, PLACES = 64, 64


def step_of(rows: int) -> int:
    """Return how far apart the places are in a table of so many rows: 64 rows or 64 * 2**k."""
    step = ROWS
    while (rows + step - 1) // step > PLACES:
        step *= 2
    return step


class Sample:
    """The rows of a sample, which are taken out of blocks in the order of the table.

    Parameters
    ----------
    columns : list of str, or None
        The columns; None means all numbers of the first block.
    rows : int
        The number of rows of the table, or 0 if it is not known yet.
    infinite : {"missing", "error"}
        What an infinity is.
    """

    def __init__(
        self, columns: Collection[str] | None, rows: int = 0, infinite: INFINITE = "missing"
    ) -> None:
        self.sketch, self.step = TableSketch(columns, infinite=infinite), step_of(rows)
        self.names: list[str | None] | None = self.sketch.columns
        self.parts: dict[int, list[list[np.ndarray]]] = {}

    def touches(self, first: int, end: int) -> bool:
        """Tell whether the sample has any of the rows first .. end - 1."""
        return first < end and (first % self.step < ROWS or -first % self.step < end - first)

    def add(self, first: int, block: Any, weights: str | None = None) -> None:
        """Take what it needs of a block whose first row is this one of the table."""
        rows = block_of(block)
        if self.names is None:
            self.names = chosen(rows, weights)
        end = first + rows.rows
        if not self.touches(first, end):
            return
        columns = values_of(rows, self.names, self.sketch.infinite)
        for start in range(first - first % self.step, end, self.step):
            low, high = max(start, first), min(start + ROWS, end)
            if low < high:
                piece = [values[low - first : high - first].copy() for values in columns]
                self.parts.setdefault(start, []).append(piece)
        while len(self.parts) > PLACES:
            self.step *= 2
            self.parts = {k: v for k, v in self.parts.items() if k % self.step == 0}

    def join(self, other: Sample) -> None:
        """Add what another sample has of later rows of the same table, of known length."""
        self.names = self.names or other.names
        for start, pieces in other.parts.items():
            self.parts.setdefault(start, []).extend(pieces)

    def settled(self) -> TableSketch:
        """Return a sketch of the sample, for `like`."""
        if self.names is None:
            raise ValueError("batches: there are none, so that nothing is known of the columns")
        pieces = [piece for start in sorted(self.parts) for piece in self.parts[start]]
        for piece in pieces:
            named = dict(zip(self.names, piece, strict=True))
            self.sketch.update(np.stack(piece, axis=1) if None in named else named)
        if self.sketch.columns is None:
            self.sketch._sketches = new(self.names)
        self.sketch.settle()
        return self.sketch


def sample_of(
    source: Source, columns: Collection[str] | None, weights: str | None, infinite: INFINITE
) -> TableSketch:
    """Read the sample of a source, which must be one that can be read again."""
    if not source.again:
        raise ValueError(
            "like: 'sample' reads the table twice, and these blocks can be read once only; "
            "give a path, a list or a callable"
        )
    sample, first = Sample(columns, source.rows() or 0, infinite), 0
    for rows, block in source.pieces(sample.touches):
        if block is not None:
            with source.located():
                sample.add(first, block, weights)
        first += rows
    return sample.settled()
