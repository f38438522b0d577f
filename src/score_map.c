/* SPDX-License-Identifier: BSD-3-Clause */
/* score_map.c - the transform by a table of normal scores, and its inverse. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include "score_table.h"

/*
 * So many values are looked up together: while one waits for the memory of a step, the others go
 * on.
 */
#define TOGETHER 16

/*
 * A table read in one direction: straight lines from point to point, and beyond the ends of slope
 * rise/run.
 */
struct lines {
	const double *from, *to;
	size_t last; /* the last point */
	size_t step; /* the first step of the search */
	double run[2], rise[2];
};

static struct lines forward(const struct bell_score_table *t)
{
	return (struct lines){.from = t->x,
			      .to = t->z,
			      .last = t->points - 1,
			      .step = t->capacity / 2,
			      .run = {1, 1},
			      .rise = {t->slope[0], t->slope[1]}};
}

static struct lines backward(const struct bell_score_table *t)
{
	return (struct lines){.from = t->z,
			      .to = t->x,
			      .last = t->points - 1,
			      .step = t->capacity / 2,
			      .run = {t->slope[0], t->slope[1]},
			      .rise = {1, 1}};
}

/*
 * Sets at[] to the last point that is not above each of v[], or to the first point: all take the
 * same steps, and none of them depends on a branch.  Nothing is above or below the NaN behind the
 * points.
 */
static void find(const struct lines *l, const double v[TOGETHER], uint32_t at[TOGETHER])
{
	for (int i = 0; i < TOGETHER; i++)
		at[i] = 0;
	for (uint32_t step = (uint32_t)l->step; step; step /= 2)
		for (int i = 0; i < TOGETHER; i++)
			at[i] += l->from[at[i] + step] <= v[i] ? step : 0;
}

/* The value of v beyond an end, or at it. */
static double beyond(const struct lines *l, int end, double v)
{
	double from = l->from[end ? l->last : 0], to = l->to[end ? l->last : 0];
	double away = v - from;

	/* A difference of doubles may exceed a double, and its part not. */
	if (isinf(away) && !isinf(v))
		return to + 2 * ((v / 2 - from / 2) / l->run[end] * l->rise[end]);
	return to + away / l->run[end] * l->rise[end];
}

/*
 * Sets out[] to the values of v[].  Every operation is monotone, so that the values are; the points
 * themselves have the values of the table.
 */
static void map(const struct lines *l, const double v[TOGETHER], double out[TOGETHER])
{
	const double low = l->from[0], high = l->from[l->last];
	uint32_t at[TOGETHER];
	bool all = true;

	find(l, v, at);
	for (int i = 0; i < TOGETHER; i++) {
		const double *from = l->from + at[i], *to = l->to + at[i];
		double y = to[0] + (v[i] - from[0]) / (from[1] - from[0]) * (to[1] - to[0]);

		out[i] = y < to[1] ? y : to[1];
		all &= v[i] >= low && v[i] < high;
	}
	for (int i = 0; !all && i < TOGETHER; i++)
		if (isnan(v[i]))
			out[i] = v[i];
		else if (!(v[i] >= low && v[i] < high))
			out[i] = beyond(l, v[i] >= high, v[i]);
}

/* For n values, the last of which may be less than TOGETHER. */
static void map_f64(const struct lines *l, const double *x, size_t n, double *y)
{
	for (size_t i = 0; i < n; i += TOGETHER) {
		double v[TOGETHER] = {0}, out[TOGETHER];
		size_t count = n - i < TOGETHER ? n - i : TOGETHER;

		for (size_t j = 0; j < count; j++)
			v[j] = x[i + j];
		map(l, v, out);
		for (size_t j = 0; j < count; j++)
			y[i + j] = out[j];
	}
}

/*
 * Where `ends` is true, a float that is the rounded `from` of an end becomes the `to` of that end:
 * it may lie beyond the end, which is no float.
 */
static void map_f32(const struct lines *l, bool ends, const float *x, size_t n, float *y)
{
	const float low = (float)l->from[0], high = (float)l->from[l->last];

	for (size_t i = 0; i < n; i += TOGETHER) {
		double v[TOGETHER] = {0}, out[TOGETHER];
		size_t count = n - i < TOGETHER ? n - i : TOGETHER;

		for (size_t j = 0; j < count; j++) {
			v[j] = x[i + j];
			if (ends && x[i + j] == low)
				v[j] = l->from[0];
			if (ends && x[i + j] == high)
				v[j] = l->from[l->last];
		}
		map(l, v, out);
		for (size_t j = 0; j < count; j++)
			y[i + j] = (float)out[j];
	}
}

void bell_scores_f32(const struct bell_score_table *t, const float *x, size_t n, float *y)
{
	const struct lines l = forward(t);

	map_f32(&l, false, x, n, y);
}

void bell_scores_f64(const struct bell_score_table *t, const double *x, size_t n, double *y)
{
	const struct lines l = forward(t);

	map_f64(&l, x, n, y);
}

void bell_scores_inverse_f32(const struct bell_score_table *t, const float *y, size_t n, float *x)
{
	const struct lines l = backward(t);

	map_f32(&l, true, y, n, x);
}

void bell_scores_inverse_f64(const struct bell_score_table *t, const double *y, size_t n, double *x)
{
	const struct lines l = backward(t);

	map_f64(&l, y, n, x);
}
