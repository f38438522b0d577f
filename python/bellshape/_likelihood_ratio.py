# SPDX-License-Identifier: BSD-3-Clause
"""Likelihood-ratio tests, and the chi-squared distribution that they need."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple


class LikelihoodRatio(NamedTuple):
    """A likelihood-ratio test.

    Parameters
    ----------
    statistic : float
        Twice the difference of the log-likelihoods.
    df : int
        The degrees of freedom: how many lambdas the hypothesis takes away.
    pvalue : float
        The probability of a larger statistic under the hypothesis, by the chi-squared distribution.
    """

    statistic: float
    df: int
    pvalue: float


def likelihood_ratio(statistic: float, df: int) -> LikelihoodRatio:
    # A maximum is found but for rounding, so that the statistic may lie a little below 0.
    statistic = max(float(statistic), 0.0)
    return LikelihoodRatio(statistic, df, chi_squared_sf(statistic, df))


def chi_squared_sf(x: float, df: int) -> float:
    """Return the probability that a chi-squared variable of df degrees of freedom exceeds x.

    It is Q(df/2, x/2), by the recurrence Q(a + 1, h) = Q(a, h) + h^a e^-h / Gamma(a + 1) from
    Q(1/2, h) = erfc(sqrt(h)) or Q(1, h) = e^-h (DLMF 8.8.6).
    """
    if x <= 0:
        return 1.0
    h = x / 2
    if math.isinf(h):
        return 0.0
    a = 0.5 if df % 2 else 1.0
    tail = math.erfc(math.sqrt(h)) if df % 2 else math.exp(-h)
    while a < df / 2:
        tail += math.exp(a * math.log(h) - h - math.lgamma(a + 1))
        a += 1
    return tail


def chi_squared_quantile(level: float) -> float:
    """Return what a chi-squared variable of one degree of freedom exceeds in 1 - level of cases."""
    return NormalDist().inv_cdf((1 - level) / 2) ** 2
