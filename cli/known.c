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

void known_match(struct source *s, const struct options *options, const struct bell_model *model,
		 const struct names *names)
{
	size_t columns = bell_model_columns(model), index;
	bool select = source_select(s, options);

	for (size_t i = 0; i < s->columns; i++) {
		const struct column *c = &s->column[i];
		bool known = names_find(names, c->name, &index);

		if (select && c->kind == KIND_NUMBER && !known)
			die(EXIT_USAGE, "--columns: the model %s has no column %s", options->model,
			    show_name(c->name));
		if (c->kind == KIND_UNKNOWN)
			source_set_kind(s, i, known ? KIND_NUMBER : KIND_IGNORED);
	}
	for (size_t i = 0; !select && i < columns; i++) {
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
