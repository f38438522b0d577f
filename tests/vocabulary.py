#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Holds the lists of the vocabulary against each other: vocabulary.py ROOT_OF_THE_SOURCES

Every word of src/kernels/vocabulary.h is defined in every src/*/simd.h and has a test in
tests/words.h, nothing else is, and docs/backends.md states how many words there are.
"""

import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
WORD = r"\b([vfih]_[a-z0-9_]+)"


def stem(name):
    """v_load_f32 and v_load_f64 are one word: a kernel says v_load."""
    return re.sub(r"^(v_load|v_store)_f(32|64)$", r"\1", name)


def documented():
    """The words of the comment at the head of vocabulary.h; E(add) is v_add and f_add."""
    head = (ROOT / "src/kernels/vocabulary.h").read_text().split("*/")[1]
    words = set()
    for line in re.findall(r"^ \*   (\S.*)", head, re.M):
        if both := re.match(r"(?:\w+ )?E\((\w+)\)\(", line):
            words |= {"v_" + both[1], "f_" + both[1]}
        elif one := re.match(r"(?:\w+ )?" + WORD + r"\(", line):
            words.add(one[1])
    return words


def main():
    words = documented()
    lists = {
        str(path): {stem(w) for w in re.findall(r"^F \w+ " + WORD + r"\(", path.read_text(), re.M)}
        for path in sorted(ROOT.glob("src/*/simd.h"))
    }
    assert len(lists) >= 4, lists.keys()
    tests = (ROOT / "tests/words.h").read_text()
    lists["tests/words.h"] = {stem(name) for name in re.findall(WORD, tests)}
    failed = False
    for name, found in lists.items():
        for problem, names in (("lacks", words - found), ("has, undocumented,", found - words)):
            if names:
                print(f"{name} {problem} {', '.join(sorted(names))}")
                failed = True
    count = re.search(r"(\d+) words", (ROOT / "docs/backends.md").read_text())
    if not count or int(count[1]) != len(words):
        print(f"docs/backends.md does not say that there are {len(words)} words")
        failed = True
    print(len(words), "words")
    return failed


sys.exit(main())
