/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * places.c - the distribution function of a sketch at its nodes.
 *
 * The nodes of a bin have its moments.  Its distribution function needs more: what part of the bin
 * lies below each of them.
 */
#include <math.h>
#include <stdlib.h>
#include "sketch/places.h"

/* ---- what part of a bin lies below its nodes ---- */

/* So many terms of the density of a bin come from its moments. */
#define DENSITY_TERMS 3

/* The Legendre polynomials up to degree DENSITY_TERMS + 1 at t. */
static void legendre(double t, double p[DENSITY_TERMS + 2])
{
	p[0] = 1;
	p[1] = t;
	for (int j = 1; j <= DENSITY_TERMS; j++)
		p[j + 1] = ((2 * j + 1) * t * p[j] - j * p[j - 1]) / (j + 1);
}

/* The places in [-1, 1] between which a bin can hold values. */
struct range {
	double low, high;
};

/* The place of |x| = size > 0 in a bin, which may lie outside of it. */
static double place_of(const struct backend *b, const struct bin *bin, double size)
{
	double pad[NODE_PAD], d[NODE_PAD];

	for (int i = 0; i < NODE_PAD; i++)
		pad[i] = size;
	b->log_ratio(pad, NODE_PAD, bin->center, d);
	return 2 * (d[0] * power_of_two(-bin->exponent) - (double)bin->k);
}

/* No value lies beyond the least and the greatest of the column, and no node beyond the range. */
static struct range range_of(const struct backend *b, const struct bell_sketch *s,
			     const struct bin *bin, const struct quadrature *q)
{
	double near = bin->negative ? -s->max : s->min, far = bin->negative ? -s->min : s->max;
	struct range r = {-1, 1};

	if (near > 0)
		r.low = fmax(r.low, place_of(b, bin, near));
	if (far > 0)
		r.high = fmin(r.high, place_of(b, bin, far));
	for (int i = 0; i < q->rank; i++) {
		r.low = fmin(r.low, q->t[i]);
		r.high = fmax(r.high, q->t[i]);
	}
	return r;
}

/* The place t of a bin as one of [-1, 1] in its range. */
static double in_range(const struct range *r, double t)
{
	return (2 * t - r->low - r->high) / (r->high - r->low);
}

/* The density of a bin over its range: the means of the Legendre polynomials. */
struct density {
	struct range range;
	double mean[DENSITY_TERMS + 2];
};

static struct density density_of(const struct quadrature *q, struct range range)
{
	struct density d = {.range = range};
	double p[DENSITY_TERMS + 2];

	for (int i = 0; i < q->rank; i++) {
		legendre(in_range(&range, q->t[i]), p);
		for (int j = 1; j <= DENSITY_TERMS; j++)
			d.mean[j] += q->share[i] * p[j];
	}
	return d;
}

/*
 * The part of a bin below t, as far as its first moments say: of the density with these means c_j
 * of the Legendre polynomials P_j, and without higher terms, this is (t + 1 + sum over j of c_j
 * (P_(j+1)(t) - P_(j-1)(t)))/2.
 */
static double part_below(const struct density *d, double t)
{
	double p[DENSITY_TERMS + 2], at = in_range(&d->range, t), sum = at + 1;

	legendre(at, p);
	for (int j = 1; j <= DENSITY_TERMS; j++)
		sum += d->mean[j] * (p[j + 1] - p[j - 1]);
	return sum / 2;
}

/*
 * What part of the weight of node i lies below it.  The part of the bin below it is at least the
 * share of the nodes before it, and at most this and its own: the inequality of Chebyshev, Markov
 * and Stieltjes.
 */
static double share_below(const struct quadrature *q, const struct density *d, int i)
{
	double before = 0, part;

	for (int j = 0; j < q->rank; j++)
		before += q->t[j] < q->t[i] ? q->share[j] : 0;
	part = (part_below(d, q->t[i]) - before) / q->share[i];
	return part > 0 ? part < 1 ? part : 1 : 0;
}

static void bin_below(const struct backend *b, const struct bell_sketch *s, const struct bin *bin,
		      const struct quadrature *q, struct place *place)
{
	struct density d = density_of(q, range_of(b, s, bin, q));

	for (int i = 0; i < q->rank; i++) {
		double below = share_below(q, &d, i);

		/* Where the column is negative, places rise as values fall. */
		place[i].below = bin->negative ? 1 - below : below;
	}
}

/*
 * The nodes of bins are the last ones, in the order of the bins.  A bin of fewer distinct values
 * than the largest rank has these as its nodes.
 */
static void find_below(const struct backend *b, const struct bell_sketch *s, size_t first,
		       struct place *place)
{
	struct quadrature q[NODE_PAD];

	for (size_t i = 0; i < s->bins; i++) {
		const struct quadrature *own = &q[i % NODE_PAD];
		size_t left = s->bins - i;

		if (i % NODE_PAD == 0)
			bell_quadratures(b, &s->bin[i], left < NODE_PAD ? left : NODE_PAD, q);
		if (own->rank == MAX_RANK)
			bin_below(b, s, &s->bin[i], own, place + first);
		first += (size_t)own->rank;
	}
}

/* ---- all places ---- */

static int by_value(const void *a, const void *b)
{
	const struct node *p = &((const struct place *)a)->node,
			  *q = &((const struct place *)b)->node;

	return p->value != q->value ? (p->value > q->value) - (p->value < q->value)
				    : (p->low > q->low) - (p->low < q->low);
}

enum bell_status bell_places_of(const struct backend *b, const struct bell_sketch *s,
				struct place **out, size_t *n)
{
	struct node *node;
	enum bell_status status = bell_nodes_of(b, s, &node, n);
	struct place *place;

	if (status != BELL_OK)
		return status;
	place = malloc((*n + 2) * sizeof *place);
	for (size_t i = 0; place && i < *n; i++)
		place[i] = (struct place){node[i], NAN};
	free(node);
	if (!place)
		return BELL_ENOMEM;
	find_below(b, s, s->values + (s->zeros != 0), place);
	if (s->bins) {
		place[(*n)++] = (struct place){{.value = s->min}, NAN};
		place[(*n)++] = (struct place){{.value = s->max}, NAN};
	}
	/* the values of a sketch without bins are in order */
	if (s->bins)
		qsort(place, *n, sizeof *place, by_value);
	*out = place;
	return BELL_OK;
}
