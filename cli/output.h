/* SPDX-License-Identifier: BSD-3-Clause */
/* output.h - bytes to a file that appears when whole. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct output {
	const char *label; /* the name to be used in messages */
	char *target; /* the file to replace at the end; NULL: the descriptor is written as it is */
	int descriptor;
	bool spool; /* the descriptor is a nameless file, to be copied to standard output at the end
		     */
	char *data;
	size_t used, capacity;
};

/*
 * Starts the output to `path`; NULL or "-" is standard output.  A regular file is written beside
 * its place and renamed into it by output_end(); a run that ends earlier, by an error or a signal,
 * leaves nothing.  `whole`: nothing goes to standard output before output_end() either.
 */
void output_open(struct output *out, const char *path, bool whole);
void output_end(struct output *out);

/* Room for n bytes, of which output_add() makes as many part of the output as were written there.
 */
char *output_room(struct output *out, size_t n);
static inline void output_add(struct output *out, size_t n) { out->used += n; }

void output_put(struct output *out, const void *bytes, size_t n);
void output_print(struct output *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Ends the program if anything written to stdout through stdio did not arrive. */
void check_stdout(void);

#endif
