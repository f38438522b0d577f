/* SPDX-License-Identifier: BSD-3-Clause */
/* likelihood.h - the log-likelihood of a column at any lambda. */
#ifndef BELL_LIKELIHOOD_H
#define BELL_LIKELIHOOD_H

#include "fit/column.h"

/* Up to this exp(x) is a double: log(1.8e308) is 709.78. */
#define MAX_EXP 709

/*
 * The likelihood at one lambda.  Everything is in the units of the column, and psi in a form that
 * stays finite (see likelihood.c).
 */
struct point {
	/* lambda times the unit, and the power of each side: t, 2 unit - t. */
	double t, power[2];

	/*
	 * psi of a node is sign expm1(power (at - origin))/power here, and everything that is
	 * computed from it has the factor exp(-shift).  `scale` is that factor, or 1 if it is so
	 * small that the kernel has to work with the shift itself.
	 */
	double origin, shift, scale;

	/* The mean and the standard deviation of this psi, with that factor. */
	double mean, sd;

	/* The log-likelihood less bell_likelihood_constant(). */
	double value;

	/*
	 * Its first and second derivative in t.  From bins the second has a relative error of about
	 * 1e-3; it only guides the search.
	 */
	double score, slope;
};

struct point bell_likelihood(const struct backend *b, struct column *c, double t);

/* What `value` leaves out of the log-likelihood, because it is the same at every t. */
double bell_likelihood_constant(const struct backend *b, const struct column *c);

/* The skewness and the excess kurtosis of psi at p, which must be the point evaluated last. */
void bell_shape(const struct column *c, const struct point *p, double *skewness, double *kurtosis);

/* What the expansion within the bins leaves out of psi at p, in standard deviations of psi. */
double bell_remainder(const struct column *c, const struct point *p);

/* exp(x) through the backend; infinite above MAX_EXP and 0 below -MAX_EXP. */
double bell_exp(const struct backend *b, double x);

/* log(x) through the backend, for finite x > 0. */
double bell_log(const struct backend *b, double x);

#endif
