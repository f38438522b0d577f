/* SPDX-License-Identifier: BSD-3-Clause */
/* npy.c - the table format of NumPy's .npy files. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../error.h"
#include "../format.h"
#include "../missing.h"
#include "../number.h"
#include "../output.h"
#include "../source.h"
#include "convert.h"
#include "npy.h"

/* A longer header is taken for a mistake. */
enum { MAX_HEADER = 1 << 20 };

/* A number that NaN stands for in the block, and where. */
struct kept {
	size_t at;
	double number;
};

static bool probe(const struct input *in)
{
	return in->end - in->begin >= NPY_MAGIC_LENGTH &&
	       !memcmp(in->data + in->begin, NPY_MAGIC, NPY_MAGIC_LENGTH);
}

static size_t element(const struct npy *npy) { return bell_type_size(npy->header.type); }

static void take(struct source *s, void *out, size_t n)
{
	if (input_take(&s->in, out, n) < n)
		die(EXIT_DATA, "%s: the file ends too early, at byte %llu: it is cut short",
		    s->in.label, (unsigned long long)s->in.taken);
}

/* Takes `count` numbers. */
static void take_numbers(struct source *s, void *out, size_t count)
{
	struct npy *npy = s->state;

	if (npy_is_plain(&npy->header)) {
		take(s, out, count * element(npy));
		return;
	}
	take(s, npy->raw, count * npy->header.number.size);
	npy->rounded += npy_convert(&npy->header, npy->raw, count, out);
}

/* Keeps what stands before the numbers; returns the text of the header, *length bytes. */
static const char *read_head(struct source *s, size_t *length)
{
	struct npy *npy = s->state;
	unsigned char start[12]; /* magic, version, and two or four bytes of length */
	size_t n = NPY_LENGTH_AT + 2;

	take(s, start, n);
	if (start[NPY_VERSION_AT] < 1 || start[NPY_VERSION_AT] > 3)
		die(EXIT_DATA, "%s: .npy format %d.%d is unknown", s->in.label,
		    start[NPY_VERSION_AT], start[NPY_VERSION_AT + 1]);
	*length = start[NPY_LENGTH_AT] | (size_t)start[NPY_LENGTH_AT + 1] << 8;
	if (start[NPY_VERSION_AT] > 1) {
		take(s, start + n, 2);
		*length |= (size_t)start[n] << 16 | (size_t)start[n + 1] << 24;
		n += 2;
	}
	if (*length > MAX_HEADER)
		die(EXIT_DATA, "%s: broken .npy header: a length of %zu bytes", s->in.label,
		    *length);
	npy->head_length = n + *length;
	free(npy->head);
	npy->head = allocate(npy->head_length, 1);
	memcpy(npy->head, start, n);
	take(s, npy->head + n, *length);
	return npy->head + n;
}

void npy_read_header(struct source *s)
{
	struct npy *npy = s->state;
	size_t length, bytes;
	const char *text = read_head(s, &length);
	const struct npy_header h = npy_parse(s->in.label, text, length);

	npy->header = h;
	if (!h.rows || !h.columns)
		die(EXIT_DATA, "%s: no %s", s->in.label, h.rows ? "columns" : "rows");
	if (__builtin_mul_overflow(h.rows, h.columns * element(npy), &bytes))
		die(EXIT_DATA, "%s: broken .npy header: a shape of (%zu, %zu)", s->in.label, h.rows,
		    h.columns);
	if (h.columns > MAX_COLUMNS)
		die(EXIT_DATA, "%s: %zu columns, where at most %d can be read", s->in.label,
		    h.columns, MAX_COLUMNS);
}

void npy_open(struct source *s, const struct options *options, const struct names *known)
{
	struct npy *npy = s->state;

	(void)known; /* an array has no names */
	missing_open(&npy->missing, options);
	npy_read_header(s);
	while (s->columns < npy->header.columns)
		source_add_column(s, NULL, 0);
}

/* Before the first block: where the numbers go. */
static void prepare(struct source *s)
{
	struct npy *npy = s->state;
	size_t across = npy->header.fortran || npy->turn ? 1 : s->columns;

	for (size_t i = 0; i < s->columns; i++)
		if (s->column[i].kept)
			source_set_kind(s, i, KIND_NUMBER);
	source_use(s, s->wanted.whole);
	npy->capacity = source_block_rows(s, across, &(size_t){0});
	if (npy->capacity > npy->header.rows)
		npy->capacity = npy->header.rows;
	/* columns of an own type each may take as much as a double */
	npy->data = allocate(npy->capacity * across, npy->turn ? sizeof(double) : element(npy));
	if (npy->turn || !npy_is_plain(&npy->header))
		npy->raw = allocate(npy->capacity * across,
				    npy->turn ? sizeof(double) : npy->header.number.size);
	if (!npy->header.fortran && !npy->turn && s->used < s->columns)
		npy->wide = allocate(npy->capacity * across, element(npy));
}

/* Returns how many rows the next block has; 0 at the end of the file, or of the column. */
static size_t rows_to_read(const struct npy *npy)
{
	size_t left = npy->header.rows - npy->row;

	return left < npy->capacity ? left : npy->capacity;
}

/* Reads rows, which hold all columns; those in use move together. */
static bool next_rows(struct source *s, struct block *block)
{
	struct npy *npy = s->state;
	size_t size = element(npy), rows = rows_to_read(npy);
	char *to = npy->data;

	if (!rows)
		return false;
	take_numbers(s, npy->wide ? npy->wide : npy->data, rows * s->columns);
	for (size_t i = 0; npy->wide && i < rows; i++)
		for (size_t k = 0; k < s->used; k++, to += size)
			memcpy(to, npy->wide + (i * s->columns + s->use[k]) * size, size);
	*block = (struct block){
	    .table = {npy->data, npy->header.type, rows, s->used, (ptrdiff_t)s->used, 1},
	    .row = npy->row,
	    .last = npy->row + rows == npy->header.rows};
	npy->row += rows;
	return true;
}

/* Is the column that is being read in use?  s->use is in the order of the file. */
static bool in_use(const struct source *s, const struct npy *npy)
{
	return npy->place < s->used && s->use[npy->place] == npy->column;
}

static void check_end(struct source *s)
{
	const struct npy *npy = s->state;
	char more;

	if (input_take(&s->in, &more, 1))
		die(EXIT_DATA, "%s: the file goes on behind its %zu row%s", s->in.label,
		    npy->header.rows, npy->header.rows == 1 ? "" : "s");
}

/* Goes on to the next column. */
static void end_column(struct source *s, struct npy *npy)
{
	if (npy->turn && in_use(s, npy))
		check_end(s);
	npy->place += in_use(s, npy);
	npy->column++;
	npy->row = 0;
}

/* Reads a part of one column. */
static bool next_of_column(struct source *s, struct block *block)
{
	struct npy *npy = s->state;

	while (npy->column < s->columns) {
		size_t rows = rows_to_read(npy);

		if (!rows || (npy->turn && !in_use(s, npy))) {
			end_column(s, npy);
			continue;
		}
		if (npy->turn && !npy->row)
			npy->turn(s, npy->column);
		take_numbers(s, npy->data, rows);
		*block = (struct block){
		    .table = {npy->data, npy->header.type, rows, 1, 1, (ptrdiff_t)rows},
		    .first = npy->place,
		    .row = npy->row,
		    .last = npy->row + rows == npy->header.rows};
		npy->row += rows;
		if (in_use(s, npy))
			return true;
	}
	return false;
}

/* Sets element `at` of the block to NaN; in a table that is written it comes back as it was. */
static void set_missing(const struct source *s, struct npy *npy, size_t at, double number)
{
	if (s->wanted.whole && !(npy->keeps & (npy->keeps - 1))) /* full at each power of two */
		npy->kept =
		    reallocate(npy->kept, npy->keeps ? 2 * npy->keeps : 1, sizeof *npy->kept);
	if (s->wanted.whole)
		npy->kept[npy->keeps++] = (struct kept){at, number};
	if (npy->header.type == BELL_F32)
		((float *)npy->data)[at] = NAN;
	else
		((double *)npy->data)[at] = NAN;
}

/* Makes NaN of the numbers that the user named, in the columns that are read as numbers. */
static void mark_missing(struct source *s, const struct block *b)
{
	struct npy *npy = s->state;
	const struct bell_table *t = &b->table;

	npy->keeps = 0;
	for (size_t i = 0; npy->missing.numbers && i < t->rows; i++)
		for (size_t j = 0; j < t->columns; j++) {
			enum kind kind = s->column[s->use[b->first + j]].kind;
			size_t at = i * (size_t)t->row_stride + j * (size_t)t->column_stride;
			double x = source_number(t, t->data, i, j);
			bool named = t->type == BELL_F32 ? missing_float(&npy->missing, (float)x)
							 : missing_number(&npy->missing, x);

			if (named && (kind == KIND_NUMBER || kind == KIND_UNKNOWN))
				set_missing(s, npy, at, x);
		}
}

/* Puts the numbers back that were named as missing values. */
static void restore(struct npy *npy)
{
	for (size_t i = 0; i < npy->keeps; i++)
		if (npy->header.type == BELL_F32)
			((float *)npy->data)[npy->kept[i].at] = (float)npy->kept[i].number;
		else
			((double *)npy->data)[npy->kept[i].at] = npy->kept[i].number;
}

bool npy_next(struct source *s, struct block *block)
{
	struct npy *npy = s->state;

	if (!npy->data)
		prepare(s);
	if (npy->header.fortran || npy->turn ? next_of_column(s, block) : next_rows(s, block)) {
		mark_missing(s, block);
		return true;
	}
	if (!npy->turn)
		check_end(s);
	if (npy->rounded)
		note("%s: note: %zu whole number%s beyond 2^53 %s rounded to the nearest double",
		     s->in.label, npy->rounded, npy->rounded == 1 ? "" : "s",
		     npy->rounded == 1 ? "was" : "were");
	npy->rounded = 0;
	return false;
}

const char *npy_text(const struct source *s, const struct block *b, size_t row, size_t column,
		     size_t *length)
{
	static char text[NUMBER_LENGTH];
	size_t k = b->first;
	double x;

	while (s->use[k] != column)
		k++;
	x = source_number(&b->table, b->table.data, row, k - b->first);
	if (b->table.type == BELL_F32)
		*length = number_format_f32((float)x, text);
	else
		*length = number_format(x, text);
	return isnan(x) ? NULL : text;
}

void npy_write_head(const struct source *s, struct output *out)
{
	const struct npy *npy = s->state;

	if (npy_is_plain(&npy->header))
		output_put(out, npy->head, npy->head_length);
	else
		output_advance(
		    out, npy_format_head(&npy->header, output_reserve(out, NPY_HEAD_CAPACITY)));
}

void npy_write_rows(const struct source *s, const struct block *block, struct output *out)
{
	const struct bell_table *t = &block->table;

	restore(s->state);
	output_put(out, t->data, t->rows * t->columns * element(s->state));
}

void npy_close(struct source *s)
{
	struct npy *npy = s->state;

	free(npy->head);
	free(npy->data);
	free(npy->wide);
	free(npy->raw);
	free(npy->kept);
	missing_close(&npy->missing);
}

const struct format npy_format = {
    .name = ".npy",
    .binary = true,
    .state_size = sizeof(struct npy),
    .probe = probe,
    .open = npy_open,
    .next = npy_next,
    .text = npy_text,
    .write_head = npy_write_head,
    .write_rows = npy_write_rows,
    .close = npy_close,
};
