/* SPDX-License-Identifier: BSD-3-Clause */
/* resolution.h - the smallest scale at which the values of a column say something. */
#ifndef BELL_RESOLUTION_H
#define BELL_RESOLUTION_H

#include <stdbool.h>
#include "sketch/nodes.h"

/* The distances of nodes from an origin. */
struct sizes {
	const struct backend *b;
	const struct node *node;
	size_t nodes;
	double origin;
	/* The largest distance, and the one up to which a node counts as at the origin. */
	double largest, near;
	/* How many rows the nodes stand for. */
	uint64_t count;
};

/*
 * bell_resolution() is the logarithm of the smallest c, over the largest distance, up to which a
 * column is to be resolved.  If `below` and no value is at the origin, it is 2^-10 of that.
 * *typical is set to the geometric mean of the distances that are not 0, over the largest; it may
 * be NULL.
 */
double bell_resolution(const struct sizes *s, bool below, double *typical);

/*
 * bell_size_of_zero() is how far from 0 the zeros of n nodes count as for the square root, whose
 * slope is infinite there: the resolution near 0.  No |x| is above `largest`.
 */
double bell_size_of_zero(const struct backend *b, const struct node *node, size_t n, double largest,
			 uint64_t count);

#endif
