/* SPDX-License-Identifier: BSD-3-Clause */
/* test_scores_sketch.c - normal scores of sketches with bins, and of merged ones. */
#include <math.h>
#include <stdlib.h>
#include "scores.h"

/* The errors that docs/fits.md states: of the distribution function, and of z. */
static void check_bins(const struct bell_fit *fit, double *x, size_t n, double merged,
		       const char *what)
{
	double square = 0;
	size_t points = bell_score_table_points(fit->transform.table, NULL, NULL, NULL);

	sort(x, n);
	for (size_t i = 0, j; i < n; i = j) {
		double z = score_at(fit, x[i]), p, expected;

		for (j = i; j < n && x[j] == x[i]; j++)
			;
		p = (double)(i + j) / 2 / (double)n;
		expected =
		    p < 0.5 ? bell_normal_quantile(p)
			    : -bell_normal_quantile(((double)n - (double)(i + j) / 2) / (double)n);
		cr_expect(near(bell_normal_cdf(z), p, merged + 0.001 + 0.2 / sqrt((double)n)),
			  "%s, %zu: p(%g) = %g, %g off", what, n, x[i], p, bell_normal_cdf(z) - p);
		cr_expect(near(z, expected, 10 * merged + 0.4), "%s, %zu: %g, z = %g not %g", what,
			  n, x[i], z, expected);
		square += (double)(j - i) * (z - expected) * (z - expected);
	}
	cr_expect(sqrt(square / (double)n) < 2 * merged + 0.001 + 1 / sqrt((double)n),
		  "%s, %zu: %g", what, n, sqrt(square / (double)n));
	cr_expect(points <= BELL_MAX_SCORES, "%s: %zu", what, points);
	cr_expect(value_at(fit, score_at(fit, x[0])) == x[0] &&
		  value_at(fit, score_at(fit, x[n - 1])) == x[n - 1]);
	cr_expect(fit->flags == 0 && near(fit->mean, 0, 0.1) && fit->sd < 1.001, "%s", what);
}

Test(scores_sketch, of_bins_are_near_those_of_the_values, .timeout = 300)
{
	for (size_t n = 2000; n <= 200000; n *= 10)
		for (enum kind k = 0; k <= WIDE; k++) {
			double *x = column(k, n);
			struct bell_sketch *s = sketch_of(x, NULL, n, NULL);
			struct bell_fit fit = fit_of_sketch(s);

			/* a bin of `wide` spans powers of ten, between which lines say little */
			check_bins(&fit, x, n, k == WIDE ? 0.005 : 0, kind_name[k]);
			bell_fit_release(&fit);
			bell_sketch_free(s);
			free(x);
		}
}

/* Parts in order of x, so that the grids of their sketches differ. */
Test(scores_sketch, of_merged_sketches)
{
	enum { N = 60000, PARTS = 4 };

	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, N);
		struct bell_sketch *all = NULL;
		struct bell_fit fit;

		sort(x, N);
		for (size_t i = 0; i < PARTS; i++) {
			struct bell_sketch *s = sketch_of(x + i * N / PARTS, NULL, N / PARTS, NULL);

			if (all)
				merge_and_free(all, s);
			else
				all = s;
		}
		fit = fit_of_sketch(all);
		check_bins(&fit, x, N, 0.005, kind_name[k]);
		bell_fit_release(&fit);
		bell_sketch_free(all);
		free(x);
	}
}

/* Merged sketches of distinct values are those of all values, to the bit. */
Test(scores_sketch, of_merged_values)
{
	double *x = column(COUNTS, 900);
	struct bell_sketch *a = sketch_of(x, NULL, 400, NULL),
			   *b = sketch_of(x + 400, NULL, 500, NULL);
	struct bell_fit whole = fit_of(x, NULL, 900), merged;

	merge_and_free(a, b);
	merged = fit_of_sketch(a);
	for (double at = -3; at < 40; at += 0.25)
		cr_expect(same(score_at(&whole, at), score_at(&merged, at)));
	bell_fit_release(&whole);
	bell_fit_release(&merged);
	bell_sketch_free(a);
	free(x);
}

/* Bins that are too wide are reported, and values in memory are read again. */
Test(scores_sketch, too_wide_bins)
{
	enum { N = 60000 };
	double *x = column(NORMAL, N);
	struct bell_sketch *s;
	struct bell_fit fit;

	for (size_t i = 0; i < N; i++)
		x[i] = i < 3000 ? 1e-6 * x[i] : 1013 + 5 * x[i];
	s = sketch_of(x, NULL, N, NULL);
	fit = fit_of_sketch(s);
	cr_expect(fit.flags & BELL_FIT_ILL_CONDITIONED);
	bell_fit_release(&fit);
	fit = fit_of(x, NULL, N);
	check_bins(&fit, x, N, 0, "two clusters");
	bell_fit_release(&fit);
	bell_sketch_free(s);
	free(x);
}
