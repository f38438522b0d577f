/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bytes.c - a sketch as bytes and back.
 *
 * Little-endian throughout:
 *	"BELLSKCH", u32 version, u32 flags (1: grid chosen, 2: grid fixed, 4: Box-Cox)
 *	u64 count, missing, infinite, f64 min, max
 *	i32 exponent, u32 negative, f64 center, anchor[2]	the grid
 *	u64 rows since the grid was last checked, u64 those of them outside its narrow bins
 *	u64 values, bins
 *	values x (f64 value, i64 weight)
 *	bins x (f64 center, i32 exponent, u32 negative, i64 k, i128 sum[8])
 *	u64 checksum of all before it (FNV-1a)
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sketch/sketch.h"
#include "sketch/span.h"

#define VERSION    1
#define HEAD_SIZE  (8 + 4 + 4 + 3 * 8 + 2 * 8 + 4 + 4 + 3 * 8 + 4 * 8)
#define VALUE_SIZE (8 + 8)
#define BIN_SIZE   (8 + 4 + 4 + 8 + SKETCH_POWERS * 16)

/* No sum of weights reaches 2^this, so that as many again can be added without an overflow. */
#define TOTAL_BITS 120

/* No bin has a k beyond this: grids keep it below 2^47 and some. */
#define MAX_K ((int64_t)1 << 50)

static const char magic[8] = {'B', 'E', 'L', 'L', 'S', 'K', 'C', 'H'};

static uint64_t checksum(const unsigned char *p, size_t n)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3;
	return h;
}

static void put(unsigned char **p, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		*(*p)++ = (unsigned char)(v >> 8 * i);
}

static uint64_t get(const unsigned char **p, int bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < bytes; i++)
		v |= (uint64_t) * (*p)++ << 8 * i;
	return v;
}

static void put_double(unsigned char **p, double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof bits);
	put(p, bits, 8);
}

static double get_double(const unsigned char **p)
{
	uint64_t bits = get(p, 8);
	double x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

size_t bell_sketch_size(const struct bell_sketch *s)
{
	return s ? HEAD_SIZE + s->values * VALUE_SIZE + s->bins * BIN_SIZE + 8 : 0;
}

enum bell_status bell_sketch_serialize(const struct bell_sketch *s, void *buffer, size_t size)
{
	unsigned char *p = buffer;

	if (!s || !buffer)
		return BELL_EINVAL;
	if (size < bell_sketch_size(s))
		return BELL_ESIZE;
	memcpy(p, magic, sizeof magic);
	p += sizeof magic;
	put(&p, VERSION, 4);
	put(&p,
	    (uint64_t)s->grid.chosen | (uint64_t)s->grid.fixed << 1 |
		(uint64_t)(s->grid.method == BELL_BOX_COX) << 2,
	    4);
	put(&p, s->count, 8);
	put(&p, s->missing, 8);
	put(&p, s->infinite, 8);
	put_double(&p, s->min);
	put_double(&p, s->max);
	put(&p, (uint32_t)s->grid.exponent, 4);
	put(&p, (uint32_t)s->grid.negative, 4);
	put_double(&p, s->grid.center);
	put_double(&p, s->grid.anchor[0]);
	put_double(&p, s->grid.anchor[1]);
	put(&p, s->rows_since_check, 8);
	put(&p, s->outside, 8);
	put(&p, s->values, 8);
	put(&p, s->bins, 8);
	for (size_t i = 0; i < s->values; i++) {
		put_double(&p, s->value[i]);
		put(&p, (uint64_t)s->weight[i], 8);
	}
	for (size_t i = 0; i < s->bins; i++) {
		const struct bin *bin = &s->bin[i];

		put_double(&p, bin->center);
		put(&p, (uint32_t)bin->exponent, 4);
		put(&p, (uint32_t)bin->negative, 4);
		put(&p, (uint64_t)bin->k, 8);
		for (int j = 0; j < SKETCH_POWERS; j++) {
			put(&p, (uint64_t)bin->sum[j], 8);
			put(&p, (uint64_t)(bin->sum[j] >> 64), 8);
		}
	}
	put(&p, checksum(buffer, (size_t)(p - (unsigned char *)buffer)), 8);
	return BELL_OK;
}

static enum bell_status get_values(struct bell_sketch *s, const unsigned char **p, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		double value = get_double(p);
		int64_t weight = (int64_t)get(p, 8);
		enum bell_status status;

		if (!(fabs(value) < INFINITY) || weight <= 0 ||
		    (s->grid.method == BELL_BOX_COX && value <= 0))
			return BELL_EDAMAGED;
		status = bell_value_add(s, value, weight);
		if (status != BELL_OK)
			return status;
	}
	return BELL_OK;
}

/* Whether values with t from -1 to 1 can have these sums, and whether more can be added to them. */
static bool possible(const int128 sum[SKETCH_POWERS])
{
	if (sum[0] <= 0 || sum[0] >> TOTAL_BITS)
		return false;
	for (int j = 1; j < SKETCH_POWERS; j++)
		if (sum[j] > sum[0] || sum[j] < -sum[0])
			return false;
	return true;
}

static enum bell_status get_bins(struct bell_sketch *s, const unsigned char **p, uint64_t n)
{
	int last_side = s->grid.method != BELL_BOX_COX;
	int128 total = 0;

	for (uint64_t i = 0; i < n; i++) {
		struct bin bin = {.center = get_double(p)};
		enum bell_status status;

		bin.exponent = (int32_t)get(p, 4);
		bin.negative = (int32_t)get(p, 4);
		bin.k = (int64_t)get(p, 8);
		for (int j = 0; j < SKETCH_POWERS; j++) {
			uint64_t low = get(p, 8), high = get(p, 8);

			bin.sum[j] = (int128)((unsigned __int128)high << 64 | low);
		}
		if (!(bin.center >= 0 && bin.center < INFINITY) || bin.exponent < MIN_EXPONENT ||
		    bin.exponent > MAX_EXPONENT || bin.negative < 0 || bin.negative > last_side ||
		    !possible(bin.sum) || (total += bin.sum[0]) >> TOTAL_BITS || bin.k < -MAX_K ||
		    bin.k > MAX_K ||
		    fabs(bin_coordinate(&bin)) > max_coordinate(s->grid.method) + 1 ||
		    (i && bell_bin_order(&s->bin[s->bins - 1], &bin) >= 0))
			return BELL_EDAMAGED;
		status = bell_bin_add(s, &bin, bin.sum);
		if (status != BELL_OK)
			return status;
	}
	return BELL_OK;
}

/* Reads what follows the version; the checksum has been found right. */
static enum bell_status get_body(struct bell_sketch *s, const unsigned char *p, size_t size)
{
	uint64_t flags = get(&p, 4), values, bins;
	enum bell_status status;

	s->grid.chosen = flags & 1;
	s->grid.fixed = flags >> 1 & 1;
	s->grid.method = flags & 4 ? BELL_BOX_COX : BELL_YEO_JOHNSON;
	s->count = get(&p, 8);
	s->missing = get(&p, 8);
	s->infinite = get(&p, 8);
	s->min = get_double(&p);
	s->max = get_double(&p);
	s->grid.exponent = (int32_t)get(&p, 4);
	s->grid.negative = (int32_t)get(&p, 4);
	s->grid.center = get_double(&p);
	s->grid.anchor[0] = get_double(&p);
	s->grid.anchor[1] = get_double(&p);
	s->rows_since_check = get(&p, 8);
	s->outside = get(&p, 8);
	values = get(&p, 8);
	bins = get(&p, 8);
	if (values > BELL_SKETCH_EXACT || bins > MAX_BINS || (values && bins) ||
	    size != HEAD_SIZE + values * VALUE_SIZE + bins * BIN_SIZE + 8)
		return BELL_EDAMAGED;
	if (flags > 7 || s->grid.negative < 0 || s->grid.negative > 1 ||
	    (s->grid.chosen && !bell_grid_valid(&s->grid)) || (bins && !s->grid.chosen) ||
	    s->rows_since_check >= CHECK_ROWS || s->outside > s->rows_since_check ||
	    (s->count > 0) != (values || bins) || isnan(s->min) || isnan(s->max) ||
	    (s->count > 0) != (s->min <= s->max) || (values && s->count != values) ||
	    (s->grid.method == BELL_BOX_COX && !(s->min > 0)))
		return BELL_EDAMAGED;
	status = get_values(s, &p, values);
	return status == BELL_OK ? get_bins(s, &p, bins) : status;
}

enum bell_status bell_sketch_deserialize(const void *buffer, size_t size, struct bell_sketch **out)
{
	const unsigned char *p = buffer, *end;
	struct bell_sketch *s;
	enum bell_status status;

	if (!buffer || !out)
		return BELL_EINVAL;
	if (size < sizeof magic || memcmp(p, magic, sizeof magic) != 0)
		return BELL_EFORMAT;
	p += sizeof magic;
	if (size < sizeof magic + 4)
		return BELL_EDAMAGED;
	if (get(&p, 4) != VERSION)
		return BELL_EVERSION;
	if (size < HEAD_SIZE + 8)
		return BELL_EDAMAGED;
	end = (const unsigned char *)buffer + size - 8;
	if (checksum(buffer, size - 8) != get(&end, 8))
		return BELL_EDAMAGED;
	status = bell_sketch_create(NULL, &s);
	if (status != BELL_OK)
		return status;
	status = get_body(s, p, size);
	if (status != BELL_OK) {
		bell_sketch_free(s);
		return status;
	}
	*out = s;
	return BELL_OK;
}
