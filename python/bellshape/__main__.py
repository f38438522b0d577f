# SPDX-License-Identifier: BSD-3-Clause
"""The program: `python -m bellshape` runs the one that was installed with this package.

Tables of Parquet and Arrow, which that does not read, are read and written by PyArrow.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from typing import NoReturn

from ._formats import ARROW_NAMES, is_table

OUTPUT = ("-o", "--output")


def find() -> str:
    """Find the program that pip installed with this package.

    Returns
    -------
    str
        Its path.

    Raises
    ------
    FileNotFoundError
        If there is none: the package was built without the program.
    """
    folders = [
        sysconfig.get_path("scripts"),
        sysconfig.get_path("scripts", f"{os.name}_user"),
        # pip install --target
        str(Path(__file__).parents[1] / "bin"),
    ]
    for folder in folders:
        program = Path(folder, "bellshape")
        if os.access(program, os.X_OK):
            return str(program)
    raise FileNotFoundError(
        f"the program bellshape is in none of {', '.join(folders)}; "
        "pip install --force-reinstall bellshape installs it"
    )


def needs_arrow(arguments: list[str]) -> bool:
    """Tell whether a table is of Parquet or Arrow, or a folder, or is to become one.

    Parameters
    ----------
    arguments : list of str
        Those of the program.

    Returns
    -------
    bool
        Whether PyArrow is to read the tables.
    """
    if not arguments or arguments[0] not in ("fit", "transform", "inverse"):
        return False
    before = [None, *arguments]
    outputs = [word for last, word in zip(before, arguments, strict=False) if last in OUTPUT]
    return any(is_table(*pair) for pair in zip(before[1:], arguments[1:], strict=False)) or (
        arguments[0] != "fit" and any(word.lower().endswith(ARROW_NAMES) for word in outputs)
    )


def main() -> NoReturn:
    """Run the program in place of this process, with the same arguments."""
    try:
        program = find()
    except FileNotFoundError as error:
        sys.exit(f"python -m bellshape: {error}")
    if needs_arrow(sys.argv[1:]):
        try:
            from ._arrow_program import run
        except ImportError as error:
            sys.exit(f'python -m bellshape: {error}; pip install "bellshape[arrow]"')
        sys.exit(run(sys.argv[1:], program))
    os.execv(program, ["bellshape", *sys.argv[1:]])


if __name__ == "__main__":
    main()
