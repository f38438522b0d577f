/* SPDX-License-Identifier: BSD-3-Clause */
/* batch.h - the numbers of a record batch of Arrow. */
#ifndef CLI_ARROW_BATCH_H
#define CLI_ARROW_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "flat.h"
#include "schema.h"

/* A buffer of a column, as it is read. */
struct arrow_buffer {
	const unsigned char *bytes;
	size_t size;
	unsigned char *own; /* where it was decompressed to, or NULL */
};

/* The buffers of a column: a bit for each value that is there, and the values. */
struct arrow_values {
	struct arrow_buffer valid, data;
};

/* A record batch; its bytes stay where they are. */
struct arrow_batch {
	struct flat about; /* the message that describes it */
	uint64_t table;
	const unsigned char *body;
	size_t body_size;
	size_t rows;
};

/* arrow_batch_open() checks what all columns have in common. */
void arrow_batch_open(struct arrow_batch *b);

/* arrow_values_open() finds the values of a column of numbers, and arrow_values_close() frees. */
void arrow_values_open(struct arrow_values *v, const struct arrow_batch *b,
		       const struct arrow_column *c, const char *name);
void arrow_values_close(struct arrow_values *v);

/*
 * arrow_values_get() writes `count` values from row `first` on, NaN for those that are missing.  It
 * returns how many were whole numbers beyond 2^53, which were rounded.
 */
size_t arrow_values_get(const struct arrow_values *v, const struct arrow_column *c, size_t first,
			size_t count, double *out);

#endif
