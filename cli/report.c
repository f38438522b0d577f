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
#include "report_parts.h"
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
	    {BELL_FIT_NOT_IDENTIFIED, "lambda 1 fits as well"},
	    {BELL_FIT_ILL_CONDITIONED, "ill-conditioned"},
	    {BELL_FIT_COARSE, "plain transform loses digits"},
	    {BELL_FIT_TWO_VALUES, "two values"},
	};
	size_t n = 0;

	if (fit->flags & BELL_FIT_BOUND)
		snprintf(note[n++], NOTE_LENGTH, "lambda %sat its bound",
			 fit->transform.method == BELL_YEO_JOHNSON_UNIT ? "or unit " : "");
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

void report_add_name(cJSON *item, const char *name, const char *group)
{
	json_add(item, "name", json_text(name));
	if (!utf8_valid(name))
		json_add(item, "name_bytes", json_bytes(name));
	if (group)
		json_add(item, "group", json_text(group));
	if (group && !utf8_valid(group))
		json_add(item, "group_bytes", json_bytes(group));
}

static cJSON *fit_item(const char *name, const char *group, const struct bell_fit *fit)
{
	cJSON *item = json_object(), *interval;

	report_add_name(item, name, group);
	json_add(item, "n", json_count(fit->count));
	json_add(item, "missing", json_count(fit->missing));
	json_add(item, "status", json_text(status_name(fit->flags)));
	if (fit->transform.method != BELL_YEO_JOHNSON)
		json_add(item, "method", json_text(bell_method_name(fit->transform.method)));
	if (fit->transform.method == BELL_YEO_JOHNSON_UNIT)
		json_add(item, "unit", json_number(fit->unit));
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

/* The report is {"bellshape": version, "columns": [...], "skipped": [...]}, and maybe more. */
void report_json_begin(struct output *out)
{
	output_print(out, "{\n\t\"bellshape\":\t\"%s\",\n\t\"columns\":\t[", bell_version());
}

void report_json_item(cJSON *item, bool first, struct output *out)
{
	if (!first)
		output_put(out, ", ", 2);
	json_print(item, 2, out);
}

void report_json_skipped(const struct source *s, const char *by, struct output *out)
{
	cJSON *skipped = json_array();

	for (size_t i = 0; i < s->columns; i++)
		if (s->column[i].kind == KIND_TEXT)
			json_append(skipped, json_text(s->column[i].name));
	output_print(out, "],\n\t\"skipped\":\t");
	json_print(skipped, 1, out);
	if (by) {
		output_print(out, ",\n\t\"by\":\t");
		json_print(json_text(by), 1, out);
	}
}

void report_json_end(struct output *out) { output_print(out, "\n}\n"); }

/* Returns 0 for what is nothing but rounding, so that it has no sign and no digits. */
static double tidy(double x, double smallest) { return fabs(x) < smallest ? 0 : x; }

static void add_fit_row(struct grid *g, const char *name, const char *group,
			const struct bell_fit *fit, bool units)
{
	char note[NOTES][NOTE_LENGTH], all[NOTES * NOTE_LENGTH] = "";
	size_t count = notes(fit, note);

	for (size_t i = 0; i < count; i++)
		strcat(strcat(all, i ? ", " : ""), note[i]);
	grid_add(g, "%s", name);
	if (group)
		grid_add(g, "%s", group);
	grid_add(g, "%" PRIu64, fit->count);
	grid_add(g, "%" PRIu64, fit->missing);
	if (strcmp(status_name(fit->flags), "ok") != 0) { /* nothing was estimated */
		for (int i = 0; i < 3 + units; i++)
			grid_add(g, "-");
	} else {
		grid_add(g, "%.2f -> %5.2f", tidy(fit->skewness_before, 0.005),
			 tidy(fit->skewness_after, 0.005));
		grid_add(g, "%.4g", tidy(fit->lambda, 1e-12));
		if (isnan(fit->ci95[0]))
			/* A fixed lambda has a likelihood, but no interval. */
			grid_add(g, isnan(fit->log_likelihood) ? "-" : "fixed");
		else
			grid_add(g, "[%.4g, %.4g]", fit->ci95[0], fit->ci95[1]);
		if (units)
			grid_add(g, "%.4g", fit->unit);
	}
	grid_add(g, "%s", all);
}

void report_add_head(struct grid *g, const char *by, const char *const *head, size_t n)
{
	*g = (struct grid){.columns = n + (by != NULL)};
	for (size_t i = 0; i < n; i++) {
		grid_add(g, "%s", head[i]);
		if (!i && by)
			grid_add(g, "%s", by);
	}
}

static void fit_table(const struct fit_list *fits, struct output *out)
{
	static const char *const head[] = {
	    "column",          "n",   "missing", "skewness before -> after", "lambda",
	    "[95 % interval]", "note"};
	static const char *const head_with_units[] = {
	    "column",          "n",    "missing", "skewness before -> after", "lambda",
	    "[95 % interval]", "unit", "note"};
	struct grid g;

	report_add_head(&g, fits->by, fits->units ? head_with_units : head,
			sizeof head / sizeof *head + fits->units);
	for (size_t i = 0; i < bell_model_columns(fits->model[0]); i++)
		for (size_t k = 0; k < fits->groups; k++)
			add_fit_row(&g, bell_model_name(fits->model[k], i),
				    fits->by ? fits->group[k] : NULL,
				    bell_model_fit(fits->model[k], i), fits->units);
	grid_print(&g, out, colors(STDOUT_FILENO));
}

static void fit_json(const struct source *s, const struct fit_list *fits, struct output *out)
{
	report_json_begin(out);
	for (size_t i = 0; i < bell_model_columns(fits->model[0]); i++)
		for (size_t k = 0; k < fits->groups; k++)
			report_json_item(fit_item(bell_model_name(fits->model[k], i),
						  fits->by ? fits->group[k] : NULL,
						  bell_model_fit(fits->model[k], i)),
					 !i && !k, out);
	report_json_skipped(s, fits->by, out);
	report_json_end(out);
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

char *report_skipped(const struct source *s, bool json)
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

void report_fit(struct report *r, const struct source *s, const struct fit_list *fits, bool json)
{
	output_open(&r->out, NULL, true);
	if (json)
		fit_json(s, fits, &r->out);
	else
		fit_table(fits, &r->out);
	r->skipped = report_skipped(s, json);
}

void report_doubts(const struct source *s)
{
	char *doubts = report_skipped(s, true);

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
