# SPDX-License-Identifier: BSD-3-Clause
"""The formats of files that PyArrow reads, and by what they are known."""

from __future__ import annotations

import os

# How files begin: those of Parquet, files of Arrow, and streams of Arrow.
PARQUET, ARROW, STREAM = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"
# How the names of such files end where they are written.
ARROW_NAMES = (".parquet", ".arrow", ".feather")
# The options of fit, transform and inverse behind which no value stands.
FLAGS = frozenset(
    f"--{name}"
    for name in [
        "bool",
        "explain",
        "header",
        "help",
        "histogram",
        "in-place",
        "json",
        "json-lines",
        "kurtosis",
        "no-header",
        "no-standardize",
        "robust",
        "round",
        "strip",
        "tests",
    ]
)


def head_of(path: str | os.PathLike[str]) -> bytes:
    """Return what a file begins with: PARQUET, ARROW, STREAM, or nothing known."""
    with open(path, "rb") as file:
        head = file.read(8)
    return next((known for known in (PARQUET, ARROW, STREAM) if head.startswith(known)), b"")


def is_arrow(path: str) -> bool:
    """Tell whether this is a file of Parquet or Arrow that can be read, or a folder."""
    try:
        return os.path.isdir(path) or (os.path.isfile(path) and head_of(path) != b"")
    except OSError:
        return False


def is_table(before: str | None, word: str) -> bool:
    """Tell whether a word of a command line, and not an option before it, names such a table.

    Parameters
    ----------
    before : str or None
        The word before it, if there is one.
    word : str
        The word.
    """
    takes_value = before is not None and (
        (before.startswith("--") and "=" not in before and before not in FLAGS)
        or (len(before) == 2 and before.startswith("-") and before != "-h")
    )
    return not takes_value and is_arrow(word)
