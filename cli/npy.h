/* SPDX-License-Identifier: BSD-3-Clause */
/* npy.h - tables as NumPy's .npy files. */
#ifndef CLI_NPY_H
#define CLI_NPY_H

#include <stdbool.h>
#include <stddef.h>
#include <bellshape/table.h>

struct block;
struct input;
struct output;
struct source;

struct npy {
	enum bell_type type;
	bool fortran; /* one column after the other */
	size_t rows, columns;
	char *head; /* the bytes before the numbers, to be written again */
	size_t head_length;

	size_t block_rows;
	size_t row, column; /* of the file: the next ones to be read */
	size_t place;       /* of `column` in source.use */
	char *data, *wide;  /* the block; rows from which some columns are picked */
};

/* Does the input begin like an .npy file? */
bool npy_magic(const struct input *in);

/* Reads type, order, rows and columns from the text of a header; anything else ends the program. */
void npy_parse(struct npy *npy, const char *label, const char *text, size_t length);

/* As in source.h. */
void npy_open(struct source *s);
bool npy_next(struct source *s, struct block *block);
void npy_close(struct source *s);
void npy_write_head(const struct source *s, struct output *out);
void npy_write_block(const struct source *s, const struct block *block, struct output *out);

#endif
