# SPDX-License-Identifier: BSD-3-Clause
"""Models of PowerTransformer: by lambdas, as JSON, and as the C program reads and writes them."""

import json
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

import bellshape as b
from bellshape import PowerTransformer
from conftest import ROOT, same_bits, table

TABLES = ["breast_cancer", "penguins"]


@pytest.fixture
def X(rng):
    X = rng.lognormal(size=(2500, 3))
    X[:, 1] -= 2
    X[::7, 2] = np.nan
    return X


# ---- models from elsewhere ----


def test_names_that_are_not_utf_8():
    """A byte that is not UTF-8 is a surrogate in a name, and itself in JSON."""
    name = b"pr\xe9cision".decode("utf-8", "surrogateescape")
    text = PowerTransformer.from_lambdas([0.5], feature_names=[name]).to_json()
    column = json.loads(text.encode("utf-8"))["columns"][0]
    assert column["name"] == b"pr\xe9cision".decode("utf-8", "replace")
    assert bytes.fromhex(column["name_bytes"]) == b"pr\xe9cision"
    assert PowerTransformer.from_json(text).to_json() == text


def test_from_lambdas(X):
    pt = PowerTransformer.from_lambdas([0.5, -1, 2], feature_names=list("abc"))
    assert pt.lambdas_.tolist() == [0.5, -1, 2] and list(pt.feature_names_in_) == list("abc")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert same_bits(pt.transform(X), b.yeojohnson(X, [0.5, -1, 2]))
        np.testing.assert_allclose(pt.inverse_transform(pt.transform(X)), X, rtol=1e-12)
    for bad in ([], [np.nan], [[1.0]]):
        with pytest.raises(ValueError, match="lambdas"):
            PowerTransformer.from_lambdas(bad)
    with pytest.raises(ValueError, match="standardize"):
        PowerTransformer.from_lambdas([1], standardize=True)
    with pytest.raises(ValueError, match="2 names for 1 columns"):
        PowerTransformer.from_lambdas([1], feature_names=["a", "b"])


def test_json(X):
    named = PowerTransformer().fit(
        pd.DataFrame(X, columns=["a", "b c", "\N{GREEK SMALL LETTER LAMDA}"])
    )
    back = PowerTransformer.from_json(named.to_json())
    assert (
        list(back.feature_names_in_) == list(named.feature_names_in_)
        and back.to_json() == named.to_json()
    )
    plain = PowerTransformer().fit(X)
    back = PowerTransformer.from_json(plain.to_json(), outside="clip")
    assert (
        not hasattr(back, "feature_names_in_")
        and back.n_features_in_ == 3
        and back.outside == "clip"
    )
    assert [column["name"] for column in json.loads(plain.to_json())["columns"]] == [None] * 3
    assert same_bits(back.transform(X), plain.transform(X)) and same_bits(back.ci95_, plain.ci95_)
    for bad in (
        "",
        "{}",
        "[]",
        plain.to_json()[:-3],
        plain.to_json().replace('"format":\t3', '"format":\t99'),
    ):
        with pytest.raises(ValueError, match="from_json"):
            PowerTransformer.from_json(bad)
    with pytest.raises(NotFittedError):
        back.merge(plain)


@pytest.mark.parametrize("name", TABLES)
def test_the_program_reads_and_writes_the_same_models(program, tmp_path, name):
    names, X = table(name)
    frame = pd.DataFrame(X, columns=names)
    ours = PowerTransformer().fit(frame)
    np.save(tmp_path / "x.npy", X)
    # theirs, read here
    program("fit", "-o", tmp_path / "theirs.json", ROOT / "data" / f"{name}.csv")
    theirs = PowerTransformer.from_json((tmp_path / "theirs.json").read_text())
    assert list(theirs.feature_names_in_) == names and theirs.to_json() == ours.to_json()
    assert (tmp_path / "theirs.json").read_text().strip() == ours.to_json().strip()
    assert same_bits(theirs.transform(frame), ours.transform(frame))
    # ours, read there
    (tmp_path / "ours.json").write_text(PowerTransformer().fit(X).to_json())
    program("fit", "-o", tmp_path / "npy.json", tmp_path / "x.npy")
    for model in ("ours", "npy"):
        program(
            "transform",
            "-m",
            tmp_path / f"{model}.json",
            tmp_path / "x.npy",
            "-o",
            tmp_path / f"{model}.npy",
        )
        program(
            "inverse",
            "-m",
            tmp_path / f"{model}.json",
            tmp_path / f"{model}.npy",
            "-o",
            tmp_path / f"{model}-back.npy",
        )
        z = np.load(tmp_path / f"{model}.npy")
        assert same_bits(z, ours.transform(frame))
        assert same_bits(
            np.load(tmp_path / f"{model}-back.npy"), PowerTransformer().fit(X).inverse_transform(z)
        )


def test_scikit_learn_is_imported_only_for_its_class():
    code = (
        "import sys, bellshape; bellshape.moments([1.0]); "
        "assert not {'sklearn', 'torch'} & set(sys.modules); bellshape.PowerTransformer"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
    assert json.loads(PowerTransformer().fit([[1.0], [2.0]]).to_json())["format"] == 3
