# SPDX-License-Identifier: BSD-3-Clause
"""A row of the comparison: two calls that do the same, timed in turn."""

import dataclasses
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.stats

AGREE = {  # largest difference between answers that agree; peers search lambda to about 1e-8
    "lambda": 1e-5,  # |difference| * sd(log)
    "z": 1e-4,  # standard deviations
    "x": 1e-4,  # relative: of a round trip through two slightly different lambda
    "moment": 1e-9,  # relative
    "moment of float32": 1e-6,  # some peers sum in float32
    "quantile": 6,  # standard errors of the difference, from 1 % to 99 %
    "output": 1e-3,  # of a layer, without noise: standard deviations
}


def relative(a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-3)))


def absolute(a, b):
    return float(np.max(np.abs(np.asarray(a) - np.asarray(b))))


def quantiles_apart(a, b):
    """The largest of 99, in standard errors of a difference of two normal samples."""
    p = np.linspace(0.01, 0.99, 99)
    z = scipy.stats.norm.ppf(p)
    error = np.sqrt(p * (1 - p) * (1 / a.size + 1 / b.size)) / scipy.stats.norm.pdf(z)
    return float(np.max(np.abs(np.quantile(a, p) - np.quantile(b, p)) / error))


@dataclasses.dataclass
class Row:
    """`ours` and `theirs` take n values; difference(ours(), theirs()) is one of AGREE's.

    answers: what to compare instead, if the timed calls are not comparable as they are.
    target: theirs/ours that is wanted.
    """

    section: str
    what: str
    peer: str
    kind: str
    threads: int
    n: int
    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    difference: Callable[[Any, Any], float]
    difference_of: str
    target: float | None = None
    answers: Callable[[], tuple] | None = None

    def measure(self, seconds, most=15):
        """In turn, ours as often as it fits beside theirs; medians of the time on the wall."""
        start = time.perf_counter_ns()
        theirs = self.theirs()  # also warms up
        once = [0, time.perf_counter_ns() - start]
        difference = self.difference(*(self.answers() if self.answers else (self.ours(), theirs)))
        del theirs
        once[0] = self._time(self.ours)[0]
        repeat = int(min(5, max(1, 0.25 * once[1] / once[0])))
        rounds = int(min(most, max(3, seconds * 1e9 / (repeat * once[0] + once[1]))))
        wall, cpu = ([], []), 0
        for _ in range(rounds):
            for side, call, times in ((0, self.ours, repeat), (1, self.theirs, 1)):
                for _ in range(times):
                    t = self._time(call)
                    wall[side].append(t[0] / self.n)
                    cpu += t[1] / self.n
        ours, theirs = (quartiles(side) for side in wall)
        return {
            "section": self.section,
            "what": self.what,
            "peer": self.peer,
            "type": self.kind,
            "threads": self.threads,
            "n": self.n,
            "rounds": rounds,
            "ours_ns": ours[1],
            "theirs_ns": theirs[1],
            "ours_quartiles": [ours[0], ours[2]],
            "theirs_quartiles": [theirs[0], theirs[2]],
            "ratio": theirs[1] / ours[1],
            "target": self.target,
            "difference": difference,
            "difference_of": self.difference_of,
            "agree": bool(difference <= AGREE[self.difference_of]),
            "cpu_part": cpu / (sum(wall[0]) + sum(wall[1])),
        }

    @staticmethod
    def _time(call):
        start = time.perf_counter_ns(), time.process_time_ns()
        call()
        end = time.perf_counter_ns(), time.process_time_ns()
        return end[0] - start[0], end[1] - start[1]


def quartiles(samples):
    if len(samples) < 2:
        return [samples[0]] * 3
    return statistics.quantiles(samples, n=4, method="inclusive")
