/* SPDX-License-Identifier: BSD-3-Clause */
/* place.c - where the bins of a sketch lie: their width, centre and anchor. */
#include <math.h>
#include <stdlib.h>
#include "bins.h"

#define WIDTHS       3       /* a width is the power of two at or below sd / 2^WIDTHS */
#define NARROW_RANGE 0.25    /* of log1p|x|: a one-signed column narrower than this, */
#define NARROW_SD    0x1p-6  /* whose sd is below this part of its mean, gets a centre */
#define FINEST       (-1000) /* exponent of the least width, */
#define COARSEST     (-2) /* and of the largest: one of the powers lambda, 2 - lambda is at least 1 */
#define CONSTANT     (-60) /* exponent where there is no spread to go by */

/* What lies on one side of zero: its weight, and mean and variance of d. */
struct spread {
	double weight, mean, variance;
};

/* One value or bin. */
struct dot {
	double d, weight, variance;
	int side;
};

/* Of each side, in units of the largest |d|, which is returned: the square of a small spread is no
 * double. */
static double spread_of(const struct dot *dot, size_t n, struct spread s[2])
{
	double unit = 0;

	s[0] = s[1] = (struct spread){0};
	for (size_t i = 0; i < n; i++) {
		unit = fabs(dot[i].d) > unit ? fabs(dot[i].d) : unit;
		s[dot[i].side].weight += dot[i].weight;
	}
	for (size_t i = 0; unit > 0 && i < n; i++)
		s[dot[i].side].mean += dot[i].weight / s[dot[i].side].weight * (dot[i].d / unit);
	for (size_t i = 0; unit > 0 && i < n; i++) {
		double e = dot[i].d / unit - s[dot[i].side].mean;

		s[dot[i].side].variance +=
		    dot[i].weight / s[dot[i].side].weight * (e * e + dot[i].variance / unit / unit);
	}
	return unit;
}

/*
 * The spread that a width must resolve: of d with the sign of x, or of the side that holds most of
 * the data if that is less, as it is where a cluster is on one side and a stray value on the other.
 */
static double spread_to_resolve(const struct spread s[2])
{
	double n = s[0].weight + s[1].weight,
	       mean = (s[0].weight * s[0].mean - s[1].weight * s[1].mean) / n;
	double e0 = s[0].mean - mean, e1 = s[1].mean + mean,
	       most = s[s[1].weight > s[0].weight].variance;
	double all =
	    (s[0].weight * (s[0].variance + e0 * e0) + s[1].weight * (s[1].variance + e1 * e1)) / n;

	return sqrt(most > 0 && most < all ? most : all);
}

/* The exponent for a spread at anchors: k of every bin near them must fit a double with room to
 * spare. */
static int exponent_for(double sd, const double anchor[2])
{
	double far = fabs(anchor[0]) > fabs(anchor[1]) ? fabs(anchor[0]) : fabs(anchor[1]);
	int e = sd > 0 ? ilogb(sd) - WIDTHS : CONSTANT, least = far > 0 ? ilogb(far) - 46 : FINEST;

	e = e < least ? least : e;
	e = e < FINEST ? FINEST : e;
	return e > COARSEST ? COARSEST : e;
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

static void place_dots(struct placing *p, const struct dot *dot, size_t n)
{
	struct spread s[2];
	double unit = spread_of(dot, n, s);

	p->anchor[0] = s[0].mean * unit;
	p->anchor[1] = s[1].mean * unit;
	p->exponent = exponent_for(spread_to_resolve(s) * unit, p->anchor);
}

/* A column on one side of zero, far from it and narrow. */
static bool narrow(const struct dot *dot, size_t n)
{
	double low = INFINITY, high = -INFINITY, unit;
	struct spread s[2];

	for (size_t i = 0; i < n; i++) {
		if (dot[i].side != dot[0].side)
			return false;
		low = dot[i].d < low ? dot[i].d : low;
		high = dot[i].d > high ? dot[i].d : high;
	}
	unit = spread_of(dot, n, s);
	return high - low < NARROW_RANGE && unit > 0 &&
	       sqrt(s[dot[0].side].variance) < NARROW_SD * s[dot[0].side].mean;
}

static void dots_of(const struct backend *b, const double *x, size_t n, double centre,
		    struct dot *dot)
{
	double d[NODE_PAD];

	for (size_t first = 0; first < n; first += NODE_PAD) {
		for (size_t j = 0; j < NODE_PAD; j++)
			d[j] = x[first + j < n ? first + j : first];
		b->coordinate(d, NODE_PAD, centre, d);
		for (size_t j = 0; j < NODE_PAD && first + j < n; j++)
			dot[first + j] =
			    (struct dot){.d = d[j], .weight = 1, .side = x[first + j] < 0};
	}
}

struct placing bell_place_values(const struct backend *b, const double *x, size_t n)
{
	struct dot dot[BELL_SKETCH_EXACT];
	struct placing p = {.chosen = true};

	dots_of(b, x, n, 0, dot);
	if (narrow(dot, n)) {
		double low = INFINITY, high = 0;

		for (size_t i = 0; i < n; i++) {
			low = fabs(x[i]) < low ? fabs(x[i]) : low;
			high = fabs(x[i]) > high ? fabs(x[i]) : high;
		}
		place_dots(&p, dot, n);
		p.centre = round_centre(low, high, ldexp(1, p.exponent + WIDTHS));
		p.negative = dot[0].side;
		dots_of(b, x, n, p.centre, dot);
	}
	place_dots(&p, dot, n);
	return p;
}

enum bell_status bell_place_bins(const struct backend *b, const struct bell_sketch *s,
				 struct placing *out)
{
	struct dot *dot = malloc(s->bins * sizeof *dot);
	struct placing p = s->place;
	bool same = p.centre > 0; /* every bin has the placing's centre */

	if (!dot)
		return BELL_ENOMEM;
	for (size_t i = 0; i < s->bins; i++)
		same = same && s->bin[i].centre == p.centre && s->bin[i].negative == p.negative;
	if (!same)
		p.centre = 0;
	for (size_t i = 0; i < s->bins; i++) {
		const struct bin *bin = &s->bin[i];
		double shift = !same && bin->centre > 0 ? log1p_of(b, bin->centre) : 0,
		       half = ldexp(0.5, bin->exponent);
		double t = (double)bin->sum[1] / (double)bin->sum[0],
		       t2 = (double)bin->sum[2] / (double)bin->sum[0];

		dot[i] = (struct dot){.d = bin_place(bin) + shift,
				      .weight = (double)bin->sum[0],
				      .variance = t2 > t * t ? (t2 - t * t) * half * half : 0,
				      .side = bin->negative};
	}
	place_dots(&p, dot, s->bins);
	free(dot);
	*out = p;
	return BELL_OK;
}

bool bell_placing_valid(const struct placing *p)
{
	double width, most;

	if (p->exponent < FINEST || p->exponent > 0 || !(p->centre >= 0 && p->centre < INFINITY))
		return false;
	width = ldexp(1, p->exponent);
	most = 0x1p47 * width;
	if (p->centre > 0 && 128 * width + fabs(p->anchor[p->negative]) > 0.5)
		most -=
		    710; /* the narrowest bins have no centre either, and their anchor is that much further */
	return fabs(p->anchor[0]) <= 710 && fabs(p->anchor[1]) <= 710 &&
	       fabs(p->anchor[0]) < most && fabs(p->anchor[1]) < most;
}
