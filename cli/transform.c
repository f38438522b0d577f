/* SPDX-License-Identifier: BSD-3-Clause */
/* transform.c - a model applied to a table, and back. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bellshape/model.h>
#include <bellshape/table.h>

#include "commands.h"
#include "domain.h"
#include "error.h"
#include "format.h"
#include "formats.h"
#include "in_place.h"
#include "json_lines.h"
#include "known.h"
#include "names.h"
#include "output.h"
#include "text.h"

/* What a run needs to know of its model and its table. */
struct job {
	const struct options *options;
	bool inverse;
	struct bell_model *model;
	struct names *names; /* of the model */
	size_t *known;       /* of the table, the columns of the model (known.h) */

	/*
	 * Both have one element for each place in source.use: the model for the columns from there
	 * on that change together, and how many values lay outside the image of the transform.
	 */
	struct bell_model **part;
	uint64_t *outside_count;

	struct domain domain; /* what the methods of columns cannot take */

	void *before; /* a block as it was, to name such a value */
	size_t before_size;
};

/* Returns the model for just the `columns` columns in use from source.use[first] on. */
static const struct bell_model *part(struct job *job, const struct source *s, size_t first,
				     size_t columns)
{
	struct bell_model **model = &job->part[first];

	if (*model)
		return *model;
	check(bell_model_create(columns, model), "the model");
	for (size_t k = 0; k < columns; k++) {
		size_t index = job->known[s->use[first + k]];

		check(bell_model_set(*model, k, NULL, bell_model_fit(job->model, index)),
		      "the model");
	}
	return *model;
}

/* Ends the program: names the first value of the block that became NaN. */
static void refuse(const struct job *job, const struct source *s, const struct block *b)
{
	const struct bell_table *t = &b->table;

	for (size_t i = 0; i < t->rows; i++)
		for (size_t j = 0; j < t->columns; j++) {
			double y = source_number(t, job->before, i, j);

			if (!isnan(y) && isnan(source_number(t, t->data, i, j)))
				source_refuse(s, b, i, j, y,
					      "lies outside the image of the transform; "
					      "--outside nan or clip goes on");
		}
	die(EXIT_DATA, "%s: %s", s->in.label, bell_status_text(BELL_EDOMAIN));
}

/* What a column holds has to be in the domain of its transform; anything else is remembered. */
static void check_domain(struct job *job, const struct source *s, const struct block *b,
			 const struct bell_model *model)
{
	struct limit *limit = allocate(b->table.columns, sizeof *limit);
	bool any = false;

	for (size_t k = 0; k < b->table.columns; k++) {
		limit[k] = limit_of(&bell_model_fit(model, k)->transform);
		any |= isfinite(limit[k].least);
	}
	if (any)
		domain_check(&job->domain, s, b, limit);
	free(limit);
}

/* Copies the block before it is changed. */
static void keep(struct job *job, const struct block *b)
{
	const struct bell_table *t = &b->table;
	size_t last =
	    (t->rows - 1) * (size_t)t->row_stride + (t->columns - 1) * (size_t)t->column_stride;
	size_t size = (last + 1) * bell_type_size(t->type);

	if (!job->before || size > job->before_size)
		job->before = reallocate(job->before, job->before_size = size, 1);
	memcpy(job->before, t->data, size);
}

/* Changes a block of columns that lie side by side and all change. */
static void apply_run(struct job *job, const struct source *s, const struct block *b)
{
	const struct bell_model *model = part(job, s, b->first, b->table.columns);
	const struct options *o = job->options;

	if (!job->inverse) {
		check_domain(job, s, b, model);
		if (job->domain.columns) /* there will be no output */
			return;
		check(bell_table_transform(model, &b->table, o->threads, &b->table), "transform");
		return;
	}
	uint64_t *count = allocate(b->table.columns, sizeof *count);
	if (o->outside == BELL_OUTSIDE_ERROR)
		keep(job, b);
	enum bell_status status =
	    bell_table_inverse(model, &b->table, o->outside, o->threads, &b->table, count);
	if (status == BELL_EDOMAIN && job->before)
		refuse(job, s, b);
	check(status, "inverse");
	for (size_t k = 0; k < b->table.columns; k++)
		job->outside_count[b->first + k] += count[k];
	free(count);
}

/*
 * Changes the columns of numbers, one run of neighbors after the other.  The columns of an array
 * that the model does not know keep their bits.
 */
static void apply(struct job *job, const struct source *s, const struct block *b)
{
	const struct bell_table *t = &b->table;
	size_t size = bell_type_size(t->type);

	if (!job->part) {
		job->part = allocate(s->used, sizeof(struct bell_model *));
		job->outside_count = allocate(s->used, sizeof *job->outside_count);
	}
	for (size_t k = 0, end; k < t->columns; k = end) {
		struct block run = *b;

		end = k;
		while (end < t->columns && s->column[s->use[b->first + end]].kind == KIND_NUMBER)
			end++;
		run.first += k;
		run.table.columns = end - k;
		run.table.data = (char *)t->data + (ptrdiff_t)(k * size) * t->column_stride;
		if (end > k)
			apply_run(job, s, &run);
		else
			end++;
	}
}

static void tell_outside(const struct job *job, const struct source *s)
{
	bool clip = job->options->outside == BELL_OUTSIDE_CLIP;

	for (size_t k = 0; job->outside_count && k < s->used; k++)
		if (job->outside_count[k])
			note("%s: column %s: %" PRIu64
			     " value%s outside the image of the transform became %s",
			     s->in.label, show_name(s->column[s->use[k]].name),
			     job->outside_count[k], job->outside_count[k] == 1 ? "" : "s",
			     clip ? "an end of the range that fit saw" : "nan");
}

/* Ends the program if the format of the table has no room for what is asked for. */
static void check_format(const struct source *s, const struct options *options, const char *path)
{
	bool printed = !path || !strcmp(path, "-");
	size_t other;

	for (size_t i = 0; options->suffix && i < s->columns; i++) {
		char *name;

		if (asprintf(&name, "%s%s", s->column[i].name, options->suffix) < 0)
			out_of_memory();
		if (s->column[i].kind == KIND_NUMBER && source_find(s, name, &other))
			die(EXIT_USAGE, "--suffix %s: %s has a column %s already",
			    show_name(options->suffix), s->in.label, show_name(name));
		free(name);
	}
	if (!s->format->binary || options->json_lines)
		return;
	if (options->suffix || options->digits)
		die(EXIT_USAGE, "%s: %s is for text, and an %s file is none", s->in.label,
		    options->suffix ? "--suffix" : "--digits", s->format->name);
	if (printed && isatty(STDOUT_FILENO))
		die(EXIT_USAGE, "an %s file is not for a terminal: name one with -o",
		    s->format->name);
}

/* Reads the table, and writes what becomes of it. */
static void change(struct job *job, struct source *s, struct output *out)
{
	const struct options *options = job->options;
	struct json_lines lines;
	struct block b;

	if (options->json_lines)
		json_lines_open(&lines, s, options);
	else
		source_write_head(s, out);
	while (source_next(s, &b)) {
		apply(job, s, &b);
		if (job->domain.columns)
			continue;
		if (options->json_lines)
			json_lines_write(&lines, s, &b, out);
		else
			source_write(s, &b, out);
	}
	if (options->json_lines)
		json_lines_close(&lines);
}

static void run(const struct options *options, bool inverse)
{
	struct job job = {.options = options, .inverse = inverse};
	struct source_options wanted = {.whole = true, .originals = options->suffix};
	const char *path = options->in_place ? options->table : options->output;
	struct source s;
	struct output out;

	if (options->in_place)
		in_place_check(options);
	job.model = known_load(options->model);
	wanted.known = job.names = names_of_model(job.model);
	source_open(&s, options, &wanted);
	if (options->in_place)
		in_place_check_form(options, &s);
	job.known = known_match(&s, options, job.model, job.names);
	check_format(&s, options, path);
	output_open(&out, path, inverse && options->outside == BELL_OUTSIDE_ERROR);
	change(&job, &s, &out);
	domain_end(&job.domain, &s);
	output_end(&out);
	tell_outside(&job, &s);
	for (size_t k = 0; job.part && k < s.used; k++)
		bell_model_free(job.part[k]);
	free(job.part);
	free(job.outside_count);
	free(job.before);
	free(job.known);
	names_free(job.names);
	bell_model_free(job.model);
	source_close(&s);
}

void run_transform(const struct options *options) { run(options, false); }
void run_inverse(const struct options *options) { run(options, true); }
