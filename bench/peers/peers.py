# SPDX-License-Identifier: BSD-3-Clause
"""peers.py - bellshape beside the libraries that do the same (bench/peers/run starts it).

Both sides work on the same data, in one process, in turn; the times are medians on the wall. A row
says how long each takes a value, their ratio, and whether the answers agree: a fast wrong answer is
marked. Then come the columns on which a peer fails, and the program beside pandas and scikit-learn
on a file.
"""

import argparse
import datetime
import importlib.metadata
import json
import math
import os
import pathlib
import platform
import subprocess
import sys
import warnings

HOME = pathlib.Path(__file__).resolve().parents[2]
SECTIONS = ("columns", "layers", "R", "failures", "program", "skewness", "kernels")


def arguments():
    p = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog="Example: bench/peers/run --docs",
        prog="bench/peers/run",
    )
    p.add_argument(
        "--quick",
        action="store_true",
        help="small data, few repetitions: whether all works, not figures",
    )
    p.add_argument("--only", choices=SECTIONS, action="append", help="this part; may be repeated")
    p.add_argument(
        "--layers",
        metavar="FILE",
        help="layers.py of the authors of normality normalization, to run beside",
    )
    p.add_argument(
        "--docs",
        action="store_true",
        help="writes docs/benchmarks.md and its pictures from this run",
    )
    p.add_argument("--json", metavar="FILE", help="saves the numbers")
    p.add_argument(
        "--build", type=pathlib.Path, default=HOME / "build-peers/c", help=argparse.SUPPRESS
    )
    a = p.parse_args()
    if a.docs and (a.quick or a.only):
        p.error("--docs takes one whole run: not --quick, not --only")
    return a


def one_line(command):
    try:
        return subprocess.run(
            command, capture_output=True, text=True, check=True
        ).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def machine():
    info = pathlib.Path("/proc/cpuinfo")
    names = (
        [
            line.split(":", 1)[1].strip()
            for line in info.read_text().splitlines()
            if line.startswith("model name")
        ]
        if info.exists()
        else []
    )
    caches = {}
    for index in pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*"):
        level, kind, size = ((index / f).read_text().strip() for f in ("level", "type", "size"))
        if kind != "Instruction":
            caches[f"L{level}"] = size
    return {
        "cpu": names[0] if names else platform.processor() or platform.machine(),
        "cpus": os.cpu_count(),
        "caches": dict(sorted(caches.items())),
        "system": f"{platform.system()} {platform.release()}",
        "compiler": one_line(["cc", "--version"]),
        "load_before": round(os.getloadavg()[0], 2),
    }


def versions():
    import torch

    import bellshape

    known = {
        "bellshape": f"{bellshape.__version__} ({bellshape.backend()})",
        "Python": platform.python_version(),
    }
    for name, package in (
        ("NumPy", "numpy"),
        ("SciPy", "scipy"),
        ("scikit-learn", "scikit-learn"),
        ("pandas", "pandas"),
        ("statsmodels", "statsmodels"),
    ):
        known[name] = importlib.metadata.version(package)
    return known | {"PyTorch": torch.__version__}


def measured(rows, seconds):
    """Prints each row as it comes."""
    from page import text_row

    results = []
    for row in rows:
        results.append(row.measure(seconds))
        print(text_row(results[-1]), flush=True)
    return results


def timed_rows(a, wanted):
    """On one thread, and on all."""
    import threadpoolctl
    import torch

    import columns
    import layers

    authors = layers.authors_layers(a.layers) if a.layers else None
    seconds, results = 0.3 if a.quick else 4, []
    for threads in sorted({1, os.cpu_count() or 1}):
        torch.set_num_threads(threads)
        with threadpoolctl.threadpool_limits(threads):
            if "columns" in wanted:
                results += measured(columns.rows(a.quick, threads), seconds)
            if "layers" in wanted:
                results += measured(layers.rows(a.quick, threads, authors), seconds / 2)
    return results


def kernels(a):
    """What bellshape-bench says, and its picture."""
    program = [
        str(a.build / "bench/bellshape-bench"),
        "--json",
        "--threads",
        str(os.cpu_count() or 1),
    ]
    if a.quick:
        program.append("--quick")
    if a.docs:
        program += ["--svg", str(HOME / "docs/benchmarks-kernels.svg")]
    return json.loads(subprocess.run(program, check=True, capture_output=True, text=True).stdout)


def finite(value):
    """The same with None for what JSON has no number for."""
    if isinstance(value, dict):
        return {k: finite(v) for k, v in value.items()}
    if isinstance(value, list):
        return [finite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def main():
    a = arguments()
    wanted = a.only or SECTIONS
    warnings.simplefilter("ignore")  # peers warn of what the rows show
    import page

    result = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "rows": [],
    }
    print(", ".join(f"{k} {v}" for k, v in result["versions"].items()))
    print(page.TEXT_HEAD, flush=True)
    if {"columns", "layers"} & set(wanted):
        result["rows"] = timed_rows(a, wanted)
    if "R" in wanted:
        import car

        rows, result["versions"]["R car"] = car.measure(5000 if a.quick else 100000, 3)
        for r in rows:
            print(page.text_row(r), flush=True)
        result["rows"] += rows
    if "failures" in wanted:
        import failures

        result["failures"] = failures.measure()
        print(page.text_failures(result["failures"]), flush=True)
    if "program" in wanted:
        import program

        result["program"] = program.measure(
            a.build / "cli/bellshape", HOME / "build-peers/tables", a.quick, 2
        )
        print(page.text_program(result["program"]), flush=True)
    if "skewness" in wanted:
        import skewness

        rows, rounds = (skewness.ROWS // 40, 1) if a.quick else (skewness.ROWS, 5)
        result["skewness"] = skewness.measure(a.build / "cli/bellshape", rows, rounds)
        print(f"\n{skewness.markdown(result['skewness'])}", flush=True)
    if "kernels" in wanted:
        result["kernels"] = kernels(a)
    result["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    result["authors"] = bool(a.layers)
    result = finite(result)
    if a.json:
        pathlib.Path(a.json).write_text(json.dumps(result, indent=1) + "\n")
    if a.docs:
        page.write(result, HOME / "docs")
    if any(not r["agree"] for r in result["rows"]):
        print("some answers DIFFER", file=sys.stderr)


if __name__ == "__main__":
    main()
