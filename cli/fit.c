/* SPDX-License-Identifier: BSD-3-Clause */
/* fit.c - lambda for every column of a table. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/model.h>
#include <bellshape/sketch.h>
#include <bellshape/table.h>

#include "commands.h"
#include "domain.h"
#include "error.h"
#include "formats.h"
#include "output.h"
#include "report.h"

static struct bell_sketch **create_sketches(size_t count)
{
	struct bell_sketch **sketches = allocate(count, sizeof *sketches);

	for (size_t k = 0; k < count; k++)
		check(bell_sketch_create(NULL, &sketches[k]), "fit");
	return sketches;
}

/* Returns one sketch for each column in use, s->used of them. */
static struct bell_sketch **read_sketches(struct source *s, const struct options *options)
{
	struct bell_sketch **sketches = NULL;
	struct domain domain = {0};
	struct block b;

	while (source_next(s, &b)) {
		if (!s->used)
			report_no_numbers(s);
		if (!sketches)
			sketches = create_sketches(s->used);
		/* A sketch takes any value; here its line is still known. */
		if (options->fit.method == BELL_BOX_COX)
			domain_check(&domain, s, &b, NULL);
		check(bell_table_sketch(&b.table, NULL, options->threads, sketches + b.first),
		      "fit");
	}
	if (!sketches)
		report_no_numbers(s);
	domain_end(&domain, s);
	return sketches;
}

static struct bell_model *fit_model(struct source *s, const struct options *options)
{
	struct bell_sketch **sketches = read_sketches(s, options);
	struct bell_model *model;

	check(bell_model_fit_sketches(sketches, s->used, &options->fit, options->threads, &model),
	      "fit");
	for (size_t k = 0; k < s->used; k++) {
		const char *name = s->column[s->use[k]].name;

		check(bell_model_set(model, k, name, bell_model_fit(model, k)), name);
		bell_sketch_free(sketches[k]);
	}
	free(sketches);
	return model;
}

/* Stores the model; output_end() is still to come. */
static void save(const struct bell_model *model, const char *path, struct output *out)
{
	char *text;

	check(bell_model_to_json(model, &text), "the model");
	output_open(out, path, true);
	output_put(out, text, strlen(text));
	output_put(out, "\n", 1);
	output_store(out);
	free(text);
}

/*
 * The model takes its place last, when all else has been written, so that a failure leaves the file
 * that was there.  But a reader of the report that has gone, as head(1) has, is no failure.
 */
void run_fit(const struct options *options)
{
	bool reported = !options->output || strcmp(options->output, "-") != 0;
	struct report report;
	struct source s;
	struct bell_model *model;
	struct output file;

	source_open(&s, options, NULL);
	source_select(&s, options);
	model = fit_model(&s, options);
	if (reported)
		report_fit(&report, &s, model, options->json);
	if (reported && options->output) {
		signal(SIGPIPE, SIG_IGN);
		report.out.optional = true;
	}
	if (options->output)
		save(model, options->output, &file);
	if (reported)
		report_print(&report);
	if (options->output)
		output_end(&file);
	if (reported)
		report_end(&report);
	else
		report_doubts(&s);
	bell_model_free(model);
	source_close(&s);
}
