# SPDX-License-Identifier: BSD-3-Clause
"""Pages of HTML that show columns before and after their transforms."""

from __future__ import annotations

import contextlib
import html
import os
import pathlib
import secrets
from typing import TYPE_CHECKING, Any

from . import _core
from ._convert import floats
from ._parameters import CRITERION, METHOD, full_name, method_number, threads
from ._pictures import ReportColumn, check_domain, encoded, sample_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    import numpy as np


class Report:
    """A page of HTML that shows each column before and after its transform.

    `report` makes it.  In a notebook it shows itself, in a frame of its own, so that its styles do
    not reach the notebook.

    Parameters
    ----------
    html : str
        The page, which needs nothing but itself: no script, no font, no network.
    columns : list of str
        The names of the columns that it shows.

    Attributes
    ----------
    html : str
        The page.
    columns : list of str
        The names of the columns that it shows.

    Examples
    --------
    >>> page = report([[1.0, 10.0], [2.0, 20.0], [4.0, 90.0], [9.0, 10.0]])
    >>> page
    Report(2 columns: x0, x1)
    >>> page.html.startswith("<!DOCTYPE html>")
    True
    """

    def __init__(self, html: str, columns: list[str]) -> None:
        self.html, self.columns = html, columns

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file.

        A file of that name is replaced only once the whole page has been written.

        Parameters
        ----------
        path : str or path-like
            Where to: a name that ends in .html opens in a browser.

        Raises
        ------
        OSError
            If the file cannot be written; then nothing is left of it.
        """
        target = pathlib.Path(path)
        part = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}")
        try:
            with open(part, "x", encoding="utf-8") as file:
                file.write(self.html)
            if target.exists():
                part.chmod(target.stat().st_mode & 0o777)
            part.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise

    def __repr__(self) -> str:
        shown = ", ".join(self.columns[:6]) + (", ..." if len(self.columns) > 6 else "")
        plural = "" if len(self.columns) == 1 else "s"
        return f"Report({len(self.columns)} column{plural}: {shown})"

    def _repr_html_(self) -> str:
        return framed(self.html, 720)


def framed(page: str, height: int) -> str:
    """Return an element that shows a page within another one, without sharing styles or links."""
    # In a frame that has no address, links within the page would else lead out of it.
    page = page.replace("<head>", '<head><base href="about:srcdoc">', 1)
    return (
        f'<iframe title="bellshape report" sandbox="" loading="lazy" srcdoc="{html.escape(page)}" '
        f'style="width:100%;height:{height}px;border:0;color-scheme:light dark"></iframe>'
    )


def page_of(
    columns: Iterable[ReportColumn],
    title: str,
    skipped: Iterable[Any] = (),
    model: str | None = None,
    full: int = 50,
) -> str:
    return _core.report_html(
        tuple(columns),
        encoded(title),
        tuple(encoded(name) for name in skipped),
        None if model is None else encoded(model),
        full,
    )


# ---- tables ----


def columns_of(table: Any) -> tuple[list[tuple[str, Any]], list[str]]:
    """Return the columns that are numbers, with their names, and the names of the others."""
    if hasattr(table, "columns") or hasattr(table, "column_names"):
        found, skipped = [], []
        for name, column in named_columns(table):
            values = numbers_in(column)
            if values is None:
                skipped.append(name)
            else:
                found.append((name, values))
        return found, skipped
    a = floats(table, "table")
    if a.ndim not in (1, 2):
        raise ValueError(f"table: 1 or 2 dimensions, not {a.ndim}")
    a = a.reshape(len(a), -1) if a.size or a.ndim == 2 else a.reshape(0, 1)
    named = getattr(table, "name", None)
    if a.shape[1] == 1 and isinstance(named, str):
        return [(named, a[:, 0])], []
    return [(f"x{j}", a[:, j]) for j in range(a.shape[1])], []


def named_columns(table: Any) -> Iterator[tuple[str, Any]]:
    if hasattr(table, "column_names"):  # PyArrow
        for j, name in enumerate(table.column_names):
            yield str(name), table.column(j)
    elif hasattr(table, "iloc"):  # pandas, where two columns may have one name
        for j, name in enumerate(table.columns):
            yield str(name), table.iloc[:, j]
    else:
        for name in table.columns:
            yield str(name), table[name]


def numbers_in(column: Any) -> np.ndarray | None:
    """Return the numbers of a column, or None if it holds something else."""
    kind = getattr(column, "dtype", None)
    if hasattr(column, "iloc"):
        from ._numpy import np

        if str(kind) == "boolean" or getattr(kind, "_is_numeric", False):
            # Columns of pandas with a missing value of their own.
            return np.asarray(column.to_numpy(dtype=float, na_value=np.nan))
        if getattr(kind, "kind", "O") not in "biuf":
            return None
    try:
        return floats(column)
    except TypeError:
        return None


def progress(columns: list[Any], verbose: int) -> Iterable[Any]:
    """Return the columns, with a bar if that is wanted and tqdm is there."""
    if not verbose:
        return columns
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return columns
    return tqdm(columns, desc="bellshape report", unit="column")  # type: ignore[no-any-return]


# ---- models ----


def model_columns(model: Any, columns: list[tuple[str, Any]], named: bool) -> list[int]:
    """Return the place in the model of each column, or -1."""
    if not hasattr(model, "n_features_in_"):
        if len(columns) != 1:
            raise ValueError(f"model: a Fit is of one column, and the table has {len(columns)}")
        return [0]
    names = list(getattr(model, "feature_names_in_", []))
    if names and named:
        places = {str(name): j for j, name in enumerate(names)}
        found = [places.get(name, -1) for name, _ in columns]
        if max(found, default=-1) < 0:
            raise ValueError(f"model: knows none of the columns; it has {', '.join(places)}")
        return found
    if len(columns) != model.n_features_in_:
        raise ValueError(
            f"model: fitted on {model.n_features_in_} columns, and the table has {len(columns)}"
        )
    return list(range(len(columns)))


def core_model(model: Any) -> _core.Model:
    if not hasattr(model, "_report_column"):
        raise TypeError(f"model: a PowerTransformer, a Fit or None, not {full_name(model)}")
    # After partial_fit the model is made when it is first needed.
    found: _core.Model = model._fitted() if hasattr(model, "_fitted") else model._model
    return found


def fitted_column(
    name: str, x: np.ndarray, method: METHOD, options: dict[str, Any]
) -> tuple[_core.Sketches, _core.Model]:
    """Return the sketch of a column and its fit."""
    from ._estimate import fit_sketches, new_sketches

    sketches = new_sketches(1, method)
    try:
        sketches.update(x, None, options["n_threads"], True)
        return sketches, fit_sketches(sketches, x=x, **options)
    except ValueError as error:
        raise ValueError(f"{name!r}: {error}") from error


def known_column(name: str, x: np.ndarray, model: _core.Model, place: int) -> _core.Sketches:
    """Return the sketch of a column, if the transform at this place of a model takes it."""
    sketches = _core.Sketches(1, _core.METHODS["yeo-johnson"])
    sketches.update(x, None, 1)
    check_domain(name, sketches, model.fits()[place])
    return sketches


def report(
    table: Any,
    *,
    model: Any = None,
    method: METHOD = "yeo-johnson",
    bounds: tuple[float, float] | None = None,
    criterion: CRITERION = "aic",
    margin: float | None = None,
    candidates: Collection[str] | None = None,
    title: str = "table",
    full: int = 50,
    verbose: int = 0,
    n_threads: int = 1,
) -> Report:
    """Show every column of a table before and after its transform, on one page of HTML.

    It is the page of the program's command `bellshape report`: histograms, Q-Q plots with a band,
    the profile likelihood, numbers and verdicts.  docs/report.md explains them.  Of columns with
    more than 50 000 values, the histograms and Q-Q plots show a sample of rows.

    Parameters
    ----------
    table : data frame or array_like
        A data frame of pandas, Polars or PyArrow, whose columns that hold no numbers are named on
        the page and left out; or numbers of shape (n,) or (n, columns).  NaN is missing.
    model : estimator or None
        A `PowerTransformer` or a `Fit`: what has the transforms to show.  The columns are known by
        their names if both have names.  None fits the columns of the table.
    method, bounds, criterion, margin, candidates
        How they are fitted then, as in `PowerTransformer`.
    title : str, default "table"
        The headline.
    full : int, default 50
        How many columns are shown in full; the others are folded.
    verbose : int, default 0
        1 shows a bar of progress, if tqdm is installed.
    n_threads : int, default 1
        The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
        The result does not depend on it.

    Returns
    -------
    Report
        The page, which shows itself in a notebook; `save` writes it to a file.

    Raises
    ------
    ValueError
        If no column holds numbers, a value is outside the domain of the method, the model is of
        other columns, or a parameter is out of range.
    TypeError
        If an array does not hold real numbers, or the model is neither a `PowerTransformer`
        nor a `Fit`.
    NotFittedError
        If the model was not fitted.

    Examples
    --------
    >>> report([1.6, 1.7, 1.8, 1.75, 1.66], title="Heights")
    Report(1 column: x0)
    """
    count = threads(n_threads)
    method_number(method)
    if not isinstance(full, int) or isinstance(full, bool) or full < 1:
        raise ValueError(f"full: a whole number above 0, not {full!r}")
    known = None if model is None else core_model(model)
    columns, skipped = columns_of(table)
    if not columns:
        raise ValueError("table: no column holds numbers")
    named = hasattr(table, "columns") or hasattr(table, "column_names")
    places = [] if model is None else model_columns(model, columns, named)
    options: dict[str, Any] = {
        "bounds": bounds,
        "criterion": criterion,
        "margin": margin,
        "candidates": candidates,
        "n_threads": count,
    }
    shown: list[ReportColumn] = []
    for j, (name, x) in enumerate(progress(columns, verbose)):
        if known is None:
            sketches, fitted, place = *fitted_column(name, x, method, options), 0
        elif places[j] >= 0:
            sketches, fitted, place = known_column(name, x, known, places[j]), known, places[j]
        else:
            continue
        shown.append((encoded(name), sketches, 0, fitted, place, sample_of(x, len(columns))))
    page = page_of(shown, title, skipped, None if model is None else type(model).__name__, full)
    return Report(page, [name.decode("utf-8", "replace") for name, *_ in shown])
