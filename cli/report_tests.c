/* SPDX-License-Identifier: BSD-3-Clause */
/* report_tests.c - how well lambda is known: intervals, standard errors and tests. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "error.h"
#include "grid.h"
#include "json.h"
#include "output.h"
#include "report.h"
#include "report_parts.h"

void report_add_inference(cJSON *item, const struct bell_inference *found, bool tests)
{
	cJSON *list = json_array();

	json_add(item, "level", json_number(found->level));
	json_append(json_add(item, "interval", list), json_number(found->interval[0]));
	json_append(list, json_number(found->interval[1]));
	if (!tests)
		return;
	json_add(item, "standard_error", json_number(found->standard_error));
	json_add(item, "rounded", json_number(found->rounded));
	list = json_add(item, "tests", json_array());
	for (int i = 0; i < BELL_LAMBDA_TESTS; i++) {
		cJSON *test = json_append(list, json_object());

		json_add(test, "lambda", json_number(found->test[i].lambda));
		json_add(test, "statistic", json_number(found->test[i].statistic));
		json_add(test, "pvalue", json_number(found->test[i].pvalue));
	}
}

/* A number, or - where there is none. */
static void add_number(struct grid *g, const char *format, double x)
{
	char text[32];

	snprintf(text, sizeof text, format, x);
	grid_add(g, "%s", isnan(x) ? "-" : text);
}

static void add_row(struct grid *g, const struct bell_inference *found)
{
	bool estimated = !isnan(found->log_likelihood);

	add_number(g, "%.4g", estimated ? found->lambda : NAN);
	add_number(g, "%.3g", found->standard_error);
	for (int i = 0; i < BELL_LAMBDA_TESTS; i++) {
		add_number(g, "%.2f", found->test[i].statistic);
		add_number(g, "%.3g", found->test[i].pvalue);
	}
	add_number(g, "%.4g", found->rounded);
}

void report_tests_table(const struct fit_list *fits, struct output *out)
{
	static const char *const head[] = {"column", "lambda", "standard error", "LR 0", "p",
					   "LR 1/2", "p",      "LR 1",           "p",    "rounded"};
	struct grid g;

	report_add_head(&g, fits->by, head, sizeof head / sizeof *head);
	for (size_t i = 0; i < bell_model_columns(fits->model[0]); i++)
		for (size_t k = 0; k < fits->groups; k++) {
			grid_add(&g, "%s", bell_model_name(fits->model[k], i));
			if (fits->by)
				grid_add(&g, "%s", fits->group[k]);
			add_row(&g, &fits->inference[k][i]);
		}
	output_print(out, "\n");
	grid_print(&g, out, colors(STDOUT_FILENO));
}
