/* SPDX-License-Identifier: BSD-3-Clause */
/* standardize.h - the transform of mean 0 and variance 1. */
#ifndef BELL_STANDARDIZE_H
#define BELL_STANDARDIZE_H

#include <bellshape/fit.h>
#include "fit/likelihood.h"
#include "transform.h"

/*
 * bell_standardize() sets *out to the transform (psi - mean)/sd at the point p of a column, whose
 * sd must not be 0.  reach[] is how far apart the coordinates are that will be transformed, on each
 * side and in units of the column.  It leaves out->min and out->max as they are.
 */
void bell_standardize(const struct backend *b, const struct column *c, const struct point *p,
		      const double reach[2], struct bell_transform *out);

/* bell_standardize_exponential() does so for a column of infinite unit: psi is (exp(k x) - 1)/k. */
void bell_standardize_exponential(const struct backend *b, const struct column *c,
				  const struct point *p, struct bell_transform *out);

#endif
