/* SPDX-License-Identifier: BSD-3-Clause */
/* text.h - text that was found in a table or on the command line. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * show() makes found text fit to be shown on one line: it puts the text in quotes, writes control
 * characters and bytes that are not UTF-8 as \xNN, and cuts what is longer than 60 columns of a
 * screen.  The result lives until four more calls.  show_name() does the same for a C string.
 */
const char *show(const char *text, size_t length);
const char *show_name(const char *name);

/*
 * escape() does the same without the quotes and as far as `max_width` columns of a screen.  It
 * writes to `out`, which holds ESCAPED_SIZE(max_width) bytes, and returns how many columns of a
 * screen the result takes.
 */
#define ESCAPED_SIZE(max_width) (4 * (max_width) + 16)
size_t escape(const char *text, size_t length, size_t max_width, char *out);

/* trim() moves both ends of a text inward, past blanks: spaces and tabs. */
void trim(const char **text, size_t *length);

/* trimmed() returns a terminated copy of the text without the blanks around it, to be freed. */
char *trimmed(const char *text, size_t length);

/*
 * may_delimit() tells whether a character can stand between cells.  What numbers and quoting are
 * made of cannot, nor can the end of a line or half a character.
 */
bool may_delimit(char c);

#endif
