/* SPDX-License-Identifier: BSD-3-Clause */
/* transform.h - what functions that apply a transform share. */
#ifndef BELL_TRANSFORM_H
#define BELL_TRANSFORM_H

#include <bellshape/transform.h>

/*
 * Whether this version knows the method of a transform, its unit suits it, and its reserved fields
 * are 0.
 */
bool bell_transform_known(const struct bell_transform *t);

/* The c of a transform, which is one of x/c: 0 for Box-Cox, where there is none. */
static inline double unit_of(const struct bell_transform *t)
{
	return t->method == BELL_YEO_JOHNSON_UNIT ? t->unit : t->method == BELL_BOX_COX ? 0 : 1;
}

/*
 * bell_outside_fill() sets fill[0] and fill[1] to what becomes of a y above and below the image.
 * It returns false, and sets nothing, if `outside` is no enum bell_outside.
 */
bool bell_outside_fill(const struct bell_transform *t, enum bell_outside outside, double fill[2]);

#endif
