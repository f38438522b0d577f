/* SPDX-License-Identifier: BSD-3-Clause */
/* names.c - names of columns and their numbers. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "names.h"
#include "text.h"

struct names {
	struct slot {
		const char *name; /* NULL: free */
		size_t index;
	} * slot;
	size_t mask; /* the number of slots, a power of two, less 1 */
	char **own;  /* names that were made here */
	size_t owned;
};

struct names *names_create(size_t capacity)
{
	struct names *names = allocate(1, sizeof *names);
	size_t slots = 16;

	while (slots < 2 * capacity)
		slots *= 2;
	names->slot = allocate(slots, sizeof *names->slot);
	names->mask = slots - 1;
	return names;
}

void names_free(struct names *names)
{
	if (!names)
		return;
	free(names->slot);
	while (names->owned)
		free(names->own[--names->owned]);
	free(names->own);
	free(names);
}

/*
 * Returns the slot of a name, or the free one where it would be: at its FNV-1a hash, or the next
 * one that is free.  hsearch() of the C library puts column_1, column_2, ... into few slots.
 */
static struct slot *slot_of(const struct names *names, const char *name)
{
	uint64_t h = 0xcbf29ce484222325;

	for (const char *p = name; *p; p++)
		h = (h ^ (unsigned char)*p) * 0x100000001b3;
	for (size_t i = (size_t)(h ^ h >> 32);; i++) {
		struct slot *slot = &names->slot[i & names->mask];

		if (!slot->name || !strcmp(slot->name, name))
			return slot;
	}
}

bool names_add(struct names *names, const char *name, size_t index)
{
	struct slot *slot = slot_of(names, name);

	if (slot->name)
		return slot->index == index;
	*slot = (struct slot){name, index};
	return true;
}

bool names_find(const struct names *names, const char *name, size_t *index)
{
	const struct slot *slot = slot_of(names, name);

	if (slot->name)
		*index = slot->index;
	return slot->name;
}

/* The names get(from, 0) and so on; `what` is what messages call the thing that has them. */
static struct names *names_of(size_t count, const char *(*get)(const void *, size_t),
			      const void *from, const char *what)
{
	struct names *names = names_create(count);

	for (size_t i = 0; i < count; i++) {
		const char *name = get(from, i);

		if (!name) {
			names->own = reallocate(names->own, names->owned + 1, sizeof *names->own);
			name = names->own[names->owned++] =
			    copy_text(names_default(i), strlen(names_default(i)));
		}
		if (!names_add(names, name, i))
			die(EXIT_DATA, "the %s has two columns %s", what, show_name(name));
	}
	return names;
}

static const char *name_in_model(const void *model, size_t column)
{
	return bell_model_name(model, column);
}

struct names *names_of_model(const struct bell_model *model)
{
	return names_of(bell_model_columns(model), name_in_model, model, "model");
}

static const char *name_in_state(const void *state, size_t column)
{
	return bell_state_name(state, column);
}

struct names *names_of_state(const struct bell_state *state)
{
	return names_of(bell_state_columns(state), name_in_state, state, "state");
}

const char *names_default(size_t column)
{
	static char name[32];

	snprintf(name, sizeof name, "column_%zu", column + 1);
	return name;
}

/*
 * Returns how many characters have to be changed, added or taken away to make b of a; SIZE_MAX if
 * one of them is longer than a name of a column or an option would be.
 */
static size_t distance(const char *a, const char *b)
{
	enum { MAX_LENGTH = 63 };
	size_t row[MAX_LENGTH + 1], n = strlen(a), m = strlen(b);

	if (n > MAX_LENGTH || m > MAX_LENGTH)
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
