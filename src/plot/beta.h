/* SPDX-License-Identifier: BSD-3-Clause */
/* beta.h - the distribution of order statistics. */
#ifndef BELL_BETA_H
#define BELL_BETA_H

/*
 * The probability that a variable of the beta distribution, a and b at least 1, is at most x, for x
 * from 0 to 1.
 */
double bell_beta_cdf(double a, double b, double x);

/*
 * The normal quantiles of the p and of the 1 - p quantile of the beta distribution, 0 < p < 1/2:
 * the ends of the interval of level 1 - 2p of an order statistic of normal samples.
 */
void bell_beta_interval(double a, double b, double p, double *low, double *high);

#endif
