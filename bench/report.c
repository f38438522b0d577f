/* SPDX-License-Identifier: BSD-3-Clause */
/* report.c - the results for people and for machines. */
#include <stdlib.h>
#include <string.h>
#include "report.h"

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void sort_numbers(double *x, size_t n) { qsort(x, n, sizeof *x, by_value); }

double quantile(const double *sorted, size_t n, double p)
{
	double at = p * (double)(n - 1);
	size_t i = (size_t)at;

	return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[i];
}

double report_quantile(const struct report *r, const struct bench *b, double p)
{
	return quantile(b->sample, r->repetitions, p);
}

double report_clock(const struct report *r)
{
	return 1 / report_quantile(r, &r->list->bench[0], 0.5); /* the case of add_clock() */
}

double report_memory_time(const struct report *r, const struct bench *b)
{
	const char *way = b->writes ? b->reads ? "copy" : "write" : "read";

	if (!strcmp(b->group, "memory") || b->reads + b->writes == 0)
		return 0;
	for (size_t i = 0; i < r->list->n; i++) {
		const struct bench *m = &r->list->bench[i];

		if (!strcmp(m->group, "memory") && !strcmp(m->what, way) &&
		    !strcmp(m->place, b->place) && m->threads == b->threads)
			return report_quantile(r, m, 0.5) * (b->reads + b->writes) /
			       (m->reads + m->writes);
	}
	return 0;
}

static void text_row(const struct report *r, const struct bench *b, FILE *out)
{
	double ns = report_quantile(r, b, 0.5), bound = report_memory_time(r, b);

	fprintf(out, "%-28s %-7s %3u %5s %8zu %9.3f %8.3f %8.3f %8.3f", b->what, b->backend,
		b->threads, b->place, b->n, ns, report_quantile(r, b, 0),
		report_quantile(r, b, 0.25), report_quantile(r, b, 0.75));
	if (b->threads == 1)
		fprintf(out, " %8.2f", ns * report_clock(r));
	else
		fprintf(out, " %8s", "");
	if (b->reads + b->writes)
		fprintf(out, " %7.2f", (b->reads + b->writes) / ns);
	if (bound)
		fprintf(out, " %6.3f", bound / ns);
	fputc('\n', out);
}

void report_text(const struct report *r, FILE *out)
{
	const char *group = "";

	fprintf(
	    out,
	    "bellshape %s, SLEEF %s, backend %s, %zu interleaved repetitions\n"
	    "ns a value: median, least, quartiles; cycles at %.3f GHz, the clock that additions "
	    "in the same run tell;\n"
	    "GB/s read and written; part of what the same bytes reach there if only read, copied "
	    "or written\n",
	    bell_version(), bell_sleef_version(), bell_backend(), r->repetitions, report_clock(r));
	for (size_t i = 0; i < r->list->n; i++) {
		const struct bench *b = &r->list->bench[i];

		if (strcmp(group, b->group) != 0) {
			group = b->group;
			fprintf(out, "\n%-28s %-7s %3s %5s %8s %9s %8s %8s %8s %8s %7s %6s\n",
				group, "backend", "thr", "data", "n", "median", "min", "q1", "q3",
				"cycles", "GB/s", "part");
		}
		text_row(r, b, out);
	}
}

/* Appends a member to a JSON object; 0 stands for a number that is not known, and becomes null. */
static void json_or_null(FILE *out, const char *name, double value)
{
	if (value)
		fprintf(out, ", \"%s\": %.5g", name, value);
	else
		fprintf(out, ", \"%s\": null", name);
}

/* Names need no escaping: they hold letters, digits, spaces and _=(). */
void report_json(const struct report *r, FILE *out)
{
	char label[LABEL];

	fprintf(out,
		"{\"bellshape\": \"%s\", \"sleef\": \"%s\", \"backend\": \"%s\", "
		"\"repetitions\": %zu, \"quick\": %s, \"clock_ghz\": %.4g, "
		"\"unit\": \"ns a value\", \"results\": [",
		bell_version(), bell_sleef_version(), bell_backend(), r->repetitions,
		r->quick ? "true" : "false", report_clock(r));
	for (size_t i = 0; i < r->list->n; i++) {
		const struct bench *b = &r->list->bench[i];
		double ns = report_quantile(r, b, 0.5), bound = report_memory_time(r, b);

		bench_label(b, label);
		fprintf(out,
			"%s\n {\"label\": \"%s\", \"group\": \"%s\", \"what\": \"%s\", "
			"\"backend\": \"%s\", \"threads\": %u, \"data\": \"%s\", \"n\": %zu, "
			"\"reads\": %u, \"writes\": %u, "
			"\"median\": %.5g, \"min\": %.5g, \"q1\": %.5g, \"q3\": %.5g",
			i ? "," : "", label, b->group, b->what, b->backend, b->threads, b->place,
			b->n, b->reads, b->writes, ns, report_quantile(r, b, 0),
			report_quantile(r, b, 0.25), report_quantile(r, b, 0.75));
		json_or_null(out, "cycles", b->threads == 1 ? ns * report_clock(r) : 0);
		json_or_null(out, "gb_per_s", (b->reads + b->writes) / ns);
		json_or_null(out, "part_of_bandwidth", bound / ns);
		fputc('}', out);
	}
	fprintf(out, "\n]}\n");
}
