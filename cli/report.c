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

static void add_flags(cJSON *item, const struct bell_fit *fit)
{
	cJSON *flags = json_add(item, "flags", json_array());
	const char *name;

	for (unsigned flag = 1; (name = bell_fit_flag_name(flag)); flag <<= 1)
		if (fit->flags & flag)
			json_append(flags, json_text(name));
}

static void add_verdicts(cJSON *item, const struct bell_verdicts *v)
{
	cJSON *notes = json_add(item, "notes", json_array()),
	      *list = json_add(item, "verdicts", json_array());

	for (size_t i = 0; i < v->count; i++) {
		const struct bell_verdict *verdict = &v->verdict[i];
		cJSON *entry = json_append(list, json_object());
		char text[BELL_VERDICT_TEXT];

		check(bell_verdict_text(verdict, text), "the verdict");
		json_append(notes, json_text(text));
		json_add(entry, "kind", json_text(bell_verdict_name(verdict->kind)));
		json_add(entry, "number", json_number(verdict->number));
		json_add(entry, "text", json_text(text));
		json_add(entry, "advice", json_text(bell_verdict_advice(verdict->kind)));
	}
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

/* A column, and a group of it, in the lists of the fits. */
struct fit_entry {
	const char *name, *group;
	const struct bell_fit *fit;
	const struct bell_verdicts *verdicts;
	const struct bell_inference *inference; /* or NULL */
	bool left;                              /* as it is */
	const struct both_bars *bars;           /* or NULL */
};

static struct fit_entry entry_of(const struct fit_list *fits, size_t group, size_t column)
{
	const struct bell_verdicts *verdicts = &fits->verdicts[group][column];
	size_t columns = bell_model_columns(fits->model[0]);

	return (struct fit_entry){
	    .name = bell_model_name(fits->model[group], column),
	    .group = fits->by ? fits->group[group] : NULL,
	    .fit = bell_model_fit(fits->model[group], column),
	    .verdicts = verdicts,
	    .inference = fits->inference[group] ? &fits->inference[group][column] : NULL,
	    .left = fits->skip && verdicts->leave,
	    .bars = fits->bars ? &fits->bars[group * columns + column] : NULL};
}

static cJSON *fit_item(const struct fit_entry *e, bool best, bool tests)
{
	const struct bell_fit *fit = e->fit;
	cJSON *item = json_object(), *interval;

	report_add_name(item, e->name, e->group);
	json_add(item, "n", json_count(fit->count));
	json_add(item, "missing", json_count(fit->missing));
	json_add(item, "status", json_text(status_name(fit->flags)));
	if (e->left)
		json_add(item, "left_alone", json_bool(true));
	if (fit->transform.method != BELL_YEO_JOHNSON || best)
		json_add(item, "method", json_text(bell_method_name(fit->transform.method)));
	if (fit->transform.unit != 0)
		json_add(item, "unit", json_number(fit->unit));
	if (fit->transform.method == BELL_LOG_SHIFT)
		json_add(item, "shift", json_number(fit->transform.shift));
	json_add(item, "lambda", json_number(fit->lambda));
	interval = json_add(item, "ci95", json_array());
	json_append(interval, json_number(fit->ci95[0]));
	json_append(interval, json_number(fit->ci95[1]));
	if (e->inference)
		report_add_inference(item, e->inference, tests);
	json_add(item, "log_likelihood", json_number(fit->log_likelihood));
	json_add(item, "lr_vs_identity", json_number(fit->lr_vs_identity));
	json_add(item, "mean", json_number(fit->mean));
	json_add(item, "sd", json_number(fit->sd));
	json_add(item, "skewness_before", json_number(fit->skewness_before));
	json_add(item, "skewness_after", json_number(fit->skewness_after));
	json_add(item, "kurtosis_before", json_number(fit->kurtosis_before));
	json_add(item, "kurtosis_after", json_number(fit->kurtosis_after));
	json_add(item, "qq_correlation_before", json_number(e->verdicts->qq_before));
	json_add(item, "qq_correlation_after", json_number(e->verdicts->qq_after));
	json_add(item, "a2_before", json_number(e->verdicts->a2_before));
	json_add(item, "a2_after", json_number(e->verdicts->a2_after));
	json_add(item, "collapsed", json_number(fit->collapsed));
	if (fit->flags & BELL_FIT_ROBUST)
		json_add(item, "set_aside", json_number(fit->set_aside));
	add_flags(item, fit);
	add_verdicts(item, e->verdicts);
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

/* The last cell: all verdicts. */
static void add_note(struct grid *g, const struct bell_verdicts *v)
{
	char text[BELL_VERDICT_TEXT], all[BELL_MAX_VERDICTS * (BELL_VERDICT_TEXT + 2)] = "";

	for (size_t i = 0; i < v->count; i++) {
		check(bell_verdict_text(&v->verdict[i], text), "the verdict");
		strcat(strcat(all, i ? ", " : ""), text);
	}
	grid_add(g, "%s", all);
}

/* The parameter that a fit has an interval of. */
static double parameter_of(const struct bell_fit *fit)
{
	return fit->transform.method == BELL_LOG_SHIFT ? fit->transform.shift
	       : fit->transform.method == BELL_ASINH   ? fit->unit
						       : fit->lambda;
}

/* Its name, as the table has it for a method. */
static const char *parameter_name(enum bell_method method)
{
	return method == BELL_LOG_SHIFT     ? "shift"
	       : method == BELL_ASINH       ? "unit"
	       : method == BELL_EXPONENTIAL ? "k"
					    : "lambda";
}

/* Whether the table has the units of x beside lambda. */
static bool has_units(const struct fit_list *fits)
{
	return fits->method == BELL_YEO_JOHNSON_UNIT || fits->best;
}

/* Whether a method has a parameter at all. */
static bool has_parameter(const struct bell_fit *fit)
{
	return bell_method_parameters(fit->transform.method) > 0 && !isnan(fit->lambda);
}

/* `named`: columns have several methods, so the parameter needs its name. */
static void add_parameter(struct grid *g, const struct fit_entry *e, bool named)
{
	const struct bell_fit *fit = e->fit;
	enum bell_method method = fit->transform.method;
	const double *interval = e->inference ? e->inference->interval : fit->ci95;
	bool none = named ? !has_parameter(fit) : isnan(fit->lambda);

	if (e->left || none)
		grid_add(g, "-");
	else
		grid_add(g, "%s%s%.4g", named ? parameter_name(method) : "", named ? " " : "",
			 method == BELL_YEO_JOHNSON || method == BELL_BOX_COX
			     ? tidy(fit->lambda, 1e-12)
			     : parameter_of(fit));
	if (named && none && !e->left)
		grid_add(g, "-");
	else if (e->left)
		grid_add(g, "left alone");
	else if (isnan(fit->ci95[0]))
		/* A fixed lambda has a likelihood, but no interval. */
		grid_add(g, isnan(fit->log_likelihood) ? "-" : "fixed");
	else
		grid_add(g, "[%.4g, %.4g]", interval[0], interval[1]);
}

/* `chosen`: the method that was chosen, if the table has it. */
static void add_fit_row(struct grid *g, const struct fit_entry *e, const struct fit_list *fits,
			const char *chosen)
{
	const struct bell_fit *fit = e->fit;

	grid_add(g, "%s", e->name);
	if (e->group)
		grid_add(g, "%s", e->group);
	grid_add(g, "%" PRIu64, fit->count);
	grid_add(g, "%" PRIu64, fit->missing);
	if (fits->best)
		grid_add(g, "%s", chosen);
	if (strcmp(status_name(fit->flags), "ok") != 0) { /* nothing was estimated */
		for (int i = 0; i < 4 + fits->kurtosis + has_units(fits) + fits->robust; i++)
			grid_add(g, "-");
	} else {
		grid_add(g, "%.2f -> %5.2f", tidy(fit->skewness_before, 0.005),
			 tidy(fit->skewness_after, 0.005));
		if (fits->kurtosis)
			grid_add(g, "%.2f -> %5.2f", tidy(fit->kurtosis_before, 0.005),
				 tidy(fit->kurtosis_after, 0.005));
		grid_add(g, "%.3f -> %.3f", e->verdicts->qq_before, e->verdicts->qq_after);
		add_parameter(g, e, fits->best);
		if (fits->best && fit->transform.method != BELL_YEO_JOHNSON_UNIT)
			grid_add(g, "-");
		else if (has_units(fits))
			grid_add(g, "%.4g", fit->unit);
		if (fits->robust && fit->flags & BELL_FIT_ROBUST)
			grid_add(g, "%.6g", fit->set_aside);
		else if (fits->robust)
			grid_add(g, "no scale");
	}
	if (e->bars)
		grid_add(g, "%s  %s", e->bars->before.text, e->bars->after.text);
	add_note(g, e->verdicts);
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
	const char *head[12] = {"column", "n", "missing"};
	size_t n = 3;
	const struct bell_inference *found = fits->inference[0];
	char interval[40] = "[95 % interval]";
	struct grid g;

	if (fits->best)
		head[n++] = "method";
	head[n++] = "skewness before -> after";
	if (fits->kurtosis)
		head[n++] = "kurtosis before -> after";
	head[n++] = "Q-Q r before -> after";
	head[n++] = fits->best ? "estimate" : parameter_name(fits->method);
	if (found)
		snprintf(interval, sizeof interval, "[%.6g %% interval]", 100 * found->level);
	head[n++] = interval;
	if (has_units(fits))
		head[n++] = "unit";
	if (fits->robust)
		head[n++] = "set aside";
	if (fits->bars)
		head[n++] = "before      after     ";
	head[n++] = "note";
	report_add_head(&g, fits->by, head, n);
	for (size_t i = 0; i < bell_model_columns(fits->model[0]); i++)
		for (size_t k = 0; k < fits->groups; k++) {
			struct fit_entry e = entry_of(fits, k, i);

			add_fit_row(&g, &e, fits, report_method(fits->model[k], i));
		}
	grid_print(&g, out, colors(STDOUT_FILENO));
	if (fits->explain)
		report_explain(fits, out);
	if (fits->tests)
		report_tests_table(fits, out);
}

static void fit_json(const struct source *s, const struct fit_list *fits, struct output *out)
{
	report_json_begin(out);
	for (size_t i = 0; i < bell_model_columns(fits->model[0]); i++)
		for (size_t k = 0; k < fits->groups; k++) {
			struct fit_entry e = entry_of(fits, k, i);
			cJSON *item = fit_item(&e, fits->best, fits->tests);

			if (fits->best)
				json_add(item, "candidates", report_candidates(fits->model[k], i));
			report_json_item(item, !i && !k, out);
		}
	report_json_skipped(s, fits->by, out);
	report_json_end(out);
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

void report_print(struct report *r) { output_end(&r->out); }

void report_end(struct report *r)
{
	if (r->skipped)
		note("%s", r->skipped);
	free(r->skipped);
}
