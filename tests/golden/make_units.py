"""units.json: lambda of maximum likelihood of Yeo-Johnson of x/c at other units c than 1.

The columns are those of yeo_johnson.json.  Unit 0 is Box-Cox, unit inf (exp(lambda x) - 1)/lambda.
mpmath, 400 digits.  Run: python make_units.py > units.json
"""

import json
import math
import pathlib

import mpmath
from mpmath import mp, mpf

mp.dps = 400
MOST = 100  # values of a column
MOST_SD = 100  # of lambda - 1, in units of 1/sd


def coordinates(x, unit):
    if unit == math.inf:
        return [(mpf(1 if v >= 0 else -1), abs(mpf(v))) for v in x]
    if unit == 0:
        return [(mpf(1), mpmath.log(mpf(v))) for v in x]
    return [(mpf(1 if v >= 0 else -1), mpmath.log1p(abs(mpf(v)) / mpf(unit))) for v in x]


def score(points, unit, lam):
    n, total = len(points), sum(s * length for s, length in points)
    psi, phi = [], []
    for s, length in points:
        w = lam if s > 0 else (-lam if unit == math.inf else 2 - lam)
        if w == 0:
            psi.append(s * length)
            phi.append(length * length / 2)
            continue
        e = mpmath.expm1(w * length)
        psi.append(s * e / w)
        phi.append((w * length * (e + 1) - e) / (w * w))
    mean = mpmath.fsum(psi) / n
    var = mpmath.fsum((p - mean) ** 2 for p in psi)
    if var == 0:
        return mp.inf  # lambda is beyond all digits: no maximum
    cov = mpmath.fsum((p - mean) * q for p, q in zip(psi, phi, strict=True))
    return -n * cov / var + total


def solve(x, unit):
    points = coordinates(x, unit)
    n = len(points)
    mean = sum(s * length for s, length in points) / n
    sd = mpmath.sqrt(sum((s * length - mean) ** 2 for s, length in points) / n)
    start = mpf(0 if unit == math.inf else 1)

    def f(t):
        return score(points, unit, start + t / sd)

    low = high = mpf(0)
    width = mpf(1)
    while f(low) <= 0 and low > -MOST_SD:
        low -= width
        width *= 2
    width = mpf(1)
    while f(high) >= 0 and high < MOST_SD:
        high += width
        width *= 2
    if f(low) <= 0 or f(high) >= 0:
        return None
    root = mpmath.findroot(
        f, (low, high), solver="anderson", tol=mpf(10) ** -40, maxsteps=200, verify=False
    )
    return start + root / sd, sd


def main():
    lines = []
    for line in json.loads((pathlib.Path(__file__).parent / "yeo_johnson.json").read_text()):
        x = [v for v in line["x"] if v is not None]
        if len(set(x)) < 3 or len(x) > MOST or max(map(abs, x)) > 1e150:
            continue
        mean = sum(x) / len(x)
        sd = math.sqrt(sum((v - mean) ** 2 for v in x) / len(x))
        for unit in (0, 1e-6 * sd, 1e-3 * sd, sd, 1e3 * sd, 1e6 * sd, math.inf):
            if unit == 0 and min(x) <= 0:
                continue
            found = solve(x, unit)
            if not found or mpmath.isnan(found[0]):
                continue
            lam, spread = found
            lines.append(
                f'{{"name": "{line["name"]}", "unit": "{unit!r}", '
                f'"lambda": "{mpmath.nstr(lam, 20)}", '
                f'"sd": "{mpmath.nstr(spread, 17)}"}}'
            )
    print("[\n" + ",\n".join(lines) + "\n]")


main()
