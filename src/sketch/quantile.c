/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * quantile.c - quantiles of a sketch, with bounds of their errors.
 *
 * Distinct values give them exactly.  Bins give bounds first: a value lies in its bin, so that the
 * weight of all bins that begin at or below x is at least the distribution function there, and the
 * weight of all that end at or below x is at most that.  Between the bounds the moments of a bin
 * say where its weight lies: by the inequalities of Chebyshev, Markov and Stieltjes its
 * distribution function, at a node of its Gauss quadrature, lies between the weight of the nodes
 * below and that together with the node's own.  The estimate goes through the middle of the two.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sketch/nodes.h"
#include "sketch/weights.h"

/* The edges of a bin are off by no more than this, relative to x, where exp rounds. */
#define EDGE_SLACK 0x1p-51

/* The coordinate of a value is off by no more than this, relative to itself. */
#define PLACE_SLACK 0x1p-50

/* Weight that lies evenly from low to high, or at one place. */
struct piece {
	double low, high, weight;
};

/* A smooth bin has a piece more than it has nodes. */
#define MAX_PIECES (MAX_RANK + 1)

/* A bin, or all zeros: no value of it lies outside low .. high. */
struct range {
	double low, high;
	int128 weight;
	struct piece piece[MAX_PIECES];
	int pieces;
};

/* The ranges of a sketch in the order of their low ends, and of their high ones. */
struct ranges {
	struct range *range;
	const struct range **by_high;
	size_t n;
};

/* A quantile as a rank, in units of 2^-SUM_BITS. */
struct rank {
	/* All weight, and where every row has the same, that of a row; else 0. */
	int128 whole, row;
	double q;
	/* It lies between the values of this rank and the next; `part` is how far. */
	int128 rank;
	double part;
};

static struct rank rank_of(const struct bell_sketch *s, double q)
{
	struct rank r = {.whole = bell_sketch_weight(s), .q = q};
	double n = (double)s->count, h = q * (n - 1);

	/* Rows of weight 1 alone: their weights add up to their number, and so do the squares. */
	if (ldexp((double)r.whole, -SUM_BITS - s->shift) != n || bell_sketch_effective(s) != n)
		return r;
	r.row = r.whole / (int128)s->count;
	r.part = h - floor(h);
	r.rank = ((int128)floor(h) + 1) * r.row;
	return r;
}

/* Whether the values that weigh `sum` reach up to a rank, or up to the next one. */
static bool reaches(const struct rank *r, int128 sum, bool next)
{
	if (!r->row)
		return (double)sum / (double)r->whole >= r->q;
	return sum >= r->rank + (next && r->part > 0 ? r->row : 0);
}

/* ---- distinct values ---- */

static double value_of_rank(const struct bell_sketch *s, const struct rank *r, bool next)
{
	int128 sum = 0;

	for (size_t i = 0; i + 1 < s->values; i++) {
		sum += s->weight[i] << POWER_BITS;
		if (reaches(r, sum, next))
			return s->value[i];
	}
	return s->value[s->values - 1];
}

/* Between a and b as numpy.quantile has it, but for what would exceed a double. */
static double between(double a, double b, double part)
{
	double away = b - a;

	if (isinf(away))
		return a * (1 - part) + b * part;
	return part < 0.5 ? a + away * part : b - away * (1 - part);
}

static double exact_quantile(const struct bell_sketch *s, const struct rank *r)
{
	return between(value_of_rank(s, r, false), value_of_rank(s, r, true), r->part);
}

/* ---- bins ---- */

static int by_low(const void *a, const void *b)
{
	const struct range *p = a, *q = b;

	return (p->low > q->low) - (p->low < q->low);
}

static int by_high(const void *a, const void *b)
{
	const struct range *const *p = a, *const *q = b;

	return ((*p)->high > (*q)->high) - ((*p)->high < (*q)->high);
}

static double clip(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

/*
 * The ends of a bin and the `rank` nodes between them, which ascend.  What rounding could
 * take out of the range of the column, or beyond the ends, is brought back.
 */
static void places_of(const struct backend *b, const struct bell_sketch *s, const struct bin *bin,
		      const struct quadrature *q, double place[MAX_RANK + 2])
{
	const double width = power_of_two(bin->exponent), k = (double)bin->k;
	const double half = 0.5 + (fabs(k) + 1) * PLACE_SLACK, sign = bin->negative ? -1 : 1;
	double d[MAX_RANK + 2], size[MAX_RANK + 2], low[MAX_RANK + 2];
	int n = q->rank + 2;

	d[0] = (k - copysign(half, sign)) * width;
	for (int i = 0; i < q->rank; i++)
		d[i + 1] = (k + q->t[i] / 2) * width;
	d[n - 1] = (k + copysign(half, sign)) * width;
	bell_sizes_of(b, bin->center, d, (size_t)n, size, low);
	size[0] *= 1 - sign * EDGE_SLACK;
	size[n - 1] *= 1 + sign * EDGE_SLACK;
	for (int i = 0; i < n; i++)
		place[i] = clip(sign * size[i], s->min, s->max);
	for (int i = 1; i < n; i++)
		place[i] = clip(place[i], place[i - 1], place[n - 1]);
}

/* Sorts nodes by their values, which fall with t on the side of x < 0. */
static void ascend(struct quadrature *q, bool negative)
{
	for (int i = 1; i < q->rank; i++)
		for (int j = i; j > 0 && (negative ? q->t[j] > q->t[j - 1] : q->t[j] < q->t[j - 1]);
		     j--) {
			double t = q->t[j], share = q->share[j];

			q->t[j] = q->t[j - 1];
			q->share[j] = q->share[j - 1];
			q->t[j - 1] = t;
			q->share[j - 1] = share;
		}
}

static struct range range_of(const struct backend *b, const struct bell_sketch *s,
			     const struct bin *bin, struct quadrature q)
{
	struct range r = {.weight = bin->sum[0]};
	double place[MAX_RANK + 2] = {0}, weight = (double)bin->sum[0];

	ascend(&q, bin->negative);
	places_of(b, s, bin, &q, place);
	r.low = place[0];
	r.high = place[q.rank + 1];
	if (q.rank < MAX_RANK) { /* so many distinct values are in the bin, and no more */
		r.pieces = q.rank;
		for (int i = 0; i < q.rank; i++)
			r.piece[i] =
			    (struct piece){place[i + 1], place[i + 1], weight * q.share[i]};
		return r;
	}
	r.pieces = MAX_PIECES;
	for (int i = 0; i < MAX_PIECES; i++)
		r.piece[i] = (struct piece){
		    place[i], place[i + 1],
		    weight / 2 * ((i ? q.share[i - 1] : 0) + (i < MAX_RANK ? q.share[i] : 0))};
	return r;
}

static void ranges_free(struct ranges *all)
{
	free(all->range);
	free(all->by_high);
}

static enum bell_status ranges_of(const struct backend *b, const struct bell_sketch *s,
				  struct ranges *all)
{
	struct quadrature q[NODE_PAD];

	*all = (struct ranges){.range = malloc((s->bins + 1) * sizeof *all->range),
			       .by_high = malloc((s->bins + 1) * sizeof *all->by_high)};
	if (!all->range || !all->by_high) {
		ranges_free(all);
		return BELL_ENOMEM;
	}
	for (size_t i = 0; i < s->bins; i++) {
		size_t left = s->bins - i;

		if (i % NODE_PAD == 0)
			bell_quadratures(b, &s->bin[i], left < NODE_PAD ? left : NODE_PAD, q);
		all->range[all->n++] = range_of(b, s, &s->bin[i], q[i % NODE_PAD]);
	}
	if (s->zeros)
		all->range[all->n++] = (struct range){
		    .weight = s->zeros, .piece = {{.weight = (double)s->zeros}}, .pieces = 1};
	qsort(all->range, all->n, sizeof *all->range, by_low);
	for (size_t i = 0; i < all->n; i++)
		all->by_high[i] = &all->range[i];
	qsort(all->by_high, all->n, sizeof *all->by_high, by_high);
	return BELL_OK;
}

/* No value of the rank lies below *low, and none of the next rank above *high. */
static void bounds_of(const struct ranges *all, const struct rank *r, double *low, double *high)
{
	int128 sum = all->range[0].weight;
	size_t i = 0;

	while (i + 1 < all->n && !reaches(r, sum, false))
		sum += all->range[++i].weight;
	*low = all->range[i].low;
	i = 0;
	sum = all->by_high[0]->weight;
	while (i + 1 < all->n && !reaches(r, sum, true))
		sum += all->by_high[++i]->weight;
	*high = all->by_high[i]->high;
}

/* The weight of a piece at or below x. */
static double weight_of(const struct piece *p, double x)
{
	if (x >= p->high)
		return p->weight;
	return x > p->low ? p->weight * ((x - p->low) / (p->high - p->low)) : 0;
}

/* The weight at or below x of the ranges that reach beyond `from`. */
static double weight_below(const struct ranges *all, double from, double x)
{
	double sum = 0;

	for (size_t i = 0; i < all->n && all->range[i].low <= x; i++) {
		const struct range *r = &all->range[i];

		for (int j = 0; r->high >= from && j < r->pieces; j++)
			sum += weight_of(&r->piece[j], x);
	}
	return sum;
}

/* Doubles as integers in the same order, and back. */
static int64_t integer_of(double x)
{
	int64_t i;

	memcpy(&i, &x, sizeof i);
	return i < 0 ? INT64_MIN - i : i;
}

static double double_of(int64_t i)
{
	double x;

	i = i < 0 ? INT64_MIN - i : i;
	memcpy(&x, &i, sizeof x);
	return x;
}

/* The least double from low to high at which the weight reaches the rank; or else high. */
static double search(const struct ranges *all, const struct rank *r, double low, double high)
{
	double target =
	    r->row ? (double)r->rank + (r->part - 0.5) * (double)r->row : r->q * (double)r->whole;
	int64_t a = integer_of(low), b = integer_of(high);
	int128 below = 0;

	for (size_t i = 0; i < all->n && all->by_high[i]->high < low; i++)
		below += all->by_high[i]->weight;
	target -= (double)below;
	while (a < b) {
		int64_t middle = a + (int64_t)(((uint64_t)b - (uint64_t)a) / 2);

		if (weight_below(all, low, double_of(middle)) >= target)
			b = middle;
		else
			a = middle + 1;
	}
	return double_of(a);
}

static double bin_quantile(const struct ranges *all, const struct rank *r, double *error)
{
	double low, high, x;

	bounds_of(all, r, &low, &high);
	x = search(all, r, low, high);
	*error = fmax(x - low, high - x);
	return x;
}

/* ---- both ---- */

static void quantile(const struct bell_sketch *s, const struct ranges *all, double q, double *out,
		     double *error)
{
	struct rank r = {0};

	*error = 0;
	if (!s->count) {
		*out = *error = NAN;
	} else if (q == 0 || q == 1) {
		*out = q == 0 ? s->min : s->max;
	} else {
		r = rank_of(s, q);
		*out = s->values ? exact_quantile(s, &r) : bin_quantile(all, &r, error);
	}
}

enum bell_status bell_sketch_quantiles(const struct bell_sketch *sketch, const double *q, size_t n,
				       double *out, double *error)
{
	const struct backend *b = bell_kernels();
	enum bell_status status = BELL_OK;
	struct ranges all = {0};

	if (!sketch || (n && (!q || !out)))
		return BELL_EINVAL;
	for (size_t i = 0; i < n; i++)
		if (!(q[i] >= 0 && q[i] <= 1))
			return BELL_EINVAL;
	if (!b)
		return BELL_EBACKEND;
	if (n && sketch->count && !sketch->values)
		status = ranges_of(b, sketch, &all);
	for (size_t i = 0; status == BELL_OK && i < n; i++) {
		double unused;

		quantile(sketch, &all, q[i], &out[i], error ? &error[i] : &unused);
	}
	ranges_free(&all);
	return status;
}
