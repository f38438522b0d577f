/* SPDX-License-Identifier: BSD-3-Clause */
/* schema.c - the columns of an Arrow table, and how they lie in a record batch. */
#include "../error.h"
#include "schema.h"

/* A table of Schema.fbs by the numbers of its fields, and the numbers of types there. */
enum { FIELD_TYPE = 2, FIELD_TYPE_TABLE = 3, FIELD_DICTIONARY = 4, FIELD_CHILDREN = 5 };
enum { TYPE_INT = 2, TYPE_FLOAT = 3, TYPE_BOOL = 6, TYPE_UNION = 14, TYPES = 27 };

/* More columns within a column, or deeper ones, are taken for a mistake. */
enum { MAX_DEPTH = 32, MAX_NODES = 1 << 16 };

/* How a type is called, and how many buffers it has without its children. */
static const struct type {
	const char *name;
	unsigned buffers;
	bool variadic; /* and more, as many as the batch says */
} types[TYPES] = {
    [1] = {"null", 0, false},
    [TYPE_INT] = {"int", 2, false},
    [TYPE_FLOAT] = {"floating point", 2, false},
    [4] = {"binary", 3, false},
    [5] = {"text", 3, false},
    [TYPE_BOOL] = {"bool", 2, false},
    [7] = {"decimal", 2, false},
    [8] = {"date", 2, false},
    [9] = {"time", 2, false},
    [10] = {"timestamp", 2, false},
    [11] = {"interval", 2, false},
    [12] = {"list", 2, false},
    [13] = {"struct", 1, false},
    [TYPE_UNION] = {"union", 1, false},
    [15] = {"fixed-size binary", 2, false},
    [16] = {"fixed-size list", 1, false},
    [17] = {"map", 2, false},
    [18] = {"duration", 2, false},
    [19] = {"large binary", 3, false},
    [20] = {"large text", 3, false},
    [21] = {"large list", 2, false},
    [22] = {"run-end encoded", 0, false},
    [23] = {"binary view", 2, true},
    [24] = {"text view", 2, true},
    [25] = {"list view", 3, false},
    [26] = {"large list view", 3, false},
};

/* Adds up what a field and its children take. */
static void count(const struct flat *f, uint64_t field, int depth, struct arrow_column *c)
{
	uint64_t type = flat_value(f, field, FIELD_TYPE, 1);
	uint64_t children = flat_child(f, field, FIELD_CHILDREN);
	uint64_t table = flat_child(f, field, FIELD_TYPE_TABLE);

	if (type >= TYPES || !types[type].name || depth == MAX_DEPTH)
		die(EXIT_DATA, "%s: has a column of a type that is unknown here (%llu)", f->label,
		    (unsigned long long)type);
	if (c->nodes++ == MAX_NODES)
		flat_damaged(f);
	if (flat_field(f, field, FIELD_DICTIONARY)) {
		/* the indices, which are integers; the values are in a batch of their own */
		c->buffers += 2;
		return;
	}
	c->buffers += types[type].buffers;
	c->variadics += types[type].variadic;
	/* a dense union has offsets, too */
	if (type == TYPE_UNION && table)
		c->buffers += flat_value(f, table, 0, 2) == 1;
	for (size_t i = 0, n = flat_length(f, children, 4); i < n; i++)
		count(f, flat_element(f, children, i), depth + 1, c);
}

struct arrow_column arrow_column(const struct flat *f, uint64_t field, bool big)
{
	const bool swapped = big != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	uint64_t type = flat_value(f, field, FIELD_TYPE, 1);
	uint64_t table = flat_child(f, field, FIELD_TYPE_TABLE), bits, precision;
	struct arrow_column c = {0};

	count(f, field, 0, &c);
	if (flat_field(f, field, FIELD_DICTIONARY)) {
		c.type = "dictionary";
	} else if (type == TYPE_INT && table) {
		bits = flat_value(f, table, 0, 4);
		if (bits != 8 && bits != 16 && bits != 32 && bits != 64)
			flat_damaged(f);
		c.number = (struct npy_number){flat_value(f, table, 1, 1) ? 'i' : 'u',
					       (size_t)bits / 8, swapped};
	} else if (type == TYPE_FLOAT && table) {
		precision = flat_value(f, table, 0, 2);
		if (precision > 2)
			flat_damaged(f);
		c.number = (struct npy_number){'f', (size_t)2 << precision, swapped};
	} else if (type == TYPE_BOOL) {
		c.number = (struct npy_number){'b', 1, false};
	} else {
		c.type = types[type].name;
	}
	return c;
}
