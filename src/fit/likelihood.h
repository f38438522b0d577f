/* SPDX-License-Identifier: BSD-3-Clause */
/* likelihood.h - the log-likelihood of a column at any lambda. */
#ifndef BELL_LIKELIHOOD_H
#define BELL_LIKELIHOOD_H

#include "fit/column.h"

/*
 * The likelihood at t = lambda * unit.  Everything is in units; psi is relative to `origin` and
 * times exp(-shift), that is, sign expm1(w (at - origin))/w exp(-shift).
 */
struct point {
	double t;
	/* The w of each side: t, and 2 identity - t, where identity is that of the column. */
	double power[2];
	/* The scale is exp(-shift), or 1 where likelihood.c takes the shift off the exponents. */
	double origin, shift, scale;
	/* The mean and sd of psi as it is defined above. */
	double mean, sd;
	/* The log-likelihood less bell_likelihood_constant(). */
	double value;
	/* Its first and second derivative in t; the second is exact to about 1e-3. */
	double score, slope;
};

/*
 * bell_likelihood() gives the likelihood at t.  The terms of each node stay in c->out until it is
 * called again.
 */
struct point bell_likelihood(const struct backend *b, struct column *c, double t);

/* What `value` leaves out: the same at every t. */
double bell_likelihood_constant(const struct backend *b, const struct column *c);

/*
 * The derivative of the log-likelihood in the logarithm of the unit, over the sum of the weights,
 * at p, which must be the point evaluated last.  Where lambda is the best of a unit, it is that of
 * the profile likelihood of the unit.
 */
double bell_unit_score(const struct column *c, const struct point *p);

/* Skewness and Fisher's kurtosis of psi at p, which must be the point evaluated last. */
void bell_shape(const struct column *c, const struct point *p, double *skewness, double *kurtosis);

/*
 * What the nodes of bins leave out of the mean of psi at p, which must be the point evaluated last,
 * in sd of psi.
 */
double bell_remainder(const struct column *c, const struct point *p);

#endif
