/* SPDX-License-Identifier: BSD-3-Clause */
/* level.h - the bins of one width of a grid. */
#ifndef BELL_LEVEL_H
#define BELL_LEVEL_H

#include "sketch/grid.h"

/*
 * A grid has at most this many levels: their exponents go up by twos from MIN_EXPONENT, the last is
 * MAX_EXPONENT.
 */
#define MAX_LEVELS ((MAX_EXPONENT + 1 - MIN_EXPONENT) / 2 + 1)

/*
 * A level as the kernels see it: a window of bins 2^exponent wide for each side of zero.  The bins
 * of x >= 0 are rows 1 to rows[0] of a table, those of x < 0 the rows[1] rows after them.  Row 0
 * takes what no bin holds.
 */
struct level {
	struct window window;
	double center;
	int exponent, rows[2];
};

/* The most rows that a table of a level has. */
#define MAX_ROWS (2 * (2 * GRID_REACH + 1) + 1)

/* Level i of a grid; 0 is the level of the narrow bins. */
struct level bell_level_make(const struct backend *b, const struct grid *g, int i);

/*
 * The first level from i on that may hold one of n values, of which no level below i holds any.  So
 * values far from the anchor do not have to be tried at every level before theirs.
 */
int bell_level_next(const struct backend *b, const struct grid *g, int i, const double *x,
		    size_t n);

#endif
