#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""mutants.py FOLDER [--count N] [--seed S] [--only PATTERN] - do the tests notice a wrong line?

Changes one place of the library at a time, in a copy of the tree with one backend under FOLDER, and
runs the suites of that part until one fails.  A mutant that all of them pass has survived.  One
whose library has the same bytes as before is no mutant, and one that does not compile is none.
Results are added to FOLDER/results.txt, so that a run that was stopped goes on where it was.
"""

import argparse
import collections
import fnmatch
import hashlib
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The parts that are changed, and the suites that look at them, those that notice most first.
PARTS = {
    "src/kernels/layer*": "hashes layer layer_golden layer_edges layer_parts layer_strides "
    "backends",
    "src/kernels/*": "hashes golden vocabulary elementary transform box_cox transform_f32 moments "
    "sketch likelihood normal normal_values normal_map transpose layer layer_golden families "
    "families_transform backends",
    "src/fit/*": "golden fit choose families flags profile robust scores unit units likelihood "
    "box_cox fit_options collapse choose_heldout choose_likelihood families_options rounded "
    "weights grid verdict model_fits table",
    "src/sketch/*": "sketch sketch_bytes sketch_merge sketch_nodes sketch_quantile golden "
    "sketch_weights sketch_contents grid weights scores_sketch normality_sketch hashes state fit",
    "src/transform.c": "transform box_cox transform_f32 families_transform round_trip table",
    "src/moments.c": "moments moments_merge golden hashes weights",
    "src/normal.c": "normal normal_values normal_quality",
    "src/score_*.c": "scores score_models scores_sketch table_transform",
    "src/normality/*": "normality normality_distribution normality_sketch golden weights",
    "src/tree.h": "moments moments_merge hashes layer",
}
# What a mutant takes from a pattern, and puts there.
SWAPS = {
    "arithmetic": {" + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ", "++": "--"},
    "comparison": {" < ": " <= ", " <= ": " < ", " > ": " >= ", " >= ": " > ", " == ": " != ",
                   " != ": " == ", "v_lt(": "v_le(", "v_le(": "v_lt(", "v_min(": "v_max(",
                   "v_max(": "v_min("},
    "logic": {" && ": " || ", " || ": " && ", "if (": "if (!"},
    "word": {"v_add(": "v_sub(", "v_sub(": "v_add(", "v_mul(": "v_add(", "v_div(": "v_mul("},
}  # fmt: skip
NUMBER = re.compile(r"(?<![\w.])(\d+\.?\d*)(?![\w.])")
STATEMENT = re.compile(r"^\t+(?!return|break|continue|goto|case|const |struct |enum |static )"
                       r"[^\s=]+(?:\[.*\])? ?(?:[-+*/|&]?= .*|\(.*\));$")  # fmt: skip


def code_lines(text):
    """The numbers and texts of lines of code: no comments, no directives, no text in quotes."""
    inside = False
    for number, line in enumerate(text.split("\n")):
        if inside or line.lstrip().startswith("/*"):
            inside = "*/" not in line
            continue
        code = re.sub(r"/\*.*?\*/", lambda m: " " * len(m[0]), line)
        code = re.sub(r'"(?:[^"\\]|\\.)*"', lambda m: "~" * len(m[0]), code)
        if line.startswith(("\t", "    ")) and not code.lstrip().startswith(("#", "static_assert")):
            yield number, code


def mutants_of(path, text):
    """(path, line number, kind, from column, to column, replacement) of all mutants of a file."""
    for number, line in code_lines(text):
        for kind, swaps in SWAPS.items():
            for old, new in swaps.items():
                for found in re.finditer(re.escape(old), line):
                    start, end = found.span()
                    replacement = new
                    if old == "if (":
                        end = closing(line, end - 1)
                        if end < 0:
                            continue
                        replacement = f"if (!({line[start + 4 : end]})"
                    yield path, number, kind, start, end, replacement
        for found in NUMBER.finditer(line):
            value = found[1]
            other = str(int(value) + 1) if value.isdigit() else f"({value} * 1.5)"
            yield path, number, "constant", *found.span(), other
        if STATEMENT.match(line):
            yield path, number, "deletion", len(line) - len(line.lstrip()), len(line), ";"


def closing(line, opened):
    """Where the parenthesis is closed that opens there, or -1."""
    depth = 0
    for i in range(opened, len(line)):
        depth += {"(": 1, ")": -1}.get(line[i], 0)
        if depth == 0:
            return i
    return -1


def suites_of(path):
    return next(s for pattern, s in PARTS.items() if fnmatch.fnmatch(path, pattern)).split()


class Workshop:
    """A copy of the tree, built with one backend."""

    def __init__(self, folder):
        self.tree, self.build = folder / "tree", folder / "build"
        self.environment = os.environ | {
            "BELLSHAPE_GOLDEN": str(self.tree / "tests/golden"),
            "BELLSHAPE_BACKEND": "scalar",
        }
        shutil.rmtree(self.tree, ignore_errors=True)
        names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
        for name in names.stdout.decode().split("\0")[:-1]:
            (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, self.tree / name)
        described = self.tree / "meson.build"
        others = r"^        \['(?:avx512|avx2|neon|plain)', .*\n"
        described.write_text(re.sub(others, "", described.read_text(), flags=re.M))
        if not (self.build / "build.ninja").exists():
            options = ["-Doptimization=1", "-Dexamples=disabled", "-Dbenchmarks=disabled"]
            command = ["meson", "setup", str(self.build), str(self.tree), *options]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        self.library = "src/libbellshape.a"

    def made(self, *targets):
        command = ["ninja", "-C", str(self.build), *targets]
        return subprocess.run(command, capture_output=True).returncode == 0

    def bytes_of_library(self):
        digest = hashlib.sha256()
        for name in sorted(self.build.glob("src/**/*.o")):
            digest.update(name.read_bytes())
        return digest.hexdigest()

    def passed(self, suite):
        """Does it pass, in a time after which it surely hangs?"""
        command = [str(self.build / "tests" / f"test_{suite}"), "--timeout", "60"]
        try:
            run = subprocess.run(command, env=self.environment, capture_output=True, timeout=600)
        except subprocess.TimeoutExpired:
            return False
        return run.returncode == 0

    def verdict(self, mutant, before):
        """Puts a mutant in, and takes it out again."""
        path, number, _, start, end, replacement = mutant
        file = self.tree / path
        original = file.read_text()
        lines = original.split("\n")
        lines[number] = lines[number][:start] + replacement + lines[number][end:]
        file.write_text("\n".join(lines))
        try:
            if not self.made(self.library):
                return "does not compile"
            if self.bytes_of_library() == before:
                return "same bytes"
            for suite in suites_of(path):
                if not self.made(f"tests/test_{suite}") or not self.passed(suite):
                    return f"killed by {suite}"
            return "SURVIVED"
        finally:
            file.write_text(original)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="*", metavar="PATTERN", help="files, as in src/fit/*")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    shop = Workshop(folder)
    found = []
    for path in sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "src").rglob("*.*")):
        if any(fnmatch.fnmatch(path, pattern) for pattern in PARTS) and path.endswith(
            (".c", ".inc")
        ):
            found += mutants_of(path, (ROOT / path).read_text())
    random.Random(arguments.seed).shuffle(found)
    chosen = [m for m in found[: arguments.count] if fnmatch.fnmatch(m[0], arguments.only)]
    results = folder / "results.txt"
    known = dict(
        line.split(": ", 1)[::-1] for line in results.read_text().splitlines()
    ) if results.exists() else {}  # fmt: skip

    shop.made(shop.library)
    before = shop.bytes_of_library()
    for suite in sorted({s for m in chosen for s in suites_of(m[0])}):
        if not shop.made(f"tests/test_{suite}") or not shop.passed(suite):
            sys.exit(f"mutants: the suite {suite} fails without any")
    counts = collections.Counter()
    for mutant in chosen:
        path, number, kind, start, end, replacement = mutant
        line = (ROOT / path).read_text().split("\n")[number]
        name = f"{path}:{number + 1}:{start + 1} {kind}, {line[start:end]!r} to {replacement!r}"
        if name not in known:
            known[name] = shop.verdict(mutant, before)
            with open(results, "a") as file:
                file.write(f"{known[name]}: {name}\n")
        counts[known[name].split(" by ")[0]] += 1
        if known[name] == "SURVIVED":
            print(f"survived: {name}", flush=True)
    tried = counts["killed"] + counts["SURVIVED"]
    print(f"mutants: {counts['killed']} of {tried} killed, out of {len(found)} places;", end=" ")
    print(f"{counts['same bytes']} change nothing, {counts['does not compile']} do not compile")


main()
