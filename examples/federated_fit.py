# SPDX-License-Identifier: BSD-3-Clause
"""Fits rows that stay where they are: python federated_fit.py HOSPITAL1.csv HOSPITAL2.csv ...

The messages are plain bytes between processes here.  In a framework such as Flower they go into
the parameters and the result of a `fit` of the client, as one array of bytes each.  A state holds
counts and sums of bins; but up to 1024 distinct values of a column it holds the values themselves,
and the least and the greatest always, so that grids which are settled, and minima that may be
known, belong to what the clients agree on.
"""

import sys
from concurrent.futures import ProcessPoolExecutor

import pandas as pd

import bellshape


def client(path: str, grids: bytes) -> bytes:
    """Return the state of the rows of one client, on the grids that the server has sent."""
    state = bellshape.TableSketch(like=bellshape.TableSketch.from_bytes(grids))
    state.update(pd.read_csv(path))
    return state.to_bytes()


if __name__ == "__main__":
    # Public rows of the same kind, or an earlier round.
    public = bellshape.TableSketch()
    public.update(pd.read_csv(sys.argv[1], nrows=100).select_dtypes("number"))
    public.settle()
    whole = bellshape.TableSketch(like=public)
    with ProcessPoolExecutor(2) as pool:
        messages = [pool.submit(client, path, public.to_bytes()) for path in sys.argv[1:]]
        for message in messages:
            whole.merge(bellshape.TableSketch.from_bytes(message.result()))
    print(whole.rows, whole.fit().summary())
