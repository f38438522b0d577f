/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * shapiro.c - the test of Shapiro and Wilk.
 *
 * P. Royston, "Remark AS R94: a remark on algorithm AS 181: the W-test for normality", Applied
 * Statistics 44 (1995), 547-551.
 */
#include <math.h>
#include "distribution.h"
#include "normality/scores.h"
#include "normality/sum.h"
#include "normality/tests.h"

/* AS R94 has p = 1e-99 where its approximation ends. */
#define NO_P 1e-99

/* The corrections of the coefficients of the two extremes at each end, in 1/sqrt(n). */
static const double extreme[] = {0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056};
static const double second[] = {0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633};

/* Mean and logarithm of the sd of the transformed 1 - W: in n up to 11, in log n above. */
#define MAX_SMALL 11
static const double small_limit[] = {-2.273, 0.459};
static const double small_mean[] = {0.544, -0.39978, 0.025054, -6.714e-4};
static const double small_log_sd[] = {1.3822, -0.77857, 0.062767, -0.0020322};
static const double mean[] = {-1.5861, -0.31082, -0.083751, 0.0038915};
static const double log_sd[] = {-0.4803, -0.082676, 0.0030302};

#define POLYNOMIAL(c, x) polynomial(c, (int)(sizeof(c) / sizeof *(c)), x)

/* Writes the coefficients of the upper half, the largest first. */
static void coefficients(size_t n, double *a)
{
	size_t half = n / 2, first = n > 5 ? 2 : 1;
	double square = 0, root = 1 / sqrt((double)n), rest, own = 0, factor, largest[2];

	for (size_t i = 0; i < half; i++) {
		a[i] = -bell_score((double)i + 1, (double)n);
		square += 2 * a[i] * a[i];
	}
	if (n == 3) {
		a[0] = sqrt(0.5);
		return;
	}
	rest = square;
	largest[0] = POLYNOMIAL(extreme, root) + a[0] / sqrt(square);
	largest[1] = n > 5 ? POLYNOMIAL(second, root) + a[1] / sqrt(square) : 0;
	for (size_t i = 0; i < first; i++) {
		rest -= 2 * a[i] * a[i];
		own += 2 * largest[i] * largest[i];
		a[i] = largest[i];
	}
	factor = sqrt(rest / (1 - own));
	for (size_t i = first; i < half; i++)
		a[i] /= factor;
}

/* The p-value, from 1 - W so that W near 1 keeps its digits. */
static double p_value(double rest, double n)
{
	double y = log(rest), x = log(n), limit;

	if (n == 3)
		return fmax(0, 6 / M_PI * (asin(sqrt(1 - rest)) - M_PI / 3));
	if (n > MAX_SMALL)
		return bell_normal_cdf((POLYNOMIAL(mean, x) - y) / exp(POLYNOMIAL(log_sd, x)));
	limit = POLYNOMIAL(small_limit, n);
	if (y >= limit)
		return NO_P;
	return bell_normal_cdf((POLYNOMIAL(small_mean, n) + log(limit - y)) /
			       exp(POLYNOMIAL(small_log_sd, n)));
}

struct bell_normality_test bell_shapiro_wilk(const double *z, size_t n, double *scratch)
{
	double *a = scratch, mean_z, product, length, squares, root, rest;
	struct sum sums[4] = {{0, 0}};

	coefficients(n, a);
	for (size_t i = 0; i < n; i++)
		sum_add(&sums[0], z[i]);
	mean_z = sum_value(&sums[0]) / (double)n;
	for (size_t i = 0; i < n; i++)
		sum_add(&sums[1], (z[i] - mean_z) * (z[i] - mean_z));
	for (size_t i = 0; i < n / 2; i++) {
		sum_add(&sums[2], a[i] * (z[n - 1 - i] - z[i]));
		sum_add(&sums[3], 2 * a[i] * a[i]);
	}
	squares = sum_value(&sums[1]);
	product = sum_value(&sums[2]);
	length = sum_value(&sums[3]);
	/* 1 - W = 1 - product^2/(length squares), without the loss of the difference. */
	root = sqrt(length * squares);
	rest = fmax((root - product) * (root + product) / (length * squares), 0);
	return (struct bell_normality_test){1 - rest, p_value(rest, (double)n)};
}
