# SPDX-License-Identifier: BSD-3-Clause
"""Blocks of a TableSketch: what their columns are, and what they must not be; weights and rows."""

import decimal
import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from bellshape import TableSketch
from test_table_sketch import sketch_of


def test_encoded_numbers_and_decimals():
    values = [1.5, 2.5, None, 2.5]
    encoded = pa.table(
        {
            "decimal": pa.array([None if v is None else decimal.Decimal(str(v)) for v in values]),
            "dictionary": pa.array(values).dictionary_encode(),
            "runs": pa.compute.run_end_encode(pa.array(values)),
            "single": pa.array(values, pa.float32()).dictionary_encode(),
        }
    )
    plain = {name: [1.5, 2.5, np.nan, 2.5] for name in encoded.schema.names}
    assert sketch_of(encoded).to_bytes() == sketch_of(plain).to_bytes()
    # What pandas has of these.
    frame = pd.DataFrame(
        {
            "decimal": [
                decimal.Decimal("1.5"),
                decimal.Decimal("2.5"),
                None,
                decimal.Decimal("2.5"),
            ],
            "dictionary": pd.Categorical(values),
            "runs": pd.array(values, "Float64"),
            "single": pd.array(values, "Float32"),
        }
    )
    named = sketch_of(frame, columns=list(frame.columns))
    assert named.to_bytes() == sketch_of(plain).to_bytes()


def test_the_numbers_among_the_columns_are_taken():
    table = {"x": [1, 2], "town": ["Bern", "Biel"], "yes": [True, False], "y": [1.0, None]}
    for block in (pa.table(table), pd.DataFrame(table), pl.DataFrame(table)):
        assert sketch_of(block).columns == ["x", "y"]
    asked = sketch_of(pa.table(table), columns=["yes"])
    assert asked.fit().summary()[0]["max"] == 1.0
    with pytest.raises(TypeError, match=r"none of \['town'\] holds numbers"):
        sketch_of(pa.table({"town": ["Bern"]}))


def test_missing_renamed_and_retyped_columns():
    sketch = sketch_of({"x": [1.0], "y": [2.0]})
    data = sketch.to_bytes()
    day = pa.array([1], pa.timestamp("s"))
    for block, error, text in (
        ({"x": [1.0]}, ValueError, "column 'y': this block has none; it has 'x'"),
        ({"x": [1.0], "Y": [1.0]}, ValueError, "column 'y': this block has none; it has 'x', 'Y'"),
        (pa.table([[1], [1], [1]], ["x", "y", "y"]), ValueError, "column 'y': this block has 2"),
        (pa.table({"x": [1.0], "y": ["2"]}), TypeError, "column 'y': real numbers, not string"),
        (pa.table({"x": [1.0], "y": day}), TypeError, "column 'y': real numbers, not timestamp[s]"),
        (pd.DataFrame({"x": [1.0], "y": ["2"]}), TypeError, "column 'y': real numbers, not"),
        (pd.DataFrame({"x": [1.0], "y": [pd.Timestamp(0)]}), TypeError, "column 'y': real numbers"),
        (pl.DataFrame({"x": [1.0], "y": ["2"]}), TypeError, "column 'y': real numbers, not"),
        ({"x": [1.0], "y": ["2"]}, TypeError, "column 'y': real numbers, not text"),
        (
            {"x": [1.0], "y": np.array(["2"], object)},
            TypeError,
            "column 'y': real numbers, not text",
        ),
        ({"x": [1.0], "y": [1.0, 2.0]}, ValueError, "column 'y': of shape (2,)"),
        (np.ones((4, 3)), ValueError, "3 columns without names, not 2"),
        (np.ones(4), ValueError, "2 dimensions, not 1"),
        (pd.DataFrame([[1.0, 2.0]], columns=["x", 3]), TypeError, "some names are strings"),
        (pl.LazyFrame({"x": [1.0], "y": [1.0]}), TypeError, "not in memory"),
        ("x.csv", TypeError, "real numbers"),
    ):
        with pytest.raises(error, match=re.escape(text)):
            sketch.update(block)
    with pytest.raises(ValueError, match="have names, but those of the sketch have none"):
        sketch_of(np.ones((1, 2))).update({"x": [1.0], "y": [2.0]})
    assert sketch.to_bytes() == data
    # Another type of numbers is none of this.
    sketch.update({"x": [1], "y": np.ones(1, np.float32)})
    assert sketch.rows == 2


def test_empty_and_missing_blocks():
    empty = pa.table({"x": pa.array([], pa.float64()), "y": pa.array([], pa.decimal128(5, 2))})
    sketch = sketch_of(
        empty, pl.DataFrame(empty), empty.to_pandas().astype(float), {"x": [], "y": []}
    )
    assert sketch.rows == 0 and sketch.columns == ["x", "y"]
    assert sketch.fit().summary()[0]["flags"] == ("empty",)
    sketch.update(pa.table({"x": pa.nulls(3), "y": [None, None, 1.0]}))
    assert [row["missing"] for row in sketch.fit().summary()] == [3, 2]


def test_infinities():
    block = {"x": [1.0, np.inf, 2.0], "y": [1.0, 2.0, 4.0]}
    row = sketch_of(block).fit().summary()[0]
    assert (row["count"], row["missing"], row["infinite"]) == (2, 1, 0)
    strict = TableSketch(infinite="error")
    with pytest.raises(ValueError, match=r"column 'x': inf in row 1; infinite='missing'"):
        strict.update(block)
    assert strict.rows == 0
    with pytest.raises(ValueError, match="infinite: one of"):
        TableSketch(infinite="nan")


def test_weights(rng):
    x, w = rng.lognormal(size=500), rng.integers(0, 4, 500)
    repeated = sketch_of({"x": np.repeat(x, w)}).fit()
    for block, weights in (
        ({"x": x}, w),
        ({"x": x, "w": w}, "w"),
        (pa.table({"x": x, "w": w}), "w"),
    ):
        sketch = TableSketch()
        sketch.update(block, weights)
        assert sketch.columns == ["x"] and sketch.rows == 500
        assert sketch.fit().lambdas_.tolist() == repeated.lambdas_.tolist()
    with pytest.raises(ValueError, match=r"weights\[0\] is -1.0"):
        sketch.update({"x": [1.0]}, [-1.0])
    with pytest.raises(ValueError, match="column 'w'"):
        sketch.update({"x": [1.0]}, "w")
    assert sketch.rows == 500


def test_more_rows_than_can_be_counted():
    part = TableSketch(["y", "x"])
    block = {"y": [np.nan], "x": [1.0]}
    part.update(block, [2.0**31])
    whole = TableSketch()
    while part.rows < 2**28:
        whole += part
        part += part
    whole += part
    # The weights of x add up to 2**60 - 2**31, and those of y to nothing.
    data = whole.to_bytes()
    with pytest.raises(ValueError, match="more than a sketch can keep"):
        whole.merge(part)
    with pytest.raises(ValueError, match="more than a sketch can keep"):
        whole.update(block, [2.0**31])
    assert whole.to_bytes() == data
    whole.update(block, [2.0**30])
