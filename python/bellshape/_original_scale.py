# SPDX-License-Identifier: BSD-3-Clause
"""Predictions of transformed values, back on the original scale: means and intervals."""

from __future__ import annotations

import math
import warnings
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from ._convert import floats
from ._parameters import LEVEL, METHOD, OUTSIDE, least_of, outside_number, probability

if TYPE_CHECKING:
    import numpy as np

    from ._quadrature import Sides


class OriginalScale:
    """The part of Fit that knows what a normal z means in the unit of x."""

    method: METHOD
    shift: float
    lmbda: float
    min: float
    max: float

    def transform(self, x: Any, *, n_threads: int = 1) -> Any:
        raise NotImplementedError

    def inverse(self, z: Any, *, outside: OUTSIDE = "nan", n_threads: int = 1) -> Any:
        raise NotImplementedError

    def inverse_mean(self, z: Any, sd: Any, *, outside: OUTSIDE = "nan", n_threads: int = 1) -> Any:
        """Compute the mean of x, where its transform is normal with the mean z.

        A model of transformed values predicts z with errors of a standard deviation sd.
        `inverse(z)` is the median of x then, and this is its mean.

        Parameters
        ----------
        z : array_like
            Numbers of any shape: the means of the transformed values.
        sd : array_like
            Finite numbers, 0 or above, which broadcast with z: their standard deviations.
        outside : {"nan", "clip", "error"}, default "nan"
            What becomes of transformed values that come from no x, as lambda < 0 has them.  "nan"
            and "error": the mean is NaN, or a ValueError raised, if more than 2**-53 of them do;
            else it is that of the rest, within 8.2 sd.  "clip": they count as the least or the
            greatest value of the fitted column, and where x grows without limit towards the end
            of the image, no x counts as more.
        n_threads : int, default 1
            The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
            The result does not depend on it.

        Returns
        -------
        ndarray or scalar
            The means, with the common shape of z and sd and the type of z: float32, or else
            float64.  A mean is infinite where values that count exceed a double.

        Raises
        ------
        ValueError
            If sd is negative or not finite, the shapes do not broadcast, n_threads is out of range,
            `outside` is none of the three words, or it is "error" and values come from no x; or if
            the method is "normal-scores".
        TypeError
            If z or sd does not hold real numbers.

        Warns
        -----
        UserWarning
            If a mean becomes NaN because values come from no x, and `outside` is "nan".
        """
        if self.method == "normal-scores":
            raise ValueError(
                "inverse_mean: not for normal scores; inverse(z) is the median, and "
                "inverse_interval has its limits"
            )
        a, s, kind = pair(z, sd)
        import numpy as np

        outside_number(outside)
        sides = self._sides(outside == "clip")
        out = np.full(a.shape, np.nan)
        known, spread = np.isfinite(a), s > 0
        exact = known & ~spread
        out[exact] = self.inverse(a[exact], outside=outside, n_threads=n_threads)
        rest = known & spread
        if not sides.counts_beyond:
            from ._quadrature import SIGHT

            low, high = sides.limit
            with np.errstate(over="ignore", invalid="ignore"):
                seen = (low < a - SIGHT * s) & (a + SIGHT * s < high)
            report(int((rest & ~seen).sum()), a.size, outside)
            rest &= seen
        from ._quadrature import normal_mean

        def function(values: np.ndarray) -> np.ndarray:
            return np.asarray(self.inverse(values, outside="clip", n_threads=n_threads))

        out[rest] = normal_mean(function, a[rest], s[rest], sides)
        return out.astype(kind)[()]

    def _sides(self, clip: bool) -> Sides:
        """Return what is known of the inverse as a function of z."""
        from ._quadrature import Sides

        least = least_of(self.method, self.shift)
        low, high = (float(self.transform(x)) for x in (least, math.inf))
        # x is infinite where the image ends, but for the 0 of Box-Cox and of the square root.
        poles = (math.isfinite(low) and math.isinf(least), math.isfinite(high))
        cap, kinks = [-math.inf, math.inf], [z for z in (low, high) if math.isfinite(z)]
        for side, (pole, x) in enumerate(zip(poles, (self.min, self.max), strict=True)):
            if clip and pole:
                cap[side] = x
                kinks.append(float(self.transform(x)))
        two_sided = self.method in ("yeo-johnson", "yeo-johnson-unit")
        zero = float(self.transform(0.0)) if two_sided else math.nan
        if math.isfinite(zero):
            kinks.append(zero)
        return Sides((low, high), (cap[0], cap[1]), kinks, clip)

    def inverse_interval(
        self, z: Any, sd: Any, level: float = LEVEL, *, outside: OUTSIDE = "nan", n_threads: int = 1
    ) -> Any:
        """Compute an interval of x, where its transform is normal with the mean z.

        It holds x with the probability `level`, and leaves as much out below as above.

        Parameters
        ----------
        z : array_like
            Numbers of any shape: the means of the transformed values.
        sd : array_like
            Finite numbers, 0 or above, which broadcast with z: their standard deviations.
        level : float, default 0.95
            The probability, above 0 and below 1.
        outside : {"nan", "clip", "error"}, default "nan"
            What becomes of an end that comes from no x: NaN, the least or the greatest value of the
            fitted column, or a ValueError.
        n_threads : int, default 1
            The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
            The result does not depend on it.

        Returns
        -------
        (ndarray, ndarray) or (scalar, scalar)
            The lower and the upper ends, with the common shape of z and sd and the type of z:
            float32, or else float64.

        Raises
        ------
        ValueError
            If sd is negative or not finite, `level` or n_threads is out of range, the shapes do not
            broadcast, `outside` is none of the three words, or it is "error" and an end comes from
            no x.
        TypeError
            If z or sd does not hold real numbers.

        Warns
        -----
        UserWarning
            If an end comes from no x, and `outside` is "nan".
        """
        a, s, kind = pair(z, sd)
        import numpy as np

        level = probability(level)
        outside_number(outside)
        width = -NormalDist().inv_cdf((1 - level) / 2) * s
        ends = np.stack([a - width, a + width])
        inside = "nan" if outside == "error" else outside
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            x = np.asarray(self.inverse(ends, outside=inside, n_threads=n_threads))
        if outside != "clip":
            report(int((np.isnan(x) & ~np.isnan(ends)).sum()), ends.size, outside)
        low, high = x.astype(kind)
        return low[()], high[()]


def pair(z: Any, sd: Any) -> tuple[np.ndarray, np.ndarray, np.dtype[Any]]:
    """Return z and sd as float64 of one shape, and the type of z."""
    from ._numpy import np

    a, s = floats(z, "z"), floats(sd, "sd")
    if not (np.isfinite(s) & (s >= 0)).all():
        raise ValueError("sd: finite numbers, 0 or above")
    try:
        wide = np.broadcast_arrays(a.astype(np.float64), s.astype(np.float64))
    except ValueError:
        raise ValueError(f"sd: of shape {s.shape}, which does not fit z of {a.shape}") from None
    return wide[0], wide[1], a.dtype


def report(count: int, size: int, outside: OUTSIDE) -> None:
    """Warn of results that values outside the image make NaN, or raise ValueError."""
    if not count:
        return
    message = f"z: {count} of {size} reach beyond the image of the transform"
    if outside == "error":
        raise ValueError(f'{message}; outside="clip" limits them, or fit with other bounds')
    warnings.warn(
        f'{message}; they become NaN, and outside="clip" limits them', UserWarning, stacklevel=3
    )
