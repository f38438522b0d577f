/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * values.c - distinct values and how much weight each has.
 *
 * A call counts its rows in a hash table and leaves a sorted list: what a sketch keeps does not
 * depend on the order of rows or on how they are cut into calls.
 */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "sketch/bins.h"
#include "parallel.h"
#include "sort.h"

/*
 * Rows that are counted before threads share the rest, by when a column of many values has shown
 * itself.
 */
#define ALONE ((size_t)1 << 16)
/* Rows that threads count before it is seen whether there still are few values. */
#define ROUND ((size_t)1 << 22)
/* Rows that a thread takes at a time. */
#define SHARE ((size_t)1 << 15)

/*
 * Distinct values in the order in which they came, and a hash table of their numbers, at most half
 * full.
 */
struct counter {
	double *value;
	int128 *weight;
	size_t used;
	uint16_t *slot; /* 1 + the number of a value; 0: empty */
	unsigned shift; /* 64 - log2 of the number of slots */

	/* Of the rows that were counted. */
	uint64_t count, missing, infinite;
	bool bottomless;
};

static void counter_free(struct counter *t)
{
	free(t->value);
	free(t->weight);
	free(t->slot);
}

static enum bell_status counter_make(struct counter *t, size_t distinct)
{
	unsigned bits = 3;

	if (distinct > BELL_SKETCH_EXACT)
		distinct = BELL_SKETCH_EXACT;
	while (((size_t)1 << bits) < 2 * distinct)
		bits++;
	*t = (struct counter){.value = malloc(distinct * sizeof *t->value),
			      .weight = malloc(distinct * sizeof *t->weight),
			      .slot = calloc((size_t)1 << bits, sizeof *t->slot),
			      .shift = 64 - bits};
	if (t->value && t->weight && t->slot)
		return BELL_OK;
	counter_free(t);
	return BELL_ENOMEM;
}

/* Adds weight to a value; false: it would be one more distinct value than there may be. */
static inline bool counter_add(struct counter *t, double value, int128 weight)
{
	size_t mask = ((size_t)1 << (64 - t->shift)) - 1, i;
	uint64_t bits;

	value += 0.0; /* -0 is 0 */
	memcpy(&bits, &value, sizeof bits);
	for (i = (size_t)(bits * 0x9e3779b97f4a7c15 >> t->shift); t->slot[i]; i = (i + 1) & mask)
		if (t->value[t->slot[i] - 1] == value) {
			t->weight[t->slot[i] - 1] += weight;
			return true;
		}
	if (t->used == BELL_SKETCH_EXACT)
		return false;
	t->value[t->used] = value;
	t->weight[t->used++] = weight;
	t->slot[i] = (uint16_t)t->used;
	return true;
}

/* Values in ascending order with their weights into the sketch. */
static enum bell_status counter_sort(const struct counter *t, struct bell_sketch *s)
{
	/* Room for one more, since nothing has no address. */
	size_t n = t->used, room = n + !n;
	double *value = malloc(room * sizeof *value), *from = malloc(room * sizeof *from);
	int128 *weight = malloc(room * sizeof *weight);
	enum bell_status status = value && from && weight ? BELL_OK : BELL_ENOMEM;

	if (status == BELL_OK) {
		memcpy(value, t->value, n * sizeof *value);
		for (size_t i = 0; i < n; i++)
			from[i] = (double)i;
		status = bell_sort(value, from, n);
	}
	if (status != BELL_OK) {
		free(value);
		free(from);
		free(weight);
		return status;
	}
	for (size_t i = 0; i < n; i++)
		weight[i] = t->weight[(size_t)from[i]];
	free(from);
	free(s->value);
	free(s->weight);
	s->value = value;
	s->weight = weight;
	s->values = n;
	if (n) {
		s->min = value[0];
		s->max = value[n - 1];
	}
	return BELL_OK;
}

/* What was counted becomes what the sketch keeps; its own values were counted first. */
static enum bell_status counter_keep(const struct counter *t, struct bell_sketch *s)
{
	if (t->used > s->values)
		return counter_sort(t, s);
	if (t->used)
		memcpy(s->weight, t->weight, t->used * sizeof *s->weight);
	return BELL_OK;
}

/*
 * Counts rows from `first` on until there would be one distinct value too many; returns the row at
 * which that is, or `end`.  span: their weights.
 */
static size_t counter_rows(struct counter *t, const struct values *x, const struct span *span,
			   size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		double v = value_at(x, i);
		int128 w = span->weights ? weight_units(span, i) : (int128)1 << WEIGHT_BITS;

		if (w == 0)
			continue;
		if (!isfinite(v)) {
			t->missing += isnan(v);
			t->infinite += !isnan(v);
			t->bottomless = t->bottomless || v < 0;
		} else if (counter_add(t, v, w)) {
			t->count++;
		} else {
			return i;
		}
	}
	return end;
}

/* ---- on several threads ---- */

/* Rows that threads share, a counter for each. */
struct counting {
	const struct values *x;
	const struct span *span;
	size_t first, end;
	atomic_size_t next;
	atomic_bool full; /* a counter cannot take any more */
	struct counter *part;
};

static void count_part(void *context, size_t i)
{
	struct counting *c = context;
	size_t at;

	while ((at = c->first + bell_next(&c->next) * SHARE) < c->end && !c->full) {
		size_t end = c->end - at < SHARE ? c->end : at + SHARE;

		if (counter_rows(&c->part[i], c->x, c->span, at, end) < end)
			c->full = true;
	}
}

/* Adds what another counter holds; false: it would be too many values. */
static bool counter_merge(struct counter *t, const struct counter *from)
{
	for (size_t i = 0; i < from->used; i++)
		if (!counter_add(t, from->value[i], from->weight[i]))
			return false;
	t->count += from->count;
	t->missing += from->missing;
	t->infinite += from->infinite;
	t->bottomless = t->bottomless || from->bottomless;
	return true;
}

/*
 * Counts rows on threads: all of them, or false and none, if it is not worth it or they hold too
 * many values.
 */
static bool counter_together(struct counter *t, struct counting *c, unsigned threads)
{
	unsigned parts = bell_threads(threads, (c->end - c->first) / SHARE);
	struct counter *part, *both;
	bool ok;

	if (parts < 2)
		return false;
	part = calloc(parts + 1, sizeof *part);
	if (!part)
		return false;
	both = &part[parts];
	ok = counter_make(both, BELL_SKETCH_EXACT) == BELL_OK;
	for (unsigned i = 0; ok && i < parts; i++)
		ok = counter_make(&part[i], BELL_SKETCH_EXACT) == BELL_OK;
	c->part = part;
	if (ok)
		bell_parallel(parts, parts, count_part, c);
	ok = ok && !c->full && counter_merge(both, t);
	for (unsigned i = 0; ok && i < parts; i++)
		ok = counter_merge(both, &part[i]);
	if (ok) {
		struct counter before = *t;

		*t = *both;
		*both = before;
	}
	for (unsigned i = 0; i <= parts; i++)
		counter_free(&part[i]);
	free(part);
	return ok;
}

/* Counts rows while there are few values; returns how many were taken. */
static size_t counter_all(struct counter *t, const struct values *x, const struct span *span,
			  unsigned threads)
{
	size_t done = 0, end, reached;

	while (done < x->n) {
		end = x->n;
		if (threads != 1 && done >= ALONE) {
			struct counting c = {.x = x, .span = span, .first = done};

			end = x->n - done < ROUND ? x->n : done + ROUND;
			c.end = end;
			if (counter_together(t, &c, threads)) {
				done = end;
				continue;
			}
		} else if (threads != 1 && x->n > ALONE) {
			end = ALONE;
		}
		reached = counter_rows(t, x, span, done, end);
		if (reached < end)
			return reached;
		done = end;
	}
	return done;
}

enum bell_status bell_values_add(struct bell_sketch *s, const struct values *x,
				 const double *weights, unsigned threads, size_t *taken)
{
	const struct span span = {.weights = weights, .shift = s->shift};
	enum bell_status status;
	struct counter t;

	*taken = 0;
	if (!x->n)
		return BELL_OK;
	status = counter_make(&t, s->values + x->n);
	if (status != BELL_OK)
		return status;
	for (size_t i = 0; i < s->values; i++)
		counter_add(&t, s->value[i], s->weight[i]);
	*taken = counter_all(&t, x, &span, threads);
	status = counter_keep(&t, s);
	if (status == BELL_OK) {
		s->count += t.count;
		s->missing += t.missing;
		s->infinite += t.infinite;
		s->bottomless = s->bottomless || t.bottomless;
	}
	counter_free(&t);
	return status;
}

enum bell_status bell_values_union(const struct bell_sketch *a, const struct bell_sketch *b,
				   struct bell_sketch *out)
{
	size_t n = a->values + b->values, i = 0, j = 0, k = 0;

	out->value = malloc((n + !n) * sizeof *out->value);
	out->weight = malloc((n + !n) * sizeof *out->weight);
	if (!out->value || !out->weight)
		return BELL_ENOMEM;
	while (i < a->values || j < b->values) {
		bool first = j == b->values || (i < a->values && a->value[i] <= b->value[j]);
		bool second = i == a->values || (j < b->values && b->value[j] <= a->value[i]);

		out->value[k] = first ? a->value[i] : b->value[j];
		out->weight[k] = (first ? a->weight[i] : 0) + (second ? b->weight[j] : 0);
		i += first;
		j += second;
		k++;
	}
	out->values = k;
	return BELL_OK;
}
