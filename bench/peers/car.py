# SPDX-License-Identifier: BSD-3-Clause
"""car::powerTransform of R, where R and car are installed (Debian: r-cran-car), in one process."""

import pathlib
import shutil
import subprocess
import tempfile
import time

import bellshape
from columns import samples, sd_log
from row import AGREE, quartiles

SCRIPT = pathlib.Path(__file__).with_suffix(".R")


def measure(n, rounds):
    """Rows, and the version of car or why there is none."""
    if not shutil.which("Rscript"):
        return [], "not installed"
    rows = []
    version = "not installed"
    for name, x in samples(n).items():
        with tempfile.NamedTemporaryFile() as file:
            x.tofile(file)
            file.flush()
            with subprocess.Popen(
                ["Rscript", str(SCRIPT), file.name, str(n)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            ) as r:
                first = r.stdout.readline().split()
                if len(first) != 3:
                    return [], "R without car"
                version = f"{first[0]} (R {first[1]}.{first[2]})"
                rows.append(row(name, x, r, rounds))
    return rows, version


def row(name, x, r, rounds):
    ours, theirs = [], []
    for _ in range(rounds):
        start = time.perf_counter_ns()
        fit = bellshape.yeojohnson_fit(x)
        ours.append((time.perf_counter_ns() - start) / x.size)
        r.stdin.write("fit\n")
        r.stdin.flush()
        seconds, lam = map(float, r.stdout.readline().split())
        theirs.append(seconds * 1e9 / x.size)
    a, b = quartiles(ours), quartiles(theirs)
    difference = float(abs(lam - fit.lmbda) * sd_log(x))
    return {
        "section": "fit",
        "what": f"fit, {name}",
        "peer": "R car",
        "type": "float64",
        "threads": 1,
        "n": x.size,
        "rounds": rounds,
        "ours_ns": a[1],
        "theirs_ns": b[1],
        "ours_quartiles": [a[0], a[2]],
        "theirs_quartiles": [b[0], b[2]],
        "ratio": b[1] / a[1],
        "target": None,
        "difference": difference,
        "difference_of": "lambda",
        "agree": difference <= AGREE["lambda"],
        "cpu_part": None,
    }
