/* SPDX-License-Identifier: BSD-3-Clause */
/* replace.h - a file that is written beside its place and takes it when it is whole. */
#ifndef CLI_REPLACE_H
#define CLI_REPLACE_H

struct stat;

/*
 * replace_begin() creates a file beside `target` and returns its descriptor.  It gets permissions
 * and, as far as that is allowed, the owner of `old`, which is the file that stands there; or those
 * of a new file if that is NULL.  The program ends if the old file may not be written.  `label` is
 * the output, for messages.  There is one such file at a time, and it is removed if the program
 * ends, by an error or a signal, before replace_end().
 */
int replace_begin(const char *target, const struct stat *old, const char *label);

/*
 * replace_store() stores the file safely and closes it; replace_end() then renames it to `target`.
 */
void replace_store(int descriptor, const char *label);
void replace_end(const char *target, const char *label);

/*
 * temporary_file() returns the descriptor of a nameless file in the folder TMPDIR, or else in /tmp.
 */
int temporary_file(void);

#endif
