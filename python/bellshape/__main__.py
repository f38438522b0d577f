# SPDX-License-Identifier: BSD-3-Clause
"""The program: `python -m bellshape` runs the one that was installed with this package."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from typing import NoReturn


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


def main() -> NoReturn:
    """Run the program in place of this process, with the same arguments."""
    try:
        program = find()
    except FileNotFoundError as error:
        sys.exit(f"python -m bellshape: {error}")
    os.execv(program, ["bellshape", *sys.argv[1:]])


if __name__ == "__main__":
    main()
