# SPDX-License-Identifier: BSD-3-Clause
"""What runs where the parts of a table are, whatever engine brings it there: pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ._power_transformer import PowerTransformer
from ._table_columns import INFINITE
from ._table_sketch import TableSketch

# A node of the tree of merges takes so many states, of some kilobytes a column each.
FAN_IN = 16


def state_of_blocks(
    blocks: Iterable[Any],
    columns: Collection[str] | None,
    like: bytes | None,
    weights: str | None,
    infinite: INFINITE,
    n_threads: int = 1,
) -> bytes:
    """Return the state of a part that comes block by block."""
    grids = None if like is None else TableSketch.from_bytes(like)
    sketch = TableSketch(columns, like=grids, infinite=infinite)
    for block in blocks:
        sketch.update(block, weights, n_threads=n_threads)
    return sketch.to_bytes()


def state_of(
    part: Any,
    columns: Collection[str] | None,
    like: bytes | None,
    weights: str | None,
    infinite: INFINITE,
    n_threads: int,
) -> bytes:
    """Return the state of a part."""
    return state_of_blocks([part], columns, like, weights, infinite, n_threads)


def merged(states: Iterable[bytes]) -> bytes:
    """Merge states in an order that depends on nothing but themselves."""
    first, *others = map(TableSketch.from_bytes, sorted(states))
    for other in others:
        first.merge(other)
    return first.to_bytes()


def is_ill_conditioned(model: PowerTransformer) -> bool:
    """Tell whether a column should be read again, with grids that suit what was seen of it."""
    return any("ill_conditioned" in row["flags"] for row in model.summary())
