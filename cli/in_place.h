/* SPDX-License-Identifier: BSD-3-Clause */
/* in_place.h - whether a table can be replaced by what becomes of it. */
#ifndef CLI_IN_PLACE_H
#define CLI_IN_PLACE_H

struct options;

struct source;

/*
 * in_place_check() ends the program if the table is no regular file, or if its file has more than
 * would be written: compression, another encoding, lines that are passed over.  When the table is
 * open, in_place_check_form() does so if its format knows of more.
 */
void in_place_check(const struct options *options);
void in_place_check_form(const struct options *options, const struct source *s);

#endif
