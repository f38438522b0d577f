/* SPDX-License-Identifier: BSD-3-Clause */
/* csv_table.h - tables as text: CSV, TSV and their like. */
#ifndef CLI_CSV_TABLE_H
#define CLI_CSV_TABLE_H

#include <csv.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/table.h>

struct block;
struct names;
struct options;
struct output;
struct source;

/* A record or a line that is longer is taken for a mistake: memory stays bounded. */
enum { CSV_LONGEST = 16 << 20 };

/* The text of a cell in csv_table.text; a cell whose number is in csv_table.values has none. */
struct cell {
	uint32_t at, length;
};
#define CELL_IS_NUMBER UINT32_MAX /* as `at` */

struct csv_table {
	struct csv_parser parser; /* sees only records with a quote in them */
	char delimiter;
	bool byte_order_mark, header;
	bool crlf; /* the first line ends in carriage return and line feed */

	size_t plain;         /* bytes from the next one on that are known to hold no line feed */
	uint64_t line;        /* lines read */
	uint64_t record_line; /* the line on which the record starts */
	size_t field;         /* fields of the record so far */
	bool open;            /* the record goes on behind the end of this line */

	size_t block_rows, stride;
	double *values;     /* the block: column k of source.use from values + k * stride */
	size_t row;         /* the row of the block that is being read */
	uint64_t rows;      /* in the blocks before */
	uint64_t *lines;    /* on which each row starts */
	size_t *slot;       /* of a column: its place in source.use, or NO_SLOT */
	struct cell *cells; /* all cells of the block by rows, if source.whole */
	char *text;
	size_t text_used, text_capacity;
};
#define NO_SLOT SIZE_MAX

/* What a record does with each of its fields; `text` is not terminated. */
typedef void csv_field(struct source *s, const char *text, size_t length);

/* Reads the next record that is no blank line; false at the end. */
bool csv_record(struct source *s, csv_field *field);

/* For libcsv: a blank is part of the text. */
int csv_no_space(unsigned char c);

/*
 * Guesses the delimiter and whether the first record holds names, unless the options say; one of
 * the `known` names, if any, makes it so.  Returns the number of fields of the first record.
 */
size_t csv_sniff(struct source *s, const struct options *options, const struct names *known);

/* As in source.h. */
void csv_open(struct source *s, const struct options *options, const struct names *known);
bool csv_next(struct source *s, struct block *block);
void csv_close(struct source *s);
void csv_write_head(const struct source *s, struct output *out);
void csv_write_block(const struct source *s, const struct block *block, struct output *out);

/* Does this text stand for a missing value? */
bool csv_missing(const struct source *s, const char *text, size_t length);

#endif
