/* SPDX-License-Identifier: BSD-3-Clause */
/* bins.c - sorted bins, and how they add up. */
#include <stdlib.h>
#include "sketch/bins.h"

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

static int order(const void *a, const void *b) { return bell_bin_order(a, b); }

static void add_sums(struct bin *into, const struct bin *from)
{
	for (int j = 0; j < SKETCH_POWERS; j++)
		into->sum[j] += from->sum[j];
}

size_t bell_bins_combine(struct bin *bin, size_t n)
{
	size_t m = 0, sorted = 1;

	while (sorted < n && bell_bin_order(&bin[sorted - 1], &bin[sorted]) < 0)
		sorted++;
	if (sorted < n)
		qsort(bin, n, sizeof *bin, order);
	for (size_t i = 0; i < n; i++) {
		if (m && bell_bin_order(&bin[m - 1], &bin[i]) == 0)
			add_sums(&bin[m - 1], &bin[i]);
		else
			bin[m++] = bin[i];
	}
	return m;
}

enum bell_status bell_bins_union(const struct bin *a, size_t na, const struct bin *b, size_t nb,
				 struct bin **out, size_t *n)
{
	struct bin *bin = malloc((na + nb + !(na + nb)) * sizeof *bin);
	size_t i = 0, j = 0, k = 0;

	if (!bin)
		return BELL_ENOMEM;
	while (i < na || j < nb) {
		int o = i == na ? 1 : j == nb ? -1 : bell_bin_order(&a[i], &b[j]);

		bin[k] = o <= 0 ? a[i++] : b[j++];
		if (o == 0)
			add_sums(&bin[k], &b[j++]);
		k++;
	}
	*out = bin;
	*n = k;
	return k > MAX_BINS ? BELL_ESIZE : BELL_OK;
}

/* Adds n sorted bins whose keys the sketch has; false, and nothing added, if it lacks one. */
static bool add_in_place(struct bell_sketch *s, const struct bin *bin, size_t n)
{
	size_t j = 0;

	for (size_t i = 0; i < n; i++, j++) {
		while (j < s->bins && bell_bin_order(&s->bin[j], &bin[i]) < 0)
			j++;
		if (j == s->bins || bell_bin_order(&s->bin[j], &bin[i]) != 0)
			return false;
	}
	j = 0;
	for (size_t i = 0; i < n; i++) {
		while (bell_bin_order(&s->bin[j], &bin[i]) != 0)
			j++;
		add_sums(&s->bin[j], &bin[i]);
	}
	return true;
}

enum bell_status bell_bins_add(struct bell_sketch *s, struct bin *bin, size_t n)
{
	struct bin *all = NULL;
	enum bell_status status;
	size_t count;

	n = bell_bins_combine(bin, n);
	if (add_in_place(s, bin, n))
		return BELL_OK;
	status = bell_bins_union(s->bin, s->bins, bin, n, &all, &count);
	if (status != BELL_OK) {
		free(all);
		return status;
	}
	free(s->bin);
	s->bin = all;
	s->bins = count;
	return BELL_OK;
}
