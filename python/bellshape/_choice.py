# SPDX-License-Identifier: BSD-3-Clause
"""The table of the candidates among which a transform was chosen."""

from __future__ import annotations

import math
from typing import Any

from ._summary import table_of

HEAD = (
    *("method", "parameters", "lambda", "unit", "shift"),
    *("log-likelihood", "AIC", "BIC", "P/df", "note"),
)


def number(x: float, form: str) -> str:
    return "-" if math.isnan(x) else format(x, form)


def note(row: dict[str, Any]) -> str:
    words = ["chosen"] * row["chosen"] + [row["refused"]] * (row["refused"] is not None)
    return ", ".join(words)


def cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["method"],
        str(row["parameters"]),
        number(row["lmbda"], ".4g"),
        number(row["unit"], ".4g"),
        number(row["shift"], ".4g"),
        number(row["log_likelihood"], ".3f"),
        number(row["aic"], ".3f"),
        number(row["bic"], ".3f"),
        number(row["pearson_per_df"], ".3f"),
        note(row),
    )


class Candidates(list[dict[str, Any]]):
    """A list with one dict for each candidate, which prints as a table.

    `pandas.DataFrame(candidates)` makes a data frame of it.  The keys are "method"; "chosen", which
    is True for one of them; "refused", None or the reason why it cannot be chosen; "parameters",
    how many of them it estimates beside mean and sd; "lmbda", "unit", "shift" and "log_likelihood"
    of its fit; "compared", the log-likelihood of the values that count in the comparison, and "aic"
    and "bic" of it; and "pearson_per_df", which is NaN unless the criterion is "heldout".
    """

    def __repr__(self) -> str:
        return table_of(HEAD, [cells(row) for row in self])

    __str__ = __repr__
