/* SPDX-License-Identifier: BSD-3-Clause */
/* yeo_johnson.h - Yeo-Johnson and Box-Cox: transform, inverse, lambda by maximum likelihood. */
#ifndef BELLSHAPE_YEO_JOHNSON_H
#define BELLSHAPE_YEO_JOHNSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/sketch.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Yeo & Johnson (2000, Biometrika 87): with a = |x|, s = sign(x), w = lambda for x >= 0, 2 - lambda
 * for x < 0,
 *
 *	psi(x; lambda) = s * expm1(w * log1p(a)) / w		(w = 0: s * log1p(a))
 *
 * The transform computed here is any increasing affine function of psi, in a form that neither
 * overflows nor collapses however large lambda is: on each side of zero
 *
 *	y = scale * expm1(w * (log1p((a - centre) / (1 + centre)) - anchor)) + offset
 *
 * (w = 0: scale * (log1p(...) - anchor) + offset).  Plain psi has scale = s/w and zeros elsewhere;
 * the standardised z = (psi - mean)/sd has them folded in.
 *
 * Box & Cox (1964, JRSS B 26): for x > 0
 *
 *	psi(x; lambda) = expm1(lambda * log(x))/lambda		(lambda = 0: log(x))
 *
 * Here the same formula has w = lambda, side[0] alone, and log(x/centre), or log(x) if centre is 0,
 * in place of log1p(...); but where w is 1 and anchor 0 it is y = scale * (x - centre) + offset.
 * Below 0 it is NaN, and at 0 the limit: -1/lambda in psi, -infinity if lambda <= 0.  Every function
 * here serves both.
 *
 * What no form can keep: values whose z differ by less than its rounding come out equal, and return as one.  So a tiny
 * value collapses into 0 beside a huge one, and a tail where |w| log1p(a) exceeds 37 into the limit of the image.  psi
 * of a subnormal x (below 2.2e-308) is right to 5e-324 (1 + 1/|w|).
 */
struct bell_yeo_johnson {
	struct bell_yeo_johnson_side {
		double centre, anchor, power /* w */, scale, offset;
	} side[2];       /* [0]: x >= 0, [1]: x < 0 */
	double min, max; /* the range of x that BELL_OUTSIDE_CLIP restores */
	enum bell_method method;
	unsigned reserved; /* 0: equal transforms have equal bytes */
};

/* Plain psi at lambda, into *out; min and max are infinite, min of Box-Cox 0.  BELL_EINVAL: NULL,
 * or lambda not finite. */
BELL_API enum bell_status bell_yeo_johnson_plain(double lambda, struct bell_yeo_johnson *out);
BELL_API enum bell_status bell_box_cox_plain(double lambda, struct bell_yeo_johnson *out);

/*
 * y[i] = transform of x[i].  float32 is computed in float32 where the transform allows (no centre, both sides
 * curved), with errors of a few times 2^-24 of the largest of 1, |y| and |x dy/dx|, which is what rounding x costs
 * (at most 8 in the tests, mostly 3), else in float64 and rounded; values closer together than that may come out in
 * another order.  What a value becomes depends on it and the transform alone.  y may be x itself, else they must not
 * overlap.  NaN stays NaN, infinities go to the limits of the transform. threads
 * as everywhere: 1 to 1024, 0 for one each CPU; results do not depend on it.
 */
BELL_API enum bell_status bell_yeo_johnson_transform_f32(const struct bell_yeo_johnson *t,
							 const float *x, size_t n, unsigned threads,
							 float *y);
BELL_API enum bell_status bell_yeo_johnson_transform_f64(const struct bell_yeo_johnson *t,
							 const double *x, size_t n,
							 unsigned threads, double *y);

/*
 * The inverse.  Where w < 0, and below for a Box-Cox w > 0, the image of the transform is bounded;
 * a y beyond it is the transform of no x.  Such values are counted in *outside (which may be NULL)
 * and become what the policy says.  A y at the very end of the image, to which extreme values may
 * round, becomes t->max or t->min.
 */
enum bell_outside {
	BELL_OUTSIDE_NAN,  /* NaN */
	BELL_OUTSIDE_CLIP, /* t->max above the image, t->min below it */
	BELL_OUTSIDE_ERROR /* NaN, and the call returns BELL_EDOMAIN; x is written all the same */
};

BELL_API enum bell_status bell_yeo_johnson_inverse_f32(const struct bell_yeo_johnson *t,
						       const float *y, size_t n,
						       enum bell_outside policy, unsigned threads,
						       float *x, uint64_t *outside);
BELL_API enum bell_status bell_yeo_johnson_inverse_f64(const struct bell_yeo_johnson *t,
						       const double *y, size_t n,
						       enum bell_outside policy, unsigned threads,
						       double *x, uint64_t *outside);

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
	BELL_FIT_COARSE = 1 << 7 /* plain psi rounds away half of the digits or more; standardise */
};

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
	struct bell_yeo_johnson transform;
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
 * error: its fit is the identity, less the mean if standardised.  options may be NULL for the
 * defaults. BELL_EINVAL: NULL, bounds that are NaN or not lower < upper, a fixed lambda that is
 * infinite, no such method.  BELL_EDOMAIN: Box-Cox of a value that is not above 0.
 *
 * From values: weights as in bell_sketch_update_*(), or NULL.  The result has the bits of a sketch
 * that was updated with the values, unless that sketch is ill-conditioned: then the values are read
 * once more.
 */
BELL_API enum bell_status bell_yeo_johnson_fit_sketch(const struct bell_sketch *sketch,
						      const struct bell_fit_options *options,
						      struct bell_fit *out);
BELL_API enum bell_status bell_yeo_johnson_fit_f32(const float *x, const double *weights, size_t n,
						   const struct bell_fit_options *options,
						   unsigned threads, struct bell_fit *out);
BELL_API enum bell_status bell_yeo_johnson_fit_f64(const double *x, const double *weights, size_t n,
						   const struct bell_fit_options *options,
						   unsigned threads, struct bell_fit *out);

#ifdef __cplusplus
}
#endif
#endif
