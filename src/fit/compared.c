/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * compared.c - the part of a log-likelihood by which families of transforms are compared.
 *
 * A density may be as large as it likes at a single place, and the likelihood with it, if rows
 * share the value there.  Families of transforms are steepest at 0, or at the ends of the column.
 * So the rows that pile up there are left out of the comparison: not of the fit, whose mean and sd
 * are those of all rows, so that a family that squeezes them pays for it elsewhere.
 *
 * With z standardized, the log-likelihood of the rows is, without its constant,
 *
 *	sum (log z' - z^2/2 + 1/2)
 *
 * because the sum of z^2 is n.  So the terms of some rows can be taken off.
 */
#include <math.h>
#include "fit/compared.h"
#include "fit/norm.h"
#include "fit/resolution.h"
#include "transform.h"

/* The least and the greatest value are left out if more than this share of the rows has them. */
#define MIN_SHARE 0.05

/*
 * The node next to an end of the column stands for the rows at that end, if it is so much nearer to
 * it than the node behind.  Of values it is the end itself.
 */
#define NEARER 8

/* ---- what is left out ---- */

/* The node that is nearest to a value, if it stands for the rows there; else n. */
static size_t node_at(const struct node *node, size_t n, double value)
{
	double least = INFINITY, next = INFINITY;
	size_t nearest = n;

	for (size_t i = 0; i < n; i++) {
		double distance = fabs(node[i].value - value);

		if (distance < least) {
			next = least;
			least = distance;
			nearest = i;
		} else if (distance < next) {
			next = distance;
		}
	}
	return least <= next / NEARER ? nearest : n;
}

/* Adds a value, unless it has been added already, if more than this share of the rows has it. */
static void add(struct left_out *l, const struct node *node, size_t n, double total, double value,
		double min_share)
{
	size_t at = node_at(node, n, value);

	for (int i = 0; i < l->n; i++)
		if (l->value[i] == value)
			return;
	/* zeros have a node of their own */
	if (at == n || (value == 0 && node[at].value != 0) ||
	    !(node[at].weight > min_share * total))
		return;
	l->value[l->n] = value;
	l->share[l->n++] = node[at].weight / total;
}

struct left_out bell_left_out(const struct backend *b, const struct bell_sketch *s,
			      const struct node *node, size_t n)
{
	struct left_out l = {0};
	double total = 0;

	for (size_t i = 0; i < n; i++)
		total += node[i].weight;
	add(&l, node, n, total, 0, 0);
	add(&l, node, n, total, s->min, MIN_SHARE);
	add(&l, node, n, total, s->max, MIN_SHARE);
	if (s->min == 0)
		l.zero = bell_size_of_zero(b, node, n, s->max, s->count);
	/* each of them has one node */
	l.comparable = n >= (size_t)l.n + 2;
	return l;
}

double bell_share_compared(const struct left_out *l)
{
	double share = l->comparable ? 1 : 0;

	for (int i = 0; i < l->n && l->comparable; i++)
		share -= l->share[i];
	return share;
}

/* ---- what is taken off ---- */

/* l(|x|) less the anchor, and the logarithm of dl/d|x|. */
static double coordinate(const struct backend *b, const struct bell_transform *t, double x,
			 double *log_slope)
{
	const struct bell_transform_side *s = &t->side[x < 0];
	double size = fabs(x), unit = unit_of(t), pad[NODE_PAD] = {0};

	*log_slope = -log_of(b, unit + size);
	if (unit == 0)
		return log_of(b, s->center > 0 ? size / s->center : size) - s->anchor;
	pad[0] = (size - s->center) / (unit + s->center);
	b->logarithm_1p(pad, NODE_PAD, pad);
	return pad[0] - s->anchor;
}

/* The logarithm of z' at x, of a power of |x| and a unit. */
static double log_slope_of_power(const struct backend *b, const struct bell_transform *t, double x)
{
	const struct bell_transform_side *s = &t->side[x < 0];
	double slope, at;

	/* linear in x itself */
	if (t->method == BELL_BOX_COX && s->power == 1 && s->anchor == 0)
		return log_of(b, s->scale);
	at = coordinate(b, t, x, &slope);
	if (s->power != 0)
		slope += log_of(b, fabs(s->power)) + s->power * at;
	return log_of(b, fabs(s->scale)) + slope;
}

/* The logarithm of l' at x, of a method with one coordinate; `zero` is that of struct left_out. */
static double log_slope_of_line(const struct backend *b, const struct bell_transform *t, double x,
				double zero)
{
	const struct bell_transform_side *s = &t->side[0];

	switch (t->method) {
	case BELL_SQRT:
		return -log_of(b, x > 0 ? x : zero) / 2 - log_of(b, 2);
	case BELL_LOG_SHIFT:
		return -log_of(b, x + t->shift);
	case BELL_ASINH:
		return -log_of(b, norm(x, t->unit));
	case BELL_EXPONENTIAL:
		return s->power != 0 ? log_of(b, fabs(s->power)) + s->power * (x - s->center) : 0;
	default:
		return 0;
	}
}

/* The logarithm of z' at x. */
static double log_slope(const struct backend *b, const struct bell_transform *t, double x,
			double zero)
{
	if (is_on_line(t->method))
		return log_of(b, fabs(t->side[0].scale)) + log_slope_of_line(b, t, x, zero);
	return log_slope_of_power(b, t, x);
}

double bell_compared(const struct backend *b, const struct bell_fit *fit, double rows,
		     const struct left_out *l)
{
	double sum = fit->log_likelihood;

	for (int i = 0; i < l->n; i++) {
		double z = l->value[i];

		b->transform_f64(&fit->transform, &z, 1, &z);
		sum -= rows * l->share[i] *
		       (log_slope(b, &fit->transform, l->value[i], l->zero) - z * z / 2 + 0.5);
	}
	return sum;
}
