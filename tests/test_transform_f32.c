/* SPDX-License-Identifier: BSD-3-Clause */
/* test_transform_f32.c - float32 values in float32: held against the same transform in float64. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"

#define N     4096
#define ROUND 0x1p-24 /* half the distance of floats next to 1 */
/* The bounds of errors of the transform and of its inverse, which were measured at 6.0 and 10.1. */
#define MAX_FORWARD 8
#define MAX_INVERSE 14

/* Returns the transform of a column at a lambda, or at its fit if lambda is NaN. */
static struct bell_transform transform(const double *x, double lambda, bool standardize)
{
	struct bell_fit_options options;
	struct bell_fit fit;

	bell_fit_options_default(&options);
	options.lambda = lambda;
	options.standardize = standardize;
	CHECK(bell_fit_f64(x, NULL, N, &options, 1, &fit));
	return fit.transform;
}

static void widened(const float *x, double *y)
{
	for (size_t i = 0; i < N; i++)
		y[i] = x[i];
}

/* Sets out[] to |x dy/dx|, or to 0 where that is not finite. */
static void sensitivity(const struct bell_transform *t, const float *x, double *out)
{
	double below[N];

	for (size_t i = 0; i < N; i++) {
		out[i] = x[i] * (1 + 0x1p-20);
		below[i] = x[i] * (1 - 0x1p-20);
	}
	CHECK(bell_transform_apply_f64(t, out, N, 1, out));
	CHECK(bell_transform_apply_f64(t, below, N, 1, below));
	for (size_t i = 0; i < N; i++) {
		double slope = fabs(out[i] - below[i]) * 0x1p19;

		out[i] = isfinite(slope) ? slope : 0;
	}
}

/*
 * Returns the worst error of a transform, as if y were off by so many roundings of the largest of
 * 1, |y| and, unless it is NULL, slope.
 */
static double worst_forward(const struct bell_transform *t, const float *x, const double *slope)
{
	double wide[N], worst = 0;
	float y[N];

	widened(x, wide);
	CHECK(bell_transform_apply_f64(t, wide, N, 1, wide));
	CHECK(bell_transform_apply_f32(t, x, N, 1, y));
	for (size_t i = 0; i < N; i++) {
		double unit = fmax(fmax(1, fabs(wide[i])), slope ? slope[i] : 0) * ROUND,
		       error = fabs(y[i] - wide[i]) / unit;

		cr_assert(same(y[i], (float)wide[i]) || isfinite(error), "%a to %a, not %a", x[i],
			  y[i], wide[i]);
		worst = isfinite(error) && error > worst ? error : worst;
	}
	return worst;
}

/* Returns the worst error of an inverse: how far y lies from the transform of its x. */
static double worst_inverse(const struct bell_transform *t, const float *y)
{
	double wide[N], again[N], worst = 0;
	float x[N];

	widened(y, wide);
	CHECK(bell_transform_inverse_f64(t, wide, N, BELL_OUTSIDE_CLIP, 1, wide, NULL));
	CHECK(bell_transform_inverse_f32(t, y, N, BELL_OUTSIDE_CLIP, 1, x, NULL));
	widened(x, again);
	CHECK(bell_transform_apply_f64(t, again, N, 1, again));
	for (size_t i = 0; i < N; i++) {
		double error = fabs(again[i] - y[i]) / fmax(1, fabs(y[i])) / ROUND;

		if (same(x[i], (float)wide[i]))
			continue;
		cr_assert(isfinite(error), "%a from %a, not %a", x[i], y[i], wide[i]);
		worst = error > worst ? error : worst;
	}
	return worst;
}

Test(transform_f32, keeps_the_digits_of_float32)
{
	static const double lambdas[] = {NAN, -4, -1, -0.3, 0.01, 0.5, 0.9, 1.1, 1.7, 2.2, 3, 6};
	float y[N];

	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, N);
		float *f = narrowed(x, N);

		for (size_t i = 0; i < 2 * COUNT(lambdas); i++) {
			struct bell_transform t = transform(x, lambdas[i / 2], i % 2);
			double worst = worst_forward(&t, f, NULL);

			cr_expect(worst <= MAX_FORWARD, "%s, lambda %g: %g", kind_name[k],
				  lambdas[i / 2], worst);
			CHECK(bell_transform_apply_f32(&t, f, N, 1, y));
			worst = worst_inverse(&t, y);
			cr_expect(worst <= MAX_INVERSE, "%s, lambda %g, back: %g", kind_name[k],
				  lambdas[i / 2], worst);
		}
		free(x), free(f);
	}
}

/*
 * Columns as narrow as may be before they get a center, and far lambdas: there float32 has the
 * least to spare.
 */
Test(transform_f32, keeps_them_far_out)
{
	struct rng rng = {1};
	double x[N], slope[N], worst;
	float f[N];

	for (int i = 0; i < 400; i++) {
		double center = exp(i % 20 - 10), sd = center * exp(-4 * rng_unit(&rng)),
		       lambda = i % 3 ? NAN : 80 * rng_unit(&rng) - 40;
		struct bell_transform t;

		for (size_t j = 0; j < N; j++) {
			f[j] = (float)(center + sd * rng_normal(&rng));
			f[j] = i % 2 ? -f[j] : f[j];
		}
		widened(f, x);
		t = transform(x, lambda, i % 4);
		sensitivity(&t, f, slope);
		worst = worst_forward(&t, f, slope);
		cr_expect(worst <= MAX_FORWARD, "%g, sd %g, lambda %g: %g", center, sd, lambda,
			  worst);
	}
}

/*
 * Any float, among them those that float32 is not enough for; alone, it becomes what it becomes in
 * company.
 */
Test(transform_f32, every_value_goes_its_own_way)
{
	static const float special[] = {
	    0,      -0.0f,   NAN,      INFINITY,  -INFINITY, FLT_MAX,   -FLT_MAX, FLT_MIN,
	    1e-45f, -1e-45f, 0x1p100f, -0x1p100f, -0x1p120f, 0x1p-126f, 1,        -1};
	double *x = column(GAMMA_MIXED, N);
	float f[N], y[N], back[N], one;

	for (int i = 0; i < 6; i++) {
		struct bell_transform t = transform(x, i ? 0.4 * i : NAN, i % 2);
		struct rng rng = {(uint64_t)i};
		uint64_t outside, count = 0, alone;

		for (size_t j = 0; j < N; j++)
			f[j] = j < COUNT(special) ? special[j]
			       : j % 3            ? (float)rng_normal(&rng)
						  : (float)rng_hostile(&rng);
		cr_expect(worst_forward(&t, f, NULL) <= MAX_FORWARD);
		worst_inverse(&t, f);
		CHECK(bell_transform_apply_f32(&t, f, N, 1, y));
		CHECK(bell_transform_inverse_f32(&t, f, N, BELL_OUTSIDE_CLIP, 1, back, &outside));
		for (size_t j = 0; j < N; j++) {
			CHECK(bell_transform_apply_f32(&t, f + j, 1, 1, &one));
			cr_assert(same(one, y[j]), "%a", f[j]);
			CHECK(bell_transform_inverse_f32(&t, f + j, 1, BELL_OUTSIDE_CLIP, 1, &one,
							 &alone));
			cr_assert(same(one, back[j]), "from %a", f[j]);
			count += alone;
		}
		cr_expect_eq(count, outside);
	}
	free(x);
}

Test(transform_f32, zeros_come_back)
{
	double *x = column(ZEROS, N);
	float *f = narrowed(x, N), y[N];

	for (int i = 0; i < 8; i++) {
		struct bell_transform t = transform(x, i - 2.3, true);

		CHECK(bell_transform_apply_f32(&t, f, N, 1, y));
		CHECK(bell_transform_inverse_f32(&t, y, N, BELL_OUTSIDE_CLIP, 1, y, NULL));
		for (size_t j = 0; j < N; j++)
			cr_assert(f[j] != 0 || y[j] == 0, "%a", y[j]);
	}
	free(x), free(f);
}

/* Increasing, as psi is, from value to value of a grid of some thousands. */
Test(transform_f32, rises)
{
	double *x = column(NORMAL, N);
	struct bell_transform t = transform(x, 1.3, true);
	float f[N], y[N];

	for (size_t i = 0; i < N; i++)
		f[i] = -8 + (float)i * (16.0f / N);
	CHECK(bell_transform_apply_f32(&t, f, N, 1, y));
	for (size_t i = 1; i < N; i++)
		cr_assert(y[i] > y[i - 1], "%.9g and %.9g", f[i - 1], f[i]);
	free(x);
}
