# SPDX-License-Identifier: BSD-3-Clause
"""Fits and transforms what DuckDB selects: python duckdb_fit.py FILE.csv|FILE.parquet

DuckDB reads the file, in which rows may be selected and joined, and hands over record batches;
neither the table nor its transform is ever in memory as a whole.
"""

import sys

import duckdb
import pyarrow.parquet

import bellshape

connection = duckdb.connect()
rows = connection.sql(f"select * from '{sys.argv[1]}'")
model = bellshape.fit_batches(rows)
print(model.summary())

batches = bellshape.transform_batches(model, rows)
with pyarrow.parquet.ParquetWriter("gaussian.parquet", batches.schema) as writer:
    for batch in batches:
        writer.write_batch(batch)
