# SPDX-License-Identifier: BSD-3-Clause
"""The formats of files that PyArrow reads, and by what they are known."""

from __future__ import annotations

import os

# How files begin: those of Parquet, files of Arrow, and streams of Arrow.
PARQUET, ARROW, STREAM = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"
# How the names of such files end where they are written.
ARROW_NAMES = (".parquet", ".arrow", ".feather")


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
