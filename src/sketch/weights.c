/* SPDX-License-Identifier: BSD-3-Clause */
/* weights.c - the units in which weights are kept, their limits, and the sum of their squares. */
#include <stdlib.h>
#include "sketch/weights.h"

/* The largest of scaled weights is 2^6 to 2^7, so that others have 30 bits left below it. */
#define WEIGHT_SIZE 6
/* The largest weight, 2^31, in units of 2^-WEIGHT_BITS. */
#define MAX_UNITS 0x1p55
/* Up to this many units, ties go to 0. */
#define NO_UNIT 0.5
/* The sum of the weights stays below 2^60, and so does each count of rows. */
#define LIMIT_BITS 60
/* So many weights, of 2^55 units at most, add up in a uint64_t. */
#define SUMMANDS ((size_t)1 << 8)
/* The squares of so many weights, of 2^110 at most, fit an int128. */
#define SQUARES ((size_t)1 << 16)

/* ---- units ---- */

int bell_weights_exponent(const double *weights, size_t n)
{
	double most = 0;

	for (size_t i = 0; weights && i < n; i++)
		most = weights[i] > most ? weights[i] : most;
	return most > 0 && most < INFINITY ? WEIGHT_SIZE - ilogb(most) : 0;
}

enum bell_status bell_sketch_scale_weights(struct bell_sketch *sketch, int exponent)
{
	if (!sketch || sketch->count || exponent < -BELL_MAX_WEIGHT_EXPONENT ||
	    exponent > BELL_MAX_WEIGHT_EXPONENT)
		return BELL_EINVAL;
	sketch->shift = exponent;
	return BELL_OK;
}

/* ---- sums and their limits ---- */

int128 bell_sketch_weight(const struct bell_sketch *s)
{
	int128 weight = s->zeros;

	for (size_t i = 0; i < s->values; i++)
		weight += s->weight[i] << POWER_BITS;
	for (size_t i = 0; i < s->bins; i++)
		weight += s->bin[i].sum[0];
	return weight;
}

/* The sum of n weights in units, or the first that cannot be taken. */
static enum bell_status sum_weights(const double *weights, size_t n, int shift, bool whole,
				    int128 *sum, size_t *row)
{
	const double one = in_units(1, shift);

	*sum = 0;
	*row = 0;
	if (!weights) {
		if (n && !(one > NO_UNIT && one <= MAX_UNITS))
			return BELL_EWEIGHT;
		*sum = n ? (int128)one * (int128)n : 0;
		return BELL_OK;
	}
	for (size_t i = 0, end; i < n; i = end) {
		uint64_t part = 0;

		for (end = n - i < SUMMANDS ? n : i + SUMMANDS; i < end; i++) {
			double w = in_units(weights[i], shift);

			if (!(weights[i] >= 0 && w <= MAX_UNITS) ||
			    (w <= NO_UNIT && weights[i] > 0 && !whole)) {
				*row = i;
				return BELL_EWEIGHT;
			}
			part += round_units(w);
		}
		*sum += part;
	}
	return BELL_OK;
}

static bool below_limit(uint64_t a, uint64_t b)
{
	return !(a >> LIMIT_BITS) && !(b >> LIMIT_BITS) && !((a + b) >> LIMIT_BITS);
}

/* Whether so many rows more can be counted, of so much weight in units of 2^-WEIGHT_BITS. */
static bool has_room(const struct bell_sketch *s, size_t n, int128 weight)
{
	return !(weight >> (WEIGHT_BITS + LIMIT_BITS)) &&
	       !((bell_sketch_weight(s) + (weight << POWER_BITS)) >> (SUM_BITS + LIMIT_BITS)) &&
	       below_limit(s->count, n) && below_limit(s->missing, n) &&
	       below_limit(s->infinite, n) && below_limit(s->seen, n);
}

enum bell_status bell_weights_check(struct bell_sketch *const *sketches, size_t columns,
				    const double *weights, size_t n, bool whole, size_t *row)
{
	int128 sum = 0;

	for (size_t j = 0; j < columns; j++) {
		enum bell_status status = BELL_OK;

		if (!j || sketches[j]->shift != sketches[j - 1]->shift)
			status = sum_weights(weights, n, sketches[j]->shift, whole, &sum, row);
		if (status != BELL_OK)
			return status;
		if (!has_room(sketches[j], n, sum))
			return BELL_ESIZE;
	}
	return BELL_OK;
}

bool bell_sketch_fits(const struct bell_sketch *a, const struct bell_sketch *b)
{
	int shift = bell_common_shift(a, b);
	int128 sum = 0;

	for (int i = 0; i < 2; i++) {
		const struct bell_sketch *s = i ? b : a;
		int128 weight = bell_sketch_weight(s);
		int by = shift - s->shift;

		if (weight &&
		    (by > WEIGHT_BITS + LIMIT_BITS || weight >> (SUM_BITS + LIMIT_BITS - by)))
			return false;
		sum += weight ? weight << by : 0;
	}
	return !(sum >> (SUM_BITS + LIMIT_BITS)) &&
	       a->bins + a->values + b->bins + b->values <= MAX_BINS &&
	       below_limit(a->count, b->count) && below_limit(a->missing, b->missing) &&
	       below_limit(a->infinite, b->infinite) && below_limit(a->seen, b->seen);
}

/* ---- squares ---- */

#define LOW_BITS 96

/* With 0 <= low < 2^96. */
static struct wide carried(int128 high, int128 low)
{
	return (struct wide){high + (low >> LOW_BITS), low & (((int128)1 << LOW_BITS) - 1)};
}

struct wide bell_wide_add(struct wide a, struct wide b)
{
	return carried(a.high + b.high, a.low + b.low);
}

struct wide bell_wide_minus(struct wide a) { return carried(-a.high, -a.low); }

static struct wide shifted(struct wide a, int bits)
{
	for (int step; bits > 0; bits -= step) {
		step = bits < 16 ? bits : 16;
		a = carried(a.high * ((int128)1 << step), a.low << step);
	}
	return a;
}

/* The squares of weights 1, in units of 2^-2 WEIGHT_BITS. */
struct wide bell_wide_rows(uint64_t rows) { return carried(0, (int128)rows << 2 * WEIGHT_BITS); }

double bell_wide_double(struct wide a) { return ldexp((double)a.high, LOW_BITS) + (double)a.low; }

void bell_squares_add(struct bell_sketch *s, const struct values *x, const double *weights)
{
	const int shift = s->shift;

	for (size_t i = 0, end; i < x->n; i = end) {
		int128 sum = 0;
		uint64_t rows = 0;

		for (end = x->n - i < SQUARES ? x->n : i + SQUARES; i < end; i++) {
			uint64_t w = round_units(in_units(weights[i], shift));

			w = isfinite(value_at(x, i)) ? w : 0;
			sum += (int128)w * w;
			rows += w > 0;
		}
		s->excess = bell_wide_add(s->excess, carried(0, sum));
		s->excess = bell_wide_add(s->excess, bell_wide_minus(bell_wide_rows(rows)));
	}
}

struct wide bell_sketch_squares(const struct bell_sketch *s)
{
	return bell_wide_add(s->excess, bell_wide_rows(s->count));
}

double bell_sketch_effective(const struct bell_sketch *s)
{
	double sum = ldexp((double)bell_sketch_weight(s), -SUM_BITS),
	       squares = ldexp(bell_wide_double(bell_sketch_squares(s)), -2 * WEIGHT_BITS);

	return s->count ? sum * (sum / squares) : 0;
}

/* ---- other units ---- */

int bell_common_shift(const struct bell_sketch *a, const struct bell_sketch *b)
{
	if (!a->count != !b->count)
		return a->count ? a->shift : b->shift;
	if (!a->count && (!a->shift || !b->shift))
		return a->shift + b->shift;
	return a->shift > b->shift ? a->shift : b->shift;
}

static void *copied(const void *from, size_t n, size_t size)
{
	void *to = malloc((n + !n) * size);

	if (to && n)
		memcpy(to, from, n * size);
	return to;
}

enum bell_status bell_sketch_rescaled(const struct bell_sketch *s, int shift,
				      struct bell_sketch *out)
{
	int by = s->count ? shift - s->shift : 0;
	struct bell_sketch copy = *s;

	copy.shift = shift;
	copy.value = copied(s->value, s->values, sizeof *s->value);
	copy.weight = copied(s->weight, s->values, sizeof *s->weight);
	copy.bin = copied(s->bin, s->bins, sizeof *s->bin);
	if (!copy.value || !copy.weight || !copy.bin) {
		free(copy.value);
		free(copy.weight);
		free(copy.bin);
		return BELL_ENOMEM;
	}
	for (size_t i = 0; i < copy.values; i++)
		copy.weight[i] <<= by;
	for (size_t i = 0; i < copy.bins; i++)
		for (int j = 0; j < SKETCH_POWERS; j++)
			copy.bin[i].sum[j] *= (int128)1 << by;
	copy.zeros <<= by;
	copy.excess = bell_wide_add(shifted(bell_sketch_squares(s), 2 * by),
				    bell_wide_minus(bell_wide_rows(s->count)));
	*out = copy;
	return BELL_OK;
}
