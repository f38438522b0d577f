/* SPDX-License-Identifier: BSD-3-Clause */
/* reference.h - slow and simple: what the library's results are held against. */
#ifndef TESTS_REFERENCE_H
#define TESTS_REFERENCE_H

#include <stddef.h>

/* A column of finite values with weights, in long double. */
struct reference {
	size_t n;

	/* log1p|x| with the sign of x; less `mean` if all x have one sign. */
	long double *l;

	/* The weight of each value. */
	long double *weight;

	long double mean, total, sd;

	/* The sign of all x, or 0 if both occur. */
	int sign;
};

/* weight may be NULL: all are 1. */
struct reference reference_make(const double *x, const double *weight, size_t n);
void reference_free(struct reference *r);

/* psi up to a factor and a summand, into out[n]. */
void reference_psi(const struct reference *r, long double lambda, long double *out);

/* The log-likelihood at lambda, and its derivative in lambda. */
long double reference_likelihood(const struct reference *r, long double lambda);
long double reference_score(const struct reference *r, long double lambda);

/*
 * The lambda at which the score is zero, and the end of the 95 % interval in a direction, -1 or 1;
 * both by bisection.
 */
long double reference_lambda(const struct reference *r);
long double reference_end(const struct reference *r, long double lambda, int direction);

/*
 * *p2 = (e^z (z - 1) + 1)/z^2, which is the sum of z^k (k + 1)/(k + 2)!, and *p3 is its derivative
 * in z; for z of order 1.
 */
void reference_terms(long double z, long double *p2, long double *p3);

/* The skewness and the excess kurtosis, both biased, of values that have the weights of r. */
void reference_shape(const struct reference *r, const long double *y, long double shape[2]);

#endif
