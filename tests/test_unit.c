/* SPDX-License-Identifier: BSD-3-Clause */
/* test_unit.c - the unit of x that is estimated together with lambda. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/backend.h>
#include "common.h"
#include "fit/unit.h"
#include "golden.h"

enum { N = 700 };

static struct bell_fit fit_with(const double *x, size_t n, enum bell_method method, double unit,
				double lambda)
{
	struct bell_fit_options o;
	struct bell_fit fit;

	bell_fit_options_default(&o);
	o.method = method;
	o.unit = unit;
	o.lambda = lambda;
	CHECK(bell_fit_f64(x, NULL, n, &o, 1, &fit));
	return fit;
}

static struct bell_fit best_fit(const double *x, size_t n, enum bell_method method)
{
	return fit_with(x, n, method, NAN, NAN);
}

/* psi(x/c; lambda) and the log-likelihood of x, by their definitions. */
static long double psi(long double x, long double c, long double lambda)
{
	long double w = x < 0 ? 2 - lambda : lambda, l = log1pl(fabsl(x) / c);

	return (x < 0 ? -1 : 1) * (w != 0 ? expm1l(w * l) / w : l);
}

static double likelihood(const double *x, size_t n, double c, double lambda)
{
	long double mean = 0, square = 0, jacobian = 0;

	for (size_t i = 0; i < n; i++) {
		long double l = log1pl(fabsl((long double)x[i]) / c);

		mean += psi(x[i], c, lambda) / n;
		jacobian += ((long double)lambda - 1) * (x[i] < 0 ? -l : l) - logl(c);
	}
	for (size_t i = 0; i < n; i++) {
		long double d = psi(x[i], c, lambda) - mean;

		square += d * d / n;
	}
	return (double)(jacobian - n / 2.0L * logl(square));
}

static const double units[] = {1e-3, 0.1, 0.7, 1, 3, 50, 1e4};

/* Likelihood, mean, sd and z at given units, against the definitions. */
Test(unit, agrees_with_its_definition)
{
	static const enum kind kinds[] = {LOGNORMAL, NORMAL, GAMMA_MIXED, NEGATIVE, COUNTS};

	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(units); i++) {
			double *x = column(kinds[k], N), c = units[i], z[N];
			struct bell_fit fit = fit_with(x, N, BELL_YEO_JOHNSON_UNIT, c, NAN);
			double expected = likelihood(x, N, c, fit.lambda);

			cr_expect(fit.unit == c && fit.transform.unit == (c == 1 ? 0 : c));
			cr_expect(near(fit.log_likelihood, expected, 1e-11 * fabs(expected)),
				  "%s, unit %g: %.17g, not %.17g", kind_name[kinds[k]], c,
				  fit.log_likelihood, expected);
			CHECK(bell_transform_apply_f64(&fit.transform, x, N, 1, z));
			for (int j = 0; j < N; j++) {
				double y = (double)((psi(x[j], c, fit.lambda) - fit.mean) / fit.sd);

				cr_expect(near(z[j], y, 1e-11 * (1 + fabs(y))),
					  "%s, unit %g: z of %g", kind_name[kinds[k]], c, x[j]);
			}
			free(x);
		}
}

/* The derivative in log c against a quotient of differences of likelihoods. */
Test(unit, score_is_the_derivative)
{
	const double h = 1e-4;

	for (int kind = 0; kind < KINDS; kind++)
		for (size_t i = 0; i < COUNT(units); i++) {
			double *x = column((enum kind)kind, N), largest = fabs(x[0]);
			double c, slope;
			struct bell_sketch *s = sketch_of(x, NULL, N, NULL);
			struct bell_fit fit;
			struct column at;
			struct node *node;
			struct point p;
			size_t n;

			for (int j = 1; j < N; j++)
				largest = fmax(largest, fabs(x[j]));
			c = units[i] * largest;
			fit = fit_with(x, N, BELL_YEO_JOHNSON_UNIT, c, NAN);
			CHECK(bell_nodes_of(bell_kernels(), s, &node, &n));
			CHECK(
			    bell_column_make(bell_kernels(), s, node, n, (struct family){c}, &at));
			p = bell_likelihood(bell_kernels(), &at, fit.lambda * at.unit);
			slope =
			    fit_with(x, N, BELL_YEO_JOHNSON_UNIT, c * exp(h), NAN).log_likelihood -
			    fit_with(x, N, BELL_YEO_JOHNSON_UNIT, c * exp(-h), NAN).log_likelihood;
			slope /= 2 * h * N;
			cr_expect(near(bell_unit_score(&at, &p), slope, 1e-7 + 1e-6 * fabs(slope)),
				  "%s, unit %g: %.12g, not %.12g", kind_name[kind], c,
				  bell_unit_score(&at, &p), slope);
			bell_column_free(&at);
			free(node);
			bell_sketch_free(s);
			free(x);
		}
}

/* Whether zeros or a heavy tie at 0 bound the unit: then Yeo-Johnson may praise them more. */
static bool has_zeros(enum kind kind) { return kind == ZEROS; }

static void check_never_worse(enum kind kind, size_t n)
{
	double *x = column(kind, n);
	struct bell_fit fit = best_fit(x, n, BELL_YEO_JOHNSON_UNIT),
			yeo_johnson = best_fit(x, n, BELL_YEO_JOHNSON), box_cox;

	if (fit.min < fit.max)
		cr_expect(fit.log_likelihood >= yeo_johnson.log_likelihood - 1e-3,
			  "%s, %zu: %g and %g", kind_name[kind], n, fit.log_likelihood,
			  yeo_johnson.log_likelihood);
	if (fit.min > 0 && fit.min < fit.max) {
		box_cox = best_fit(x, n, BELL_BOX_COX);
		cr_expect(fit.log_likelihood >= box_cox.log_likelihood, "%s, %zu: Box-Cox",
			  kind_name[kind], n);
		if (fit.unit == 0)
			cr_expect(
			    same_words(&fit.transform, &box_cox.transform, sizeof fit.transform) &&
				fit.lambda == box_cox.lambda,
			    "%s, %zu", kind_name[kind], n);
	}
	free(x);
}

Test(unit, is_never_worse)
{
	static const size_t sizes[] = {3, 10, 100, N, 5000};

	for (enum kind kind = 0; kind < KINDS; kind++)
		for (size_t i = 0; i < COUNT(sizes) && !has_zeros(kind); i++)
			check_never_worse(kind, sizes[i]);
}

/* No unit on a fine grid within the bounds reaches more. */
static void check_maximum(const double *x, size_t n, const char *what)
{
	struct bell_fit fit = best_fit(x, n, BELL_YEO_JOHNSON_UNIT);
	double largest = fmax(fabs(fit.min), fabs(fit.max));

	for (double c = largest * 0x1p19; c > largest * 0x1p-40; c /= 1.3) {
		struct bell_fit other = fit_with(x, n, BELL_YEO_JOHNSON_UNIT, c, NAN);

		if (fit.flags & BELL_FIT_BOUND && c < fit.unit)
			break;
		cr_expect(other.log_likelihood <= fit.log_likelihood + 2e-3,
			  "%s: %.9g at %g, and %.9g at %g", what, other.log_likelihood, c,
			  fit.log_likelihood, fit.unit);
	}
}

Test(unit, is_the_maximum)
{
	for (int kind = 0; kind < KINDS; kind++) {
		double *x = column((enum kind)kind, N);

		check_maximum(x, N, kind_name[kind]);
		free(x);
	}
}

/* Mixtures, of which some have two maxima, as much as 35 apart. */
Test(unit, is_the_largest_of_several_maxima)
{
	struct rng rng = {5};

	for (int k = 0; k < 80; k++) {
		double share = rng_unit(&rng), place = 6 * (rng_unit(&rng) - 0.5);
		double sd[2] = {3 * rng_unit(&rng), 3 * rng_unit(&rng)};
		double shift = k % 2 ? exp(2 * rng_normal(&rng)) : 0, x[400];

		for (int i = 0; i < 400; i++) {
			bool first = rng_unit(&rng) < share;
			double z = rng_normal(&rng), u = rng_unit(&rng);

			x[i] = exp(first ? sd[0] * z : place + sd[1] * z) + shift;
			/* of one sign, or with a negative side that is as large or smaller */
			x[i] *= k % 3 == 0 || u < 0.7 ? 1 : k % 3 == 1 ? -1 : -u;
		}
		check_maximum(x, 400, "a mixture");
	}
}

/* z does not depend on the scale of x, but for what the rounding of x does to it. */
Test(unit, scale_does_not_matter)
{
	static const double factor[] = {1e-30, 3e-7, 0.1, 1 / 3.0, 7e11, 1e30, 0x1p40};

	for (int kind = 0; kind < KINDS; kind++) {
		double *x = column((enum kind)kind, N), z[N], kx[N], kz[N];
		struct bell_fit fit = best_fit(x, N, BELL_YEO_JOHNSON_UNIT);
		struct bell_moments m = moments_of(x, N);
		double rounding = 0x1p-50 * fabs(m.mean) / bell_moments_sd(&m, true);

		CHECK(bell_transform_apply_f64(&fit.transform, x, N, 1, z));
		for (size_t k = 0; k < COUNT(factor); k++) {
			struct bell_fit other;

			for (int i = 0; i < N; i++)
				kx[i] = x[i] * factor[k];
			other = best_fit(kx, N, BELL_YEO_JOHNSON_UNIT);
			CHECK(bell_transform_apply_f64(&other.transform, kx, N, 1, kz));
			for (int i = 0; i < N; i++)
				cr_assert(near(kz[i], z[i], 1e-12 + rounding),
					  "%s times %g: z off by %g", kind_name[kind], factor[k],
					  kz[i] - z[i]);
			cr_expect((fit.unit == 0) == (other.unit == 0));
		}
		free(x);
	}
}

/*
 * Zeros do not draw the unit to 0: it is in the middle of the other values, however many zeros
 * there are, and does not depend on how small the smallest of the others is.
 */
Test(unit, zeros_do_not_win)
{
	static const double share[] = {0.005, 0.02, 0.1, 0.4, 0.8, 0.95};

	for (size_t k = 0; k < COUNT(share); k++) {
		struct rng rng = {77};
		static double x[2000];
		struct bell_fit fit, tiny;

		for (int i = 0; i < 2000; i++)
			x[i] = rng_unit(&rng) < share[k] ? 0 : exp(rng_normal(&rng));
		fit = best_fit(x, 2000, BELL_YEO_JOHNSON_UNIT);
		cr_expect(fit.unit > exp(-3.5) && fit.transform.method == BELL_YEO_JOHNSON_UNIT,
			  "%g zeros: unit %g", share[k], fit.unit);
		/* as small as a spike would need it, the likelihood is larger, and means nothing */
		tiny = fit_with(x, 2000, BELL_YEO_JOHNSON_UNIT, 1e-12, NAN);
		cr_expect(share[k] < 0.05 || tiny.log_likelihood > fit.log_likelihood + 100,
			  "%g zeros: %g", share[k], tiny.log_likelihood - fit.log_likelihood);
		x[0] = 1e-13;
		tiny = best_fit(x, 2000, BELL_YEO_JOHNSON_UNIT);
		cr_expect(tiny.unit > fit.unit / 2, "%g zeros: unit %g with a tiny value, %g",
			  share[k], tiny.unit, fit.unit);
	}
}

/* x/c divided beforehand gives the same y, and a unit of 1 the bits of Yeo-Johnson. */
Test(unit, of_a_transform)
{
	static const double lambdas[] = {-3, 0, 0.5, 1, 1.7, 2, 5};

	for (size_t k = 0; k < COUNT(lambdas); k++)
		for (size_t u = 0; u < COUNT(units); u++) {
			double *x = column(GAMMA_MIXED, N), y[N], divided[N];
			float *narrow = narrowed(x, N), f[N];
			struct bell_transform t, plain;

			CHECK(bell_transform_plain(BELL_YEO_JOHNSON_UNIT, lambdas[k], &t));
			CHECK(bell_transform_plain(BELL_YEO_JOHNSON, lambdas[k], &plain));
			t.unit = units[u];
			for (int i = 0; i < N; i++)
				divided[i] = x[i] / t.unit;
			CHECK(bell_transform_apply_f64(&t, x, N, 1, y));
			CHECK(bell_transform_apply_f64(&plain, divided, N, 1, divided));
			for (int i = 0; i < N; i++)
				cr_assert(t.unit == 1 ? same(y[i], divided[i])
						      : near(y[i], divided[i],
							     4e-15 * (1 + fabs(lambdas[k])) *
								 (1 + fabs(y[i])) *
								 (1 + fabs(log(t.unit)))),
					  "lambda %g, unit %g: %g", lambdas[k], t.unit, x[i]);
			CHECK(bell_transform_apply_f32(&t, narrow, N, 1, f));
			for (int i = 0; i < N; i++) {
				double exact = (double)psi(narrow[i], t.unit, lambdas[k]);
				double slope =
				    pow(1 + fabs((double)narrow[i]) / t.unit,
					(narrow[i] < 0 ? 2 - lambdas[k] : lambdas[k]) - 1);
				double size = fmax(fmax(1, fabs(exact)),
						   fabs((double)narrow[i] / t.unit * slope));

				cr_assert(
				    near(f[i], exact, 8 * 0x1p-24 * size) || (float)exact == f[i],
				    "f32, lambda %g, unit %g: %g gives %g, not %g", lambdas[k],
				    t.unit, (double)narrow[i], (double)f[i], exact);
			}
			free(narrow);
			free(x);
		}
}

/* Every backend returns the same bits, in both types and both ways. */
Test(unit, backends_agree)
{
	const char *name;
	double *x = column(GAMMA_MIXED, N), y[N], expected[N];
	float *narrow = narrowed(x, N), f[N], expected_f[N];
	struct bell_fit fit = fit_with(x, N, BELL_YEO_JOHNSON_UNIT, 2.7, NAN);

	for (size_t i = 0; (name = bell_backend_name(i)); i++) {
		if (!strcmp(name, "plain") || bell_backend_use(name) != BELL_OK)
			continue;
		CHECK(bell_transform_apply_f64(&fit.transform, x, N, 1, y));
		CHECK(bell_transform_apply_f32(&fit.transform, narrow, N, 1, f));
		if (i == 0) {
			memcpy(expected, y, sizeof y);
			memcpy(expected_f, f, sizeof f);
		}
		cr_expect(same_words(y, expected, sizeof y), "%s", name);
		cr_expect(!memcmp(f, expected_f, sizeof f), "%s", name);
	}
	free(narrow);
	free(x);
}

Test(unit, options)
{
	double x[] = {0, 1, 2, 5, 9, 30};
	struct bell_fit_options o;
	struct bell_fit fit;
	struct bell_transform t;

	bell_fit_options_default(&o);
	cr_expect(isnan(o.unit));
	o.method = BELL_YEO_JOHNSON_UNIT;
	for (int i = 0; i < 4; i++) {
		static const double wrong[] = {-1, INFINITY, 1e-300, 1e300};

		o.unit = wrong[i];
		CHECK_STATUS(bell_fit_f64(x, NULL, 6, &o, 1, &fit), BELL_EINVAL);
		CHECK(bell_transform_plain(BELL_YEO_JOHNSON_UNIT, 0.5, &t));
		t.unit = wrong[i];
		CHECK_STATUS(bell_transform_apply_f64(&t, x, 1, 1, x), BELL_EINVAL);
	}
	/* Box-Cox, which has no 0 */
	o.unit = 0;
	CHECK_STATUS(bell_fit_f64(x, NULL, 6, &o, 1, &fit), BELL_EDOMAIN);
	o.method = BELL_YEO_JOHNSON;
	o.unit = -1;
	CHECK(bell_fit_f64(x, NULL, 6, &o, 1, &fit));
	cr_expect_eq(fit.unit, 1);
	/* nothing to estimate */
	o.method = BELL_YEO_JOHNSON_UNIT;
	o.unit = NAN;
	x[1] = INFINITY;
	for (size_t n = 0; n < 3; n++) {
		CHECK(bell_fit_f64(x, NULL, n, &o, 1, &fit));
		cr_expect(fit.lambda == 1 && fit.unit == 1 &&
			  fit.transform.method == BELL_YEO_JOHNSON);
	}
	/* bounds and a fixed lambda hold */
	x[1] = 1;
	o.lower = 0.9, o.upper = 0.95;
	CHECK(bell_fit_f64(x, NULL, 6, &o, 1, &fit));
	cr_expect(fit.lambda >= 0.9 && fit.lambda <= 0.95);
	o.lambda = 0.25;
	CHECK(bell_fit_f64(x, NULL, 6, &o, 1, &fit));
	cr_expect_eq(fit.lambda, 0.25);
}
