# SPDX-License-Identifier: BSD-3-Clause
"""The response of a regression: psi and its derivatives in lambda, in a form that is always finite.

docs/regression.md derives the formulas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Exponents up to this one are taken as they are: their squares, summed, are doubles.
ORDINARY = 300.0
# Below this exponent the derivatives come from their series.  The direct formulas lose a digit for
# each factor of ten below it, and SERIES terms leave less than 2^-53.
SMALL = 0.5
SERIES = 15
# A row whose leverage is 1 but for less than this is explained by the design alone.
ALONE = 1e-12
# psi is the logarithm in every digit below this power, as in bellshape/transform.h.
NO_POWER = 2.0**-64
# Beyond this the logarithm of y/center is as exact as log1p of their difference.
NEAR = 0.5


def series(terms: list[float], x: np.ndarray) -> np.ndarray:
    """Return the polynomial in x of the terms, lowest first."""
    total = np.full_like(x, terms[-1])
    for term in reversed(terms[:-1]):
        total *= x
        total += term
    return total


def factorials(count: int) -> list[float]:
    found = [1.0]
    for k in range(1, count):
        found.append(found[-1] * k)
    return found


FACTORIAL = factorials(SERIES + 4)
# (x e^x - expm1(x))/x^2 = sum of (k + 1)/(k + 2)! x^k, and its derivative.
FIRST = [(k + 1) / FACTORIAL[k + 2] for k in range(SERIES + 1)]
SECOND = [(k + 1) * (k + 2) / FACTORIAL[k + 3] for k in range(SERIES + 1)]


@dataclass
class Part:
    """The values on one side of 0: where they are, their sign s, and their coordinates a.

    psi = s expm1(w a)/w with the power w, which is lambda for s = 1 and 2 - lambda for s = -1.
    """

    where: slice | np.ndarray
    sign: float
    a: np.ndarray

    def power(self, lmbda: float) -> float:
        return lmbda if self.sign > 0 else 2 - lmbda

    def lambdas(self, power: np.ndarray) -> np.ndarray:
        return power if self.sign > 0 else 2 - power

    def evaluate(self, w: float, shift: float, order: int) -> list[np.ndarray]:
        """Return psi and its derivatives up to an order, all times exp(-shift)."""
        a, s = self.a, self.sign
        x = w * a
        small = np.exp(-shift)
        # em is expm1(x) exp(-shift) and e is exp(x - shift).
        em = np.exp(x - shift) - small if shift else np.expm1(x)
        f = s * (em / w if abs(w) >= NO_POWER else a * small)
        if order == 0:
            return [f]
        if np.abs(x).max() < SMALL:
            first = series(FIRST, x) * a * a * small
            second = s * series(SECOND, x) * a * a * a * small if order > 1 else None
        else:
            e = em + small
            first = (a * e - s * f) / w
            second = s * (a * a * e - 2 * first) / w if order > 1 else None
        return [f, first] if second is None else [f, first, second]


class Response:
    """One column of responses: the coordinates of its values, and the Jacobian of psi.

    Values on one side of 0 have coordinates relative to a center, which psi less a constant allows:
    then psi is computed relative to the geometric mean, and narrow columns far from zero keep their
    digits.  It needs a design that explains constants.

    Parameters
    ----------
    y : ndarray of shape (n,)
        The values; above 0 for Box-Cox.
    box_cox : bool
        The method.
    freedom : ndarray of shape (n,) or None
        1 less the leverage of each row in the design, `Design.freedom`; None if no constant may be
        subtracted.
    weights : ndarray of shape (n,) or None
        The weights of the logarithm of the Jacobian; None is 1 for each value.
    """

    def __init__(
        self,
        y: np.ndarray,
        box_cox: bool,
        freedom: np.ndarray | None,
        weights: np.ndarray | None,
    ) -> None:
        self.n, self.center, self.sign = len(y), 0.0, 1.0
        one = 0.0 if box_cox else 1.0
        if box_cox or y.min() >= 0 or y.max() <= 0:
            self.sign = 1.0 if box_cox or y.min() >= 0 else -1.0
            a, self.center = coordinates(self.sign * y, one, freedom is not None)
            self.parts = [Part(slice(None), self.sign, a)]
            signed = self.sign * a
        else:
            above = y >= 0
            signed = np.where(above, 1.0, -1.0) * np.log1p(np.abs(y))
            self.parts = [
                Part(np.flatnonzero(where), sign, sign * signed[where])
                for where, sign in ((above, 1.0), (~above, -1.0))
            ]
        self.coordinates = signed
        self.alone = [] if freedom is None else self._set_aside(freedom)
        self.jacobian = float(np.average(signed, weights=weights))

    def _set_aside(self, freedom: np.ndarray) -> list[Part]:
        """Give values that the design explains alone another coordinate, and return their own.

        Their residual is 0 in any case, and their psi may exceed that of all others by far.
        """
        alone = []
        for part in self.parts:
            rows = np.flatnonzero(freedom[part.where] < ALONE)
            if rows.size:
                where = rows if isinstance(part.where, slice) else part.where[rows]
                alone.append(Part(where, part.sign, part.a[rows]))
                part.a[rows] = 0
        return alone

    def psi(self, lmbda: float) -> tuple[float, np.ndarray]:
        """Return a shift, and psi of all values times exp(-shift)."""
        shift, (f,) = self.evaluate(lmbda, 0)
        for part in self.alone:
            with np.errstate(over="ignore"):
                (f[part.where],) = part.evaluate(part.power(lmbda), shift, 0)
        return shift, f

    def constant(self, lmbda: float) -> float:
        """Return what the scale of psi and its Jacobian add to the log-likelihood of one value."""
        return (lmbda - 1) * self.jacobian - self.center

    def evaluate(self, lmbda: float, order: int) -> tuple[float, list[np.ndarray]]:
        """Return a shift, and psi and its derivatives up to an order, times exp(-shift)."""
        powers = [part.power(lmbda) for part in self.parts]
        top = max(
            float(w * (part.a.max() if w > 0 else part.a.min()))
            for w, part in zip(powers, self.parts, strict=True)
        )
        shift = top if top > ORDINARY else 0.0
        if len(self.parts) == 1:
            return shift, self.parts[0].evaluate(powers[0], shift, order)
        out = [np.empty(self.n) for _ in range(order + 1)]
        for w, part in zip(powers, self.parts, strict=True):
            for whole, found in zip(out, part.evaluate(w, shift, order), strict=True):
                whole[part.where] = found
        return shift, out

    def scale(self, lmbda: float) -> float:
        """Return the logarithm of what psi is, divided by `evaluate`, but for its shift."""
        return self.parts[0].power(lmbda) * self.center

    def offset(self, lmbda: float) -> float:
        """Return psi at the center, which `evaluate` takes for 0."""
        if not self.center:
            return 0.0
        with np.errstate(over="ignore"):
            w = self.parts[0].power(lmbda)
            value = np.expm1(w * self.center) / w if abs(w) >= NO_POWER else self.center
        return float(self.sign * value)


def coordinates(y: np.ndarray, one: float, center: bool) -> tuple[np.ndarray, float]:
    """Return log(one + y) relative to its mean, and that mean; or as it is, and 0."""
    u = np.log1p(y) if one else np.log(y)
    if not center:
        return u, 0.0
    mean = float(u.mean())
    middle = float(np.expm1(mean) if one else np.exp(mean))
    exact = float(np.log1p(middle) if one else np.log(middle))
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        t = (y - middle) / (one + middle)
    near = np.abs(t) < NEAR
    return np.where(near, np.log1p(np.where(near, t, 0)), u - exact), exact
