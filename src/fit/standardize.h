/* SPDX-License-Identifier: BSD-3-Clause */
/* standardize.h - the transforms that a fit hands out. */
#ifndef BELL_STANDARDIZE_H
#define BELL_STANDARDIZE_H

#include <bellshape/fit.h>
#include "fit/likelihood.h"

/*
 * bell_shifted_identity() is the transform y = (x - mean)/sd of a method at lambda = 1, in a form
 * that is exact next to the mean.
 */
struct bell_transform bell_shifted_identity(enum bell_method method, double mean, double sd);

/*
 * bell_standardize() sets *out to the transform (psi - mean)/sd at the point p of a column, whose
 * sd must not be 0.  It leaves out->min and out->max as they are.
 */
void bell_standardize(const struct backend *b, const struct column *c, const struct point *p,
		      struct bell_transform *out);

#endif
