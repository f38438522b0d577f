# SPDX-License-Identifier: BSD-3-Clause
"""Fits and transforms of tables that come block by block, in constant memory."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any, Literal

from ._blocks import arrow_floats, arrow_is_number, float_type, inner_type, needed_pyarrow
from ._model_columns import ModelColumns
from ._numpy import np
from ._parameters import METHOD, full_name, threads
from ._parts import is_ill_conditioned
from ._power_transformer import PowerTransformer
from ._sample import sample_of
from ._sources import Source, batch_of
from ._table_columns import INFINITE
from ._table_sketch import TableSketch, from_file

if TYPE_CHECKING:
    import pyarrow

LIKE = TableSketch | str | os.PathLike[str] | Literal["sample"] | None


def fit_batches(
    batches: Any,
    columns: Collection[str] | None = None,
    *,
    method: METHOD = "yeo-johnson",
    weights: str | None = None,
    like: LIKE = None,
    infinite: INFINITE = "missing",
    progress: bool | Callable[[int], Any] = False,
    n_threads: int = 1,
    **parameters: Any,
) -> PowerTransformer:
    """Fit the columns of a table that comes block by block.

    Memory does not grow with the table.  However the same rows are cut into blocks, the bits are
    the same.

    Parameters
    ----------
    batches : iterable of blocks, path, list of paths, or callable
        The blocks, each of which `TableSketch.update` takes: a RecordBatchReader of Arrow, chunks
        of pandas, a LazyFrame of Polars, a relation of DuckDB, and so on.  A path is that of a file
        of Parquet, Arrow or CSV, or of a folder of such files, and needs PyArrow.  A callable
        returns an iterable of blocks each time it is called.
    columns : list of str, or None
        The columns.  None means those of `like`; without it, all that are numbers.
    method : str, default "yeo-johnson"
        The transform, by the words of `PowerTransformer`.
    weights : str or None
        The column that holds a weight for each row, as `TableSketch.update` has them.
    like : TableSketch, path of a state, "sample", or None
        Whose grids the columns get.  "sample" first reads 64 rows from each of up to 64 places of
        the table, so that `bellshape.dask.PowerTransformer(like="sample")` gives the same bytes for
        the same rows.  None lets each column choose.
    infinite : {"missing", "error"}, default "missing"
        What an infinity is: a missing value, or a ValueError.
    progress : bool or callable, default False
        True shows a bar, by the package tqdm.  A callable gets the number of rows after each block.
    n_threads : int, default 1
        The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
        The result does not depend on it.
    **parameters
        The other parameters of `PowerTransformer`.

    Returns
    -------
    PowerTransformer
        A fitted transformer.  A fit that would be flagged "ill_conditioned" has read the table once
        more, where that is possible: paths, lists, callables, relations and LazyFrames.

    Raises
    ------
    ValueError
        If there are no blocks; as `TableSketch.update` and `TableSketch.fit` do; or if
        `like` is "sample" and the blocks can be read once only.
    TypeError
        If a column does not hold real numbers, or `batches` are none.
    ImportError
        If PyArrow is not installed, but needed.

    Examples
    --------
    >>> blocks = [{"x": [1.0, 2.0, 3.0]}, {"x": [5.0, 8.0, 13.0]}]
    >>> round(float(fit_batches(blocks).lambdas_[0]), 4)
    -0.1106
    """
    if like is not None and not isinstance(like, TableSketch) and like != "sample":
        like = from_file(like)
    known = columns
    if known is None and isinstance(like, TableSketch):
        known = [name for name in like.columns or [] if name is not None] or None
    source = Source(batches, known, weights)
    if isinstance(like, str) and like == "sample":
        like = sample_of(source, columns, weights, infinite)
    sketch = TableSketch(columns, like=like, infinite=infinite)
    options: dict[str, Any] = {**parameters, "n_threads": n_threads}
    PowerTransformer(method, **options)._check_parameters()
    read(source, sketch, weights, n_threads, progress)
    fitted = sketch.fit(method, **options)
    if source.again and is_ill_conditioned(fitted):
        # What was seen is the best sample of itself.
        sketch = sketch.regrid()
        read(source, sketch, weights, n_threads, progress)
        fitted = sketch.fit(method, **options)
    return fitted


def read(
    source: Source,
    sketch: TableSketch,
    weights: str | None,
    n_threads: int,
    progress: bool | Callable[[int], Any],
) -> None:
    """Add all blocks of a source to a sketch."""
    with Progress(progress, source) as shown:
        for block in source.open():
            before = sketch.rows
            with source.located():
                sketch.update(block, weights, n_threads=n_threads)
            shown(sketch.rows - before)
    if sketch.columns is None:
        raise ValueError("batches: there are none, so that nothing is known of the columns")


class Progress:
    """Shows how many rows were read: by a bar, by what the user gave, or not at all."""

    def __init__(self, wanted: bool | Callable[[int], Any], source: Source) -> None:
        self.tell: Callable[[int], Any] = lambda rows: None
        self.bar: Any = None
        if callable(wanted):
            self.tell = wanted
        elif wanted:
            try:
                from tqdm.auto import tqdm
            except ImportError as error:
                raise ImportError("progress: needs tqdm: pip install tqdm") from error
            self.bar = tqdm(total=source.rows(), unit=" rows", unit_scale=True)
            self.tell = self.bar.update

    def __enter__(self) -> Callable[[int], Any]:
        return self.tell

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.close()


# ---- transforms ----


def transform_batches(
    model: PowerTransformer, batches: Any, *, inverse: bool = False, n_threads: int = 1
) -> pyarrow.RecordBatchReader:
    """Transform the columns of a table that comes block by block.

    Parameters
    ----------
    model : PowerTransformer
        A fitted transformer.
    batches : iterable of blocks, path, list of paths, or callable
        The blocks, as `fit_batches` takes them, which have names, or as many columns as the model.
    inverse : bool, default False
        Whether to bring transformed values back.
    n_threads : int, default 1
        The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
        The result does not depend on it.

    Returns
    -------
    RecordBatchReader
        The blocks with the same columns in the same order, one after the other as they are asked
        for.  Columns of the model are float32 where they were, and float64 else; nulls stay null.
        Infinities become the limits of the transform.  All other columns pass through.

    Raises
    ------
    ValueError
        If there are no blocks, or a column of the model is not there; and, when a block is read, if
        it has another schema or a value that the transform does not take, or for `inverse`, if a
        value is the transform of no x and `outside` of the model is "error".
    TypeError
        If a column of the model does not hold real numbers, or `model` is no PowerTransformer.
    ImportError
        If PyArrow is not installed.

    Warns
    -----
    UserWarning
        For `inverse`, if a value is the transform of no x and `outside` is "nan".

    Examples
    --------
    >>> blocks = [{"x": [1.0, 2.0, 3.0]}, {"x": [5.0, 8.0, 13.0]}]
    >>> reader = transform_batches(fit_batches(blocks), blocks)
    >>> reader.read_all().column("x")[0].as_py() < -1
    True
    """
    if not isinstance(model, PowerTransformer):
        raise TypeError(f"model: a fitted bellshape.PowerTransformer, not {full_name(model)}")
    pyarrow = needed_pyarrow()
    source = Source(batches, whole=True)
    blocks = map(batch_of, source.open())
    first = next(blocks, None)
    if first is None:
        raise ValueError("batches: there are none, so that nothing is known of the columns")
    with source.located():
        work = BatchTransform(model, first.schema, inverse, threads(n_threads))

    def results() -> Iterator[Any]:
        for block in itertools.chain([first], blocks):
            with source.located():
                out = work.apply(block)
            yield from out.to_batches()

    return pyarrow.RecordBatchReader.from_batches(work.schema, results())


class BatchTransform:
    """The transform of tables of one schema."""

    def __init__(
        self, model: PowerTransformer, schema: pyarrow.Schema, inverse: bool, n_threads: int
    ) -> None:
        self.model = ModelColumns(model, inverse, n_threads)
        names = self.model.names
        if hasattr(model, "feature_names_in_"):
            self.places = [place_of(schema, name) for name in names]
        elif len(schema) == len(names):
            self.places = list(range(len(names)))
        else:
            raise ValueError(
                f"columns: the model has {len(names)} without names, and the table {len(schema)}"
            )
        self.before = self.schema = schema
        for j in self.places:
            field = schema.field(j)
            kind = needed_pyarrow().from_numpy_dtype(float_type(inner_type(field.type)))
            self.schema = self.schema.set(j, field.with_type(kind))

    def apply(self, table: pyarrow.Table) -> pyarrow.Table:
        if table.schema != self.before:
            table = self._conformed(table)
        for k, j in enumerate(self.places):
            table = table.set_column(j, self.schema.field(j), self._column(k, table.column(j)))
        return table.replace_schema_metadata(self.schema.metadata)

    def _conformed(self, table: pyarrow.Table) -> pyarrow.Table:
        """Give a later block the schema of the first; only numbers may be of other types."""
        if table.schema.names != self.before.names:
            raise ValueError(
                f"batches: a block has the columns {table.schema.names}, and the first "
                f"{self.before.names}"
            )
        is_null = needed_pyarrow().types.is_null
        for one, first in zip(table.schema, self.before, strict=True):
            numbers = arrow_is_number(one.type) and arrow_is_number(first.type)
            if one.type != first.type and not numbers and not is_null(one.type):
                raise TypeError(
                    f"column {one.name!r}: {one.type} in a later block, and {first.type} in the "
                    "first"
                )
        fields, columns = list(self.before), list(table.columns)
        for j, field in enumerate(self.before):
            if j in self.places:  # these become floats, whatever numbers they are
                fields[j] = table.schema.field(j)
            else:
                columns[j] = cast(columns[j], field)
        pyarrow = needed_pyarrow()
        return pyarrow.Table.from_arrays(columns, schema=pyarrow.schema(fields))

    def _column(self, k: int, x: pyarrow.ChunkedArray) -> pyarrow.Array:
        out = self.model.apply(k, arrow_floats(x, f"column {self.model.names[k]!r}"))
        null = np.asarray(x.is_null()) if x.null_count else None
        return needed_pyarrow().array(out, self.schema.field(self.places[k]).type, mask=null)


def cast(x: pyarrow.ChunkedArray, field: pyarrow.Field) -> pyarrow.ChunkedArray:
    """Return numbers of a later block as those of the first one."""
    try:
        return x.cast(field.type)
    except needed_pyarrow().ArrowInvalid as error:
        raise ValueError(
            f"column {field.name!r}: {x.type} in a later block, and {field.type} in the first, "
            f"which does not hold them: {error}; read the column as float64, or leave it out"
        ) from None


def place_of(schema: pyarrow.Schema, name: str) -> int:
    places: list[int] = schema.get_all_field_indices(name)
    if len(places) != 1:
        found = f"{len(places)} times" if places else f"not among {schema.names}"
        raise ValueError(f"column {name!r} of the model: {found}")
    return places[0]
