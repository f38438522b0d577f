/* SPDX-License-Identifier: BSD-3-Clause */
/* normality.h - how normal a column is: tests, and effect sizes that do not grow with n. */
#ifndef BELLSHAPE_NORMALITY_H
#define BELLSHAPE_NORMALITY_H

#include <stddef.h>
#include <stdint.h>
#include <bellshape/fit.h>
#include <bellshape/sketch.h>
#include <bellshape/status.h>
#include <bellshape/transform.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the computation of struct bell_normality depends on beside the values. */
struct bell_normality_options {
	/* What weights mean, and so what n is; without weights it makes no difference. */
	enum bell_weight_type weight_type;
};

/*
 * bell_normality_options_default() writes the defaults to *options: weight_type =
 * BELL_FREQUENCY_WEIGHTS.  options may be NULL: nothing happens.
 */
BELL_API void bell_normality_options_default(struct bell_normality_options *options);

/*
 * The result of a test of the hypothesis that the values are a sample of some normal distribution,
 * whose mean and sd are estimated from them.  Where the test is not defined both are NaN.
 */
struct bell_normality_test {
	double statistic;
	/*
	 * The probability of a statistic at least as far from normality, by the approximation that
	 * the comment of the test names.
	 */
	double p_value;
};

/* Shapiro-Wilk and Shapiro-Francia are NaN for more values than this: no p-value is known there. */
#define BELL_MAX_SHAPIRO 5000

/*
 * How normal a column is.  z below is (x - mean)/sd, F the distribution function of the standard
 * normal distribution, and x(1) <= ... <= x(n) are the values in order.  All is NaN for constant
 * columns and for those without finite values, but for the counts, n, mean, and the sd of a
 * constant, which is 0.
 *
 * For large n every test rejects what is not exactly normal, and real columns never are.  The
 * effect sizes qq_correlation and distance say how far a column is from normal, whatever n is.
 */
struct bell_normality {
	/* How many values are finite, NaN, and infinite.  Only finite values enter the rest. */
	uint64_t count, missing, infinite;

	/*
	 * The number of values that the tests count: `count` without weights, and otherwise what
	 * the weight_type says.
	 */
	double n;

	/* The mean, and the standard deviation with divisor n - 1; NaN for fewer than 2 values. */
	double mean, sd;

	/* The skewness and the excess kurtosis, 0 for a normal distribution; both biased. */
	double skewness, kurtosis;

	/*
	 * The correlation of x(i) with the normal scores F^-1((i - 3/8)/(n + 1/4)), whose plotting
	 * positions are those of Blom (1958).  1 means that the points of the Q-Q plot lie on a
	 * line.  NaN for n < 2.
	 */
	double qq_correlation;

	/*
	 * The largest difference of the distribution function of the column and F(z), from 0 to 1.
	 * NaN for n < 2.
	 */
	double distance;

	/*
	 * A^2 of Anderson and Darling, for n >= 8 (`ad.test` of nortest).  The p-value is that of
	 * A^2 (1 + 0.75/n + 2.25/n^2) by D'Agostino and Stephens (1986, table 4.9); 3.7e-24 stands
	 * for anything below it.
	 */
	struct bell_normality_test anderson_darling;

	/*
	 * W of Shapiro and Wilk with the coefficients and p-value of Royston (1995, AS R94), for 3
	 * <= n <= BELL_MAX_SHAPIRO (`shapiro.test` of R).  Needs weights that are whole numbers,
	 * and the values: NaN for a sketch of bins.
	 */
	struct bell_normality_test shapiro_wilk;

	/*
	 * W' of Shapiro and Francia, which is qq_correlation^2, with the p-value of Royston (1993),
	 * for 5 <= n <= BELL_MAX_SHAPIRO (`sf.test` of nortest).  NaN for a sketch of bins.
	 */
	struct bell_normality_test shapiro_francia;

	/*
	 * K^2 of D'Agostino and Pearson (1973), from skewness and kurtosis, for n >= 8; chi-squared
	 * with 2 degrees of freedom (`normaltest` of SciPy).
	 */
	struct bell_normality_test dagostino_pearson;

	/*
	 * n/6 (skewness^2 + kurtosis^2/4) of Jarque and Bera (1980), for n >= 2; chi-squared with 2
	 * degrees of freedom, which it nears slowly: too few rejections for n below some 2000.
	 */
	struct bell_normality_test jarque_bera;

	/*
	 * D of Lilliefors, which is `distance`, for n >= 5 (`lillie.test` of nortest).  The p-value
	 * is that of Dallal and Wilkinson (1986), or above 0.1 that of Stephens (1974).
	 */
	struct bell_normality_test lilliefors;

	/*
	 * Pearson's chi-squared over pearson_classes = ceiling(2 n^(2/5)) classes that are equally
	 * probable under F(z), with pearson_df = pearson_classes - 3 degrees of freedom
	 * (`pearson.test` of nortest), for n >= 3.  NaN for a sketch of bins.
	 */
	struct bell_normality_test pearson;
	/* The statistic over its degrees of freedom, by which bestNormalize chooses transforms. */
	double pearson_per_df;
	double pearson_classes, pearson_df;
};

/*
 * bell_normality_f32() and _f64() set *out to the tests and effect sizes of the n elements of x.
 * Whatever the values are, they take a time that grows as n, and memory for three copies of them as
 * doubles, or six with weights.
 *
 * x: the values.  NaN is missing, and infinities are counted and left out.  NULL if n is 0.
 *
 * weights: one weight for each value, finite and not negative, or NULL if all are 1.  A value of
 * weight 3 counts as three equal values; one of weight 0 counts as no value.  With a weight_type of
 * BELL_IMPORTANCE_WEIGHTS they are scaled to add up to their effective number.  Where weights are
 * no whole numbers the statistics are those of the weighted distribution function and the weighted
 * moments, and Shapiro-Wilk, which is a statistic of single values, is NaN.
 *
 * options may be NULL: the defaults are used.
 *
 * threads: the largest number of threads to use, up to BELL_MAX_THREADS; 0 means as many as
 * threads.h says. The result does not depend on it, nor on the backend or the order of the values;
 * with weights it may depend on the order of equal values in its last bits.
 *
 * They return BELL_OK; BELL_EINVAL if x is NULL and n is not 0, if out is NULL, if threads is out
 * of range or the weight_type is unknown; BELL_EBACKEND if the environment variable
 * BELLSHAPE_BACKEND cannot be honored; BELL_EWEIGHT if a weight is negative, NaN or infinite;
 * BELL_ESIZE if frequency weights add up to 2^60 or more; BELL_ENOMEM.  On an error *out is not
 * written.
 */
BELL_API enum bell_status bell_normality_f32(const float *x, const double *weights, size_t n,
					     const struct bell_normality_options *options,
					     unsigned threads, struct bell_normality *out);
BELL_API enum bell_status bell_normality_f64(const double *x, const double *weights, size_t n,
					     const struct bell_normality_options *options,
					     unsigned threads, struct bell_normality *out);

/*
 * bell_normality_sketch() sets *out to what a sketch knows of the normality of its column, or of
 * the column as `transform` makes it; transform may be NULL.  While the sketch keeps distinct
 * values, all is as from the values with their weights.  From bins, moments and what rests on them
 * are right to 1e-9; A^2 is within 0.05 + 2 %, qq_correlation within 2e-4, and distance within
 * 0.0003 + 0.2/sqrt(n) of what the values give, for all columns of the tests (docs/normality.md).
 * After merges of different grids, whose bins overlap, distance may be off by 0.005 more.
 * Shapiro-Wilk, Shapiro-Francia and Pearson's statistic are NaN.  Where frequency weights add up to
 * more than a double holds, n is infinite, and all but the counts is NaN.
 *
 * options may be NULL: the defaults are used.
 *
 * Returns BELL_OK; BELL_EINVAL if sketch or out is NULL, the weight_type is unknown, or the
 * transform is one that bell_transform_apply_f64() refuses; BELL_EBACKEND if the environment
 * variable BELLSHAPE_BACKEND cannot be honored; BELL_EDOMAIN if the transform makes a finite value
 * of the column NaN or infinite, as Box-Cox does with values below 0; BELL_ENOMEM.  On an error
 * *out is not written.
 */
BELL_API enum bell_status bell_normality_sketch(const struct bell_sketch *sketch,
						const struct bell_transform *transform,
						const struct bell_normality_options *options,
						struct bell_normality *out);

/*
 * bell_normal_cdf() returns the probability that a standard normal variable is at most z, to a few
 * units in the last place also in the lower tail; the upper tail is bell_normal_cdf(-z).  It is 0
 * below -38.5, where a double has nothing smaller, 1 for infinity, and NaN for NaN.
 */
BELL_API double bell_normal_cdf(double z);

/*
 * bell_normal_quantile() returns the z with bell_normal_cdf(z) = p, to 1e-15 of itself (Wichura
 * 1988, AS 241).  It is -infinity for p = 0, infinity for p = 1, and NaN for NaN and for p outside
 * of [0, 1].
 */
BELL_API double bell_normal_quantile(double p);

#ifdef __cplusplus
}
#endif
#endif
