/* SPDX-License-Identifier: BSD-3-Clause */
/* fit.c - lambda for every column of a table. */
#include <stdlib.h>
#include <string.h>
#include <bellshape/bellshape.h>

#include "commands.h"
#include "error.h"
#include "report.h"
#include "source.h"

static void refuse(const struct source *s, const struct block *b)
{
	bool *box_cox = allocate(b->table.columns, sizeof *box_cox);

	memset(box_cox, true, b->table.columns * sizeof *box_cox);
	source_want_positive(s, b, box_cox);
	free(box_cox);
}

static void sketch_block(const struct source *s, const struct block *b,
			 const struct options *options, struct bell_sketch ***sketches)
{
	const struct bell_sketch_options method = {.method = options->fit.method};
	enum bell_status status;

	if (!s->used)
		report_no_numbers(s);
	if (!*sketches) {
		*sketches = allocate(s->used, sizeof(struct bell_sketch *));
		for (size_t k = 0; k < s->used; k++)
			check(bell_sketch_create(&method, &(*sketches)[k]), "fit");
	}
	status = bell_table_sketch(&b->table, NULL, options->threads, *sketches + b->first);
	if (status == BELL_EDOMAIN)
		refuse(s, b);
	check(status, "fit");
}

static void save(const struct bell_model *model, const char *path)
{
	struct output out;
	char *text;

	check(bell_model_to_json(model, &text), "the model");
	output_open(&out, path, true);
	output_put(&out, text, strlen(text));
	output_put(&out, "\n", 1);
	output_end(&out);
	free(text);
}

void run_fit(const struct options *options)
{
	struct source s;
	struct block b;
	struct bell_sketch **sketches = NULL;
	struct bell_model *model;
	struct bell_fit fit;

	source_open(&s, options, NULL);
	source_select(&s, options);
	while (source_next(&s, &b))
		sketch_block(&s, &b, options, &sketches);
	if (!sketches)
		report_no_numbers(&s);
	check(bell_model_create(s.used, &model), "the model");
	for (size_t k = 0; k < s.used; k++) {
		const char *name = s.column[s.use[k]].name;

		check(bell_fit_sketch(sketches[k], &options->fit, &fit), name);
		check(bell_model_set(model, k, name, &fit), name);
		bell_sketch_free(sketches[k]);
	}
	free(sketches);
	if (options->output)
		save(model, options->output);
	if (!options->output || strcmp(options->output, "-") != 0)
		report_fit(&s, model, options->json);
	bell_model_free(model);
	source_close(&s);
}
