/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sort.c - values in order, by their bits.
 *
 * The bits of a double, changed a little, are a number in the same order.  A radix sort goes over
 * them digit by digit from the lowest on; a digit that all values share, as the low ones of values
 * that were floats, costs nothing but its count.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "sort.h"

/* For fewer values insertion is faster than counting. */
#define MIN_RADIX 64

#define DIGIT_BITS 8
#define DIGITS     (64 / DIGIT_BITS)
#define BASE       (1 << DIGIT_BITS)

static uint64_t key_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static double value_of(uint64_t key)
{
	uint64_t bits = key >> 63 ? key & ~((uint64_t)1 << 63) : ~key;
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

static size_t digit(uint64_t key, int d) { return key >> (d * DIGIT_BITS) & (BASE - 1); }

static void insertion(double *value, double *weight, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		double v = value[i], w = weight ? weight[i] : 1;
		size_t j = i;

		for (; j > 0 && value[j - 1] > v; j--) {
			value[j] = value[j - 1];
			if (weight)
				weight[j] = weight[j - 1];
		}
		value[j] = v;
		if (weight)
			weight[j] = w;
	}
}

/* Keys, and weights or NULL. */
struct items {
	uint64_t *key;
	double *weight;
};

/* Moves all items to where their digit belongs; start: where the items of each digit begin. */
static void scatter(const struct items *from, const struct items *to, size_t n, int d,
		    size_t start[BASE])
{
	if (!from->weight) {
		for (size_t i = 0; i < n; i++)
			to->key[start[digit(from->key[i], d)]++] = from->key[i];
		return;
	}
	for (size_t i = 0; i < n; i++) {
		size_t at = start[digit(from->key[i], d)]++;

		to->key[at] = from->key[i];
		to->weight[at] = from->weight[i];
	}
}

/* Turns counts into starts.  Returns false if all n items have one digit. */
static bool starts(size_t count[BASE], size_t n)
{
	size_t sum = 0;

	for (int i = 0; i < BASE; i++) {
		size_t c = count[i];

		if (c == n)
			return false;
		count[i] = sum;
		sum += c;
	}
	return true;
}

enum bell_status bell_sort(double *value, double *weight, size_t n)
{
	size_t(*count)[BASE];
	uint64_t *keys;
	struct items from, to, swap;

	if (n < MIN_RADIX) {
		insertion(value, weight, n);
		return BELL_OK;
	}
	count = calloc(DIGITS, sizeof *count);
	keys = malloc((weight ? 3 : 2) * n * sizeof *keys);
	if (!count || !keys) {
		free(count);
		free(keys);
		return BELL_ENOMEM;
	}
	from = (struct items){keys, weight};
	to = (struct items){keys + n, weight ? (double *)(keys + 2 * n) : NULL};
	for (size_t i = 0; i < n; i++) {
		keys[i] = key_of(value[i]);
		for (int d = 0; d < DIGITS; d++)
			count[d][digit(keys[i], d)]++;
	}
	for (int d = 0; d < DIGITS; d++) {
		if (!starts(count[d], n))
			continue;
		scatter(&from, &to, n, d, count[d]);
		swap = from, from = to, to = swap;
	}
	for (size_t i = 0; i < n; i++)
		value[i] = value_of(from.key[i]);
	if (weight && from.weight != weight)
		memcpy(weight, from.weight, n * sizeof *weight);
	free(count);
	free(keys);
	return BELL_OK;
}
