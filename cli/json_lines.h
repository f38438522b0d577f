/* SPDX-License-Identifier: BSD-3-Clause */
/* json_lines.h - the rows of a table as JSON Lines: an object on each line. */
#ifndef CLI_JSON_LINES_H
#define CLI_JSON_LINES_H

#include <stddef.h>

struct block;
struct options;
struct output;
struct source;

/* What is written before each value; for a new column also before its value. */
struct json_lines {
	char **key, **new_key;
	size_t columns;
	int digits;
	char *text; /* of a cell, ended by a 0 */
	size_t room;
};

/* json_lines_open() takes the names of a table whose columns have been selected. */
void json_lines_open(struct json_lines *j, const struct source *s, const struct options *options);
void json_lines_close(struct json_lines *j);

/*
 * json_lines_write() writes the rows of a block.  Columns of numbers give numbers, or null for what
 * is missing, NaN or infinite.  Of the others a text that is a number in JSON is written as it
 * stands, unless --text says that it is none, what is missing is null, and all else is a string.
 */
void json_lines_write(struct json_lines *j, const struct source *s, const struct block *b,
		      struct output *out);

#endif
