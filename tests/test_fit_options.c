/* SPDX-License-Identifier: BSD-3-Clause */
/* test_fit_options.c - bounds, and psi without standardization. */
#include <math.h>
#include <stdlib.h>
#include "fits.h"
#include "reference.h"

#define N 3000

Test(fit, defaults)
{
	struct bell_fit_options o;

	bell_fit_options_default(&o);
	cr_assert(o.lower == -INFINITY && o.upper == INFINITY && isnan(o.lambda) && o.standardize);
	cr_assert(!o.robust && o.round_level == 0);
	cr_expect_eq(o.method, BELL_YEO_JOHNSON);
	bell_fit_options_default(NULL);
}

Test(fit, bounds)
{
	double *x = column(LOGNORMAL, 500); /* lambda near -0.85 */
	struct reference r = reference_make(x, NULL, 500);
	struct bell_fit_options o;
	struct bell_fit free_fit = fit_of(x, NULL, 500, NULL), fit;

	bell_fit_options_default(&o);
	o.lower = -0.25;
	fit = fit_of(x, NULL, 500, &o);
	cr_expect(fit.lambda == -0.25 && (fit.flags & BELL_FIT_BOUND));
	cr_expect(fit.ci95[0] == -0.25, "the bound is the end of the interval");
	cr_expect_float_eq(fit.log_likelihood, (double)reference_likelihood(&r, -0.25L), 1e-9);

	o.lower = -INFINITY;
	o.upper = -2;
	fit = fit_of(x, NULL, 500, &o);
	cr_expect(fit.lambda == -2 && (fit.flags & BELL_FIT_BOUND) && fit.ci95[1] == -2);

	o.upper = 5;
	o.lower = -5;
	fit = fit_of(x, NULL, 500, &o);
	cr_expect(same_fit(&fit, &free_fit), "bounds that are not reached change nothing");
	reference_free(&r);
	free(x);
}

/* A bound beside the maximum but inside the interval cuts that off, and nothing else. */
Test(fit, bounds_cut_the_interval)
{
	double *x = column(LOGNORMAL, 500);
	struct bell_fit whole = fit_of(x, NULL, 500, NULL), fit;
	struct bell_fit_options o;

	bell_fit_options_default(&o);
	o.lower = (whole.ci95[0] + whole.lambda) / 2;
	fit = fit_of(x, NULL, 500, &o);
	cr_expect(fit.lambda == whole.lambda && !(fit.flags & BELL_FIT_BOUND));
	cr_expect(fit.ci95[0] == o.lower && fit.ci95[1] == whole.ci95[1], "%g .. %g", fit.ci95[0],
		  fit.ci95[1]);
	o.lower = -INFINITY;
	o.upper = (whole.ci95[1] + whole.lambda) / 2;
	fit = fit_of(x, NULL, 500, &o);
	cr_expect(fit.ci95[0] == whole.ci95[0] && fit.ci95[1] == o.upper);
	o.lower = whole.lambda - 1;
	o.upper = whole.lambda - (whole.lambda - whole.ci95[0]) / 2;
	fit = fit_of(x, NULL, 500, &o);
	cr_expect(fit.lambda == o.upper && fit.ci95[1] == o.upper && (fit.flags & BELL_FIT_BOUND));
	cr_expect(fit.ci95[0] < fit.lambda && fit.ci95[0] > o.lower);
	free(x);
}

/*
 * Plain psi: what would exceed a double is clamped, bounds of the caller's and a fixed lambda too.
 */
Test(fit, plain_psi_clamps_what_overflows)
{
	const double x[] = {1e200, 2e200, 5e200, 1e201};
	struct bell_fit_options o;
	struct bell_fit fit;
	double y[4];

	for (int i = 0; i < 2; i++) {
		bell_fit_options_default(&o);
		o.standardize = false;
		if (i)
			o.lambda = 3;
		else
			o.lower = 3, o.upper = 4;
		fit = fit_of(x, NULL, 4, &o);
		cr_expect(fit.flags & BELL_FIT_BOUND);
		cr_expect(fit.lambda > 1.5 && fit.lambda < 1.55, "%g", fit.lambda);
		CHECK(bell_transform_apply_f64(&fit.transform, x, 4, 1, y));
		cr_expect(isfinite(y[3]) && y[3] > 1e300);
	}
	o.lambda = 1.5;
	o.lower = 1.6, o.upper = 2;
	fit = fit_of(x, NULL, 4, &o);
	cr_expect(fit.lambda == 1.5 && !(fit.flags & BELL_FIT_BOUND), "bounds are for estimates");
}

Test(fit, plain_psi_where_not_standardized)
{
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, N), *y = malloc(N * sizeof *y), low = INFINITY,
		       high = -INFINITY;
		struct bell_fit_options o;
		struct bell_fit fit;
		struct bell_transform plain;
		bool narrow = k == PRESSURE || k == DEPTH || k == KELVIN || k == PRICE ||
			      k == UNIX_TIME || k == LATITUDE;

		bell_fit_options_default(&o);
		o.standardize = false;
		fit = fit_of(x, NULL, N, &o);
		CHECK(bell_transform_plain(BELL_YEO_JOHNSON, fit.lambda, &plain));
		cr_expect(same_words(fit.transform.side, plain.side, sizeof plain.side), "%s",
			  kind_name[k]);
		CHECK(bell_transform_apply_f64(&fit.transform, x, N, 1, y));
		for (size_t i = 0; i < N; i++) {
			cr_assert(isfinite(y[i]), "%s: psi(%g) = %g", kind_name[k], x[i], y[i]);
			low = fmin(low, y[i]);
			high = fmax(high, y[i]);
		}
		if (narrow)
			cr_expect(fit.flags & BELL_FIT_COARSE, "%s is coarse: %g .. %g",
				  kind_name[k], low, high);
		else if (k != PH)
			cr_expect(!(fit.flags & BELL_FIT_COARSE), "%s is not", kind_name[k]);
		free(x);
		free(y);
	}
}

/* psi of 2003^104 is no double: lambda is held where it is. */
Test(fit, plain_psi_stays_finite)
{
	const double years[] = {2003, 1950, 1997, 2000, 2009};
	struct bell_fit_options o;
	struct bell_fit fit;
	double y[5];

	bell_fit_options_default(&o);
	o.standardize = false;
	fit = fit_of(years, NULL, 5, &o);
	cr_expect(fit.flags & BELL_FIT_BOUND);
	cr_expect(fit.lambda > 90 && fit.lambda < 94, "%g", fit.lambda);
	CHECK(bell_transform_apply_f64(&fit.transform, years, 5, 1, y));
	for (int i = 0; i < 5; i++)
		cr_expect(isfinite(y[i]), "psi(%g) = %g", years[i], y[i]);
}
