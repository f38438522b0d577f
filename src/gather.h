/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gather.h - columns of a table of any layout, copied to where their values are adjacent and back.
 */
#ifndef BELL_GATHER_H
#define BELL_GATHER_H

#include <stdbool.h>
#include <bellshape/table.h>
#include "dispatch.h"

/*
 * bell_table_valid() is false for NULL, for an unknown type, and for a table without data that has
 * elements.
 *
 * bell_table_fits() is false if a valid table has more elements than a ptrdiff_t counts, or if the
 * offset in bytes of some element, or the part of it by rows or by columns, exceeds a ptrdiff_t.
 */
bool bell_table_valid(const struct bell_table *t);
bool bell_table_fits(const struct bell_table *t);

/* bell_table_at() returns the address of the element in a row and a column of a table. */
void *bell_table_at(const struct bell_table *t, size_t row, size_t column);

/*
 * A rectangle is the part of a table in its rows row to row + rows - 1 and its columns column to
 * column + columns - 1.
 */
struct rectangle {
	size_t row, rows, column, columns;
};

/*
 * bell_gather() copies a rectangle of a table to a block, bell_scatter() a block to a rectangle of
 * a table.  A block holds elements of the type of the table.  Each column of the rectangle is
 * contiguous there, and the next one starts `pitch` elements further.
 */
void bell_gather(const struct backend *b, const struct bell_table *t, const struct rectangle *r,
		 void *block, size_t pitch);
void bell_scatter(const struct backend *b, const struct bell_table *t, const struct rectangle *r,
		  const void *block, size_t pitch);

#endif
