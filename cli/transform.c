/* SPDX-License-Identifier: BSD-3-Clause */
/* transform.c - a model applied to a table, and back. */
#include <inttypes.h>
#include <math.h>
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
	size_t index;

	if (*model)
		return *model;
	check(bell_model_create(columns, model), "the model");
	for (size_t k = 0; k < columns; k++) {
		names_find(job->names, s->column[s->use[first + k]].name, &index);
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

static void run(const struct options *options, bool inverse)
{
	struct job job = {.options = options, .inverse = inverse};
	struct source_options wanted = {.whole = true};
	struct source s;
	struct block b;
	struct output out;
	bool printed = !options->output || !strcmp(options->output, "-");

	job.model = known_load(options->model);
	wanted.known = job.names = names_of_model(job.model);
	source_open(&s, options, &wanted);
	known_match(&s, options, job.model, job.names);
	if (s.format->binary && printed && isatty(STDOUT_FILENO))
		die(EXIT_USAGE, "an %s file is not for a terminal: name one with -o",
		    s.format->name);
	output_open(&out, options->output, inverse && options->outside == BELL_OUTSIDE_ERROR);
	source_write_head(&s, &out);
	while (source_next(&s, &b)) {
		apply(&job, &s, &b);
		if (!job.domain.columns)
			source_write(&s, &b, &out);
	}
	domain_end(&job.domain, &s);
	output_end(&out);
	tell_outside(&job, &s);
	for (size_t k = 0; job.part && k < s.used; k++)
		bell_model_free(job.part[k]);
	free(job.part);
	free(job.outside_count);
	free(job.before);
	names_free(job.names);
	bell_model_free(job.model);
	source_close(&s);
}

void run_transform(const struct options *options) { run(options, false); }
void run_inverse(const struct options *options) { run(options, true); }
