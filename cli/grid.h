/* SPDX-License-Identifier: BSD-3-Clause */
/* grid.h - aligned tables of text. */
#ifndef CLI_GRID_H
#define CLI_GRID_H

#include <stddef.h>

#include "output.h"

struct grid {
	size_t columns, cells;
	char *text; /* of the cells by rows, each with a 0 behind it; the first row is the head */
	size_t used, capacity;
};

/* grid_add() adds the next cell. */
void grid_add(struct grid *g, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * grid_print() prints the table and frees the cells.  The first and the last column are set to the
 * left, the others to the right; the head is in bold if `bold`.
 */
void grid_print(struct grid *g, struct output *out, bool bold);

#endif
