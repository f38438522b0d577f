/* SPDX-License-Identifier: BSD-3-Clause */
/* header.h - what stands before the numbers of an .npy file. */
#ifndef CLI_NPY_HEADER_H
#define CLI_NPY_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/table.h>

/* A file begins with the magic bytes, two bytes of version, and the length of the dictionary. */
#define NPY_MAGIC "\x93NUMPY"
enum { NPY_MAGIC_LENGTH = 6, NPY_VERSION_AT = 6, NPY_LENGTH_AT = 8 };

/* A type of numbers, as they lie in a file. */
struct npy_number {
	char kind;    /* 'f': float, 'i': integer, 'u': unsigned, 'b': False or True */
	size_t size;  /* in bytes */
	bool swapped; /* the bytes are not in the order of this machine */
};

struct npy_header {
	struct npy_number number;
	enum bell_type type; /* as which they are read: float32 for 'f2' and 'f4', else float64 */
	bool fortran;        /* one column after the other */
	bool flat;           /* there is one dimension */
	size_t rows, columns;
};

/*
 * npy_parse() reads a header from its text, a dictionary as Python writes it.  Anything but one or
 * two dimensions of real numbers, of at most 8 bytes each, ends the program; `label` is the file,
 * for the message.
 */
struct npy_header npy_parse(const char *label, const char *text, size_t length);

/*
 * npy_format_head() writes the beginning of a file of numbers of h->type into `out`, and returns
 * how many bytes it has.
 */
enum { NPY_HEAD_CAPACITY = 192 };
size_t npy_format_head(const struct npy_header *h, char out[NPY_HEAD_CAPACITY]);

#endif
