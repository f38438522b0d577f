/* SPDX-License-Identifier: BSD-3-Clause */
/* profile.h - what the likelihood says of lambda: its profile, intervals, tests, a nice power. */
#ifndef BELLSHAPE_PROFILE_H
#define BELLSHAPE_PROFILE_H

#include <stddef.h>
#include <bellshape/fit.h>
#include <bellshape/sketch.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Everything here is computed from the profile log-likelihood of lambda: the log-likelihood at
 * lambda and the best mean and variance, which is `log_likelihood` of a fit with that lambda.  The
 * methods are BELL_YEO_JOHNSON, BELL_BOX_COX and BELL_YEO_JOHNSON_UNIT.  Of the last, a unit that
 * is not fixed is estimated first, and from then on taken as known.
 *
 * Of the options, a fixed `lambda`, `standardize` and `round_level` are ignored: lambda is
 * estimated within `lower` and `upper`, and the likelihood does not depend on standardization.  If
 * the fit is to be robust, the likelihood is that of the values that it keeps.
 *
 * Where lambda cannot be estimated (the first four flags of a fit), the results are NaN, but for
 * the lambda of struct bell_inference, which is that of the fit: 1.
 */

/*
 * bell_profile_sketch() writes the profile log-likelihoods of a sketch at `count` lambdas to
 * log_likelihood[0 .. count - 1].  They may be infinite or NaN where lambda is so large that psi
 * has no digits left.
 *
 * lambda: finite numbers, in or outside of the bounds of the options; NULL if count is 0.
 * options may be NULL: the defaults are used.
 *
 * Returns BELL_OK; BELL_EINVAL if sketch is NULL, if lambda or log_likelihood is NULL and count is
 * not 0, if a lambda is not finite, if the method is none of the three, or if bell_fit_sketch()
 * does not take the options; BELL_EDOMAIN if the method is Box-Cox, or the unit 0, and the sketch
 * has seen a value that is not above 0; BELL_EBACKEND if the environment variable BELLSHAPE_BACKEND
 * cannot be honored; BELL_ESIZE if frequency weights add up to more than BELL_MAX_ROWS;
 * BELL_ENOMEM.  On an error nothing is written.
 */
BELL_API enum bell_status bell_profile_sketch(const struct bell_sketch *sketch,
					      const struct bell_fit_options *options,
					      const double *lambda, size_t count,
					      double *log_likelihood);

/*
 * bell_profile_f32() and bell_profile_f64() are bell_profile_sketch() of n values: of the sketch,
 * or of its narrower bins, that bell_fit_f32() and bell_fit_f64() fit.  x, weights and threads are
 * as in those.  The results do not depend on `threads`.
 *
 * Both return BELL_OK; BELL_EINVAL if x is NULL and n is not 0, if threads is out of range, if
 * lambda or log_likelihood is NULL and count is not 0, if a lambda is not finite, if the method is
 * none of the three, or if bell_fit_f64() does not take the options; BELL_EBACKEND; BELL_EWEIGHT if
 * a weight is negative, NaN or infinite; BELL_EDOMAIN if the method is Box-Cox, or the unit 0, and
 * a value that counts as a row is not above 0; BELL_ESIZE if frequency weights add up to more than
 * BELL_MAX_ROWS; BELL_ENOMEM.  On an error nothing is written.
 */
BELL_API enum bell_status bell_profile_f32(const float *x, const double *weights, size_t n,
					   const struct bell_fit_options *options, unsigned threads,
					   const double *lambda, size_t count,
					   double *log_likelihood);
BELL_API enum bell_status bell_profile_f64(const double *x, const double *weights, size_t n,
					   const struct bell_fit_options *options, unsigned threads,
					   const double *lambda, size_t count,
					   double *log_likelihood);

/* The likelihood-ratio test of one lambda. */
struct bell_lambda_test {
	/* The lambda of the hypothesis. */
	double lambda;
	/* Twice what the log-likelihood at lambda is below its maximum within the bounds, or 0. */
	double statistic;
	/*
	 * The probability of a larger statistic under the hypothesis, by the chi-squared
	 * distribution with one degree of freedom.
	 */
	double pvalue;
};

/* The lambdas that are always tested: 0, 1/2 and 1, in this order. */
#define BELL_LAMBDA_TESTS 3

/* How well lambda is known. */
struct bell_inference {
	/* The lambda of the fit, and the log-likelihood there. */
	double lambda, log_likelihood;
	/*
	 * The interval of lambda from the profile likelihood, and the probability, above 0 and
	 * below 1, with which such intervals hold the true lambda.  It is cut off at the bounds of
	 * the options, and infinite where the likelihood does not fall far enough.
	 */
	double level, interval[2];
	/*
	 * The standard error of lambda from the curvature of the log-likelihood at its maximum (the
	 * observed information): 1/sqrt(-d^2 log-likelihood/d lambda^2), exact to about 1e-8 of
	 * itself.  NaN where lambda is a bound, which is no maximum.
	 */
	double standard_error;
	struct bell_lambda_test test[BELL_LAMBDA_TESTS];
	/* bell_lambda_rounded() of lambda and the interval. */
	double rounded;
};

/*
 * bell_lambda_rounded() returns the first of 1, 0, -1, 1/2, 1/3, -1/2, -1/3, 2 and -2 that lies in
 * the interval from low to high, both included, or lambda itself if none does.  It is the order in
 * which powerTransform() of R's package car prefers them (J. Fox and S. Weisberg, "An R Companion
 * to Applied Regression", Sage 2019).
 */
BELL_API double bell_lambda_rounded(double lambda, double low, double high);

/*
 * bell_infer_sketch() writes how well lambda of a sketch is known to *out, with the interval of
 * this level, 0 < level < 1.  options may be NULL: the defaults are used.
 *
 * Returns BELL_OK; BELL_EINVAL if sketch or out is NULL, if the level is out of range, if the
 * method is none of the three, or if bell_fit_sketch() does not take the options; BELL_EDOMAIN if
 * the method is Box-Cox, or the unit 0, and the sketch has seen a value that is not above 0;
 * BELL_EBACKEND if the environment variable BELLSHAPE_BACKEND cannot be honored; BELL_ESIZE if
 * frequency weights add up to more than BELL_MAX_ROWS; BELL_ENOMEM.  On an error *out is not
 * written.
 */
BELL_API enum bell_status bell_infer_sketch(const struct bell_sketch *sketch,
					    const struct bell_fit_options *options, double level,
					    struct bell_inference *out);

/*
 * bell_infer_f32() and bell_infer_f64() are bell_infer_sketch() of n values, from the sketch that
 * bell_fit_f32() and bell_fit_f64() fit.  x, weights and threads are as in those.  The results do
 * not depend on `threads`.
 *
 * Both return BELL_OK; BELL_EINVAL if x is NULL and n is not 0, if out is NULL, if threads or the
 * level is out of range, if the method is none of the three, or if bell_fit_f64() does not take the
 * options; BELL_EBACKEND; BELL_EWEIGHT if a weight is negative, NaN or infinite; BELL_EDOMAIN if
 * the method is Box-Cox, or the unit 0, and a value that counts as a row is not above 0; BELL_ESIZE
 * if frequency weights add up to more than BELL_MAX_ROWS; BELL_ENOMEM.  On an error *out is not
 * written.
 */
BELL_API enum bell_status bell_infer_f32(const float *x, const double *weights, size_t n,
					 const struct bell_fit_options *options, unsigned threads,
					 double level, struct bell_inference *out);
BELL_API enum bell_status bell_infer_f64(const double *x, const double *weights, size_t n,
					 const struct bell_fit_options *options, unsigned threads,
					 double level, struct bell_inference *out);

#ifdef __cplusplus
}
#endif
#endif
