/* SPDX-License-Identifier: BSD-3-Clause */
/* write.c - rows as text, in the form of the input. */
#include <csv.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/threads.h>

#include "../error.h"
#include "../number.h"
#include "../output.h"
#include "../source.h"
#include "cells.h"
#include "write.h"

/* So many cells take a thread some 0.2 ms, which is long beside the time to wake it. */
enum { PART_CELLS = 4096 };

/* What a field takes beside its text: quotes around it, and the delimiter or the line's end. */
enum { FIELD_END = 2 + MAX_BETWEEN, NUMBER_FIELD = NUMBER_LENGTH + FIELD_END };

/* What is needed to write a field. */
struct writer {
	const struct csv_style *style;
	size_t columns;
	char *to; /* where it goes; there is room */
};

/* What a field of a text takes at most: every character is a quote. */
static size_t text_field(size_t length) { return 2 * length + FIELD_END; }

/* Does a delimiter of several characters begin in the text, with itself behind that? */
static bool holds(const char *text, size_t length, const char *between)
{
	size_t n = strlen(between);

	for (size_t i = 0; i < length; i++) {
		size_t here = length - i < n ? length - i : n;

		if (!memcmp(text + i, between, here) && !memcmp(between, between + here, n - here))
			return true;
	}
	return false;
}

/* Would the text read back as something else if it stood there without quotes? */
static bool needs_quotes(const struct writer *w, const char *text, size_t length)
{
	if (!length) /* a line with nothing on it is no record */
		return w->columns == 1;
	if (*text == ' ' || *text == '\t' || text[length - 1] == ' ' || text[length - 1] == '\t')
		return true;
	if (w->style->between && holds(text, length, w->style->between))
		return true;
	return memchr(text, w->style->delimiter, length) || memchr(text, '"', length) ||
	       memchr(text, '\n', length) || memchr(text, '\r', length);
}

static void put_text(struct writer *w, const char *text, size_t length)
{
	if (needs_quotes(w, text, length)) {
		w->to += csv_write(w->to, text_field(length), text, length);
	} else if (length) {
		memcpy(w->to, text, length);
		w->to += length;
	}
}

static void end_field(struct writer *w, size_t field)
{
	bool last = field + 1 == w->columns;

	if (last && w->style->crlf)
		*w->to++ = '\r';
	if (!last && w->style->between)
		w->to = stpcpy(w->to, w->style->between);
	else
		*w->to++ = last ? '\n' : w->style->delimiter;
}

/* Returns how many new columns there are: one for each of numbers. */
static size_t added(const struct source *s, const struct csv_style *style)
{
	size_t count = 0;

	for (size_t i = 0; style->suffix && i < s->columns; i++)
		count += s->column[i].kind == KIND_NUMBER;
	return count;
}

void csv_write_names(const struct source *s, const struct csv_style *style, struct output *out)
{
	struct writer w = {style, s->columns + added(s, style), NULL};
	size_t field = 0;

	if (style->byte_order_mark)
		output_put(out, "\xef\xbb\xbf", 3);
	for (size_t i = 0; style->header && i < s->columns; i++) {
		const struct column *c = &s->column[i];
		char *begin = output_reserve(out, text_field(c->title_length));

		w.to = begin;
		put_text(&w, c->title, c->title_length);
		end_field(&w, field++);
		output_advance(out, (size_t)(w.to - begin));
	}
	for (size_t i = 0; style->header && style->suffix && i < s->columns; i++) {
		char *name, *begin;

		if (s->column[i].kind != KIND_NUMBER)
			continue;
		if (asprintf(&name, "%s%s", s->column[i].name, style->suffix) < 0)
			out_of_memory();
		w.to = begin = output_reserve(out, text_field(strlen(name)));
		put_text(&w, name, strlen(name));
		end_field(&w, field++);
		output_advance(out, (size_t)(w.to - begin));
		free(name);
	}
}

static void put_number(struct writer *w, double value)
{
	char *to = w->to, *point;
	size_t length = number_format_digits(value, w->style->digits, to);

	if (w->style->decimal == ',' && (point = memchr(to, '.', length))) {
		*point = ',';
		if (w->style->delimiter == ',') {
			memmove(to + 1, to, length);
			to[0] = to[length + 1] = '"';
			length += 2;
		}
	}
	w->to += length;
}

/* ---- the rows of a block ---- */

/* Some rows of a block, and their text. */
struct part {
	size_t row, rows;
	char *begin, *end;
};

/* What the threads share. */
struct work {
	const struct cells *c;
	const struct csv_style *style;
	struct part *part;
};

/* The new columns of a row.  What was missing is missing there, too, in the same words. */
static void put_added(struct writer *w, const struct cells *c, size_t row)
{
	const struct source *s = c->source;
	size_t field = c->columns;

	for (size_t i = 0; i < c->columns; i++) {
		const struct cell *cell = &c->cell[row * c->columns + i];
		double value;

		if (s->column[i].kind != KIND_NUMBER)
			continue;
		value = c->values[c->slot[i] * c->stride + row];
		if (isnan(value))
			put_text(w, c->text + cell->at, cell->length);
		else
			put_number(w, value);
		end_field(w, field++);
	}
}

static void write_part(void *context, size_t i)
{
	const struct work *work = context;
	const struct cells *c = work->c;
	struct part *p = &work->part[i];
	struct writer w = {work->style, c->columns + added(c->source, work->style), p->begin};
	const struct cell *cell = c->cell + p->row * c->columns;

	for (size_t row = p->row; row < p->row + p->rows; row++) {
		for (size_t field = 0; field < c->columns; field++, cell++) {
			if (cell->at == CELL_IS_NUMBER)
				put_number(&w, c->values[c->slot[field] * c->stride + row]);
			else
				put_text(&w, c->text + cell->at, cell->length);
			end_field(&w, field);
		}
		if (w.columns > c->columns)
			put_added(&w, c, row);
	}
	p->end = w.to;
}

/* Returns how much memory the text of some rows may take. */
static size_t room_for(const struct cells *c, const struct part *p, bool added)
{
	const struct cell *cell = c->cell + p->row * c->columns;
	size_t room = 0;

	for (size_t i = 0; i < p->rows * c->columns; i++)
		room += cell[i].at == CELL_IS_NUMBER ? NUMBER_FIELD : text_field(cell[i].length);
	for (size_t i = 0; added && i < p->rows * c->columns; i++)
		room += NUMBER_FIELD + text_field(cell[i].length);
	return room;
}

void csv_write_cells(const struct cells *c, const struct csv_style *style, unsigned threads,
		     struct csv_memory *memory, struct output *out)
{
	size_t rows = c->columns < PART_CELLS ? PART_CELLS / c->columns : 1;
	size_t parts = (c->rows + rows - 1) / rows, room = 0, *at = allocate(parts + 1, sizeof *at);
	struct work work = {c, style, allocate(parts + 1, sizeof *work.part)};

	for (size_t i = 0; i < parts; i++) {
		struct part *p = &work.part[i];

		p->row = i * rows;
		p->rows = c->rows - p->row < rows ? c->rows - p->row : rows;
		at[i] = room;
		room += room_for(c, p, style->suffix);
	}
	if (room > memory->size)
		memory->bytes = reallocate(memory->bytes, memory->size = room, 1);
	for (size_t i = 0; i < parts; i++)
		work.part[i].begin = memory->bytes + at[i];
	check(bell_parallel_for(threads, parts, write_part, &work), out->label);
	for (size_t i = 0; i < parts; i++)
		output_put(out, work.part[i].begin,
			   (size_t)(work.part[i].end - work.part[i].begin));
	free(at);
	free(work.part);
}

void csv_memory_free(struct csv_memory *memory)
{
	free(memory->bytes);
	*memory = (struct csv_memory){0};
}
