/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * grid.c - where the bins of a sketch lie.
 *
 * A grid has bins of one width around the middle of the data, 4, 16, ... times as wide further out;
 * and bins of at most MAX_WIDTH around the root mean square of |x|, because there, at the top of
 * what matters, the transforms change with log|x| as |x| does, however wide log|x| spreads.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sketch/bins.h"
#include "sketch/nodes.h"

/* a width is the power of two at or below the spread over this */
#define SPREAD_WIDTHS 6
/* a side whose spread is below this gets a center */
#define NARROW 0x1p-6
/* an anchor is at most 2^46 widths from 0 */
#define FARTHEST 46
/* quartile range of a normal distribution with sd 1 */
#define IQR_OF_SD 1.349
/* of d: closer together, quartiles differ by rounding alone */
#define MIN_SPREAD 0x1p-49

/* ---- from data to a grid ---- */

/* One value or bin: |x| = size + low. */
struct dot {
	double d, size, low, weight, variance;
	int side;
};

/* A total order, so that the quantiles depend on the dots alone. */
static int by_side_and_d(const void *a, const void *b)
{
	const struct dot *p = a, *q = b;
	const double x[] = {p->side, p->d, p->size, p->low, p->weight, p->variance},
		     y[] = {q->side, q->d, q->size, q->low, q->weight, q->variance};

	for (int i = 0; i < 6; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

static int by_side(const void *a, const void *b)
{
	const struct dot *p = a, *q = b;

	return p->side - q->side;
}

/* They are in order already as a rule. */
static void sort_dots(struct dot *dot, size_t n, int (*order)(const void *, const void *))
{
	for (size_t i = 1; i < n; i++)
		if (order(&dot[i - 1], &dot[i]) > 0) {
			qsort(dot, n, sizeof *dot, order);
			return;
		}
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

static double sd_of(const struct dot *dot, size_t n)
{
	double unit = 0, weight = 0, mean = 0, square = 0;

	for (size_t i = 0; i < n; i++) {
		double far = fabs(dot[i].d - dot[0].d) + sqrt(dot[i].variance);

		weight += dot[i].weight;
		unit = far > unit ? far : unit;
	}
	if (!(unit > 0))
		return 0;
	for (size_t i = 0; i < n; i++)
		mean += dot[i].weight * ((dot[i].d - dot[0].d) / unit);
	mean /= weight;
	for (size_t i = 0; i < n; i++) {
		double e = (dot[i].d - dot[0].d) / unit - mean;

		square += dot[i].weight * (e * e + dot[i].variance / unit / unit);
	}
	return unit * sqrt(square / weight);
}

/*
 * The spread of n sorted dots: their sd, or what their quartiles make of it if that is less.  One
 * wild value moves the sd of a thousand as far as it likes, but the likelihood looks at the
 * thousand.
 */
static double spread_of(const struct dot *dot, size_t n)
{
	double sd = n ? sd_of(dot, n) : 0, middle;
	const struct dot *low, *high;

	if (!(sd > 0))
		return 0;
	low = quantile(dot, n, 0.25);
	high = quantile(dot, n, 0.75);
	middle = low == high ? sqrt(low->variance) : (high->d - low->d) / IQR_OF_SD;
	return middle > MIN_SPREAD * fmax(fabs(low->d), fabs(high->d)) && middle < sd ? middle : sd;
}

/*
 * The exponent for a spread: k of every bin near the anchors must fit a double with room to spare.
 */
static int exponent_for(double spread, const struct grid *g)
{
	double far = fmax(fabs(g->anchor[0]), fabs(g->anchor[1]));
	int least = far > 0 ? ilogb(far) - FARTHEST : MIN_WIDTH,
	    e = spread > 0 ? ilogb(spread / SPREAD_WIDTHS) : MAX_WIDTH;

	e = e < least ? least : e;
	e = e < MIN_WIDTH ? MIN_WIDTH : e;
	return e > MAX_WIDTH ? MAX_WIDTH : e;
}

/*
 * A round number near the middle of [low, high], so that parts of one column mostly agree on it: a
 * multiple of a power of two that is about 64 spreads wide.
 */
static double round_center(double low, double high, double spread)
{
	double middle = low / 2 + high / 2, step;
	int fine = ilogb(middle) - 3, coarse;

	if (low == high)
		return low;
	coarse = ilogb(spread) + ilogb(middle) + 7;
	step = ldexp(1, coarse < fine ? coarse : fine);
	return step > 0 ? rint(middle / step) * step : middle;
}

/* Its inverse has to be a double too. */
static bool valid_center(double center) { return center >= 0x1p-1022 && center <= 0x1p1022; }

/* The coordinates of dots: of those on the side of the center relative to it. */
static void coordinates_of(const struct backend *b, const struct grid *g, struct dot *dot, size_t n)
{
	double d[NODE_PAD];

	for (size_t first = 0; first < n; first += NODE_PAD) {
		bool centered = g->center > 0 && dot[first].side == g->negative;
		size_t m = 0;

		/* sorted by side: at most one run of NODE_PAD holds both */
		while (m < NODE_PAD && first + m < n && dot[first + m].side == dot[first].side)
			m++;
		for (size_t j = 0; j < NODE_PAD; j++)
			d[j] = dot[first + (j < m ? j : 0)].size;
		b->log_ratio(d, NODE_PAD, centered ? g->center : 0, d);
		for (size_t j = 0; j < m; j++)
			dot[first + j].d = d[j] + dot[first + j].low / dot[first + j].size;
		first -= NODE_PAD - m;
	}
}

/* log of the root mean square of n dots in log|x|. */
static double top_of(const struct backend *b, const struct dot *dot, size_t n)
{
	double most = -INFINITY, weight = 0, sum = 0;

	for (size_t i = 0; i < n; i++)
		most = dot[i].d > most ? dot[i].d : most;
	for (size_t first = 0; first < n; first += NODE_PAD) {
		double e[NODE_PAD] = {0};

		for (size_t j = 0; j < NODE_PAD && first + j < n; j++)
			e[j] = 2 * (dot[first + j].d - most);
		b->exponential(e, NODE_PAD, e);
		for (size_t j = 0; j < NODE_PAD && first + j < n; j++) {
			weight += dot[first + j].weight;
			sum += dot[first + j].weight * (e[j] + 1);
		}
	}
	return most + log_of(b, sum / weight) / 2;
}

/*
 * Anchors and the width for n dots whose coordinates are known, the first `above` of them above 0.
 */
static void place(struct grid *g, struct dot *dot, size_t n, size_t above)
{
	double weight[2] = {0}, spread[2];
	const size_t start[2] = {0, above}, count[2] = {above, n - above};
	int side;

	sort_dots(dot, n, by_side_and_d);
	for (side = 0; side < 2; side++) {
		const struct dot *own = dot + start[side];

		for (size_t i = 0; i < count[side]; i++)
			weight[side] += own[i].weight;
		g->anchor[side] = count[side] ? quantile(own, count[side], 0.5)->d : 0;
		spread[side] = spread_of(own, count[side]);
	}
	side = weight[1] > weight[0];
	if (!(spread[side] > 0))
		side = !side;
	g->exponent = exponent_for(spread[side], g);
}

/* A side that holds most of the data, far from zero and narrow, gets a center. */
static void center(const struct backend *b, struct grid *g, struct dot *dot, size_t n, size_t above)
{
	double weight[2] = {0}, spread;
	const size_t start[2] = {0, above}, count[2] = {above, n - above};
	const struct dot *own;
	int side;

	for (size_t i = 0; i < n; i++)
		weight[dot[i].side] += dot[i].weight;
	side = weight[1] > weight[0];
	own = dot + start[side];
	spread = spread_of(own, count[side]);
	if (!(spread < NARROW))
		return;
	g->center = round_center(quantile(own, count[side], 0.25)->size,
				 quantile(own, count[side], 0.75)->size, spread);
	g->negative = side;
	if (!valid_center(g->center)) {
		g->center = 0;
		g->negative = 0;
		return;
	}
	coordinates_of(b, g, dot, n);
	place(g, dot, n, above);
}

static struct dot dot_of(double value, int128 weight)
{
	return (struct dot){.size = fabs(value), .weight = (double)weight, .side = value < 0};
}

/* Dots of the values that are not 0, from the least size up on each side; returns their number. */
static size_t dots_of_values(const struct bell_sketch *s, struct dot *dot)
{
	size_t n = 0;

	for (size_t i = 0; i < s->values; i++)
		if (s->value[i] > 0)
			dot[n++] = dot_of(s->value[i], s->weight[i]);
	for (size_t i = s->values; i-- > 0;)
		if (s->value[i] < 0)
			dot[n++] = dot_of(s->value[i], s->weight[i]);
	return n;
}

static void dots_of_bins(const struct backend *b, const struct bell_sketch *s, struct dot *dot)
{
	for (size_t i = 0; i < s->bins; i++) {
		const struct bin *bin = &s->bin[i];
		double half = ldexp(0.5, bin->exponent),
		       t = (double)bin->sum[1] / (double)bin->sum[0],
		       t2 = (double)bin->sum[2] / (double)bin->sum[0];

		dot[i] = (struct dot){.weight = (double)bin->sum[0],
				      .variance = t2 > t * t ? (t2 - t * t) * half * half : 0,
				      .side = bin->negative};
		dot[i].d = bin_place(bin);
	}
	for (size_t i = 0, n; i < s->bins; i += n) {
		double d[NODE_PAD], size[NODE_PAD], low[NODE_PAD];

		for (n = 0;
		     n < NODE_PAD && i + n < s->bins && s->bin[i + n].center == s->bin[i].center;
		     n++)
			d[n] = dot[i + n].d;
		bell_sizes_of(b, s->bin[i].center, d, n, size, low);
		for (size_t j = 0; j < n; j++) {
			dot[i + j].size = size[j];
			dot[i + j].low = low[j];
		}
	}
}

enum bell_status bell_grid_choose(const struct backend *b, const struct bell_sketch *s,
				  struct grid *out)
{
	size_t n = s->bins ? s->bins : s->values, above = 0;
	struct dot *dot = malloc((n + !n) * sizeof *dot);
	struct grid g = {.chosen = true};

	if (!dot)
		return BELL_ENOMEM;
	if (s->bins)
		dots_of_bins(b, s, dot);
	else
		n = dots_of_values(s, dot);
	sort_dots(dot, n, by_side);
	for (size_t i = 0; i < n; i++)
		above += !dot[i].side;
	coordinates_of(b, &g, dot, n);
	if (above)
		g.top[0] = top_of(b, dot, above);
	if (above < n)
		g.top[1] = top_of(b, dot + above, n - above);
	if (n) {
		place(&g, dot, n, above);
		center(b, &g, dot, n, above);
	}
	g.chosen = n > 0;
	free(dot);
	*out = g;
	return BELL_OK;
}

/* ---- what a grid is ---- */

bool bell_grid_valid(const struct grid *g)
{
	double width, most, furthest = FARTHEST_LOG - 1;

	if (g->exponent < MIN_WIDTH || g->exponent > MAX_WIDTH ||
	    (g->negative && !(g->center > 0)) || (g->center != 0 && !valid_center(g->center)))
		return false;
	width = ldexp(1, g->exponent);
	most = 0x1p47 * width;
	/* the narrowest bins have no center either, and their anchor is that much further */
	if (g->center > 0 && REACH_ABOVE * width + fabs(g->anchor[g->negative]) > 0.5)
		most -= furthest;
	for (int side = 0; side < 2; side++)
		if (!(fabs(g->anchor[side]) <= furthest && fabs(g->top[side]) <= furthest &&
		      fabs(g->anchor[side]) < most))
			return false;
	return true;
}

int bell_grid_order(const struct grid *a, const struct grid *b)
{
	const double x[] = {b->fixed,     b->chosen,    a->exponent, a->center, a->negative,
			    a->anchor[0], a->anchor[1], a->top[0],   a->top[1]},
		     y[] = {a->fixed,     a->chosen,    b->exponent, b->center, b->negative,
			    b->anchor[0], b->anchor[1], b->top[0],   b->top[1]};

	for (int i = 0; i < 9; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

struct bell_sketch_options bell_grid_public(const struct grid *g)
{
	if (!g->chosen)
		return (struct bell_sketch_options){.width = 0};
	return (struct bell_sketch_options){
	    .width = ldexp(1, g->exponent),
	    .center = g->negative ? -g->center : g->center,
	    .anchor = {g->anchor[0], g->anchor[1]},
	    .top = {g->top[0], g->top[1]},
	};
}
