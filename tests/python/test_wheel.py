# SPDX-License-Identifier: BSD-3-Clause
"""The wheel of scripts/wheel, in a fresh virtual environment: no compiler, no SLEEF, nothing else
installed.
"""

import os
import pathlib
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    wheel = os.environ.get("BELLSHAPE_WHEEL")
    if not wheel:
        pytest.skip("BELLSHAPE_WHEEL is not set")
    folder = tmp_path_factory.mktemp("wheel") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    install = [
        python,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-index",
        "--no-deps",
        "--disable-pip-version-check",
        wheel,
    ]
    subprocess.run(install, check=True, env={"PATH": str(folder / "bin")})
    return python


def run(python, code, **variables):
    # no PATH: a compiler could not be found, nor LD_LIBRARY_PATH
    found = subprocess.run(
        [python, "-c", code], env=variables, cwd="/", capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
    return found


def test_it_runs_without_numpy(python):
    code = (
        "import array, bellshape as b; x = array.array('d', [1, 2, 3, 5, 8, 13])\n"
        "s = b.Sketch(); s.update(x); f = b.yeojohnson_fit(x)\n"
        "backends = 'avx512', 'avx2', 'scalar', 'plain', 'neon'\n"
        "print(b.moments(x).mean, f.lmbda == s.fit().lmbda, b.backend() in backends)"
    )
    assert run(python, code).stdout.split() == [str(32 / 6), "True", "True"]
    try:
        run(python, "import bellshape as b; b.standard_normal(3, 1)")
    except AssertionError as error:
        assert "No module named 'numpy'" in str(error)


def test_its_libraries_come_along(python):
    found = run(
        python,
        "import bellshape, array; bellshape.yeojohnson_fit(array.array('d', [1, 2, 5]))",
        LD_DEBUG="files",
    )
    for library in ("libsleef", "libcjson"):
        loaded = {
            line.split("calling init: ")[1]
            for line in found.stderr.splitlines()
            if "calling init" in line and library in line
        }
        assert len(loaded) == 1 and pathlib.Path(loaded.pop()).resolve().is_relative_to(
            python.parents[1].resolve()
        )


def test_its_metadata_name_the_licenses_of_its_libraries(python):
    code = (
        "import importlib.metadata as m; d = m.distribution('bellshape')\n"
        "print(d.metadata['License-Expression'])\n"
        "for name in d.metadata.get_all('License-File'):\n"
        "    print(name, len(d.read_text('licenses/' + name)) > 1000)"
    )
    expression, *files = run(python, code).stdout.splitlines()
    assert set(expression.split(" AND ")) == {"BSD-3-Clause", "BSL-1.0", "MIT"}
    assert sorted(files) == ["LICENSE True", "cjson True", "sleef True"]


def symbols(python, *options):
    path = run(python, "import bellshape._core as c; print(c.__file__)").stdout.strip()
    lines = subprocess.run(
        ["nm", "-D", *options, path], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return [line.split()[-1].split("@")[0] for line in lines if line.split()[-2] not in "wV"]


def test_it_exports_nothing_and_takes_nothing_that_others_export(python):
    assert symbols(python, "--defined-only") == ["PyInit__core"]
    wanted = symbols(python, "--undefined-only")
    assert any(name.startswith("bellshape_Sleef_finz_expm1d") for name in wanted)
    assert not [name for name in wanted if name.startswith(("Sleef", "cJSON", "bell_"))]
