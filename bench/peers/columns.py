# SPDX-License-Identifier: BSD-3-Clause
"""Rows about columns and tables of numbers: moments, fits, transforms, normal samples."""

import numpy as np
import pandas as pd
import scipy.stats
import torch
from sklearn.preprocessing import PowerTransformer

import bellshape
from row import Row, absolute, quantiles_apart, relative


def sd_log(x):
    return np.std(np.sign(x) * np.log1p(np.abs(x)), axis=0)


def samples(n):
    """The two kinds of column: only positive, and of both signs."""
    rng = np.random.default_rng(1)
    return {"lognormal": rng.lognormal(size=n), "mixed sign": rng.gamma(2, size=n) - 1.5}


def moments(x, threads):
    n_threads = 1 if threads == 1 else 0

    def ours():
        m = bellshape.moments(x, n_threads=n_threads)
        return m.skewness, m.kurtosis

    def numpy():
        return np.mean(x), np.var(x)

    def variance():
        m = bellshape.moments(x, n_threads=n_threads)
        return m.mean, m.variance

    def unbiased():
        m = bellshape.moments(x, bias=False, n_threads=n_threads)
        return m.skewness, m.kurtosis

    kind, series = str(x.dtype), pd.Series(x)
    wide = x.dtype == np.float64

    def row(what, peer, ours, theirs, target=None):
        return Row(
            "moments",
            what,
            peer,
            kind,
            threads,
            x.size,
            ours,
            theirs,
            relative,
            "moment" if wide else "moment of float32",
            target,
        )

    yield row(
        "skewness and kurtosis",
        "SciPy",
        ours,
        lambda: (scipy.stats.skew(x), scipy.stats.kurtosis(x)),
        40 if wide and threads == 1 else None,
    )
    yield row("mean and variance", "NumPy", variance, numpy)
    if threads == 1:
        yield row(
            "skewness and kurtosis", "pandas", unbiased, lambda: (series.skew(), series.kurt())
        )


def fits(name, x, threads, target):
    column, n_threads = x.reshape(-1, 1), 1 if threads == 1 else 0
    unit, kind = sd_log(x), str(x.dtype)

    def row(peer, theirs, target=None):
        return Row(
            "fit",
            f"fit, {name}",
            peer,
            kind,
            threads,
            x.size,
            ours,
            theirs,
            lambda a, b: abs(lambda_of(a) - lambda_of(b)) * unit,
            "lambda",
            target,
        )

    def ours():
        return bellshape.PowerTransformer(n_threads=n_threads).fit(column)

    yield row("scikit-learn", lambda: PowerTransformer().fit(column), target)
    if threads == 1:
        yield row("SciPy", lambda: scipy.stats.yeojohnson_normmax(x))


def box_cox(x):
    """A tenth of the values: SciPy takes some ten microseconds for each."""
    column = x.reshape(-1, 1)
    return Row(
        "fit",
        "Box-Cox fit, lognormal",
        "SciPy",
        str(x.dtype),
        1,
        x.size,
        lambda: bellshape.PowerTransformer("box-cox").fit(column),
        lambda: scipy.stats.boxcox_normmax(x, method="mle"),
        lambda a, b: abs(lambda_of(a) - lambda_of(b)) * np.std(np.log(x)),
        "lambda",
    )


def lambda_of(answer):
    return float(np.ravel(answer.lambdas_)[0]) if hasattr(answer, "lambdas_") else float(answer)


def transforms(name, x, threads, target):
    column = x.reshape(-1, 1)
    ours = bellshape.PowerTransformer(n_threads=1 if threads == 1 else 0).fit(column)
    theirs = PowerTransformer().fit(column.astype(np.float64))
    z = ours.transform(column)
    kind = str(x.dtype)
    common = (kind, threads, x.size)
    yield Row(
        "transform",
        f"transform, {name}",
        "scikit-learn",
        *common,
        lambda: ours.transform(column),
        lambda: theirs.transform(column),
        absolute,
        "z",
        target,
    )
    yield Row(
        "transform",
        f"inverse, {name}",
        "scikit-learn",
        *common,
        lambda: ours.inverse_transform(z),
        lambda: theirs.inverse_transform(z),
        relative,
        "x",
        target,
    )


def tables():
    rng = np.random.default_rng(2)
    x = np.concatenate(
        [rng.lognormal(size=(100, 500)), rng.gamma(2, size=(100, 500)) - 1.5], axis=1
    )
    yield Row(
        "fit",
        "fit, 1000 columns of 100",
        "scikit-learn",
        "float64",
        1,
        x.size,
        lambda: bellshape.PowerTransformer().fit(x),
        lambda: PowerTransformer().fit(x),
        lambda a, b: float(np.max(np.abs(a.lambdas_ - b.lambdas_) * sd_log(x))),
        "lambda",
        100,
    )


def by_rows(scale):
    """Twenty columns in the order that NumPy gives arrays by itself: a row after the other."""
    rng = np.random.default_rng(3)
    x = np.concatenate(
        [rng.lognormal(size=(50000 // scale, 10)), rng.gamma(2, size=(50000 // scale, 10)) - 1.5],
        axis=1,
    )
    ours, theirs = bellshape.PowerTransformer(n_threads=1).fit(x), PowerTransformer().fit(x)
    yield Row(
        "transform",
        "transform, 20 columns by rows",
        "scikit-learn",
        "float64",
        1,
        x.size,
        lambda: ours.transform(x),
        lambda: theirs.transform(x),
        absolute,
        "z",
    )


def normals(kind, n, threads):
    """Into fresh memory on both sides: what the calls of all three give."""
    generator = np.random.Generator(np.random.PCG64(1))
    dtype = {"float32": torch.float32, "float64": torch.float64}[kind]

    def ours():
        return bellshape.standard_normal(n, seed=1, dtype=kind, n_threads=1 if threads == 1 else 0)

    def row(peer, theirs, target=None):
        return Row(
            "normals",
            "normal samples",
            peer,
            kind,
            threads,
            n,
            ours,
            theirs,
            quantiles_apart,
            "quantile",
            target,
        )

    yield row(
        "NumPy", lambda: generator.standard_normal(n, dtype=kind), 6 if threads == 1 else None
    )
    yield row("PyTorch", lambda: torch.randn(n, dtype=dtype).numpy())


def rows(quick, threads):
    """One thread, and what several make of the longer calls."""
    scale = 20 if quick else 1
    n, long = 1000000 // scale, 10000000 // scale
    columns = samples(n)
    one = threads == 1
    x = np.resize(columns["lognormal"], long) + np.arange(long) * 1e-9
    yield from moments(x, threads)
    if one:
        yield from moments(x.astype(np.float32), threads)
    for name, x in columns.items():
        target = {"lognormal": (75, 5), "mixed sign": (130, 10)}[name] if one else (None, None)
        yield from fits(name, x, threads, target[0])
        yield from transforms(name, x, threads, target[1])
        if one:
            yield from transforms(name, x.astype(np.float32), threads, target[1])
    if one:
        yield box_cox(columns["lognormal"][: n // 10])
        yield from tables()
        yield from by_rows(scale)
    for kind in "float32", "float64":
        yield from normals(kind, long, threads)
