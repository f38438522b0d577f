/* SPDX-License-Identifier: BSD-3-Clause */
/* grid.c - where the bins of a sketch lie: their width, center and anchors. */
#include <math.h>
#include <stdlib.h>
#include "sketch/sketch.h"

/* The width chosen for a spread is the power of two at or below spread / 2^SPREAD_BITS. */
#define SPREAD_BITS 3

/*
 * A one-signed column gets a center if its spread is below this, and below this part of its anchor,
 * which is the median of d.
 */
#define NARROW 0x1p-6

/*
 * The largest exponent that is chosen.  One of the powers lambda and 2 - lambda is at least 1, and
 * expm1(power d) has to be smooth within a bin.
 */
#define MAX_CHOSEN_EXPONENT (-2)

/*
 * An anchor that is chosen has an exponent at most this much above that of the width, so its size
 * is below 2^47 widths: k then has 6 bits to spare in a double, for t.  MAX_ANCHOR is the same
 * limit for grids that are given.
 */
#define ANCHOR_BITS 46
#define MAX_ANCHOR  0x1p47

/* The exponent of the width if all values are 0: they do not tell of any scale. */
#define ZEROS_EXPONENT (-60)

/* The quartile range of a normal distribution over its standard deviation. */
#define IQR_OF_SD 1.349

/*
 * Quartiles that differ by less than this part of their size may differ by the rounding of d alone.
 */
#define MIN_SPREAD 0x1p-49

/* d = log((origin + |x|)/(origin + center)) */
static double origin_of(enum bell_method method) { return method == BELL_BOX_COX ? 0 : 1; }

/* A value or a bin, of which the grid is to suit many. */
struct sample {
	/* The coordinate, for a bin its mean, and the variance of it within a bin. */
	double d, variance;

	/* The weight, in a unit that all samples share. */
	double weight;

	/* |x| of a value. */
	double size;

	/* 1 if x is below 0, else 0. */
	int side;
};

/* d with the sign of x. */
static double signed_d(const struct sample *a) { return a->side ? -a->d : a->d; }

/* A total order: the quantiles depend on the samples alone, not on how they are sorted. */
static int by_signed_d(const void *a, const void *b)
{
	const struct sample *p = a, *q = b;
	const double x[] = {signed_d(p), q->side, p->size, p->weight, p->variance},
		     y[] = {signed_d(q), p->side, q->size, q->weight, q->variance};

	for (int i = 0; i < 5; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

/* The first of n sorted samples that has, with those before it, a given share of their weight. */
static const struct sample *quantile(const struct sample *sample, size_t n, double share)
{
	double weight = 0, sum = 0;
	size_t i = 0;

	for (size_t j = 0; j < n; j++)
		weight += sample[j].weight;
	while (i + 1 < n && (sum += sample[i].weight) < share * weight)
		i++;
	return &sample[i];
}

/*
 * The standard deviation of the signed d of n samples.  It is computed in units of the largest |d|,
 * because the square of a small spread is no double.
 */
static double sd_of(const struct sample *sample, size_t n, double unit)
{
	double weight = 0, mean = 0, square = 0;

	for (size_t i = 0; i < n; i++)
		weight += sample[i].weight;
	for (size_t i = 0; i < n; i++)
		mean += sample[i].weight / weight * (signed_d(&sample[i]) / unit);
	for (size_t i = 0; i < n; i++) {
		double e = signed_d(&sample[i]) / unit - mean;

		square += sample[i].weight / weight * (e * e + sample[i].variance / unit / unit);
	}
	return unit * sqrt(square);
}

/*
 * The spread of n sorted samples: their standard deviation, or what their quartiles say it is if
 * that is less.  One wild value moves the standard deviation of a thousand as far as it likes, but
 * what the likelihood has to resolve is the thousand.
 */
static double spread_of(const struct sample *sample, size_t n, double unit)
{
	double sd = n ? sd_of(sample, n, unit) : 0, middle;
	const struct sample *low, *high;

	if (!(sd > 0))
		return 0;
	low = quantile(sample, n, 0.25);
	high = quantile(sample, n, 0.75);
	middle = low == high ? sqrt(low->variance) : (signed_d(high) - signed_d(low)) / IQR_OF_SD;
	return middle > MIN_SPREAD * fmax(fabs(low->d), fabs(high->d)) && middle < sd ? middle : sd;
}

/*
 * The exponent of the width for a spread.  A spread of 0, of equal values, says nothing of the
 * spread to come but that it may be as fine as the digits of the values.
 */
static int exponent_for(double spread, const struct grid *g)
{
	double anchor = fmax(fabs(g->anchor[0]), fabs(g->anchor[1])),
	       digits = anchor > 0      ? anchor
			: g->center > 0 ? g->center / (origin_of(g->method) + g->center)
					: 0;
	int min = anchor > 0 ? ilogb(anchor) - ANCHOR_BITS : MIN_EXPONENT, e = ZEROS_EXPONENT;

	if (spread > 0)
		e = ilogb(spread) - SPREAD_BITS;
	else if (digits > 0)
		e = ilogb(digits) - ANCHOR_BITS;
	e = e < min ? min : e;
	e = e < MIN_EXPONENT ? MIN_EXPONENT : e;
	return e > MAX_CHOSEN_EXPONENT ? MAX_CHOSEN_EXPONENT : e;
}

/*
 * A round number near the middle of [low, high], the quartiles of |x|: a multiple of a power of two
 * that is about 64 standard deviations of x, so that parts of one column mostly agree on it.
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

/*
 * Sets the anchors and the width of a grid for n samples, and sorts these.  The anchors are the
 * medians of d of each side.  The width suits all signed d, or those of the side that holds most of
 * the weight if they are closer together, as where a cluster lies on one side of zero and a stray
 * value on the other.
 */
static void suit_samples(struct grid *g, struct sample *sample, size_t n)
{
	double unit = 0, weight[2] = {0}, all, most;
	size_t below = 0;

	for (size_t i = 0; i < n; i++) {
		unit = fabs(sample[i].d) > unit ? fabs(sample[i].d) : unit;
		weight[sample[i].side] += sample[i].weight;
		below += (size_t)sample[i].side;
	}
	g->anchor[0] = g->anchor[1] = 0;
	g->exponent = exponent_for(0, g);
	if (!(unit > 0))
		return;
	qsort(sample, n, sizeof *sample, by_signed_d);
	if (below)
		g->anchor[1] = quantile(sample, below, 0.5)->d;
	if (below < n)
		g->anchor[0] = quantile(sample + below, n - below, 0.5)->d;
	all = spread_of(sample, n, unit);
	most = weight[1] > weight[0] ? spread_of(sample, below, unit)
				     : spread_of(sample + below, n - below, unit);
	g->exponent = exponent_for(most > 0 && most < all ? most : all, g);
}

/* The samples for n values. */
static void samples_of(const struct backend *b, const struct grid *g, const double *x, size_t n,
		       struct sample *sample)
{
	double d[NODE_PAD];

	for (size_t first = 0; first < n; first += NODE_PAD) {
		for (size_t j = 0; j < NODE_PAD; j++)
			d[j] = x[first + j < n ? first + j : first];
		coordinates(b, g->method, d, NODE_PAD, g->center, d);
		for (size_t j = 0; j < NODE_PAD && first + j < n; j++)
			sample[first + j] = (struct sample){.d = d[j],
							    .weight = 1,
							    .side = x[first + j] < 0,
							    .size = fabs(x[first + j])};
	}
}

/* Box-Cox divides by its center, so the inverse of the center has to be a double too. */
static bool valid_center(const struct grid *g)
{
	if (g->method == BELL_BOX_COX && g->center != 0)
		return !g->negative && g->center >= 0x1p-1022 && g->center <= 0x1p1022;
	return g->center >= 0 && g->center < INFINITY;
}

/*
 * Whether n sorted samples lie on one side of zero, far from it and close together.  Stray values
 * do not count, because the spread is that of the quartiles: they go to bins too wide for a center.
 */
static bool narrow(const struct grid *g, const struct sample *sample, size_t n)
{
	double spread = ldexp(1, g->exponent + SPREAD_BITS);

	for (size_t i = 1; i < n; i++)
		if (sample[i].side != sample[0].side)
			return false;
	return n && spread < NARROW && spread < NARROW * fabs(g->anchor[sample[0].side]);
}

struct grid bell_grid_of_values(const struct backend *b, enum bell_method method, const double *x,
				size_t n)
{
	struct sample sample[2 * BELL_SKETCH_EXACT];
	struct grid g = {.chosen = true, .method = method};

	samples_of(b, &g, x, n, sample);
	suit_samples(&g, sample, n);
	if (narrow(&g, sample, n)) {
		g.negative = sample[0].side;
		g.center =
		    round_center(quantile(sample, n, 0.25)->size, quantile(sample, n, 0.75)->size,
				 ldexp(1, g.exponent + SPREAD_BITS), origin_of(method));
		if (!valid_center(&g))
			g.center = 0;
		samples_of(b, &g, x, n, sample);
		suit_samples(&g, sample, n);
	}
	return g;
}

enum bell_status bell_grid_of_bins(const struct backend *b, const struct bell_sketch *s,
				   struct grid *out)
{
	struct sample *sample = malloc(s->bins * sizeof *sample);
	struct grid g = s->grid;
	/* whether every bin has the center of the grid */
	bool same = g.center > 0;

	if (!sample)
		return BELL_ENOMEM;
	for (size_t i = 0; i < s->bins; i++)
		same = same && s->bin[i].center == g.center && s->bin[i].negative == g.negative;
	if (!same)
		g.center = 0;
	for (size_t i = 0; i < s->bins; i++) {
		const struct bin *bin = &s->bin[i];
		double shift = same ? 0 : shift_of(b, g.method, bin->center),
		       half = ldexp(0.5, bin->exponent);
		double t = (double)bin->sum[1] / (double)bin->sum[0],
		       t2 = (double)bin->sum[2] / (double)bin->sum[0];

		sample[i] = (struct sample){.d = bin_coordinate(bin) + shift,
					    .weight = (double)bin->sum[0],
					    .variance = t2 > t * t ? (t2 - t * t) * half * half : 0,
					    .side = bin->negative};
	}
	suit_samples(&g, sample, s->bins);
	free(sample);
	*out = g;
	return BELL_OK;
}

bool bell_grid_valid(const struct grid *g)
{
	double width, max_anchor, end = max_coordinate(g->method);

	if (g->exponent < MIN_EXPONENT || g->exponent > 0 || !valid_center(g))
		return false;
	width = ldexp(1, g->exponent);
	max_anchor = MAX_ANCHOR * width;
	/* no bin has the center then, and an anchor without it may be that much further from 0 */
	if (g->center > 0 && !bell_grid_centered(g, width))
		max_anchor -= end;
	return fabs(g->anchor[0]) <= end && fabs(g->anchor[1]) <= end &&
	       fabs(g->anchor[0]) < max_anchor && fabs(g->anchor[1]) < max_anchor;
}

struct bell_sketch_options bell_grid_options(const struct grid *g)
{
	return (struct bell_sketch_options){
	    .width = ldexp(1, g->exponent),
	    .center = g->negative ? -g->center : g->center,
	    .anchor = {g->anchor[0], g->anchor[1]},
	    .method = g->method,
	};
}
