#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Tests of the benchmark program: bench.py BELLSHAPE-BENCH KERNELS.DEF.

It covers every kernel, and its reports say what it measured.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

PROGRAM, KERNELS = sys.argv[1], pathlib.Path(sys.argv[2])
SHORT = ("--quick", "--repeat", "3", "--threads", "2", "--filter", "moments_f64")


def run(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)


def small(kernel):
    """Whether a kernel takes nodes or bins, which are never more than the first cache holds."""
    return kernel.startswith("score") or kernel == "quadrature"


class Bench(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.file = pathlib.Path(self.folder.name) / "run.json"

    def save(self):
        self.file.write_text(run("--json", *SHORT).stdout)
        return json.loads(self.file.read_text())

    def test_every_kernel_at_every_place(self):
        labels = [line.split() for line in run("--list").stdout.splitlines()]
        found = {(w[1], w[3]) for w in labels if w[0] == "kernel" and not small(w[1])}
        names = re.findall(r"^KERNEL\(\w+, (\w+),", KERNELS.read_text(), re.M)
        self.assertGreater(len(names), 20)
        self.assertEqual(
            found,
            {(n, p) for n in names if not small(n) for p in ("L1", "L2", "DRAM")},
        )

    def test_json_fits_together(self):
        saved = self.save()
        rows = {r["label"]: r for r in saved["results"]}
        self.assertTrue(0.1 < saved["clock_ghz"] < 20)
        kernels = [r for r in rows.values() if r["group"] == "kernel"]
        self.assertTrue(kernels)
        for r in kernels:
            read = rows["memory read L1 threads=1"]
            self.assertTrue(0 < r["min"] <= r["q1"] <= r["median"] <= r["q3"])
            self.assertEqual((r["reads"], r["writes"]), (8, 0))
            self.assertAlmostEqual(r["gb_per_s"] * r["median"] / 8, 1, 3)
            self.assertAlmostEqual(r["cycles"] / r["median"] / saved["clock_ghz"], 1, 2)
            self.assertAlmostEqual(r["part_of_bandwidth"] * r["median"] / read["median"], 1, 2)

    def test_against_a_saved_run(self):
        saved = self.save()
        label = "kernel moments_f64 plain L1 threads=1"
        for r in saved["results"]:
            if r["label"] == label:  # as if it had been a hundred times as fast
                r.update({k: r[k] / 100 for k in ("median", "q1", "q3")})
        self.file.write_text(json.dumps(saved))
        lines = run("--against", self.file, *SHORT).stdout.splitlines()
        (line,) = [line for line in lines if line.endswith(label)]
        ratio = line.split()[2]
        self.assertGreater(float(ratio.rstrip("*")), 10)
        self.assertTrue(ratio.endswith("*"), line)

    def test_beside_another_build(self):
        lines = run("--beside", PROGRAM, *SHORT).stdout.splitlines()
        found = [line for line in lines if "kernel moments_f64" in line]
        self.assertTrue(found)
        for line in found:
            self.assertTrue(0.01 < float(line.split()[2].rstrip("*")) < 100, line)

    def test_picture(self):
        path = pathlib.Path(self.folder.name) / "run.svg"
        run("--svg", path, *SHORT)
        svg = xml.etree.ElementTree.parse(path).getroot()
        names = [t.text for t in svg.iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn("moments_f64", names)
        self.assertTrue(list(svg.iter("{http://www.w3.org/2000/svg}circle")))

    def test_errors_name_what_is_wrong(self):
        self.file.write_text("{}")
        for arguments, text in (
            (("--against", self.file), f"{self.file}: no run"),
            (("--against", "/nowhere"), "/nowhere: No such file"),
            (("--beside", "/nowhere"), "/nowhere: No such file"),
            (("--svg", "/nowhere/x.svg"), "cannot write /nowhere/x.svg"),
            (("--repeat", "-3"), "'--repeat'"),
            (("--filter",), "'--filter'"),
        ):
            done = run(*SHORT, *arguments)
            self.assertNotEqual(done.returncode, 0, arguments)
            self.assertIn(text, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
