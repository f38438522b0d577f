/* SPDX-License-Identifier: BSD-3-Clause */
/* frequent.c - the most frequent texts of a column, in bounded memory. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "distinct.h"
#include "error.h"
#include "frequent.h"

static size_t kept(size_t length) { return length < FREQUENT_KEPT ? length : FREQUENT_KEPT; }

/* Returns the slot of a text, or the free one where it would be. */
static uint32_t *slot_of(const struct frequent *f, uint64_t hash, const char *text, size_t length)
{
	for (size_t i = (size_t)hash;; i++) {
		uint32_t *slot = &f->slot[i & f->mask];
		const struct frequent_text *t = *slot ? &f->texts[*slot - 1] : NULL;

		if (!t || (t->hash == hash && t->length == length &&
			   !memcmp(t->text, text, kept(length))))
			return slot;
	}
}

/* Makes a table of `slots` slots, a power of two, for the texts that there are. */
static void index_texts(struct frequent *f, size_t slots)
{
	free(f->slot);
	f->slot = allocate(slots, sizeof *f->slot);
	f->mask = slots - 1;
	for (size_t i = 0; i < f->count; i++) {
		const struct frequent_text *t = &f->texts[i];

		*slot_of(f, t->hash, t->text, t->length) = (uint32_t)i + 1;
	}
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_weight(const struct frequent *f)
{
	double weight[FREQUENT_TEXTS];

	for (size_t i = 0; i < f->count; i++)
		weight[i] = f->texts[i].weight;
	qsort(weight, f->count, sizeof *weight, ascending);
	return weight[f->count / 2 - 1];
}

/* Takes the median from all weights, and forgets the texts for which nothing is left. */
static void forget(struct frequent *f)
{
	double median = median_weight(f);
	size_t left = 0;

	if (!f->distinct) {
		f->distinct = allocate(1, sizeof *f->distinct);
		for (size_t i = 0; i < f->count; i++)
			distinct_add(f->distinct, f->texts[i].hash);
	}
	for (size_t i = 0; i < f->count; i++) {
		struct frequent_text *t = &f->texts[i];

		t->weight -= median;
		if (t->weight > 0)
			f->texts[left++] = *t;
		else
			free(t->text);
	}
	f->count = left;
	f->lost += median;
	index_texts(f, f->mask + 1);
}

/* Makes room for one more text. */
static void make_room(struct frequent *f)
{
	enum { FIRST = 16 };

	if (f->count == FREQUENT_TEXTS) {
		forget(f);
	} else if (f->count == f->capacity) {
		f->capacity = f->capacity ? 2 * f->capacity : FIRST;
		f->texts = reallocate(f->texts, f->capacity, sizeof *f->texts);
		index_texts(f, 2 * f->capacity);
	}
}

void frequent_add(struct frequent *f, const char *text, size_t length, double weight)
{
	uint64_t hash = hash_text(text, length);
	uint32_t *slot = f->slot ? slot_of(f, hash, text, length) : NULL;

	f->rows++;
	f->weight += weight;
	if (slot && *slot) {
		f->texts[*slot - 1].weight += weight;
		return;
	}
	make_room(f);
	if (f->distinct)
		distinct_add(f->distinct, hash);
	slot = slot_of(f, hash, text, length);
	f->texts[f->count++] =
	    (struct frequent_text){hash, length, copy_text(text, kept(length)), weight};
	*slot = (uint32_t)f->count;
}

double frequent_distinct(const struct frequent *f, bool *exact)
{
	*exact = !f->distinct;
	if (*exact)
		return (double)f->count;
	return fmin(rint(distinct_estimate(f->distinct)), (double)f->rows);
}

/* The heavier first, and of equal ones the first in the alphabet. */
static int by_weight(const void *a, const void *b)
{
	const struct frequent_text *x = a, *y = b;
	int order;

	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	order = memcmp(x->text, y->text,
		       kept(x->length) < kept(y->length) ? kept(x->length) : kept(y->length));
	return order ? order : (x->length > y->length) - (x->length < y->length);
}

void frequent_sort(struct frequent *f)
{
	if (f->count)
		qsort(f->texts, f->count, sizeof *f->texts, by_weight);
}

void frequent_free(struct frequent *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->texts[i].text);
	free(f->texts);
	free(f->slot);
	free(f->distinct);
}
