/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * span.c - rows of values into integer sums over bins.
 *
 * Threads share the pieces of a span of rows.  Each adds its rows to tables of its own, one a
 * window; tables add up to bins.  All sums are of integers, so who adds what changes no bit.
 */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "sketch/bins.h"
#include "parallel.h"

#define PIECE ((size_t)4 * BELL_CHUNK)
/* Values outside are added when they are more than a chunk, and a chunk can bring as many. */
#define REST ((size_t)2 * BELL_CHUNK)

/* ---- what one thread makes of rows of a span ---- */

struct part {
	const struct span *span;
	const struct lattice *lattice;
	atomic_size_t *next; /* piece of the rows that no thread has taken */
	double *rest; /* unweighted values that lie outside the first window, up to REST of them */
	size_t left;
	int64_t (*table[WINDOWS])[SKETCH_POWERS]; /* of unweighted rows, */
	int128 (*wide[WINDOWS])[SKETCH_POWERS];   /* of weighted ones; NULL until needed */
	int windows;                              /* up to the last one with a table */
	uint64_t count, missing, infinite;
	int128 zeros; /* the weight of zeros among weighted rows */
	bool bottomless;
	_Atomic uint64_t
	    *outside; /* rows before each check that lie outside the narrow bins: of all threads */
	size_t check; /* the one that the rows in hand come before */
	double min, max;
	enum bell_status status;
};

static bool weighted(const struct span *span) { return span->weights || span->units; }

static void note(struct part *part, const struct scan *scan, size_t n)
{
	part->count += (uint64_t)scan->finite;
	part->missing += (uint64_t)scan->missing;
	part->infinite += n - (uint64_t)scan->finite - (uint64_t)scan->missing;
	part->min = scan->min < part->min ? scan->min : part->min;
	part->max = scan->max > part->max ? scan->max : part->max;
}

/* Whether -infinity is among rows that hold an infinity. */
static void note_bottom(struct part *part, size_t first, size_t n)
{
	for (size_t i = first; i < first + n; i++)
		part->bottomless = part->bottomless || value_at(part->span->x, i) == -INFINITY;
}

static void add_far(struct part *part, size_t n)
{
	atomic_fetch_add_explicit(&part->outside[part->check], n, memory_order_relaxed);
}

/* A table of window i, of zeros, whose rows keep to cache lines, made when it is first needed. */
static bool need(struct part *part, int i, void *table, size_t row)
{
	void **t = table;

	if (!*t) {
		*t = aligned_alloc(64, TABLE_ROWS * row);
		if (!*t) {
			part->status = BELL_ENOMEM;
			return false;
		}
		memset(*t, 0, TABLE_ROWS * row);
		part->windows = part->windows > i + 1 ? part->windows : i + 1;
	}
	return true;
}

/* The first window from `i` on that can hold one of the n values. */
static int next_level(const struct part *part, int i, const double *x, size_t n)
{
	const struct lattice *l = part->lattice;
	int best = l->windows - 2;
	double d[NODE_PAD];

	for (size_t first = 0; first < n && i < best; first += NODE_PAD) {
		for (size_t j = 0; j < NODE_PAD; j++)
			d[j] = fabs(x[first + j < n ? first + j : first]);
		part->span->b->log_ratio(d, NODE_PAD, 0, d);
		for (size_t j = 0; j < NODE_PAD && first + j < n; j++) {
			int level = bell_level_for(l, i, d[j], x[first + j] < 0);

			best = level < best ? level : best;
		}
	}
	return i < best ? best : i;
}

/* Values that lie outside the first window, into the others. */
static void add_rest(struct part *part)
{
	size_t left = part->left;

	part->left = 0;
	for (int i = 1; left; i++) {
		struct level level;

		i = next_level(part, i, part->rest, left);
		level = bell_level(part->lattice, i);
		if (!need(part, i, &part->table[i], sizeof **part->table))
			return;
		left = part->span->b->sketch_f64(part->rest, left, &level.window, part->table[i],
						 part->rest);
	}
}

/* Up to BELL_CHUNK values of weight 1. */
static void add_chunk(struct part *part, const struct level *level0, size_t first, size_t n)
{
	const struct backend *b = part->span->b;
	const struct values *x = part->span->x;
	double *rest = part->rest + part->left;
	size_t left;
	struct scan scan;

	if (x->f32) {
		b->scan_f32(x->f32 + first, n, &scan);
		left = b->sketch_f32(x->f32 + first, n, &level0->window, part->table[0], rest);
	} else {
		b->scan_f64(x->f64 + first, n, &scan);
		left = b->sketch_f64(x->f64 + first, n, &level0->window, part->table[0], rest);
	}
	note(part, &scan, n);
	if (scan.finite + scan.missing < (double)n)
		note_bottom(part, first, n);
	add_far(part, left);
	part->left += left;
	if (part->left > BELL_CHUNK)
		add_rest(part);
}

/* w t^j in units of 2^-(WEIGHT_BITS + POWER_BITS), from the row of t and w in units of
 * 2^-WEIGHT_BITS. */
static void add_row(int128 sum[SKETCH_POWERS], const int64_t row[SKETCH_POWERS], int128 w)
{
	const double magic = SKETCH_MAGIC;
	int64_t zero;

	memcpy(&zero, &magic, sizeof zero);
	sum[0] += w << POWER_BITS;
	for (int j = 1; j < SKETCH_POWERS; j++)
		sum[j] += (row[j] - zero) * w;
}

/* Up to BLOCK values with weights. */
static void add_weighted(struct part *part, size_t first, size_t n)
{
	const struct backend *b = part->span->b;
	double x[BLOCK] = {0};
	int128 w[BLOCK];
	int64_t row[BLOCK][SKETCH_POWERS];
	int32_t index[BLOCK];
	struct scan scan;
	size_t m = 0;

	for (size_t i = first; i < first + n; i++) {
		x[m] = value_at(part->span->x, i);
		w[m] = weight_units(part->span, i);
		part->bottomless = part->bottomless || (w[m] > 0 && x[m] == -INFINITY);
		m += w[m] > 0;
	}
	b->scan_f64(x, m, &scan);
	note(part, &scan, m);
	for (int level = 0; m; level++) {
		size_t left = 0;
		struct level l;

		if (level)
			level = next_level(part, level, x, m);
		l = bell_level(part->lattice, level);
		if (!need(part, level, &part->wide[level], sizeof **part->wide))
			return;
		b->rows_f64(x, m, &l.window, index, row);
		for (size_t i = 0; i < m; i++) {
			if (index[i]) {
				add_row(part->wide[level][index[i]], row[i], w[i]);
			} else if (x[i] == 0) {
				part->zeros += w[i] << POWER_BITS;
			} else if (isfinite(x[i])) {
				x[left] = x[i];
				w[left++] = w[i];
			}
		}
		if (!level)
			add_far(part, left);
		m = left;
	}
}

static void add_rows(struct part *part, const struct level *level0, size_t first, size_t end)
{
	bool w = weighted(part->span);
	size_t most = w ? BLOCK : BELL_CHUNK;

	for (size_t n; first < end && part->status == BELL_OK; first += n) {
		n = end - first < most ? end - first : most;
		if (w)
			add_weighted(part, first, n);
		else
			add_chunk(part, level0, first, n);
	}
}

/*
 * The first check before `check` at which the grid turned out not to suit the rows; `check`: none.
 */
static size_t unsuited(const struct span *span, _Atomic uint64_t *outside, size_t check)
{
	size_t i = span->grid->fixed ? check : 0;

	while (i < check &&
	       atomic_load_explicit(&outside[i], memory_order_relaxed) <= CHECK_ROWS / OUTSIDE_PART)
		i++;
	return i;
}

static void run_part(void *context, size_t i)
{
	struct part *part = (struct part *)context + i;
	const struct span *span = part->span;
	struct level level0 = bell_level(part->lattice, 0);

	if (!weighted(span)) {
		part->rest = malloc(REST * sizeof *part->rest);
		if (!part->rest)
			part->status = BELL_ENOMEM;
		if (!part->rest || !need(part, 0, &part->table[0], sizeof **part->table))
			return;
	}
	/* pieces end where checks do */
	size_t before = span->seen % CHECK_ROWS, lead = span->seen % PIECE, end = span->n + lead;

	for (size_t at; (at = bell_next(part->next) * PIECE) < end;) {
		size_t done = at ? at - lead : 0;

		part->check = (before + done) / CHECK_ROWS;
		if (unsuited(span, part->outside, part->check) < part->check)
			return; /* to be discarded */
		add_rows(part, &level0, span->first + done,
			 span->first + (end - at < PIECE ? end : at + PIECE) - lead);
	}
	add_rest(part);
}

/* ---- parts into the sketch ---- */

/* A row of a table as the bin of its key. */
static void fold_row(struct bin *bin, const int64_t narrow[SKETCH_POWERS],
		     const int128 wide[SKETCH_POWERS])
{
	const double magic = SKETCH_MAGIC;
	uint64_t zero, count = narrow ? (uint64_t)narrow[0] : 0;

	memcpy(&zero, &magic, sizeof zero);
	if (wide)
		memcpy(bin->sum, wide, sizeof bin->sum);
	bin->sum[0] += (int128)count << SUM_BITS;
	for (int j = 1; count && j < SKETCH_POWERS; j++) {
		/* each row counted `zero` in: unsigned, because only the sum without it fits */
		uint64_t units = (uint64_t)narrow[j] - count * zero;

		bin->sum[j] += (int128)(int64_t)units * ((int128)1 << WEIGHT_BITS);
	}
}

/*
 * Appends the bins of window i to those at out and takes their unweighted rows off *rows; returns
 * their number.
 */
static size_t fold_window(const struct part *part, int i, struct bin *out, uint64_t *rows)
{
	const struct level l = bell_level(part->lattice, i);
	int64_t(*narrow)[SKETCH_POWERS] = part->table[i];
	int128(*wide)[SKETCH_POWERS] = part->wide[i];
	size_t n = 0;

	for (int row = 0; row < l.rows[0] + l.rows[1]; row++) {
		int side = row >= l.rows[0], at = row + ROW_BINS;

		if (!(narrow && narrow[at][0]) && !(wide && wide[at][0]))
			continue;
		*rows -= narrow ? (uint64_t)narrow[at][0] : 0;
		out[n] =
		    (struct bin){.center = l.center,
				 .exponent = l.exponent,
				 .negative = side,
				 .k = (int64_t)l.window.low[side] + (side ? row - l.rows[0] : row)};
		fold_row(&out[n++], narrow ? narrow[at] : NULL, wide ? wide[at] : NULL);
	}
	return n;
}

static void free_part(struct part *part)
{
	free(part->rest);
	for (int i = 0; i < part->windows; i++) {
		free(part->table[i]);
		free(part->wide[i]);
	}
}

/* The bins of all windows into those of the sketch; unweighted rows that are in none are zeros. */
static enum bell_status fold_windows(struct bell_sketch *s, const struct part *part)
{
	uint64_t rows = weighted(part->span) ? 0 : part->count;
	size_t tables = 0, n = 0;
	enum bell_status status;
	struct bin *bin;

	for (int i = 0; i < part->windows; i++)
		tables += part->table[i] || part->wide[i];
	if (!tables)
		return BELL_OK;
	bin = malloc(tables * TABLE_ROWS * sizeof *bin);
	if (!bin)
		return BELL_ENOMEM;
	for (int i = 0; i < part->windows; i++)
		if (part->table[i] || part->wide[i])
			n += fold_window(part, i, bin + n, &rows);
	s->zeros += (int128)rows << SUM_BITS;
	status = bell_bins_add(s, bin, n);
	free(bin);
	return status;
}

static enum bell_status fold_part(struct bell_sketch *s, struct part *part)
{
	enum bell_status status = part->status;

	if (status == BELL_OK)
		status = fold_windows(s, part);
	s->zeros += part->zeros;
	s->count += part->count;
	s->missing += part->missing;
	s->infinite += part->infinite;
	s->bottomless = s->bottomless || part->bottomless;
	s->min = part->min < s->min ? part->min : s->min;
	s->max = part->max > s->max ? part->max : s->max;
	return status;
}

/* One try: all rows, or span->n less and none. */
static enum bell_status add_span(struct bell_sketch *s, struct span *span, unsigned threads)
{
	size_t worth = weighted(span) ? PIECE : 4 * PIECE;
	unsigned parts = bell_threads(threads, span->n / worth);
	enum bell_status status = BELL_OK;
	struct part *part = calloc(parts, sizeof *part);
	struct lattice lattice = bell_lattice(span->b, span->grid);
	_Atomic uint64_t outside[MAX_CHECKS] = {s->outside};
	atomic_size_t next = 0;
	size_t before = span->seen % CHECK_ROWS, last = (before + span->n - 1) / CHECK_ROWS, check,
	       n;

	if (!part)
		return BELL_ENOMEM;
	for (unsigned i = 0; i < parts; i++) {
		part[i].span = span;
		part[i].lattice = &lattice;
		part[i].next = &next;
		part[i].outside = outside;
		part[i].min = INFINITY;
		part[i].max = -INFINITY;
	}
	bell_parallel(parts, parts, run_part, part);
	check = unsuited(span, outside, last);
	n = check < last ? (check + 1) * CHECK_ROWS - before : span->n;
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
