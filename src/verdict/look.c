/* SPDX-License-Identifier: BSD-3-Clause */
/* look.c - what the values of a sketch look like, whatever transform is fitted. */
#include <math.h>
#include "fit/fit_sketch.h"
#include "sketch/weights.h"
#include "verdict/look.h"

/* By so many standard errors of the difference of two counts a dip is no chance. */
#define DIP 4

/* What a multiple of a step may be off by: the rounding of decimal numbers, in steps. */
#define OFF 1e-6

/* The rows of distinct value i. */
static double rows_of(const struct bell_sketch *s, size_t i, double scale)
{
	return scale * (double)s->weight[i] * power_of_two(-WEIGHT_BITS);
}

static bool equally_frequent(const struct bell_sketch *s)
{
	for (size_t i = 1; i < s->values; i++)
		if (s->weight[i] != s->weight[0])
			return false;
	return true;
}

static bool all_whole(const struct bell_sketch *s)
{
	for (size_t i = 0; i < s->values; i++)
		if (s->value[i] != trunc(s->value[i]))
			return false;
	return true;
}

/* The counts are independent, nearly: the variance of a difference is their sum. */
static bool has_valley(const struct bell_sketch *s, double scale)
{
	size_t first = s->value[0] == 0;
	double before = 0;

	for (size_t i = first; i < s->values; i++) {
		double here = rows_of(s, i, scale), after = 0, lower;

		for (size_t j = i + 1; j < s->values; j++)
			after = fmax(after, rows_of(s, j, scale));
		lower = fmin(before, after);
		if (lower - here > DIP * sqrt(lower + here))
			return true;
		before = fmax(before, here);
	}
	return false;
}

/* The least step between neighbors, if all steps are multiples of it; else 0. */
static double step_of(const struct bell_sketch *s)
{
	double least = INFINITY;

	for (size_t i = 1; i < s->values; i++)
		least = fmin(least, s->value[i] - s->value[i - 1]);
	for (size_t i = 1; i < s->values; i++) {
		double steps = (s->value[i] - s->value[0]) / least;

		if (!(fabs(steps - rint(steps)) <= OFF * fmax(1, steps)))
			return 0;
	}
	return least;
}

/* Looking for a valley takes the square of the number of values, and codes have few. */
enum { MAX_CODES = 64 };

static void look_at_values(const struct bell_sketch *s, double scale, struct look *look)
{
	look->distinct = s->values;
	look->whole = all_whole(s);
	look->gapless = look->whole && s->max - s->min + 1 == (double)s->values;
	look->balanced = equally_frequent(s);
	look->valley = look->gapless && s->values <= MAX_CODES && has_valley(s, scale);
	look->step = step_of(s);
}

struct look bell_look(const struct bell_sketch *s, enum bell_weight_type type)
{
	double scale = bell_rows_of_weight(s, type),
	       total = ldexp((double)bell_sketch_weight(s), -SUM_BITS);
	double zeros = ldexp((double)s->zeros, -SUM_BITS);
	struct look look = {.rows = scale * total};

	for (size_t i = 0; i < s->values; i++)
		if (s->value[i] == 0)
			zeros += ldexp((double)s->weight[i], -WEIGHT_BITS);
	look.zeros = zeros / total;
	if (!s->bins)
		look_at_values(s, scale, &look);
	return look;
}
