/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * chart.c - a picture of the kernels. Each kernel has a row, and each place of the data a panel. A
 * dot for each backend shows its ns a value, and a tick the time that the same bytes take without
 * arithmetic.
 */
#include <math.h>
#include <string.h>
#include "report.h"

#define WIDTH  1180.0
#define LEFT   150.0 /* of the panels; the names of the kernels are left of them */
#define TOP    96.0
#define ROW    17.0
#define GAP    26.0 /* between panels */
#define PANELS 3
#define PANEL  ((WIDTH - LEFT - 20 - (PANELS - 1) * GAP) / PANELS)
#define LOW    0.02 /* ns, the ends of the axis */
#define HIGH   300.0

static const char *const place[PANELS] = {"L1", "L2", "DRAM"};
static const struct {
	const char *backend, *color;
} style[] = {{"avx512", "#1f3b5c"},
	     {"avx2", "#2e86ab"},
	     {"neon", "#1f3b5c"},
	     {"scalar", "#e29e21"},
	     {"plain", "#d1495b"}};

static const char *color_of(const char *backend)
{
	for (size_t i = 0; i < sizeof style / sizeof *style; i++)
		if (!strcmp(style[i].backend, backend))
			return style[i].color;
	return "#666666";
}

static double left_of(int panel) { return LEFT + panel * (PANEL + GAP); }

static double at_ns(int panel, double ns)
{
	double inside = fmin(fmax(ns, LOW), HIGH);

	return left_of(panel) + PANEL * log(inside / LOW) / log(HIGH / LOW);
}

static int panel_of(const struct bench *b)
{
	for (int p = 0; p < PANELS; p++)
		if (!strcmp(b->place, place[p]))
			return p;
	return 0;
}

/* Counts the kernels. In the list, the cases of one kernel follow each other. */
static size_t row_count(const struct report *r)
{
	size_t rows = 0;
	const char *what = "";

	for (size_t i = 0; i < r->list->n; i++) {
		const struct bench *b = &r->list->bench[i];

		if (strcmp(b->group, "kernel") != 0 || !strcmp(b->what, what))
			continue;
		what = b->what;
		rows++;
	}
	return rows;
}

static void head(const struct report *r, double height, FILE *out)
{
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
		"width=\"%.0f\" height=\"%.0f\" font-family=\"Helvetica, Arial, sans-serif\" "
		"font-size=\"11\" fill=\"#333\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
		"<text x=\"20\" y=\"28\" font-size=\"16\" font-weight=\"bold\">ns a value of every "
		"kernel on every backend</text>\n"
		"<text x=\"20\" y=\"46\" fill=\"#666\">one thread; median of %zu interleaved "
		"samples, line: their quartiles; clock %.2f GHz. Grey tick: the same bytes, only "
		"read, copied or written.</text>\n",
		WIDTH, height, WIDTH, height, r->repetitions, report_clock(r));
}

static void legend(FILE *out)
{
	const char *name;
	double x = LEFT;

	for (size_t i = 0; (name = bell_backend_name(i)); i++, x += 80)
		fprintf(out,
			"<circle cx=\"%.1f\" cy=\"62\" r=\"4\" fill=\"%s\"/>"
			"<text x=\"%.1f\" y=\"66\">%s</text>\n",
			x, color_of(name), x + 9, name);
}

static void axes(double bottom, FILE *out)
{
	static const double tick[] = {0.02, 0.1, 1, 10, 100};

	for (int p = 0; p < PANELS; p++) {
		fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" font-weight=\"bold\">%s</text>\n",
			left_of(p), TOP - 10, place[p]);
		for (size_t i = 0; i < sizeof tick / sizeof *tick; i++)
			fprintf(out,
				"<path d=\"M%.1f %.1fV%.1f\" stroke=\"#ccd3db\"/><text x=\"%.1f\" "
				"y=\"%.1f\" text-anchor=\"middle\" fill=\"#666\">%g</text>\n",
				at_ns(p, tick[i]), TOP, bottom, at_ns(p, tick[i]), bottom + 14,
				tick[i]);
	}
}

static void row_name(const char *name, size_t row, FILE *out)
{
	double y = TOP + ROW * (double)row;

	if (row % 2 == 0)
		fprintf(out,
			"<rect x=\"14\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
			"fill=\"#f4f6f8\"/>\n",
			y, WIDTH - 28, ROW);
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", LEFT - 10,
		y + 12.5, name);
}

static void mark(const struct report *r, const struct bench *b, size_t row, FILE *out)
{
	char label[LABEL];
	double y = TOP + ROW * ((double)row + 0.5), bound = report_memory_time(r, b);
	int p = panel_of(b);

	bench_label(b, label);
	if (bound)
		fprintf(out,
			"<path d=\"M%.1f %.1fv%.1f\" stroke=\"#98a2ad\" stroke-width=\"2\"/>\n",
			at_ns(p, bound), y - ROW / 2 + 2, ROW - 4);
	fprintf(out,
		"<path d=\"M%.1f %.1fH%.1f\" stroke=\"%s\" stroke-width=\"2\"/>"
		"<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.6\" fill=\"%s\"><title>%s: %.3f ns</title>"
		"</circle>\n",
		at_ns(p, report_quantile(r, b, 0.25)), y, at_ns(p, report_quantile(r, b, 0.75)),
		color_of(b->backend), at_ns(p, report_quantile(r, b, 0.5)), y, color_of(b->backend),
		label, report_quantile(r, b, 0.5));
}

/*
 * Draws either the names or the marks of all rows. It is called for the names first, so that the
 * stripes behind them do not cover the marks.
 */
static void rows(const struct report *r, bool marks, FILE *out)
{
	const char *what = "";
	size_t row = (size_t)-1;

	for (size_t i = 0; i < r->list->n; i++) {
		const struct bench *b = &r->list->bench[i];

		if (strcmp(b->group, "kernel") != 0)
			continue;
		if (strcmp(b->what, what) != 0) {
			what = b->what;
			row++;
			if (!marks)
				row_name(what, row, out);
		}
		if (marks)
			mark(r, b, row, out);
	}
}

void chart_svg(const struct report *r, FILE *out)
{
	double bottom = TOP + ROW * (double)row_count(r);

	head(r, bottom + 30, out);
	legend(out);
	rows(r, false, out);
	axes(bottom, out);
	rows(r, true, out);
	fputs("</svg>\n", out);
}
