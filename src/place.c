/* place.c - where the bins of a sketch lie: their width, centre and anchor.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include "bins.h"

#define WIDTHS       3       /* a width is the power of two at or below sd / 2^WIDTHS */
#define NARROW_RANGE 0.25    /* of log1p|x|: a one-signed column narrower than this, */
#define NARROW_SD    0x1p-6  /* whose sd is below this part of its mean, gets a centre */
#define FINEST       (-1000) /* exponent of the least width */
#define CONSTANT     (-60)   /* exponent where there is no spread to go by */

struct spread {
	double mean, sd, min, max;
};

/* Of d; scaled by its range, because the square of a small spread is no double. */
static struct spread spread_of(const double *d, size_t n)
{
	struct spread s = {.min = INFINITY, .max = -INFINITY};
	double square = 0, range;

	for (size_t i = 0; i < n; i++) {
		s.mean += d[i] / (double)n;
		s.min = d[i] < s.min ? d[i] : s.min;
		s.max = d[i] > s.max ? d[i] : s.max;
	}
	range = s.max - s.min;
	for (size_t i = 0; range > 0 && i < n; i++)
		square += (d[i] - s.mean) / range * ((d[i] - s.mean) / range);
	s.sd = range * sqrt(square / (double)n);
	return s;
}

/* The coordinate of each value. */
static void place_all(const struct backend *b, const double *x, size_t n, double centre, double *d)
{
	size_t padded = (n + NODE_PAD - 1) / NODE_PAD * NODE_PAD;

	for (size_t i = 0; i < padded; i++)
		d[i] = i < n ? x[i] : 0;
	b->coordinate(d, padded, centre, d);
}

/* The exponent for a spread at an anchor: k of every bin near it must fit a double with room to
 * spare. */
static int exponent_for(double sd, double anchor)
{
	int e = sd > 0 ? ilogb(sd) - WIDTHS : CONSTANT,
	    least = anchor != 0 ? ilogb(anchor) - 46 : FINEST;

	e = e < least ? least : e;
	e = e < FINEST ? FINEST : e;
	return e > 0 ? 0 : e;
}

/*
 * A round number near the middle of [low, high], so that parts of one column mostly agree on it: a
 * multiple of a power of two that is about 64 sd wide.
 */
static double round_centre(double low, double high, double sd_log)
{
	double middle = low / 2 + high / 2, step;
	int fine = ilogb(middle) - 3, coarse;

	if (low == high)
		return low;
	coarse = ilogb(sd_log) + ilogb(1 + middle) + 7;
	step = ldexp(1, coarse < fine ? coarse : fine);
	return step > 0 ? rint(middle / step) * step : middle;
}

struct placing bell_place_values(const struct backend *b, const double *x, size_t n)
{
	double d[BELL_SKETCH_EXACT + NODE_PAD] = {0}, low = INFINITY, high = 0;
	struct placing p = {.chosen = true};
	size_t negative = 0;
	struct spread s;

	place_all(b, x, n, 0, d);
	for (size_t i = 0; i < n; i++) {
		low = fabs(x[i]) < low ? fabs(x[i]) : low;
		high = fabs(x[i]) > high ? fabs(x[i]) : high;
		if (x[i] < 0) {
			negative++;
			d[i] = -d[i];
		}
	}
	s = spread_of(d, n);
	if ((negative == 0 || negative == n) && s.max - s.min < NARROW_RANGE &&
	    s.sd < NARROW_SD * fabs(s.mean)) {
		p.centre = round_centre(low, high, s.sd);
		p.negative = negative != 0;
		place_all(b, x, n, p.centre, d);
		s = spread_of(d, n);
	}
	p.anchor = s.mean;
	p.exponent = exponent_for(s.sd, p.anchor);
	return p;
}

/* A bin's coordinate: its own where every bin is of the placing's centre, else log1p|x| with the
 * sign of x. */
static double bin_coordinate(const struct backend *b, const struct bin *bin, bool narrow)
{
	double d = bin_place(bin) + (!narrow && bin->centre > 0 ? log1p_of(b, bin->centre) : 0);

	return !narrow && bin->negative ? -d : d;
}

struct placing bell_place_bins(const struct backend *b, const struct bell_sketch *s)
{
	struct placing p = s->place;
	double n = 0, mean = 0, square = 0, low = INFINITY, high = -INFINITY;
	bool narrow = p.centre > 0;

	for (size_t i = 0; i < s->bins; i++)
		narrow = narrow && s->bin[i].centre == p.centre && s->bin[i].negative == p.negative;
	if (!narrow)
		p.centre = 0;
	for (size_t i = 0; i < s->bins; i++)
		n += (double)s->bin[i].sum[0];
	for (size_t i = 0; i < s->bins; i++) {
		double d = bin_coordinate(b, &s->bin[i], narrow);

		mean += (double)s->bin[i].sum[0] / n * d;
		low = d < low ? d : low;
		high = d > high ? d : high;
	}
	for (size_t i = 0; high > low && i < s->bins; i++) {
		double e = (bin_coordinate(b, &s->bin[i], narrow) - mean) / (high - low);

		square += (double)s->bin[i].sum[0] / n * e * e;
	}
	p.anchor = mean;
	p.exponent = exponent_for((high - low) * sqrt(square), mean);
	return p;
}
