/* SPDX-License-Identifier: BSD-3-Clause */
/* source.c - a table that streams in blocks of rows. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format.h"
#include "names.h"
#include "number.h"
#include "progress.h"
#include "source.h"
#include "stream/stream.h"
#include "text.h"

/*
 * A block has so many numbers, or so many cells where their texts are kept too, which takes more
 * memory; but at most MAX_ROWS rows, so that a narrow table has blocks that stay in the cache, and
 * at least MIN_ROWS.
 */
enum { BLOCK_NUMBERS = 1 << 20, BLOCK_CELLS = 1 << 18, MAX_ROWS = 8192, MIN_ROWS = 8 };

/* What the number of rows is a multiple of, where a command does not care. */
enum { ROWS_MULTIPLE = 64 };

void source_start(struct source *s, const struct options *options,
		  const struct source_options *wanted)
{
	*s = (struct source){0};
	if (wanted)
		s->wanted = *wanted;
	if (!s->wanted.multiple)
		s->wanted.multiple = ROWS_MULTIPLE;
	input_open(&s->in, options->table, options->encoding);
	if (options->blanks)
		s->in.stream = stream_squeeze(s->in.stream);
	if (options->between)
		s->in.stream = stream_join(s->in.stream, options->between);
	s->first = s->in.label;
	s->label = copy_text(s->first, strlen(s->first));
	while (s->in.end < PROBE_SIZE && input_more(&s->in))
		;
	if (!s->in.end)
		die(EXIT_DATA, "%s: is empty", s->in.label);
}

/*
 * Gives every column a name: its title, or column_N if it has none; with its number behind it if
 * the name is taken.
 */
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
				out_of_memory();
			free(c->name);
			c->name = longer;
		}
	}
}

void source_read_head(struct source *s, const struct format *format, const struct options *options)
{
	s->state = allocate(1, format->state_size);
	s->format = format;
	format->open(s, options, s->wanted.known);
	name_columns(s);
}

void source_add_column(struct source *s, const char *title, size_t length)
{
	struct column *c;

	if (s->columns == MAX_COLUMNS)
		die(EXIT_DATA, "%s: more than %d columns", s->in.label, MAX_COLUMNS);
	if (!(s->columns & (s->columns - 1))) /* the memory is full at each power of two */
		s->column = reallocate(s->column, s->columns ? 2 * s->columns : 1, sizeof *c);
	c = &s->column[s->columns++];
	*c = (struct column){0};
	if (title) {
		c->title = copy_text(title, length);
		c->title_length = length;
	}
}

static void close_table(struct source *s)
{
	if (s->format)
		s->format->close(s);
	free(s->state);
	input_close(&s->in);
	s->format = NULL;
	s->state = NULL;
}

void source_of_names(struct source *s, const char *label, const char *const *name, size_t columns)
{
	*s = (struct source){.in = {.label = label, .descriptor = -1}, .first = label};
	s->label = copy_text(label, strlen(label));
	s->names = names_create(columns);
	for (size_t i = 0; i < columns; i++) {
		const char *own = name[i] ? name[i] : names_default(i);

		source_add_column(s, NULL, 0);
		s->column[i].name = copy_text(own, strlen(own));
		s->column[i].kind = KIND_NUMBER;
		names_add(s->names, s->column[i].name, i);
	}
}

static void free_columns(struct source *s)
{
	for (size_t i = 0; i < s->columns; i++) {
		free(s->column[i].name);
		free(s->column[i].title);
		free(s->column[i].sample);
	}
	free(s->column);
	free(s->use);
	names_free(s->names);
	free(s->label);
}

void source_close(struct source *s)
{
	close_table(s);
	free_columns(s);
	*s = (struct source){0};
}

struct source source_leave(struct source *s)
{
	struct source before;

	close_table(s);
	before = *s;
	*s = (struct source){0};
	return before;
}

/* Ends the program if the columns are others than before. */
static void check_columns(const struct source *s, const struct source *before)
{
	if (s->columns != before->columns)
		die(EXIT_DATA, "%s: %zu column%s, where %s has %zu", s->in.label, s->columns,
		    s->columns == 1 ? "" : "s", before->first, before->columns);
	for (size_t i = 0; i < s->columns; i++) {
		const char *name = show_name(s->column[i].name);

		if (strcmp(s->column[i].name, before->column[i].name) != 0)
			die(EXIT_DATA, "%s: column %zu is %s, where %s has %s", s->in.label, i + 1,
			    name, before->first, show_name(before->column[i].name));
	}
}

void source_continue(struct source *s, struct source *before)
{
	check_columns(s, before);
	for (size_t i = 0; i < s->columns; i++) {
		struct column *c = &s->column[i], *old = &before->column[i];

		c->kind = old->kind;
		c->settled = old->settled;
		c->sample = old->sample;
		c->sample_line = old->sample_line;
		c->doubtful = old->doubtful;
		c->kept = old->kept;
		old->sample = NULL;
	}
	s->table = before->table + 1;
	free(s->label);
	if (asprintf(&s->label, "%s and %zu more", before->first, s->table) < 0)
		out_of_memory();
	s->first = before->first;
	free_columns(before);
}

bool source_find(const struct source *s, const char *name, size_t *column)
{
	return names_find(s->names, name, column);
}

static const char *get_name(const void *from, size_t i)
{
	return ((const struct source *)from)->column[i].name;
}

/* Returns the names of the columns for a message, as many as fit. */
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

size_t source_resolve(const struct source *s, const char *option, const char *name)
{
	size_t column, digits = strspn(name, "0123456789");

	if (source_find(s, name, &column))
		return column;
	if (digits && digits < 10 && !name[digits] && atol(name) >= 1 &&
	    (size_t)atol(name) <= s->columns)
		return (size_t)atol(name) - 1;
	const char *all = all_names(s); /* before the calls of show_name() below: it makes many */
	const char *like = names_nearest(name, s->columns, get_name, s);
	if (like)
		die(EXIT_USAGE, "%s: %s has no column %s; is it %s?", option, s->in.label,
		    show_name(name), show_name(like));
	die(EXIT_USAGE, "%s: %s has no column %s; its %zu column%s: %s", option, s->in.label,
	    show_name(name), s->columns, s->columns == 1 ? "" : "s", all);
}

void source_set_kind(struct source *s, size_t column, enum kind kind)
{
	s->column[column].kind = kind;
}

void source_keep(struct source *s, size_t column)
{
	s->column[column].kind = KIND_IGNORED;
	s->column[column].kept = true;
}

void source_use(struct source *s, bool all)
{
	s->use = allocate(s->columns, sizeof *s->use);
	for (size_t i = 0; i < s->columns; i++) {
		enum kind kind = s->column[i].kind;

		if (all || kind == KIND_UNKNOWN || kind == KIND_NUMBER)
			s->use[s->used++] = i;
	}
}

void source_found_text(struct source *s, size_t column, char *sample, uint64_t line, bool doubtful)
{
	struct column *c = &s->column[column];

	c->kind = KIND_TEXT;
	c->sample = sample;
	c->sample_line = line;
	c->doubtful = doubtful;
}

void source_settle(struct source *s)
{
	size_t used = 0;

	for (size_t k = 0; k < s->used; k++) {
		struct column *c = &s->column[s->use[k]];

		if (c->kind == KIND_TEXT)
			continue;
		c->settled |= c->kind == KIND_UNKNOWN;
		c->kind = KIND_NUMBER;
		s->use[used++] = s->use[k];
	}
	s->used = used;
}

size_t source_block_rows(const struct source *s, size_t columns, size_t *small)
{
	size_t multiple = s->wanted.multiple;
	size_t rows = (s->wanted.whole || s->wanted.texts ? BLOCK_CELLS : BLOCK_NUMBERS) / columns;

	if (rows > MAX_ROWS)
		rows = MAX_ROWS;
	if (rows >= multiple)
		return *small = rows - rows % multiple;
	*small = rows < MIN_ROWS ? MIN_ROWS : rows;
	return multiple;
}

bool source_next(struct source *s, struct block *block)
{
	bool more = s->format->next(s, block);

	if (more)
		progress_show(s->in.taken, s->in.total);
	else
		progress_clear();
	return more;
}

void source_write_head(const struct source *s, struct output *out)
{
	s->format->write_head(s, out);
}

void source_write(const struct source *s, const struct block *block, struct output *out)
{
	s->format->write_rows(s, block, out);
}

double source_number(const struct bell_table *t, const void *data, size_t row, size_t column)
{
	ptrdiff_t at = (ptrdiff_t)row * t->row_stride + (ptrdiff_t)column * t->column_stride;

	return t->type == BELL_F32 ? (double)((const float *)data)[at] : ((const double *)data)[at];
}

const char *source_text(const struct source *s, const struct block *b, size_t row, size_t column,
			size_t *length)
{
	return s->format->text(s, b, row, column, length);
}

void source_place(const struct block *b, size_t row, char place[PLACE_LENGTH])
{
	if (b->line)
		snprintf(place, PLACE_LENGTH, "%" PRIu64, b->line[row]);
	else
		snprintf(place, PLACE_LENGTH, "row %" PRIu64, b->row + row + 1);
}

void source_refuse(const struct source *s, const struct block *b, size_t row, size_t column,
		   double number, const char *what)
{
	const char *name = s->column[s->use[b->first + column]].name;
	char text[NUMBER_LENGTH], place[PLACE_LENGTH];

	source_place(b, row, place);
	die(EXIT_DATA, "%s:%s: column %s: %s %s", s->in.label, place, show_name(name),
	    show(text, number_format(number, text)), what);
}
