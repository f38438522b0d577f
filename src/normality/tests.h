/* SPDX-License-Identifier: BSD-3-Clause */
/* tests.h - from statistics to p-values. */
#ifndef BELL_TESTS_H
#define BELL_TESTS_H

#include <stddef.h>
#include <bellshape/normality.h>
#include "normality/statistics.h"

/*
 * Fills the tests and effect sizes of *out, but for Shapiro-Wilk, from the statistics of order and
 * from its n, skewness and kurtosis.
 */
void bell_tests(const struct order_statistics *order, struct bell_normality *out);

/*
 * Shapiro-Wilk of 3 <= n <= BELL_MAX_SHAPIRO values, ascending; scratch has room for as many
 * doubles.
 */
struct bell_normality_test bell_shapiro_wilk(const double *z, size_t n, double *scratch);

/* The value of c[0] + c[1] x + ... of `terms` coefficients. */
static inline double polynomial(const double *c, int terms, double x)
{
	double sum = 0;

	for (int i = terms - 1; i >= 0; i--)
		sum = sum * x + c[i];
	return sum;
}

#endif
