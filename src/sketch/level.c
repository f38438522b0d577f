/* SPDX-License-Identifier: BSD-3-Clause */
/* level.c - the windows of a grid: bins of one width around its anchors, and around its tops. */
#include <math.h>
#include "sketch/bins.h"

struct lattice bell_lattice(const struct backend *b, const struct grid *g)
{
	struct lattice l = {.grid = g, .plain = {g->anchor[0], g->anchor[1]}};

	if (g->center > 0)
		l.plain[g->negative] += log_of(b, g->center);
	l.windows = 2 * ((WIDEST + 1 - g->exponent) / 2 + 1);
	return l;
}

/*
 * Even windows lie around the middle of the data, the odd ones, of the same width, around their
 * root mean square from the first width on that is near MAX_WIDTH; where both cover a bin it is the
 * same bin.
 */
struct level bell_level(const struct lattice *l, int i)
{
	const struct grid *g = l->grid;
	struct level v = {.exponent = g->exponent + i / 2 * 2};
	double width;

	if (v.exponent > WIDEST)
		v.exponent = WIDEST;
	width = ldexp(1, v.exponent);
	if (i % 2 == 0 && g->center > 0 &&
	    REACH_ABOVE * width + fabs(g->anchor[g->negative]) <= 0.5)
		v.center = g->center;
	for (int side = 0; side < 2; side++) {
		double middle = i % 2 ? g->top[side] : l->plain[side];
		bool here = i % 2 == 0 || v.exponent >= MAX_WIDTH - 1;

		if (v.center > 0) {
			here = side == g->negative;
			middle = g->anchor[side];
		}
		middle = rint(middle / width);
		v.window.low[side] = middle - REACH_BELOW;
		v.window.high[side] = here ? middle + REACH_ABOVE : v.window.low[side] - 1;
		v.rows[side] = here ? REACH_BELOW + REACH_ABOVE + 1 : 0;
	}
	v.window.base[0] = ROW_BINS - v.window.low[0];
	v.window.base[1] = ROW_BINS + v.rows[0] - v.window.low[1];
	v.window.center = v.center;
	v.window.inverse_width = ldexp(1, -v.exponent);
	return v;
}

int bell_level_for(const struct lattice *l, int i, double t, int side)
{
	const struct grid *g = l->grid;

	for (; i < l->windows - 2; i++) {
		int exponent = g->exponent + i / 2 * 2;
		double middle = i % 2 ? g->top[side] : l->plain[side], slack = 0x1p-40;
		double width = ldexp(1, exponent > WIDEST ? WIDEST : exponent);

		if ((i % 2 == 0 || exponent >= MAX_WIDTH - 1) &&
		    t > middle - (REACH_BELOW + 2) * width - slack &&
		    t < middle + (REACH_ABOVE + 2) * width + slack)
			break;
	}
	return i;
}
