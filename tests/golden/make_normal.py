#!/usr/bin/env python3
"""normal.json: hard points of normal.h, words by a Philox of its own, samples in 60 digits.

    make_normal.py >normal.json

"samples" has the words at (seed, stream, index of a counter), and the samples of both types that
are made of them. "words" has the same for words that no search would find. Needs mpmath.
"""

import json

import mpmath as mp

mp.mp.dps = 60
M32 = 2**32 - 1


def philox(seed, stream, index):
    c = [index & M32, index >> 32, stream & M32, stream >> 32]
    k = [seed & M32, seed >> 32]
    for _ in range(10):
        p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [q >> 32 ^ c[1] ^ k[0], q & M32, p >> 32 ^ c[3] ^ k[1], p & M32]
        k = [k[0] + 0x9E3779B9 & M32, k[1] + 0xBB67AE85 & M32]
    return c


assert philox(0, 0, 0) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
assert philox(2**64 - 1, 2**64 - 1, 2**64 - 1) == [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]
assert philox(0x299F31D0A4093822, 0x0370734413198A2E, 0x85A308D3243F6A88) == [
    0xD16CFE09,
    0x94FDCCEB,
    0x5001E420,
    0x24126EA1,
]


def pair(a, c, b):
    """The samples of words a and c of b bits."""
    u, v = (a + mp.mpf(0.5)) / 2**b, (c + mp.mpf(0.5)) / 2**b
    r = mp.sqrt(-2 * mp.log(u))
    return [mp.nstr(r * f(2 * mp.pi * v), 25) for f in (mp.sin, mp.cos)]


def point(words, **where):
    w = words
    return {
        **{k: hex(v) for k, v in where.items()},
        "words": [hex(x) for x in w],
        "f32": pair(w[0], w[1], 32) + pair(w[2], w[3], 32),
        "f64": pair(w[0] ^ w[1] << 21, w[2] ^ w[3] << 21, 53),
    }


# The counters below 2^29 of seed 0, stream 0 with the most extreme words: the first word near 0,
# 2^32 and 2^31, the second next to 0, 2^32, the quarters and eighths of a turn. Then the same of
# words of 53 bits.
EXTREME = [
    0x9BC8886,
    0x152C6775,
    0x187AD2A6,
    0x1248D94F,
    0x1637DDE5,
    0x18E0A3D6,
    0xA18946A,
    0x172C0B5F,
    0x18DD49B3,
    0x98F1140,
    0x10C9E648,
    0x4D1D6DC,
    0xBFB80F4,
    0x20498E,
    0xCB016F2,
    0x10B3211D,
    0x1E967658,
    0x90EC75F,
    0x14DD0EE3,
    0x16709FF8,
    0xA122D5B,
    0x405B9B9,
    0x3F788ED,
    0x13BD68E1,
    0x1FDAFAB7,
    0x138322ED,
    0x15767D48,
    0x663DB3E,
    0x11C62410,
    0xCF9DAFB,
    0x174DA672,
    0x56FB28,
    0x15B37FAF,
    0x633F4F,
    0x13B30B20,
    0x126FCE26,
    0xD7FEFBB,
]
ENDS = [
    0,
    1,
    2**32 - 1,
    2**32,
    2**32 + 1,
    2**61 - 1,
    2**61,
    2**62 - 1,
    2**62,
    2**63 - 1,
    2**63,
    2**64 - 1,
]
KEYS = [
    (0, 0),
    (1, 0),
    (0, 1),
    (2**32, 2**32),
    (2**64 - 1, 0),
    (0, 2**64 - 1),
    (2**64 - 1, 2**64 - 1),
    (0x299F31D0A4093822, 0x0370734413198A2E),
]

samples = [(0, 0, i) for i in EXTREME]
samples += [(*key, ENDS[(3 * i + j) % len(ENDS)]) for i, key in enumerate(KEYS) for j in range(6)]

HARD32 = [
    0,
    1,
    2,
    0x3FFFFFFF,
    0x40000000,
    0x7FFFFFFE,
    0x7FFFFFFF,
    0x80000000,
    0x80000001,
    0x9FFFFFFF,
    0xA0000000,
    0xBFFFFFFF,
    0xC0000000,
    0xDFFFFFFF,
    0xE0000000,
    0xFFFFFF7F,
    0xFFFFFF80,
    0xFFFFFFFE,
    0xFFFFFFFF,
    0x1FFFFFFF,
    0x20000000,
    0x5FFFFFFF,
    0x60000000,
    0x01000001,
    0x7F000001,
]
words = [
    [HARD32[(i + s * j) % len(HARD32)] for j in range(4)]
    for s in (0, 1, 6, 11)
    for i in range(len(HARD32))
]
words += [
    [0xDFC7BD5B, 0x3EC5BD85, 0xDA32A2A1, 0x0112934D]
]  # float32: far off; the second by 4.76 ulp, of all pairs tried the most


def split(a, low):
    """Words of the 53-bit a, the first with upper bits `low`."""
    first = a & 0x1FFFFF | low & ~0x1FFFFF & M32
    return [first, (a ^ first) >> 21]


HARD53 = [
    0,
    1,
    2**51 - 1,
    2**51,
    2**52 - 1,
    2**52,
    2**53 - 2,
    2**53 - 1,
    2**50 - 1,
    2**50,
    3 * 2**50 - 1,
    3 * 2**50,
    2**53 - 2**50,
    2**53 - 2**51 - 1,
    2**53 - 2**51,
]
words += [
    split(a, 0x89ABCDEF * i & M32) + split(HARD53[(i * s + 3) % len(HARD53)], 0xF0E1D2C3 * i & M32)
    for s in (1, 4)
    for i, a in enumerate(HARD53)
]

lines = [point(philox(*p), seed=p[0], stream=p[1], index=p[2]) for p in samples]
print('{"samples": [\n' + ",\n".join(map(json.dumps, lines)) + "],")
print(' "words": [\n' + ",\n".join(json.dumps(point(w)) for w in words) + "]}")
