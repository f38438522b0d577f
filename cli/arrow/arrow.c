/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arrow.c - the table format of Arrow IPC, streams and files.
 *
 * A stream is a row of messages: a description each, and what it is about.  A file is a stream with
 * a mark before it and a list of its batches behind it, which is not needed to read it in order.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../error.h"
#include "../format.h"
#include "../missing.h"
#include "../number.h"
#include "../source.h"
#include "../text.h"
#include "arrow.h"
#include "batch.h"
#include "schema.h"

#define FILE_MARK "ARROW1\0\0"
enum { FILE_MARK_LENGTH = 8, CONTINUES = 4, LENGTH = 4 };

/* A description or a batch that is larger is taken for a mistake. */
enum { MAX_ABOUT = 256 << 20, MAX_BODY = 1 << 30 };

/* The state of the format in source.state. */
struct arrow {
	struct arrow_column *column;
	struct arrow_batch batch;
	struct arrow_values *values; /* of the columns in use, in the batch */
	size_t unread;               /* bytes of the batch, which are still in the input */
	size_t done;                 /* rows of the batch that were read */
	bool ended;                  /* what follows, if anything, is no message */
	double *data;                /* the block: a column after the other */
	size_t capacity;
	uint64_t rows;  /* in the blocks so far */
	size_t rounded; /* whole numbers that no double can hold */
	struct missing missing;
};

static bool probe(const struct input *in)
{
	const char *bytes = in->data + in->begin;
	size_t n = in->end - in->begin;

	return (n >= FILE_MARK_LENGTH && !memcmp(bytes, FILE_MARK, FILE_MARK_LENGTH)) ||
	       (n >= CONTINUES && !memcmp(bytes, "\xff\xff\xff\xff", CONTINUES));
}

/* Reads until n bytes are there, which stay in the input; returns them. */
static const unsigned char *ahead(struct source *s, size_t n)
{
	struct input *in = &s->in;

	while (in->end - in->begin < n)
		if (!input_more(in))
			die(EXIT_DATA, "%s: the file ends too early: it is cut short", in->label);
	return (const unsigned char *)in->data + in->begin;
}

/*
 * Goes on to the next message, and sets *batch to what it is about; returns the kind of that, or 0
 * at the end.
 */
static unsigned next_message(struct source *s, struct arrow_batch *batch)
{
	struct arrow *arrow = s->state;
	struct input *in = &s->in;
	struct flat f = {.label = in->label};
	const unsigned char *bytes;
	uint64_t about, body, message;

	input_skip(in, arrow->unread);
	arrow->unread = 0;
	arrow->ended |= in->begin == in->end && !input_more(in);
	if (arrow->ended)
		return 0;
	f = (struct flat){ahead(s, CONTINUES), CONTINUES, in->label};
	if (flat_number(&f, 0, CONTINUES) == UINT32_MAX) /* older versions do not have it */
		input_skip(in, CONTINUES);
	f.bytes = ahead(s, LENGTH);
	about = flat_number(&f, 0, LENGTH);
	input_skip(in, LENGTH);
	arrow->ended = !about;
	if (arrow->ended)
		return 0;
	if (about > MAX_ABOUT)
		flat_damaged(&f);
	f = (struct flat){ahead(s, (size_t)about), (size_t)about, in->label};
	message = flat_root(&f);
	body = flat_value(&f, message, MESSAGE_BODY, 8);
	if (body > MAX_BODY)
		die(EXIT_DATA,
		    "%s: has a batch of %llu bytes, where at most %d MB can be read: "
		    "write it in smaller batches",
		    in->label, (unsigned long long)body, MAX_BODY >> 20);
	arrow->unread = (size_t)(about + body);
	bytes = ahead(s, arrow->unread);
	f.bytes = bytes;
	*batch = (struct arrow_batch){.about = f,
				      .table = flat_child(&f, message, MESSAGE_HEADER),
				      .body = bytes + about,
				      .body_size = (size_t)body};
	if (!batch->table)
		flat_damaged(&f);
	return (unsigned)flat_value(&f, message, MESSAGE_TYPE, 1);
}

static void add_column(struct source *s, const struct flat *f, uint64_t field, bool big)
{
	struct arrow *arrow = s->state;
	size_t i = s->columns;
	const struct arrow_column *before = i ? &arrow->column[i - 1] : NULL;
	uint64_t name = flat_child(f, field, FIELD_NAME);
	size_t length = flat_length(f, name, 1);
	const char *text = name ? (const char *)f->bytes + name + FLAT_LENGTH : "";

	if (memchr(text, 0, length))
		die(EXIT_DATA, "%s: a NUL byte in the name of column %zu: %s", s->in.label, i + 1,
		    show(text, length));
	arrow->column[i] = arrow_column(f, field, big);
	if (before) {
		arrow->column[i].node = before->node + before->nodes;
		arrow->column[i].buffer = before->buffer + before->buffers;
		arrow->column[i].variadic = before->variadic + before->variadics;
	}
	source_add_column(s, text, length);
}

static void open_table(struct source *s, const struct options *options, const struct names *known)
{
	struct arrow *arrow = s->state;
	struct input *in = &s->in;
	struct arrow_batch message;

	(void)known; /* the names are in the file */
	if (s->wanted.whole)
		die(EXIT_DATA,
		    "%s: is Arrow, which this program reads and does not write; python -m "
		    "bellshape does both, through PyArrow",
		    in->label);
	missing_open(&arrow->missing, options);
	if (!memcmp(in->data + in->begin, FILE_MARK, 2))
		input_skip(in, FILE_MARK_LENGTH);
	if (next_message(s, &message) != HEADER_SCHEMA)
		die(EXIT_DATA, "%s: is Arrow, but does not begin with a schema", in->label);
	const struct flat *f = &message.about;
	uint64_t fields = flat_child(f, message.table, SCHEMA_FIELDS);
	bool big = flat_value(f, message.table, SCHEMA_ENDIANNESS, 2);
	size_t columns = flat_length(f, fields, 4);
	if (!columns)
		die(EXIT_DATA, "%s: no columns", in->label);
	if (columns > MAX_COLUMNS)
		die(EXIT_DATA, "%s: more than %d columns", in->label, MAX_COLUMNS);
	arrow->column = allocate(columns, sizeof *arrow->column);
	for (size_t i = 0; i < columns; i++)
		add_column(s, f, flat_element(f, fields, i), big);
}

/* Sets columns aside that hold no numbers; where somebody asked for one, the program ends. */
static void set_aside(struct source *s, size_t i)
{
	const struct arrow *arrow = s->state;
	const struct column *c = &s->column[i];
	const char *type = arrow->column[i].type;
	char *sample;

	if (!type || (c->kind != KIND_UNKNOWN && c->kind != KIND_NUMBER && !c->kept))
		return;
	if (c->kind == KIND_NUMBER || c->kept)
		die(EXIT_DATA, "%s: column %s is of Arrow's type %s, where numbers can be read: %s",
		    s->in.label, show_name(c->name), type,
		    strcmp(type, "dictionary") ? "cast it to float64, or leave it out"
					       : "decode the dictionary, if it has numbers");
	if (asprintf(&sample, "of Arrow's type %s%s", type,
		     strcmp(type, "dictionary") ? "" : "; decode it if it has numbers") < 0)
		out_of_memory();
	source_found_text(s, i, sample, 0, false);
}

/* Before the first block: which columns are used, and where their numbers go. */
static void prepare(struct source *s)
{
	struct arrow *arrow = s->state;

	for (size_t i = 0; i < s->columns; i++)
		set_aside(s, i);
	for (size_t i = 0; i < s->columns; i++)
		if (s->column[i].kept)
			source_set_kind(s, i, KIND_NUMBER);
	source_use(s, false);
	source_settle(s);
	arrow->capacity = source_block_rows(s, s->columns, &(size_t){0});
	arrow->data = allocate(s->used * arrow->capacity + 1, sizeof *arrow->data);
	arrow->values = allocate(s->used + 1, sizeof *arrow->values);
}

static void close_batch(struct source *s)
{
	struct arrow *arrow = s->state;

	for (size_t k = 0; arrow->values && k < s->used; k++)
		arrow_values_close(&arrow->values[k]);
	arrow->batch.rows = arrow->done = 0;
}

/* Opens the next batch with rows in it; false at the end. */
static bool next_batch(struct source *s)
{
	struct arrow *arrow = s->state;
	unsigned kind;

	close_batch(s);
	while (!arrow->batch.rows) {
		kind = next_message(s, &arrow->batch);
		if (!kind)
			return false;
		if (kind == HEADER_BATCH)
			arrow_batch_open(&arrow->batch);
	}
	for (size_t k = 0; k < s->used; k++)
		arrow_values_open(&arrow->values[k], &arrow->batch, &arrow->column[s->use[k]],
				  s->column[s->use[k]].name);
	return true;
}

/* Puts rows of the batch into the block, behind those that are there; returns how many. */
static size_t take_rows(struct source *s, size_t have)
{
	struct arrow *arrow = s->state;
	size_t count = arrow->batch.rows - arrow->done;

	if (count > arrow->capacity - have)
		count = arrow->capacity - have;
	for (size_t k = 0; k < s->used; k++) {
		double *out = arrow->data + k * arrow->capacity + have;
		const struct arrow_column *c = &arrow->column[s->use[k]];

		arrow->rounded += arrow_values_get(&arrow->values[k], c, arrow->done, count, out);
		for (size_t i = 0; arrow->missing.numbers && i < count; i++)
			if (arrow_is_single(c) ? missing_float(&arrow->missing, (float)out[i])
					       : missing_number(&arrow->missing, out[i]))
				out[i] = NAN;
	}
	/* without a column in use, nobody asks how many rows there are */
	arrow->done = s->used ? arrow->done + count : arrow->batch.rows;
	return count;
}

static bool next(struct source *s, struct block *block)
{
	struct arrow *arrow = s->state;
	size_t rows = 0;
	bool more = true;

	if (!arrow->data)
		prepare(s);
	while (rows < arrow->capacity &&
	       (arrow->done < arrow->batch.rows || (more = next_batch(s))))
		rows += take_rows(s, rows);
	*block = (struct block){
	    .table = {arrow->data, BELL_F64, rows, s->used, 1, (ptrdiff_t)arrow->capacity},
	    .row = arrow->rows,
	    .last = !more};
	arrow->rows += rows;
	if (!arrow->rows && !s->table)
		die(EXIT_DATA, "%s: no rows", s->in.label);
	if (!more && arrow->rounded)
		note("%s: note: %zu whole number%s beyond 2^53 %s rounded to the nearest double",
		     s->in.label, arrow->rounded, arrow->rounded == 1 ? "" : "s",
		     arrow->rounded == 1 ? "was" : "were");
	if (!more)
		arrow->rounded = 0;
	return rows;
}

/* The text of a number that a command keeps. */
static const char *number_text(const struct source *s, const struct block *b, size_t row,
			       size_t column, size_t *length)
{
	static char text[NUMBER_LENGTH];
	size_t k = 0;
	double x;

	while (s->use[k] != column)
		k++;
	x = source_number(&b->table, b->table.data, row, k);
	*length = number_format(x, text);
	return isnan(x) ? NULL : text;
}

static void close_table(struct source *s)
{
	struct arrow *arrow = s->state;

	close_batch(s);
	free(arrow->column);
	free(arrow->values);
	free(arrow->data);
	missing_close(&arrow->missing);
}

/* open() has refused tables that are to be written. */
static void write_nothing(const struct source *s, struct output *out) { (void)s, (void)out; }

static void write_no_rows(const struct source *s, const struct block *block, struct output *out)
{
	(void)s, (void)block, (void)out;
}

const struct format arrow_format = {
    .name = "Arrow",
    .binary = true,
    .state_size = sizeof(struct arrow),
    .probe = probe,
    .open = open_table,
    .next = next,
    .text = number_text,
    .write_head = write_nothing,
    .write_rows = write_no_rows,
    .close = close_table,
};
