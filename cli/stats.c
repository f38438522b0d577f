/* SPDX-License-Identifier: BSD-3-Clause */
/* stats.c - moments of every column of a table. */
#include <stdlib.h>
#include <bellshape/moments.h>
#include <bellshape/table.h>

#include "commands.h"
#include "error.h"
#include "formats.h"
#include "report.h"

/* Copies column `j` of a table to `out`, where its numbers lie side by side. */
static void gather(const struct bell_table *t, size_t j, void *out)
{
	for (size_t i = 0; i < t->rows; i++) {
		ptrdiff_t at = (ptrdiff_t)i * t->row_stride + (ptrdiff_t)j * t->column_stride;

		if (t->type == BELL_F32)
			((float *)out)[i] = ((const float *)t->data)[at];
		else
			((double *)out)[i] = ((const double *)t->data)[at];
	}
}

/*
 * The moments of the columns in use.  A stream takes kilobytes, and is needed only by those columns
 * whose rows come in several blocks: by `open` columns from number `first` on.
 */
struct sums {
	struct bell_moments *moments; /* of the other columns, once their block has been read */
	struct bell_moments_stream *stream;
	size_t first, open;
};

/* Ends the streams. */
static void settle(struct sums *sums)
{
	for (size_t j = 0; j < sums->open; j++)
		check(bell_moments_stream_end(&sums->stream[j], &sums->moments[sums->first + j]),
		      "stats");
	free(sums->stream);
	sums->stream = NULL;
	sums->open = 0;
}

/* Adds the n values of a column to its stream, or takes them for all of it if that is NULL. */
static void add_column(enum bell_type type, const void *x, size_t n,
		       struct bell_moments_stream *stream, struct bell_moments *moments)
{
	enum bell_status status;

	if (type == BELL_F32)
		status = stream ? bell_moments_stream_f32(stream, x, n)
				: bell_moments_f32(x, n, 1, moments);
	else
		status = stream ? bell_moments_stream_f64(stream, x, n)
				: bell_moments_f64(x, n, 1, moments);
	check(status, "stats");
}

static void add_block(const struct block *b, struct sums *sums)
{
	const struct bell_table *t = &b->table;
	double *copy = allocate(t->rows, sizeof *copy);

	if (!sums->open && !b->last) {
		sums->first = b->first;
		sums->stream = allocate(sums->open = t->columns, sizeof *sums->stream);
	}
	for (size_t j = 0; j < t->columns; j++) {
		gather(t, j, copy);
		add_column(t->type, copy, t->rows, sums->open ? &sums->stream[j] : NULL,
			   &sums->moments[b->first + j]);
	}
	if (b->last)
		settle(sums);
	free(copy);
}

void run_stats(const struct options *options)
{
	const struct source_options wanted = {.multiple = BELL_CHUNK}; /* as streams want it */
	struct source s;
	struct block b;
	struct report report;
	struct sums sums = {0};

	source_open(&s, options, &wanted);
	source_select(&s, options);
	while (source_next(&s, &b)) {
		if (!sums.moments)
			sums.moments = allocate(s.used, sizeof *sums.moments);
		add_block(&b, &sums);
	}
	if (!s.used)
		report_no_numbers(&s);
	settle(&sums);
	report_stats(&report, &s, sums.moments, options->json);
	report_print(&report);
	report_end(&report);
	free(sums.moments);
	source_close(&s);
}
