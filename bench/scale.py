#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What tables in parts cost: python bench/scale.py [states] [shards] [parquet] [dask]

Times are processor time, all threads together, and the least of some runs that take turns.  Needs
NumPy, scikit-learn and PyArrow, and Dask for `dask`.  `parquet` and `dask` write to a folder of
temporary files, 5 GB by default (--gigabytes), and remove it.  Ends with status 1 if a target of
docs/scale.md is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import bellshape
from bellshape import TableSketch

COLUMNS = [f"x{j}" for j in range(10)]
missed: list[str] = []


def say(text: str, value: float, unit: str, most: float | None = None, least: float = 0) -> None:
    """Print a figure, and note it if it misses its target."""
    target = ""
    if most is not None or least:
        good = value >= least if least else value <= most
        limit = f"at least {least:g}" if least else f"at most {most:g}"
        target = f"  ({limit}: {'yes' if good else 'NO'})"
        if not good:
            missed.append(text)
    print(f"{text:58} {value:10.4g} {unit}{target}", flush=True)


def seconds(job: Callable[[], object], repeats: int) -> float:
    """Return the least processor time of some runs."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        job()
        best = min(best, time.process_time() - start)
    return best


def sketch_of(x: np.ndarray, like: TableSketch | None = None) -> TableSketch:
    sketch = TableSketch(COLUMNS, like=like)
    sketch.update(dict(zip(COLUMNS, x, strict=True)))
    return sketch


# ---- states ----


def states() -> None:
    """What a state costs, for each of its columns."""
    rng, n = np.random.default_rng(1), len(COLUMNS)
    grids = sketch_of(rng.lognormal(size=(n, 4096)))
    kinds = {
        "lognormal": rng.lognormal(size=(n, 10000)),
        "90 % zeros": np.where(rng.random((n, 10000)) < 0.9, 0, rng.gamma(0.7, 3, (n, 10000))),
        "1024 values": rng.lognormal(size=(n, 1024)),
    }
    for kind, x in kinds.items():
        sketch = sketch_of(x, grids if kind == "lognormal" else None)
        data = sketch.to_bytes()
        part = TableSketch.from_bytes(data)
        most = 8192 if kind == "lognormal" else None
        say(f"{kind}: a column", len(data) / n, "bytes", most)
        say(f"{kind}: to_bytes, a column", seconds(sketch.to_bytes, 500) / n * 1e6, "us", 20)
        read = seconds(lambda data=data: TableSketch.from_bytes(data), 500)
        say(f"{kind}: from_bytes, a column", read / n * 1e6, "us", 20)
        merge = seconds(lambda sketch=sketch, part=part: sketch.merge(part), 40)
        say(f"{kind}: merge, a column", merge / n * 1e6, "us")
    block = dict(zip(COLUMNS, rng.lognormal(size=(n, 32768)), strict=True))
    sketch = TableSketch(COLUMNS, like=grids)
    cost = seconds(lambda: sketch.update(block), 20) / n / 32768
    say("update, 1e9 values", cost * 1e9, "s")


def shards() -> None:
    """10000 shards of 300 rows in any order, and 1e12 rows."""
    rng = np.random.default_rng(2)
    x = rng.lognormal(size=3_000_000)
    grids = TableSketch(["x"])
    grids.update({"x": x[::733]})
    grids.settle()

    def part(i: int) -> bytes:
        sketch = TableSketch(like=grids)
        sketch.update({"x": x[300 * i : 300 * i + 300]})
        return sketch.to_bytes()

    parts = [part(i) for i in range(10000)]
    found, best = set(), float("inf")
    for _ in range(5):
        order = rng.permutation(len(parts))
        start = time.process_time()
        whole = TableSketch(like=grids)
        for i in order:
            whole.merge(TableSketch.from_bytes(parts[i]))
        best = min(best, time.process_time() - start)
        found.add(whole.to_bytes())
    say("10000 shards of a column, read and merged", best, "s", 0.5)
    say("different results of 5 orders", len(found), "", 1)
    lambdas = {float(whole.fit().lambdas_[0])}
    while whole.rows < 1e12:
        whole += whole
        lambdas.add(float(whole.fit().lambdas_[0]))
    say(f"different lambdas up to {whole.rows:.1e} rows", len(lambdas), "", 1)


# ---- Parquet ----


def write_table(folder: Path, gigabytes: float) -> int:
    """Write 16 equal files of row groups of 262144 rows; return the number of rows."""
    rng, group, count = np.random.default_rng(3), 262144, 0
    first = folder / "00.parquet"
    town = pa.array(["Bern", "Biel"]).take(pa.array(rng.integers(0, 2, group)))
    schema = pa.schema([*((name, pa.float64()) for name in COLUMNS), ("town", pa.string())])
    with open(first, "wb") as file, pq.ParquetWriter(file, schema) as out:
        while file.tell() < gigabytes * 2**30 / 16:
            # Half of the columns have the precision of measurements.
            columns = [rng.lognormal(size=group).round(3 if j % 2 else 15) for j in range(10)]
            out.write_table(pa.table([*columns, town], schema=schema), row_group_size=group)
            count += 1
    data = first.read_bytes()
    for i in range(1, 16):
        (folder / f"{i:02d}.parquet").write_bytes(data)
    return 16 * count * group


CHILD = """
import json, sys, time
import pyarrow as pa
import bellshape
from bellshape._sources import BATCH_ROWS, parquet_of
from pathlib import Path
pa.set_cpu_count(1)
job, folder, columns = sys.argv[1], Path(sys.argv[2]), sys.argv[3].split(",")
# What is imported at the first fit is not part of the job.
bellshape.fit_batches([{"x": [1.0, 2.0, 4.0]}])
start = time.process_time()
rows = 0
if job == "read":
    for path in sorted(folder.glob("*.parquet")):
        with parquet_of(path) as file:
            for batch in file.iter_batches(BATCH_ROWS, columns=columns):
                rows += batch.num_rows
else:
    rows = int(bellshape.fit_batches(folder, columns).summary()[0]["count"])
spent = time.process_time() - start
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps([spent, rows, int(status["VmHWM"].split()[0]) / 1024]))
"""


def child(job: str, folder: Path) -> tuple[float, int, float]:
    """Return processor seconds, rows and the peak of memory of a process that does a job."""
    command = [sys.executable, "-c", CHILD, job, str(folder), ",".join(COLUMNS)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    spent, rows, peak = json.loads(done.stdout)
    return float(spent), int(rows), float(peak)


def parquet(folder: Path, rows: int) -> None:
    """A fit of many files beside reading them alone."""
    size = sum(path.stat().st_size for path in folder.glob("*.parquet"))
    say("Parquet", size / 2**30, "GiB")
    best = {"read": float("inf"), "fit": float("inf")}
    most = 0.0
    for _ in range(2):
        for job in best:
            spent, found, peak = child(job, folder)
            if found != rows:
                raise AssertionError(f"{job}: {found} rows, not {rows}")
            best[job] = min(best[job], spent)
            most = max(most, peak if job == "fit" else 0)
    values = rows * len(COLUMNS)
    say("reading alone, 1e9 values", best["read"] / values * 1e9, "s")
    say("fitting, 1e9 values", best["fit"] / values * 1e9, "s")
    say("speed of fitting beside reading", best["read"] / best["fit"], "", least=0.5)
    say("peak of memory", most, "MiB", 300)


def dask(folder: Path, rows: int) -> None:
    """A fit by Dask's threads beside touching each partition."""
    import dask
    import dask.dataframe as dd

    from bellshape.dask import PowerTransformer

    table = dd.read_parquet(
        sorted(folder.glob("*.parquet"))[:4], columns=COLUMNS, split_row_groups=4
    )

    def touched() -> None:
        parts = [dask.delayed(len)(part) for part in table.to_delayed()]
        if sum(dask.compute(*parts)) != rows // 4:
            raise AssertionError("rows are missing")

    def fitted() -> None:
        PowerTransformer().fit(table)

    best = {touched: float("inf"), fitted: float("inf")}
    with dask.config.set(scheduler="threads", num_workers=2):
        for _ in range(3):
            for job in best:
                best[job] = min(best[job], seconds(job, 1))
    ratio = best[touched] / best[fitted]
    say(f"Dask beside touching {table.npartitions} partitions", ratio, "", least=0.6)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", nargs="*", choices=["states", "shards", "parquet", "dask", []])
    parser.add_argument("--gigabytes", type=float, default=5, help="of Parquet, 5 by default")
    options = parser.parse_args()
    what = options.what or ["states", "shards", "parquet", "dask"]
    print(f"bellshape {bellshape.__version__}")
    for name, job in (("states", states), ("shards", shards)):
        if name in what:
            job()
    if "parquet" in what or "dask" in what:
        with tempfile.TemporaryDirectory() as name:
            rows = write_table(Path(name), options.gigabytes)
            for job in (parquet, dask):
                if job.__name__ in what:
                    job(Path(name), rows)
    if missed:
        print(f"missed: {'; '.join(missed)}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
