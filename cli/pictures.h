/* SPDX-License-Identifier: BSD-3-Clause */
/* pictures.h - the columns of a report, and where their pictures go. */
#ifndef CLI_PICTURES_H
#define CLI_PICTURES_H

#include <bellshape/report.h>

struct output;
struct source;

/* pictures_json() writes all plotted numbers of n columns. */
void pictures_json(const struct bell_report_column *columns, size_t n, const struct source *s,
		   struct output *out);

/*
 * pictures_svg() writes the pictures of n columns into a folder, which is made if it is not there:
 * one file for each, "003-name-qq-after.svg" for column 3.
 */
void pictures_svg(const struct bell_report_column *columns, size_t n, const char *folder);

#endif
