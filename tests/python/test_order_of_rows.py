# SPDX-License-Identifier: BSD-3-Clause
"""The order of rows does not matter: columns whose first rows are unlike the others."""

import numpy as np
import pytest

import bellshape as b


def rare_values():
    """Columns whose first rows are unlike the others, and z of the first and the last row."""
    rng = np.random.default_rng(5)
    return [
        (np.r_[0, np.full(10000, 1013.0)], -100, 0.01),
        (np.r_[np.full(3, 5.0), np.ones(100000)], 182.574, -0.00548),
        (np.r_[np.zeros(3), np.ones(500000)], None, None),
        (np.sort(10.0 - rng.poisson(0.0005, 200000)), None, None),
    ]


@pytest.mark.parametrize("case", range(4))
@pytest.mark.parametrize("way", ["fit", "blocks", "transformer", "partial_fit"])
def test_rare_first_values(case, way):
    x, first, last = rare_values()[case]
    if way == "fit":
        z = b.yeojohnson_fit(x).transform(x)
    elif way == "blocks":
        sketch = b.Sketch()
        for block in np.array_split(x, 7):
            sketch.update(block)
        z = sketch.fit().transform(x)
    else:
        t = b.PowerTransformer()
        for block in [x] if way == "transformer" else np.array_split(x, 7):
            t = t.fit(x[:, None]) if way == "transformer" else t.partial_fit(block[:, None])
        z = t.transform(x[:, None])[:, 0]
    assert abs(z.mean()) < 1e-9 and abs(z.std() - 1) < 1e-9
    if first is not None:
        assert z[0] == pytest.approx(first, rel=1e-5) and z[-1] == pytest.approx(last, rel=1e-3)
    if len(np.unique(x)) == 2:
        np.testing.assert_allclose(z, (x - x.mean()) / x.std(), rtol=1e-9)


def test_rare_first_values_in_the_program(program, tmp_path):
    for x, first, last in rare_values():
        text = "x\n" + "".join(f"{v:g}\n" for v in x)
        model = tmp_path / "model.json"
        program("fit", "-o", model, "-", stdin=text)
        z = np.loadtxt(program("transform", "-m", model, "-", stdin=text).splitlines()[1:])
        assert abs(z.mean()) < 1e-9 and abs(z.std() - 1) < 1e-9
        if first is not None:
            assert z[0] == pytest.approx(first, rel=1e-5) and z[-1] == pytest.approx(last, rel=1e-3)
