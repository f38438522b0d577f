/* SPDX-License-Identifier: BSD-3-Clause */
/* draw_qq.c - Q-Q plots with the band. */
#include <math.h>
#include "report/draw.h"

/* What lies further from the mean, in sd, is drawn as an arrow at the edge. */
#define MAX_SHOWN 6.0

/* Points of a path that are nearer than this to each other look like one. */
#define NEAR 1.5

/* A value of the column in sd from its mean. */
static double standard(const struct bell_qq *q, double value)
{
	/* By halves: a difference may exceed a double. */
	return 2 * ((value / 2 - q->mean / 2) / q->sd);
}

/*
 * One scale before and after: as far as the normal quantiles go, and on the side of the values
 * further, if some of either need it.
 */
static void set_axes(const struct bell_report_numbers *n, struct axis *x, struct axis *y)
{
	const struct bell_qq *both[] = {&n->qq_before, &n->qq_after};
	double most = 1, low = 0, high = 0;

	for (int i = 0; i < 2; i++) {
		const struct bell_qq *q = both[i];

		if (!q->points || !(q->sd > 0))
			continue;
		most = fmax(most, q->point[q->points - 1].normal);
		low = fmin(low, standard(q, q->point[0].value));
		high = fmax(high, standard(q, q->point[q->points - 1].value));
	}
	most *= 1.08;
	*x = (struct axis){-most, most, PLOT_LEFT, PLOT_RIGHT};
	*y = (struct axis){-fmin(fmax(most, -low * 1.08), MAX_SHOWN),
			   fmin(fmax(most, high * 1.08), MAX_SHOWN), PLOT_BOTTOM, PLOT_TOP};
}

static double within(const struct axis *a, double x) { return fmin(fmax(x, a->low), a->high); }

static void draw_band(const struct drawing *d, const struct bell_qq *q, const struct axis *x,
		      const struct axis *y)
{
	struct path path;

	if (isnan(q->local_level))
		return;
	bell_path_begin(&path, d->page, "band", NEAR);
	for (size_t i = 0; i < q->points; i++)
		bell_path_to(&path, position_of(x, q->point[i].normal),
			     position_of(y, within(y, standard(q, q->point[i].low))));
	for (size_t i = q->points; i--;)
		bell_path_to(&path, position_of(x, q->point[i].normal),
			     position_of(y, within(y, standard(q, q->point[i].high))));
	bell_path_end(&path, true);
}

static void draw_line(const struct drawing *d, const struct axis *x, const struct axis *y)
{
	double low = fmax(x->low, y->low), high = fmin(x->high, y->high);
	struct path path;

	bell_path_begin(&path, d->page, "curve", 0);
	bell_path_to(&path, position_of(x, low), position_of(y, low));
	bell_path_to(&path, position_of(x, high), position_of(y, high));
	bell_path_end(&path, false);
}

/* Each point is a line of no length with round ends. */
static void draw_points(const struct drawing *d, const struct bell_qq *q, const struct axis *x,
			const struct axis *y)
{
	double last_x = -1, last_y = -1;

	bell_print(d->page, "<path class=\"points %s\" d=\"", is_after(d) ? "after" : "before");
	for (size_t i = 0; i < q->points; i++) {
		double u = standard(q, q->point[i].value);
		double at_x = position_of(x, q->point[i].normal), at_y = position_of(y, u);

		if (u != within(y, u) || (fabs(at_x - last_x) < 0.8 && fabs(at_y - last_y) < 0.8))
			continue;
		bell_print(d->page, "M%s %sh0", bell_place(at_x).text, bell_place(at_y).text);
		last_x = at_x;
		last_y = at_y;
	}
	bell_put(d->page, "\"/>");
}

/*
 * Puts an arrow where points lie beyond the edge, and says how far they reach in the corner where
 * no point can lie.
 */
static void draw_beyond(const struct drawing *d, const struct bell_qq *q, const struct axis *x,
			const struct axis *y, bool up)
{
	size_t at = q->points;
	double end = standard(q, q->point[up ? q->points - 1 : 0].value);
	int edge = up ? PLOT_TOP : PLOT_BOTTOM, to = up ? 7 : -7;

	for (size_t i = 0; i < q->points; i++) {
		double u = standard(q, q->point[i].value);

		if (up ? u > y->high && at == q->points : u < y->low)
			at = i;
	}
	if (at == q->points)
		return;
	bell_print(d->page, "<path class=\"%s\" d=\"M%s %dl-4 %dh8Z\"/>",
		   is_after(d) ? "after" : "before",
		   bell_place(position_of(x, q->point[at].normal)).text, edge, to);
	bell_print(d->page, "<text class=\"%s\" x=\"%s\" y=\"%d\">%s %s sd</text>",
		   up ? "note" : "end", bell_place(up ? PLOT_LEFT + 6 : PLOT_RIGHT - 2).text,
		   up ? edge + 12 : edge - 6, up ? "\xe2\x96\xb2 up to" : "\xe2\x96\xbc down to",
		   bell_number(end, 3).text);
}

static void describe(const struct drawing *d, const struct bell_qq *q)
{
	struct page *p = d->page;

	bell_print(p, "%zu points of %s values, from %s", q->points, bell_count((double)q->n).text,
		   bell_number(standard(q, q->point[0].value), 3).text);
	bell_print(p, " to %s standard deviations from the mean. ",
		   bell_number(standard(q, q->point[q->points - 1].value), 3).text);
	if (isnan(q->local_level))
		bell_put(p, "Too few values for a band.");
	else if (q->outside)
		bell_print(p, "%zu of the points lie outside of the band of 95 %%.", q->outside);
	else
		bell_put(p, "All points lie within the band of 95 %.");
}

void bell_draw_qq(const struct drawing *d)
{
	const struct bell_qq *q = is_after(d) ? &d->numbers->qq_after : &d->numbers->qq_before;
	struct axis x, y;

	set_axes(d->numbers, &x, &y);
	bell_draw_begin(d, is_after(d) ? "normal Q-Q plot after the transform"
				       : "normal Q-Q plot before the transform");
	describe(d, q);
	bell_draw_described(d);
	draw_band(d, q, &x, &y);
	bell_draw_y(d, &y, 2, "value, in standard deviations from the mean");
	draw_line(d, &x, &y);
	draw_points(d, q, &x, &y);
	draw_beyond(d, q, &x, &y, true);
	draw_beyond(d, q, &x, &y, false);
	bell_draw_x(d, &x, "normal quantile");
	bell_draw_end(d);
}
