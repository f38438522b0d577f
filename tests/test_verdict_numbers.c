/* SPDX-License-Identifier: BSD-3-Clause */
/* test_verdict_numbers.c - the numbers of verdicts, against those of other functions. */
#include <math.h>
#include <stdlib.h>
#include "verdicts.h"

/* ---- one value moves lambda ---- */

/* By how many standard errors lambda is another without x[i]: from two more fits. */
static double refitted(const double *x, size_t n, size_t i, const struct bell_fit_options *given)
{
	struct bell_fit fit = fit_of(x, NULL, n, given), without;
	struct bell_fit_options o = *given;
	double *rest = malloc(n * sizeof *rest), l[2], h = (fit.ci95[1] - fit.ci95[0]) / 400, se;

	memcpy(rest, x, n * sizeof *x);
	rest[i] = NAN;
	o.unit = fit.unit;
	o.method = fit.transform.method;
	without = fit_of(rest, NULL, n, &o);
	free(rest);
	for (int k = 0; k < 2; k++) {
		o.lambda = fit.lambda + (k ? h : -h);
		l[k] = fit_of(x, NULL, n, &o).log_likelihood;
	}
	se = h / sqrt(2 * fit.log_likelihood - l[0] - l[1]);
	return fabs(without.lambda - fit.lambda) / se;
}

static void check_moved(double *x, size_t n, size_t i, const struct bell_fit_options *options)
{
	struct bell_verdicts v = verdicts_of(x, n, options);
	const struct bell_verdict *moved = find(&v, BELL_VERDICT_ONE_VALUE_MOVES_LAMBDA);
	double expected = refitted(x, n, i, options);

	/* less than one standard error is not told */
	if (expected < 1) {
		cr_expect_null(moved);
		return;
	}
	cr_assert(moved, "%g of %zu: %g, %s", x[i], n, expected, names(&v));
	cr_expect_eq(moved->other, x[i]);
	cr_expect(near(moved->number, expected, 2e-3 * expected), "n %zu: %.9g, not %.9g", n,
		  moved->number, expected);
}

/* As values and in bins, below 0 and above, with every method: as two fits tell it. */
Test(verdict, one_value_moves_lambda)
{
	struct bell_fit_options o;

	bell_fit_options_default(&o);
	for (size_t n = 100; n <= 2500; n *= 25) {
		double *x = column(NORMAL, n);

		x[5] = 100;
		check_moved(x, n, 5, &o);
		x[5] = -100;
		check_moved(x, n, 5, &o);
		for (size_t i = 0; i < n; i++)
			x[i] = -fabs(x[i]) - 1;
		x[5] = -1e9;
		check_moved(x, n, 5, &o);
		for (size_t i = 0; i < n; i++)
			x[i] = -x[i];
		check_moved(x, n, 5, &o);
		o.method = BELL_YEO_JOHNSON_UNIT;
		check_moved(x, n, 5, &o);
		x[5] = 1e-9;
		o.method = BELL_BOX_COX;
		check_moved(x, n, 5, &o);
		/* the only one of its sign */
		x[5] = -30;
		o.method = BELL_YEO_JOHNSON;
		check_moved(x, n, 5, &o);
		free(x);
	}
}

Test(verdict, no_value_moves_a_bell)
{
	double *x = column(NORMAL, 3000);
	struct bell_fit_options fixed;

	for (size_t n = 100; n <= 3000; n *= 30) {
		struct bell_verdicts v = verdicts_of(x, n, NULL);

		cr_expect_null(find(&v, BELL_VERDICT_ONE_VALUE_MOVES_LAMBDA), "%s", names(&v));
	}
	/* nothing moves a lambda that was not estimated */
	x[5] = 100;
	bell_fit_options_default(&fixed);
	fixed.lambda = 0.5;
	struct bell_verdicts v = verdicts_of(x, 100, &fixed);
	cr_expect_null(find(&v, BELL_VERDICT_ONE_VALUE_MOVES_LAMBDA));
	free(x);
}

/* ---- how normal ---- */

/* They are those of normality.h, to a few digits where many values are put together. */
Test(verdict, normality_is_that_of_the_column)
{
	for (int k = 0; k < KINDS; k++)
		for (size_t n = 50; n <= 5000; n *= 10) {
			double *x = column((enum kind)k, n);
			struct bell_sketch *s = sketch_of(x, NULL, n, NULL);
			struct bell_normality before, after;
			struct bell_verdicts v;
			struct bell_fit fit;

			CHECK(bell_fit_sketch(s, NULL, &fit));
			CHECK(bell_verdicts_sketch(s, &fit, NULL, BELL_FREQUENCY_WEIGHTS, &v));
			CHECK(bell_normality_sketch(s, NULL, NULL, &before));
			CHECK(bell_normality_sketch(s, &fit.transform, NULL, &after));
			cr_expect(near(v.qq_before, before.qq_correlation, 3e-4) &&
				      near(v.qq_after, after.qq_correlation, 3e-4),
				  "%s, %zu: %.6f and %.6f, not %.6f and %.6f", kind_name[k], n,
				  v.qq_before, v.qq_after, before.qq_correlation,
				  after.qq_correlation);
			cr_expect(near(v.a2_before, before.anderson_darling.statistic,
				       0.02 + 0.01 * before.anderson_darling.statistic) &&
				      near(v.a2_after, after.anderson_darling.statistic,
					   0.02 + 0.01 * after.anderson_darling.statistic),
				  "%s, %zu: %.6f and %.6f, not %.6f and %.6f", kind_name[k], n,
				  v.a2_before, v.a2_after, before.anderson_darling.statistic,
				  after.anderson_darling.statistic);
			bell_sketch_free(s);
			free(x);
		}
}
