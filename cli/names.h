/* SPDX-License-Identifier: BSD-3-Clause */
/* names.h - names of columns and their numbers. */
#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <bellshape/table.h>

/* A dictionary; the names are borrowed. */
struct names;

struct names *names_create(size_t most);
void names_free(struct names *names);
/* False, and no change, if the name is there. */
bool names_add(struct names *names, const char *name, size_t index);
bool names_find(const struct names *names, const char *name, size_t *index);

/* The names of a model, with names_default() for a column without one; two alike end the program.
 */
struct names *names_of_model(const struct bell_model *model);

/* "column_N" for column N - 1. */
const char *names_default(size_t column);

/* A copy without the blanks around it, to be freed. */
char *trimmed(const char *text, size_t length);

/* The one of `count` names that is most like `name`, or NULL if none is much like it. */
const char *names_nearest(const char *name, size_t count, const char *(*get)(const void *, size_t),
			  const void *from);

#endif
