# SPDX-License-Identifier: BSD-3-Clause
"""PowerTransformer by Box-Cox, beside scikit-learn's, SciPy's and the C program's."""

import pickle

import numpy as np
import pytest
import sklearn.preprocessing

import bellshape as b
from bellshape import PowerTransformer
from conftest import same_bits

TABLES = ["breast_cancer", "penguins"]


# ---- Box-Cox ----


def test_box_cox_beside_scikit_learn_and_scipy(rng):
    import scipy.stats

    X = np.c_[rng.lognormal(size=3000), rng.gamma(2, size=3000), rng.uniform(1, 9, size=3000)]
    X[5, 0] = np.nan
    ours, theirs = (
        c(method="box-cox").fit(X)
        for c in (PowerTransformer, sklearn.preprocessing.PowerTransformer)
    )
    np.testing.assert_allclose(ours.lambdas_, theirs.lambdas_, atol=1e-6)
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X), atol=1e-5)
    np.testing.assert_allclose(ours.inverse_transform(ours.transform(X)), X, rtol=1e-11)
    sketch = b.Sketch("box-cox")
    sketch.update(X[:, 1])
    fit = sketch.fit()
    assert fit.lmbda == ours.lambdas_[1] and fit.method == sketch.method == "box-cox"
    assert fit.log_likelihood == pytest.approx(scipy.stats.boxcox_llf(fit.lmbda, X[:, 1]), rel=1e-9)
    np.testing.assert_allclose(
        fit.profile([0, 1.5]), [scipy.stats.boxcox_llf(v, X[:, 1]) for v in (0, 1.5)], rtol=1e-9
    )
    plain = PowerTransformer.from_lambdas([0, 0.5, -1], method="box-cox")
    want = np.c_[np.log(X[:, 0]), scipy.stats.boxcox(X[:, 1], 0.5), scipy.stats.boxcox(X[:, 2], -1)]
    np.testing.assert_allclose(plain.transform(X), want, rtol=1e-12, atol=1e-14)


def test_box_cox_takes_positive_values_alone(rng):
    X = rng.lognormal(size=(2000, 2))
    pt = PowerTransformer("box-cox").fit(X)
    before = pickle.loads(pickle.dumps(pt)).partial_fit(X).to_json()
    for bad in (0.0, -1.0):
        Y = X.copy()
        Y[1700, 1] = bad
        for call in (
            PowerTransformer("box-cox").fit,
            pt.partial_fit,
            pt.transform,
            b.Sketch("box-cox").update,
        ):
            with pytest.raises(
                ValueError,
                match="The Box-Cox transformation can only be applied to strictly positive data",
            ):
                call(Y[:, 1] if call.__name__ == "update" else Y)
        with pytest.raises(ValueError, match="strictly positive"):
            sklearn.preprocessing.PowerTransformer(method="box-cox").fit(Y)
    # nothing of the bad tables was added
    assert pt.partial_fit(X).to_json() == before


def test_methods_do_not_mix(rng):
    X = rng.lognormal(size=(2000, 2))
    box, yeo = (PowerTransformer(method).fit(X) for method in ("box-cox", "yeo-johnson"))
    with pytest.raises(ValueError, match="merge: 'yeo-johnson' into 'box-cox'"):
        box.merge(yeo)
    with pytest.raises(ValueError, match="merge: 'yeo-johnson' into 'box-cox'"):
        b.Sketch("box-cox").merge(b.Sketch())
    with pytest.raises(ValueError, match=r"'box-cox', .*, not 'boxcox'"):
        b.Sketch("boxcox")
    back = PowerTransformer.from_json(box.to_json())
    assert back.method == "box-cox" and same_bits(back.transform(X), box.transform(X))
    assert same_bits(
        pickle.loads(pickle.dumps(box)).partial_fit(X).lambdas_, box.partial_fit(X).lambdas_
    )


def test_box_cox_of_the_program(program, tmp_path, rng):
    X = rng.lognormal(size=(2000, 2))
    np.save(tmp_path / "x.npy", X)
    ours = PowerTransformer("box-cox").fit(X)
    program("fit", "--method", "box-cox", "-o", tmp_path / "m.json", tmp_path / "x.npy")
    theirs = PowerTransformer.from_json((tmp_path / "m.json").read_text())
    assert theirs.method == "box-cox" and theirs.to_json() == ours.to_json()
    (tmp_path / "ours.json").write_text(ours.to_json())
    program("transform", "-m", tmp_path / "ours.json", tmp_path / "x.npy", "-o", tmp_path / "z.npy")
    assert same_bits(np.load(tmp_path / "z.npy"), ours.transform(X))
