/* SPDX-License-Identifier: BSD-3-Clause */
/* span.h - rows of values into the bins of a sketch. */
#ifndef BELL_SPAN_H
#define BELL_SPAN_H

#include "sketch/bins.h"
#include "values.h"

/*
 * A grid that the sketch has chosen is checked every CHECK_ROWS rows.  If more than MAX_OUTSIDE of
 * them lay outside the narrow bins, it is chosen anew for the rows that follow.
 */
#define CHECK_ROWS  ((size_t)1 << 18)
#define MAX_OUTSIDE (CHECK_ROWS / 8)

/* The most checks that one span can meet. */
#define MAX_CHECKS ((size_t)16)

/* Rows of a column, to be added to the bins of a sketch. */
struct span {
	const struct backend *b;
	const struct grid *grid;
	const struct values *x;

	/*
	 * The weight of each value, or the same in units of 2^-WEIGHT_BITS; both are NULL if all
	 * weights are 1.
	 */
	const double *weights;
	const int64_t *units;

	/*
	 * The rows are x[first] to x[first + n - 1].  They end at the MAX_CHECKS-th check or
	 * before: n <= MAX_CHECKS CHECK_ROWS - rows_since_check.
	 */
	size_t first, n;

	/* The rows before these since the grid was last checked. */
	size_t rows_since_check;
};

/*
 * Adds all rows of a span to the bins of a sketch.  But if the grid is not fixed and a check before
 * the last one finds too many rows outside its narrow bins, adds only the rows up to that check and
 * sets span->n to their number.  s->outside becomes the number of rows outside the narrow bins
 * since the last check before the end of the span; a check at its very end is left to the caller.
 *
 * BELL_OK, BELL_ENOMEM or BELL_ESIZE; after an error a part may have been added.
 */
enum bell_status bell_span_add(struct bell_sketch *s, struct span *span, unsigned threads);

/* The weight of a row in units of 2^-WEIGHT_BITS, of a span that has weights or units. */
static inline int64_t weight_units(const struct span *span, size_t i)
{
	return span->units ? span->units[i] : (int64_t)rint(ldexp(span->weights[i], WEIGHT_BITS));
}

#endif
