/* SPDX-License-Identifier: BSD-3-Clause */
/* format.h - what a table format is: a struct of functions.  formats.c lists the formats. */
#ifndef CLI_FORMAT_H
#define CLI_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

struct block;
struct input;
struct names;
struct options;
struct output;
struct source;

/*
 * A format reads and writes the bytes of one kind of file.  It keeps what it needs in source.state,
 * which is state_size bytes, zero before open(), and changes the rest of the source only by the
 * functions of source.h.  Errors of the file end the program.
 */
struct format {
	const char *name; /* as in "an .npy file" */
	bool binary;      /* the file is nothing for a terminal */
	size_t state_size;

	/* Tells whether the input, of which PROBE_SIZE bytes or all are there, has this format. */
	bool (*probe)(const struct input *in);

	/*
	 * Reads as far as the columns are known, and adds each to the source.  `known` is NULL or
	 * holds the names of a model: a first line with one of them is a header.
	 */
	void (*open)(struct source *s, const struct options *options, const struct names *known);

	/* Reads the next block of rows; returns false at the end of the table. */
	bool (*next)(struct source *s, struct block *block);

	/* source_text() */
	const char *(*text)(const struct source *s, const struct block *b, size_t row,
			    size_t column, size_t *length);

	/* Write what stands before the rows, and the block that was read last, as it is now. */
	void (*write_head)(const struct source *s, struct output *out);
	void (*write_rows)(const struct source *s, const struct block *block, struct output *out);

	/* Frees what the state holds; open() may have been left halfway. */
	void (*close)(struct source *s);
};

/* So many bytes are enough for every probe(), and for foreign_refuse(). */
enum { PROBE_SIZE = 512 };

#endif
