# SPDX-License-Identifier: BSD-3-Clause
"""The skewness of every column of a CSV file: the program beside DuckDB and Polars.

Example: python3 bench/peers/skewness.py --program build/cli/bellshape --docs

Every run is a process of its own, and the tools take turns. The times of DuckDB and Polars begin
after their import; those of the program are the whole process. --docs writes the table into
docs/benchmarks.md, between the marks that stand there.
"""

import argparse
import importlib.metadata
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import polars as pl

ROWS, COLUMNS, PARTS = 2000000, 8, 10
HOME = pathlib.Path(__file__).resolve().parents[2]
MARKS = "<!-- skewness.py writes from here -->\n", "<!-- to here -->\n"

DUCKDB = """
import duckdb, json, sys, time
start = time.perf_counter(), time.process_time()
c = duckdb.connect()
c.execute(f"SET threads = {sys.argv[2]}")
c.execute("SET enable_progress_bar = false")
names = [f"x{j}" for j in range(int(sys.argv[3]))]
what = ", ".join(f"skewness({n})" for n in names)
row = c.execute(f"SELECT count(*), {what} FROM read_csv('{sys.argv[1]}')").fetchone()
print(json.dumps([time.perf_counter() - start[0], time.process_time() - start[1], *row]))
"""

POLARS = """
import json, sys, time
import polars as pl
start = time.perf_counter(), time.process_time()
t = pl.scan_csv(sys.argv[1]).select(pl.len().alias("n"), pl.all().skew(bias=False))
row = t.collect(engine="streaming").row(0)
print(json.dumps([time.perf_counter() - start[0], time.process_time() - start[1], *row]))
"""

# A process counts as its own the memory of the one that started it, so a small one does that.
RUNNER = """
import os, sys, time
start = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print("\\n", time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss,
      os.waitstatus_to_exitcode(status))
"""


def write_table(path, rows):
    """Lognormal and gamma columns in turn, of nine digits: the same part, ten times."""
    random, part = np.random.default_rng(0), rows // PARTS
    draw = lambda: random.lognormal(size=part), lambda: random.gamma(2, size=part) - 1.5
    columns = {f"x{j}": draw[j % 2]() for j in range(COLUMNS)}
    table = pl.DataFrame(columns).select(pl.all().round_sig_figs(9))
    with open(path, "wb") as out:
        for i in range(PARTS):
            table.write_csv(out, include_header=i == 0)


def run(command, threads):
    """What the command printed, its seconds on the wall and of CPU, and its most MiB."""
    said = subprocess.run(
        [sys.executable, "-S", "-E", "-c", RUNNER, *map(str, command)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "POLARS_MAX_THREADS": str(threads)},
    )
    *output, last = said.stdout.rstrip("\n").split("\n")
    wall, cpu, kibibytes, code = last.split()
    if int(code):
        sys.exit(f"{said.stderr}{command[0]}: exit status {code}")
    return "\n".join(output), float(wall), float(cpu), int(kibibytes) / 1024


def unbiased(n, g):
    return g * math.sqrt(n * (n - 1)) / (n - 2)


def once(tool, binary, table, threads):
    """Seconds on the wall and of CPU, MiB, and the skewness of each column without bias."""
    if tool == "bellshape stats":
        output, wall, cpu, mib = run(
            (binary, "stats", "--json", "--threads", threads, table), threads
        )
        found = json.loads(output)["columns"]
        return wall, cpu, mib, [unbiased(c["n"], c["skewness"]) for c in found]
    script = {"DuckDB": DUCKDB, "Polars": POLARS}[tool]
    output, _, _, mib = run((sys.executable, "-c", script, table, threads, COLUMNS), threads)
    wall, cpu, _, *found = json.loads(output)
    return wall, cpu, mib, found


def transform(binary, folder, table, threads):
    model, out = folder / "model.json", folder / "out.csv"
    if not model.exists():
        run((binary, "fit", table, "-o", model), threads)
    command = (binary, "transform", "--threads", threads, "-m", model, table, "-o", out)
    return (*run(command, threads)[1:], None)


def measure(binary, rows=ROWS, rounds=5):
    """The least of some rounds, in which all tools take turns on 1 and 2 threads."""
    took, skewness = {}, []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        table = folder / "x.csv"
        write_table(table, rows)
        for _ in range(rounds):
            for threads in (1, 2):
                for tool in ("bellshape stats", "DuckDB", "Polars"):
                    *times, found = once(tool, binary, table, threads)
                    took.setdefault((tool, threads), []).append(times)
                    skewness.append(found)
                *times, _ = transform(binary, folder, table, threads)
                took.setdefault(("bellshape transform, to a CSV", threads), []).append(times)
        size = table.stat().st_size
    first = skewness[0]
    apart = max(
        abs(a - b) / max(1, abs(a)) for s in skewness for a, b in zip(first, s, strict=True)
    )
    return {
        "rows": rows,
        "columns": len(first),
        "bytes": size,
        "rounds": rounds,
        "load": round(os.getloadavg()[0], 1),
        "cpus": os.cpu_count(),
        "versions": {p: importlib.metadata.version(p.lower()) for p in ("DuckDB", "Polars")},
        "difference": apart,
        "results": [
            {"tool": tool, "threads": threads, "wall": wall, "cpu": cpu, "mib": mib}
            for (tool, threads), times in took.items()
            for wall, cpu, mib in [map(min, zip(*times, strict=True))]
        ],
    }


def markdown(s):
    versions = ", ".join(f"{k} {v}" for k, v in s["versions"].items())
    lines = [
        f"CSV, {s['rows']:,} rows x {s['columns']} columns, {s['bytes'] / 1e6:.0f} MB, in the",
        f"cache of the system; {versions}. The least of {s['rounds']} runs of each, in turn,",
        f"without the import of DuckDB and Polars. The machine has {s['cpus']} CPUs",
        f"and had a load of {s['load']} at the end: where that is above the CPUs, other programs",
        "took part of them, and the time of the CPU tells more. The skewness of all tools agrees",
        f"to {s['difference']:.0e}. Written by `bench/peers/skewness.py --docs`.",
        "",
        "| tool | threads | wall | CPU | memory |",
        "|---|---|---|---|---|",
    ]
    for r in sorted(s["results"], key=lambda r: (r["tool"].startswith("bellshape t"), r["tool"])):
        lines.append(
            f"| {r['tool']} | {r['threads']} | {r['wall']:.2f} s | {r['cpu']:.2f} s "
            f"| {r['mib']:.0f} MiB |"
        )
    return "\n".join(lines) + "\n"


def section(result):
    return MARKS[0] + markdown(result) + MARKS[1]


def write(result, page):
    """Puts the table between the marks of the page."""
    text = page.read_text()
    head, rest = text.split(MARKS[0])
    page.write_text(head + section(result) + rest.split(MARKS[1])[1])


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--program", type=pathlib.Path, default=HOME / "build/cli/bellshape")
    p.add_argument("--rows", type=int, default=ROWS)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--docs", action="store_true", help="writes docs/benchmarks.md")
    a = p.parse_args()
    result = measure(a.program, a.rows, a.rounds)
    print(markdown(result), end="")
    if a.docs:
        write(result, HOME / "docs/benchmarks.md")


if __name__ == "__main__":
    main()
