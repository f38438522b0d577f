/* SPDX-License-Identifier: BSD-3-Clause */
/* test_sketch_merge.c - sketches merge in any form, in either order, and stay small. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sketches.h"

#define N 5000

static int ascending(const void *a, const void *b)
{
	const double *p = a, *q = b;

	return (*p > *q) - (*p < *q);
}

static size_t distinct(const double *x, size_t n)
{
	double *y = malloc((n + 1) * sizeof *y);
	size_t count = 0;

	memcpy(y, x, n * sizeof *y);
	qsort(y, n, sizeof *y, ascending);
	for (size_t i = 0; i < n; i++)
		count += !i || y[i] != y[i - 1];
	free(y);
	return count;
}

/* Each of none, values and bins into each; parts of one column give the fit of the whole. */
Test(sketch, merges_of_all_forms)
{
	static const size_t sizes[] = {0, 1, 600, 1024, 3000};

	for (enum kind k = 0; k < KINDS; k++)
		for (size_t i = 0; i < COUNT(sizes) * COUNT(sizes); i++) {
			size_t a = sizes[i / COUNT(sizes)], b = sizes[i % COUNT(sizes)];
			double *x = column(k, a + b + 1);
			struct bell_sketch *s = sketch_of(x, NULL, a, NULL),
					   *other = sketch_of(x + a, NULL, b, NULL);
			struct bell_sketch *whole = sketch_of(x, NULL, a + b, NULL);
			struct bytes before = bytes_of(other), after;
			struct bell_sketch_summary p, q;
			struct bell_fit f, g;

			CHECK(bell_sketch_merge(s, other));
			after = bytes_of(other);
			cr_expect(before.size == after.size &&
				      !memcmp(before.data, after.data, after.size),
				  "`from` is only read");
			p = summary_of(s), q = summary_of(whole);
			cr_expect(p.count == q.count && p.weight == q.weight &&
				      same(p.min, q.min) && same(p.max, q.max),
				  "%s: %zu + %zu", kind_name[k], a, b);
			cr_expect_eq(p.bins > 0, distinct(x, a + b) > BELL_SKETCH_EXACT,
				     "%s: %zu + %zu", kind_name[k], a, b);
			CHECK(bell_fit_sketch(s, NULL, &f));
			CHECK(bell_fit_sketch(whole, NULL, &g));
			cr_expect(near(f.lambda, g.lambda, 1e-8 * (1 + fabs(g.lambda))),
				  "%s: %zu + %zu: %.17g not %.17g", kind_name[k], a, b, f.lambda,
				  g.lambda);
			free(before.data), free(after.data), free(x);
			bell_sketch_free(s), bell_sketch_free(other), bell_sketch_free(whole);
		}
}

/* Missing and infinite values are counted across a merge, of any form. */
Test(sketch, merge_adds_what_was_left_out)
{
	static const size_t sizes[] = {3, 2000};

	for (size_t i = 0; i < 4; i++) {
		size_t a = sizes[i / 2], b = sizes[i % 2];
		double *x = column(NORMAL, a + b);
		struct bell_sketch *s, *other;
		struct bell_sketch_summary m;

		x[0] = NAN, x[a] = INFINITY, x[a + 1] = -INFINITY, x[a + 2] = NAN;
		s = sketch_of(x, NULL, a, NULL), other = sketch_of(x + a, NULL, b, NULL);
		merge_and_free(s, other);
		m = summary_of(s);
		cr_expect(m.missing == 2 && m.infinite == 2 && m.count == a + b - 4, "%zu + %zu", a,
			  b);
		bell_sketch_free(s);
		free(x);
	}
}

/* Of different grids: bins side by side. */
Test(sketch, merge_of_foreign_grids)
{
	static const struct bell_sketch_options coarse = {.width = 0.125},
						fine = {.width = 0x1p-7, .anchor = {1, 1}},
						centered = {.width = 0x1p-9, .center = 1000};
	double *x = column(LOGNORMAL, 2 * N);
	struct bell_sketch *a = sketch_of(x, NULL, N, &coarse),
			   *b = sketch_of(x + N, NULL, N, &fine),
			   *whole = sketch_of(x, NULL, 2 * N, NULL),
			   *c = sketch_of(x, NULL, 2 * N, &centered);
	size_t bins = summary_of(a).bins + summary_of(b).bins;
	struct bell_fit f, g;

	CHECK(bell_sketch_merge(a, b));
	cr_expect_leq(summary_of(a).bins, bins);
	CHECK(bell_fit_sketch(a, NULL, &f));
	CHECK(bell_fit_sketch(whole, NULL, &g));
	cr_expect_float_eq(f.lambda, g.lambda, 1e-7);
	CHECK(bell_fit_sketch(c, NULL, &f));
	cr_expect_float_eq(f.lambda, g.lambda, 1e-7);
	bell_sketch_free(a), bell_sketch_free(b), bell_sketch_free(c), bell_sketch_free(whole);
	free(x);
}

/* a + b has the bytes of b + a, and a merge with nothing changes none. */
Test(sketch, merges_commute)
{
	static const size_t sizes[] = {0, 1, 600, 1024, 3000, 9000};

	for (enum kind k = 0; k <= WIDE; k++)
		for (size_t i = 0; i < COUNT(sizes) * COUNT(sizes); i++) {
			size_t n = sizes[i / COUNT(sizes)], m = sizes[i % COUNT(sizes)];
			double *x = column(k, n + m + 1);
			struct bell_sketch *a = sketch_of(x, NULL, n, NULL),
					   *b = sketch_of(x + n, NULL, m, NULL), *empty, *before;

			before = copy_of(a);
			empty = new_sketch(NULL);
			CHECK(bell_sketch_merge(a, empty));
			cr_expect(same_bytes(a, before), "%s: %zu + 0", kind_name[k], n);
			CHECK(bell_sketch_merge(empty, b));
			cr_expect(same_bytes(empty, b), "%s: 0 + %zu", kind_name[k], m);
			CHECK(bell_sketch_merge(a, b));
			CHECK(bell_sketch_merge(b, before));
			cr_expect(same_bytes(a, b), "%s: %zu + %zu", kind_name[k], n, m);
			bell_sketch_free(a), bell_sketch_free(b);
			bell_sketch_free(empty), bell_sketch_free(before);
			free(x);
		}
}

/*
 * Ranges of a sorted column, each with a grid of its own: the sketch stays small, and lambda right.
 */
Test(sketch, many_grids_merge_into_few_bins)
{
	enum { SHARDS = 300, ROWS = 2000 };
	double *x = malloc(ROWS * sizeof *x);

	for (int kind = 0; kind < 3; kind++) {
		struct bell_sketch *all = new_sketch(NULL), *one = new_sketch(NULL);
		struct bell_fit merged, whole;
		double sd;

		for (int i = 0; i < SHARDS; i++) {
			for (int j = 0; j < ROWS; j++) {
				double u = i + (j + 0.5) / ROWS;

				x[j] = kind == 0   ? 1.7e9 + 3600 * u
				       : kind == 1 ? ROWS * i + j + 1
						   : exp(u / SHARDS * 8 - 4);
			}
			CHECK(bell_sketch_update_f64(one, x, NULL, ROWS, 1));
			merge_and_free(all, sketch_of(x, NULL, ROWS, NULL));
			cr_assert_leq(bell_sketch_size(all), 64 * 1024, "after %d shards", i + 1);
		}
		CHECK(bell_fit_sketch(all, NULL, &merged));
		CHECK(bell_fit_sketch(one, NULL, &whole));
		sd = (whole.ci95[1] - whole.ci95[0]) / 3.92 * sqrt((double)SHARDS * ROWS);
		cr_expect(fabs(merged.lambda - whole.lambda) <= 1e-10 * sd, "%d: off by %g", kind,
			  fabs(merged.lambda - whole.lambda) / sd);
		cr_expect(!(merged.flags & BELL_FIT_ILL_CONDITIONED));
		bell_sketch_free(all), bell_sketch_free(one);
	}
	free(x);
}

/* Merges `n` sketches: one after another, by pairs, or in any order; *s[0] is what comes out. */
static void merge_tree(struct bell_sketch **s, size_t n, int tree, struct rng *rng)
{
	for (size_t step = 1; tree == 1 && step < n; step *= 2)
		for (size_t i = 0; i + step < n; i += 2 * step)
			merge_and_free(s[i], s[i + step]);
	for (; tree != 1 && n > 1; n--) {
		size_t into = tree ? rng_bits(rng) % (n - 1) : 0;

		merge_and_free(s[into], s[n - 1]);
	}
}

#define MAX_SHARDS 100

/* Sketches the parts of a column in an order of their own, merges them, and compares the fit. */
static void merge_shards(const double *x, size_t shards, size_t rows, int tree, struct rng *rng,
			 const struct bell_fit *whole, const char *name)
{
	double sd = (whole->ci95[1] - whole->ci95[0]) / 3.92 * sqrt((double)(shards * rows));
	struct bell_sketch *s[MAX_SHARDS];
	struct bell_fit fit;

	for (size_t i = 0; i < shards; i++)
		s[i] = sketch_of(x + i * rows, NULL, rows, NULL);
	for (size_t i = shards; i-- > 1;) {
		size_t j = rng_bits(rng) % (i + 1);
		struct bell_sketch *other = s[i];

		s[i] = s[j];
		s[j] = other;
	}
	merge_tree(s, shards, tree, rng);
	CHECK(bell_fit_sketch(s[0], NULL, &fit));
	cr_expect(fabs(fit.lambda - whole->lambda) <= 1e-10 * sd, "%s, tree %d: off by %g", name,
		  tree, fabs(fit.lambda - whole->lambda) / sd);
	cr_expect_leq(bell_sketch_size(s[0]), 64 * 1024, "%s", name);
	bell_sketch_free(s[0]);
}

/*
 * Shards that chose their own grids, of ranges of every kind of column, in any order and tree.
 * BELLSHAPE_LONG asks for as many orders and shards as scripts/long/shards.sh does.
 */
Test(sketch, shards_merge_in_any_tree)
{
	bool many = getenv("BELLSHAPE_LONG");
	size_t shards = many ? MAX_SHARDS : 30, rows = many ? 2000 : 1500;

	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, shards * rows);
		struct bell_sketch *one;
		struct rng rng = {k + 1};
		struct bell_fit whole;

		sort(x, shards * rows);
		one = sketch_of(x, NULL, shards * rows, NULL);
		CHECK(bell_fit_sketch(one, NULL, &whole));
		for (int order = 0; order < (many ? 10 : 1); order++)
			for (int tree = 0; tree < 3; tree++)
				merge_shards(x, shards, rows, tree, &rng, &whole, kind_name[k]);
		bell_sketch_free(one);
		free(x);
	}
}

/* One grid for all parts, chosen from a few rows. */
Test(sketch, settled_grids_are_shared)
{
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, N);
		struct bell_sketch *plan = new_sketch(NULL), *whole, *parts, *part;
		struct bell_sketch_options grid;

		CHECK_STATUS(bell_sketch_like(plan, &whole), BELL_EINVAL);
		CHECK_STATUS(bell_sketch_settle(plan), BELL_EDOMAIN);
		CHECK(bell_sketch_update_f64(plan, x, NULL, 500, 1));
		CHECK(bell_sketch_settle(plan));
		grid = summary_of(plan).grid;
		cr_expect(grid.width > 0 && grid.width <= 0.125);
		CHECK(bell_sketch_like(plan, &whole));
		CHECK(bell_sketch_like(plan, &parts));
		cr_expect_eq(summary_of(whole).count, 0);
		CHECK(bell_sketch_update_f64(whole, x, NULL, N, 1));
		for (size_t first = 0; first < N; first += N / 5) {
			CHECK(bell_sketch_like(plan, &part));
			CHECK(bell_sketch_update_f64(part, x + first, NULL, N / 5, 1));
			merge_and_free(part, parts);
			parts = part;
		}
		cr_expect(same_bytes(whole, parts), "%s", kind_name[k]);
		CHECK(bell_sketch_settle(whole));
		cr_expect(same_bytes(whole, parts), "%s: settled already", kind_name[k]);
		bell_sketch_free(plan), bell_sketch_free(whole), bell_sketch_free(parts);
		free(x);
	}
	CHECK_STATUS(bell_sketch_settle(NULL), BELL_EINVAL);
}

/* ---- limits ---- */

/* 2^59 rows by doubling; twice as many are too many. */
Test(sketch, sums_of_weights_end_at_2_60)
{
	double *x = column(LOGNORMAL, 2048);
	struct bell_sketch *s = sketch_of(x, NULL, 2048, NULL), *copy, *back;
	struct bell_fit first, last;

	CHECK(bell_fit_sketch(s, NULL, &first));
	for (int i = 11; i < 59; i++) {
		copy = copy_of(s);
		merge_and_free(s, copy);
	}
	cr_expect(summary_of(s).weight == 0x1p59 && summary_of(s).count == (uint64_t)1 << 59);
	CHECK(bell_fit_sketch(s, NULL, &last));
	cr_expect(near(first.lambda, last.lambda, 1e-13 * fabs(first.lambda)));
	back = copy_of(s);
	cr_expect(same_bytes(s, back));
	CHECK_STATUS(bell_sketch_merge(s, back), BELL_ESIZE);
	cr_expect(same_bytes(s, back), "nothing was added");
	bell_sketch_free(s), bell_sketch_free(back);
	free(x);
}
