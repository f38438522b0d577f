/* SPDX-License-Identifier: BSD-3-Clause */
/* line_likelihood.h - the likelihood of a coordinate, and of what it is estimated by. */
#ifndef BELL_LINE_LIKELIHOOD_H
#define BELL_LINE_LIKELIHOOD_H

#include "fit/as_is.h"
#include "fit/line.h"

/* A c, what the likelihood is there, and its derivative in `log`, the log of c over the size. */
struct point_of_c {
	double log, value, score;
};

/* A fit under way. */
struct line {
	const struct search *s;
	const struct node *node;
	size_t n;
	enum bell_method method;
	/* l(x) - l(center) with scale 1 and offset 0. */
	struct bell_transform t;
	struct spread spread;
	double total;
	/* What c is relative to, and the distance from 0 that a value of 0 counts as for sqrt. */
	double size, zero;
	/* Arrays of one double a node: x, the coordinates, the slopes of log |x|, and 1/l'. */
	double *x, *d, *slope, *inverse;
	size_t padded;
	/* The mean and sd of the coordinates, and the sum of weight log l'. */
	double mean, sd, jacobian;
	unsigned evaluations;
};

/* bell_line_set() sets the shift or the unit of the transform; other methods have none. */
void bell_line_set(struct line *f, double parameter);

/* bell_line_evaluate() sets the coordinates at the transform, and what is computed from them. */
void bell_line_evaluate(struct line *f);

/* bell_line_likelihood() is the log-likelihood where it was evaluated last. */
double bell_line_likelihood(const struct line *f);

/* bell_line_try() evaluates at the c of a logarithm. */
struct point_of_c bell_line_try(struct line *f, double log);

/* bell_line_parameter() is the shift or the unit at the c of a logarithm. */
double bell_line_parameter(const struct line *f, double log);

/*
 * bell_line_search() sets the transform to the best c, and evaluates it last.  It sets ci95 of the
 * fit, and adds BELL_FIT_BOUND and BELL_FIT_NOT_IDENTIFIED to its flags where they apply.
 */
void bell_line_search(struct line *f);

#endif
