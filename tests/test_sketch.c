/* SPDX-License-Identifier: BSD-3-Clause */
/* test_sketch.c - what a sketch keeps, whatever the order, partition, merge and threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"

#define N 5000

static struct bell_sketch_summary summary_of(const struct bell_sketch *s)
{
	struct bell_sketch_summary m;

	CHECK(bell_sketch_summary(s, &m));
	return m;
}

static struct bell_sketch *new_sketch(const struct bell_sketch_options *options)
{
	struct bell_sketch *s;

	CHECK(bell_sketch_create(options, &s));
	return s;
}

static void merge_and_free(struct bell_sketch *into, struct bell_sketch *from)
{
	CHECK(bell_sketch_merge(into, from));
	bell_sketch_free(from);
}

/* The grid that a sketch chooses for these values. */
static struct bell_sketch_options grid_of(const double *x, size_t n)
{
	struct bell_sketch *s = sketch_of(x, NULL, n, NULL);
	struct bell_sketch_summary m = summary_of(s);

	bell_sketch_free(s);
	if (!(m.grid.width > 0)) /* few distinct values: they have no need of one */
		m.grid = (struct bell_sketch_options){.width = 0.125};
	return m.grid;
}

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

/* ---- values, then bins ---- */

Test(sketch, keeps_values_then_bins)
{
	double *x = column(LOGNORMAL, N);

	for (size_t n = 1; n <= BELL_SKETCH_EXACT + 1; n = n < 1023 ? 1023 : n + 1) {
		struct bell_sketch *s = sketch_of(x, NULL, n, NULL);
		struct bell_sketch_summary m = summary_of(s);

		cr_expect_eq(m.count, n);
		cr_expect_eq(m.bins > 0, n > BELL_SKETCH_EXACT, "%zu values, %zu bins", n, m.bins);
		cr_expect(m.weight == (double)n);
		bell_sketch_free(s);
	}
	free(x);
}

Test(sketch, empty)
{
	struct bell_sketch *s = new_sketch(NULL);
	struct bell_sketch_summary m;

	CHECK(bell_sketch_update_f64(s, NULL, NULL, 0, 1));
	m = summary_of(s);
	cr_expect(m.count == 0 && m.missing == 0 && m.infinite == 0 && m.weight == 0 &&
		  m.bins == 0);
	cr_expect(isnan(m.min) && isnan(m.max) && m.grid.width == 0);
	bell_sketch_free(s);
	bell_sketch_free(NULL);
}

Test(sketch, counts_what_it_leaves_out)
{
	double *x = column(NORMAL, N), low = INFINITY, high = -INFINITY;
	uint64_t missing = 0, infinite = 0;

	for (size_t i = 0; i < N; i++) {
		if (i % 7 == 3)
			x[i] = NAN, missing++;
		else if (i % 11 == 5)
			x[i] = i % 2 ? INFINITY : -INFINITY, infinite++;
		else
			low = fmin(low, x[i]), high = fmax(high, x[i]);
	}
	for (unsigned threads = 1; threads < 4; threads++) {
		struct bell_sketch *s = new_sketch(NULL);
		struct bell_sketch_summary m;

		CHECK(bell_sketch_update_f64(s, x, NULL, N, threads));
		m = summary_of(s);
		cr_expect(m.missing == missing && m.infinite == infinite &&
			  m.count == N - missing - infinite);
		cr_expect(m.min == low && m.max == high && m.weight == (double)m.count);
		bell_sketch_free(s);
	}
	free(x);
}

/* ---- one grid: one result ---- */

/* The values in `parts` sketches of one grid, merged in an order that depends on `seed`. */
static struct bell_sketch *merged(const double *x, size_t n, const struct bell_sketch_options *grid,
				  size_t parts, uint64_t seed)
{
	struct bell_sketch *part[16];
	struct rng rng = {seed};
	size_t done = 0;

	for (size_t i = 0; i < parts; i++) {
		size_t rest = n - done, take = i + 1 == parts ? rest : rng_bits(&rng) % (rest + 1);

		part[i] = sketch_of(x + done, NULL, take, grid);
		done += take;
	}
	for (; parts > 1; parts--) {
		size_t into = rng_bits(&rng) % parts,
		       from = (into + 1 + rng_bits(&rng) % (parts - 1)) % parts;

		merge_and_free(part[into], part[from]);
		part[from] = part[parts - 1];
		if (into == parts - 1)
			into = from;
	}
	return part[0];
}

Test(sketch, order_and_partition_do_not_matter)
{
	for (enum kind k = 0; k <= WIDE; k++) {
		double *x = column(k, N);
		struct bell_sketch_options grid = grid_of(x, N);
		struct bell_sketch *whole = sketch_of(x, NULL, N, &grid), *s;

		shuffle(x, N);
		s = sketch_of(x, NULL, N, &grid);
		cr_expect(same_bytes(whole, s), "%s: shuffled", kind_name[k]);
		bell_sketch_free(s);
		for (uint64_t seed = 1; seed <= 8; seed++) {
			s = merged(x, N, &grid, 1 + seed % 7, seed);
			cr_expect(same_bytes(whole, s), "%s: %d parts", kind_name[k],
				  (int)(1 + seed % 7));
			bell_sketch_free(s);
		}
		bell_sketch_free(whole);
		free(x);
	}
}

/* Long enough for parts of their own, and for more than one look at the grid. */
Test(sketch, threads_and_cuts_do_not_matter)
{
	enum { n = 300000 };

	for (enum kind k = 0; k <= WIDE; k += 5) {
		double *x = column(k, n), *w = malloc(n * sizeof *w);
		struct rng rng = {k + 1};

		for (size_t i = 0; i < n; i++)
			w[i] = (double)(i % 5) / 4;
		for (int weighted = 0; weighted < 2; weighted++) {
			size_t rows = weighted ? n / 8 : n;
			const double *weight = weighted ? w : NULL;
			struct bell_sketch *whole = sketch_of(x, weight, rows, NULL), *s;

			for (unsigned threads = 0; threads <= 7; threads++) {
				s = new_sketch(NULL);
				CHECK(bell_sketch_update_f64(s, x, weight, rows, threads));
				cr_expect(same_bytes(whole, s), "%s: %u threads", kind_name[k],
					  threads);
				bell_sketch_free(s);
			}
			s = new_sketch(NULL);
			for (size_t done = 0, take; done < rows; done += take) {
				take = rng_bits(&rng) % (rng_bits(&rng) & 1 ? 100 : 70000) + 1;
				take = take > rows - done ? rows - done : take;
				CHECK(bell_sketch_update_f64(s, x + done,
							     weighted ? w + done : NULL, take, 2));
			}
			cr_expect(same_bytes(whole, s), "%s: cut", kind_name[k]);
			bell_sketch_free(s);
			bell_sketch_free(whole);
		}
		free(x);
		free(w);
	}
}

/* A column that moves away after 1.3 looks, and again after 4.4: found out amid rows that are taken together. */
Test(sketch, new_grids_do_not_depend_on_threads_and_cuts)
{
	enum { LOOK_ROWS = 1 << 18, n = 6 * LOOK_ROWS + 12345 };
	double *x = malloc(n * sizeof *x), anchor[3];
	struct rng rng = {5};
	struct bell_sketch *whole, *s = new_sketch(NULL);

	CHECK(bell_normal_fill_f64(&(struct bell_normal_stream){3, 0, 0}, 0, 1, n, 0, x));
	for (size_t i = 13 * LOOK_ROWS / 10; i < n; i++)
		x[i] = i < 44 * (size_t)LOOK_ROWS / 10 ? 1e6 + 1e3 * x[i] : 1e30 + 1e28 * x[i];
	whole = sketch_of(x, NULL, n, NULL);
	for (size_t done = 0, take; done < n; done += take) {
		take = rng_bits(&rng) % (rng_bits(&rng) & 1 ? 100 : 700000) + 1;
		take = take > n - done ? n - done : take;
		CHECK(bell_sketch_update_f64(s, x + done, NULL, take, 2));
	}
	cr_expect(same_bytes(whole, s), "cut");
	bell_sketch_free(s);
	for (unsigned threads = 2; threads <= 5; threads++) {
		s = new_sketch(NULL);
		CHECK(bell_sketch_update_f64(s, x, NULL, n, threads));
		cr_expect(same_bytes(whole, s), "%u threads", threads);
		bell_sketch_free(s);
	}
	for (int i = 0; i < 3; i++) {
		static const int looks[] = {1, 4, 6};

		s = sketch_of(x, NULL, (size_t)looks[i] * LOOK_ROWS + 2000, NULL);
		anchor[i] = summary_of(s).grid.anchor[0] + summary_of(s).grid.top[0];
		bell_sketch_free(s);
	}
	cr_expect(anchor[0] != anchor[1] && anchor[1] != anchor[2], "anchors %g, %g, %g", anchor[0],
		  anchor[1], anchor[2]);
	bell_sketch_free(whole);
	free(x);
}

Test(sketch, float_is_double_widened)
{
	double *x = column(KELVIN, N);
	float *f = narrowed(x, N);
	struct bell_sketch *s = new_sketch(NULL), *wide;

	for (size_t i = 0; i < N; i++)
		x[i] = f[i];
	wide = sketch_of(x, NULL, N, NULL);
	CHECK(bell_sketch_update_f32(s, f, NULL, N, 2));
	cr_expect(same_bytes(wide, s));
	bell_sketch_free(s);
	bell_sketch_free(wide);
	free(x);
	free(f);
}

/* ---- weights ---- */

/* Sums of the bins, and all else but the count of rows. */
static bool same_likelihood(const struct bell_sketch *a, const struct bell_sketch *b)
{
	struct bell_fit p, q;

	CHECK(bell_fit_sketch(a, NULL, &p));
	CHECK(bell_fit_sketch(b, NULL, &q));
	q.count = p.count;
	return same_words(&p, &q, sizeof p);
}

Test(sketch, weight_is_rows)
{
	for (enum kind k = 0; k <= WIDE; k++) {
		double *x = column(k, N), *rows = malloc(4 * N * sizeof *rows),
		       *w = malloc(N * sizeof *w);
		struct bell_sketch_options grid = grid_of(x, N);
		struct bell_sketch *weighted, *repeated;
		size_t n = 0;

		for (size_t i = 0; i < N; i++) {
			w[i] = (double)(i % 4);
			for (size_t copy = 0; copy < i % 4; copy++)
				rows[n++] = x[i];
		}
		weighted = sketch_of(x, w, N, &grid);
		repeated = sketch_of(rows, NULL, n, &grid);
		cr_expect(same_likelihood(weighted, repeated), "%s", kind_name[k]);
		cr_expect(summary_of(weighted).weight == (double)n);
		cr_expect_eq(summary_of(weighted).count, N / 4 * 3);
		bell_sketch_free(weighted);
		bell_sketch_free(repeated);
		free(x);
		free(rows);
		free(w);
	}
}

Test(sketch, weight_1_is_no_weight)
{
	for (size_t n = 500; n <= N; n += N - 500) {
		double *x = column(GAMMA_MIXED, n), *w = malloc(n * sizeof *w);
		struct bell_sketch *plain = sketch_of(x, NULL, n, NULL), *weighted;

		for (size_t i = 0; i < n; i++)
			w[i] = 1;
		weighted = sketch_of(x, w, n, NULL);
		cr_expect(same_bytes(plain, weighted), "%zu", n);
		bell_sketch_free(plain);
		bell_sketch_free(weighted);
		free(x);
		free(w);
	}
}

/* Of any value: a missing or infinite one too, and weights that round to nothing. */
Test(sketch, weight_0_is_no_row)
{
	double *x = column(NORMAL, N), *w = malloc(N * sizeof *w), *kept = malloc(N * sizeof *kept);
	struct bell_sketch *weighted, *without;
	size_t n = 0;

	for (size_t i = 0; i < N; i++) {
		w[i] = i % 3 != 1;
		if (i % 5 == 2)
			x[i] = i % 2 ? NAN : INFINITY;
		if (w[i] == 1)
			kept[n++] = x[i];
		else if (i % 2)
			w[i] = 0x1p-26;
	}
	for (size_t most = 300; most <= N; most += N - 300) {
		size_t rows = 0;

		for (size_t i = 0; i < most; i++)
			rows += w[i] == 1;
		weighted = sketch_of(x, w, most, NULL);
		without = sketch_of(kept, NULL, rows, NULL);
		cr_expect_eq(summary_of(weighted).missing, summary_of(without).missing);
		cr_expect_eq(summary_of(weighted).infinite, summary_of(without).infinite);
		cr_expect(same_likelihood(weighted, without), "%zu rows", most);
		bell_sketch_free(weighted);
		bell_sketch_free(without);
	}
	free(x);
	free(w);
	free(kept);
}

Test(sketch, invalid_weights_change_nothing)
{
	static const double wrong[] = {-1, -5e-324, NAN, INFINITY, -INFINITY, 0x1.0000000000001p31};
	double *x = column(NORMAL, N), *w = malloc(N * sizeof *w);

	for (size_t before = 0; before <= N; before += N / 2)
		for (size_t i = 0; i < COUNT(wrong); i++) {
			struct bell_sketch *s = sketch_of(x, NULL, before, NULL),
					   *same = sketch_of(x, NULL, before, NULL);

			for (size_t j = 0; j < N; j++)
				w[j] = 1;
			w[N - 1] = wrong[i];
			CHECK_STATUS(bell_sketch_update_f64(s, x, w, N, 1), BELL_EWEIGHT);
			cr_expect(same_bytes(s, same), "weight %g", wrong[i]);
			w[N - 1] = 0x1p31;
			CHECK(bell_sketch_update_f64(s, x, w, N, 1));
			cr_expect(summary_of(s).weight == (double)(before + N - 1) + 0x1p31);
			bell_sketch_free(s);
			bell_sketch_free(same);
		}
	free(x);
	free(w);
}

/* ---- merge ---- */

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

static struct bell_sketch *copy_of(const struct bell_sketch *s)
{
	struct bytes b = bytes_of(s);
	struct bell_sketch *copy;

	CHECK(bell_sketch_deserialize(b.data, b.size, &copy));
	free(b.data);
	return copy;
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

/* Ranges of a sorted column, each with a grid of its own: the sketch stays small, and lambda right. */
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

/* ---- nodes ---- */

/* Weighted values that have the weight, mean and sd of the column, in its range and in order. */
Test(sketch, nodes_stand_for_the_column)
{
	static double value[8 * 1024], weight[8 * 1024];

	for (enum kind k = 0; k < KINDS; k++)
		for (size_t n = 500; n <= 20000; n += 19500) {
			double *x = column(k, n), mean = 0, square = 0, sum = 0, m = 0, s = 0;
			struct bell_sketch *sketch = sketch_of(x, NULL, n, NULL);
			size_t nodes, again;

			CHECK(bell_sketch_nodes(sketch, 0, NULL, NULL, &nodes));
			CHECK_STATUS(bell_sketch_nodes(sketch, nodes - 1, value, weight, &again),
				     BELL_ESIZE);
			cr_assert(again == nodes && nodes <= COUNT(value));
			CHECK(bell_sketch_nodes(sketch, COUNT(value), value, weight, &again));
			cr_assert_eq(again, nodes);
			for (size_t i = 0; i < n; i++)
				mean += x[i] / (double)n;
			for (size_t i = 0; i < n; i++)
				square += (x[i] - mean) * (x[i] - mean) / (double)n;
			for (size_t i = 0; i < nodes; i++) {
				cr_expect(weight[i] > 0 && (!i || value[i] >= value[i - 1]));
				sum += weight[i];
				m += weight[i] * (value[i] - mean) / (double)n;
			}
			for (size_t i = 0; i < nodes; i++)
				s += weight[i] * (value[i] - mean - m) * (value[i] - mean - m) /
				     (double)n;
			cr_expect(near(sum, (double)n, 1e-9), "%s: weight %.17g", kind_name[k],
				  sum);
			cr_expect(fabs(m) <= 2e-10 * sqrt(square), "%s: mean off by %g sd",
				  kind_name[k], m / sqrt(square));
			cr_expect(near(s / square, 1, 1e-9), "%s: variance off by %g", kind_name[k],
				  s / square - 1);
			if (nodes)
				cr_expect(value[0] >= summary_of(sketch).min &&
					  value[nodes - 1] <= summary_of(sketch).max);
			bell_sketch_free(sketch);
			free(x);
		}
}

/* ---- few values, in any order ---- */

Test(sketch, few_distinct_values_are_exact_in_any_order)
{
	enum { n = 200000 };
	double *x = malloc(n * sizeof *x);
	struct rng rng = {3};

	for (int kind = 0; kind < 4; kind++) {
		size_t rows = kind == 0 ? 10001 : kind == 1 ? 100003 : n;
		struct bell_sketch *s[3];
		struct bell_fit fit;
		double z[2] = {0}, mean = 0, square = 0;

		for (size_t i = 0; i < rows; i++)
			x[i] = kind == 0   ? (i ? 1013 : 0)
			       : kind == 1 ? (i < 3 ? 5 : 1)
			       : kind == 2 ? (i < 3 ? 0 : 1)
					   : 10 - (double)(rng_unit(&rng) < 0.0005) -
						 (double)(rng_unit(&rng) < 1e-5);
		for (int order = 0; order < 3; order++) {
			if (order == 1)
				sort(x, rows);
			if (order == 2)
				shuffle(x, rows);
			s[order] = sketch_of(x, NULL, rows, NULL);
			cr_expect(same_bytes(s[0], s[order]), "column %d, order %d", kind, order);
		}
		CHECK(bell_fit_sketch(s[0], NULL, &fit));
		for (size_t i = 0; i < rows; i++) {
			CHECK(bell_transform_apply_f64(&fit.transform, x + i, 1, 1, z));
			mean += z[0] / (double)rows;
			square += z[0] * z[0] / (double)rows;
		}
		cr_expect(fabs(mean) < 1e-9 && near(square, 1, 1e-9),
			  "column %d: mean %g, square %g", kind, mean, square);
		for (int order = 0; order < 3; order++)
			bell_sketch_free(s[order]);
	}
	free(x);
}

/* Orders of rows that a grid cannot foresee: the fit agrees, or says that it is ill-conditioned. */
Test(sketch, order_does_not_matter_to_the_fit)
{
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, 30000), sd;
		struct bell_fit fit, first;

		for (int order = 0; order < 3; order++) {
			struct bell_sketch *s;

			if (order)
				sort(x, 30000);
			for (size_t i = 0; order == 2 && i < 15000; i++) {
				double swap = x[i];

				x[i] = x[29999 - i];
				x[29999 - i] = swap;
			}
			s = sketch_of(x, NULL, 30000, NULL);
			CHECK(bell_fit_sketch(s, NULL, &fit));
			cr_expect(!(fit.flags & BELL_FIT_ILL_CONDITIONED), "%s", kind_name[k]);
			first = order ? first : fit;
			sd = (first.ci95[1] - first.ci95[0]) / 3.92 * sqrt(30000);
			cr_expect(fabs(fit.lambda - first.lambda) <= 1e-10 * sd, "%s: off by %g",
				  kind_name[k], fabs(fit.lambda - first.lambda) / sd);
			bell_sketch_free(s);
		}
		free(x);
	}
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

/* ---- errors ---- */

Test(sketch, options_are_checked)
{
	static const struct bell_sketch_options wrong[] = {
	    {.width = 0.3},
	    {.width = 2},
	    {.width = 0.25},
	    {.width = -0.5},
	    {.width = NAN},
	    {.width = INFINITY},
	    {.width = 0x1p-1001},
	    {.width = 0.125, .center = NAN},
	    {.width = 0.125, .center = -INFINITY},
	    {.width = 0.125, .anchor = {NAN, 0}},
	    {.width = 0.125, .anchor = {0, 747}},
	    {.width = 0.125, .anchor = {-INFINITY, 0}},
	    {.width = 0.125, .center = 1e-310},
	    {.width = 0.125, .top = {0, NAN}}};
	static const struct bell_sketch_options right[] = {
	    {.width = 0.125},
	    {.width = 0x1p-4, .center = 1e-300},
	    {.width = 0x1p-1000},
	    {.width = 0},
	    {.width = 0x1p-3, .center = -3, .anchor = {0, 0.25}, .top = {1, 2}}};
	struct bell_sketch *s = NULL;

	for (size_t i = 0; i < COUNT(wrong); i++) {
		CHECK_STATUS(bell_sketch_create(&wrong[i], &s), BELL_EINVAL);
		cr_expect_null(s);
	}
	CHECK_STATUS(bell_sketch_create(NULL, NULL), BELL_EINVAL);
	for (size_t i = 0; i < COUNT(right); i++) {
		struct bell_sketch_summary m;

		s = new_sketch(&right[i]);
		m = summary_of(s);
		cr_expect(m.grid.width == right[i].width && m.grid.center == right[i].center,
			  "the grid comes back");
		cr_expect(m.grid.anchor[0] == right[i].anchor[0] &&
			  m.grid.anchor[1] == right[i].anchor[1]);
		bell_sketch_free(s);
	}
}

Test(sketch, errors)
{
	const double x[] = {1, 2};
	struct bell_sketch *s = new_sketch(NULL);
	struct bell_sketch_summary m;

	CHECK_STATUS(bell_sketch_update_f64(NULL, x, NULL, 2, 1), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_update_f64(s, NULL, NULL, 2, 1), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_update_f32(s, NULL, NULL, 2, 1), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_update_f64(s, x, NULL, 2, 1025), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_merge(NULL, s), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_merge(s, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_summary(NULL, &m), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_summary(s, NULL), BELL_EINVAL);
	cr_expect_eq(bell_sketch_size(NULL), 0);
	cr_expect_eq(summary_of(s).count, 0);
	bell_sketch_free(s);
}
