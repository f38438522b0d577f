/* SPDX-License-Identifier: BSD-3-Clause */
/* fit.h - lambda by maximum likelihood. */
#ifndef BELLSHAPE_FIT_H
#define BELLSHAPE_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/fit_options.h>
#include <bellshape/sketch.h>
#include <bellshape/status.h>
#include <bellshape/transform.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Remarks on a fit that its numbers do not show.  Any number of flags can be set together.
 *
 * With one of the first four lambda was not estimated: for the first three there was nothing to
 * estimate it from, and infinite values have a part in every likelihood, so that one of them is
 * enough to make each lambda as good as another.  lambda is 1, even if it was to be fixed at
 * another value, and psi is x for Yeo-Johnson and x - 1 for Box-Cox.  mean is the mean of that psi
 * over the finite values, or 0 if there are none, and sd is 1.  The transform is psi - mean if the
 * fit is standardized, else psi.
 */
enum bell_fit_flag {
	/* There is no finite value. */
	BELL_FIT_EMPTY = 1 << 0,

	/* There is a single finite value. */
	BELL_FIT_ONE_VALUE = 1 << 1,

	/* There are several finite values, all equal. */
	BELL_FIT_CONSTANT = 1 << 2,

	/* There are infinities among the values. */
	BELL_FIT_INFINITE = 1 << 3,

	/*
	 * lambda is not where the likelihood is largest, or not what it was to be fixed at, but a
	 * bound: one of the options, or if the fit is not standardized the nearest value at which
	 * psi is finite.  Or the unit is at a bound: the smallest that zeros allow, or 2^20 times
	 * the largest |x|, where psi is exp(k x) in all but name (see bell_fit_sketch()).
	 */
	BELL_FIT_BOUND = 1 << 4,

	/*
	 * lambda = 1, which changes nothing, cannot be ruled out: it lies in ci95; that is, it lies
	 * within the bounds and lr_vs_identity is below 3.84.  The flag is never set for a fixed
	 * lambda.  The choice among families (choose.h) sets it if it takes the identity.
	 */
	BELL_FIT_NOT_IDENTIFIED = 1 << 5,

	/*
	 * The sketch cannot tell the values apart well enough, or a search did not come to rest.
	 * lambda may be off by more than 1e-8 of its standard error.  If it could not be estimated
	 * at all, lambda is 1, ci95 and the likelihoods are NaN, and mean, sd, skewness and
	 * kurtosis are those of psi at lambda = 1.  bell_fit_f32() and bell_fit_f64(), which have
	 * the values, avoid it in nearly all cases.
	 */
	BELL_FIT_ILL_CONDITIONED = 1 << 6,

	/*
	 * The fit is not standardized, and psi of the smallest and of the largest value agree in
	 * half of their digits or more.  A standardized fit keeps the digits.
	 */
	BELL_FIT_COARSE = 1 << 7,

	/*
	 * The transform does not tell some values apart, or they do not come back from it: the
	 * member `collapsed` of the fit, which says how many, is above 0.
	 */
	BELL_FIT_COLLAPSED = 1 << 8,

	/*
	 * There are exactly two distinct finite values.  A standardized fit gives them the same z
	 * whatever lambda is, so lambda says nothing of the column.
	 */
	BELL_FIT_TWO_VALUES = 1 << 9,

	/* lambda is not where the likelihood is largest but a nicer one nearby: `round_level`. */
	BELL_FIT_ROUNDED = 1 << 10,

	/* The fit is robust: `set_aside` says how many values it did without, which may be 0. */
	BELL_FIT_ROBUST = 1 << 11,

	/*
	 * The fit was to be robust, but there is no robust scale, as half of the values or more are
	 * equal, or too few values would be left: none was set aside.
	 */
	BELL_FIT_NOT_ROBUST = 1 << 12
};

/*
 * bell_fit_flag_name() returns the name of one flag: "empty", "one_value", "constant", "infinite",
 * "bound", "not_identified", "ill_conditioned", "coarse", "collapsed", "two_values", "rounded",
 * "robust" or "not_robust".  The program and the Python package use the same names.  It returns
 * NULL for 0, for several flags at once and for a number that is no flag, so that a loop over 1, 2,
 * 4 ... meets every flag before the first NULL.
 */
BELL_API const char *bell_fit_flag_name(enum bell_fit_flag flag);

/*
 * The fit of a column.  psi is the transform of transform.h at lambda, without any standardization.
 * With one of the first four flags ci95, the likelihoods, skewness and kurtosis are NaN.
 */
struct bell_fit {
	/*
	 * The transform at lambda, standardized or not as the options say.  Its min and max are
	 * those of the column; of an empty column, the ends of the domain.
	 */
	struct bell_transform transform;

	/*
	 * The lambda of the transform: the estimate, a bound or the fixed value.  NaN for
	 * BELL_NORMAL_SCORES, as are ci95 and the likelihoods: a transform with as many numbers as
	 * there are values has none.
	 */
	double lambda;

	/*
	 * The unit c of the transform, which is one of x/c: 1 for Yeo-Johnson, 0 for Box-Cox, the
	 * estimate for BELL_YEO_JOHNSON_UNIT.
	 */
	double unit;

	/*
	 * The 95 % confidence interval of lambda from the profile likelihood, cut off at the bounds
	 * of the options and, if the fit is not standardized, at the lambdas beyond which psi
	 * exceeds a double.  Where no bound cuts it off, an end is infinite if the likelihood does
	 * not fall far enough for any lambda.  NaN for a fixed lambda.
	 */
	double ci95[2];

	/*
	 * The log-likelihood at lambda of a normal distribution with the best mean and variance,
	 *
	 *	-n/2 log var(psi) + (lambda - 1) sum(sign(x) log1p|x|)
	 *
	 * with sum(log x) in the place of the last sum for Box-Cox; with a unit c, psi is that of
	 * x/c, log1p(|x|/c) takes the place of log1p|x|, and n log c is subtracted.  n is what enum
	 * bell_weight_type says, sums are weighted and scaled to n, and var divides by n.  The
	 * constant -n/2 (1 + log(2 pi)) is left out.
	 */
	double log_likelihood;

	/* Twice the amount by which log_likelihood exceeds the log-likelihood at lambda = 1. */
	double lr_vs_identity;

	/*
	 * The mean of psi, and its standard deviation with divisor n; infinite if they exceed a
	 * double.
	 */
	double mean, sd;

	/* The skewness of x and of psi, biased (no correction for small n). */
	double skewness_before, skewness_after;

	/* The excess kurtosis (0 for a normal distribution) of x and of psi, biased. */
	double kurtosis_before, kurtosis_after;

	/*
	 * How many values are finite, NaN and infinite, and the sum of the weights of the finite
	 * ones; as in struct bell_sketch_summary.
	 */
	uint64_t count, missing, infinite;
	double weight;

	/* The smallest and the largest finite value; NaN if there is none. */
	double min, max;

	/*
	 * How much the transform loses: the share of `weight`, 0 to 1, of the values that collapse.
	 * Neighbors in the order of x, two or more, collapse if they have one y, as a double, and
	 * the smallest and the largest of them differ by more than rounding, which is 2^-48 of the
	 * one of these two that is larger in size.  A value also collapses if the inverse of its y
	 * is farther from it than 1e-3 standard deviations of x.  In a sketch with bins the nodes
	 * stand for the values, in the order of the bins, so that the share is right to about the
	 * weight of a bin.  NaN if there is no finite value.
	 */
	double collapsed;

	/*
	 * The sum of the weights of the values that a robust fit has set aside; without weights
	 * their number, which from bins may be no whole number.  0 for other fits.
	 */
	double set_aside;

	/* How often the likelihood was computed. */
	unsigned evaluations;

	/* A sum of enum bell_fit_flag. */
	unsigned flags;
};

/*
 * bell_fit_sketch() estimates lambda from a sketch by maximum likelihood and writes the fit to
 * *out.  The log-likelihood is strictly concave in lambda, so it has one maximum.  A column without
 * one (the first four flags), an empty one among them, is not an error.  The sketch is only read,
 * and serves any method.
 *
 * For BELL_YEO_JOHNSON_UNIT it estimates the unit c together with lambda, by the likelihood of x,
 * so that log_likelihood is comparable between methods.  x and k x then have the same z.  The
 * likelihood at the best lambda of each c may have several maxima, and the largest is taken.  c is
 *
 *	- 0, and the fit that of BELL_BOX_COX, if all values are above 0 and no c reaches a
 *	  likelihood that is 2^-10 above that of Box-Cox;
 *	- not below a bound, if there are zeros: the density at 0 would grow without end as c
 *	  falls, and say nothing but that there are zeros.  About as many values lie between 0 and
 *	  that bound as there are zeros, or a quarter of the values if there are that many zeros.
 *	  Then Yeo-Johnson, whose unit of 1 may be below it, can reach more;
 *	- for values of both signs not below about the smallest |x|, and for negative ones not below
 *	  2^-10 of it;
 *	- not above 2^20 times the largest |x|.
 *
 * A c at a bound sets BELL_FIT_BOUND.  ci95 and lr_vs_identity take c as known.
 *
 * For BELL_NORMAL_SCORES the transform of a value is the normal quantile of (r - 1/2)/n, where r is
 * its rank among n values, or the mean of the ranks of equal values.  With weights it is that of
 * the part of the weight that lies below the value, and half of the part at it: of weights, only
 * the ratios matter.  mean and sd, which `standardize` does not change, and what is said of psi
 * are those of these scores: mean 0 and sd 1, but for what ties and small n take away.
 * docs/numerics.md says what lies between and beyond the values, and how much is off if the sketch
 * has bins.  The fit owns a table: see bell_fit_release().  Where one of the first four flags is
 * set, the transform is that of Yeo-Johnson, and there is no table.
 *
 * options may be NULL: the defaults are used.
 *
 * Returns BELL_OK; BELL_EINVAL if sketch or out is NULL, if lower is not below upper or one of them
 * is NaN (even if lambda is fixed), if a fixed lambda is infinite, if the unit of
 * BELL_YEO_JOHNSON_UNIT or BELL_ASINH, the shift of BELL_LOG_SHIFT or round_level is out of range,
 * if the method or the weight_type is unknown, if `robust` is set and the method has no robust fit,
 * if round_level is not 0 and the method has no power, or if the method is BELL_BEST and the
 * options do not suit bell_choose_sketch(); BELL_EDOMAIN if the sketch has seen a value, -infinity
 * among them, that is not in the domain of the method: not above 0 for Box-Cox, BELL_LOG and a unit
 * of 0, below 0 for BELL_SQRT, not above -shift for a shift that is fixed; or if the method is
 * BELL_BEST and none of the candidates takes the values; BELL_EBACKEND if the environment variable
 * BELLSHAPE_BACKEND cannot be honored; BELL_ESIZE if frequency weights add up to more than
 * BELL_MAX_ROWS; BELL_ENOMEM.  On an error *out is not written.
 */
BELL_API enum bell_status bell_fit_sketch(const struct bell_sketch *sketch,
					  const struct bell_fit_options *options,
					  struct bell_fit *out);

/*
 * bell_fit_release() gives back what a fit owns: the table of BELL_NORMAL_SCORES.  It is to be
 * called once for a fit of that method that bell_fit_sketch(), bell_fit_f32() or bell_fit_f64() has
 * written; of other methods, it does nothing.  A copy of the struct, or a fit that belongs to a
 * model, is not to be released.  The transform of the fit has no table then, and is refused
 * everywhere.  fit may be NULL: nothing happens.
 */
BELL_API void bell_fit_release(struct bell_fit *fit);

/*
 * bell_fit_f32() and bell_fit_f64() estimate lambda from n values and write the fit to *out.
 * Without weights it has the bits of the fit of a sketch that was updated with the values; weights
 * are scaled first (see below), and a sketch does not do that.  If the fit would be
 * BELL_FIT_ILL_CONDITIONED and the values went into bins, they are read a second time, into
 * narrower bins that are placed by all of the values, and that fit is taken unless it is
 * BELL_FIT_ILL_CONDITIONED, too.  The result does not depend on `threads`.
 *
 * x: the values, of which NaN are missing; NULL if n is 0, which gives BELL_FIT_EMPTY.
 *
 * weights: one weight for each value, finite and not negative, or NULL if all are 1.  Only their
 * ratios matter to lambda: they are scaled by a power of two first, so that the largest has 30 bits
 * below it (bell_weights_exponent()), and weights times a power of two give the same lambda, to the
 * bit.  A weight that is 2^-31 of the largest or less may become 0.  A value whose weight is or
 * becomes 0 counts as no row: it is in none of the numbers of the fit, min and max included, and
 * Box-Cox does not refuse it.
 *
 * options may be NULL: the defaults are used.
 *
 * threads: the largest number of threads to use, up to BELL_MAX_THREADS; 0 means as many
 * as threads.h says.
 *
 * Both return BELL_OK; BELL_EINVAL if x is NULL and n is not 0, if out is NULL, if threads is out
 * of range, if lower is not below upper or one of them is NaN (even if lambda is fixed), if a fixed
 * lambda is infinite, if the unit of BELL_YEO_JOHNSON_UNIT or BELL_ASINH, the shift of
 * BELL_LOG_SHIFT or round_level is out of range, if the method or the weight_type is unknown, if
 * `robust` is set and the method has no robust fit, if round_level is not 0 and the method has no
 * power, or if the method is BELL_BEST and the options do not suit bell_choose_f64(); BELL_EBACKEND
 * if the environment variable BELLSHAPE_BACKEND cannot be honored; BELL_EWEIGHT if a weight is
 * negative, NaN or infinite; BELL_EDOMAIN if a value that counts as a row is not in the domain of
 * the method: not above 0 for Box-Cox, BELL_LOG and a unit of 0, below 0 for BELL_SQRT, not above
 * -shift for a shift that is fixed; BELL_ESIZE if frequency weights add up to more than
 * BELL_MAX_ROWS; for the method BELL_BEST, BELL_EDOMAIN and BELL_ESIZE where bell_choose_f64()
 * returns them, too; BELL_ENOMEM.  On an error *out is not written.
 */
BELL_API enum bell_status bell_fit_f32(const float *x, const double *weights, size_t n,
				       const struct bell_fit_options *options, unsigned threads,
				       struct bell_fit *out);
BELL_API enum bell_status bell_fit_f64(const double *x, const double *weights, size_t n,
				       const struct bell_fit_options *options, unsigned threads,
				       struct bell_fit *out);

#ifdef __cplusplus
}
#endif
#endif
