/* SPDX-License-Identifier: BSD-3-Clause */
/* test_transform.c - the transform and its inverse. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "golden.h"

#define N 2000

static struct bell_transform plain(double lambda)
{
	struct bell_transform t;

	CHECK(bell_transform_plain(BELL_YEO_JOHNSON, lambda, &t));
	return t;
}

static struct bell_transform fitted(const double *x, size_t n)
{
	struct bell_fit fit;

	CHECK(bell_fit_f64(x, NULL, n, NULL, 1, &fit));
	return fit.transform;
}

static double one(const struct bell_transform *t, double x)
{
	double y;

	CHECK(bell_transform_apply_f64(t, &x, 1, 1, &y));
	return y;
}

static double back(const struct bell_transform *t, double y, enum bell_outside outside)
{
	double x;

	CHECK(bell_transform_inverse_f64(t, &y, 1, outside, 1, &x, NULL));
	return x;
}

/* ---- against SciPy, and by definition ---- */

Test(yeo_johnson, agrees_with_scipy)
{
	cJSON *file = golden_file("scipy.json");
	const cJSON *o, *psi;

	cJSON_ArrayForEach(o, file)
	{
		const char *name = cJSON_GetObjectItem(o, "name")->valuestring;
		double lambda = cJSON_GetObjectItem(o, "lambda")->valuedouble, *x, y[64];
		struct bell_fit fit;
		size_t n;

		x = golden_numbers(cJSON_GetObjectItem(o, "x"), &n);
		CHECK(bell_fit_f64(x, NULL, n, NULL, 1, &fit));
		cr_expect(near(fit.lambda, lambda, 1e-6 * (1 + fabs(lambda))), "%s: %g not %g",
			  name, fit.lambda, lambda);
		cJSON_ArrayForEach(psi, cJSON_GetObjectItem(o, "psi"))
		{
			double w = cJSON_GetObjectItem(psi, "lambda")->valuedouble, *expected;
			struct bell_transform t = plain(w);
			size_t m;

			expected = golden_numbers(cJSON_GetObjectItem(psi, "y"), &m);
			cr_assert(m == n && n <= COUNT(y));
			CHECK(bell_transform_apply_f64(&t, x, n, 1, y));
			for (size_t i = 0; i < n; i++)
				cr_expect(near(y[i], expected[i], 1e-14 * fabs(expected[i])),
					  "%s: psi(%.17g; %g) = %.17g not %.17g", name, x[i], w,
					  y[i], expected[i]);
			free(expected);
		}
		free(x);
	}
	cJSON_Delete(file);
}

/* psi(x) = x there, to what a product with w loses below the normal doubles. */
Test(yeo_johnson, subnormal_values)
{
	static const double lambdas[] = {-3, 0, 0.25, 0.5, 1, 1.5, 2, 4};
	static const double xs[] = {0x1p-1074, -0x1p-1074, 3e-324,    1e-320,
				    -1e-310,   0x1p-1023,  -0x1p-1022};

	for (size_t k = 0; k < COUNT(lambdas); k++) {
		struct bell_transform t = plain(lambdas[k]);
		double y[COUNT(xs)];

		CHECK(bell_transform_apply_f64(&t, xs, COUNT(xs), 1, y));
		for (size_t i = 0; i < COUNT(xs); i++) {
			double w = fabs(xs[i] < 0 ? 2 - lambdas[k] : lambdas[k]),
			       units = fabs(y[i] - xs[i]) / 0x1p-1074;

			cr_expect(units <= 1 + (w != 0 ? 1 / w : 0), "psi(%g; %g) off by %g units",
				  xs[i], lambdas[k], units);
		}
	}
}

Test(yeo_johnson, fixed_lambda_has_scipys_likelihood)
{
	cJSON *file = golden_file("scipy.json");
	const cJSON *o;

	cJSON_ArrayForEach(o, file)
	{
		double llf = cJSON_GetObjectItem(o, "log_likelihood")->valuedouble, *x;
		struct bell_fit_options options;
		struct bell_fit fit;
		size_t n;

		bell_fit_options_default(&options);
		options.lambda = 0.5;
		x = golden_numbers(cJSON_GetObjectItem(o, "x"), &n);
		CHECK(bell_fit_f64(x, NULL, n, &options, 1, &fit));
		cr_expect(near(fit.log_likelihood, llf, 1e-11 * fabs(llf)), "%.17g not %.17g",
			  fit.log_likelihood, llf);
		free(x);
	}
	cJSON_Delete(file);
}

/* 1e-300 to 1e300: the definition in long double, where that does not cancel. */
Test(yeo_johnson, is_its_definition)
{
	static const double lambdas[] = {-1e3, -2, -1e-9, 0, 0.5, 1, 1.5, 2, 2 + 1e-9, 30};
	double *x = column(WIDE, N), *y = malloc(N * sizeof *y);

	for (size_t k = 0; k < COUNT(lambdas); k++) {
		struct bell_transform t = plain(lambdas[k]);

		CHECK(bell_transform_apply_f64(&t, x, N, 1, y));
		for (size_t i = 0; i < N; i++) {
			long double w = x[i] < 0 ? 2 - (long double)lambdas[k] : lambdas[k],
				    l = log1pl(fabsl(x[i]));
			long double psi = (x[i] < 0 ? -1 : 1) * (w != 0 ? expm1l(w * l) / w : l);
			/* an ulp of w l is |w l| ulps of its exponential */
			long double slack = (4 + 2 * fabsl(w * l)) * DBL_EPSILON * fabsl(psi);

			if (w != 0) /* w l may be subnormal */
				slack += 0x1p-1073L / fabsl(w);

			if (fabsl(psi) > 1e306L)
				cr_expect(fabs(y[i]) > 1e305 && (y[i] < 0) == (psi < 0),
					  "psi(%g; %g) = %g", x[i], lambdas[k], y[i]);
			else
				cr_expect(fabsl(y[i] - psi) <= slack,
					  "psi(%.17g; %g) = %.17g not %.17Lg", x[i], lambdas[k],
					  y[i], psi);
		}
	}
	free(x);
	free(y);
}

/* As symmetric columns have it: 1e-41 is 0 to every digit, also where w l would underflow. */
Test(yeo_johnson, a_tiny_lambda_is_0)
{
	double *x = column(WIDE, N), *y = malloc(N * sizeof *y), *z = malloc(N * sizeof *z);
	struct bell_transform zero = plain(0), tiny[2] = {plain(1e-41), plain(-1e-300)};

	CHECK(bell_transform_apply_f64(&zero, x, N, 1, z));
	for (int k = 0; k < 2; k++) {
		CHECK(bell_transform_apply_f64(&tiny[k], x, N, 1, y));
		for (size_t i = 0; i < N; i++)
			cr_expect(near(y[i], z[i], 1e-15 * fabs(z[i])), "psi(%.17g; %g) = %.17g",
				  x[i], tiny[k].side[0].power, y[i]);
	}
	free(x);
	free(y);
	free(z);
}

Test(yeo_johnson, special_values)
{
	struct bell_transform identity = plain(1), half = plain(0.5), log = plain(0),
			      steep = plain(-2), three = plain(3);

	cr_expect(one(&half, 0.0) == 0 && one(&half, -0.0) == 0 && one(&log, -0.0) == 0);
	cr_expect(isnan(one(&half, NAN)) && isnan(one(&log, NAN)) && isnan(one(&steep, NAN)));
	cr_expect(one(&half, INFINITY) == INFINITY && one(&half, -INFINITY) == -INFINITY);
	cr_expect(one(&log, INFINITY) == INFINITY && one(&log, -INFINITY) == -INFINITY);
	cr_expect(one(&steep, INFINITY) == 0.5, "the limit of psi is -1/lambda");
	cr_expect(one(&three, -INFINITY) == -1 && one(&three, INFINITY) == INFINITY);
	cr_expect(one(&identity, DBL_MAX) >= 0x1.fffffffffff00p1023, "%g", one(&identity, DBL_MAX));
	cr_expect_float_eq(one(&identity, 1e-310), 1e-310, 5e-324);
	cr_expect(near(one(&log, DBL_MAX), 709.782712893384, 1e-12), "%.17g", one(&log, DBL_MAX));
	cr_expect(identity.min == -INFINITY && identity.max == INFINITY);
}

/* ---- standardized ---- */

/*
 * Where other programs make all values one constant, they stay distinct and in order, and return.
 */
Test(yeo_johnson, ordinary_columns_keep_their_values)
{
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, N), *z = malloc(N * sizeof *z), *r = malloc(N * sizeof *r);
		struct bell_transform t = fitted(x, N);
		uint64_t outside = 99;

		sort(x, N);
		CHECK(bell_transform_apply_f64(&t, x, N, 1, z));
		CHECK(bell_transform_inverse_f64(&t, z, N, BELL_OUTSIDE_ERROR, 1, r, &outside));
		cr_expect_eq(outside, 0, "%s", kind_name[k]);
		for (size_t i = 0; i < N; i++) {
			cr_expect(returns_as(&t, z[i], x[i]), "%s: %.17g returns as %.17g",
				  kind_name[k], x[i], r[i]);
			if (i)
				cr_expect(x[i] == x[i - 1] ? z[i] == z[i - 1] : z[i] > z[i - 1],
					  "%s: z(%.17g) = %.17g, z(%.17g) = %.17g", kind_name[k],
					  x[i - 1], z[i - 1], x[i], z[i]);
		}
		free(x);
		free(z);
		free(r);
	}
}

/* New data of any size and either sign: in order, never NaN. */
Test(yeo_johnson, new_values_go_on_in_order)
{
	double *wide = column(WIDE, N), *z = malloc(N * sizeof *z);

	wide[0] = -INFINITY, wide[1] = INFINITY, wide[2] = -DBL_MAX, wide[3] = DBL_MAX, wide[4] = 0;
	sort(wide, N);
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, N);
		struct bell_transform t = fitted(x, N);

		CHECK(bell_transform_apply_f64(&t, wide, N, 1, z));
		for (size_t i = 0; i < N; i++) {
			cr_expect(!isnan(z[i]), "%s: z(%g) = %g", kind_name[k], wide[i], z[i]);
			if (i)
				cr_expect(z[i] >= z[i - 1], "%s: z(%g) = %.17g, z(%g) = %.17g",
					  kind_name[k], wide[i - 1], z[i - 1], wide[i], z[i]);
		}
		free(x);
	}
	free(wide);
	free(z);
}

Test(yeo_johnson, mean_0_and_sd_1)
{
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, N);
		struct bell_transform t = fitted(x, N);
		struct bell_moments m;

		CHECK(bell_transform_apply_f64(&t, x, N, 1, x));
		CHECK(bell_moments_f64(x, N, 1, &m));
		cr_expect_float_eq(m.mean, 0, 1e-10, "%s: mean %g", kind_name[k], m.mean);
		cr_expect_float_eq(bell_moments_sd(&m, true), 1, 1e-10, "%s: sd", kind_name[k]);
		free(x);
	}
}

/* ---- arrays ---- */

/* In place and by threads: one result.  float32: test_transform_f32.c. */
Test(yeo_johnson, same_bits_however_called)
{
	enum { n = 9 * 16384 + 5 };
	double *x = column(CAUCHY, n), *y = malloc(n * sizeof *y), *r = malloc(n * sizeof *r),
	       *again = malloc(n * sizeof *again);
	float *f = narrowed(x, n), *g = malloc(n * sizeof *g);
	struct bell_transform t = fitted(x, n);

	x[n / 2] = NAN;
	CHECK(bell_transform_apply_f64(&t, x, n, 1, y));
	CHECK(bell_transform_inverse_f64(&t, y, n, BELL_OUTSIDE_NAN, 1, r, NULL));
	for (unsigned threads = 0; threads <= 7; threads++) {
		memcpy(again, x, n * sizeof *x);
		CHECK(bell_transform_apply_f64(&t, again, n, threads, again));
		cr_assert(same_words(y, again, n * sizeof *y), "%u threads", threads);
		CHECK(bell_transform_inverse_f64(&t, again, n, BELL_OUTSIDE_NAN, threads, again,
						 NULL));
		cr_assert(same_words(r, again, n * sizeof *y), "%u threads", threads);
	}
	CHECK(bell_transform_apply_f32(&t, f, n, 1, g));
	CHECK(bell_transform_apply_f32(&t, f, n, 3, f));
	for (size_t i = 0; i < n; i++)
		cr_assert(same(f[i], g[i]), "float %zu by three threads in place", i);
	CHECK(bell_transform_inverse_f32(&t, f, n, BELL_OUTSIDE_NAN, 1, g, NULL));
	CHECK(bell_transform_inverse_f32(&t, f, n, BELL_OUTSIDE_NAN, 3, f, NULL));
	for (size_t i = 0; i < n; i++)
		cr_assert(same(f[i], g[i]), "float %zu back by three threads in place", i);
	free(x), free(y), free(r), free(again), free(f), free(g);
}

/* ---- inverse outside the image ---- */

Test(yeo_johnson, policies)
{
	const double y[] = {0.25, 0.5, NAN, 0.75, -1, INFINITY, -1e9};
	const float yf[] = {0.25f, 0.5f, NAN, 0.75f, -1, INFINITY, -1e9f};
	struct bell_transform t =
	    plain(-2); /* image above zero: [0, 1/2), and 1/2 the limit: not outside */
	uint64_t outside = 99;
	double x[7];
	float f[7];

	t.max = 12, t.min = -3;
	CHECK(bell_transform_inverse_f64(&t, y, 7, BELL_OUTSIDE_NAN, 1, x, &outside));
	cr_expect(outside == 2 && x[1] == 12 && isnan(x[2]) && isnan(x[3]) && isnan(x[5]));
	cr_expect(near(x[0], sqrt(2) - 1, 1e-15) && x[4] < 0 && isfinite(x[6]), "%g", x[0]);
	CHECK(bell_transform_inverse_f64(&t, y, 7, BELL_OUTSIDE_CLIP, 2, x, &outside));
	cr_expect(outside == 2 && x[1] == 12 && isnan(x[2]) && x[3] == 12 && x[5] == 12);
	CHECK_STATUS(bell_transform_inverse_f64(&t, y, 7, BELL_OUTSIDE_ERROR, 1, x, &outside),
		     BELL_EDOMAIN);
	cr_expect(outside == 2 && isnan(x[3]) && near(x[0], sqrt(2) - 1, 1e-15),
		  "written all the same");
	CHECK(bell_transform_inverse_f64(&t, y, 1, BELL_OUTSIDE_ERROR, 1, x, &outside));
	cr_expect_eq(outside, 0);
	CHECK(bell_transform_inverse_f32(&t, yf, 7, BELL_OUTSIDE_CLIP, 1, f, &outside));
	cr_expect(outside == 2 && f[1] == 12 && isnan(f[2]) && f[3] == 12);

	t = plain(4); /* image below zero: (-1/2, 0] */
	t.max = 12, t.min = -3;
	CHECK(bell_transform_inverse_f64(&t, y, 7, BELL_OUTSIDE_CLIP, 1, x, &outside));
	cr_expect(outside == 2 && x[4] == -3 && x[6] == -3 && x[5] == INFINITY && x[0] > 0);
	CHECK_STATUS(bell_transform_inverse_f32(&t, yf, 7, BELL_OUTSIDE_ERROR, 1, f, NULL),
		     BELL_EDOMAIN);
	cr_expect(isnan(f[4]) && isnan(f[6]) && f[0] > 0);
}

Test(yeo_johnson, inverse_of_limits)
{
	struct bell_transform half = plain(0.5), log = plain(0), two = plain(2);

	cr_expect(back(&half, INFINITY, BELL_OUTSIDE_ERROR) == INFINITY &&
		  back(&half, -INFINITY, BELL_OUTSIDE_ERROR) == -INFINITY);
	cr_expect(back(&log, INFINITY, BELL_OUTSIDE_ERROR) == INFINITY &&
		  back(&two, -INFINITY, BELL_OUTSIDE_ERROR) == -INFINITY);
	cr_expect(isnan(back(&half, NAN, BELL_OUTSIDE_CLIP)));
	cr_expect(back(&half, 0, BELL_OUTSIDE_ERROR) == 0 &&
		  back(&log, -0.0, BELL_OUTSIDE_ERROR) == 0);
	cr_expect(near(back(&log, 709, BELL_OUTSIDE_ERROR), expm1(709), 1e-12 * expm1(709)));
}

Test(yeo_johnson, plain_round_trip)
{
	static const double lambdas[] = {-0.4, 0, 0.5, 1, 1.5, 2, 2.4};

	for (size_t k = 0; k < COUNT(lambdas); k++) {
		double *x = column(CAUCHY, N), *r = malloc(N * sizeof *r);
		struct bell_transform t = plain(lambdas[k]);

		CHECK(bell_transform_apply_f64(&t, x, N, 1, r));
		CHECK(bell_transform_inverse_f64(&t, r, N, BELL_OUTSIDE_ERROR, 1, r, NULL));
		for (size_t i = 0; i < N; i++)
			cr_expect(near(r[i], x[i], 1e-12 * fabs(x[i])),
				  "lambda %g: %.17g returns as %.17g", lambdas[k], x[i], r[i]);
		free(x);
		free(r);
	}
}

Test(yeo_johnson, errors)
{
	struct bell_transform t = plain(0.5);
	enum bell_outside unknown = BELL_OUTSIDE_ERROR + 1;
	double x[2] = {1, 2};
	float f[2] = {1, 2};
	uint64_t outside = 99;

	CHECK_STATUS(bell_transform_plain(BELL_YEO_JOHNSON, 0.5, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_transform_plain(BELL_YEO_JOHNSON, NAN, &t), BELL_EINVAL);
	CHECK_STATUS(bell_transform_plain(BELL_YEO_JOHNSON, INFINITY, &t), BELL_EINVAL);
	cr_expect(t.side[0].power == 0.5, "an error writes nothing");
	CHECK_STATUS(bell_transform_apply_f64(NULL, x, 2, 1, x), BELL_EINVAL);
	CHECK_STATUS(bell_transform_apply_f64(&t, NULL, 2, 1, x), BELL_EINVAL);
	CHECK_STATUS(bell_transform_apply_f64(&t, x, 2, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_transform_apply_f64(&t, x, 2, 1025, x), BELL_EINVAL);
	CHECK_STATUS(bell_transform_apply_f32(&t, NULL, 2, 1, f), BELL_EINVAL);
	CHECK_STATUS(bell_transform_apply_f32(&t, f, 2, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_transform_inverse_f64(NULL, x, 2, BELL_OUTSIDE_NAN, 1, x, &outside),
		     BELL_EINVAL);
	CHECK_STATUS(bell_transform_inverse_f64(&t, NULL, 2, BELL_OUTSIDE_NAN, 1, x, &outside),
		     BELL_EINVAL);
	CHECK_STATUS(bell_transform_inverse_f64(&t, x, 2, unknown, 1, x, &outside), BELL_EINVAL);
	CHECK_STATUS(bell_transform_inverse_f64(&t, x, 2, BELL_OUTSIDE_NAN, 1025, x, &outside),
		     BELL_EINVAL);
	CHECK_STATUS(bell_transform_inverse_f32(&t, f, 2, BELL_OUTSIDE_NAN, 1, NULL, &outside),
		     BELL_EINVAL);
	cr_expect(outside == 99 && x[0] == 1, "an error writes nothing");
}
