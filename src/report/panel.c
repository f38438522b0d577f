/* SPDX-License-Identifier: BSD-3-Clause */
/* panel.c - all that a report shows of one column. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "report/draw.h"
#include "report/panel.h"
#include "report/words.h"

static void put_lead(struct page *p, const struct bell_report_column *c,
		     const struct bell_report_numbers *n)
{
	const struct bell_normality *all = &n->before;
	struct bell_sketch_summary summary = {0};

	bell_sketch_summary(c->sketch, &summary);
	bell_put(p, "<p class=\"lead\">");
	if (!bell_is_left(c->fit))
		bell_put(p, bell_method_title(c->fit->transform.method));
	if (bell_has_lambda(c->fit)) {
		bell_print(p, ", \xce\xbb = %s", bell_number(c->fit->lambda, 4).text);
		if (!isnan(c->fit->ci95[0]))
			bell_print(p, ", 95 %% interval %s to %s",
				   bell_number(c->fit->ci95[0], 4).text,
				   bell_number(c->fit->ci95[1], 4).text);
	}
	if (!bell_is_left(c->fit))
		bell_put(p, " \xc2\xb7 ");
	bell_print(p, "%s value%s", bell_count((double)all->count).text,
		   all->count == 1 ? "" : "s");
	if (all->count)
		bell_print(p, " from %s to %s", bell_number(summary.min, 6).text,
			   bell_number(summary.max, 6).text);
	if (all->missing)
		bell_print(p, " \xc2\xb7 %s missing", bell_count((double)all->missing).text);
	if (all->infinite)
		bell_print(p, " \xc2\xb7 %s infinite", bell_count((double)all->infinite).text);
	if (n->sampled)
		bell_print(p, " \xc2\xb7 histograms and Q-Q plots of %s %s",
			   c->quantiles ? "evenly spaced quantiles," : "a sample of",
			   bell_count((double)n->qq_before.n).text);
	bell_put(p, "</p>");
}

static void put_row(struct page *p, const char *name, struct shown before, struct shown after)
{
	bell_print(p, "<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td></tr>", name, before.text,
		   after.text);
}

static void put_numbers(struct page *p, const struct bell_report_numbers *n)
{
	const struct bell_normality *b = &n->before, *a = &n->after;

	bell_put(p,
		 "<div class=\"numbers\"><table><caption>Numbers</caption><thead><tr><td></td>"
		 "<th scope=\"col\">before</th><th scope=\"col\">after</th></tr></thead><tbody>");
	put_row(p, "mean", bell_number(b->mean, 5), bell_decimals(a->mean, 3));
	put_row(p, "standard deviation", bell_number(b->sd, 5), bell_decimals(a->sd, 3));
	put_row(p, "skewness", bell_decimals(b->skewness, 2), bell_decimals(a->skewness, 2));
	put_row(p, "excess kurtosis", bell_decimals(b->kurtosis, 2), bell_decimals(a->kurtosis, 2));
	put_row(p, "Q-Q correlation", bell_decimals(b->qq_correlation, 4),
		bell_decimals(a->qq_correlation, 4));
	put_row(p, "distance to normal", bell_decimals(b->distance, 3),
		bell_decimals(a->distance, 3));
	put_row(p, "Anderson-Darling A\xc2\xb2", bell_number(b->anderson_darling.statistic, 3),
		bell_number(a->anderson_darling.statistic, 3));
	bell_put(p, "</tbody></table></div>");
}

static void put_pictures(struct page *p, const struct bell_report_column *c,
			 const struct bell_report_numbers *n, size_t number)
{
	static const char *const captions[BELL_REPORT_PICTURES] = {
	    "Histogram before", "Histogram after", "Q-Q plot before", "Q-Q plot after",
	    "Profile likelihood of \xce\xbb"};
	char id[32];

	snprintf(id, sizeof id, "c%zu", number);
	bell_put(p, "<div class=\"pictures\">");
	for (int i = 0; i < BELL_REPORT_PICTURES; i++) {
		struct drawing d = {p, c, n, (enum bell_report_picture)i, id, false};

		if (!bell_report_has_picture(n, d.picture))
			continue;
		bell_print(p, "<figure class=\"p%d\"><figcaption>%s</figcaption>", i, captions[i]);
		bell_draw(&d);
		bell_put(p, "</figure>");
	}
	put_numbers(p, n);
	bell_put(p, "</div>");
}

/* What is known of one family: why it was not compared, or how it compares. */
static void put_candidate(struct page *p, const struct bell_candidate *k)
{
	bell_print(p, "<tr%s><th scope=\"row\">%s%s</th>", k->chosen ? " class=\"chosen\"" : "",
		   bell_method_title(k->method), k->chosen ? " (chosen)" : "");
	if (k->refusal != BELL_NOT_REFUSED)
		bell_print(p, "<td colspan=\"3\">%s</td></tr>", bell_refusal_text(k->refusal));
	else
		bell_print(p, "<td>%u</td><td>%s</td><td>%s</td></tr>", k->parameters,
			   bell_decimals(k->aic, 1).text, bell_decimals(k->bic, 1).text);
}

static void put_candidates(struct page *p, const struct bell_report_column *c)
{
	bell_print(p,
		   "<details class=\"families\"><summary>%zu families were compared</summary>"
		   "<table><thead><tr><th scope=\"col\">family</th><th scope=\"col\">parameters"
		   "</th><th scope=\"col\">AIC</th><th scope=\"col\">BIC</th></tr></thead><tbody>",
		   c->candidates);
	for (size_t i = 0; i < c->candidates; i++)
		put_candidate(p, &c->candidate[i]);
	bell_put(p, "</tbody></table></details>");
}

void bell_panel(struct page *p, const struct bell_report_column *c, const struct glance *g)
{
	struct bell_report_numbers *n = malloc(sizeof *n);
	size_t id = g->column + 1;
	enum bell_status status = n ? bell_report_numbers(c, n) : BELL_ENOMEM;

	if (status != BELL_OK) {
		p->status = p->status == BELL_OK ? status : p->status;
		free(n);
		return;
	}
	bell_print(p,
		   "<section class=\"column\" id=\"c%zu\" aria-labelledby=\"c%zu-name\">"
		   "<h3 id=\"c%zu-name\"><bdi>",
		   id, id, id);
	bell_text(p, c->name);
	bell_put(p, "</bdi></h3>");
	put_lead(p, c, n);
	bell_put_advice(p, &g->verdicts);
	if (c->candidates)
		put_candidates(p, c);
	if (n->overflows)
		bell_put(p, "<p>The transforms of some values are beyond the numbers of a double: "
			    "no picture after the transform can show the column.</p>");
	if (bell_report_has_picture(n, BELL_REPORT_QQ_BEFORE))
		put_pictures(p, c, n, id);
	bell_put(p, "</section>\n");
	free(n);
}
