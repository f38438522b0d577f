/* SPDX-License-Identifier: BSD-3-Clause */
/* csv_write.c - rows as text, in the form of the input. */
#include <string.h>

#include "number.h"
#include "source.h"

/* Would the text read back as something else if it stood there without quotes? */
static bool needs_quotes(const struct source *s, const char *text, size_t length)
{
	if (!length) /* a line with nothing on it is no record */
		return s->columns == 1;
	if (*text == ' ' || *text == '\t' || text[length - 1] == ' ' || text[length - 1] == '\t')
		return true;
	return memchr(text, s->csv.delimiter, length) || memchr(text, '"', length) ||
	       memchr(text, '\n', length) || memchr(text, '\r', length);
}

static void put_text(const struct source *s, struct output *out, const char *text, size_t length)
{
	if (needs_quotes(s, text, length)) {
		size_t most = 2 * length + 2;

		output_add(out, csv_write(output_room(out, most), most, text, length));
	} else {
		output_put(out, text, length);
	}
}

static void end_field(const struct source *s, struct output *out, size_t field)
{
	bool last = field + 1 == s->columns;

	if (last && s->csv.crlf)
		output_put(out, "\r\n", 2);
	else
		output_put(out, last ? "\n" : &s->csv.delimiter, 1);
}

void csv_write_head(const struct source *s, struct output *out)
{
	if (s->csv.byte_order_mark)
		output_put(out, "\xef\xbb\xbf", 3);
	for (size_t i = 0; s->csv.header && i < s->columns; i++) {
		put_text(s, out, s->column[i].title, s->column[i].title_length);
		end_field(s, out, i);
	}
}

void csv_write_block(const struct source *s, const struct block *block, struct output *out)
{
	const struct csv_table *csv = &s->csv;
	const struct cell *cell = csv->cells;

	for (size_t row = 0; row < block->table.rows; row++) {
		for (size_t i = 0; i < s->columns; i++, cell++) {
			if (cell->at == CELL_IS_NUMBER) {
				double value = csv->values[csv->slot[i] * csv->stride + row];

				output_add(out,
					   number_format(value, output_room(out, NUMBER_LENGTH)));
			} else {
				put_text(s, out, csv->text + cell->at, cell->length);
			}
			end_field(s, out, i);
		}
	}
}
