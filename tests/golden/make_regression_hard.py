#!/usr/bin/env python3
"""regression_hard.json: regressions where formulas in float64 fail, exactly (mpmath, 60 digits).

    make_regression_hard.py >regression_hard.json

SPDX-License-Identifier: BSD-3-Clause
"""

import json
import random

import mpmath as mp

CUT = mp.mpf("3.841458820694124")  # chi-squared with one degree of freedom, 95 %
N = 30


def cases():
    r = random.Random(1)

    def gumbel():
        return -mp.log(-mp.log(r.random()))

    x = [[round(r.gauss(0, 1), 3), round(r.gauss(0, 1), 3)] for _ in range(N)]
    noise = [float(gumbel()) + a - b for a, b in x]

    def column(f):
        return [float(f"{f(e):.9g}") for e in noise]

    bc, yj = "box-cox", "yeo-johnson"
    yield "pressure", bc, x, column(lambda e: 101325 + 30 * e)
    yield "pressure", yj, x, column(lambda e: 1013 + 5 * e)
    yield "tiny", bc, x, column(lambda e: 1e-300 * (10 + e))
    yield "huge", bc, x, column(lambda e: 1e300 * (10 + e))
    yield "subnormal", bc, x, [5e-324 * round(1000 * (10 + e)) for e in noise]
    yield "every size", bc, x, column(lambda e: float(mp.exp(60 * e)))
    yield "below zero", yj, x, column(lambda e: -1e6 - 1000 * e)
    yield "small", yj, x, column(lambda e: 1e-4 * (10 + e))
    yield "both signs, small", yj, x, column(lambda e: 1e-4 * e)
    yield "a stray value", yj, x, [*column(lambda e: e)[1:], 1e12]
    yield "large lambda", bc, x, column(lambda e: 1000 - e)
    far = [[1e9 + a, 1e-9 * b + 1e-3] for a, b in x]
    yield "design far from zero", bc, far, column(lambda e: 10 + e)


def psi(y, lmbda, method):
    def power(u, w):
        return (mp.exp(w * u) - 1) / w if w else u

    if method == "box-cox":
        return power(mp.log(y), lmbda)
    return power(mp.log1p(y), lmbda) if y >= 0 else -power(mp.log1p(-y), 2 - lmbda)


def logarithm(y, method):
    if method == "box-cox":
        return mp.log(y)
    return mp.sign(y) * mp.log1p(abs(y))


def solve(name, method, x, y):
    mp.mp.dps = 60
    y = [mp.mpf(v) for v in y]
    basis = []
    for column in [[mp.mpf(1)] * N, *(list(map(mp.mpf, c)) for c in zip(*x, strict=True))]:
        for _ in range(2):
            for q in basis:
                dot = mp.fdot(q, column)
                column = [c - dot * v for c, v in zip(column, q, strict=True)]
        norm = mp.sqrt(mp.fdot(column, column))
        basis.append([c / norm for c in column])
    jacobian = mp.fsum(logarithm(v, method) for v in y)

    def residual_squares(f):
        return mp.fdot(f, f) - mp.fsum(mp.fdot(q, f) ** 2 for q in basis)

    one_side = method == "box-cox" or min(y) >= 0 or max(y) <= 0
    middle = jacobian / N

    def likelihood(lmbda):
        if one_side:
            # The intercept takes up a constant.  60 digits do not hold psi beside it, so that it
            # is left away, and the factor exp(w middle) of all values with it.
            w = lmbda if method == "box-cox" or max(y) > 0 else 2 - lmbda
            u = [abs(logarithm(v, method)) if method != "box-cox" else mp.log(v) for v in y]
            center = abs(middle) if method != "box-cox" else middle
            f = [mp.expm1(w * (v - center)) / w if w else v for v in u]
            scale = w * center
        else:
            f, scale = [psi(v, lmbda, method) for v in y], mp.mpf(0)
        rss = residual_squares(f)
        return -mp.mpf(N) / 2 * (mp.log(rss / N) + 2 * scale) + (lmbda - 1) * jacobian

    unit = 1 / mp.sqrt(residual_squares([logarithm(v, method) for v in y]) / N)
    grid = [1 + unit * t / 2 for t in range(-24, 25)]
    near = max(grid, key=likelihood)
    h = unit * mp.mpf(10) ** -15

    def score(lmbda):
        return (likelihood(lmbda + h) - likelihood(lmbda - h)) / (2 * h)

    best = mp.findroot(score, (near - unit / 2, near + unit / 2), solver="anderson", tol=1e-40)
    top = likelihood(best)

    def end(sign):
        far = unit / 8
        while 2 * (top - likelihood(best + sign * far)) < CUT:
            far *= 2
        return mp.findroot(
            lambda t: 2 * (top - likelihood(best + sign * t)) - CUT,
            (0, far),
            solver="anderson",
            tol=1e-40,
        )

    row = {
        "name": name,
        "method": method,
        "X": x,
        "y": [float(v) for v in y],
        "unit": float(unit),
        "lambda": float(best),
        "log_likelihood": float(top),
        "ci95": [float(best - end(-1)), float(best + end(1))],
        "lr_one": float(2 * (top - likelihood(mp.mpf(1)))),
        "lr_zero": float(2 * (top - likelihood(mp.mpf(0)))),
    }
    return row


if __name__ == "__main__":
    print("[\n" + ",\n".join(json.dumps(solve(*case)) for case in cases()) + "\n]")
