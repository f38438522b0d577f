/* SPDX-License-Identifier: BSD-3-Clause */
/* hostile.h - numbers that words of the vocabulary may get wrong. */
#ifndef TESTS_HOSTILE_H
#define TESTS_HOSTILE_H

#include <math.h>

/* What rounds, overflows, compares and orders in special ways. */
/* clang-format off */
static const double hostile[] = {
    0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0x1p52, 0x1p52 + 1, -0x1p53,
    0x1.fffffffffffffp51, INFINITY, -INFINITY, NAN, 0x1p-1074, -0x1p-1074, 0x1p-1022,
    0x1.fffffffffffffp1023, -0x1p1023, 0x1p-1000, 3.0, 1.0 / 3, 0x1p-52, -1 + 0x1p-53,
    0x1.0000010000001p0, 0x1.000001p0, 0x1.000003p0, 0x1p127, 0x1.ffffffp127, 0x1p-149,
    0x1p-150, 0x1.8p-150, 1e10};
/* clang-format on */
#define HOSTILE (sizeof hostile / sizeof *hostile)

#endif
