/* SPDX-License-Identifier: BSD-3-Clause */
/* cells.h - a block of rows of a text table, as numbers and texts. */
#ifndef CLI_CSV_CELLS_H
#define CLI_CSV_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../spelling.h"

struct csv_reader;
struct missing;
struct source;

/* The text of a cell in cells.text; a cell whose number is in cells.values has none. */
struct cell {
	uint32_t at, length;
};
#define CELL_IS_NUMBER UINT32_MAX /* as `at` */
#define NO_SLOT        SIZE_MAX   /* of a column that is not in use */

/* Others may read this; it is changed by the functions below only. */
struct cells {
	struct source *source;
	const struct csv_reader *reader; /* says which record is read */
	const struct missing *missing;
	struct spelling spelling;

	size_t columns;        /* of the table */
	size_t rows, capacity; /* rows that are complete; of how many in a full block */
	size_t room;           /* rows that there is memory for; it grows up to the capacity */
	uint64_t *lines;       /* on which each row starts */
	size_t *slot;          /* of each column: its place in source.use, or NO_SLOT */
	double *values;        /* column k of source.use from values + k * stride */
	size_t stride;

	struct cell *cell; /* all cells by rows, if the texts are kept; else NULL */
	char *text;
	size_t text_used, text_capacity;
};

/* cells_open() allocates a block, and puts the columns that may be of numbers into source.use. */
void cells_open(struct cells *c, struct source *s, const struct csv_reader *reader,
		const struct missing *missing, const struct spelling *spelling);
void cells_close(struct cells *c);

/* cells_clear() starts the next block; cells_full() tells whether the block should end. */
void cells_clear(struct cells *c);
bool cells_full(const struct cells *c);

/* cells_add() takes a field of the next row (csv_field); `data` is a struct cells. */
void cells_add(void *data, size_t field, const char *text, size_t length);

/* cells_text() returns the text of a cell, which was kept. */
const char *cells_text(const struct cells *c, size_t row, size_t column, size_t *length);

/* cells_end_row() completes the row, unless its number of fields is wrong: that is an error. */
void cells_end_row(struct cells *c);

/*
 * Rows may also be put in several at a time, by several threads.  cells_reserve() makes room for so
 * many rows in the block, and for so many bytes of texts behind text_used.
 *
 * cells_put() takes a field of one of them, counted from 0 in the block, and puts its text, if that
 * is kept, to *text_at, which it moves on.  It returns false, and has taken nothing, if the field
 * is neither a number nor missing in a column in use; cells_add() knows what to do with such a
 * field.  cells_put_number() takes one that is a number, in a column in use.
 *
 * cells_take() completes the next `rows` rows of the block, all of whose fields were put in; they
 * start on the lines from `line` on.
 */
void cells_reserve(struct cells *c, size_t rows, size_t bytes);
bool cells_put(struct cells *c, size_t row, size_t field, const char *text, size_t length,
	       size_t *text_at);
void cells_put_number(struct cells *c, size_t row, size_t field, double value);
void cells_take(struct cells *c, size_t rows, uint64_t line, size_t text_used);

/* cells_settle() ends the first block: columns of text leave it, and the others close up. */
void cells_settle(struct cells *c);

#endif
