#!/usr/bin/env python3
"""families.json: fits of identity, log, sqrt, log-shift, asinh and exponential.

By their definitions with mpmath, 60 digits: the parameter where the derivative of the
log-likelihood is 0, the log-likelihood of x with its Jacobian (without -n/2 (1 + log 2 pi)), the
mean, sd, skewness and kurtosis of psi, and z of the first three values.  Run:
python make_families.py > families.json
"""

import json

import mpmath
import numpy as np
from mpmath import mp, mpf

mp.dps = 60
N = 50
rng = np.random.default_rng(17)
NORMAL = rng.standard_normal(N)
UNIFORM = rng.random(N)

COLUMNS = {
    "lognormal": np.exp(NORMAL),
    "shifted": 5 + np.exp(0.8 * NORMAL),
    "gamma": -np.log(UNIFORM) - np.log(rng.random(N)),
    "heavy": np.sinh(1.3 * NORMAL + 0.2),
    "heavy tiny": 1e-30 * np.sinh(2 * NORMAL),
    "gumbel": -np.log(-np.log(UNIFORM)),
    "pressure": 1013.25 + 3 * np.exp(0.5 * NORMAL),
    "narrow": 1e6 - 1e-3 * np.exp(0.7 * NORMAL),
    "huge": 1e120 * np.exp(0.9 * NORMAL),
    "integers": np.rint(20 + 6 * np.sinh(NORMAL)),
}
BOX = {"log", "sqrt"}


def psi(method, parameter, x):
    if method == "identity":
        return x
    if method == "log":
        return mpmath.log(x)
    if method == "sqrt":
        return mpmath.sqrt(x)
    if method == "log-shift":
        return mpmath.log(x + parameter)
    if method == "asinh":
        return mpmath.asinh(x / parameter)
    return mpmath.expm1(parameter * x) / parameter if parameter else x


def log_slope(method, parameter, x):
    if method == "identity":
        return mpf(0)
    if method == "log":
        return -mpmath.log(x)
    if method == "sqrt":
        return -mpmath.log(2 * mpmath.sqrt(x))
    if method == "log-shift":
        return -mpmath.log(x + parameter)
    if method == "asinh":
        return -mpmath.log(mpmath.sqrt(x * x + parameter * parameter))
    return parameter * x


def moments(y):
    n = len(y)
    mean = mpmath.fsum(y) / n
    m = [mpmath.fsum((v - mean) ** k for v in y) / n for k in (2, 3, 4)]
    return mean, mpmath.sqrt(m[0]), m[1] / m[0] ** mpf(1.5), m[2] / m[0] ** 2 - 3


def likelihood(method, parameter, x):
    if method == "exponential":  # an x less a constant has the same likelihood, and no huge psi
        x = [v - mpmath.fsum(x) / len(x) for v in x]
    sd = moments([psi(method, parameter, v) for v in x])[1]
    return -len(x) * mpmath.log(sd) + mpmath.fsum(log_slope(method, parameter, v) for v in x)


def parameter_of(method, t, x):
    """The parameter at t: k in 1/sd, or the logarithm of c in sd."""
    sd = moments(x)[1]
    if method == "exponential":
        return t / sd
    return sd * mpmath.exp(t) - (min(x) if method == "log-shift" else 0)


def best(method, x):
    """The parameter of the largest likelihood inside the range, or None."""

    def f(t):
        return likelihood(method, parameter_of(method, t, x), x)

    grid = [mpf(t) / 4 for t in range(-20, 17)]
    values = [f(t) for t in grid]
    k = max(range(len(grid)), key=values.__getitem__)
    if k in (0, len(grid) - 1):
        return None
    mp.dps = 90
    t = mpmath.findroot(
        lambda t: mpmath.diff(f, t),
        (grid[k - 1], grid[k + 1]),
        solver="anderson",
        tol=1e-40,
        verify=False,
    )
    mp.dps = 60
    return parameter_of(method, t, x)


def text(v):
    return mpmath.nstr(v, 18, min_fixed=-3, max_fixed=3)


def main():
    lines = []
    for name, values in COLUMNS.items():
        x = [mpf(float(v)) for v in values]
        for method in ("identity", "log", "sqrt", "log-shift", "asinh", "exponential"):
            if method in BOX and min(x) <= 0:
                continue
            estimated = method in ("log-shift", "asinh", "exponential")
            parameter = best(method, x) if estimated else mpf(0)
            if parameter is None:
                continue
            middle = mpmath.fsum(x) / len(x) if method == "exponential" else mpf(0)
            y = [psi(method, parameter, v - middle) for v in x]
            mean, sd, skewness, kurtosis = moments(y)
            z = [(v - mean) / sd for v in y[:3]]
            if method == "exponential":
                scale = mpmath.exp(parameter * middle)
                mean = mean * scale + psi(method, parameter, middle)
                sd *= scale
            lines.append(
                f'{{"name": "{name}", "method": "{method}", '
                f'"parameter": "{text(parameter)}", '
                f'"log_likelihood": "{text(likelihood(method, parameter, x))}", '
                f'"mean": "{text(mean)}", "sd": "{text(sd)}", '
                f'"skewness": "{text(skewness)}", "kurtosis": "{text(kurtosis)}", '
                f'"z": {json.dumps([text(v) for v in z])}}}'
            )
    columns = [json.dumps({"name": n, "x": [float(v) for v in x]}) for n, x in COLUMNS.items()]
    print(
        '{"columns": [\n' + ",\n".join(columns) + '\n],\n"fits": [\n' + ",\n".join(lines) + "\n]}"
    )


main()
