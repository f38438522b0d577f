/* SPDX-License-Identifier: BSD-3-Clause */
/* grid.c - aligned tables of text. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "grid.h"
#include "text.h"

/* A cell is cut where it is wider. */
enum { MAX_WIDTH = 200 };

void grid_add(struct grid *g, const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	if (vasprintf(&text, format, list) < 0)
		out_of_memory();
	va_end(list);
	if (!(g->cells & (g->cells - 1))) /* the memory is full at each power of two */
		g->cell = reallocate(g->cell, g->cells ? 2 * g->cells : 1, sizeof *g->cell);
	g->cell[g->cells++] = text;
}

/* Prints one cell into `width` columns of a screen. */
static void print_cell(struct output *out, const char *cell, size_t width, bool left, bool bold)
{
	char text[ESCAPED_SIZE(MAX_WIDTH)];
	size_t taken = escape(cell, strlen(cell), MAX_WIDTH, text);
	int space = taken < width ? (int)(width - taken) : 0;

	if (bold)
		output_print(out, "%*s\033[1m%s\033[0m%*s", left ? 0 : space, "", text,
			     left ? space : 0, "");
	else
		output_print(out, "%*s%s%*s", left ? 0 : space, "", text, left ? space : 0, "");
}

void grid_print(struct grid *g, struct output *out, bool bold)
{
	size_t *width = allocate(g->columns, sizeof *width);

	for (size_t i = 0; i < g->cells; i++) {
		char text[ESCAPED_SIZE(MAX_WIDTH)];
		size_t w = escape(g->cell[i], strlen(g->cell[i]), MAX_WIDTH, text);

		if (w > width[i % g->columns])
			width[i % g->columns] = w;
	}
	for (size_t i = 0; i < g->cells; i++) {
		size_t j = i % g->columns;
		bool last = j + 1 == g->columns;

		if (j && *g->cell[i])
			output_put(out, "  ", 2);
		print_cell(out, g->cell[i], last ? 0 : width[j], !j || last,
			   bold && i < g->columns);
		if (last)
			output_put(out, "\n", 1);
		free(g->cell[i]);
	}
	free(g->cell);
	free(width);
}
