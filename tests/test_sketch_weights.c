/* SPDX-License-Identifier: BSD-3-Clause */
/* test_sketch_weights.c - which weights a sketch takes, of any scale, and how far they add up. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "fits.h"
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

Test(sketch_weights, too_small_or_too_large)
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
Test(sketch_weights, rows_without_weights)
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
Test(sketch_weights, nodes_of_scaled_sketches)
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

Test(sketch_weights, merges_of_scaled_sketches)
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

Test(sketch_weights, exponents_too_far_apart)
{
	const double x[] = {1, 2}, one[] = {1, 1}, tiny[] = {0x1p-90, 0x1p-90};
	struct bell_sketch *s = scaled_sketch(0, x, one, 2), *t = scaled_sketch(90, x, tiny, 2),
			   *before = copy_of(s);

	CHECK_STATUS(bell_sketch_merge(s, t), BELL_ESIZE);
	cr_expect(same_bytes(s, before));
	bell_sketch_free(s), bell_sketch_free(t), bell_sketch_free(before);
}

/* However rows are cut and ordered: the sum of squares is exact, to the largest weights. */
Test(sketch_weights, squares_do_not_depend_on_order)
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
Test(sketch_weights, merges_end_at_2_60)
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
Test(sketch_weights, updates_end_at_2_60)
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

Test(sketch_weights, table_calls_check_pointers)
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
