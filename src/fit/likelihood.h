/* SPDX-License-Identifier: BSD-3-Clause */
/* likelihood.h - the log-likelihood of a column at any lambda. */
#ifndef BELL_LIKELIHOOD_H
#define BELL_LIKELIHOOD_H

#include "fit/column.h"

/* The likelihood at t = lambda * unit.  Everything is in units; psi is relative to `origin` and in
 * a common scale. */
struct point {
	double t;
	double power[2];             /* w of each side: t, 2 unit - t */
	double origin, shift, scale; /* psi = (E - constant)/w with E = exp(w (at - origin) -
					shift), see likelihood.c */
	double mean,
	    sd;       /* of psi so relative: sign (expm1(w (at - origin)))/w, times exp(-shift) */
	double value; /* log-likelihood less column_constant() */
	double score, slope; /* its derivatives in t; slope to about 1e-3 */
};

struct point bell_likelihood(const struct backend *b, struct column *c, double t);

/* What `value` leaves out: the same at every t. */
double bell_likelihood_constant(const struct backend *b, const struct column *c);

/* Skewness and Fisher's kurtosis of psi at p, which must be the point evaluated last. */
void bell_shape(const struct column *c, const struct point *p, double *skewness, double *kurtosis);

/*
 * What the nodes of bins leave out of the mean of psi at p, which must be the point evaluated last,
 * in sd of psi.
 */
double bell_remainder(const struct column *c, const struct point *p);

#endif
