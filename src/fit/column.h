/* SPDX-License-Identifier: BSD-3-Clause */
/* column.h - the weighted values of a column, ready for the likelihood. */
#ifndef BELL_COLUMN_H
#define BELL_COLUMN_H

#include <math.h>
#include <stdbool.h>
#include "sketch/nodes.h"

/*
 * A family of transforms psi(x) = s expm1(w l(|x|))/w, s the sign of x, w = lambda for x >= 0:
 *
 *	unit c	l(a) = log(1 + a/c), w = 2 - lambda below 0: Yeo-Johnson of x/c
 *	0	l(a) = log a, x > 0: Box-Cox
 *	inf	l(a) = a, w = -lambda below 0: (exp(lambda x) - 1)/lambda (Manly 1976)
 *	NaN	the unit is to be estimated first
 */
struct family {
	double unit;
};

/* The method whose transforms a family has, where it has any. */
static inline enum bell_method method_of(struct family family)
{
	return family.unit == 0                             ? BELL_BOX_COX
	       : family.unit == 1 || !isfinite(family.unit) ? BELL_YEO_JOHNSON
							    : BELL_YEO_JOHNSON_UNIT;
}

/* The smallest unit of a column. */
#define MIN_UNIT 0x1p-1000

/* The largest x, rounded down, for which exp(x) is a double. */
#define MAX_EXP 709

/*
 * Coordinates are in units of `unit`, a power of two near the sd of s l; so is every power of the
 * likelihood: lambda = t / unit.  One-signed columns are relative to their mean: value i lies at
 * l = at * unit + mean + l of the center.  Mixed columns are absolute: mean = center = 0.
 */
struct column {
	struct nodes side[2];
	/*
	 * rest and rank are those of struct node, slope is dl/dlog|x|, all of each node of a side.
	 */
	double *rest[2], *slope[2], *rank[2];
	/* mixed tells whether both sides have nodes; where only one has, sign is its sign. */
	bool mixed;
	int sign;
	struct family family;
	/* The comment above says what these three are. */
	double unit, center, mean;
	/* The t at which psi is x: the unit, or 0 where the family has an infinite unit. */
	double identity;
	/* The sd of the coordinate, in units. */
	double sd;
	/* The sum of the weights, and that of weight * sign * at. */
	double total, sum;
	/* The extremes of `at` on each side. */
	double low[2], high[2];
	/* What a coordinate may be off by because of rounding, in units. */
	double noise;
	/* The kernel `score` writes psi, phi, chi and e^z of each node of a side here. */
	double *out[2][4];
	/* All arrays lie in this block. */
	void *memory;
};

/*
 * bell_column_make() makes the column of a sketch that holds a value, of its `count` nodes, which
 * it does not keep; bell_column_free() frees it.  Values of a family of unit 0 have to be above
 * 0.  It returns BELL_OK, or BELL_ENOMEM and leaves *out as it was.
 */
enum bell_status bell_column_make(const struct backend *b, const struct bell_sketch *s,
				  const struct node *node, size_t count, struct family family,
				  struct column *out);
void bell_column_free(struct column *c);

/* bell_coordinate() is l(|x|), without a center. */
double bell_coordinate(const struct backend *b, struct family family, double x);

/* bell_column_shift() is l at the center of a column, 0 where it has none. */
static inline double bell_column_shift(const struct backend *b, const struct column *c)
{
	return c->center > 0 ? bell_coordinate(b, c->family, c->center) : 0;
}

#endif
