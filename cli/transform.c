/* transform.c - a model applied to a table, and back. SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bellshape/bellshape.h>

#include "commands.h"
#include "error.h"
#include "input.h"
#include "names.h"
#include "number.h"
#include "source.h"

enum { LARGEST_MODEL = 1 << 30 };

/* What a run needs to know of its model and its table. */
struct job {
	const struct options *options;
	bool inverse;
	struct bell_model *model;
	struct names *names;             /* of the model */
	struct bell_model *part;         /* the model in the form of the columns of a block ... */
	size_t part_first, part_columns; /* ... which are these */
	uint64_t *outside; /* for each column in use: values that are the transform of nothing */
	void *before;      /* a block as it was, to name such a value */
	size_t before_size;
};

static struct bell_model *load(const char *path)
{
	struct bell_model *model;
	size_t length;
	char *text = input_whole(path, LARGEST_MODEL, &length);
	enum bell_status status = bell_model_from_json(text, length, &model);

	if (status != BELL_OK)
		die(EXIT_DATA, "%s: %s", strcmp(path, "-") ? path : "standard input",
		    bell_status_text(status));
	free(text);
	return model;
}

/*
 * The columns of the model have to be there, and are the only ones to change; --columns and --text
 * leave some of them as they are.
 */
static void match(struct source *s, const struct job *job)
{
	size_t columns = bell_model_columns(job->model), index;
	bool select = job->options->columns.count;

	source_select(s, job->options);
	for (size_t i = 0; i < s->columns; i++) {
		struct column *c = &s->column[i];
		bool known = names_find(job->names, c->name, &index);

		if (select && c->kind == KIND_NUMBER && !known)
			die(EXIT_USAGE, "--columns: the model %s has no column %s",
			    job->options->model, show_name(c->name));
		if (c->kind == KIND_UNKNOWN)
			c->kind = known ? KIND_NUMBER : KIND_IGNORED;
	}
	for (size_t i = 0; !select && i < columns; i++) {
		const char *name = bell_model_name(job->model, i);

		if (!name)
			name = names_default(i);
		if (!source_find(s, name, &index))
			die(EXIT_DATA,
			    "%s: has no column %s, which the model %s wants; it has %s%zu columns, "
			    "from %s to %s",
			    s->in.label, show_name(name), job->options->model,
			    s->is_npy ? "no names and " : "", s->columns,
			    show_name(s->column[0].name),
			    show_name(s->column[s->columns - 1].name));
	}
}

/* The model for just the columns of this block; those that are not to change stay as they are. */
static const struct bell_model *part(struct job *job, const struct source *s, const struct block *b)
{
	size_t index, columns = b->table.columns;

	if (job->part && job->part_first == b->first && job->part_columns == columns)
		return job->part;
	bell_model_free(job->part);
	check(bell_model_create(columns, &job->part), "the model");
	for (size_t k = 0; k < columns; k++) {
		const struct column *c = &s->column[s->use[b->first + k]];

		if (c->kind == KIND_NUMBER && names_find(job->names, c->name, &index))
			check(bell_model_set(job->part, k, NULL, bell_model_fit(job->model, index)),
			      "the model");
	}
	job->part_first = b->first;
	job->part_columns = columns;
	return job->part;
}

static double element(const struct bell_table *t, const void *data, size_t i, size_t j)
{
	ptrdiff_t at = (ptrdiff_t)i * t->row_stride + (ptrdiff_t)j * t->column_stride;

	return t->type == BELL_F32 ? (double)((const float *)data)[at] : ((const double *)data)[at];
}

/* Names the first value of the block that had become NaN, and ends the program. */
static void refuse(const struct job *job, const struct source *s, const struct block *b)
{
	const struct bell_table *t = &b->table;
	char number[NUMBER_LENGTH], place[32];

	for (size_t i = 0; i < t->rows; i++)
		for (size_t j = 0; j < t->columns; j++) {
			double y = element(t, job->before, i, j);

			if (isnan(y) || !isnan(element(t, t->data, i, j)))
				continue;
			if (b->line)
				snprintf(place, sizeof place, "%" PRIu64, b->line[i]);
			else
				snprintf(place, sizeof place, "row %" PRIu64, b->row + i + 1);
			die(EXIT_DATA,
			    "%s:%s: column %s: %s is the transform of no value; "
			    "--outside nan or clip goes on",
			    s->in.label, place, show_name(s->column[s->use[b->first + j]].name),
			    show(number, number_format(y, number)));
		}
	die(EXIT_DATA, "%s: %s", s->in.label, bell_status_text(BELL_EDOMAIN));
}

static void keep(struct job *job, const struct block *b)
{
	const struct bell_table *t = &b->table;
	size_t stride = t->row_stride == 1 ? (size_t)t->column_stride : t->columns;
	size_t across = t->row_stride == 1 ? t->columns : t->rows;
	size_t size = stride * across * (t->type == BELL_F32 ? sizeof(float) : sizeof(double));

	if (size > job->before_size)
		job->before = reallocate(job->before, job->before_size = size, 1);
	memcpy(job->before, t->data, size);
}

static void apply(struct job *job, struct source *s, const struct block *b)
{
	const struct bell_model *model = part(job, s, b);
	const struct options *o = job->options;
	uint64_t *outside;

	if (!job->inverse) {
		check(bell_table_transform(model, &b->table, o->threads, &b->table), "transform");
		return;
	}
	if (!job->outside)
		job->outside = allocate(s->used, sizeof *job->outside);
	if (o->outside == BELL_OUTSIDE_ERROR)
		keep(job, b);
	outside = allocate(b->table.columns, sizeof *outside);
	enum bell_status status =
	    bell_table_inverse(model, &b->table, o->outside, o->threads, &b->table, outside);
	if (status == BELL_EDOMAIN)
		refuse(job, s, b);
	check(status, "inverse");
	for (size_t k = 0; k < b->table.columns; k++)
		job->outside[b->first + k] += outside[k];
	free(outside);
}

static void tell_outside(const struct job *job, const struct source *s)
{
	for (size_t k = 0; job->outside && k < s->used; k++)
		if (job->outside[k])
			note("%s: column %s: %" PRIu64 " value%s of no transform became %s",
			     s->in.label, show_name(s->column[s->use[k]].name), job->outside[k],
			     job->outside[k] == 1 ? " that is the transform"
						  : "s that are the transforms",
			     job->options->outside == BELL_OUTSIDE_CLIP
				 ? "an end of the range seen by fit"
				 : "nan");
}

static void run(const struct options *options, bool inverse)
{
	struct job job = {.options = options, .inverse = inverse};
	struct source s;
	struct block b;
	struct output out;

	job.model = load(options->model);
	job.names = names_of_model(job.model);
	source_open(&s, options, job.names);
	s.whole = true;
	match(&s, &job);
	if (s.is_npy && (!options->output || !strcmp(options->output, "-")) &&
	    isatty(STDOUT_FILENO))
		die(EXIT_USAGE, "an .npy file is not for a terminal: name one with -o");
	output_open(&out, options->output, inverse && options->outside == BELL_OUTSIDE_ERROR);
	source_write_head(&s, &out);
	while (source_next(&s, &b)) {
		if (b.table.columns)
			apply(&job, &s, &b);
		source_write(&s, &b, &out);
	}
	output_end(&out);
	tell_outside(&job, &s);
	free(job.outside);
	free(job.before);
	bell_model_free(job.part);
	names_free(job.names);
	bell_model_free(job.model);
	source_close(&s);
}

void run_transform(const struct options *options) { run(options, false); }
void run_inverse(const struct options *options) { run(options, true); }
