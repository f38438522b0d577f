# SPDX-License-Identifier: BSD-3-Clause
"""What a fitted PowerTransformer has found, its way to text and back, and its pickles."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from . import _core
from ._choice import Candidates
from ._convert import floats
from ._parameters import (
    LEVEL,
    POWERS,
    choice,
    interval,
    method_number,
    probability,
    weight_type_number,
)
from ._summary import UNKNOWN, Summary, is_estimated
from ._tables import Domains
from ._verdict import Verdict


class FittedColumns(BaseEstimator):
    """The part of PowerTransformer that reads its model, or takes one from elsewhere."""

    _model: _core.Model | None
    n_features_in_: int
    feature_names_in_: np.ndarray

    def _fitted(self) -> _core.Model:
        """Return the model.  PowerTransformer raises NotFittedError if there is none."""
        raise NotImplementedError

    @property
    def lambdas_(self) -> np.ndarray:
        """The lambda of each column; a read-only array."""
        return self._arrays()[0]

    @property
    def ci95_(self) -> np.ndarray:
        """The interval of 95 % of each lambda, as (lower, upper); a read-only array."""
        return self._arrays()[1]

    def interval(self, level: float = LEVEL) -> np.ndarray:
        """Compute the intervals of lambda of any level, from the profile likelihoods.

        Parameters
        ----------
        level : float, default 0.95
            The confidence, above 0 and below 1.

        Returns
        -------
        ndarray of shape (n_features_in_, 2)
            The ends, as `Fit.interval` has them: those of the estimate, even if lambda is fixed or
            rounded.  NaN where nothing can be estimated, or the method is none of Yeo and Johnson
            or of Box and Cox.

        Raises
        ------
        NotFittedError
            If the transformer was not fitted.
        ValueError
            If `level` is out of range, or the data are gone: fit with keep_sketches=True.
        """
        fits, bounds, level = self._fitted().fits(), interval(self.bounds), probability(level)
        sketches = self.__dict__.get("_sketches")
        if sketches is None:
            raise ValueError("interval: the data are gone; fit with keep_sketches=True")
        ends, kind = np.full((len(fits), 2), np.nan), weight_type_number(self.weight_type)
        for j, fit in enumerate(fits):
            if fit["method"] in POWERS:
                method, robust = method_number(fit["method"]), "robust" in fit["flags"]
                found = sketches.infer(j, level, *bounds, method, kind, fit["unit"], robust)
                ends[j] = found[1:3]
        return ends

    @property
    def units_(self) -> np.ndarray:
        """The unit of each column; a read-only array."""
        return self._arrays()[2]

    @property
    def shifts_(self) -> np.ndarray:
        """The shift of each column; a read-only array."""
        return self._arrays()[3]

    @property
    def candidates_(self) -> list[Candidates]:
        """The methods among which that of each column was chosen."""
        return [Candidates(rows) for rows in self._fitted().candidates()]

    def _judged(self) -> list[list[Verdict]] | None:
        """Return the verdicts on all columns, or None.  PowerTransformer has them."""
        raise NotImplementedError

    @property
    def verdicts_(self) -> list[list[Verdict]]:
        """What there is to say of each column and its fit, as `Fit.verdicts`."""
        verdicts = self._judged()
        if verdicts is None:
            raise AttributeError("verdicts_: the data are gone; fit with keep_sketches=True")
        return verdicts

    @property
    def left_alone_(self) -> np.ndarray:
        """Which columns were left as they are; a read-only array."""
        self._fitted()
        left = self.__dict__.get("_left") or [False] * self.n_features_in_
        return np.frombuffer(bytes(left), np.bool_)

    def _domains(self) -> Domains:
        """Return the method of each column, and its shift."""
        if self.method == "yeo-johnson":
            return [(self.method, 0.0)] * self.n_features_in_
        return [(fit["method"], fit["shift"]) for fit in self._fitted().fits()]

    def _arrays(self) -> tuple[np.ndarray, ...]:
        """Return the lambdas, the intervals, units and shifts, made once for each model."""
        model = self._fitted()
        found: Any = self.__dict__.get("_found")
        if found is None or found[0] is not model:
            fits = model.fits()
            keys = ("lmbda", "ci95", "unit", "shift")
            arrays = (np.array([fit[key] for fit in fits]) for key in keys)
            # Nothing would read a number that somebody writes into an array.  One over bytes cannot
            # be made writable.
            found = self._found = (
                model,
                *(np.frombuffer(a.tobytes()).reshape(a.shape) for a in arrays),
            )
        kept: tuple[np.ndarray, ...] = found[1:]
        return kept

    def summary(self) -> Summary:
        """Describe each column before and after the transform.

        Returns
        -------
        list of dict
            One dict a column, whose keys are "name" and the attributes of `Fit`, among them
            `flags`, whose words `help(bellshape.Fit)` explains.  What nobody has estimated, as all
            but lambda of `from_lambdas`, is NaN.  Where there are verdicts, there are the keys
            "verdicts" and "left_alone".  The list prints as a table, and
            `pandas.DataFrame(...)` makes a data frame of it.

        Raises
        ------
        NotFittedError
            If the transformer was not fitted.
        """
        fits = self._fitted().fits()
        rows = [
            {"name": name, **(fit if is_estimated(fit) else {**fit, **UNKNOWN})}
            for name, fit in zip(self._names(), fits, strict=True)
        ]
        verdicts = self._judged()
        if verdicts is not None:
            for row, column, left in zip(rows, verdicts, self.left_alone_, strict=True):
                row.update(verdicts=column, left_alone=bool(left))
        return Summary(rows)

    def _names(self) -> list[str]:
        names = getattr(self, "feature_names_in_", None)
        if names is None:
            return [f"x{j}" for j in range(self.n_features_in_)]
        return [str(name) for name in names]

    # ---- models from elsewhere ----

    @classmethod
    def from_lambdas(cls, lambdas: Any, *, feature_names: Any = None, **parameters: Any) -> Self:
        """Make a fitted transformer of lambdas that are known.

        Parameters
        ----------
        lambdas : array_like of shape (n_features,)
            Finite numbers, one for each column.
        feature_names : list of str or None
            The names of the columns; None gives them none.
        **parameters
            The parameters of the transformer.  `standardize` is False here, as nobody has seen a
            mean or a standard deviation.

        Returns
        -------
        PowerTransformer
            A transformer that gives psi(x).  It cannot go on with `partial_fit`.

        Raises
        ------
        ValueError
            If `lambdas` is no list of finite numbers, there are not as many names, a parameter is
            out of range, the method has no lambda, or `standardize` is True.
        TypeError
            If `lambdas` does not hold real numbers.
        """
        if parameters.setdefault("standardize", False):
            raise ValueError("from_lambdas: standardize needs data; fit with lambdas=... instead")
        if parameters.get("method") == "best":
            raise ValueError("from_lambdas: method 'best' needs data; name the method of lambdas")
        method = parameters.get("method", "yeo-johnson")
        if method in ("identity", "log", "sqrt", "log-shift", "asinh", "normal-scores"):
            raise ValueError(f"from_lambdas: {method} has no lambda")
        lambdas = floats(lambdas, "lambdas")
        if lambdas.ndim != 1 or not lambdas.size or not np.isfinite(lambdas).all():
            raise ValueError("lambdas: a list of finite numbers, one a column")
        names = [None] * lambdas.size if feature_names is None else list(feature_names)
        model = _core.Model.plain(lambdas.tolist(), method_number(method))
        return cls(**parameters)._take(model, names)

    def to_json(self) -> str:
        """Write the model as JSON text.

        The program `bellshape` writes and reads the same text (`transform -m`).  Every number is
        exact.

        Returns
        -------
        str
            The text.  Without `feature_names_in_` the columns have no names in it, and are known
            by their place.

        Raises
        ------
        NotFittedError
            If the transformer was not fitted.
        ValueError
            If a name contains a null character.
        """
        model = self._fitted()
        names: list[str | None] = [None] * self.n_features_in_
        if hasattr(self, "feature_names_in_"):
            names = list(self._names())
        return model.to_json(names)

    def expressions(self, dialect: str = "python", *, inverse: bool = False) -> dict[str, str]:
        """Write the transform of each column as an expression, to run where bellshape is not.

        Parameters
        ----------
        dialect : {"python", "r", "sql", "duckdb", "spark", "bigquery"}
            The language: Python with NumPy as `np`, R, or a dialect of SQL; "sql" is that of DuckDB
            and PostgreSQL.
        inverse : bool
            Write the inverse of the transform.

        Returns
        -------
        dict of str to str
            An expression for each column, by its name.  The value is `x` in it for Python and R,
            and the column, within quotes, for SQL.

        Raises
        ------
        NotFittedError
            If the transformer was not fitted.
        ValueError
            If the dialect is unknown, or a name contains a null character.

        Notes
        -----
        Expressions keep the digits that the transform keeps, and differ from it by some rounding:
        `docs/program.md` says how much, and what becomes of values outside the domain.

        Examples
        --------
        >>> from bellshape import PowerTransformer
        >>> PowerTransformer.from_lambdas([0], method="box-cox").expressions("sql", inverse=True)
        {'x0': 'exp("x0")'}
        """
        model = self._fitted()
        number = choice("dialect", dialect, _core.DIALECTS)
        found = {}
        for j, name in enumerate(self._names()):
            x = "x" if dialect in ("python", "r") else _core.quoted(name, number)
            found[name] = model.expression(j, number, inverse, x)
        return found

    @classmethod
    def from_json(cls, text: str, **parameters: Any) -> Self:
        """Make a fitted transformer of the text of `to_json` or of `bellshape fit -o`.

        Parameters
        ----------
        text : str
            The JSON text.  It holds the transform and its method, not the other parameters.
        **parameters
            Those parameters of the transformer that matter, as `outside`.

        Returns
        -------
        PowerTransformer
            A transformer with the same bits.  It cannot go on with `partial_fit`.

        Raises
        ------
        ValueError
            If the text is no model, or a parameter is out of range.
        TypeError
            If `text` is no str.
        """
        if not isinstance(text, str):
            raise TypeError(f"from_json: a str, not {type(text).__name__}")
        model = _core.Model.from_json(text)
        methods = {fit["method"] for fit in model.fits()}
        if any(model.candidates()):
            parameters["method"] = "best"
        elif methods == {"normal-scores", "yeo-johnson"}:
            # Columns that have no scores are left as they are, which is Yeo-Johnson at 1.
            parameters["method"] = "normal-scores"
        else:
            # That method gives each column the unit that suits it, and 0 is Box-Cox.
            parameters["method"] = methods.pop() if len(methods) == 1 else "yeo-johnson-unit"
        return cls(**parameters)._take(model, model.names())

    def _take(self, model: _core.Model, names: list[Any]) -> Self:
        self._check_parameters()
        self._model = model
        if len(names) != len(model):
            raise ValueError(f"{len(names)} names for {len(model)} columns")
        self._name(names)
        return self

    def _name(self, names: list[Any]) -> None:
        self.n_features_in_ = len(names)
        # The program gives these names to the columns of a table without names.
        unnamed = names == [f"column_{j + 1}" for j in range(len(names))]
        if None not in names and not unnamed:
            self.feature_names_in_ = np.array(names, dtype=object)

    # ---- pickles, and files of skops: a model as text, sketches as bytes ----

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = {**super().__getstate__()}
        state.pop("_found", None)
        if state.get("_model") is not None:
            state["_model"] = state["_model"].to_json([None] * len(state["_model"]))
        if "_sketches" in state:
            # The bytes do not tell which transform is to be fitted.
            sketches = state["_sketches"]
            state["_sketches"] = [sketches.method, *sketches.to_bytes()]
            state["_facts"] = sketches.facts()
        # Verdicts of data that are gone with the sketches stay.
        if state.get("_verdicts") is not None:
            state["_verdicts"] = [[tuple(v) for v in column] for column in state["_verdicts"]]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        # Older pickles lack parameters that came later.
        defaults: dict[str, Any] = {"criterion": "aic", "margin": None, "candidates": None}
        defaults |= {"skip": "none", "lambdas": None, "robust": False, "round_lambda": False}
        state = {**defaults, **state}
        if isinstance(state.get("_model"), str):
            state["_model"] = _core.Model.from_json(state["_model"])
        if isinstance(state.get("_sketches"), list):
            method, *columns = state["_sketches"]
            # Those of older versions have no facts.
            state["_sketches"] = _core.Sketches.from_bytes(
                columns, method_number(method), state.pop("_facts", None)
            )
        if state.get("_verdicts") is not None:
            state["_verdicts"] = [[Verdict(*v) for v in column] for column in state["_verdicts"]]
        super().__setstate__(state)
