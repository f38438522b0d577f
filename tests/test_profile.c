/* SPDX-License-Identifier: BSD-3-Clause */
/* test_profile.c - the profile likelihood, intervals, tests, standard errors and nice powers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/profile.h>
#include "fits.h"
#include "golden.h"
#include "sketch/bins.h"
#include "sketches.h"

static double text_number(const cJSON *o, const char *name)
{
	return strtod(cJSON_GetObjectItem(o, name)->valuestring, NULL);
}

static double text_item(const cJSON *array, int i)
{
	return strtod(cJSON_GetArrayItem(array, i)->valuestring, NULL);
}

static struct bell_fit_options options_of(const char *method)
{
	struct bell_fit_options o;

	bell_fit_options_default(&o);
	if (!strcmp(method, "box-cox"))
		o.method = BELL_BOX_COX;
	return o;
}

/* ---- against 50 digits ---- */

enum { MOST = 8 };

static void check_profile(const cJSON *item, const char *name, const double *x, size_t n,
			  const struct bell_fit_options *o)
{
	const cJSON *lambdas = cJSON_GetObjectItem(item, "lambdas"),
		    *profile = cJSON_GetObjectItem(item, "profile");
	int count = cJSON_GetArraySize(lambdas);
	double lambda[MOST], found[2][MOST];
	struct bell_sketch *s = sketch_of(x, NULL, n, NULL);

	for (int i = 0; i < count; i++)
		lambda[i] = text_item(lambdas, i);
	CHECK(bell_profile_sketch(s, o, lambda, (size_t)count, found[0]));
	CHECK(bell_profile_f64(x, NULL, n, o, 1, lambda, (size_t)count, found[1]));
	for (int i = 0; i < count; i++) {
		double want = text_item(profile, i);

		cr_expect(same_words(&found[0][i], &found[1][i], sizeof(double)));
		cr_expect(near(found[0][i], want, 1e-12 * (1 + fabs(want))),
			  "%s, %s at %g: %.17g, not %.17g", name,
			  o->method ? "box-cox" : "yeo-johnson", lambda[i], found[0][i], want);
	}
	bell_sketch_free(s);
}

static void check_inference(const cJSON *item, const char *name, const double *x, size_t n,
			    const struct bell_fit_options *o)
{
	const cJSON *levels = cJSON_GetObjectItem(item, "levels"), *test;
	double lambda = text_number(item, "lambda"), error = text_number(item, "standard_error");
	struct bell_inference found;

	for (int i = 0; i < cJSON_GetArraySize(levels); i++) {
		const cJSON *ends = cJSON_GetArrayItem(cJSON_GetObjectItem(item, "intervals"), i);

		CHECK(bell_infer_f64(x, NULL, n, o, 1, text_item(levels, i), &found));
		for (int end = 0; end < 2; end++)
			cr_expect(near(found.interval[end], text_item(ends, end), 1e-9 * error),
				  "%s, level %g: %.17g, not %.17g", name, found.level,
				  found.interval[end], text_item(ends, end));
	}
	cr_expect(near(found.lambda, lambda, 1e-10 * error));
	cr_expect(near(found.standard_error, error, 1e-9 * error), "%s: %.17g, not %.17g", name,
		  found.standard_error, error);
	for (int i = 0; i < BELL_LAMBDA_TESTS; i++) {
		double statistic, p;

		test = cJSON_GetArrayItem(cJSON_GetObjectItem(item, "tests"), i);
		statistic = text_number(test, "statistic");
		p = text_number(test, "p");
		cr_expect_eq(found.test[i].lambda, text_number(test, "lambda"));
		cr_expect(near(found.test[i].statistic, statistic, 1e-11 * (1 + statistic)),
			  "%s, lambda %g: %.17g, not %.17g", name, found.test[i].lambda,
			  found.test[i].statistic, statistic);
		cr_expect(near(found.test[i].pvalue, p, 1e-10 * p * (1 + statistic)),
			  "%s, lambda %g: p %.17g, not %.17g", name, found.test[i].lambda,
			  found.test[i].pvalue, p);
	}
}

Test(profile, is_that_of_fifty_digits)
{
	cJSON *file = golden_file("profile.json"), *item;

	cJSON_ArrayForEach(item, file)
	{
		const char *name = cJSON_GetObjectItem(item, "name")->valuestring;
		struct bell_fit_options o =
		    options_of(cJSON_GetObjectItem(item, "method")->valuestring);
		size_t n;
		double *x = golden_numbers(cJSON_GetObjectItem(item, "x"), &n);

		check_profile(item, name, x, n, &o);
		check_inference(item, name, x, n, &o);
		free(x);
	}
	cr_expect_eq(cJSON_GetArraySize(file), 10);
	cJSON_Delete(file);
}

/* ---- against R ---- */

/* MASS leaves out another constant, so this compares differences from the first lambda. */
static void check_mass(const cJSON *item, const double *x, size_t n,
		       const struct bell_fit_options *o)
{
	size_t count, points;
	double *lambda = golden_numbers(cJSON_GetObjectItem(item, "grid"), &points), *mass,
	       found[2 * MOST];

	if (!cJSON_IsNull(cJSON_GetObjectItem(item, "mass"))) {
		mass = golden_numbers(cJSON_GetObjectItem(item, "mass"), &count);
		cr_assert(count == points && count <= COUNT(found));
		CHECK(bell_profile_f64(x, NULL, n, o, 1, lambda, count, found));
		for (size_t i = 0; i < count; i++)
			cr_expect(near(found[i] - found[0], mass[i] - mass[0], 1e-9), "lambda %g",
				  lambda[i]);
		free(mass);
	}
	free(lambda);
}

Test(profile, is_that_of_r)
{
	cJSON *file = golden_file("profile_r.json"), *item;

	cJSON_ArrayForEach(item, file)
	{
		const char *name = cJSON_GetObjectItem(item, "name")->valuestring;
		const cJSON *wald = cJSON_GetObjectItem(item, "wald"),
			    *lr = cJSON_GetObjectItem(item, "lr"),
			    *p = cJSON_GetObjectItem(item, "p");
		struct bell_fit_options o =
		    options_of(cJSON_GetObjectItem(item, "method")->valuestring);
		double lambda = cJSON_GetObjectItem(item, "lambda")->valuedouble;
		struct bell_inference found;
		size_t n;
		double *x = golden_numbers(cJSON_GetObjectItem(item, "x"), &n);

		CHECK(bell_infer_f64(x, NULL, n, &o, 1, 0.95, &found));
		/* what R's optimizer leaves, and its second differences */
		cr_expect(near(found.lambda, lambda, 1e-3 * found.standard_error), "%s", name);
		for (int end = 0; end < 2; end++)
			cr_expect(near(lambda + (end ? 1 : -1) * 1.959964 * found.standard_error,
				       cJSON_GetArrayItem(wald, end)->valuedouble,
				       2e-3 * found.standard_error),
				  "%s", name);
		for (int i = 0; i < BELL_LAMBDA_TESTS; i++) {
			double want = cJSON_GetArrayItem(lr, i)->valuedouble;

			cr_expect(near(found.test[i].statistic, want, 1e-6 * (1 + want)),
				  "%s: %g, not %g", name, found.test[i].statistic, want);
			want = cJSON_GetArrayItem(p, i)->valuedouble;
			cr_expect(near(found.test[i].pvalue, want, 1e-5 * want), "%s: p %g, not %g",
				  name, found.test[i].pvalue, want);
		}
		cr_expect(
		    near(found.rounded, cJSON_GetObjectItem(item, "rounded")->valuedouble, 1e-2),
		    "%s: %g", name, found.rounded);
		check_mass(item, x, n, &o);
		free(x);
	}
	cr_expect_eq(cJSON_GetArraySize(file), 12);
	cJSON_Delete(file);
}

/* ---- against the fit ---- */

/* Weights, bounds, bins and a unit: profile and fit are one. */
Test(profile, is_that_of_the_fit)
{
	enum { N = 3000 };
	static const enum bell_method methods[] = {BELL_YEO_JOHNSON, BELL_BOX_COX,
						   BELL_YEO_JOHNSON_UNIT};
	double *x = column(LOGNORMAL, N), *w = column(LOGNORMAL, N);

	for (size_t i = 0; i < COUNT(methods); i++)
		for (int weighted = 0; weighted < 3; weighted++) {
			struct bell_fit_options o = options_of("");
			struct bell_fit fit, fixed;
			struct bell_inference found;
			double lambda[2] = {0.25, 1}, value[2];

			o.method = methods[i];
			o.weight_type =
			    weighted == 2 ? BELL_IMPORTANCE_WEIGHTS : BELL_FREQUENCY_WEIGHTS;
			fit = fit_of(x, weighted ? w : NULL, N, &o);
			CHECK(bell_infer_f64(x, weighted ? w : NULL, N, &o, 1, 0.95, &found));
			CHECK(bell_profile_f64(x, weighted ? w : NULL, N, &o, 2, lambda, 2, value));
			cr_expect_eq(found.lambda, fit.lambda);
			cr_expect_eq(found.log_likelihood, fit.log_likelihood);
			cr_expect(near(found.test[2].statistic, fit.lr_vs_identity,
				       1e-12 * fit.lr_vs_identity));
			for (int end = 0; end < 2; end++)
				cr_expect(near(found.interval[end], fit.ci95[end],
					       1e-9 * found.standard_error));
			o.lambda = lambda[0];
			o.unit = fit.unit;
			fixed = fit_of(x, weighted ? w : NULL, N, &o);
			cr_expect(near(value[0], fixed.log_likelihood,
				       1e-12 * fabs(fixed.log_likelihood)));
		}
	free(x);
	free(w);
}

Test(profile, keeps_to_bounds)
{
	enum { N = 400 };
	struct bell_fit_options o = options_of("box-cox");
	double *x = column(LOGNORMAL, N);
	struct bell_inference found;
	struct bell_fit fit;

	o.lower = 0.5;
	o.upper = 2;
	fit = fit_of(x, NULL, N, &o);
	CHECK(bell_infer_f64(x, NULL, N, &o, 1, 0.9, &found));
	cr_expect(found.lambda == 0.5 && found.interval[0] == 0.5);
	cr_expect(found.interval[1] >= 0.5 && found.interval[1] <= fit.ci95[1]);
	cr_expect(isnan(found.standard_error));
	/* lambda = 0 has a larger likelihood, but lies outside */
	cr_expect(found.test[0].statistic == 0 && found.test[0].pvalue == 1);
	cr_expect_eq(found.test[1].statistic, 0);
	free(x);
}

/* The narrower the level, the narrower the interval, down to lambda itself. */
Test(profile, nests_intervals)
{
	enum { N = 500 };
	static const double levels[] = {1e-300, 1e-17, 1e-9, 0.1, 0.9, 1 - 0x1p-53};
	double *x = column(NORMAL, N), last[2] = {0, 0};
	struct bell_inference found;

	for (size_t i = 0; i < COUNT(levels); i++) {
		CHECK(bell_infer_f64(x, NULL, N, NULL, 1, levels[i], &found));
		cr_expect(found.interval[0] <= found.lambda && found.lambda <= found.interval[1],
			  "level %g", levels[i]);
		cr_expect(!i || (found.interval[0] <= last[0] && found.interval[1] >= last[1]),
			  "level %g: [%.17g, %.17g]", levels[i], found.interval[0],
			  found.interval[1]);
		memcpy(last, found.interval, sizeof last);
	}
	cr_expect(found.interval[1] - found.interval[0] > 14 * found.standard_error);
	free(x);
}

Test(profile, of_columns_without_a_maximum)
{
	static const double columns[][3] = {
	    {NAN, NAN, NAN}, {2, NAN, NAN}, {2, 2, 2}, {1, 2, INFINITY}};

	for (size_t i = 0; i < COUNT(columns); i++) {
		struct bell_inference found;
		double lambda = 0, value = 0;

		CHECK(bell_infer_f64(columns[i], NULL, 3, NULL, 1, 0.9, &found));
		CHECK(bell_profile_f64(columns[i], NULL, 3, NULL, 1, &lambda, 1, &value));
		cr_expect(found.lambda == 1 && found.level == 0.9 && found.test[2].lambda == 1);
		cr_expect(isnan(value) && isnan(found.interval[0]) && isnan(found.interval[1]) &&
			  isnan(found.standard_error) && isnan(found.log_likelihood) &&
			  isnan(found.test[0].statistic) && isnan(found.test[0].pvalue) &&
			  isnan(found.rounded));
	}
}

Test(profile, rounds_in_the_order_of_car)
{
	static const double order[] = {1, 0, -1, 0.5, 1 / 3.0, -0.5, -1 / 3.0, 2, -2};

	cr_expect_eq(bell_lambda_rounded(0.6, -INFINITY, INFINITY), 1);
	cr_expect_eq(bell_lambda_rounded(0.6, -0.1, 0.99), 0);
	cr_expect_eq(bell_lambda_rounded(0.6, 0.3, 0.9), 0.5);
	cr_expect_eq(bell_lambda_rounded(0.4, 0.3, 0.49), 1 / 3.0);
	cr_expect_eq(bell_lambda_rounded(3, 2.5, 4), 3);
	cr_expect_eq(bell_lambda_rounded(3, NAN, NAN), 3);
	for (size_t i = 0; i < COUNT(order); i++)
		cr_expect_eq(bell_lambda_rounded(7, order[i], order[i]), order[i]);
}

Test(profile, refuses)
{
	double x[3] = {-1, 2, 3}, lambda[2] = {0, NAN}, value[2] = {7, 7};
	struct bell_sketch *s = sketch_of(x, NULL, 3, NULL);
	struct bell_fit_options o = options_of("box-cox"), bad = options_of("");
	struct bell_inference found = {.lambda = 7};

	bad.method = (enum bell_method)99;
	cr_expect_eq(bell_profile_sketch(NULL, NULL, lambda, 1, value), BELL_EINVAL);
	cr_expect_eq(bell_profile_sketch(s, NULL, lambda, 2, value), BELL_EINVAL);
	cr_expect_eq(bell_profile_sketch(s, NULL, NULL, 1, value), BELL_EINVAL);
	cr_expect_eq(bell_profile_sketch(s, NULL, lambda, 1, NULL), BELL_EINVAL);
	cr_expect_eq(bell_profile_sketch(s, &bad, lambda, 1, value), BELL_EINVAL);
	/* there is no lambda, or more than one */
	for (int m = BELL_IDENTITY; m <= BELL_BEST; m++) {
		bad.method = (enum bell_method)m;
		cr_expect_eq(bell_profile_sketch(s, &bad, lambda, 1, value), BELL_EINVAL);
		cr_expect_eq(bell_profile_f64(x, NULL, 3, &bad, 1, lambda, 1, value), BELL_EINVAL);
		cr_expect_eq(bell_infer_sketch(s, &bad, 0.9, &found), BELL_EINVAL);
		cr_expect_eq(bell_infer_f64(x, NULL, 3, &bad, 1, 0.9, &found), BELL_EINVAL);
	}
	cr_expect_eq(bell_profile_sketch(s, &o, lambda, 1, value), BELL_EDOMAIN);
	cr_expect_eq(bell_profile_sketch(s, NULL, NULL, 0, NULL), BELL_OK);
	cr_expect_eq(bell_profile_f64(NULL, NULL, 3, NULL, 1, lambda, 1, value), BELL_EINVAL);
	cr_expect_eq(bell_infer_sketch(s, NULL, 0, &found), BELL_EINVAL);
	cr_expect_eq(bell_infer_sketch(s, NULL, 1, &found), BELL_EINVAL);
	cr_expect_eq(bell_infer_sketch(s, NULL, NAN, &found), BELL_EINVAL);
	cr_expect_eq(bell_infer_sketch(s, NULL, 0.9, NULL), BELL_EINVAL);
	cr_expect_eq(bell_infer_sketch(s, &o, 0.9, &found), BELL_EDOMAIN);
	cr_expect_eq(bell_infer_f64(x, NULL, 3, NULL, BELL_MAX_THREADS + 1, 0.9, &found),
		     BELL_EINVAL);
	cr_expect(value[0] == 7 && found.lambda == 7);
	bell_sketch_free(s);
}

/* Values of float32 are those of float64, rounded before. */
Test(profile, of_float32)
{
	float x[5] = {1, 2.5F, 4, 7, 19};
	double wide[5], lambda = 0.5, value[2];
	struct bell_inference found[2];

	for (int i = 0; i < 5; i++)
		wide[i] = x[i];
	CHECK(bell_profile_f32(x, NULL, 5, NULL, 1, &lambda, 1, &value[0]));
	CHECK(bell_profile_f64(wide, NULL, 5, NULL, 1, &lambda, 1, &value[1]));
	CHECK(bell_infer_f32(x, NULL, 5, NULL, 1, 0.9, &found[0]));
	CHECK(bell_infer_f64(wide, NULL, 5, NULL, 1, 0.9, &found[1]));
	cr_expect_eq(value[0], value[1]);
	cr_expect(same_words(&found[0], &found[1], sizeof found[0]));
}
