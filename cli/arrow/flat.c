/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * flat.c - reads FlatBuffers, in which Arrow describes tables, from bytes of any origin.
 *
 * A table begins with how far before it its list of fields lies, a signed number.  The list has its
 * size, that of the table, and for each field how far behind the begin of the table it lies.  What
 * refers to something else says how far behind itself that is.
 */
#include "../error.h"
#include "flat.h"

void flat_damaged(const struct flat *f)
{
	die(EXIT_DATA, "%s: is damaged: its description of the table is no Arrow", f->label);
}

uint64_t flat_number(const struct flat *f, uint64_t at, size_t bytes)
{
	uint64_t n = 0;

	if (at > f->size || bytes > f->size - at)
		flat_damaged(f);
	while (bytes--)
		n = n << 8 | f->bytes[at + bytes];
	return n;
}

/* Follows a reference. */
static uint64_t follow(const struct flat *f, uint64_t at) { return at + flat_number(f, at, 4); }

uint64_t flat_root(const struct flat *f) { return follow(f, 0); }

uint64_t flat_field(const struct flat *f, uint64_t table, unsigned field)
{
	enum { HEAD = 4, ENTRY = 2 };
	int64_t back = (int32_t)flat_number(f, table, 4);
	uint64_t list = table - (uint64_t)back, at = HEAD + ENTRY * (uint64_t)field, offset;

	if (at + ENTRY > flat_number(f, list, 2))
		return 0;
	offset = flat_number(f, list + at, 2);
	return offset ? table + offset : 0;
}

uint64_t flat_value(const struct flat *f, uint64_t table, unsigned field, size_t bytes)
{
	uint64_t at = flat_field(f, table, field);

	return at ? flat_number(f, at, bytes) : 0;
}

uint64_t flat_child(const struct flat *f, uint64_t table, unsigned field)
{
	uint64_t at = flat_field(f, table, field);

	return at ? follow(f, at) : 0;
}

size_t flat_length(const struct flat *f, uint64_t vector, size_t size)
{
	uint64_t length = vector ? flat_number(f, vector, FLAT_LENGTH) : 0;

	if (length && length > (f->size - vector - FLAT_LENGTH) / size)
		flat_damaged(f);
	return (size_t)length;
}

uint64_t flat_element(const struct flat *f, uint64_t vector, size_t i)
{
	return follow(f, vector + FLAT_LENGTH + 4 * (uint64_t)i);
}
