/* SPDX-License-Identifier: BSD-3-Clause */
/* report_stats.c - the statistics of columns for people and, as JSON, for programs. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "frequent.h"
#include "grid.h"
#include "output.h"
#include "report.h"
#include "report_parts.h"
#include "source.h"
#include "text.h"
#include "utf8.h"

/* So many texts of a column are printed, the most frequent ones. */
enum { TEXTS_IN_TABLE = 3, TEXTS_IN_JSON = 10 };

/* So many columns of a screen has a text in the table. */
enum { TEXT_WIDTH = 20 };

/* ---- JSON ---- */

static void add_extended(cJSON *item, const struct column_stats *c, const struct stats_list *stats)
{
	cJSON *list;

	json_add(item, "zeros", json_count(c->zeros));
	json_add(item, "distinct", json_number(c->distinct));
	json_add(item, "distinct_exact", json_bool(c->exact));
	list = json_add(item, "quantiles", json_array());
	for (size_t i = 0; i < stats->probabilities; i++) {
		cJSON *quantile = json_append(list, json_object());

		json_add(quantile, "probability", json_number(stats->probability[i]));
		json_add(quantile, "value", json_number(c->quantile[i]));
		json_add(quantile, "error", json_number(c->error[i]));
	}
}

static cJSON *stats_item(const struct column_stats *c, const struct stats_list *stats)
{
	cJSON *item = json_object();

	report_add_name(item, c->name, c->group);
	json_add(item, "n", json_count(c->n));
	json_add(item, "missing", json_count(c->missing));
	json_add(item, "infinite", json_count(c->infinite));
	if (stats->weighted)
		json_add(item, "weight", json_number(c->weight));
	json_add(item, "mean", json_number(c->mean));
	json_add(item, "sd", json_number(c->sd));
	json_add(item, "skewness", json_number(c->skewness));
	json_add(item, "kurtosis", json_number(c->kurtosis));
	json_add(item, "min", json_number(c->min));
	json_add(item, "max", json_number(c->max));
	if (stats->extended)
		add_extended(item, c, stats);
	return item;
}

/* A text that is longer than what is kept of it has its length beside it. */
static cJSON *text_item(const struct frequent_text *t, double lost)
{
	cJSON *item = json_object();

	json_add(item, "value", json_text(t->text));
	if (t->length > FREQUENT_KEPT)
		json_add(item, "length", json_count(t->length));
	if (!utf8_valid(t->text))
		json_add(item, "value_bytes", json_bytes(t->text));
	json_add(item, "count", json_number(t->weight));
	json_add(item, "error", json_number(lost));
	return item;
}

static cJSON *texts_item(const struct text_stats *t)
{
	cJSON *item = json_object(), *list;
	const struct frequent *f = t->texts;
	bool exact;
	double distinct = frequent_distinct(f, &exact);

	report_add_name(item, t->name, t->group);
	json_add(item, "n", json_count(f->rows));
	json_add(item, "missing", json_count(f->missing));
	json_add(item, "distinct", json_number(distinct));
	json_add(item, "distinct_exact", json_bool(exact));
	list = json_add(item, "most_frequent", json_array());
	for (size_t i = 0; i < f->count && i < TEXTS_IN_JSON; i++)
		json_append(list, text_item(&f->texts[i], f->lost));
	return item;
}

/* Each column on a line of its own, those of text last. */
static void stats_lines(const struct stats_list *stats, struct output *out)
{
	for (size_t i = 0; i < stats->columns; i++)
		json_print_line(stats_item(&stats->column[i], stats), out);
	for (size_t i = 0; i < stats->texts; i++)
		json_print_line(texts_item(&stats->text[i]), out);
}

static void stats_json(const struct source *s, const struct stats_list *stats, struct output *out)
{
	report_json_begin(out);
	for (size_t i = 0; i < stats->columns; i++)
		report_json_item(stats_item(&stats->column[i], stats), !i, out);
	report_json_skipped(s, stats->by, out);
	if (stats->extended) {
		output_print(out, ",\n\t\"text_columns\":\t[");
		for (size_t i = 0; i < stats->texts; i++)
			report_json_item(texts_item(&stats->text[i]), !i, out);
		output_print(out, "]");
	}
	report_json_end(out);
}

/* ---- tables ---- */

static void add_number(struct grid *g, double x)
{
	if (isnan(x))
		grid_add(g, "-");
	else
		grid_add(g, "%.5g", x);
}

/* The first cells of a row. */
static void add_names(struct grid *g, const char *name, const char *group)
{
	grid_add(g, "%s", name);
	if (group)
		grid_add(g, "%s", group);
}

static void add_moments(struct grid *g, const struct column_stats *c, bool weighted,
			bool histograms)
{
	add_names(g, c->name, c->group);
	grid_add(g, "%" PRIu64, c->n);
	grid_add(g, "%" PRIu64, c->missing);
	if (weighted)
		add_number(g, c->weight);
	add_number(g, c->mean);
	add_number(g, c->sd);
	add_number(g, c->min);
	add_number(g, c->max);
	add_number(g, c->skewness);
	add_number(g, c->kurtosis);
	if (histograms)
		grid_add(g, "%s", c->bars.text);
	if (c->infinite)
		grid_add(g, "%" PRIu64 " infinite value%s", c->infinite,
			 c->infinite == 1 ? "" : "s");
	else
		grid_add(g, "%s", "");
}

static void moments_table(const struct stats_list *stats, struct output *out)
{
	static const char *const moments[] = {"mean", "sd", "min", "max", "skewness", "kurtosis"};
	const char *head[12] = {"column", "n", "missing"};
	size_t heads = 3;
	struct grid g;

	if (stats->weighted)
		head[heads++] = "weight";
	for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
		head[heads++] = moments[i];
	if (stats->histograms)
		head[heads++] = "histogram ";
	head[heads++] = "note";
	report_add_head(&g, stats->by, head, heads);
	for (size_t i = 0; i < stats->columns; i++)
		add_moments(&g, &stats->column[i], stats->weighted, stats->histograms);
	grid_print(&g, out, colors(STDOUT_FILENO));
}

/* An estimate is marked, and rounded to the three digits that may be right. */
static void add_distinct(struct grid *g, double distinct, bool exact)
{
	double unit = pow(10, floor(log10(distinct)) - 2);

	if (exact)
		grid_add(g, "%.0f", distinct);
	else
		grid_add(g, "~%.0f", rint(distinct / unit) * unit);
}

/* The columns of a grid but the last and the first stand to the right; the last is left empty. */
static void quantiles_table(const struct stats_list *stats, struct output *out)
{
	static const char *const head[] = {"column", "zeros", "distinct"};
	struct grid g;

	report_add_head(&g, stats->by, head, sizeof head / sizeof *head);
	g.columns += stats->probabilities + 1;
	for (size_t i = 0; i < stats->probabilities; i++)
		grid_add(&g, "%.6g %%", 100 * stats->probability[i]);
	grid_add(&g, "%s", "");
	for (size_t i = 0; i < stats->columns; i++) {
		const struct column_stats *c = &stats->column[i];

		add_names(&g, c->name, c->group);
		grid_add(&g, "%" PRIu64, c->zeros);
		add_distinct(&g, c->distinct, c->exact);
		for (size_t j = 0; j < stats->probabilities; j++)
			add_number(&g, c->quantile[j]);
		grid_add(&g, "%s", "");
	}
	grid_print(&g, out, colors(STDOUT_FILENO));
}

/* Writes the most frequent texts with their counts, or with what these are at least and at most. */
static void add_texts(struct grid *g, const struct frequent *f)
{
	char all[TEXTS_IN_TABLE * (ESCAPED_SIZE(TEXT_WIDTH) + 80)] = "", *end = all;

	for (size_t i = 0; i < f->count && i < TEXTS_IN_TABLE; i++) {
		const struct frequent_text *t = &f->texts[i];
		char text[ESCAPED_SIZE(TEXT_WIDTH)];

		escape(t->text, strlen(t->text), TEXT_WIDTH, text);
		end += sprintf(end, "%s\"%s\" %.6g", i ? ", " : "", text, t->weight);
		if (f->lost > 0)
			end += sprintf(end, " to %.6g", t->weight + f->lost);
	}
	grid_add(g, "%s", all);
}

static void texts_table(const struct stats_list *stats, struct output *out)
{
	static const char *const head[] = {"column", "n", "missing", "distinct", "most frequent"};
	struct grid g;

	report_add_head(&g, stats->by, head, sizeof head / sizeof *head);
	for (size_t i = 0; i < stats->texts; i++) {
		const struct text_stats *t = &stats->text[i];
		bool exact;
		double distinct = frequent_distinct(t->texts, &exact);

		add_names(&g, t->name, t->group);
		grid_add(&g, "%" PRIu64, t->texts->rows);
		grid_add(&g, "%" PRIu64, t->texts->missing);
		add_distinct(&g, distinct, exact);
		add_texts(&g, t->texts);
	}
	grid_print(&g, out, colors(STDOUT_FILENO));
}

static void stats_tables(const struct stats_list *stats, struct output *out)
{
	if (stats->columns)
		moments_table(stats, out);
	if (stats->columns && stats->extended) {
		output_print(out, "\n");
		quantiles_table(stats, out);
	}
	if (stats->columns && stats->texts)
		output_print(out, "\n");
	if (stats->texts)
		texts_table(stats, out);
}

void report_stats(struct report *r, const struct source *s, const struct stats_list *stats,
		  bool json)
{
	output_open(&r->out, NULL, true);
	if (json && stats->lines)
		stats_lines(stats, &r->out);
	else if (json)
		stats_json(s, stats, &r->out);
	else
		stats_tables(stats, &r->out);
	r->skipped = report_skipped(s, json || stats->extended);
}
