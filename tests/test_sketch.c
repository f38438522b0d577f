/* SPDX-License-Identifier: BSD-3-Clause */
/* test_sketch.c - what a sketch keeps, whatever the order, partition, merge and threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sketches.h"

#define N 5000

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

/* Few values, which threads count; then a row that is one value too many, or many of them. */
Test(sketch, threads_do_not_matter_to_few_values)
{
	enum { n = 500000 };
	double *x = malloc(n * sizeof *x), *w = malloc(n * sizeof *w);
	struct rng rng = {9};

	for (int kind = 0; kind < 3; kind++) {
		for (size_t i = 0; i < n; i++) {
			x[i] = (double)(rng_bits(&rng) % 1024);
			x[i] = i % 1000 == 3 ? NAN : i == 300000 ? -INFINITY : x[i];
			w[i] = (double)(rng_bits(&rng) % 5) / 4;
			if (kind == 1 && i == 400000)
				x[i] = w[i] = 0.5;
			if (kind == 2 && i > 200000)
				x[i] += rng_unit(&rng);
		}
		for (int weighted = 0; weighted < 2; weighted++) {
			const double *weight = weighted ? w : NULL;
			struct bell_sketch *one = sketch_of(x, weight, n, NULL);

			cr_expect_eq(summary_of(one).bins > 0, kind > 0);
			for (unsigned threads = 2; threads <= 7; threads += 5) {
				struct bell_sketch *s = new_sketch(NULL);

				CHECK(bell_sketch_update_f64(s, x, weight, n, threads));
				cr_expect(same_bytes(one, s), "kind %d, %u threads", kind, threads);
				bell_sketch_free(s);
			}
			bell_sketch_free(one);
		}
	}
	free(x);
	free(w);
}

/*
 * A column that moves away after 1.3 looks, and again after 4.4: found out amid rows that are taken
 * together.
 */
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

/* Of any value: a missing or infinite one too. */
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
