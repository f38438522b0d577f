/* SPDX-License-Identifier: BSD-3-Clause */
/* csv_table.c - a text table becomes blocks of numbers. */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "names.h"
#include "number.h"
#include "source.h"

enum { TEXT_PIECE = 1 << 20, TEXT_ENOUGH = 8 << 20 };

int csv_no_space(unsigned char c)
{
	(void)c;
	return 0;
}

bool csv_missing(const struct source *s, const char *text, size_t length)
{
	for (size_t i = 0; i < s->missing.count; i++)
		if (strlen(s->missing.item[i]) == length &&
		    !memcmp(s->missing.item[i], text, length))
			return true;
	for (; length && (*text == ' ' || *text == '\t'); text++)
		length--;
	while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	switch (length) {
	case 0:
		return true;
	case 1:
		return *text == '?';
	case 2:
		return !strncasecmp(text, "NA", 2);
	case 3:
		return !strncasecmp(text, "NaN", 3) || !strncasecmp(text, "N/A", 3);
	case 4:
		return !strncasecmp(text, "null", 4);
	default:
		return false;
	}
}

/* Files that are something else, by their first bytes. */
static void check_format(const struct input *in)
{
	static const struct {
		size_t length;
		const char *bytes, *what;
	} others[] = {
	    {2, "\xff\xfe",
	     "is UTF-16 text: convert it first, for example with iconv -f UTF-16 -t UTF-8"},
	    {2, "\xfe\xff",
	     "is UTF-16 text: convert it first, for example with iconv -f UTF-16 -t UTF-8"},
	    {2, "\x1f\x8b", "is compressed: zcat it into bellshape, with - as the table"},
	    {4, "\x28\xb5\x2f\xfd",
	     "is compressed: zstdcat it into bellshape, with - as the table"},
	    {6, "\3757zXZ", "is compressed: xzcat it into bellshape, with - as the table"},
	    {4, "PK\3\4",
	     "is a zip file, such as .xlsx or .npz: take the table out as CSV or .npy"},
	    {4, "PAR1", "is a Parquet file: save it as CSV or .npy"},
	};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (in->end - in->begin >= others[i].length &&
		    !memcmp(in->data + in->begin, others[i].bytes, others[i].length))
			die(EXIT_DATA, "%s: %s", in->label, others[i].what);
}

static void add_column(struct source *s, const char *title, size_t length)
{
	struct column *c;

	if (!(s->columns & (s->columns - 1))) /* full at each power of two */
		s->column = reallocate(s->column, s->columns ? 2 * s->columns : 1, sizeof *c);
	c = &s->column[s->columns];
	*c = (struct column){0};
	if (s->csv.header) {
		if (memchr(title, 0, length))
			die(EXIT_DATA, "%s:%" PRIu64 ": a NUL byte in the name of column %zu: %s",
			    s->in.label, s->csv.record_line, s->columns + 1, show(title, length));
		c->title = copy_text(title, length);
		c->title_length = length;
	}
	s->columns++;
}

static void skip_blank_lines(struct source *s)
{
	struct input *in = &s->in;

	for (char c, last = 0; in->begin < in->end || input_more(in); in->begin++, last = c) {
		c = in->data[in->begin];
		if (c != '\n' && c != '\r')
			return;
		s->csv.line += c == '\r' || last != '\r';
	}
}

void csv_open(struct source *s, const struct options *options, const struct names *known)
{
	struct csv_table *csv = &s->csv;
	struct input *in = &s->in;
	const char *feed;

	check_format(in);
	if (in->end - in->begin >= 3 && !memcmp(in->data + in->begin, "\xef\xbb\xbf", 3)) {
		csv->byte_order_mark = true;
		in->begin += 3;
	}
	skip_blank_lines(s);
	size_t fields = csv_sniff(s, options, known);
	if (!fields)
		die(EXIT_DATA, "%s: no rows", in->label);
	feed = memchr(in->data + in->begin, '\n', in->end - in->begin);
	csv->crlf = feed && feed > in->data + in->begin && feed[-1] == '\r';
	if (csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI))
		die(EXIT_DATA, "out of memory");
	csv_set_delim(&csv->parser, (unsigned char)csv->delimiter);
	csv_set_space_func(&csv->parser, csv_no_space);
	csv_set_blk_size(&csv->parser, 1 << 16);
	if (csv->header)
		csv_record(s, add_column);
	else
		while (s->columns < fields)
			add_column(s, "", 0);
}

/* What to say of a text that is a number for some. */
static const char *hint(const char *text, size_t length)
{
	const char *comma = memchr(text, ',', length);
	bool decimal = comma && comma > text && comma + 1 < text + length &&
		       isdigit((unsigned char)comma[-1]) && isdigit((unsigned char)comma[1]);

	return decimal ? " (decimals are written with a point)" : "";
}

/* A text in a column that has to be of numbers. */
static _Noreturn void refuse(const struct source *s, size_t field, const char *text, size_t length)
{
	const char *found = show(text, length), *name = show_name(s->column[field].name);

	die(EXIT_DATA,
	    "%s:%" PRIu64 ": column %s: %s is not a number%s; --na %s makes it a missing value, "
	    "--text %s sets the column aside",
	    s->in.label, s->csv.record_line, name, found, hint(text, length), found, name);
}

static void on_text(struct source *s, size_t field, const char *text, size_t length)
{
	struct column *c = &s->column[field];

	if (c->kind != KIND_UNKNOWN)
		refuse(s, field, text, length);
	c->kind = KIND_TEXT;
	if (asprintf(&c->sample, "%s%s", show(text, length), hint(text, length)) < 0)
		die(EXIT_DATA, "out of memory");
	c->sample_line = s->csv.record_line;
	s->csv.slot[field] = NO_SLOT;
}

static void keep_text(struct csv_table *csv, struct cell *cell, const char *text, size_t length)
{
	if (csv->text_capacity - csv->text_used < length) {
		csv->text_capacity += TEXT_PIECE + length;
		csv->text = reallocate(csv->text, csv->text_capacity, 1);
	}
	*cell = (struct cell){(uint32_t)csv->text_used, (uint32_t)length};
	if (length)
		memcpy(csv->text + csv->text_used, text, length);
	csv->text_used += length;
}

static void read_cell(struct source *s, const char *text, size_t length)
{
	struct csv_table *csv = &s->csv;
	size_t field = csv->field, slot;
	double value = NAN;

	if (field >= s->columns) /* it is counted, and the record refused as a whole */
		return;
	slot = csv->slot[field];
	if (slot != NO_SLOT) {
		if ((s->missing.count && csv_missing(s, text, length)) ||
		    !number_parse(text, length, &value)) {
			value = NAN;
			if (!csv_missing(s, text, length))
				on_text(s, field, text, length);
		}
		csv->values[slot * csv->stride + csv->row] = value;
	}
	if (!s->whole)
		return;
	struct cell *cell = &csv->cells[csv->row * s->columns + field];
	if (isnan(value))
		keep_text(csv, cell, text, length);
	else
		cell->at = CELL_IS_NUMBER;
}

/* Before the first block: every column that may be of numbers gets a place in it. */
static void prepare(struct source *s)
{
	struct csv_table *csv = &s->csv;

	s->use = allocate(s->columns, sizeof *s->use);
	csv->slot = allocate(s->columns, sizeof *csv->slot);
	for (size_t i = 0; i < s->columns; i++) {
		enum kind kind = s->column[i].kind;
		bool number = kind == KIND_UNKNOWN || kind == KIND_NUMBER;

		csv->slot[i] = number ? s->used : NO_SLOT;
		if (number)
			s->use[s->used++] = i;
	}
	csv->block_rows = source_block_rows(s, s->columns);
	csv->stride = csv->block_rows + 8; /* no power of two: columns share no cache set */
	csv->values = allocate(s->used * csv->stride, sizeof *csv->values);
	csv->lines = allocate(csv->block_rows, sizeof *csv->lines);
	if (s->whole) {
		csv->cells = allocate(csv->block_rows * s->columns, sizeof *csv->cells);
		csv->text = allocate(csv->text_capacity = TEXT_PIECE, 1);
	}
}

/* After the first block: what is not of text now is of numbers, and the places close up. */
static void settle(struct source *s)
{
	struct csv_table *csv = &s->csv;
	size_t used = 0;

	for (size_t k = 0; k < s->used; k++) {
		size_t i = s->use[k];

		if (s->column[i].kind == KIND_TEXT)
			continue;
		s->column[i].kind = KIND_NUMBER;
		memmove(csv->values + used * csv->stride, csv->values + k * csv->stride,
			csv->row * sizeof *csv->values);
		csv->slot[i] = used;
		s->use[used++] = i;
	}
	s->used = used;
}

bool csv_next(struct source *s, struct block *block)
{
	struct csv_table *csv = &s->csv;
	bool first = !csv->values;

	if (first)
		prepare(s);
	csv->text_used = 0;
	for (csv->row = 0; csv->row < csv->block_rows && csv->text_used < TEXT_ENOUGH; csv->row++) {
		if (!csv_record(s, read_cell))
			break;
		if (csv->field != s->columns)
			die(EXIT_DATA,
			    "%s:%" PRIu64 ": %zu field%s, where the first record has %zu",
			    s->in.label, csv->record_line, csv->field, csv->field == 1 ? "" : "s",
			    s->columns);
		csv->lines[csv->row] = csv->record_line;
	}
	if (first && csv->row)
		settle(s);
	*block = (struct block){
	    .table = {csv->values, BELL_F64, csv->row, s->used, 1, (ptrdiff_t)csv->stride},
	    .row = csv->rows,
	    .line = csv->lines};
	csv->rows += csv->row;
	if (!csv->rows)
		die(EXIT_DATA, "%s: no rows", s->in.label);
	return csv->row;
}

void csv_close(struct source *s)
{
	struct csv_table *csv = &s->csv;

	csv_free(&csv->parser);
	free(csv->values);
	free(csv->lines);
	free(csv->slot);
	free(csv->cells);
	free(csv->text);
}
