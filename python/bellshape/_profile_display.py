# SPDX-License-Identifier: BSD-3-Clause
"""The profile log-likelihood of a column by matplotlib."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Self

from ._display import AFTER, BAND, CUT, EDGE, Display, numbers_for
from ._pictures import Profile

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
