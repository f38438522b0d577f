/* SPDX-License-Identifier: BSD-3-Clause */
/* weights.h - the sums of weights and of their squares, their limits, and other units. */
#ifndef BELL_SKETCH_WEIGHTS_H
#define BELL_SKETCH_WEIGHTS_H

#include "sketch/bins.h"

/*
 * bell_sketch_weight() is the weight of all finite values times 2^shift, in units of 2^-SUM_BITS.
 */
int128 bell_sketch_weight(const struct bell_sketch *s);

/*
 * bell_weights_check() tells whether each of the sketches can take n rows with these weights.  It
 * returns BELL_OK; BELL_EWEIGHT, and writes the first row whose weight cannot be kept to *row; or
 * BELL_ESIZE.  weights may be NULL: all are 1.  `whole` says that these are all rows of a column,
 * whose shift is bell_weights_exponent() of the weights, so that those of 2^-31 of the largest or
 * less may round to 0.
 */
enum bell_status bell_weights_check(struct bell_sketch *const *sketches, size_t columns,
				    const double *weights, size_t n, bool whole, size_t *row);

/*
 * bell_sketch_fits() tells whether two sketches can be merged: whether at their common shift all
 * weights add up to less than 2^60, there are less than 2^60 finite, missing and infinite rows
 * each, and no more than MAX_BINS bins and distinct values.
 */
bool bell_sketch_fits(const struct bell_sketch *a, const struct bell_sketch *b);

/*
 * bell_squares_add() brings `excess` up to date for rows that are added to a sketch.  weights is
 * not NULL.  x tells which rows are finite: the others have no part in it.
 */
void bell_squares_add(struct bell_sketch *s, const struct values *x, const double *weights);

/*
 * bell_sketch_squares() is the sum of w^2 over the rows in `count`, with w and in the unit of
 * `excess`.
 */
struct wide bell_sketch_squares(const struct bell_sketch *s);

/* bell_sketch_effective() is sum(w)^2/sum(w^2), the effective number of rows; 0 without any. */
double bell_sketch_effective(const struct bell_sketch *s);

/*
 * bell_wide_rows() is the sum of so many squares of w = 1, in the unit of `excess`.  The others are
 * arithmetic: a + b, -a, and a rounded to a double.
 */
struct wide bell_wide_rows(uint64_t rows);
struct wide bell_wide_add(struct wide a, struct wide b);
struct wide bell_wide_minus(struct wide a);
double bell_wide_double(struct wide a);

/*
 * bell_common_shift() is the shift that two sketches get when they are merged: the larger one; if
 * only one of them has finite values, its shift; if none has and one shift is 0, the other.
 */
int bell_common_shift(const struct bell_sketch *a, const struct bell_sketch *b);

/*
 * bell_sketch_rescaled() writes a copy of a sketch with another shift to *out, whose three arrays
 * the caller is to free.  The shift is not below that of the sketch, unless this has no finite
 * values, and its sums have room (bell_sketch_fits()).  It returns BELL_OK, or BELL_ENOMEM and
 * leaves *out as it was.
 */
enum bell_status bell_sketch_rescaled(const struct bell_sketch *s, int shift,
				      struct bell_sketch *out);

#endif
