/* SPDX-License-Identifier: BSD-3-Clause */
/* test_scores.c - normal scores of ranks: the fit, the transform and its inverse. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "golden.h"
#include "scores.h"

/* The score by its definition: of the weight below x, and half of that at x. */
static double true_score(const double *x, const double *weights, size_t n, double at)
{
	double below = 0, same = 0, above = 0, total;

	for (size_t i = 0; i < n; i++) {
		double w = weights ? weights[i] : 1;

		*(x[i] < at ? &below : x[i] > at ? &above : &same) += w;
	}
	total = below + same + above;
	return below < above ? bell_normal_quantile((below + same / 2) / total)
			     : -bell_normal_quantile((above + same / 2) / total);
}

/* ---- the definition ---- */

static void check_scores(const double *x, const double *weights, size_t n)
{
	struct bell_fit fit = fit_of(x, weights, n);
	double sum = 0, square = 0, total = 0;

	cr_assert_eq(fit.transform.method, BELL_NORMAL_SCORES);
	for (size_t i = 0; i < n; i++) {
		double z = score_at(&fit, x[i]), w = weights ? weights[i] : 1;

		if (!(w > 0))
			continue;
		cr_expect(near(z, true_score(x, weights, n, x[i]), 2e-15 * (1 + fabs(z))),
			  "%g: %.17g", x[i], z);
		cr_expect_eq(value_at(&fit, z), x[i]);
		sum += w * z;
		square += w * z * z;
		total += w;
	}
	cr_expect(near(fit.mean, sum / total, 1e-14));
	cr_expect(near(fit.sd, sqrt(square / total - sum / total * (sum / total)), 1e-13));
	cr_expect(isnan(fit.lambda) && isnan(fit.log_likelihood) && isnan(fit.lr_vs_identity) &&
		  isnan(fit.ci95[0]) && isnan(fit.ci95[1]) && fit.unit == 0 && fit.collapsed == 0 &&
		  !(fit.flags & ~(unsigned)BELL_FIT_TWO_VALUES));
	cr_expect(fit.transform.min == fit.min && fit.transform.max == fit.max);
	bell_fit_release(&fit);
}

Test(scores, of_few_values)
{
	static const double x[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, -2.5, 0, 0, 1e9},
			    weights[] = {1, 2, 3, 0, 0.5, 1, 1, 7, 0.25, 1, 1, 1, 2, 3, 0.125},
			    two[] = {7, 7, 7, 8};
	struct bell_fit fit;

	check_scores(x, NULL, COUNT(x));
	check_scores(x, weights, COUNT(x));
	check_scores(two, NULL, COUNT(two));
	fit = fit_of(two, NULL, COUNT(two));
	cr_expect_eq(fit.flags, BELL_FIT_TWO_VALUES);
	cr_expect_eq(score_at(&fit, 7), bell_normal_quantile(0.375));
	bell_fit_release(&fit);
}

/* Real columns with ties, signs and missing values, and lines between their values. */
Test(scores, agree_with_R)
{
	cJSON *file = golden_file("scores.json");
	const cJSON *o;
	size_t seen = 0;

	cJSON_ArrayForEach(o, file)
	{
		const char *name = cJSON_GetObjectItem(o, "name")->valuestring;
		size_t n, points;
		double *x = golden_numbers(cJSON_GetObjectItem(o, "x"), &n),
		       *z = golden_numbers(cJSON_GetObjectItem(o, "z"), &n),
		       *at = golden_numbers(cJSON_GetObjectItem(o, "at"), &points),
		       *between = golden_numbers(cJSON_GetObjectItem(o, "between"), &points);
		struct bell_fit fit = fit_of(x, NULL, n);

		for (size_t i = 0; i < n; i++)
			cr_expect(isnan(x[i]) ? isnan(score_at(&fit, x[i]))
					      : near(score_at(&fit, x[i]), z[i], 1e-13),
				  "%s: z(%g) = %.17g not %.17g", name, x[i], score_at(&fit, x[i]),
				  z[i]);
		for (size_t i = 0; i < points; i++)
			cr_expect(near(score_at(&fit, at[i]), between[i], 1e-13),
				  "%s: z(%g) = %.17g not %.17g", name, at[i], score_at(&fit, at[i]),
				  between[i]);
		bell_fit_release(&fit);
		free(x);
		free(z);
		free(at);
		free(between);
		seen++;
	}
	cr_expect_eq(seen, 8);
	cJSON_Delete(file);
}

/* As many as a sketch keeps, with ties. */
Test(scores, of_all_values_of_a_sketch)
{
	enum { N = 3 * BELL_SKETCH_EXACT };
	double *x = malloc(N * sizeof *x), *weights = malloc(N * sizeof *weights);
	struct rng rng = {5};

	for (size_t i = 0; i < N; i++) {
		x[i] = sinh(0.02 * (double)(i % BELL_SKETCH_EXACT) - 10);
		weights[i] = floor(8 * rng_unit(&rng)) / 4;
	}
	check_scores(x, NULL, N);
	check_scores(x, weights, N);
	free(x);
	free(weights);
}

/* Only ratios of weights matter, and what they mean does not. */
Test(scores, weights_have_no_unit)
{
	static const double x[] = {3, 1, 4, 1, 5}, w[] = {3, 1, 2, 5, 0.5},
			    large[] = {3e9, 1e9, 2e9, 5e9, 0.5e9};
	struct bell_fit_options o = scores_options();
	struct bell_fit a = fit_of(x, w, 5), b = fit_of(x, large, 5), c;

	o.weight_type = BELL_IMPORTANCE_WEIGHTS;
	CHECK(bell_fit_f64(x, w, 5, &o, 1, &c));
	for (size_t i = 0; i < 5; i++) {
		cr_expect(near(score_at(&b, x[i]), score_at(&a, x[i]), 1e-15));
		cr_expect_eq(score_at(&c, x[i]), score_at(&a, x[i]));
	}
	bell_fit_release(&a);
	bell_fit_release(&b);
	bell_fit_release(&c);
}

/* Between two values, and beyond the last of them along the line from the quartile. */
Test(scores, lines)
{
	static const double x[] = {10, 11, 11, 11, 13, 16, 20, 30, 50};
	const double first = bell_normal_quantile(0.5 / 9), second = bell_normal_quantile(2.5 / 9),
		     quartile = bell_normal_quantile(0.75), last = bell_normal_quantile(8.5 / 9),
		     left = bell_normal_quantile(6.5 / 9), right = bell_normal_quantile(7.5 / 9);
	const double from = 20 + 10 * (quartile - left) / (right - left);
	struct bell_fit fit = fit_of(x, NULL, COUNT(x)), two = fit_of(x, NULL, 2);

	cr_expect(near(score_at(&fit, 22), left + 0.2 * (right - left), 1e-15));
	cr_expect(near(score_at(&fit, 70), last + 20 * (last - quartile) / (50 - from), 1e-14));
	cr_expect(near(value_at(&fit, score_at(&fit, 70)), 70, 1e-12));
	/* below, only the first value lies beyond the quartile: the line begins at the second */
	cr_expect(near(score_at(&fit, 5), first - 5 * (second - first), 1e-14));
	/* both lie at quartiles: the line between them goes on */
	cr_expect(near(score_at(&two, 12), 3 * quartile, 1e-14));
	cr_expect(near(score_at(&two, 9), -3 * quartile, 1e-14));
	bell_fit_release(&fit);
	bell_fit_release(&two);
}

/* x and k x, and -x in the opposite order. */
Test(scores, units_and_signs)
{
	double *x = column(BIMODAL, 800), *y = malloc(800 * sizeof *y);

	for (int e = -900; e <= 900; e += 600) {
		struct bell_fit a, b;

		for (size_t i = 0; i < 800; i++)
			y[i] = -ldexp(x[i], e);
		a = fit_of(x, NULL, 800);
		b = fit_of(y, NULL, 800);
		for (size_t i = 0; i < 800; i++) {
			double at = x[i] * 1.7 + 0.1;

			cr_expect_eq(score_at(&b, y[i]), -score_at(&a, x[i]));
			cr_expect(near(score_at(&b, -ldexp(at, e)), -score_at(&a, at), 1e-13));
		}
		bell_fit_release(&a);
		bell_fit_release(&b);
	}
	free(x);
	free(y);
}

/* ---- the transform ---- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* It never falls, and returns what it gave; in float32, too. */
static void check_transform(const struct bell_fit *fit, double *x, size_t n)
{
	double *y = malloc(n * sizeof *y), *back = malloc(n * sizeof *back);
	float *narrow = malloc(n * sizeof *narrow), *z = malloc(n * sizeof *z);
	uint64_t outside = 7;

	qsort(x, n, sizeof *x, by_value);
	for (size_t i = 0; i < n; i++)
		narrow[i] = (float)x[i];
	CHECK(bell_transform_apply_f64(&fit->transform, x, n, 1, y));
	CHECK(
	    bell_transform_inverse_f64(&fit->transform, y, n, BELL_OUTSIDE_NAN, 1, back, &outside));
	CHECK(bell_transform_apply_f32(&fit->transform, narrow, n, 1, z));
	cr_expect_eq(outside, 0);
	for (size_t i = 0; i < n; i++) {
		cr_expect(!isnan(y[i]) && (!i || y[i] >= y[i - 1]), "%.17g", x[i]);
		cr_expect(!i || back[i] >= back[i - 1], "%.17g", x[i]);
		cr_expect(!i || z[i] >= z[i - 1]);
		cr_expect_eq(z[i], (float)score_at(fit, narrow[i]));
		cr_expect(y[i] != fit->min || back[i] == fit->min);
	}
	free(y);
	free(back);
	free(narrow);
	free(z);
}

Test(scores, never_fall)
{
	enum { MANY = 20000 };
	double *at = malloc(MANY * sizeof *at);

	for (enum kind k = 0; k <= WIDE; k++)
		for (size_t n = 100; n <= 10000; n *= 10) {
			double *x = column(k, n);
			struct bell_fit fit = fit_of(x, NULL, n);
			struct rng rng = {n};

			for (size_t i = 0; i < MANY; i++)
				at[i] = i % 3 ? nextafter(x[i % n], i % 2 ? INFINITY : -INFINITY)
					      : 2 * x[i % n] - x[(i + 1) % n];
			check_transform(&fit, at, MANY);
			for (size_t i = 0; i < MANY; i++)
				at[i] = rng_hostile(&rng);
			for (size_t i = 0; i < MANY; i++)
				at[i] = isnan(at[i]) ? 0 : at[i];
			check_transform(&fit, at, MANY);
			bell_fit_release(&fit);
			free(x);
		}
	free(at);
}

/* Values between and beyond those of the fit come back to what the slopes let z tell. */
Test(scores, round_trip)
{
	double *x = column(NORMAL, 20000);
	struct bell_fit fit = fit_of(x, NULL, 20000);

	for (double at = -12; at < 12; at += 0.001)
		cr_expect(near(value_at(&fit, score_at(&fit, at)), at, 1e-13 * (1 + fabs(at))));
	cr_expect(near(score_at(&fit, value_at(&fit, 30)), 30, 1e-13));
	bell_fit_release(&fit);
	free(x);
}

Test(scores, special_values)
{
	static const double x[] = {1, 2, 4, 8};
	struct bell_fit fit = fit_of(x, NULL, 4);
	double v[] = {NAN, INFINITY, -INFINITY, 4, NAN};
	float f[] = {NAN, INFINITY, -INFINITY, 4};

	CHECK(bell_transform_apply_f64(&fit.transform, v, 5, 1, v));
	cr_expect(isnan(v[0]) && v[1] == INFINITY && v[2] == -INFINITY && isnan(v[4]) &&
		  v[3] == bell_normal_quantile(0.625));
	CHECK(bell_transform_inverse_f64(&fit.transform, v, 5, BELL_OUTSIDE_CLIP, 1, v, NULL));
	cr_expect(isnan(v[0]) && v[1] == INFINITY && v[2] == -INFINITY && isnan(v[4]) && v[3] == 4);
	CHECK(bell_transform_apply_f32(&fit.transform, f, 4, 1, f));
	CHECK(bell_transform_inverse_f32(&fit.transform, f, 4, BELL_OUTSIDE_CLIP, 1, f, NULL));
	cr_expect(isnan(f[0]) && f[1] == INFINITY && f[2] == -INFINITY);
	CHECK(bell_transform_apply_f64(&fit.transform, NULL, 0, 1, NULL));
	CHECK_STATUS(bell_transform_apply_f64(&fit.transform, NULL, 1, 1, v), BELL_EINVAL);
	bell_fit_release(&fit);
	cr_expect_null(fit.transform.table);
	CHECK_STATUS(bell_transform_apply_f64(&fit.transform, v, 1, 1, v), BELL_EINVAL);
	bell_fit_release(&fit);
	bell_fit_release(NULL);
}

/* The ends of a column that are no floats come back from the floats that are next to them. */
Test(scores, ends_in_float32)
{
	static const double x[] = {-1.0 / 3, 0.7, 0.8, 1e5 / 3};
	struct bell_fit fit = fit_of(x, NULL, 4);
	float ends[2] = {(float)fit.min, (float)fit.max};

	for (int i = 0; i < 2; i++)
		ends[i] = (float)score_at(&fit, i ? fit.max : fit.min);
	CHECK(bell_transform_inverse_f32(&fit.transform, ends, 2, BELL_OUTSIDE_NAN, 1, ends, NULL));
	cr_expect(ends[0] == (float)fit.min && ends[1] == (float)fit.max);
	bell_fit_release(&fit);
}

/* Next to the ends of the doubles, and so close together that a slope exceeds one. */
Test(scores, extreme_columns)
{
	static const double columns[][4] = {{-DBL_MAX, -1, 1, DBL_MAX},
					    {-DBL_MAX, DBL_MAX, 0, 5e-324},
					    {0, 5e-324, 1e-323, 1.5e-323},
					    {1, 1 + DBL_EPSILON, 1 + 2 * DBL_EPSILON, DBL_MAX},
					    {-DBL_MAX, -DBL_MAX, DBL_MAX, DBL_MAX},
					    {-1e308, -0.9e308, -0.8e308, -0.7e308}};
	double at[] = {-DBL_MAX, -1e308, -1, -5e-324, 0,     5e-324,  1e-323,
		       1.5e-323, 2e-323, 1,  2,       1e308, DBL_MAX, INFINITY};

	for (size_t i = 0; i < COUNT(columns); i++) {
		struct bell_fit fit = fit_of(columns[i], NULL, 4);

		check_transform(&fit, at, COUNT(at));
		for (size_t j = 0; j < 4; j++)
			cr_expect_eq(value_at(&fit, score_at(&fit, columns[i][j])), columns[i][j],
				     "%zu: %g", i, columns[i][j]);
		cr_expect(isfinite(score_at(&fit, i == 2 ? 1 : DBL_MAX)) || i == 2);
		bell_fit_release(&fit);
	}
}

Test(scores, threads_do_not_matter)
{
	enum { N = 500000 };
	double *x = column(LOGNORMAL, N), *one = malloc(N * sizeof *one),
	       *many = malloc(N * sizeof *many);
	const struct bell_fit_options o = scores_options();
	struct bell_fit fit = fit_of(x, NULL, N), again;

	CHECK(bell_fit_f64(x, NULL, N, &o, 4, &again));
	CHECK(bell_transform_apply_f64(&fit.transform, x, N, 1, one));
	CHECK(bell_transform_apply_f64(&again.transform, x, N, 4, many));
	cr_expect(same_words(one, many, N * sizeof *one));
	CHECK(bell_transform_inverse_f64(&fit.transform, one, N, BELL_OUTSIDE_NAN, 1, one, NULL));
	CHECK(bell_transform_inverse_f64(&fit.transform, many, N, BELL_OUTSIDE_NAN, 4, many, NULL));
	cr_expect(same_words(one, many, N * sizeof *one));
	bell_fit_release(&fit);
	bell_fit_release(&again);
	free(x);
	free(one);
	free(many);
}

/* ---- columns without scores ---- */

static void check_as_is(const double *x, size_t n, unsigned flags, double mean)
{
	struct bell_fit fit = fit_of(x, NULL, n);

	cr_expect_eq(fit.flags, flags, "%x", fit.flags);
	cr_expect(fit.transform.method == BELL_YEO_JOHNSON && !fit.transform.table &&
		  fit.lambda == 1);
	cr_expect_eq(score_at(&fit, 2), 2 - mean);
	bell_fit_release(&fit);
}

Test(scores, columns_that_are_left_as_they_are)
{
	static const double nothing[] = {NAN, NAN}, one[] = {NAN, 3}, constant[] = {3, 3, NAN, 3},
			    infinite[] = {1, 2, 3, INFINITY}, nulls[] = {-0.0, 0};

	check_as_is(NULL, 0, BELL_FIT_EMPTY, 0);
	check_as_is(nothing, 2, BELL_FIT_EMPTY, 0);
	check_as_is(one, 2, BELL_FIT_ONE_VALUE, 3);
	check_as_is(constant, 4, BELL_FIT_CONSTANT, 3);
	check_as_is(infinite, 4, BELL_FIT_INFINITE, 2);
	check_as_is(nulls, 2, BELL_FIT_CONSTANT, 0);
}

Test(scores, missing_values_have_no_rank)
{
	static const double x[] = {NAN, 1, 2, NAN, 3};
	struct bell_fit fit = fit_of(x, NULL, 5);

	cr_expect(fit.count == 3 && fit.missing == 2 && fit.weight == 3);
	cr_expect_eq(score_at(&fit, 2), 0);
	cr_expect_eq(score_at(&fit, 1), bell_normal_quantile(0.5 / 3));
	bell_fit_release(&fit);
}

Test(scores, errors)
{
	const struct bell_fit_options o = scores_options();
	static const double x[] = {1, 2, 3}, bad[] = {1, -1, 1};
	struct bell_fit fit = {.lambda = 42};

	CHECK_STATUS(bell_fit_f64(x, bad, 3, &o, 1, &fit), BELL_EWEIGHT);
	CHECK_STATUS(bell_fit_f64(x, NULL, 3, &o, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_transform_plain(BELL_NORMAL_SCORES, 1, &fit.transform), BELL_EINVAL);
	cr_expect_eq(fit.lambda, 42);
}
