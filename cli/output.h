/* SPDX-License-Identifier: BSD-3-Clause */
/* output.h - bytes to a file that appears when whole. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct output {
	const char *label; /* what messages call it */
	char *target; /* the file to replace at the end; NULL: the descriptor is written as it is */
	int descriptor;
	bool whole;   /* nothing goes to a descriptor of others before the end */
	bool spooled; /* the descriptor is a nameless file, which takes what `data` cannot hold */
	int spooled_for; /* the descriptor to which that file is copied */
	bool optional;   /* it is no error if nobody reads it any longer */
	bool stored;     /* output_store() has been called */
	char *data;
	size_t used, capacity;
};

/*
 * output_open() starts the output to `path`; NULL or "-" is standard output.  A regular file is
 * written beside its place and renamed into it by output_end(); a run that ends earlier, by an
 * error or a signal, leaves nothing.  With `whole`, nothing goes to standard output, or to another
 * descriptor that the path names, before output_end() either.
 */
void output_open(struct output *out, const char *path, bool whole);
void output_end(struct output *out);

/*
 * output_store() does all of output_end() that may well fail, for example because a disk is full,
 * and leaves it to that to put a file in its place.  Nothing can be added from then on.
 */
void output_store(struct output *out);

/*
 * output_reserve() returns memory for n bytes.  output_advance() makes those that were written
 * there, n or less, part of the output.
 */
char *output_reserve(struct output *out, size_t n);
static inline void output_advance(struct output *out, size_t n) { out->used += n; }

void output_put(struct output *out, const void *bytes, size_t n);
void output_print(struct output *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* check_stdout() ends the program if anything written to stdout by stdio did not arrive. */
void check_stdout(void);

#endif
