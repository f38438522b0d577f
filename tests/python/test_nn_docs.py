# SPDX-License-Identifier: BSD-3-Clause
"""The examples of docs/nn.md, as a reader would run them."""

import pathlib
import re
import warnings

import pytest

pytest.importorskip("torch")

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "nn.md"


def test_examples():
    text = PAGE.read_text()
    blocks = list(re.finditer(r"```python\n(.*?)```", text, re.DOTALL))
    assert len(blocks) >= 6
    names = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in (DeprecationWarning, FutureWarning):
            warnings.filterwarnings("ignore", category=kind, module="torch|copyreg")
        for block in blocks:
            # so that a traceback has the line of the page
            lines = "\n" * text[: block.start(1)].count("\n")
            exec(compile(lines + block[1], str(PAGE), "exec"), names)
