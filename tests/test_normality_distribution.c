/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_normality_distribution.c - distribution functions against mpmath; sums of scores; the order
 * of values.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include "common.h"
#include "golden.h"
#include "distribution.h"
#include "normality/scores.h"
#include "sort.h"

/* ---- against mpmath ---- */

/* The element i of the row of a table. */
static double cell(const cJSON *row, int i) { return cJSON_GetArrayItem(row, i)->valuedouble; }

Test(normality_distribution, cdf_and_quantile_have_all_digits)
{
	cJSON *file = golden_file("normality_tails.json");
	const cJSON *row;
	size_t seen = 0;

	cJSON_ArrayForEach(row, cJSON_GetObjectItem(file, "cdf"))
	{
		double z = cell(row, 0), p = cell(row, 1), found = bell_normal_cdf(z);
		struct tails t = bell_tails(z);

		/* subnormal below -37.5 */
		cr_expect(near(found, p, 1e-15 * p), "cdf(%.17g) = %.17g not %.17g", z, found, p);
		cr_expect(near(t.cdf, p, 1e-15), "cdf(%.17g) = %.17g not %.17g", z, t.cdf, p);
		cr_expect(near(t.log_cdf, log(p), 2e-15 * (1 - log(p))) || p > 0.9,
			  "log cdf(%.17g) = %.17g not %.17g", z, t.log_cdf, log(p));
		cr_expect(same(bell_tails(-z).log_upper, t.log_cdf));
		seen++;
	}
	cJSON_ArrayForEach(row, cJSON_GetObjectItem(file, "quantile"))
	{
		double p = cell(row, 0), z = cell(row, 1), found = bell_normal_quantile(p);

		cr_expect(near(found, z, 1e-15 * fabs(z)), "quantile(%.17g) = %.17g not %.17g", p,
			  found, z);
		seen++;
	}
	cr_assert(seen > 350);
	cJSON_Delete(file);
}

Test(normality_distribution, chi_squared)
{
	cJSON *file = golden_file("normality_tails.json");
	const cJSON *row;

	cJSON_ArrayForEach(row, cJSON_GetObjectItem(file, "chi_squared"))
	{
		double p = cell(row, 2), found = bell_chi_squared_upper(cell(row, 0), cell(row, 1));

		cr_expect(near(found, p, 1e-11 * p), "%g, %g: %.17g not %.17g", cell(row, 0),
			  cell(row, 1), found, p);
	}
	cJSON_Delete(file);
	cr_expect(bell_chi_squared_upper(0, 3) == 1 && bell_chi_squared_upper(1e6, 500) == 0);
	/* Where the sum ends and the cube root begins, at two sd above the mean; and far beyond. */
	for (double df = 1e7; df <= 1e15; df *= 1e8) {
		double p = bell_chi_squared_upper(df + 2 * sqrt(2 * df), df);

		cr_expect(near(p, bell_normal_cdf(-2), 1e-4), "%g: %.17g", df, p);
	}
	cr_expect(
	    near(bell_chi_squared_upper(1e8, 1e8), bell_chi_squared_upper(1e8 + 2, 1e8 + 2), 1e-8));
}

Test(normality_distribution, ends)
{
	cr_expect(bell_normal_cdf(-INFINITY) == 0 && bell_normal_cdf(INFINITY) == 1);
	cr_expect(bell_normal_cdf(-39) == 0 && bell_normal_cdf(-38.4) > 0);
	cr_expect(bell_normal_cdf(0) == 0.5 && isnan(bell_normal_cdf(NAN)));
	cr_expect(bell_normal_quantile(0) == -INFINITY && bell_normal_quantile(1) == INFINITY);
	cr_expect(bell_normal_quantile(0.5) == 0 && isnan(bell_normal_quantile(NAN)));
	cr_expect(isnan(bell_normal_quantile(-1e-9)) && isnan(bell_normal_quantile(1.0001)));
	/* mpmath */
	cr_expect(near(bell_normal_quantile(5e-324), -38.467405617144344, 1e-13));
	cr_expect(near(bell_tails(-1000).log_cdf, -500007.826694812185, 1e-9));
	cr_expect(bell_tails(1000).log_cdf == 0 && bell_tails(1000).cdf == 1);
}

/* ---- scores ---- */

Test(normality_distribution, sums_of_scores_are_those_of_each)
{
	for (size_t n = 2; n < 100000; n = n * 5 / 3 + 1) {
		double sum = 0, square = 0;
		struct scores scores;

		bell_scores((double)n, &scores);
		for (size_t i = 1; i <= n; i++) {
			double q = bell_score((double)i, (double)n);
			struct score_sums found = bell_score_sums(&scores, (double)i);

			sum += q;
			square += q * q;
			cr_assert(near(found.sum, sum, 1e-12 * (1 + (double)n)) &&
				      near(found.square, square, 1e-12 * (1 + (double)n)),
				  "%zu of %zu: %.17g not %.17g, %.17g not %.17g", i, n, found.sum,
				  sum, found.square, square);
		}
	}
}

/* ---- the order of values ---- */

static void check_sorted(const double *x, size_t n, bool weighted, const char *what)
{
	double *value = malloc((n + 1) * sizeof *value), *weight = malloc((n + 1) * sizeof *weight),
	       *expected = malloc((n + 1) * sizeof *expected);

	for (size_t i = 0; i < n; i++) {
		value[i] = expected[i] = x[i];
		weight[i] = x[i] * 2;
	}
	sort(expected, n);
	CHECK(bell_sort(value, weighted ? weight : NULL, n));
	for (size_t i = 0; i < n; i++)
		cr_assert(value[i] == expected[i] && (!weighted || weight[i] == 2 * value[i]),
			  "%s: %zu of %zu", what, i, n);
	free(value);
	free(weight);
	free(expected);
}

Test(normality_distribution, sorts_every_kind_of_column)
{
	static const size_t sizes[] = {0, 1, 2, 3, 63, 64, 65, 1000, 20000};

	for (int k = 0; k <= KINDS; k++)
		for (size_t i = 0; i < COUNT(sizes); i++) {
			double *x = column((enum kind)k, sizes[i] + 1);

			check_sorted(x, sizes[i], i & 1, kind_name[k]);
			check_sorted(x, sizes[i], !(i & 1), kind_name[k]);
			sort(x, sizes[i]);
			check_sorted(x, sizes[i], false, "in order");
			for (size_t j = 0; j < sizes[i]; j++)
				x[j] = 7;
			check_sorted(x, sizes[i], true, "equal");
			free(x);
		}
}
