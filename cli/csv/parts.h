/* SPDX-License-Identifier: BSD-3-Clause */
/* parts.h - many rows at once, by several threads. */
#ifndef CLI_CSV_PARTS_H
#define CLI_CSV_PARTS_H

#include <stddef.h>

struct cells;
struct csv_reader;

/* What is known from one block to the next; at first all 0. */
struct parts {
	size_t row_bytes; /* of a row, on average; 0: unknown */
	unsigned idle;    /* blocks for which it is not tried */
	unsigned misses;  /* how often in a row it was of no use */
};

/*
 * parts_read() reads rows into an empty block, whose columns are settled, on as many threads as
 * `threads` says (bellshape/threads.h).  It takes the rows that are plain: a line each, without
 * quotes, with the right number of fields and nothing that a message would have to be about.  It
 * stops before the first other one, which csv_record() may read, at the end of the block, or where
 * what is left of the input is little.
 */
void parts_read(struct parts *p, struct cells *c, struct csv_reader *r, unsigned threads);

#endif
