/* SPDX-License-Identifier: BSD-3-Clause */
/* report_candidates.c - the methods among which that of a column was chosen. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>
#include <bellshape/choose.h>

#include "error.h"
#include "grid.h"
#include "output.h"
#include "report.h"
#include "report_parts.h"
#include "text.h"

const char *report_method(const struct bell_model *model, size_t column)
{
	size_t count;
	const struct bell_candidate *k = bell_model_candidates(model, column, &count);

	for (size_t i = 0; i < count; i++)
		if (k[i].chosen)
			return bell_method_name(k[i].method);
	return bell_method_name(bell_model_fit(model, column)->transform.method);
}

cJSON *report_candidates(const struct bell_model *model, size_t column)
{
	size_t count;
	const struct bell_candidate *k = bell_model_candidates(model, column, &count);
	cJSON *list = json_array();

	for (size_t i = 0; i < count; i++, k++) {
		cJSON *item = json_append(list, json_object());
		const char *refusal = bell_refusal_name(k->refusal);

		json_add(item, "method", json_text(bell_method_name(k->method)));
		json_add(item, "chosen", json_bool(k->chosen));
		if (refusal)
			json_add(item, "refused", json_text(refusal));
		json_add(item, "parameters", json_count(k->parameters));
		json_add(item, "lambda", json_number(k->lambda));
		json_add(item, "unit", json_number(k->unit));
		json_add(item, "shift", json_number(k->shift));
		json_add(item, "log_likelihood", json_number(k->log_likelihood));
		json_add(item, "compared", json_number(k->compared));
		json_add(item, "aic", json_number(k->aic));
		json_add(item, "bic", json_number(k->bic));
		if (!isnan(k->pearson_per_df))
			json_add(item, "pearson_per_df", json_number(k->pearson_per_df));
	}
	return list;
}

static void add_number(struct grid *g, const char *format, double x)
{
	char text[64];

	snprintf(text, sizeof text, format, x);
	grid_add(g, "%s", isnan(x) ? "-" : text);
}

static double criterion_of(const struct bell_candidate *k, enum bell_criterion criterion)
{
	return criterion == BELL_AIC ? k->aic : criterion == BELL_BIC ? k->bic : k->pearson_per_df;
}

/* A table of the candidates of a column. */
static void explain(const struct bell_candidate *k, size_t count, enum bell_criterion criterion,
		    struct output *out)
{
	static const char *const names[] = {
	    [BELL_AIC] = "AIC", [BELL_BIC] = "BIC", [BELL_HELDOUT] = "held-out P/df"};
	const char *const head[] = {"method", "parameters",     "lambda",         "unit",
				    "shift",  "log-likelihood", names[criterion], "note"};
	struct grid g;

	report_add_head(&g, NULL, head, sizeof head / sizeof *head);
	for (const struct bell_candidate *end = k + count; k < end; k++) {
		const char *refusal = bell_refusal_text(k->refusal);

		grid_add(&g, "%s", bell_method_name(k->method));
		grid_add(&g, "%u", k->parameters);
		add_number(&g, "%.4g", k->lambda);
		add_number(&g, "%.4g", k->unit);
		add_number(&g, "%.4g", k->shift);
		add_number(&g, "%.3f", k->log_likelihood);
		add_number(&g, "%.3f", criterion_of(k, criterion));
		grid_add(&g, "%s%s%s", k->chosen ? "chosen" : "", k->chosen && refusal ? ", " : "",
			 refusal ? refusal : "");
	}
	grid_print(&g, out, colors(STDOUT_FILENO));
}

void report_explain(const struct fit_list *fits, struct output *out)
{
	for (size_t i = 0; i < bell_model_columns(fits->model[0]); i++)
		for (size_t j = 0; j < fits->groups; j++) {
			const char *name = bell_model_name(fits->model[j], i);
			size_t count;
			const struct bell_candidate *k =
			    bell_model_candidates(fits->model[j], i, &count);

			output_print(out, "\n%s", show_name(name));
			if (fits->by)
				output_print(out, " where %s is %s", show_name(fits->by),
					     show_name(fits->group[j]));
			output_print(out, "\n");
			explain(k, count, fits->criterion, out);
		}
}
