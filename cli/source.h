/* SPDX-License-Identifier: BSD-3-Clause */
/* source.h - a table that streams in blocks of rows. */
#ifndef CLI_SOURCE_H
#define CLI_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/table.h>

#include "csv_table.h"
#include "input.h"
#include "npy.h"
#include "options.h"
#include "output.h"

enum kind {
	KIND_UNKNOWN, /* the first block will tell: a number or a text */
	KIND_NUMBER,  /* numbers, and nothing else will do */
	KIND_TEXT,    /* passed through; it holds text */
	KIND_IGNORED  /* passed through; it was not asked for */
};

struct column {
	char *name;  /* unique in its table, never empty */
	char *title; /* the same as it stands in the file; NULL: the file has no names */
	size_t title_length;
	enum kind kind;
	char *sample; /* KIND_TEXT: the first text, fit to be shown; NULL: an option said so */
	uint64_t sample_line;
};

/* Rows of all columns in use, or of one after the other from a file in Fortran order. */
struct block {
	struct bell_table table; /* its data may be changed */
	size_t first;            /* table column 0 is column source.use[first] */
	uint64_t row;            /* table row 0 is this row of the file, counted from 0 */
	const uint64_t *line; /* the line on which each row starts; NULL: the file has no lines */
};

struct source {
	struct input in;
	size_t columns;
	struct column *column;
	bool whole;  /* every cell is wanted, for source_write() */
	size_t *use; /* the columns whose numbers the blocks give, once there is a block */
	size_t used;
	size_t multiple; /* of so many rows is every block, except the last one of a column; 64 */
	struct list missing;
	struct names *names; /* the names of the columns */
	bool is_npy;
	struct csv_table csv;
	struct npy npy;
};

/*
 * Opens options->table and reads so far as to know its columns.  `known`: a first line with one of
 * these names is a header; or NULL.  Errors end the program, here and below.
 */
void source_open(struct source *s, const struct options *options, const struct names *known);
void source_close(struct source *s);

/* The number of a column by its name. */
bool source_find(const struct source *s, const char *name, size_t *column);

/* Marks columns by the options --columns and --text; call it before the first block. */
void source_select(struct source *s, const struct options *options);

/* The next block, to be used before the call after it; false at the end. */
bool source_next(struct source *s, struct block *block);

enum { MOST_COLUMNS = 1 << 20 }; /* more are taken for a mistake */

/* Rows that make a block of a few megabytes. */
size_t source_block_rows(const struct source *s, size_t columns);

/* Of a block, or of `data` in its shape. */
double source_number(const struct bell_table *t, const void *data, size_t row, size_t column);

/* Names a number of a block and where it stands, says what is wrong with it, and ends the program. */
_Noreturn void source_refuse(const struct source *s, const struct block *b, size_t row,
			     size_t column, double number, const char *what);

/* Refuses the first number of the block that Box-Cox cannot take, in the columns whose `box_cox` is true. */
void source_want_positive(const struct source *s, const struct block *b, const bool *box_cox);

/* What stands before the rows in an output of the same form; and the rows of a block. */
void source_write_head(const struct source *s, struct output *out);
void source_write(const struct source *s, const struct block *block, struct output *out);

#endif
