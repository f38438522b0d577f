/* SPDX-License-Identifier: BSD-3-Clause */
/* reference.h - slow and simple: what the library's results are held against. */
#ifndef TESTS_REFERENCE_H
#define TESTS_REFERENCE_H

#include <stddef.h>

/* A column of finite values with weights (NULL: 1) in long double. */
struct reference {
	size_t n;
	long double *l;      /* log1p|x| with the sign of x, less `mean` where one-signed */
	long double *weight; /* of each value */
	long double mean, total, sd;
	int sign; /* of a one-signed column; 0: both signs */
};
struct reference reference_make(const double *x, const double *weight, size_t n);
void reference_free(struct reference *r);

/* psi up to a factor and a summand, into out[n]. */
void reference_psi(const struct reference *r, long double lambda, long double *out);

/* The log-likelihood, and its derivative. */
long double reference_likelihood(const struct reference *r, long double lambda);
long double reference_score(const struct reference *r, long double lambda);

/* Where the score is zero, by bisection; the 95 % interval's end in that direction likewise. */
long double reference_lambda(const struct reference *r);
long double reference_end(const struct reference *r, long double lambda, int direction);

/* p2 = (e^z (z - 1) + 1)/z^2 = sum of z^k (k + 1)/(k + 2)!, and its derivative p3, for z of order 1. */
void reference_terms(long double z, long double *p2, long double *p3);

/* Skewness and Fisher's kurtosis of values with the weights of r, biased. */
void reference_shape(const struct reference *r, const long double *y, long double shape[2]);

#endif
