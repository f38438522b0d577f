/* SPDX-License-Identifier: BSD-3-Clause */
/* npy.c - arrays as blocks of numbers, and back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "source.h"

enum { LONGEST_HEADER = 1 << 20 };
static const char magic[6] = "\x93NUMPY";

bool npy_magic(const struct input *in)
{
	return in->end - in->begin >= sizeof magic &&
	       !memcmp(in->data + in->begin, magic, sizeof magic);
}

static size_t element(const struct npy *npy) { return npy->type == BELL_F32 ? 4 : 8; }

static void take(struct source *s, void *out, size_t n)
{
	if (input_take(&s->in, out, n) < n)
		die(EXIT_DATA, "%s: the file ends too early, at byte %llu: it is cut short",
		    s->in.label, (unsigned long long)s->in.taken);
}

/* Magic, version, length of the header, header. */
void npy_open(struct source *s)
{
	struct npy *npy = &s->npy;
	unsigned char start[12];
	size_t length, rows;

	take(s, start, 10);
	if (start[6] < 1 || start[6] > 3)
		die(EXIT_DATA, "%s: .npy format %d.%d is unknown", s->in.label, start[6], start[7]);
	length = start[8] | (size_t)start[9] << 8;
	npy->head_length = 10;
	if (start[6] > 1) {
		take(s, start + 10, 2);
		length |= (size_t)start[10] << 16 | (size_t)start[11] << 24;
		npy->head_length = 12;
	}
	if (length > LONGEST_HEADER)
		die(EXIT_DATA, "%s: broken .npy header: a length of %zu bytes", s->in.label,
		    length);
	npy->head = allocate(npy->head_length + length, 1);
	memcpy(npy->head, start, npy->head_length);
	take(s, npy->head + npy->head_length, length);
	npy_parse(npy, s->in.label, npy->head + npy->head_length, length);
	npy->head_length += length;
	if (!npy->rows || !npy->columns)
		die(EXIT_DATA, "%s: no %s", s->in.label, npy->rows ? "columns" : "rows");
	if (__builtin_mul_overflow(npy->rows, npy->columns * element(npy), &rows))
		die(EXIT_DATA, "%s: broken .npy header: a shape of (%zu, %zu)", s->in.label,
		    npy->rows, npy->columns);
	if (npy->columns > MOST_COLUMNS)
		die(EXIT_DATA, "%s: %zu columns, where at most %d can be read", s->in.label,
		    npy->columns, MOST_COLUMNS);
	s->columns = npy->columns;
	s->column = allocate(s->columns, sizeof *s->column);
}

static bool wanted(const struct source *s, size_t column)
{
	enum kind kind = s->column[column].kind;

	return s->whole || kind == KIND_UNKNOWN || kind == KIND_NUMBER;
}

static void prepare(struct source *s)
{
	struct npy *npy = &s->npy;
	size_t across;

	s->use = allocate(s->columns, sizeof *s->use);
	for (size_t i = 0; i < s->columns; i++)
		if (wanted(s, i))
			s->use[s->used++] = i;
	across = npy->fortran ? 1 : s->columns;
	npy->block_rows = source_block_rows(s, across);
	if (npy->block_rows > npy->rows)
		npy->block_rows = npy->rows;
	npy->data = allocate(npy->block_rows * across, element(npy));
	if (!npy->fortran && s->used < s->columns)
		npy->wide = allocate(npy->block_rows * across, element(npy));
}

static void check_end(struct source *s)
{
	char more;

	if (input_take(&s->in, &more, 1))
		die(EXIT_DATA, "%s: the file goes on behind its %zu rows", s->in.label,
		    s->npy.rows);
}

/* Rows that hold all columns; those in use move together. */
static bool next_rows(struct source *s, struct block *block)
{
	struct npy *npy = &s->npy;
	size_t size = element(npy), left = npy->rows - npy->row;
	size_t rows = left < npy->block_rows ? left : npy->block_rows;
	char *to = npy->data;

	if (!rows)
		return false;
	take(s, npy->wide ? npy->wide : npy->data, rows * s->columns * size);
	for (size_t i = 0; npy->wide && i < rows; i++)
		for (size_t k = 0; k < s->used; k++, to += size)
			memcpy(to, npy->wide + (i * s->columns + s->use[k]) * size, size);
	*block = (struct block){
	    .table = {npy->data, npy->type, rows, s->used, (ptrdiff_t)s->used, 1}, .row = npy->row};
	npy->row += rows;
	return true;
}

/* A part of one column. */
static bool next_of_column(struct source *s, struct block *block)
{
	struct npy *npy = &s->npy;

	while (npy->column < npy->columns) {
		size_t left = npy->rows - npy->row;
		size_t rows = left < npy->block_rows ? left : npy->block_rows;

		if (!rows) {
			npy->place += wanted(s, npy->column++);
			npy->row = 0;
			continue;
		}
		take(s, npy->data, rows * element(npy));
		*block =
		    (struct block){.table = {npy->data, npy->type, rows, 1, 1, (ptrdiff_t)rows},
				   .first = npy->place,
				   .row = npy->row};
		npy->row += rows;
		if (wanted(s, npy->column))
			return true;
	}
	return false;
}

bool npy_next(struct source *s, struct block *block)
{
	if (!s->npy.data)
		prepare(s);
	if (s->npy.fortran ? next_of_column(s, block) : next_rows(s, block))
		return true;
	check_end(s);
	return false;
}

void npy_close(struct source *s)
{
	free(s->npy.head);
	free(s->npy.data);
	free(s->npy.wide);
}

void npy_write_head(const struct source *s, struct output *out)
{
	output_put(out, s->npy.head, s->npy.head_length);
}

void npy_write_block(const struct source *s, const struct block *block, struct output *out)
{
	output_put(out, block->table.data,
		   block->table.rows * block->table.columns * element(&s->npy));
}
