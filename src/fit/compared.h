/* SPDX-License-Identifier: BSD-3-Clause */
/* compared.h - the part of a log-likelihood by which families of transforms are compared. */
#ifndef BELL_COMPARED_H
#define BELL_COMPARED_H

#include <bellshape/fit.h>
#include "sketch/nodes.h"

/* The values that are left out of a comparison: zero, the least and the greatest at most. */
struct left_out {
	int n;
	double value[3];
	/* The share of the weight of the column that each of them has. */
	double share[3];
	/* How far from 0 a value of 0 counts as for the square root: see resolution.h. */
	double zero;
	/* Whether two values or more are left, without which there is nothing to compare. */
	bool comparable;
};

/* bell_left_out() finds them among the nodes of a sketch, of which there are at least two. */
struct left_out bell_left_out(const struct backend *b, const struct bell_sketch *s,
			      const struct node *node, size_t n);

/* bell_share_compared() is the share of the weight of a column that is compared. */
double bell_share_compared(const struct left_out *l);

/*
 * bell_compared() is the log-likelihood of a standardized fit to `rows` rows without that of the
 * values that are left out, on the scale of fit->log_likelihood.
 */
double bell_compared(const struct backend *b, const struct bell_fit *fit, double rows,
		     const struct left_out *l);

#endif
