/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * scaling_chart.c - a picture of scaling.c: a line for each job says how many times as fast as one
 * thread N threads are, beside the ideal, which is N.  Both axes are logarithms of base 2.
 */
#include <math.h>
#include <string.h>
#include "report.h"

#define WIDTH  860.0
#define HEIGHT 480.0
#define LEFT   60.0
#define TOP    70.0
#define RIGHT  520.0 /* of the axes; the names of the jobs are right of them */
#define BOTTOM (HEIGHT - 50)
#define LINE   22.0 /* between names */

static const char *const color[] = {"#98a2ad", "#1f3b5c", "#2e86ab", "#e29e21", "#d1495b",
				    "#6a4c93", "#5b8c5a", "#7d8590", "#b35c1e"};
enum { COLORS = sizeof color / sizeof *color };

/* The place of a number of threads, or of a speedup, between 1 and `most`. */
static double across(double threads, double most)
{
	return LEFT + (RIGHT - LEFT) * log2(threads) / log2(most);
}

static double up(double speedup, double most)
{
	return BOTTOM - (BOTTOM - TOP) * log2(fmax(speedup, 1)) / log2(most);
}

static void head(const struct report *r, double most, FILE *out)
{
	fprintf(
	    out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
	    "width=\"%.0f\" height=\"%.0f\" font-family=\"Helvetica, Arial, sans-serif\" "
	    "font-size=\"11\" fill=\"#333\">\n"
	    "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
	    "<text x=\"20\" y=\"28\" font-size=\"16\" font-weight=\"bold\">How many times as fast "
	    "as one thread</text>\n"
	    "<text x=\"20\" y=\"46\" fill=\"#666\">by the number of threads; least of %zu "
	    "interleaved samples; dashed: as many times as threads</text>\n",
	    WIDTH, HEIGHT, WIDTH, HEIGHT, r->repetitions);
	for (double tick = 1; tick <= most; tick *= 2)
		fprintf(out,
			"<path d=\"M%.1f %.1fV%.1fM%.1f %.1fH%.1f\" stroke=\"#dde2e7\"/>"
			"<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%g</text>"
			"<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n",
			across(tick, most), TOP, BOTTOM, LEFT, up(tick, most), RIGHT,
			across(tick, most), BOTTOM + 18, tick, LEFT - 8, up(tick, most) + 4, tick);
	fprintf(out,
		"<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#333\" stroke-dasharray=\"5 4\"/>\n",
		LEFT, BOTTOM, RIGHT, TOP);
}

static void line(const struct scaling *row, size_t i, double most, FILE *out)
{
	double y = TOP + 10 + LINE * (double)i, last = row->ns[0] / row->ns[row->n - 1];

	fputs("<path d=\"", out);
	for (size_t k = 0; k < row->n; k++)
		fprintf(out, "%c%.1f %.1f", k ? 'L' : 'M', across(row->threads[k], most),
			up(row->ns[0] / row->ns[k], most));
	fprintf(out,
		"\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n"
		"<path d=\"M%.1f %.1fh18\" stroke=\"%s\" stroke-width=\"3\"/>"
		"<text x=\"%.1f\" y=\"%.1f\">%s, %s: %.2f</text>\n",
		color[i % COLORS], RIGHT + 30, y, color[i % COLORS], RIGHT + 56, y + 4,
		row->first->what, row->first->place, last);
}

void scaling_svg(const struct report *r, FILE *out)
{
	struct scaling row;
	double most = 2;
	size_t lines = 0;

	for (size_t i = 0; i < r->list->n; i++)
		most = fmax(most, r->list->bench[i].threads);
	head(r, most, out);
	for (size_t i = 0; i < r->list->n; i++)
		if (scaling_row(r, i, &row) && strcmp(row.first->group, "region") != 0)
			line(&row, lines++, most, out);
	fputs("</svg>\n", out);
}
