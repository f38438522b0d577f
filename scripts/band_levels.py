#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Simulates the local levels of the simultaneous bands of Q-Q plots, for src/plot/qq.c.

A band has equal local levels: order statistic i of n lies outside of its interval with probability
alpha, for every i. alpha is such that all order statistics of a sample of a normal distribution,
standardized by its own mean and standard deviation (divisor n - 1), lie in their intervals with
probability 0.95 (Aldor-Noiman, Buja, Brown and Stine 2013, The American Statistician 67, who
estimate mean and sd robustly). Needs NumPy and SciPy; takes some ten minutes.
"""

import sys

import numpy as np
from scipy.special import betainc, ndtr

COVERAGE = 0.95
SIZES = [5, 6, 7, 8, 10, 12, 15, 20, 30, 50, 100, 200, 500, 1000, 3000, 10000, 100000]
# Where n is large, neighbors hardly differ: so many ranks are looked at, dense at both ends.
RANKS = 700


def ranks(n):
    if n <= RANKS:
        return np.arange(1, n + 1)
    half = np.unique(np.geomspace(1, n / 2, RANKS // 2).round().astype(int))
    middle = np.linspace(1, n, RANKS // 2).round().astype(int)
    return np.unique(np.concatenate([half, n + 1 - half, middle]))


def smallest_levels(n, samples, rng):
    """The smallest local p-value of each of many samples."""
    i = ranks(n)
    found = []
    block = max(1, 2_000_000 // n)
    for start in range(0, samples, block):
        x = rng.standard_normal((min(block, samples - start), n))
        x = (x - x.mean(1, keepdims=True)) / x.std(1, ddof=1, keepdims=True)
        x.sort(axis=1)
        p = ndtr(x[:, i - 1])
        tail = betainc(i, n + 1 - i, p)
        found.append(2 * np.minimum(tail, 1 - tail).min(1))
    return np.concatenate(found)


rng = np.random.default_rng(2013)
scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1
for n in SIZES:
    samples = int(scale * min(400_000, max(10_000, 40_000_000 // n)))
    print(
        f"\t{{{n}, {np.quantile(smallest_levels(n, samples, rng), 1 - COVERAGE):.3e}}},", flush=True
    )
