/* SPDX-License-Identifier: BSD-3-Clause */
/* write.h - rows as text, in the form of the input. */
#ifndef CLI_CSV_WRITE_H
#define CLI_CSV_WRITE_H

#include <stdbool.h>
#include <stddef.h>

struct cells;
struct output;
struct source;

/* What belongs to the form of a text table beside its names. */
struct csv_style {
	char delimiter;
	char decimal; /* ',' for decimal commas */
	bool header;
	bool byte_order_mark;
	bool crlf; /* lines end in carriage return and line feed */
};

/* They write the names, if the table has a header, and the rows of a block that kept its texts. */
void csv_write_names(const struct source *s, const struct csv_style *style, struct output *out);
void csv_write_cells(const struct cells *c, const struct csv_style *style, struct output *out);

#endif
