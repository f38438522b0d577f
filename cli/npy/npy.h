/* SPDX-License-Identifier: BSD-3-Clause */
/* npy.h - the table format of NumPy's .npy files, and what .npz files have of it. */
#ifndef CLI_NPY_NPY_H
#define CLI_NPY_NPY_H

#include <stdbool.h>
#include <stddef.h>

#include "../missing.h"
#include "header.h"

struct block;
struct names;
struct options;
struct output;
struct source;

extern const struct format npy_format;

/* The state of the format in source.state. */
struct npy {
	struct npy_header header; /* of the column that is read, if each has its own */
	char *head;               /* the bytes before the numbers, to be written again */
	size_t head_length;

	size_t capacity;    /* rows that a block holds */
	size_t row, column; /* of the file: the next ones to be read */
	size_t place;       /* of `column` in source.use */
	char *data;         /* the block */
	char *wide;         /* whole rows, of which the block takes some columns; or NULL */
	unsigned char *raw; /* numbers as they lie in the file, where they are converted; or NULL */
	size_t rounded;     /* whole numbers that no double can hold */

	/* Opens the array of a column, where each column is one; else NULL. */
	void (*turn)(struct source *s, size_t column);

	struct missing missing;
	struct kept *kept; /* numbers of the block that are missing values, to be written again */
	size_t keeps;
};

/* npy_read_header() reads the header of an array from the input, and checks its shape. */
void npy_read_header(struct source *s);

/* The functions of the format. */
void npy_open(struct source *s, const struct options *options, const struct names *known);
bool npy_next(struct source *s, struct block *block);
const char *npy_text(const struct source *s, const struct block *b, size_t row, size_t column,
		     size_t *length);
void npy_write_head(const struct source *s, struct output *out);
void npy_write_rows(const struct source *s, const struct block *block, struct output *out);
void npy_close(struct source *s);

#endif
