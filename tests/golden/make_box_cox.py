#!/usr/bin/env python3
"""box_cox.json: columns above 0 and their exact Box-Cox fit (mpmath, 50 digits).

    make_box_cox.py OUT.json

With u = log x the objective of reference.py is that of Box-Cox. `scipy_llf` is
scipy.stats.boxcox_llf at the exact lambda, for the columns where float64 is enough for it.

SPDX-License-Identifier: BSD-3-Clause
"""

import json
import random
import sys

import mpmath as mp
from reference import objective, root
from scipy.stats import boxcox_llf

CUT = mp.mpf("3.841458820694124")  # chi-squared with one degree of freedom, 95 %


def columns():
    r = random.Random(1)

    def short(x):
        return float(f"{x:.7g}")

    yield "lognormal", [short(r.lognormvariate(0, 1)) for _ in range(2000)], True
    yield "exponential", [short(r.expovariate(1)) for _ in range(1500)], True
    yield "pressure", [short(r.gauss(101325, 100)) for _ in range(2000)], False
    yield "years", [float(r.randint(1900, 2020)) for _ in range(1200)], True
    yield "prices", [round(r.lognormvariate(3, 0.8), 2) for _ in range(400)], True
    yield "tiny", [short(r.gammavariate(2, 1)) * 1e-300 for _ in range(300)], False
    yield "huge", [short(r.gammavariate(2, 1)) * 1e300 for _ in range(300)], False
    yield "tiny and narrow", [short(r.gauss(1, 1e-3)) * 1e-300 for _ in range(300)], False
    yield "subnormal", [r.randint(1, 10**6) * 5e-324 for _ in range(100)], False
    yield (
        "every size",
        [short(r.uniform(1, 10)) * 10.0 ** r.randint(-300, 300) for _ in range(200)],
        False,
    )
    yield "about 1", [1 + r.randint(-(10**6), 10**6) * 2.0**-50 for _ in range(200)], False
    yield "milliseconds", [1.7e12 + round(r.expovariate(1e-8)) for _ in range(500)], False
    yield "gamma with a 1e12", [short(r.gammavariate(3, 1)) for _ in range(1100)] + [1e12], False
    yield "pressure with a 1e-5", [short(r.gauss(101325, 100)) for _ in range(1100)] + [1e-5], False
    yield "ends", [5e-324, 1.7976931348623157e308, 1.0], False
    yield "two values", [3.0, 5.0], True


def solve(name, x, ordinary):
    mp.mp.dps = 50
    u = [mp.log(mp.mpf(v)) for v in x]
    n, mean = len(u), mp.fsum(u) / len(u)
    unit = 1 / mp.sqrt(mp.fsum((v - mean) ** 2 for v in u) / n)

    def f(lam):
        return objective(u, False, 1, lam)

    lam = root(lambda t: f(t)[1], mp.mpf(1), unit)
    if abs(lam) < unit * mp.mpf(10) ** -20:
        lam = mp.mpf(0)  # of two values
    best, _, z = f(lam)

    def end(sign):
        sd = unit / mp.sqrt(n)
        return lam + sign * root(lambda h: n * (f(lam + sign * h)[0] - best) - CUT, sd, sd / 4)

    ends = [end(-1), end(1)]
    likelihood = -n * best / 2 - n * mean
    row = {
        "name": name,
        "n": n,
        "x": x,
        "lambda": mp.nstr(lam, 17),
        "ci95": [mp.nstr(e, 17) for e in ends],
        "log_likelihood": mp.nstr(likelihood, 17),
        "lr_vs_identity": mp.nstr(n * (f(mp.mpf(1))[0] - best), 17),
        "z": [float(v) for v in z[:16]],
    }
    if ordinary:
        row["scipy_llf"] = float(boxcox_llf(float(lam), x))
    print(name, row["lambda"], row["ci95"], flush=True)
    return row


if __name__ == "__main__":
    with open(sys.argv[1], "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(solve(*c)) for c in columns()) + "\n]\n")
