# SPDX-License-Identifier: BSD-3-Clause
"""The mean of an increasing function of a normal variable, by composite Gauss quadrature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# Panels of this width, in standard deviations, and so many nodes in each are exact to rounding for
# a lognormal of log-sd 18, whose values exceed a double where they still count.
WIDTH = 1.0
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
# Beyond this many standard deviations a bounded function adds less than 2^-60 of itself.  One that
# is not bounded gets more panels, up to where the normal density is no double.
NEAR, FAR = 9, 38
NEGLIGIBLE = 2.0**-60
# A normal variable is farther than this many standard deviations above its mean in 2^-53 of cases.
SIGHT = 8.2095
# Around a point where the function is not smooth the panels shrink by this factor, so often: each
# is then no wider than three times its distance from the point, where 16 nodes are exact.
SHRINK, TIMES = 4.0, 20
# The nodes in memory at a time
BLOCK = 2**18


@dataclass
class Sides:
    """How far a function reaches, below and above, and what is known of it there.

    `limit` is where its image ends, infinite if it does not.  It takes no value beyond `cap`.
    `kinks` are the points where it is not smooth.
    """

    limit: tuple[float, float]
    cap: tuple[float, float]
    kinks: list[float]
    # Whether what lies beyond a limit counts, as a constant, or the mean ends in SIGHT of it.
    counts_beyond: bool


def normal_mean(
    function: Callable[[np.ndarray], np.ndarray], z: np.ndarray, sd: np.ndarray, sides: Sides
) -> np.ndarray:
    """Return the means of function(z + sd e), where e is standard normal.

    Parameters
    ----------
    function : callable
        It takes and returns an array of float64.
    z, sd : ndarray of shape (n,)
        The means and the standard deviations; those are above 0.
    sides : Sides
        What is known of the function.

    Returns
    -------
    ndarray of shape (n,)
        The means; infinite where a value that counts exceeds a double.
    """
    out = np.empty(z.shape)
    panels = 2 * int(NEAR / WIDTH) + (1 + 2 * TIMES) * len(sides.kinks)
    rows = max(1, BLOCK // (panels * len(NODES)))
    for first in range(0, len(z), rows):
        part = slice(first, first + rows)
        out[part] = block_mean(function, z[part], sd[part], sides)
    return out


def block_mean(
    function: Callable[[np.ndarray], np.ndarray], z: np.ndarray, sd: np.ndarray, sides: Sides
) -> np.ndarray:
    def integral(edges: np.ndarray) -> np.ndarray:
        """Integrate over the panels between edges, of which each z has a row."""
        half = np.diff(edges, axis=1)[..., None] / 2
        e = edges[:, :-1, None] + half * (1 + NODES)
        x = function((z[:, None, None] + sd[:, None, None] * e).ravel()).reshape(e.shape)
        x = np.clip(x, *sides.cap)
        density = WEIGHTS * half * np.exp(-e * e / 2) / np.sqrt(2 * np.pi)
        # A panel of no width may lie where the function is infinite.
        return np.asarray(np.where(density > 0, x * density, 0.0).sum(axis=(1, 2)))

    bounded = [bool(np.isfinite(limit)) for limit in sides.limit]
    low, high = (NEAR if sides.counts_beyond or not there else SIGHT for there in bounded)
    steps = np.arange(-NEAR, NEAR + WIDTH / 2, WIDTH)
    shrinking = WIDTH * SHRINK ** -np.arange(TIMES)
    around = np.concatenate([-shrinking, [0.0], shrinking[::-1]])
    with np.errstate(over="ignore"):
        edges = [np.broadcast_to(steps, (len(z), len(steps)))]
        edges += [((kink - z) / sd)[:, None] + around for kink in sides.kinks]
    total = integral(np.sort(np.clip(np.hstack(edges), -low, high), axis=1))
    for sign, there in zip((-1, 1), bounded, strict=True):
        for start in np.arange(NEAR, FAR, WIDTH) if not there else ():
            panel = np.sort(sign * np.array([[start, start + WIDTH]]))
            more = integral(np.repeat(panel, len(z), axis=0))
            total = total + more
            if not (np.abs(more) > NEGLIGIBLE * np.abs(total)).any():
                break
    return total
