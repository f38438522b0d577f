# SPDX-License-Identifier: BSD-3-Clause
"""PowerTransformer for the data frames and arrays of Dask."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import dask
import dask.array
import dask.dataframe

from ._blocks import block_of
from ._model_columns import ModelColumns
from ._numpy import np
from ._parameters import (
    BOUNDS,
    CRITERION,
    METHOD,
    OUTSIDE,
    SKIP,
    WEIGHT_TYPE,
    full_name,
    threads,
)
from ._parts import FAN_IN, is_ill_conditioned, merged, state_of
from ._power_transformer import PowerTransformer as InMemory
from ._sample import Sample
from ._table_columns import INFINITE
from ._table_sketch import TableSketch

__all__ = ["PowerTransformer"]


class PowerTransformer(InMemory):
    """Make each column of a Dask DataFrame or Array bell-shaped.

    `fit` computes: each partition becomes a `TableSketch`, and these are merged in a tree of a
    fixed shape, by their bytes in order, so that the same partitions give the same bits.
    `transform` and `inverse_transform` are lazy, and keep types, index and all other columns.
    Tables in memory are taken as by `bellshape.PowerTransformer`, whose parameters and attributes
    this class has as well.

    Parameters
    ----------
    method : str, default "yeo-johnson"
        The transform, as all parameters that are not described here, is that of
        `bellshape.PowerTransformer`.
    columns : list of str, or None
        The columns of a DataFrame; None means all that are numbers.
    like : TableSketch, path of a state, "sample", or None
        Whose grids the columns get.  "sample" first counts the rows of all partitions, where these
        are not known, and reads 64 rows from each of up to 64 places of the table; then any
        partitions of the same rows give the same bits, as `fit_batches(like="sample")` does.  None
        lets each column and partition choose: lambdas of other partitions differ in the last digits
        then.
    infinite : {"missing", "error"}, default "missing"
        What an infinity is to `fit`: a missing value, or a ValueError.
    standardize, bounds, outside, weight_type, criterion, margin, candidates, skip, n_threads
        As in `bellshape.PowerTransformer`.
    keep_sketches, lambdas, robust, round_lambda
        As in `bellshape.PowerTransformer`.

    Examples
    --------
    >>> import dask.array as da
    >>> import numpy as np
    >>> x = da.from_array(np.exp(np.linspace(-2, 2, 300)).reshape(-1, 1), chunks=(100, 1))
    >>> model = PowerTransformer("box-cox").fit(x)
    >>> bool(abs(model.lambdas_[0]) < 1e-9)
    True
    >>> model.transform(x).std().compute().round(9).item()
    1.0
    """

    def __init__(
        self,
        method: METHOD = "yeo-johnson",
        *,
        columns: Collection[str] | None = None,
        like: Any = None,
        infinite: INFINITE = "missing",
        standardize: bool = True,
        bounds: BOUNDS = None,
        outside: OUTSIDE = "nan",
        weight_type: WEIGHT_TYPE = "frequency",
        criterion: CRITERION = "aic",
        margin: float | None = None,
        candidates: Collection[str] | None = None,
        skip: SKIP = "none",
        n_threads: int = 1,
        keep_sketches: bool = True,
        lambdas: Any = None,
        robust: bool = False,
        round_lambda: bool = False,
    ) -> None:
        super().__init__(
            method,
            standardize=standardize,
            bounds=bounds,
            outside=outside,
            weight_type=weight_type,
            criterion=criterion,
            margin=margin,
            candidates=candidates,
            skip=skip,
            n_threads=n_threads,
            keep_sketches=keep_sketches,
            lambdas=lambdas,
            robust=robust,
            round_lambda=round_lambda,
        )
        self.columns, self.like, self.infinite = columns, like, infinite

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> PowerTransformer:
        """Estimate the lambda of each column of X, and forget earlier data.

        Parameters
        ----------
        X : dask DataFrame, or dask Array of shape (n_samples, n_features)
            The table.
        y : None
            It is ignored; scikit-learn passes it.
        sample_weight : str or None
            The column of a DataFrame that holds a weight for each row, as in `TableSketch.update`.

        Returns
        -------
        PowerTransformer
            The transformer itself.

        Raises
        ------
        ValueError
            If a column is not there; or as `TableSketch.update` and `TableSketch.fit` do.
        TypeError
            If a column does not hold real numbers, or `sample_weight` is no name.
        """
        if not is_lazy(X):
            super().fit(X, y, sample_weight)
            return self
        if not (sample_weight is None or isinstance(sample_weight, str)):
            raise TypeError(
                f"sample_weight: the name of a column or None, not {full_name(sample_weight)}"
            )
        self._check_parameters()
        parts = Parts(X, self.columns, sample_weight, self.infinite, self.n_threads)
        like = parts.sample() if isinstance(self.like, str) and self.like == "sample" else self.like
        sketch = parts.sketch(TableSketch(parts.columns, like=like) if like is not None else None)
        self._take_sketch(sketch)
        if is_ill_conditioned(self):
            self._take_sketch(parts.sketch(sketch.regrid()))
        return self

    def _take_sketch(self, sketch: TableSketch) -> None:
        for name in ("feature_names_in_", "_found"):
            self.__dict__.pop(name, None)
        self._of_sketches(*sketch._for_fit(self.method))

    def transform(self, X: Any) -> Any:
        """Transform the columns of a table when it is computed.

        Parameters
        ----------
        X : dask DataFrame, or dask Array of shape (n_samples, n_features)
            The table, with the columns of the fit.

        Returns
        -------
        dask DataFrame or Array
            The table with these columns transformed: float32 where they were, or else float64.
            Infinities become the limits of the transform.

        Raises
        ------
        NotFittedError
            If the transformer was not fitted.
        ValueError
            If X has other columns; and, when it is computed, if there is a value that the transform
            does not take.
        """
        return self._mapped(X, False) if is_lazy(X) else super().transform(X)

    def inverse_transform(self, X: Any) -> Any:
        """Bring transformed values back when the table is computed.

        Parameters
        ----------
        X : dask DataFrame, or dask Array of shape (n_samples, n_features)
            What `transform` gave.

        Returns
        -------
        dask DataFrame or Array
            The table with the columns of the fit brought back.

        Raises
        ------
        NotFittedError
            If the transformer was not fitted.
        ValueError
            If X has other columns; and, when it is computed, if a value is the transform of no x
            and `outside` is "error".

        Warns
        -----
        UserWarning
            When it is computed, if a value is the transform of no x and `outside` is "nan".
        """
        return self._mapped(X, True) if is_lazy(X) else super().inverse_transform(X)

    def _mapped(self, X: Any, inverse: bool) -> Any:
        model = ModelColumns(self, inverse, threads(self.n_threads))
        if isinstance(X, dask.array.Array):
            if X.ndim != 2 or X.shape[1] != len(model.names):
                raise ValueError(f"X: of shape {X.shape}, and the model has {len(model.names)}")
            kind = np.float32 if X.dtype == np.float32 else np.float64
            return X.rechunk({1: -1}).map_blocks(transformed_array, model, kind, dtype=kind)
        names = model.names if hasattr(self, "feature_names_in_") else list(X.columns)
        if len(names) != len(model.names):
            raise ValueError(f"X: {len(names)} columns, and the model has {len(model.names)}")
        block = block_of(X._meta)
        for name in names:
            if isinstance(name, str):
                block.place(name)
        meta = transformed_frame(X._meta, model, names)
        return X.map_partitions(transformed_frame, model, names, meta=meta)


def is_lazy(x: Any) -> bool:
    return isinstance(x, (dask.array.Array, dask.dataframe.DataFrame))


# ---- what runs where the partitions are ----


def picked(
    part: Any, columns: list[str] | None, first: int, rows: int, infinite: INFINITE
) -> Sample:
    """Return what the sample of a table has of a partition."""
    sample = Sample(columns, rows, infinite)
    sample.add(first, part)
    return sample


def transformed_frame(part: Any, model: ModelColumns, names: list[Any]) -> Any:
    block, found = block_of(part), {}
    for k, name in enumerate(names):
        found[name] = model.apply(k, block.column(name if block.names else k))
    return part.assign(**found) if block.names else type(part)(found, index=part.index)


def transformed_array(part: np.ndarray, model: ModelColumns, kind: Any) -> np.ndarray:
    out = np.empty(part.shape, kind)
    for k in range(part.shape[1]):
        out[:, k] = model.apply(k, np.ascontiguousarray(part[:, k], kind))
    return out


# ---- the jobs ----


class Parts:
    """The partitions of a table, and what is computed from them."""

    def __init__(
        self,
        X: Any,
        columns: Collection[str] | None,
        weights: str | None,
        infinite: INFINITE,
        n_threads: int,
    ) -> None:
        self.columns: list[str] | None = None
        self.options = (weights, infinite, threads(n_threads))
        self.infinite = infinite
        if isinstance(X, dask.array.Array):
            if columns is not None or weights is not None or X.ndim != 2:
                raise ValueError("X: an Array has 2 dimensions and no names of columns or weights")
            self.table = X.rechunk({1: -1})
            self.delayed = self.table.to_delayed().ravel().tolist()
            return
        block = block_of(X._meta)
        wanted = block.numbers() if columns is None else list(columns)
        if wanted is not None:
            self.columns = [name for name in wanted if columns is not None or name != weights]
            needed = [*self.columns, *([weights] if weights is not None else [])]
            for name in needed:
                block.place(name)
            if not self.columns:
                raise TypeError(f"columns: none of {block.names!r} holds numbers")
            X = X[list(dict.fromkeys(needed))]
        self.table, self.delayed = X, X.to_delayed()

    def sketch(self, like: TableSketch | None) -> TableSketch:
        """Return the sketch of the whole table."""
        data = None if like is None else like.to_bytes()
        job, merge = dask.delayed(state_of), dask.delayed(merged)
        states = [job(part, self.columns, data, *self.options) for part in self.delayed]
        while len(states) > 1:
            states = [merge(states[i : i + FAN_IN]) for i in range(0, len(states), FAN_IN)]
        (state,) = dask.compute(states[0])
        return TableSketch.from_bytes(state, infinite=self.infinite)

    def lengths(self) -> list[int]:
        """Return the number of rows of each partition."""
        if isinstance(self.table, dask.array.Array):
            known = self.table.chunks[0]
            if not np.isnan(known).any():
                return [int(rows) for rows in known]
        return [int(n) for n in dask.compute(*map(dask.delayed(len), self.delayed))]

    def sample(self) -> TableSketch:
        """Return the sample of the table, for `like`."""
        lengths = self.lengths()
        whole = Sample(self.columns, sum(lengths), self.infinite)
        first, jobs = 0, []
        for rows, part in zip(lengths, self.delayed, strict=True):
            if whole.touches(first, first + rows):
                job = dask.delayed(picked)
                jobs.append(job(part, self.columns, first, sum(lengths), self.infinite))
            first += rows
        for sample in dask.compute(*jobs):
            whole.join(sample)
        return whole.settled()
