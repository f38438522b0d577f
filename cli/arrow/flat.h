/* SPDX-License-Identifier: BSD-3-Clause */
/* flat.h - reads FlatBuffers, in which Arrow describes tables, from bytes of any origin. */
#ifndef CLI_ARROW_FLAT_H
#define CLI_ARROW_FLAT_H

#include <stddef.h>
#include <stdint.h>

/* Some bytes; what lies outside of them ends the program. */
struct flat {
	const unsigned char *bytes;
	size_t size;
	const char *label; /* of the file, for messages */
};

/*
 * A place in the bytes is their number, and 0 is no place.  flat_number() reads an unsigned number
 * of 1 to 8 bytes, little-endian.
 */
uint64_t flat_number(const struct flat *f, uint64_t at, size_t bytes);

/* flat_root() returns the place of the table that all others hang on. */
uint64_t flat_root(const struct flat *f);

/*
 * flat_field() returns the place of a field of a table, by its number; 0 if it is not there.
 * flat_value() returns its value, a number of so many bytes, or 0, and flat_child() the place of
 * the table, vector or string that it refers to, or 0.
 */
uint64_t flat_field(const struct flat *f, uint64_t table, unsigned field);
uint64_t flat_value(const struct flat *f, uint64_t table, unsigned field, size_t bytes);
uint64_t flat_child(const struct flat *f, uint64_t table, unsigned field);

/*
 * flat_length() returns how many elements of `size` bytes each a vector or string has, 0 for that
 * at 0.  They begin behind these four bytes.
 */
enum { FLAT_LENGTH = 4 };
size_t flat_length(const struct flat *f, uint64_t vector, size_t size);

/* flat_element() returns the place of the table that an element of a vector refers to. */
uint64_t flat_element(const struct flat *f, uint64_t vector, size_t i);

/* flat_damaged() ends the program. */
_Noreturn void flat_damaged(const struct flat *f);

#endif
