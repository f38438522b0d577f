#!/usr/bin/env python3
"""peers.py - bellshape beside SciPy and scikit-learn.  SPDX-License-Identifier: BSD-3-Clause

Same data, one process, one thread, float64, both sides in turn.  Outputs are new arrays on both
sides.  Time is that of the processor in this process, threads and kernel included: on a machine
that others use too, time on the wall says more about them; --json has both.  A row says how long
each takes a value, their ratio, and whether the answers agree: a fast wrong answer is marked.
Then come columns on which a peer fails.
"""
import argparse
import json
import os
import pathlib
import platform
import statistics
import sys
import time
import warnings

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("BELLSHAPE_BACKEND", "avx2")

import numpy as np
import scipy
import scipy.stats
import sklearn
import threadpoolctl
from sklearn.preprocessing import PowerTransformer

from library import Library, flags

AGREE = {  # largest difference between answers that agree; peers search lambda to about 1e-8
    "lambda": 1e-5,   # |difference| * sd(log)
    "z": 1e-4,        # standard deviations
    "x": 1e-4,        # relative: of a round trip through two slightly different lambda
    "moment": 1e-9,   # relative
    "quantile": 0.02,  # standard deviations, from 1 % to 99 %
}


def sd_log(x):
    return np.std(np.sign(x) * np.log1p(np.abs(x)), axis=0)


def relative(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-3)))


def quantiles_apart(a, b):
    probabilities = np.linspace(0.01, 0.99, 99)
    return float(np.max(np.abs(np.quantile(a, probabilities) - np.quantile(b, probabilities))))


def power_transformer():
    return PowerTransformer(method="yeo-johnson", standardize=True)


# ---- speed ----

class Row:
    def __init__(self, what, peer, n, ours, theirs, difference, kind, target, rounds, repeat):
        self.what, self.peer, self.n, self.ours, self.theirs = what, peer, n, ours, theirs
        self.difference, self.kind, self.target = difference, kind, target
        self.rounds, self.repeat = rounds, repeat  # of theirs; ours, for each of theirs

    def measure(self):
        cpu, wall = ([], []), ([], [])
        answers = self.ours(), self.theirs()  # also warms up
        for _ in range(self.rounds):
            for side, call, repeat in ((0, self.ours, self.repeat), (1, self.theirs, 1)):
                for _ in range(repeat):
                    start = time.process_time_ns(), time.perf_counter_ns()
                    call()
                    end = time.process_time_ns(), time.perf_counter_ns()
                    cpu[side].append((end[0] - start[0]) / self.n)
                    wall[side].append((end[1] - start[1]) / self.n)
        difference = self.difference(*answers)
        ours, theirs = map(statistics.median, cpu)
        return {"what": self.what, "peer": self.peer, "n": self.n, "ours_ns": ours,
                "theirs_ns": theirs, "ours_ns_min": min(cpu[0]), "theirs_ns_min": min(cpu[1]),
                "ours_ns_wall": statistics.median(wall[0]),
                "theirs_ns_wall": statistics.median(wall[1]),
                "ratio": theirs / ours, "target": self.target, "difference": difference,
                "difference_of": self.kind, "agree": difference <= AGREE[self.kind]}


def column_rows(bell, name, x, targets, rounds):
    column, n = x.reshape(-1, 1), x.size
    theirs, ours = power_transformer().fit(column), bell.fit(x)
    z, unit = bell.transform(ours, x), sd_log(x)

    def lambdas(a, b):
        return float(abs(a.lam - (b.lambdas_[0] if hasattr(b, "lambdas_") else b)) * unit)

    return [
        Row(f"fit, {name}", "sklearn", n, lambda: bell.fit(x),
            lambda: power_transformer().fit(column), lambdas, "lambda", targets[0], rounds, 5),
        Row(f"fit, {name}", "scipy", n, lambda: bell.fit(x),
            lambda: scipy.stats.yeojohnson_normmax(x), lambdas, "lambda", None, rounds, 5),
        Row(f"transform, {name}", "sklearn", n, lambda: bell.transform(ours, x),
            lambda: theirs.transform(column),
            lambda a, b: float(np.max(np.abs(a - b.ravel()))), "z", targets[1], 4 * rounds, 2),
        Row(f"inverse, {name}", "sklearn", n, lambda: bell.inverse(ours, z),
            lambda: theirs.inverse_transform(z.reshape(-1, 1)),
            lambda a, b: relative(a, b.ravel()), "x", None, 4 * rounds, 2),
    ]


def speed(bell, n, rounds):
    rng = np.random.default_rng(1)
    lognormal, mixed = rng.lognormal(size=n), rng.gamma(2, size=n) - 1.5
    table = np.concatenate([rng.lognormal(size=(100, 500)),
                            rng.gamma(2, size=(100, 500)) - 1.5], axis=1)
    rows = column_rows(bell, "lognormal", lognormal, (40, 2), rounds)
    rows += column_rows(bell, "mixed sign", mixed, (70, 4), rounds)
    rows.append(Row("skewness and kurtosis", "scipy", n, lambda: bell.skewness_kurtosis(lognormal),
                    lambda: (scipy.stats.skew(lognormal), scipy.stats.kurtosis(lognormal)),
                    relative, "moment", 25, 5 * rounds, 4))
    rows.append(Row("fit, 1000 columns x 100", "sklearn", table.size,
                    lambda: bell.fit_table(table), lambda: power_transformer().fit(table),
                    lambda a, b: float(np.max(np.abs(a - b.lambdas_) * sd_log(table))), "lambda",
                    None, rounds, 3))
    for kind in np.float32, np.float64:
        y, generator = np.empty((2, n), kind), np.random.Generator(np.random.PCG64(1))
        rows.append(Row(f"normals, {kind.__name__}", "numpy", n, lambda y=y: bell.normal(y[0]),
                        lambda y=y, g=generator: g.standard_normal(out=y[1], dtype=y.dtype),
                        quantiles_apart, "quantile", None, 2 * rounds, 4))
    return [row.measure() for row in rows]


# ---- columns on which a peer fails ----

def hard_columns(n=1000):
    rng = np.random.default_rng(0)  # one generator, drawn from in this order
    return {
        "air pressure": 1013 + rng.gumbel(0, 5, n),
        "temperature in kelvin": 290 + rng.lognormal(0, 0.6, n),
        "price": 1e5 + rng.exponential(5e3, n),
        "unix time": 1.7e9 + rng.exponential(86400, n),
        "pH": 7.4 + 0.02 * rng.gamma(2, size=n),
        "latitude": 52 + 0.01 * rng.exponential(1, n),
    }


def answer(call):
    """lambda, outputs and x again (or None) of one library; what it raised; what it warned of."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            lam, z, back = call()
        except Exception as e:  # whatever a peer raises is its answer
            return {"error": f"{type(e).__name__}: {e}".splitlines()[0]}
    return {"lambda": float(lam), "distinct": int(np.unique(z[np.isfinite(z)]).size),
            "not_finite": int((~np.isfinite(z)).sum()),
            "warnings": sorted({w.category.__name__ for w in seen}),
            "round_trip": None if back is None else back}


def hard(bell):
    rows = []
    for name, x in hard_columns().items():
        def with_sklearn():
            t = power_transformer()
            z = t.fit_transform(x.reshape(-1, 1))
            return t.lambdas_[0], z.ravel(), relative(t.inverse_transform(z).ravel(), x)

        def with_scipy():
            z, lam = scipy.stats.yeojohnson(x)
            return lam, z, None

        def with_bell():
            fit = bell.fit(x)
            z = bell.transform(fit, x)
            return fit.lam, z, relative(bell.inverse(fit, z), x)

        rows.append({"column": name, "n": x.size, "distinct": int(np.unique(x).size),
                     "scipy": answer(with_scipy), "sklearn": answer(with_sklearn),
                     "bellshape": answer(with_bell) | {"flags": flags(bell.fit(x))}})
    return rows


# ---- reports ----

def print_speed(rows):
    print(f"{'what':<25} {'peer':<8} {'n':>8} {'ours':>8} {'theirs':>9} {'ratio':>7} {'target':>7}"
          f"  answers")
    for r in rows:
        target = f"{r['target']}x" if r["target"] else ""
        miss = " missed" if r["target"] and r["ratio"] < r["target"] else ""
        agree = "agree" if r["agree"] else "DIFFER"
        print(f"{r['what']:<25} {r['peer']:<8} {r['n']:>8} {r['ours_ns']:>8.2f} "
              f"{r['theirs_ns']:>9.2f} {r['ratio']:>6.1f}x {target:>7}  {agree}, "
              f"{r['difference_of']} {r['difference']:.0e}{miss}")


def cell(a):
    if "error" in a:
        return a["error"][:30]
    text = f"{a['lambda']:.6g}, {a['distinct']}"
    return text + (f", {a['not_finite']} not finite" if a["not_finite"] else "")


def print_hard(rows):
    print("\nColumns far from zero: lambda, distinct outputs of 1000; largest relative error of x "
          "after there and back")
    print(f"{'column':<22} {'scipy':<18} {'sklearn':<18} {'back':>8}  {'bellshape':<18} "
          f"{'back':>8}")
    for r in rows:
        def back(a):
            return "" if a.get("round_trip") is None else f"{a['round_trip']:.0e}"

        print(f"{r['column']:<22} {cell(r['scipy']):<18} {cell(r['sklearn']):<18} "
              f"{back(r['sklearn']):>8}  {cell(r['bellshape']):<18} {back(r['bellshape']):>8}"
              f"  {', '.join(r['bellshape']['flags'])}".rstrip())


def finite(value):
    """The same with None for what JSON has no number for."""
    if isinstance(value, dict):
        return {k: finite(v) for k, v in value.items()}
    if isinstance(value, list):
        return [finite(v) for v in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def versions(bell):
    return {"bellshape": bell.version, "backend": bell.backend, "sleef": bell.sleef,
            "python": platform.python_version(), "numpy": np.__version__,
            "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}


def main():
    library = pathlib.Path(__file__).resolve().parents[2] / "build" / "libbellshape.so"
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0],
                                epilog="Example: bench/peers/run --json > peers.json")
    p.add_argument("--library", default=str(library), help="default: %(default)s")
    p.add_argument("--n", type=int, default=1000000, help="rows of a column (default %(default)s)")
    p.add_argument("--rounds", type=int, default=3, help="repetitions of a slow peer (default 3)")
    p.add_argument("--json", action="store_true", help="for machines")
    a = p.parse_args()
    try:
        bell = Library(a.library)
    except RuntimeError as e:
        sys.exit(f"peers.py: {e}")
    except OSError as e:
        sys.exit(f"peers.py: {e}\nBuild it (ninja -C build) or name it: --library")

    with threadpoolctl.threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = {"versions": versions(bell), "threads": 1, "type": "float64",
                  "speed": speed(bell, a.n, a.rounds), "far_from_zero": hard(bell)}
    if a.json:
        json.dump(finite(result), sys.stdout, indent=1, allow_nan=False)
        print()
        return
    print(", ".join(f"{k} {v}" for k, v in result["versions"].items()))
    print("float64, one thread; medians of processor time in ns a value; ratio = theirs/ours\n")
    print_speed(result["speed"])
    print_hard(result["far_from_zero"])


if __name__ == "__main__":
    main()
