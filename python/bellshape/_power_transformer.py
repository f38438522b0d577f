# SPDX-License-Identifier: BSD-3-Clause
"""The PowerTransformer of scikit-learn, over the C library."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import _check_sample_weight

from . import _core
from ._estimate import fit_sketches, new_sketches
from ._parameters import (
    BOUNDS,
    CRITERION,
    METHOD,
    OUTSIDE,
    SKIP,
    WEIGHT_TYPE,
    full_name,
    skips,
    threads,
    weight_type_number,
)
from ._shown import ShownColumns
from ._table_transforms import TableTransforms
from ._tables import fixed_lambdas
from ._verdict import Verdict, verdicts_of


class PowerTransformer(ShownColumns, TableTransforms):
    """Make each column of a table bell-shaped.

    It takes the place of `sklearn.preprocessing.PowerTransformer`.  Tables are of shape (n_samples,
    n_features).  NaN is missing: fits leave it out, transforms keep it.  float32 stays float32.
    Infinities are a ValueError.

    Parameters
    ----------
    method : str, default "yeo-johnson"
        The transform.  "box-cox" takes values above 0.  "yeo-johnson-unit" estimates the unit of
        each column together with lambda: the unit in which it is measured does not matter then, and
        a column above 0 may get the transform of Box and Cox.  "identity", "log" (above 0) and
        "sqrt" (not below 0) estimate nothing but mean and sd.  "log-shift", which is log(x +
        shift), "asinh", asinh(x/unit), and "exponential", (exp(k x) - 1)/k, estimate shift, unit or
        k.  "best" chooses a method for each column, as `bellshape.best_fit` does; `candidates_`
        says why.
    standardize : bool, default True
        True gives z = (psi(x) - mean)/sd, computed in one step that does not overflow, and does not
        round all values to one; False gives psi(x) itself.
    copy : bool, default True
        False transforms in place, where X is a writable array of floats.
    bounds : (float, float) or None
        The range of every lambda; None sets no bounds, and (0, None) no upper one.
    outside : {"nan", "clip", "error"}, default "nan"
        What `inverse_transform` makes of values that are the transform of no x: NaN and a warning,
        the least or the greatest value of the fitted column, or a ValueError.
    weight_type : {"frequency", "importance"}, default "frequency"
        What `sample_weight` means to ci95_ and the likelihoods.  "frequency": a row of weight 3 is
        three rows.  "importance": weights say how much a row counts beside others.  Lambdas are the
        same.
    criterion : {"aic", "bic", "heldout"}, default "aic"
        By what "best" compares methods.  "heldout" needs all rows in one `fit`.
    margin : float or None
        By how much the criterion of the method that "best" takes may exceed the least one; None
        means 2 for "aic" and "bic", and 0 for "heldout".
    candidates : list of str or None
        The methods that "best" compares; None compares all that can be.
    skip : {"none", "auto"}, default "none"
        "auto" leaves columns as they are whose verdicts advise it: codes, row numbers, few values,
        lambda 1 that fits as well, and more.  Their lambda is 1, and their values pass through.
    n_threads : int, default 1
        The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
        Results do not depend on it.
    keep_sketches : bool, default True
        Whether `fit` keeps the sketches of the columns, 3 to 16 KB each.  `partial_fit` and
        `merge` need them; `partial_fit` keeps them always.
    lambdas : dict, array_like of shape (n_features,) or None
        The lambdas that are fixed, and not estimated: a dict has them by the name of a column or
        its index, an array one for each column, NaN where it is to be estimated.
    robust : bool, default False
        Whether values far out are set aside, so that they do not move lambda, mean and sd; they are
        transformed all the same.  It is the reweighted maximum likelihood of Raymaekers and
        Rousseeuw (2021), for "yeo-johnson" and "box-cox".
    round_lambda : bool, default False
        Whether an estimated lambda becomes the first of 1, 0, -1, 1/2, 1/3, -1/2, -1/3, 2 and -2
        that lies in its interval of 95 %, if one does; for "yeo-johnson", "yeo-johnson-unit" and
        "box-cox".

    Attributes
    ----------
    lambdas_ : ndarray of shape (n_features_in_,)
        The lambda of each column, by maximum likelihood, as `Fit.lmbda`.  It is read-only.
    ci95_ : ndarray of shape (n_features_in_, 2)
        The profile-likelihood intervals of 95 %, as `Fit.ci95`: infinite where they are open, NaN
        where nothing was estimated.  It is read-only.
    units_ : ndarray of shape (n_features_in_,)
        The unit of each column, as `Fit.unit`.  It is read-only.
    candidates_ : list of Candidates
        The methods that "best" compared, a table for each column; empty tables for other methods.
    shifts_ : ndarray of shape (n_features_in_,)
        The shift of each column, as `Fit.shift`.  It is read-only.
    verdicts_ : list of list of Verdict
        What there is to say of each column and its fit, as `Fit.verdicts`.  It needs the sketches,
        or `skip` to be "auto"; else there is no such attribute.
    left_alone_ : ndarray of bool of shape (n_features_in_,)
        Which columns were left as they are; all False where `skip` is "none".  It is read-only.
    n_features_in_ : int
        The number of columns.
    feature_names_in_ : ndarray of str
        The names of the columns, if they have names that are strings.

    References
    ----------
    I.-K. Yeo and R. A. Johnson, "A new family of power transformations to improve normality or
    symmetry", Biometrika 87 (2000), 954-959.

    G. E. P. Box and D. R. Cox, "An analysis of transformations", Journal of the Royal Statistical
    Society B 26 (1964), 211-252.

    J. Raymaekers and P. J. Rousseeuw, "Transforming variables to central normality", Machine
    Learning (2021).

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[1.0, 2.0], [3.0, 2.0], [4.0, 5.0]])
    >>> print(PowerTransformer().fit_transform(X).round(3))
    [[-1.316 -0.707]
     [ 0.21  -0.707]
     [ 1.106  1.414]]
    """

    # With metadata routing on, weights are asked for: set_fit_request(sample_weight=True).  A
    # pipeline that gives weights to its classifier need not speak of those of this class.
    __metadata_request__fit = {"sample_weight": False}  # noqa: RUF012
    __metadata_request__partial_fit = {"sample_weight": False}  # noqa: RUF012

    _sketches: _core.Sketches
    _model: _core.Model | None
    n_features_in_: int
    feature_names_in_: np.ndarray

    def __init__(
        self,
        method: METHOD = "yeo-johnson",
        *,
        standardize: bool = True,
        copy: bool = True,
        bounds: BOUNDS = None,
        outside: OUTSIDE = "nan",
        weight_type: WEIGHT_TYPE = "frequency",
        criterion: CRITERION = "aic",
        margin: float | None = None,
        candidates: Collection[str] | None = None,
        skip: SKIP = "none",
        n_threads: int = 1,
        keep_sketches: bool = True,
        lambdas: Any = None,
        robust: bool = False,
        round_lambda: bool = False,
    ) -> None:
        self.method = method
        self.standardize = standardize
        self.copy = copy
        self.bounds = bounds
        self.outside = outside
        self.weight_type = weight_type
        self.criterion = criterion
        self.margin = margin
        self.candidates = candidates
        self.skip = skip
        self.n_threads = n_threads
        self.keep_sketches = keep_sketches
        self.lambdas = lambdas
        self.robust = robust
        self.round_lambda = round_lambda

    # ---- fits ----

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> PowerTransformer:
        """Estimate the lambda of each column of X, and forget earlier data.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            The table.
        y : None
            It is ignored; scikit-learn passes it.
        sample_weight : array_like of shape (n_samples,) or None
            One weight for each row, finite and not negative; None gives each the weight 1.  Only
            their ratios matter to lambdas: weights times a power of two give the same bits.  A row
            of weight 0 counts as absent, and so may one whose weight is 2**-31 of the largest or
            less.

        Returns
        -------
        PowerTransformer
            The transformer itself.

        Raises
        ------
        ValueError
            If a parameter of the transformer is out of range; if X has no rows or columns, an
            infinity, or, for "box-cox", a value that is not above 0; if a weight is out of range;
            if none of the `candidates` takes the values of a column, or "heldout" has fewer than 3
            values for each of 10 parts; or if `lambdas` name a column that is not there, or the
            method is none for which `lambdas`, `robust` or `round_lambda` is.
        """
        X, weights = self._add(X, sample_weight, reset=True, whole=True)
        # The values are still at hand, for the rare column whose sketch cannot tell them apart.
        self._model = self._estimate(X, weights)
        return self if self.keep_sketches else self.drop_sketches()

    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> PowerTransformer:
        """Add a block of rows to what has been fitted so far.

        Any blocks of the same rows give the same fit, with the same bits as one `fit`.  So they do
        with weights, if these are multiples of 2**-24.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            The block of rows.
        y : None
            It is ignored; scikit-learn passes it.
        sample_weight : array_like of shape (n_samples,) or None
            One weight for each row: 0, or above 2**-25 and at most 2**31, and rounded to a
            multiple of 2**-24; None gives each the weight 1.  After a `fit` with weights the range
            is another: 0, or from about 2**-31 to 2**24 times the largest weight of that fit.

        Returns
        -------
        PowerTransformer
            The transformer itself.

        Raises
        ------
        ValueError
            As `fit` does; if all weights would add up to 2**60 or more; if earlier blocks had
            another method; if the criterion is "heldout"; or if the lambdas are without data (from
            `from_json`, `from_lambdas` or `drop_sketches`).
        """
        if hasattr(self, "_model") and not hasattr(self, "_sketches"):
            raise ValueError(
                "partial_fit: these lambdas came without the data to go on from; use fit"
            )
        if hasattr(self, "_sketches") and self._sketches.method != self.method:
            raise ValueError(
                f"partial_fit: {self.method!r}, but earlier blocks had {self._sketches.method!r}"
            )
        if self.method == "best" and self.criterion == "heldout":
            raise ValueError(
                "partial_fit: criterion 'heldout' needs all rows at once; use fit, or 'aic'"
            )
        self._add(X, sample_weight, reset=not hasattr(self, "_sketches"))
        return self

    def drop_sketches(self) -> PowerTransformer:
        """Forget the sketches of the columns, so that the transformer takes less memory.

        Transforms stay as they are.  `partial_fit` and `merge` are a ValueError from then on, until
        the next `fit`.

        Returns
        -------
        PowerTransformer
            The transformer itself.

        Raises
        ------
        NotFittedError
            If the transformer was not fitted.
        """
        self._fitted()
        self.__dict__.pop("_sketches", None)
        return self

    def merge(self, other: PowerTransformer) -> PowerTransformer:
        """Add all rows that another transformer was fitted on.

        Parameters
        ----------
        other : PowerTransformer
            A transformer that was fitted on data.  It stays as it is.

        Returns
        -------
        PowerTransformer
            The transformer itself.

        Raises
        ------
        ValueError
            If the two differ in their columns, the names of these, or the method; or if all weights
            would add up to 2**60 or more, and then nothing has been added.
        NotFittedError
            If one of them was not fitted on data.
        TypeError
            If `other` is no PowerTransformer.
        """
        if not isinstance(other, PowerTransformer):
            raise TypeError(f"merge: a bellshape.PowerTransformer, not {full_name(other)}")
        for estimator in (self, other):
            if not hasattr(estimator, "_sketches"):
                raise NotFittedError("merge: fit both on data first")
        if self.n_features_in_ != other.n_features_in_:
            raise ValueError(f"merge: {other.n_features_in_} columns into {self.n_features_in_}")
        if list(getattr(self, "feature_names_in_", [])) != list(
            getattr(other, "feature_names_in_", [])
        ):
            raise ValueError("merge: the columns have different names")
        if self._sketches.method != other._sketches.method:
            raise ValueError(f"merge: {other._sketches.method!r} into {self._sketches.method!r}")
        self._sketches.merge(other._sketches if other is not self else other._sketches.copy())
        self._model = None
        return self

    def _add(
        self, X: Any, sample_weight: Any, reset: bool, whole: bool = False
    ) -> tuple[np.ndarray, np.ndarray | None]:
        self._check_parameters()
        X = self._checked(X, reset=reset)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(
                sample_weight, X, dtype=np.float64, ensure_non_negative=True
            )
        self._check_domain(X, weights, domains=[(self.method, np.nan)] * X.shape[1])
        sketches = new_sketches(X.shape[1], self.method) if reset else self._sketches
        sketches.update(X, weights, threads(self.n_threads), whole, "sample_weight")
        self._sketches, self._model = sketches, None
        return X, weights

    def _estimate(self, X: Any = None, weights: Any = None) -> _core.Model:
        model = fit_sketches(
            self._sketches,
            bounds=self.bounds,
            standardize=self.standardize,
            weight_type=self.weight_type,
            criterion=self.criterion,
            margin=self.margin,
            candidates=self.candidates,
            robust=self.robust,
            round_lambda=self.round_lambda,
            lambdas=fixed_lambdas(self.lambdas, self._names(), self.method),
            n_threads=self.n_threads,
            x=X,
            weights=weights,
        )
        self._verdicts, self._left = None, None
        if skips(self.skip):
            kind = weight_type_number(self.weight_type)
            self._verdicts = verdicts_of(self._sketches, model, kind)
            self._left = [any(v.leave for v in column) for column in self._verdicts]
            model = self._sketches.leave_alone(model, self._left, kind)
        return model

    def _of_sketches(self, sketches: _core.Sketches, names: list[Any]) -> PowerTransformer:
        """Take sketches for those of a fit; columns without a name have None for one."""
        self._check_parameters()
        self._name(names)
        self._sketches = sketches
        self._model = self._estimate()
        return self if self.keep_sketches else self.drop_sketches()

    def _judged(self) -> list[list[Verdict]] | None:
        """Return the verdicts on all columns, or None if the data are not there."""
        model = self._fitted()
        if self.__dict__.get("_verdicts") is None and hasattr(self, "_sketches"):
            kind = weight_type_number(self.weight_type)
            self._verdicts = verdicts_of(self._sketches, model, kind)
        return self.__dict__.get("_verdicts")

    def _fitted(self) -> _core.Model:
        """Return the model; after partial_fit and merge it is made when it is first needed."""
        if not hasattr(self, "_model"):
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with "
                "appropriate arguments before using this estimator."
            )
        model = self._model
        if model is None:
            model = self._model = self._estimate()
        return model

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_model")
