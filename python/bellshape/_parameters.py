# SPDX-License-Identifier: BSD-3-Clause
"""Checks of parameters that several functions have, with one text of error for each."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any, Literal

from . import _core

METHOD = Literal[
    "yeo-johnson",
    "box-cox",
    "yeo-johnson-unit",
    "identity",
    "log",
    "sqrt",
    "log-shift",
    "asinh",
    "exponential",
    "normal-scores",
    "best",
]
# The methods whose lambda is a power, and has a likelihood that can be asked.
POWERS: tuple[METHOD, ...] = ("yeo-johnson", "yeo-johnson-unit", "box-cox")
# The methods that have robust fits, lambdas that can be rounded, and lambdas that can be fixed.
ROBUST: tuple[METHOD, ...] = ("yeo-johnson", "box-cox")
ROUNDED = POWERS
FIXED: tuple[METHOD, ...] = (*POWERS, "exponential")
# The level of intervals, unless another is asked for, and of the one that lambda is rounded in.
LEVEL = 0.95
# The range of lambda; None for an open end, or for two.
BOUNDS = tuple[float | None, float | None] | None
CRITERION = Literal["aic", "bic", "heldout"]
OUTSIDE = Literal["nan", "clip", "error"]
WEIGHT_TYPE = Literal["frequency", "importance"]
SKIP = Literal["none", "auto"]


def threads(n_threads: int) -> int:
    """Return n_threads if it is a number of threads: 1 to MAX_THREADS, or 0 for one each CPU."""
    if isinstance(n_threads, bool) or not hasattr(n_threads, "__index__"):
        raise TypeError(f"n_threads: an int, not {type(n_threads).__name__}")
    if not 0 <= n_threads <= _core.MAX_THREADS:
        raise ValueError(f"n_threads: 0 to {_core.MAX_THREADS}, not {n_threads}")
    return n_threads


def boolean(name: str, value: bool) -> bool:
    """Return a value that is True or False; NumPy's count as well."""
    if type(value) is bool or type(value).__name__ in ("bool_", "bool"):
        return bool(value)
    raise TypeError(f"{name}: True or False, not {value!r}")


def full_name(value: Any) -> str:
    """Name the type of a value with its module, as other packages have types of the same name."""
    kind = type(value)
    return f"{kind.__module__}.{kind.__qualname__}"


def choice(name: str, value: str, values: Mapping[str, int]) -> int:
    """Return the number that the C library has for one of its words, as _core.METHODS has them."""
    if not isinstance(value, str) or value not in values:
        raise ValueError(f"{name}: one of {', '.join(map(repr, values))}, not {value!r}")
    return values[value]


def method_number(method: str) -> int:
    return choice("method", method, _core.METHODS)


def method_among(name: str, method: str, methods: Collection[str]) -> None:
    """Refuse an argument of this name that the method does not have."""
    if method not in methods:
        raise ValueError(f"{name}: for method {', '.join(map(repr, methods))}, not {method!r}")


def least_of(method: str, shift: float = math.nan) -> float:
    """Return the lower end of the domain of a method; -infinity if there is none, or no shift."""
    if method in ("box-cox", "log", "sqrt"):
        return 0.0
    return 0.0 - shift if method == "log-shift" and not math.isnan(shift) else -math.inf


def parameter_of(fit: Mapping[str, Any]) -> tuple[str, float]:
    """Return the parameter that a fit has an interval of: what it is called, and its value."""
    method = fit["method"]
    if method in ("log-shift", "asinh"):
        name = "shift" if method == "log-shift" else "unit"
        return name, fit[name]
    return "lmbda", fit["lmbda"]


def outside_number(outside: str) -> int:
    return choice("outside", outside, _core.OUTSIDE)


def skips(skip: str) -> bool:
    """Tell whether columns are left alone that have such a verdict."""
    if skip not in ("none", "auto"):
        raise ValueError(f"skip: one of 'none', 'auto', not {skip!r}")
    return skip == "auto"


def weight_type_number(weight_type: str) -> int:
    return choice("weight_type", weight_type, _core.WEIGHT_TYPES)


def probability(level: float) -> float:
    """Return a level if it is above 0 and below 1."""
    if isinstance(level, bool) or not hasattr(level, "__float__"):
        raise TypeError(f"level: a number, not {type(level).__name__}")
    if not 0 < level < 1:
        raise ValueError(f"level: above 0 and below 1, not {level!r}")
    return float(level)


def criterion_number(criterion: str) -> int:
    return choice("criterion", criterion, _core.CRITERIA)


def margin_number(margin: float | None) -> float:
    """Return the margin, or NaN for None, which stands for the default of a criterion."""
    if margin is None:
        return math.nan
    if isinstance(margin, bool) or not hasattr(margin, "__float__"):
        raise TypeError(f"margin: a number or None, not {type(margin).__name__}")
    if not float(margin) >= 0:
        raise ValueError(f"margin: 0 or more, not {margin!r}")
    return float(margin)


def candidate_bits(candidates: Collection[str] | None) -> int:
    """Return the methods as the C library has them: a bit for each, or 0 for None."""
    if candidates is None:
        return 0
    if isinstance(candidates, str) or not isinstance(candidates, Collection):
        raise TypeError(f"candidates: a list of methods or None, not {candidates!r}")
    if not candidates:
        raise ValueError("candidates: at least one method; None takes all")
    bits = 0
    for name in candidates:
        bits |= 1 << choice("candidates", name, _core.CANDIDATES)
    return bits


def interval(bounds: BOUNDS) -> tuple[float, float]:
    """Return bounds as two numbers in ascending order; infinite ones for None, as a pair too."""
    if bounds is None:
        return -math.inf, math.inf
    try:
        low, high = bounds
        lower = -math.inf if low is None else float(low)
        upper = math.inf if high is None else float(high)
    except (TypeError, ValueError):
        raise ValueError(f"bounds: a pair of numbers, not {bounds!r}") from None
    if not lower < upper:
        raise ValueError(f"bounds: lower < upper, not {bounds!r}")
    return lower, upper
