/* SPDX-License-Identifier: BSD-3-Clause */
/* as_is.h - the transform of a column whose lambda cannot be estimated. */
#ifndef BELL_AS_IS_H
#define BELL_AS_IS_H

#include <bellshape/transform.h>
#include "sketch/nodes.h"

/* The mean, sd and shape of the values of a column. */
struct spread {
	double mean, sd, skewness, kurtosis;
	/*
	 * The sd of tiny values may be less than any double, and their mean between two
	 * doubles.  So here is the sd times `scale`, a power of two, and what the mean times
	 * `scale` exceeds `mean` times `scale` by.
	 */
	double scale, scaled_sd, rest;
};

/*
 * bell_spread_of() is the spread of n > 0 nodes.  They are taken relative to the first, so that a
 * mean far from 0 costs no digits; any order will do.
 */
struct spread bell_spread_of(const struct node *node, size_t n);

/* bell_spread_of_one() is the spread that takes `mean` off the values and divides them by 1. */
struct spread bell_spread_of_one(double mean);

/*
 * bell_shifted_identity() is the transform y = (x - mean)/sd, in a form that is exact next to the
 * mean.  Its min and max are the ends of the domain.
 */
struct bell_transform bell_shifted_identity(enum bell_method method, const struct spread *s);

#endif
