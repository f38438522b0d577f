/* SPDX-License-Identifier: BSD-3-Clause */
/* as_is.c - the transform of a column whose lambda cannot be estimated: (x - mean)/sd. */
#include <math.h>
#include "fit/as_is.h"
#include "fit/standardize.h"

/* Beyond 2^1000 in either direction, values are scaled before they are subtracted or squared. */
#define MAX_PLAIN_EXPONENT 1000

/*
 * The power of the transform of values so small that 1/sd is no double.  Then no value exceeds
 * 2^-897: an sd below 2^-1022 takes a range below 2^-950, because no value has less than 2^-95 of
 * the weight, and doubles so close together are at most 2^53 times their distance in size.  So
 * TINY_POWER x is far below 2^-54 and exp(TINY_POWER x) - 1 is TINY_POWER x in every digit.
 */
#define TINY_POWER 0x1p600

/* The power of two that brings the largest value near 1, or 1 for values of ordinary size. */
static double scale_of(const struct node *node, size_t n)
{
	double size = 0;
	int exponent;

	for (size_t i = 0; i < n; i++)
		size = fmax(size, fabs(node[i].value));
	exponent = size > 0 ? ilogb(size) : 0;
	if (exponent >= MAX_PLAIN_EXPONENT)
		return ldexp(1, -MAX_PLAIN_EXPONENT);
	return exponent <= -MAX_PLAIN_EXPONENT ? ldexp(1, MAX_PLAIN_EXPONENT) : 1;
}

struct spread bell_spread_of(const struct node *node, size_t n)
{
	struct spread s = {.scale = scale_of(node, n)};
	double unit = 0, total = 0, m = 0, m2 = 0, m3 = 0, m4 = 0, first = node[0].value * s.scale;

	for (size_t i = 0; i < n; i++) {
		unit = fmax(unit, fabs(node[i].value * s.scale - first));
		total += node[i].weight;
	}
	unit = unit > 0 ? unit : 1;
	for (size_t i = 0; i < n; i++)
		m += node[i].weight *
		     ((node[i].value * s.scale - first + node[i].low * s.scale) / unit);
	m /= total;
	for (size_t i = 0; i < n; i++) {
		double e = (node[i].value * s.scale - first + node[i].low * s.scale) / unit - m;
		double square = node[i].weight * e * e;

		m2 += square;
		m3 += square * e;
		m4 += square * e * e;
	}
	s.mean = (first + unit * m) / s.scale;
	s.rest = first - s.mean * s.scale + unit * m;
	s.scaled_sd = unit * sqrt(m2 / total);
	s.sd = s.scaled_sd / s.scale;
	m2 /= total;
	s.skewness = m3 / total / (m2 * sqrt(m2));
	s.kurtosis = m4 / total / (m2 * m2) - 3;
	return s;
}

struct spread bell_spread_of_one(double mean)
{
	return (struct spread){.mean = mean, .sd = 1, .scale = 1, .scaled_sd = 1};
}

/* (x - mean)/sd of Yeo-Johnson where 1/sd exceeds a double. */
static struct bell_transform tiny(const struct spread *s)
{
	int side = s->mean < 0;
	double sign = side ? -1 : 1, scale = s->scale / TINY_POWER / s->scaled_sd;
	struct bell_transform t = {.min = -INFINITY, .max = INFINITY};

	t.side[side] = (struct bell_transform_side){.anchor = fabs(s->mean),
						    .power = TINY_POWER,
						    .scale = sign * scale,
						    .offset = -s->rest / s->scaled_sd};
	t.side[!side] =
	    (struct bell_transform_side){.power = TINY_POWER,
					 .scale = -sign * scale,
					 .offset = -(s->mean * s->scale + s->rest) / s->scaled_sd};
	return t;
}

struct bell_transform bell_shifted_identity(enum bell_method method, const struct spread *s)
{
	int side = s->mean < 0;
	struct bell_transform t = {.min = -INFINITY, .max = INFINITY};
	double sign = side ? -1 : 1, a = fabs(s->mean), mean = s->mean, sd = s->sd;

	if (method == BELL_BOX_COX)
		return (struct bell_transform){
		    .side = {{.center = mean, .power = 1, .scale = clamped_scale(1 / sd)}},
		    .max = INFINITY,
		    .method = method};
	if (sd < 0x1p-1022)
		return tiny(s);
	t.side[side] = (struct bell_transform_side){
	    .center = a, .power = 1, .scale = clamped_scale(sign * (1 / sd + a / sd))};
	t.side[!side] = (struct bell_transform_side){
	    .power = 1, .scale = clamped_scale(-sign / sd), .offset = -mean / sd};
	return t;
}
