# SPDX-License-Identifier: BSD-3-Clause
"""Sketches of columns, and fits from sketches or values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from . import _core
from ._convert import floats, kept, threads
from ._functions import policy
from ._summary import Summary

if TYPE_CHECKING:
    import numpy as np

METHODS = ("yeo-johnson", "box-cox")
FLAGS = ("empty", "one_value", "constant", "infinite", "bound", "not_identified", "ill_conditioned", "coarse")


def method_number(method: str) -> int:
    if method not in METHODS:
        raise ValueError(f"method: one of {', '.join(map(repr, METHODS))}, not {method!r}")
    return METHODS.index(method)


def interval(bounds: tuple[float, float] | None) -> tuple[float, float]:
    if bounds is None:
        return -math.inf, math.inf
    try:
        lower, upper = map(float, bounds)
    except (TypeError, ValueError):
        raise ValueError(f"bounds: a pair of numbers, not {bounds!r}") from None
    if not lower < upper:
        raise ValueError(f"bounds: lower < upper, not {bounds!r}")
    return lower, upper


class Model:
    """Fitted columns, of the C library."""

    def __init__(self, handle: Any) -> None:
        self.handle = handle

    @classmethod
    def plain(cls, lambdas: list[float], method: str) -> Model:
        return cls(_core.model_plain(lambdas, method_number(method)))

    def fits(self) -> list[dict[str, Any]]:
        return [{**fit, "method": METHODS[fit["method"]]} for fit in _core.model_fits(self.handle)]

    def transform(self, x: Any, out: Any, n_threads: int) -> None:
        _core.model_transform(self.handle, x, out, n_threads)

    def inverse(self, y: Any, out: Any, n_threads: int, inverse_policy: str) -> list[int]:
        """How many values of each column lay outside the image."""
        return _core.model_inverse(self.handle, y, out, n_threads, policy(inverse_policy))

    def to_json(self, names: list[str | None]) -> str:
        return _core.model_to_json(self.handle, names)

    @staticmethod
    def from_json(text: str) -> tuple[Model, list[str | None]]:
        if not isinstance(text, str):
            raise TypeError(f"from_json: a str, not {type(text).__name__}")
        handle, names = _core.model_from_json(text)
        return Model(handle), names

    def __reduce__(self) -> Any:
        return unpickle_model, (self.to_json([None] * len(self.fits())),)


def unpickle_model(text: str) -> Model:
    return Model.from_json(text)[0]


class Sketches:
    """One sketch for each column of a table."""

    def __init__(self, handle: Any) -> None:
        self.handle = handle

    @classmethod
    def new(cls, columns: int, method: str = "yeo-johnson") -> Sketches:
        return cls(_core.sketch_new(columns, method_number(method)))

    @property
    def method(self) -> str:
        return METHODS[_core.sketch_summary(self.handle)[0]["method"]]

    def update(self, x: Any, weights: Any, n_threads: int) -> None:
        _core.sketch_update(self.handle, x, weights, threads(n_threads))

    def merge(self, other: Sketches) -> None:
        _core.sketch_merge(self.handle, other.handle)

    def fit(
        self, *, bounds: Any = None, lmbda: float | None = None, standardize: bool = True, n_threads: int = 1,
        x: Any = None, weights: Any = None,
    ) -> Model:  # fmt: skip
        """x, weights: what the sketches have seen, if it is still there; some columns need a second look at it."""
        given = math.nan if lmbda is None else float(lmbda)
        return Model(
            _core.sketch_fit(self.handle, *interval(bounds), given, standardize, threads(n_threads), x, weights)
        )

    def to_bytes(self) -> list[bytes]:
        return _core.sketch_to_bytes(self.handle)

    def copy(self) -> Sketches:
        return unpickle_sketches(self.to_bytes())

    def __reduce__(self) -> Any:
        return unpickle_sketches, (self.to_bytes(),)


def unpickle_sketches(columns: list[bytes]) -> Sketches:
    return Sketches(_core.sketch_from_bytes(columns))


class Fit:
    """lambda of one column by maximum likelihood, and the transform that it makes.

    Statistics are NaN where nothing could be estimated; `flags` says why.
    """

    method: str
    """yeo-johnson or box-cox"""
    lmbda: float
    """the lambda of the greatest likelihood; `lambda` is no name in Python"""
    ci95: tuple[float, float]
    """its profile-likelihood interval, cut off at the bounds; infinite where it is open"""
    log_likelihood: float
    lr_vs_identity: float
    """2 (log_likelihood - log_likelihood at lambda = 1): above 3.84 lambda = 1 lies outside ci95"""
    mean: float
    """of psi(x), as `sd`; infinite where it exceeds a double"""
    sd: float
    skewness_before: float
    """of x; _after: of psi(x)"""
    skewness_after: float
    kurtosis_before: float
    """Fisher's, as _after: 0 for a normal sample"""
    kurtosis_after: float
    count: int
    """finite values"""
    missing: int
    infinite: int
    weight: float
    """sum of the weights; count, if there were none"""
    min: float
    """of x, in its unit, as max"""
    max: float
    evaluations: int
    """of the likelihood"""
    flags: tuple[str, ...]
    """of "empty", "one_value", "constant", "infinite" (not estimated: lambda = 1); "bound" (lambda is a bound);
    "not_identified" (lambda = 1 lies in ci95); "ill_conditioned" (the sketch cannot tell the values apart: fit the values
    in memory); "coarse" (plain psi loses half of the digits: standardize)"""

    def __init__(self, model: Model, sketches: Sketches) -> None:
        self._model, self._sketches = model, sketches
        values = model.fits()[0]
        bits = values.pop("flags")
        self.__dict__.update(values, flags=tuple(name for i, name in enumerate(FLAGS) if bits >> i & 1))

    def transform(self, x: Any, *, n_threads: int = 1) -> Any:
        """x of any shape to z, of the same shape and type: (psi(x) - mean)/sd, or psi(x) if standardize was False."""
        a = column(x)
        out: Any = empty_like(a)
        self._model.transform(a.reshape(-1), out.reshape(-1), threads(n_threads))
        return out[()]

    def inverse(self, z: Any, *, inverse_policy: str = "nan", n_threads: int = 1) -> Any:
        """z back to x.  What no x gives becomes NaN ("nan"), max or min of the fitted x ("clip"), a ValueError ("error")."""
        a = column(z)
        out: Any = empty_like(a)
        (outside,) = self._model.inverse(a.reshape(-1), out.reshape(-1), threads(n_threads), inverse_policy)
        if outside and inverse_policy == "error":
            raise ValueError(f"{outside} of {a.size} values lie outside the image of the transform")
        return out[()]

    def profile(self, lambdas: Any) -> Any:
        """The log-likelihood at each of `lambdas`, in their shape; its maximum is log_likelihood.

        >>> fit = yeojohnson_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
        >>> bool(fit.profile(fit.lmbda) >= fit.profile([fit.lmbda - 0.1, fit.lmbda + 0.1]).max())
        True
        """
        import numpy as np

        lambdas = np.asarray(floats(lambdas, "lambdas"), np.float64, order="C")
        if not np.isfinite(lambdas).all():
            raise ValueError("lambdas: finite numbers")
        out: Any = np.empty(lambdas.shape)
        _core.sketch_profile(self._sketches.handle, lambdas, out)
        return out[()]

    def summary(self) -> Summary:
        """One row: what was found, before and after."""
        return Summary([{"name": "x", **self._model.fits()[0]}])

    def __repr__(self) -> str:
        low, high = self.ci95
        notes = f", flags={self.flags}" if self.flags else ""
        return f"Fit(lmbda={self.lmbda:.6g}, ci95=({low:.6g}, {high:.6g}), count={self.count}{notes})"

    def __reduce__(self) -> Any:
        return Fit, (self._model, self._sketches)


def column(x: Any) -> np.ndarray:
    import numpy as np

    return np.asarray(floats(x), order="C")


def empty_like(a: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.empty(a.shape, a.dtype)


def yeojohnson_fit(
    x: Any, weights: Any = None, *, bounds: tuple[float, float] | None = None, standardize: bool = True, n_threads: int = 1
) -> Fit:
    """lambda of Yeo and Johnson's transform by maximum likelihood, with its 95 % interval and diagnostics.

    x: (n,) or (n, 1) numbers; float32 and float64 are read where they lie.  NaN counts as missing.  weights: (n,), 0 to 2**31,
    rounded to multiples of 2**-24; weight 3 counts as three rows.  bounds: (lower, upper) for lambda.  standardize: what
    `transform` of the result gives.  n_threads: 0 for one each CPU; the result does not depend on it.

    A column without a maximum (empty, one value, constant, infinities) is no error: lambda is 1 and `flags` says why.
    ValueError: another shape, a weight out of range, bounds that are not lower < upper.  docs/numerics.md has the formulas.

    >>> yeojohnson_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
    Fit(lmbda=-0.110558, ci95=(-1.54467, 1.30301), count=6, flags=('not_identified',))
    """
    x, weights = kept(x), None if weights is None else kept(weights, "weights")
    sketches = Sketches.new(1)
    sketches.update(x, weights, n_threads)
    model = sketches.fit(bounds=bounds, standardize=standardize, n_threads=n_threads, x=x, weights=weights)
    return Fit(model, sketches)


class Sketch:
    """Sketch(method="yeo-johnson"): a column in some 10 to 40 KB: enough for its fit, updated in blocks, merged, stored and sent.

    Up to 1024 values are kept as they are, later ones counted in bins of log1p|x|; the fit is that of all values to
    about 1e-8 of lambda's standard error, and better as a rule.  Its bits do not depend on how the values were cut into
    blocks.  One sketch may be used from many threads: calls wait for each other.  method="box-cox" takes values above 0.

    >>> total = Sketch()
    >>> for block in ([1.0, 2.0, 3.0], [5.0, 8.0, 13.0]):
    ...     total.update(block)
    >>> total.fit().lmbda == yeojohnson_fit([1.0, 2.0, 3.0, 5.0, 8.0, 13.0]).lmbda
    True
    """

    def __init__(self, method: str = "yeo-johnson") -> None:
        self._sketches = Sketches.new(1, method)

    def update(self, x: Any, weights: Any = None, *, n_threads: int = 1) -> None:
        """Adds the n values of x, (n,) or (n, 1), with one weight each (0 to 2**31), or with weight 1.

        NaN counts as missing; infinities are counted and left out.  ValueError: a weight out of range, or values that are
        not above 0 for Box-Cox; nothing was added.
        """
        self._sketches.update(x, weights, n_threads)

    def merge(self, other: Sketch) -> None:
        """Adds all that `other` has seen; `other` stays as it is.  ValueError: it has another method."""
        if not isinstance(other, Sketch):
            raise TypeError(f"merge: a Sketch, not {type(other).__name__}")
        if other.method != self.method:
            raise ValueError(f"merge: {other.method!r} into {self.method!r}")
        self._sketches.merge(other._sketches.copy() if other is self else other._sketches)

    def __add__(self, other: Sketch) -> Sketch:
        if not isinstance(other, Sketch):
            return NotImplemented
        both = self.from_bytes(self.to_bytes())
        both.merge(other)
        return both

    def __iadd__(self, other: Sketch) -> Sketch:
        if not isinstance(other, Sketch):
            return NotImplemented
        self.merge(other)
        return self

    def to_bytes(self) -> bytes:
        """Version, content, checksum; the same bytes for equal sketches on every machine."""
        return self._sketches.to_bytes()[0]

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """The sketch of to_bytes().  ValueError: foreign, damaged, or of a later version."""
        sketch = cls.__new__(cls)
        sketch._sketches = unpickle_sketches([bytes(memoryview(data))])
        return sketch

    def fit(self, *, bounds: tuple[float, float] | None = None, standardize: bool = True) -> Fit:
        """The fit of all values seen so far; parameters as in `yeojohnson_fit`."""
        frozen = self._sketches.copy()
        return Fit(frozen.fit(bounds=bounds, standardize=standardize), frozen)

    def _summary(self) -> dict[str, Any]:
        return _core.sketch_summary(self._sketches.handle)[0]

    @property
    def method(self) -> str:
        """yeo-johnson or box-cox"""
        return self._sketches.method

    @property
    def count(self) -> int:
        """finite values with a weight above 0"""
        return int(self._summary()["count"])

    @property
    def missing(self) -> int:
        """NaN"""
        return int(self._summary()["missing"])

    @property
    def infinite(self) -> int:
        """+infinity and -infinity"""
        return int(self._summary()["infinite"])

    @property
    def weight(self) -> float:
        """sum of the weights of the finite values"""
        return float(self._summary()["weight"])

    @property
    def min(self) -> float:
        """of the finite values; NaN if there are none"""
        return float(self._summary()["min"])

    @property
    def max(self) -> float:
        """of the finite values; NaN if there are none"""
        return float(self._summary()["max"])

    def __reduce__(self) -> Any:
        return type(self).from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        s = self._summary()
        return f"Sketch(count={s['count']}, missing={s['missing']}, min={s['min']:.6g}, max={s['max']:.6g}, bins={s['bins']})"
