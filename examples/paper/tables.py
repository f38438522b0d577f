# SPDX-License-Identifier: BSD-3-Clause
"""Tables in Markdown, of runs with several seeds."""

from statistics import fmean, stdev


def spread(values, digits=2):
    """Return the mean and the standard deviation of runs as text."""
    if len(values) == 1:
        return f"{values[0]:.{digits}f}"
    return f"{fmean(values):.{digits}f} +- {stdev(values):.{digits}f}"


def difference(values, others, digits=2):
    """Return the mean of the differences of runs with the same seed, and its standard error."""
    d = [a - b for a, b in zip(values, others, strict=True)]
    if len(d) == 1:
        return f"{d[0]:+.{digits}f}"
    return f"{fmean(d):+.{digits}f} +- {stdev(d) / len(d) ** 0.5:.{digits}f}"


def table(head, rows):
    """Print a table: the texts of its head, and those of each row."""
    for row in (head, ["---"] * len(head), *rows):
        print("|", " | ".join(row), "|", flush=True)
    print()
