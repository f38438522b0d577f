# SPDX-License-Identifier: BSD-3-Clause
"""Where the blocks of a table come from: iterables, engines, and files that PyArrow reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ._blocks import Block, block_of, field_is_number, needed_pyarrow
from ._convert import refuse_lazy
from ._formats import ARROW, PARQUET, STREAM, head_of

# A block of 10 columns of doubles takes 2.5 MB then, and Python next to no time beside its rows.
BATCH_ROWS = 32768
READ_BYTES = 1 << 20


class Source:
    """The blocks of a table, which some sources give many times.

    Parameters
    ----------
    batches : iterable of blocks, path, list of paths, callable, or table
        What `fit_batches` takes.
    columns : list of str, or None
        The columns that are read, where a format can leave others out; None means all numbers.
    weights : str or None
        Another one.
    whole : bool, default False
        Whether all columns are read, whatever they are.

    Attributes
    ----------
    again : bool
        Whether `open` can be called more than once.
    files : list of Path
        The files, if they are what is read.
    path : Path or None
        The file of the block that was read last.
    """

    def __init__(
        self,
        batches: Any,
        columns: Collection[str] | None = None,
        weights: str | None = None,
        whole: bool = False,
    ) -> None:
        self.whole = whole
        self.columns = None if columns is None else [*columns, *([weights] if weights else [])]
        self.files = files_of(batches)
        self.path: Path | None = None
        self.again = True
        self._opened = False
        self._open: Callable[[], Iterable[Any]]
        if self.files:
            self._open = self._blocks_of_files
        elif hasattr(batches, "collect_batches"):
            self._open = batches.collect_batches
        elif hasattr(batches, "to_arrow_reader"):
            self._open = lambda: batches.to_arrow_reader(BATCH_ROWS)
        else:
            refuse_lazy(batches)
            self._open = self._open_of(batches)

    def _open_of(self, batches: Any) -> Callable[[], Iterable[Any]]:
        if is_table(batches):
            return lambda: [batches]
        if callable(batches):
            return lambda: batches()
        if not isinstance(batches, Iterable):
            raise TypeError(
                "batches: an iterable of blocks, a path, or a callable, not "
                f"{type(batches).__module__}.{type(batches).__qualname__}"
            )
        self.again = isinstance(batches, Sequence)
        return lambda: batches

    def open(self) -> Iterator[Any]:
        """Begin with the first block."""
        if self._opened and not self.again:
            raise ValueError("batches: they can be read once only; give a callable or a path")
        self._opened = True
        return iter(self._open())

    def rows(self) -> int | None:
        """Return the number of rows if it is known without reading them."""
        if not self.files or any(head_of(path) != PARQUET for path in self.files):
            return None
        return sum(int(parquet_of(path).metadata.num_rows) for path in self.files)

    def pieces(self, wanted: Callable[[int, int], bool]) -> Iterator[tuple[int, Any]]:
        """Yield (rows, block) for all blocks; None for blocks that need not be read.

        wanted(first, end) tells whether any of the rows first .. end - 1 of the table is.
        """
        if self.rows() is None:
            for block in self.open():
                yield block_of(block).rows, block
            return
        first = 0
        for path in self.files:
            with errors_of(path), parquet_of(path) as file:
                self.path = path
                columns = self._wanted(file.schema_arrow)
                for group in range(file.num_row_groups):
                    end = first + file.metadata.row_group(group).num_rows
                    if not wanted(first, end):
                        yield end - first, None
                        first = end
                        continue
                    for batch in file.iter_batches(BATCH_ROWS, [group], columns):
                        yield batch.num_rows, batch
                        first += batch.num_rows

    def _blocks_of_files(self) -> Iterator[Any]:
        for path in self.files:
            self.path = path
            with errors_of(path):
                yield from blocks_of_file(path, self._wanted)

    def _wanted(self, schema: Any) -> list[str] | None:
        """Return which columns of a file to read; where nobody says it, the first file does."""
        if self.whole:
            return None
        with self.located():
            wanted = wanted_of(schema, self.columns)
        self.columns = wanted
        return wanted

    @contextmanager
    def located(self) -> Iterator[None]:
        """Name the file of the last block in errors about the block."""
        try:
            yield
        except (TypeError, ValueError) as error:
            if self.path is None:
                raise
            raise type(error)(f"{self.path}: {error}") from None


@contextmanager
def errors_of(path: Path) -> Iterator[None]:
    """Name the file in errors of PyArrow."""
    try:
        yield
    except needed_pyarrow().ArrowException as error:
        raise ValueError(f"{path}: {error}") from error


def is_table(x: Any) -> bool:
    """Tell whether x is one block, and not an iterable of blocks."""
    is_arrow = hasattr(x, "__arrow_c_array__") or (
        hasattr(x, "__arrow_c_stream__") and hasattr(x, "columns")
    )
    is_array = hasattr(x, "ndim") and hasattr(x, "shape")
    return is_arrow or is_array or isinstance(x, Mapping) or hasattr(x, "iloc")


def batch_of(block: Any) -> Any:
    """Return a block as a table of PyArrow."""
    pyarrow = needed_pyarrow()
    if isinstance(block, pyarrow.Table):
        return block
    if isinstance(block, pyarrow.RecordBatch):
        return pyarrow.Table.from_batches([block])
    if hasattr(block, "iloc"):
        return pyarrow.Table.from_pandas(block, preserve_index=False)
    if hasattr(block, "ndim") and hasattr(block, "shape") and block.ndim == 2:
        names = [f"x{j}" for j in range(block.shape[1])]
        return pyarrow.table([block[:, j] for j in range(block.shape[1])], names)
    refuse_lazy(block)
    return pyarrow.table(block)


# ---- files ----


def files_of(batches: Any) -> list[Path]:
    """Return the files of a path, a folder or a list of these; none if it is something else."""
    paths = [batches] if isinstance(batches, (str, os.PathLike)) else batches
    if not isinstance(paths, (list, tuple)) or not paths:
        return []
    if not all(isinstance(path, (str, os.PathLike)) for path in paths):
        return []
    files: list[Path] = []
    for path in map(Path, paths):
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        # Engines leave _SUCCESS, .part.crc, _temporary/part and the like beside files with rows.
        inside = [
            p
            for p in inside
            if not any(part.startswith(("_", ".")) for part in p.relative_to(path).parts)
        ]
        if not inside:
            raise ValueError(f"{path}: a folder without files")
        files += inside
    return files


def parquet_of(path: Path) -> Any:
    needed_pyarrow()
    import pyarrow.parquet

    # Reading ahead would hold whole files, and without a buffer whole columns of row groups.
    return pyarrow.parquet.ParquetFile(path, pre_buffer=False, buffer_size=READ_BYTES)


def wanted_of(schema: Any, columns: Collection[str] | None) -> list[str] | None:
    """Return which columns to read: those that are asked for, or all numbers."""
    if columns is None:
        wanted = [f.name for f in schema if field_is_number(f)]
        return wanted or None
    for name in columns:
        # The words are those of a block without the column.
        Block(list(schema.names), 0, lambda j: NotImplemented, bool, len(schema)).place(name)
    return list(columns)


def blocks_of_file(path: Path, wanted: Callable[[Any], list[str] | None]) -> Iterator[Any]:
    """Yield the batches of a file of Parquet, Arrow or CSV, of which Parquet can leave columns."""
    pyarrow = needed_pyarrow()
    head = head_of(path)
    if head == PARQUET:
        with parquet_of(path) as file:
            yield from file.iter_batches(BATCH_ROWS, columns=wanted(file.schema_arrow))
    elif head == ARROW:
        with pyarrow.memory_map(str(path)) as mapped, pyarrow.ipc.open_file(mapped) as reader:
            for i in range(reader.num_record_batches):
                yield reader.get_batch(i)
    elif head == STREAM:
        with pyarrow.memory_map(str(path)) as mapped, pyarrow.ipc.open_stream(mapped) as reader:
            yield from reader
    else:
        from pyarrow.csv import open_csv

        with open_csv(path) as reader:
            yield from reader
