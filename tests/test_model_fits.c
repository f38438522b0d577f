/* SPDX-License-Identifier: BSD-3-Clause */
/* test_model_fits.c - every model that the library makes is read back in every bit. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "golden.h"
#include "models.h"

static long fits; /* how many were looked at */

static void check_fit(const struct bell_fit *fit, const char *what)
{
	struct bell_fit back;

	cr_assert_eq(read_back(fit, &back), BELL_OK, "%s: lambda %.17g, min %.17g, max %.17g", what,
		     fit->lambda, fit->min, fit->max);
	cr_assert(same_words(fit, &back, sizeof back), "%s", what);
	fits++;
}

/* The options of fit i of a column: standardized and not, lambda estimated, fixed, and bounded. */
static struct bell_fit_options options_of(int i, enum bell_method method, struct rng *rng)
{
	struct bell_fit_options options;
	double center = rng_normal(rng) * 2;

	bell_fit_options_default(&options);
	options.method = method;
	options.standardize = i % 2 == 0;
	/* which k an exponential can have depends on the scale of x */
	if (method == BELL_EXPONENTIAL)
		return options;
	if (i / 2 == 1 && method != BELL_BEST) {
		options.lambda = rng_bits(rng) % 2 ? floor(2 * center) / 2 : center;
		options.lambda *= rng_bits(rng) % 8 ? 1 : exp(rng_normal(rng) * 20);
	}
	if (i / 2 == 2) {
		options.lower = center;
		options.upper = center + rng_unit(rng);
	}
	return options;
}

static void try_fit(const double *x, const double *weights, size_t n,
		    const struct bell_fit_options *options, const char *what)
{
	struct bell_fit fit;
	enum bell_status status = bell_fit_f64(x, weights, n, options, 1, &fit);

	if (status == BELL_EDOMAIN)
		return;
	CHECK(status);
	/* a k that is subnormal is taken for 0, unless the fit is standardized */
	if (options->standardize || fit.transform.method != BELL_EXPONENTIAL ||
	    fabs(fit.lambda) >= DBL_MIN)
		check_fit(&fit, what);
	bell_fit_release(&fit);
}

/*
 * By Yeo-Johnson and Box-Cox, robust or rounded, too; and by one other method.  test_score_models.c
 * has normal scores.
 */
static void check_fits(const double *x, const double *weights, size_t n, struct rng *rng,
		       const char *what)
{
	static const enum bell_method others[] = {BELL_IDENTITY,  BELL_LOG,   BELL_SQRT,
						  BELL_LOG_SHIFT, BELL_ASINH, BELL_EXPONENTIAL,
						  BELL_BEST};

	for (int i = 0; i < 6; i++) {
		struct bell_fit_options options;

		for (int method = BELL_YEO_JOHNSON; method <= BELL_YEO_JOHNSON_UNIT; method++) {
			options = options_of(i, (enum bell_method)method, rng);
			try_fit(x, weights, n, &options, what);
			if (method == BELL_YEO_JOHNSON_UNIT)
				continue;
			options.robust = rng_bits(rng) % 4 == 0;
			options.round_level = rng_bits(rng) % 4 ? 0 : 0.9;
			if (options.robust || options.round_level > 0)
				try_fit(x, weights, n, &options, what);
		}
		options = options_of(i, others[rng_bits(rng) % COUNT(others)], rng);
		try_fit(x, weights, n, &options, what);
	}
}

Test(model_fits, golden_columns_are_read_back)
{
	struct golden_set set = golden_load();
	struct rng rng = {31};

	for (size_t i = 0; i < set.columns; i++)
		check_fits(set.column[i].x, NULL, set.column[i].n, &rng, set.column[i].name);
	golden_free(&set);
	cr_expect_gt(fits, 100);
}

Test(model_fits, every_kind_of_column_is_read_back)
{
	struct rng rng = {32};

	for (int kind = 0; kind <= WIDE; kind++) {
		static const size_t sizes[] = {1, 2, 3, 20, 1000, 5000};

		for (size_t i = 0; i < COUNT(sizes); i++) {
			double *x = column((enum kind)kind, sizes[i]);

			check_fits(x, NULL, sizes[i], &rng, kind_name[kind]);
			free(x);
		}
	}
	cr_expect_gt(fits, 400);
}

/* One value of a column of kind k. */
static double odd_value(struct rng *rng, uint64_t k, size_t i)
{
	double normal = rng_normal(rng), unit = rng_unit(rng);

	switch (k % 12) {
	case 0:
		return normal;
	case 1:
		return exp(60 * normal);
	case 2:
		return normal * exp(60 * fabs(normal)); /* psi of both sides beyond the doubles */
	case 3:
		return i == 0;
	case 4:
		return 5 + (i == 0);
	case 5:
		return unit < 0.9 ? 0 : exp(normal);
	case 6:
		return 1 + unit * 1e-12; /* narrow */
	case 7:
		return unit < 0.01 ? 1e308 * (2 * unit - 0.01) * 50 : normal;
	case 8:
		return unit < 0.5 ? 0 : -unit;
	case 9:
		return floor(3 * unit) - 1;
	case 10:
		return -exp(5 * normal);
	default:
		return 1e9 + normal * 1e-3;
	}
}

/*
 * An odd column, scaled and moved.  Infinities would leave nothing to estimate.  weights is NULL or
 * some of them 0.
 */
static size_t odd_column(struct rng *rng, uint64_t k, double x[64], double weights[64])
{
	size_t n = 1 + rng_bits(rng) % 64;
	double scale = 1, shift = 0;

	switch (rng_bits(rng) % 6) {
	case 0:
		scale = exp((2 * rng_unit(rng) - 1) * 690);
		break;
	case 1:
		shift = rng_normal(rng) * exp(rng_unit(rng) * 20);
		break;
	case 2:
		scale = -1;
		break;
	case 3:
		scale = 1e-310;
		break;
	}
	for (size_t i = 0; i < n; i++) {
		x[i] = odd_value(rng, k, i) * scale + shift;
		if (!isfinite(x[i]))
			x[i] = copysign(1e308, x[i]);
		weights[i] = (double)(rng_bits(rng) % 3) * exp(rng_normal(rng) * 2);
	}
	return n;
}

/* Tiny and huge ones, of few values, of zeros, narrow ones far from 0, with and without weights. */
Test(model_fits, odd_columns_are_read_back)
{
	struct rng rng = {33};

	for (uint64_t k = 0; k < 6000; k++) {
		double x[64], weights[64];
		size_t n = odd_column(&rng, k, x, weights);
		char what[32];

		snprintf(what, sizeof what, "odd column %d", (int)k);
		check_fits(x, k % 3 ? NULL : weights, n, &rng, what);
	}
	cr_expect_gt(fits, 40000);
}

/* The numbers of these contradicted each other. */
Test(model_fits, columns_at_the_ends_of_what_there_is)
{
	/* the resolution of the shift is more than the range */
	static const double neighbors[] = {9007199254740991, 9007199254740992, 9007199254740994};
	/* most of these are rounding, and one is set aside */
	static const double aside[] = {65536.973861497172, 65536.953840658825, 65542.269047552807,
				       65536.462471347229};
	static const double wide[] = {-9e307, 1, 1e300, DBL_MAX},
			    skewed[] = {-4e302, 3e303, DBL_MAX, -5e273, 2e300};
	/* subnormal: no coordinate of these can be told from another */
	static const double tiny[] = {1e-320, 5e-316, 8e-315, 1e-314};
	struct rng rng = {35};

	for (int i = 0; i < 40; i++) {
		check_fits(neighbors, NULL, COUNT(neighbors), &rng, "neighbors");
		check_fits(aside, NULL, COUNT(aside), &rng, "a value set aside");
		check_fits(wide, NULL, COUNT(wide), &rng, "a wide column");
		check_fits(skewed, NULL, COUNT(skewed), &rng, "a skewed column");
		check_fits(tiny, NULL, COUNT(tiny), &rng, "a tiny column");
	}
}

/* Nothing was estimated. */
Test(model_fits, columns_left_as_they_are_are_read_back)
{
	static const double one[] = {-3.5}, equal[] = {7, 7, 7}, open[] = {1, 2, INFINITY, 5},
			    most[] = {DBL_MAX, DBL_MAX};
	struct rng rng = {34};

	check_fits(NULL, NULL, 0, &rng, "no values");
	check_fits(one, NULL, 1, &rng, "one value");
	check_fits(equal, NULL, 3, &rng, "equal values");
	check_fits(open, NULL, 4, &rng, "an infinity");
	check_fits(most, NULL, 2, &rng, "the largest double");
}

/* Made by hand of lambda alone, as docs/formats.md says. */
Test(model_fits, psi_of_any_lambda_is_read_back)
{
	static const double lambdas[] = {0, 1, 2, -3, 0.5, 1e-20, 2 - 1e-15, 1e300, -1e300, 5e-324};

	for (size_t i = 0; i < 2 * COUNT(lambdas); i++) {
		struct bell_model *m;
		struct bell_fit fit;

		CHECK(bell_model_create(1, &m));
		fit = *bell_model_fit(m, 0);
		fit.lambda = lambdas[i / 2];
		fit.unit = i % 2 ? 0 : 1;
		CHECK(bell_transform_plain(i % 2 ? BELL_BOX_COX : BELL_YEO_JOHNSON, fit.lambda,
					   &fit.transform));
		check_fit(&fit, "by hand");
		bell_model_free(m);
	}
}

/* ---- numbers that the check has found to be wrong ---- */

static struct bell_fit fit_at(const double *x, size_t n, enum bell_method method, double lambda)
{
	struct bell_fit_options options;
	struct bell_fit fit;

	bell_fit_options_default(&options);
	options.method = method;
	options.lambda = lambda;
	CHECK(bell_fit_f64(x, NULL, n, &options, 1, &fit));
	return fit;
}

/* psi of x next to 0 is x, whatever lambda is. */
Test(model_fits, mean_of_tiny_values)
{
	static const double x[] = {1e-200, 2e-200, 4e-200};

	for (int lambda = -3; lambda <= 3; lambda++) {
		struct bell_fit fit = fit_at(x, COUNT(x), BELL_YEO_JOHNSON, lambda / 2.0);

		cr_expect(near(fit.mean / 1e-200, 7.0 / 3, 1e-14), "lambda %g: mean %g",
			  lambda / 2.0, fit.mean);
	}
}

/* psi at a lambda next to 0 is the logarithm. */
Test(model_fits, mean_at_tiny_lambdas)
{
	static const double x[] = {1e3, 1e4, 1e5}, lambdas[] = {1e-12, -1e-15, 1e-17, -3e-19};

	for (size_t i = 0; i < COUNT(lambdas); i++) {
		struct bell_fit fit = fit_at(x, COUNT(x), BELL_BOX_COX, lambdas[i]);

		/* expm1(t)/lambda = log(x) (1 + t/2 ...) with t = lambda log(x) */
		cr_expect(near(fit.mean, log(1e4), 1e-10), "%g: mean %.17g", lambdas[i], fit.mean);
	}
}

/* Where psi exceeds a double, so do its mean and sd: they are infinite, and not NaN. */
Test(model_fits, mean_of_infinite_psi)
{
	static const double x[] = {1e100, 2e100, 3e100};
	struct bell_fit fit = fit_at(x, COUNT(x), BELL_YEO_JOHNSON, 5);

	cr_expect(fit.mean == INFINITY && fit.sd == INFINITY, "%g %g", fit.mean, fit.sd);
}

/* The scale of the linear form is a double also if the center and the sd are tiny. */
Test(model_fits, scale_of_tiny_linear_columns)
{
	static const double low = 9.9999999999884354e-302, high = 1.0000000000025624e-301;
	const double x[] = {low, high, high, high};
	struct bell_fit fit = fit_at(x, COUNT(x), BELL_BOX_COX, 1);

	cr_expect(isfinite(fit.transform.side[0].scale));
}

/* psi of BELL_EXPONENTIAL is scaled by 1/k, and may be large where k x is small. */
Test(model_fits, exponents_near_zero)
{
	static const double scales[] = {1, 1e-300, 1e300, -1e300, 1e308},
			    ks[] = {5e-324, 1e-310, 2e-308, 3e-308, 1e-300, 1e-10};
	enum { N = 100 };
	double x[N];
	struct rng rng = {5};
	char what[80];

	for (size_t s = 0; s < COUNT(scales); s++)
		for (size_t k = 0; k < 2 * COUNT(ks); k++)
			for (int way = 0; way < 6; way++) {
				double bound = k % 2 ? -ks[k / 2] : ks[k / 2];
				struct bell_fit_options o;
				struct bell_fit fit;

				for (size_t i = 0; i < N; i++)
					x[i] = scales[s] * rng_unit(&rng);
				bell_fit_options_default(&o);
				o.method = BELL_EXPONENTIAL;
				o.standardize = way % 2;
				*(way < 2 ? &o.lambda : way < 4 ? &o.lower : &o.upper) = bound;
				CHECK(bell_fit_f64(x, NULL, N, &o, 1, &fit));
				cr_expect(isfinite(fit.mean) || fabs(bound * scales[s]) > 700,
					  "%g: k = %g", scales[s], bound);
				snprintf(what, sizeof what, "%g, k = %g, way %d", scales[s], bound,
					 way);
				check_fit(&fit, what);
			}
}
