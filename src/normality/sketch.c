/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sketch.c - how normal the column of a sketch is.
 *
 * The nodes of a bin have its moments, which is all that skewness and kurtosis need.  The
 * statistics of order need the distribution function at each node, too: what part of the bin lies
 * below it.
 */
#include <math.h>
#include <stdlib.h>
#include <bellshape/normality.h>
#include "dispatch.h"
#include "normality/column.h"
#include "normality/sketch.h"
#include "sketch/nodes.h"
#include "sketch/weights.h"

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

/* A node, and what part of its weight lies below it: NaN where it is a value of the column. */
struct place {
	struct node node;
	double below;
};

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

/* All nodes, and two of no weight at the ends of what is in bins. */
static enum bell_status places_of(const struct backend *b, const struct bell_sketch *s,
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
	*out = place;
	return BELL_OK;
}

/* ---- from nodes to the column ---- */

/* The nodes of a sketch as arrays, in one allocation. */
struct arrays {
	double *value, *low, *weight, *below;
};

static enum bell_status arrays_of(const struct place *place, size_t n, int shift,
				  struct arrays *out)
{
	double *memory = calloc(n, 4 * sizeof *memory), unit = power_of_two(-shift);

	if (!memory)
		return BELL_ENOMEM;
	*out = (struct arrays){memory, memory + n, memory + 2 * n, memory + 3 * n};
	for (size_t i = 0; i < n; i++) {
		out->value[i] = place[i].node.value;
		out->low[i] = place[i].node.low;
		out->weight[i] = place[i].node.weight * unit;
		out->below[i] = place[i].below;
	}
	return BELL_OK;
}

static int by_value(const void *a, const void *b)
{
	const struct node *p = &((const struct place *)a)->node,
			  *q = &((const struct place *)b)->node;

	return p->value != q->value ? (p->value > q->value) - (p->value < q->value)
				    : (p->low > q->low) - (p->low < q->low);
}

/* The values of a sketch without bins are in order. */
static void sort_places(struct place *place, size_t n, const struct bell_sketch *sketch)
{
	if (sketch->bins)
		qsort(place, n, sizeof *place, by_value);
}

/* What a node has beyond its double is lost, and is less than the rounding of its transform. */
static enum bell_status transformed(const struct bell_transform *t, struct arrays *a, size_t n)
{
	enum bell_status status = bell_transform_apply_f64(t, a->value, n, 1, a->value);

	a->low = NULL;
	for (size_t i = 0; status == BELL_OK && i < n; i++)
		if (!isfinite(a->value[i]))
			status = BELL_EDOMAIN;
	return status;
}

/* What is found out of the nodes. */
struct wanted {
	enum bell_weight_type type;
	/* Whether a few digits less will do: then there is no Shapiro-Wilk, which takes longest. */
	bool brief;
};

/*
 * Of many values, each of these at either end stays, and so does each that weighs as much as a
 * group.  Others that follow each other form so many groups, and become their means.
 */
#define ENDS   16
#define GROUPS 96

/* Appends the mean of values first to end - 1 of `from` to those of `to`, with their weight. */
static void add_group(const struct arrays *from, size_t first, size_t end, struct arrays *to,
		      size_t *n)
{
	double sum = 0, weight = 0;

	if (first == end)
		return;
	for (size_t i = first; i < end; i++) {
		sum += from->weight[i] * (from->value[i] - from->value[first]);
		weight += from->weight[i];
	}
	to->value[*n] = from->value[first] + sum / weight;
	to->weight[*n] = weight;
	/* A value alone is a step. */
	to->below[*n] = end - first > 1 ? 0.5 : from->below[first];
	++*n;
}

/* Groups the n values of an array in place; returns how many are left. */
static size_t group_values(struct arrays *a, size_t n)
{
	size_t left = 0, first = 0, size = (n - 2 * ENDS) / GROUPS + 1;
	double heavy = 0;

	for (size_t i = 0; i < n; i++)
		heavy += a->weight[i] / GROUPS;
	for (size_t i = 0; i < n; i++) {
		bool alone = i < ENDS || i + ENDS >= n || a->weight[i] >= heavy;

		if (alone || i - first == size) {
			add_group(a, first, i, a, &left);
			first = i;
		}
		if (alone) {
			add_group(a, i, i + 1, a, &left);
			first = i + 1;
		}
	}
	return left;
}

/* The places are in the order of their values. */
static enum bell_status from_places(const struct place *place, size_t n,
				    const struct bell_sketch *sketch,
				    const struct bell_transform *transform,
				    const struct wanted *wanted, struct bell_normality *out)
{
	struct arrays a;
	struct sorted s;
	enum bell_status status = arrays_of(place, n, sketch->shift, &a);

	if (status != BELL_OK)
		return status;
	if (transform)
		status = transformed(transform, &a, n);
	if (status == BELL_OK && wanted->brief && !sketch->bins && n > 2 * ENDS + 2 * GROUPS) {
		a.low = NULL;
		n = group_values(&a, n);
	}
	s = (struct sorted){.value = a.value, .low = a.low, .below = a.below, .size = n};
	if (status == BELL_OK) {
		bell_count_weights(a.weight, n, wanted->type, bell_sketch_effective(sketch), &s);
		s.whole = s.whole && !sketch->bins && !wanted->brief;
		status = bell_normality_of(&s, 1, out);
	}
	free(a.value);
	return status;
}

enum bell_status bell_normality_sketch(const struct bell_sketch *sketch,
				       const struct bell_transform *transform,
				       const struct bell_normality_options *options,
				       struct bell_normality *out)
{
	const struct backend *b = bell_kernels();
	struct wanted wanted = {.brief = false};
	struct bell_normality found;
	struct place *place;
	enum bell_status status;
	size_t n;

	if (!sketch || !out || !bell_weight_type_of(options, &wanted.type))
		return BELL_EINVAL;
	/* Of no values, this says whether the transform is valid. */
	if (transform) {
		status = bell_transform_apply_f64(transform, NULL, 0, 1, NULL);
		if (status != BELL_OK)
			return status;
	}
	if (!b)
		return BELL_EBACKEND;
	found = bell_normality_undefined(sketch->count, sketch->missing, sketch->infinite);
	status = places_of(b, sketch, &place, &n);
	if (status != BELL_OK)
		return status;
	sort_places(place, n, sketch);
	if (n)
		status = from_places(place, n, sketch, transform, &wanted, &found);
	free(place);
	if (status == BELL_OK)
		*out = found;
	return status;
}

enum bell_status bell_normality_pair(const struct bell_sketch *sketch,
				     const struct bell_transform *transform,
				     enum bell_weight_type type, struct bell_normality out[2])
{
	const struct backend *b = bell_kernels();
	struct wanted wanted = {.type = type, .brief = true};
	struct bell_normality found[2];
	struct place *place;
	enum bell_status status;
	size_t n;

	if (!b)
		return BELL_EBACKEND;
	found[0] = bell_normality_undefined(sketch->count, sketch->missing, sketch->infinite);
	found[1] = found[0];
	status = places_of(b, sketch, &place, &n);
	if (status != BELL_OK)
		return status;
	sort_places(place, n, sketch);
	for (int after = 0; n && after < 2 && status == BELL_OK; after++)
		status =
		    from_places(place, n, sketch, after ? transform : NULL, &wanted, &found[after]);
	free(place);
	if (status != BELL_OK && status != BELL_EDOMAIN)
		return status;
	out[0] = found[0];
	out[1] = found[1];
	return BELL_OK;
}
