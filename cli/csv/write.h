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
	const char *between; /* several characters that stand for it, or NULL */
	char decimal;        /* ',' for decimal commas */
	int digits;          /* of numbers, or 0: as many as they need */
	const char *suffix;  /* of new columns behind the others, one for each in use, or NULL */
	bool header;
	bool byte_order_mark;
	bool crlf; /* lines end in carriage return and line feed */
};

/* Memory for the text of a block, kept from one block to the next; at first all 0. */
struct csv_memory {
	char *bytes;
	size_t size;
};
void csv_memory_free(struct csv_memory *memory);

/* csv_write_names() writes the names, if the table has a header. */
void csv_write_names(const struct source *s, const struct csv_style *style, struct output *out);

/*
 * csv_write_cells() writes the rows of a block that kept its texts, on as many threads as `threads`
 * says (bellshape/threads.h).
 */
void csv_write_cells(const struct cells *c, const struct csv_style *style, unsigned threads,
		     struct csv_memory *memory, struct output *out);

#endif
