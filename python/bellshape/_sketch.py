# SPDX-License-Identifier: BSD-3-Clause
"""A sketch of one column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from . import _core
from ._estimate import fit_sketches, fixed_lambda, new_sketches
from ._fit import Fit
from ._normality import Normality, from_bytes
from ._parameters import (
    BOUNDS,
    METHOD,
    WEIGHT_TYPE,
    full_name,
    method_number,
    threads,
    weight_type_number,
)
from ._sketch_contents import SketchContents

if TYPE_CHECKING:
    from collections.abc import Collection


class Sketch(SketchContents):
    """A summary of one column that is enough for its fit.

    It takes some 3 to 16 KB for a column of any length.  It can be updated block by block, merged
    with the sketches of other parts, stored and sent.  Up to 1024 distinct values are kept as they
    are, and more are counted in bins of log|x|; the fit is that of all values, and lambda agrees to
    about 1e-12 over the standard deviation of their logarithms.  Its bits do not depend on how the
    values were cut into blocks.  Many threads may use one sketch: their calls wait for each other.

    Parameters
    ----------
    method : str, default "yeo-johnson"
        The transform that is to be fitted, by the words of `fit`.  "box-cox" and "log" take values
        above 0, "sqrt" takes 0 as well; "yeo-johnson-unit" estimates the unit of x as well. "best"
        chooses a method, as `best_fit` does.

    Attributes
    ----------
    method : str
        The transform that is to be fitted.
    count : int
        The number of finite values with a weight above 0.
    missing : int
        The number of NaNs.
    infinite : int
        The number of infinities of both signs.
    weight : float
        The sum of the weights of the finite values; their number, if there were no weights.
    effective_count : float
        The effective number of finite values after Kish, sum(w)**2 / sum(w**2) with w their
        weights; their number, if there were no weights.
    min : float
        The least finite value; NaN if there is none.
    max : float
        The greatest finite value; NaN if there is none.

    Raises
    ------
    ValueError
        If there is no such method.

    Examples
    --------
    >>> total = Sketch()
    >>> for block in ([1.0, 2.0, 3.0], [5.0, 8.0, 13.0]):
    ...     total.update(block)
    >>> total.fit().lmbda == yeojohnson_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0]).lmbda
    True
    """

    def __init__(self, method: METHOD = "yeo-johnson") -> None:
        self._sketches = new_sketches(1, method)

    def update(self, x: Any, weights: Any = None, *, n_threads: int = 1) -> None:
        """Add values.

        NaN counts as missing.  Infinities are counted and left out.

        Parameters
        ----------
        x : array_like of shape (n,) or (n, 1)
            The values.  float32 and float64 are read where they lie.
        weights : array_like of shape (n,) or None
            One weight for each value: 0, or above 2**-25 and at most 2**31, and rounded to a
            multiple of 2**-24.  None gives each the weight 1.  A value of weight 3 counts as three
            values, one of weight 0 as absent, NaN and infinities too.  If weights are out of this
            range, multiply those of all updates by one power of two.
        n_threads : int, default 1
            The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
            The result does not depend on it.

        Raises
        ------
        ValueError
            If x or weights has another shape, a weight or n_threads is out of range, all weights
            would add up to 2**60 or more, or a value is not above 0 where the method is "box-cox".
            Nothing has been added then.
        TypeError
            If x or weights does not hold real numbers.
        """
        self._sketches.update(x, weights, threads(n_threads), False, "weights")

    def merge(self, other: Sketch) -> None:
        """Add all that another sketch has seen.

        `a + b` is a new sketch with what both have seen, `a += b` is `a.merge(b)`.

        Parameters
        ----------
        other : Sketch
            The sketch to add, which stays as it is.

        Raises
        ------
        ValueError
            If `other` has another method, or all weights would add up to 2**60 or more.  Nothing
            has been added then.
        TypeError
            If `other` is no Sketch.
        """
        if not isinstance(other, Sketch):
            raise TypeError(f"merge: a bellshape.Sketch, not {full_name(other)}")
        if other.method != self.method:
            raise ValueError(f"merge: {other.method!r} into {self.method!r}")
        self._sketches.merge(other._sketches.copy() if other is self else other._sketches)

    def settle(self) -> None:
        """Choose the bins now, from what has been added, and for good.

        Sketches that `like` makes from this one have the same bins.  They merge into the same bytes
        in any order, and stay small however many they are.

        Raises
        ------
        ValueError
            If no value but 0 has been added yet.

        Examples
        --------
        >>> plan = Sketch()
        >>> plan.update([1.0, 20.0, 300.0])  # a sample, spread over all of the data
        >>> plan.settle()
        >>> morning, evening = plan.like(), plan.like()
        """
        self._sketches.settle()

    def like(self) -> Sketch:
        """Make an empty sketch with the bins of this one.

        Returns
        -------
        Sketch
            The sketch, whose bins do not change any more.

        Raises
        ------
        ValueError
            If this one has chosen no bins yet: `settle` does.
        """
        sketch = type(self).__new__(type(self))
        sketch._sketches = self._sketches.like()
        return sketch

    def __add__(self, other: Sketch) -> Sketch:
        if not isinstance(other, Sketch):
            return NotImplemented
        both = self.from_bytes(self.to_bytes(), self.method)
        both.merge(other)
        return both

    def __iadd__(self, other: Sketch) -> Sketch:
        if not isinstance(other, Sketch):
            return NotImplemented
        self.merge(other)
        return self

    def to_bytes(self) -> bytes:
        """Write the sketch as bytes.

        Returns
        -------
        bytes
            A version, the content and a checksum.  Equal sketches give the same bytes on every
            machine.  They do not hold the order of the values, which `Fit.verdicts` would tell.
        """
        return self._sketches.to_bytes()[0]

    @classmethod
    def from_bytes(cls, data: bytes, method: METHOD = "yeo-johnson") -> Sketch:
        """Read a sketch that `to_bytes` wrote.

        Parameters
        ----------
        data : bytes-like
            The bytes.
        method : str, default "yeo-johnson"
            The transform that is to be fitted: the bytes serve any.

        Returns
        -------
        Sketch
            The sketch.

        Raises
        ------
        ValueError
            If the bytes are no sketch, are damaged, or come from another version, or if there is no
            such method.
        TypeError
            If `data` does not hold bytes.
        """
        sketch = cls.__new__(cls)
        sketch._sketches = _core.Sketches.from_bytes(
            [bytes(memoryview(data))], method_number(method)
        )
        return sketch

    def fit(
        self,
        *,
        criterion: Literal["aic", "bic"] = "aic",
        margin: float | None = None,
        candidates: Collection[str] | None = None,
        weight_type: WEIGHT_TYPE = "frequency",
        bounds: BOUNDS = None,
        standardize: bool = True,
        lmbda: float | None = None,
        robust: bool = False,
        round_lambda: bool = False,
    ) -> Fit:
        """Fit all values that have been added so far.

        Parameters
        ----------
        criterion : {"aic", "bic"}, default "aic"
            By what the method "best" compares the others, as `best_fit` does.
        margin : float or None
            By how much the criterion of the one that is taken may exceed the least; None means 2.
        candidates : list of str or None
            The methods that "best" compares; None compares all that can be.
        weight_type : {"frequency", "importance"}, default "frequency"
            What weights mean to ci95 and the likelihoods.  "frequency": a value of weight 3 is
            three values.  "importance": they say how much a value counts beside others, and all
            count as `effective_count` values.
        bounds : (float, float) or None
            The range of lambda; None sets no bounds, and (0, None) no upper one.
        standardize : bool, default True
            What `transform` of the result gives: (psi(x) - mean)/sd, or psi(x) for False.
        lmbda : float or None
            None estimates lambda; a number fixes it.
        robust, round_lambda : bool, default False
            Whether values far out are set aside, and whether lambda becomes a nice number in its
            interval, as in `bellshape.fit`.

        Returns
        -------
        Fit
            The fit.  Later updates of the sketch do not change it.

        Raises
        ------
        ValueError
            If there is no such weight_type, criterion or candidate, the margin is below 0, bounds
            are no pair of numbers with lower < upper, none of the candidates takes the values,
            the criterion is "heldout", which needs the values: see `best_fit`; if lmbda is not
            finite, or the method is none for which lmbda, robust or round_lambda is.
        TypeError
            If candidates is no list, the margin or lmbda no number, or robust or round_lambda
            neither True nor False.
        """
        frozen = self._sketches.copy()
        model = fit_sketches(
            frozen,
            bounds=bounds,
            standardize=standardize,
            weight_type=weight_type,
            criterion=criterion,
            margin=margin,
            candidates=candidates,
            robust=robust,
            round_lambda=round_lambda,
            lambdas=fixed_lambda(lmbda, self.method),
        )
        return Fit(model, frozen, weight_type, bounds)

    def normality(
        self, fit: Fit | None = None, *, weight_type: WEIGHT_TYPE = "frequency"
    ) -> Normality:
        """Compute what the sketch knows of the normality of its column, or of its transform.

        Up to 1024 distinct values give what `bellshape.normality` gives for the values.  Beyond,
        moments and what rests on them are right to 1e-9, and A squared, qq_correlation and distance
        to some 2 %, 2e-4 and 0.2/sqrt(n); Shapiro-Wilk, Shapiro-Francia and Pearson's statistic are
        NaN.

        Parameters
        ----------
        fit : Fit or None
            The transform of this fit is applied first.  None: the values as they are.
        weight_type : {"frequency", "importance"}, default "frequency"
            What weights mean: for "frequency" n is their sum, and for "importance" the effective
            number, `effective_count`.

        Returns
        -------
        Normality
            The numbers, as of `bellshape.normality`.

        Raises
        ------
        ValueError
            If there is no such weight_type, or the transform does not take a value of the column,
            as that of Box and Cox does not take values below 0.
        TypeError
            If `fit` is no Fit.

        Examples
        --------
        >>> sketch = Sketch()
        >>> sketch.update([2.0**k for k in range(20)])
        >>> before, after = sketch.normality(), sketch.normality(sketch.fit())
        >>> round(before.qq_correlation, 3), round(after.qq_correlation, 3)
        (0.68, 0.985)
        """
        if fit is not None and not isinstance(fit, Fit):
            raise TypeError(f"normality: a bellshape.Fit, not {full_name(fit)}")
        model = None if fit is None else fit._model
        return from_bytes(*self._sketches.normality(model, weight_type_number(weight_type)))

    @property
    def method(self) -> METHOD:
        """The transform that is to be fitted, by the words of `fit`."""
        return self._sketches.method

    def __reduce__(self) -> Any:
        return type(self).from_bytes, (self.to_bytes(), self.method)

    def __repr__(self) -> str:
        s = self._summary()
        return (
            f"Sketch(count={s['count']}, missing={s['missing']}, "
            f"min={s['min']:.6g}, max={s['max']:.6g}, bins={s['bins']})"
        )
