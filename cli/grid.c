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

/* The memory for the cells starts with so many bytes, and then doubles. */
enum { FIRST_CAPACITY = 1 << 12 };

/* Formats into what is left of the memory; returns how many bytes the text has without its 0. */
static size_t format_cell(struct grid *g, const char *format, va_list list)
{
	int n = vsnprintf(g->text + g->used, g->capacity - g->used, format, list);

	if (n < 0)
		out_of_memory();
	return (size_t)n;
}

void grid_add(struct grid *g, const char *format, ...)
{
	va_list list, again;

	if (!g->text)
		g->text = allocate(g->capacity = FIRST_CAPACITY, 1);
	va_start(list, format);
	va_copy(again, list);
	size_t n = format_cell(g, format, list);
	if (n >= g->capacity - g->used) {
		g->capacity = 2 * g->capacity + n;
		g->text = reallocate(g->text, g->capacity, 1);
		format_cell(g, format, again);
	}
	va_end(again);
	va_end(list);
	g->used += n + 1;
	g->cells++;
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
	const char *cell = g->text;

	for (size_t i = 0; i < g->cells; i++, cell += strlen(cell) + 1) {
		char text[ESCAPED_SIZE(MAX_WIDTH)];
		size_t w = escape(cell, strlen(cell), MAX_WIDTH, text);

		if (w > width[i % g->columns])
			width[i % g->columns] = w;
	}
	cell = g->text;
	for (size_t i = 0; i < g->cells; i++, cell += strlen(cell) + 1) {
		size_t j = i % g->columns;
		bool last = j + 1 == g->columns;

		if (j && *cell)
			output_put(out, "  ", 2);
		print_cell(out, cell, last ? 0 : width[j], !j || last, bold && i < g->columns);
		if (last)
			output_put(out, "\n", 1);
	}
	free(g->text);
	free(width);
}
