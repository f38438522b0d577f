/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * scaling.c - how the main jobs get faster with the number of threads, and what an empty one takes:
 * the cases, and the table of them.
 */
#include <stdatomic.h>
#include <string.h>
#include "cases.h"
#include "measure.h"
#include "parallel.h"
#include "report.h"

/* ---- the parallel region ---- */

static void nothing(void *context, size_t i)
{
	(void)context;
	(void)i;
}

static void run_empty(const struct bench *b)
{
	bell_parallel(b->threads, b->threads, nothing, NULL);
}

/* Longer than threads take to arrive, unless the machine has no CPU for one of them. */
#define MAX_WAIT 1e7 /* ns */

struct meeting {
	unsigned expected;
	atomic_uint arrived;
};

static void meet(void *context, size_t i)
{
	struct meeting *m = context;
	double start = now();

	(void)i;
	atomic_fetch_add(&m->arrived, 1);
	while (atomic_load(&m->arrived) < m->expected && now() - start < MAX_WAIT)
		;
}

static void run_meeting(const struct bench *b)
{
	struct meeting m = {.expected = b->threads};

	bell_parallel(b->threads, b->threads, meet, &m);
}

static void add_regions(struct list *list, const struct data *data)
{
	struct bench b = {.group = "region", .backend = "", .place = "", .n = 1, .data = data};

	snprintf(b.what, sizeof b.what, "empty tasks");
	b.run = run_empty;
	add_on_threads(list, &b);
	snprintf(b.what, sizeof b.what, "threads that meet");
	b.run = run_meeting;
	add_on_threads(list, &b);
}

void add_scaling(struct list *list, const struct data *data)
{
	add_reading(list, data);
	add_long_jobs(list, data);
	add_batch_layer(list, data);
	add_regions(list, data);
}

/*
 * ---- the table, of the least times: all threads of a job wait for the one that other work of the
 * machine holds up ----
 */

bool scaling_row(const struct report *r, size_t first, struct scaling *row)
{
	const struct bench *b = &r->list->bench[first];

	*row = (struct scaling){.first = b};
	if (b->threads != 1 || !strcmp(b->group, "clock"))
		return false;
	for (size_t i = first; i < r->list->n && row->n < MAX_COUNTS; i++, row->n++) {
		const struct bench *c = &r->list->bench[i];

		if (strcmp(c->what, b->what) != 0 || strcmp(c->group, b->group) != 0)
			break;
		row->threads[row->n] = c->threads;
		row->ns[row->n] = report_quantile(r, c, 0);
	}
	return true;
}

/* A region has no values, and is not to get faster: its time stands where others have a speedup. */
static void text_cell(const struct scaling *row, size_t k, FILE *out)
{
	if (!strcmp(row->first->group, "region"))
		fprintf(out, " | %.2f µs", row->ns[k] / 1e3);
	else
		fprintf(out, " | %.3f ns, %.2f", row->ns[k], row->ns[0] / row->ns[k]);
}

void scaling_text(const struct report *r, FILE *out)
{
	struct scaling row;
	size_t columns = 0;

	for (size_t i = 0; i < r->list->n; i++) {
		if (!scaling_row(r, i, &row))
			continue;
		if (!columns) {
			columns = row.n;
			fputs("| least", out);
			for (size_t k = 0; k < columns; k++)
				fprintf(out, " | %u thread%s", row.threads[k],
					row.threads[k] > 1 ? "s" : "");
			fputs(" |\n|---|", out);
			for (size_t k = 0; k < columns; k++)
				fputs("---|", out);
			fputc('\n', out);
		}
		fprintf(out, "| %s%s%s", row.first->what, *row.first->place ? ", " : "",
			row.first->place);
		for (size_t k = 0; k < row.n; k++)
			text_cell(&row, k, out);
		fputs(" |\n", out);
	}
}
