/* SPDX-License-Identifier: BSD-3-Clause */
/* draw_histogram.c - histograms with the normal curve. */
#include <math.h>
#include "report/draw.h"

/* The peak of the density of a normal distribution, times its sd. */
#define NORMAL_PEAK 0.3989

/*
 * Densities are times the sd, so that the normal curve is as high before as after.  Bars above this
 * are cut, lest the curve lies flat on the axis.
 */
#define MAX_PEAK (2.5 * NORMAL_PEAK)

/* Bars of a few values among many would vanish: they are drawn so high at least. */
#define MIN_BAR 1.2

/* Up to so many steps of a column are drawn apart. */
#define MAX_FEW 12

/* The density of a bin, times the sd. */
static double density(const struct bell_histogram *h, size_t bin, double sd)
{
	return h->count[bin] / h->n / ((h->edge[bin + 1] - h->edge[bin]) / sd);
}

static double peak(const struct bell_histogram *h, double sd)
{
	double most = 0;

	for (size_t i = 0; i < h->bins && sd > 0; i++)
		most = fmax(most, density(h, i, sd));
	return most;
}

/* One scale for both. */
static double top_of(const struct bell_report_numbers *n)
{
	double most = fmax(peak(&n->histogram_before, n->qq_before.sd),
			   peak(&n->histogram_after, n->qq_after.sd));

	return fmin(fmax(1.06 * most, 1.2 * NORMAL_PEAK), MAX_PEAK);
}

static void draw_bars(const struct drawing *d, const struct bell_histogram *h, double sd,
		      const struct axis *x, const struct axis *y)
{
	struct page *p = d->page;
	/* A few steps are values by themselves, and no parts of a whole. */
	bool few = h->step > 0 && h->bins <= MAX_FEW;

	bell_print(p, "<path class=\"%s\" d=\"", is_after(d) ? "after" : "before");
	for (size_t i = 0; i < h->bins; i++) {
		double left = position_of(x, h->edge[i]), right = position_of(x, h->edge[i + 1]),
		       gap = few ? 0.3 * (right - left) : fmin(0.12 * (right - left), 0.6),
		       top = position_of(y, fmin(density(h, i, sd), y->high));

		if (!(h->count[i] > 0))
			continue;
		bell_print(p, "M%s %dV%s", bell_place(left + gap / 2).text, PLOT_BOTTOM,
			   bell_place(fmin(top, PLOT_BOTTOM - MIN_BAR)).text);
		bell_print(p, "H%sV%d", bell_place(right - gap / 2).text, PLOT_BOTTOM);
	}
	bell_put(p, "\"/>");
}

/*
 * Draws a gap through neighboring bars that were cut, from number `first` up to `end`, and says
 * what part of the values they are.
 */
static void mark_run(const struct drawing *d, const struct bell_histogram *h, const struct axis *x,
		     size_t first, size_t end)
{
	double left = position_of(x, h->edge[first]) - 2, right = position_of(x, h->edge[end]) + 2,
	       values = 0;
	bool before = left + right > PLOT_LEFT + PLOT_RIGHT;

	for (size_t i = first; i < end; i++)
		values += h->count[i];
	bell_print(d->page, "<path class=\"cut\" d=\"M%s %dL%s %d\"/>", bell_place(left).text,
		   PLOT_TOP + 11, bell_place(right).text, PLOT_TOP + 5);
	bell_print(d->page, "<text class=\"%s\" x=\"%s\" y=\"%d\">%s %%</text>",
		   before ? "end" : "note", bell_place(before ? left - 2 : right + 2).text,
		   PLOT_TOP + 9, bell_number(100 * values / h->n, 3).text);
}

static void mark_cut(const struct drawing *d, const struct bell_histogram *h, double sd,
		     const struct axis *x, const struct axis *y)
{
	for (size_t i = 0, first; i < h->bins; i++) {
		first = i;
		while (i < h->bins && density(h, i, sd) > y->high)
			i++;
		if (i > first)
			mark_run(d, h, x, first, i);
	}
}

/* The curve of the normal distribution of the same mean and sd. */
static void draw_curve(const struct drawing *d, const struct bell_qq *q, const struct axis *x,
		       const struct axis *y)
{
	enum { STEPS = 48 };
	struct path path;

	bell_path_begin(&path, d->page, "curve", 0.5);
	for (int i = 0; i <= STEPS; i++) {
		double low = fmax((x->low - q->mean) / q->sd, -4.5),
		       high = fmin((x->high - q->mean) / q->sd, 4.5),
		       z = low + (high - low) * i / STEPS;

		if (low < high)
			bell_path_to(&path, position_of(x, q->mean + z * q->sd),
				     position_of(y, NORMAL_PEAK * exp(-z * z / 2)));
	}
	bell_path_end(&path, false);
}

static void describe(const struct drawing *d, const struct bell_histogram *h)
{
	size_t most = 0;

	for (size_t i = 1; i < h->bins; i++)
		if (h->count[i] > h->count[most])
			most = i;
	bell_print(d->page, "%zu bins from %s to %s. ", h->bins, bell_number(h->edge[0], 4).text,
		   bell_number(h->edge[h->bins], 4).text);
	bell_print(d->page, "The fullest, from %s to %s, holds %s %% of the values.",
		   bell_number(h->edge[most], 4).text, bell_number(h->edge[most + 1], 4).text,
		   bell_number(100 * h->count[most] / h->n, 2).text);
}

void bell_draw_histogram(const struct drawing *d)
{
	const struct bell_report_numbers *n = d->numbers;
	const struct bell_histogram *h = is_after(d) ? &n->histogram_after : &n->histogram_before;
	const struct bell_qq *q = is_after(d) ? &n->qq_after : &n->qq_before;
	double room = 0.02 * (h->edge[h->bins] - h->edge[0]);
	struct axis x = {h->edge[0] - room, h->edge[h->bins] + room, PLOT_LEFT, PLOT_RIGHT};
	struct axis y = {0, top_of(n), PLOT_BOTTOM, PLOT_TOP};

	bell_draw_begin(d, is_after(d) ? "histogram after the transform, with the normal curve"
				       : "histogram before the transform, with the normal curve");
	describe(d, h);
	bell_draw_described(d);
	bell_print(d->page, "<text class=\"top\" x=\"%d\" y=\"13\">density</text>", PLOT_LEFT);
	draw_bars(d, h, q->sd, &x, &y);
	mark_cut(d, h, q->sd, &x, &y);
	draw_curve(d, q, &x, &y);
	bell_draw_x(d, &x, is_after(d) ? "transformed value" : "value");
	bell_draw_end(d);
}
