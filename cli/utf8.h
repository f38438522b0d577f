/* SPDX-License-Identifier: BSD-3-Clause */
/* utf8.h - characters of UTF-8. */
#ifndef CLI_UTF8_H
#define CLI_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/*
 * utf8_next() returns how many bytes at the beginning of a C string, which is not empty, belong
 * together, and sets *good if they are a character.  Others are as many as could begin a character,
 * or else one: the Unicode Standard recommends that in 3.9 (U+FFFD Substitution of Maximal
 * Subparts), and models do so, too.
 */
size_t utf8_next(const char *text, bool *good);

/* utf8_valid() tells whether a C string is nothing but characters. */
bool utf8_valid(const char *text);

#endif
