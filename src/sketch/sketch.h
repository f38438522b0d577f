/* SPDX-License-Identifier: BSD-3-Clause */
/* sketch.h - what a sketch holds: values as they are, or bins. */
#ifndef BELL_SKETCH_H
#define BELL_SKETCH_H

#include "sketch/bins.h"
#include "values.h"

struct bell_sketch {
	uint64_t count, missing, infinite;

	/* The extremes of the finite values; +infinity and -infinity while count is 0. */
	double min, max;

	struct grid grid;

	/*
	 * The rows since the grid was last checked, and how many of them lay outside its narrow
	 * bins.  Of a fixed grid both stay 0.
	 */
	uint64_t rows_since_check, outside;

	/*
	 * Up to BELL_SKETCH_EXACT values as they came, until there are more, and the weight of each
	 * in units of 2^-WEIGHT_BITS.
	 */
	double *value;
	int64_t *weight;
	size_t values, values_capacity;

	/* The bins in use, sorted by bell_bin_order(). */
	struct bin *bin;
	size_t bins, bins_capacity;
};

/* Appends a value to those kept as they are; BELL_OK or BELL_ENOMEM. */
enum bell_status bell_value_add(struct bell_sketch *s, double value, int64_t weight);

/*
 * Adds values with weights (or NULL) to a sketch, as bell_sketch_update_f64() does.  The caller has
 * checked everything that is BELL_EINVAL there.  BELL_OK; BELL_EWEIGHT or BELL_EDOMAIN, and then
 * nothing has been added; BELL_ENOMEM or BELL_ESIZE, and then a part may have been.
 */
enum bell_status bell_sketch_add(struct bell_sketch *s, const struct backend *b,
				 const struct values *x, const double *weights, unsigned threads);

#endif
