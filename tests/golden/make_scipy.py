#!/usr/bin/env python3
"""scipy.json: moments, Yeo-Johnson and its maximum likelihood of ordinary columns by SciPy.

    make_scipy.py OUT.json      (made with SciPy 1.17.1)

SPDX-License-Identifier: BSD-3-Clause
"""

import json
import sys

import numpy as np
from scipy import stats

LAMBDAS = [-2, -0.5, 0, 0.5, 1, 1.7, 2, 3]


def columns():
    rng = np.random.default_rng(20240229)
    yield "normal", rng.normal(1, 2, 40)
    yield "lognormal", rng.lognormal(0, 1, 40)
    yield "gamma_mixed", rng.gamma(2, 1, 40) - 1.5
    yield "negative", -rng.exponential(3, 40)
    yield "uniform", rng.uniform(-5, 20, 40)
    yield "counts", rng.poisson(2.5, 40).astype(float)


def describe(name, x):
    x = np.array([float(f"{v:.9g}") for v in x])
    return {
        "name": name,
        "x": x.tolist(),
        "mean": np.mean(x),
        "variance": [np.var(x, ddof=1), np.var(x)],
        "skewness": [stats.skew(x, bias=False), stats.skew(x)],
        "kurtosis": [stats.kurtosis(x, bias=False), stats.kurtosis(x)],
        "lambda": stats.yeojohnson(x)[1],
        "log_likelihood": stats.yeojohnson_llf(0.5, x),
        "psi": [{"lambda": w, "y": stats.yeojohnson(x, lmbda=w).tolist()} for w in LAMBDAS],
    }


if __name__ == "__main__":
    with open(sys.argv[1], "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(describe(*c)) for c in columns()) + "\n]\n")
