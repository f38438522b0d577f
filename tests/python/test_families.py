# SPDX-License-Identifier: BSD-3-Clause
"""The methods identity, log, sqrt, log-shift, asinh and exponential."""

import pickle

import numpy as np
import pytest
from scipy import optimize

import bellshape

FUNCTIONS = {
    "identity": lambda x, p: x,
    "log": lambda x, p: np.log(x),
    "sqrt": lambda x, p: np.sqrt(x),
    "log-shift": lambda x, p: np.log(x + p),
    "asinh": lambda x, p: np.arcsinh(x / p),
    "exponential": lambda x, p: np.expm1(p * x) / p,
}
SLOPES = {
    "log-shift": lambda x, p: 1 / (x + p),
    "asinh": lambda x, p: 1 / np.hypot(x, p),
    "exponential": lambda x, p: np.exp(p * x),
}


@pytest.fixture
def x(rng):
    return np.exp(rng.standard_normal(400)) + 0.5


def parameter(fit):
    name = {"log-shift": "shift", "asinh": "unit", "exponential": "lmbda"}.get(fit.method)
    return getattr(fit, name) if name else 0.0


@pytest.mark.parametrize("method", FUNCTIONS)
def test_z_is_the_standardized_function(method, x):
    fit = bellshape.fit(x, method=method)
    y = FUNCTIONS[method](x, parameter(fit))
    assert fit.method == method
    assert np.allclose(fit.transform(x), (y - y.mean()) / y.std(), rtol=0, atol=1e-11)
    assert np.isclose(fit.mean, y.mean(), rtol=1e-12) and np.isclose(fit.sd, y.std(), rtol=1e-12)
    assert np.allclose(fit.inverse(fit.transform(x)), x, rtol=1e-11)
    plain = bellshape.fit(x, method=method, standardize=False)
    assert np.allclose(plain.transform(x), y, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("method", SLOPES)
def test_parameters_are_those_of_scipy(method, x):
    if method == "asinh":
        x = np.sinh(1.5 * np.log(x - 0.5))
    fit = bellshape.fit(x, method=method)

    def negative(t):
        p = t if method == "exponential" else np.exp(t)
        p -= x.min() if method == "log-shift" else 0
        variance = FUNCTIONS[method](x, p).var()
        return x.size / 2 * np.log(variance) - np.log(SLOPES[method](x, p)).sum()

    p = parameter(fit)
    t = p if method == "exponential" else np.log(p + (x.min() if method == "log-shift" else 0))
    found = optimize.minimize_scalar(negative, bracket=(t - 0.1, t + 0.1), tol=1e-10)
    assert abs(found.x - t) < 1e-5
    assert np.isclose(-found.fun, fit.log_likelihood, rtol=1e-12)


@pytest.mark.parametrize("method", FUNCTIONS)
def test_pickles_texts_sketches_and_tables(method, x):
    fit = bellshape.fit(x, method=method)
    z = fit.transform(x)
    assert (pickle.loads(pickle.dumps(fit)).transform(x) == z).all()
    sketch = bellshape.Sketch(method)
    sketch.update(x[:150])
    sketch.update(x[150:])
    assert (sketch.fit().transform(x) == z).all()
    X = np.column_stack([x, x[::-1]])
    pt = bellshape.PowerTransformer(method).fit(X)
    assert (pt.transform(X)[:, 0] == z).all()
    again = bellshape.PowerTransformer.from_json(pt.to_json())
    assert again.method == method
    assert (again.shifts_ == pt.shifts_).all() and (again.units_ == pt.units_).all()
    for other in (again, pickle.loads(pickle.dumps(pt))):
        assert (other.transform(X) == pt.transform(X)).all()
    assert np.allclose(pt.inverse_transform(pt.transform(X)), X, rtol=1e-11)


def test_repr_names_the_method_and_its_parameter(x):
    assert repr(bellshape.fit(x, method="log-shift")).startswith("Fit(method='log-shift', shift=-0")
    assert repr(bellshape.fit(x, method="asinh")).startswith("Fit(method='asinh', unit=")
    assert repr(bellshape.fit(x, method="sqrt")).startswith("Fit(method='sqrt', lmbda=0.5, ")
    summary = repr(bellshape.PowerTransformer("log-shift").fit(x[:, None]).summary())
    assert " shift " in summary.splitlines()[0]


@pytest.mark.parametrize(
    ("method", "value", "words"),
    [("log", 0.0, "log takes values above 0"), ("sqrt", -1.0, "sqrt takes values not below 0")],
)
def test_values_outside_the_domain_are_refused(method, value, words, x):
    bad = np.append(x, value)
    for call in (
        lambda: bellshape.fit(bad, method=method),
        lambda: bellshape.Sketch(method).update(bad),
        lambda: bellshape.PowerTransformer(method).fit(bad[:, None]),
        lambda: bellshape.PowerTransformer(method).fit(x[:, None]).transform(bad[:, None]),
    ):
        with pytest.raises(ValueError, match=rf"{words}: .* has {value:g} in row 400"):
            call()
    pt = bellshape.PowerTransformer("log-shift").fit(x[:, None])
    with pytest.raises(
        ValueError, match=r"log-shift takes values above 0\.\d+: 'x0' has -1 in row 0"
    ):
        pt.transform([[-1.0]])


def test_what_needs_a_lambda_says_so(x):
    with pytest.raises(ValueError, match="profile: asinh has no lambda"):
        bellshape.fit(x, method="asinh").profile([0.0, 1.0])
    with pytest.raises(ValueError, match="from_lambdas: log has no lambda"):
        bellshape.PowerTransformer.from_lambdas([1.0], method="log")
    pt = bellshape.PowerTransformer.from_lambdas([0.5], method="exponential")
    assert np.isclose(pt.transform([[2.0]])[0, 0], np.expm1(1.0) / 0.5)


def test_log_likelihoods_are_comparable(x):
    by = {m: bellshape.fit(x, method=m).log_likelihood for m in bellshape._core.METHODS}
    assert by["log-shift"] > by["log"] and by["asinh"] <= by["log-shift"]
    assert by["yeo-johnson-unit"] >= max(by["box-cox"], by["exponential"]) - 2**-10
