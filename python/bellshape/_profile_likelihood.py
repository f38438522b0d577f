# SPDX-License-Identifier: BSD-3-Clause
"""The likelihood of the lambdas of several responses given a design: maximum, intervals, tests."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ._design import Design
from ._response import Response

# The search ends with the step before which it gained less than this, in units of likelihood: as
# the steps of Newton double the digits, lambda is then right to rounding.
GAIN = 1e-10
# The likelihood is known to about this, relative: less than that is no loss.
NOISE = 1e-12
MAX_STEPS = 100
# The longest step, in units of lambda: psi of the next one would be another function.
LONGEST = 4.0
# The powers at which the search looks before it climbs, in units of lambda: there is more than one
# maximum in a few small samples.
SCAN = (-30, -12, -5, -2, -0.7, 0, 0.7, 2, 5, 12, 30)
NO_MAXIMUM = (
    "y: the likelihood has no maximum that can be found; a column of X or a group that explains "
    "single rows may be why, leave it out"
)
# An interval whose end is this many times farther than the curvature says is open.
OPEN = 1e5
# The ends of intervals are found to this, relative to their distance from lambda.
END = 1e-11


class Found(NamedTuple):
    """The log-likelihood at lambdas, its gradient, and its negative second derivatives."""

    value: float
    gradient: np.ndarray
    information: np.ndarray


class ProfileLikelihood:
    """The log-likelihood of lambdas, maximal over coefficients and covariance of the residuals.

    Parameters
    ----------
    design : Design
        What explains the responses.
    responses : list of Response
        One for each lambda.
    count : float
        The number of values that the likelihood counts.
    total : float
        What the sums of squares are divided by: the sum of the weights, or count.
    constant : float
        What is added to the log-likelihood.
    """

    def __init__(
        self,
        design: Design,
        responses: list[Response],
        count: float,
        total: float,
        constant: float = 0.0,
    ) -> None:
        self.design, self.responses = design, responses
        self.count, self.total, self.constant = count, total, constant
        self.units = np.array([1 / self._spread(response) for response in responses])

    def _spread(self, response: Response) -> float:
        rest = self.design.residuals(response.coordinates)
        return math.sqrt(rest @ rest / self.total)

    def at(self, lambdas: np.ndarray, order: int = 0) -> Found:
        """Compute the log-likelihood, with its gradient (order 1) and curvature (order 2)."""
        k, project = len(self.responses), self.design.residuals
        degenerate = Found(-math.inf, np.full(k, math.nan), np.full((k, k), math.nan))
        R, firsts, seconds, value = [], [], [], 0.0
        for lmbda, response in zip(lambdas, self.responses, strict=True):
            shift, (f, *derivatives) = response.evaluate(float(lmbda), order)
            r = project(f)
            # Each response is divided by its own residual standard deviation.
            sd = math.sqrt(r @ r / self.total)
            if not sd > 0:
                return degenerate
            value += response.constant(float(lmbda)) - shift - math.log(sd)
            R.append(r / sd)
            firsts += [d / sd for d in derivatives[:1]]
            seconds += [d / sd for d in derivatives[1:]]
        S = np.array([[a @ b for b in R] for a in R]) / self.total
        sign, logarithm = np.linalg.slogdet(S)
        if not sign > 0:
            return degenerate
        value -= logarithm / 2
        value = self.count * value + self.constant
        gradient, information = np.empty(0), np.empty((0, 0))
        if order:
            A = np.linalg.inv(S)
            B = self._products(firsts, R) @ A
            jacobian = np.array([response.jacobian for response in self.responses])
            gradient = self.count * (jacobian - np.diag(B))
        if order > 1:
            bend = self._products(seconds, R) @ A
            G = [project(d) for d in firsts]
            GG = np.array([[g @ h for h in G] for g in G]) / self.total
            information = A * (GG - B @ S @ B.T) + np.diag(np.diag(bend)) - B * B.T
        return Found(value, gradient, self.count * information)

    def _products(self, derivatives: list[np.ndarray], R: list[np.ndarray]) -> np.ndarray:
        """Return the mean products of derivatives of psi with residuals.

        As residuals are orthogonal to the design, the derivatives need not be projected.
        """
        W = [self.design.weighted(d) for d in derivatives]
        return np.array([[d @ r for r in R] for d in W]) / self.total

    def start(self) -> np.ndarray:
        """Return, for each response alone, the best lambda of a coarse scan."""
        found = []
        for j, response in enumerate(self.responses):
            alone = ProfileLikelihood(self.design, [response], self.count, self.total)
            powers = self.units[j] * np.array(SCAN)
            lambdas = np.concatenate([part.lambdas(powers) for part in response.parts])
            values = [alone.at(np.array([lmbda])).value for lmbda in lambdas]
            found.append(float(lambdas[int(np.argmax(values))]))
        return np.array(found)

    def maximize(self, start: np.ndarray, directions: np.ndarray) -> tuple[np.ndarray, Found]:
        """Climb from lambdas to the maximum of the likelihood, by Newton's method with checks.

        Parameters
        ----------
        start : ndarray of shape (k,)
            Where to begin.
        directions : ndarray of shape (k, m)
            The search stays in start + directions @ t.

        Returns
        -------
        (ndarray, Found)
            The lambdas, and what `at` says of them, with curvature.
        """
        lambdas, here = start, self.at(start, 2)
        if not directions.shape[1]:
            return lambdas, here
        for _ in range(MAX_STEPS):
            step = self._step(here, directions)
            gain = step @ here.gradient / 2
            there = self.at(lambdas + step, 2)
            while not there.value >= here.value - NOISE * abs(here.value):
                step = step / 2
                if not np.abs(step / self.units).max() > np.finfo(float).eps:
                    return lambdas, here
                there = self.at(lambdas + step, 2)
            lambdas, here = lambdas + step, there
            if gain < GAIN:
                return lambdas, here
        raise ValueError(NO_MAXIMUM)

    def _step(self, here: Found, directions: np.ndarray) -> np.ndarray:
        """Return the step of Newton, or uphill where the likelihood is not concave."""
        # Each direction is as long as the smallest unit of the lambdas that it moves.
        D = directions / np.abs(directions / self.units[:, None]).max(axis=0)
        values, vectors = np.linalg.eigh(D.T @ here.information @ D)
        values = np.maximum(np.abs(values), np.finfo(float).eps * np.abs(values).max())
        step = D @ (vectors @ (vectors.T @ (D.T @ here.gradient) / values))
        step /= max(1.0, np.abs(step / self.units).max() / LONGEST)
        return np.asarray(step)

    def end(self, best: np.ndarray, maximum: Found, j: int, sign: int, cut: float) -> float:
        """Return where, on one side of lambda j, the likelihood has fallen by cut/2.

        The other lambdas are those of the greatest likelihood at each lambda j.  The root is that
        of the signed square root of the fall, which is nearly a line, so that Newton's method needs
        few steps; bisection replaces those that leave the bracket.
        """
        others = np.delete(np.eye(len(best)), j, axis=1)
        if not np.linalg.eigvalsh(maximum.information)[0] > 0:
            raise ValueError(NO_MAXIMUM)
        first = h = math.sqrt(cut * np.linalg.inv(maximum.information)[j, j])
        low, high, lambdas = 0.0, math.inf, best
        while h < OPEN * first:
            lambdas = lambdas.copy()
            lambdas[j] = best[j] + sign * h
            if others.size:
                lambdas, here = self.maximize(lambdas, others)
            else:
                here = self.at(lambdas, 1)
            fall = math.sqrt(max(2 * (maximum.value - here.value), 0.0))
            low, high = (h, high) if fall < math.sqrt(cut) else (low, h)
            slope = -sign * here.gradient[j] / fall if fall else 0.0
            new = h + (math.sqrt(cut) - fall) / slope if slope > 0 else math.inf
            if not low <= new <= min(high, 4 * h):
                new = (low + high) / 2 if math.isfinite(high) else 2 * h
            if abs(new - h) <= END * h or high - low <= END * h:
                return float(best[j] + sign * new)
            h = new
        return sign * math.inf
