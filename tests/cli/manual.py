# SPDX-License-Identifier: BSD-3-Clause
"""Runs the examples of a page and compares what they print with the page.

manual.py PROGRAM PAGE DATA: every block of the kind "console" holds lines of shell behind "$ ",
each followed by what it prints on both streams.  A line of shell goes on behind "> ".  They run in
an empty folder with DATA as data/, and `bellshape` is PROGRAM.  A block below <!-- needs TOOL -->
is left out, and said to be so, where that tool is not installed.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"(?:^<!-- needs (\S+) -->\n)?^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^\$ (.*\n(?:> .*\n)*)((?:(?!\$ ).*\n)*)", re.MULTILINE)


def examples(page):
    """Yields the line of the page, the command and the wanted output of each example."""
    for block in BLOCK.finditer(page):
        line = page.count("\n", 0, block.start(2)) + 1
        if block[1] and not shutil.which(block[1]):
            print(f"line {line}: skipped, as {block[1]} is not installed")
            continue
        for example in EXAMPLE.finditer(block[2]):
            command = example[1].replace("\n> ", "\n").rstrip("\n")
            yield line + block[2].count("\n", 0, example.start()), command, example[2]


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
