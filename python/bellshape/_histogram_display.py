# SPDX-License-Identifier: BSD-3-Clause
"""The histogram of a column by matplotlib."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Self

from . import _pictures
from ._display import AFTER, BEFORE, CURVE_POINTS, NORMAL, REACH, Display, label_of, numbers_for
from ._pictures import Histogram, Numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class HistogramDisplay(Display):
    """A histogram, with the normal curve of the same mean and standard deviation.

    Parameters
    ----------
    histogram : Histogram
        The counts.
    mean, sd : float
        Mean and standard deviation of the values; NaN draws no curve.
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
    bars_ : matplotlib StepPatch
        The bars.
    curve_ : matplotlib Line2D or None
        The normal curve.

    Examples
    --------
    >>> from bellshape.plots import HistogramDisplay
    >>> display = HistogramDisplay.from_values([1.0, 2.0, 2.0, 3.0])
    >>> display.histogram.counts.tolist(), display.ax_.get_ylabel()
    ([1.0, 2.0, 1.0], 'density')
    """

    def __init__(
        self,
        histogram: Histogram,
        mean: float = math.nan,
        sd: float = math.nan,
        *,
        name: str | None = None,
        after: bool = False,
    ) -> None:
        self.histogram, self.mean, self.sd = histogram, mean, sd
        self.name, self.after = name, after

    @classmethod
    def from_values(
        cls,
        x: Any,
        *,
        bins: int | None = None,
        name: str | None = None,
        ax: Axes | None = None,
        **keywords: Any,
    ) -> Self:
        """Draw the histogram of values.

        Parameters
        ----------
        x : array_like of shape (n,) or (n, 1)
            The values.
        bins : int or None
            The number of bins, as for `histogram`.
        name : str or None
            What the values are, for the axis.
        ax : matplotlib Axes or None
            Where to draw; None makes a figure.
        **keywords
            What `matplotlib.axes.Axes.stairs` takes.

        Returns
        -------
        HistogramDisplay
            The display.

        Raises
        ------
        ValueError
            If x has another shape, or bins is out of range.
        ImportError
            If matplotlib is not installed.
        """
        points = _pictures.qq(x)
        made = cls(_pictures.histogram(x, bins), points.mean, points.sd, name=name)
        return made.plot(ax, **keywords)

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
        """Draw the histogram of a column before or after its transform.

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
            What `matplotlib.axes.Axes.stairs` takes.

        Returns
        -------
        HistogramDisplay
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
        if after:
            points, histogram = numbers.qq_after, numbers.histogram_after
        else:
            points, histogram = numbers.qq_before, numbers.histogram_before
        return cls(histogram, points.mean, points.sd, name=name, after=after)

    def plot(self, ax: Axes | None = None, **keywords: Any) -> Self:
        """Draw it, once more or elsewhere.

        Parameters
        ----------
        ax : matplotlib Axes or None
            Where to draw; None makes a figure.
        **keywords
            What `matplotlib.axes.Axes.stairs` takes.

        Returns
        -------
        HistogramDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        axes, h = self._begin(ax), self.histogram
        color = AFTER if self.after else BEFORE
        self.bars_, self.curve_ = None, None
        if len(h.edges):
            # Bins may differ in width.
            heights = h.counts / h.n / (h.edges[1:] - h.edges[:-1])
            style = {"fill": True, "color": color, **keywords}
            self.bars_ = axes.stairs(heights, h.edges, **style)
            self._draw_curve(axes)
        axes.set_ylabel("density")
        axes.set_xlabel(label_of(self.name, self.after))
        axes.set_title(f"Histogram {'after' if self.after else 'before'}", loc="left")
        return self

    def _draw_curve(self, axes: Any) -> None:
        from ._numpy import np

        if not (self.sd > 0 and math.isfinite(self.sd)):
            return
        z = np.linspace(-REACH, REACH, CURVE_POINTS)
        heights = np.exp(-z * z / 2) / (self.sd * math.sqrt(2 * math.pi))
        (self.curve_,) = axes.plot(self.mean + self.sd * z, heights, color=NORMAL)
