/* SPDX-License-Identifier: BSD-3-Clause */
/* analysis.c - all columns of a table, in groups of rows and with weights, in one pass. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/table.h>
#include <bellshape/threads.h>

#include "analysis.h"
#include "domain.h"
#include "error.h"
#include "formats.h"
#include "report.h"
#include "source.h"

/* Moves an array of `width` elements for each group to one for more groups, the new ones zero. */
static void *more_groups(void *array, size_t before, size_t now, size_t width, size_t size)
{
	char *more = reallocate(array, now * width, size);

	memset(more + before * width * size, 0, (now - before) * width * size);
	return more;
}

/* After the first block it is known which columns hold text. */
static void find_text_columns(struct analysis *a, const struct source *s)
{
	a->text_column = allocate(s->columns, sizeof *a->text_column);
	for (size_t i = 0; i < s->columns; i++)
		if (s->column[i].kind == KIND_TEXT)
			a->text_column[a->text_columns++] = i;
}

static void make_room(struct analysis *a, const struct source *s)
{
	size_t groups = a->rows.groups;

	if (a->wants_texts && !a->text_column)
		find_text_columns(a, s);
	if (groups == a->groups)
		return;
	a->tally = more_groups(a->tally, a->groups, groups, s->used, sizeof *a->tally);
	if (a->text_columns)
		a->text = more_groups(a->text, a->groups, groups, a->text_columns, sizeof *a->text);
	a->groups = groups;
}

/* Makes the values of rows of no group missing, lest they are found outside a domain. */
static void blank(const struct analysis *a, const struct block *b)
{
	const struct bell_table *t = &b->table;

	for (size_t i = 0; i < t->rows; i++)
		for (size_t j = 0; a->rows.member[i] == SIZE_MAX && j < t->columns; j++) {
			ptrdiff_t at =
			    (ptrdiff_t)i * t->row_stride + (ptrdiff_t)j * t->column_stride;

			if (t->type == BELL_F32)
				((float *)t->data)[at] = NAN;
			else
				((double *)t->data)[at] = NAN;
		}
}

static void check_domain(struct analysis *a, const struct source *s, const struct block *b)
{
	struct limit *limit = allocate(b->table.columns, sizeof *limit);

	for (size_t j = 0; j < b->table.columns; j++) {
		limit[j] = a->limit;
		if (!rows_wanted(&a->rows, b->first + j))
			limit[j].least = -INFINITY;
	}
	blank(a, b);
	domain_check(a->domain, s, b, limit);
	free(limit);
}

/* A block whose columns threads share. */
struct columns {
	struct analysis *a;
	const struct source *s;
	const struct block *b;
	unsigned threads; /* for each column */
};

/* Do all rows belong to one group, without weights? */
static bool plain_rows(const struct rows *r, const struct block *b)
{
	return r->groups == 1 && !r->weight && r->start[1] == b->table.rows;
}

/* Returns the values of column j of a block, group by group, and the memory to be freed. */
static const double *values_of(const struct columns *c, size_t j, double **memory)
{
	const struct bell_table *t = &c->b->table;
	const struct rows *r = &c->a->rows;

	*memory = NULL;
	if (plain_rows(r, c->b) && t->type == BELL_F64 && t->row_stride == 1)
		return (const double *)t->data + (ptrdiff_t)j * t->column_stride;
	*memory = allocate(t->rows, sizeof **memory);
	for (size_t i = 0; i < r->start[r->groups]; i++)
		(*memory)[i] = source_number(t, t->data, r->order[i], j);
	return *memory;
}

static void add_column(void *context, size_t j)
{
	const struct columns *c = context;
	const struct rows *r = &c->a->rows;
	size_t k = c->b->first + j;
	const double *x;
	double *memory;

	if (!rows_wanted(r, k))
		return;
	x = values_of(c, j, &memory);
	for (size_t g = 0; g < r->groups; g++) {
		size_t from = r->start[g], n = r->start[g + 1] - from;
		struct tally *tally = &c->a->tally[g * c->s->used + k];

		if (n || !tally->sketch)
			tally_add(tally, &c->a->wants, x + from,
				  r->weight ? r->weight + from : NULL, n, c->threads);
	}
	free(memory);
}

static void add_numbers(struct analysis *a, const struct source *s, const struct block *b,
			unsigned threads)
{
	struct columns c = {a, s, b, b->table.columns > 1 ? 1 : threads};

	check(bell_parallel_for(threads, b->table.columns, add_column, &c), s->in.label);
}

static void add_texts(struct analysis *a, const struct source *s, const struct block *b)
{
	const struct rows *r = &a->rows;

	for (size_t c = 0; c < a->text_columns; c++)
		for (size_t g = 0; g < r->groups; g++)
			for (size_t i = r->start[g]; i < r->start[g + 1]; i++) {
				struct frequent *f = &a->text[g * a->text_columns + c];
				size_t length;
				const char *text =
				    source_text(s, b, r->order[i], a->text_column[c], &length);

				if (text)
					frequent_add(f, text, length, r->weight ? r->weight[i] : 1);
				else
					f->missing++;
			}
}

/* Ends the program if there is nothing to find out. */
static void check_columns(const struct analysis *a, const struct source *s)
{
	size_t wanted = a->text_columns;

	for (size_t k = 0; k < s->used; k++)
		wanted += rows_wanted(&a->rows, k);
	if (!wanted)
		report_no_numbers(s);
}

void analysis_read(struct analysis *a, struct source *s, const struct options *options)
{
	struct block b;

	rows_open(&a->rows, s, options);
	while (tables_next(s, options, &b)) {
		rows_next(&a->rows, &b);
		a->wants.exponent = a->rows.exponent;
		make_room(a, s);
		check_columns(a, s);
		if (a->domain)
			check_domain(a, s, &b);
		add_numbers(a, s, &b, options->threads);
		if (a->text_columns)
			add_texts(a, s, &b);
	}
	if (!s->used && !a->text_columns)
		report_no_numbers(s);
	if (!a->rows.groups)
		rows_without_groups(&a->rows);
}

void analysis_free(struct analysis *a)
{
	const struct source *s = a->rows.source;

	for (size_t i = 0; i < a->groups * s->used; i++)
		tally_free(&a->tally[i]);
	for (size_t i = 0; i < a->groups * a->text_columns; i++)
		frequent_free(&a->text[i]);
	free(a->tally);
	free(a->text);
	free(a->text_column);
	rows_close(&a->rows);
}

const char *analysis_group(const struct analysis *a, size_t group)
{
	return a->rows.group ? a->rows.group[group] : NULL;
}
