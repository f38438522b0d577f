/* SPDX-License-Identifier: BSD-3-Clause */
/* program.c - hosts the readers of the program: bytes in, a digest and bytes out. */
#include <locale.h>
#include <setjmp.h>
#include <string.h>
#include "cli/csv/csv.h"
#include "cli/error.h"
#include "cli/format.h"
#include "cli/formats.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "fuzz.h"
#include "program.h"

static const struct reading *now; /* what is being read */
static size_t read_so_far;
static jmp_buf ended;
static char messages[1 << 14];
static FILE *message_stream;
static struct result result;

void progress_show(uint64_t done, uint64_t total) { (void)done, (void)total; }
void progress_clear(void) {}

void hosted_exit(int status)
{
	REQUIRE(status == EXIT_DATA);
	longjmp(ended, 1);
}

ssize_t hosted_read(int descriptor, void *out, size_t n)
{
	size_t left = now->size - read_so_far;

	(void)descriptor;
	n = n < left ? n : left;
	n = now->piece && now->piece < n ? now->piece : n;
	if (n)
		memcpy(out, now->bytes + read_so_far, n);
	read_so_far += n;
	return (ssize_t)n;
}

ssize_t hosted_write(int descriptor, const void *bytes, size_t n)
{
	(void)descriptor;
	result.written = realloc(result.written, result.written_size + n + 1);
	REQUIRE(result.written);
	if (n)
		memcpy(result.written + result.written_size, bytes, n);
	result.written_size += n;
	return (ssize_t)n;
}

FILE *hosted_messages(void) { return message_stream; }

static void start(const struct reading *reading)
{
	if (!message_stream) {
		setlocale(LC_CTYPE, "C.UTF-8"); /* as the program does */
		message_stream = fmemopen(messages, sizeof messages, "w");
		REQUIRE(message_stream);
	}
	rewind(message_stream);
	now = reading;
	read_so_far = 0;
	result = (struct result){.digest = 0xcbf29ce484222325, .cells = 0xcbf29ce484222325};
}

static void digest(uint64_t *h, const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*h = (*h ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
	*h = (*h ^ n) * 0x100000001b3;
}

static void digest_number(uint64_t *h, double x)
{
	uint64_t bits = 0x7ff8000000000000; /* of every NaN */

	if (x == x)
		memcpy(&bits, &x, sizeof bits);
	digest(h, &bits, sizeof bits);
}

/* Touches all that a command may look at, so that a sanitizer sees what is not there. */
static void digest_block(const struct source *s, const struct block *b)
{
	const struct bell_table *t = &b->table;

	REQUIRE(t->columns <= s->used && b->first + t->columns <= s->used);
	for (size_t j = 0; j < t->columns; j++)
		for (size_t i = 0; i < t->rows; i++) {
			ptrdiff_t at =
			    (ptrdiff_t)i * t->row_stride + (ptrdiff_t)j * t->column_stride;

			digest_number(&result.cells, t->type == BELL_F32
							 ? (double)((const float *)t->data)[at]
							 : ((const double *)t->data)[at]);
		}
	for (size_t i = 0; b->line && i < t->rows; i++)
		digest(&result.digest, &b->line[i], sizeof b->line[i]);
	digest(&result.digest, &b->row, sizeof b->row);
}

/* The texts of the columns of text, as stats --extended reads them. */
static void digest_texts(const struct source *s, const struct block *b)
{
	for (size_t i = 0; i < s->columns; i++)
		for (size_t row = 0; s->column[i].kind == KIND_TEXT && row < b->table.rows; row++) {
			size_t length;
			const char *text = source_text(s, b, row, i, &length);

			if (text)
				digest(&result.digest, text, length);
		}
}

static void digest_columns(const struct source *s)
{
	for (size_t i = 0; i < s->columns; i++) {
		const struct column *c = &s->column[i];
		size_t found;

		REQUIRE(source_find(s, c->name, &found) && found == i);
		digest(&result.cells, c->name, strlen(c->name));
		digest(&result.cells, &c->kind, sizeof c->kind);
		if (c->sample)
			digest(&result.digest, c->sample, strlen(c->sample));
		digest(&result.digest, &c->sample_line, sizeof c->sample_line);
	}
}

static void read_blocks(struct source *s, const struct options *options, struct output *out)
{
	const struct source_options wanted = {.whole = now->whole, .texts = now->texts};
	struct block block;

	source_open(s, options, &wanted);
	source_select(s, options);
	for (size_t i = 0; wanted.whole && i < s->columns; i++) /* as the program: none unknown */
		source_set_kind(s, i, now->whole[i] == KIND_NUMBER ? KIND_NUMBER : KIND_IGNORED);
	result.is_npy = s->format != &csv_format;
	if (!result.is_npy) {
		const struct csv *csv = s->state;

		result.header = csv->style.header;
		result.delimiter = csv->style.delimiter;
	}
	result.columns = s->columns;
	for (bool first = true; source_next(s, &block); first = false) {
		digest_block(s, &block);
		if (wanted.texts)
			digest_texts(s, &block);
		if (wanted.whole && first)
			source_write_head(s, out);
		if (wanted.whole)
			source_write(s, &block, out);
	}
	digest_columns(s);
	result.kinds = exactly(s->columns);
	for (size_t i = 0; i < s->columns; i++)
		result.kinds[i] = (unsigned char)s->column[i].kind;
}

struct result read_table(const struct reading *reading)
{
	static struct source s;
	static struct output out;
	static struct options options;
	const char *missing[] = {reading->missing};

	start(reading);
	options = (struct options){.table = "/dev/null",
				   .delimiter = reading->delimiter,
				   .header = (enum header)reading->header,
				   .missing = {missing, reading->missing != NULL}};
	s = (struct source){0};
	out = (struct output){.label = "memory", .descriptor = STDOUT_FILENO};
	if (setjmp(ended)) {
		result.failed = 1;
	} else {
		out.data = allocate(out.capacity = 1 << 12, 1);
		read_blocks(&s, &options, &out);
	}
	if (!result.failed)
		output_end(&out);
	else
		free(out.data);
	source_close(&s);
	fflush(message_stream);
	result.foreign = result.failed && strstr(messages, ": is ");
	digest(&result.digest, messages, (size_t)ftell(message_stream));
	digest(&result.digest, &result.cells, sizeof result.cells);
	return result;
}

void free_result(struct result *r)
{
	free(r->kinds);
	free(r->written);
}
