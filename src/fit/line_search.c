/* SPDX-License-Identifier: BSD-3-Clause */
/* line_search.c - the best c of a coordinate, and its interval. */
#include <math.h>
#include "fit/line_likelihood.h"
#include "fit/resolution.h"

/*
 * From above c is held to 2^20 times the largest |x|, or the range of log-shift, where the
 * transform is linear to one part in two millions.  A point of the grid at 2^10 times it stands
 * before.
 */
#define ABOVE_VALUES 0x1p20

/* The steps of the grid: by a factor of 8, or wider if there would be too many. */
#define GRID_STEP  8
#define GRID_STEPS 24
#define MAX_POINTS (GRID_STEPS + 3)

/*
 * How much a c must gain over the better end of its range.  A smaller gain means that the
 * likelihood hardly depends on c, and rounding would choose it.
 */
#define MIN_GAIN 0x1p-10

/* Steps of log c: no more than rounding, and for the ends of an interval. */
#define TINY_STEP  1e-15
#define SMALL_STEP 1e-10
#define MAX_STEPS  200

/* Bins round values by less than this part of their size. */
#define GRAIN 0x1p-26

/* The logarithm of the smallest c to be tried; above 0 where the range is that of rounding. */
static double lower_bound(const struct line *f)
{
	const struct bell_fit *fit = f->s->fit;
	bool shifted = f->method == BELL_LOG_SHIFT, zeros = fit->min <= 0 && fit->max >= 0;
	struct sizes sizes = {.b = f->s->b,
			      .node = f->node,
			      .nodes = f->n,
			      .origin = shifted ? fit->min : 0,
			      .largest = f->size,
			      .count = fit->count};
	double low, grain;

	if (!shifted)
		return bell_resolution(&sizes, !zeros, NULL);
	sizes.near = f->node[f->n - 1].rank ? GRAIN * fabs(fit->min) : 0;
	low = bell_resolution(&sizes, false, NULL);
	/* shift + min is not to be rounding */
	grain = fabs(fit->min) / f->size * 0x1p-50;
	return grain > 0 ? fmax(low, log_of(f->s->b, grain)) : low;
}

static int grid_of(struct line *f, struct point_of_c point[MAX_POINTS])
{
	const struct backend *b = f->s->b;
	double low = lower_bound(f), top = log_of(b, ABOVE_VALUES);
	int n = 0, steps = (int)ceil(-low / log_of(b, GRID_STEP));

	steps = steps < 1 ? 1 : steps > GRID_STEPS ? GRID_STEPS : steps;
	for (int i = 0; i <= steps && !(i && low >= 0); i++)
		point[n++] = bell_line_try(f, low * (steps - i) / steps);
	point[n++] = bell_line_try(f, top / 2);
	point[n++] = bell_line_try(f, top);
	return n;
}

/*
 * The maximum between a point and another one, where the likelihood of the first rises: secants of
 * the score inside a bracket.
 */
static struct point_of_c refine(struct line *f, struct point_of_c best, struct point_of_c other)
{
	struct point_of_c inside = best, last = other;
	double before = INFINITY;

	for (int i = 0; i < MAX_STEPS; i++) {
		double step = -best.score * (last.log - best.log) / (last.score - best.score);
		double low = fmin(inside.log, other.log), high = fmax(inside.log, other.log);
		double log = best.log + step;
		struct point_of_c next;

		if (!(log > low && log < high))
			log = low + (high - low) / 2;
		step = fabs(log - best.log);
		if (best.score == 0 || step <= TINY_STEP * (1 + fabs(log)) ||
		    (step < 1e-9 && step >= before))
			break;
		before = step;
		next = bell_line_try(f, log);
		/* the maximum stays between `inside`, where it rises to the other, and `other` */
		if ((next.score > 0) == (other.log > inside.log) &&
		    next.value >= inside.value - MIN_GAIN)
			inside = next;
		else
			other = next;
		last = best;
		best = next;
	}
	return best;
}

/*
 * The parameter at which the likelihood has fallen by what an interval of 95 % allows: the first
 * one on the way from the best to an end of the grid, which is the answer if there is none.
 */
static double interval_end(struct line *f, const struct point_of_c *point, int n,
			   const struct point_of_c *best, int direction)
{
	double target = best->value - CHI2_95 / 2, above = best->log, below = NAN;

	for (int j = 0; j < n && isnan(below); j++) {
		const struct point_of_c *p = &point[direction > 0 ? j : n - 1 - j];

		if ((p->log - best->log) * direction <= 0)
			continue;
		if (p->value < target)
			below = p->log;
		else
			above = p->log;
	}
	if (isnan(below))
		return direction > 0 ? INFINITY : bell_line_parameter(f, point[0].log);
	for (int i = 0; i < MAX_STEPS && fabs(above - below) > SMALL_STEP; i++) {
		double middle = above + (below - above) / 2;

		if (bell_line_try(f, middle).value < target)
			below = middle;
		else
			above = middle;
	}
	return bell_line_parameter(f, above);
}

void bell_line_search(struct line *f)
{
	struct point_of_c point[MAX_POINTS], best, end;
	struct bell_fit *fit = f->s->fit;
	int n = grid_of(f, point), k = 0, to;

	for (int i = 1; i < n; i++)
		if (point[i].value > point[k].value)
			k = i;
	best = point[k];
	to = best.score > 0 ? k + 1 : k - 1;
	if (to >= 0 && to < n)
		best = refine(f, best, point[to]);
	end = point[point[n - 1].value >= point[0].value ? n - 1 : 0];
	if (!(best.value > end.value + MIN_GAIN))
		best = end;
	if (best.log == point[0].log || best.log == point[n - 1].log)
		fit->flags |= BELL_FIT_BOUND;
	fit->ci95[0] = interval_end(f, point, n, &best, -1);
	fit->ci95[1] = interval_end(f, point, n, &best, 1);
	if (isinf(fit->ci95[1]))
		fit->flags |= BELL_FIT_NOT_IDENTIFIED;
	bell_line_try(f, best.log);
}
