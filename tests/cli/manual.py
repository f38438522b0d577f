# SPDX-License-Identifier: BSD-3-Clause
"""Runs the examples of docs/program.md and compares what they print with the page.

manual.py PROGRAM PAGE DATA: every block of the kind "console" holds lines of shell behind "$ ",
each followed by what it prints on both streams.  They run in an empty folder with DATA as data/,
and `bellshape` is PROGRAM.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile


def examples(page):
    """Yields the line of the page, the command and the wanted output of each example."""
    for block in re.finditer(r"^```console\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        line = page.count("\n", 0, block.start(1)) + 1
        for example in re.finditer(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block[1], re.MULTILINE):
            yield line + block[1].count("\n", 0, example.start()), example[1], example[2]


def main(program, page, data):
    failed = count = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.symlink(data, "data")
        os.mkdir("bin")
        os.symlink(program, "bin/bellshape")
        environment = os.environ | {"PATH": f"{folder}/bin:{os.environ['PATH']}"}
        for line, command, want in examples(pathlib.Path(page).read_text()):
            got = subprocess.run(
                command,
                shell=True,
                env=environment,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            ).stdout
            count += 1
            if got != want:
                failed += 1
                print(f"{page}:{line}: {command}\nwant:\n{want}got:\n{got}")
    print(f"{count} examples, {failed} wrong")
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main(*map(os.path.abspath, sys.argv[1:4])))
