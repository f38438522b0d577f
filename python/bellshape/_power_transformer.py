# SPDX-License-Identifier: BSD-3-Clause
"""scikit-learn's PowerTransformer, over the C library."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import _check_sample_weight, validate_data

from ._convert import threads, whole_strides
from ._fit import Model, Sketches, interval, method_number
from ._functions import policy
from ._summary import Summary

class PowerTransformer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Makes each column of a table bell-shaped; a drop-in for sklearn.preprocessing.PowerTransformer.

    Parameters
    ----------
    method : "yeo-johnson" or "box-cox"
        Box-Cox takes values above 0.
    standardize : bool, default True
        z = (psi(x) - mean)/sd, in one step that neither overflows nor collapses; False: psi(x) itself.
    copy : bool, default True
        False: transform in place where X is a writable array of floats.
    bounds : (lower, upper) or None
        of lambda; None: none.
    inverse_policy : "nan", "clip" or "error"
        what `inverse_transform` makes of values that are the transform of no x: NaN and a warning, the extremes of the
        fitted column, or a ValueError.
    n_threads : int, default 1
        0: one for each CPU.  Results do not depend on it.

    Attributes
    ----------
    lambdas_ : (n_features_in_,) float64
        by maximum likelihood.
    ci95_ : (n_features_in_, 2) float64
        their profile-likelihood intervals; infinite where open, NaN where nothing could be estimated.
    n_features_in_, feature_names_in_
        as everywhere in scikit-learn.

    X is (n_samples, n_features).  NaN is missing: left out of fits and kept by transforms.  float32 stays float32.
    Infinities are a ValueError.

    >>> import numpy as np
    >>> X = np.array([[1.0, 2.0], [3.0, 2.0], [4.0, 5.0]])
    >>> print(PowerTransformer().fit_transform(X).round(3))
    [[-1.316 -0.707]
     [ 0.21  -0.707]
     [ 1.106  1.414]]
    """

    _sketches: Sketches
    _model: Model | None
    n_features_in_: int
    feature_names_in_: np.ndarray

    def __init__(
        self, method: str = "yeo-johnson", *, standardize: bool = True, copy: bool = True,
        bounds: tuple[float, float] | None = None, inverse_policy: str = "nan", n_threads: int = 1,
    ) -> None:  # fmt: skip
        self.method = method
        self.standardize = standardize
        self.copy = copy
        self.bounds = bounds
        self.inverse_policy = inverse_policy
        self.n_threads = n_threads

    # ---- fits ----

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> PowerTransformer:
        """Estimates lambda for each column of X, and forgets earlier data.

        sample_weight: (n_samples,), 0 to 2**31, rounded to multiples of 2**-24; weight 3 counts as three rows.
        """
        X, weights = self._add(X, sample_weight, reset=True)
        # here the values are still at hand, for the rare column that a sketch cannot tell apart
        self._model = self._estimate(X, weights)
        return self

    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> PowerTransformer:
        """Adds a block of rows to what was fitted so far; any blocks of the same rows give the same fit.

        ValueError: earlier blocks had another method, or the lambdas came without data (from_json, from_lambdas).
        """
        if hasattr(self, "_model") and not hasattr(self, "_sketches"):
            raise ValueError("partial_fit: these lambdas came without the data to go on from; use fit")
        if hasattr(self, "_sketches") and self._sketches.method != self.method:
            raise ValueError(f"partial_fit: {self.method!r}, but earlier blocks had {self._sketches.method!r}")
        self._add(X, sample_weight, reset=not hasattr(self, "_sketches"))
        return self

    def merge(self, other: PowerTransformer) -> PowerTransformer:
        """Adds all rows that `other` was fitted on."""
        if not isinstance(other, PowerTransformer):
            raise TypeError(f"merge: a PowerTransformer, not {type(other).__name__}")
        for estimator in (self, other):
            if not hasattr(estimator, "_sketches"):
                raise NotFittedError("merge: fit both on data first")
        if self.n_features_in_ != other.n_features_in_:
            raise ValueError(f"merge: {other.n_features_in_} columns into {self.n_features_in_}")
        if list(getattr(self, "feature_names_in_", [])) != list(getattr(other, "feature_names_in_", [])):
            raise ValueError("merge: the columns have different names")
        if self._sketches.method != other._sketches.method:
            raise ValueError(f"merge: {other._sketches.method!r} into {self._sketches.method!r}")
        self._sketches.merge(other._sketches if other is not self else other._sketches.copy())
        self._model = None
        return self

    def _add(self, X: Any, sample_weight: Any, reset: bool) -> tuple[np.ndarray, np.ndarray | None]:
        self._check_parameters()
        X = self._checked(X, reset=reset)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        sketches = Sketches.new(X.shape[1], self.method) if reset else self._sketches
        sketches.update(X, weights, self.n_threads)
        self._sketches, self._model = sketches, None
        return X, weights

    def _estimate(self, X: Any = None, weights: Any = None) -> Model:
        return self._sketches.fit(
            bounds=self.bounds, standardize=bool(self.standardize), n_threads=self.n_threads, x=X, weights=weights
        )

    def _fitted(self) -> Model:
        """The model; after partial_fit and merge, when somebody asks."""
        if not hasattr(self, "_model"):
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with appropriate arguments before "
                "using this estimator."
            )
        model = self._model
        if model is None:
            model = self._model = self._estimate()
        return model

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_model")

    # ---- transforms ----

    def transform(self, X: Any) -> np.ndarray:
        """X to what is bell-shaped; the same shape, float32 for float32, else float64."""
        model = self._fitted()
        X = self._checked(X, reset=False)
        if self.method == "box-cox" and (X <= 0).any():
            raise ValueError("The Box-Cox transformation can only be applied to strictly positive data")
        out = self._room(X)
        model.transform(X, out, threads(self.n_threads))
        return out

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Back to what `transform` was given; `inverse_policy` says what becomes of values that no x gives."""
        model = self._fitted()
        X = self._checked(X, reset=False)
        # an error leaves X as it is
        out = np.empty_like(X) if self.inverse_policy == "error" else self._room(X)
        outside = model.inverse(X, out, threads(self.n_threads), self.inverse_policy)
        if any(outside) and self.inverse_policy != "clip":
            where = ", ".join(f"{n} in {name}" for n, name in zip(outside, self._names(), strict=True) if n)
            message = f"values outside the image of the transform: {where}"
            if self.inverse_policy == "error":
                raise ValueError(message)
            warnings.warn(f"{message}; they become NaN", UserWarning, stacklevel=2)
        return out

    def _room(self, X: np.ndarray) -> np.ndarray:
        in_place = not self.copy and X.flags.writeable and X.flags.aligned and whole_strides(X)
        return X if in_place else np.empty_like(X)

    # ---- what was found ----

    @property
    def lambdas_(self) -> np.ndarray:
        return np.array([fit["lmbda"] for fit in self._fitted().fits()])

    @property
    def ci95_(self) -> np.ndarray:
        return np.array([fit["ci95"] for fit in self._fitted().fits()])

    def summary(self) -> Summary:
        """A list with one dict a column: name, lmbda, ci95, counts, skewness and kurtosis before and after.

        It prints as a table; pandas.DataFrame(...) makes a data frame of it.
        """
        fits = self._fitted().fits()
        return Summary([{"name": name, **fit} for name, fit in zip(self._names(), fits, strict=True)])

    def _names(self) -> list[str]:
        names = getattr(self, "feature_names_in_", None)
        return [f"x{j}" for j in range(self.n_features_in_)] if names is None else [str(name) for name in names]

    # ---- models from elsewhere ----

    @classmethod
    def from_lambdas(cls, lambdas: Any, *, feature_names: Any = None, **parameters: Any) -> PowerTransformer:
        """A fitted transformer with given lambdas, one a column: plain psi, as nobody has seen a mean or sd."""
        if parameters.setdefault("standardize", False):
            raise ValueError("from_lambdas: standardize needs data; fit with bounds close to lambda instead")
        lambdas = np.asarray(lambdas, np.float64)
        if lambdas.ndim != 1 or not lambdas.size or not np.isfinite(lambdas).all():
            raise ValueError("lambdas: a list of finite numbers, one a column")
        names = [None] * lambdas.size if feature_names is None else list(feature_names)
        model = Model.plain(lambdas.tolist(), parameters.get("method", "yeo-johnson"))
        return cls(**parameters)._take(model, names)

    def to_json(self) -> str:
        """The model as the program `bellshape` writes and reads it (`transform -m`), every number exact.

        Without feature_names_in_ the columns have no names there, and are known by their place.
        """
        model = self._fitted()
        names: list[str | None] = [None] * self.n_features_in_
        if hasattr(self, "feature_names_in_"):
            names = list(self._names())
        return model.to_json(names)

    @classmethod
    def from_json(cls, text: str, **parameters: Any) -> PowerTransformer:
        """A fitted transformer from to_json() or from `bellshape fit -o`; it can transform, but not go on with partial_fit.

        The text holds the transform and its method, not the other parameters: give those that matter, as `inverse_policy`.
        """
        model, names = Model.from_json(text)
        methods = {fit["method"] for fit in model.fits()}
        if len(methods) > 1:
            raise ValueError("from_json: columns of different methods")
        parameters["method"] = methods.pop()
        return cls(**parameters)._take(model, names)

    def _take(self, model: Model, names: list[Any]) -> PowerTransformer:
        self._check_parameters()
        self._model, self.n_features_in_ = model, len(model.fits())
        if len(names) != self.n_features_in_:
            raise ValueError(f"{len(names)} names for {self.n_features_in_} columns")
        # the program's names for a table without names
        unnamed = names == [f"column_{j + 1}" for j in range(len(names))]
        if None not in names and not unnamed:
            self.feature_names_in_ = np.array(names, dtype=object)
        return self

    # ---- input ----

    def _check_parameters(self) -> None:
        method_number(self.method)
        interval(self.bounds)
        policy(self.inverse_policy)
        threads(self.n_threads)

    def _checked(self, X: Any, reset: bool) -> Any:
        return validate_data(
            self, X, reset=reset, dtype=(np.float64, np.float32), ensure_all_finite="allow-nan", copy=False
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
