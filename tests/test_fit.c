/* SPDX-License-Identifier: BSD-3-Clause */
/* test_fit.c - lambda against an independent likelihood, weights, errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "fits.h"
#include "reference.h"

#define N 3000

/* Everything that a fit says, in units in which the column's logarithms have sd 1. */
static void check_against(const struct reference *r, const struct bell_fit *fit, const char *what,
			  double tolerance)
{
	long double lambda = reference_lambda(r), *psi = malloc(r->n * sizeof *psi), shape[2];
	double sd = (double)r->sd, value = (double)reference_likelihood(r, lambda);

	cr_expect(near(fit->lambda * sd, (double)lambda * sd, tolerance),
		  "%s: lambda %.17g not %.17Lg, off by %g sd", what, fit->lambda, lambda,
		  (double)(fit->lambda - lambda) * sd);
	for (int end = 0; end < 2; end++) {
		double ci = (double)reference_end(r, lambda, end ? 1 : -1);

		cr_expect(near(fit->ci95[end] * sd, ci * sd, 10 * tolerance),
			  "%s: ci95[%d] %.17g not %.17g", what, end, fit->ci95[end], ci);
	}
	cr_expect(near(fit->log_likelihood, value, 1e-11 * fabs(value) + 1e-12 * (double)r->n),
		  "%s: log-likelihood %.17g not %.17g", what, fit->log_likelihood, value);
	cr_expect(near(fit->lr_vs_identity, 2 * (value - (double)reference_likelihood(r, 1)),
		       1e-9 * (1 + fit->lr_vs_identity)),
		  "%s: lr %.17g", what, fit->lr_vs_identity);
	reference_psi(r, lambda, psi);
	reference_shape(r, psi, shape);
	cr_expect(near(fit->skewness_after, (double)shape[0], 1e-7), "%s: skewness %g not %Lg",
		  what, fit->skewness_after, shape[0]);
	cr_expect(near(fit->kurtosis_after, (double)shape[1], 1e-7), "%s: kurtosis %g not %Lg",
		  what, fit->kurtosis_after, shape[1]);
	reference_psi(r, 1, psi);
	reference_shape(r, psi, shape);
	cr_expect(near(fit->skewness_before, (double)shape[0], 1e-7 * (1 + fabs((double)shape[0]))),
		  "%s: skewness before %g not %Lg", what, fit->skewness_before, shape[0]);
	cr_expect(near(fit->kurtosis_before, (double)shape[1], 1e-7 * (1 + fabs((double)shape[1]))),
		  "%s: kurtosis before %g not %Lg", what, fit->kurtosis_before, shape[1]);
	free(psi);
}

/* z = (psi - mean)/sd at the reference's lambda, within 1e-9 of its span. */
static void check_z(const struct reference *r, const struct bell_fit *fit, const double *x,
		    const char *what)
{
	long double *psi = malloc(r->n * sizeof *psi), mean = 0, square = 0;
	double *z = malloc(r->n * sizeof *z), worst = 0, low = INFINITY, high = -INFINITY;

	CHECK(bell_transform_apply_f64(&fit->transform, x, r->n, 1, z));
	reference_psi(r, fit->lambda, psi);
	for (size_t i = 0; i < r->n; i++)
		mean += r->weight[i] * psi[i] / r->total;
	for (size_t i = 0; i < r->n; i++)
		square += r->weight[i] * (psi[i] - mean) * (psi[i] - mean) / r->total;
	for (size_t i = 0; i < r->n; i++) {
		worst = fmax(worst, fabs(z[i] - (double)((psi[i] - mean) / sqrtl(square))));
		low = fmin(low, z[i]);
		high = fmax(high, z[i]);
	}
	cr_expect(worst <= 1e-11 * (high - low), "%s: z off by %g spans", what,
		  worst / (high - low));
	free(psi);
	free(z);
}

/*
 * Ordinary columns through bins.  None may be called ill-conditioned, so that the flag cannot
 * excuse a wrong lambda.  N is beyond what a sketch keeps as values.
 */
Test(fit, ordinary_columns_from_bins)
{
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, N);
		struct bell_fit fit = fit_of(x, NULL, N, NULL);
		struct reference r = reference_make(x, NULL, N);

		cr_expect(!(fit.flags & BELL_FIT_ILL_CONDITIONED), "%s", kind_name[k]);
		check_against(&r, &fit, kind_name[k], 2e-10);
		check_z(&r, &fit, x, kind_name[k]);
		reference_free(&r);
		free(x);
	}
}

Test(fit, ordinary_columns_from_values)
{
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, 500);
		struct bell_fit fit = fit_of(x, NULL, 500, NULL);
		struct reference r = reference_make(x, NULL, 500);

		cr_expect(!(fit.flags & BELL_FIT_ILL_CONDITIONED), "%s", kind_name[k]);
		check_against(&r, &fit, kind_name[k], 2e-11);
		check_z(&r, &fit, x, kind_name[k]);
		reference_free(&r);
		free(x);
	}
}

/* Many small columns: a search that stops early shows on a few of them only. */
Test(fit, many_small_columns)
{
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, 20 * 100);

		for (size_t i = 0; i < 100; i++) {
			const double *part = x + 20 * i;
			struct reference r = reference_make(part, NULL, 20);
			struct bell_fit fit = fit_of(part, NULL, 20, NULL);

			if (r.sd > 0) {
				long double lambda = reference_lambda(&r);

				cr_expect(fabsl(fit.lambda - lambda) * r.sd <=
					      1e-9L * (1 + fabsl(lambda) * r.sd),
					  "%s, part %zu: lambda %.17g not %.17Lg", kind_name[k], i,
					  fit.lambda, lambda);
				cr_expect(fit.evaluations <= 60, "%s, part %zu: %u evaluations",
					  kind_name[k], i, fit.evaluations);
			}
			reference_free(&r);
		}
		free(x);
	}
}

/* The bits are those of a sketch, of any number of threads, and of float values widened. */
Test(fit, same_bits_from_sketch_threads_and_float)
{
	enum { n = 70000 };

	for (enum kind k = 0; k < KINDS; k += 3) {
		double *x = column(k, n);
		float *f = narrowed(x, n);
		struct bell_fit first = fit_of(x, NULL, n, NULL), fit, wide;
		struct bell_sketch *s = sketch_of(x, NULL, n, NULL);

		CHECK(bell_fit_sketch(s, NULL, &fit));
		cr_expect(same_fit(&first, &fit), "%s: sketch", kind_name[k]);
		bell_sketch_free(s);
		for (unsigned threads = 0; threads <= 7; threads++) {
			CHECK(bell_fit_f64(x, NULL, n, NULL, threads, &fit));
			cr_expect(same_fit(&first, &fit), "%s: %u threads", kind_name[k], threads);
		}
		CHECK(bell_fit_f32(f, NULL, n, NULL, 2, &fit));
		for (size_t i = 0; i < n; i++)
			x[i] = f[i];
		wide = fit_of(x, NULL, n, NULL);
		cr_expect(same_fit(&wide, &fit), "%s: float", kind_name[k]);
		free(x);
		free(f);
	}
}

/* ---- weights ---- */

Test(fit, weights_are_copies)
{
	for (enum kind k = 0; k < KINDS; k++)
		for (size_t n = 300; n <= 3000; n *= 10) { /* as values, and in bins */
			double *x = column(k, 2 * n), *w = malloc(n * sizeof *w);
			struct bell_fit once, twice;

			for (size_t i = 0; i < n; i++) {
				x[n + i] = x[i];
				w[i] = 2;
			}
			once = fit_of(x, w, n, NULL);
			twice = fit_of(x, NULL, 2 * n, NULL);
			cr_expect(once.count == n && once.weight == 2 * (double)n);
			cr_expect(near(once.lambda, twice.lambda, 1e-9 * (1 + fabs(twice.lambda))),
				  "%s, %zu: %.17g not %.17g", kind_name[k], n, once.lambda,
				  twice.lambda);
			cr_expect(near(once.log_likelihood, twice.log_likelihood,
				       1e-9 * fabs(twice.log_likelihood)),
				  "%s, %zu: %.17g not %.17g", kind_name[k], n, once.log_likelihood,
				  twice.log_likelihood);
			free(x);
			free(w);
		}
}

Test(fit, fractional_weights)
{
	struct rng rng = {7};

	for (enum kind k = 0; k < KINDS; k++)
		for (size_t n = 300; n <= 3000; n *= 10) {
			double *x = column(k, n), *w = malloc(n * sizeof *w);
			struct reference r;
			struct bell_fit fit;

			for (size_t i = 0; i < n; i++)
				w[i] = (double)(rng_bits(&rng) % 1024) / 128;
			r = reference_make(x, w, n);
			fit = fit_of(x, w, n, NULL);
			check_against(&r, &fit, kind_name[k], 1e-9);
			reference_free(&r);
			free(x);
			free(w);
		}
}

Test(fit, fixed_lambda)
{
	for (enum kind k = 0; k < KINDS; k++)
		for (size_t n = 300; n <= 3000; n *= 10) {
			double *x = column(k, n);
			struct reference r = reference_make(x, NULL, n);
			struct bell_fit_options o;
			struct bell_fit fit;

			bell_fit_options_default(&o);
			o.lambda = 0.375;
			fit = fit_of(x, NULL, n, &o);
			cr_expect(fit.lambda == 0.375 && isnan(fit.ci95[0]) && isnan(fit.ci95[1]));
			cr_expect(near(fit.log_likelihood, (double)reference_likelihood(&r, 0.375L),
				       1e-10 * fabs(fit.log_likelihood)),
				  "%s", kind_name[k]);
			check_z(&r, &fit, x, kind_name[k]);
			reference_free(&r);
			free(x);
		}
}

Test(fit, mean_and_sd_are_of_psi)
{
	static const enum kind kinds[] = {LOGNORMAL, NORMAL, GAMMA_MIXED, CAUCHY, NEGATIVE, COUNTS};

	for (size_t i = 0; i < COUNT(kinds); i++)
		for (size_t n = 300; n <= 3000; n *= 10) {
			double *x = column(kinds[i], n), *y = malloc(n * sizeof *y);
			struct bell_fit fit = fit_of(x, NULL, n, NULL);
			struct bell_transform plain;
			struct bell_moments m;

			CHECK(bell_transform_plain(BELL_YEO_JOHNSON, fit.lambda, &plain));
			CHECK(bell_transform_apply_f64(&plain, x, n, 1, y));
			CHECK(bell_moments_f64(y, n, 1, &m));
			cr_expect_float_eq(fit.mean, m.mean, 1e-10, "%s: %.17g not %.17g",
					   kind_name[kinds[i]], fit.mean, m.mean);
			cr_expect_float_eq(fit.sd, bell_moments_sd(&m, true), 1e-10, "%s",
					   kind_name[kinds[i]]);
			free(x);
			free(y);
		}
}

Test(fit, errors)
{
	const double x[] = {1, 2, 3}, bad[] = {1, -1, 1};
	struct bell_fit fit;
	struct bell_fit_options o;
	struct bell_sketch *s = sketch_of(x, NULL, 3, NULL);

	CHECK_STATUS(bell_fit_f64(NULL, NULL, 3, NULL, 1, &fit), BELL_EINVAL);
	CHECK_STATUS(bell_fit_f32(NULL, NULL, 3, NULL, 1, &fit), BELL_EINVAL);
	CHECK_STATUS(bell_fit_f64(x, NULL, 3, NULL, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_fit_f64(x, NULL, 3, NULL, BELL_MAX_THREADS + 1, &fit), BELL_EINVAL);
	CHECK_STATUS(bell_fit_f64(x, bad, 3, NULL, 1, &fit), BELL_EWEIGHT);
	CHECK_STATUS(bell_fit_sketch(NULL, NULL, &fit), BELL_EINVAL);
	CHECK_STATUS(bell_fit_sketch(s, NULL, NULL), BELL_EINVAL);
	for (int i = 0; i < 7; i++) {
		static const double wrong[7][3] = {{NAN, 1, NAN},
						   {-1, NAN, NAN},
						   {1, 1, NAN},
						   {2, 1, NAN},
						   {-1, 1, INFINITY},
						   {-1, 1, -INFINITY},
						   {INFINITY, INFINITY, NAN}};

		bell_fit_options_default(&o);
		o.lower = wrong[i][0], o.upper = wrong[i][1], o.lambda = wrong[i][2];
		CHECK_STATUS(bell_fit_sketch(s, &o, &fit), BELL_EINVAL);
		CHECK_STATUS(bell_fit_f64(x, bad, 3, &o, 1, &fit), BELL_EINVAL);
	}
	bell_fit_options_default(&o);
	o.method = (enum bell_method)42;
	CHECK_STATUS(bell_fit_f64(x, NULL, 3, &o, 1, &fit), BELL_EINVAL);
	CHECK_STATUS(bell_fit_sketch(s, &o, &fit), BELL_EINVAL);
	o.method = BELL_BOX_COX;
	CHECK(bell_fit_sketch(s, &o, &fit));
	cr_expect_eq(fit.transform.method, BELL_BOX_COX, "any method");
	bell_sketch_free(s);
}

/*
 * Only ratios of weights matter to lambda: the same bits for weights times any power of two, of any
 * size.
 */
Test(fit, weights_of_any_scale)
{
	static const int exponents[] = {0, -20, 31, -300, 500};

	for (enum kind k = 0; k < KINDS; k++)
		for (size_t n = 300; n <= 3000; n += 2700) {
			double *x = column(k, n), *w = malloc(n * sizeof *w);
			struct bell_fit first = {0};

			for (size_t e = 0; e < COUNT(exponents); e++) {
				const struct bell_table table = {x, BELL_F64, n, 1, 1, 1};
				struct bell_model *model;
				struct bell_fit fit;

				for (size_t i = 0; i < n; i++)
					w[i] = ldexp(0.1 + (double)(i % 7) / 3, exponents[e]);
				fit = fit_of(x, w, n, NULL);
				first = e ? first : fit;
				cr_expect(same(fit.lambda, first.lambda), "%s: 2^%d", kind_name[k],
					  exponents[e]);
				cr_expect(same(fit.weight, ldexp(first.weight, exponents[e])));
				CHECK(bell_table_fit(&table, w, NULL, 1, &model));
				cr_expect(same(bell_model_fit(model, 0)->lambda, first.lambda),
					  "a table");
				bell_model_free(model);
			}
			free(x), free(w);
		}
}

/* Equal weights that are nothing beside 2^-24. */
Test(fit, tiny_weights)
{
	const double x[] = {1, 2, 4, 8, 16, 100},
		     w[] = {2.9e-8, 2.9e-8, 2.9e-8, 2.9e-8, 2.9e-8, 2.9e-8};
	struct bell_fit plain = fit_of(x, NULL, 6, NULL), fit = fit_of(x, w, 6, NULL);

	cr_expect(near(fit.lambda, plain.lambda, 1e-8) && near(fit.weight, 6 * 2.9e-8, 1e-15));
}
