/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * span.c - rows of values into the bins of a sketch.
 *
 * Threads share the pieces of a span of rows.  Each adds its rows to tables of its own, one a
 * level, and the tables are then added to the bins.  All sums are sums of integers, so it does not
 * matter to any bit which thread adds what.
 */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "parallel.h"
#include "sketch/level.h"
#include "sketch/sketch.h"
#include "sketch/span.h"

/* The rows that a thread takes at a time; CHECK_ROWS is a multiple of it. */
#define PIECE ((size_t)4 * BELL_CHUNK)

/* The rows that are worth a thread of their own, and those with weights, which take longer. */
#define MIN_PER_THREAD          (4 * PIECE)
#define MIN_PER_THREAD_WEIGHTED PIECE

/* ---- what one thread makes of rows of a span ---- */

struct part {
	const struct span *span;

	/*
	 * The piece of the span, counted in PIECE rows, that no thread has taken; of all threads.
	 */
	atomic_size_t *next;

	/* The sums of each level, of rows without and with weights; NULL until needed. */
	int64_t (*table[MAX_LEVELS])[SKETCH_POWERS];
	int128 (*wide[MAX_LEVELS])[SKETCH_POWERS];

	uint64_t count, missing, infinite;
	double min, max;

	/* For each check the rows before it that lie outside the narrow bins; of all threads. */
	_Atomic uint64_t *outside;

	/* The check that comes next after the rows in hand. */
	size_t check;

	enum bell_status status;
};

static void note(struct part *part, const struct scan *scan, size_t n)
{
	part->count += (uint64_t)scan->finite;
	part->missing += (uint64_t)scan->missing;
	part->infinite += n - (uint64_t)scan->finite - (uint64_t)scan->missing;
	part->min = scan->min < part->min ? scan->min : part->min;
	part->max = scan->max > part->max ? scan->max : part->max;
}

static void add_outside(struct part *part, size_t n)
{
	atomic_fetch_add_explicit(&part->outside[part->check], n, memory_order_relaxed);
}

/* Makes a table of zeros, whose rows keep to cache lines, unless there is one; false: no memory. */
static bool make_table(void *table, size_t row)
{
	void **t = table;

	if (!*t) {
		*t = aligned_alloc(64, MAX_ROWS * row);
		if (*t)
			memset(*t, 0, MAX_ROWS * row);
	}
	return *t;
}

/* Adds up to BELL_CHUNK values of weight 1. */
static void add_chunk(struct part *part, const struct level *level0, size_t first, size_t n)
{
	const struct backend *b = part->span->b;
	const struct grid *grid = part->span->grid;
	const struct values *x = part->span->x;
	double rest[BELL_CHUNK];
	size_t left;
	struct scan scan;

	if (!make_table(&part->table[0], sizeof **part->table)) {
		part->status = BELL_ENOMEM;
		return;
	}
	if (x->f32) {
		b->scan_f32(x->f32 + first, n, &scan);
		left = b->sketch_f32(x->f32 + first, n, &level0->window, part->table[0], rest);
	} else {
		b->scan_f64(x->f64 + first, n, &scan);
		left = b->sketch_f64(x->f64 + first, n, &level0->window, part->table[0], rest);
	}
	note(part, &scan, n);
	add_outside(part, left);
	for (int i = 1; left; i++) {
		struct level level;

		i = bell_level_next(b, grid, i, rest, left);
		level = bell_level_make(b, grid, i);
		if (!make_table(&part->table[i], sizeof **part->table)) {
			part->status = BELL_ENOMEM;
			return;
		}
		left = b->sketch_f64(rest, left, &level.window, part->table[i], rest);
	}
}

/* Adds weight w times the powers in a row, which are counted from the bits of SKETCH_MAGIC. */
static void add_row(int128 sum[SKETCH_POWERS], const int64_t row[SKETCH_POWERS], int64_t w)
{
	const double magic = SKETCH_MAGIC;
	int64_t zero;

	memcpy(&zero, &magic, sizeof zero);
	sum[0] += (int128)w << POWER_BITS;
	for (int j = 1; j < SKETCH_POWERS; j++)
		sum[j] += (int128)(row[j] - zero) * w;
}

/* Adds up to BLOCK values with weights. */
static void add_weighted(struct part *part, size_t first, size_t n)
{
	const struct backend *b = part->span->b;
	const struct grid *grid = part->span->grid;
	double x[BLOCK];
	int64_t w[BLOCK], row[BLOCK][SKETCH_POWERS];
	int32_t index[BLOCK];
	struct scan scan;
	size_t m = 0;

	for (size_t i = first; i < first + n; i++) {
		x[m] = value_at(part->span->x, i);
		w[m] = weight_units(part->span, i);
		m += w[m] > 0;
	}
	b->scan_f64(x, m, &scan);
	note(part, &scan, m);
	for (int level = 0; m; level++) {
		size_t left = 0;
		struct level l;

		if (level)
			level = bell_level_next(b, grid, level, x, m);
		l = bell_level_make(b, grid, level);
		if (!make_table(&part->wide[level], sizeof **part->wide)) {
			part->status = BELL_ENOMEM;
			return;
		}
		b->rows_f64(x, m, &l.window, index, row);
		for (size_t i = 0; i < m; i++) {
			if (index[i]) {
				add_row(part->wide[level][index[i]], row[i], w[i]);
			} else if (isfinite(x[i])) {
				x[left] = x[i];
				w[left++] = w[i];
			}
		}
		if (!level)
			add_outside(part, left);
		m = left;
	}
}

static void add_rows(struct part *part, const struct level *level0, size_t first, size_t end)
{
	bool weighted = part->span->weights || part->span->units;
	size_t max = weighted ? BLOCK : BELL_CHUNK;

	for (size_t n; first < end && part->status == BELL_OK; first += n) {
		n = end - first < max ? end - first : max;
		if (weighted)
			add_weighted(part, first, n);
		else
			add_chunk(part, level0, first, n);
	}
}

/*
 * The first check before number `check` at which too many rows lay outside the narrow bins; `check`
 * if there is none, or if the grid is fixed.
 */
static size_t first_bad_check(const struct span *span, const _Atomic uint64_t *outside,
			      size_t check)
{
	size_t i = span->grid->fixed ? check : 0;

	while (i < check && atomic_load_explicit(&outside[i], memory_order_relaxed) <= MAX_OUTSIDE)
		i++;
	return i;
}

static void run_part(void *context, size_t i)
{
	struct part *part = (struct part *)context + i;
	const struct span *span = part->span;
	struct level level0 = bell_level_make(span->b, span->grid, 0);

	/* pieces are counted from the last check, so that none goes beyond the next */
	size_t lead = span->rows_since_check % PIECE, end = span->n + lead;

	for (size_t at; (at = bell_next(part->next) * PIECE) < end;) {
		size_t done = at ? at - lead : 0;

		part->check = (span->rows_since_check + done) / CHECK_ROWS;
		if (first_bad_check(span, part->outside, part->check) < part->check)
			return; /* the caller throws all parts away and takes fewer rows */
		add_rows(part, &level0, span->first + done,
			 span->first + (end - at < PIECE ? end : at + PIECE) - lead);
	}
}

/* ---- parts into the sketch ---- */

static enum bell_status fold_level(struct bell_sketch *s, const struct level *l,
				   int64_t (*table)[SKETCH_POWERS], int128 (*wide)[SKETCH_POWERS])
{
	const double magic = SKETCH_MAGIC;
	enum bell_status status = BELL_OK;
	int64_t zero;

	memcpy(&zero, &magic, sizeof zero);
	for (int i = 0; i < l->rows[0] + l->rows[1] && status == BELL_OK; i++) {
		int side = i >= l->rows[0];
		struct bin key = {.center = l->center,
				  .exponent = l->exponent,
				  .negative = side,
				  .k = (int64_t)l->window.low[side] + (side ? i - l->rows[0] : i)};
		int128 sum[SKETCH_POWERS] = {0};
		int64_t count = table ? table[i + 1][0] : 0;

		if (!count && !(wide && wide[i + 1][0]))
			continue;
		if (wide)
			memcpy(sum, wide[i + 1], sizeof sum);
		sum[0] += (int128)count << (POWER_BITS + WEIGHT_BITS);
		for (int j = 1; count && j < SKETCH_POWERS; j++) {
			/*
			 * Each row added `zero` too.  That sum may wrap around, so it is unsigned;
			 * the sum without the zeros fits.
			 */
			uint64_t units =
			    (uint64_t)table[i + 1][j] - (uint64_t)count * (uint64_t)zero;

			sum[j] += (int128)(int64_t)units * ((int128)1 << WEIGHT_BITS);
		}
		status = bell_bin_add(s, &key, sum);
	}
	return status;
}

static void free_part(struct part *part)
{
	for (int i = 0; i < MAX_LEVELS; i++) {
		free(part->table[i]);
		free(part->wide[i]);
	}
}

static enum bell_status fold_part(struct bell_sketch *s, struct part *part)
{
	enum bell_status status = part->status;

	for (int i = 0; i < MAX_LEVELS; i++) {
		if (status == BELL_OK && (part->table[i] || part->wide[i])) {
			struct level l = bell_level_make(part->span->b, part->span->grid, i);

			status = fold_level(s, &l, part->table[i], part->wide[i]);
		}
	}
	s->count += part->count;
	s->missing += part->missing;
	s->infinite += part->infinite;
	s->min = part->min < s->min ? part->min : s->min;
	s->max = part->max > s->max ? part->max : s->max;
	return status;
}

/*
 * Adds all rows of the span.  If a grid check before the last one fails, adds none and sets span->n
 * to the number of rows up to that check.
 */
static enum bell_status add_span(struct bell_sketch *s, struct span *span, unsigned threads)
{
	bool weighted = span->weights || span->units;
	size_t worth = weighted ? MIN_PER_THREAD_WEIGHTED : MIN_PER_THREAD;
	unsigned parts = bell_threads(threads, span->n / worth);
	enum bell_status status = BELL_OK;
	struct part *part = calloc(parts, sizeof *part);
	_Atomic uint64_t outside[MAX_CHECKS] = {s->outside};
	atomic_size_t next = 0;
	size_t last = (span->rows_since_check + span->n - 1) / CHECK_ROWS, check, n;

	if (!part)
		return BELL_ENOMEM;
	for (unsigned i = 0; i < parts; i++) {
		part[i].span = span;
		part[i].next = &next;
		part[i].outside = outside;
		part[i].min = INFINITY;
		part[i].max = -INFINITY;
	}
	bell_parallel(parts, parts, run_part, part);
	check = first_bad_check(span, outside, last);
	n = check < last ? (check + 1) * CHECK_ROWS - span->rows_since_check : span->n;
	for (unsigned i = 0; i < parts; i++) {
		if (n == span->n && status == BELL_OK)
			status = fold_part(s, &part[i]);
		free_part(&part[i]);
	}
	if (n == span->n)
		s->outside = outside[last];
	span->n = n;
	free(part);
	return status;
}

enum bell_status bell_span_add(struct bell_sketch *s, struct span *span, unsigned threads)
{
	size_t n = span->n;
	enum bell_status status = add_span(s, span, threads);

	if (status == BELL_OK && span->n < n)
		status = add_span(s, span, threads);
	return status;
}
