# SPDX-License-Identifier: BSD-3-Clause
"""The Q-Q plot of a column by matplotlib."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Self

from . import _pictures
from ._display import AFTER, BAND, BEFORE, EDGE, NORMAL, Display, label_of, numbers_for
from ._pictures import QQ, Numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class QQDisplay(Display):
    """A Q-Q plot against the normal distribution, with a simultaneous band of 95 %.

    Parameters
    ----------
    qq : QQ
        The points.
    name : str or None
        What the values are, for the axis.
    after : bool, default False
        Whether they are transformed, which decides the color.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes of the last plot.
    figure_ : matplotlib Figure
        Their figure.
    points_, line_ : matplotlib Line2D
        The points, and the line mean + sd z.
    band_ : matplotlib PolyCollection or None
        The band.

    Examples
    --------
    >>> from bellshape.plots import QQDisplay
    >>> display = QQDisplay.from_values(standard_normal(100, seed=1))
    >>> display.qq.outside, display.points_.get_xdata().shape
    (0, (100,))
    """

    def __init__(self, qq: QQ, *, name: str | None = None, after: bool = False) -> None:
        self.qq, self.name, self.after = qq, name, after

    @classmethod
    def from_values(
        cls, x: Any, *, name: str | None = None, ax: Axes | None = None, **keywords: Any
    ) -> Self:
        """Draw the Q-Q plot of values.

        Parameters
        ----------
        x : array_like of shape (n,) or (n, 1)
            The values.
        name : str or None
            What the values are, for the axis.
        ax : matplotlib Axes or None
            Where to draw; None makes a figure.
        **keywords
            What `matplotlib.axes.Axes.plot` takes for the points.

        Returns
        -------
        QQDisplay
            The display.

        Raises
        ------
        ValueError
            If x has another shape.
        ImportError
            If matplotlib is not installed.
        """
        return cls(_pictures.qq(x), name=name).plot(ax, **keywords)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        x: Any = None,
        *,
        column: int | str | None = None,
        after: bool = True,
        ax: Axes | None = None,
        **keywords: Any,
    ) -> Self:
        """Draw the Q-Q plot of a column before or after its transform.

        Parameters
        ----------
        estimator : Fit or PowerTransformer
            What has the transform.
        x : array_like of shape (n,) or None
            The values of the column.  None shows those of the fit: evenly spaced quantiles if it
            has not kept them.
        column : int, str or None
            The place or the name of a column of a PowerTransformer.
        after : bool, default True
            Whether to show the column after its transform, or before.
        ax : matplotlib Axes or None
            Where to draw; None makes a figure.
        **keywords
            What `matplotlib.axes.Axes.plot` takes for the points.

        Returns
        -------
        QQDisplay
            The display.

        Raises
        ------
        ValueError
            If there is no such column, or the transform does not take a value.
        ImportError
            If matplotlib is not installed.
        """
        numbers, name = numbers_for(estimator, x, column)
        return cls._of(numbers, name, after).plot(ax, **keywords)

    @classmethod
    def _of(cls, numbers: Numbers, name: str, after: bool) -> Self:
        return cls(numbers.qq_after if after else numbers.qq_before, name=name, after=after)

    def plot(self, ax: Axes | None = None, **keywords: Any) -> Self:
        """Draw it, once more or elsewhere.

        Parameters
        ----------
        ax : matplotlib Axes or None
            Where to draw; None makes a figure.
        **keywords
            What `matplotlib.axes.Axes.plot` takes for the points.

        Returns
        -------
        QQDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        axes, q = self._begin(ax), self.qq
        color = AFTER if self.after else BEFORE
        self.band_ = None
        if not math.isnan(q.local_level):
            self.band_ = axes.fill_between(
                q.normal, q.low, q.high, facecolor=BAND, edgecolor=EDGE, linewidth=0.6
            )
        (self.line_,) = axes.plot(q.normal, q.mean + q.sd * q.normal, color=NORMAL)
        style = {"linestyle": "none", "marker": "o", "markersize": 3, "color": color, **keywords}
        (self.points_,) = axes.plot(q.normal, q.value, **style)
        axes.set_xlabel("normal quantile")
        axes.set_ylabel(label_of(self.name, self.after))
        axes.set_title(f"Q-Q plot {'after' if self.after else 'before'}", loc="left")
        return self
