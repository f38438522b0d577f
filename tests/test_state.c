/* SPDX-License-Identifier: BSD-3-Clause */
/* test_state.c - tables in parts: the same bits from any parts in any order, and clear refusals. */
#include <math.h>
#include "states.h"

#define ROWS 12000

/* All ordinary kinds of columns, row after row. */
static double *table_of_kinds(size_t rows)
{
	double *table = malloc(rows * KINDS * sizeof *table);

	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, rows);

		for (size_t i = 0; i < rows; i++)
			table[i * KINDS + k] = i % 97 == k ? NAN : x[i];
		free(x);
	}
	return table;
}

/* 64 rows from each of 64 places. */
static struct bell_state *sample_of(const double *table, size_t rows)
{
	struct bell_state *s = new_state(KINDS, kind_name);

	for (size_t i = 0; i < 64; i++)
		add_rows(s, table + rows / 64 * i * KINDS, 64);
	return s;
}

enum tree { LEFT, BALANCED, RANDOM };

/* Merges the parts, in a random order, in a tree, and frees them. */
static struct bell_state *merged(struct bell_state **part, size_t n, enum tree tree,
				 struct rng *rng)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)(rng_bits(rng) % i);
		struct bell_state *swap = part[i - 1];

		part[i - 1] = part[j];
		part[j] = swap;
	}
	while (n > 1) {
		size_t a = tree == RANDOM ? (size_t)(rng_bits(rng) % (n - 1)) : 0;
		/* The result of BALANCED waits behind all others. */
		struct bell_state *into = part[a], *from = part[a + 1];

		CHECK(bell_state_merge(into, from));
		bell_state_free(from);
		memmove(part + a + 1, part + a + 2, (n - a - 2) * sizeof *part);
		n--;
		if (tree == BALANCED) {
			memmove(part, part + 1, (n - 1) * sizeof *part);
			part[n - 1] = into;
		}
	}
	return part[0];
}

static char *json_of(const struct bell_state *s)
{
	struct bell_model *m;
	char *text;

	CHECK(bell_state_fit(s, NULL, 1, &m));
	CHECK(bell_model_to_json(m, &text));
	bell_model_free(m);
	return text;
}

/* States of `parts` parts of ragged lengths, some of them empty. */
static void make_parts(const struct bell_state *like, const double *table, size_t rows,
		       size_t parts, struct rng *rng, struct bell_state **part)
{
	size_t done = 0;

	for (size_t i = 0; i < parts; i++) {
		size_t left = rows - done, n = left;

		if (i + 1 < parts) {
			n = (size_t)(rng_bits(rng) % (2 * rows / parts + 1));
			n = n < left ? n : left;
		}
		CHECK(bell_state_like(like, &part[i]));
		add_rows(part[i], table + done * KINDS, n);
		done += n;
	}
}

/*
 * One file of the state, and one of the model, from any parts, order and tree.  BELLSHAPE_LONG has
 * 8 partitions in 10 orders; scripts/check-long shards sets it.
 */
Test(state, same_bytes_from_any_parts_in_any_order)
{
	static const size_t few[] = {2, 7, 100}, many[] = {1, 2, 7, 30, 100, 100, 300, 1000};
	bool is_long = getenv("BELLSHAPE_LONG");
	const size_t *parts = is_long ? many : few;
	size_t partitions = is_long ? COUNT(many) : COUNT(few), orders = is_long ? 10 : 1;
	double *table = table_of_kinds(ROWS);
	struct bell_state *like = sample_of(table, ROWS), *whole, *part[1000];
	struct rng rng = {1};
	char *text;

	CHECK(bell_state_like(like, &whole));
	cr_expect_eq(bell_state_rows(whole), 0);
	add_rows(whole, table, ROWS);
	cr_expect_eq(bell_state_rows(whole), ROWS);
	text = json_of(whole);
	for (size_t i = 0; i < partitions * orders * 3; i++) {
		size_t n = parts[i / 3 / orders];
		enum tree tree = (enum tree)(i % 3);
		struct bell_state *all;
		char *again;

		make_parts(like, table, ROWS, n, &rng, part);
		all = merged(part, n, tree, &rng);
		again = json_of(all);
		cr_expect(same_state(all, whole), "%zu parts, tree %d", n, tree);
		cr_expect_str_eq(again, text, "%zu parts, tree %d", n, tree);
		bell_state_free(all);
		free(again);
	}
	bell_state_free(like), bell_state_free(whole);
	free(text), free(table);
}

/* Grids of their own: lambda is the same to 1e-9 of the scale on which errors are measured. */
Test(state, parts_with_grids_of_their_own)
{
	double *table = table_of_kinds(ROWS);
	struct bell_state *all = new_state(KINDS, kind_name), *whole = new_state(KINDS, kind_name);
	struct bell_model *m, *n;

	add_rows(whole, table, ROWS);
	for (size_t i = 0; i < ROWS; i += 1500) {
		struct bell_state *part = new_state(KINDS, kind_name);

		add_rows(part, table + i * KINDS, 1500);
		CHECK(bell_state_merge(all, part));
		bell_state_free(part);
	}
	CHECK(bell_state_fit(all, NULL, 1, &m));
	CHECK(bell_state_fit(whole, NULL, 1, &n));
	for (size_t j = 0; j < KINDS; j++) {
		const struct bell_fit *a = bell_model_fit(m, j), *b = bell_model_fit(n, j);

		/* The interval is some four standard errors wide. */
		cr_expect(near(a->lambda, b->lambda, 1e-9 * (b->ci95[1] - b->ci95[0])),
			  "%s: %.17g, not %.17g", kind_name[j], a->lambda, b->lambda);
	}
	bell_model_free(m), bell_model_free(n);
	bell_state_free(all), bell_state_free(whole);
	free(table);
}

/* A shard an hour of a month and more: ranges that hardly overlap stay as small as one stream. */
Test(state, shards_of_ranges_stay_small)
{
	enum { SHARDS = 1000, EACH = 300 };
	static const char *const names[] = {"time"};
	struct bell_state *like = new_state(1, names), *all, *whole, *part;
	double x[EACH];

	for (size_t i = 0; i < 4096; i++)
		add_rows(like, (double[]){1.7e9 + (double)(i * SHARDS / 4096) * 3600}, 1);
	CHECK(bell_state_like(like, &all));
	CHECK(bell_state_like(like, &whole));
	for (size_t i = 0; i < SHARDS; i++) {
		for (size_t j = 0; j < EACH; j++)
			x[j] = 1.7e9 + (double)i * 3600 + (double)j * 12;
		CHECK(bell_state_like(like, &part));
		add_rows(part, x, EACH);
		add_rows(whole, x, EACH);
		CHECK(bell_state_merge(all, part));
		bell_state_free(part);
	}
	cr_expect(same_state(all, whole));
	cr_expect_lt(bell_state_size(all), 32768);
	bell_state_free(like), bell_state_free(all), bell_state_free(whole);
}

/*
 * Ordinary positive columns of 10000 rows take 8 KB, their names included; those with values of
 * every size a little more.
 */
Test(state, positive_columns_are_small)
{
	static const enum kind kinds[] = {LOGNORMAL, PRESSURE, KELVIN, PRICE, UNIX_TIME,
					  PH,        COUNTS,   TINY,   ZEROS, SIZES};

	for (size_t i = 0; i < COUNT(kinds); i++) {
		size_t limit = kinds[i] == ZEROS || kinds[i] == SIZES ? 13312 : 8192;
		double *x = column(kinds[i], 10000);
		struct bell_state *s = new_state(1, &kind_name[kinds[i]]), *part;

		add_rows(s, x, 4096);
		CHECK(bell_state_like(s, &part));
		add_rows(part, x, 10000);
		bell_state_free(s);
		cr_expect_leq(bell_state_size(part), limit, "%s: %zu", kind_name[kinds[i]],
			      bell_state_size(part));
		bell_state_free(part);
		free(x);
	}
}

/* With any options: what bell_model_fit_sketches() says, and the names. */
Test(state, fits_with_any_options)
{
	double *table = table_of_kinds(2000);
	struct bell_state *s = new_state(KINDS, kind_name);
	struct bell_fit_options options;

	add_rows(s, table, 2000);
	for (int i = 0; i < 3; i++) {
		struct bell_model *m, *n;

		bell_fit_options_default(&options);
		options.method = i == 0 ? BELL_BEST : BELL_YEO_JOHNSON;
		options.robust = i == 1;
		options.round_level = i == 2 ? 0.95 : 0;
		CHECK(bell_state_fit(s, &options, 2, &m));
		CHECK(bell_model_fit_sketches(bell_state_sketches(s), KINDS, &options, 1, &n));
		for (size_t j = 0; j < KINDS; j++) {
			size_t count, expected;

			bell_model_candidates(m, j, &count);
			bell_model_candidates(n, j, &expected);
			cr_expect_eq(count, expected);
			cr_expect_str_eq(bell_model_name(m, j), kind_name[j]);
			cr_expect(same_words(bell_model_fit(m, j), bell_model_fit(n, j),
					     sizeof(struct bell_fit)),
				  "options %d, %s", i, kind_name[j]);
		}
		bell_model_free(m), bell_model_free(n);
	}
	options.method = BELL_BOX_COX;
	CHECK_STATUS(bell_state_fit(s, &options, 1, &(struct bell_model *){0}), BELL_EDOMAIN);
	bell_state_free(s);
	free(table);
}
