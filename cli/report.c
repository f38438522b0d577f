/* SPDX-License-Identifier: BSD-3-Clause */
/* report.c - results for people and, as JSON, for programs. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bellshape/backend.h>
#include <bellshape/fit.h>

#include "error.h"
#include "grid.h"
#include "json.h"
#include "output.h"
#include "report.h"
#include "source.h"
#include "text.h"
#include "utf8.h"

/* Names why nothing was estimated, or is "ok". */
static const char *status_name(unsigned flags)
{
	static const enum bell_fit_flag reasons[] = {BELL_FIT_EMPTY, BELL_FIT_INFINITE,
						     BELL_FIT_ONE_VALUE, BELL_FIT_CONSTANT};

	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (flags & reasons[i])
			return bell_fit_flag_name(reasons[i]);
	return "ok";
}

enum { NOTES = 11, NOTE_LENGTH = 48 };

/*
 * A kurtosis that is above this after the transform is told: the power transform
 * takes skewness away, but not heavy tails.
 */
#define NOTED_KURTOSIS 2

/* Writes what there is to say of a fit, in words; returns how many notes there are. */
static size_t notes(const struct bell_fit *fit, char note[NOTES][NOTE_LENGTH])
{
	static const struct {
		unsigned flag;
		const char *text;
	} texts[] = {
	    {BELL_FIT_EMPTY, "no values"},
	    {BELL_FIT_ONE_VALUE, "one value"},
	    {BELL_FIT_CONSTANT, "constant"},
	    {BELL_FIT_BOUND, "lambda at its bound"},
	    {BELL_FIT_NOT_IDENTIFIED, "lambda 1 fits as well"},
	    {BELL_FIT_ILL_CONDITIONED, "ill-conditioned"},
	    {BELL_FIT_COARSE, "plain transform loses digits"},
	    {BELL_FIT_TWO_VALUES, "two values"},
	};
	size_t n = 0;

	if (fit->infinite)
		snprintf(note[n++], NOTE_LENGTH, "%" PRIu64 " infinite value%s", fit->infinite,
			 fit->infinite == 1 ? "" : "s");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (fit->flags & texts[i].flag)
			snprintf(note[n++], NOTE_LENGTH, "%s", texts[i].text);
	if (fit->flags & BELL_FIT_COLLAPSED)
		snprintf(note[n++], NOTE_LENGTH, "%.3g %% of the values collapse",
			 100 * fit->collapsed);
	if (fit->kurtosis_after > NOTED_KURTOSIS)
		snprintf(note[n++], NOTE_LENGTH, "heavy tails: kurtosis %.1f -> %.1f",
			 fit->kurtosis_before, fit->kurtosis_after);
	return n;
}

static void add_names(cJSON *item, const struct bell_fit *fit)
{
	cJSON *flags = json_add(item, "flags", json_array());
	cJSON *list = json_add(item, "notes", json_array());
	char note[NOTES][NOTE_LENGTH];
	size_t count = notes(fit, note);
	const char *name;

	for (unsigned flag = 1; (name = bell_fit_flag_name(flag)); flag <<= 1)
		if (fit->flags & flag)
			json_append(flags, json_text(name));
	for (size_t i = 0; i < count; i++)
		json_append(list, json_text(note[i]));
}

/* The name of a column; a name that is not UTF-8 has its bytes beside it, as in a model. */
static void add_name(cJSON *item, const char *name)
{
	json_add(item, "name", json_text(name));
	if (!utf8_valid(name))
		json_add(item, "name_bytes", json_bytes(name));
}

static cJSON *fit_item(const char *name, const struct bell_fit *fit)
{
	cJSON *item = json_object(), *interval;

	add_name(item, name);
	json_add(item, "n", json_count(fit->count));
	json_add(item, "missing", json_count(fit->missing));
	json_add(item, "status", json_text(status_name(fit->flags)));
	if (fit->transform.method == BELL_BOX_COX)
		json_add(item, "method", json_text("box-cox"));
	json_add(item, "lambda", json_number(fit->lambda));
	interval = json_add(item, "ci95", json_array());
	json_append(interval, json_number(fit->ci95[0]));
	json_append(interval, json_number(fit->ci95[1]));
	json_add(item, "log_likelihood", json_number(fit->log_likelihood));
	json_add(item, "lr_vs_identity", json_number(fit->lr_vs_identity));
	json_add(item, "mean", json_number(fit->mean));
	json_add(item, "sd", json_number(fit->sd));
	json_add(item, "skewness_before", json_number(fit->skewness_before));
	json_add(item, "skewness_after", json_number(fit->skewness_after));
	json_add(item, "kurtosis_before", json_number(fit->kurtosis_before));
	json_add(item, "kurtosis_after", json_number(fit->kurtosis_after));
	json_add(item, "collapsed", json_number(fit->collapsed));
	add_names(item, fit);
	return item;
}

static cJSON *stats_item(const char *name, const struct bell_moments *m)
{
	cJSON *item = json_object();

	add_name(item, name);
	json_add(item, "n", json_count(m->count));
	json_add(item, "missing", json_count(m->missing));
	json_add(item, "infinite", json_count(m->infinite));
	json_add(item, "mean", json_number(m->mean));
	json_add(item, "sd", json_number(bell_moments_sd(m, true)));
	json_add(item, "skewness", json_number(bell_moments_skewness(m, true)));
	json_add(item, "kurtosis", json_number(bell_moments_kurtosis(m, true)));
	json_add(item, "min", json_number(m->min));
	json_add(item, "max", json_number(m->max));
	return item;
}

/* The report is {"bellshape": version, "columns": [...], "skipped": [...]}. */
static void json_begin(struct output *out)
{
	output_print(out, "{\n\t\"bellshape\":\t\"%s\",\n\t\"columns\":\t[", bell_version());
}

/* Writes the item of a column, which is number k in use. */
static void json_column(cJSON *item, size_t k, struct output *out)
{
	if (k)
		output_put(out, ", ", 2);
	json_print(item, 2, out);
}

static void json_end(const struct source *s, struct output *out)
{
	static const char before[] = "],\n\t\"skipped\":\t", after[] = "\n}\n";
	cJSON *skipped = json_array();

	for (size_t i = 0; i < s->columns; i++)
		if (s->column[i].kind == KIND_TEXT)
			json_append(skipped, json_text(s->column[i].name));
	output_put(out, before, sizeof before - 1);
	json_print(skipped, 1, out);
	output_put(out, after, sizeof after - 1);
}

/* Returns 0 for what is nothing but rounding, so that it has no sign and no digits. */
static double tidy(double x, double smallest) { return fabs(x) < smallest ? 0 : x; }

static void add_fit_row(struct grid *g, const char *name, const struct bell_fit *fit)
{
	char note[NOTES][NOTE_LENGTH], all[NOTES * NOTE_LENGTH] = "";
	size_t count = notes(fit, note);

	for (size_t i = 0; i < count; i++)
		strcat(strcat(all, i ? ", " : ""), note[i]);
	grid_add(g, "%s", name);
	grid_add(g, "%" PRIu64, fit->count);
	grid_add(g, "%" PRIu64, fit->missing);
	if (strcmp(status_name(fit->flags), "ok") != 0) { /* nothing was estimated */
		for (int i = 0; i < 3; i++)
			grid_add(g, "-");
	} else {
		grid_add(g, "%.2f -> %5.2f", tidy(fit->skewness_before, 0.005),
			 tidy(fit->skewness_after, 0.005));
		grid_add(g, "%.4g", tidy(fit->lambda, 1e-12));
		if (isnan(fit->ci95[0]))
			grid_add(g, "-");
		else
			grid_add(g, "[%.4g, %.4g]", fit->ci95[0], fit->ci95[1]);
	}
	grid_add(g, "%s", all);
}

static void add_head(struct grid *g, const char *const *head)
{
	for (size_t i = 0; i < g->columns; i++)
		grid_add(g, "%s", head[i]);
}

static void fit_table(const struct bell_model *model, struct output *out)
{
	static const char *const head[] = {
	    "column",          "n",   "missing", "skewness before -> after", "lambda",
	    "[95 % interval]", "note"};
	struct grid g = {.columns = sizeof head / sizeof *head};

	add_head(&g, head);
	for (size_t i = 0; i < bell_model_columns(model); i++)
		add_fit_row(&g, bell_model_name(model, i), bell_model_fit(model, i));
	grid_print(&g, out, colors(STDOUT_FILENO));
}

static void fit_json(const struct source *s, const struct bell_model *model, struct output *out)
{
	json_begin(out);
	for (size_t i = 0; i < bell_model_columns(model); i++)
		json_column(fit_item(bell_model_name(model, i), bell_model_fit(model, i)), i, out);
	json_end(s, out);
}

static void add_stats_row(struct grid *g, const char *name, const struct bell_moments *m)
{
	const double values[] = {
	    m->mean, bell_moments_sd(m, true),       m->min,
	    m->max,  bell_moments_skewness(m, true), bell_moments_kurtosis(m, true)};

	grid_add(g, "%s", name);
	grid_add(g, "%" PRIu64, m->count);
	grid_add(g, "%" PRIu64, m->missing);
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		isnan(values[i]) ? grid_add(g, "-") : grid_add(g, "%.5g", values[i]);
	if (m->infinite)
		grid_add(g, "%" PRIu64 " infinite value%s", m->infinite,
			 m->infinite == 1 ? "" : "s");
	else
		grid_add(g, "%s", "");
}

static void stats_table(const struct source *s, const struct bell_moments *moments,
			struct output *out)
{
	static const char *const head[] = {"column", "n",   "missing",  "mean",     "sd",
					   "min",    "max", "skewness", "kurtosis", "note"};
	struct grid g = {.columns = sizeof head / sizeof *head};

	add_head(&g, head);
	for (size_t k = 0; k < s->used; k++)
		add_stats_row(&g, s->column[s->use[k]].name, &moments[k]);
	grid_print(&g, out, colors(STDOUT_FILENO));
}

static void stats_json(const struct source *s, const struct bell_moments *moments,
		       struct output *out)
{
	json_begin(out);
	for (size_t k = 0; k < s->used; k++)
		json_column(stats_item(s->column[s->use[k]].name, &moments[k]), k, out);
	json_end(s, out);
}

/*
 * Returns the columns of text, or the doubtful ones of them, with their first text and its line,
 * and counts them.
 */
static char *text_columns(const struct source *s, bool doubtful, size_t *count)
{
	enum { MAX_SHOWN = 8 };
	size_t size;
	char *text;
	FILE *list = open_memstream(&text, &size);

	if (!list)
		out_of_memory();
	*count = 0;
	for (size_t i = 0; i < s->columns; i++) {
		const struct column *c = &s->column[i];

		if (c->kind != KIND_TEXT || (doubtful && !c->doubtful) || ++*count > MAX_SHOWN)
			continue;
		fprintf(list, "%s%s", *count > 1 ? ", " : "", show_name(c->name));
		if (c->sample)
			fprintf(list, " (line %" PRIu64 ": %s)", c->sample_line, c->sample);
	}
	if (*count > MAX_SHOWN)
		fputs(", ...", list);
	if (fflush(list) || ferror(list) || fclose(list))
		out_of_memory();
	return text;
}

/*
 * Returns what is told of the columns of text on standard error, or NULL if there are none.  JSON
 * has their names; but that a column may be read as numbers after all is told there, too.
 */
static char *skipped(const struct source *s, bool json)
{
	size_t count;
	char *text = text_columns(s, json, &count), *message = NULL;
	int n = 0;

	if (count && json)
		n = asprintf(&message, "%s: note: taken for text: %s", s->in.label, text);
	else if (count)
		n = asprintf(&message, "%s: %zu text column%s skipped: %s", s->in.label, count,
			     count == 1 ? "" : "s", text);
	if (n < 0)
		out_of_memory();
	free(text);
	return message;
}

void report_fit(struct report *r, const struct source *s, const struct bell_model *model, bool json)
{
	output_open(&r->out, NULL, true);
	if (json)
		fit_json(s, model, &r->out);
	else
		fit_table(model, &r->out);
	r->skipped = skipped(s, json);
}

void report_stats(struct report *r, const struct source *s, const struct bell_moments *moments,
		  bool json)
{
	output_open(&r->out, NULL, true);
	if (json)
		stats_json(s, moments, &r->out);
	else
		stats_table(s, moments, &r->out);
	r->skipped = skipped(s, json);
}

void report_doubts(const struct source *s)
{
	char *doubts = skipped(s, true);

	if (doubts)
		note("%s", doubts);
	free(doubts);
}

void report_print(struct report *r) { output_end(&r->out); }

void report_end(struct report *r)
{
	if (r->skipped)
		note("%s", r->skipped);
	free(r->skipped);
}

void report_no_numbers(const struct source *s)
{
	bool found = false;
	size_t count;

	for (size_t i = 0; i < s->columns; i++)
		found |= s->column[i].kind == KIND_TEXT && s->column[i].sample;
	if (found)
		die(EXIT_DATA, "%s: no column of numbers, but text: %s", s->in.label,
		    text_columns(s, false, &count));
	die(EXIT_DATA, "%s: no column of numbers is left", s->in.label);
}
