/* SPDX-License-Identifier: BSD-3-Clause */
/* cells.c - a block of rows of a text table, as numbers and texts. */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../error.h"
#include "../missing.h"
#include "../number.h"
#include "../source.h"
#include "../text.h"
#include "cells.h"
#include "record.h"

/* The memory for texts grows by so many bytes; a block ends when it has so many of them. */
enum { TEXT_PIECE = 1 << 20, TEXT_ENOUGH = 8 << 20 };

/* With so many rows of nothing behind each column, two columns share no set of the cache. */
enum { COLUMN_PAD = 8 };

void cells_open(struct cells *c, struct source *s, const struct csv_reader *reader,
		const struct missing *missing, const struct spelling *spelling)
{
	*c = (struct cells){.source = s,
			    .reader = reader,
			    .missing = missing,
			    .spelling = *spelling,
			    .columns = s->columns};
	source_use(s, false);
	c->slot = allocate(s->columns, sizeof *c->slot);
	for (size_t i = 0; i < s->columns; i++)
		c->slot[i] = NO_SLOT;
	for (size_t k = 0; k < s->used; k++)
		c->slot[s->use[k]] = k;
	c->capacity = source_block_rows(s, s->columns, &c->room);
	c->stride = c->room + COLUMN_PAD;
	c->values = allocate(s->used * c->stride, sizeof *c->values);
	c->lines = allocate(c->capacity, sizeof *c->lines);
	if (s->wanted.whole || s->wanted.texts) {
		c->cell = allocate(c->room * s->columns, sizeof *c->cell);
		c->text = allocate(c->text_capacity = TEXT_PIECE, 1);
	}
}

void cells_close(struct cells *c)
{
	free(c->values);
	free(c->lines);
	free(c->slot);
	free(c->cell);
	free(c->text);
}

void cells_clear(struct cells *c) { c->rows = c->text_used = 0; }

bool cells_full(const struct cells *c)
{
	return c->rows == c->capacity || c->text_used >= TEXT_ENOUGH;
}

/* Is the text a number if its decimals follow a comma in place of a point, or the reverse? */
static bool other_decimal(const struct cells *c, const char *text, size_t length)
{
	char other = c->spelling.decimal == ',' ? '.' : ',';
	double value;

	return memchr(text, other, length) && number_parse(text, length, other, &value);
}

/* Is it a dot or a dash or the like, which some write for a missing value? */
static bool is_mark(const char *text, size_t length)
{
	trim(&text, &length);
	for (size_t i = 0; i < length; i++)
		if (isalnum((unsigned char)text[i]) || (unsigned char)text[i] >= 0x80)
			return false;
	return length > 0 && length <= 3;
}

/*
 * Returns how the text may be read after all, or "" if there is no guess; the result lasts until
 * the next call.  *doubtful tells whether that is as a number or a missing value.
 */
static const char *remedy(const struct cells *c, size_t field, const char *text, size_t length,
			  bool *doubtful)
{
	static char buffer[400];
	const char *how = spelling_remedy(&c->spelling, text, length);
	bool besides = how && !strstr(how, "--decimal");
	double value;
	bool code;

	*doubtful = true;
	if (other_decimal(c, text, length))
		snprintf(buffer, sizeof buffer, "%s%s%s",
			 c->spelling.decimal == ',' ? "decimals are written with a comma here"
						    : "--decimal , reads decimal commas",
			 besides ? ", " : "", besides ? how : "");
	else if (spelling_parse(&c->spelling, text, length, &value, &code))
		snprintf(buffer, sizeof buffer, "--numbers %s makes it a number",
			 show_name(c->source->column[field].name));
	else if (how)
		snprintf(buffer, sizeof buffer, "%s", how);
	else if (is_mark(text, length))
		snprintf(buffer, sizeof buffer, "--na %s makes it a missing value",
			 show(text, length));
	else
		*doubtful = false;
	if (!*doubtful)
		strcpy(buffer, !c->rows && !c->source->column[field].title
				   ? "--header makes it a name"
				   : "");
	return buffer;
}

/* Ends the program: there is a text in a column that has to be of numbers. */
static _Noreturn void refuse(const struct cells *c, size_t field, const char *text, size_t length)
{
	const char *found = show(text, length);
	const char *name = show_name(c->source->column[field].name);
	const char *what = number_is_code(text, length) ? "is a code, with a zero before its number"
							: "is not a number";
	bool doubtful;
	const char *other = remedy(c, field, text, length, &doubtful);
	bool hint = *other && !is_mark(text, length);

	die(EXIT_DATA,
	    "%s:%" PRIu64 ": column %s: %s %s%s%s%s; --na %s makes it a missing value, "
	    "--text %s sets the column aside",
	    c->source->in.label, c->reader->record_line, name, found, what, hint ? " (" : "",
	    hint ? other : "", hint ? ")" : "", found, name);
}

/* A text among numbers makes a column of text, if nothing is known of the column as yet. */
static void found_text(struct cells *c, size_t field, const char *text, size_t length)
{
	const char *other;
	bool doubtful;
	char *sample;

	if (c->source->column[field].kind != KIND_UNKNOWN)
		refuse(c, field, text, length);
	other = remedy(c, field, text, length, &doubtful);
	if (asprintf(&sample, "%s%s%s", show(text, length), *other ? "; " : "", other) < 0)
		out_of_memory();
	source_found_text(c->source, field, sample, c->reader->record_line, doubtful);
	c->slot[field] = NO_SLOT;
}

/* May a code be a number?  It may in a column that somebody asked to take for numbers. */
static bool takes_codes(const struct column *column)
{
	return column->kind == KIND_NUMBER && !column->settled;
}

/* Sets *value to a number, or NaN for a missing value; false if the text is neither. */
static bool find_number(const struct cells *c, size_t field, const char *text, size_t length,
			double *value)
{
	bool code;

	if (spelling_parse(&c->spelling, text, length, value, &code) &&
	    (!code ||
	     (takes_codes(&c->source->column[field]) && !missing_text(c->missing, text, length)))) {
		if (missing_number(c->missing, *value))
			*value = NAN;
		return true;
	}
	*value = NAN;
	return missing_text(c->missing, text, length);
}

/* Makes room for twice as many rows; the columns move apart, the last one first. */
static void grow(struct cells *c)
{
	size_t room = 2 * c->room < c->capacity ? 2 * c->room : c->capacity;
	size_t stride = room + COLUMN_PAD, used = c->source->used;

	c->values = reallocate(c->values, used * stride, sizeof *c->values);
	for (size_t k = used; k--;)
		memmove(c->values + k * stride, c->values + k * c->stride,
			c->rows * sizeof *c->values);
	c->stride = stride;
	c->room = room;
	if (c->cell)
		c->cell = reallocate(c->cell, room * c->columns, sizeof *c->cell);
}

static void make_text_room(struct cells *c, size_t length)
{
	if (c->text_capacity - c->text_used < length) {
		c->text_capacity += TEXT_PIECE + length;
		c->text = reallocate(c->text, c->text_capacity, 1);
	}
}

static void keep_text(struct cells *c, struct cell *cell, const char *text, size_t length,
		      size_t *text_at)
{
	*cell = (struct cell){(uint32_t)*text_at, (uint32_t)length};
	if (length)
		memcpy(c->text + *text_at, text, length);
	*text_at += length;
}

/* Does the text of a cell have to be kept?  Its number is NaN if it has none. */
static bool keeps_text(const struct cells *c, size_t field, double number)
{
	/* The numbers of a column become texts if there is a text among them. */
	return isnan(number) || c->source->wanted.originals ||
	       (c->source->wanted.texts && c->source->column[field].kind == KIND_UNKNOWN);
}

void cells_put_number(struct cells *c, size_t row, size_t field, double value)
{
	c->values[c->slot[field] * c->stride + row] = value;
	if (c->cell)
		c->cell[row * c->columns + field].at = CELL_IS_NUMBER;
}

bool cells_put(struct cells *c, size_t row, size_t field, const char *text, size_t length,
	       size_t *text_at)
{
	size_t slot = c->slot[field];
	double value = NAN;

	if (slot != NO_SLOT) {
		if (!find_number(c, field, text, length, &value))
			return false;
		c->values[slot * c->stride + row] = value;
	}
	if (!c->cell)
		return true;
	struct cell *cell = &c->cell[row * c->columns + field];
	if (keeps_text(c, field, value))
		keep_text(c, cell, text, length, text_at);
	else
		cell->at = CELL_IS_NUMBER;
	return true;
}

void cells_add(void *data, size_t field, const char *text, size_t length)
{
	struct cells *c = data;

	if (field >= c->columns) /* it is counted, and the record refused as a whole */
		return;
	if (!field && c->rows == c->room)
		grow(c);
	if (c->cell)
		make_text_room(c, length);
	while (!cells_put(c, c->rows, field, text, length, &c->text_used))
		found_text(c, field, text, length);
}

void cells_reserve(struct cells *c, size_t rows, size_t bytes)
{
	while (c->room < rows)
		grow(c);
	if (c->cell)
		make_text_room(c, bytes);
}

const char *cells_text(const struct cells *c, size_t row, size_t column, size_t *length)
{
	const struct cell *cell = &c->cell[row * c->columns + column];

	*length = cell->length;
	return c->text + cell->at;
}

void cells_end_row(struct cells *c)
{
	const struct csv_reader *r = c->reader;

	if (r->fields != c->columns)
		die(EXIT_DATA, "%s:%" PRIu64 ": %zu field%s, where the first record has %zu%s",
		    c->source->in.label, r->record_line, r->fields, r->fields == 1 ? "" : "s",
		    c->columns,
		    r->fields == 2 * c->columns && r->delimiter == ','
			? "; --decimal , if these are decimal commas"
			: "");
	c->lines[c->rows++] = r->record_line;
}

void cells_take(struct cells *c, size_t rows, uint64_t line, size_t text_used)
{
	for (size_t i = 0; i < rows; i++)
		c->lines[c->rows++] = line + i;
	c->text_used = text_used;
}

void cells_settle(struct cells *c)
{
	struct source *s = c->source;
	size_t used = 0;

	for (size_t k = 0; k < s->used; k++) {
		size_t column = s->use[k];

		if (s->column[column].kind == KIND_TEXT)
			continue;
		memmove(c->values + used * c->stride, c->values + k * c->stride,
			c->rows * sizeof *c->values);
		c->slot[column] = used++;
	}
	source_settle(s);
}
