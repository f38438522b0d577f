/* SPDX-License-Identifier: BSD-3-Clause */
/* column.c - weighted values in the coordinate of a family of transforms. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "fit/column.h"

/* a one-signed column whose spread in log|x| is below this gets a center */
#define NARROW 0x1p-6
/* quartile range of a normal distribution with sd 1 */
#define IQR_OF_SD 1.349

enum { ARRAYS = 5 + 4 };

/* The width of the widest register: a vector that crosses a cache line costs two accesses. */
#define ALIGNMENT 64

/* Sets every array of the column into one block of memory. */
static enum bell_status allocate(struct column *c, const size_t n[2])
{
	size_t padded[2], size;
	double *p;

	for (int side = 0; side < 2; side++)
		padded[side] = (n[side] + NODE_PAD - 1) / NODE_PAD * NODE_PAD;
	size = (padded[0] + padded[1]) * ARRAYS * sizeof *p;
	p = aligned_alloc(ALIGNMENT, size);
	if (!p)
		return BELL_ENOMEM;
	memset(p, 0, size);
	c->memory = p;
	for (int side = 0; side < 2; side++) {
		double **array[ARRAYS] = {
		    &c->side[side].at, &c->side[side].weight, &c->rest[side],
		    &c->slope[side],   &c->rank[side],        &c->out[side][0],
		    &c->out[side][1],  &c->out[side][2],      &c->out[side][3]};

		c->side[side].n = padded[side];
		for (int j = 0; j < ARRAYS; j++) {
			*array[j] = p;
			p += padded[side];
		}
	}
	return BELL_OK;
}

void bell_column_free(struct column *c) { free(c->memory); }

/* ---- the coordinate ---- */

/*
 * Coordinates d[i] = l(size + low) - l(center) of n values, a multiple of NODE_PAD; part: low,
 * size, and log size where it is known, else NaN.  Near the center size - center is exact and d has
 * all its digits; far from it that has lost the digits of the lesser.
 */
static void coordinates(const struct backend *b, struct family family, double *const part[3],
			size_t n, double center, double *d)
{
	const double *low = part[0], *size = part[1], *known = part[2];
	double unit = family.unit, origin = unit + center, shift;

	if (isinf(unit)) {
		for (size_t i = 0; i < n; i++)
			d[i] = size[i] - center + low[i];
		return;
	}
	if (unit == 0 && !(center > 0)) {
		b->log_ratio(size, n, 0, d);
		for (size_t i = 0; i < n; i++)
			d[i] = !isnan(known[i]) ? known[i]
			       : size[i] > 0    ? d[i] + low[i] / size[i]
						: d[i];
		return;
	}
	for (size_t i = 0; i < n; i++)
		d[i] = (size[i] - center + low[i]) / origin;
	b->logarithm_1p(d, n, d);
	if (!(center > 0))
		return;
	shift = bell_coordinate(b, family, center);
	for (size_t i = 0; i < n; i++)
		if (fabs(size[i] - center) > origin / 2)
			d[i] = bell_coordinate(b, family, size[i]) - shift;
}

double bell_coordinate(const struct backend *b, struct family family, double x)
{
	double pad[NODE_PAD] = {fabs(x)};

	if (isinf(family.unit))
		return pad[0];
	if (family.unit == 0)
		return log_of(b, pad[0]);
	pad[0] /= family.unit;
	b->logarithm_1p(pad, NODE_PAD, pad);
	return pad[0];
}

static double slope_of(struct family family, double size)
{
	return isinf(family.unit) ? size : family.unit == 0 ? 1 : size / (family.unit + size);
}

/* ---- a center ---- */

/* The value up to which a share of the weight of ascending values lies. */
static double quantile(const struct bell_sketch *s, double total, double share)
{
	double sum = 0;
	size_t i = 0;

	while (i + 1 < s->values && (sum += (double)s->weight[i]) < share * total)
		i++;
	return s->value[i];
}

/* Of values, if they are narrow: their median. */
static double center_of_values(const struct bell_sketch *s)
{
	double total = 0, low, middle, high, spread;

	for (size_t i = 0; i < s->values; i++)
		total += (double)s->weight[i];
	low = quantile(s, total, 0.25);
	middle = fabs(quantile(s, total, 0.5));
	high = quantile(s, total, 0.75);
	spread = (high - low) / IQR_OF_SD;
	if (!(spread > 0)) { /* most are equal: no wider than all of them */
		low = s->value[s->value[0] == 0];
		high = s->value[s->values - 1 - (s->value[s->values - 1] == 0)];
		spread = (high - low) / 2;
	}
	return spread < NARROW * middle && middle >= 0x1p-1022 && middle <= 0x1p1022 ? middle : 0;
}

/* Of bins: the one that most of them are relative to. */
static double center_of_bins(const struct bell_sketch *s)
{
	double best = 0, weight = 0, center = 0, most = 0;

	for (size_t i = 0; i < s->bins; i++) {
		if (s->bin[i].center != center)
			center = s->bin[i].center, weight = 0;
		weight += (double)s->bin[i].sum[0];
		if (weight > most)
			most = weight, best = center;
	}
	return best;
}

/* ---- the column ---- */

/* The coordinate of a value, with the sign of x where both occur. */
static double coordinate_of(const struct column *c, int side, size_t i)
{
	return side && c->mixed ? -c->side[side].at[i] : c->side[side].at[i];
}

/* Mean, spread and range of the coordinates, which are then taken off and divided by the unit. */
static void scale(struct column *c, const size_t n[2])
{
	double range, square = 0, low = INFINITY, high = -INFINITY, mean = 0;

	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < n[side]; i++) {
			double d = coordinate_of(c, side, i);

			low = d < low ? d : low;
			high = d > high ? d : high;
		}
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < n[side]; i++)
			mean += c->side[side].weight[i] * coordinate_of(c, side, i);
	mean /= c->total;
	range = high > low ? high - low : 1;
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < n[side]; i++) {
			double e = (coordinate_of(c, side, i) - mean) / range;

			square += c->side[side].weight[i] * e * e;
		}
	c->sd = range * sqrt(square / c->total);
	c->unit = c->sd > 0 ? ldexp(1, ilogb(c->sd)) : 0x1p-1000;
	if (c->unit < 0x1p-1000)
		c->unit = 0x1p-1000;
	c->sd /= c->unit;
	c->mean = c->mixed ? 0 : mean;
	c->noise = (c->noise + 0x1p-53 * fmax(fabs(low), fabs(high))) / c->unit;
	c->identity = isinf(c->family.unit) ? 0 : c->unit;
	for (int side = 0; side < 2; side++) {
		c->low[side] = INFINITY;
		c->high[side] = -INFINITY;
		for (size_t i = 0; i < n[side]; i++) {
			double at = (c->side[side].at[i] - c->mean) / c->unit;

			c->side[side].at[i] = at;
			c->sum += c->side[side].weight[i] * (side ? -at : at);
			c->low[side] = at < c->low[side] ? at : c->low[side];
			c->high[side] = at > c->high[side] ? at : c->high[side];
		}
		for (size_t i = n[side]; i < c->side[side].n;
		     i++) /* padding: weight 0, any place in range */
			c->side[side].at[i] = c->side[side].at[0];
	}
}

/* Nodes onto their sides; their parts wait in out, as coordinates() takes them. */
static void fill(struct column *c, const struct node *node, size_t count, size_t n[2])
{
	n[0] = n[1] = 0;
	for (size_t i = 0; i < count; i++) {
		int side = node[i].value < 0;
		size_t k = n[side]++;
		double size = fabs(node[i].value);

		c->out[side][1][k] = size;
		c->out[side][2][k] = node[i].log;
		c->side[side].weight[k] = node[i].weight;
		c->out[side][0][k] = side ? -node[i].low : node[i].low;
		c->rest[side][k] = node[i].rest;
		c->rank[side][k] = node[i].rank;
		c->slope[side][k] = slope_of(c->family, size);
		c->total += node[i].weight;
		c->noise += node[i].weight * node[i].grain * c->slope[side][k];
	}
	c->noise /= c->total;
}

enum bell_status bell_column_make(const struct backend *b, const struct bell_sketch *s,
				  const struct node *node, size_t count, struct family family,
				  struct column *out)
{
	struct column c = {.family = family};
	size_t n[2] = {0, 0};
	enum bell_status status;

	for (size_t i = 0; i < count; i++)
		n[node[i].value < 0]++;
	status = allocate(&c, n);
	if (status == BELL_OK) {
		c.mixed = n[0] && n[1];
		c.sign = n[1] ? -1 : 1;
		if (!c.mixed)
			c.center = s->bins ? center_of_bins(s) : center_of_values(s);
		fill(&c, node, count, n);
		for (int side = 0; side < 2; side++)
			coordinates(b, family, c.out[side], c.side[side].n, c.center,
				    c.side[side].at);
		scale(&c, n);
		*out = c;
	}
	return status;
}
