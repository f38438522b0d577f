/* SPDX-License-Identifier: BSD-3-Clause */
/* draw_profile.c - the profile log-likelihood of lambda. */
#include <math.h>
#include "report/draw.h"

/* Half the 95 % quantile of chi-squared with one degree of freedom: the depth of the interval. */
#define INTERVAL_DEPTH 1.9207

/* How far below the maximum the picture goes. */
#define DEPTH 6.5

/* Labels of marks have at least this distance. */
#define MARK_WIDTH 34

/* The lambdas with names, the most important first. */
static const struct mark {
	double lambda;
	const char *name;
} marks[] = {{1, "as is"}, {0, "log"}, {0.5, "\xe2\x88\x9a"}, {2, "square"}};
enum { MARKS = sizeof marks / sizeof *marks };

static void draw_marks(const struct drawing *d, const struct axis *x)
{
	double used[MARKS];
	int count = 0;

	for (int i = 0; i < MARKS; i++) {
		double at = position_of(x, marks[i].lambda);
		bool free = marks[i].lambda > x->low && marks[i].lambda < x->high;

		if (!free)
			continue;
		bell_print(d->page, "<path class=\"mark\" d=\"M%s %dV%d\"/>", bell_place(at).text,
			   PLOT_TOP + 12, PLOT_BOTTOM);
		for (int k = 0; k < count; k++)
			free &= fabs(at - used[k]) >= MARK_WIDTH;
		if (!free)
			continue;
		used[count++] = at;
		bell_print(d->page, "<text class=\"tick\" x=\"%s\" y=\"%d\">%s</text>",
			   bell_place(fmin(at, PLOT_RIGHT - MARK_WIDTH / 4)).text, PLOT_TOP + 8,
			   marks[i].name);
	}
}

static void draw_interval(const struct drawing *d, const struct axis *x, const struct axis *y)
{
	const struct bell_fit *fit = d->column->fit;
	double low = fit->ci95[0], high = fit->ci95[1], depth = position_of(y, -INTERVAL_DEPTH);

	if (isnan(low) || isnan(high))
		return;
	low = position_of(x, fmax(low, x->low));
	high = position_of(x, fmin(high, x->high));
	bell_print(d->page, "<rect class=\"band\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\"/>",
		   bell_place(low).text, PLOT_TOP + 12, bell_place(fmax(high - low, 0.5)).text,
		   PLOT_BOTTOM - PLOT_TOP - 12);
	bell_print(d->page, "<path class=\"level\" d=\"M%d %sH%d\"/>", PLOT_LEFT,
		   bell_place(depth).text, PLOT_RIGHT);
}

static void draw_curve(const struct drawing *d, const struct axis *x, const struct axis *y)
{
	const struct bell_report_numbers *n = d->numbers;
	struct path path;
	size_t first = 0, end = n->profile_points;

	/* What lies below the picture is left out, but for one point on each side. */
	while (first + 1 < end && n->profile_log_likelihood[first + 1] < y->low &&
	       n->profile_lambda[first + 1] < d->column->fit->lambda)
		first++;
	while (end > first + 1 && n->profile_log_likelihood[end - 2] < y->low &&
	       n->profile_lambda[end - 2] > d->column->fit->lambda)
		end--;
	bell_path_begin(&path, d->page, "curve likelihood", 0.5);
	for (size_t i = first; i < end; i++)
		bell_path_to(&path, position_of(x, n->profile_lambda[i]),
			     position_of(y, n->profile_log_likelihood[i]));
	bell_path_end(&path, false);
}

static void describe(const struct drawing *d)
{
	const struct bell_fit *fit = d->column->fit;

	bell_print(d->page, "The lambda of the transform is %s", bell_number(fit->lambda, 4).text);
	if (!isnan(fit->ci95[0]))
		bell_print(d->page, ", its 95 %% interval goes from %s to %s",
			   bell_number(fit->ci95[0], 4).text, bell_number(fit->ci95[1], 4).text);
	bell_put(d->page, ".");
}

void bell_draw_profile(const struct drawing *d)
{
	const struct bell_report_numbers *n = d->numbers;
	struct axis x = {n->profile_lambda[0], n->profile_lambda[n->profile_points - 1], PLOT_LEFT,
			 PLOT_RIGHT};
	struct axis y = {-DEPTH, 0, PLOT_BOTTOM, PLOT_TOP + 22};

	bell_draw_begin(d, "profile log-likelihood of lambda");
	describe(d);
	bell_draw_described(d);
	draw_interval(d, &x, &y);
	bell_draw_y(d, &y, 2, "log-likelihood, relative to that of the transform");
	draw_marks(d, &x);
	bell_print(d->page,
		   "<clipPath id=\"%s-clip\"><path d=\"M%d 0H%dV%dH%dZ\"/></clipPath>"
		   "<g clip-path=\"url(#%s-clip)\">",
		   d->id, PLOT_LEFT, PLOT_RIGHT, PLOT_BOTTOM, PLOT_LEFT, d->id);
	draw_curve(d, &x, &y);
	bell_put(d->page, "</g>");
	bell_print(d->page, "<path class=\"points best\" d=\"M%s %sh0\"/>",
		   bell_place(position_of(&x, d->column->fit->lambda)).text,
		   bell_place(position_of(&y, 0)).text);
	bell_draw_x(d, &x, "\xce\xbb");
	bell_draw_end(d);
}
