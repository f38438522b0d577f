/* SPDX-License-Identifier: BSD-3-Clause */
/* search.h - the lambda of the largest likelihood, and its interval. */
#ifndef BELL_SEARCH_H
#define BELL_SEARCH_H

#include <bellshape/fit.h>
#include "fit/likelihood.h"

/* A fit under way. */
struct search {
	const struct backend *b;
	const struct bell_fit_options *options;
	enum bell_method method;
	struct family family;
	struct column c;

	/* The likelihood at the lambda that is handed out, and at lambda = 1. */
	struct point best, identity;

	struct bell_fit *fit;
};

/* The likelihood at t = lambda times the unit of the column; counted in fit->evaluations. */
struct point bell_evaluate(struct search *s, double t);

/*
 * Sets fit->lambda, adds to fit->flags what the search has to say, and sets s->best, which is the
 * point evaluated last.  The column and the min and max of the fit are there already.
 */
void bell_search(struct search *s);

/* Sets fit->ci95, and adds to fit->flags, once bell_search() is done. */
void bell_interval(struct search *s);

#endif
