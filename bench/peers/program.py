# SPDX-License-Identifier: BSD-3-Clause
"""The program beside pandas and scikit-learn, from CSV to CSV: wall time and peak memory."""

import pathlib
import statistics
import subprocess
import sys

import numpy as np
import pandas as pd

from columns import samples

ROWS, COLUMNS, TARGET, MEBIBYTES = 2000000, 8, 8, 100

PEER = """
import sys
import pandas as pd
from sklearn.preprocessing import PowerTransformer
table = pd.read_csv(sys.argv[1])
t = PowerTransformer().fit(table)
if len(sys.argv) > 2:
    pd.DataFrame(t.transform(table), columns=table.columns).to_csv(sys.argv[2], index=False)
"""


def write_table(path, rows):
    """The same tenth, ten times: the text of so many numbers takes long to make."""
    part = rows // 10
    kinds = list(samples(part * COLUMNS // 2).values())
    table = pd.DataFrame(
        {f"x{j}": kinds[j % 2].reshape(COLUMNS // 2, part)[j // 2] for j in range(COLUMNS)}
    )
    with open(path, "w") as out:
        table.to_csv(out, index=False, float_format="%.9g")
        body = table.to_csv(index=False, header=False, float_format="%.9g")
        for _ in range(9):
            out.write(body)


# A process counts as its own the memory of the one that started it, so a small one does that.
RUNNER = """
import os, sys, time
start = time.perf_counter()
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - start, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


def run(*commands):
    """Seconds of all, most MiB of any."""
    seconds, memory = 0.0, 0.0
    for command in map(lambda c: [str(a) for a in c], commands):
        said = subprocess.run(
            [sys.executable, "-S", "-E", "-c", RUNNER, *command],
            check=True,
            capture_output=True,
            text=True,
        )
        took, kibibytes, code = said.stdout.split()
        if int(code):
            sys.exit(f"{said.stderr}{command[0]}: exit status {code}")
        seconds, memory = seconds + float(took), max(memory, int(kibibytes) / 1024)
    return seconds, memory


def sides(program, folder, threads):
    table, model, out = (
        folder / "x.csv",
        folder / "model.json",
        [folder / "ours.csv", folder / "theirs.csv"],
    )
    fit = (program, "fit", "--threads", str(threads), table, "-o", model)
    transform = (program, "transform", "--threads", str(threads), "-m", model, table, "-o", out[0])
    peer = (sys.executable, "-c", PEER, table)
    return {
        "fit": ([fit], [peer]),
        "fit and transform to a file": ([fit, transform], [(*peer, out[1])]),
    }


def measure(program, folder, quick, rounds):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows = ROWS // 40 if quick else ROWS
    write_table(folder / "x.csv", rows)
    results = []
    for job in "fit", "fit and transform to a file":
        took = {"one": [], "all": [], "peer": []}
        for _ in range(rounds if job == "fit" else max(1, rounds - 1)):
            for side, threads in (("one", 1), ("all", 0)):
                took[side].append(run(*sides(program, folder, threads)[job][0]))
            took["peer"].append(run(*sides(program, folder, 1)[job][1]))
        results += [result(job, rows, side, took) for side in ("one", "all")]
    size = (folder / "x.csv").stat().st_size
    difference = outputs_apart(folder)
    for name in "x.csv", "ours.csv", "theirs.csv", "model.json":
        (folder / name).unlink()
    return {
        "rows": rows,
        "columns": COLUMNS,
        "bytes": size,
        "results": results,
        "difference": difference,
        "agree": difference <= 1e-4,
    }


def result(job, rows, side, took):
    ours, theirs = (statistics.median(t for t, _ in took[s]) for s in (side, "peer"))
    return {
        "job": job,
        "threads": 1 if side == "one" else "all",
        "runs": len(took[side]),
        "ours_seconds": ours,
        "theirs_seconds": theirs,
        "ratio": theirs / ours,
        "ours_mib": max(m for _, m in took[side]),
        "theirs_mib": max(m for _, m in took["peer"]),
        "target": TARGET if side == "all" and "transform" in job else None,
        "target_mib": MEBIBYTES,
    }


def outputs_apart(folder):
    """Largest difference of z in the first 100000 rows."""
    ours, theirs = (
        pd.read_csv(folder / f, nrows=100000).to_numpy() for f in ("ours.csv", "theirs.csv")
    )
    return float(np.max(np.abs(ours - theirs)))
