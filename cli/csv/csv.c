/* SPDX-License-Identifier: BSD-3-Clause */
/* csv.c - the table format CSV, TSV and their like. */
#include <inttypes.h>
#include <string.h>

#include "../error.h"
#include "../foreign.h"
#include "../format.h"
#include "../source.h"
#include "../text.h"
#include "csv.h"
#include "sniff.h"

static bool begins_with(const struct input *in, const char *bytes, size_t length)
{
	return in->end - in->begin >= length && !memcmp(in->data + in->begin, bytes, length);
}

static bool probe(const struct input *in)
{
	(void)in;
	return true;
}

/* Takes a field of the header (csv_field); `data` is the source. */
static void add_title(void *data, size_t field, const char *text, size_t length)
{
	struct source *s = data;
	const struct csv *csv = s->state;

	if (memchr(text, 0, length))
		die(EXIT_DATA, "%s:%" PRIu64 ": a NUL byte in the name of column %zu: %s",
		    s->in.label, csv->reader.record_line, field + 1, show(text, length));
	source_add_column(s, text, length);
}

/*
 * Returns the delimiter that the command line names or, as Excel reads and writes it, a line
 * "sep=;" at the head, which is passed over; else -1.
 */
static int named_delimiter(struct csv_reader *r, const struct options *options)
{
	const char mark[] = "sep=";
	const struct input *in = r->in;
	size_t n = sizeof mark - 1;
	int delimiter = options->delimiter;

	if (!begins_with(in, mark, n) || in->end - in->begin < n + 2 ||
	    !may_delimit(in->data[in->begin + n]) || !strchr("\r\n", in->data[in->begin + n + 1]))
		return delimiter;
	if (delimiter < 0)
		delimiter = (unsigned char)in->data[in->begin + n];
	csv_skip_lines(r, 1);
	csv_skip_blank_lines(r);
	return delimiter;
}

static void open_table(struct source *s, const struct options *options, const struct names *known)
{
	struct csv *csv = s->state;
	struct input *in = &s->in;

	foreign_refuse(in, options);
	csv->reader.in = in;
	csv->threads = options->threads;
	missing_open(&csv->missing, options);
	csv->spelling = spelling_of(options);
	csv->style.decimal = options->decimal;
	csv->style.between = options->between;
	csv->style.digits = options->digits;
	csv->style.suffix = options->suffix;
	csv->style.byte_order_mark = begins_with(in, "\xef\xbb\xbf", 3);
	if (csv->style.byte_order_mark)
		input_skip(in, 3);
	csv->reader.comment = options->comment;
	csv_skip_lines(&csv->reader, options->skip_lines);
	csv_skip_blank_lines(&csv->reader);
	struct options here = *options;
	here.delimiter = named_delimiter(&csv->reader, options);
	if (csv->reader.line)
		s->lost = "has lines that are passed over, and would be lost";
	struct csv_form form = csv_sniff(in, &here, &csv->missing, known);
	if (!form.fields)
		die(EXIT_DATA, "%s: no rows", in->label);
	if (form.before)
		note("%s: note: lines of another form stand before what looks like the table; "
		     "--skip-lines %" PRIu64 " passes over them",
		     in->label, csv->reader.line + form.before);
	if (form.blanks) {
		s->lost = "has blanks between its cells, which would become tabs";
		input_squeeze(in);
	}
	const char *line = in->data + in->begin, *feed = memchr(line, '\n', in->end - in->begin);
	csv->style.crlf = feed && feed > line && feed[-1] == '\r';
	csv->style.delimiter = form.delimiter;
	csv->style.header = form.header;
	csv_reader_open(&csv->reader, form.delimiter);
	if (form.nameless)
		source_add_column(s, "", 0);
	if (form.header)
		csv_record(&csv->reader, add_title, s);
	else
		while (s->columns < form.fields)
			source_add_column(s, NULL, 0);
}

static bool next(struct source *s, struct block *block)
{
	struct csv *csv = s->state;
	struct cells *c = &csv->cells;
	bool first = !c->values, more = true;

	if (first)
		cells_open(c, s, &csv->reader, &csv->missing, &csv->spelling);
	cells_clear(c);
	/* the first block tells what the columns hold */
	if (!first)
		parts_read(&csv->parts, c, &csv->reader, csv->threads);
	while (!cells_full(c) && (more = csv_record(&csv->reader, cells_add, c)))
		cells_end_row(c);
	if (first && c->rows)
		cells_settle(c);
	*block = (struct block){
	    .table = {c->values, BELL_F64, c->rows, s->used, 1, (ptrdiff_t)c->stride},
	    .row = csv->rows,
	    .line = c->lines,
	    .last = !more};
	csv->rows += c->rows;
	/* a part of a table that is read as one with others may have none */
	if (!csv->rows && !s->table)
		die(EXIT_DATA, "%s: no rows", s->in.label);
	return c->rows;
}

static const char *cell_text(const struct source *s, const struct block *block, size_t row,
			     size_t column, size_t *length)
{
	const struct csv *csv = s->state;
	const char *text = cells_text(&csv->cells, row, column, length);

	(void)block; /* its texts lie in the cells */
	return missing_text(&csv->missing, text, *length) ? NULL : text;
}

static void write_head(const struct source *s, struct output *out)
{
	const struct csv *csv = s->state;

	csv_write_names(s, &csv->style, out);
}

static void write_rows(const struct source *s, const struct block *block, struct output *out)
{
	struct csv *csv = s->state;

	(void)block; /* its numbers lie in the cells */
	csv_write_cells(&csv->cells, &csv->style, csv->threads, &csv->memory, out);
}

static void close_table(struct source *s)
{
	struct csv *csv = s->state;

	csv_reader_close(&csv->reader);
	cells_close(&csv->cells);
	csv_memory_free(&csv->memory);
	missing_close(&csv->missing);
}

const struct format csv_format = {
    .name = "CSV",
    .state_size = sizeof(struct csv),
    .probe = probe,
    .open = open_table,
    .next = next,
    .text = cell_text,
    .write_head = write_head,
    .write_rows = write_rows,
    .close = close_table,
};
