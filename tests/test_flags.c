/* SPDX-License-Identifier: BSD-3-Clause */
/* test_flags.c - what a fit says of itself, and of columns that have no maximum. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "fits.h"

#define N 3000

/* A model takes the fit, and gives it back. */
static void check_model(const struct bell_fit *fit)
{
	struct bell_model *m, *read;
	char *text;

	CHECK(bell_model_create(1, &m));
	CHECK(bell_model_set(m, 0, NULL, fit));
	CHECK(bell_model_to_json(m, &text));
	CHECK(bell_model_from_json(text, strlen(text), &read));
	cr_expect(same_fit(bell_model_fit(read, 0), fit));
	bell_model_free(m);
	bell_model_free(read);
	free(text);
}

static void check_identity(const double *x, size_t n, unsigned flags, double mean)
{
	struct bell_fit fit = fit_of(x, NULL, n, NULL);
	double in[3] = {mean - 1, mean, mean + 2}, y[3], back[3];

	cr_expect_eq(fit.flags, flags, "flags %#x, not %#x", fit.flags, flags);
	cr_expect(fit.lambda == 1 && fit.sd == 1, "lambda %g, sd %g", fit.lambda, fit.sd);
	cr_expect(near(fit.mean, mean, 1e-13 * fabs(mean)), "mean %.17g, not %.17g", fit.mean,
		  mean);
	cr_expect(isnan(fit.ci95[0]) && isnan(fit.ci95[1]) && isnan(fit.log_likelihood) &&
		  isnan(fit.skewness_after));
	CHECK(bell_transform_apply_f64(&fit.transform, in, 3, 1, y));
	CHECK(bell_transform_inverse_f64(&fit.transform, y, 3, BELL_OUTSIDE_ERROR, 1, back, NULL));
	for (int i = 0; i < 3; i++) {
		cr_expect(near(y[i], in[i] - mean, 1e-12 * (1 + fabs(mean))),
			  "%g becomes %g, mean %g", in[i], y[i], mean);
		cr_expect(near(back[i], in[i], 1e-12 * (1 + fabs(in[i]))), "%g returns as %g",
			  in[i], back[i]);
	}
}

Test(fit, columns_without_a_maximum)
{
	enum { n = 5000 };
	double *x = malloc(n * sizeof *x);
	static const double constants[] = {0, 1, -7.25, 0.9, 1e-300, -1e9};

	for (size_t i = 0; i < n; i++)
		x[i] = NAN;
	check_identity(NULL, 0, BELL_FIT_EMPTY, 0);
	check_identity(x, 0, BELL_FIT_EMPTY, 0);
	check_identity(x, 1, BELL_FIT_EMPTY, 0);
	check_identity(x, n, BELL_FIT_EMPTY, 0);
	for (size_t c = 0; c < COUNT(constants); c++) {
		for (size_t i = 0; i < n; i++)
			x[i] = i == 7 ? constants[c] : NAN;
		check_identity(x, 100, BELL_FIT_ONE_VALUE, constants[c]);
		for (size_t i = 0; i < n; i++)
			x[i] = constants[c];
		check_identity(x, 2, BELL_FIT_CONSTANT, constants[c]);
		check_identity(x, n, BELL_FIT_CONSTANT, constants[c]);
	}
	for (size_t i = 0; i < n; i++)
		x[i] = (double)(i % 4) + 1;
	x[9] = INFINITY;
	x[1] = 1;
	check_identity(x, 10, BELL_FIT_INFINITE, 20 / 9.0);
	x[0] = -INFINITY;
	x[1] = INFINITY;
	check_identity(x, 2, BELL_FIT_EMPTY | BELL_FIT_INFINITE, 0);
	free(x);
}

/*
 * Where nothing could be estimated z is (psi - mean)/sd for either method, standardized or not,
 * with psi at lambda = 1, and the mean of the finite values becomes 0.
 */
Test(fit, as_it_is)
{
	static const struct {
		double x[4];
		size_t n;
		unsigned flags;
	} columns[] = {{{NAN, NAN}, 2, BELL_FIT_EMPTY},
		       {{INFINITY}, 1, BELL_FIT_EMPTY | BELL_FIT_INFINITE},
		       {{5, NAN}, 2, BELL_FIT_ONE_VALUE},
		       {{5, INFINITY}, 2, BELL_FIT_ONE_VALUE | BELL_FIT_INFINITE},
		       {{5, 5, 5}, 3, BELL_FIT_CONSTANT},
		       {{5, 5, INFINITY}, 3, BELL_FIT_CONSTANT | BELL_FIT_INFINITE},
		       {{2, 5, 8, INFINITY}, 4, BELL_FIT_INFINITE},
		       {{2, 8, INFINITY}, 3, BELL_FIT_INFINITE | BELL_FIT_TWO_VALUES}};
	const double at[] = {0.25, 1, 5, 40};

	for (size_t i = 0; i < 4 * COUNT(columns); i++) {
		bool box_cox = i & 1, standardize = i & 2, empty;
		struct bell_fit_options o;
		struct bell_fit fit;
		double y[COUNT(at)];

		bell_fit_options_default(&o);
		o.standardize = standardize;
		o.method = box_cox ? BELL_BOX_COX : BELL_YEO_JOHNSON;
		fit = fit_of(columns[i / 4].x, NULL, columns[i / 4].n, &o);
		check_model(&fit);
		empty = fit.flags & BELL_FIT_EMPTY;
		cr_expect_eq(fit.flags, columns[i / 4].flags, "%zu: flags %#x", i, fit.flags);
		cr_expect(fit.lambda == 1 && fit.sd == 1 && isnan(fit.ci95[0]) &&
			  isnan(fit.log_likelihood) && isnan(fit.kurtosis_after));
		cr_expect(near(fit.mean, empty ? 0 : 5 - box_cox, 1e-15), "%zu: mean %g", i,
			  fit.mean);
		CHECK(bell_transform_apply_f64(&fit.transform, at, COUNT(at), 1, y));
		for (size_t j = 0; j < COUNT(at); j++) {
			double psi = at[j] - box_cox;

			cr_expect(near(y[j], standardize ? psi - fit.mean : psi, 1e-13),
				  "%zu: %g becomes %g", i, at[j], y[j]);
		}
	}
}

/* ---- columns of subnormal numbers ---- */

#define COLUMN 200

/*
 * Checks the fit of the values (start + unit[i]) 2^-1074, whose lambda exceeds a double: z is that
 * of unit[i], as is the skewness.
 */
static void check_subnormal(double start, const double *unit)
{
	long double mean = 0, m2 = 0, m3 = 0, m4 = 0;
	double x[COLUMN], z[COLUMN];
	struct bell_fit fit;

	for (size_t i = 0; i < COLUMN; i++) {
		x[i] = ldexp(start + unit[i], -1074);
		mean += unit[i] / (long double)COLUMN;
	}
	for (size_t i = 0; i < COLUMN; i++) {
		long double e = unit[i] - mean;

		m2 += e * e / COLUMN;
		m3 += e * e * e / COLUMN;
		m4 += e * e * e * e / COLUMN;
	}
	fit = fit_of(x, NULL, COLUMN, NULL);
	check_model(&fit);
	cr_expect(fit.flags & BELL_FIT_ILL_CONDITIONED && fit.lambda == 1);
	cr_expect(isnan(fit.ci95[0]) && isnan(fit.log_likelihood));
	cr_expect(near(fit.skewness_before, (double)(m3 / (m2 * sqrtl(m2))), 1e-12), "%g: %.17g",
		  start, fit.skewness_before);
	cr_expect(near(fit.kurtosis_before, (double)(m4 / (m2 * m2) - 3), 1e-12));
	cr_expect(fit.skewness_after == fit.skewness_before &&
		  fit.kurtosis_after == fit.kurtosis_before);
	CHECK(bell_transform_apply_f64(&fit.transform, x, COLUMN, 1, z));
	for (size_t i = 0; i < COLUMN; i++)
		cr_assert(near(z[i], (double)((unit[i] - mean) / sqrtl(m2)), 1e-14),
			  "from %g: z(%g) = %.17g, not %.17Lg", start, x[i], z[i],
			  (unit[i] - mean) / sqrtl(m2));
}

Test(fit, subnormal_columns)
{
	static const double starts[] = {0, 1e10, -1e10, -50, 0x1p51, -0x1p51};
	double unit[COLUMN];

	for (size_t i = 0; i < COUNT(starts); i++) {
		for (size_t j = 0; j < COLUMN; j++)
			unit[j] = (double)(j * j * 7919 % 1009);
		check_subnormal(starts[i], unit);
		for (size_t j = 0; j < COLUMN; j++)
			unit[j] = j % 3 == 1;
		check_subnormal(starts[i], unit);
	}
}

/* Of numbers too small for lambda, on both sides of those that are too small for 1/sd. */
Test(fit, columns_near_the_subnormals)
{
	enum { n = 1000 };
	double x[n], z[n];

	for (int exponent = -1070; exponent <= -1010; exponent += 10) {
		struct rng rng = {5};
		struct bell_fit fit;
		long double sum = 0, square = 0;

		for (size_t i = 0; i < n; i++)
			x[i] = ldexp(exp(rng_normal(&rng)), exponent);
		fit = fit_of(x, NULL, n, NULL);
		check_model(&fit);
		cr_expect(isfinite(fit.skewness_before) && isfinite(fit.kurtosis_after));
		CHECK(bell_transform_apply_f64(&fit.transform, x, n, 1, z));
		for (size_t i = 0; i < n; i++) {
			sum += z[i];
			square += (long double)z[i] * z[i];
		}
		cr_expect(near((double)sum / n, 0, 1e-12) && near((double)square / n, 1, 1e-12),
			  "2^%d: mean %Lg, square %Lg", exponent, sum / n, square / n);
	}
}

/* Of no values, every type and method gives the fit of an empty sketch. */
Test(fit, no_values)
{
	for (int box_cox = 0; box_cox < 2; box_cox++)
		for (int standardize = 0; standardize < 2; standardize++) {
			struct bell_sketch *s = sketch_of(NULL, NULL, 0, NULL);
			struct bell_fit_options o;
			struct bell_fit fit[3];

			bell_fit_options_default(&o);
			o.standardize = standardize;
			o.method = (enum bell_method)box_cox;
			CHECK(bell_fit_sketch(s, &o, &fit[0]));
			CHECK(bell_fit_f32(NULL, NULL, 0, &o, 1, &fit[1]));
			CHECK(bell_fit_f64(NULL, NULL, 0, &o, 0, &fit[2]));
			cr_expect(same_fit(&fit[0], &fit[1]) && same_fit(&fit[0], &fit[2]));
			cr_expect(fit[0].flags == BELL_FIT_EMPTY && fit[0].count == 0 &&
				  fit[0].lambda == 1 && fit[0].mean == 0 && fit[0].sd == 1);
			cr_expect(isnan(fit[0].min) && isnan(fit[0].max));
			bell_sketch_free(s);
		}
}

Test(fit, counts_what_it_saw)
{
	const double x[] = {1, NAN, -2, INFINITY, 3, NAN, -INFINITY};
	struct bell_fit fit = fit_of(x, NULL, 7, NULL);

	cr_expect(fit.count == 3 && fit.missing == 2 && fit.infinite == 2 && fit.weight == 3);
	cr_expect(fit.min == -2 && fit.max == 3);
	cr_expect(fit.flags & BELL_FIT_INFINITE);
}

Test(fit, not_identified_means_one_is_inside)
{
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, 200);
		struct bell_fit fit = fit_of(x, NULL, 200, NULL);
		bool inside = fit.ci95[0] < 1 && 1 < fit.ci95[1];

		cr_expect_eq(inside, (fit.flags & BELL_FIT_NOT_IDENTIFIED) != 0, "%s",
			     kind_name[k]);
		cr_expect_eq(inside, fit.lr_vs_identity < 3.841458820694124, "%s", kind_name[k]);
		free(x);
	}
}

/*
 * On columns of every shape whose statistic lies to both sides of the limit, and with bounds about
 * 1.
 */
Test(fit, not_identified_is_the_likelihood_ratio)
{
	struct rng rng = {11};
	int flagged = 0, columns = 0;

	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, 40 * 60);

		for (size_t i = 0; i < 60; i++) {
			size_t n = 3 + rng_bits(&rng) % 38;
			struct bell_fit_options o;
			struct bell_fit fit;

			bell_fit_options_default(&o);
			if (i % 3 == 1)
				o.lower = 1 - rng_unit(&rng);
			if (i % 3 == 2)
				o.upper = 1 + rng_unit(&rng);
			fit = fit_of(x + 40 * i, NULL, n, &o);
			if (isnan(fit.log_likelihood) || fit.flags & BELL_FIT_ILL_CONDITIONED)
				continue;
			columns++;
			flagged += (fit.flags & BELL_FIT_NOT_IDENTIFIED) != 0;
			cr_expect_eq((fit.flags & BELL_FIT_NOT_IDENTIFIED) != 0,
				     fit.lr_vs_identity < 3.841458820694124,
				     "%s, part %zu: flags %#x, lr %.17g, ci95 %g .. %g",
				     kind_name[k], i, fit.flags, fit.lr_vs_identity, fit.ci95[0],
				     fit.ci95[1]);
			cr_expect(fit.lr_vs_identity > -1e-9);
		}
		free(x);
	}
	cr_expect(flagged > 100 && columns - flagged > 100, "%d of %d", flagged, columns);
}

Test(fit, flags_have_names)
{
	static const char *const name[] = {
	    "empty",          "one_value",       "constant",  "infinite",  "bound",
	    "not_identified", "ill_conditioned", "coarse",    "collapsed", "two_values",
	    "rounded",        "robust",          "not_robust"};

	for (size_t i = 0; i < COUNT(name); i++)
		cr_expect_str_eq(bell_fit_flag_name((enum bell_fit_flag)(1u << i)), name[i]);
	cr_expect_null(bell_fit_flag_name((enum bell_fit_flag)(1u << COUNT(name))));
	cr_expect_null(bell_fit_flag_name((enum bell_fit_flag)0));
	cr_expect_null(
	    bell_fit_flag_name((enum bell_fit_flag)(BELL_FIT_EMPTY | BELL_FIT_INFINITE)));
}

/* 1e-300 to 1e300 of both signs is beyond any grid of bins: finite results all the same. */
Test(fit, wide_columns_are_finite)
{
	double *x = column(WIDE, N), *z = malloc(N * sizeof *z);

	for (size_t n = 2; n <= N; n = n * 3 + 1) {
		struct bell_fit fit = fit_of(x, NULL, n, NULL);

		cr_expect(isfinite(fit.lambda), "%zu", n);
		CHECK(bell_transform_apply_f64(&fit.transform, x, n, 1, z));
		for (size_t i = 0; i < n; i++)
			cr_assert(isfinite(z[i]), "%zu: z(%g) = %g", n, x[i], z[i]);
	}
	free(x);
	free(z);
}
