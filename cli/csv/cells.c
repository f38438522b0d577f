/* SPDX-License-Identifier: BSD-3-Clause */
/* cells.c - a block of rows of a text table, as numbers and texts. */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../error.h"
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
		const struct list *missing)
{
	*c = (struct cells){
	    .source = s, .reader = reader, .missing = missing, .columns = s->columns};
	source_use(s, false);
	c->slot = allocate(s->columns, sizeof *c->slot);
	for (size_t i = 0; i < s->columns; i++)
		c->slot[i] = NO_SLOT;
	for (size_t k = 0; k < s->used; k++)
		c->slot[s->use[k]] = k;
	c->capacity = source_block_rows(s, s->columns);
	c->stride = c->capacity + COLUMN_PAD;
	c->values = allocate(s->used * c->stride, sizeof *c->values);
	c->lines = allocate(c->capacity, sizeof *c->lines);
	if (s->wanted.whole) {
		c->cell = allocate(c->capacity * s->columns, sizeof *c->cell);
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

/* Returns what to say of a text that is a number for some people. */
static const char *hint(const char *text, size_t length)
{
	const char *comma = memchr(text, ',', length);
	bool decimal = comma && comma > text && comma + 1 < text + length &&
		       isdigit((unsigned char)comma[-1]) && isdigit((unsigned char)comma[1]);

	return decimal ? " (decimals are written with a point)" : "";
}

/* Ends the program: there is a text in a column that has to be of numbers. */
static _Noreturn void refuse(const struct cells *c, size_t field, const char *text, size_t length)
{
	const char *found = show(text, length);
	const char *name = show_name(c->source->column[field].name);

	die(EXIT_DATA,
	    "%s:%" PRIu64 ": column %s: %s is not a number%s; --na %s makes it a missing value, "
	    "--text %s sets the column aside",
	    c->source->in.label, c->reader->record_line, name, found, hint(text, length), found,
	    name);
}

/* A text among numbers makes a column of text, if nothing is known of the column as yet. */
static void found_text(struct cells *c, size_t field, const char *text, size_t length)
{
	char *sample;

	if (c->source->column[field].kind != KIND_UNKNOWN)
		refuse(c, field, text, length);
	if (asprintf(&sample, "%s%s", show(text, length), hint(text, length)) < 0)
		out_of_memory();
	source_found_text(c->source, field, sample, c->reader->record_line);
	free(sample);
	c->slot[field] = NO_SLOT;
}

static double read_number(struct cells *c, size_t field, const char *text, size_t length)
{
	double value;

	/* Only a token that looks like a number has to be sought before the text is parsed. */
	if (!(c->missing->count && csv_missing(c->missing, text, length)) &&
	    number_parse(text, length, &value))
		return value;
	if (!csv_missing(c->missing, text, length))
		found_text(c, field, text, length);
	return NAN;
}

static void keep_text(struct cells *c, struct cell *cell, const char *text, size_t length)
{
	if (c->text_capacity - c->text_used < length) {
		c->text_capacity += TEXT_PIECE + length;
		c->text = reallocate(c->text, c->text_capacity, 1);
	}
	*cell = (struct cell){(uint32_t)c->text_used, (uint32_t)length};
	if (length)
		memcpy(c->text + c->text_used, text, length);
	c->text_used += length;
}

void cells_add(void *data, size_t field, const char *text, size_t length)
{
	struct cells *c = data;
	double value = NAN;
	size_t slot;

	if (field >= c->columns) /* it is counted, and the record refused as a whole */
		return;
	slot = c->slot[field];
	if (slot != NO_SLOT) {
		value = read_number(c, field, text, length);
		c->values[slot * c->stride + c->rows] = value;
	}
	if (!c->cell)
		return;
	struct cell *cell = &c->cell[c->rows * c->columns + field];
	if (isnan(value))
		keep_text(c, cell, text, length);
	else
		cell->at = CELL_IS_NUMBER;
}

void cells_end_row(struct cells *c)
{
	const struct csv_reader *r = c->reader;

	if (r->fields != c->columns)
		die(EXIT_DATA, "%s:%" PRIu64 ": %zu field%s, where the first record has %zu",
		    c->source->in.label, r->record_line, r->fields, r->fields == 1 ? "" : "s",
		    c->columns);
	c->lines[c->rows++] = r->record_line;
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
