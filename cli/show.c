/* SPDX-License-Identifier: BSD-3-Clause */
/* show.c - what a model does to each column: as formulas, and as expressions to paste. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bellshape/expression.h>
#include <bellshape/fit.h>
#include <bellshape/model.h>

#include "commands.h"
#include "error.h"
#include "formula.h"
#include "grid.h"
#include "known.h"
#include "names.h"
#include "option.h"
#include "output.h"
#include "report_parts.h"
#include "source.h"

/* Makes a table of the columns of the model, of which the options choose some. */
static void open_columns(struct source *s, const struct bell_model *model,
			 const struct options *options)
{
	size_t n = bell_model_columns(model);
	const char **name = allocate(n, sizeof *name);

	for (size_t i = 0; i < n; i++)
		name[i] = bell_model_name(model, i);
	names_free(names_of_model(model)); /* two of one name end the program */
	source_of_names(s, strcmp(options->table, "-") ? options->table : "standard input", name,
			n);
	free(name);
	source_select(s, options);
}

/* ---- for people ---- */

static void add_number(struct grid *g, double x, bool known)
{
	if (known)
		grid_add(g, "%.6g", x);
	else
		grid_add(g, "-");
}

static void show_table(const struct bell_model *model, const struct source *s, struct output *out)
{
	static const char *const head[] = {"column", "method", "from",  "to",
					   "mean",   "sd",     "psi(x)"};
	char formula[FORMULA_LENGTH];
	struct grid g;

	report_add_head(&g, NULL, head, sizeof head / sizeof *head);
	for (size_t i = 0; i < s->columns; i++) {
		const struct bell_fit *fit = bell_model_fit(model, i);
		bool standardized = formula_standardized(fit), seen = fit->weight > 0;

		if (s->column[i].kind != KIND_NUMBER)
			continue;
		formula_write(fit, 6, !(fit->transform.min >= 0), formula);
		grid_add(&g, "%s", s->column[i].name);
		grid_add(&g, "%s", bell_method_name(fit->transform.method));
		add_number(&g, fit->transform.min, seen);
		add_number(&g, fit->transform.max, seen);
		add_number(&g, fit->mean, standardized);
		add_number(&g, fit->sd, standardized);
		grid_add(&g, "%s", formula);
	}
	grid_print(&g, out, out->descriptor == STDOUT_FILENO && colors(STDOUT_FILENO));
	output_print(out, "\nA column becomes z = (psi(x) - mean)/sd, or psi(x) where there is no "
			  "mean.\n--as sql, python or r prints what computes it to all digits.\n");
}

/* ---- for programs ---- */

/* Returns the expression of a column, and sets *name to its name as the dialect wants it. */
static char *expression(const struct bell_model *model, const struct source *s, size_t column,
			const struct options *options, char **name)
{
	const char *plain = s->column[column].name;
	enum bell_dialect d = options->dialect;
	bool sql = d != BELL_PYTHON && d != BELL_R;
	char *text;

	check(bell_dialect_quote(d, plain, name), plain);
	check(bell_transform_expression(&bell_model_fit(model, column)->transform, d, options->undo,
					sql ? *name : "x", &text),
	      plain);
	return text;
}

/* Prints what is pasted: the columns of a SELECT, or assignments to those of a data frame df. */
static void show_expressions(const struct bell_model *model, const struct source *s,
			     const struct options *options, struct output *out)
{
	bool first = true;

	if (options->dialect == BELL_PYTHON)
		output_print(out, "import numpy as np\n\n");
	for (size_t i = 0; i < s->columns; i++) {
		char *name, *text;

		if (s->column[i].kind != KIND_NUMBER)
			continue;
		text = expression(model, s, i, options, &name);
		if (options->dialect == BELL_PYTHON)
			output_print(out, "df[%s] = (lambda x: %s)(df[%s])\n", name, text, name);
		else if (options->dialect == BELL_R)
			output_print(out, "df[[%s]] <- (function(x) %s)(df[[%s]])\n", name, text,
				     name);
		else
			output_print(out, "%s%s AS %s", first ? "" : ",\n", text, name);
		first = false;
		free(name);
		free(text);
	}
	if (options->dialect != BELL_PYTHON && options->dialect != BELL_R)
		output_print(out, "\n");
}

static cJSON *item_of(const struct bell_model *model, const struct source *s, size_t column,
		      const struct options *options)
{
	const struct bell_fit *fit = bell_model_fit(model, column);
	bool standardized = formula_standardized(fit);
	char formula[FORMULA_LENGTH], *name;
	cJSON *item = json_object();

	formula_write(fit, 17, true, formula);
	report_add_name(item, s->column[column].name, NULL);
	json_add(item, "method", json_text(bell_method_name(fit->transform.method)));
	json_add(item, "lambda", json_number(fit->lambda));
	json_add(item, "unit", json_number(fit->transform.unit));
	json_add(item, "shift", json_number(fit->transform.shift));
	json_add(item, "min", json_number(fit->transform.min));
	json_add(item, "max", json_number(fit->transform.max));
	json_add(item, "mean", json_number(standardized ? fit->mean : NAN));
	json_add(item, "sd", json_number(standardized ? fit->sd : NAN));
	json_add(item, "psi", json_text(formula));
	if (options->expressions) {
		char *text = expression(model, s, column, options, &name);

		json_add(item, "expression", json_text(text));
		free(name);
		free(text);
	}
	return item;
}

static void show_json(const struct bell_model *model, const struct source *s,
		      const struct options *options, struct output *out)
{
	bool first = true;

	report_json_begin(out);
	for (size_t i = 0; i < s->columns; i++) {
		if (s->column[i].kind != KIND_NUMBER)
			continue;
		report_json_item(item_of(model, s, i, options), first, out);
		first = false;
	}
	output_print(out, "]");
	report_json_end(out);
}

void run_show(const struct options *options)
{
	struct bell_model *model = known_load(options->table);
	struct output out;
	struct source s;

	if (options->undo && !options->expressions)
		die(EXIT_USAGE, "show: --inverse goes with --as, such as --as python");
	open_columns(&s, model, options);
	output_open(&out, options->output, true);
	if (options->json)
		show_json(model, &s, options, &out);
	else if (options->expressions)
		show_expressions(model, &s, options, &out);
	else
		show_table(model, &s, &out);
	output_end(&out);
	source_close(&s);
	bell_model_free(model);
}
