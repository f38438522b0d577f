/* SPDX-License-Identifier: BSD-3-Clause */
/* test_normality_sketch.c - what a sketch knows of the normality of its column. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "normality/sketch.h"

static struct bell_normality of_values(const double *x, size_t n)
{
	struct bell_normality found;

	CHECK(bell_normality_f64(x, NULL, n, NULL, 1, &found));
	return found;
}

static struct bell_normality of_sketch(const double *x, size_t n, const struct bell_transform *t)
{
	struct bell_sketch *s = sketch_of(x, NULL, n, NULL);
	struct bell_normality found;

	CHECK(bell_normality_sketch(s, t, NULL, &found));
	bell_sketch_free(s);
	return found;
}

/* ---- from bins ---- */

/* The errors that normality.h states; more of the distance where bins overlap. */
static void check_near(const struct bell_normality *found, const struct bell_normality *true_one,
		       double overlap, const char *what, size_t n)
{
	double a2 = true_one->anderson_darling.statistic,
	       k2 = true_one->dagostino_pearson.statistic, jb = true_one->jarque_bera.statistic;

	cr_expect(found->count == n && near(found->n, (double)n, 1e-9 * (double)n));
	cr_expect(near(found->mean, true_one->mean, 1e-9 * true_one->sd), "%s, %zu", what, n);
	cr_expect(near(found->sd, true_one->sd, 1e-9 * true_one->sd), "%s, %zu", what, n);
	cr_expect(near(found->dagostino_pearson.statistic, k2, 1e-9 * (1 + k2)) &&
		      near(found->jarque_bera.statistic, jb, 1e-9 * (1 + jb)),
		  "%s, %zu: %.17g not %.17g", what, n, found->jarque_bera.statistic, jb);
	cr_expect(near(found->anderson_darling.statistic, a2, 0.05 + 0.02 * a2),
		  "%s, %zu: A^2 %g not %g", what, n, found->anderson_darling.statistic, a2);
	cr_expect(
	    near(found->distance, true_one->distance, overlap + 0.0003 + 0.2 / sqrt((double)n)),
	    "%s, %zu: distance %g not %g", what, n, found->distance, true_one->distance);
	cr_expect(near(found->qq_correlation, true_one->qq_correlation, 2e-4),
		  "%s, %zu: correlation %.9g not %.9g", what, n, found->qq_correlation,
		  true_one->qq_correlation);
}

/* As it is, and as its fit transforms it. */
Test(normality_sketch, is_near_to_that_of_the_values)
{
	for (size_t n = 2000; n <= 200000; n *= 10)
		for (enum kind k = 0; k < KINDS; k++) {
			double *x = column(k, n);
			struct bell_normality sketch = of_sketch(x, n, NULL),
					      values = of_values(x, n);
			struct bell_fit fit;

			check_near(&sketch, &values, 0, kind_name[k], n);
			CHECK(bell_fit_f64(x, NULL, n, NULL, 1, &fit));
			sketch = of_sketch(x, n, &fit.transform);
			CHECK(bell_transform_apply_f64(&fit.transform, x, n, 1, x));
			values = of_values(x, n);
			check_near(&sketch, &values, 0, kind_name[k], n);
			free(x);
		}
}

/* An sd of 300 units in the last place: the nodes lie between doubles. */
Test(normality_sketch, of_a_narrow_column)
{
	double *x = column(NORMAL, 20000);
	struct bell_normality found, values;

	for (size_t i = 0; i < 20000; i++)
		x[i] = 1e9 + 4e-5 * x[i];
	found = of_sketch(x, 20000, NULL);
	values = of_values(x, 20000);
	cr_expect(isnan(found.pearson.statistic), "in bins");
	cr_expect(near(found.sd, values.sd, 1e-9 * values.sd), "off by %g", found.sd - values.sd);
	free(x);
}

/* Two sketches with grids of their own, whose bins overlap. */
Test(normality_sketch, of_merged_halves)
{
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, 60000);
		struct bell_sketch *a = sketch_of(x, NULL, 20000, NULL),
				   *b = sketch_of(x + 20000, NULL, 40000, NULL);
		struct bell_normality found, values = of_values(x, 60000);

		CHECK(bell_sketch_merge(a, b));
		CHECK(bell_normality_sketch(a, NULL, NULL, &found));
		check_near(&found, &values, 0.005, kind_name[k], 60000);
		bell_sketch_free(a);
		bell_sketch_free(b);
		free(x);
	}
}

Test(normality_sketch, of_bins_has_no_statistic_of_single_values)
{
	double *x = column(NORMAL, 3000);
	struct bell_normality found = of_sketch(x, 3000, NULL);

	cr_expect(isnan(found.shapiro_wilk.statistic) && isnan(found.shapiro_wilk.p_value));
	cr_expect(isnan(found.shapiro_francia.statistic) && isnan(found.shapiro_francia.p_value));
	cr_expect(isnan(found.pearson.statistic) && isnan(found.pearson_per_df));
	free(x);
}

/* ---- from kept values ---- */

static bool close(double a, double b)
{
	return (isnan(a) && isnan(b)) || near(a, b, 1e-9 * (1 + fabs(b)));
}

Test(normality_sketch, of_kept_values_is_that_of_the_values)
{
	for (enum kind k = 0; k < KINDS; k++)
		for (size_t n = 0; n <= 1000; n = 2 * n + 1) {
			double *x = column(k, n + 1);
			struct bell_normality a = of_sketch(x, n, NULL), b = of_values(x, n);

			cr_expect(a.count == b.count && close(a.mean, b.mean) && close(a.sd, b.sd));
			cr_expect(
			    close(a.anderson_darling.p_value, b.anderson_darling.p_value) &&
				close(a.shapiro_wilk.statistic, b.shapiro_wilk.statistic) &&
				close(a.shapiro_wilk.p_value, b.shapiro_wilk.p_value) &&
				close(a.shapiro_francia.p_value, b.shapiro_francia.p_value) &&
				close(a.lilliefors.p_value, b.lilliefors.p_value) &&
				close(a.pearson.p_value, b.pearson.p_value) &&
				close(a.qq_correlation, b.qq_correlation) &&
				close(a.dagostino_pearson.p_value, b.dagostino_pearson.p_value),
			    "%s, %zu", kind_name[k], n);
			free(x);
		}
}

Test(normality_sketch, of_weights)
{
	const struct bell_normality_options importance = {BELL_IMPORTANCE_WEIGHTS};
	double *x = column(GAMMA_MIXED, 5000), weights[5000];

	for (size_t i = 0; i < 5000; i++)
		weights[i] = (double)(1 + i % 4);
	for (size_t n = 500; n <= 5000; n *= 10)
		for (int type = 0; type < 2; type++) {
			struct bell_sketch *s = sketch_of(x, weights, n, NULL);
			const struct bell_normality_options *o = type ? &importance : NULL;
			struct bell_normality found, values;

			CHECK(bell_normality_sketch(s, NULL, o, &found));
			CHECK(bell_normality_f64(x, weights, n, o, 1, &values));
			cr_expect(close(found.n, values.n) &&
				  near(values.n, type ? n / 1.2 : n * 2.5, 1e-9 * (double)n));
			cr_expect(close(found.sd, values.sd) &&
				  close(found.kurtosis, values.kurtosis));
			cr_expect(near(found.qq_correlation, values.qq_correlation, 3e-4));
			cr_expect(near(found.distance, values.distance, 0.01));
			bell_sketch_free(s);
		}
	free(x);
}

/* ---- edges ---- */

Test(normality_sketch, counts_what_is_left_out)
{
	const double x[] = {1, NAN, INFINITY, 1, -INFINITY, 1, NAN, NAN};
	struct bell_normality found = of_sketch(x, COUNT(x), NULL);

	cr_expect(found.count == 3 && found.missing == 3 && found.infinite == 2);
	cr_expect(found.mean == 1 && found.sd == 0 && isnan(found.distance));
	found = of_sketch(x, 0, NULL);
	cr_expect(found.count == 0 && found.n == 0 && isnan(found.mean));
}

/* Of a column whose weights, 1 to 3, are times 2^exponent. */
static struct bell_normality weighted(int exponent, enum bell_weight_type type)
{
	const struct bell_normality_options options = {type};
	struct bell_normality out;
	struct bell_sketch *s;
	double x[60], w[60];

	for (int i = 0; i < 60; i++) {
		x[i] = i * 37 % 101 + 0.5;
		w[i] = ldexp(1 + i % 3, exponent);
	}
	CHECK(bell_sketch_create(NULL, &s));
	CHECK(bell_sketch_scale_weights(s, bell_weights_exponent(w, 60)));
	CHECK(bell_sketch_update_f64(s, x, w, 60, 1));
	CHECK(bell_normality_sketch(s, NULL, &options, &out));
	bell_sketch_free(s);
	return out;
}

/* The scale of importance weights means nothing, however far it is from 1. */
Test(normality_sketch, weights_of_any_size)
{
	struct bell_normality expected = weighted(0, BELL_IMPORTANCE_WEIGHTS), found;

	for (int exponent = -1074; exponent <= 1022; exponent += 524) {
		found = weighted(exponent, BELL_IMPORTANCE_WEIGHTS);
		cr_expect(!memcmp(&found, &expected, sizeof found), "2^%d: n %g", exponent,
			  found.n);
	}
	found = weighted(-1074, BELL_FREQUENCY_WEIGHTS);
	cr_expect(same(found.n, ldexp(120, -1074)) && near(found.mean, expected.mean, 1e-14));
	cr_expect(isnan(found.sd) && near(found.skewness, expected.skewness, 1e-12));
	found = weighted(1022, BELL_FREQUENCY_WEIGHTS);
	cr_expect(isinf(found.n) && isnan(found.mean) && isnan(found.shapiro_wilk.statistic));
}

/* Both sides of a pair count what is missing where there is nothing else. */
Test(normality_sketch, pair_of_no_values)
{
	const double x[] = {NAN, NAN, INFINITY};
	struct bell_sketch *s = sketch_of(x, NULL, COUNT(x), NULL);
	struct bell_normality out[2];
	struct bell_transform t;

	CHECK(bell_transform_plain(BELL_YEO_JOHNSON, 0.5, &t));
	memset(out, 0x5a, sizeof out);
	CHECK(bell_normality_pair(s, &t, BELL_FREQUENCY_WEIGHTS, out));
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(out[i].count, 0);
		cr_expect_eq(out[i].missing, 2);
		cr_expect_eq(out[i].infinite, 1);
		cr_expect(isnan(out[i].mean));
	}
	bell_sketch_free(s);
}

Test(normality_sketch, refuses_bad_arguments)
{
	const double x[] = {-1, 0, 2, 3};
	const struct bell_normality_options unknown = {(enum bell_weight_type)7};
	struct bell_sketch *s = sketch_of(x, NULL, COUNT(x), NULL);
	struct bell_transform t;
	struct bell_normality out = {.count = 99};

	CHECK(bell_transform_plain(BELL_BOX_COX, 0.5, &t));
	CHECK_STATUS(bell_normality_sketch(NULL, NULL, NULL, &out), BELL_EINVAL);
	CHECK_STATUS(bell_normality_sketch(s, NULL, NULL, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_normality_sketch(s, NULL, &unknown, &out), BELL_EINVAL);
	CHECK_STATUS(bell_normality_sketch(s, &t, NULL, &out), BELL_EDOMAIN);
	t.method = (enum bell_method)9;
	CHECK_STATUS(bell_normality_sketch(s, &t, NULL, &out), BELL_EINVAL);
	bell_sketch_free(s);
	/* a transform is wrong even where there is nothing to transform */
	s = sketch_of(x, NULL, 0, NULL);
	CHECK_STATUS(bell_normality_sketch(s, &t, NULL, &out), BELL_EINVAL);
	cr_expect_eq(out.count, 99);
	bell_sketch_free(s);
}
