/* grid.c - aligned tables of text. SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "grid.h"

enum { WIDEST = 200 };

void grid_add(struct grid *g, const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	if (vasprintf(&text, format, list) < 0)
		die(EXIT_DATA, "out of memory");
	va_end(list);
	if (!(g->cells & (g->cells - 1))) /* full at each power of two */
		g->cell = reallocate(g->cell, g->cells ? 2 * g->cells : 1, sizeof *g->cell);
	g->cell[g->cells++] = text;
}

void grid_print(struct grid *g)
{
	size_t *width = allocate(g->columns, sizeof *width);
	char text[4 * WIDEST + 16];

	for (size_t i = 0; i < g->cells; i++) {
		size_t w = escape(g->cell[i], strlen(g->cell[i]), WIDEST, text);

		if (w > width[i % g->columns])
			width[i % g->columns] = w;
	}
	for (size_t i = 0; i < g->cells; i++) {
		size_t j = i % g->columns, w = escape(g->cell[i], strlen(g->cell[i]), WIDEST, text);
		bool bold = i < g->columns && colours(STDOUT_FILENO), last = j + 1 == g->columns;
		int before = j && !last ? (int)(width[j] - w) : 0;
		int behind = !j ? (int)(width[j] - w) : 0;

		if (j)
			printf(last && !*text ? "" : "  ");
		printf("%*s%s%s%s%*s%s", before, "", bold ? "\033[1m" : "", text,
		       bold ? "\033[0m" : "", behind, "", last ? "\n" : "");
		free(g->cell[i]);
	}
	free(g->cell);
	free(width);
}
