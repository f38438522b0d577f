# SPDX-License-Identifier: BSD-3-Clause
"""A fit by two processes of Dask, one of which is killed: the same bits as without.

Prints what each run gave, and ends with status 1 if two differ.
"""

import os
import signal
import sys
import threading
import time

import dask
import dask.dataframe as dd
import numpy as np
import pandas as pd
from dask.distributed import Client, LocalCluster

from bellshape.dask import PowerTransformer

PARTITIONS, ROWS = 40, 5000


def partition(i):
    # Slow enough that the kill comes in the middle.
    time.sleep(0.1)
    rng = np.random.default_rng(i)
    return pd.DataFrame({"a": rng.lognormal(i / 10, 1, ROWS), "b": rng.standard_t(3, ROWS)})


def fitted(client, like, kill):
    """Fit, and kill one of the workers after a second; return what identifies the result."""
    table = dd.from_map(partition, range(PARTITIONS), meta=partition(0).iloc[:0])
    if kill:
        pids = list(client.run(os.getpid).values())
        threading.Timer(1, os.kill, (pids[0], signal.SIGKILL)).start()
    start = time.monotonic()
    model = PowerTransformer(like=like).fit(table)
    data = (model.to_json(), tuple(model._sketches.to_bytes()))
    rows = model.summary()[0]["count"]
    print(f"like={like} kill={kill}: {rows} rows, {hash(data):x}, {time.monotonic() - start:.1f} s")
    assert rows == PARTITIONS * ROWS
    return data


def main():
    settings = {
        "distributed.comm.timeouts.connect": "60s",
        "distributed.comm.timeouts.tcp": "60s",
        "distributed.scheduler.allowed-failures": 10,
    }
    found = {None: set(), "sample": set()}
    with (
        dask.config.set(settings),
        LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        for like, data in found.items():
            for kill in (False, True, True):
                client.wait_for_workers(2, timeout=60)
                data.add(fitted(client, like, kill))
    return int(any(len(data) != 1 for data in found.values()))


if __name__ == "__main__":
    sys.exit(main())
