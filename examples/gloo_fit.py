# SPDX-License-Identifier: BSD-3-Clause
"""Fits the rows of all ranks: torchrun --nproc-per-node 2 gloo_fit.py FILE.csv

Each rank reads some of the rows, and all exchange their states, a few kilobytes a column.  In
training, the model goes before the network, and every rank has the same bits of it.
"""

import sys

import pandas as pd
import torch.distributed as dist

import bellshape

dist.init_process_group("gloo")
rank, ranks = dist.get_rank(), dist.get_world_size()

state = bellshape.TableSketch()
rows = pd.read_csv(sys.argv[1]).select_dtypes("number")
state.update(rows.iloc[rank::ranks])
states: list[bytes] = [b""] * ranks
dist.all_gather_object(states, state.to_bytes())

parts = [bellshape.TableSketch.from_bytes(data) for data in states]
model = sum(parts[1:], parts[0]).fit()
line = f"rank {rank}: {state.rows} rows of {model.summary()[0]['count']}, {model.lambdas_[0]!r}"
# One write for each line, as ranks share the output.
print(line + "\n", end="", flush=True)
dist.destroy_process_group()
