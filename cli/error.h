/* SPDX-License-Identifier: BSD-3-Clause */
/* error.h - what the program says on stderr. */
#ifndef CLI_ERROR_H
#define CLI_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <bellshape/status.h>

/*
 * Exit statuses beside EXIT_SUCCESS: bad data, which includes files that cannot be read or written
 * and memory that ran out; and a command line that makes no sense.
 */
enum { EXIT_DATA = 1, EXIT_USAGE = 2 };

/*
 * die() says one line on standard error and ends the program with this exit status; unfinished
 * output files are removed on the way.
 */
_Noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* note() says one line on standard error, and the program goes on. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* check() ends the program unless `status` is BELL_OK; `what` says what was being done. */
void check(enum bell_status status, const char *what);

/* Every allocation below either succeeds or ends the program by out_of_memory(). */
_Noreturn void out_of_memory(void);

/* allocate() returns zeroed memory for `count` elements of `size` bytes, also for a count of 0. */
void *allocate(size_t count, size_t size);

/* reallocate() grows or shrinks memory; what is new in it is not set. */
void *reallocate(void *memory, size_t count, size_t size);

/* copy_text() returns a terminated copy of the text, to be freed. */
char *copy_text(const char *text, size_t length);

/*
 * colors() tells whether what is written to this descriptor may have colors: it is a terminal that
 * is not dumb, and the user has not set NO_COLOR.
 */
bool colors(int descriptor);

#endif
