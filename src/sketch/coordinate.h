/* SPDX-License-Identifier: BSD-3-Clause */
/* coordinate.h - the coordinate that bins and likelihood work in. */
#ifndef BELL_COORDINATE_H
#define BELL_COORDINATE_H

#include "dispatch.h"

/*
 * No finite value has a coordinate larger in size than this: log1p(1.8e308) is 709.78, and log of
 * 5e-324, the smallest positive double, is -744.44.
 */
static inline double max_coordinate(enum bell_method method)
{
	return method == BELL_BOX_COX ? 745 : 710;
}

/*
 * The coordinates of n values, n being a multiple of NODE_PAD: log1p((|x| - center)/(1 + center)),
 * or log(x/center) for Box-Cox.  A center of 0 is none: log1p|x|, or log x.
 */
static inline void coordinates(const struct backend *b, enum bell_method method, const double *x,
			       size_t n, double center, double *d)
{
	(method == BELL_BOX_COX ? b->log_ratio : b->coordinate)(x, n, center, d);
}

/*
 * The coordinate of one value without a center.  It goes through the backend, so that its bits are
 * the same everywhere.
 */
static inline double plain_coordinate(const struct backend *b, enum bell_method method, double x)
{
	double pad[NODE_PAD] = {x};

	coordinates(b, method, pad, NODE_PAD, 0, pad);
	return pad[0];
}

/* What is to be added to a coordinate relative to a center to have it without one. */
static inline double shift_of(const struct backend *b, enum bell_method method, double center)
{
	return center > 0 ? plain_coordinate(b, method, center) : 0;
}

#endif
