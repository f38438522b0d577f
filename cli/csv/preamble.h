/* SPDX-License-Identifier: BSD-3-Clause */
/* preamble.h - finds a text table that other lines stand before. */
#ifndef CLI_CSV_PREAMBLE_H
#define CLI_CSV_PREAMBLE_H

#include <stdbool.h>
#include <stddef.h>

struct sample;

/*
 * preamble_find() looks for a table that begins behind the first record of the sample.  It returns
 * how many lines stand before it and sets *delimiter, which is the tab where *blanks says that it
 * stands for blanks; or it returns 0 and sets *blanks to false.  `text` has room for a copy of the
 * sample.
 */
size_t preamble_find(const struct sample *sample, char *text, char *delimiter, bool *blanks);

#endif
