/* SPDX-License-Identifier: BSD-3-Clause */
/* known.c - a model that is there already, and the table that it is applied to. */
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "input.h"
#include "known.h"
#include "names.h"
#include "source.h"
#include "text.h"

/* A file that has more bytes is no model. */
enum { MAX_MODEL = 1 << 30 };

struct bell_model *known_load(const char *path)
{
	struct bell_model *model;
	size_t length;
	char *text = input_whole(path, MAX_MODEL, &length);
	enum bell_status status = bell_model_from_json(text, length, &model);

	if (status != BELL_OK)
		die(EXIT_DATA, "%s: %s", strcmp(path, "-") ? path : "standard input",
		    bell_status_text(status));
	free(text);
	return model;
}

/* Ends the program unless every column of the model is in the table. */
static void check_all(const struct source *s, const struct options *options,
		      const struct bell_model *model)
{
	for (size_t i = 0, index; i < bell_model_columns(model); i++) {
		const char *name = bell_model_name(model, i);

		if (!name)
			name = names_default(i);
		if (!source_find(s, name, &index))
			die(EXIT_DATA,
			    "%s: has no column %s, which the model %s wants; it has %s%zu "
			    "column%s, "
			    "from %s to %s",
			    s->in.label, show_name(name), options->model,
			    s->column[0].title ? "" : "no names and ", s->columns,
			    s->columns == 1 ? "" : "s", show_name(s->column[0].name),
			    show_name(s->column[s->columns - 1].name));
	}
}

/* Takes NAME=COLUMN of --as; both may hold a = themselves. */
static void match_as(struct source *s, const struct options *options, const char *item,
		     const struct names *names, size_t *known)
{
	char *name = copy_text(item, strlen(item)), *equals;
	size_t index, column;

	for (equals = strchr(name, '='); equals; equals = strchr(equals + 1, '=')) {
		*equals = 0;
		if (names_find(names, name, &index))
			break;
		*equals = '=';
	}
	if (!equals)
		die(EXIT_USAGE, "--as %s: the model %s has no column %s", show_name(item),
		    options->model, show(item, strcspn(item, "=")));
	column = source_resolve(s, "--as", equals + 1);
	if (known[column] != KNOWN_NONE)
		die(EXIT_USAGE, "--as %s: the column %s is there twice", show_name(item),
		    show_name(s->column[column].name));
	known[column] = index;
	source_set_kind(s, column, KIND_NUMBER);
	free(name);
}

size_t *known_match(struct source *s, const struct options *options, const struct bell_model *model,
		    const struct names *names)
{
	size_t *known = allocate(s->columns, sizeof *known);
	bool select = source_select(s, options), as = options->as.count;

	for (size_t i = 0; i < s->columns; i++)
		known[i] = KNOWN_NONE;
	for (size_t i = 0; i < options->as.count; i++)
		match_as(s, options, options->as.item[i], names, known);
	for (size_t i = 0; i < s->columns; i++) {
		const struct column *c = &s->column[i];

		if (known[i] != KNOWN_NONE)
			continue;
		bool found = names_find(names, c->name, &known[i]);
		if (c->kind == KIND_NUMBER && !found)
			die(EXIT_USAGE, "%s: the model %s has no column %s",
			    select ? "--columns" : "--numbers", options->model, show_name(c->name));
		if (c->kind == KIND_UNKNOWN)
			source_set_kind(s, i, found && !as ? KIND_NUMBER : KIND_IGNORED);
	}
	if (!select && !as)
		check_all(s, options, model);
	return known;
}
