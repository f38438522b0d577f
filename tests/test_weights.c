/* SPDX-License-Identifier: BSD-3-Clause */
/* test_weights.c - fits with weights of any scale, and what the weights mean. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "fits.h"
#include "reference.h"
#include "sketches.h"

/* Kept as values, and in bins. */
static const size_t sizes[] = {300, 3000};

/* Multiples of 2^-16, which a sketch keeps as they are. */
static double *weights_of(size_t n)
{
	double *w = malloc(n * sizeof *w);
	struct rng rng = {11};

	for (size_t i = 0; i < n; i++)
		w[i] = ceil(0x1p16 * -log(rng_unit(&rng))) / 0x1p16;
	return w;
}

static struct bell_fit_options importance(void)
{
	struct bell_fit_options o;

	bell_fit_options_default(&o);
	o.weight_type = BELL_IMPORTANCE_WEIGHTS;
	return o;
}

/* ---- scale ---- */

/* All that does not count rows. */
static bool same_transform(const struct bell_fit *a, const struct bell_fit *b)
{
	return same(a->lambda, b->lambda) && same(a->mean, b->mean) && same(a->sd, b->sd) &&
	       same(a->skewness_after, b->skewness_after) &&
	       same_words(&a->transform.side, &b->transform.side, sizeof a->transform.side);
}

/* The fit of weights by each way that sees all of them. */
static void fit_all_ways(const double *x, const double *w, size_t n,
			 const struct bell_fit_options *o, struct bell_fit fit[3])
{
	const struct bell_table table = {(double *)x, BELL_F64, n, 1, 1, 1};
	struct bell_sketch *s = new_sketch(NULL), *copy;
	struct bell_model *model;

	fit[0] = fit_of(x, w, n, o);
	CHECK(bell_table_fit(&table, w, o, 1, &model));
	fit[1] = *bell_model_fit(model, 0);
	bell_model_free(model);
	CHECK(bell_sketch_scale_weights(s, bell_weights_exponent(w, n)));
	CHECK(bell_sketch_update_f64(s, x, w, n, 1));
	copy = copy_of(s);
	CHECK(bell_fit_sketch(copy, o, &fit[2]));
	bell_sketch_free(s), bell_sketch_free(copy);
}

Test(weights, powers_of_two_give_the_same_bits)
{
	static const int exponents[] = {0, -200, 200, -24, 31, 47, -1060, 1000};
	const struct bell_fit_options o = importance();

	for (enum kind k = 0; k < KINDS; k++)
		for (size_t j = 0; j < COUNT(sizes); j++) {
			size_t n = sizes[j];
			double *x = column(k, n), *w = malloc(n * sizeof *w);
			struct bell_fit first[2], fit[3];

			for (size_t e = 0; e < COUNT(exponents); e++) {
				/* exact as subnormals too */
				for (size_t i = 0; i < n; i++)
					w[i] = ldexp((double)(i * 7 % 127) / 64, exponents[e]);
				fit_all_ways(x, w, n, NULL, fit);
				if (!e)
					first[0] = fit[0];
				for (int way = 0; way < 3; way++) {
					cr_expect(same_transform(&fit[way], &first[0]),
						  "%s, %zu: 2^%d, way %d", kind_name[k], n,
						  exponents[e], way);
					cr_expect(same(fit[way].weight,
						       ldexp(first[0].weight, exponents[e])));
				}
				fit_all_ways(x, w, n, &o, fit);
				if (!e)
					first[1] = fit[0];
				for (int way = 0; way < 3; way++) {
					fit[way].weight = first[1].weight;
					cr_expect(same_fit(&fit[way], &first[1]),
						  "%s, %zu: importance, 2^%d, way %d", kind_name[k],
						  n, exponents[e], way);
				}
			}
			free(x), free(w);
		}
}

Test(weights, constant_weights_are_none)
{
	static const double constants[] = {2.9e-8, 1e-300, 5e-324, 0.1, 3, 1e300};
	const struct bell_fit_options o = importance();

	for (enum kind k = 0; k < KINDS; k++)
		for (size_t j = 0; j < COUNT(sizes); j++) {
			size_t n = sizes[j];
			double *x = column(k, n), *w = malloc(n * sizeof *w);
			struct bell_fit plain = fit_of(x, NULL, n, NULL);
			double width = plain.ci95[1] - plain.ci95[0];

			for (size_t c = 0; c < COUNT(constants); c++) {
				struct bell_fit fit;

				for (size_t i = 0; i < n; i++)
					w[i] = constants[c];
				fit = fit_of(x, w, n, &o);
				cr_expect(near(fit.lambda, plain.lambda, 1e-11 * width), "%s: %g",
					  kind_name[k], constants[c]);
				cr_expect(near(fit.ci95[0], plain.ci95[0], 1e-8 * width) &&
					      near(fit.ci95[1], plain.ci95[1], 1e-8 * width),
					  "%s: %g", kind_name[k], constants[c]);
			}
			free(x), free(w);
		}
}

/* 2^-31 of the largest, and less, may become 0 in a fit; nothing else may. */
Test(weights, small_ones_count_in_fits)
{
	double *x = column(LOGNORMAL, 2000), *w = weights_of(2000);
	struct bell_fit fit;

	for (size_t i = 0; i < 2000; i++)
		w[i] = 1 + w[i];
	w[7] = 0x1p30;
	fit = fit_of(x, w, 2000, NULL);
	cr_expect_eq(fit.count, 2000);
	w[7] = 0x1p34;
	fit = fit_of(x, w, 2000, NULL);
	cr_expect(fit.count < 2000 && fit.count > 0);
	free(x), free(w);
}

Test(weights, exponents)
{
	const double w[] = {3, -1, 0, 100, NAN}, none[] = {0, INFINITY};
	struct bell_sketch *s = new_sketch(NULL), *like;

	cr_expect_eq(bell_weights_exponent(w, 5), 0);
	cr_expect_eq(bell_weights_exponent(w, 3), 5);
	cr_expect_eq(bell_weights_exponent(none, 1), 0);
	cr_expect_eq(bell_weights_exponent(none, 2), 0);
	cr_expect_eq(bell_weights_exponent(NULL, 5), 0);
	cr_expect_eq(bell_weights_exponent((double[]){5e-324}, 1), 1080);
	cr_expect_eq(bell_weights_exponent((double[]){1.7e308}, 1), 6 - 1023);
	CHECK_STATUS(bell_sketch_scale_weights(NULL, 1), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_scale_weights(s, BELL_MAX_WEIGHT_EXPONENT + 1), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_scale_weights(s, -BELL_MAX_WEIGHT_EXPONENT - 1), BELL_EINVAL);
	CHECK(bell_sketch_scale_weights(s, BELL_MAX_WEIGHT_EXPONENT));
	CHECK(bell_sketch_scale_weights(s, 5));
	cr_expect_eq(summary_of(s).weight_exponent, 5);
	CHECK(bell_sketch_update_f64(s, w, NULL, 1, 1));
	CHECK_STATUS(bell_sketch_scale_weights(s, 5), BELL_EINVAL);
	CHECK(bell_sketch_settle(s));
	CHECK(bell_sketch_like(s, &like));
	cr_expect_eq(summary_of(like).weight_exponent, 5);
	bell_sketch_free(s), bell_sketch_free(like);
}

/* ---- meaning ---- */

/* Fits against the likelihood in long double of weights that add up to n rows. */
static void check_rows(const struct bell_fit *fit, const double *x, const double *w, size_t n,
		       double rows, const char *what)
{
	double *scaled = malloc(n * sizeof *scaled), sum = 0, value;
	struct reference r;
	long double lambda;

	for (size_t i = 0; i < n; i++)
		sum += w[i];
	for (size_t i = 0; i < n; i++)
		scaled[i] = w[i] * (rows / sum);
	r = reference_make(x, scaled, n);
	lambda = reference_lambda(&r);
	value = (double)reference_likelihood(&r, lambda);
	cr_expect(near(fit->lambda * (double)r.sd, (double)(lambda * r.sd), 1e-9), "%s", what);
	cr_expect(near(fit->log_likelihood, value, 1e-9 * fabs(value)), "%s: %.17g not %.17g", what,
		  fit->log_likelihood, value);
	cr_expect(near(fit->lr_vs_identity, 2 * (value - (double)reference_likelihood(&r, 1)),
		       1e-8 * (1 + fit->lr_vs_identity)),
		  "%s", what);
	for (int end = 0; end < 2; end++) {
		double ci = (double)reference_end(&r, lambda, end ? 1 : -1);

		cr_expect(near(fit->ci95[end] * (double)r.sd, ci * (double)r.sd, 1e-8),
			  "%s: ci95[%d] %.17g not %.17g", what, end, fit->ci95[end], ci);
	}
	reference_free(&r);
	free(scaled);
}

static struct bell_sketch *halves_of(const double *x, const double *w, size_t n)
{
	struct bell_sketch *s = sketch_of(x, w, n / 2, NULL);

	merge_and_free(s, sketch_of(x + n / 2, w + n / 2, n - n / 2, NULL));
	return s;
}

Test(weights, importance_counts_effective_rows)
{
	static const enum kind kinds[] = {LOGNORMAL, NORMAL, GAMMA_MIXED, NEGATIVE, PRESSURE};
	const struct bell_fit_options o = importance();

	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t j = 0; j < COUNT(sizes); j++) {
			size_t n = sizes[j];
			double *x = column(kinds[k], n), *w = weights_of(n), sum = 0, squares = 0;
			struct bell_sketch *s = halves_of(x, w, n);
			struct bell_fit fit[3], merged, frequency;

			for (size_t i = 0; i < n; i++) {
				sum += w[i];
				squares += w[i] * w[i];
			}
			fit_all_ways(x, w, n, &o, fit);
			CHECK(bell_fit_sketch(s, &o, &merged));
			CHECK(bell_fit_sketch(s, NULL, &frequency));
			cr_expect(near(summary_of(s).effective_count, sum * sum / squares,
				       1e-6 * (double)n));
			for (int way = 0; way < 3; way++)
				check_rows(&fit[way], x, w, n, sum * sum / squares,
					   kind_name[kinds[k]]);
			cr_expect(near(merged.ci95[0], fit[0].ci95[0],
				       1e-6 * (fit[0].ci95[1] - fit[0].ci95[0])));
			check_rows(&frequency, x, w, n, sum, kind_name[kinds[k]]);
			cr_expect(same(frequency.lambda, merged.lambda));
			cr_expect(same(frequency.weight, merged.weight));
			bell_sketch_free(s);
			free(x), free(w);
		}
}

/* Whole weights are repeated rows: all numbers but the count. */
Test(weights, frequency_counts_repeated_rows)
{
	for (enum kind k = 0; k < KINDS; k++)
		for (size_t j = 0; j < COUNT(sizes); j++) {
			size_t n = sizes[j], rows = 0;
			double *x = column(k, n), *w = malloc(n * sizeof *w),
			       *repeated = malloc(5 * n * sizeof *repeated), width;
			struct bell_fit weighted, plain;

			for (size_t i = 0; i < n; i++) {
				w[i] = (double)(i * 3 % 5);
				for (size_t copy = 0; copy < i * 3 % 5; copy++)
					repeated[rows++] = x[i];
			}
			weighted = fit_of(x, w, n, NULL);
			plain = fit_of(repeated, NULL, rows, NULL);
			width = plain.ci95[1] - plain.ci95[0];
			cr_expect(weighted.weight == (double)rows && plain.count == rows);
			cr_expect(near(weighted.lambda, plain.lambda, 1e-9 * width), "%s",
				  kind_name[k]);
			for (int end = 0; end < 2; end++)
				cr_expect(near(weighted.ci95[end], plain.ci95[end], 1e-8 * width),
					  "%s: %g not %g", kind_name[k], weighted.ci95[end],
					  plain.ci95[end]);
			cr_expect(near(weighted.log_likelihood, plain.log_likelihood,
				       1e-9 * fabs(plain.log_likelihood)));
			free(x), free(w), free(repeated);
		}
}

Test(weights, without_any_both_types_are_one)
{
	const struct bell_fit_options o = importance();
	double *x = column(NORMAL, 3000);
	struct bell_fit a = fit_of(x, NULL, 3000, NULL), b = fit_of(x, NULL, 3000, &o);
	struct bell_fit_options wrong = o;

	cr_expect(same_fit(&a, &b));
	wrong.weight_type = (enum bell_weight_type)2;
	CHECK_STATUS(bell_fit_f64(x, NULL, 3000, &wrong, 1, &a), BELL_EINVAL);
	free(x);
}

/* A row of weight 0 is in no number, whatever its value. */
Test(weights, rows_of_weight_0_are_absent)
{
	for (size_t j = 0; j < COUNT(sizes); j++) {
		size_t n = sizes[j], rows = 0;
		double *x = column(GAMMA_MIXED, n), *w = malloc(n * sizeof *w),
		       *kept = malloc(n * sizeof *kept), *ones = malloc(n * sizeof *ones);
		static const double wild[] = {1e300, -1e300, NAN, INFINITY, -INFINITY, 0};
		struct bell_fit with[3], without[3];

		for (size_t i = 0; i < n; i++) {
			w[i] = i % 4 > 0;
			x[i] = w[i] > 0 ? x[i] : wild[i / 4 % COUNT(wild)];
			if (w[i] > 0) {
				ones[rows] = 1;
				kept[rows++] = x[i];
			}
		}
		fit_all_ways(x, w, n, NULL, with);
		fit_all_ways(kept, ones, rows, NULL, without);
		for (int way = 0; way < 3; way++)
			cr_expect(same_fit(&with[way], &without[way]), "%zu rows, way %d", n, way);
		free(x), free(w), free(kept), free(ones);
	}
}

/* The likelihood of more rows may be no double. */
Test(weights, rows_without_end)
{
	double x[] = {1, 2, 3, 5, 8}, w[] = {9e304, 1e304, 1e304, 1e304, 1e304}, at = 0.5, value;
	struct bell_candidate candidate[BELL_MAX_CANDIDATES];
	struct bell_inference found;
	struct bell_fit fit;
	size_t count;

	for (enum bell_method m = 0; m <= BELL_BEST; m++) {
		struct bell_fit_options o;

		bell_fit_options_default(&o);
		o.method = m;
		CHECK_STATUS(bell_fit_f64(x, w, COUNT(x), &o, 1, &fit), BELL_ESIZE);
		o.weight_type = BELL_IMPORTANCE_WEIGHTS;
		CHECK(bell_fit_f64(x, w, COUNT(x), &o, 1, &fit));
		bell_fit_release(&fit);
	}
	CHECK_STATUS(bell_choose_f64(x, w, COUNT(x), NULL, 1, &fit, candidate, &count), BELL_ESIZE);
	CHECK_STATUS(bell_infer_f64(x, w, COUNT(x), NULL, 1, 0.9, &found), BELL_ESIZE);
	CHECK_STATUS(bell_profile_f64(x, w, COUNT(x), NULL, 1, &at, 1, &value), BELL_ESIZE);
	w[0] = 1e304;
	CHECK(bell_fit_f64(x, w, COUNT(x), NULL, 1, &fit));
	cr_expect(isfinite(fit.log_likelihood) && isfinite(fit.lr_vs_identity));
}
