# SPDX-License-Identifier: BSD-3-Clause
"""The places where lines of the library can be changed, and what then stands there."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]

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
        if line.startswith(("\t", "    ")) and not code.lstrip().startswith(
            ("#", "_Static_assert")
        ):
            yield number, code


def places_of(path, text):
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


def mutated(place):
    """The text of the file of a place, once it is changed."""
    path, number, _, start, end, replacement = place
    lines = (ROOT / path).read_text().split("\n")
    lines[number] = lines[number][:start] + replacement + lines[number][end:]
    return "\n".join(lines)


def named(place):
    """A name that stays the same while lines above the place come and go."""
    path, number, _, start, end, replacement = place
    lines = (ROOT / path).read_text().split("\n")
    line, code = lines[number], lines[number].strip()
    same = sum(other.strip() == code for other in lines[:number])
    again = f" ({same + 1})" if same else ""
    changed = (
        line[:start].lstrip() + "[" + line[start:end] + " -> " + replacement + "]" + line[end:]
    )
    return f"{path}{again}: {changed}"
