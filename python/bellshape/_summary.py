# SPDX-License-Identifier: BSD-3-Clause
"""A table of fits, for people."""

from __future__ import annotations

import math
from html import escape
from typing import Any

from ._parameters import parameter_of

# What to say of each flag where there are no verdicts, as those need the sketch of the column.
# Infinities and what collapses are counted instead ("2 infinite values", "3 % of the values
# collapse").
NOTES = {
    "empty": "no values",
    "one_value": "one value",
    "constant": "constant",
    "bound": "lambda at its bound",
    "not_identified": "lambda 1 fits as well",
    "ill_conditioned": "ill-conditioned",
    "coarse": "plain transform loses digits",
    "two_values": "two values",
    "rounded": "lambda rounded",
    "not_robust": "no robust scale",
}
HEAD = (
    "column",
    "n",
    "missing",
    "skewness before -> after",
    "kurtosis before -> after",
    "lambda",
    "[95 % interval]",
    "note",
)


# The counts of a column that nobody has seen.
UNKNOWN = dict.fromkeys(("count", "missing", "infinite", "evaluations", "set_aside"), math.nan)


def is_estimated(row: dict[str, Any]) -> bool:
    """Tell whether a fit has seen data: one of no finite values says so by a flag."""
    return row["count"] > 0 or bool(row["flags"])


# Methods whose parameter is no power.
UNPOWERED = ("log-shift", "asinh", "exponential")
# Methods that have no parameter to be estimated.
FIXED = ("identity", "log", "sqrt", "normal-scores")


def note(row: dict[str, Any]) -> str:
    if not is_estimated(row):
        return "not estimated"
    if "verdicts" in row:
        left = ["left alone"] if row.get("left_alone") else []
        return ", ".join(left + [verdict.text for verdict in row["verdicts"]])
    infinite = row["infinite"]
    notes = [f"{infinite} infinite value{'s' * (infinite != 1)}"] if infinite else []
    # A flag without a sentence is better than none.
    counted = ("infinite", "collapsed", "robust")
    words = [
        NOTES.get(flag, flag.replace("_", " ")) for flag in row["flags"] if flag not in counted
    ]
    if "bound" in row["flags"]:
        name = {"yeo-johnson-unit": "lambda or unit", "asinh": "unit", "log-shift": "shift"}
        place = words.index(NOTES["bound"])
        words[place] = words[place].replace("lambda", name.get(row["method"], "lambda"))
    if "not_identified" in row["flags"] and row["method"] in UNPOWERED:
        words[words.index(NOTES["not_identified"])] = "x as it is fits as well"
    if "collapsed" in row["flags"]:
        words.append(f"{100 * row['collapsed']:.3g} % of the values collapse")
    if "robust" in row["flags"]:
        words.append(f"{row['set_aside']:.6g} set aside")
    return ", ".join(notes + words)


def estimate(row: dict[str, Any], several: bool) -> tuple[str, str]:
    """The parameter of a fit and its interval; with a name where columns have several methods."""
    name, value = parameter_of(row)
    low, high = row["ci95"]
    if row["method"] == "normal-scores" or (several and row["method"] in FIXED):
        return "-", "-"
    label = f"{'lambda' if name == 'lmbda' else name} " if several else ""
    return f"{label}{value:.4g}", f"[{low:.4g}, {high:.4g}]"


def cells(row: dict[str, Any], with_unit: bool, several: bool) -> tuple[str, ...]:
    has_unit = not several or row["method"] == "yeo-johnson-unit"
    unit = (f"{row['unit']:.4g}" if has_unit else "-",) if with_unit else ()
    return (
        str(row["name"]),
        str(row["count"]),
        str(row["missing"]),
        f"{row['skewness_before']:.2f} -> {row['skewness_after']:.2f}",
        f"{row['kurtosis_before']:.2f} -> {row['kurtosis_after']:.2f}",
        *estimate(row, several),
        *unit,
        note(row),
    )


def aligned(row: tuple[str, ...], widths: list[int]) -> str:
    """One line of the table: the first and the last column are text, the others numbers."""
    text = (0, len(row) - 1)
    padded = (
        cell.ljust(width) if i in text else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(padded).rstrip()


def table_of(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return "\n".join(aligned(row, widths) for row in (head, *rows))


def html_of(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """The table as HTML, for notebooks: the first column has the names, the last one text."""
    last = len(head) - 1

    def cell(i: int, text: str, tag: str) -> str:
        scope = ' scope="col"' if tag == "th" else ""
        align = "left" if i in (0, last) else "right"
        return f'<{tag}{scope} style="text-align:{align}">{escape(text)}</{tag}>'

    names = "".join(cell(i, text, "th") for i, text in enumerate(head))
    lines = (
        f"<tr>{''.join(cell(i, text, 'td') for i, text in enumerate(row))}</tr>" for row in rows
    )
    return f"<table><thead><tr>{names}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


class Summary(list[dict[str, Any]]):
    """A list with one dict a column, which prints as a table.

    `pandas.DataFrame(summary)` makes a data frame of it.
    """

    def __repr__(self) -> str:
        return table_of(*self._cells())

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return html_of(*self._cells())

    def _cells(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        estimated = [row for row in self if is_estimated(row)]
        with_unit = any(row["method"] == "yeo-johnson-unit" for row in self)
        names = {parameter_of(row)[0].replace("lmbda", "lambda") for row in estimated}
        several = len(names) > 1 or any(row["method"] in FIXED[:3] for row in estimated)
        name = "estimate" if several else names.pop() if names else "lambda"
        named = tuple(name if h == "lambda" else h for h in HEAD)
        head = (*named[:-1], "unit", named[-1]) if with_unit else named
        return head, [cells(row, with_unit, several) for row in self]
