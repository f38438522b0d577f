/* SPDX-License-Identifier: BSD-3-Clause */
/* standardize.h - the transforms that a fit hands out. */
#ifndef BELL_ANCHOR_H
#define BELL_ANCHOR_H

#include <bellshape/fit.h>
#include "fit/likelihood.h"

/* y = x - value, as a transform whose center is the value. */
struct bell_transform bell_shifted_identity(enum bell_method method, double value);

/* The sides of (psi - mean)/sd at p, which must not have sd 0. */
void bell_standardize(const struct backend *b, const struct column *c, const struct point *p,
		      struct bell_transform *out);

#endif
