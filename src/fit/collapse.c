/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * collapse.c - the values that a transform does not tell apart, or that do not come back from it.
 */
#include <math.h>
#include "fit/collapse.h"
#include "transform.h"

/* How far a value may be from what comes back for it, in sd of the column. */
#define MAX_MISS 1e-3

/*
 * Two values are one if they differ by less than this part of their size: what computed values may
 * be off by.
 */
#define SAME 0x1p-48

/* ---- whether all is well ---- */

/*
 * What the transform and its inverse may be off by because of rounding, as a part of the numbers
 * that they go through, and much to spare.
 */
#define ROUNDING 0x1p-36

static double larger(double a, double b) { return a > b ? a : b; }

/* The size of dy/dl at x, whose transform is y, where l = log(1 + |x|/c), or log x for Box-Cox. */
static double steepness(const struct bell_transform *t, double x, double y)
{
	const struct bell_transform_side *s = &t->side[x < 0];

	if (s->power == 0)
		return fabs(s->scale);
	if (t->method == BELL_BOX_COX && s->power == 1 && s->anchor == 0)
		return fabs(s->scale * x);
	return fabs(s->power * (y - s->offset + s->scale));
}

/*
 * The gap in l that takes y further than its rounding, wherever it lies between low and high: on
 * each side of zero the steepness rises all the way or falls all the way, so that it is least at an
 * end.
 */
static double least_gap(const struct backend *b, const struct bell_transform *t, double low,
			double high)
{
	const double x[4] = {low, high < 0 ? high : -0x1p-1074, low < 0 ? 0 : low, high};
	double y[4], size = 0, least = INFINITY;

	b->transform_f64(t, x, 4, y);
	for (int i = low < 0 ? 0 : 2; i < (high < 0 ? 2 : 4); i++) {
		const struct bell_transform_side *s = &t->side[x[i] < 0];
		double d = steepness(t, x[i], y[i]);

		least = d < least ? d : least;
		size = larger(size, fabs(s->scale) + fabs(s->offset) + fabs(y[i]));
	}
	return ROUNDING * size / least;
}

/* Whether nodes that are `step` apart in their order differ by more than a gap in x. */
static bool apart(const struct node *node, size_t n, size_t step, double gap)
{
	bool close = false;

	for (size_t i = step; i < n; i++)
		close |= !(fabs(node[i].value - node[i - step].value) > gap);
	return !close;
}

/* Whether they differ by more than a gap in l, or about that: unit + |x| is dx/dl. */
static bool apart_in_l(const struct node *node, size_t n, size_t step, double gap, double unit)
{
	bool close = false;

	for (size_t i = step; i < n; i++) {
		double a = node[i].value, b = node[i - step].value;

		close |= !(fabs(a - b) > gap * (unit + larger(fabs(a), fabs(b))));
	}
	return !close;
}

/*
 * Whether t loses none of the nodes; where it returns false, nothing is known.  The nodes of a bin
 * follow each other, but are in no order.
 */
static bool keeps_all(const struct backend *b, const struct bell_transform *t,
		      const struct node *node, size_t n, double sd)
{
	double gap = least_gap(b, t, t->min, t->max), unit = unit_of(t),
	       size = unit + larger(fabs(t->min), fabs(t->max));
	size_t steps = node[n - 1].rank ? MAX_RANK - 1 : 1;

	if (!(larger(gap, ROUNDING) * size < MAX_MISS * sd))
		return false;
	for (size_t step = 1; step <= steps; step++)
		if (!apart(node, n, step, gap * size) && !apart_in_l(node, n, step, gap, unit))
			return false;
	return true;
}

/* ---- how much is lost ---- */

/* Neighbors of one y. */
struct run {
	double y;
	/* The smallest and the largest of them. */
	double low, high;
	/* Their weight, and the weight of those that do not come back. */
	double weight, missed;
};

/* The weight of a run that is lost: all of it, if its values are more than one. */
static double lost(const struct run *r)
{
	double size = larger(fabs(r->low), fabs(r->high));

	return r->high - r->low > SAME * size ? r->weight : r->missed;
}

/* Takes the next node, whose y may begin another run; what the last one has lost, then. */
static double take(struct run *r, const struct node *node, double y, bool missed)
{
	double before = 0;

	if (y != r->y) {
		before = lost(r);
		*r = (struct run){.y = y, .low = node->value, .high = node->value};
	}
	r->low = node->value < r->low ? node->value : r->low;
	r->high = larger(r->high, node->value);
	r->weight += node->weight;
	r->missed += missed ? node->weight : 0;
	return before;
}

double bell_collapsed(const struct backend *b, const struct bell_transform *t,
		      const struct node *node, size_t n, double sd)
{
	enum { BLOCK_OF_NODES = 128 };
	const double fill[2] = {NAN, NAN};
	struct run run = {.y = NAN};
	double sum = 0, total = 0;

	if (n > 1 && !t->table && !is_on_line(t->method) && keeps_all(b, t, node, n, sd))
		return 0;
	for (size_t first = 0; first < n; first += BLOCK_OF_NODES) {
		size_t count = n - first < BLOCK_OF_NODES ? n - first : BLOCK_OF_NODES;
		double y[BLOCK_OF_NODES], x[BLOCK_OF_NODES];

		for (size_t i = 0; i < count; i++)
			x[i] = node[first + i].value;
		transform_f64(b, t, x, count, y);
		inverse_f64(b, t, y, count, fill, x);
		for (size_t i = 0; i < count; i++) {
			const struct node *p = &node[first + i];

			sum += take(&run, p, y[i], !(fabs(x[i] - p->value) <= MAX_MISS * sd));
			total += p->weight;
		}
	}
	sum = (sum + lost(&run)) / total;
	/* the weights of all may add up to another rounding of the same */
	return sum > 1 ? 1 : sum;
}
