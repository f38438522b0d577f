/* SPDX-License-Identifier: BSD-3-Clause */
/* write.c - rows as text, in the form of the input. */
#include <csv.h>
#include <string.h>

#include "../number.h"
#include "../output.h"
#include "../source.h"
#include "cells.h"
#include "write.h"

/* What is needed to write a field. */
struct writer {
	const struct csv_style *style;
	size_t columns;
	struct output *out;
};

/* Would the text read back as something else if it stood there without quotes? */
static bool needs_quotes(const struct writer *w, const char *text, size_t length)
{
	if (!length) /* a line with nothing on it is no record */
		return w->columns == 1;
	if (*text == ' ' || *text == '\t' || text[length - 1] == ' ' || text[length - 1] == '\t')
		return true;
	return memchr(text, w->style->delimiter, length) || memchr(text, '"', length) ||
	       memchr(text, '\n', length) || memchr(text, '\r', length);
}

static void put_text(const struct writer *w, const char *text, size_t length)
{
	if (needs_quotes(w, text, length)) {
		size_t capacity = 2 * length + 2; /* every character is a quote, and two around */
		char *to = output_reserve(w->out, capacity);

		output_advance(w->out, csv_write(to, capacity, text, length));
	} else {
		output_put(w->out, text, length);
	}
}

static void end_field(const struct writer *w, size_t field)
{
	bool last = field + 1 == w->columns;

	if (last && w->style->crlf)
		output_put(w->out, "\r\n", 2);
	else
		output_put(w->out, last ? "\n" : &w->style->delimiter, 1);
}

void csv_write_names(const struct source *s, const struct csv_style *style, struct output *out)
{
	const struct writer w = {style, s->columns, out};

	if (style->byte_order_mark)
		output_put(out, "\xef\xbb\xbf", 3);
	for (size_t i = 0; style->header && i < s->columns; i++) {
		put_text(&w, s->column[i].title, s->column[i].title_length);
		end_field(&w, i);
	}
}

static void put_number(const struct writer *w, double value)
{
	char *to = output_reserve(w->out, NUMBER_LENGTH + 2), *point; /* two quotes */
	size_t length = number_format(value, to);

	if (w->style->decimal == ',' && (point = memchr(to, '.', length))) {
		*point = ',';
		if (w->style->delimiter == ',') {
			memmove(to + 1, to, length);
			to[0] = to[length + 1] = '"';
			length += 2;
		}
	}
	output_advance(w->out, length);
}

void csv_write_cells(const struct cells *c, const struct csv_style *style, struct output *out)
{
	const struct writer w = {style, c->columns, out};
	const struct cell *cell = c->cell;

	for (size_t row = 0; row < c->rows; row++) {
		for (size_t i = 0; i < w.columns; i++, cell++) {
			if (cell->at == CELL_IS_NUMBER) {
				double value = c->values[c->slot[i] * c->stride + row];

				put_number(&w, value);
			} else {
				put_text(&w, c->text + cell->at, cell->length);
			}
			end_field(&w, i);
		}
	}
}
