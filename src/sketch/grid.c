/* SPDX-License-Identifier: BSD-3-Clause */
/* grid.c - where the bins of a sketch lie: their width, center and anchor. */
#include <math.h>
#include <stdlib.h>
#include "sketch/bins.h"

/* a width is the power of two at or below spread / 2^WIDTHS */
#define WIDTHS 3
/* a one-signed column whose spread is below this, and below this part of its median, gets a center */
#define NARROW 0x1p-6
/* exponent of the least width, */
#define FINEST (-1000)
/* and of the largest: one of the powers lambda, 2 - lambda is at least 1 */
#define COARSEST (-2)
/* an anchor is at most 2^46 widths from 0 */
#define FARTHEST 46
/* exponent where there is nothing at all to go by: zeros */
#define CONSTANT (-60)
/* quartile range of a normal distribution with sd 1 */
#define IQR_OF_SD 1.349
/* of d: closer together, quartiles differ by rounding alone */
#define LEAST_SPREAD 0x1p-49

/* d = log((origin + |x|)/(origin + center)) */
static double origin_of(enum bell_method method) { return method == BELL_BOX_COX ? 0 : 1; }

/* One value or bin. */
struct dot {
	double d, weight, variance;
	double size; /* |x| of a value */
	int side;
};

/* d with the sign of x. */
static double signed_d(const struct dot *a) { return a->side ? -a->d : a->d; }

/* A total order, so that the quantiles depend on the dots alone. */
static int by_signed_d(const void *a, const void *b)
{
	const struct dot *p = a, *q = b;
	const double x[] = {signed_d(p), q->side, p->size, p->weight, p->variance},
		     y[] = {signed_d(q), p->side, q->size, q->weight, q->variance};

	for (int i = 0; i < 5; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

/* The first of n sorted dots up to which a share of their weight lies. */
static const struct dot *quantile(const struct dot *dot, size_t n, double share)
{
	double weight = 0, sum = 0;
	size_t i = 0;

	for (size_t j = 0; j < n; j++)
		weight += dot[j].weight;
	while (i + 1 < n && (sum += dot[i].weight) < share * weight)
		i++;
	return &dot[i];
}

/* The sd of n dots of signed d, in units: the square of a small spread is no double. */
static double sd_of(const struct dot *dot, size_t n, double unit)
{
	double weight = 0, mean = 0, square = 0;

	for (size_t i = 0; i < n; i++)
		weight += dot[i].weight;
	for (size_t i = 0; i < n; i++)
		mean += dot[i].weight / weight * (signed_d(&dot[i]) / unit);
	for (size_t i = 0; i < n; i++) {
		double e = signed_d(&dot[i]) / unit - mean;

		square += dot[i].weight / weight * (e * e + dot[i].variance / unit / unit);
	}
	return unit * sqrt(square);
}

/*
 * The spread of n sorted dots: their sd, or what their quartiles make of it if that is less.  One wild value
 * moves the sd of a thousand as far as it likes, but the likelihood looks at the thousand.
 */
static double spread_of(const struct dot *dot, size_t n, double unit)
{
	double sd = n ? sd_of(dot, n, unit) : 0, middle;
	const struct dot *low, *high;

	if (!(sd > 0))
		return 0;
	low = quantile(dot, n, 0.25);
	high = quantile(dot, n, 0.75);
	middle = low == high ? sqrt(low->variance) : (signed_d(high) - signed_d(low)) / IQR_OF_SD;
	return middle > LEAST_SPREAD * fmax(fabs(low->d), fabs(high->d)) && middle < sd ? middle
											: sd;
}

/*
 * The exponent for a spread: k of every bin near the anchors must fit a double with room to spare.  A constant says
 * nothing of the spread to come but that it may be as fine as its own digits.
 */
static int exponent_for(double spread, const struct placing *p)
{
	double far = fmax(fabs(p->anchor[0]), fabs(p->anchor[1])),
	       digits = far > 0         ? far
			: p->center > 0 ? p->center / (origin_of(p->method) + p->center)
					: 0;
	int least = far > 0 ? ilogb(far) - FARTHEST : FINEST, e = CONSTANT;

	if (spread > 0)
		e = ilogb(spread) - WIDTHS;
	else if (digits > 0)
		e = ilogb(digits) - FARTHEST;
	e = e < least ? least : e;
	e = e < FINEST ? FINEST : e;
	return e > COARSEST ? COARSEST : e;
}

/*
 * A round number near the middle of [low, high], so that parts of one column mostly agree on it: a
 * multiple of a power of two that is about 64 sd wide.
 */
static double round_center(double low, double high, double sd_log, double origin)
{
	double middle = low / 2 + high / 2, step;
	int fine = ilogb(middle) - 3, coarse;

	if (low == high)
		return low;
	coarse = ilogb(sd_log) + ilogb(origin + middle) + 7;
	step = ldexp(1, coarse < fine ? coarse : fine);
	return step > 0 ? rint(middle / step) * step : middle;
}

/* Medians for anchors; a width for all of d with the sign of x, or for the side that holds most of the data if
 * that is narrower, as where a cluster is on one side and a stray value on the other.  Sorts the dots. */
static void place_dots(struct placing *p, struct dot *dot, size_t n)
{
	double unit = 0, weight[2] = {0}, all, most;
	size_t below = 0;

	for (size_t i = 0; i < n; i++) {
		unit = fabs(dot[i].d) > unit ? fabs(dot[i].d) : unit;
		weight[dot[i].side] += dot[i].weight;
		below += (size_t)dot[i].side;
	}
	p->anchor[0] = p->anchor[1] = 0;
	p->exponent = exponent_for(0, p);
	if (!(unit > 0))
		return;
	qsort(dot, n, sizeof *dot, by_signed_d);
	if (below)
		p->anchor[1] = quantile(dot, below, 0.5)->d;
	if (below < n)
		p->anchor[0] = quantile(dot + below, n - below, 0.5)->d;
	all = spread_of(dot, n, unit);
	most = weight[1] > weight[0] ? spread_of(dot, below, unit)
				     : spread_of(dot + below, n - below, unit);
	p->exponent = exponent_for(most > 0 && most < all ? most : all, p);
}

static void dots_of(const struct backend *b, const struct placing *p, const double *x, size_t n,
		    struct dot *dot)
{
	double d[NODE_PAD];

	for (size_t first = 0; first < n; first += NODE_PAD) {
		for (size_t j = 0; j < NODE_PAD; j++)
			d[j] = x[first + j < n ? first + j : first];
		coordinates(b, p->method, d, NODE_PAD, p->center, d);
		for (size_t j = 0; j < NODE_PAD && first + j < n; j++)
			dot[first + j] = (struct dot){.d = d[j],
						      .weight = 1,
						      .side = x[first + j] < 0,
						      .size = fabs(x[first + j])};
	}
}

/* Of Box-Cox its inverse has to be a double too. */
static bool valid_center(const struct placing *p)
{
	if (p->method == BELL_BOX_COX && p->center != 0)
		return !p->negative && p->center >= 0x1p-1022 && p->center <= 0x1p1022;
	return p->center >= 0 && p->center < INFINITY;
}

/* A column on one side of zero, far from it and narrow, stray values apart: those go to bins too wide for a center. */
static bool narrow(const struct placing *p, const struct dot *dot, size_t n)
{
	double spread = ldexp(1, p->exponent + WIDTHS);

	for (size_t i = 1; i < n; i++)
		if (dot[i].side != dot[0].side)
			return false;
	return n && spread < NARROW && spread < NARROW * fabs(p->anchor[dot[0].side]);
}

struct placing bell_place_values(const struct backend *b, enum bell_method method, const double *x,
				 size_t n)
{
	struct dot dot[2 * BELL_SKETCH_EXACT];
	struct placing p = {.chosen = true, .method = method};

	dots_of(b, &p, x, n, dot);
	place_dots(&p, dot, n);
	if (narrow(&p, dot, n)) {
		p.negative = dot[0].side;
		p.center = round_center(quantile(dot, n, 0.25)->size, quantile(dot, n, 0.75)->size,
					ldexp(1, p.exponent + WIDTHS), origin_of(method));
		if (!valid_center(&p))
			p.center = 0;
		dots_of(b, &p, x, n, dot);
		place_dots(&p, dot, n);
	}
	return p;
}

enum bell_status bell_place_bins(const struct backend *b, const struct bell_sketch *s,
				 struct placing *out)
{
	struct dot *dot = malloc(s->bins * sizeof *dot);
	struct placing p = s->place;
	bool same = p.center > 0; /* every bin has the placing's center */

	if (!dot)
		return BELL_ENOMEM;
	for (size_t i = 0; i < s->bins; i++)
		same = same && s->bin[i].center == p.center && s->bin[i].negative == p.negative;
	if (!same)
		p.center = 0;
	for (size_t i = 0; i < s->bins; i++) {
		const struct bin *bin = &s->bin[i];
		double shift = same ? 0 : shift_of(b, p.method, bin->center),
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
	double width, most, furthest = farthest(p->method) - 1;

	if (p->exponent < FINEST || p->exponent > 0 || !valid_center(p))
		return false;
	width = ldexp(1, p->exponent);
	most = 0x1p47 * width;
	/* the narrowest bins have no center either, and their anchor is that much further */
	if (p->center > 0 && 128 * width + fabs(p->anchor[p->negative]) > 0.5)
		most -= furthest;
	return fabs(p->anchor[0]) <= furthest && fabs(p->anchor[1]) <= furthest &&
	       fabs(p->anchor[0]) < most && fabs(p->anchor[1]) < most;
}
