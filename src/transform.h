/* SPDX-License-Identifier: BSD-3-Clause */
/* transform.h - what functions that apply a transform share. */
#ifndef BELL_TRANSFORM_H
#define BELL_TRANSFORM_H

#include <math.h>
#include "dispatch.h"
#include "score_table.h"

/*
 * Whether this version knows the method of a transform, its unit, shift and sides suit it, it has a
 * table if and only if its method does, and its reserved fields are 0.
 */
bool bell_transform_known(const struct bell_transform *t);

/* Whether a method has a unit of its own. */
static inline bool has_unit(enum bell_method method)
{
	return method == BELL_YEO_JOHNSON_UNIT || method == BELL_ASINH;
}

/*
 * The c of a transform, which is one of x/c: 1 for Yeo-Johnson and the identity, 0 for methods that
 * have none.
 */
static inline double unit_of(const struct bell_transform *t)
{
	if (has_unit(t->method))
		return t->unit;
	return t->method == BELL_YEO_JOHNSON || t->method == BELL_IDENTITY;
}

/*
 * The scale of a side, but inside the doubles and not 0: a scale of 0 or infinity would make NaN of
 * a value where it meets infinity or 0.
 */
static inline double clamped_scale(double scale)
{
	double size = fabs(scale);

	size = size > 0x1.fffffffffffffp1023 ? 0x1.fffffffffffffp1023
	       : size < 0x1p-1022            ? 0x1p-1022
					     : size;
	return copysign(size, scale);
}

/*
 * bell_outside_fill() sets fill[0] and fill[1] to what becomes of a y above and below the image.
 * It returns false, and sets nothing, if `outside` is no enum bell_outside.
 */
bool bell_outside_fill(const struct bell_transform *t, enum bell_outside outside, double fill[2]);

/*
 * The transform of n values and its inverse, by the kernels or by the table of a transform.  They
 * are as those kernels are (kernels.def).
 */
static inline void transform_f32(const struct backend *b, const struct bell_transform *t,
				 const float *x, size_t n, float *y)
{
	if (t->table)
		bell_scores_f32(t->table, x, n, y);
	else
		b->transform_f32(t, x, n, y);
}

static inline void transform_f64(const struct backend *b, const struct bell_transform *t,
				 const double *x, size_t n, double *y)
{
	if (t->table)
		bell_scores_f64(t->table, x, n, y);
	else
		b->transform_f64(t, x, n, y);
}

static inline size_t inverse_f32(const struct backend *b, const struct bell_transform *t,
				 const float *y, size_t n, const double fill[2], float *x)
{
	if (!t->table)
		return b->inverse_f32(t, y, n, fill, x);
	bell_scores_inverse_f32(t->table, y, n, x);
	return 0;
}

static inline size_t inverse_f64(const struct backend *b, const struct bell_transform *t,
				 const double *y, size_t n, const double fill[2], double *x)
{
	if (!t->table)
		return b->inverse_f64(t, y, n, fill, x);
	bell_scores_inverse_f64(t->table, y, n, x);
	return 0;
}

#endif
