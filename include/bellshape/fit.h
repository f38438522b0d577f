/* SPDX-License-Identifier: BSD-3-Clause */
/* fit.h - lambda by maximum likelihood. */
#ifndef BELLSHAPE_FIT_H
#define BELLSHAPE_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/sketch.h>
#include <bellshape/status.h>
#include <bellshape/transform.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What there is to say of a fit; any number of them together. */
enum bell_fit_flag {
	BELL_FIT_EMPTY = 1 << 0,     /* no finite value: lambda 1, mean 0, sd 1 */
	BELL_FIT_ONE_VALUE = 1 << 1, /* a single finite value: lambda 1, sd 1 */
	BELL_FIT_CONSTANT = 1 << 2,  /* all finite values are equal: lambda 1, sd 1 */
	BELL_FIT_INFINITE = 1 << 3,  /* infinities among the values: not estimated, lambda 1 */
	BELL_FIT_BOUND = 1 << 4,     /* lambda is a bound, given or needed to keep psi finite */
	BELL_FIT_NOT_IDENTIFIED =
	    1 << 5, /* lambda = 1 lies in ci95: within the bounds, and lr_vs_identity < 3.84 */
	BELL_FIT_ILL_CONDITIONED =
	    1 << 6, /* the sketch cannot tell the values apart well enough, or a search did not
		       settle: lambda may be off by more than 1e-8 of its sd; fit the values in
		       memory */
	BELL_FIT_COARSE = 1 << 7 /* plain psi rounds away half of the digits or more; standardize */
};

/*
 * bell_fit_flag_name() returns the name of one flag: "empty", "one_value", "constant", "infinite",
 * "bound", "not_identified", "ill_conditioned" or "coarse".  The program and the Python package use
 * the same names.  It returns NULL for 0, for several flags at once and for a number that is no flag,
 * so that a loop over 1, 2, 4 ... meets every flag before the first NULL.
 */
BELL_API const char *bell_fit_flag_name(enum bell_fit_flag flag);

struct bell_fit_options {
	double lower, upper; /* bounds on an estimated lambda */
	double lambda;       /* fixed lambda; NaN: estimate it */
	bool standardize;    /* true: z = (psi - mean)/sd; false: plain psi, and where that would
				exceed a double at the extremes of x, a lambda, fixed or bounded or
				not, becomes the nearest at which it does not: BELL_FIT_BOUND */
	enum bell_method method; /* of values and tables; a sketch has its own */
};

/* lower = -INFINITY, upper = INFINITY, lambda = NaN, standardize = true, Yeo-Johnson. */
BELL_API void bell_fit_options_default(struct bell_fit_options *options);

struct bell_fit {
	struct bell_transform transform;
	double lambda;
	double ci95[2]; /* profile-likelihood interval, cut off at the bounds; an infinite end
				  is open; NaN for a fixed lambda */
	double log_likelihood; /* -n/2 log var(psi) + (lambda - 1) sum(s log1p|x|), or sum(log x),
				  var with divisor n */
	double lr_vs_identity; /* 2 (log_likelihood - log_likelihood at lambda = 1) */
	double mean, sd;       /* of psi, population; infinite where they exceed a double */
	double skewness_before, skewness_after; /* of x and psi, biased */
	double kurtosis_before, kurtosis_after; /* Fisher's, biased */
	uint64_t count, missing, infinite;      /* as in bell_sketch_summary */
	double weight;
	double min, max;      /* of x */
	unsigned evaluations; /* of the likelihood */
	unsigned
	    flags; /* enum bell_fit_flag; where nothing could be estimated the statistics are NaN */
};

/*
 * lambda by maximum likelihood.  The log-likelihood is strictly concave in lambda, so the root of
 * its derivative is the one maximum.  A column without a maximum (the first four flags) is no
 * error: its fit is the identity, less the mean if standardized.  options may be NULL for the
 * defaults. BELL_EINVAL: NULL, bounds that are NaN or not lower < upper, a fixed lambda that is
 * infinite, no such method.  BELL_EDOMAIN: Box-Cox of a value that is not above 0.
 *
 * From values: weights as in bell_sketch_update_*(), or NULL.  The result has the bits of a sketch
 * that was updated with the values, unless that sketch is ill-conditioned: then the values are read
 * once more.
 */
BELL_API enum bell_status bell_fit_sketch(const struct bell_sketch *sketch,
					  const struct bell_fit_options *options,
					  struct bell_fit *out);
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
