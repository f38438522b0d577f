/* SPDX-License-Identifier: BSD-3-Clause */
/* ranks.c - the distribution function of a column, as ranks. */
#include <math.h>
#include <stdlib.h>
#include "fit/ranks.h"
#include "sketch/weights.h"

/* ---- the places of a sketch ---- */

/* Gathers the places of one x, and returns how many there are. */
static size_t gather(const struct place *place, size_t n, struct rank *rank)
{
	size_t i = 0;

	*rank = (struct rank){.x = place[0].node.value};
	for (; i < n && place[i].node.value == rank->x; i++) {
		double part = isnan(place[i].below) ? 0.5 : place[i].below,
		       weight = place[i].node.weight;

		rank->weight += weight;
		rank->below += weight * part;
		rank->above += weight * (1 - part);
		rank->smooth |= !isnan(place[i].below);
	}
	rank->smooth |= !(rank->weight > 0);
	return i;
}

/*
 * Sets *r to the ranks of n places.  Sums go from both ends, so that the small ones keep their
 * digits.  The ends of bins have no weight of their own, and stand for one row.
 */
static void set_ranks(const struct place *place, size_t n, double row, struct ranks *r)
{
	double sum = 0;

	r->n = 0;
	for (size_t i = 0; i < n; r->n++)
		i += gather(place + i, n - i, &r->rank[r->n]);
	for (size_t i = 0; i < r->n; i++) {
		r->rank[i].below += sum;
		sum += r->rank[i].weight;
	}
	r->total = sum;
	sum = 0;
	for (size_t i = r->n; i--;) {
		r->rank[i].above += sum;
		sum += r->rank[i].weight;
	}
	if (r->rank[0].smooth)
		r->rank[0].below = fmax(r->rank[0].below, row / 2);
	if (r->rank[r->n - 1].smooth)
		r->rank[r->n - 1].above = fmax(r->rank[r->n - 1].above, row / 2);
}

/* ---- the tails between them ---- */

/*
 * Scores change fast where the weight beyond x is small and falls, so that one straight line from
 * rank to rank is too little.  There are more ranks, each of which leaves this part of the weight
 * beyond the one before.
 */
#define STEP 0.75

/* At most so many for each side: the weight of one row is above 2^-120 of all. */
#define MAX_STEPS 300

/* The bends of tails lie between these. */
#define MIN_BEND 0.25
#define MAX_BEND 64

/*
 * Two neighbors on a side of the median: the weight beyond falls from `near` to `far`, as
 *
 *	far.tail + (near.tail - far.tail) s^bend
 *
 * where s falls from 1 to 0 in a straight line.
 */
struct tail {
	double near, far;
	double near_x, far_x;
	double bend;
};

static double beyond(const struct rank *r, bool upper) { return upper ? r->above : r->below; }

/* The weight beyond x but for that of x itself, or together with it. */
static double without(const struct rank *r, bool upper)
{
	return beyond(r, upper) - (r->smooth ? 0 : r->weight / 2);
}

static double with(const struct rank *r, bool upper)
{
	return beyond(r, upper) + (r->smooth ? 0 : r->weight / 2);
}

static double slope(const struct rank *from, const struct rank *to, bool upper)
{
	return (without(from, upper) - with(to, upper)) / fabs(to->x - from->x);
}

/*
 * The tail from near to far.  Its bend comes from the slope before it, from `before` to near, which
 * is NULL if there is none: where that is the same, the tail is straight.
 */
static struct tail tail_of(const struct rank *before, const struct rank *near,
			   const struct rank *far, bool upper)
{
	struct tail t = {.near = without(near, upper),
			 .far = with(far, upper),
			 .near_x = near->x,
			 .far_x = far->x,
			 .bend = 1};

	if (before && near->smooth)
		t.bend = sqrt(slope(before, near, upper) / slope(near, far, upper));
	t.bend = fmin(fmax(t.bend, MIN_BEND), MAX_BEND);
	return t;
}

/* Writes the ranks between the ends of a tail, in ascending order, and returns their number. */
static size_t follow(const struct backend *b, const struct tail *t, bool upper, double total,
		     struct rank *out)
{
	size_t steps = 0;

	if (!(t->far > 0) || !(t->near > t->far))
		return 0;
	for (double w = STEP * t->near; w > t->far && steps < MAX_STEPS; w *= STEP) {
		double share = (w - t->far) / (t->near - t->far),
		       s = bell_exp(b, log_of(b, share) / t->bend);

		out[steps++] = (struct rank){.x = t->far_x + (t->near_x - t->far_x) * s,
					     .below = upper ? total - w : w,
					     .above = upper ? w : total - w,
					     .smooth = true};
	}
	if (!upper)
		for (size_t i = 0, j = steps; i + 1 < j; i++) {
			struct rank r = out[i];

			out[i] = out[--j];
			out[j] = r;
		}
	return steps;
}

/* Copies the ranks to *out, and puts those of tails between them. */
static void add_tails(const struct backend *b, const struct ranks *r, struct ranks *out)
{
	const struct rank *rank = r->rank;

	out->n = 0;
	out->total = r->total;
	for (size_t i = 0; i < r->n; i++) {
		const struct rank *next = &rank[i + 1];
		struct tail t;
		bool upper = rank[i].above <= rank[i].below;

		out->rank[out->n++] = rank[i];
		if (i + 1 == r->n || (!rank[i].smooth && !next->smooth) ||
		    (!upper && next->below > next->above))
			continue;
		t = upper ? tail_of(i ? &rank[i - 1] : NULL, &rank[i], next, true)
			  : tail_of(i + 2 < r->n ? &rank[i + 2] : NULL, next, &rank[i], false);
		out->n += follow(b, &t, upper, r->total, out->rank + out->n);
	}
}

enum bell_status bell_ranks_of(const struct backend *b, const struct bell_sketch *sketch,
			       const struct place *place, size_t n, struct ranks *out)
{
	double row = ldexp((double)bell_sketch_weight(sketch), -SUM_BITS) / (double)sketch->count;
	struct ranks plain = {.rank = malloc(n * sizeof *plain.rank)};

	out->rank = malloc((n + 2 * MAX_STEPS) * sizeof *out->rank);
	if (!plain.rank || !out->rank) {
		free(out->rank);
		free(plain.rank);
		return BELL_ENOMEM;
	}
	set_ranks(place, n, row, &plain);
	add_tails(b, &plain, out);
	free(plain.rank);
	return BELL_OK;
}
