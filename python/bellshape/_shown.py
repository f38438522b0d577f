# SPDX-License-Identifier: BSD-3-Clause
"""What fits and transformers show of themselves: pictures, and tables in notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _core
from ._pictures import ReportColumn, encoded, numbers_of
from ._report import framed, page_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from matplotlib.figure import Figure

# PowerTransformer.plot() draws so many columns, unless it is told which.
MAX_ROWS = 20


def figure_of(columns: list[ReportColumn], figure: Figure | None) -> Figure:
    from ._displays import draw_rows

    names = [name.decode("utf-8", "replace") for name, *_ in columns]
    return draw_rows(list(zip(map(numbers_of, columns), names, strict=True)), figure)


class ShownFit:
    """The part of Fit that shows it."""

    _model: _core.Model
    _sketches: _core.Sketches

    def _report_column(self, column: int | str | None = None) -> ReportColumn:
        if column is not None:
            raise ValueError("column: a Fit has one column")
        return encoded("x"), self._sketches, 0, self._model, 0, None

    def plot(self, *, figure: Figure | None = None) -> Figure:
        """Draw the column before and after the transform, with matplotlib.

        There are histograms before and after, the Q-Q plot after with a band of 95 %, and the
        profile likelihood of lambda.  A fit keeps up to 1024 distinct values; more are drawn as
        1000 evenly spaced quantiles.  `bellshape.plots` has displays that draw one picture, of
        values as well.

        Parameters
        ----------
        figure : matplotlib Figure or None
            What to draw on; None makes a figure.

        Returns
        -------
        matplotlib Figure
            The figure.

        Raises
        ------
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> figure = yeojohnson_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0]).plot()
        >>> [ax.get_title(loc="left") for ax in figure.axes]
        ['Histogram before', 'Histogram after', 'Q-Q plot after', 'Profile likelihood']
        """
        return figure_of([self._report_column()], figure)

    def _repr_html_(self) -> str:
        return framed(page_of([self._report_column()], "Fit"), 900)


class ShownColumns:
    """The part of PowerTransformer that shows it."""

    n_features_in_: int

    def _report_column(self, column: int | str | None) -> ReportColumn:
        model: _core.Model = self._fitted()  # type: ignore[attr-defined]
        names: list[str] = self._names()  # type: ignore[attr-defined]
        sketches = self.__dict__.get("_sketches")
        if sketches is None:
            raise ValueError(
                "this transformer has no data to show; fit with keep_sketches=True, or use "
                "bellshape.report(table, model=transformer)"
            )
        j = place_of(column, names)
        return encoded(names[j]), sketches, j, model, j, None

    def plot(
        self, columns: Collection[int | str] | None = None, *, figure: Figure | None = None
    ) -> Figure:
        """Draw columns before and after their transforms, with matplotlib.

        Each column has a row: histograms before and after, the Q-Q plot after with a band of 95 %,
        and the profile likelihood of lambda.  They are those of the data of the fit: up to 1024
        distinct values of a column, or else 1000 evenly spaced quantiles.

        Parameters
        ----------
        columns : list of int or str, or None
            The places or the names of the columns; None takes all, if they are 20 or fewer.
        figure : matplotlib Figure or None
            What to draw on; None makes a figure.

        Returns
        -------
        matplotlib Figure
            The figure.

        Raises
        ------
        NotFittedError
            If the transformer was not fitted.
        ValueError
            If there is no such column, there are more than 20 and `columns` is None, or the
            transformer has not kept its sketches.
        ImportError
            If matplotlib is not installed.
        """
        self._fitted()  # type: ignore[attr-defined]
        if columns is None:
            if self.n_features_in_ > MAX_ROWS:
                raise ValueError(
                    f"columns: there are {self.n_features_in_}; say which to plot, or use "
                    "bellshape.report(table, model=transformer)"
                )
            columns = range(self.n_features_in_)
        elif isinstance(columns, (str, int)) or not len(columns):
            raise ValueError(f"columns: a list of places or names, not {columns!r}")
        return figure_of([self._report_column(column) for column in columns], figure)

    def _fitted_html(self) -> str:
        """Return the summary as a table, or nothing for a transformer that was not fitted."""
        if not hasattr(self, "_model"):
            return ""
        table: str = self.summary()._repr_html_()  # type: ignore[attr-defined]
        return table

    # scikit-learn shows the parameters, and IPython asks for one of these two.
    @property
    def _repr_html_(self) -> Any:
        inner = super()._repr_html_  # type: ignore[misc]
        return lambda: inner() + self._fitted_html()

    def _repr_mimebundle_(self, **keywords: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**keywords)  # type: ignore[misc]
        if "text/html" in bundle:
            bundle["text/html"] += self._fitted_html()
        return bundle


def place_of(column: int | str | None, names: list[str]) -> int:
    """Return the place of a column that is given by its place or by its name."""
    if isinstance(column, str):
        if column not in names:
            raise ValueError(f"column: no {column!r}; there are {', '.join(names)}")
        return names.index(column)
    if column is None or isinstance(column, bool) or not hasattr(column, "__index__"):
        raise ValueError(f"column: the place or the name of a column, not {column!r}")
    if not 0 <= column < len(names):
        raise ValueError(f"column: 0 to {len(names) - 1}, not {column}")
    return int(column)
