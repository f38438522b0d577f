/* SPDX-License-Identifier: BSD-3-Clause */
/* report.c - results for people and, as JSON, programs. */
#include <inttypes.h>
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "error.h"
#include "grid.h"
#include "number.h"
#include "output.h"
#include "report.h"

/* JSON wants UTF-8: what is none becomes the replacement character. */
static char *as_utf8(const char *text)
{
	char *copy = allocate(3 * strlen(text) + 1, 1), *out = copy;

	for (size_t left = strlen(text), n; left; text += n, left -= n) {
		mbstate_t state = {0};

		n = mbrtowc(NULL, text, left, &state);
		if (n && n <= left) {
			out = mempcpy(out, text, n);
		} else {
			out = stpcpy(out, "\xef\xbf\xbd");
			n = 1;
		}
	}
	return copy;
}

static cJSON *text_item(const char *text)
{
	char *copy = as_utf8(text);
	cJSON *item = cJSON_CreateString(copy);

	free(copy);
	return item;
}

/* The shortest exact text; null for what is no finite number. */
static cJSON *number_item(double x)
{
	char text[NUMBER_LENGTH + 1];

	if (!isfinite(x))
		return cJSON_CreateNull();
	text[number_format(x, text)] = 0;
	return cJSON_CreateRaw(text);
}

static void add_number(cJSON *object, const char *key, double x)
{
	cJSON_AddItemToObject(object, key, number_item(x));
}

static void add_count(cJSON *object, const char *key, uint64_t n)
{
	char text[24];

	sprintf(text, "%" PRIu64, n);
	cJSON_AddRawToObject(object, key, text);
}

static const char *status_name(unsigned flags)
{
	return flags & BELL_FIT_EMPTY       ? "empty"
	       : flags & BELL_FIT_INFINITE  ? "infinite"
	       : flags & BELL_FIT_ONE_VALUE ? "one_value"
	       : flags & BELL_FIT_CONSTANT  ? "constant"
					    : "ok";
}

enum { NOTES = 8, NOTE_LENGTH = 48 };

/* What there is to say of a fit, in words; returns how many notes there are. */
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
	};
	size_t n = 0;

	if (fit->infinite)
		snprintf(note[n++], NOTE_LENGTH, "%" PRIu64 " infinite value%s", fit->infinite,
			 fit->infinite == 1 ? "" : "s");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (fit->flags & texts[i].flag)
			snprintf(note[n++], NOTE_LENGTH, "%s", texts[i].text);
	return n;
}

static cJSON *fit_item(const char *name, const struct bell_fit *fit)
{
	cJSON *item = cJSON_CreateObject(), *interval, *list;
	char note[NOTES][NOTE_LENGTH];
	size_t count = notes(fit, note);

	cJSON_AddItemToObject(item, "name", text_item(name));
	add_count(item, "n", fit->count);
	add_count(item, "missing", fit->missing);
	cJSON_AddStringToObject(item, "status", status_name(fit->flags));
	if (fit->transform.method == BELL_BOX_COX)
		cJSON_AddStringToObject(item, "method", "box-cox");
	add_number(item, "lambda", fit->lambda);
	interval = cJSON_AddArrayToObject(item, "ci95");
	cJSON_AddItemToArray(interval, number_item(fit->ci95[0]));
	cJSON_AddItemToArray(interval, number_item(fit->ci95[1]));
	add_number(item, "log_likelihood", fit->log_likelihood);
	add_number(item, "lr_vs_identity", fit->lr_vs_identity);
	add_number(item, "mean", fit->mean);
	add_number(item, "sd", fit->sd);
	add_number(item, "skewness_before", fit->skewness_before);
	add_number(item, "skewness_after", fit->skewness_after);
	add_number(item, "kurtosis_before", fit->kurtosis_before);
	add_number(item, "kurtosis_after", fit->kurtosis_after);
	list = cJSON_AddArrayToObject(item, "notes");
	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString(note[i]));
	return item;
}

static cJSON *stats_item(const char *name, const struct bell_moments *m)
{
	cJSON *item = cJSON_CreateObject();

	cJSON_AddItemToObject(item, "name", text_item(name));
	add_count(item, "n", m->count);
	add_count(item, "missing", m->missing);
	add_count(item, "infinite", m->infinite);
	add_number(item, "mean", m->mean);
	add_number(item, "sd", bell_moments_sd(m, true));
	add_number(item, "skewness", bell_moments_skewness(m, true));
	add_number(item, "kurtosis", bell_moments_kurtosis(m, true));
	add_number(item, "min", m->min);
	add_number(item, "max", m->max);
	return item;
}

/* {"bellshape": version, "columns": [...], "skipped": [...]}, with the columns to be filled in. */
static cJSON *json_begin(const struct source *s, cJSON **columns)
{
	cJSON *root = cJSON_CreateObject(), *skipped;

	cJSON_AddStringToObject(root, "bellshape", bell_version());
	*columns = cJSON_AddArrayToObject(root, "columns");
	skipped = cJSON_AddArrayToObject(root, "skipped");
	for (size_t i = 0; i < s->columns; i++)
		if (s->column[i].kind == KIND_TEXT)
			cJSON_AddItemToArray(skipped, text_item(s->column[i].name));
	return root;
}

static void print_json(cJSON *root, struct output *out)
{
	char *text = cJSON_Print(root);

	if (!text)
		die(EXIT_DATA, "out of memory");
	output_print(out, "%s\n", text);
	free(text);
	cJSON_Delete(root);
}

/* For people: which columns were left out, and why, on stderr. */
static void tell_skipped(const struct source *s)
{
	enum { MOST = 8 };
	size_t count = 0, size;
	char *text;
	FILE *list = open_memstream(&text, &size);

	if (!list)
		die(EXIT_DATA, "out of memory");
	for (size_t i = 0; i < s->columns; i++) {
		const struct column *c = &s->column[i];

		if (c->kind != KIND_TEXT || count++ >= MOST)
			continue;
		fprintf(list, "%s%s", count > 1 ? ", " : "", show_name(c->name));
		if (c->sample)
			fprintf(list, " (line %" PRIu64 ": %s)", c->sample_line, c->sample);
	}
	if (fclose(list))
		die(EXIT_DATA, "out of memory");
	if (count)
		note("%s: %zu text column%s skipped: %s%s", s->in.label, count,
		     count == 1 ? "" : "s", text, count > MOST ? ", ..." : "");
	free(text);
}

/* Without the sign and the digits of what is nothing but rounding. */
static double tidy(double x, double least) { return fabs(x) < least ? 0 : x; }

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
		grid_add(g, "[%.4g, %.4g]", fit->ci95[0], fit->ci95[1]);
	}
	grid_add(g, "%s", all);
}

/* What both reports end with: the table for people, or the JSON if there is one. */
static void print(const struct source *s, struct grid *g, cJSON *root)
{
	struct output out;

	output_open(&out, NULL, false);
	if (root)
		print_json(root, &out);
	else
		grid_print(g, &out, colors(STDOUT_FILENO));
	output_end(&out);
	if (!root)
		tell_skipped(s);
}

void report_fit(const struct source *s, const struct bell_model *model, bool json)
{
	static const char *const head[] = {
	    "column",          "n",   "missing", "skewness before -> after", "lambda",
	    "[95 % interval]", "note"};
	struct grid g = {.columns = sizeof head / sizeof *head};
	cJSON *columns, *root = json ? json_begin(s, &columns) : NULL;

	for (size_t i = 0; i < g.columns && !json; i++)
		grid_add(&g, "%s", head[i]);
	for (size_t i = 0; i < bell_model_columns(model); i++) {
		const struct bell_fit *fit = bell_model_fit(model, i);

		if (json)
			cJSON_AddItemToArray(columns, fit_item(bell_model_name(model, i), fit));
		else
			add_fit_row(&g, bell_model_name(model, i), fit);
	}
	print(s, &g, root);
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

void report_stats(const struct source *s, const struct bell_moments *moments, bool json)
{
	static const char *const head[] = {"column", "n",   "missing",  "mean",     "sd",
					   "min",    "max", "skewness", "kurtosis", "note"};
	struct grid g = {.columns = sizeof head / sizeof *head};
	cJSON *columns, *root = json ? json_begin(s, &columns) : NULL;

	for (size_t i = 0; i < g.columns && !json; i++)
		grid_add(&g, "%s", head[i]);
	for (size_t k = 0; k < s->used; k++) {
		const char *name = s->column[s->use[k]].name;

		if (json)
			cJSON_AddItemToArray(columns, stats_item(name, &moments[k]));
		else
			add_stats_row(&g, name, &moments[k]);
	}
	print(s, &g, root);
}

void report_no_numbers(const struct source *s)
{
	for (size_t i = 0; i < s->columns; i++) {
		const struct column *c = &s->column[i];

		if (c->kind == KIND_TEXT && c->sample)
			die(EXIT_DATA,
			    "%s:%" PRIu64 ": no column of numbers: column %s has %s here",
			    s->in.label, c->sample_line, show_name(c->name), c->sample);
	}
	die(EXIT_DATA, "%s: no column of numbers is left", s->in.label);
}
