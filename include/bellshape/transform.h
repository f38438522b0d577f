/* SPDX-License-Identifier: BSD-3-Clause */
/* transform.h - Yeo-Johnson, Box-Cox and other transforms of one column, and their inverses. */
#ifndef BELLSHAPE_TRANSFORM_H
#define BELLSHAPE_TRANSFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/score_table.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The family of a transform psi, which increases in x:
 *
 *	BELL_YEO_JOHNSON	a power on each side of zero, any x
 *	BELL_BOX_COX		a power, x > 0
 *	BELL_YEO_JOHNSON_UNIT	Yeo-Johnson of x/c, where the unit c > 0 belongs to the transform
 *	BELL_IDENTITY		x
 *	BELL_LOG		log x, x > 0
 *	BELL_SQRT		sqrt x, x >= 0
 *	BELL_LOG_SHIFT		log(x + shift), x > -shift, where the shift belongs to the transform
 *	BELL_ASINH		asinh(x/c), any x, where the unit c > 0 belongs to the transform
 *	BELL_EXPONENTIAL	(exp(k x) - 1)/k, any x and any k; x if k = 0 (Manly 1976)
 *	BELL_NORMAL_SCORES	the normal quantile of the rank of x, any x, by a table that belongs
 *				to the transform
 *
 * BELL_BEST is no family, but asks a fit to choose one: see choose.h.
 */
enum bell_method {
	BELL_YEO_JOHNSON,
	BELL_BOX_COX,
	BELL_YEO_JOHNSON_UNIT,
	BELL_IDENTITY,
	BELL_LOG,
	BELL_SQRT,
	BELL_LOG_SHIFT,
	BELL_ASINH,
	BELL_EXPONENTIAL,
	BELL_NORMAL_SCORES,
	BELL_BEST
};

/*
 * bell_method_name() returns the name of a method: "yeo-johnson", "box-cox", "yeo-johnson-unit",
 * "identity", "log", "sqrt", "log-shift", "asinh", "exponential", "normal-scores" or "best".  The
 * program, models as JSON and the Python package use the same names.  It returns NULL for a number
 * that is no method, so that a loop from 0 upwards meets every method before the first NULL.
 */
BELL_API const char *bell_method_name(enum bell_method method);

/*
 * bell_method_of_name() sets *out to the method of a name.
 *
 * It returns BELL_OK, or BELL_EINVAL if name or out is NULL or no method has that name, and then
 * leaves *out as it was.
 */
BELL_API enum bell_status bell_method_of_name(const char *name, enum bell_method *out);

/*
 * bell_method_parameters() returns how many parameters a method estimates beside mean and sd, as
 * Akaike's criterion counts them: 0, 1 or 2.  A number that is no method has 0.
 */
BELL_API int bell_method_parameters(enum bell_method method);

/*
 * The smallest and the largest unit: x/c and 1/c are doubles for every x of ordinary size.
 */
#define BELL_MIN_UNIT 1e-288
#define BELL_MAX_UNIT 1e288

/*
 * Yeo & Johnson (2000, Biometrika 87) transform x by psi.  With a = |x|, s = 1 and w = lambda for x
 * >= 0, and s = -1 and w = 2 - lambda for x < 0,
 *
 *	psi(x; lambda) = s expm1(w log1p(a)) / w		(if w = 0: s log1p(a))
 *
 * It depends on the unit of x.  BELL_YEO_JOHNSON_UNIT has psi(x/c; lambda), where c is `unit`: for
 * c near 0 it is a Box-Cox transform of |x|, and for large c the exponential transform of Manly
 * (1976, The Statistician 25), (exp(k x) - 1)/k with k = lambda/c.
 *
 * Box & Cox (1964, JRSS B 26) transform x > 0 by
 *
 *	psi(x; lambda) = expm1(lambda log(x)) / lambda		(if lambda = 0: log(x))
 *
 * A struct bell_transform holds an increasing affine function y of psi, such as psi itself or the
 * standardized z = (psi - mean)/sd.  Its form does not overflow over the data, and does not round
 * all of them to one number, however large lambda is.  Yeo-Johnson uses side[0] for x >= 0 and
 * side[1] for x < 0:
 *
 *	y = scale expm1(w (log1p((a - center) / (1 + center)) - anchor)) + offset
 *
 * where w is `power`; if w = 0, y = scale (log1p(...) - anchor) + offset.  BELL_YEO_JOHNSON_UNIT
 * has c in the place of the 1: log1p((a - center) / (c + center)).
 *
 * Box-Cox uses side[0] alone, and log(x/center) for log1p(...), or log(x) if center is 0.  There is
 * one exception: if power is 1 and anchor 0, then y = scale (x - center) + offset.  In all cases of
 * Box-Cox, y is NaN for x < 0, and for x = 0 it is the limit of y, which is -infinity if lambda is
 * 0 or below.
 *
 * BELL_LOG is Box-Cox with lambda 0.  The other methods use side[0] alone, with one coordinate l(x)
 * for all x, and anchor is 0:
 *
 *	y = scale (l(x) - l(center)) + offset
 *
 * where l(x) is x, sqrt x, log(x + shift) or asinh(x/c).  For BELL_EXPONENTIAL l(x) is x, and y =
 * scale expm1(k (x - center)) + offset, where k is `power`, unless that is 0.  Outside the domain y
 * is NaN; at its lower end it is the limit of y, 0 of the square root and -infinity of log-shift.
 * center is a value of x, of either sign but for the square root, and shift + center is above 0.
 *
 * psi itself has scale = s/w (or s), and center, anchor and offset are 0; only Box-Cox with lambda
 * = 1 has the center 1, and log-shift the center 1 at a shift of 0.  A w below 2^-64 in size is
 * stored as 0, because psi is then the logarithm in every digit.
 *
 * BELL_NORMAL_SCORES uses no side, but `table`: y is what score_table.h says.  In float32 it is
 * computed in float64 and rounded.  Every finite y is the transform of an x, which may exceed a
 * double and is infinite then.
 *
 * No such form can tell two values apart if their y differ by less than the rounding of y: they get
 * the same y, and the inverse returns one x for both.  This happens to tiny x if others are huge,
 * and to the values of a tail where w < 0 and |w| log1p(a) exceeds 37, for then expm1() rounds to
 * -1.  A fit says how many of its values that concerns: see `collapsed` in fit.h.  psi of a
 * subnormal x (below 2.2e-308 in size) is right to 5e-324 (1 + 1/|w|).
 */
struct bell_transform_side {
	double center, anchor;
	double power; /* w */
	double scale, offset;
};

struct bell_transform {
	struct bell_transform_side side[2];
	/*
	 * The smallest and the largest x that the transform was fitted to: see BELL_OUTSIDE_CLIP.
	 */
	double min, max;
	/*
	 * The c of BELL_YEO_JOHNSON_UNIT and of BELL_ASINH, from BELL_MIN_UNIT to BELL_MAX_UNIT; 0
	 * for other methods.  A unit of 1 gives the bits of BELL_YEO_JOHNSON.
	 */
	double unit;
	/* The shift of BELL_LOG_SHIFT; 0 for other methods. */
	double shift;
	/*
	 * The table of BELL_NORMAL_SCORES; NULL for other methods.  A transform does not own it:
	 * what it is part of does, a fit or a model.  A copy of a transform may be used as long as
	 * that lives.  Two transforms without tables are equal if their bytes are.
	 */
	const struct bell_score_table *table;
	enum bell_method method;
	unsigned reserved_bits;
};

/*
 * bell_transform_plain() sets *out to psi itself for one lambda, which for BELL_EXPONENTIAL is k.
 * Methods without a lambda ignore it.  Its min is the lower end of the domain, -infinity or 0, and
 * its max infinity.  The unit of BELL_YEO_JOHNSON_UNIT and of BELL_ASINH is 1, and the caller may
 * set another.  The shift of BELL_LOG_SHIFT is 0; a caller who sets another sets min to -shift and
 * either center to 1 - shift, or for a positive shift center to 0 and offset to log(shift).
 *
 * It returns BELL_OK, or BELL_EINVAL if out is NULL, lambda not finite, or the method unknown or
 * BELL_NORMAL_SCORES, which has no lambda.
 */
BELL_API enum bell_status bell_transform_plain(enum bell_method method, double lambda,
					       struct bell_transform *out);

/*
 * bell_transform_apply_f32() and _f64() set y[i] to the transform of x[i] for i < n.  NaN stays
 * NaN, and infinities become the limits of the transform.  An x below the domain, such as x < 0 for
 * Box-Cox, becomes NaN, which is no error.  In float32 the float next to t->min stands for t->min,
 * also where it is below the domain of log-shift.  Each y[i] depends on x[i] and the transform
 * alone.  y may be x; otherwise the two must not overlap.  Both may be NULL if n is 0.
 *
 * _f32 computes in float32 where that keeps the digits: for Yeo-Johnson, if on both sides the
 * center is 0, power is not 1 with anchor 0, and in size power and scale are above 2^-20 and below
 * 64 and 2^20, anchor is below 64 and offset below 16.  Otherwise, and for single values that are
 * too large, it computes in float64 and rounds.  In float32 an error is a few times 2^-24 of the
 * largest of 1, |y| and |x dy/dx|, which is what the rounding of x to float32 costs: mostly below 3
 * times and at most 8 times in the tests.  So two x that are closer together than this error may
 * get y in the opposite order.
 *
 * threads is the largest number of threads to use, 1 to BELL_MAX_THREADS (backend.h), or 0 for as
 * many as threads.h says.  The results do not depend on it.
 *
 * They return BELL_OK, BELL_EINVAL (a NULL pointer; threads out of range; a transform whose method
 * is unknown, whose unit, shift or center are out of range, whose reserved fields are not 0, or
 * which has a table without BELL_NORMAL_SCORES or no table with it) or BELL_EBACKEND, and write
 * nothing after an error.
 */
BELL_API enum bell_status bell_transform_apply_f32(const struct bell_transform *t, const float *x,
						   size_t n, unsigned threads, float *y);
BELL_API enum bell_status bell_transform_apply_f64(const struct bell_transform *t, const double *x,
						   size_t n, unsigned threads, double *y);

/*
 * What the inverse makes of a y that no x is transformed to.  A side with power < 0 has a limit
 * that its y cannot pass.  Box-Cox with power > 0 and the square root have a lower limit, which is
 * the y of x = 0; the exponential transform has an upper one if k < 0 and a lower one if k > 0.  A
 * y beyond such a limit is outside the image of the transform.
 */
enum bell_outside {
	/* It becomes NaN. */
	BELL_OUTSIDE_NAN,
	/* It becomes t->max if it is above the image, t->min if it is below. */
	BELL_OUTSIDE_CLIP,
	/* It becomes NaN, all others are inverted, and the call returns BELL_EDOMAIN. */
	BELL_OUTSIDE_ERROR
};

/*
 * bell_transform_inverse_f32() and _f64() set x[i] to the x whose transform is y[i] for i < n.  NaN
 * stays NaN.  An infinite y on a side without a limit becomes the end of the domain on that side.
 * _f32 computes in float32 and in float64 as bell_transform_apply_f32() does.
 *
 * A y outside the image becomes what `outside` says.  A y at the very limit, to which the y of
 * extreme x may round, is not outside: it becomes t->max or t->min, also at the lower limit of
 * Box-Cox, which is the y of 0 as well.  The transforms of t->min and t->max become t->min and
 * t->max exactly (_f32: rounded to float32), and every y between them an x between them.
 *
 * *outside_count is set to the number of y outside the image; outside_count may be NULL.  x may be
 * y; otherwise the two must not overlap.  Both may be NULL if n is 0.  threads is as in
 * bell_transform_apply_f32().
 *
 * They return BELL_OK, BELL_EINVAL (a NULL pointer; threads or `outside` out of range; a transform
 * whose method is unknown, whose unit, shift or center are out of range, whose reserved fields are
 * not 0, or which has a table without BELL_NORMAL_SCORES or no table with it), BELL_EBACKEND, or
 * BELL_EDOMAIN, for BELL_OUTSIDE_ERROR alone, if some y is outside the image.  After BELL_EDOMAIN x
 * and *outside_count are written, after other errors nothing is.
 */
BELL_API enum bell_status bell_transform_inverse_f32(const struct bell_transform *t, const float *y,
						     size_t n, enum bell_outside outside,
						     unsigned threads, float *x,
						     uint64_t *outside_count);
BELL_API enum bell_status bell_transform_inverse_f64(const struct bell_transform *t,
						     const double *y, size_t n,
						     enum bell_outside outside, unsigned threads,
						     double *x, uint64_t *outside_count);

#ifdef __cplusplus
}
#endif
#endif
