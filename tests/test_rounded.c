/* SPDX-License-Identifier: BSD-3-Clause */
/* test_rounded.c - fits whose lambda is the nicest in its interval. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/model.h>
#include <bellshape/profile.h>
#include "fits.h"
#include "sketches.h"

static struct bell_fit_options defaults(void)
{
	struct bell_fit_options o;

	bell_fit_options_default(&o);
	return o;
}

/* The nice lambda in the interval, with the transform of that lambda and the interval as it was. */
Test(rounded, is_the_nice_lambda)
{
	enum { N = 2000 };
	static const enum kind kinds[] = {LOGNORMAL, NORMAL, GAMMA_MIXED, NEGATIVE, COUNTS};
	static const double levels[] = {0.5, 0.95, 0.999999};
	int nice = 0, as_it_is = 0;

	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(levels); i++) {
			double *x = column(kinds[k], N), lambda;
			struct bell_fit_options o = defaults();
			struct bell_fit free_fit = fit_of(x, NULL, N, NULL), fit, fixed;
			struct bell_inference found;

			CHECK(bell_infer_f64(x, NULL, N, NULL, 1, levels[i], &found));
			o.round_level = levels[i];
			fit = fit_of(x, NULL, N, &o);
			lambda = found.rounded;
			cr_expect_eq(fit.lambda, lambda);
			cr_expect_eq(!(fit.flags & BELL_FIT_ROUNDED), lambda == free_fit.lambda);
			cr_expect(fit.ci95[0] == free_fit.ci95[0] &&
				  fit.ci95[1] == free_fit.ci95[1]);
			cr_expect(fit.log_likelihood <= free_fit.log_likelihood + 1e-9);
			o.lambda = lambda;
			o.round_level = 0;
			fixed = fit_of(x, NULL, N, &o);
			cr_expect(
			    same_words(&fit.transform, &fixed.transform, sizeof fit.transform) &&
			    fit.mean == fixed.mean && fit.sd == fixed.sd &&
			    fit.log_likelihood == fixed.log_likelihood &&
			    fit.skewness_after == fixed.skewness_after);
			nice += (fit.flags & BELL_FIT_ROUNDED) != 0;
			as_it_is += !(fit.flags & BELL_FIT_ROUNDED);
			free(x);
		}
	cr_expect(nice > 3 && as_it_is > 3, "%d and %d", nice, as_it_is);
}

/* A bound that is no nice number gives way to a nice one inside the interval. */
Test(rounded, keeps_to_bounds)
{
	enum { N = 60 };
	double *x = column(LOGNORMAL, N);
	struct bell_fit_options o = defaults();
	struct bell_fit fit;

	o.method = BELL_BOX_COX;
	o.upper = -0.001;
	o.round_level = 0.999;
	fit = fit_of(x, NULL, N, &o);
	cr_expect(fit.flags & BELL_FIT_ROUNDED && fit.lambda <= o.upper, "%g", fit.lambda);
	o.lambda = 0.123;
	fit = fit_of(x, NULL, N, &o);
	cr_expect(fit.lambda == 0.123 && !(fit.flags & BELL_FIT_ROUNDED) && isnan(fit.ci95[0]));
	o.round_level = 1;
	cr_expect_eq(bell_fit_f64(x, NULL, N, &o, 1, &fit), BELL_EINVAL);
	o.round_level = NAN;
	cr_expect_eq(bell_fit_f64(x, NULL, N, &o, 1, &fit), BELL_EINVAL);
	free(x);
}

/* A model may have a lambda that a wide interval has brought beyond ci95. */
Test(rounded, in_a_model)
{
	enum { N = 2000 };
	double *x = column(LOGNORMAL, N);
	struct bell_fit_options o = defaults();
	struct bell_model *m, *read;
	struct bell_fit fit;
	char *text;

	o.round_level = 0.99999999999;
	fit = fit_of(x, NULL, N, &o);
	cr_assert(fit.lambda < fit.ci95[0] || fit.lambda > fit.ci95[1], "%g", fit.lambda);
	CHECK(bell_model_create(1, &m));
	CHECK(bell_model_set(m, 0, "x", &fit));
	CHECK(bell_model_to_json(m, &text));
	CHECK(bell_model_from_json(text, strlen(text), &read));
	cr_expect(same_fit(bell_model_fit(read, 0), &fit));
	bell_model_free(read);
	bell_model_free(m);
	free(text);
	free(x);
}
