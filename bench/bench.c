/* SPDX-License-Identifier: BSD-3-Clause */
/* bench.c - the list of cases, their labels, and how the program ends if something fails. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "bench.h"

_Noreturn void fail(const char *format, ...)
{
	va_list args;

	fputs("bellshape-bench: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

void expect(enum bell_status status, const char *what)
{
	if (status != BELL_OK)
		fail("%s: %s", what, bell_status_text(status));
}

void *must(void *pointer)
{
	if (!pointer)
		fail("out of memory");
	return pointer;
}

void bench_label(const struct bench *b, char text[LABEL])
{
	snprintf(text, LABEL, "%s %s %s%s%s%sthreads=%u", b->group, b->what, b->backend,
		 *b->backend ? " " : "", b->place, *b->place ? " " : "", b->threads);
}

static bool is_reference(const struct bench *b)
{
	return !strcmp(b->group, "memory") || !strcmp(b->group, "clock");
}

void list_add(struct list *list, const struct bench *b)
{
	char label[LABEL];

	bench_label(b, label);
	if (list->filter && !is_reference(b) && !strstr(label, list->filter))
		return;
	if (list->n == list->capacity) {
		list->capacity = list->capacity ? 2 * list->capacity : 64;
		list->bench = must(realloc(list->bench, list->capacity * sizeof *list->bench));
	}
	list->bench[list->n++] = *b;
}

void list_free(struct list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->bench[i].sample);
		free(list->bench[i].other);
	}
	free(list->bench);
}
