# SPDX-License-Identifier: BSD-3-Clause
"""The part of `python -m bellshape` that reads and writes Parquet and Arrow.

Fits read the tables into a state, which the program then fits, so that all of its options are
there.  Transforms go from file to file, block by block.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import _core
from ._batches import read, transform_batches
from ._estimate import fit_sketches
from ._formats import is_table
from ._power_transformer import PowerTransformer
from ._sources import Source
from ._table_sketch import TableSketch

# What the program ends with after bad data, and after bad usage.
BAD_DATA, BAD_USAGE = 1, 2


def run(arguments: list[str], program: str) -> int:
    """Run a command of the program, fit, transform or inverse, and return its exit status."""
    command, rest = arguments[0], arguments[1:]
    try:
        if command == "fit":
            return fit(rest, program)
        return transform(command, rest)
    except (ValueError, TypeError, OSError) as error:
        print(f"bellshape: {error}", file=sys.stderr)
        return BAD_DATA


def parser_of(command: str, positional: bool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        f"python -m bellshape {command}", allow_abbrev=False, add_help=False
    )
    parser.add_argument("-o", "--output", required=positional)
    parser.add_argument("--threads", type=int, default=0)
    if positional:
        parser.add_argument("-m", "--model", required=True)
        parser.add_argument("table", nargs="+")
    return parser


# ---- fit ----


def fit(rest: list[str], program: str) -> int:
    parser = parser_of("fit", False)
    for name in ("--state-out", "--state-in", "--like", "--weights"):
        parser.add_argument(name)
    known, others = parser.parse_known_args(rest)
    which = [is_table(*pair) for pair in zip([None, *others], others, strict=False)]
    tables = list(itertools.compress(others, which))
    if known.state_in:
        parser.error("--state-in and a table: make a state of the table, and merge the two")
    sketch = sketch_of(tables, known.like, known.weights, known.threads)
    if known.state_out:
        with replaced(Path(known.state_out)) as path:
            path.write_bytes(sketch.to_bytes())
    options = [word for word, table in zip(others, which, strict=True) if not table]
    if known.output is not None:
        options += ["-o", known.output]
    options += ["--threads", str(known.threads), "--state-in", "-"]
    sys.stdout.flush()
    found = subprocess.run([program, "fit", *options], input=sketch.to_bytes(), check=False)
    return found.returncode


def sketch_of(
    tables: list[str], like: str | None, weights: str | None, n_threads: int
) -> TableSketch:
    """Read tables into one sketch, and again where grids do not suit that nobody has given."""
    sketch = TableSketch(like=like)
    columns = [name for name in sketch.columns or [] if name is not None]
    source = Source(tables, columns or None, weights)
    read(source, sketch, weights, n_threads, False)
    fits = fit_sketches(sketch._known("fit")).fits()
    if like is None and any("ill_conditioned" in found["flags"] for found in fits):
        sketch = sketch.regrid()
        read(source, sketch, weights, n_threads, False)
    return sketch


# ---- transform and inverse ----


def transform(command: str, rest: list[str]) -> int:
    parser = parser_of(command, True)
    if command == "inverse":
        parser.add_argument("--outside", choices=list(_core.OUTSIDE), default="nan")
    known = parser.parse_args(rest)
    make = writer_of(known.output)
    if make is None:
        print(
            f"bellshape: -o {known.output}: a name that ends in .parquet, .arrow, .feather or .csv",
            file=sys.stderr,
        )
        return BAD_USAGE
    try:
        text, outside = Path(known.model).read_text(), vars(known).get("outside", "nan")
        model = PowerTransformer.from_json(text, outside=outside)
    except ValueError as error:
        raise ValueError(f"{known.model}: {error}") from None
    reader = transform_batches(
        model, known.table, inverse=command == "inverse", n_threads=known.threads
    )
    with replaced(Path(known.output)) as path, make(path, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
    return 0


def writer_of(output: str) -> Callable[[Path, Any], Any] | None:
    """Return what opens a file of the format that its name says; None for other names."""
    import pyarrow
    from pyarrow.csv import CSVWriter
    from pyarrow.parquet import ParquetWriter

    return {
        ".parquet": ParquetWriter,
        ".arrow": lambda path, schema: pyarrow.ipc.new_file(str(path), schema),
        ".feather": lambda path, schema: pyarrow.ipc.new_file(str(path), schema),
        ".csv": lambda path, schema: CSVWriter(str(path), schema),
    }.get(Path(output).suffix.lower())


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give the name of a new file, which takes the place of `path` when it is whole.

    As in the program, links are followed, the file keeps its mode, and is not replaced if it is
    protected against writing.
    """
    target = path.resolve()
    old = target.stat() if target.exists() else None
    if old is not None and not (old.st_mode & 0o222 and os.access(target, os.W_OK)):
        raise PermissionError(f"{path}: is read-only; chmod u+w it first")
    with tempfile.TemporaryDirectory(prefix=".bellshape-", dir=target.parent) as folder:
        new = Path(folder, target.name)
        yield new
        if old is not None:
            new.chmod(old.st_mode & 0o777)
        with new.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(new, target)
