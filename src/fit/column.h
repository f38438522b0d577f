/* SPDX-License-Identifier: BSD-3-Clause */
/* column.h - the values or bins of a column, ready for the likelihood. */
#ifndef BELL_NODES_H
#define BELL_NODES_H

#include <stdbool.h>
#include "sketch/bins.h"

/*
 * Coordinates are in units of `unit`, a power of two near the sd of l = log1p|x| with the sign of
 * x, or log x for Box-Cox; so is every power of the likelihood: lambda = t / unit.  One-signed
 * columns are relative to their mean: node i lies at l = at * unit + mean + l of the center.  Mixed
 * columns are absolute: mean = center = 0.
 */
struct column {
	struct nodes side[2];
	double *half[2]; /* half the width of each node; 0 for a value */
	bool mixed;
	int sign; /* of a one-signed column */
	enum bell_method method;
	double unit, center, mean;
	double sd;              /* of the coordinate, in units */
	double total;           /* sum of the weights */
	double sum;             /* of weight * sign * at */
	double low[2], high[2]; /* extremes of `at` on each side */
	double
	    noise; /* rounding of a coordinate, in units: what the values themselves cannot tell */
	double *out[2][6]; /* for the kernel `score` */
	void *memory;      /* of all of it */
};

/* BELL_ENOMEM; else a column of at least two distinct values, to be freed with bell_column_free().
 */
enum bell_status bell_column_make(const struct backend *b, const struct bell_sketch *s,
				  struct column *out);
void bell_column_free(struct column *c);

#endif
