/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * leave_out.c - how far lambda moves without the least or the greatest value.
 *
 * The likelihood is a function of sums over the nodes of a column, so that a row is left out by
 * taking its weight off its node.  One step of Newton's method tells whether lambda moves at all;
 * only if it does, the search goes on.
 */
#include <math.h>
#include <stdlib.h>
#include "fit/fit_sketch.h"
#include "fit/leave_out.h"
#include "fit/search.h"

/* A first step of fewer standard errors than this is taken for what all of them come to. */
#define SMALL_MOVE 0.25

/* A node of the column: its side, and its place there. */
struct place {
	int side;
	size_t i;
};

static bool has_nodes(const struct column *c, int side)
{
	return c->mixed || (c->sign < 0) == side;
}

/* The node of the least (end = 0) or the greatest value. */
static struct place find(const struct column *c, int end)
{
	struct place p = {.side = end ? !has_nodes(c, 0) : has_nodes(c, 1)};
	/* Below 0 coordinates rise as values fall. */
	bool high = end == (p.side == 0);
	double at = high ? c->high[p.side] : c->low[p.side];

	while (c->side[p.side].at[p.i] != at)
		p.i++;
	return p;
}

/* Takes a weight off a node.  The range of a side shrinks if the node is empty then. */
static void take_off(struct column *c, struct place p, double weight)
{
	struct nodes *nodes = &c->side[p.side];

	nodes->weight[p.i] -= weight;
	c->total -= weight;
	c->sum -= weight * (p.side ? -1 : 1) * nodes->at[p.i];
	if (nodes->weight[p.i] > 0)
		return;
	c->low[p.side] = INFINITY;
	c->high[p.side] = -INFINITY;
	for (size_t i = 0; i < nodes->n; i++)
		if (nodes->weight[i] > 0) {
			c->low[p.side] = fmin(c->low[p.side], nodes->at[i]);
			c->high[p.side] = fmax(c->high[p.side], nodes->at[i]);
		}
	if (c->low[p.side] > c->high[p.side])
		c->low[p.side] = c->high[p.side] = 0;
	/* Nodes without weight, and the padding, lie in the range. */
	for (size_t i = 0; i < nodes->n; i++)
		if (!(nodes->weight[i] > 0))
			nodes->at[i] = c->low[p.side];
}

/* The t of the best lambda of the column as it is now, NaN if there is none. */
static double best(struct search *s, double t, double error)
{
	struct point p = bell_evaluate(s, t);
	double step = -p.score / p.slope;

	if (!(p.slope < 0) || !(fabs(step) < SMALL_MOVE * error)) {
		s->fit->flags = 0;
		bell_search(s);
		step = s->fit->lambda * s->c.unit - t;
		if (!(s->best.sd > 0) || s->fit->flags & BELL_FIT_ILL_CONDITIONED)
			step = NAN;
	}
	return t + step;
}

/* What a row at one end does to lambda.  A value that shares its bin with others has no node. */
static double moved(struct search *s, int end, double error)
{
	struct column before = s->c;
	struct place p = find(&s->c, end);
	double *weight = &s->c.side[p.side].weight[p.i], all = *weight, rows = 1 / s->scale;
	double *at = &s->c.side[p.side].at[p.i], there = *at, t = s->start * s->c.unit, to;

	if (s->c.rank[p.side][p.i] > 1 || !(s->c.total > rows))
		return NAN;
	take_off(&s->c, p, rows < all ? rows : all);
	to = best(s, t, error);
	s->c = before;
	*weight = all;
	*at = there;
	return (to - t) / error;
}

static void leave_out(struct search *s, struct influence out[2])
{
	double t = s->start * s->c.unit, value[2] = {s->fit->min, s->fit->max};
	struct point p = bell_evaluate(s, t);
	double error = 1 / sqrt(-p.slope * s->scale);

	for (int end = 0; end < 2; end++)
		out[end] = (struct influence){value[end], moved(s, end, error)};
}

enum bell_status bell_leave_out(const struct bell_sketch *sketch, const struct bell_fit *fit,
				enum bell_weight_type type, struct influence out[2])
{
	struct bell_fit_options options;
	struct bell_fit seen = {.min = fit->min, .max = fit->max};
	struct search s = {.b = bell_kernels(),
			   .options = &options,
			   .family = {fit->unit},
			   .start = fit->lambda,
			   .rough = true,
			   .fit = &seen};
	enum bell_status status;
	struct node *node = NULL;
	size_t n;

	if (!s.b)
		return BELL_EBACKEND;
	bell_fit_options_default(&options);
	s.method = method_of(s.family);
	s.scale = bell_rows_of_weight(sketch, type);
	status = bell_nodes_of(s.b, sketch, &node, &n);
	if (status == BELL_OK)
		status = bell_column_make(s.b, sketch, node, n, s.family, &s.c);
	free(node);
	if (status != BELL_OK)
		return status;
	leave_out(&s, out);
	bell_column_free(&s.c);
	return BELL_OK;
}
