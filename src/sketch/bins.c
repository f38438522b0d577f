/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bins.c - rows of values into integer sums over bins.
 *
 * Threads share the pieces of a span of rows.  Each adds its rows to tables of its own, one a level;
 * tables add up to bins.  All sums are of integers, so who adds what changes no bit.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sketch/bins.h"
#include "parallel.h"

#define PIECE      ((size_t)4 * BELL_CHUNK)
#define REACH      128 /* bins on either side of the anchor that a level holds */
#define TABLE_ROWS (2 * (2 * REACH + 1) + 1)
#define WIDEST     4         /* exponent of the width at which a level holds every double */
#define LEVELS     (504 + 1) /* from exponent -1000 to WIDEST by twos */

/* ---- bins, sorted ---- */

int bell_bin_order(const struct bin *a, const struct bin *b)
{
	if (a->center != b->center)
		return a->center < b->center ? -1 : 1;
	if (a->exponent != b->exponent)
		return a->exponent < b->exponent ? -1 : 1;
	if (a->negative != b->negative)
		return a->negative < b->negative ? -1 : 1;
	return (a->k > b->k) - (a->k < b->k);
}

enum bell_status bell_bin_add(struct bell_sketch *s, const struct bin *key,
			      const int128 sum[SKETCH_POWERS])
{
	size_t low = 0, high = s->bins;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (bell_bin_order(&s->bin[mid], key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == s->bins || bell_bin_order(&s->bin[low], key) != 0) {
		if (s->bins == MOST_BINS)
			return BELL_ESIZE;
		if (s->bins == s->bin_room) {
			size_t room = s->bin_room ? 2 * s->bin_room : 128;
			struct bin *bin = realloc(s->bin, room * sizeof *bin);

			if (!bin)
				return BELL_ENOMEM;
			s->bin = bin;
			s->bin_room = room;
		}
		memmove(&s->bin[low + 1], &s->bin[low], (s->bins++ - low) * sizeof *s->bin);
		s->bin[low] = *key;
		memset(s->bin[low].sum, 0, sizeof s->bin[low].sum);
	}
	for (int j = 0; j < SKETCH_POWERS; j++)
		s->bin[low].sum[j] =
		    (int128)((unsigned __int128)s->bin[low].sum[j] + (unsigned __int128)sum[j]);
	return BELL_OK;
}

/* ---- levels: each value goes to the first, hence the narrowest, whose window holds it ---- */

struct level {
	struct grid grid;
	double center;
	int exponent, rows[2]; /* rows of each side */
};

/* The anchor of a side without a center. */
static double plain_anchor(const struct backend *b, const struct placing *p, int side)
{
	return p->anchor[side] + (side == p->negative ? shift_of(b, p->method, p->center) : 0);
}

static struct level make_level(const struct backend *b, const struct placing *p, int i)
{
	struct level l = {.exponent = p->exponent + 2 * i, .grid.method = p->method};
	bool box_cox = p->method == BELL_BOX_COX;
	double width, middle;

	if (l.exponent > WIDEST)
		l.exponent = WIDEST;
	width = ldexp(1, l.exponent);
	if (p->center > 0 && REACH * width + fabs(p->anchor[p->negative]) <= 0.5)
		l.center = p->center;
	for (int side = 0; side < 2; side++) {
		if (l.center > 0 || box_cox) { /* one side, and d of either sign */
			middle = rint((l.center > 0 ? p->anchor[side] : plain_anchor(b, p, side)) /
				      width);
			l.grid.low[side] = middle - REACH;
			l.grid.high[side] =
			    side == p->negative ? middle + REACH : l.grid.low[side] - 1;
		} else {
			middle = rint(plain_anchor(b, p, side) / width);
			l.grid.low[side] = middle - REACH > 0 ? middle - REACH : 0;
			l.grid.high[side] = middle + REACH;
		}
		if (l.grid.high[side] >= l.grid.low[side])
			l.rows[side] = (int)(l.grid.high[side] - l.grid.low[side]) + 1;
	}
	l.grid.base[0] = 1 - l.grid.low[0];
	l.grid.base[1] = 1 + l.rows[0] - l.grid.low[1];
	l.grid.center = l.center;
	l.grid.inverse_unit = 1 / (1 + l.center);
	l.grid.inverse_width = ldexp(1, -l.exponent);
	return l;
}

static int last_level(const struct placing *p) { return (WIDEST + 1 - p->exponent) / 2; }

/* The first level from `i` on that can hold one of the n values, which no level below i does. */
static int next_level(const struct backend *b, const struct placing *p, int i, const double *x,
		      size_t n)
{
	const double anchor[2] = {plain_anchor(b, p, 0), plain_anchor(b, p, 1)};
	double nearest = INFINITY, d[NODE_PAD];

	for (size_t first = 0; first < n; first += NODE_PAD) {
		for (size_t j = 0; j < NODE_PAD; j++)
			d[j] = x[first + j < n ? first + j : first];
		coordinates(b, p->method, d, NODE_PAD, 0, d);
		for (size_t j = 0; j < NODE_PAD && first + j < n; j++) {
			double away = fabs(d[j] - anchor[x[first + j] < 0]);

			nearest = away < nearest ? away : nearest;
		}
	}
	nearest -= 0x1p-40; /* more than the rounding of a coordinate */
	while (i < last_level(p) && (REACH + 2) * ldexp(1, p->exponent + 2 * i) < nearest)
		i++;
	return i;
}

/* ---- what one thread makes of rows of a span ---- */

struct part {
	const struct span *span;
	size_t *next;                            /* piece of the rows that no thread has taken */
	int64_t (*table[LEVELS])[SKETCH_POWERS]; /* of unweighted rows, */
	int128 (*wide[LEVELS])[SKETCH_POWERS];   /* of weighted ones; NULL until needed */
	uint64_t count, missing, infinite;
	uint64_t *far; /* rows before each look that lie outside the narrow bins: of all threads */
	size_t look;   /* the one that the rows in hand come before */
	double min, max;
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

static void add_far(struct part *part, size_t n)
{
	__atomic_fetch_add(&part->far[part->look], n, __ATOMIC_RELAXED);
}

/* A table of zeros whose rows keep to cache lines, made when it is first needed. */
static bool need(void *table, size_t row)
{
	void **t = table;

	if (!*t) {
		*t = aligned_alloc(64, TABLE_ROWS * row);
		if (*t)
			memset(*t, 0, TABLE_ROWS * row);
	}
	return *t;
}

/* Up to BELL_CHUNK values of weight 1. */
static void add_chunk(struct part *part, const struct level *level0, size_t first, size_t n)
{
	const struct backend *b = part->span->b;
	const struct placing *place = part->span->place;
	const struct values *x = part->span->x;
	double rest[BELL_CHUNK];
	size_t left;
	struct scan scan;

	if (!need(&part->table[0], sizeof **part->table)) {
		part->status = BELL_ENOMEM;
		return;
	}
	if (x->f32) {
		b->scan_f32(x->f32 + first, n, &scan);
		left = b->sketch_f32(x->f32 + first, n, &level0->grid, part->table[0], rest);
	} else {
		b->scan_f64(x->f64 + first, n, &scan);
		left = b->sketch_f64(x->f64 + first, n, &level0->grid, part->table[0], rest);
	}
	note(part, &scan, n);
	add_far(part, left);
	for (int i = 1; left; i++) {
		struct level level;

		i = next_level(b, place, i, rest, left);
		level = make_level(b, place, i);
		if (!need(&part->table[i], sizeof **part->table)) {
			part->status = BELL_ENOMEM;
			return;
		}
		left = b->sketch_f64(rest, left, &level.grid, part->table[i], rest);
	}
}

/* w t^j in units of 2^-(WEIGHT_BITS + POWER_BITS), from the row of t and w in units of
 * 2^-WEIGHT_BITS. */
static void add_row(int128 sum[SKETCH_POWERS], const int64_t row[SKETCH_POWERS], int64_t w)
{
	const double magic = SKETCH_MAGIC;
	int64_t zero;

	memcpy(&zero, &magic, sizeof zero);
	sum[0] += (int128)w << POWER_BITS;
	for (int j = 1; j < SKETCH_POWERS; j++)
		sum[j] += (int128)(row[j] - zero) * w;
}

/* Up to BLOCK values with weights. */
static void add_weighted(struct part *part, size_t first, size_t n)
{
	const struct backend *b = part->span->b;
	const struct placing *place = part->span->place;
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
			level = next_level(b, place, level, x, m);
		l = make_level(b, place, level);
		if (!need(&part->wide[level], sizeof **part->wide)) {
			part->status = BELL_ENOMEM;
			return;
		}
		b->rows_f64(x, m, &l.grid, index, row);
		for (size_t i = 0; i < m; i++) {
			if (index[i]) {
				add_row(part->wide[level][index[i]], row[i], w[i]);
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
	bool weighted = part->span->weights || part->span->units;
	size_t most = weighted ? BLOCK : BELL_CHUNK;

	for (size_t n; first < end && part->status == BELL_OK; first += n) {
		n = end - first < most ? end - first : most;
		if (weighted)
			add_weighted(part, first, n);
		else
			add_chunk(part, level0, first, n);
	}
}

/* The first look before `look` at which the placing turned out not to suit the rows; `look`: none. */
static size_t unsuited(const struct span *span, const uint64_t *far, size_t look)
{
	size_t i = span->place->fixed ? look : 0;

	while (i < look && __atomic_load_n(&far[i], __ATOMIC_RELAXED) <= MOST_FAR)
		i++;
	return i;
}

static void run_part(void *context, size_t i)
{
	struct part *part = (struct part *)context + i;
	const struct span *span = part->span;
	struct level level0 = make_level(span->b, span->place, 0);

	/* pieces end where looks do */
	size_t lead = span->seen % PIECE, end = span->n + lead;

	for (size_t at; (at = bell_next(part->next) * PIECE) < end;) {
		size_t done = at ? at - lead : 0;

		part->look = (span->seen + done) / LOOK;
		if (unsuited(span, part->far, part->look) < part->look)
			return; /* to be discarded */
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
				  .k = (int64_t)l->grid.low[side] + (side ? i - l->rows[0] : i)};
		int128 sum[SKETCH_POWERS] = {0};
		int64_t count = table ? table[i + 1][0] : 0;

		if (!count && !(wide && wide[i + 1][0]))
			continue;
		if (wide)
			memcpy(sum, wide[i + 1], sizeof sum);
		sum[0] += (int128)count << (POWER_BITS + WEIGHT_BITS);
		for (int j = 1; count && j < SKETCH_POWERS; j++) {
			/* each row counted `zero` in: unsigned, because only the sum without it
			 * fits */
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
	for (int i = 0; i < LEVELS; i++) {
		free(part->table[i]);
		free(part->wide[i]);
	}
}

static enum bell_status fold_part(struct bell_sketch *s, struct part *part)
{
	enum bell_status status = part->status;

	for (int i = 0; i < LEVELS; i++) {
		if (status == BELL_OK && (part->table[i] || part->wide[i])) {
			struct level l = make_level(part->span->b, part->span->place, i);

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

/* One try: all rows, or span->n less and none. */
static enum bell_status add_span(struct bell_sketch *s, struct span *span, unsigned threads)
{
	size_t worth = span->weights || span->units ? PIECE : 4 * PIECE;
	unsigned parts = bell_threads(threads, span->n / worth);
	enum bell_status status = BELL_OK;
	struct part *part = calloc(parts, sizeof *part);
	uint64_t far[MOST_LOOKS] = {s->far};
	size_t next = 0, last = (span->seen + span->n - 1) / LOOK, look, n;

	if (!part)
		return BELL_ENOMEM;
	for (unsigned i = 0; i < parts; i++) {
		part[i].span = span;
		part[i].next = &next;
		part[i].far = far;
		part[i].min = INFINITY;
		part[i].max = -INFINITY;
	}
	bell_parallel(parts, parts, run_part, part);
	look = unsuited(span, far, last);
	n = look < last ? (look + 1) * LOOK - span->seen : span->n;
	for (unsigned i = 0; i < parts; i++) {
		if (n == span->n && status == BELL_OK)
			status = fold_part(s, &part[i]);
		free_part(&part[i]);
	}
	if (n == span->n)
		s->far = far[last];
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
