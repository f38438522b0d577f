/* SPDX-License-Identifier: BSD-3-Clause */
/* bytes_read.c - bytes become a sketch, if they are one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sketch/bytes.h"
#include "sketch/weights.h"

/* What lies beyond the end, or cannot be, sets `bad`. */
struct reader {
	const unsigned char *p, *end;
	bool bad;
};

/* The low bytes of a word. */
static uint64_t low_bytes(uint64_t v, int bytes)
{
	return bytes < 8 ? v & (((uint64_t)1 << 8 * bytes) - 1) : v;
}

/* Words are read whole, up to 7 bytes too far, which at the end are those of the checksum. */
static uint128 get(struct reader *r, int bytes)
{
	uint128 v;

	if (r->end - r->p < bytes) {
		r->bad = true;
		return 0;
	}
	v = low_bytes(get_word(r->p, 8), bytes);
	if (bytes > 8)
		v |= (uint128)low_bytes(get_word(r->p + 8, 8), bytes - 8) << 64;
	r->p += bytes;
	return v;
}

/* A number below 2^bits. */
static uint128 get_number(struct reader *r, int bits)
{
	uint128 v = 0;

	for (int shift = 0; shift < 126; shift += 7) {
		uint128 byte = get(r, 1);

		v |= (byte & 127) << shift;
		if (byte < 128) {
			r->bad = r->bad || v >> bits;
			return r->bad ? 0 : v;
		}
	}
	r->bad = true;
	return 0;
}

static int64_t get_signed(struct reader *r)
{
	uint64_t v = (uint64_t)get_number(r, 64);

	return v & 1 ? ~(int64_t)(v >> 1) : (int64_t)(v >> 1);
}

static double get_double(struct reader *r)
{
	uint64_t bits = (uint64_t)get(r, 8);
	double x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

/* A number that was shifted to the right. */
static int128 get_shifted(struct reader *r, int shift)
{
	uint128 v = get_number(r, 121);

	if (v << shift >> shift != v || v << shift >> 121)
		r->bad = true;
	return r->bad ? 0 : (int128)(v << shift);
}

static int get_shift(struct reader *r)
{
	int shift = (int)get(r, 1);

	r->bad = r->bad || shift > 127;
	return r->bad ? 0 : shift;
}

static void get_grid(struct reader *r, struct grid *g)
{
	int64_t exponent = get_signed(r);

	g->exponent = exponent < -1000 || exponent > 0 ? 1 : (int)exponent;
	g->negative = (int)get_number(r, 1);
	g->center = get_double(r);
	for (int side = 0; side < 2; side++) {
		g->anchor[side] = get_double(r);
		g->top[side] = get_double(r);
	}
	r->bad = r->bad || !bell_grid_valid(g);
}

static enum bell_status get_values(struct reader *r, struct bell_sketch *s)
{
	size_t n = (size_t)get_number(r, 11);
	int shift = get_shift(r);
	int128 total = 0;

	if (r->bad || n > BELL_SKETCH_EXACT || s->count < n || (s->count > 0) != (n > 0))
		return BELL_EDAMAGED;
	s->value = malloc((n + !n) * sizeof *s->value);
	s->weight = malloc((n + !n) * sizeof *s->weight);
	if (!s->value || !s->weight)
		return BELL_ENOMEM;
	s->values = n;
	for (size_t i = 0; i < n; i++) {
		s->value[i] = get_double(r);
		s->weight[i] = get_shifted(r, shift);
		if (!(fabs(s->value[i]) < INFINITY) || s->weight[i] <= 0 ||
		    s->weight[i] >> (WEIGHT_BITS + 60) || (i && !(s->value[i] > s->value[i - 1])))
			return BELL_EDAMAGED;
		total += s->weight[i];
	}
	if (total >> (WEIGHT_BITS + 60) ||
	    (n && (s->min != s->value[0] || s->max != s->value[n - 1])))
		return BELL_EDAMAGED;
	return BELL_OK;
}

static void get_bin(struct reader *r, struct bell_sketch *s, struct bin *bin, int64_t before,
		    const int shift[2])
{
	int64_t step = get_signed(r);
	int bytes;

	if (step < -((int64_t)1 << 52) || step > (int64_t)1 << 52)
		r->bad = true;
	bin->k = r->bad ? 0 : before + step;
	bin->sum[0] = get_shifted(r, shift[0]);
	bytes = (int)get(r, 1);
	r->bad = r->bad || bytes < 1 || bytes > 16;
	for (int j = 1; j < SKETCH_POWERS && !r->bad; j++) {
		uint128 v = get(r, bytes);
		int unused = 128 - 8 * bytes;

		bin->sum[j] = (int128)(v << unused) >> unused;
		if (bin->sum[j] >> (126 - shift[1]) != 0 && bin->sum[j] >> (126 - shift[1]) != -1)
			r->bad = true;
		bin->sum[j] = (int128)((uint128)bin->sum[j] << shift[1]);
	}
	if (r->bad)
		return;
	r->bad = bin->k < -((int64_t)1 << 50) || bin->k > (int64_t)1 << 50 ||
		 !bell_bin_possible(bin->sum) || fabs(bin_place(bin)) > FARTHEST_LOG ||
		 (bin > s->bin && bell_bin_order(bin - 1, bin) >= 0) ||
		 (bin->negative ? !(s->min < 0) : !(s->max > 0));
}

static enum bell_status get_bins(struct reader *r, struct bell_sketch *s)
{
	int shift[2];
	size_t n, i = 0;
	int128 total;

	shift[0] = get_shift(r);
	/* above 120 all sums are 0; others would be larger than any sum may be */
	shift[1] = get_shift(r);
	shift[1] = shift[1] > 120 ? 120 : shift[1];
	s->zeros = get_shifted(r, shift[0]);
	n = (size_t)get_number(r, 21);
	/* a bin takes at least 10 bytes */
	if (r->bad || !n || n > MAX_BINS || n > (size_t)(r->end - r->p) / 10 ||
	    !(s->min < s->max) || (s->zeros && !(s->min <= 0 && s->max >= 0)))
		return BELL_EDAMAGED;
	s->bin = malloc(n * sizeof *s->bin);
	if (!s->bin)
		return BELL_ENOMEM;
	s->bins = n;
	for (total = s->zeros; i < n && !r->bad;) {
		size_t count = (size_t)get_number(r, 21), first = i;
		struct bin group = {.center = get_double(r)};
		int64_t exponent = get_signed(r);

		group.negative = (int)get_number(r, 1);
		if (r->bad || !count || count > n - i ||
		    !(group.center >= 0 && group.center < INFINITY) || exponent < -1000 ||
		    exponent > WIDEST)
			return BELL_EDAMAGED;
		group.exponent = (int)exponent;
		for (; i < first + count && !r->bad; i++) {
			s->bin[i] = group;
			get_bin(r, s, &s->bin[i], i > first ? s->bin[i - 1].k : 0, shift);
			total += s->bin[i].sum[0];
			r->bad = r->bad || total >> (SUM_BITS + 60);
		}
	}
	/* each bin holds a row, and so do zeros */
	return r->bad || s->count < s->bins + (s->zeros > 0) || !bell_bins_reach_extremes(s)
		   ? BELL_EDAMAGED
		   : BELL_OK;
}

/* Rounding apart, the squares of that many weights of this sum can have this sum. */
static bool possible_squares(const struct bell_sketch *s)
{
	double sum = ldexp((double)bell_sketch_weight(s), -POWER_BITS),
	       squares = bell_wide_double(bell_sketch_squares(s)), slack = 1 + 0x1p-40;

	return sum * sum <= (double)s->count * squares * slack && squares <= sum * sum * slack;
}

static enum bell_status get_weights(struct reader *r, struct bell_sketch *s, unsigned flags)
{
	if (flags & HAS_EXPONENT) {
		int64_t shift = get_signed(r);

		r->bad = r->bad || !shift || shift < -BELL_MAX_WEIGHT_EXPONENT ||
			 shift > BELL_MAX_WEIGHT_EXPONENT;
		s->shift = r->bad ? 0 : (int)shift;
	}
	if (flags & HAS_SQUARES) {
		int n = (int)get(r, 1);
		struct wide squares = {.low = (int128)get(r, n < 12 ? n : 12)};

		r->bad = r->bad || n < 1 || n > MAX_SQUARES_SIZE;
		if (n > 12 && !r->bad)
			squares.high = (int128)get(r, n - 12);
		r->bad = r->bad || !r->p[-1];
		s->excess = bell_wide_add(squares, bell_wide_minus(bell_wide_rows(s->count)));
		r->bad = r->bad || (!s->excess.high && !s->excess.low);
	}
	return r->bad || !possible_squares(s) ? BELL_EDAMAGED : BELL_OK;
}

/* Everything after the version, whose checksum is right. */
static enum bell_status get_sketch(struct reader *r, struct bell_sketch *s)
{
	unsigned flags = (unsigned)get_number(r, FLAG_BITS);
	enum bell_status status;

	s->count = (uint64_t)get_number(r, 61);
	s->missing = (uint64_t)get_number(r, 64);
	s->infinite = (uint64_t)get_number(r, 64);
	s->seen = (uint64_t)get_number(r, 64);
	s->outside = (uint64_t)get_number(r, 64);
	s->min = get_double(r);
	s->max = get_double(r);
	s->grid.chosen = flags & HAS_GRID;
	s->grid.fixed = flags & IS_FIXED;
	s->bottomless = flags & BOTTOMLESS;
	if (s->grid.chosen)
		get_grid(r, &s->grid);
	if (r->bad || (s->grid.fixed && !s->grid.chosen) || (flags & HAS_BINS && !s->grid.chosen) ||
	    s->outside > s->seen || (s->bottomless && !s->infinite))
		return BELL_EDAMAGED;
	if (s->count ? !(s->min > -INFINITY && s->min <= s->max && s->max < INFINITY)
		     : !(s->min == INFINITY && s->max == -INFINITY))
		return BELL_EDAMAGED;
	status = flags & HAS_BINS ? get_bins(r, s) : get_values(r, s);
	if (status == BELL_OK)
		status = get_weights(r, s, flags);
	if (status == BELL_OK && (r->bad || r->p != r->end))
		status = BELL_EDAMAGED;
	return status;
}

enum bell_status bell_sketch_deserialize(const void *buffer, size_t size, struct bell_sketch **out)
{
	const unsigned char *p = buffer;
	struct reader r;
	struct bell_sketch *s;
	enum bell_status status;

	if (!buffer || !out)
		return BELL_EINVAL;
	if (size < sizeof sketch_magic || memcmp(p, sketch_magic, sizeof sketch_magic) != 0)
		return BELL_EFORMAT;
	if (size < HEAD_SIZE)
		return BELL_EDAMAGED;
	if (get_word(p + sizeof sketch_magic, 4) != VERSION)
		return BELL_EVERSION;
	if (size < HEAD_SIZE + CHECK_SIZE ||
	    checksum(p, size - CHECK_SIZE) != get_word(p + size - CHECK_SIZE, CHECK_SIZE))
		return BELL_EDAMAGED;
	status = bell_sketch_create(NULL, &s);
	if (status != BELL_OK)
		return status;
	r = (struct reader){.p = p + HEAD_SIZE, .end = p + size - CHECK_SIZE};
	status = get_sketch(&r, s);
	if (status != BELL_OK) {
		bell_sketch_free(s);
		return status;
	}
	*out = s;
	return BELL_OK;
}
