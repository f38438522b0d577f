/* SPDX-License-Identifier: BSD-3-Clause */
/* source.h - a table that streams in blocks of rows. */
#ifndef CLI_SOURCE_H
#define CLI_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/table.h>

#include "input.h"
#include "options.h"

struct format;
struct names;
struct output;

/* What a column holds, as far as that is known. */
enum kind {
	KIND_UNKNOWN, /* the first block will tell: numbers or text */
	KIND_NUMBER,  /* numbers; anything else is an error */
	KIND_TEXT,    /* text, which is passed through */
	KIND_IGNORED  /* passed through, because nobody asked for it */
};

struct column {
	char *name;  /* unique in its table, never empty */
	char *title; /* the name as it stands in the file; NULL if the file has no names */
	size_t title_length;
	enum kind kind;
	bool settled; /* the first block made it KIND_NUMBER, and nobody asked for that */
	char *sample; /* KIND_TEXT: the first text, fit to be shown; NULL if an option said so */
	uint64_t sample_line; /* 0: the file has no lines */
	bool doubtful;        /* the sample says how it may be read after all */
	bool kept;            /* its texts are wanted, though its numbers are not */
};

/*
 * A block holds some rows of all columns in use, or of a single one where the file has one column
 * after the other.
 */
struct block {
	struct bell_table table; /* its data may be changed */
	size_t first;            /* table column 0 is column source.use[first] */
	uint64_t row;            /* table row 0 is this row of the file, counted from 0 */
	const uint64_t *line;    /* the line on which each row starts; NULL if there are no lines */
	bool last;               /* its columns have no more rows; false if that is not known yet */
};

/* What a command wants of its table. */
struct source_options {
	bool whole;                /* every cell is kept, so that source_write() can be called */
	bool originals;            /* the texts of numbers are kept, too, if `whole` is set */
	bool texts;                /* texts are kept, so that source_text() can be called */
	size_t multiple;           /* each block but the last has a multiple of so many rows */
	const struct names *known; /* names that make the first line a header; NULL: none */
};

/*
 * Commands and formats read this struct; only the functions below and source_open() of formats.h
 * change it.
 */
struct source {
	const struct format *format;
	void *state; /* belongs to the format */
	struct input in;
	struct source_options wanted;
	size_t table;      /* of options->tables, counted from 0 */
	const char *first; /* what messages call the first of them, and all of them */
	char *label;

	/*
	 * What the file has that is not written again, as the end of a sentence that begins with
	 * "the file"; or NULL.  The format says so.
	 */
	const char *lost;
	size_t columns;
	struct column *column;
	struct names *names; /* the names of the columns */
	size_t *use;         /* the columns whose numbers the blocks give; set by the first block */
	size_t used;         /* how many these are */
};

/* For commands.  Errors end the program, here and below. */

void source_close(struct source *s);

/*
 * source_of_names() makes a source of columns of numbers without rows or a file.  Messages call it
 * `label`.  A name of NULL is names_default(); all names differ.
 */
void source_of_names(struct source *s, const char *label, const char *const *name, size_t columns);

/* source_find() gives the number of a column by its name; it returns false if there is none. */
bool source_find(const struct source *s, const char *name, size_t *column);

/*
 * source_select() marks columns by the options --columns, --numbers, --text and --exclude, before
 * the first block.  It returns true if --columns chose some, and did not only leave out others.
 */
bool source_select(struct source *s, const struct options *options);

/* source_set_kind() says what a column holds, before the first block. */
void source_set_kind(struct source *s, size_t column, enum kind kind);

/*
 * source_resolve() returns a column by its name, or by its number, counted from 1, if no column has
 * that name; without such a column the program ends.  `option` is where the name stood.
 */
size_t source_resolve(const struct source *s, const char *option, const char *name);

/* source_keep() says, before the first block, that a column is there for its texts alone. */
void source_keep(struct source *s, size_t column);

/*
 * source_next() reads a block of a table, which lasts until the next call; it returns false at the
 * end.  tables_next() of formats.h goes on to the next table.
 */
bool source_next(struct source *s, struct block *block);

/* They write what stands before the rows in a file of the same format, and the rows of a block. */
void source_write_head(const struct source *s, struct output *out);
void source_write(const struct source *s, const struct block *block, struct output *out);

/* source_number() returns one number of `data`, which lies in memory as t->data does. */
double source_number(const struct bell_table *t, const void *data, size_t row, size_t column);

/*
 * source_text() returns the text of a cell of a block, which is not terminated, and sets *length to
 * its length; or returns NULL if the value is missing.  The column is one of text or is kept.  The
 * text of a number in an array lasts until the next call.
 */
const char *source_text(const struct source *s, const struct block *b, size_t row, size_t column,
			size_t *length);

/* source_place() writes the place of a row, as messages have it behind the name of the file. */
enum { PLACE_LENGTH = 32 };
void source_place(const struct block *b, size_t row, char place[PLACE_LENGTH]);

/*
 * source_refuse() names a number of a block and its place, says what is wrong with it, and ends
 * the program.
 */
_Noreturn void source_refuse(const struct source *s, const struct block *b, size_t row,
			     size_t column, double number, const char *what);

/* For formats.c. */

/* source_start() opens the file of options->table and reads its first bytes. */
void source_start(struct source *s, const struct options *options,
		  const struct source_options *wanted);

/* source_read_head() has the format read as far as the columns, and names these. */
void source_read_head(struct source *s, const struct format *format, const struct options *options);

/*
 * source_leave() closes the table that is read to its end, and returns what is known of its
 * columns.  When another one is open in its place, source_continue() takes that over; the program
 * ends if the other one has other columns.
 */
struct source source_leave(struct source *s);
void source_continue(struct source *s, struct source *before);

/* For formats. */

/* More columns are taken for a mistake, such as a wrong delimiter. */
enum { MAX_COLUMNS = 1 << 20 };

/* source_add_column() adds a column with its title in the file, or with none (NULL). */
void source_add_column(struct source *s, const char *title, size_t length);

/* source_use() puts into s->use the columns that are or may be of numbers, or `all` of them. */
void source_use(struct source *s, bool all);

/*
 * source_found_text() says that a column of unknown kind holds text.  It takes `sample`, which is
 * allocated: the text as show() has it and, if that is `doubtful`, how it may be read after all.
 */
void source_found_text(struct source *s, size_t column, char *sample, uint64_t line, bool doubtful);

/*
 * source_settle() ends the time of unknown kinds, after the first block: the columns of text leave
 * s->use, and the others in it are of numbers from now on.
 */
void source_settle(struct source *s);

/*
 * source_block_rows() returns how many rows of so many columns make a block: as many as fit into a
 * few megabytes, but for the multiple that the command wants.  In a wide table these take more, and
 * *small is how many rows to make room for at first, lest a short table takes as much.
 */
size_t source_block_rows(const struct source *s, size_t columns, size_t *small);

#endif
