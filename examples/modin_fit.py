# SPDX-License-Identifier: BSD-3-Clause
"""Fits a frame of Modin on Ray where its partitions are: python modin_fit.py FILE.csv"""

import sys

import modin.pandas as pd
import ray
from modin.distributed.dataframe.pandas import unwrap_partitions

import bellshape


@ray.remote
def state_of(part):
    sketch = bellshape.TableSketch()
    sketch.update(part)
    return sketch.to_bytes()


ray.init(num_cpus=2)
frame = pd.read_csv(sys.argv[1])
states = ray.get([state_of.remote(part) for part in unwrap_partitions(frame, axis=0)])
first, *others = map(bellshape.TableSketch.from_bytes, sorted(states))
for other in others:
    first.merge(other)
print(first.rows, first.fit().summary())
