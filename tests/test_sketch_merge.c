/* SPDX-License-Identifier: BSD-3-Clause */
/* test_sketch_merge.c - sketches of parts are the sketch of the whole. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sketches.h"

#define N 5000

static void merge_and_free(struct bell_sketch *into, struct bell_sketch *from)
{
	CHECK(bell_sketch_merge(into, from));
	bell_sketch_free(from);
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
			cr_expect_eq(p.bins > 0, a + b > BELL_SKETCH_EXACT, "%s: %zu + %zu",
				     kind_name[k], a, b);
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

/* A sketch is not merged into itself, and the attempt changes nothing. */
Test(sketch, is_not_merged_into_itself)
{
	for (size_t n = 500; n <= N; n += N - 500) {
		double *x = column(NORMAL, n);
		struct bell_sketch *s = sketch_of(x, NULL, n, NULL),
				   *same = sketch_of(x, NULL, n, NULL);

		CHECK_STATUS(bell_sketch_merge(s, s), BELL_EINVAL);
		cr_expect(same_bytes(s, same), "%zu values", n);
		bell_sketch_free(s);
		bell_sketch_free(same);
		free(x);
	}
}

/* Of different grids: bins side by side. */
Test(sketch, merge_of_foreign_grids)
{
	static const struct bell_sketch_options coarse = {.width = 0.25},
						fine = {.width = 0x1p-9, .anchor = {1, 1}},
						centered = {.width = 0x1p-9, .center = 1000};
	double *x = column(LOGNORMAL, 2 * N);
	struct bell_sketch *a = sketch_of(x, NULL, N, &coarse),
			   *b = sketch_of(x + N, NULL, N, &fine),
			   *whole = sketch_of(x, NULL, 2 * N, NULL),
			   *c = sketch_of(x, NULL, 2 * N, &centered);
	size_t bins = summary_of(a).bins + summary_of(b).bins;
	struct bell_fit f, g;

	CHECK(bell_sketch_merge(a, b));
	cr_expect_eq(summary_of(a).bins, bins);
	CHECK(bell_fit_sketch(a, NULL, &f));
	CHECK(bell_fit_sketch(whole, NULL, &g));
	cr_expect_float_eq(f.lambda, g.lambda, 1e-7);
	CHECK(bell_fit_sketch(c, NULL, &f));
	cr_expect_float_eq(f.lambda, g.lambda, 1e-7);
	bell_sketch_free(a), bell_sketch_free(b), bell_sketch_free(c), bell_sketch_free(whole);
	free(x);
}
