/* names.c - names of columns and their numbers. SPDX-License-Identifier: BSD-3-Clause */
#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "names.h"

struct names {
	struct hsearch_data table;
	char **own; /* names made here */
	size_t owned;
};

struct names *names_create(size_t most)
{
	struct names *names = allocate(1, sizeof *names);

	if (!hcreate_r(most + most / 2 + 8, &names->table))
		die(EXIT_DATA, "out of memory");
	return names;
}

void names_free(struct names *names)
{
	if (!names)
		return;
	hdestroy_r(&names->table);
	while (names->owned)
		free(names->own[--names->owned]);
	free(names->own);
	free(names);
}

bool names_add(struct names *names, const char *name, size_t index)
{
	ENTRY entry = {(char *)name, (void *)(uintptr_t)(index + 1)}, *found;

	if (!hsearch_r(entry, ENTER, &found, &names->table))
		die(EXIT_DATA, "out of memory");
	return (uintptr_t)found->data == index + 1;
}

bool names_find(const struct names *names, const char *name, size_t *index)
{
	ENTRY entry = {(char *)name, NULL}, *found;

	if (!hsearch_r(entry, FIND, &found, (struct hsearch_data *)&names->table))
		return false;
	*index = (uintptr_t)found->data - 1;
	return true;
}

struct names *names_of_model(const struct bell_model *model)
{
	size_t count = bell_model_columns(model);
	struct names *names = names_create(count);

	for (size_t i = 0; i < count; i++) {
		const char *name = bell_model_name(model, i);

		if (!name) {
			names->own = reallocate(names->own, names->owned + 1, sizeof *names->own);
			name = names->own[names->owned++] =
			    copy_text(names_default(i), strlen(names_default(i)));
		}
		if (!names_add(names, name, i))
			die(EXIT_DATA, "the model has two columns %s", show_name(name));
	}
	return names;
}

const char *names_default(size_t column)
{
	static char name[32];

	snprintf(name, sizeof name, "column_%zu", column + 1);
	return name;
}

char *trimmed(const char *text, size_t length)
{
	for (; length && (*text == ' ' || *text == '\t'); text++)
		length--;
	while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	return copy_text(text, length);
}

/* The number of characters to change, add or take away between a and b, as far as `most`. */
static size_t distance(const char *a, const char *b)
{
	enum { MOST = 63 };
	size_t row[MOST + 1], n = strlen(a), m = strlen(b);

	if (n > MOST || m > MOST)
		return SIZE_MAX;
	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			if (corner + 1 < best)
				best = corner + 1;
			row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
		}
	}
	return row[m];
}

const char *names_nearest(const char *name, size_t count, const char *(*get)(const void *, size_t),
			  const void *from)
{
	const char *nearest = NULL;
	size_t least = strlen(name) / 3 + 1; /* farther than that is another word */

	for (size_t i = 0; i < count; i++) {
		size_t d = distance(name, get(from, i));

		if (d < least) {
			least = d;
			nearest = get(from, i);
		}
	}
	return nearest;
}
