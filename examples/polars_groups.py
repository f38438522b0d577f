# SPDX-License-Identifier: BSD-3-Clause
"""Fits a lazy table of Polars, whole and group by group: python polars_groups.py FILE GROUP

Each group leaves a state; the states are merged into that of the whole table.
"""

import sys

import polars as pl

import bellshape

path, group = sys.argv[1:]
table = pl.scan_parquet(path) if path.endswith(".parquet") else pl.scan_csv(path)

sample = bellshape.TableSketch()
sample.update(table.gather_every(50).drop(group).collect())
states = {}
for block in table.collect_batches():
    for (name,), rows in block.group_by(group, maintain_order=True):
        state = states.setdefault(name, bellshape.TableSketch(like=sample))
        state.update(rows)

whole = bellshape.TableSketch(like=sample)
for name, state in states.items():
    print(name, state.rows, state.fit().lambdas_.round(2))
    whole.merge(state)
print("all", whole.rows, whole.fit().lambdas_.round(2))
