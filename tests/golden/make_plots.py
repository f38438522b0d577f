#!/usr/bin/env python3
"""plots.json: histograms by NumPy, Q-Q points by SciPy, and bands by SciPy's beta distribution.

    make_plots.py OUT.json      (made with NumPy 2.4.6 and SciPy 1.17.1)

SPDX-License-Identifier: BSD-3-Clause
"""

import json
import sys

import numpy as np
from scipy import special, stats


def columns():
    rng = np.random.default_rng(1975)
    yield "normal", rng.normal(10, 3, 60)
    yield "lognormal", rng.lognormal(0, 1.2, 200)
    yield "far", 1e9 + rng.exponential(2, 45)
    yield "counts", rng.poisson(3, 90)
    yield "tenths", np.round(rng.normal(0, 1, 150), 1)
    yield "two_values", rng.integers(0, 2, 30)
    yield "five", rng.normal(0, 1, 5)
    yield "four", rng.normal(0, 1, 4)
    yield "huge", rng.normal(0, 1, 40) * 1e300
    yield "tiny", rng.exponential(1, 40) * 1e-300
    yield "constant", np.full(12, 3.5)
    yield "one", np.array([-2.25])


def rule(x):
    """The rule of bell_histogram_f64(): bins centered on steps, or Freedman-Diaconis, bounded."""
    distinct = np.unique(x)
    if len(distinct) > 1:
        span = distinct[-1] - distinct[0]
        step = np.diff(distinct).min()
        if span / step < 59.5:
            step = span / round(span / step)
            multiple = (x - distinct[0]) / step
            if np.all(np.abs(multiple - np.rint(multiple)) < 1e-6):
                ends = (distinct[0] - step / 2, distinct[-1] + step / 2)
                return round(span / step) + 1, ends, step
    width = 2 * np.subtract(*np.quantile(x, [0.75, 0.25])) / np.cbrt(len(x))
    bins = np.ceil((x.max() - x.min()) / width) if width > 0 else 0
    return int(min(max(bins, np.ceil(np.log2(len(x)) + 1)), 60)), None, 0


def histogram(x, bins, ends=None):
    counts, edges = np.histogram(x, bins=bins, range=ends)
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def describe(name, x):
    x = np.array([float(f"{v:.12g}") for v in x])
    bins, ends, step = rule(x)
    normal, value = stats.probplot(x, fit=False)
    return {
        "name": name,
        "x": x.tolist(),
        "ten": histogram(x, 10),
        "rule": histogram(x, bins, ends),
        "step": step,
        "normal": normal.tolist(),
        "value": value.tolist(),
    }


def intervals():
    """Ends of intervals of order statistics, as normal quantiles."""
    for n in [5, 6, 20, 1000, 50000, 10**6]:
        for rank in sorted({1, 2, n // 3, n // 2 + 1, n - 1, n}):
            for p in [0.12, 1e-3, 1e-9]:
                yield {
                    "rank": rank,
                    "n": n,
                    "p": p,
                    "low": special.ndtri(stats.beta.ppf(p, rank, n + 1 - rank)),
                    "high": -special.ndtri(stats.beta.ppf(p, n + 1 - rank, rank)),
                }


with open(sys.argv[1], "w") as out:
    out.write('{"columns": [\n')
    out.write(",\n".join(json.dumps(describe(*c)) for c in columns()))
    out.write('\n],\n"intervals": [\n')
    out.write(",\n".join(json.dumps(i) for i in intervals()))
    out.write("\n]}\n")
