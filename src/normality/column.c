/* SPDX-License-Identifier: BSD-3-Clause */
/* column.c - from a sorted column to all of struct bell_normality. */
#include <math.h>
#include <stdlib.h>
#include <bellshape/moments.h>
#include "normality/column.h"
#include "normality/sum.h"
#include "normality/tests.h"

struct bell_normality bell_normality_undefined(uint64_t count, uint64_t missing, uint64_t infinite)
{
	const struct bell_normality_test undefined = {NAN, NAN};

	return (struct bell_normality){
	    .count = count,
	    .missing = missing,
	    .infinite = infinite,
	    .mean = NAN,
	    .sd = NAN,
	    .skewness = NAN,
	    .kurtosis = NAN,
	    .qq_correlation = NAN,
	    .distance = NAN,
	    .anderson_darling = undefined,
	    .shapiro_wilk = undefined,
	    .shapiro_francia = undefined,
	    .dagostino_pearson = undefined,
	    .jarque_bera = undefined,
	    .lilliefors = undefined,
	    .pearson = undefined,
	    .pearson_per_df = NAN,
	    .pearson_classes = NAN,
	    .pearson_df = NAN,
	};
}

/* ---- moments ---- */

/* Values are centered and scaled: x = (center + y) 2^exponent, with y between -1 and 1. */
struct scale {
	double center;
	int exponent;
};

/*
 * Centers the values at their median and scales them by a power of two.  That is exact where values
 * are close together, as differences of close doubles are; so a narrow column far from zero keeps
 * its digits, and no power of y overflows.
 */
static struct scale center(const struct sorted *s)
{
	double *x = s->value, least = x[0], most = x[s->size - 1];
	int e = ilogb(most / 2 - least / 2 > 0 ? most / 2 - least / 2 : most - least) + 2;
	struct scale scale = {.exponent = e};
	/* 2^-e may be no double. */
	double first = ldexp(1, -(e / 2)), second = ldexp(1, -(e - e / 2));

	scale.center = x[s->size / 2] * first * second;
	for (size_t i = 0; i < s->size; i++)
		x[i] = x[i] * first * second - scale.center +
		       (s->low ? s->low[i] * first * second : 0);
	return scale;
}

/* The mean of y, and the means of (y - mean)^k for k = 2, 3, 4. */
struct central {
	double mean, moment[5];
};

static struct central weighted_moments(const struct sorted *s)
{
	struct central c = {.mean = 0};
	struct sum mean = {0, 0}, power[5] = {{0, 0}};

	for (size_t i = 0; i < s->size; i++)
		sum_add(&mean, s->weight[i] * s->value[i]);
	c.mean = sum_value(&mean) / s->n;
	for (size_t i = 0; i < s->size; i++) {
		double d = s->value[i] - c.mean, p = s->weight[i] * d;

		for (int k = 2; k <= 4; k++)
			sum_add(&power[k], p *= d);
	}
	for (int k = 2; k <= 4; k++)
		c.moment[k] = sum_value(&power[k]) / s->n;
	return c;
}

static enum bell_status central_moments(const struct sorted *s, unsigned threads,
					struct central *out)
{
	struct bell_moments m;
	enum bell_status status;

	if (s->weight) {
		*out = weighted_moments(s);
		return BELL_OK;
	}
	status = bell_moments_f64(s->value, s->size, threads, &m);
	if (status == BELL_OK)
		*out = (struct central){m.mean, {0, 0, m.m2 / s->n, m.m3 / s->n, m.m4 / s->n}};
	return status;
}

/* ---- statistics of order ---- */

static enum bell_status order_of(const struct sorted *s, unsigned threads,
				 struct order_statistics *out)
{
	struct knot *knot;
	double below = 0;

	if (!s->weight) {
		bell_statistics_of_values(s->value, s->size, threads, out);
		return BELL_OK;
	}
	knot = malloc(s->size * sizeof *knot);
	if (!knot)
		return BELL_ENOMEM;
	for (size_t i = 0; i < s->size; i++) {
		double w = s->weight[i], above = fmin(below + w, s->n), at;

		if (i + 1 == s->size)
			above = s->n;
		knot[i] = (struct knot){s->value[i], w, below, above};
		if (s->below && !isnan(s->below[i])) {
			at = below + s->below[i] * (above - below);
			knot[i].below = knot[i].above = at;
		}
		below = above;
	}
	bell_statistics_of_knots(knot, s->size, s->n, out);
	free(knot);
	return BELL_OK;
}

/* Each value as often as it weighs: n values. */
static void repeat(const struct sorted *s, double *out)
{
	for (size_t i = 0; i < s->size; i++)
		for (double w = 0; w < (s->weight ? s->weight[i] : 1); w++)
			*out++ = s->value[i];
}

static enum bell_status shapiro_wilk(const struct sorted *s, struct bell_normality *out)
{
	size_t n = (size_t)s->n;
	double *values;

	if (!s->whole || s->n < 3 || s->n > BELL_MAX_SHAPIRO)
		return BELL_OK;
	values = malloc(2 * n * sizeof *values);
	if (!values)
		return BELL_ENOMEM;
	repeat(s, values);
	out->shapiro_wilk = bell_shapiro_wilk(values, n, values + n);
	free(values);
	return BELL_OK;
}

/* ---- all ---- */

/* Makes z of y, and fills the moments of *out. */
static enum bell_status standardize(const struct sorted *s, unsigned threads,
				    struct bell_normality *out)
{
	struct scale scale = center(s);
	struct central c;
	enum bell_status status = central_moments(s, threads, &c);
	double sd, v = c.moment[2];

	if (status != BELL_OK)
		return status;
	sd = sqrt(v * (s->n / (s->n - 1)));
	for (size_t i = 0; i < s->size; i++)
		s->value[i] = (s->value[i] - c.mean) / sd;
	out->mean = ldexp(scale.center + c.mean, scale.exponent);
	out->sd = s->n > 1 ? ldexp(sd, scale.exponent) : (double)NAN;
	out->skewness = c.moment[3] / (v * sqrt(v));
	out->kurtosis = c.moment[4] / (v * v) - 3;
	return BELL_OK;
}

enum bell_status bell_normality_of(const struct sorted *s, unsigned threads,
				   struct bell_normality *out)
{
	struct order_statistics order;
	enum bell_status status;

	out->n = s->n;
	if (s->value[0] == s->value[s->size - 1]) {
		out->mean = s->value[0];
		out->sd = s->n >= 2 ? 0 : (double)NAN;
		return BELL_OK;
	}
	status = standardize(s, threads, out);
	/* Weights may add up to fewer than two values, which have no order to speak of. */
	if (status != BELL_OK || s->n < 2)
		return status;
	status = order_of(s, threads, &order);
	if (status == BELL_OK)
		status = shapiro_wilk(s, out);
	if (status == BELL_OK)
		bell_tests(&order, out);
	return status;
}
