/* SPDX-License-Identifier: BSD-3-Clause */
/* column.h - the weighted values of a column, ready for the likelihood. */
#ifndef BELL_COLUMN_H
#define BELL_COLUMN_H

#include <stdbool.h>
#include "sketch/nodes.h"

/*
 * A family of transforms psi(x) = s expm1(w l(|x|))/w, s the sign of x, w = lambda for x >= 0:
 *
 *	unit c	l(a) = log(1 + a/c), w = 2 - lambda below 0: Yeo-Johnson of x/c
 *	0	l(a) = log a, x > 0: Box-Cox
 *	inf	l(a) = a, w = -lambda below 0: (exp(lambda x) - 1)/lambda (Manly 1976)
 */
struct family {
	double unit;
};

static inline struct family family_of(enum bell_method method)
{
	return (struct family){method == BELL_BOX_COX ? 0 : 1};
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
	double *rest[2], *slope[2],
	    *rank[2]; /* of each node: see struct node; slope = dl/dlog|x| */
	bool mixed;
	int sign; /* of a one-signed column */
	struct family family;
	double unit, center, mean;
	double identity;        /* t of the identity: unit, 0 for an infinite unit of the family */
	double sd;              /* of the coordinate, in units */
	double total;           /* sum of the weights */
	double sum;             /* of weight * sign * at */
	double low[2], high[2]; /* extremes of `at` on each side */
	double noise;           /* rounding of a coordinate, in units */
	double mean_x, sd_x;    /* of the values */
	double *out[2][4];      /* for the kernel `score` */
	void *memory;           /* of all of it */
};

/*
 * The column of a sketch that holds a value, to be freed with bell_column_free().  BELL_ENOMEM.
 * Values of a family of unit 0 have to be above 0.
 */
enum bell_status bell_column_make(const struct backend *b, const struct bell_sketch *s,
				  struct family family, struct column *out);
void bell_column_free(struct column *c);

/* l of |x|, without a center. */
double bell_coordinate(const struct backend *b, struct family family, double x);

/* l of the center of a column. */
static inline double bell_column_shift(const struct backend *b, const struct column *c)
{
	return c->center > 0 ? bell_coordinate(b, c->family, c->center) : 0;
}

#endif
