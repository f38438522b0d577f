/* SPDX-License-Identifier: BSD-3-Clause */
/* names.h - names of columns and their numbers. */
#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <bellshape/model.h>
#include <bellshape/state.h>

/* A dictionary of at most `capacity` names, which are borrowed, and the number of each. */
struct names;

struct names *names_create(size_t capacity);
void names_free(struct names *names);

/*
 * names_add() adds a name with its number.  If the name is there already it changes nothing, and
 * returns whether the number is the same.
 */
bool names_add(struct names *names, const char *name, size_t index);

/* names_find() sets *index to the number of a name; it returns false if there is no such name. */
bool names_find(const struct names *names, const char *name, size_t *index);

/*
 * names_of_model() returns the names of a model; a column without one has names_default().  Two
 * columns of the same name end the program.
 */
struct names *names_of_model(const struct bell_model *model);

/* names_of_state() does the same with a state. */
struct names *names_of_state(const struct bell_state *state);

/* names_default() returns "column_N" for column N - 1; the text lasts until the next call. */
const char *names_default(size_t column);

/*
 * names_nearest() returns the one of `count` names, get(from, 0) and so on, that takes the fewest
 * edits to become `name`, or NULL if they are all another word: a third of the letters or more
 * would have to change.
 */
const char *names_nearest(const char *name, size_t count, const char *(*get)(const void *, size_t),
			  const void *from);

#endif
