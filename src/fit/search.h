/* SPDX-License-Identifier: BSD-3-Clause */
/* search.h - the lambda of the largest likelihood, and its interval. */
#ifndef BELL_SEARCH_H
#define BELL_SEARCH_H

#include <bellshape/fit.h>
#include "fit/likelihood.h"

/*
 * What the nodes of bins may leave out, in sd of psi.  Measured, lambda is off by up to 5e4 times
 * as many of its own sd.
 */
#define MAX_REMAINDER 1e-12

/* What the rounding of the coordinates may be of their sd. */
#define MAX_NOISE 1e-7

/* The 95 % quantile of chi-squared with one degree of freedom. */
#define CHI2_95 3.841458820694124

struct search;

/*
 * What is done with the likelihood of a column once it has been fitted: call() may evaluate it
 * anywhere, and finds its maximum within the bounds in s->best.  Of a column whose lambda cannot be
 * estimated it is not called.
 */
struct visitor {
	void (*call)(struct search *s, void *context);
	void *context;
};

/* What a fit under way knows. */
struct search {
	const struct backend *b;
	const struct bell_fit_options *options;
	enum bell_method method;
	struct family family;
	struct column c;

	/* The likelihood at the lambda that is handed out, and at lambda = 1. */
	struct point best, identity;

	/*
	 * The likelihood counts weights as the sketch keeps them; times this it counts what the
	 * options say that they mean.
	 */
	double scale;

	/*
	 * Where the search for lambda starts, or NaN if it has to find that out.  A rough one stops
	 * early: the likelihood then lacks about 1e-8 of what it curves by.
	 */
	double start;
	bool rough;

	/* Whether the unit of the family is at a bound of its search. */
	bool at_bound;

	/* NULL if there is no more to be done than to fit. */
	const struct visitor *visitor;

	struct bell_fit *fit;
};

/*
 * bell_evaluate() is the likelihood at t, which is lambda times the unit of the column.  It counts
 * in fit->evaluations.
 */
struct point bell_evaluate(struct search *s, double t);

/*
 * bell_search() sets fit->lambda to the lambda of the largest likelihood, to the nearest bound, or
 * to the fixed one of the options; and s->best to the likelihood there, which is the point
 * evaluated last.  It adds BELL_FIT_BOUND and BELL_FIT_ILL_CONDITIONED to fit->flags where they
 * apply.  The caller has set all of *s but `best`, and the min and max of the fit.
 */
void bell_search(struct search *s);

/*
 * bell_interval() sets fit->ci95, for which bell_search() must have been called; NaN where lambda
 * is fixed.  Where an end cannot be found it is the last point tried, or NaN, and
 * BELL_FIT_ILL_CONDITIONED is added to fit->flags.
 */
void bell_interval(struct search *s);

/*
 * bell_interval_at() sets ends[] to the lambdas at which twice the log-likelihood is `cut` below
 * its maximum, cut off as bell_interval() does and with what it does where they cannot be found.
 * lambda must not be fixed.
 */
void bell_interval_at(struct search *s, double cut, double ends[2]);

/* bell_cut_of() is the quantile of chi-squared with one degree of freedom for a level. */
double bell_cut_of(double level);

/*
 * bell_is_coarse() tells whether the transform of a fit, which is not standardized, agrees at the
 * extremes in half of the digits of a double, or more.
 */
bool bell_is_coarse(const struct search *s);

/*
 * bell_round() sets fit->ci95, and then fit->lambda and s->best to the nicest lambda in the
 * interval of options->round_level, which is then the point evaluated last.  It adds
 * BELL_FIT_ROUNDED to fit->flags if there is one.  bell_search() must have been called; a fixed
 * lambda stays.
 */
void bell_round(struct search *s);

#endif
