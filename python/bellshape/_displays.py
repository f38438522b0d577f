# SPDX-License-Identifier: BSD-3-Clause
"""Pictures by matplotlib, in the manner of the displays of scikit-learn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Self

from . import _pictures
from ._parameters import full_name
from ._pictures import QQ, Histogram, Numbers, Profile

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


class ProfileDisplay(Display):
    """The profile log-likelihood of lambda, with its interval of 95 %.

    Parameters
    ----------
    profile : Profile
        The points.
    name : str or None
        What the column is, for the title.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes of the last plot.
    figure_ : matplotlib Figure
        Their figure.
    line_ : matplotlib Line2D or None
        The curve; None if there is no likelihood of lambda.

    Examples
    --------
    >>> from bellshape.plots import ProfileDisplay
    >>> display = ProfileDisplay.from_estimator(yeojohnson_fit([1.0, 2.0, 4.0, 9.0]))
    >>> display.ax_.get_xlabel()
    'lambda'
    """

    def __init__(self, profile: Profile, *, name: str | None = None) -> None:
        self.profile, self.name = profile, name

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        x: Any = None,
        *,
        column: int | str | None = None,
        ax: Axes | None = None,
        **keywords: Any,
    ) -> Self:
        """Draw the likelihood of the lambda of a fit.

        Parameters
        ----------
        estimator : Fit or PowerTransformer
            What has the transform.
        x : array_like of shape (n,) or None
            Values of the column, whose likelihood is shown; None takes those of the fit.
        column : int, str or None
            The place or the name of a column of a PowerTransformer.
        ax : matplotlib Axes or None
            Where to draw; None makes a figure.
        **keywords
            What `matplotlib.axes.Axes.plot` takes for the curve.

        Returns
        -------
        ProfileDisplay
            The display.

        Raises
        ------
        ValueError
            If there is no such column, or the transform does not take a value.
        ImportError
            If matplotlib is not installed.
        """
        numbers, name = numbers_for(estimator, x, column)
        return cls(numbers.profile, name=name).plot(ax, **keywords)

    def plot(self, ax: Axes | None = None, **keywords: Any) -> Self:
        """Draw it, once more or elsewhere.

        Parameters
        ----------
        ax : matplotlib Axes or None
            Where to draw; None makes a figure.
        **keywords
            What `matplotlib.axes.Axes.plot` takes for the curve.

        Returns
        -------
        ProfileDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        axes, p = self._begin(ax), self.profile
        self.line_ = None
        axes.set_xlabel("lambda")
        axes.set_ylabel("log-likelihood")
        axes.set_title("Profile likelihood", loc="left")
        if not len(p.lambdas):
            axes.text(0.5, 0.5, "no lambda", transform=axes.transAxes, ha="center", va="center")
            return self
        # What lies far below the maximum would hide how the curve falls around it.
        seen = p.log_likelihood >= -4 * CUT
        lambdas, heights = p.lambdas[seen], p.log_likelihood[seen]
        low, high = p.ci95
        # Lambdas that were not estimated have no interval.
        if not math.isnan(low):
            ends = max(low, lambdas[0]), min(high, lambdas[-1])
            axes.axvspan(*ends, facecolor=BAND, edgecolor="none")
        axes.axhline(-CUT, color=EDGE, linestyle="--", linewidth=1)
        (self.line_,) = axes.plot(lambdas, heights, **{"color": "black", **keywords})
        axes.plot([p.lmbda], [0], linestyle="none", marker="o", color=AFTER)
        return self


def label_of(name: str | None, after: bool) -> str:
    return f"transform of {name}" if after and name else name or ("transform" if after else "value")


# ---- several pictures ----


def draw_rows(rows: list[tuple[Numbers, str]], figure: Figure | None = None) -> Figure:
    """Draw a row of four pictures for each column."""
    if figure is None:
        figure = pyplot().figure(figsize=(14, 3.2 * len(rows)), layout="constrained")
    axes = figure.subplots(len(rows), 4, squeeze=False)
    for (numbers, name), row in zip(rows, axes, strict=True):
        HistogramDisplay._of(numbers, name, False).plot(row[0])
        HistogramDisplay._of(numbers, name, True).plot(row[1])
        QQDisplay._of(numbers, name, True).plot(row[2])
        ProfileDisplay(numbers.profile, name=name).plot(row[3])
    return figure
