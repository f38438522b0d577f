/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bin_series.h - the means over a bin of G(w, u) = expm1(w u)/w and of its powers.
 *
 * With m_j the j-th central moment of u over the bin, j = 2 .. 7, the mean of G is
 * sum of w^(j-1)/j! m_j and that of G^2 is sum of (2^j - 2) w^(j-2)/j! m_j.  Element j - 2 of a table
 * is the coefficient of m_j.
 */
#ifndef BELL_BIN_SERIES_H
#define BELL_BIN_SERIES_H

static const double g_series[] = {1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040};
static const double g2_series[] = {1, 1, 14.0 / 24, 30.0 / 120, 62.0 / 720, 126.0 / 5040};

#endif
