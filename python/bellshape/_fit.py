# SPDX-License-Identifier: BSD-3-Clause
"""The fit of one column."""

from __future__ import annotations

from typing import Any

from . import _core
from ._choice import Candidates
from ._column import ColumnTransform
from ._inference import Inference
from ._parameters import (
    BOUNDS,
    METHOD,
    POWERS,
    WEIGHT_TYPE,
    interval,
    parameter_of,
    weight_type_number,
)
from ._shown import ShownFit
from ._summary import Summary
from ._verdict import Verdict, verdicts_of


class Fit(ShownFit, Inference, ColumnTransform):
    """The lambda of one column by maximum likelihood, and the transform that it makes.

    `yeojohnson_fit` and `Sketch.fit` make it.  Statistics are NaN where nothing could be estimated;
    `flags` says why.

    Attributes
    ----------
    method : str
        The transform of the fit, by the words of `fit`.
    weight_type : str
        "frequency" or "importance": what weights mean to ci95, log_likelihood and lr_vs_identity.
    lmbda : float
        The lambda of the greatest likelihood, or a fixed or rounded one.  (`lambda` is a word of
        Python.)  For "exponential" it is k.  "identity", "log" and "sqrt" have the lambda of the
        same power, 1, 0 and 1/2; "log-shift" and "asinh" have 0, and "normal-scores" NaN, as all
        its likelihoods are.
    unit : float
        The unit c of the transform, which is one of x/c: the estimate for "yeo-johnson-unit", 1 for
        "yeo-johnson" and "identity", and 0 for "box-cox", which is the limit of small units.  The
        estimate for "asinh" as well, and 0 for all others.
    shift : float
        The shift of "log-shift", 0 for others.
    ci95 : (float, float)
        The profile-likelihood interval, of 95 %, of what was estimated: lambda, the unit of
        "asinh", or the shift of "log-shift".  It is cut off at the bounds; an end is infinite where
        the interval is open.  The unit of "yeo-johnson-unit" is taken as known.
    log_likelihood : float
        The log-likelihood at lmbda.
    lr_vs_identity : float
        2 (log_likelihood - log-likelihood at lambda = 1).  Above 3.84 lambda = 1 lies outside ci95.
    mean : float
        The mean of psi(x); infinite where it exceeds a double.
    sd : float
        The standard deviation of psi(x), with divisor n; infinite where it exceeds a double.
    skewness_before, skewness_after : float
        The skewness of x and of psi(x).
    kurtosis_before, kurtosis_after : float
        The kurtosis of x and of psi(x) after Fisher: 0 for a normal sample.
    count : int
        The number of finite values.
    missing : int
        The number of NaNs.
    infinite : int
        The number of infinities of both signs.
    weight : float
        The sum of the weights; count, if there were none.
    effective_count : float
        The effective number of values after Kish, sum(w)**2 / sum(w**2); count, if there were no
        weights.
    min, max : float
        The least and the greatest value, in the unit of x.
    collapsed : float
        The share of `weight`, 0 to 1, of the values that the transform loses: those that it does
        not tell from a neighbor, and those that `inverse` returns more than 1e-3 standard
        deviations of x away.  A sketch with bins knows it to about the weight of a bin.
    set_aside : float
        The weight of the values that a robust fit has set aside; without weights their number.
    evaluations : int
        How many times the likelihood was evaluated.
    flags : tuple of str
        What could mislead.  "empty", "one_value", "constant" and "infinite": nothing could be
        estimated, and lambda is 1.  "bound": the parameter, lambda or a unit is at a bound.
        "not_identified": x as it is lies in ci95, which is lambda = 1, k = 0, or an infinite unit
        or shift.  "ill_conditioned": the sketch cannot tell the values apart; fit the values in
        memory.  "coarse": psi loses half of the digits, so let `standardize` be True.  "collapsed":
        the transform loses values, and `collapsed` says how many.  "two_values": there are two
        distinct values, which get the same z whatever lambda is.  "rounded": lmbda is the nicest
        lambda in its interval.  "robust": values far out may be `set_aside`.  "not_robust": there
        is no robust scale, as half of the values or more are equal, and none was set aside.
    verdicts : list of Verdict
        What there is to say of the column and of this fit, in words, with numbers and advice.

    Examples
    --------
    >>> from bellshape import yeojohnson_fit
    >>> fit = yeojohnson_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
    >>> round(fit.lmbda, 4), fit.count, fit.flags
    (-0.1106, 6, ('not_identified',))
    """

    method: METHOD
    lmbda: float
    unit: float
    shift: float
    ci95: tuple[float, float]
    log_likelihood: float
    lr_vs_identity: float
    mean: float
    sd: float
    skewness_before: float
    skewness_after: float
    kurtosis_before: float
    kurtosis_after: float
    count: int
    missing: int
    infinite: int
    weight: float
    min: float
    max: float
    collapsed: float
    set_aside: float
    evaluations: int
    flags: tuple[str, ...]

    def __init__(
        self,
        model: _core.Model,
        sketches: _core.Sketches,
        weight_type: WEIGHT_TYPE = "frequency",
        bounds: BOUNDS = None,
    ) -> None:
        super().__init__(model)
        self._sketches, self.weight_type = sketches, weight_type
        self._bounds = interval(bounds)

    @property
    def verdicts(self) -> list[Verdict]:
        """What there is to say of the column and of this fit, in words, with numbers and advice.

        The list may be empty.  The order of the values is known to `yeojohnson_fit`, and to a
        `Sketch` that has seen all of them; without it row numbers and identifiers in order are not
        told.
        """
        return verdicts_of(self._sketches, self._model, weight_type_number(self.weight_type))[0]

    @property
    def effective_count(self) -> float:
        """The effective number of values, sum(w)**2 / sum(w**2)."""
        return float(self._sketches.summary()[0]["effective_count"])

    @property
    def candidates(self) -> Candidates:
        """The families among which that of the fit was chosen, as a list of dicts.

        It is empty unless `best_fit`, or a `Sketch` of the method "best", has made the fit.
        docs/choice.md explains the keys.
        """
        return Candidates(self._model.candidates()[0])

    def summary(self) -> Summary:
        """Describe the column before and after the transform.

        Returns
        -------
        list of dict
            One dict, whose keys are "name" and the attributes of the fit, `verdicts` among them.
            It prints as a table.
        """
        return Summary([{"name": "x", **self._model.fits()[0], "verdicts": self.verdicts}])

    def __repr__(self) -> str:
        low, high = self.ci95
        name, value = parameter_of(self.__dict__)
        unit = f", unit={self.unit:.6g}" if self.method == "yeo-johnson-unit" else ""
        method = "" if self.method in POWERS else f"method={self.method!r}, "
        notes = f", flags={self.flags}" if self.flags else ""
        if self.method == "normal-scores":
            return f"Fit({method}count={self.count}{notes})"
        return (
            f"Fit({method}{name}={value:.6g}{unit}, ci95=({low:.6g}, {high:.6g}), "
            f"count={self.count}{notes})"
        )

    def __reduce__(self) -> Any:
        return Fit, (self._model, self._sketches, self.weight_type, self._bounds)
