/* SPDX-License-Identifier: BSD-3-Clause */
/* score_table.h - the inside of a table of normal scores, and the transform by it. */
#ifndef BELL_SCORE_TABLE_H
#define BELL_SCORE_TABLE_H

#include <stdatomic.h>
#include <bellshape/score_table.h>

struct bell_score_table {
	atomic_size_t owners;
	size_t points;
	/* The least power of two that is not below the number of points. */
	size_t capacity;
	double slope[2];
	/* Both have capacity + 1 elements, which are NaN behind the points. */
	double *x, *z;
	double memory[];
};

/*
 * The transform of n values, and its inverse, of which no value is outside the image.  y may be x.
 * In float32 they are computed in float64 and rounded.
 */
void bell_scores_f32(const struct bell_score_table *t, const float *x, size_t n, float *y);
void bell_scores_f64(const struct bell_score_table *t, const double *x, size_t n, double *y);
void bell_scores_inverse_f32(const struct bell_score_table *t, const float *y, size_t n, float *x);
void bell_scores_inverse_f64(const struct bell_score_table *t, const double *y, size_t n,
			     double *x);

#endif
