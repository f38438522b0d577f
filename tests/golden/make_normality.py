#!/usr/bin/env python3
"""normality.json: tests of normality by R, nortest and SciPy, and their statistics by mpmath.
normality_tails.json: distribution functions of doubles by mpmath.

    make_normality.py OUT.json TAILS.json

made with R 4.2.2, nortest 1.0-4, SciPy 1.17.1 and mpmath 1.3.0.

SPDX-License-Identifier: BSD-3-Clause
"""

import csv
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import warnings

import mpmath as mp
import numpy as np
from scipy import stats

HERE = pathlib.Path(__file__).resolve().parent
ROYSTON = (
    (0, "0.221157", "-0.147981", "-2.07119", "4.434685", "-2.706056"),
    (0, "0.042981", "-0.293762", "-1.752461", "5.682633", "-3.582633"),
)
mp.mp.dps = 40


def real(table, name):
    with open(HERE.parents[1] / "data" / f"{table}.csv", newline="") as file:
        cells = [row[name] for row in csv.DictReader(file)]
    return [float(cell) for cell in cells if cell not in ("", "NA")]


def columns():
    rng = np.random.default_rng(20260105)
    for n in (3, 4, 5, 6, 7, 8, 10, 11, 12, 20, 50, 100, 101, 500):
        yield f"normal_{n}", rng.normal(10, 2, n)
    yield "normal_5000", rng.normal(0, 1, 5000)
    yield "normal_5001", rng.normal(0, 1, 5001)
    yield "lognormal_40", rng.lognormal(0, 1, 40)
    yield "lognormal_1000", rng.lognormal(0, 0.2, 1000)
    yield "uniform_30", rng.uniform(-5, 20, 30)
    yield "uniform_300", rng.uniform(0, 1, 300)
    yield "exponential_25", -rng.exponential(3, 25)
    yield "cauchy_60", rng.standard_cauchy(60)
    yield "student_400", rng.standard_t(5, 400)
    yield "logistic_150", rng.logistic(0, 1, 150)
    yield "counts_80", rng.poisson(2.5, 80)
    yield "counts_9", rng.poisson(4, 9)
    yield "two_values_30", rng.integers(0, 2, 30)
    yield "zeros_100", np.where(rng.uniform(size=100) < 0.9, 0, rng.exponential(1000, 100))
    yield "symmetric_9", np.arange(9.0) - 4
    yield "outlier_50", np.append(rng.normal(0, 1, 49), 40)
    yield "far_200", 1e9 + rng.normal(0, 1e-2, 200)
    yield "unix_time_90", 1.7e9 + 86400 * rng.exponential(1, 90)
    yield "tiny_70", 1e-290 * rng.normal(1, 1, 70)
    yield "huge_70", 1e300 * rng.normal(1, 1, 70)
    yield "bimodal_120", np.append(rng.normal(-2, 1, 60), rng.normal(4, 1, 60))
    yield "bill_length", real("penguins", "bill_length_mm")
    yield "flipper_length", real("penguins", "flipper_length_mm")
    yield "body_mass", real("penguins", "body_mass_g")


# ---- by mpmath ----


def cdf(z):
    return mp.erfc(-z / mp.sqrt(2)) / 2


def quantile(p):
    if p > 0.5:
        return -quantile(1 - p)
    z = mp.mpf(float(stats.norm.ppf(float(p))))
    for _ in range(4):
        z -= (cdf(z) - p) / mp.npdf(z)
    return z


def scores(n):
    half = [quantile((i - mp.mpf(3) / 8) / (n + mp.mpf(1) / 4)) for i in range(1, n // 2 + 1)]
    return half + [mp.mpf(0)] * (n % 2) + [-q for q in reversed(half)]


def shapiro_wilk(z, m):
    n = len(z)
    a = list(m)
    square = mp.fsum(q * q for q in m)
    if n == 3:
        a = [-mp.sqrt(mp.mpf(1) / 2), 0, mp.sqrt(mp.mpf(1) / 2)]
    else:
        ends = 2 if n > 5 else 1
        last = [
            mp.polyval([mp.mpf(c) for c in reversed(ROYSTON[i])], 1 / mp.sqrt(n))
            + m[n - 1 - i] / mp.sqrt(square)
            for i in range(ends)
        ]
        rest = square - 2 * mp.fsum(m[i] ** 2 for i in range(ends))
        factor = mp.sqrt(rest / (1 - 2 * mp.fsum(c * c for c in last)))
        a = [q / factor for q in m]
        for i, c in enumerate(last):
            a[i], a[n - 1 - i] = -c, c
    return mp.fdot(a, z) ** 2 / (mp.fsum(c * c for c in a) * mp.fsum(v * v for v in z))


def dagostino(skewness, kurtosis, n):
    n = mp.mpf(n)
    y = skewness * mp.sqrt((n + 1) * (n + 3) / (6 * (n - 2)))
    beta = 3 * (n * n + 27 * n - 70) * (n + 1) * (n + 3)
    beta /= (n - 2) * (n + 5) * (n + 7) * (n + 9)
    w = mp.sqrt(2 * (beta - 1)) - 1
    s = mp.asinh(y / mp.sqrt(2 / (w - 1))) / mp.sqrt(mp.log(w) / 2)
    variance = 24 * n * (n - 2) * (n - 3) / ((n + 1) ** 2 * (n + 3) * (n + 5))
    x = (kurtosis + 3 - 3 * (n - 1) / (n + 1)) / mp.sqrt(variance)
    third = 6 * (n * n - 5 * n + 2) / ((n + 7) * (n + 9))
    third *= mp.sqrt(6 * (n + 3) * (n + 5) / (n * (n - 2) * (n - 3)))
    a = 6 + 8 / third * (2 / third + mp.sqrt(1 + 4 / third**2))
    ratio = (1 - 2 / a) / (1 + x * mp.sqrt(2 / (a - 4)))
    power = mp.sign(ratio) * abs(ratio) ** (mp.mpf(1) / 3)
    return s**2 + ((1 - 2 / (9 * a) - power) / mp.sqrt(2 / (9 * a))) ** 2


def exact(x):
    """The statistics with 40 digits, as text where a double would be one."""
    n = len(x)
    x = sorted(mp.mpf(float(v)) for v in x)
    mean = mp.fsum(x) / n
    moment = [mp.fsum((v - mean) ** k for v in x) / n for k in range(5)]
    sd = mp.sqrt(moment[2] * n / (n - 1))
    z = [(v - mean) / sd for v in x]
    f, upper = [cdf(v) for v in z], [cdf(-v) for v in z]
    m = scores(n)
    skewness = moment[3] / moment[2] ** mp.mpf(1.5)
    kurtosis = moment[4] / moment[2] ** 2 - 3
    classes = math.ceil(2 * n**0.4)
    counts = np.bincount([min(int(classes * p), classes - 1) for p in f], minlength=classes)
    expected = mp.mpf(n) / classes
    found = {
        "mean": mean,
        "sd": sd,
        "skewness": skewness,
        "kurtosis": kurtosis,
        "qq_correlation": mp.fdot(m, z) / mp.sqrt(mp.fdot(m, m) * mp.fdot(z, z)),
        "distance": max(max((i + 1) / mp.mpf(n) - p, p - i / mp.mpf(n)) for i, p in enumerate(f)),
        "jarque_bera": n * (skewness**2 + kurtosis**2 / 4) / 6,
        "pearson": mp.fsum((int(c) - expected) ** 2 / expected for c in counts),
    }
    if n >= 8:
        found["anderson_darling"] = -n - mp.fsum(
            (2 * i + 1) * (mp.log(f[i]) + mp.log(upper[n - 1 - i])) for i in range(n)
        ) / mp.mpf(n)
        found["dagostino_pearson"] = dagostino(skewness, kurtosis, n)
    if n <= 5000:
        found["shapiro_wilk"] = shapiro_wilk(z, m)
    return {name: float(value) for name, value in found.items()}


# ---- by others ----


def by_r(all_columns):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        for name, x in all_columns:
            print(name, *(repr(v) for v in x), file=file)
        file.flush()
        text = subprocess.run(
            ["Rscript", HERE / "make_normality.R", file.name],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    found = {}
    for line in text.splitlines():
        name, test, statistic, p = line.split()
        found.setdefault(name, {})[test] = [float(statistic), float(p)]
    return found


def by_scipy(x):
    found = {"jarque_bera": stats.jarque_bera(x)}
    if len(x) >= 8:
        found["dagostino_pearson"] = stats.normaltest(x)
    if len(x) <= 5000:
        found["shapiro_wilk"] = stats.shapiro(x)
    return {name: [float(v) for v in result] for name, result in found.items()}


# A result is kept if its statistic is that near to the exact one: in parts of it or of 1/1000, and
# for a correlation in parts of 1 less itself, which is what its p-value comes from.
TOLERANCE = 1e-11


def is_exact(found, test, statistic):
    others = {"lilliefors": found["distance"], "shapiro_francia": found["qq_correlation"] ** 2}
    true = found.get(test, others.get(test))
    size = 1 - true if test.startswith("shapiro") else max(abs(true), 1e-3)
    return abs(statistic - true) <= TOLERANCE * size


def describe(name, x, r):
    """A line of the file; what others lose digits of is left out and printed."""
    found = exact(x)
    line = {"name": name, "x": x, "exact": found}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sources = {"r": r[name], "scipy": by_scipy(x)}
    for source, tests in sources.items():
        kept = {test: pair for test, pair in tests.items() if is_exact(found, test, pair[0])}
        line[source] = kept
        for test in tests.keys() - kept.keys():
            print(f"{name}: {test} of {source} is {tests[test][0]:.17g}", file=sys.stderr)
    return json.dumps(line)


# ---- distributions ----


def tails():
    """Arguments as doubles, and results rounded to doubles."""
    rng = np.random.default_rng(7)
    z = [*np.linspace(-37.5, 9, 94), *rng.normal(0, 1, 60), *rng.uniform(-37, 0, 60), -0.0, 1e-9]
    p = [*rng.uniform(0, 1, 60), *10 ** rng.uniform(-307, 0, 80), 1e-15, 0.075, 0.925]
    p += [1 - v for v in 10 ** rng.uniform(-15, -1, 30)]
    freedom = (1, 2, 3, 4, 7, 20, 51, 500, 5001)
    chi = [(x, df) for df in freedom for x in (0.1, df * 0.8, df, df + 99)]
    gamma = [mp.gammainc(mp.mpf(d) / 2, mp.mpf(x) / 2, regularized=True) for x, d in chi]
    return {
        "cdf": [[float(v), float(cdf(mp.mpf(float(v))))] for v in z],
        "quantile": [[float(v), float(quantile(mp.mpf(float(v))))] for v in p],
        "chi_squared": [[float(x), df, float(g)] for (x, df), g in zip(chi, gamma, strict=True)],
    }


if __name__ == "__main__":
    all_columns = [(name, [float(f"{v:.13g}") for v in x]) for name, x in columns()]
    r = by_r(all_columns)
    with open(sys.argv[1], "w") as f:
        f.write("[\n" + ",\n".join(describe(*c, r) for c in all_columns) + "\n]\n")
    with open(sys.argv[2], "w") as f:
        json.dump(tails(), f)
        f.write("\n")
