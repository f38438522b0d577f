/* grid.h - aligned tables of text. SPDX-License-Identifier: BSD-3-Clause */
#ifndef CLI_GRID_H
#define CLI_GRID_H

#include <stddef.h>

struct grid {
	size_t columns, cells;
	char **cell; /* by rows; the first row is the head */
};

/* Adds the next cell. */
void grid_add(struct grid *g, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints to stdout and frees the cells: the first and the last column to the left, others to the
 * right. */
void grid_print(struct grid *g);

#endif
