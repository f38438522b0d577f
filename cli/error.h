/* SPDX-License-Identifier: BSD-3-Clause */
/* error.h - what the program says on stderr. */
#ifndef CLI_ERROR_H
#define CLI_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <bellshape/status.h>

enum { EXIT_DATA = 1, EXIT_USAGE = 2 };

/* Says one line and ends the program; unfinished output files are removed on the way. */
_Noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says one line and goes on. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends the program unless the library is content; `what` says what was being done. */
void check(enum bell_status status, const char *what);

/* Memory, or the end of the program. */
void *allocate(size_t count, size_t size);
void *reallocate(void *memory, size_t count, size_t size);
char *copy_text(const char *text, size_t length);

/*
 * Found text, fit to be shown on one line: in quotes, control characters and bytes that are not
 * UTF-8 as \xNN, cut where it is long.  The result lives until four more calls.
 */
const char *show(const char *text, size_t length);
const char *show_name(const char *name);

/*
 * The same without the quotes, as far as `most` columns of a screen, into `out` (4 * most + 16
 * bytes); returns how many columns it takes.
 */
size_t escape(const char *text, size_t length, size_t most, char *out);

/* May colors be used on this stream? */
bool colors(int descriptor);

#endif
