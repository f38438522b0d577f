#!/usr/bin/env python3
"""profile.json: the profile likelihood of lambda of some columns (mpmath, 50 digits).

    make_profile.py OUT.json

The log-likelihoods at some lambdas, the ends of the intervals of some levels, the standard error
from the second derivative at the maximum, and the likelihood-ratio tests of 0, 1/2 and 1 with their
p-values.

SPDX-License-Identifier: BSD-3-Clause
"""

import json
import random
import sys

import mpmath as mp
from reference import objective, root

LEVELS = ["0.5", "0.9", "0.99", "0.999999"]
LAMBDAS = ["-2", "-1", "0", "0.5", "1", "2.25"]
TESTS = ["0", "0.5", "1"]


def columns():
    r = random.Random(17)

    def short(x):
        return float(f"{x:.7g}")

    lognormal = [short(r.lognormvariate(0, 1)) for _ in range(200)]
    pressure = [short(r.gauss(101325, 100)) for _ in range(150)]
    yield "lognormal", "box-cox", lognormal
    yield "lognormal", "yeo-johnson", lognormal
    yield "pressure", "box-cox", pressure
    yield "pressure", "yeo-johnson", pressure
    yield "normal", "yeo-johnson", [short(r.gauss(0.3, 1)) for _ in range(120)]
    yield "one of 100", "yeo-johnson", [short(r.gauss(0, 1)) for _ in range(120)] + [100.0]
    yield "counts", "yeo-johnson", [float(int(r.expovariate(0.3))) for _ in range(200)]
    yield "negative", "yeo-johnson", [-short(r.gammavariate(2, 3)) for _ in range(100)]
    yield "tiny", "box-cox", [short(r.gammavariate(2, 1)) * 1e-300 for _ in range(100)]
    yield "few", "box-cox", [1.0, 2.0, 4.0, 5.5, 19.0]


def text(value):
    return mp.nstr(value, 20)


def solve(name, method, x):
    mp.mp.dps = 50
    if method == "box-cox":
        u = [mp.log(mp.mpf(v)) for v in x]
    else:
        u = [(-1 if v < 0 else 1) * mp.log1p(abs(mp.mpf(v))) for v in x]
    mixed = method == "yeo-johnson" and min(x) < 0 <= max(x)
    flip = -1 if method == "yeo-johnson" and max(x) < 0 else 1
    n, mean = len(u), mp.fsum(u) / len(u)
    unit = 1 / mp.sqrt(mp.fsum((v - mean) ** 2 for v in u) / n)

    def f(lam):
        return objective(u, mixed, flip, lam)

    lam = root(lambda t: f(t)[1], mp.mpf(1), mp.mpf(1) / 4 if mixed else unit)
    best = f(lam)[0]
    error = mp.sqrt(2 / (n * mp.diff(lambda t: f(t)[1], lam)))

    def end(sign, cut):
        return lam + sign * root(
            lambda h: n * (f(lam + sign * h)[0] - best) - cut, error, error / 4
        )

    def ends(level):
        cut = 2 * mp.erfinv(mp.mpf(level)) ** 2
        return [text(end(-1, cut)), text(end(1, cut))]

    def likelihood(value):
        return text(-n * value / 2 - (0 if mixed else n * flip * mean))

    def test(at):
        statistic = n * (f(mp.mpf(at))[0] - best)
        return {
            "lambda": at,
            "statistic": text(statistic),
            "p": text(mp.erfc(mp.sqrt(statistic / 2))),
        }

    print(name, method, text(lam), text(error), flush=True)
    return {
        "name": name,
        "method": method,
        "x": x,
        "lambda": text(lam),
        "standard_error": text(error),
        "log_likelihood": likelihood(best),
        "levels": LEVELS,
        "intervals": [ends(level) for level in LEVELS],
        "lambdas": LAMBDAS,
        "profile": [likelihood(f(mp.mpf(at))[0]) for at in LAMBDAS],
        "tests": [test(at) for at in TESTS],
    }


if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(solve(*c)) for c in columns()) + "\n]\n")
