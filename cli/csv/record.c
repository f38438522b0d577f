/* SPDX-License-Identifier: BSD-3-Clause */
/* record.c - lines, records and fields of a text table. */
#include <inttypes.h>
#include <string.h>

#include "../error.h"
#include "../input.h"
#include "../text.h"
#include "record.h"

/* Text is handed to libcsv in parts; its buffer grows by so many bytes. */
enum { PARSER_BLOCK = 1 << 16 };

void csv_reader_open(struct csv_reader *r, char delimiter)
{
	r->delimiter = delimiter;
	if (csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI))
		out_of_memory();
	csv_set_delim(&r->parser, (unsigned char)delimiter);
	csv_set_space_func(&r->parser, csv_no_space);
	csv_set_blk_size(&r->parser, PARSER_BLOCK);
}

void csv_reader_close(struct csv_reader *r) { csv_free(&r->parser); }

/*
 * Takes the next line with its end, which is "\n", "\r\n" or "\r"; the last line may have none.
 * Returns NULL at the end of the file.
 */
static const char *next_line(struct csv_reader *r, size_t *length)
{
	struct input *in = r->in;

	for (;;) {
		size_t here = in->end - in->begin, n = here;
		const char *line = in->data + in->begin;
		const char *feed = here ? memchr(line + r->no_feed, '\n', here - r->no_feed) : NULL;

		r->no_feed = feed ? (size_t)(feed - line) : here;
		const char *carriage = here ? memchr(line, '\r', r->no_feed) : NULL;
		/* A "\r" is the end of the line; as the last byte it may have a "\n" behind it. */
		if (carriage && carriage + 1 < line + here)
			n = (size_t)(carriage + 1 - line) + (carriage[1] == '\n');
		else if (!carriage && feed)
			n = r->no_feed + 1;
		else if (here >= CSV_MAX_LENGTH)
			die(EXIT_DATA, "%s:%" PRIu64 ": no end of this line within %d MB",
			    in->label, r->line + 1, CSV_MAX_LENGTH >> 20);
		else if (input_more(in))
			continue;
		if (!n)
			return NULL;
		input_skip(in, n);
		r->no_feed -= r->no_feed < n ? r->no_feed : n;
		r->line++;
		*length = n;
		return line;
	}
}

void csv_skip_lines(struct csv_reader *r, uint64_t n)
{
	size_t length;

	for (uint64_t i = 0; i < n; i++)
		if (!next_line(r, &length))
			die(EXIT_DATA,
			    "%s: has %" PRIu64 " line%s, where --skip-lines passes over %" PRIu64,
			    r->in->label, r->line, r->line == 1 ? "" : "s", n);
}

static bool is_comment(const struct csv_reader *r, char first)
{
	return r->comment && first == r->comment;
}

void csv_skip_blank_lines(struct csv_reader *r)
{
	struct input *in = r->in;
	size_t length;

	for (char c, last = 0; in->begin < in->end || input_more(in); last = c) {
		c = in->data[in->begin];
		if (c == '\n' || c == '\r') {
			r->line += c == '\r' || last != '\r';
			input_skip(in, 1);
			r->no_feed = 0;
		} else if (is_comment(r, c)) {
			next_line(r, &length);
			c = '\n';
		} else {
			return;
		}
	}
}

/* What the callbacks of libcsv get. */
struct callback {
	struct csv_reader *r;
	csv_field *on_field;
	void *data;
	bool done; /* the record is complete */
};

static void take_field(void *text, size_t length, void *data)
{
	struct callback *c = data;

	c->on_field(c->data, c->r->fields++, text, length);
}

static void end_record(int end, void *data)
{
	(void)end;
	((struct callback *)data)->done = true;
}

/*
 * A quote inside a field that does not start with one is part of its text, as most readers have it.
 * The strict mode of libcsv stops there, so that one character is parsed without it.  Text behind
 * a closing quote is an error.
 */
static void parse(struct callback *c, const char *text, size_t length)
{
	struct csv_parser *p = &c->r->parser;

	while (length) {
		size_t done = csv_parse(p, text, length, take_field, end_record, c);

		text += done;
		length -= done;
		if (!length)
			break;
		if (csv_error(p) != CSV_EPARSE)
			out_of_memory();
		if (p->quoted)
			die(EXIT_DATA,
			    "%s:%" PRIu64 ": text behind the closing quote of field %zu: %s",
			    c->r->in->label, c->r->line, c->r->fields + 1, show(text, length));
		csv_set_opts(p, CSV_STRICT_FINI);
		if (csv_parse(p, text++, 1, take_field, end_record, c) != 1)
			out_of_memory();
		csv_set_opts(p, CSV_STRICT | CSV_STRICT_FINI);
		length--;
	}
}

static _Noreturn void refuse_open_quote(const struct csv_reader *r)
{
	die(EXIT_DATA, "%s:%" PRIu64 ": the quote that opens in this record is never closed",
	    r->in->label, r->record_line);
}

/*
 * Reads a record, or the part of it that is on this line, by libcsv, which knows what quotes mean.
 * The line has `length` bytes and `end` more that end it.
 */
static void quoted_line(struct callback *c, const char *line, size_t length, size_t end)
{
	parse(c, line, length);
	if (!end && csv_fini(&c->r->parser, take_field, end_record, c))
		refuse_open_quote(c->r);
	/* A "\r" alone ends the record, unless it is quoted text. */
	for (size_t i = 0; i < end && !c->done; i++)
		parse(c, line + length + i, 1);
	c->r->open = !c->done && end;
}

/* Does the same for a line without quotes: 5 ns a field instead of the 35 ns of libcsv. */
static void plain_line(struct callback *c, const char *line, size_t length)
{
	const char delimiter = c->r->delimiter, *end = line + length, *next;
	size_t field = 0;

	for (; (next = memchr(line, delimiter, (size_t)(end - line))); line = next + 1)
		c->on_field(c->data, field++, line, (size_t)(next - line));
	c->on_field(c->data, field++, line, (size_t)(end - line));
	c->r->fields = field;
}

/* Returns how many bytes at the end of a line are its end. */
static size_t end_of_line(const char *line, size_t length)
{
	size_t end = 0;

	while (end < 2 && end < length &&
	       (line[length - 1 - end] == '\n' || line[length - 1 - end] == '\r'))
		end++;
	return end;
}

bool csv_record(struct csv_reader *r, csv_field *on_field, void *data)
{
	struct callback c = {r, on_field, data, false};
	size_t length, total = 0;
	const char *line;

	r->fields = 0;
	while ((line = next_line(r, &length))) {
		size_t end = end_of_line(line, length);

		/* a blank line, or a comment */
		if (!total && (length == end || is_comment(r, *line)))
			continue;
		if (!total)
			r->record_line = r->line;
		total += length;
		if (total > CSV_MAX_LENGTH)
			die(EXIT_DATA,
			    "%s:%" PRIu64
			    ": this record is longer than %d MB: is a quote left open?",
			    r->in->label, r->record_line, CSV_MAX_LENGTH >> 20);
		if (r->open || memchr(line, '"', length))
			quoted_line(&c, line, length - end, end);
		else
			plain_line(&c, line, length - end);
		if (!r->open)
			return true;
	}
	if (r->open)
		refuse_open_quote(r);
	return false;
}

int csv_no_space(unsigned char c)
{
	(void)c;
	return 0;
}
