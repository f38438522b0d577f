/* SPDX-License-Identifier: BSD-3-Clause */
/* grid.h - aligned tables of text. */
#ifndef CLI_GRID_H
#define CLI_GRID_H

#include <stddef.h>

#include "output.h"

struct grid {
	size_t columns, cells;
	char **cell; /* by rows; the first row is the head */
};

/* Adds the next cell. */
void grid_add(struct grid *g, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Prints the table and frees the cells: the first and the last column to the left, others to the
 * right; the head in bold if `bold`.
 */
void grid_print(struct grid *g, struct output *out, bool bold);

#endif
