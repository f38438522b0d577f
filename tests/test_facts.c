/* SPDX-License-Identifier: BSD-3-Clause */
/* test_facts.c - the order of rows, and verdicts with it and without. */
#include <math.h>
#include <stdlib.h>
#include "verdicts.h"

enum { N = 400 };

/* ---- facts ---- */

static bool same_facts(const struct bell_facts *a, const struct bell_facts *b)
{
	return a->mixed == b->mixed && a->fractional == b->fractional && a->count == b->count &&
	       a->ties == b->ties && a->first == b->first && a->last == b->last &&
	       a->least_step == b->least_step && a->greatest_step == b->greatest_step;
}

/* All at once, block by block, and merged: in float too, as these values are floats. */
static void check_facts(const double *x, const double *weights, size_t n)
{
	float *narrow = narrowed(x, n);
	struct bell_facts all = {0}, merged = {0}, floats = {0};

	CHECK(bell_facts_update_f64(&all, x, weights, n));
	CHECK(bell_facts_update_f32(&floats, narrow, weights, n));
	cr_expect(same_facts(&all, &floats));
	for (size_t size = 1; size <= 3; size++) {
		struct bell_facts blocks = {0};

		merged = (struct bell_facts){0};
		for (size_t i = 0; i < n; i += size) {
			size_t part = n - i < size ? n - i : size;
			struct bell_facts own = {0};
			const double *w = weights ? weights + i : NULL;

			CHECK(bell_facts_update_f64(&blocks, x + i, w, part));
			CHECK(bell_facts_update_f64(&own, x + i, w, part));
			CHECK(bell_facts_merge(&merged, &own));
		}
		cr_expect(same_facts(&all, &blocks));
		cr_expect(same_facts(&all, &merged));
	}
	free(narrow);
}

Test(facts, are_those_of_any_parts)
{
	static const double columns[][8] = {
	    {1, 2, 3, 4, 5, 6, 7, 8},          {1, 1, 2, NAN, 2, 7, INFINITY, 9},
	    {9, 8.5, 8.5, 2, -1, -1, NAN, -4}, {1, 2, 3, 4, 3, 2, 1, 0},
	    {NAN, NAN, 5, 5, 5, 5, 5, 4},      {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN}};
	static const double weights[8] = {1, 0, 2, 1, 0, 1, 0, 1};
	struct bell_facts f = {0};

	for (size_t i = 0; i < COUNT(columns); i++) {
		check_facts(columns[i], NULL, 8);
		check_facts(columns[i], weights, 8);
	}
	CHECK(bell_facts_update_f64(&f, columns[1], NULL, 8));
	cr_expect(!f.mixed && !f.fractional && f.count == 6 && f.ties == 2 && f.first == 1 &&
		  f.last == 9 && f.least_step == 0 && f.greatest_step == 5);
	CHECK(bell_facts_update_f64(&f, columns[2], NULL, 8));
	cr_expect(f.mixed && !f.count && !f.last);
	CHECK(bell_facts_merge(&f, &f));
	cr_expect(f.mixed);
	CHECK_STATUS(bell_facts_merge(NULL, &f), BELL_EINVAL);
	CHECK_STATUS(bell_facts_merge(&f, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_facts_update_f64(NULL, columns[0], NULL, 8), BELL_EINVAL);
	CHECK_STATUS(bell_facts_update_f64(&f, NULL, NULL, 8), BELL_EINVAL);
	CHECK_STATUS(bell_facts_update_f32(&f, NULL, NULL, 8), BELL_EINVAL);
	CHECK(bell_facts_update_f32(&f, NULL, NULL, 0));
}

/* The facts of n values that go one way, or are all whole numbers and do. */
static struct bell_facts naive(const double *x, size_t n)
{
	struct bell_facts f = {0};

	for (size_t i = 0; i < n; i++) {
		double step = x[i] - f.last;

		if (isnan(x[i]))
			continue;
		if (!f.count)
			f.first = x[i];
		if (f.count == 1 || (f.count && step < f.least_step))
			f.least_step = step;
		if (f.count == 1 || (f.count && step > f.greatest_step))
			f.greatest_step = step;
		f.ties += f.count && step == 0;
		f.fractional |= x[i] != floor(x[i]);
		f.last = x[i];
		f.count++;
	}
	return f;
}

/* Around the ends of chunks, with values that are missing in between, and with huge ones. */
Test(facts, of_long_columns)
{
	enum { MOST = 900 };
	static const size_t sizes[] = {1,  2,  9,   15,  16,  17,  18,  24,
				       25, 26, 271, 272, 273, 280, MOST};
	static double x[MOST];

	for (int kind = 0; kind < 5; kind++) {
		for (size_t i = 0; i < MOST; i++)
			x[i] = kind == 0   ? floor((double)i * 0.7)
			       : kind == 1 ? -(double)(i * i)
			       : kind == 2 ? 1e17 + 16 * (double)i
			       : kind == 3 ? 0.5 + (double)i
			       : i % 7     ? (double)i
					   : NAN;
		for (size_t k = 0; k < COUNT(sizes); k++) {
			struct bell_facts f = {0}, expected = naive(x, sizes[k]);

			CHECK(bell_facts_update_f64(&f, x, NULL, sizes[k]));
			cr_expect(same_facts(&f, &expected), "kind %d, %zu values", kind, sizes[k]);
		}
	}
	/* unequal steps of numbers that are not whole tell nothing, nor does a turn */
	for (size_t i = 0; i < MOST; i++)
		x[i] = sqrt((double)i);
	struct bell_facts f = {0};
	CHECK(bell_facts_update_f64(&f, x, NULL, MOST));
	cr_expect(f.mixed && !f.count);
	for (size_t turn = 2; turn < 600; turn += 7) {
		for (size_t i = 0; i < MOST; i++)
			x[i] = i < turn ? (double)i : (double)turn - 2;
		f = (struct bell_facts){0};
		CHECK(bell_facts_update_f64(&f, x, NULL, MOST));
		cr_expect(f.mixed, "%zu", turn);
	}
}

Test(facts, of_tables)
{
	float data[4 * 3];
	struct bell_table rows = {data, BELL_F32, 4, 3, 3, 1},
			  columns = {data, BELL_F32, 3, 4, 1, 3};
	struct bell_facts f[4] = {{0}}, g[4] = {{0}};

	for (int i = 0; i < 12; i++)
		data[i] = (float)i;
	CHECK(bell_table_facts(&rows, NULL, f));
	CHECK(bell_table_facts(&columns, NULL, g));
	for (int j = 0; j < 3; j++)
		cr_expect(f[j].count == 4 && f[j].first == j && f[j].least_step == 3);
	for (int j = 0; j < 4; j++)
		cr_expect(g[j].count == 3 && g[j].first == 3 * j && g[j].greatest_step == 1);
	CHECK_STATUS(bell_table_facts(NULL, NULL, f), BELL_EINVAL);
	CHECK_STATUS(bell_table_facts(&rows, NULL, NULL), BELL_EINVAL);
	rows.row_stride = PTRDIFF_MAX;
	CHECK_STATUS(bell_table_facts(&rows, NULL, f), BELL_ESIZE);
}

/* Facts of other values say nothing, and without any, nothing is said of the order. */
Test(facts, have_to_be_those_of_the_sketch)
{
	double x[N];
	struct bell_sketch *s;
	struct bell_facts facts = {0};
	struct bell_verdicts v;
	struct bell_fit fit;

	for (int i = 0; i < N; i++)
		x[i] = i / 8.0;
	s = sketch_of(x, NULL, N, NULL);
	CHECK(bell_fit_sketch(s, NULL, &fit));
	CHECK(bell_verdicts_sketch(s, &fit, NULL, BELL_FREQUENCY_WEIGHTS, &v));
	cr_expect_null(find(&v, BELL_VERDICT_ROW_NUMBER));
	CHECK(bell_facts_update_f64(&facts, x, NULL, N - 1));
	CHECK(bell_verdicts_sketch(s, &fit, &facts, BELL_FREQUENCY_WEIGHTS, &v));
	cr_expect_null(find(&v, BELL_VERDICT_ROW_NUMBER));
	CHECK(bell_facts_update_f64(&facts, x + N - 1, NULL, 1));
	CHECK(bell_verdicts_sketch(s, &fit, &facts, BELL_FREQUENCY_WEIGHTS, &v));
	cr_expect(find(&v, BELL_VERDICT_ROW_NUMBER));
	bell_sketch_free(s);
}

/* ---- arguments ---- */

Test(facts, errors_write_nothing)
{
	const double x[8] = {1, 2, 3, 5, 8, 13, 21, 34};
	struct bell_sketch *s = sketch_of(x, NULL, 8, NULL), *other = sketch_of(x, NULL, 7, NULL);
	struct bell_verdicts v, before;
	struct bell_fit fit, wrong;

	memset(&v, 7, sizeof v);
	before = v;
	CHECK(bell_fit_sketch(s, NULL, &fit));
	wrong = fit;
	wrong.transform.method = (enum bell_method)99;
	CHECK_STATUS(bell_verdicts_sketch(NULL, &fit, NULL, 0, &v), BELL_EINVAL);
	CHECK_STATUS(bell_verdicts_sketch(s, NULL, NULL, 0, &v), BELL_EINVAL);
	CHECK_STATUS(bell_verdicts_sketch(s, &fit, NULL, 0, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_verdicts_sketch(s, &fit, NULL, 7, &v), BELL_EINVAL);
	CHECK_STATUS(bell_verdicts_sketch(other, &fit, NULL, 0, &v), BELL_EINVAL);
	CHECK_STATUS(bell_verdicts_sketch(s, &wrong, NULL, 0, &v), BELL_EINVAL);
	cr_expect_eq(memcmp(&v, &before, sizeof v), 0);
	bell_sketch_free(s);
	bell_sketch_free(other);
}

/* A model: each column as alone, on any number of threads. */
Test(facts, of_models)
{
	enum { COLUMNS = 40 };
	struct bell_sketch *s[COLUMNS];
	struct bell_facts facts[COLUMNS] = {{0}};
	struct bell_verdicts all[COLUMNS], alone;
	struct bell_model *model;

	for (int j = 0; j < COLUMNS; j++) {
		double *x = column((enum kind)(j % KINDS), (size_t)(20 + 50 * j));

		s[j] = sketch_of(x, NULL, (size_t)(20 + 50 * j), NULL);
		CHECK(bell_facts_update_f64(&facts[j], x, NULL, (size_t)(20 + 50 * j)));
		free(x);
	}
	CHECK(bell_model_fit_sketches(s, COLUMNS, NULL, 1, &model));
	for (unsigned threads = 1; threads <= 3; threads += 2) {
		CHECK(bell_verdicts_model(model, s, facts, 0, threads, all));
		for (size_t j = 0; j < COLUMNS; j++) {
			CHECK(bell_verdicts_sketch(s[j], bell_model_fit(model, j), &facts[j], 0,
						   &alone));
			cr_expect_eq(all[j].count, alone.count);
			cr_expect(same_words(all[j].verdict, alone.verdict, sizeof alone.verdict));
			cr_expect(same(all[j].qq_after, alone.qq_after));
		}
	}
	CHECK_STATUS(bell_verdicts_model(NULL, s, facts, 0, 1, all), BELL_EINVAL);
	CHECK_STATUS(bell_verdicts_model(model, NULL, facts, 0, 1, all), BELL_EINVAL);
	CHECK_STATUS(bell_verdicts_model(model, s, facts, 0, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_verdicts_model(model, s, facts, 0, BELL_MAX_THREADS + 1, all),
		     BELL_EINVAL);
	CHECK_STATUS(bell_verdicts_model(model, s, facts, 9, 1, all), BELL_EINVAL);
	bell_model_free(model);
	for (int j = 0; j < COLUMNS; j++)
		bell_sketch_free(s[j]);
}
