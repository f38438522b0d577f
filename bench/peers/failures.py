# SPDX-License-Identifier: BSD-3-Clause
"""Columns on which a peer fails, and what it returned."""

import json
import math
import pathlib
import warnings

import numpy as np
import scipy.stats
from sklearn.preprocessing import PowerTransformer

import bellshape

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "yeo_johnson.json"
LAMBDA = (
    1e-3  # |difference| * sd(log) from the exact one that is no longer a matter of stopping early
)
BACK = 1e-6  # relative error after there and back, likewise


def far_from_zero(n=1000):
    rng = np.random.default_rng(0)  # one generator, drawn from in this order
    return {
        "air pressure, hPa": 1013 + rng.gumbel(0, 5, n),
        "temperature, K": 290 + rng.lognormal(0, 0.6, n),
        "price": 1e5 + rng.exponential(5e3, n),
        "unix time": 1.7e9 + rng.exponential(86400, n),
        "pH": 7.4 + 0.02 * rng.gamma(2, size=n),
        "latitude": 52 + 0.01 * rng.exponential(1, n),
    }


def columns():
    """(name, x, the exact lambda and sd(log) or None)."""
    for name, x in far_from_zero().items():
        yield name, x, None
    try:
        from statsmodels.datasets import danish_data

        yield (
            "Danish lrm (statsmodels)",
            danish_data.load_pandas().data["lrm"].to_numpy(float),
            None,
        )
    except ImportError:
        pass
    for line in GOLDEN.read_text().splitlines():
        line = line.strip().rstrip(",")
        if not line.startswith("{"):
            continue
        case = json.loads(line)
        x = np.array([np.nan if v is None else v for v in case["x"]])
        exact = [float(case.get(key) or "nan") for key in ("lambda", "sd_log")]
        yield f"golden {case['name']}", x, exact if np.isfinite(exact).all() else None


def with_sklearn(x):
    t = PowerTransformer()
    z = t.fit_transform(x.reshape(-1, 1))
    return t.lambdas_[0], z.ravel(), t.inverse_transform(z).ravel()


def with_scipy(x):
    z, lam = scipy.stats.yeojohnson(x[~np.isnan(x)])
    return lam, z, None


def with_bellshape(x):
    t = bellshape.PowerTransformer()
    z = t.fit_transform(x.reshape(-1, 1))
    return t.lambdas_[0], z.ravel(), t.inverse_transform(z).ravel()


LIBRARIES = {"SciPy": with_scipy, "scikit-learn": with_sklearn, "bellshape": with_bellshape}


def distinct(x):
    return int(np.unique(x[np.isfinite(x)]).size)


def verdict(call, x, exact):
    """What is wrong with the answer of a library: a list of texts."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            lam, z, back = call(x.copy())
        except Exception as e:  # whatever a peer raises is its answer
            return [f"{type(e).__name__}: {e}".splitlines()[0]]
    good = ~np.isnan(x)
    x = x[good]
    z, back = (None if a is None else a[good] if a.size == good.size else a for a in (z, back))
    wrong = []
    if not math.isfinite(lam):
        wrong.append(f"lambda {lam}")
    elif exact and abs(lam - exact[0]) * exact[1] > LAMBDA:
        wrong.append(f"lambda {lam:.6g}, exact {exact[0]:.6g}")
    if not np.isfinite(z).all():
        wrong.append(f"{int((~np.isfinite(z)).sum())} of {z.size} outputs not finite")
    elif distinct(z) < distinct(x):
        wrong.append(
            f"{distinct(x)} values become {distinct(z)}"
            + (": a constant" if distinct(z) == 1 else "")
        )
    if back is not None and np.isfinite(z).all():
        with np.errstate(all="ignore"):
            error = (
                np.max(np.abs(back - x) / np.maximum(np.abs(x), 1e-300))
                if np.isfinite(back).all()
                else np.inf
            )
        if not error <= BACK:
            wrong.append(
                "there and back: "
                + (f"error {error:.0e}" if math.isfinite(error) else "not finite")
            )
    return wrong


def measure():
    rows = []
    for name, x, exact in columns():
        wrong = {library: verdict(call, x, exact) for library, call in LIBRARIES.items()}
        rows.append({"column": name, "n": int(x.size), "exact": exact and exact[0], "wrong": wrong})
    return rows
