# SPDX-License-Identifier: BSD-3-Clause
"""The columns that a TableSketch has, and what it takes and refuses of a block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Literal

from . import _core
from ._blocks import Block
from ._numpy import np
from ._parameters import least_of

INFINITE = Literal["missing", "error"]


def checked_names(columns: Collection[str]) -> list[str | None]:
    if isinstance(columns, str) or not all(isinstance(name, str) for name in columns):
        raise TypeError(f"columns: a list of names, not {columns!r}")
    names = [str(name) for name in columns]
    if len(set(names)) < len(names):
        name, times = Counter(names).most_common(1)[0]
        raise ValueError(f"columns: {name!r} is there {times} times")
    return list(names)


def chosen(block: Block, weights: str | None) -> list[str | None]:
    """Return the columns of a sketch whose first block this is: all numbers but the weights."""
    names = block.numbers()
    if names is None:
        return [None] * block.width
    names = [name for name in names if name != weights]
    if not names and block.width:
        raise TypeError(f"columns: none of {block.names!r} holds numbers")
    return checked_names(names)


def values_of(block: Block, names: list[str | None], infinite: INFINITE) -> list[np.ndarray]:
    """Return the columns of these names, or those of a block without names by their places."""
    if block.names is None and block.width != len(names):
        raise ValueError(f"block: {block.width} columns without names, not {len(names)}")
    if block.names is not None and None in names:
        raise ValueError(
            "block: its columns have names, but those of the sketch have none; name them when it "
            "is made, TableSketch(columns)"
        )
    columns = []
    for j, name in enumerate(names):
        values = block.column(j if block.names is None or name is None else name)
        outside = np.isinf(values)
        if outside.any():
            if infinite == "error":
                row = int(outside.argmax())
                raise ValueError(
                    f"column {j if name is None else name!r}: {values[row]} in row {row}; "
                    "infinite='missing' takes it as missing"
                )
            values = np.where(outside, values.dtype.type(np.nan), values)
        columns.append(values)
    return columns


def difference(mine: list[str | None], theirs: list[str | None], other: str) -> str:
    """Say how the columns of two tables differ, which they do."""
    for name in mine:
        if name not in theirs:
            return f"column {name!r} is not among those of {other}, {theirs}"
    for name in theirs:
        if name not in mine:
            return f"{other} has a column {name!r}, which is not among {mine}"
    if len(mine) != len(theirs):
        return f"{len(mine)} columns without names, and {len(theirs)} in {other}"
    j = next(j for j, name in enumerate(mine) if name != theirs[j])
    return (
        f"the columns have another order: column {j} is {mine[j]!r}, and {theirs[j]!r} in {other}"
    )


def refuse_values(sketches: _core.Sketches, method: str, names: list[str | None]) -> None:
    """Raise ValueError if a method does not take a value of a column."""
    least, is_open = least_of(method), method != "sqrt"
    for name, seen in zip(names, sketches.summary(), strict=True):
        low = seen["min"]
        if low < least or (is_open and low <= least > -np.inf):
            limit = f"{'above' if is_open else 'not below'} {least:.6g}"
            raise ValueError(f"{method} takes values {limit}: column {name!r} has {low:.6g}")
