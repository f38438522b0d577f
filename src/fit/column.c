/* SPDX-License-Identifier: BSD-3-Clause */
/* column.c - a sketch as nodes of the likelihood. */
#include <math.h>
#include <stdlib.h>
#include "fit/column.h"

/* Central moments 2 .. SKETCH_POWERS - 1 of a bin. */
#define MOMENTS (SKETCH_POWERS - 2)

/* Sets every array of the column into one block of memory. */
static enum bell_status allocate(struct column *c, size_t n0, size_t n1)
{
	const size_t n[2] = {n0, n1}, arrays = 3 + MOMENTS + 6;
	size_t padded[2];
	double *p;

	for (int side = 0; side < 2; side++)
		padded[side] = (n[side] + NODE_PAD - 1) / NODE_PAD * NODE_PAD;
	/* NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI): a column has values */
	p = calloc((padded[0] + padded[1]) * arrays, sizeof *p);
	if (!p)
		return BELL_ENOMEM;
	c->memory = p;
	for (int side = 0; side < 2; side++) {
		c->side[side].n = padded[side];
		c->side[side].at = p, p += padded[side];
		c->side[side].weight = p, p += padded[side];
		c->half[side] = p, p += padded[side];
		for (int j = 0; j < MOMENTS; j++)
			c->side[side].m[j] = p, p += padded[side];
		for (int j = 0; j < 6; j++)
			c->out[side][j] = p, p += padded[side];
	}
	return BELL_OK;
}

void bell_column_free(struct column *c) { free(c->memory); }

/*
 * The central moments of a bin in powers of its width, into m[0][i], m[1][i] ...: from the sums of
 * t^j, t being in half widths.
 */
static void central_moments(const struct bin *bin, double *m[MOMENTS], size_t i)
{
	double raw[SKETCH_POWERS], mean, half = 1;

	for (int j = 0; j < SKETCH_POWERS; j++)
		raw[j] = (double)bin->sum[j] / (double)bin->sum[0];
	mean = raw[1];
	for (int j = 2; j < SKETCH_POWERS; j++) {
		/* the sum over k of binomial(j, k) raw[k] (-mean)^(j - k), k downwards */
		double sum = 0, term = 1;

		for (int k = j; k >= 0; k--) {
			sum += term * raw[k];
			term = -term * mean * k / (j - k + 1);
		}
		half *= 0.5;
		m[j - 2][i] = sum * half * 0.5;
	}
}

/* Sets the nodes of values at their coordinates relative to the center. */
static void nodes_of_values(const struct backend *b, const struct bell_sketch *s, struct column *c)
{
	double shift = shift_of(b, c->method, c->center);
	size_t n[2] = {0, 0};

	for (size_t i = 0; i < s->values; i++) {
		int side = s->value[i] < 0;

		c->side[side].at[n[side]] = s->value[i];
		c->side[side].weight[n[side]++] = ldexp((double)s->weight[i], -WEIGHT_BITS);
	}
	for (int side = 0; side < 2; side++) {
		double *at = c->side[side].at, *plain = c->out[side][0];

		c->side[side].m[0] = NULL;
		coordinates(b, c->method, at, c->side[side].n, 0, plain);
		coordinates(b, c->method, at, c->side[side].n, c->center, at);
		/* far below the center |x| - center has lost the digits of |x| */
		for (size_t i = 0; c->center > 0 && i < n[side]; i++)
			at[i] = at[i] < -0.5 ? plain[i] - shift : at[i];
	}
}

/* Sets the nodes of bins at the mean coordinates of their values, relative to the center. */
static void nodes_of_bins(const struct backend *b, const struct bell_sketch *s, struct column *c)
{
	size_t n[2] = {0, 0};
	double shift = 0, of = NAN;

	for (size_t i = 0; i < s->bins; i++) {
		const struct bin *bin = &s->bin[i];
		int side = bin->negative;
		size_t at = n[side]++;

		if (bin->center != of) {
			double x[NODE_PAD] = {bin->center};

			of = bin->center;
			coordinates(b, c->method, x, NODE_PAD, c->center, x);
			shift = of == c->center ? 0 : x[0];
			/* |x| - center has lost the digits of an |x| far below the center */
			if (of < c->center / 2)
				shift =
				    shift_of(b, c->method, of) - shift_of(b, c->method, c->center);
		}
		c->side[side].at[at] = bin_coordinate(bin) + shift;
		c->side[side].weight[at] = ldexp((double)bin->sum[0], -POWER_BITS - WEIGHT_BITS);
		c->half[side][at] = ldexp(0.5, bin->exponent);
		central_moments(bin, c->side[side].m, at);
	}
}

/*
 * The center for a one-signed column: for bins the one that most of their weight has, for values
 * the one that a grid for them would have.
 */
static double common_center(const struct backend *b, const struct bell_sketch *s)
{
	double best = 0, weight = 0, center = 0, max = 0;

	if (s->values)
		return bell_grid_of_values(b, s->grid.method, s->value, s->values).center;
	for (size_t i = 0; i < s->bins; i++) {
		if (s->bin[i].center != center)
			center = s->bin[i].center, weight = 0;
		weight += (double)s->bin[i].sum[0];
		if (weight > max)
			max = weight, best = center;
	}
	return best;
}

/* The coordinate of a node, with the sign of x where both occur. */
static double coordinate_of(const struct column *c, int side, size_t i)
{
	return side && c->mixed ? -c->side[side].at[i] : c->side[side].at[i];
}

/*
 * Weighs and measures the unscaled coordinates of n[side] nodes: total, mean, unit, sd and noise.
 */
static void measure(struct column *c, const size_t n[2])
{
	double range, square = 0, low = INFINITY, high = -INFINITY;

	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < n[side]; i++) {
			double d = coordinate_of(c, side, i);

			c->total += c->side[side].weight[i];
			low = d < low ? d : low;
			high = d > high ? d : high;
		}
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < n[side]; i++)
			c->mean += c->side[side].weight[i] / c->total * coordinate_of(c, side, i);
	range = high > low ? high - low : 1;
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < n[side]; i++) {
			double e = (coordinate_of(c, side, i) - c->mean) / range;
			double within = c->side[side].m[0] ? c->side[side].m[0][i] : 0;
			double width = 2 * c->half[side][i] / range;

			square +=
			    c->side[side].weight[i] / c->total * (e * e + within * width * width);
		}
	c->sd = range * sqrt(square);
	c->unit = c->sd > 0 ? ldexp(1, ilogb(c->sd)) : MIN_UNIT;
	if (c->unit < MIN_UNIT)
		c->unit = MIN_UNIT;
	c->sd /= c->unit;
	c->noise = 0x1p-53 * (fabs(low) > fabs(high) ? fabs(low) : fabs(high)) / c->unit;
	if (c->mixed)
		c->mean = 0;
}

/* Brings the nodes of a side to units, and relative to the mean. */
static void scale(struct column *c, int side, size_t n)
{
	struct nodes *nodes = &c->side[side];

	c->low[side] = INFINITY;
	c->high[side] = -INFINITY;
	for (size_t i = 0; i < n; i++) {
		double at = (nodes->at[i] - c->mean) / c->unit, power;

		nodes->at[i] = at;
		c->half[side][i] /= c->unit;
		c->sum += nodes->weight[i] * (side ? -at : at);
		c->low[side] = at < c->low[side] ? at : c->low[side];
		c->high[side] = at > c->high[side] ? at : c->high[side];
		power = 2 * c->half[side][i];
		for (int j = 0; nodes->m[0] && j < MOMENTS; j++) {
			power *= 2 * c->half[side][i];
			nodes->m[j][i] *= power;
		}
	}
	/* the padding has weight 0, and may lie anywhere in range */
	for (size_t i = n; i < nodes->n; i++)
		nodes->at[i] = nodes->at[0];
}

enum bell_status bell_column_make(const struct backend *b, const struct bell_sketch *s,
				  struct column *out)
{
	struct column c = {.method = s->grid.method};
	size_t n[2] = {0, 0};
	enum bell_status status;

	for (size_t i = 0; i < s->values; i++)
		n[s->value[i] < 0]++;
	for (size_t i = 0; i < s->bins; i++)
		n[s->bin[i].negative]++;
	status = allocate(&c, n[0], n[1]);
	if (status != BELL_OK)
		return status;
	c.mixed = n[0] && n[1];
	c.sign = n[1] ? -1 : 1;
	c.center = c.mixed ? 0 : common_center(b, s);
	if (s->values)
		nodes_of_values(b, s, &c);
	else
		nodes_of_bins(b, s, &c);
	measure(&c, n);
	scale(&c, 0, n[0]);
	scale(&c, 1, n[1]);
	*out = c;
	return BELL_OK;
}
