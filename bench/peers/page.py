# SPDX-License-Identifier: BSD-3-Clause
"""The results as text, and as docs/benchmarks.md with a picture."""

import json
import pathlib
import sys

import skewness
from chart import peers_svg, ratio

TEMPLATE = pathlib.Path(__file__).with_name("page.template.md")

TEXT_HEAD = (
    f"\n{'what':<36} {'type':<8} {'thr':>3} {'peer':<14} {'n':>9} {'ours':>9} {'theirs':>10} "
    f"{'ratio':>8} {'target':>7}  answers   (ns a value)"
)


def missed(r):
    return bool(r["target"]) and r["ratio"] < r["target"]


def text_row(r):
    target = f"{r['target']:.4g}x" if r["target"] else ""
    answers = "agree" if r["agree"] else f"DIFFER by {r['difference']:.0e} ({r['difference_of']})"
    return (
        f"{r['what']:<36} {r['type']:<8} {r['threads']:>3} {r['peer']:<14} {r['n']:>9} "
        f"{r['ours_ns']:>9.3f} {r['theirs_ns']:>10.3f} {r['ratio']:>7.2f}x {target:>7}  {answers}"
        f"{', MISSED' if missed(r) else ''}"
    )


def text_failures(rows):
    lines = ["\nColumns on which a library fails:"]
    for r in rows:
        for library, wrong in r["wrong"].items():
            lines += [f"  {r['column']}, {library}: {'; '.join(wrong)}"] if wrong else []
    return "\n".join(lines)


def text_program(p):
    lines = [f"\nCSV, {p['rows']} rows x {p['columns']} columns, {p['bytes'] / 1e6:.0f} MB"]
    for r in p["results"]:
        lines.append(
            f"  {r['job']}, threads {r['threads']}: {r['ours_seconds']:.2f} s and "
            f"{r['ours_mib']:.0f} MiB; pandas and scikit-learn {r['theirs_seconds']:.2f} s and "
            f"{r['theirs_mib']:.0f} MiB; {r['ratio']:.1f}x"
        )
    return "\n".join([*lines, f"  outputs differ by {p['difference']:.0e} sd"])


# ---- Markdown ----


def table(head, rows):
    """Cells that begin with a digit are numbers, to the right."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def number(x):
    return f"{x:.3f}" if x < 1 else f"{x:.2f}" if x < 10 else f"{x:.1f}" if x < 100 else f"{x:.0f}"


def aim(target, value, most=False):
    """A wanted value and whether it was reached."""
    if target is None:
        return ""
    good = value <= target if most else value >= target
    return f"{'≤' if most else '≥'} {target:.3g}{'' if good else ', **missed**'}"


def between(quartiles):
    return "{} – {}".format(*map(number, quartiles))


def section(rows, name):
    cells = []
    for r in (r for r in rows if r["section"] == name):
        answers = (
            "agree" if r["agree"] else f"**differ**: {r['difference_of']}, {r['difference']:.0e}"
        )
        cells.append(
            [
                r["what"],
                r["type"],
                r["threads"],
                f"{r['n']:.0e}".replace("e+0", "e"),
                r["peer"],
                f"{number(r['ours_ns'])} ({between(r['ours_quartiles'])})",
                f"{number(r['theirs_ns'])} ({between(r['theirs_quartiles'])})",
                f"**{ratio(r['ratio'])}**",
                aim(r["target"], r["ratio"]),
                answers,
            ]
        )
    return table(
        [
            "what",
            "type",
            "threads",
            "n",
            "peer",
            "ours, ns (quartiles)",
            "theirs, ns",
            "ratio",
            "wanted",
            "answers",
        ],
        cells,
    )


# The aims of the C calls: (label of bellshape-bench, most ns, least part of the bandwidth).
GOALS = (
    ("moments f64", "1e7", None, 0.8),
    ("moments f32", "1e7", None, 0.8),
    ("fit lognormal f64", "1e6", 5, None),
    ("fit mixed sign f64", "1e6", 5, None),
    ("transform lognormal f64", "1e6", 2.5, None),
    ("transform mixed sign f64", "1e6", 2.5, None),
    ("inverse lognormal f64", "1e6", 2.5, None),
    ("inverse mixed sign f64", "1e6", 2.5, None),
    ("transform lognormal f32", "1e6", 1, None),
    ("transform mixed sign f32", "1e6", 1, None),
    ("inverse lognormal f32", "1e6", 1, None),
    ("inverse mixed sign f32", "1e6", 1, None),
    ("normal f32", "1e7", 0.8, None),
    ("normal f64", "1e7", 2, None),
)

# What two threads are to make of long calls: (label, data, least ratio to one thread).
SHARED = (
    ("moments f64", "1e7", 1.8),
    ("fit lognormal f64", "1e6", 1.8),
    ("transform lognormal f64", "1e6", 1.8),
    ("normal f64", "1e7", 1.8),
)


def jobs(kernels):
    goals = {(what, data): (most, least) for what, data, most, least in GOALS}
    cells = []
    for r in kernels["results"]:
        if r["group"] != "job":
            continue
        most, least = (
            goals.get((r["what"], r["data"]), (None, None)) if r["threads"] == 1 else (None, None)
        )
        part = r["part_of_bandwidth"]
        wanted = aim(most, r["median"], most=True) or aim(least, part or 0)
        cells.append(
            [
                r["what"],
                r["data"],
                r["threads"],
                number(r["median"]),
                f"{number(r['q1'])} – {number(r['q3'])}",
                "" if r["cycles"] is None else number(r["cycles"]),
                "" if part is None else f"{part:.2f}",
                wanted,
            ]
        )
    return table(
        ["job", "n", "threads", "ns a value", "quartiles", "cycles", "part of bandwidth", "wanted"],
        cells,
    )


def wanted(result):
    """Every aim, what was measured, and whether that is enough."""
    rows = []
    for what, data, most, least in GOALS:
        for r in result["kernels"]["results"]:
            if (r["what"], r["data"], r["threads"]) == (what, data, 1):
                value = r["median"] if most else r["part_of_bandwidth"] or 0
                rows.append(
                    (
                        f"{what}, n = {data}",
                        f"≤ {most} ns" if most else f"≥ {least} of the bandwidth",
                        number(value),
                        value <= most if most else value >= least,
                    )
                )
    took = {(r["what"], r["data"], r["threads"]): r["median"] for r in result["kernels"]["results"]}
    for what, data, least in SHARED:
        one, two = took.get((what, data, 1)), took.get((what, data, 2))
        if one and two:
            rows.append(
                (
                    f"{what}, n = {data}: two threads",
                    f"≥ {least} × one",
                    ratio(one / two),
                    one / two >= least,
                )
            )
    for r in (r for r in result["rows"] if r["target"]):
        faster = r["target"] >= 1
        aim_of = (
            f"≥ {r['target']:g} × {r['peer']}"
            if faster
            else f"≤ {1 / r['target']:g} times {r['peer']}"
        )
        value = r["ratio"] if faster else 1 / r["ratio"]
        rows.append(
            (f"{r['what']}, {r['type']}", aim_of, ratio(value), not missed(r) and r["agree"])
        )
    for r in (r for r in result["program"]["results"] if r["target"]):
        rows.append(
            (
                f"CSV, {r['job']}, all threads",
                f"≥ {r['target']} × pandas and scikit-learn",
                ratio(r["ratio"]),
                not missed(r),
            )
        )
        memory = r["ours_mib"]
        rows.append(
            ("its memory", f"≤ {r['target_mib']} MiB", f"{memory:.0f}", memory <= r["target_mib"])
        )
    return rows


def wanted_table(rows):
    return table(
        ["what, by one thread unless said", "wanted", "measured", ""],
        [[*cells, "yes" if good else "**missed**"] for *cells, good in rows],
    )


def each_kernel(kernels):
    """The kernels on the best backend, where the data lie in L1, L2 and memory."""
    found = {}
    for r in kernels["results"]:
        if r["group"] == "kernel" and r["backend"] == kernels["backend"]:
            found.setdefault(r["what"], {})[r["data"]] = r
    cells = []
    for what, places in found.items():
        row = [f"`{what}`"]
        for place in "L1", "L2", "DRAM":
            r = places.get(place)
            part = r and r["part_of_bandwidth"]
            row += (
                [number(r["median"]), number(r["cycles"]), f"{part:.2f}" if part else ""]
                if r
                else ["", "", ""]
            )
        cells.append(row)
    return table(
        [
            "kernel",
            *(
                f"{p}{unit}"
                for p in ("L1", "L2", "DRAM")
                for unit in (", ns", ", cycles", ", part")
            ),
        ],
        cells,
    )


def memory(kernels):
    cells = [
        [
            r["what"],
            r["data"],
            r["threads"],
            number(r["gb_per_s"]),
            f"{number(r['q1'])} – {number(r['q3'])}",
        ]
        for r in kernels["results"]
        if r["group"] == "memory"
    ]
    return table(["way", "data", "threads", "GB/s", "ns for 8 bytes, quartiles"], cells)


def failures(rows):
    cells = []
    for r in rows:
        for library in (name for name, wrong in r["wrong"].items() if wrong):
            text = "; ".join(r["wrong"][library]).replace("|", "\\|")
            cells.append([r["column"], r["n"], library, text])
    return table(["column", "n", "library", "what it returned"], cells)


def from_file(p):
    cells = []
    for r in p["results"]:
        cells.append(
            [
                r["job"],
                r["threads"],
                f"{r['ours_seconds']:.2f} s",
                f"{r['theirs_seconds']:.2f} s",
                f"**{ratio(r['ratio'])}**",
                aim(r["target"], r["ratio"]),
                f"{r['ours_mib']:.0f} MiB, wanted {aim(r['target_mib'], r['ours_mib'], most=True)}",
                f"{r['theirs_mib']:.0f} MiB",
            ]
        )
    return table(
        ["job", "threads", "ours", "theirs", "ratio", "wanted", "our memory", "their memory"], cells
    )


def describe(result):
    m = result["machine"]
    caches = ", ".join(f"{k} {v}" for k, v in m["caches"].items())
    shares = [r["cpu_part"] for r in result["rows"] if r["threads"] == 1 and r["cpu_part"]]
    part = 100 * sum(shares) / len(shares)
    busy = f"; in the rows of one thread the process had {part:.0f} % of a CPU"
    return (
        f"{m['cpu']}, {m['cpus']} CPUs ({caches}), {m['system']}, {m['compiler']}. "
        f"Load before {m['load_before']}, after {m['load_after']}{busy}."
    )


def write(result, folder):
    p, k, f = result["program"], result["kernels"], result["failures"]
    sections = {
        name: section(result["rows"], name)
        for name in ("moments", "fit", "transform", "normals", "layers")
    }
    aims = wanted(result)
    note = (
        ""
        if result["authors"]
        else "The authors' layers did not run: `--layers FILE` was not given.\n\n"
    )
    text = TEMPLATE.read_text().format(
        wanted=wanted_table(aims),
        reached=sum(good for *_, good in aims),
        goals=len(aims),
        date=result["date"],
        machine=describe(result),
        **sections,
        layers_note=note,
        versions=", ".join(f"{a} {b}" for a, b in result["versions"].items()) + ".",
        rows=p["rows"],
        columns=p["columns"],
        megabytes=p["bytes"] / 1e6,
        difference=p["difference"],
        program=from_file(p),
        skewness=skewness.section(result["skewness"]),
        failures=failures(f),
        tried=len(f),
        failing=sum(any(r["wrong"].values()) for r in f),
        backend=k["backend"],
        repetitions=k["repetitions"],
        clock=k["clock_ghz"],
        jobs=jobs(k),
        kernels=each_kernel(k),
        memory=memory(k),
    )
    (folder / "benchmarks.md").write_text(text)
    (folder / "benchmarks-peers.svg").write_text(peers_svg(result["rows"]))


if __name__ == "__main__":
    # page.py RESULT.json FOLDER: the page again from saved numbers
    write(json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2]))
