/* SPDX-License-Identifier: BSD-3-Clause */
/* stats.c - moments of every column of a table, and more. */
#include <stdlib.h>
#include <bellshape/moments.h>
#include <bellshape/sketch.h>
#include <bellshape/table.h>

#include "analysis.h"
#include "commands.h"
#include "error.h"
#include "formats.h"
#include "report.h"
#include "weighted.h"

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

static void set_moments(struct column_stats *c, const struct bell_moments *m)
{
	c->n = m->count;
	c->missing = m->missing;
	c->infinite = m->infinite;
	c->weight = (double)m->count;
	c->mean = m->mean;
	c->sd = bell_moments_sd(m, true);
	c->skewness = bell_moments_skewness(m, true);
	c->kurtosis = bell_moments_kurtosis(m, true);
	c->min = m->min;
	c->max = m->max;
}

static void print_and_free(const struct source *s, struct stats_list *stats, bool json)
{
	struct report report;

	report_stats(&report, s, stats, json);
	report_print(&report);
	report_end(&report);
	for (size_t i = 0; i < stats->columns; i++) {
		free(stats->column[i].quantile);
		free(stats->column[i].error);
	}
	free(stats->column);
	free(stats->text);
}

/* The moments of all columns, as fast as the table can be read. */
static void plain_stats(const struct options *options)
{
	const struct source_options wanted = {.multiple = BELL_CHUNK}; /* as streams want it */
	struct source s;
	struct block b;
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

	struct stats_list stats = {.column = allocate(s.used, sizeof *stats.column),
				   .columns = s.used,
				   .lines = options->json_lines};
	for (size_t k = 0; k < s.used; k++) {
		stats.column[k].name = s.column[s.use[k]].name;
		set_moments(&stats.column[k], &sums.moments[k]);
	}
	free(sums.moments);
	print_and_free(&s, &stats, options->json);
	source_close(&s);
}

/* ---- groups, weights, and all that can be found out ---- */

static const double default_quantiles[] = {0.05, 0.25, 0.5, 0.75, 0.95};

/* Sets what there is to say of a tally; the names are set already. */
static void set_column(struct column_stats *c, const struct stats_list *stats,
		       const struct tally *t)
{
	struct bell_moments moments;
	size_t n = stats->probabilities;

	if (stats->weighted) {
		weighted_moments(t->sketch, c);
	} else {
		tally_moments(t, &moments);
		set_moments(c, &moments);
	}
	if (stats->histograms)
		c->bars = bars_of(t->sketch, NULL);
	if (!stats->extended)
		return;
	c->zeros = t->zeros;
	c->distinct = tally_distinct(t, &c->exact);
	c->quantile = allocate(n, sizeof *c->quantile);
	c->error = allocate(n, sizeof *c->error);
	check(bell_sketch_quantiles(t->sketch, stats->probability, n, c->quantile, c->error),
	      c->name);
}

static void set_columns(struct stats_list *stats, const struct analysis *a, const struct source *s)
{
	stats->column = allocate(s->used * a->groups, sizeof *stats->column);
	for (size_t k = 0; k < s->used; k++)
		for (size_t g = 0; rows_wanted(&a->rows, k) && g < a->groups; g++) {
			struct column_stats *c = &stats->column[stats->columns++];

			c->name = s->column[s->use[k]].name;
			c->group = analysis_group(a, g);
			set_column(c, stats, &a->tally[g * s->used + k]);
		}
}

static void set_texts(struct stats_list *stats, const struct analysis *a, const struct source *s)
{
	stats->text = allocate(a->text_columns * a->groups, sizeof *stats->text);
	for (size_t i = 0; i < a->text_columns; i++)
		for (size_t g = 0; g < a->groups; g++) {
			struct frequent *texts = &a->text[g * a->text_columns + i];

			frequent_sort(texts);
			stats->text[stats->texts++] =
			    (struct text_stats){.name = s->column[a->text_column[i]].name,
						.group = analysis_group(a, g),
						.texts = texts};
		}
}

static void full_stats(const struct options *options)
{
	const struct source_options wanted = {.texts = options->by || options->extended};
	bool histograms = !options->json && bars_wanted(options->histogram);
	struct stats_list stats = {.weighted = options->weights != NULL,
				   .histograms = histograms,
				   .lines = options->json_lines,
				   .extended = options->extended,
				   .probability = options->quantile,
				   .probabilities = options->quantiles};
	struct analysis a = {.wants = {.moments = !stats.weighted,
				       .sketch = stats.weighted || stats.extended || histograms,
				       .distinct = stats.extended},
			     .wants_texts = stats.extended};
	struct source s;

	if (!stats.probability) {
		stats.probability = default_quantiles;
		stats.probabilities = sizeof default_quantiles / sizeof *default_quantiles;
	}
	source_open(&s, options, &wanted);
	source_select(&s, options);
	analysis_read(&a, &s, options);
	if (options->by)
		stats.by = s.column[a.rows.by].name;
	set_columns(&stats, &a, &s);
	set_texts(&stats, &a, &s);
	print_and_free(&s, &stats, options->json);
	rows_note(&a.rows);
	analysis_free(&a);
	source_close(&s);
}

void run_stats(const struct options *options)
{
	bool histograms = !options->json && bars_wanted(options->histogram);

	/* streams of moments want whole chunks from every block but the last */
	if (options->by || options->weights || options->extended || histograms ||
	    options->tables.count > 1)
		full_stats(options);
	else
		plain_stats(options);
}
