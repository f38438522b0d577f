/* SPDX-License-Identifier: BSD-3-Clause */
/* standardize.h - the transform of mean 0 and variance 1. */
#ifndef BELL_STANDARDIZE_H
#define BELL_STANDARDIZE_H

#include <math.h>
#include <bellshape/fit.h>
#include "fit/likelihood.h"

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
 * bell_standardize() sets *out to the transform (psi - mean)/sd at the point p of a column, whose
 * sd must not be 0.  It leaves out->min and out->max as they are.
 */
void bell_standardize(const struct backend *b, const struct column *c, const struct point *p,
		      struct bell_transform *out);

#endif
