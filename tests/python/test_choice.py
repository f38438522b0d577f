# SPDX-License-Identifier: BSD-3-Clause
"""The choice among families of transforms: method="best"."""

import json
import pickle

import numpy as np
import pytest
from scipy import stats

import bellshape
from conftest import table

NAMES, CANCER = table("breast_cancer")
CANCER = dict(zip(NAMES, CANCER.T, strict=True))
SKEWED = CANCER["fractal_dimension_error"]


def by_method(fit):
    return {row["method"]: row for row in fit.candidates}


def aic(log_likelihood, n, parameters):
    """From a log-likelihood without its constant; mean and sd are parameters, too."""
    return 2 * (parameters + 2) - 2 * (log_likelihood - n / 2 * (1 + np.log(2 * np.pi)))


def test_criteria_are_those_of_the_likelihoods_of_scipy():
    fit = bellshape.best_fit(SKEWED)
    rows, n = by_method(fit), SKEWED.size
    box_cox, yeo_johnson = rows["box-cox"], rows["yeo-johnson"]
    assert box_cox["aic"] == pytest.approx(
        aic(stats.boxcox_llf(box_cox["lmbda"], SKEWED), n, 1), rel=1e-12
    )
    assert yeo_johnson["aic"] == pytest.approx(
        aic(stats.yeojohnson_llf(yeo_johnson["lmbda"], SKEWED), n, 1), rel=1e-12
    )
    for row in fit.candidates:
        penalty = (np.log(n) - 2) * (row["parameters"] + 2)
        assert row["bic"] - row["aic"] == pytest.approx(penalty)
        assert row["compared"] == row["log_likelihood"]


def test_the_simplest_within_the_margin_is_taken():
    fit = bellshape.best_fit(SKEWED)
    assert fit.method == "box-cox"
    assert [row["method"] for row in fit.candidates if row["chosen"]] == ["box-cox"]
    # A margin that lets all pass takes the first of the simplest, and no margin takes the least.
    rows = bellshape.best_fit(SKEWED, margin=1e9).candidates
    chosen = next(row for row in rows if row["chosen"])
    assert chosen["parameters"] == min(r["parameters"] for r in rows if r["refused"] is None)
    rows = bellshape.best_fit(SKEWED, margin=0).candidates
    assert min(rows, key=lambda row: row["aic"])["chosen"]


@pytest.mark.parametrize("name", NAMES)
def test_the_choice_is_as_likely_as_any_up_to_the_margin(name):
    x = CANCER[name]
    fit = bellshape.best_fit(x)
    rows = [row for row in fit.candidates if row["refused"] is None]
    chosen = next(row for row in rows if row["chosen"])
    for row in rows:
        allowed = row["parameters"] - chosen["parameters"] + 1
        assert chosen["compared"] >= row["compared"] - allowed - 1e-9
    likelihoods = [stats.yeojohnson_llf(stats.yeojohnson_normmax(x), x)]
    if x.min() > 0:
        likelihoods.append(stats.boxcox_llf(stats.boxcox_normmax(x, method="mle"), x))
    assert max(row["log_likelihood"] for row in rows) >= max(likelihoods) - 1e-6


def test_zeros_are_left_out_of_the_comparison():
    x = CANCER["mean_concavity"]
    zero = x == 0
    assert zero.any()
    fit = bellshape.best_fit(x, candidates=["yeo-johnson"])
    (row,) = fit.candidates
    z = stats.yeojohnson(x, row["lmbda"])
    log_density = stats.norm.logpdf(z, z.mean(), z.std()) + (row["lmbda"] - 1) * np.log1p(x)
    constant = (~zero).sum() / 2 * (1 + np.log(2 * np.pi))
    assert row["compared"] == pytest.approx(log_density[~zero].sum() + constant, rel=1e-10)
    assert row["aic"] == pytest.approx(6 - 2 * log_density[~zero].sum(), rel=1e-10)


def test_no_spike_at_zero_wins():
    rng = np.random.default_rng(1)
    x = np.where(rng.random(2000) < 0.6, 0, np.exp(rng.normal(size=2000)))
    gains = []
    for unit in (1, 1e3, 1e6, 1e9):
        fit = bellshape.best_fit(unit * x, candidates=["identity", "yeo-johnson"])
        rows = by_method(fit)
        spiked, plain = rows["yeo-johnson"], rows["identity"]
        gains.append([spiked[key] - plain[key] for key in ("log_likelihood", "compared")])
        assert spiked["chosen"] == (unit == 1) and plain["chosen"] == (unit > 1)
    # The likelihood of all rows praises the spike without end, that of the others does not.
    everything, others = np.array(gains).T
    assert (np.diff(everything) > 4000).all() and (np.diff(others) < -300).all()


def test_what_is_chosen_of_zeros_and_others_does_not_depend_on_the_unit():
    rng = np.random.default_rng(1)
    x = np.where(rng.random(2000) < 0.6, 0, np.exp(rng.normal(size=2000)))
    fits = [bellshape.best_fit(unit * x) for unit in (1, 1e3, 1e6, 1e9)]
    assert {fit.method for fit in fits} == {"log-shift"}
    for fit, unit in zip(fits, (1, 1e3, 1e6, 1e9), strict=True):
        assert fit.shift == pytest.approx(unit * fits[0].shift, rel=1e-9)
        rows = by_method(fit)
        # yeo-johnson-unit has the greatest likelihood of all rows, and is not taken for it.
        assert max(row["log_likelihood"] for row in rows.values() if not row["refused"]) in (
            rows["yeo-johnson-unit"]["log_likelihood"],
            rows["yeo-johnson"]["log_likelihood"],
        )


def test_ranks_are_a_candidate_of_values_that_are_held_out():
    x = np.r_[CANCER["mean_texture"], 100 + CANCER["mean_texture"]]
    fit = bellshape.best_fit(x, criterion="heldout")
    assert fit.method == "normal-scores"
    row = by_method(fit)["normal-scores"]
    assert row["chosen"] and np.isnan(row["log_likelihood"]) and np.isnan(row["aic"])
    assert "normal-scores" not in by_method(bellshape.best_fit(x))
    assert np.allclose(fit.inverse(fit.transform(x)), x)
    with pytest.raises(ValueError, match="column 0 has 5 of them"):
        bellshape.best_fit([1.0, 2, 3, 4, 5], criterion="heldout", candidates=["normal-scores"])
    model = bellshape.PowerTransformer("best", criterion="heldout").fit(x[:, None])
    again = bellshape.PowerTransformer.from_json(model.to_json())
    assert str(again.candidates_) == str(model.candidates_)
    assert np.array_equal(again.transform(x[:, None]), fit.transform(x)[:, None])


def test_models_of_before_have_no_shifts():
    model = bellshape.PowerTransformer("best", candidates=["box-cox", "log"]).fit(SKEWED[:, None])
    text = json.loads(model.to_json())
    for row in text["columns"][0]["candidates"]:
        del row["shift"]
    older = bellshape.PowerTransformer.from_json(json.dumps(text))
    assert str(older.candidates_) == str(model.candidates_)


# The log-likelihoods of Box-Cox and of Yeo-Johnson, from an independent prototype in NumPy.
KNOWN = {
    ("breast_cancer", "fractal_dimension_error"): (3636.284, 3614.079),
    ("breast_cancer", "radius_error"): (972.230, 951.580),
    ("breast_cancer", "mean_compactness"): (1755.820, 1743.958),
    ("breast_cancer", "symmetry_error"): (2878.772, 2869.753),
    ("breast_cancer", "smoothness_error"): (3432.88, 3431.32),
    ("penguins", "body_mass_g"): (-2273.965, None),
    ("penguins", "bill_depth_mm"): (-231.720, -231.700),
}


@pytest.mark.parametrize("key", KNOWN)
def test_known_likelihoods(key):
    names, X = table(key[0])
    rows = by_method(bellshape.best_fit(X[:, names.index(key[1])]))
    for method, known in zip(("box-cox", "yeo-johnson"), KNOWN[key], strict=True):
        if known is not None:
            digits = 2 if key[1] == "smoothness_error" else 3
            assert rows[method]["log_likelihood"] == pytest.approx(known, abs=0.51 * 10**-digits)
    unit = rows["yeo-johnson-unit"]["log_likelihood"]
    assert unit >= max(rows["box-cox"]["log_likelihood"], rows["yeo-johnson"]["log_likelihood"])
    if key[1] == "bill_depth_mm":
        assert unit == pytest.approx(-231.313, abs=0.0006)
    if key[1] == "smoothness_error":
        assert unit == pytest.approx(3434.86, abs=0.006)


def test_a_family_that_does_not_suit_is_listed_with_the_reason():
    fit = bellshape.best_fit(np.arange(-5.0, 40))
    assert by_method(fit)["box-cox"]["refused"] == "values at or below 0"
    assert "values at or below 0" in str(fit.candidates)
    with pytest.raises(ValueError, match="candidates: none takes the values of column 0"):
        bellshape.best_fit(np.arange(-5.0, 40), candidates=["box-cox"])


def test_what_cannot_be_estimated_is_no_error():
    for x, flag in (([3.0, 3.0], "constant"), ([], "empty"), ([1.0, np.inf, 2.0], "infinite")):
        fit = bellshape.best_fit(x)
        assert flag in fit.flags
        assert fit.lmbda == 1
        assert {row["refused"] for row in fit.candidates} <= {
            "nothing to estimate it from",
            "values at or below 0",
            "values below 0",
        }
        assert sum(row["chosen"] for row in fit.candidates) == 1


def folds(n, k, repeats, seed):
    """The parts that are held out: SplitMix64 and the shuffle of Fisher and Yates."""
    mask, state, order = (1 << 64) - 1, seed, list(range(n))

    def draw():
        nonlocal state
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = ((state ^ state >> 30) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & mask
        return z ^ z >> 31

    for _ in range(repeats):
        for i in range(n, 1, -1):
            j = draw() * i >> 64
            order[i - 1], order[j] = order[j], order[i - 1]
        for part in range(k):
            yield np.array(order[n * part // k : n * (part + 1) // k])


def test_held_out_values_are_measured_as_bestnormalize_does():
    x = CANCER["mean_texture"]
    fit = bellshape.best_fit(x, criterion="heldout")
    for method, function in (("yeo-johnson", stats.yeojohnson), ("box-cox", stats.boxcox)):
        found = []
        for part in folds(x.size, 10, 5, 1):
            rest = np.delete(x, part)
            lmbda = bellshape.best_fit(rest, candidates=[method]).lmbda
            z = function(x[part], lmbda)
            # pearson.test of nortest, with its default number of classes
            classes = int(np.ceil(2 * z.size**0.4))
            u = stats.norm.cdf(z, z.mean(), z.std(ddof=1))
            count = np.bincount(np.floor(1 + classes * u).astype(int) - 1, minlength=classes)
            expected = z.size / classes
            found.append(((count - expected) ** 2 / expected).sum() / (classes - 3))
        row = by_method(fit)[method]
        assert row["pearson_per_df"] == pytest.approx(np.mean(found), rel=1e-9)
    assert min(fit.candidates, key=lambda row: row["pearson_per_df"])["chosen"]
    again = bellshape.best_fit(x, criterion="heldout", n_threads=2)
    assert str(again.candidates) == str(fit.candidates)


def test_values_are_needed_to_hold_some_out():
    sketch = bellshape.Sketch("best")
    sketch.update(SKEWED)
    with pytest.raises(ValueError, match="needs all values at once"):
        sketch.fit(criterion="heldout")
    model = bellshape.PowerTransformer("best", criterion="heldout")
    with pytest.raises(ValueError, match="needs all rows at once"):
        model.partial_fit(SKEWED[:, None])
    with pytest.raises(ValueError, match="column 1 has 29 of them"):
        X = np.column_stack((np.arange(40.0), np.r_[np.arange(29.0), np.full(11, np.nan)]))
        model.fit(X)


def test_sketches_choose_as_values_do():
    whole, parts = bellshape.best_fit(SKEWED), bellshape.Sketch("best")
    for block in np.array_split(SKEWED, 5):
        parts.update(block)
    assert str(parts.fit().candidates) == str(whole.candidates)
    assert parts.fit(margin=0).method == bellshape.best_fit(SKEWED, margin=0).method
    big = np.exp(bellshape.standard_normal(100000, seed=1))
    assert bellshape.best_fit(big).method == "log"


def test_profile_is_that_of_the_method_that_was_chosen():
    fit = bellshape.best_fit(SKEWED)
    other = bellshape.Sketch("box-cox")
    other.update(SKEWED)
    assert fit.profile([0.0, 1.0]).tolist() == other.fit().profile([0.0, 1.0]).tolist()


def test_power_transformer_chooses_for_each_column():
    X = np.column_stack((SKEWED, CANCER["mean_concavity"], -SKEWED))
    model = bellshape.PowerTransformer("best").fit(X)
    assert len(model.candidates_) == 3
    single = [bellshape.best_fit(x) for x in X.T]
    for j, fit in enumerate(single):
        assert str(model.candidates_[j]) == str(fit.candidates)
        assert model.summary()[j]["method"] == fit.method
        assert np.array_equal(model.transform(X)[:, j], fit.transform(X[:, j]))
    assert np.allclose(model.inverse_transform(model.transform(X)), X, rtol=1e-9)
    blocks = bellshape.PowerTransformer("best")
    for block in np.array_split(X, 4):
        blocks.partial_fit(block)
    assert str(blocks.candidates_) == str(model.candidates_)


def test_candidates_stay_with_a_model():
    X = np.column_stack((SKEWED, CANCER["mean_concavity"]))
    model = bellshape.PowerTransformer("best").fit(X)
    text = model.to_json()
    for copy in (
        bellshape.PowerTransformer.from_json(text),
        pickle.loads(pickle.dumps(model)),
        bellshape.PowerTransformer.from_json(bellshape.PowerTransformer.from_json(text).to_json()),
    ):
        assert copy.method == "best"
        assert str(copy.candidates_) == str(model.candidates_)
        assert np.array_equal(copy.transform(X), model.transform(X))
    # Readers of before ignore a key that they do not know; so do these where it is gone.
    plain = json.loads(text)
    for column in plain["columns"]:
        del column["candidates"]
    bare = bellshape.PowerTransformer.from_json(json.dumps(plain))
    assert bare.candidates_ == [[], []]
    assert np.array_equal(bare.transform(X), model.transform(X))


def test_damaged_candidates_are_refused():
    text = bellshape.PowerTransformer("best").fit(SKEWED[:, None]).to_json()

    def with_candidates(change):
        model = json.loads(text)
        model["columns"][0]["candidates"] = change(model["columns"][0]["candidates"])
        return json.dumps(model)

    def edited(**change):
        return lambda rows: [{**rows[0], **change}, *rows[1:]]

    for change in (
        lambda rows: [],
        lambda rows: rows[:1] * 17,
        lambda rows: [{**row, "chosen": True} for row in rows],
        lambda rows: [{**row, "chosen": False} for row in rows],
        lambda rows: [1],
        lambda rows: [{}],
        lambda rows: {},
        edited(method="unheard-of"),
        edited(refused="because"),
        edited(parameters=3),
        edited(aic=None),
    ):
        with pytest.raises(ValueError, match="from_json"):
            bellshape.PowerTransformer.from_json(with_candidates(change))


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"criterion": "AIC"}, ValueError, "criterion: one of 'aic', 'bic', 'heldout'"),
        ({"margin": -1}, ValueError, "margin: 0 or more"),
        ({"margin": float("nan")}, ValueError, "margin: 0 or more"),
        ({"margin": "2"}, TypeError, "margin: a number or None"),
        ({"candidates": []}, ValueError, "candidates: at least one"),
        ({"candidates": "box-cox"}, TypeError, "candidates: a list"),
        ({"candidates": ["best"]}, ValueError, "candidates: one of"),
        ({"candidates": ["normal-scores"]}, ValueError, "'normal-scores' has no likelihood"),
    ],
)
def test_wrong_options_say_what_is_wrong(options, error, text):
    with pytest.raises(error, match=text):
        bellshape.best_fit([1.0, 2.0, 4.0], **options)
    with pytest.raises(error, match=text):
        bellshape.PowerTransformer("best", **options).fit([[1.0], [2.0], [4.0]])


def test_best_is_no_method_of_known_lambdas_or_of_yeojohnson_fit():
    with pytest.raises(ValueError, match="'best' needs data"):
        bellshape.PowerTransformer.from_lambdas([1.0], method="best")
    with pytest.raises(ValueError, match="method"):
        bellshape.yeojohnson_fit([1.0, 2.0], method="best")


def test_older_pickles_get_the_new_parameters():
    model = bellshape.PowerTransformer().fit(SKEWED[:, None])
    state = model.__getstate__()
    for key in ("criterion", "margin", "candidates"):
        del state[key]
    older = bellshape.PowerTransformer.__new__(bellshape.PowerTransformer)
    older.__setstate__(state)
    assert older.fit(SKEWED[:, None]).lambdas_ == model.lambdas_


def test_a_summary_names_what_was_estimated():
    rng = np.random.default_rng(3)
    values = np.c_[rng.lognormal(size=400), rng.lognormal(0, 0.5, 400) - 0.7, rng.normal(size=400)]
    methods = ["log", "log-shift", "identity"]
    fitted = bellshape.PowerTransformer("best").fit(values)
    assert [row["method"] for row in fitted.summary()] == methods
    head, *lines = str(fitted.summary()).splitlines()
    assert "estimate" in head and "lambda" not in head and "unit" not in head
    assert "  shift " in lines[1] and "[" in lines[1]
    assert all(" shift " not in line and "[" not in line for line in (lines[0], lines[2]))
    # one method for all columns is named by the head
    assert (
        "  shift  "
        in str(bellshape.PowerTransformer("log-shift").fit(values).summary()).splitlines()[0]
    )
