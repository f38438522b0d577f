# SPDX-License-Identifier: BSD-3-Clause
"""Every example in docstrings, docs pages and the README runs and prints what it says.

Docstrings of public names have the sections of numpydoc.
"""

import doctest
import importlib
import importlib.util
import inspect
import re

import pytest

from conftest import ROOT

PAGES = [
    "README.md",
    "docs/python.md",
    "docs/choice.md",
    "docs/fits.md",
    "docs/power_transformer.md",
    "docs/normality.md",
    "docs/recipes.md",
    "docs/regression.md",
    "docs/report.md",
    "docs/robust.md",
    "docs/scale.md",
    "docs/target.md",
]
PACKAGES = [
    "bellshape",
    "bellshape.dask",
    "bellshape.jax",
    "bellshape.jax.nnx",
    "bellshape.nn",
    "bellshape.nn.functional",
    "bellshape.plots",
]
# Functions with parameters that raise nothing.
WITHOUT_ERRORS = {
    "bellshape.nn.convert_sync_batchnorm",
    "bellshape.nn.record_statistics",
    "bellshape.nn.revert_batchnorm",
}
FILES = sorted((ROOT / "python" / "bellshape").rglob("_*.py"))
FILES += [
    ROOT / "python" / "bellshape" / name for name in ("dask.py", "jax/nnx.py", "nn/functional.py")
]


def module_of(path):
    parts = path.relative_to(ROOT / "python").with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@pytest.mark.parametrize("page", PAGES)
def test_pages(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / page), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0 and result.attempted > 0


def test_c_example():
    """The page shows the program that the tests of C run, from its first include on."""
    program = (ROOT / "examples" / "layer_step.c").read_text()
    program = program[program.index("#include") :]
    assert f"```c\n{program}```" in (ROOT / "docs" / "layer.md").read_text()


@pytest.mark.parametrize("name", [module_of(path) for path in FILES])
def test_docstrings(name):
    if name.startswith("bellshape.nn"):
        pytest.importorskip("torch")
    if name.startswith("bellshape.jax"):
        pytest.importorskip("flax")
    if name == "bellshape.dask":
        pytest.importorskip("dask.dataframe")
    if "._triton_" in name:
        pytest.importorskip("triton")
    package = importlib.import_module(name.rpartition("._")[0] or name)
    names = {public: getattr(package, public) for public in package.__all__}
    result = doctest.testmod(
        importlib.import_module(name), extraglobs=names, optionflags=doctest.ELLIPSIS
    )
    assert result.failed == 0


# ---- sections ----


def public_things():
    """Yield (name, thing) for all that is public, methods and properties of classes too."""
    for package in PACKAGES:
        part = package.split(".")[1] if "." in package else ""
        needed = {"nn": "torch", "dask": "dask", "jax": "flax"}.get(part, "numpy")
        if importlib.util.find_spec(needed) is None:
            continue
        module = importlib.import_module(package)
        for name in module.__all__:
            thing = getattr(module, name)
            yield f"{package}.{name}", thing
            for attribute in methods(thing):
                yield f"{package}.{name}.{attribute}", inspect.getattr_static(thing, attribute)


def methods(thing):
    """The public attributes that a class has from this package."""
    if not isinstance(thing, type):
        return []
    ours = [base for base in thing.__mro__ if base.__module__.startswith("bellshape")]
    return sorted(
        {name for base in ours for name in vars(base) if not name.startswith("_")}
        - set(getattr(thing, "_fields", ()))
        - {name for name, value in inspect.getmembers_static(thing) if is_plain(value)}
    )


def is_plain(value):
    return not (callable(value) or isinstance(value, (property, classmethod, staticmethod)))


def sections(doc):
    """The sections of a docstring by their names; "" is the summary."""
    parts = re.split(r"^(\w[\w ]*)\n-+\n", inspect.cleandoc(doc), flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def documented(section):
    """The names that a section describes."""
    heads = re.findall(r"^(\S.*?)(?: :.*)?$", section, flags=re.MULTILINE)
    return [name.lstrip("*") for head in heads for name in head.split(", ")]


def parameters(function):
    names = list(inspect.signature(function).parameters)
    return names[1:] if names and names[0] in ("self", "cls") else names


def is_made_by_others(name):
    """Users get a Fit from yeojohnson_fit, and a RegressionFit from a regression."""
    return name in ("bellshape.Fit", "bellshape.RegressionFit")


@pytest.mark.parametrize(("name", "thing"), list(public_things()))
def test_sections(name, thing):
    function = thing.__func__ if isinstance(thing, (classmethod, staticmethod)) else thing
    assert function.__doc__, name
    found = sections(function.__doc__)
    summary = found[""].strip().split("\n\n")[0]
    assert summary[0].isupper() and summary.endswith(".") and "\n" not in summary
    if isinstance(thing, property):
        return
    wanted = [] if is_made_by_others(name) else parameters(function)
    assert documented(found.get("Parameters", "")) == wanted
    returned = inspect.signature(function).return_annotation
    if not isinstance(thing, type) and returned not in (None, "None"):
        assert "Returns" in found
    if isinstance(thing, type) or name.rpartition(".")[0] in PACKAGES:
        assert ">>> " in found["Examples"]
    if wanted and not isinstance(thing, type) and name not in WITHOUT_ERRORS:
        assert "Raises" in found


def test_a_docstring_without_a_section_is_found():
    def wrong(x, y):
        """Do it.

        Parameters
        ----------
        x : int
            It is.
        """

    with pytest.raises(AssertionError):
        test_sections("bellshape.wrong", wrong)
