# SPDX-License-Identifier: BSD-3-Clause
"""A table of fits, for people."""

from __future__ import annotations

from typing import Any

# bits of `flags` and what to say of them, as the program `bellshape` does
NOTES = (
    (1 << 0, "no values"),
    (1 << 1, "one value"),
    (1 << 2, "constant"),
    (1 << 4, "lambda at its bound"),
    (1 << 5, "lambda 1 fits as well"),
    (1 << 6, "ill-conditioned"),
    (1 << 7, "plain transform loses digits"),
)
HEAD = ("column", "n", "missing", "skewness before -> after", "kurtosis before -> after", "lambda", "[95 % interval]", "note")


def note(row: dict[str, Any]) -> str:
    infinite = row["infinite"]
    notes = [f"{infinite} infinite value{'s' * (infinite != 1)}"] if infinite else []
    return ", ".join(notes + [text for bit, text in NOTES if row["flags"] & bit])


def cells(row: dict[str, Any]) -> tuple[str, ...]:
    low, high = row["ci95"]
    return (
        str(row["name"]),
        str(row["count"]),
        str(row["missing"]),
        f"{row['skewness_before']:.2f} -> {row['skewness_after']:.2f}",
        f"{row['kurtosis_before']:.2f} -> {row['kurtosis_after']:.2f}",
        f"{row['lmbda']:.4g}",
        f"[{low:.4g}, {high:.4g}]",
        note(row),
    )


class Summary(list):
    """A list with one dict a column, which prints as a table; pandas.DataFrame(summary) makes a data frame of it."""

    def __repr__(self) -> str:
        rows = [HEAD, *(cells(row) for row in self)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        left = (0, len(HEAD) - 1)
        lines = (
            "  ".join(cell.ljust(w) if i in left else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True)))
            for row in rows
        )
        return "\n".join(line.rstrip() for line in lines)

    __str__ = __repr__
