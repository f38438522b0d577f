/* SPDX-License-Identifier: BSD-3-Clause */
/* test_families_transform.c - identity, sqrt, log-shift, asinh and exponential on any values. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "fits.h"

static const enum bell_method methods[] = {BELL_IDENTITY,  BELL_LOG,   BELL_SQRT,
					   BELL_LOG_SHIFT, BELL_ASINH, BELL_EXPONENTIAL};

static bool in_domain(enum bell_method method, double min)
{
	return method == BELL_LOG ? min > 0 : method != BELL_SQRT || min >= 0;
}

static double least_of(const double *x, size_t n)
{
	double min = INFINITY;

	for (size_t i = 0; i < n; i++)
		min = fmin(min, x[i]);
	return min;
}

static double transformed(const struct bell_transform *t, double x)
{
	double y;

	CHECK(bell_transform_apply_f64(t, &x, 1, 1, &y));
	return y;
}

static double inverted(const struct bell_transform *t, double y)
{
	double x;

	CHECK(bell_transform_inverse_f64(t, &y, 1, BELL_OUTSIDE_NAN, 1, &x, NULL));
	return x;
}

/* psi itself, and its inverse, beside the functions of the C library. */
Test(families_transform, plain_transforms_are_the_functions)
{
	static const double x[] = {1e-300,    1e-20, 1e-5, 0.1,  0.5,  1,
				   1.0000001, 2.5,   300,  1e10, 1e300};
	struct bell_transform identity, root, shifted, arc, exponential;

	CHECK(bell_transform_plain(BELL_IDENTITY, 7, &identity));
	CHECK(bell_transform_plain(BELL_SQRT, 7, &root));
	CHECK(bell_transform_plain(BELL_LOG_SHIFT, 7, &shifted));
	CHECK(bell_transform_plain(BELL_ASINH, 7, &arc));
	arc.unit = 3;
	shifted.shift = 0.25;
	shifted.side[0].center = 0.75;
	for (size_t i = 0; i < COUNT(x); i++) {
		double y = log(x[i] + 0.25);

		cr_expect_eq(transformed(&identity, x[i]), x[i]);
		cr_expect_eq(transformed(&identity, -x[i]), -x[i]);
		cr_expect_eq(transformed(&root, x[i]), sqrt(x[i]));
		cr_expect(near(inverted(&root, sqrt(x[i])), x[i], 4e-16 * x[i]));
		cr_expect(near(transformed(&shifted, x[i]), y, 4e-16 * (1 + fabs(y))));
		y = asinh(x[i] / 3);
		cr_expect(near(transformed(&arc, x[i]), y, 4e-16 * y));
		cr_expect(near(transformed(&arc, -x[i]), -y, 4e-16 * y));
		cr_expect(near(inverted(&arc, y), x[i], 4e-16 * (1 + y) * x[i]));
		for (int k = -2; k <= 2; k++) {
			CHECK(bell_transform_plain(BELL_EXPONENTIAL, 0.5 * k, &exponential));
			y = k ? expm1(0.5 * k * x[i]) / (0.5 * k) : x[i];
			cr_expect(near(transformed(&exponential, x[i]), y, 4e-16 * fabs(y)) ||
				  y > 1e300);
		}
	}
}

/* At the ends of the domain is the limit, beyond it NaN; and back. */
Test(families_transform, ends_of_the_domain)
{
	struct bell_transform t;

	for (size_t m = 0; m < COUNT(methods); m++) {
		CHECK(bell_transform_plain(methods[m], -0.5, &t));
		cr_expect(isnan(transformed(&t, NAN)) && isnan(inverted(&t, NAN)));
		if (methods[m] == BELL_EXPONENTIAL) {
			cr_expect_eq(transformed(&t, INFINITY), 2);
			cr_expect_eq(transformed(&t, -INFINITY), -INFINITY);
			cr_expect(isnan(inverted(&t, 2.001)));
			cr_expect_eq(inverted(&t, -INFINITY), -INFINITY);
			continue;
		}
		cr_expect_eq(transformed(&t, INFINITY), INFINITY);
		cr_expect_eq(inverted(&t, INFINITY), INFINITY);
		if (methods[m] == BELL_IDENTITY || methods[m] == BELL_ASINH) {
			cr_expect_eq(transformed(&t, -INFINITY), -INFINITY);
			cr_expect_eq(inverted(&t, -INFINITY), -INFINITY);
			continue;
		}
		cr_expect(isnan(transformed(&t, -1)) && isnan(transformed(&t, -INFINITY)));
		if (methods[m] == BELL_SQRT) {
			cr_expect_eq(transformed(&t, 0), 0);
			cr_expect_eq(inverted(&t, 0), 0);
			cr_expect(isnan(inverted(&t, -0.001)));
		} else {
			cr_expect_eq(transformed(&t, 0), -INFINITY);
			cr_expect_eq(inverted(&t, -INFINITY), 0);
		}
	}
}

/* Fitted values in their order have z in that order, and come back, to what z can tell. */
Test(families_transform, columns_increase_and_return)
{
	enum { N = 1500 };

	for (int kind = 0; kind < KINDS; kind++)
		for (size_t m = 0; m < COUNT(methods); m++) {
			double *x = column((enum kind)kind, N), z[N], back[N];
			struct bell_fit_options o;
			struct bell_fit fit;

			bell_fit_options_default(&o);
			o.method = methods[m];
			if (!in_domain(methods[m], least_of(x, N))) {
				free(x);
				continue;
			}
			sort(x, N);
			fit = fit_of(x, NULL, N, &o);
			CHECK(bell_transform_apply_f64(&fit.transform, x, N, 1, z));
			CHECK(bell_transform_inverse_f64(&fit.transform, z, N, BELL_OUTSIDE_ERROR,
							 1, back, NULL));
			for (int i = 0; i < N; i++) {
				cr_assert(isfinite(z[i]), "%s, %s", kind_name[kind],
					  bell_method_name(methods[m]));
				cr_assert(!i || z[i] >= z[i - 1], "%s, %s: %g", kind_name[kind],
					  bell_method_name(methods[m]), x[i]);
				cr_assert(fit.collapsed > 0 ||
					      returns_as(&fit.transform, z[i], x[i]) ||
					      near(back[i], x[i], 1e-9 * (fit.max - fit.min)),
					  "%s, %s: %.17g returns as %.17g", kind_name[kind],
					  bell_method_name(methods[m]), x[i], back[i]);
			}
			free(x);
		}
}

/* Next to each other, doubles have z next to each other, on both sides of where forms change. */
Test(families_transform, neighbors_keep_their_order_to_rounding)
{
	const struct bell_transform transforms[] = {
	    {.side = {{10, 0, 0, 3, 1}}, .max = 99, .method = BELL_SQRT},
	    {.side = {{10, 0, 0, 3, 1}}, .max = 99, .shift = -2, .method = BELL_LOG_SHIFT},
	    {.side = {{10, 0, 0, 3, 1}}, .max = 99, .unit = 0.5, .method = BELL_ASINH},
	    {.side = {{-10, 0, 0, 3, 1}}, .max = 99, .unit = 40, .method = BELL_ASINH},
	    {.side = {{10, 0, -0.3, -3, 1}}, .max = 99, .method = BELL_EXPONENTIAL},
	};

	for (size_t k = 0; k < COUNT(transforms); k++)
		for (double start = -20; start < 21; start += 0.25) {
			double y[3], x[3] = {nextafter(start, -99), start, nextafter(start, 99)};

			CHECK(bell_transform_apply_f64(&transforms[k], x, 3, 1, y));
			for (int i = 1; i < 3; i++)
				cr_expect(!(y[i] < y[i - 1] - 4e-15), "%zu at %g: %g", k, start,
					  y[i] - y[i - 1]);
		}
}

/* Columns that are narrow and far from zero keep the digits that their values have. */
Test(families_transform, narrow_columns_keep_their_digits)
{
	enum { N = 300 };
	struct rng rng = {3};
	double x[N], z[N], back[N];

	for (int i = 0; i < N; i++)
		x[i] = 1e9 + 1e-3 * exp(rng_normal(&rng));
	for (size_t m = 0; m < COUNT(methods); m++) {
		struct bell_fit_options o;
		struct bell_fit fit;

		bell_fit_options_default(&o);
		o.method = methods[m];
		fit = fit_of(x, NULL, N, &o);
		cr_expect_eq(fit.collapsed, 0);
		CHECK(bell_transform_apply_f64(&fit.transform, x, N, 1, z));
		CHECK(bell_transform_inverse_f64(&fit.transform, z, N, BELL_OUTSIDE_ERROR, 1, back,
						 NULL));
		for (int i = 0; i < N; i++)
			cr_expect(near(back[i], x[i], 3e-7), "%s: %.17g returns as %.17g",
				  bell_method_name(methods[m]), x[i], back[i]);
	}
}

/* Values of any size: the fit has numbers, no z is NaN, and the model goes through JSON. */
Test(families_transform, values_of_any_size)
{
	enum { N = 64 };
	struct rng rng = {11};

	for (int k = 0; k < 3000; k++) {
		int n = 2 + (int)(rng_bits(&rng) % (N - 2)), most = 1 + (int)(rng_bits(&rng) % 300);
		double center = k % 4 ? 0 : ldexp(1, (int)(rng_bits(&rng) % 600) - 300), x[N], z[N];

		for (int i = 0; i < n; i++) {
			double size = ldexp(rng_unit(&rng),
					    (int)(rng_bits(&rng) % (2u * (unsigned)most)) - most);

			x[i] = (k % 3 && rng_bits(&rng) % 2 ? -size : size) + center;
			if (rng_bits(&rng) % 5 == 0)
				x[i] = 0;
		}
		for (size_t m = 0; m < COUNT(methods); m++) {
			struct bell_fit_options o;
			struct bell_model *model, *read;
			struct bell_fit fit;
			char *text;

			bell_fit_options_default(&o);
			o.method = methods[m];
			o.standardize = k % 2;
			if (!in_domain(methods[m], least_of(x, (size_t)n)))
				continue;
			fit = fit_of(x, NULL, (size_t)n, &o);
			cr_assert(isfinite(fit.lambda) && !isnan(fit.mean) && !isnan(fit.sd),
				  "%d, %s: lambda %g mean %g sd %g", k,
				  bell_method_name(methods[m]), fit.lambda, fit.mean, fit.sd);
			CHECK(bell_transform_apply_f64(&fit.transform, x, (size_t)n, 1, z));
			for (int i = 0; i < n; i++)
				cr_assert(!isnan(z[i]), "%d, %s: z(%g)", k,
					  bell_method_name(methods[m]), x[i]);
			CHECK(bell_model_create(1, &model));
			CHECK(bell_model_set(model, 0, NULL, &fit));
			cr_assert_eq(
			    bell_model_to_json(model, &text), BELL_OK,
			    "%d, %s, n %d, std %d: lambda %.17g mean %.17g sd %.17g min %g "
			    "max %g flags %u center %.17g power %g scale %g offset %.17g "
			    "shift %.17g unit %g",
			    k, bell_method_name(methods[m]), n, k % 2, fit.lambda, fit.mean, fit.sd,
			    fit.min, fit.max, fit.flags, fit.transform.side[0].center,
			    fit.transform.side[0].power, fit.transform.side[0].scale,
			    fit.transform.side[0].offset, fit.transform.shift, fit.transform.unit);
			CHECK(bell_model_from_json(text, strlen(text), &read));
			cr_assert(same_words(&bell_model_fit(read, 0)->transform, &fit.transform,
					     sizeof fit.transform));
			free(text);
			bell_model_free(model);
			bell_model_free(read);
		}
	}
}
