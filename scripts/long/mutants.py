#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""mutants.py FOLDER [options] - do the tests notice a wrong line?

Changes one place of the library at a time, and runs suites until one fails.  A mutant that all of
them pass has survived.  One whose objects have the same bytes as before is no mutant, and one that
does not compile is none.

Objects are compiled without much optimization and for one vector backend and the scalar one, and
the suites load the library, so that a mutant costs an object, a link and the suites up to the one
that notices.  The tree is not written to: the changed file lies in a folder that the compiler looks
into first.  Nobody else should change the tree meanwhile; mutants.sh runs a copy.

The places are drawn part by part in turn, so that a run which was stopped has tried as many of
each.  Verdicts are added to FOLDER/results.txt, and a run goes on where the last one was; delete
the file after a change of the tests, or of the lists of suites.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import fnmatch
import functools
import hashlib
import os
import pathlib
import platform
import random
import re
import resource
import shutil
import subprocess
import sys
import threading

from mutations import ROOT, mutated, named, places_of

EXPLAINED = ROOT / "scripts/long/mutants-survivors.txt"

# The vector backend of this machine, with its flags in meson.build.
VECTORS, FLAGS = {
    "x86_64": ("avx2", ["-mavx2", "-mfma"]),
    "aarch64": ("neon", []),
}[platform.machine()]
BACKENDS = {VECTORS: FLAGS, "scalar": FLAGS and ["-mfma", "-DFP_FAST_FMA=1"]}

# Parts of the library: their files, and the suites that look at them, in the order in which they
# run: those that notice most, and those that take a second or more at the end.  Suites that repeat
# calls with very many numbers, as layer_shapes and grid do, are left out.
PARTS = {
    "kernels": (
        "src/kernels/*.inc",
        "hashes golden layer_golden transform transform_f32 moments vocabulary vocabulary_integers "
        "likelihood normal transpose box_cox box_cox_transform normal_values moments_merge "
        "layer_edges layer_strides layer_parts layer elementary sketch families_transform "
        "normal_map sketch_merge backends",
    ),
    "layer": (
        "src/layer/*",
        "layer_golden layer_edges layer_parts layer_strides layer_errors layer_calls layer",
    ),
    "fit": (
        "src/fit/*.c",
        "golden flags profile robust box_cox fit_options collapse rounded units families_options "
        "choose_heldout choose_likelihood likelihood verdict verdict_numbers families choose unit "
        "scores weights fit scores_sketch table",
    ),
    "sketch": (
        "src/sketch/*.c",
        "sketch_bytes sketch_nodes sketch_quantile sketch_weights sketch_contents golden units "
        "rounded sketch sketch_merge state state_columns weights normality_sketch "
        "scores_sketch fit plot",
    ),
    "transform": (
        "src/*transform.c",
        "transform box_cox_transform transform_f32 score_models score_columns golden "
        "table_transform families_transform table",
    ),
    "model": (
        "src/model/*.c",
        "model model_json model_text model_damage formats model_check score_models table",
    ),
    "state": ("src/state/*.c", "state_bytes state_columns state table"),
    "normality": (
        "src/normality/*.c",
        "normality_distribution golden normality normality_sketch verdict weights plot",
    ),
}

# The CPU time of one test of a suite after which it surely hangs: the longest takes 2 seconds.
# The time of the whole suite by the clock counts as well, for tests that wait for each other.
CPU_SECONDS, CLOCK_SECONDS = 20, 400
MEMORY = 4 << 30


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Build:
    """The library and the suites as they are, and what a mutant changes of them."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "backends.def").write_text("".join(f"BACKEND({name})\n" for name in BACKENDS))
        cache = [shutil.which("ccache")] if shutil.which("ccache") else []
        self.compiler = [*cache, os.environ.get("CC", "gcc")]
        packages = ["criterion", "sleef", "libcjson"]
        self.flags, self.libraries = (
            subprocess.check_output(["pkg-config", what, *packages], text=True).split()
            for what in ("--cflags", "--libs")
        )
        # Objects by name: (source, flags).  The names of sources are those of meson.build.
        names = re.findall(r"^    '([\w/]+\.c)',$", (ROOT / "src/meson.build").read_text(), re.M)
        self.parts = {f"src/{name}": [] for name in names}
        self.parts |= {f"src/{name}/backend.c": flags for name, flags in BACKENDS.items()}
        support = re.search(
            r"'support',(.*?)include", (ROOT / "tests/meson.build").read_text(), re.S
        )
        self.support = {f"tests/{name}": [] for name in re.findall(r"'([\w]+\.c)'", support[1])}
        self.extra = {"vocabulary": "words.c", "vocabulary_integers": "words.c"}
        self.extra["normal_map"] = "normal_map.c"
        self.suites = sorted({suite for _, suites in PARTS.values() for suite in suites.split()})

    def objects_of(self, suite):
        """Objects of a suite: (source, flags, name)."""
        yield f"tests/test_{suite}.c", [], f"tests/test_{suite}.c"
        if suite in self.extra:
            for name, flags in BACKENDS.items():
                what = [f"-DBACKEND={name}", f'-DSIMD="{name}/simd.h"']
                yield (
                    f"tests/{self.extra[suite]}",
                    flags + what,
                    f"tests/{name}/{self.extra[suite]}",
                )

    def compiled(self, source, flags, output, before=(), level="-O1"):
        """Compiles a file; folders of `before` are searched first."""
        output.parent.mkdir(parents=True, exist_ok=True)
        places = [f"-I{place}" for place in (*before, self.folder, ROOT / "src", ROOT / "include")]
        command = [*self.compiler, "-std=c11", level, "-w", "-fPIC", "-ffp-contract=off",
                   "-fno-semantic-interposition", "-D_GNU_SOURCE", *flags, *places,
                   f"-iquote{ROOT / 'tests'}", *self.flags, "-MMD", "-c", source,
                   "-o", output]  # fmt: skip
        return subprocess.run(command, capture_output=True, cwd=self.folder).returncode == 0

    def object(self, name, inside="clean"):
        return self.folder / inside / (name + ".o")

    def linked(self, output, objects):
        options = ["-shared", "-Wl,-Bsymbolic,-soname,libbellshape.so", *self.libraries]
        command = [self.compiler[-1], "-o", output, *objects, *options, "-pthread", "-lm"]
        return subprocess.run(command, capture_output=True).returncode == 0

    def linked_suite(self, suite, output, objects):
        library = self.folder / "clean/libbellshape.so"
        command = [self.compiler[-1], "-o", output, *objects, self.folder / "clean/support.a",
                   library, *self.libraries, "-pthread", "-lm"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"mutants: the suite {suite} does not link:\n{done.stderr}")

    def everything(self, jobs):
        """Compiles and links all as it is."""
        wanted = [(s, f, s) for s, f in {**self.parts, **self.support}.items()]
        wanted += [entry for suite in self.suites for entry in self.objects_of(suite)]

        def one(entry):
            source, flags, name = entry
            if not self.compiled(ROOT / source, flags, self.object(name)):
                sys.exit(f"mutants: {source} does not compile")

        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            list(pool.map(one, wanted))
        archive = self.folder / "clean/support.a"
        archive.unlink(missing_ok=True)
        subprocess.run(["ar", "rcs", archive, *map(self.object, self.support)], check=True)
        if not self.linked(self.folder / "clean/libbellshape.so", map(self.object, self.parts)):
            sys.exit("mutants: the library does not link")
        for suite in self.suites:
            objects = [self.object(name) for _, _, name in self.objects_of(suite)]
            self.linked_suite(suite, self.folder / f"clean/test_{suite}", objects)

    def try_suites(self, jobs):
        """All suites must pass without any mutant, unless the same ones did so in the last run."""
        programs = [self.folder / f"clean/test_{suite}" for suite in self.suites]
        digest = hashlib.sha256()
        for file in [self.folder / "clean/libbellshape.so", *programs]:
            digest.update(file.read_bytes())
        stamp = self.folder / "passed"
        if stamp.exists() and stamp.read_text() == digest.hexdigest():
            return
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            fine = pool.map(lambda program: self.passed(program, self.folder / "clean"), programs)
        if failed := [p.name for p, passed in zip(programs, fine, strict=True) if not passed]:
            sys.exit(f"mutants: these fail without any: {', '.join(failed)}")
        stamp.write_text(digest.hexdigest())

    @functools.cache  # noqa: B019
    def sources(self, name):
        """The files that an object was compiled from; ccache gives them relative to the folder."""
        rule = self.object(name).with_suffix(".d").read_text()
        names = rule.partition(": ")[2].replace("\\\n", " ").split()
        return [pathlib.Path(os.path.normpath(self.folder / name)) for name in names]

    def depends(self, name, path):
        return ROOT / path in self.sources(name)

    def passed(self, program, library):
        environment = os.environ | {
            "BELLSHAPE_GOLDEN": str(ROOT / "tests/golden"),
            "BELLSHAPE_BACKEND": VECTORS,
            "LD_LIBRARY_PATH": str(library),
        }
        command = [program, "--fail-fast", "-j1"]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, env=environment, cwd=self.folder, stdin=quiet,
                                   stdout=quiet, stderr=quiet, preexec_fn=limits,
                                   start_new_session=True)  # fmt: skip
        try:
            return process.wait(CLOCK_SECONDS) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            # Tests are processes of their own, and may be left over.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            process.wait()

    def verdict(self, place, inside):
        """What becomes of a mutant.  Its files lie in the folder `inside`."""
        path = place[0]
        folder = self.folder / inside
        shutil.rmtree(folder, ignore_errors=True)
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text(mutated(place))
        before = [folder / "src", (ROOT / path).parent]
        if not any(self.depends(name, path) for name in self.parts):
            sys.exit(f"mutants: no object is compiled from {path}")
        objects, changed = [], []
        for name, flags in self.parts.items():
            if not self.depends(name, path):
                objects.append(self.object(name))
                continue
            source = folder / path if name == path else ROOT / name
            if not self.compiled(source, flags, self.object(name, inside), before):
                return "does not compile"
            objects.append(self.object(name, inside))
            if self.object(name).read_bytes() != self.object(name, inside).read_bytes():
                changed.append((name, source, flags))
        if not changed:
            return "same bytes"
        if not self.linked(folder / "libbellshape.so", objects):
            return "does not compile"
        for suite in PARTS[part_of(path)][1].split():
            if not self.passed(self.program(suite, path, folder, before), folder):
                return f"killed by {suite}"
        # What the better optimizer finds to be the same is the same.
        for name, source, flags in changed:
            first, second = self.object(name, inside + "/clean"), self.object(name, inside)
            self.compiled(ROOT / name, flags, first, level="-O3")
            self.compiled(source, flags, second, before, "-O3")
            if first.read_bytes() != second.read_bytes():
                return "SURVIVED"
        return "same bytes"

    def program(self, suite, path, folder, before):
        """The program of a suite, linked once more where it contains the file itself."""
        own = list(self.objects_of(suite))
        if not any(self.depends(name, path) for _, _, name in own):
            return self.folder / f"clean/test_{suite}"
        for source, flags, name in own:
            self.compiled(ROOT / source, flags, folder / (name + ".o"), before)
        self.linked_suite(suite, folder / f"test_{suite}", [folder / (n + ".o") for _, _, n in own])
        return folder / f"test_{suite}"


def part_of(path):
    return next(part for part, (files, _) in PARTS.items() if fnmatch.fnmatch(path, files))


def drawn(seed, only):
    """All places in the order in which they are tried, a part after the other."""
    files = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "src").rglob("*.*"))
    parts = []
    for pattern, _ in PARTS.values():
        paths = [path for path in files if fnmatch.fnmatch(path, pattern)]
        paths = [path for path in paths if path.endswith((".c", ".inc"))]
        places = [place for path in paths for place in places_of(path, (ROOT / path).read_text())]
        random.Random(seed).shuffle(places)
        parts.append(places)
    order = []
    for i in range(max(map(len, parts))):
        order += [places[i] for places in parts if i < len(places)]
    return [place for place in order if fnmatch.fnmatch(place[0], only)]


def lines_of(path):
    return path.read_text().splitlines() if path.exists() else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=400, help="how many are tried")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="*", metavar="PATTERN", help="files, as in src/fit/*")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    build = Build(folder)
    build.everything(arguments.jobs)
    build.try_suites(arguments.jobs)

    results = folder / "results.txt"
    known = {name: verdict for verdict, name in (line.split("\t") for line in lines_of(results))}
    # Lines of EXPLAINED that begin with # and those that are indented say why.
    explained = {line for line in lines_of(EXPLAINED) if line and line[0] not in "#\t"}
    places = drawn(arguments.seed, arguments.only)
    lock, turns, tried, counts = threading.Lock(), iter(places), [0], collections.Counter()

    def worker(inside):
        while True:
            with lock:
                place = next(turns, None)
                if place is None or tried[0] >= arguments.count:
                    return
                tried[0] += 1
            name = named(place)
            verdict = known.get(name) or build.verdict(place, inside)
            with lock:
                if name not in known:
                    known[name] = verdict
                    with open(results, "a") as file:
                        file.write(f"{verdict}\t{name}\n")
                part = part_of(place[0])
                what = verdict.split(" by ")[0]
                if what == "SURVIVED" and name in explained:
                    what = "explained"
                counts[what] += 1
                counts[what, part] += 1
                if what in ("does not compile", "same bytes"):
                    tried[0] -= 1
                if what == "SURVIVED":
                    print(f"survived: {name}", flush=True)

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        list(pool.map(worker, [f"mutant{i}" for i in range(arguments.jobs)]))
    report(counts, len(places))


def report(counts, places):
    for part in sorted({key[1] for key in counts if isinstance(key, tuple)}):
        lost = counts["SURVIVED", part] + counts["explained", part]
        killed = counts["killed", part]
        print(f"{part}: {killed} of {killed + lost} killed")
    tried = counts["killed"] + counts["SURVIVED"] + counts["explained"]
    print(
        f"mutants: {counts['killed']} of {tried} killed, {counts['explained']} survivors explained"
    )
    print(f"{places} places; {counts['same bytes']} change nothing,", end=" ")
    print(f"{counts['does not compile']} do not compile")


main()
