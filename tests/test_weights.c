/* SPDX-License-Identifier: BSD-3-Clause */
/* test_weights.c - weights of any scale, what they mean, and their limits. */
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

/* ---- what a sketch takes ---- */

/* The weight of row 5 is refused by a sketch with this exponent, and by a table of two columns. */
static void check_refused(int exponent, double weight, bool refused)
{
	double x[16], w[8];
	const struct bell_table table = {x, BELL_F64, 8, 2, 2, 1};
	struct bell_sketch *s[2], *before;
	enum bell_status expected = refused ? BELL_EWEIGHT : BELL_OK;
	size_t row = 99;

	for (size_t i = 0; i < 16; i++)
		x[i] = (double)i;
	for (size_t i = 0; i < 8; i++)
		w[i] = ldexp(1, -exponent);
	for (int j = 0; j < 2; j++) {
		s[j] = new_sketch(NULL);
		CHECK(bell_sketch_scale_weights(s[j], exponent));
		CHECK(bell_sketch_update_f64(s[j], x, w, 8, 1));
	}
	before = copy_of(s[0]);
	w[5] = weight;
	CHECK_STATUS(bell_table_check_weights(s, w, 8, 2, &row), expected);
	cr_expect(!refused || row == 5);
	CHECK_STATUS(bell_table_sketch(&table, w, 1, s), expected);
	if (refused)
		CHECK_STATUS(bell_sketch_update_f64(s[1], x, w, 8, 1), expected);
	for (int j = 0; j < 2; j++) {
		cr_expect(same_bytes(s[j], before) == refused, "2^%d: %g", exponent, weight);
		bell_sketch_free(s[j]);
	}
	bell_sketch_free(before);
}

Test(weights, too_small_or_too_large)
{
	static const int exponents[] = {0, 10, -40, 900, -900};
	static const double never[] = {-1, -5e-324, NAN, INFINITY, -INFINITY};

	for (size_t e = 0; e < COUNT(exponents); e++) {
		double one = ldexp(1, -exponents[e]);

		for (size_t i = 0; i < COUNT(never); i++)
			check_refused(exponents[e], never[i], true);
		check_refused(exponents[e], 0x1p-25 * one, true);
		check_refused(exponents[e], 0x1.0000000000001p-25 * one, false);
		check_refused(exponents[e], 0x1p31 * one, false);
		check_refused(exponents[e], 0x1.0000000000001p31 * one, true);
		check_refused(exponents[e], 5e-324, true);
	}
}

/* Rows without weights have the weight 1, in scaled sketches too. */
Test(weights, rows_without_weights)
{
	double *x = column(NORMAL, 70000), *w = malloc(70000 * sizeof *w);
	static const int exponents[] = {-24, -1, 20, 31};
	float *f = narrowed(x, 70000);

	for (size_t i = 0; i < 70000; i++)
		w[i] = 1;
	for (size_t e = 0; e < COUNT(exponents); e++) {
		struct bell_sketch *a = new_sketch(NULL), *b = new_sketch(NULL);

		CHECK(bell_sketch_scale_weights(a, exponents[e]));
		CHECK(bell_sketch_scale_weights(b, exponents[e]));
		CHECK(bell_sketch_update_f32(a, f, NULL, 70000, 1));
		CHECK(bell_sketch_update_f32(b, f, w, 70000, 1));
		cr_expect(same_bytes(a, b) && summary_of(a).weight == 70000);
		cr_expect(near(summary_of(a).effective_count, 70000, 1e-9));
		bell_sketch_free(a), bell_sketch_free(b);
	}
	for (int exponent = -25; exponent <= 32; exponent += 57) {
		struct bell_sketch *a = new_sketch(NULL);

		CHECK(bell_sketch_scale_weights(a, exponent));
		CHECK_STATUS(bell_sketch_update_f64(a, x, NULL, 10, 1), BELL_EWEIGHT);
		CHECK(bell_sketch_update_f64(a, x, NULL, 0, 1));
		bell_sketch_free(a);
	}
	free(x), free(w), free(f);
}

/* Nodes have the weights that were given, subnormal ones too. */
Test(weights, nodes_of_scaled_sketches)
{
	static const int exponents[] = {-1074, -30, 900};
	static double value[4096], weight[4096];

	for (size_t j = 0; j < COUNT(sizes); j++)
		for (size_t e = 0; e < COUNT(exponents); e++) {
			double *x = column(LOGNORMAL, sizes[j]), *w = malloc(sizes[j] * sizeof *w);
			struct bell_sketch *s;
			double sum = 0;
			size_t n;

			for (size_t i = 0; i < sizes[j]; i++)
				w[i] = ldexp(1 + (double)(i % 3), exponents[e]);
			s = new_sketch(NULL);
			CHECK(bell_sketch_scale_weights(s, bell_weights_exponent(w, sizes[j])));
			CHECK(bell_sketch_update_f64(s, x, w, sizes[j], 1));
			CHECK(bell_sketch_nodes(s, COUNT(value), value, weight, &n));
			for (size_t i = 0; i < n; i++)
				sum += ldexp(weight[i], -exponents[e]);
			cr_expect(near(sum, 2 * (double)sizes[j], (double)n / 2));
			cr_expect(exponents[e] == -1074 || near(sum, 2 * (double)sizes[j], 1e-9));
			bell_sketch_free(s);
			free(x), free(w);
		}
}

/* ---- merges ---- */

static struct bell_sketch *scaled_sketch(int exponent, const double *x, const double *w, size_t n)
{
	struct bell_sketch *s = new_sketch(NULL);

	CHECK(bell_sketch_scale_weights(s, exponent));
	CHECK(bell_sketch_update_f64(s, x, w, n, 1));
	return s;
}

Test(weights, merges_of_scaled_sketches)
{
	static const int exponents[][2] = {{0, 7}, {7, 0}, {-20, 3}, {30, 30}, {-5, -30}};

	for (size_t size = 600; size <= 6000; size *= 10)
		for (size_t e = 0; e < COUNT(exponents); e++) {
			double *x = column(LOGNORMAL, size), *w = malloc(size * sizeof *w);
			size_t half = size / 2;
			int a = exponents[e][0], b = exponents[e][1], most = a > b ? a : b;
			struct bell_sketch *s, *t, *whole, *p, *q, *empty;

			/* exact at either exponent */
			for (size_t i = 0; i < size; i++)
				w[i] = ldexp(1 + (double)(i % 13), i < half ? -a : -b);
			p = scaled_sketch(a, x, w, half);
			q = scaled_sketch(b, x + half, w + half, half);
			s = copy_of(p), t = copy_of(q);
			CHECK(bell_sketch_merge(s, q));
			CHECK(bell_sketch_merge(t, p));
			cr_expect(same_bytes(s, t), "which is which");
			cr_expect_eq(summary_of(s).weight_exponent, most);
			cr_expect(summary_of(s).weight ==
				  summary_of(p).weight + summary_of(q).weight);
			/* values alone: in bins the grids of parts differ */
			whole = scaled_sketch(most, x, w, size);
			cr_expect(size > BELL_SKETCH_EXACT || same_bytes(s, whole));
			cr_expect(
			    same(summary_of(s).effective_count, summary_of(whole).effective_count));
			empty = scaled_sketch(40, x, w, 0);
			CHECK(bell_sketch_merge(t, empty));
			cr_expect(same_bytes(s, t), "nothing was added");
			CHECK(bell_sketch_merge(empty, s));
			cr_expect(same_bytes(s, empty), "nothing was there");
			bell_sketch_free(s), bell_sketch_free(t), bell_sketch_free(whole);
			bell_sketch_free(p), bell_sketch_free(q), bell_sketch_free(empty);
			free(x), free(w);
		}
}

Test(weights, exponents_too_far_apart)
{
	const double x[] = {1, 2}, one[] = {1, 1}, tiny[] = {0x1p-90, 0x1p-90};
	struct bell_sketch *s = scaled_sketch(0, x, one, 2), *t = scaled_sketch(90, x, tiny, 2),
			   *before = copy_of(s);

	CHECK_STATUS(bell_sketch_merge(s, t), BELL_ESIZE);
	cr_expect(same_bytes(s, before));
	bell_sketch_free(s), bell_sketch_free(t), bell_sketch_free(before);
}

/* However rows are cut and ordered: the sum of squares is exact, to the largest weights. */
Test(weights, squares_do_not_depend_on_order)
{
	size_t n = 200000;
	double *x = column(COUNTS, n), *w = weights_of(n);
	struct bell_sketch *whole, *parts = new_sketch(NULL), *back = new_sketch(NULL);

	for (size_t i = 0; i < n; i++) {
		w[i] = i % 5 ? w[i] : 0x1p31;
		x[i] = i % 10 ? x[i] : i % 20 ? NAN : -INFINITY;
	}
	whole = sketch_of(x, w, n, NULL);
	for (size_t i = 0; i < n; i += 1000)
		CHECK(bell_sketch_update_f64(parts, x + i, w + i, 1000, 1));
	for (size_t i = n; i > 0; i -= 1000)
		merge_and_free(back, sketch_of(x + i - 1000, w + i - 1000, 1000, NULL));
	cr_expect(same_bytes(whole, parts) && same_bytes(whole, back));
	cr_expect(near(summary_of(whole).effective_count, (double)n / 10, 1e-3),
		  "values that are not finite have no part in it");
	bell_sketch_free(whole), bell_sketch_free(parts), bell_sketch_free(back);
	free(x), free(w);
}

/* ---- limits ---- */

/* Merges a sketch with its copies until that is refused, in which case nothing has changed. */
static unsigned double_to_the_end(struct bell_sketch *s)
{
	struct bell_sketch *copy = copy_of(s), *other[2] = {new_sketch(NULL), s}, *from[2];
	enum bell_status status;
	unsigned times = 0;

	while ((status = bell_sketch_merge(s, copy)) == BELL_OK && times < 200) {
		times++;
		bell_sketch_free(copy);
		copy = copy_of(s);
	}
	cr_expect_eq(status, BELL_ESIZE);
	cr_expect(same_bytes(s, copy));
	from[0] = from[1] = copy;
	CHECK_STATUS(bell_table_merge(other, from, 2), BELL_ESIZE);
	cr_expect(same_bytes(s, copy) && !summary_of(other[0]).count, "no column has changed");
	bell_sketch_free(copy), bell_sketch_free(other[0]);
	return times;
}

/* 2^60 is refused wherever it is reached: by weights, by rows, by missing and infinite ones. */
Test(weights, merges_end_at_2_60)
{
	const double heavy = 0x1p31, light = 0x1p-24, nan = NAN, infinite = INFINITY;

	for (size_t j = 0; j < COUNT(sizes); j++) {
		double *x = column(LOGNORMAL, sizes[j]), *w = malloc(sizes[j] * sizeof *w);
		struct bell_sketch *s;
		struct bell_fit first, last;

		for (size_t i = 0; i < sizes[j]; i++)
			w[i] = heavy;
		s = sketch_of(x, w, sizes[j], NULL);
		CHECK(bell_fit_sketch(s, NULL, &first));
		double_to_the_end(s);
		cr_expect(summary_of(s).weight < 0x1p60 && summary_of(s).weight >= 0x1p59);
		CHECK(bell_fit_sketch(s, NULL, &last));
		cr_expect(near(first.lambda, last.lambda, 1e-12));
		CHECK_STATUS(bell_sketch_update_f64(s, x, (double[]){0x1p31, 0}, 2, 1), BELL_OK);
		bell_sketch_free(s);
		for (size_t i = 0; i < sizes[j]; i++)
			w[i] = light;
		s = sketch_of(x, w, sizes[j], NULL);
		double_to_the_end(s);
		cr_expect(summary_of(s).count >> 59 == 1);
		bell_sketch_free(s);
		free(x), free(w);
	}
	for (int i = 0; i < 2; i++) {
		struct bell_sketch *s = sketch_of(i ? &nan : &infinite, NULL, 1, NULL);

		cr_expect_eq(double_to_the_end(s), 59);
		CHECK(bell_sketch_update_f64(s, &heavy, NULL, 1, 1));
		bell_sketch_free(s);
	}
}

/* An update is refused at the same sum. */
Test(weights, updates_end_at_2_60)
{
	const double x[] = {1, 2}, heavy = 0x1p31, w[] = {0x1p30, 0x1p30},
		     less[] = {0x1p30, 0x1p30 - 0x1p-22};
	struct bell_sketch *s = sketch_of(x, &heavy, 1, NULL), *before;

	for (int i = 0; i < 28; i++) {
		merge_and_free(s, copy_of(s));
		CHECK(bell_sketch_update_f64(s, x, &heavy, 1, 1));
	}
	cr_expect(summary_of(s).weight == 0x1p60 - 0x1p31);
	before = copy_of(s);
	CHECK_STATUS(bell_sketch_update_f64(s, x, w, 2, 1), BELL_ESIZE);
	cr_expect(same_bytes(s, before));
	CHECK(bell_sketch_update_f64(s, x, less, 2, 1));
	CHECK(bell_sketch_update_f64(s, x, (double[]){0x1p-23}, 1, 1));
	CHECK_STATUS(bell_sketch_update_f64(s, x, (double[]){0x1p-23}, 1, 1), BELL_ESIZE);
	CHECK(bell_sketch_update_f64(s, x, (double[]){0x1p-24}, 1, 1));
	CHECK_STATUS(bell_sketch_update_f64(s, x, (double[]){0x1p-24}, 1, 1), BELL_ESIZE);
	bell_sketch_free(before);
	before = copy_of(s);
	cr_expect(same_bytes(s, before), "still written and read");
	bell_sketch_free(s), bell_sketch_free(before);
}

Test(weights, table_calls_check_pointers)
{
	struct bell_sketch *s[2] = {new_sketch(NULL), NULL}, *t[1] = {new_sketch(NULL)};
	size_t row;

	CHECK_STATUS(bell_table_check_weights(NULL, NULL, 0, 1, &row), BELL_EINVAL);
	CHECK_STATUS(bell_table_check_weights(s, NULL, 0, 2, &row), BELL_EINVAL);
	CHECK_STATUS(bell_table_check_weights(s, NULL, 0, 1, NULL), BELL_EINVAL);
	CHECK(bell_table_check_weights(NULL, NULL, 0, 0, &row));
	CHECK_STATUS(bell_table_merge(NULL, t, 1), BELL_EINVAL);
	CHECK_STATUS(bell_table_merge(s, NULL, 1), BELL_EINVAL);
	CHECK_STATUS(bell_table_merge(s, s, 1), BELL_EINVAL);
	CHECK(bell_table_merge(NULL, NULL, 0));
	CHECK(bell_table_merge(s, t, 1));
	bell_sketch_free(s[0]), bell_sketch_free(t[0]);
}
