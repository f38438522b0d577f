/* SPDX-License-Identifier: BSD-3-Clause */
/* record.h - lines, records and fields of a text table. */
#ifndef CLI_CSV_RECORD_H
#define CLI_CSV_RECORD_H

#include <csv.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input;

/* A record or a line that is longer is taken for a mistake, so that memory stays bounded. */
enum { CSV_MAX_LENGTH = 16 << 20 };

/* Reads records; others may read record_line and, behind a record, fields. */
struct csv_reader {
	struct input *in;
	uint64_t line;            /* lines read */
	uint64_t record_line;     /* the line on which the record starts */
	size_t fields;            /* of the record, as far as it is read */
	char delimiter;           /* between two fields */
	char comment;             /* lines that begin so do not count; 0: none */
	bool open;                /* the record goes on behind the end of this line */
	size_t no_feed;           /* so many of the next bytes are known to hold no line feed */
	struct csv_parser parser; /* sees only the records with a quote in them */
};

/*
 * Gets each field of a record with its number, counted from 0.  The text is not terminated.
 */
typedef void csv_field(void *data, size_t field, const char *text, size_t length);

/*
 * They come before csv_reader_open() and count the lines that they take.  csv_skip_lines() passes
 * over n lines, whatever these hold; the program ends if there are fewer.  csv_skip_blank_lines()
 * passes over blank lines and comments.
 */
void csv_skip_lines(struct csv_reader *r, uint64_t n);
void csv_skip_blank_lines(struct csv_reader *r);
void csv_reader_open(struct csv_reader *r, char delimiter);
void csv_reader_close(struct csv_reader *r);

/*
 * csv_record() reads the next record that is no blank line, and calls on_field(data, ...) for each
 * of its fields.  It returns false at the end of the file; a broken record ends the program.
 */
bool csv_record(struct csv_reader *r, csv_field *on_field, void *data);

/* csv_no_space() tells libcsv that no character is a blank that it may cut off. */
int csv_no_space(unsigned char c);

#endif
