#!/usr/bin/env python3
"""stray.json: exact fits (reference.py) of narrow columns and of columns with one stray value.

    make_stray.py OUT.json

The values are not written out: stray_column() in ../test_golden.c makes the same ones to the last
bit.

SPDX-License-Identifier: BSD-3-Clause
"""

import itertools
import json
import sys

from reference import solve

PLACE = 7
COLUMNS = [  # name, values, base, width, the one at PLACE; width 0: u/(1 - u)
    ("seconds with a 0", 5000, 1.7e9, 1e6, 0.0),
    ("seconds with a -1", 2000, 1.7e9, 1e6, -1.0),
    ("1e12 +- 1", 1500, 1e12 - 1, 2.0, None),
    ("odds with a 1e300", 1500, 0.0, 0.0, 1e300),
    ("pressure", 1500, 101315.0, 20.0, None),
]


def units(seed):
    """rng_unit() of ../common.c: splitmix64."""
    mask = 2**64 - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = seed
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & mask
        yield (((z ^ z >> 31) >> 12) + 0.5) * 2.0**-52


def column(n, base, width, stray):
    u = units(1)
    x = [base + width * v if width else v / (1 - v) for v in itertools.islice(u, n)]
    if stray is not None:
        x[PLACE] = stray
    return x


def row(name, n, base, width, stray):
    r = solve({"name": name, "x": column(n, base, width, stray)}, digits=50)
    return {
        "name": name,
        "n": n,
        "base": base,
        "width": width,
        "stray": stray,
        "lambda": r["lambda"],
        "ci95": r["ci95"],
        "lr_vs_identity": r["lr_vs_identity"],
        "sd_log": r["sd_log"],
        "z": r["z"][:16],
    }


if __name__ == "__main__":
    with open(sys.argv[1], "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(row(*c)) for c in COLUMNS) + "\n]\n")
