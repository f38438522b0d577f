# SPDX-License-Identifier: BSD-3-Clause
"""How well lambda is known: its likelihood, intervals, standard error and tests."""

from __future__ import annotations

from typing import Any

from . import _core
from ._convert import floats
from ._likelihood_ratio import LikelihoodRatio, likelihood_ratio
from ._parameters import (
    LEVEL,
    METHOD,
    POWERS,
    WEIGHT_TYPE,
    method_number,
    probability,
    weight_type_number,
)


class Inference:
    """The part of Fit that asks the likelihood of its sketch."""

    method: METHOD
    unit: float
    flags: tuple[str, ...]
    weight_type: WEIGHT_TYPE
    _sketches: _core.Sketches
    _bounds: tuple[float, float]

    def profile(self, lambdas: Any) -> Any:
        """Compute the log-likelihood at other lambdas, and the unit of the fit.

        Parameters
        ----------
        lambdas : array_like
            Finite numbers of any shape.

        Returns
        -------
        ndarray or scalar
            The log-likelihoods, float64, in the shape of `lambdas`.  Their maximum over all lambdas
            is `log_likelihood`.

        Raises
        ------
        ValueError
            If a lambda is not finite, or the transform is none of Yeo and Johnson or of Box and
            Cox.
        TypeError
            If `lambdas` does not hold real numbers.

        Examples
        --------
        >>> from bellshape import yeojohnson_fit
        >>> fit = yeojohnson_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
        >>> bool(fit.profile(fit.lmbda) >= fit.profile([fit.lmbda - 0.1, fit.lmbda + 0.1]).max())
        True
        """
        from ._numpy import np

        method = self._power("profile")
        lambdas = np.asarray(floats(lambdas, "lambdas"), np.float64, order="C")
        if not np.isfinite(lambdas).all():
            raise ValueError("lambdas: finite numbers")
        out: Any = np.empty(lambdas.shape)
        kind = weight_type_number(self.weight_type)
        self._sketches.profile(lambdas, out, method, kind, self.unit, "robust" in self.flags)
        return out[()]

    def _power(self, what: str) -> int:
        """Return the number of the method if its lambda is a power, or say what needs one."""
        if self.method not in POWERS:
            raise ValueError(f"{what}: {self.method} has no lambda of Yeo-Johnson or Box-Cox")
        # The choice has been made; other methods may have found the unit that is Box and Cox's.
        method = self._sketches.method
        return method_number(self.method if method == "best" else method)

    def _infer(self, level: float, what: str) -> tuple[float, float, float, float, float]:
        """Return log-likelihood, ends of the interval, standard error and rounded lambda."""
        method, kind = self._power(what), weight_type_number(self.weight_type)
        robust = "robust" in self.flags
        level, (lower, upper) = probability(level), self._bounds
        return self._sketches.infer(0, level, lower, upper, method, kind, self.unit, robust)

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Compute the interval of lambda of any level, from the profile likelihood.

        Parameters
        ----------
        level : float, default 0.95
            The confidence, above 0 and below 1.

        Returns
        -------
        (float, float)
            The ends: those of `ci95` for 0.95.  An end is infinite where the interval is open.  It
            is that of the estimate, even if lmbda is fixed or rounded.

        Raises
        ------
        ValueError
            If `level` is out of range, or the transform is none of Yeo and Johnson or of Box and
            Cox.

        Examples
        --------
        >>> from bellshape import yeojohnson_fit
        >>> fit = yeojohnson_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
        >>> [round(end, 4) for end in fit.interval(0.5)]
        [-0.5871, 0.3636]
        """
        return self._infer(level, "interval")[1:3]

    def test(self, lmbda: float) -> LikelihoodRatio:
        """Test the hypothesis that lambda has this value, by the likelihood ratio.

        Parameters
        ----------
        lmbda : float
            A finite number.

        Returns
        -------
        LikelihoodRatio
            The `statistic`, twice the difference of the greatest log-likelihood within the bounds
            and that at `lmbda`, its degree of freedom `df`, 1, and the `pvalue`.

        Raises
        ------
        ValueError
            If `lmbda` is not finite, or the transform is none of Yeo and Johnson or of Box and Cox.
        TypeError
            If `lmbda` is no real number.

        Examples
        --------
        >>> from bellshape import yeojohnson_fit
        >>> fit = yeojohnson_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
        >>> round(fit.test(2).pvalue, 4), fit.test_one.df
        (0.0046, 1)
        """
        value = floats(lmbda, "lmbda")
        if value.ndim:
            raise ValueError(f"lmbda: one number, not {value.shape}")
        maximum = self._infer(LEVEL, "test")[0]
        return likelihood_ratio(2 * (maximum - float(self.profile(value))), 1)

    @property
    def test_zero(self) -> LikelihoodRatio:
        """The likelihood-ratio test that lambda is 0: `statistic`, `df` and `pvalue`."""
        return self.test(0.0)

    @property
    def test_one(self) -> LikelihoodRatio:
        """The likelihood-ratio test that lambda is 1: `statistic`, `df` and `pvalue`."""
        return self.test(1.0)

    @property
    def standard_error(self) -> float:
        """The standard error of lambda, from the curvature of the likelihood at its maximum.

        It is NaN where lambda is a bound, which is no maximum.
        """
        return self._infer(LEVEL, "standard_error")[3]

    @property
    def rounded(self) -> float:
        """The first of 1, 0, -1, 1/2, 1/3, -1/2, -1/3, 2 and -2 in the interval, or else lambda."""
        return self._infer(LEVEL, "rounded")[4]
