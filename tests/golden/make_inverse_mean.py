#!/usr/bin/env python3
"""inverse_mean.json: means of x whose transform is normal (mpmath, 40 to 480 digits).

    make_inverse_mean.py >inverse_mean.json

SPDX-License-Identifier: BSD-3-Clause
"""

import json
import random

import mpmath as mp

N = 40
SIGHT = "8.2095"  # where "nan" ends the mean on a bounded side
FAR = 30  # where the normal density has no weight for any of these columns
Z = [(0, 0.5), (1.5, 0.25), (-2, 0.1), (0.5, 1), (3, 0.02)]


def columns():
    r = random.Random(1)
    normal = [r.gauss(0, 1) for _ in range(N)]
    gamma = [r.gammavariate(2, 1) for _ in range(N)]
    bc, yj = "box-cox", "yeo-johnson"

    def column(values):
        return [float(f"{v:.9g}") for v in values]

    for lmbda in (-1.5, -0.4, -0.03, 0.0, 1e-12, 0.5, 1.0):
        yield yj, lmbda, column(2 * g for g in gamma)
        yield bc, lmbda, column(2 * g for g in gamma)
    for lmbda in (-0.5, 0.6, 2.0, 2.7):
        yield yj, lmbda, column(normal)
    yield yj, -140.0, column(1013 + 5 * abs(v) for v in normal)
    yield bc, -140.0, column(1013 + 5 * abs(v) for v in normal)
    yield yj, 150.0, column(1000 - 3 * g for g in gamma)
    yield yj, -30.0, column(-1000 - 3 * g for g in gamma)
    yield bc, 0.0, column(mp.exp(100 + 3 * v) for v in normal)


def power(u, w):
    return mp.expm1(w * u) / w if w else u


def log_power(y, w):
    """The inverse of power; None where there is none."""
    if not w:
        return y
    return mp.log1p(w * y) / w if 1 + w * y > 0 else None


class Transform:
    def __init__(self, method, lmbda, x):
        self.box_cox, self.lmbda = method == "box-cox", mp.mpf(lmbda)
        x = [mp.mpf(v) for v in x]
        y = [self.psi(v) for v in x]
        self.mean = mp.fsum(y) / N
        self.sd = mp.sqrt(mp.fsum((v - self.mean) ** 2 for v in y) / N)
        self.least, self.greatest = min(x), max(x)
        w = self.lmbda
        low = -1 / w if self.box_cox and w > 0 else None
        if not self.box_cox and w > 2:
            low = -1 / (w - 2)
        high = -1 / w if w < 0 else None
        self.low, self.high = (None if v is None else self.z(v) for v in (low, high))

    def z(self, y):
        return (y - self.mean) / self.sd

    def psi(self, x):
        if self.box_cox:
            return power(mp.log(x), self.lmbda)
        return power(mp.log1p(x), self.lmbda) if x >= 0 else -power(mp.log1p(-x), 2 - self.lmbda)

    def inverse(self, z):
        """Return x, or the least or greatest x of the column beyond the image."""
        y = self.mean + self.sd * z
        if self.box_cox:
            u = log_power(y, self.lmbda)
            x = None if u is None else mp.exp(u)
        elif y >= 0:
            u = log_power(y, self.lmbda)
            x = None if u is None else mp.expm1(u)
        else:
            u = log_power(-y, 2 - self.lmbda)
            x = None if u is None else -mp.expm1(u)
        if x is None:
            return self.greatest if self.high is not None and z >= self.high else self.least
        return x

    def mean_of_x(self, z, sd, clip):
        z, sd = mp.mpf(z), mp.mpf(sd)
        limits = [None if v is None else (v - z) / sd for v in (self.low, self.high)]
        poles = [limits[0] is not None and not self.box_cox, limits[1] is not None]
        bottom, top = -mp.mpf(FAR), mp.mpf(FAR)
        kinks = [v for v in limits if v is not None]
        if not clip:
            if limits[0] is not None:
                bottom = -mp.mpf(SIGHT)
                if limits[0] >= bottom:
                    return None
            if limits[1] is not None:
                top = mp.mpf(SIGHT)
                if limits[1] <= top:
                    return None
        else:
            caps = [self.z(self.psi(v)) for v in (self.least, self.greatest)]
            kinks += [(c - z) / sd for c, pole in zip(caps, poles, strict=True) if pole]
        if not self.box_cox:
            kinks.append((self.z(mp.mpf(0)) - z) / sd)
        points = {bottom, top}
        points.update(mp.mpf(k) for k in range(-FAR, FAR + 1))
        for kink in kinks:
            points.update(kink + s * mp.mpf(2) ** -k for k in range(60) for s in (-1, 1))
            points.add(kink)
        points = sorted(p for p in points if bottom <= p <= top)

        def f(e):
            x = self.inverse(z + sd * e)
            if clip and poles[0]:
                x = max(x, self.least)
            if clip and poles[1]:
                x = min(x, self.greatest)
            return x * mp.npdf(e)

        # Gauss-Legendre has no node at the ends, where f may jump.
        return float(mp.quad(f, points, method="gauss-legendre", maxdegree=3))


if __name__ == "__main__":
    rows = []
    for method, lmbda, x in columns():
        # Of 1013 to the power -140, 421 digits are 0.
        mp.mp.dps = 480 if lmbda < -100 else 40
        t = Transform(method, lmbda, x)
        for z, sd in Z:
            means = [t.mean_of_x(z, sd, clip) for clip in (False, True)]
            rows.append(
                {"method": method, "lambda": lmbda, "z": z, "sd": sd, "nan": means[0],
                 "clip": means[1]}
            )  # fmt: skip
        rows[-len(Z)]["x"] = x
    print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")
