# SPDX-License-Identifier: BSD-3-Clause
"""PowerTransformer for the datasets of Ray: a preprocessor of Ray Data."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pyarrow
from ray.data import Dataset
from ray.data.preprocessor import Preprocessor

from ._blocks import arrow_floats, arrow_is_number
from ._model_columns import ModelColumns
from ._parameters import METHOD
from ._parts import is_ill_conditioned, merged, state_of, state_of_blocks
from ._power_transformer import PowerTransformer as InMemory
from ._table_columns import INFINITE
from ._table_sketch import TableSketch

__all__ = ["PowerTransformer"]


class PowerTransformer(Preprocessor):
    """Make columns of a Ray Dataset bell-shaped.

    This is Ray's own preprocessor of this name, but that it estimates the powers.  `fit` makes a
    `TableSketch` of each block, where that is, and merges them by their bytes in order, so that the
    same blocks give the same bits, whatever task was retried.  `transform` is lazy.

    Parameters
    ----------
    columns : list of str
        The columns, of numbers.
    method : str, default "yeo-johnson"
        The transform, by the words of `bellshape.PowerTransformer`.
    output_columns : list of str, or None
        The names of the transformed columns.  None replaces the columns.
    standardize : bool, default True
        Whether transformed columns get mean 0 and variance 1.
    weights : str or None
        The column that holds a weight for each row, as in `TableSketch.update`.
    infinite : {"missing", "error"}, default "missing"
        What an infinity is to `fit`.
    like : TableSketch, path of a state, or None
        Whose grids the columns get; then any blocks of the same rows give the same bits.

    Attributes
    ----------
    transformer_ : bellshape.PowerTransformer
        The fitted transformer, with `lambdas_`, `summary()` and so on.
    sketch_ : TableSketch
        The sketch of the dataset.

    Raises
    ------
    ValueError
        If the names are not different, or a parameter is out of range; and by `fit`, if a column is
        not there, or as `TableSketch.fit` does.
    TypeError
        By `fit`, if a column does not hold numbers.

    Examples
    --------
    See docs/scale.md.
    """

    def __init__(
        self,
        columns: Collection[str],
        method: METHOD = "yeo-johnson",
        *,
        output_columns: Collection[str] | None = None,
        standardize: bool = True,
        weights: str | None = None,
        infinite: INFINITE = "missing",
        like: Any = None,
    ) -> None:
        super().__init__()
        InMemory(method, standardize=standardize)._check_parameters()
        # This also checks the names, and whether they are those of `like`.
        self._empty = TableSketch(columns, like=like, infinite=infinite)
        self._like = None if like is None else self._empty
        self.columns = list(columns)
        self.output_columns = self.columns if output_columns is None else list(output_columns)
        if len(set(self.output_columns)) != len(self.columns) or not self.columns:
            raise ValueError(
                f"output_columns: {len(self.columns)} different names, not {self.output_columns}"
            )
        self.method, self.standardize, self.weights = method, standardize, weights

    def _fit(self, ds: Dataset) -> PowerTransformer:
        needed = [*self.columns, *([self.weights] if self.weights is not None else [])]
        check_numbers(ds, needed)
        rows = ds.select_columns(list(dict.fromkeys(needed)))
        sketch = self._sketch(rows, self._like)
        model = sketch.fit(self.method, standardize=self.standardize)
        if is_ill_conditioned(model):
            sketch = self._sketch(rows, sketch.regrid())
            model = sketch.fit(self.method, standardize=self.standardize)
        self.transformer_, self.sketch_ = model, sketch
        self._work = ModelColumns(model, False, 1)
        return self

    def _sketch(self, rows: Dataset, like: TableSketch | None) -> TableSketch:
        grids = None if like is None else like.to_bytes()
        options = (self.columns, grids, self.weights, self._empty.infinite)

        def state(block: pyarrow.Table) -> pyarrow.Table:
            return pyarrow.table({"state": [state_of(block, *options, 1)]})

        states = rows.map_batches(state, batch_size=None, batch_format="pyarrow")
        found = [bytes(row["state"]) for row in states.iter_rows()]
        # A dataset without rows has no blocks.
        return TableSketch.from_bytes(merged([*found, state_of_blocks([], *options)]))

    def _transform_arrow(self, table: pyarrow.Table) -> pyarrow.Table:
        for k, (name, new) in enumerate(zip(self.columns, self.output_columns, strict=True)):
            column = table[name]
            values = self._work.apply(k, arrow_floats(column, f"column {name!r}"))
            null = column.is_null().to_numpy() if column.null_count else None
            found = pyarrow.array(values, mask=null)
            if new in table.column_names:
                table = table.set_column(table.column_names.index(new), new, found)
            else:
                table = table.append_column(new, found)
        return table

    def __repr__(self) -> str:
        return (
            f"PowerTransformer(columns={self.columns!r}, method={self.method!r}, "
            f"output_columns={self.output_columns!r})"
        )


def check_numbers(ds: Dataset, names: list[str]) -> None:
    """Raise an error that names the column if one is not there, or of a type of no numbers."""
    schema = ds.schema()
    # A dataset without any block has no schema.
    if schema is None:
        return
    kinds = dict(zip(schema.names, schema.types, strict=True))
    for name in names:
        if name not in kinds:
            there = ", ".join(map(repr, kinds))
            raise ValueError(f"column {name!r}: the dataset has none; it has {there}")
        kind = kinds[name]
        known = not isinstance(kind, pyarrow.DataType) or (
            arrow_is_number(kind) or pyarrow.types.is_boolean(kind) or pyarrow.types.is_null(kind)
        )
        if not known:
            raise TypeError(f"column {name!r}: real numbers, not {kind}")
