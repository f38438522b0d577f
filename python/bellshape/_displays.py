# SPDX-License-Identifier: BSD-3-Clause
"""Several pictures of columns in one figure, by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._display import pyplot
from ._histogram_display import HistogramDisplay
from ._pictures import Numbers
from ._profile_display import ProfileDisplay
from ._qq_display import QQDisplay

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
