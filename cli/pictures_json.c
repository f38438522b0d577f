/* SPDX-License-Identifier: BSD-3-Clause */
/* pictures_json.c - the plotted numbers of a report as JSON. */
#include <stdlib.h>

#include "error.h"
#include "json.h"
#include "output.h"
#include "pictures.h"
#include "report_parts.h"

static cJSON *numbers(const double *x, size_t n)
{
	cJSON *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_append(list, json_number(x[i]));
	return list;
}

static cJSON *histogram_item(const struct bell_histogram *h)
{
	cJSON *item = json_object();

	json_add(item, "edges", numbers(h->edge, h->bins ? h->bins + 1 : 0));
	json_add(item, "counts", numbers(h->count, h->bins));
	return item;
}

static cJSON *qq_item(const struct bell_qq *q)
{
	static const char *const keys[] = {"rank", "normal", "value", "low", "high"};
	cJSON *item = json_object(), *list[sizeof keys / sizeof *keys];

	json_add(item, "n", json_count(q->n));
	json_add(item, "mean", json_number(q->mean));
	json_add(item, "sd", json_number(q->sd));
	json_add(item, "local_level", json_number(q->local_level));
	json_add(item, "outside", json_count(q->outside));
	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
		list[k] = json_add(item, keys[k], json_array());
	for (size_t i = 0; i < q->points; i++) {
		const struct bell_qq_point *p = &q->point[i];

		json_append(list[0], json_count(p->rank));
		json_append(list[1], json_number(p->normal));
		json_append(list[2], json_number(p->value));
		json_append(list[3], json_number(p->low));
		json_append(list[4], json_number(p->high));
	}
	return item;
}

static cJSON *column_item(const struct bell_report_column *c, const struct bell_report_numbers *n)
{
	cJSON *item = json_object(), *profile, *interval;

	report_add_name(item, c->name, NULL);
	json_add(item, "n", json_count(n->before.count));
	json_add(item, "missing", json_count(n->before.missing));
	json_add(item, "infinite", json_count(n->before.infinite));
	json_add(item, "lambda", json_number(c->fit->lambda));
	interval = json_add(item, "ci95", json_array());
	json_append(interval, json_number(c->fit->ci95[0]));
	json_append(interval, json_number(c->fit->ci95[1]));
	json_add(item, "sampled", json_bool(n->sampled));
	json_add(item, "change", json_number(n->change));
	json_add(item, "histogram_before", histogram_item(&n->histogram_before));
	json_add(item, "histogram_after", histogram_item(&n->histogram_after));
	json_add(item, "qq_before", qq_item(&n->qq_before));
	json_add(item, "qq_after", qq_item(&n->qq_after));
	profile = json_add(item, "profile", json_object());
	json_add(profile, "lambda", numbers(n->profile_lambda, n->profile_points));
	json_add(profile, "log_likelihood", numbers(n->profile_log_likelihood, n->profile_points));
	return item;
}

void pictures_json(const struct bell_report_column *columns, size_t n, const struct source *s,
		   struct output *out)
{
	struct bell_report_numbers *of_column = allocate(1, sizeof *of_column);

	report_json_begin(out);
	for (size_t i = 0; i < n; i++) {
		check(bell_report_numbers(&columns[i], of_column), columns[i].name);
		report_json_item(column_item(&columns[i], of_column), !i, out);
	}
	report_json_skipped(s, NULL, out);
	report_json_end(out);
	free(of_column);
}
