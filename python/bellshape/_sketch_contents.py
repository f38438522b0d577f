# SPDX-License-Identifier: BSD-3-Clause
"""What a sketch says of its column without a fit: nodes, quantiles and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _core
from ._convert import floats
from ._parameters import boolean

if TYPE_CHECKING:
    import numpy as np


class SketchContents:
    """The part of Sketch that reads the contents."""

    _sketches: _core.Sketches

    def nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """Return weighted values that stand for the column, in ascending order.

        Up to 1024 distinct values are the nodes themselves.  Beyond, there is one node for all
        zeros, and there are one to four for each bin, which have its weight and, as far as rounding
        allows, the first seven moments of the logarithms in it: some 200 to 1200 for a column.
        They serve for smooth statistics of the column, such as its moments.  Between them they say
        nothing: their quantiles are not the column's, which `quantile` gives.

        Returns
        -------
        values : ndarray of float64
            The nodes, in the unit of x.
        weights : ndarray of float64
            Their weights, which are above 0 and add up to `weight`.

        Examples
        --------
        >>> from bellshape import Sketch
        >>> sketch = Sketch()
        >>> sketch.update([3.0, 1.0, 3.0])
        >>> values, weights = sketch.nodes()
        >>> values.tolist(), weights.tolist()
        ([1.0, 3.0], [1.0, 2.0])
        """
        from ._numpy import np

        values, weights = map(np.frombuffer, self._sketches.nodes()[0])
        return values, weights

    def quantile(self, q: Any, *, return_error: bool = False) -> Any:
        """Return quantiles of the finite values, those of `numpy.quantile`.

        If all values have the weight 1, they are those of NumPy's default method "linear"; with
        weights those of "inverted_cdf", the only method that NumPy has with weights.  Up to 1024
        distinct values give them exactly.  More lie in bins, and then a quantile is an estimate
        whose error is usually below 1 % of the standard deviation, or of the value itself far out.
        The quantiles of 0 and 1 are always `min` and `max`.

        Parameters
        ----------
        q : array_like of float
            Probabilities from 0 to 1, in any order.
        return_error : bool, default False
            Whether to return a bound of the error of each quantile, too.

        Returns
        -------
        quantiles : float or ndarray of float64
            The quantiles, in the unit of x and the shape of q; NaN if there are no values.
        errors : float or ndarray of float64
            Bounds in the unit of x, each about the width of a bin; 0 where the quantile is exact,
            and NaN if there are no values.  The quantile of the values lies within quantiles -
            errors .. quantiles + errors.  After a merge that had to move bins into those of another
            sketch it may be missed by the width of the former bin.  They are there only if
            return_error is True.

        Raises
        ------
        ValueError
            If a probability is not from 0 to 1.
        TypeError
            If q does not hold real numbers, or return_error is neither True nor False.

        Examples
        --------
        >>> from bellshape import Sketch
        >>> sketch = Sketch()
        >>> sketch.update([1.0, 2.0, 3.0, 7.0])
        >>> sketch.quantile(0.5)
        2.5
        >>> sketch.quantile([0, 0.25, 1]).tolist()
        [1.0, 1.75, 7.0]
        """
        from ._numpy import np

        with_errors = boolean("return_error", return_error)
        probabilities = floats(q, "q").astype(np.float64)
        wrong = probabilities[~((probabilities >= 0) & (probabilities <= 1))]
        if wrong.size:
            raise ValueError(f"q: 0 to 1, not {wrong[0]}")
        pair = self._sketches.quantiles(probabilities.tobytes())[0]
        found = [np.frombuffer(part).reshape(probabilities.shape) for part in pair]
        values, errors = (part if part.ndim else float(part) for part in found)
        return (values, errors) if with_errors else values

    def _summary(self) -> dict[str, Any]:
        return self._sketches.summary()[0]

    @property
    def count(self) -> int:
        """The number of finite values with a weight above 0."""
        return int(self._summary()["count"])

    @property
    def missing(self) -> int:
        """The number of NaNs."""
        return int(self._summary()["missing"])

    @property
    def infinite(self) -> int:
        """The number of infinities of both signs."""
        return int(self._summary()["infinite"])

    @property
    def weight(self) -> float:
        """The sum of the weights of the finite values; their number, if there were no weights."""
        return float(self._summary()["weight"])

    @property
    def effective_count(self) -> float:
        """The effective number of finite values, sum(w)**2 / sum(w**2)."""
        return float(self._summary()["effective_count"])

    @property
    def min(self) -> float:
        """The least finite value; NaN if there is none."""
        return float(self._summary()["min"])

    @property
    def max(self) -> float:
        """The greatest finite value; NaN if there is none."""
        return float(self._summary()["max"])
