/* SPDX-License-Identifier: BSD-3-Clause */
/* anchor.h - the transforms that a fit hands out. */
#ifndef BELL_ANCHOR_H
#define BELL_ANCHOR_H

#include <bellshape/yeo_johnson.h>
#include "likelihood.h"

/* y = x - value, as a transform whose centre is the value. */
struct bell_yeo_johnson bell_shifted_identity(enum bell_method method, double value);

/* The sides of (psi - mean)/sd at p, which must not have sd 0. */
void bell_standardise(const struct backend *b, const struct column *c, const struct point *p,
		      struct bell_yeo_johnson *out);

#endif
