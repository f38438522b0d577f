/* SPDX-License-Identifier: BSD-3-Clause */
/* distribution.h - the normal distribution in its tails, and the chi-squared distribution. */
#ifndef BELL_DISTRIBUTION_H
#define BELL_DISTRIBUTION_H

/* F(z), log F(z) and log(1 - F(z)) of the standard normal distribution, for any finite z. */
struct tails {
	double cdf, log_cdf, log_upper;
};

struct tails bell_tails(double z);

/* The density of the standard normal distribution. */
double bell_normal_density(double z);

/*
 * The z >= 0 above which a part `tail` of the standard normal distribution lies, 0 < tail <= 1/2,
 * whose logarithm is log_tail.
 */
double bell_tail_quantile(double tail, double log_tail);

/*
 * The probability that a chi-squared variable with df degrees of freedom, a whole number of at
 * least 1, exceeds x >= 0.
 */
double bell_chi_squared_upper(double x, double df);

#endif
