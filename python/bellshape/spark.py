# SPDX-License-Identifier: BSD-3-Clause
"""PowerTransformer for the data frames and pipelines of Spark."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow
import pyspark.sql.types as types
from pyspark import keyword_only
from pyspark.ml import Estimator, Model
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.param.shared import HasInputCols, HasOutputCols, HasWeightCol
from pyspark.ml.util import DefaultParamsReadable, DefaultParamsWritable
from pyspark.sql import DataFrame
from pyspark.sql.functions import arrow_udf, col

from ._blocks import arrow_floats
from ._model_columns import ModelColumns
from ._parts import is_ill_conditioned, merged, state_of_blocks
from ._power_transformer import PowerTransformer as InMemory
from ._table_sketch import TableSketch, from_file

__all__ = ["PowerTransformer", "PowerTransformerModel"]

# As many states, at most, come to the driver; each is the merge of those whose checksums agree.
BUCKETS = 64


class Columns(HasInputCols, HasOutputCols):
    """The columns of both classes: outputs replace inputs where they have no names."""

    def _pairs(self) -> list[tuple[str, str]]:
        inputs = self.getInputCols() if self.isDefined(self.inputCols) else []
        outputs = self.getOutputCols() if self.isDefined(self.outputCols) else inputs
        if not inputs or len(set(inputs)) != len(inputs):
            raise ValueError(f"inputCols: the names of columns, each once, not {inputs}")
        if len(outputs) != len(inputs) or len(set(outputs)) != len(outputs):
            raise ValueError(f"outputCols: {len(inputs)} different names, not {outputs}")
        return list(zip(inputs, outputs, strict=True))


class PowerTransformer(
    Estimator,  # type: ignore[type-arg]
    Columns,
    HasWeightCol,
    DefaultParamsReadable,
    DefaultParamsWritable,
):
    """Make columns of a Spark DataFrame bell-shaped.

    `fit` makes a `TableSketch` of each partition, where that is, and merges them by their bytes in
    order, so that the same partitions give the same bits, whatever task was retried.  It works in a
    Pipeline, and is saved and loaded as other stages are.

    Parameters
    ----------
    inputCols : list of str
        The columns, of numbers.
    outputCols : list of str, or None
        The names of the transformed columns.  None replaces the columns.
    method : str, default "yeo-johnson"
        The transform, by the words of `bellshape.PowerTransformer`.
    standardize : bool, default True
        Whether transformed columns get mean 0 and variance 1.
    weightCol : str or None
        The column that holds a weight for each row, as in `TableSketch.update`.
    infinite : {"missing", "error"}, default "missing"
        What an infinity is to `fit`.
    like : TableSketch, path of a state, or None
        Whose grids the columns get; then any partitions of the same rows give the same bits.

    Raises
    ------
    ValueError
        By `fit`: if a column is not there, a parameter is out of range, or as `TableSketch.fit`
        does.
    TypeError
        By `fit`, before any job starts: if a column does not hold numbers.

    Examples
    --------
    See docs/scale.md.
    """

    method = Param(Params._dummy(), "method", "the transform", TypeConverters.toString)
    standardize = Param(
        Params._dummy(), "standardize", "mean 0 and variance 1", TypeConverters.toBoolean
    )
    infinite = Param(Params._dummy(), "infinite", "missing or error", TypeConverters.toString)
    like = Param(
        Params._dummy(),
        "like",
        "the state whose grids the columns get, in base 64",
        TypeConverters.toString,
    )

    @keyword_only
    def __init__(
        self,
        *,
        inputCols: list[str] | None = None,
        outputCols: list[str] | None = None,
        method: str = "yeo-johnson",
        standardize: bool = True,
        weightCol: str | None = None,
        infinite: str = "missing",
        like: Any = None,
    ) -> None:
        super().__init__()
        self._setDefault(method="yeo-johnson", standardize=True, infinite="missing")
        self.setParams(**self._input_kwargs)

    def setParams(self, **params: Any) -> PowerTransformer:
        """Set parameters by their names, but for those that are None."""
        params = {name: value for name, value in params.items() if value is not None}
        if "like" in params:
            like = params["like"]
            like = like if isinstance(like, TableSketch) else from_file(like)
            params["like"] = base64.b64encode(like.to_bytes()).decode()
        self._set(**params)
        return self

    def _fit(self, dataset: DataFrame) -> PowerTransformerModel:
        columns = [name for name, _ in self._pairs()]
        weights = self.getWeightCol() if self.isDefined(self.weightCol) else None
        needed = [*columns, *([weights] if weights is not None else [])]
        check_numbers(dataset, needed)
        method = self.getOrDefault(self.method)
        options = {"standardize": self.getOrDefault(self.standardize)}
        InMemory(method, **options)._check_parameters()
        like = None
        if self.isDefined(self.like):
            grids = TableSketch.from_bytes(base64.b64decode(self.getOrDefault(self.like)))
            like = TableSketch(columns, like=grids)
        infinite = self.getOrDefault(self.infinite)
        TableSketch(columns, infinite=infinite)

        def sketch(like: TableSketch | None) -> TableSketch:
            grids = None if like is None else like.to_bytes()
            options = (columns, grids, weights, infinite)
            rows = dataset.select(*(named(name) for name in needed))
            states = rows.mapInArrow(states_of(*options), "bucket int, state binary")
            roots = states.groupBy("bucket").applyInArrow(merged_table, "state binary")
            found = [bytes(row.state) for row in roots.collect()]
            # A table without partitions has no states.
            return TableSketch.from_bytes(merged([*found, state_of_blocks([], *options)]))

        whole = sketch(like)
        model = whole.fit(method, **options)
        if is_ill_conditioned(model):
            whole = sketch(whole.regrid())
            model = whole.fit(method, **options)
        fitted = self._copyValues(PowerTransformerModel(model=model.to_json()))
        fitted.sketch = whole
        return fitted


class PowerTransformerModel(
    Model,  # type: ignore[type-arg]
    Columns,
    DefaultParamsReadable,
    DefaultParamsWritable,
):
    """What `PowerTransformer.fit` gives: it transforms the columns of a DataFrame, lazily.

    Columns of type float stay float, and others become double; nulls stay null.  Infinities become
    the limits of the transform.

    Parameters
    ----------
    model : str
        The model as JSON text, which `bellshape transform -m` reads, too.
    inputCols, outputCols : list of str
        The columns, as in PowerTransformer.

    Attributes
    ----------
    sketch : TableSketch or None
        The sketch of the table; it is not saved.
    """

    model = Param(Params._dummy(), "model", "the model as JSON text", TypeConverters.toString)

    @keyword_only
    def __init__(
        self,
        *,
        model: str | None = None,
        inputCols: list[str] | None = None,
        outputCols: list[str] | None = None,
    ) -> None:
        super().__init__()
        self.sketch: TableSketch | None = None
        given = {name: x for name, x in self._input_kwargs.items() if x is not None}
        self._set(**given)

    @property
    def transformer(self) -> InMemory:
        """The fitted `bellshape.PowerTransformer`, with `lambdas_`, `summary()` and so on."""
        return InMemory.from_json(self.getOrDefault(self.model))

    def _transform(self, dataset: DataFrame) -> DataFrame:
        return self._mapped(dataset, self._pairs(), False)

    def inverseTransform(self, dataset: DataFrame) -> DataFrame:
        """Bring the output columns back, into the input columns.

        Parameters
        ----------
        dataset : DataFrame
            What `transform` gave.

        Returns
        -------
        DataFrame
            The same with the input columns; what is the transform of no x becomes NaN.
        """
        return self._mapped(dataset, [(new, old) for old, new in self._pairs()], True)

    def _mapped(self, dataset: DataFrame, pairs: list[tuple[str, str]], inverse: bool) -> DataFrame:
        check_numbers(dataset, [name for name, _ in pairs])
        columns = ModelColumns(self.transformer, inverse, 1)
        if columns.names != [name for name, _ in self._pairs()]:
            raise ValueError(f"inputCols: the model has {columns.names}")
        kinds = {field.name: field.dataType for field in dataset.schema.fields}
        single = types.FloatType()
        found = {
            new: arrow_udf(
                column_map(columns, k), single if kinds[old] == single else types.DoubleType()
            )(named(old))
            for k, (old, new) in enumerate(pairs)
        }
        return dataset.withColumns(found)


def named(name: str) -> Any:
    """Return a column whose name may have dots."""
    return col("`" + name.replace("`", "``") + "`")


def check_numbers(dataset: DataFrame, names: list[str]) -> None:
    """Raise an error that names the column if one is not there, is twice there or is no number."""
    fields = dataset.schema.fields
    for name in names:
        found = [field.dataType for field in fields if field.name == name]
        if len(found) != 1:
            there = ", ".join(repr(field.name) for field in fields)
            raise ValueError(f"column {name!r}: {len(found)} of this name; there are {there}")
        if not isinstance(found[0], (types.NumericType, types.BooleanType, types.NullType)):
            raise TypeError(f"column {name!r}: real numbers, not {found[0].simpleString()}")


# ---- what runs where the partitions are ----


def states_of(*options: Any) -> Callable[[Iterable[Any]], Iterator[Any]]:
    def states(batches: Iterable[Any]) -> Iterator[Any]:
        state = state_of_blocks(batches, *options)
        yield pyarrow.RecordBatch.from_pydict(
            {"bucket": pyarrow.array([zlib.crc32(state) % BUCKETS], "int32"), "state": [state]}
        )

    return states


def merged_table(states: pyarrow.Table) -> pyarrow.Table:
    return pyarrow.table({"state": [merged(states["state"].to_pylist())]})


def column_map(columns: ModelColumns, k: int) -> Callable[[Any], Any]:
    def mapped(x: pyarrow.Array) -> pyarrow.Array:
        out = columns.apply(k, arrow_floats(x, f"column {columns.names[k]!r}"))
        null = x.is_null().to_numpy(zero_copy_only=False) if x.null_count else None
        return pyarrow.array(out, mask=null)

    return mapped
