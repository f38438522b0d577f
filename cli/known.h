/* SPDX-License-Identifier: BSD-3-Clause */
/* known.h - a model that is there already, and the table that it is applied to. */
#ifndef CLI_KNOWN_H
#define CLI_KNOWN_H

#include <stddef.h>
#include <stdint.h>
#include <bellshape/model.h>

struct names;
struct options;
struct source;

/* known_load() reads the model at a path; "-" is standard input. */
struct bell_model *known_load(const char *path);

/* What known_match() has for a column of the table that the model does not know. */
#define KNOWN_NONE SIZE_MAX

/*
 * known_match() selects the columns of the model, whose names these are, before the first block:
 * they have to be there, and are the only ones of numbers.  --columns and --text leave some out,
 * and --as names others.  It returns the column of the model for each of the table, to be freed.
 */
size_t *known_match(struct source *s, const struct options *options, const struct bell_model *model,
		    const struct names *names);

#endif
