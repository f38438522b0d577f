# SPDX-License-Identifier: BSD-3-Clause
"""The design of a regression: what it explains is projected off, once factored."""

from __future__ import annotations

import numpy as np

# A column whose part that the columns before it do not explain is smaller than this, relative to
# the column, is a linear combination of them: rounding alone leaves about 1e-16 times its size.
DEPENDENT = 1e-10
CONSTANT = 1e-12
# The Gram matrix squares the condition of the columns.  Above this on its diagonal, the Cholesky
# factor keeps enough digits that a second pass makes Q orthogonal to rounding; below, Householder
# reflections are taken.
WELL_CONDITIONED = 1e-4


class Dependent(ValueError):
    """A column of the design is explained by those before it; `column` is its number."""

    def __init__(self, column: int, constant: bool) -> None:
        super().__init__()
        self.column, self.constant = column, constant


class Design:
    """Columns and the groups of their rows, with one intercept for each group.

    The projections are those of weighted least squares.  Residuals come multiplied by the square
    roots of the weights, so that their dot products are the weighted ones.

    Parameters
    ----------
    X : ndarray of shape (p, n)
        The columns, each of them contiguous.
    codes : ndarray of int of shape (n,) or None
        The group of each row, 0 to the number of groups - 1; None stands for no intercept.
    weights : ndarray of shape (n,) or None
        The weights of the squares; None is 1 for each row.
    """

    def __init__(self, X: np.ndarray, codes: np.ndarray | None, weights: np.ndarray | None) -> None:
        self.X, self.codes, self.weights = X, codes, weights
        self.root = None if weights is None else np.sqrt(weights)
        self.groups = 0 if codes is None else int(codes.max()) + 1
        if codes is not None:
            self.mass = self.sums(np.ones(X.shape[1]))
        self.rank = self.groups + len(X)
        self._factor(X)
        # Then psi may be computed less any constant.
        self.spans_constant = codes is not None or self._explains_constant()

    def weighted(self, f: np.ndarray) -> np.ndarray:
        return f if self.root is None else self.root * f

    def sums(self, f: np.ndarray) -> np.ndarray:
        """Return the weighted sum of each group."""
        f = f if self.weights is None else self.weights * f
        if self.codes is None or self.groups == 1:
            return np.array([f.sum()])
        return np.asarray(np.bincount(self.codes, f, minlength=self.groups))

    def means(self, f: np.ndarray) -> np.ndarray:
        return np.asarray(self.sums(f) / self.mass)

    def centered(self, f: np.ndarray) -> np.ndarray:
        """Return f less the mean of the group of each row."""
        if self.codes is None:
            return f
        means = self.means(f)
        f = f - (means if self.groups == 1 else means[self.codes])
        return f

    def residuals(self, f: np.ndarray) -> np.ndarray:
        """Return what the design leaves of f, times the roots of the weights."""
        g = self.weighted(self.centered(f))
        if len(self.X):
            g = g - (self.Q @ g) @ self.Q
        return g

    def freedom(self) -> np.ndarray:
        """Return 1 less the leverage of each row: 0 where the design explains a row alone."""
        leverage = np.einsum("ij,ij->j", self.Q, self.Q)
        if self.codes is not None:
            w = 1.0 if self.weights is None else self.weights
            leverage += w / (self.mass if self.groups == 1 else self.mass[self.codes])
        return np.asarray(np.maximum(1 - leverage, 0))

    def coefficients(self, f: np.ndarray) -> np.ndarray:
        """Return the intercepts of the groups, and then the coefficients of the columns."""
        slopes = np.empty(0)
        if len(self.X):
            g = self.weighted(self.centered(f))
            slopes = np.linalg.solve(self.R, self.Q @ g) / self.norms
        if self.codes is None:
            return slopes
        # The means of the groups of what the columns leave are the intercepts.
        return np.concatenate([self.means(f - slopes @ self.X), slopes])

    def _factor(self, X: np.ndarray) -> None:
        """Set Q and R, the factors of the centered columns, each divided by its norm."""
        Z = np.empty(X.shape)
        self.norms = np.empty(len(X))
        for j, column in enumerate(X):
            # The second mean is what rounding left of the first.
            rest = self.weighted(self.centered(self.centered(column)))
            # Columns may be so large or so small that their squares are no doubles.
            largest = np.abs(rest).max()
            if not largest > CONSTANT * np.abs(self.weighted(column)).max():
                raise Dependent(j, self.codes is not None)
            rest /= largest
            self.norms[j] = largest * norm(rest)
            np.divide(rest, norm(rest), out=Z[j])
        self.Q, self.R = orthogonal(Z)
        for k in np.flatnonzero(np.abs(np.diag(self.R)) <= DEPENDENT):
            raise Dependent(int(k), False)

    def _explains_constant(self) -> bool:
        ones = np.ones(self.X.shape[1])
        return norm(self.residuals(ones)) <= DEPENDENT * norm(self.weighted(ones))


def norm(f: np.ndarray) -> float:
    return float(np.sqrt(f @ f))


def orthogonal(Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Q, whose rows are orthonormal, and the upper R with Z = R.T @ Q, for rows of norm 1.

    The Cholesky factor of the Gram matrix, taken twice, costs a third of reflections on a tall
    matrix (Yamamoto and others 2015, "Roundoff error analysis of the CholeskyQR2 algorithm").
    """
    Q, R = Z, np.eye(len(Z))
    for _ in range(2 if len(Z) else 0):
        try:
            lower = np.linalg.cholesky(Q @ Q.T)
        except np.linalg.LinAlgError:
            lower = np.zeros(R.shape)
        if np.diag(lower).min() < WELL_CONDITIONED:
            Q, R = np.linalg.qr(Z.T)
            return np.ascontiguousarray(Q.T), R
        Q, R = np.linalg.inv(lower) @ Q, lower.T @ R
    return Q, R
