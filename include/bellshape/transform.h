/* SPDX-License-Identifier: BSD-3-Clause */
/* transform.h - Yeo-Johnson and Box-Cox: the transform and its inverse. */
#ifndef BELLSHAPE_TRANSFORM_H
#define BELLSHAPE_TRANSFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Box-Cox takes values above 0: x <= 0 and -infinity are BELL_EDOMAIN. */
enum bell_method { BELL_YEO_JOHNSON, BELL_BOX_COX };

/*
 * Yeo & Johnson (2000, Biometrika 87): with a = |x|, s = sign(x), w = lambda for x >= 0, 2 - lambda
 * for x < 0,
 *
 *	psi(x; lambda) = s * expm1(w * log1p(a)) / w		(w = 0: s * log1p(a))
 *
 * The transform computed here is any increasing affine function of psi, in a form that neither
 * overflows nor collapses however large lambda is: on each side of zero
 *
 *	y = scale * expm1(w * (log1p((a - center) / (1 + center)) - anchor)) + offset
 *
 * (w = 0: scale * (log1p(...) - anchor) + offset).  Plain psi has scale = s/w and zeros elsewhere;
 * the standardized z = (psi - mean)/sd has them folded in.
 *
 * Box & Cox (1964, JRSS B 26): for x > 0
 *
 *	psi(x; lambda) = expm1(lambda * log(x))/lambda		(lambda = 0: log(x))
 *
 * Here the same formula has w = lambda, side[0] alone, and log(x/center), or log(x) if center is 0,
 * in place of log1p(...); but where w is 1 and anchor 0 it is y = scale * (x - center) + offset.
 * Below 0 it is NaN, and at 0 the limit: -1/lambda in psi, -infinity if lambda <= 0.  Every function
 * here serves both.
 *
 * What no form can keep: values whose z differ by less than its rounding come out equal, and return as one.  So a tiny
 * value collapses into 0 beside a huge one, and a tail where |w| log1p(a) exceeds 37 into the limit of the image.  psi
 * of a subnormal x (below 2.2e-308) is right to 5e-324 (1 + 1/|w|).
 */
struct bell_transform {
	struct bell_transform_side {
		double center, anchor, power /* w */, scale, offset;
	} side[2];       /* [0]: x >= 0, [1]: x < 0 */
	double min, max; /* the range of x that BELL_OUTSIDE_CLIP restores */
	enum bell_method method;
	unsigned reserved; /* 0: equal transforms have equal bytes */
};

/* Plain psi at lambda, into *out; min and max are infinite, min of Box-Cox 0.  BELL_EINVAL: NULL,
 * or lambda not finite. */
BELL_API enum bell_status bell_transform_plain(enum bell_method method, double lambda,
					       struct bell_transform *out);

/*
 * y[i] = transform of x[i].  float32 is computed in float32 where the transform allows (no center, both sides
 * curved), with errors of a few times 2^-24 of the largest of 1, |y| and |x dy/dx|, which is what rounding x costs
 * (at most 8 in the tests, mostly 3), else in float64 and rounded; values closer together than that may come out in
 * another order.  What a value becomes depends on it and the transform alone.  y may be x itself, else they must not
 * overlap.  NaN stays NaN, infinities go to the limits of the transform. threads
 * as everywhere: 1 to 1024, 0 for one each CPU; results do not depend on it.
 */
BELL_API enum bell_status bell_transform_apply_f32(const struct bell_transform *t, const float *x,
						   size_t n, unsigned threads, float *y);
BELL_API enum bell_status bell_transform_apply_f64(const struct bell_transform *t, const double *x,
						   size_t n, unsigned threads, double *y);

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

BELL_API enum bell_status bell_transform_inverse_f32(const struct bell_transform *t, const float *y,
						     size_t n, enum bell_outside policy,
						     unsigned threads, float *x, uint64_t *outside);
BELL_API enum bell_status bell_transform_inverse_f64(const struct bell_transform *t,
						     const double *y, size_t n,
						     enum bell_outside policy, unsigned threads,
						     double *x, uint64_t *outside);

#ifdef __cplusplus
}
#endif
#endif
