/* SPDX-License-Identifier: BSD-3-Clause */
/* draw.c - frames and axes of pictures. */
#include <math.h>
#include <string.h>
#include "report/draw.h"
#include "report/style.h"

const char *bell_report_picture_name(enum bell_report_picture picture)
{
	static const char *const names[BELL_REPORT_PICTURES] = {
	    [BELL_REPORT_HISTOGRAM_BEFORE] = "histogram-before",
	    [BELL_REPORT_HISTOGRAM_AFTER] = "histogram-after",
	    [BELL_REPORT_QQ_BEFORE] = "qq-before",
	    [BELL_REPORT_QQ_AFTER] = "qq-after",
	    [BELL_REPORT_LIKELIHOOD] = "profile"};

	return (unsigned)picture < BELL_REPORT_PICTURES ? names[picture] : NULL;
}

/*
 * The ranges of histograms that are drawn.  Steps between ticks are doubles then, and so are the
 * ends of the axis; and no tick is more than 2^53 steps from 0, where the next one would be equal.
 */
#define MIN_RANGE    1e-300
#define MAX_RANGE    1e300
#define NARROW_RANGE 0x1p-40

static bool has_axis(const struct bell_histogram *h)
{
	double low = h->edge[0], high = h->edge[h->bins], range = high - low;

	return range >= MIN_RANGE && range <= MAX_RANGE &&
	       range >= NARROW_RANGE * fmax(fabs(low), fabs(high));
}

static bool is_spread(const struct bell_qq *q) { return q->sd > 0 && isfinite(q->sd); }

bool bell_report_has_picture(const struct bell_report_numbers *n, enum bell_report_picture picture)
{
	if (!n)
		return false;
	switch (picture) {
	case BELL_REPORT_HISTOGRAM_BEFORE:
		return is_spread(&n->qq_before) && has_axis(&n->histogram_before);
	case BELL_REPORT_QQ_BEFORE:
		return is_spread(&n->qq_before);
	case BELL_REPORT_HISTOGRAM_AFTER:
		return !n->overflows && is_spread(&n->qq_after) && has_axis(&n->histogram_after);
	case BELL_REPORT_QQ_AFTER:
		return !n->overflows && is_spread(&n->qq_after);
	case BELL_REPORT_LIKELIHOOD:
		return n->profile_points > 0;
	}
	return false;
}

void bell_draw(const struct drawing *d)
{
	switch (d->picture) {
	case BELL_REPORT_HISTOGRAM_BEFORE:
	case BELL_REPORT_HISTOGRAM_AFTER:
		bell_draw_histogram(d);
		break;
	case BELL_REPORT_QQ_BEFORE:
	case BELL_REPORT_QQ_AFTER:
		bell_draw_qq(d);
		break;
	case BELL_REPORT_LIKELIHOOD:
		bell_draw_profile(d);
		break;
	}
}

void bell_draw_begin(const struct drawing *d, const char *title)
{
	struct page *p = d->page;
	const char *name = bell_report_picture_name(d->picture);

	bell_print(p, "<svg%s viewBox=\"0 0 %d %d\" role=\"img\" ",
		   d->alone ? " xmlns=\"http://www.w3.org/2000/svg\" width=\"640\"" : "", WIDTH,
		   HEIGHT);
	bell_print(p, "aria-labelledby=\"%s-%s\" aria-describedby=\"%s-%s-d\">", d->id, name, d->id,
		   name);
	if (d->alone) {
		bell_put(p, "<style>");
		bell_put(p, bell_style_colors);
		bell_put(p, bell_style_pictures);
		bell_print(p, "</style><rect width=\"%d\" height=\"%d\" class=\"paper\"/>", WIDTH,
			   HEIGHT);
	}
	bell_print(p, "<title id=\"%s-%s\">", d->id, name);
	bell_text(p, d->column->name);
	bell_print(p, ": %s</title><desc id=\"%s-%s-d\">", title, d->id, name);
}

void bell_draw_described(const struct drawing *d) { bell_put(d->page, "</desc>"); }
void bell_draw_end(const struct drawing *d) { bell_put(d->page, "</svg>"); }

/* ---- axes ---- */

/* Returns 1, 2 or 5 times a power of ten that is at least x. */
static double nice_step(double x)
{
	double unit = pow(10, floor(log10(x)));

	return x <= unit ? unit : x <= 2 * unit ? 2 * unit : x <= 5 * unit ? 5 * unit : 10 * unit;
}

/* A label of the axis with this step. */
static struct shown label(double x, double step)
{
	return bell_decimals(x, (int)fmax(0, -floor(log10(step) + 1e-9)));
}

/* Labels beyond so many steps from 0 would be long and alike. */
#define MAX_STEPS_FROM_ZERO 2000

/* The ticks of an axis, and how their labels are written: (i - from) step/10^exponent. */
struct ticks {
	double step, first, last, from;
	int exponent;
};

static struct ticks ticks_of(const struct axis *a)
{
	enum { TICKS = 6 };
	/* Labels of numbers from 1e-3 to 1e5 need no power of ten. */
	const double small = 1e-3, large = 1e5;
	struct ticks t = {.step = nice_step((a->high - a->low) / TICKS)};
	double most;

	t.first = ceil(a->low / t.step);
	t.last = floor(a->high / t.step);
	if (fmax(fabs(t.first), fabs(t.last)) > MAX_STEPS_FROM_ZERO)
		t.from = t.first;
	most = fmax(fabs(t.first - t.from), fabs(t.last - t.from)) * t.step;
	if (most < small || most >= large)
		t.exponent = (int)floor(log10(most) + 1e-9);
	return t;
}

static void put_x_name(const struct drawing *d, const struct ticks *t, const char *title)
{
	struct page *p = d->page;

	bell_print(p, "<text class=\"name\" x=\"%d\" y=\"%d\">%s", (PLOT_LEFT + PLOT_RIGHT) / 2,
		   HEIGHT - 5, title);
	if (t->from != 0)
		bell_print(p, " %s %s", t->from < 0 ? "+" : "\xe2\x88\x92",
			   bell_number(fabs(t->from * t->step), 12).text);
	if (t->exponent)
		bell_print(p, ", in %s", bell_power(t->exponent).text);
	bell_put(p, "</text>");
}

void bell_draw_x(const struct drawing *d, const struct axis *a, const char *title)
{
	struct page *p = d->page;
	struct ticks t = ticks_of(a);
	double scale = pow(10, t.exponent);

	bell_print(p, "<path class=\"axis\" d=\"M%d %dH%d", PLOT_LEFT, PLOT_BOTTOM, PLOT_RIGHT);
	for (double i = t.first; i <= t.last; i++)
		bell_print(p, "M%s %dv4", bell_place(position_of(a, i * t.step)).text, PLOT_BOTTOM);
	bell_put(p, "\"/>");
	for (double i = t.first; i <= t.last; i++)
		bell_print(p, "<text class=\"tick\" x=\"%s\" y=\"%d\">%s</text>",
			   bell_place(position_of(a, i * t.step)).text, PLOT_BOTTOM + 15,
			   label((i - t.from) * t.step / scale, t.step / scale).text);
	put_x_name(d, &t, title);
}

void bell_draw_y(const struct drawing *d, const struct axis *a, double step, const char *title)
{
	struct page *p = d->page;
	double first = ceil(a->low / step), last = floor(a->high / step);

	bell_put(p, "<path class=\"grid\" d=\"");
	for (double i = first; i <= last; i++)
		bell_print(p, "M%d %sH%d", PLOT_LEFT, bell_place(position_of(a, i * step)).text,
			   PLOT_RIGHT);
	bell_put(p, "\"/>");
	for (double i = first; i <= last; i++)
		bell_print(p, "<text class=\"side\" x=\"%d\" y=\"%s\">%s</text>", PLOT_LEFT - 5,
			   bell_place(position_of(a, i * step) + 3.5).text,
			   label(i * step, step).text);
	bell_print(p, "<text class=\"top\" x=\"%d\" y=\"13\">%s</text>", PLOT_LEFT, title);
}

/* ---- paths ---- */

void bell_path_begin(struct path *p, struct page *page, const char *class, double least)
{
	*p = (struct path){page, least, 0, 0, false};
	bell_print(page, "<path class=\"%s\" d=\"", class);
}

void bell_path_to(struct path *p, double x, double y)
{
	if (p->begun && fabs(x - p->x) < p->least && fabs(y - p->y) < p->least)
		return;
	bell_print(p->page, "%s%s %s", p->begun ? "L" : "M", bell_place(x).text,
		   bell_place(y).text);
	p->begun = true;
	p->x = x;
	p->y = y;
}

void bell_path_end(struct path *p, bool close)
{
	bell_put(p->page, close && p->begun ? "Z\"/>" : "\"/>");
}
