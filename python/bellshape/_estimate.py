# SPDX-License-Identifier: BSD-3-Clause
"""From values to sketches, and from sketches to fitted columns."""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING, Any

from . import _core
from ._convert import kept
from ._fit import Fit
from ._parameters import (
    BOUNDS,
    CRITERION,
    FIXED,
    LEVEL,
    METHOD,
    ROBUST,
    ROUNDED,
    WEIGHT_TYPE,
    boolean,
    candidate_bits,
    criterion_number,
    interval,
    margin_number,
    method_among,
    method_number,
    threads,
    weight_type_number,
)

if TYPE_CHECKING:
    from collections.abc import Collection


def new_sketches(columns: int, method: METHOD = "yeo-johnson") -> _core.Sketches:
    return _core.Sketches(columns, method_number(method))


def fit_sketches(
    sketches: _core.Sketches,
    *,
    bounds: BOUNDS = None,
    standardize: bool = True,
    weight_type: WEIGHT_TYPE = "frequency",
    criterion: CRITERION = "aic",
    margin: float | None = None,
    candidates: Collection[str] | None = None,
    robust: bool = False,
    round_lambda: bool = False,
    lambdas: bytes | None = None,
    n_threads: int = 1,
    x: Any = None,
    weights: Any = None,
) -> _core.Model:
    """Fit all columns.

    x and weights are what the sketches have seen, if that is still there: a column whose sketch
    cannot tell its values apart is fitted from them.  lambdas has one double a column, NaN where it
    is to be estimated.
    """
    lower, upper = interval(bounds)
    standardize = boolean("standardize", standardize)
    if boolean("robust", robust):
        method_among("robust", sketches.method, ROBUST)
    if boolean("round_lambda", round_lambda):
        method_among("round_lambda", sketches.method, ROUNDED)
    if sketches.method == "best" and criterion == "heldout" and x is None:
        raise ValueError(
            "criterion: 'heldout' needs all values at once, and a sketch does not have them; "
            "fit the values themselves, or use 'aic'"
        )
    if criterion != "heldout" and candidates is not None and "normal-scores" in candidates:
        raise ValueError(
            "candidates: 'normal-scores' has no likelihood to compare; use criterion 'heldout'"
        )
    return sketches.fit(
        lower,
        upper,
        standardize,
        threads(n_threads),
        x,
        weights,
        weight_type_number(weight_type),
        criterion_number(criterion),
        margin_number(margin),
        candidate_bits(candidates),
        robust,
        LEVEL if round_lambda else 0.0,
        lambdas,
    )


def fixed_lambda(lmbda: float | None, method: METHOD) -> bytes | None:
    """Return a lambda as the bytes of a double, or None if it is to be estimated."""
    if lmbda is None:
        return None
    method_among("lmbda", method, FIXED)
    if isinstance(lmbda, bool) or not hasattr(lmbda, "__float__"):
        raise TypeError(f"lmbda: a number or None, not {type(lmbda).__name__}")
    if not math.isfinite(lmbda):
        raise ValueError(f"lmbda: a finite number or None, not {lmbda!r}")
    return array("d", [float(lmbda)]).tobytes()


def fit_column(
    x: Any,
    weights: Any,
    method: METHOD,
    *,
    bounds: BOUNDS,
    weight_type: WEIGHT_TYPE,
    lmbda: float | None = None,
    n_threads: int,
    **options: Any,
) -> Fit:
    """Fit one column of values; `fit_sketches` says what the options are."""
    x, weights = kept(x), None if weights is None else kept(weights, "weights")
    sketches = new_sketches(1, method)
    sketches.update(x, weights, threads(n_threads), True, "weights")
    model = fit_sketches(
        sketches,
        bounds=bounds,
        weight_type=weight_type,
        lambdas=fixed_lambda(lmbda, method),
        n_threads=n_threads,
        x=x,
        weights=weights,
        **options,
    )
    return Fit(model, sketches, weight_type, bounds)
