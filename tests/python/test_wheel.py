# SPDX-License-Identifier: BSD-3-Clause
"""The wheel of scripts/wheel, in a fresh virtual environment: no compiler, no SLEEF, nothing else
installed.
"""

import os
import pathlib
import platform
import re
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


# Libraries of C and C++ that each system has which the tag of the wheel admits.
SYSTEM = {
    "libc.so.6",
    "libm.so.6",
    "libpthread.so.0",
    "libgcc_s.so.1",
    "libstdc++.so.6",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
}


@pytest.mark.parametrize("file", ["_core", "program"])
def test_it_needs_no_libraries_but_those_of_the_system(python, file):
    path = python.parent / "bellshape" if file == "program" else extension(python)
    lines = subprocess.run(["readelf", "-d", path], check=True, capture_output=True, text=True)
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", lines.stdout))
    assert "libc.so.6" in needed and needed <= SYSTEM


@pytest.mark.skipif(platform.machine() != "x86_64", reason="is built with the system's C library")
@pytest.mark.parametrize("file", ["_core", "program"])
def test_it_runs_with_the_c_library_of_2018(python, file):
    tags = re.findall(r"manylinux_2_(\d+)", os.environ["BELLSHAPE_WHEEL"])
    if min(map(int, tags)) > 28:
        pytest.skip("scripts/wheel had no older C library than that of this machine")
    path = python.parent / "bellshape" if file == "program" else extension(python)
    lines = subprocess.run(["objdump", "-T", path], check=True, capture_output=True, text=True)
    found = {tuple(map(int, v.split("."))) for v in re.findall(r"GLIBC_([0-9.]+)", lines.stdout)}
    assert found and max(found) <= (2, 28)
    assert "GLIBCXX" not in lines.stdout


def test_it_has_the_program(python, tmp_path):
    table = tmp_path / "x.csv"
    table.write_text("x\n1\n2\n3\n5\n8\n13\n")
    fits = [
        subprocess.run([*program, "fit", "--json", table], env={}, capture_output=True, text=True)
        for program in ([python.parent / "bellshape"], [python, "-m", "bellshape"])
    ]
    assert fits[0].returncode == 0 and '"lambda"' in fits[0].stdout
    assert (fits[1].stdout, fits[1].returncode) == (fits[0].stdout, 0)
    assert (python.parents[1] / "share/man/man1/bellshape-fit.1").stat().st_size > 1000
    wrong = subprocess.run([python, "-m", "bellshape", "fit"], capture_output=True, text=True)
    assert wrong.returncode == 2 and wrong.stderr.startswith("bellshape: fit: which table?")


def test_it_says_when_the_program_is_missing(python):
    program = python.parent / "bellshape"
    aside = program.rename(program.with_name("aside"))
    try:
        found = subprocess.run([python, "-m", "bellshape"], capture_output=True, text=True)
    finally:
        aside.rename(program)
    assert found.returncode == 1 and not found.stdout
    assert re.fullmatch(
        r"python -m bellshape: the program bellshape is in none of .*; pip install "
        r"--force-reinstall bellshape installs it\n",
        found.stderr,
    )


def test_its_metadata_name_the_licenses_of_its_libraries(python):
    code = (
        "import importlib.metadata as m; d = m.distribution('bellshape')\n"
        "print(d.metadata['License-Expression'])\n"
        "for name in d.metadata.get_all('License-File'):\n"
        "    print(name, len(d.read_text('licenses/' + name)) > 500)"
    )
    expression, *files = run(python, code).stdout.splitlines()
    assert set(expression.split(" AND ")) == {
        "0BSD",
        "BSD-3-Clause",
        "BSL-1.0",
        "LGPL-2.1-or-later",
        "MIT",
        "Zlib",
        "bzip2-1.0.6",
    }
    libraries = ["bzip2", "cjson", "libcsv", "liblzma", "sleef", "zlib", "zstd"]
    assert sorted(files) == [f"{name} True" for name in ["LICENSE", *libraries]]


def test_its_metadata_are_those_of_the_citation(python):
    code = (
        "import importlib.metadata as m; d = m.metadata('bellshape')\n"
        "print(d['Version'], d['Author'], sorted(d.get_all('Provides-Extra')), sep='|')"
    )
    citation = (pathlib.Path(__file__).parents[2] / "CITATION.cff").read_text()
    version = re.search(r"^version: (.*)$", citation, re.MULTILINE)[1]
    author = re.search(r"^  - name: (.*)$", citation, re.MULTILINE)[1]
    extras = ["arrow", "dask", "jax", "numpy", "plot", "ray", "sklearn", "spark", "torch"]
    assert run(python, code).stdout.strip() == f"{version}|{author}|{extras}"


def test_the_package_of_debian_has_the_same_version(python):
    version = run(python, "import bellshape; print(bellshape.__version__)").stdout.strip()
    changelog = pathlib.Path(__file__).parents[2] / "debian/changelog"
    assert changelog.read_text().startswith(f"bellshape ({version}-")


def test_the_recipes_have_the_same_version(python):
    version = run(python, "import bellshape; print(bellshape.__version__)").stdout.strip()
    packaging = pathlib.Path(__file__).parents[2] / "packaging"
    assert f'\n  version: "{version}"\n' in (packaging / "conda/recipe.yaml").read_text()
    assert f"/bellshape-{version}.tar.gz" in (packaging / "homebrew/bellshape.rb").read_text()


def extension(python):
    return run(python, "import bellshape._core as c; print(c.__file__)").stdout.strip()


def symbols(path, *options):
    lines = subprocess.run(
        ["nm", "-D", *options, path], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return [line.split()[-1].split("@")[0] for line in lines if line.split()[-2] not in "wV"]


def test_it_exports_nothing_and_takes_nothing_that_others_export(python):
    path = extension(python)
    assert symbols(path, "--defined-only") == ["PyInit__core"]
    wanted = symbols(path, "--undefined-only")
    assert not [name for name in wanted if name.startswith(("Sleef", "cJSON", "bell_"))]
