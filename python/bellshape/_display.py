# SPDX-License-Identifier: BSD-3-Clause
"""What the displays share: colors, axes, and the numbers of a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _pictures
from ._parameters import full_name
from ._pictures import Numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# The colors of the report: before and after the transform, and the normal distribution.
BEFORE, AFTER, NORMAL, BAND, EDGE = "#7f8897", "#2a6db5", "#b24a06", "#e4e9f1", "#8490a4"
# Beyond, in standard deviations, the normal curve is not drawn.
REACH = 3.5
CURVE_POINTS = 121
# What cuts off the 95 % interval of lambda: half of the quantile of chi-squared.
CUT = 1.9207


def pyplot() -> Any:
    """Return matplotlib.pyplot, or say how to get it."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError('pictures need matplotlib: pip install "bellshape[plot]"') from error
    return plt


def axes_of(ax: Axes | None) -> Any:
    return pyplot().subplots()[1] if ax is None else ax


def numbers_for(estimator: Any, x: Any, column: Any) -> tuple[Numbers, str]:
    """Return what the pictures of a column show, of its own values or of x, and its name."""
    if not hasattr(estimator, "_report_column"):
        raise TypeError(f"estimator: a Fit or a PowerTransformer, not {full_name(estimator)}")
    shown = estimator._report_column(column)
    if x is not None:
        shown = _pictures.of_values(shown, x)
    return _pictures.numbers_of(shown), shown[0].decode("utf-8", "replace")


class Display:
    """What all displays share: where they have been drawn."""

    ax_: Axes
    figure_: Figure

    def _begin(self, ax: Axes | None) -> Any:
        axes = axes_of(ax)
        self.ax_, self.figure_ = axes, axes.figure
        return axes


def label_of(name: str | None, after: bool) -> str:
    return f"transform of {name}" if after and name else name or ("transform" if after else "value")
