#!/usr/bin/env python3
"""Prints the polynomials of src/kernels/elementary.inc and box_muller.inc as C.

They are found by Remez's exchange in 60 digits. Needs mpmath.
"""

import mpmath as mp

mp.mp.dps = 60


def minimax(g, low, high, degree, weight):
    """Coefficients c with the least max of |sum c_j x^j - g(x)| weight(x), and that maximum."""
    n = degree + 2
    x = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / (n - 1)) for i in range(n)]
    grid = [low + (high - low) * i / mp.mpf(4000) for i in range(4001)]
    for _ in range(10):
        a = mp.matrix(n, n)
        for i in range(n):
            for j in range(degree + 1):
                a[i, j] = x[i] ** j
            a[i, degree + 1] = (-1) ** i / weight(x[i])
        c = list(mp.lu_solve(a, mp.matrix([g(v) for v in x])))[: degree + 1]
        error = [(mp.polyval(c[::-1], v) - g(v)) * weight(v) for v in grid]
        runs, start = [], 0
        for i in range(1, len(grid) + 1):
            if i == len(grid) or mp.sign(error[i]) != mp.sign(error[start]):
                runs.append(max(range(start, i), key=lambda k: abs(error[k])))
                start = i
        if len(runs) != n:
            break
        x = [grid[i] for i in runs]
    return c, max(abs(e) for e in error)


def fit(name, what, g, low, high, degree, weight, bits=53, split=False):
    """Prints coefficients rounded to `bits`, and their error; if `split`, the first in two."""
    c, _ = minimax(g, low, high, degree, weight)
    with mp.workprec(bits):
        rounded = [+v for v in c]
        rest = +(c[0] - rounded[0]) if split else mp.mpf(0)
    used = [rounded[0] + rest, *rounded[1:]]
    grid = [low + (high - low) * i / mp.mpf(4000) for i in range(4001)]
    error = max(abs((mp.polyval(used[::-1], v) - g(v)) * weight(v)) for v in grid)
    kind, mark = ("double", "") if bits == 53 else ("float", "f")
    print(f"/* {what}: relative error 2^{mp.nstr(mp.log(error, 2), 4)} */")
    print(
        f"static const {kind} {name}[] = {{"
        + ", ".join(float(v).hex() + mark for v in rounded)
        + "};"
    )
    print(
        f"/* and what is lost by rounding the first: {float(rest).hex()}{mark} */\n"
        if split
        else ""
    )


def log_part(z):
    """(log((1 + s)/(1 - s)) - 2 s)/s^3 at z = s^2"""
    s = mp.sqrt(z)
    return (2 * mp.atanh(s) - 2 * s) / s**3


def exp_part(r):
    """(expm1(r) - r - r^2/2)/r^3"""
    return mp.fsum(r**j / mp.factorial(j + 3) for j in range(40))


top = mp.mpf("0.2") ** 2 * mp.mpf("1.0001")
half = mp.log(2) / 2 * mp.mpf("1.0001")
log2 = mp.log(2)
fit(
    "minus_log_series",
    "2 s - s^3 (c[0] + c[1] s^2 + ...) for log((1 + s)/(1 - s)), |s| <= 1/5",
    lambda z: -log_part(z),
    top / 1000,
    top,
    7,
    lambda z: z / 2,
)
fit(
    "exp_series",
    "r + r^2/2 + r^3 (c[0] + c[1] r + ...) for expm1(r), |r| <= log(2)/2",
    exp_part,
    -half,
    half,
    9,
    lambda r: max(abs(r), mp.mpf("0.02")) ** 2,
)
print("log 2 in two parts, the first with 32 bits:", (mp.floor(log2 * 2**32) / 2**32), end=" = ")
high = float(mp.floor(log2 * 2**32) / 2**32)
print(
    high.hex(),
    float(log2 - high).hex(),
    "\nlog 2 in two doubles:",
    float(log2).hex(),
    float(log2 - float(log2)).hex(),
    "\n1/log 2:",
    float(1 / log2).hex(),
    "-2 log 2:",
    float(-2 * log2).hex(),
    "\n",
)


def radius(t):
    """-2 log(1 + t/2)/t"""
    return -2 * mp.log1p(t / 2) / t if t else mp.mpf(-1)


def radius_part(z):
    """(-4 atanh(s) + 4 s)/s^3 at z = s^2"""
    s = mp.sqrt(z)
    return -4 * (mp.atanh(s) - s) / s**3


def sine(z):
    x = mp.sqrt(z)
    return mp.sin(mp.pi / 4 * x) / x if x else mp.pi / 4


def cosine(z):
    return (mp.cos(mp.pi / 4 * mp.sqrt(z)) - 1) / z if z else -(mp.pi**2) / 32


tiny, one = mp.mpf("1e-15"), mp.mpf(1)
fit(
    "radius_series_f32",
    "t (c[0] + c[1] t + ...) for -2 log(1 + t/2), -1 <= t <= 0",
    radius,
    -one,
    mp.mpf("-1e-9"),
    8,
    lambda t: 1 / radius(t),
    24,
)
fit(
    "radius_series_f64",
    "s (-4 + s^2 (c[0] + c[1] s^2 + ...)) for -2 log((1 + s)/(1 - s)), -1/3 <= s <= 0",
    radius_part,
    mp.mpf("1e-12"),
    one / 9,
    9,
    lambda z: z / 4,
)
for kind, degree, bits in ("f32", 3, 24), ("f64", 6, 53):
    fit(
        f"sine_series_{kind}",
        "x (c[0] + c[1] x^2 + ...) for sin(pi x/4), |x| <= 1",
        sine,
        tiny,
        one,
        degree,
        lambda z: 1 / sine(z),
        bits,
        True,
    )
    fit(
        f"cosine_series_{kind}",
        "1 + x^2 (c[0] + c[1] x^2 + ...) for cos(pi x/4), |x| <= 1",
        cosine,
        tiny,
        one,
        degree,
        lambda z: z / mp.cos(mp.pi / 4 * mp.sqrt(z)),
        bits,
    )


def log_tail(f):
    """(log1p(f) - f + f^2/2)/f^3"""
    if abs(f) < mp.mpf("1e-9"):
        return one / 3 - f / 4
    return (mp.log1p(f) - f + f * f / 2) / f**3


fit(
    "log_series_f32",
    "f - f^2/2 + f^3 (c[0] + c[1] f + ...) for log(1 + f), f from sqrt(1/2) - 1 to sqrt(2) - 1",
    log_tail,
    mp.sqrt(0.5) - 1,
    mp.sqrt(2) - 1,
    7,
    lambda f: f**3 / mp.log1p(f) if abs(f) > 1e-3 else mp.mpf("1e-6"),
    24,
)
fit(
    "exp_series_f32",
    "r + r^2/2 + r^3 (c[0] + c[1] r + ...) for exp(r) - 1, |r| <= log(2)/2",
    exp_part,
    -half,
    half,
    4,
    lambda r: max(abs(r), mp.mpf("0.02")) ** 2,
    24,
)
high = float(mp.floor(log2 * 2**16)) / 2**16
print("log 2 in two floats, the first with 16 bits:", high.hex(), float(log2 - mp.mpf(high)).hex())
