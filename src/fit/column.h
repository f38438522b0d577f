/* SPDX-License-Identifier: BSD-3-Clause */
/* column.h - the values or bins of a column, ready for the likelihood. */
#ifndef BELL_COLUMN_H
#define BELL_COLUMN_H

#include <stdbool.h>
#include "sketch/sketch.h"

/* The smallest unit of a column: the width of the narrowest bins, 2^MIN_EXPONENT. */
#define MIN_UNIT 0x1p-1000

/*
 * A column is a number of nodes, each a value or a bin, whose positions are coordinates in units of
 * `unit`, a power of two near their standard deviation.  Powers are multiplied by the unit instead:
 * t = lambda * unit, which is of order 1 whatever the scale of the data.
 *
 * If x has one sign, the coordinates are relative to their mean: a node at `at` has the coordinate
 * at unit + mean + (coordinate of the center).  If x has both signs (`mixed`) they are not relative
 * to anything: mean = center = 0.
 */
struct column {
	/* The nodes of x >= 0 and of x < 0. */
	struct nodes side[2];

	/* Half the width of the bin of each node; 0 for a value. */
	double *half[2];

	bool mixed;

	/* 1 or -1: the sign of x, if it is not mixed. */
	int sign;

	enum bell_method method;
	double unit, center, mean;

	/* The standard deviation of the coordinate with the sign of x, in units. */
	double sd;

	/* The sums of the weights, and of weight times sign times position. */
	double total, sum;

	/* The extremes of the positions on each side. */
	double low[2], high[2];

	/*
	 * How far the rounding of a coordinate may move it, in units: values closer together than
	 * that cannot be told apart.
	 */
	double noise;

	/* What the kernel `score` writes: six numbers for each node. */
	double *out[2][6];

	/* The memory of all arrays. */
	void *memory;
};

/*
 * Makes a column of a sketch of at least two distinct values; it is to be freed with
 * bell_column_free().  BELL_OK or BELL_ENOMEM.
 */
enum bell_status bell_column_make(const struct backend *b, const struct bell_sketch *s,
				  struct column *out);

/* Frees the memory of a column. */
void bell_column_free(struct column *c);

#endif
