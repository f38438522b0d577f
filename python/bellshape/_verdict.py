# SPDX-License-Identifier: BSD-3-Clause
"""What there is to say of a column and its fit, in words."""

from __future__ import annotations

from typing import Any, NamedTuple

from . import _core


class Verdict(NamedTuple):
    """One verdict on a column, or on its fit, with the number that it rests on.

    docs/verdicts.md has the rule of each kind.

    Parameters
    ----------
    kind : str
        A word that does not change between versions: "empty", "one_value", "constant", "infinite",
        "two_values", "row_number", "identifier", "code", "years", "few_values", "zeros",
        "coarse_rounding", "narrow", "one_value_moves_lambda", "bound", "ill_conditioned",
        "loses_digits", "rounded", "set_aside", "not_robust", "collapsed", "identity", "log",
        "square_root", "worse", "not_normal" or "heavy_tails".
    number : float
        The number that it rests on.
    other : float
        Another one, of some kinds; else 0.
    text : str
        The verdict in words, with the number: those of the program.
    advice : str
        What to do.
    leave : bool
        Whether it advises to leave the column as it is.

    Examples
    --------
    >>> for verdict in yeojohnson_fit(range(100)).verdicts:
    ...     print(verdict.text)
    row number or time: equal steps of 1
    """

    kind: str
    number: float
    other: float
    text: str
    advice: str
    leave: bool


def verdicts_of(
    sketches: _core.Sketches, model: _core.Model, weight_type: int
) -> list[list[Verdict]]:
    """Judge each column of a model that was made from the sketches."""
    columns: Any = sketches.verdicts(model, weight_type)
    return [[Verdict(*verdict) for verdict in column] for column in columns]
