# SPDX-License-Identifier: BSD-3-Clause
"""Fits a CSV file chunk by chunk, and adds another to it: python pandas_chunks.py DAY1 DAY2

The state of the first day is kept in a file, which `bellshape merge` and `fit --state-in` read too.
"""

import sys
from pathlib import Path

import pandas as pd

import bellshape

first, second = sys.argv[1:]
state = bellshape.TableSketch()
for chunk in pd.read_csv(first, chunksize=100):
    state.update(chunk)
Path("day1.state").write_bytes(state.to_bytes())

# The next day, anywhere: the same grids, so that nothing depends on who merged what first.
today = bellshape.TableSketch(like="day1.state")
for chunk in pd.read_csv(second, chunksize=100):
    today.update(chunk)
both = bellshape.TableSketch.from_bytes(Path("day1.state").read_bytes()) + today
Path("day2.state").write_bytes(both.to_bytes())
print(both.fit("best").summary())
