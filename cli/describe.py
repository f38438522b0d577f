# SPDX-License-Identifier: BSD-3-Clause
"""Writes the manual pages of the program and its completions for shells.

describe.py PROGRAM FOLDER COMMAND...: all that is said comes from what PROGRAM prints with -h, and
so from the tables of commands and options.  The commands must be those that PROGRAM has.
"""

import os
import pathlib
import re
import subprocess
import sys
from dataclasses import dataclass, field

# Values of options that are names of files, and of folders.
FILES = {"FILE", "MODEL", "STATE", "TABLE"}
FOLDERS = {"DIR"}


@dataclass
class Option:
    """An option: -letter or nothing, --name, what the value is called, and what it does."""

    letter: str
    name: str
    value: str
    help: list[str]

    def choices(self):
        """Return the values there are, if -h names them all."""
        return self.value.split("|") if "|" in self.value else []

    def flags(self):
        return [f"-{self.letter}"] * bool(self.letter) + [f"--{self.name}"]

    def text(self):
        return " ".join(self.help)


@dataclass
class Command:
    name: str
    summary: str
    example: str = ""
    paragraphs: list[str] = field(default_factory=list)
    usage: str = ""
    options: list[Option] = field(default_factory=list)


def run(program, *arguments):
    """Return what the program prints: by the emulator of a cross build, if it has one."""
    emulator = os.environ.get("EMULATOR", "").split()
    return subprocess.run(
        [*emulator, program, *arguments], check=True, capture_output=True, text=True
    ).stdout.rstrip("\n")


def read_options(lines):
    """Read the list below "Options:"."""
    options = []
    for line in lines:
        head = re.match(r"  (?:-(\w), |    )--([\w-]+)(?: (\S+))?(?: +(\S.*))?$", line)
        if head:
            options.append(Option(head[1] or "", head[2], head[3] or "", [head[4]] * bool(head[4])))
        elif options and re.match(r" {28}\S", line):
            options[-1].help.append(line.strip())
        else:
            sys.exit(f"describe.py: cannot read this line of -h: {line!r}")
    return options


def read_command(program, name, summary):
    """Read what -h of a command prints: an example, paragraphs, the usage and the options."""
    head, _, options = run(program, name, "-h").partition("\nOptions:\n")
    blocks = head.strip().split("\n\n")
    example = re.fullmatch(r"Example:\n  (.*)", blocks[0])
    usage = re.fullmatch(r"Usage: (.*)", blocks[-1])
    if not (example and usage and options):
        sys.exit(f"describe.py: {name} -h has no example, no usage or no options")
    paragraphs = [" ".join(block.split()) for block in blocks[1:-1]]
    return Command(
        name, summary, example[1], paragraphs, usage[1], read_options(options.splitlines())
    )


def roff(text):
    """Write text so that roff takes no character of it for its own."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    return re.sub(r"^\.", r"\\&.", text, flags=re.MULTILINE)


def page(title, version, sections):
    lines = [
        r".\" SPDX-License-Identifier: BSD-3-Clause",
        f'.TH {title} 1 "" "bellshape {version}" "User Commands"',
    ]
    for name, body in sections:
        lines += [f".SH {name}", *body]
    return "\n".join(lines) + "\n"


def verbatim(lines):
    return [".nf", *(roff(line) for line in lines), ".fi"]


def paragraphs(texts):
    return [line for i, text in enumerate(texts) for line in [".PP"] * bool(i) + [roff(text)]]


EXIT_STATUS = paragraphs(["0, 1 for bad data, and 2 for a command line that makes no sense."])
ENVIRONMENT = [
    ".TP",
    ".B BELLSHAPE_BACKEND",
    roff("The instruction set to use, by one of the names that bellshape version prints."),
    ".TP",
    ".B NO_COLOR",
    "If it is set, nothing is printed in color.",
]


def command_page(command, version):
    options = []
    for option in command.options:
        flags = ", ".join(rf"\fB{roff(flag)}\fR" for flag in option.flags())
        value = rf" \fI{roff(option.value)}\fR" if option.value else ""
        options += [".TP", flags + value, roff(option.text())]
    return page(
        f"BELLSHAPE\\-{command.name.upper()}",
        version,
        [
            ("NAME", [roff(f"bellshape-{command.name} - {command.summary}")]),
            ("SYNOPSIS", [rf"\fB{roff(command.usage)}\fR"]),
            ("DESCRIPTION", paragraphs(command.paragraphs)),
            ("OPTIONS", options),
            ("EXIT STATUS", EXIT_STATUS),
            ("ENVIRONMENT", ENVIRONMENT),
            ("EXAMPLES", verbatim([command.example])),
            ("SEE ALSO", [r"\fBbellshape\fR(1)"]),
        ],
    )


def main_page(commands, examples, description, version):
    listed, also = [], []
    for command in commands:
        listed += [".TP", rf"\fBbellshape\-{command.name}\fR(1)", roff(command.summary)]
        also.append(rf"\fBbellshape\-{command.name}\fR(1)")
    return page(
        "BELLSHAPE",
        version,
        [
            ("NAME", [roff("bellshape - make the columns of tables Gaussian")]),
            ("SYNOPSIS", [r"\fBbellshape\fR \fICOMMAND\fR [\fIOPTION\fR]... [\fITABLE\fR]"]),
            ("DESCRIPTION", paragraphs([description])),
            ("COMMANDS", listed),
            ("EXIT STATUS", EXIT_STATUS),
            ("ENVIRONMENT", ENVIRONMENT),
            ("EXAMPLES", verbatim(examples)),
            ("SEE ALSO", [", ".join(also)]),
        ],
    )


def bash(commands):
    names = " ".join(command.name for command in commands)
    lines = [
        "# SPDX-License-Identifier: BSD-3-Clause",
        "# Completions of bellshape for bash.",
        "_bellshape() {",
        "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options values=",
        "\tCOMPREPLY=()",
        '\tif [ "$COMP_CWORD" -eq 1 ]; then',
        f"\t\tmapfile -t COMPREPLY < <(compgen -W '{names} --help --version' -- \"$word\")",
        "\t\treturn",
        "\tfi",
        "\tcase ${COMP_WORDS[1]} in",
    ]
    for command in commands:
        options = " ".join(flag for o in command.options for flag in o.flags())
        lines += [f"\t{command.name})", f"\t\toptions='{options}'", "\t\tcase $before in"]
        for option in command.options:
            if option.value and option.value not in FILES:
                kind = "-d" if option.value in FOLDERS else f"-W '{' '.join(option.choices())}'"
                lines.append(f'\t\t{"|".join(option.flags())}) values="{kind}" ;;')
        lines += ["\t\tesac", "\t\t;;"]
    return "\n".join(
        [
            *lines,
            "\t*) return ;;",
            "\tesac",
            '\tif [ -n "$values" ]; then',
            '\t\teval "mapfile -t COMPREPLY < <(compgen $values -- \\"\\$word\\")"',
            "\telif [[ $word == -* ]]; then",
            '\t\tmapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")',
            "\telse",
            "\t\tcompopt -o filenames",
            '\t\tmapfile -t COMPREPLY < <(compgen -f -- "$word")',
            "\tfi",
            "}",
            "complete -F _bellshape bellshape\n",
        ]
    )


def for_zsh(text):
    """Write a text within single quotes of zsh, and within brackets."""
    return re.sub(r"([][:])", r"\\\1", text.replace("'", r"'\''"))


def for_fish(text):
    """Write a text within single quotes of fish."""
    return text.replace("\\", r"\\").replace("'", r"\'")


def zsh(commands):
    lines = [
        "#compdef bellshape",
        "# SPDX-License-Identifier: BSD-3-Clause",
        "# Completions of bellshape for zsh.",
        "_bellshape() {",
        "\tlocal -a commands=(",
        *(f"\t\t'{c.name}:{for_zsh(c.summary)}'" for c in commands),
        "\t)",
        "\tif (( CURRENT == 2 )); then",
        "\t\t_describe command commands",
        "\t\treturn",
        "\tfi",
        "\tlocal command=$words[2]",
        "\tshift words",
        "\t(( CURRENT-- ))",
        "\tcase $command in",
    ]
    for command in commands:
        lines += [f"\t{command.name})", "\t\t_arguments -s \\"]
        for o in command.options:
            text = for_zsh(o.text())
            kind = (
                "_files"
                if o.value in FILES
                else "_files -/"
                if o.value in FOLDERS
                else f"({' '.join(o.choices())})"
            )
            value = f":value:{kind}" if o.value else ""
            for flag in o.flags():
                lines.append(f"\t\t\t'*{flag}[{text}]{value}' \\")
        lines += ["\t\t\t'*:table:_files'", "\t\t;;"]
    return "\n".join([*lines, "\tesac", "}", '_bellshape "$@"\n'])


def fish(commands):
    names = " ".join(command.name for command in commands)
    none = f"not __fish_seen_subcommand_from {names}"
    lines = [
        "# SPDX-License-Identifier: BSD-3-Clause",
        "# Completions of bellshape for fish.",
    ]
    for c in commands:
        lines.append(f"complete -c bellshape -f -n '{none}' -a {c.name} -d '{for_fish(c.summary)}'")
    for c in commands:
        for o in c.options:
            letter = f" -s {o.letter}" * bool(o.letter)
            value = " -r" * bool(o.value)
            if o.value in FOLDERS:
                value += " -f -a '(__fish_complete_directories)'"
            elif o.value and o.value not in FILES:
                value += f" -f -a '{' '.join(o.choices())}'"
            lines.append(
                f"complete -c bellshape -n '__fish_seen_subcommand_from {c.name}'"
                f"{letter} -l {o.name}{value} -d '{for_fish(o.text())}'"
            )
    return "\n".join(lines) + "\n"


def main(program, folder, *names):
    folder = pathlib.Path(folder)
    version = run(program, "version").split()[1]
    examples, description, listed, _ = run(program, "--help").split("\n\n")
    summaries = [re.split(" +", line.strip(), maxsplit=1) for line in listed.splitlines()[1:]]
    found = [name for name, _ in summaries]
    if found != list(names):
        sys.exit(f"describe.py: the program has {found}, but cli/meson.build names {list(names)}")
    commands = [read_command(program, *summary) for summary in summaries]
    lines = [line.strip() for line in examples.splitlines()[1:]]
    main_text = main_page(commands, lines, " ".join(description.split()), version)
    (folder / "bellshape.1").write_text(main_text)
    for command in commands:
        (folder / f"bellshape-{command.name}.1").write_text(command_page(command, version))
    (folder / "bellshape.bash").write_text(bash(commands))
    (folder / "_bellshape").write_text(zsh(commands))
    (folder / "bellshape.fish").write_text(fish(commands))


if __name__ == "__main__":
    main(*sys.argv[1:])
