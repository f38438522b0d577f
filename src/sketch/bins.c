/* SPDX-License-Identifier: BSD-3-Clause */
/* bins.c - the sorted bins of a sketch. */
#include <stdlib.h>
#include <string.h>
#include "sketch/sketch.h"

/* What an ordinary column needs at first: about as many bins as narrow ones on one side. */
#define FIRST_CAPACITY GRID_REACH

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
		if (s->bins == MAX_BINS)
			return BELL_ESIZE;
		if (s->bins == s->bins_capacity) {
			size_t capacity = s->bins_capacity ? 2 * s->bins_capacity : FIRST_CAPACITY;
			struct bin *bin = realloc(s->bin, capacity * sizeof *bin);

			if (!bin)
				return BELL_ENOMEM;
			s->bin = bin;
			s->bins_capacity = capacity;
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
