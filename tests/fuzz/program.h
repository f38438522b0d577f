/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * program.h - the program's sources, hosted by a fuzz target.  Compiled with this header before all
 * else, they read from and write to memory, and where they would end the program they return to the
 * target.
 */
#ifndef TESTS_FUZZ_PROGRAM_H
#define TESTS_FUZZ_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

_Noreturn void hosted_exit(int status);
ssize_t hosted_read(int descriptor, void *out, size_t n);
ssize_t hosted_write(int descriptor, const void *bytes, size_t n);
FILE *hosted_messages(void);

#ifdef HOSTED
#define exit(status)         hosted_exit(status)
#define read(d, out, n)      hosted_read(d, out, n)
#define write(d, bytes, n)   hosted_write(d, bytes, n)
#define __lsan_is_turned_off hosted_leaks_are_fine /* here they are not */
#undef stderr
#define stderr hosted_messages()
#endif

/* How to read a table. */
struct reading {
	const uint8_t *bytes;
	size_t size;
	size_t piece; /* bytes that one call of read() gives; 0: all */
	int header;   /* enum header */
	int delimiter;
	const unsigned char *whole; /* write it, too: the kind of each column; or NULL */
	const char *missing;        /* or NULL */
	bool texts;                 /* look at the texts of columns of text, too */
};

/* What came of it. */
struct result {
	int failed;      /* the program ended, with a message */
	int foreign;     /* which was that the file is of another format */
	uint64_t digest; /* of names, kinds, numbers, texts, lines and messages */
	int is_npy, header, delimiter;
	size_t columns;
	uint64_t cells;         /* digest of the columns and their cells alone */
	unsigned char *kinds;   /* of the columns, once read: to be freed */
	unsigned char *written; /* the table, written as it was read; to be freed */
	size_t written_size;
};

struct result read_table(const struct reading *reading);
void free_result(struct result *r);

#endif
