/* SPDX-License-Identifier: BSD-3-Clause */
/* bytes_write.c - a sketch becomes bytes. */
#include <string.h>
#include "sketch/bytes.h"
#include "sketch/weights.h"

/* Counts where p is NULL. */
struct writer {
	unsigned char *p;
	size_t n;
};

static void store(unsigned char *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

/*
 * Stores of whole words are many times as fast as those of single bytes.  They reach up to 7 bytes
 * too far, where the next number goes, or at the end the checksum.
 */
static void put(struct writer *w, uint128 v, int bytes)
{
	if (w->p)
		store(w->p + w->n, (uint64_t)v);
	if (w->p && bytes > 8)
		store(w->p + w->n + 8, (uint64_t)(v >> 64));
	w->n += (size_t)bytes;
}

static void put_number(struct writer *w, uint128 v)
{
	for (; v >> 7; v >>= 7)
		put(w, (v & 127) | 128, 1);
	put(w, v, 1);
}

static void put_signed(struct writer *w, int64_t v)
{
	put_number(w, v < 0 ? ((uint64_t)~v << 1 | 1) : (uint64_t)v << 1);
}

static void put_double(struct writer *w, double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof bits);
	put(w, bits, 8);
}

/* The zero bits at the end of numbers whose bits are all in v. */
static int trailing(uint128 v)
{
	int n = 0;

	while (n < 127 && !(v >> n & 1))
		n++;
	return n;
}

/* Bytes for the signed number of these sums that needs most. */
static int width_of(const int128 sum[SKETCH_POWERS], int shift)
{
	/* The sign goes into all bits, so that these are 0 above the number. */
	int128 all = 0;
	int bytes = 1;

	for (int j = 1; j < SKETCH_POWERS; j++)
		all |= sum[j] ^ sum[j] >> 127;
	for (all = all >> shift >> 7; all; all >>= 8)
		bytes++;
	return bytes;
}

static void put_grid(struct writer *w, const struct grid *g)
{
	put_signed(w, g->exponent);
	put_number(w, (unsigned)g->negative);
	put_double(w, g->center);
	for (int side = 0; side < 2; side++) {
		put_double(w, g->anchor[side]);
		put_double(w, g->top[side]);
	}
}

static void put_values(struct writer *w, const struct bell_sketch *s)
{
	uint128 all = 0;
	int shift;

	for (size_t i = 0; i < s->values; i++)
		all |= (uint128)s->weight[i];
	shift = trailing(all);
	put_number(w, s->values);
	put(w, (uint128)shift, 1);
	for (size_t i = 0; i < s->values; i++) {
		put_double(w, s->value[i]);
		put_number(w, (uint128)s->weight[i] >> shift);
	}
}

static bool same_group(const struct bin *a, const struct bin *b)
{
	return a->center == b->center && a->exponent == b->exponent && a->negative == b->negative;
}

static void put_bin(struct writer *w, const struct bin *bin, int64_t before, const int shift[2])
{
	int bytes = width_of(bin->sum, shift[1]);

	put_signed(w, bin->k - before);
	put_number(w, (uint128)bin->sum[0] >> shift[0]);
	put(w, (uint128)bytes, 1);
	for (int j = 1; j < SKETCH_POWERS; j++)
		put(w, (uint128)(bin->sum[j] >> shift[1]), bytes);
}

static void put_bins(struct writer *w, const struct bell_sketch *s)
{
	uint128 all[2] = {(uint128)s->zeros, 0};
	int shift[2];

	for (size_t i = 0; i < s->bins; i++)
		for (int j = 0; j < SKETCH_POWERS; j++)
			all[j > 0] |= (uint128)s->bin[i].sum[j];
	for (int i = 0; i < 2; i++) {
		shift[i] = trailing(all[i]);
		put(w, (uint128)shift[i], 1);
	}
	put_number(w, (uint128)s->zeros >> shift[0]);
	put_number(w, s->bins);
	for (size_t i = 0, end; i < s->bins; i = end) {
		const struct bin *first = &s->bin[i];

		for (end = i; end < s->bins && same_group(first, &s->bin[end]);)
			end++;
		put_number(w, end - i);
		put_double(w, first->center);
		put_signed(w, first->exponent);
		put_number(w, (unsigned)first->negative);
		for (size_t j = i; j < end; j++)
			put_bin(w, &s->bin[j], j > i ? s->bin[j - 1].k : 0, shift);
	}
}

/* Only where they say more than the count of rows does. */
static bool has_squares(const struct bell_sketch *s) { return s->excess.high || s->excess.low; }

static void put_squares(struct writer *w, struct wide squares)
{
	uint128 high = (uint128)squares.high, low = (uint128)squares.low;
	unsigned char bytes[MAX_SQUARES_SIZE];
	int n = 0;

	for (int i = 0; i < MAX_SQUARES_SIZE; i++) {
		bytes[i] = (unsigned char)(i < 12 ? low >> 8 * i : high >> 8 * (i - 12));
		n = bytes[i] ? i + 1 : n;
	}
	put(w, (uint128)n, 1);
	for (int i = 0; i < n; i++)
		put(w, bytes[i], 1);
}

static void put_sketch(struct writer *w, const struct bell_sketch *s)
{
	for (size_t i = 0; i < sizeof sketch_magic; i++)
		put(w, (unsigned char)sketch_magic[i], 1);
	put(w, VERSION, 4);
	put_number(w, (s->grid.chosen ? HAS_GRID : 0) | (s->grid.fixed ? IS_FIXED : 0) |
			  (s->bins ? HAS_BINS : 0) | (s->bottomless ? BOTTOMLESS : 0) |
			  (s->shift ? HAS_EXPONENT : 0) | (has_squares(s) ? HAS_SQUARES : 0));
	put_number(w, s->count);
	put_number(w, s->missing);
	put_number(w, s->infinite);
	put_number(w, s->seen);
	put_number(w, s->outside);
	put_double(w, s->min);
	put_double(w, s->max);
	if (s->grid.chosen)
		put_grid(w, &s->grid);
	if (s->bins)
		put_bins(w, s);
	else
		put_values(w, s);
	if (s->shift)
		put_signed(w, s->shift);
	if (has_squares(s))
		put_squares(w, bell_sketch_squares(s));
}

size_t bell_sketch_size(const struct bell_sketch *s)
{
	struct writer w = {.n = 0};

	if (!s)
		return 0;
	put_sketch(&w, s);
	return w.n + CHECK_SIZE;
}

enum bell_status bell_sketch_serialize(const struct bell_sketch *s, void *buffer, size_t size)
{
	struct writer w = {.p = buffer};

	if (!s || !buffer)
		return BELL_EINVAL;
	if (size < bell_sketch_size(s))
		return BELL_ESIZE;
	put_sketch(&w, s);
	put(&w, checksum(w.p, w.n), CHECK_SIZE);
	return BELL_OK;
}
