/* SPDX-License-Identifier: BSD-3-Clause */
/* level.c - the bins of one width of a grid. */
#include <math.h>
#include "sketch/level.h"

/* More than the rounding of a coordinate, which is at most 745 (2^-43.5 in the last place). */
#define COORDINATE_ERROR 0x1p-40

/* The anchor of a side, not relative to a center. */
static double plain_anchor(const struct backend *b, const struct grid *g, int side)
{
	return g->anchor[side] + (side == g->negative ? shift_of(b, g->method, g->center) : 0);
}

struct level bell_level_make(const struct backend *b, const struct grid *g, int i)
{
	struct level l = {.exponent = g->exponent + 2 * i, .window.method = g->method};
	bool box_cox = g->method == BELL_BOX_COX;
	double width, middle;

	if (l.exponent > MAX_EXPONENT)
		l.exponent = MAX_EXPONENT;
	width = ldexp(1, l.exponent);
	if (bell_grid_centered(g, width))
		l.center = g->center;
	for (int side = 0; side < 2; side++) {
		if (l.center > 0 || box_cox) {
			/* x of one sign only, and d of both */
			middle = rint((l.center > 0 ? g->anchor[side] : plain_anchor(b, g, side)) /
				      width);
			l.window.low[side] = middle - GRID_REACH;
			l.window.high[side] =
			    side == g->negative ? middle + GRID_REACH : l.window.low[side] - 1;
		} else {
			middle = rint(plain_anchor(b, g, side) / width);
			l.window.low[side] = middle - GRID_REACH > 0 ? middle - GRID_REACH : 0;
			l.window.high[side] = middle + GRID_REACH;
		}
		if (l.window.high[side] >= l.window.low[side])
			l.rows[side] = (int)(l.window.high[side] - l.window.low[side]) + 1;
	}
	l.window.base[0] = 1 - l.window.low[0];
	l.window.base[1] = 1 + l.rows[0] - l.window.low[1];
	l.window.center = l.center;
	l.window.inverse_unit = 1 / (1 + l.center);
	l.window.inverse_width = ldexp(1, -l.exponent);
	return l;
}

static int last_level(const struct grid *g) { return (MAX_EXPONENT + 1 - g->exponent) / 2; }

int bell_level_next(const struct backend *b, const struct grid *g, int i, const double *x, size_t n)
{
	const double anchor[2] = {plain_anchor(b, g, 0), plain_anchor(b, g, 1)};
	double nearest = INFINITY, d[NODE_PAD];

	for (size_t first = 0; first < n; first += NODE_PAD) {
		for (size_t j = 0; j < NODE_PAD; j++)
			d[j] = x[first + j < n ? first + j : first];
		coordinates(b, g->method, d, NODE_PAD, 0, d);
		for (size_t j = 0; j < NODE_PAD && first + j < n; j++) {
			double away = fabs(d[j] - anchor[x[first + j] < 0]);

			nearest = away < nearest ? away : nearest;
		}
	}
	nearest -= COORDINATE_ERROR;
	/* a window ends GRID_REACH + 1/2 widths from its anchor, which is rounded to a width */
	while (i < last_level(g) && (GRID_REACH + 2) * ldexp(1, g->exponent + 2 * i) < nearest)
		i++;
	return i;
}
