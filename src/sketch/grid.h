/* SPDX-License-Identifier: BSD-3-Clause */
/* grid.h - where the bins of a sketch lie. */
#ifndef BELL_GRID_H
#define BELL_GRID_H

#include <math.h>
#include <stdbool.h>
#include <bellshape/sketch.h>
#include "sketch/coordinate.h"

/*
 * A grid is a stack of levels.  Level 0 has the narrow bins, GRID_REACH of them on either side of
 * the anchor of each side of zero; each further level has bins four times as wide as the one
 * before, as many of them, around the same anchor.  A value belongs to the first level that holds
 * it.
 */
#define GRID_REACH 128

/*
 * Exponents of the widths of bins.  2^-1000 leaves the doubles down to 2^-1074 for positions within
 * a bin.  Bins 2^4 wide hold every finite value: GRID_REACH of them are 2048, and no coordinate is
 * further than 2 max_coordinate() from an anchor.
 */
#define MIN_EXPONENT (-1000)
#define MAX_EXPONENT 4

struct grid {
	/*
	 * Whether there is one yet, and whether the caller has given it, so that it never changes.
	 */
	bool chosen, fixed;

	/* The width of the narrow bins is 2^exponent. */
	int exponent;

	/* The size of the center, 0 if there is none, and 1 if the center is below zero, else 0. */
	double center;
	int negative;

	/* The anchors of x >= 0 and of x < 0; on the side of a center relative to it. */
	double anchor[2];

	enum bell_method method;
};

/*
 * Whether the level whose bins are `width` wide measures d from the center.  It does if the window
 * of its bins ends at most 0.5 from the center: further out |x| - |center| loses digits of |x|.
 */
static inline bool bell_grid_centered(const struct grid *g, double width)
{
	return g->center > 0 && GRID_REACH * width + fabs(g->anchor[g->negative]) <= 0.5;
}

/* Whether a caller may give such a grid: see struct bell_sketch_options. */
bool bell_grid_valid(const struct grid *g);

/* The same grid as a caller gives it. */
struct bell_sketch_options bell_grid_options(const struct grid *g);

/*
 * The grid for n values.  n is at most twice BELL_SKETCH_EXACT, which two sketches can hold that
 * merge.
 */
struct grid bell_grid_of_values(const struct backend *b, enum bell_method method, const double *x,
				size_t n);

/* The grid for what the bins of a sketch hold, in *out; BELL_OK or BELL_ENOMEM. */
enum bell_status bell_grid_of_bins(const struct backend *b, const struct bell_sketch *s,
				   struct grid *out);

#endif
