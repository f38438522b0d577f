/* SPDX-License-Identifier: BSD-3-Clause */
/* test_normality.c - tests of normality against R, nortest, SciPy and mpmath; and their edges. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "golden.h"

static struct bell_normality normality_of(const double *x, const double *weights, size_t n)
{
	struct bell_normality found;

	CHECK(bell_normality_f64(x, weights, n, NULL, 1, &found));
	return found;
}

/* ---- names of numbers ---- */

#define FIELD(name)                                          \
	{                                                    \
#name, offsetof(struct bell_normality, name) \
	}
static const struct field {
	const char *name;
	size_t offset;
} fields[] = {FIELD(n),         FIELD(mean),           FIELD(sd),
	      FIELD(skewness),  FIELD(kurtosis),       FIELD(qq_correlation),
	      FIELD(distance),  FIELD(pearson_per_df), FIELD(pearson_classes),
	      FIELD(pearson_df)},
  tests[] = {FIELD(anderson_darling), FIELD(shapiro_wilk),
	     FIELD(shapiro_francia),  FIELD(dagostino_pearson),
	     FIELD(jarque_bera),      FIELD(lilliefors),
	     FIELD(pearson)};

static double number(const struct bell_normality *of, const struct field *f)
{
	double value;

	memcpy(&value, (const char *)of + f->offset, sizeof value);
	return value;
}

static struct bell_normality_test test_of(const struct bell_normality *of, const struct field *f)
{
	struct bell_normality_test test;

	memcpy(&test, (const char *)of + f->offset, sizeof test);
	return test;
}

/* Whether two results agree, where a statistic of no size may be off by `slack` itself. */
static void expect_close(const struct bell_normality *a, const struct bell_normality *b,
			 double slack, const char *what)
{
	for (size_t i = 0; i < COUNT(fields); i++) {
		double p = number(a, &fields[i]), q = number(b, &fields[i]);

		cr_expect((isnan(p) && isnan(q)) || near(p, q, slack * (fabs(q) + 1)),
			  "%s: %s %.17g not %.17g", what, fields[i].name, p, q);
	}
	for (size_t i = 0; i < COUNT(tests); i++) {
		struct bell_normality_test p = test_of(a, &tests[i]), q = test_of(b, &tests[i]);

		cr_expect((isnan(p.statistic) && isnan(q.statistic)) ||
			      near(p.statistic, q.statistic, slack * (fabs(q.statistic) + 1)),
			  "%s: %s %.17g not %.17g", what, tests[i].name, p.statistic, q.statistic);
		cr_expect((isnan(p.p_value) && isnan(q.p_value)) ||
			      near(p.p_value, q.p_value, 1000 * slack),
			  "%s: p of %s %.17g not %.17g", what, tests[i].name, p.p_value, q.p_value);
	}
}

/* ---- golden values ---- */

/* In parts of the value or of 1/1000; of a correlation, in parts of 1 less itself. */
static void expect_exact(const char *column, const char *name, double found, double true_value)
{
	bool correlation = !strncmp(name, "shapiro", 7) || !strcmp(name, "qq_correlation");
	double size = correlation ? 1 - true_value : fmax(fabs(true_value), 1e-3);

	cr_expect(near(found, true_value, 1e-11 * size), "%s: %s %.17g not %.17g", column, name,
		  found, true_value);
}

/* Relative to p, whose logarithm is what an approximation gives. */
static void expect_p(const char *column, const char *name, double found, double reference)
{
	cr_expect(near(found, reference, 1e-10 * (1 - log(fmax(reference, 1e-300))) * reference),
		  "%s: p of %s %.17g not %.17g", column, name, found, reference);
}

static size_t check_source(const cJSON *source, const char *column,
			   const struct bell_normality *found)
{
	size_t seen = 0;

	for (size_t i = 0; i < COUNT(tests); i++) {
		const cJSON *pair = cJSON_GetObjectItem(source, tests[i].name);
		struct bell_normality_test test = test_of(found, &tests[i]);

		if (!pair)
			continue;
		seen++;
		expect_exact(column, tests[i].name, test.statistic,
			     cJSON_GetArrayItem(pair, 0)->valuedouble);
		expect_p(column, tests[i].name, test.p_value,
			 cJSON_GetArrayItem(pair, 1)->valuedouble);
	}
	return seen;
}

static void check_exact(const cJSON *exact, const char *column, const struct bell_normality *found)
{
	const cJSON *item;

	for (size_t i = 0; i < COUNT(fields); i++)
		if ((item = cJSON_GetObjectItem(exact, fields[i].name)))
			expect_exact(column, fields[i].name, number(found, &fields[i]),
				     item->valuedouble);
	for (size_t i = 0; i < COUNT(tests); i++)
		if ((item = cJSON_GetObjectItem(exact, tests[i].name)))
			expect_exact(column, tests[i].name, test_of(found, &tests[i]).statistic,
				     item->valuedouble);
}

Test(normality, of_golden_columns)
{
	cJSON *file = golden_file("normality.json");
	const cJSON *o;
	size_t columns = 0, results = 0;

	cJSON_ArrayForEach(o, file)
	{
		const char *name = cJSON_GetObjectItem(o, "name")->valuestring;
		size_t n;
		double *x = golden_numbers(cJSON_GetObjectItem(o, "x"), &n);
		struct bell_normality found = normality_of(x, NULL, n);

		check_exact(cJSON_GetObjectItem(o, "exact"), name, &found);
		results += check_source(cJSON_GetObjectItem(o, "r"), name, &found);
		results += check_source(cJSON_GetObjectItem(o, "scipy"), name, &found);
		cr_expect(found.lilliefors.statistic == found.distance || n < 5, "%s", name);
		columns++;
		free(x);
	}
	cr_assert(columns == 38 && results > 220, "%zu columns, %zu results", columns, results);
	cJSON_Delete(file);
}

/* ---- the same values in other forms ---- */

static const size_t sizes[] = {2,  3,   4,   5,   7,   8,    11,   12,   63,    64,
			       65, 127, 128, 129, 500, 4999, 5000, 5001, 20000, 70000};

Test(normality, does_not_depend_on_order_and_threads)
{
	for (enum kind k = 0; k < KINDS; k++)
		for (size_t i = 0; i < COUNT(sizes); i++) {
			double *x = column(k, sizes[i]);
			struct bell_normality first = normality_of(x, NULL, sizes[i]), found;

			shuffle(x, sizes[i]);
			for (unsigned threads = 0; threads < 4; threads++) {
				CHECK(bell_normality_f64(x, NULL, sizes[i], NULL, threads, &found));
				cr_expect(same_words(&first, &found, sizeof found), "%s, %zu",
					  kind_name[k], sizes[i]);
			}
			free(x);
		}
}

Test(normality, of_float)
{
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, 3000);
		float *f = narrowed(x, 3000);
		struct bell_normality wide, narrow;

		for (size_t i = 0; i < 3000; i++)
			x[i] = f[i];
		wide = normality_of(x, NULL, 3000);
		CHECK(bell_normality_f32(f, NULL, 3000, NULL, 1, &narrow));
		cr_expect(same_words(&wide, &narrow, sizeof wide), "%s", kind_name[k]);
		free(x);
		free(f);
	}
}

Test(normality, leaves_out_missing_and_infinite)
{
	double *x = column(GAMMA_MIXED, 600), holes[900];
	struct bell_normality whole = normality_of(x, NULL, 600), found;

	for (size_t i = 0; i < 900; i++)
		holes[i] = i % 3 < 2    ? x[i / 3 * 2 + i % 3]
			   : i % 9 == 2 ? -INFINITY
			   : i % 9 == 5 ? INFINITY
					: NAN;
	found = normality_of(holes, NULL, 900);
	whole.missing = 100, whole.infinite = 200;
	cr_expect(same_words(&found, &whole, sizeof found));
	free(x);
}

/* Weights that are whole numbers are repeated values, and those that are 0 are none. */
Test(normality, of_whole_weights_is_that_of_repeated_values)
{
	for (enum kind k = 0; k < KINDS; k++)
		for (size_t n = 2; n < 3000; n = n * 3 + 1) {
			double *x = column(k, n), *weights = malloc(n * sizeof *weights),
			       *repeated = malloc(5 * n * sizeof *repeated);
			struct bell_normality weighted, many;
			size_t rows = 0;

			for (size_t i = 0; i < n; i++) {
				weights[i] = (double)((i * 7 + 1) % 5);
				for (double w = 0; w < weights[i]; w++)
					repeated[rows++] = x[i];
			}
			weighted = normality_of(x, weights, n);
			many = normality_of(repeated, NULL, rows);
			expect_close(&weighted, &many, 1e-9, kind_name[k]);
			free(x);
			free(weights);
			free(repeated);
		}
}

Test(normality, of_weight_0_is_of_no_value)
{
	const double x[] = {1, NAN, 5, 2, INFINITY, 1e300, 3}, weights[] = {1, 0, 1, 1, 0, 0, 2},
		     repeated[] = {1, 2, 3, 3, 5};
	struct bell_normality found = normality_of(x, weights, COUNT(x)),
			      wanted = normality_of(repeated, NULL, COUNT(repeated));

	cr_expect(found.count == 4 && found.missing == 0 && found.infinite == 0);
	expect_close(&found, &wanted, 1e-12, "weights of 0");
}

/* A power of two changes nothing. */
Test(normality, does_not_depend_on_the_unit)
{
	for (enum kind k = 0; k < KINDS; k++)
		for (int e = -900; e <= 900; e += 200) {
			double *x = column(k, 700), *scaled = column(k, 700);
			struct bell_normality first = normality_of(x, NULL, 700), found;

			for (size_t i = 0; i < 700; i++)
				scaled[i] = ldexp(x[i], e);
			found = normality_of(scaled, NULL, 700);
			cr_expect(found.mean == ldexp(first.mean, e) &&
				  found.sd == ldexp(first.sd, e));
			found.mean = first.mean, found.sd = first.sd;
			cr_expect(same_words(&first, &found, sizeof found), "%s, 2^%d",
				  kind_name[k], e);
			free(x);
			free(scaled);
		}
}

/* Importance weights have no unit, and equal ones are none. */
Test(normality, of_importance_weights)
{
	const struct bell_normality_options importance = {BELL_IMPORTANCE_WEIGHTS};
	double *x = column(PRESSURE, 1500), weights[1500], sum = 0, square = 0;
	struct bell_normality plain = normality_of(x, NULL, 1500), found, scaled;

	for (size_t i = 0; i < 1500; i++)
		weights[i] = 0.3;
	CHECK(bell_normality_f64(x, weights, 1500, &importance, 1, &found));
	cr_expect(isnan(found.shapiro_wilk.statistic) || near(found.n, 1500, 0));
	found.shapiro_wilk = plain.shapiro_wilk;
	expect_close(&found, &plain, 1e-9, "equal weights");
	for (size_t i = 0; i < 1500; i++) {
		weights[i] = 0x1p-1000 * (double)(1 + i % 7);
		sum += (double)(1 + i % 7);
		square += (double)((1 + i % 7) * (1 + i % 7));
	}
	CHECK(bell_normality_f64(x, weights, 1500, &importance, 1, &found));
	cr_expect(near(found.n, sum * sum / square, 1e-9), "n = %.17g", found.n);
	for (size_t i = 0; i < 1500; i++)
		weights[i] = ldexp(weights[i], 2020); /* their sum overflows */
	CHECK(bell_normality_f64(x, weights, 1500, &importance, 1, &scaled));
	cr_expect(same_words(&found, &scaled, sizeof found));
	free(x);
}

/* Halves of weight are values of weight 1: the statistics of fractions are continuous. */
Test(normality, of_values_in_parts)
{
	double *x = column(GAMMA_MIXED, 800), parts[1600], weights[1600];
	struct bell_normality whole = normality_of(x, NULL, 800), found;

	for (size_t i = 0; i < 1600; i++) {
		parts[i] = x[i / 2];
		weights[i] = i % 2 ? 0.25 : 0.75;
	}
	found = normality_of(parts, weights, 1600);
	cr_expect(isnan(found.shapiro_wilk.statistic));
	found.shapiro_wilk = whole.shapiro_wilk;
	expect_close(&found, &whole, 1e-9, "parts");
	free(x);
}

/* ---- edges ---- */

static bool undefined(struct bell_normality_test t)
{
	return isnan(t.statistic) && isnan(t.p_value);
}

Test(normality, of_few_values_is_nan_below_the_least_n)
{
	for (size_t n = 0; n <= 9; n++) {
		double *x = column(GAMMA_MIXED, 9);
		struct bell_normality f = normality_of(x, NULL, n);

		cr_expect(f.count == n && f.n == (double)n);
		cr_expect(isnan(f.mean) == (n < 1) && isnan(f.sd) == (n < 2), "%zu", n);
		cr_expect(isnan(f.qq_correlation) == (n < 2) && isnan(f.distance) == (n < 2));
		cr_expect(undefined(f.jarque_bera) == (n < 2));
		cr_expect(undefined(f.shapiro_wilk) == (n < 3) && undefined(f.pearson) == (n < 3));
		cr_expect(undefined(f.lilliefors) == (n < 5));
		cr_expect(undefined(f.shapiro_francia) == (n < 5));
		cr_expect(undefined(f.anderson_darling) == (n < 8));
		cr_expect(undefined(f.dagostino_pearson) == (n < 8));
		free(x);
	}
}

Test(normality, of_a_constant_is_undefined)
{
	const double x[] = {7.1, 7.1, 7.1, 7.1, 7.1, 7.1, 7.1, 7.1, 7.1, 7.1, 7.1, 7.1},
		     zeros[] = {0, -0.0, 0, 0, -0.0, 0, 0, 0, 0};
	struct bell_normality f = normality_of(x, NULL, COUNT(x));

	cr_expect(f.count == COUNT(x) && f.n == (double)COUNT(x) && f.mean == 7.1 && f.sd == 0);
	for (size_t i = 0; i < COUNT(tests); i++)
		cr_expect(undefined(test_of(&f, &tests[i])), "%s", tests[i].name);
	for (size_t i = 3; i < COUNT(fields); i++)
		cr_expect(isnan(number(&f, &fields[i])), "%s", fields[i].name);
	f = normality_of(zeros, NULL, COUNT(zeros));
	cr_expect(f.mean == 0 && f.sd == 0 && undefined(f.jarque_bera));
}

Test(normality, of_extreme_values)
{
	const double neighbors[] = {1, 1 + DBL_EPSILON, 1, 1, 1 + DBL_EPSILON, 1, 1, 1},
		     ends[] = {-DBL_MAX, DBL_MAX, 0, 0, 1, DBL_MAX, -DBL_MAX, 5e-324},
		     least[] = {0, 5e-324, 0, 5e-324, 5e-324, 1e-323, 0, 5e-324},
		     *of[] = {neighbors, ends, least};

	for (size_t i = 0; i < COUNT(of); i++) {
		struct bell_normality f = normality_of(of[i], NULL, 8);

		for (size_t j = 0; j < COUNT(tests); j++)
			cr_expect(isfinite(test_of(&f, &tests[j]).statistic) &&
				      test_of(&f, &tests[j]).p_value >= 0 &&
				      test_of(&f, &tests[j]).p_value <= 1,
				  "%zu: %s", i, tests[j].name);
		cr_expect(f.qq_correlation > 0 && f.qq_correlation <= 1);
	}
}

/* The effect sizes stay where they are while the p-values go to 0. */
Test(normality, effect_sizes_do_not_grow_with_n)
{
	double *x = column(PRESSURE, 400000);
	struct bell_normality few = normality_of(x, NULL, 400),
			      many = normality_of(x, NULL, 400000);

	cr_expect(near(few.qq_correlation, many.qq_correlation, 0.02) &&
		  near(few.distance, many.distance, 0.03));
	cr_expect(many.lilliefors.p_value < 1e-6 * few.lilliefors.p_value);
	cr_expect(undefined(many.shapiro_wilk) && undefined(many.shapiro_francia));
	free(x);
}

Test(normality, refuses_bad_arguments)
{
	const double x[] = {1, 2, 3}, bad[] = {1, -1, 1}, nan[] = {1, NAN, 1},
		     endless[] = {1, INFINITY, 1}, huge[] = {1, 1, 0x1p60};
	const struct bell_normality_options unknown = {(enum bell_weight_type)2};
	struct bell_normality out = {.count = 99};

	CHECK_STATUS(bell_normality_f64(NULL, NULL, 3, NULL, 1, &out), BELL_EINVAL);
	CHECK_STATUS(bell_normality_f32(NULL, NULL, 3, NULL, 1, &out), BELL_EINVAL);
	CHECK_STATUS(bell_normality_f64(x, NULL, 3, NULL, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_normality_f64(x, NULL, 3, NULL, BELL_MAX_THREADS + 1, &out), BELL_EINVAL);
	CHECK_STATUS(bell_normality_f64(x, NULL, 3, &unknown, 1, &out), BELL_EINVAL);
	CHECK_STATUS(bell_normality_f64(x, bad, 3, NULL, 1, &out), BELL_EWEIGHT);
	CHECK_STATUS(bell_normality_f64(x, nan, 3, NULL, 1, &out), BELL_EWEIGHT);
	CHECK_STATUS(bell_normality_f64(x, endless, 3, NULL, 1, &out), BELL_EWEIGHT);
	CHECK_STATUS(bell_normality_f64(x, huge, 3, NULL, 1, &out), BELL_ESIZE);
	cr_expect_eq(out.count, 99);
	out = normality_of(NULL, NULL, 0);
	cr_expect(out.count == 0 && out.n == 0 && isnan(out.mean) && isnan(out.distance));
}
