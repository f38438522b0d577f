/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * parts.c - many rows at once, by several threads.
 *
 * The lines of a block are cut into parts of about equal length.  In one pass threads count the
 * lines of each part, which says into which rows they go; in another they parse them.  A part ends
 * early at a line that is not plain, and then the rows up to there are taken.
 */
#include <stdlib.h>
#include <string.h>
#include <bellshape/threads.h>

#include "../error.h"
#include "../input.h"
#include "../missing.h"
#include "../number.h"
#include "../source.h"
#include "cells.h"
#include "parts.h"
#include "record.h"

/* So many bytes take a thread some 0.1 ms, which is long beside the time to wake it. */
enum { PART_BYTES = 1 << 15 };

/* What is read ahead for a block at most; a line that is longer is read by csv_record(). */
enum { MAX_BYTES = 4 << 20 };

/* After n blocks in a row that had few plain rows, 2^n are not tried, up to this n. */
enum { MAX_MISSES = 6 };

struct part {
	const char *begin, *end; /* whole lines */
	size_t first, lines;     /* its rows in the block, if all are plain */
	size_t rows;             /* how many of them were put in */
	const char *stop;        /* where these end */
	size_t text;             /* where their texts end */
};

/* What the threads share. */
struct work {
	struct cells *c;
	char delimiter, comment;
	bool prefix;      /* a number ends before the delimiter by itself */
	const char *text; /* the begin of all parts */
	size_t text_used; /* texts of before */
	struct part *part;
};

static void count_lines(void *context, size_t i)
{
	struct part *p = &((struct work *)context)->part[i];
	const char *at = p->begin, *feed;

	for (; (feed = memchr(at, '\n', (size_t)(p->end - at))); at = feed + 1)
		p->lines++;
}

/* Puts in the field that begins at `text`; returns where it ends, or NULL. */
static const char *parse_field(const struct work *w, struct part *p, size_t field, const char *text,
			       const char *end)
{
	struct cells *c = w->c;
	size_t row = p->first + p->rows;
	const char *stop;
	double value;

	if (w->prefix && c->slot[field] != NO_SLOT && (stop = number_prefix(text, end, &value)) &&
	    (stop == end || *stop == w->delimiter) && !missing_number(c->missing, value)) {
		cells_put_number(c, row, field, value);
		return stop;
	}
	stop = memchr(text, w->delimiter, (size_t)(end - text));
	if (!stop)
		stop = end;
	return cells_put(c, row, field, text, (size_t)(stop - text), &p->text) ? stop : NULL;
}

/* Puts in a row; false if its line, which ends before `end`, is not plain. */
static bool parse_line(const struct work *w, struct part *p, const char *line, const char *end)
{
	size_t last = w->c->columns - 1;

	if (end == line || (w->comment && *line == w->comment))
		return false;
	for (size_t field = 0;; field++) {
		const char *stop = parse_field(w, p, field, line, end);

		/* the last field ends the line, and no other does */
		if (!stop || (stop == end) != (field == last))
			return false;
		if (stop == end)
			return true;
		line = stop + 1;
	}
}

static void parse_part(void *context, size_t i)
{
	const struct work *w = context;
	struct part *p = &w->part[i];
	size_t length = (size_t)(p->end - p->begin);
	size_t room = p->first < w->c->capacity ? w->c->capacity - p->first : 0;
	const char *quote = memchr(p->begin, '"', length);
	bool carriage = memchr(p->begin, '\r', length);

	/* texts take no more room than the lines before */
	p->text = w->text_used + (size_t)(p->begin - w->text);
	while (p->rows < p->lines && p->rows < room) {
		const char *feed = memchr(p->stop, '\n', (size_t)(p->end - p->stop)), *end = feed;

		if (carriage && end > p->stop && end[-1] == '\r')
			end--;
		if ((quote && quote < end) ||
		    (carriage && memchr(p->stop, '\r', (size_t)(end - p->stop))) ||
		    !parse_line(w, p, p->stop, end))
			return;
		p->rows++;
		p->stop = feed + 1;
	}
}

/* Cuts `length` bytes of whole lines into parts; returns how many there are. */
static size_t cut(struct part *part, const char *text, size_t length)
{
	const char *end = text + length, *feed;
	size_t n = 0;

	for (; text < end; text = part[n++].end) {
		feed = (size_t)(end - text) <= PART_BYTES
			   ? end - 1
			   : memchr(text + PART_BYTES - 1, '\n',
				    (size_t)(end - text) - PART_BYTES + 1);
		part[n] = (struct part){.begin = text, .end = feed + 1, .stop = text};
	}
	return n;
}

/* Takes the rows of all parts up to the first that has a row which is not plain. */
static size_t take(const struct work *w, struct csv_reader *r, size_t parts)
{
	size_t rows = 0, text_used = w->text_used;
	const char *stop = w->text;

	for (size_t i = 0; i < parts; i++) {
		const struct part *p = &w->part[i];

		rows += p->rows;
		if (p->rows) {
			stop = p->stop;
			text_used = p->text;
		}
		if (p->rows < p->lines)
			break;
	}
	cells_take(w->c, rows, r->line + 1, text_used);
	input_skip(r->in, (size_t)(stop - w->text));
	r->line += rows;
	r->no_feed = 0;
	return rows;
}

/* Reads ahead; returns how many bytes of whole lines there are. */
static size_t read_ahead(struct input *in, size_t want)
{
	const char *last;

	if (want > MAX_BYTES)
		want = MAX_BYTES;
	while (in->end - in->begin < want && input_more(in))
		;
	if (in->end == in->begin)
		return 0;
	last = memrchr(in->data + in->begin, '\n', in->end - in->begin);
	return last ? (size_t)(last + 1 - (in->data + in->begin)) : 0;
}

/* Of a block with few plain rows the next may be no better. */
static void remember(struct parts *p, size_t rows, size_t lines, size_t bytes)
{
	if (rows)
		p->row_bytes = bytes / rows + 1;
	if (rows >= lines / 2) {
		p->misses = 0;
		return;
	}
	p->misses += p->misses < MAX_MISSES;
	p->idle = 1U << p->misses;
}

void parts_read(struct parts *p, struct cells *c, struct csv_reader *r, unsigned threads)
{
	struct work w = {.c = c,
			 .delimiter = r->delimiter,
			 .comment = r->comment,
			 .prefix = !c->source->wanted.originals && c->spelling.decimal == '.' &&
				   !strchr("0123456789.eE+-", r->delimiter)};
	struct input *in = r->in;
	size_t row_bytes = p->row_bytes ? p->row_bytes : 1, parts, lines = 0, rows, before, bytes;

	if (p->idle) {
		p->idle--;
		return;
	}
	/* an eighth more, so that a block is read whole although rows differ */
	bytes = read_ahead(in, row_bytes * c->capacity + row_bytes * c->capacity / 8 + PART_BYTES);
	if (bytes < 2 * (size_t)PART_BYTES)
		return;
	w.part = allocate(bytes / PART_BYTES + 1, sizeof *w.part);
	w.text = in->data + in->begin;
	w.text_used = c->text_used;
	parts = cut(w.part, w.text, bytes);
	check(bell_parallel_for(threads, parts, count_lines, &w), in->label);
	for (size_t i = 0; i < parts; i++) {
		w.part[i].first = lines;
		lines += w.part[i].lines;
	}
	if (lines > c->capacity)
		lines = c->capacity;
	cells_reserve(c, lines, bytes);
	check(bell_parallel_for(threads, parts, parse_part, &w), in->label);
	before = in->begin;
	rows = take(&w, r, parts);
	remember(p, rows, lines, in->begin - before);
	free(w.part);
}
