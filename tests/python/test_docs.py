# SPDX-License-Identifier: BSD-3-Clause
"""Every example in docstrings, docs pages and the README runs and prints what it says."""

import doctest
import importlib

import pytest
from conftest import ROOT

import bellshape

PAGES = ["README.md", "docs/python.md", "docs/fits.md", "docs/power_transformer.md"]
MODULES = ["_convert", "_fit", "_functions", "_power_transformer", "_summary"]


@pytest.mark.parametrize("page", PAGES)
def test_pages(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / page), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0 and result.attempted > 0


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name):
    module = importlib.import_module(f"bellshape.{name}")
    result = doctest.testmod(module, extraglobs=vars(bellshape), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0


def test_all_that_is_public_is_documented():
    for name in bellshape.__all__:
        thing = getattr(bellshape, name)
        assert thing.__doc__
        for method in (m for m in dir(thing) if isinstance(thing, type) and not m.startswith("_")):
            own = any(method in vars(base) for base in thing.__mro__ if base.__module__.startswith("bellshape"))
            assert not own or not callable(getattr(thing, method)) or getattr(thing, method).__doc__
