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

static void add_block(const struct block *b, struct bell_moments_stream *streams)
{
	const struct bell_table *t = &b->table;
	double *copy = allocate(t->rows, sizeof *copy);

	for (size_t j = 0; j < t->columns; j++) {
		struct bell_moments_stream *stream = &streams[b->first + j];

		gather(t, j, copy);
		if (t->type == BELL_F32)
			check(bell_moments_stream_f32(stream, (float *)copy, t->rows), "stats");
		else
			check(bell_moments_stream_f64(stream, copy, t->rows), "stats");
	}
	free(copy);
}

void run_stats(const struct options *options)
{
	const struct source_options wanted = {.multiple = BELL_CHUNK}; /* as streams want it */
	struct source s;
	struct block b;
	struct report report;
	struct bell_moments_stream *streams = NULL;
	struct bell_moments *moments;

	source_open(&s, options, &wanted);
	source_select(&s, options);
	while (source_next(&s, &b)) {
		if (!streams)
			streams = allocate(s.used, sizeof *streams);
		add_block(&b, streams);
	}
	if (!s.used)
		report_no_numbers(&s);
	moments = allocate(s.used, sizeof *moments);
	for (size_t k = 0; k < s.used; k++)
		check(bell_moments_stream_end(&streams[k], &moments[k]), "stats");
	report_stats(&report, &s, moments, options->json);
	report_print(&report);
	free(moments);
	free(streams);
	source_close(&s);
}
