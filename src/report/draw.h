/* SPDX-License-Identifier: BSD-3-Clause */
/* draw.h - pictures as SVG: frames, axes, and the three kinds of them. */
#ifndef BELL_DRAW_H
#define BELL_DRAW_H

#include <stdbool.h>
#include "report/page.h"

/* A picture has these sizes, in its own units; the page scales it. */
enum {
	WIDTH = 320,
	HEIGHT = 206,
	PLOT_LEFT = 30,
	PLOT_RIGHT = 310,
	PLOT_TOP = 24,
	PLOT_BOTTOM = 168
};

/* One picture of a column. */
struct drawing {
	struct page *page;
	const struct bell_report_column *column;
	const struct bell_report_numbers *numbers;
	enum bell_report_picture picture;
	/* What is unique to the column in its page, as a prefix of ids. */
	const char *id;
	/* Whether it is a file of its own. */
	bool alone;
};

/* Draws it; there has to be something. */
void bell_draw(const struct drawing *d);

/* ---- for the kinds of pictures ---- */

void bell_draw_histogram(const struct drawing *d);
void bell_draw_qq(const struct drawing *d);
void bell_draw_profile(const struct drawing *d);

static inline bool is_after(const struct drawing *d)
{
	return d->picture == BELL_REPORT_HISTOGRAM_AFTER || d->picture == BELL_REPORT_QQ_AFTER;
}

/* From numbers to coordinates: `low` lies at `from`, and `high` at `to`. */
struct axis {
	double low, high, from, to;
};

static inline double position_of(const struct axis *a, double x)
{
	return a->from + (a->to - a->from) * ((x - a->low) / (a->high - a->low));
}

/*
 * bell_draw_begin() starts a picture: its frame, its title, which screen readers read out, and its
 * description, whose text the caller adds by bell_print().  bell_draw_described() ends that, and
 * bell_draw_end() the picture.
 */
void bell_draw_begin(const struct drawing *d, const char *title);
void bell_draw_described(const struct drawing *d);
void bell_draw_end(const struct drawing *d);

/*
 * bell_draw_x() draws the axis at the bottom with about six ticks and its title; labels of numbers
 * far from zero are relative to one of them, which the title then has.  bell_draw_y() draws lines
 * at multiples of `step`, with labels, and a title above the plot.
 */
void bell_draw_x(const struct drawing *d, const struct axis *a, const char *title);
void bell_draw_y(const struct drawing *d, const struct axis *a, double step, const char *title);

/*
 * A path of straight lines, whose points are left out where they would not be seen: nearer to the
 * one before than `least`.
 */
struct path {
	struct page *page;
	double least, x, y;
	bool begun;
};
void bell_path_begin(struct path *p, struct page *page, const char *class, double least);
void bell_path_to(struct path *p, double x, double y);
void bell_path_end(struct path *p, bool close);

#endif
