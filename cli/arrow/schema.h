/* SPDX-License-Identifier: BSD-3-Clause */
/* schema.h - the columns of an Arrow table, and how they lie in a record batch. */
#ifndef CLI_ARROW_SCHEMA_H
#define CLI_ARROW_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "../npy/header.h"
#include "flat.h"

struct arrow_column {
	const char *type;         /* what messages call it, if it has no numbers; else NULL */
	struct npy_number number; /* kind 'b' is one bit each here */
	/* Where it begins among the nodes, buffers and counts of the batch, and how many it has. */
	size_t node, buffer, variadic;
	size_t nodes, buffers, variadics;
};

/* Tables of Arrow's description by the numbers of their fields. */
enum { MESSAGE_TYPE = 1, MESSAGE_HEADER = 2, MESSAGE_BODY = 3 };
enum { HEADER_SCHEMA = 1, HEADER_BATCH = 3 };
enum { SCHEMA_ENDIANNESS = 0, SCHEMA_FIELDS = 1, FIELD_NAME = 0 };

/* Are the numbers of a column floats, or shorter ones that floats hold? */
static inline bool arrow_is_single(const struct arrow_column *c)
{
	return c->number.kind == 'f' && c->number.size < sizeof(double);
}

/* arrow_column() reads a field of a schema; `big` tells whether numbers have their bytes so. */
struct arrow_column arrow_column(const struct flat *f, uint64_t field, bool big);

#endif
