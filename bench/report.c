/* SPDX-License-Identifier: BSD-3-Clause */
/* report.c - the results for people and for machines. */
#include <string.h>
#include "bench.h"

/* The value below which a part p of the sorted samples lies. */
static double quantile(const double *sorted, size_t n, double p)
{
	double at = p * (double)(n - 1);
	size_t i = (size_t)at;

	return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[i];
}

static double at(const struct report *r, const struct bench *b, double p)
{
	return quantile(b->sample, r->repetitions, p);
}

static double gigabytes(const struct report *r, const struct bench *b)
{
	return b->value_bytes / at(r, b, 0.5);
}

/* What part of the speed of a plain read from the same place; 0: not known. */
static double part_of_read(const struct report *r, const struct bench *b)
{
	if (!strcmp(b->group, "read") || b->threads != 1)
		return 0;
	for (size_t i = 0; i < r->list->n; i++) {
		const struct bench *read = &r->list->bench[i];

		if (!strcmp(read->group, "read") && !strcmp(read->place, b->place))
			return gigabytes(r, b) / gigabytes(r, read);
	}
	return 0;
}

static void text_row(const struct report *r, const struct bench *b, FILE *out)
{
	double part = part_of_read(r, b);

	fprintf(out, "%-24s %-7s %3u %5s %8zu %9.3f %8.3f %8.3f %8.3f %7.2f", b->what, b->backend,
		b->threads, b->place, b->n, at(r, b, 0.5), at(r, b, 0), at(r, b, 0.25),
		at(r, b, 0.75), gigabytes(r, b));
	if (part)
		fprintf(out, " %6.3f", part);
	fputc('\n', out);
}

void report_text(const struct report *r, FILE *out)
{
	const char *group = "";

	fprintf(
	    out,
	    "bellshape %s, SLEEF %s, backend %s, %zu interleaved repetitions\n"
	    "ns a value: median, least, quartiles; GB/s read; part of a plain read from there\n",
	    bell_version(), bell_sleef_version(), bell_backend(), r->repetitions);
	for (size_t i = 0; i < r->list->n; i++) {
		const struct bench *b = &r->list->bench[i];

		if (strcmp(group, b->group) != 0) {
			group = b->group;
			fprintf(out, "\n%-24s %-7s %3s %5s %8s %9s %8s %8s %8s %7s %6s\n", group,
				"backend", "thr", "data", "n", "median", "min", "q1", "q3", "GB/s",
				"part");
		}
		text_row(r, b, out);
	}
}

/* Names hold no character that JSON would have to escape. */
void report_json(const struct report *r, FILE *out)
{
	fprintf(out,
		"{\"bellshape\": \"%s\", \"sleef\": \"%s\", \"backend\": \"%s\", "
		"\"repetitions\": %zu, \"quick\": %s, \"unit\": \"ns a value\", \"results\": [",
		bell_version(), bell_sleef_version(), bell_backend(), r->repetitions,
		r->quick ? "true" : "false");
	for (size_t i = 0; i < r->list->n; i++) {
		const struct bench *b = &r->list->bench[i];
		double part = part_of_read(r, b);

		fprintf(out,
			"%s\n {\"group\": \"%s\", \"what\": \"%s\", \"backend\": \"%s\", "
			"\"threads\": %u, \"data\": \"%s\", \"n\": %zu, \"value_bytes\": %u, "
			"\"median\": %.5g, \"min\": %.5g, \"q1\": %.5g, \"q3\": %.5g, "
			"\"part_of_read\": ",
			i ? "," : "", b->group, b->what, b->backend, b->threads, b->place, b->n,
			b->value_bytes, at(r, b, 0.5), at(r, b, 0), at(r, b, 0.25), at(r, b, 0.75));
		if (part)
			fprintf(out, "%.4g}", part);
		else
			fprintf(out, "null}");
	}
	fprintf(out, "\n]}\n");
}
