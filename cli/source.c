/* SPDX-License-Identifier: BSD-3-Clause */
/* source.c - a table that streams in blocks of rows. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "names.h"
#include "number.h"
#include "progress.h"
#include "source.h"

enum { BLOCK_NUMBERS = 1 << 20, BLOCK_CELLS = 1 << 18, MOST_ROWS = 8192 };

/* A name for every column: its title; column_N without one; with its number behind it if it is
 * taken. */
static void name_columns(struct source *s)
{
	s->names = names_create(s->columns);
	for (size_t i = 0; i < s->columns; i++) {
		struct column *c = &s->column[i];

		c->name = trimmed(c->title ? c->title : "", c->title_length);
		if (!*c->name) {
			free(c->name);
			c->name = copy_text(names_default(i), strlen(names_default(i)));
		}
		while (!names_add(s->names, c->name, i)) {
			char *longer;

			if (asprintf(&longer, "%s_%zu", c->name, i + 1) < 0)
				die(EXIT_DATA, "out of memory");
			free(c->name);
			c->name = longer;
		}
	}
}

void source_open(struct source *s, const struct options *options, const struct names *known)
{
	*s = (struct source){.missing = options->missing, .multiple = 64};
	input_open(&s->in, options->table);
	while (s->in.end < 16 && input_more(&s->in))
		;
	if (!s->in.end)
		die(EXIT_DATA, "%s: is empty", s->in.label);
	s->is_npy = npy_magic(&s->in);
	if (s->is_npy)
		npy_open(s);
	else
		csv_open(s, options, known);
	name_columns(s);
}

void source_close(struct source *s)
{
	if (s->is_npy)
		npy_close(s);
	else
		csv_close(s);
	for (size_t i = 0; i < s->columns; i++) {
		free(s->column[i].name);
		free(s->column[i].title);
		free(s->column[i].sample);
	}
	free(s->column);
	free(s->use);
	names_free(s->names);
	input_close(&s->in);
	*s = (struct source){0};
}

bool source_find(const struct source *s, const char *name, size_t *column)
{
	return names_find(s->names, name, column);
}

static const char *get_name(const void *from, size_t i)
{
	return ((const struct source *)from)->column[i].name;
}

/* The names of the table for a message, as many as fit. */
static const char *all_names(const struct source *s)
{
	static char text[400];

	*text = 0;
	for (size_t i = 0; i < s->columns; i++) {
		const char *name = show_name(s->column[i].name);

		if (strlen(text) + strlen(name) + 8 > sizeof text)
			return strcat(text, ", ...");
		strcat(strcat(text, i ? ", " : ""), name);
	}
	return text;
}

/* A column by its name, or by its number from 1 if no column has that name. */
static size_t resolve(const struct source *s, const char *option, const char *name)
{
	size_t column, digits = strspn(name, "0123456789");

	if (source_find(s, name, &column))
		return column;
	if (digits && digits < 10 && !name[digits] && atol(name) >= 1 &&
	    (size_t)atol(name) <= s->columns)
		return (size_t)atol(name) - 1;
	const char *all = all_names(s); /* first, as show() forgets */
	const char *like = names_nearest(name, s->columns, get_name, s);
	if (like)
		die(EXIT_USAGE, "%s: %s has no column %s; is it %s?", option, s->in.label,
		    show_name(name), show_name(like));
	die(EXIT_USAGE, "%s: %s has no column %s; its %zu columns: %s", option, s->in.label,
	    show_name(name), s->columns, all);
}

/* Each argument is the name of a column, or several names and numbers parted by commas. */
static void mark(struct source *s, const char *option, const struct list *list, enum kind kind)
{
	for (size_t i = 0; i < list->count; i++) {
		size_t column;

		if (source_find(s, list->item[i], &column)) {
			s->column[column].kind = kind;
			continue;
		}
		char *items = copy_text(list->item[i], strlen(list->item[i])), *rest = items, *item;
		while ((item = strsep(&rest, ",")))
			s->column[resolve(s, option, item)].kind = kind;
		free(items);
	}
}

void source_select(struct source *s, const struct options *options)
{
	for (size_t i = 0; options->columns.count && i < s->columns; i++)
		s->column[i].kind = KIND_IGNORED;
	mark(s, "--columns", &options->columns, KIND_NUMBER);
	mark(s, "--text", &options->text, KIND_TEXT);
}

size_t source_block_rows(const struct source *s, size_t columns)
{
	size_t rows = (s->whole ? BLOCK_CELLS : BLOCK_NUMBERS) / columns;

	if (rows > MOST_ROWS)
		rows = MOST_ROWS;
	rows -= rows % s->multiple;
	return rows < s->multiple ? s->multiple : rows;
}

bool source_next(struct source *s, struct block *block)
{
	bool more = s->is_npy ? npy_next(s, block) : csv_next(s, block);

	if (more)
		progress_show(s->in.taken, s->in.total);
	else
		progress_clear();
	return more;
}

double source_number(const struct bell_table *t, const void *data, size_t row, size_t column)
{
	ptrdiff_t at = (ptrdiff_t)row * t->row_stride + (ptrdiff_t)column * t->column_stride;

	return t->type == BELL_F32 ? (double)((const float *)data)[at] : ((const double *)data)[at];
}

void source_refuse(const struct source *s, const struct block *b, size_t row, size_t column,
		   double number, const char *what)
{
	const char *name = s->column[s->use[b->first + column]].name;
	char text[NUMBER_LENGTH], place[32];

	if (b->line)
		snprintf(place, sizeof place, "%" PRIu64, b->line[row]);
	else
		snprintf(place, sizeof place, "row %" PRIu64, b->row + row + 1);
	die(EXIT_DATA, "%s:%s: column %s: %s %s", s->in.label, place, show_name(name),
	    show(text, number_format(number, text)), what);
}

void source_want_positive(const struct source *s, const struct block *b, const bool *box_cox)
{
	const struct bell_table *t = &b->table;

	for (size_t i = 0; i < t->rows; i++)
		for (size_t j = 0; j < t->columns; j++) {
			double x = source_number(t, t->data, i, j);

			if (x <= 0 && box_cox[j])
				source_refuse(s, b, i, j, x, "is not above 0, as Box-Cox wants");
		}
}

void source_write_head(const struct source *s, struct output *out)
{
	if (s->is_npy)
		npy_write_head(s, out);
	else
		csv_write_head(s, out);
}

void source_write(const struct source *s, const struct block *block, struct output *out)
{
	if (s->is_npy)
		npy_write_block(s, block, out);
	else
		csv_write_block(s, block, out);
}
