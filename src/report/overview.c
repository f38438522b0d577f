/* SPDX-License-Identifier: BSD-3-Clause */
/* overview.c - the table of all columns. */
#include <math.h>
#include <stdlib.h>
#include "report/overview.h"
#include "report/words.h"

/* ---- the order ---- */

static int by_change(const void *a, const void *b)
{
	const struct glance *x = a, *y = b;

	if (x->change != y->change && !(isnan(x->change) && isnan(y->change)))
		return isnan(x->change) || x->change < y->change ? 1 : -1;
	return (x->column > y->column) - (x->column < y->column);
}

enum bell_status bell_glances(const struct bell_report_column *columns, size_t n,
			      struct glance **out)
{
	struct glance *glance = calloc(n + 1, sizeof *glance);

	if (!glance)
		return BELL_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		enum bell_status status = bell_report_glance(&columns[i], &glance[i]);

		if (status != BELL_OK) {
			free(glance);
			return status;
		}
		glance[i].column = i;
	}
	qsort(glance, n, sizeof *glance, by_change);
	*out = glance;
	return BELL_OK;
}

/* ---- the table ---- */

/* A histogram without anything else, for the eye alone. */
static void put_spark(struct page *p, const struct bell_histogram *h, const char *class)
{
	enum { WIDTH = 84, HEIGHT = 26 };
	double most = 0;

	for (size_t i = 0; i < h->bins; i++)
		most = fmax(most, h->count[i]);
	bell_print(p,
		   "<td class=\"spark\"><svg viewBox=\"0 0 %d %d\" aria-hidden=\"true\"><path "
		   "class=\"%s\" d=\"M0 %d",
		   WIDTH, HEIGHT, class, HEIGHT);
	for (size_t i = 0; i < h->bins; i++)
		bell_print(p, "V%sH%s",
			   bell_place(HEIGHT - (h->count[i] > 0 ? 1 : 0) -
				      (HEIGHT - 1) * h->count[i] / most)
			       .text,
			   bell_place(WIDTH * (double)(i + 1) / (double)h->bins).text);
	bell_print(p, "V%dZ\"/></svg></td>", HEIGHT);
}

static void put_interval(struct page *p, const struct bell_fit *fit)
{
	if (!isnan(fit->ci95[0]))
		bell_print(p, "%s to %s", bell_number(fit->ci95[0], 3).text,
			   bell_number(fit->ci95[1], 3).text);
}

/* The parameter that ci95 is an interval of, where columns have several methods. */
static void put_parameter(struct page *p, const struct bell_fit *fit)
{
	enum bell_method method = fit->transform.method;

	if (method == BELL_LOG_SHIFT)
		bell_print(p, "shift %s: ", bell_number(fit->transform.shift, 4).text);
	else if (method == BELL_ASINH)
		bell_print(p, "unit %s: ", bell_number(fit->transform.unit, 4).text);
	else if (bell_has_lambda(fit))
		bell_print(p, "%s %s: ", method == BELL_EXPONENTIAL ? "k" : "\xce\xbb",
			   bell_number(fit->lambda, 4).text);
}

static void put_estimate(struct page *p, const struct bell_fit *fit, bool several)
{
	if (several) {
		bell_print(p, "<td>%s</td><td class=\"wide\">",
			   bell_method_name(fit->transform.method));
		put_parameter(p, fit);
	} else {
		bell_print(p, "<td>%s</td><td class=\"wide\">",
			   bell_number(bell_has_lambda(fit) ? fit->lambda : NAN, 4).text);
	}
	put_interval(p, fit);
	bell_put(p, "</td>");
}

/* Whether a table needs the names of methods: what is estimated is not lambda in every column. */
static bool several_methods(const struct bell_report_column *columns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!bell_is_left(columns[i].fit) &&
		    (!bell_has_lambda(columns[i].fit) ||
		     columns[i].fit->transform.method != columns[0].fit->transform.method))
			return true;
	return false;
}

static void put_row(struct page *p, const struct bell_report_column *c, const struct glance *g,
		    bool several)
{
	bell_print(p, "<tr><th scope=\"row\"><a href=\"#c%zu\"><bdi>", g->column + 1);
	bell_text(p, c->name);
	bell_put(p, "</bdi></a></th>");
	if (isnan(g->change)) {
		bell_put(p, "<td></td><td></td><td></td><td></td><td class=\"wide\"></td>");
	} else {
		put_spark(p, &g->before, "before");
		put_spark(p, &g->after, "after");
		if (isnan(g->skewness_before))
			bell_put(p, "<td>\xe2\x80\x93</td>");
		else
			bell_print(p, "<td>%s \xe2\x86\x92 %s</td>",
				   bell_decimals(g->skewness_before, 2).text,
				   bell_decimals(g->skewness_after, 2).text);
		put_estimate(p, c->fit, several);
	}
	bell_put(p, "<td class=\"say\">");
	bell_put_remarks(p, &g->verdicts);
	bell_put(p, "</td></tr>\n");
}

void bell_overview(struct page *p, const struct bell_report_column *columns,
		   const struct glance *glance, size_t n)
{
	bool several = several_methods(columns, n);

	bell_print(p,
		   "<h2 id=\"all\">All columns</h2><div class=\"scroll\" role=\"region\" "
		   "aria-labelledby=\"all\" tabindex=\"0\"><table class=\"all\"><thead><tr>"
		   "<th scope=\"col\">column</th><th scope=\"col\" class=\"spark\">before</th>"
		   "<th scope=\"col\" class=\"spark\">after</th><th scope=\"col\">skewness</th>"
		   "<th scope=\"col\">%s</th><th scope=\"col\" class=\"wide\">%s95&nbsp;%% "
		   "interval</th><th scope=\"col\" class=\"say\">remarks</th>"
		   "</tr></thead><tbody>\n",
		   several ? "transform" : "\xce\xbb", several ? "estimate: " : "");
	for (size_t i = 0; i < n && p->status == BELL_OK; i++)
		put_row(p, &columns[glance[i].column], &glance[i], several);
	bell_put(p, "</tbody></table></div>\n");
}
