/* SPDX-License-Identifier: BSD-3-Clause */
/* sample.c - the first lines of a text table, to guess its form from. */
#include <stdlib.h>
#include <string.h>

#include "../error.h"
#include "../input.h"
#include "../number.h"
#include "../options.h"
#include "record.h"
#include "sample.h"

/* The sample ends after so many lines, or with the line that goes beyond so many bytes. */
enum { SAMPLE_LINES = 100, MIN_LINES = 2, SAMPLE_BYTES = 1 << 16 };

/* Returns the length of a sample that is complete in the first n bytes, and otherwise 0. */
static size_t complete(const char *text, size_t n)
{
	const char *p = text, *feed;

	for (size_t lines = 1; (feed = memchr(p, '\n', n - (size_t)(p - text))); lines++) {
		p = feed + 1;
		if (lines == SAMPLE_LINES ||
		    (lines >= MIN_LINES && (size_t)(p - text) >= SAMPLE_BYTES))
			return (size_t)(p - text);
	}
	return n >= CSV_MAX_LENGTH ? n : 0;
}

struct sample sample_take(struct input *in, const struct options *options)
{
	struct spelling spelling = spelling_of(options);
	size_t n = 0;
	bool more = true;

	/* A pipe may bring a line at a time. */
	while (!(n = complete(in->data + in->begin, in->end - in->begin)) && more)
		more = input_more(in);
	if (!n)
		n = in->end - in->begin;
	spelling.boolean = false;
	return (struct sample){.text = in->data + in->begin,
			       .length = n,
			       .comment = options->comment,
			       .spelling = spelling,
			       .all = !more,
			       .copy = allocate(n, 1)};
}

void sample_free(struct sample *sample) { free(sample->copy); }

static bool ends_line(char c) { return c == '\n' || c == '\r'; }

/* Returns the end of the text from `at` on that holds no delimiter and no end of a line. */
static size_t plain_end(const struct scan *scan, size_t at)
{
	const struct sample *s = scan->sample;

	while (at < s->length && s->text[at] != scan->delimiter && !ends_line(s->text[at]))
		at++;
	return at;
}

/* Copies what stands between quotes, of which the first is at scan->at; returns its length. */
static size_t copy_quoted(struct scan *scan)
{
	const struct sample *s = scan->sample;
	size_t n = 0, at = scan->at + 1;

	for (; at < s->length; at++) {
		if (s->text[at] == '"') {
			if (at + 1 == s->length || s->text[at + 1] != '"')
				break;
			at++;
		}
		s->copy[n++] = s->text[at];
	}
	scan->at = at < s->length ? at + 1 : at;
	scan->faults += at == s->length && s->all; /* the quote is never closed */
	return n;
}

/* Reads a cell up to the delimiter or the end of the line behind it. */
static void read_cell(struct scan *scan, struct sample_cell *cell)
{
	const struct sample *s = scan->sample;

	cell->quoted = scan->at < s->length && s->text[scan->at] == '"';
	cell->text = cell->quoted ? s->copy : s->text + scan->at;
	cell->length = cell->quoted ? copy_quoted(scan) : 0;
	size_t end = plain_end(scan, scan->at);
	if (cell->quoted)
		scan->faults += end > scan->at;
	else
		cell->length = end - scan->at;
	for (size_t i = 0; !cell->quoted && i < cell->length; i++)
		scan->faults += cell->text[i] == '"';
	scan->at = end;
}

/* Passes over blank lines and comments. */
static void skip_lines(struct scan *scan)
{
	const struct sample *s = scan->sample;

	for (; scan->at < s->length; scan->at++) {
		if (s->comment && s->text[scan->at] == s->comment)
			while (scan->at < s->length && !ends_line(s->text[scan->at]))
				scan->at++;
		if (scan->at < s->length && !ends_line(s->text[scan->at]))
			return;
	}
}

bool scan_next(struct scan *scan, struct sample_cell *cell)
{
	const struct sample *s = scan->sample;

	/* A delimiter before the end of the sample has an empty cell behind it. */
	if (!scan->field)
		skip_lines(scan);
	if (scan->at >= s->length && !scan->field)
		return false;
	read_cell(scan, cell);
	bool cut = scan->at >= s->length;
	if (cut && !s->all && scan->record)
		return false;
	cell->record = scan->record;
	cell->field = scan->field++;
	cell->last = cut || ends_line(s->text[scan->at]);
	if (cell->last) {
		scan->record++;
		scan->field = 0;
	} else {
		scan->at++;
	}
	return true;
}

bool sample_is_number(const struct sample *sample, const struct sample_cell *cell)
{
	double value;
	bool code;

	return number_parse(cell->text, cell->length, '.', &value) ||
	       number_parse(cell->text, cell->length, ',', &value) ||
	       spelling_parse(&sample->spelling, cell->text, cell->length, &value, &code);
}
