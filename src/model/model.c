/* SPDX-License-Identifier: BSD-3-Clause */
/* model.c - fits and names of the columns of a table, in memory. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/model.h>
#include "dispatch.h"
#include "parallel.h"
#include "transform.h"

struct bell_model {
	size_t columns;
	struct entry {
		char *name;
		struct bell_fit fit;
		struct bell_candidate *candidate;
		size_t candidates;
	} entry[];
};

/* The fit of a column that nobody has seen: the identity, and no number beside it. */
static struct bell_fit unseen(void)
{
	struct bell_fit fit = {.lambda = 1,
			       .unit = 1,
			       .ci95 = {NAN, NAN},
			       .log_likelihood = NAN,
			       .lr_vs_identity = NAN,
			       .mean = NAN,
			       .sd = NAN,
			       .skewness_before = NAN,
			       .skewness_after = NAN,
			       .kurtosis_before = NAN,
			       .kurtosis_after = NAN,
			       .min = NAN,
			       .max = NAN,
			       .collapsed = NAN};

	bell_transform_plain(BELL_YEO_JOHNSON, 1, &fit.transform);
	return fit;
}

enum bell_status bell_model_create(size_t columns, struct bell_model **out)
{
	struct bell_model *m;
	size_t size;

	if (!out)
		return BELL_EINVAL;
	if (__builtin_mul_overflow(columns, sizeof *m->entry, &size) ||
	    __builtin_add_overflow(size, sizeof *m, &size))
		return BELL_ESIZE;
	m = calloc(1, size);
	if (!m)
		return BELL_ENOMEM;
	m->columns = columns;
	for (size_t j = 0; j < columns; j++)
		m->entry[j].fit = unseen();
	*out = m;
	return BELL_OK;
}

void bell_model_free(struct bell_model *model)
{
	if (!model)
		return;
	for (size_t j = 0; j < model->columns; j++) {
		free(model->entry[j].name);
		free(model->entry[j].candidate);
		bell_fit_release(&model->entry[j].fit);
	}
	free(model);
}

size_t bell_model_columns(const struct bell_model *model) { return model ? model->columns : 0; }

const struct bell_fit *bell_model_fit(const struct bell_model *model, size_t column)
{
	return model && column < model->columns ? &model->entry[column].fit : NULL;
}

const char *bell_model_name(const struct bell_model *model, size_t column)
{
	return model && column < model->columns ? model->entry[column].name : NULL;
}

enum bell_status bell_model_set(struct bell_model *model, size_t column, const char *name,
				const struct bell_fit *fit)
{
	struct entry *entry;
	struct bell_fit own;
	char *copy = NULL;

	if (!model || column >= model->columns || !fit || !bell_transform_known(&fit->transform))
		return BELL_EINVAL;
	if (name) {
		copy = strdup(name);
		if (!copy)
			return BELL_ENOMEM;
	}
	entry = &model->entry[column];
	own = *fit;
	own.unit = unit_of(&fit->transform);
	/* shared before it is released: it may be that of the column */
	bell_score_table_share(own.transform.table);
	bell_fit_release(&entry->fit);
	free(entry->name);
	entry->name = copy;
	entry->fit = own;
	return BELL_OK;
}

/* ---- candidates ---- */

const struct bell_candidate *bell_model_candidates(const struct bell_model *model, size_t column,
						   size_t *count)
{
	*count = model && column < model->columns ? model->entry[column].candidates : 0;
	return *count ? model->entry[column].candidate : NULL;
}

enum bell_status bell_model_set_candidates(struct bell_model *model, size_t column,
					   const struct bell_candidate *candidate, size_t count)
{
	struct bell_candidate *copy = NULL;
	size_t chosen = 0;

	if (!model || column >= model->columns || (!candidate && count) ||
	    count > BELL_MAX_CANDIDATES)
		return BELL_EINVAL;
	for (size_t i = 0; i < count; i++)
		chosen += candidate[i].chosen;
	if (count && chosen != 1)
		return BELL_EINVAL;
	if (count) {
		copy = malloc(count * sizeof *copy);
		if (!copy)
			return BELL_ENOMEM;
		memcpy(copy, candidate, count * sizeof *copy);
	}
	free(model->entry[column].candidate);
	model->entry[column].candidate = copy;
	model->entry[column].candidates = count;
	return BELL_OK;
}

/* ---- from sketches ---- */

/* With fewer columns than this for each, threads cost more than they save. */
#define MIN_COLUMNS_PER_THREAD 2

struct fitting {
	struct bell_sketch *const *sketches;
	const struct bell_fit_options *options;
	struct bell_model *model;
	atomic_int status; /* of some column that failed, or BELL_OK */
};

/* Chooses a family of transforms for a column. */
static enum bell_status choose_column(const struct fitting *f, size_t j)
{
	struct bell_candidate candidate[BELL_MAX_CANDIDATES];
	size_t count;
	enum bell_status status = bell_choose_sketch(f->sketches[j], f->options,
						     &f->model->entry[j].fit, candidate, &count);

	return status == BELL_OK ? bell_model_set_candidates(f->model, j, candidate, count)
				 : status;
}

static void fit_column(void *context, size_t j)
{
	struct fitting *f = context;
	enum bell_status status =
	    f->options && f->options->method == BELL_BEST
		? choose_column(f, j)
		: bell_fit_sketch(f->sketches[j], f->options, &f->model->entry[j].fit);

	if (status != BELL_OK)
		f->status = (int)status;
}

enum bell_status bell_model_fit_sketches(struct bell_sketch *const *sketches, size_t columns,
					 const struct bell_fit_options *options, unsigned threads,
					 struct bell_model **out)
{
	struct fitting f = {.sketches = sketches, .options = options};
	struct bell_fit none;
	enum bell_status status;

	if ((!sketches && columns) || !out)
		return BELL_EINVAL;
	for (size_t j = 0; j < columns; j++)
		if (!sketches[j])
			return BELL_EINVAL;
	/* The fit of no values checks options and threads, and then whether there is a backend. */
	status = bell_fit_f64(NULL, NULL, 0, options, threads, &none);
	if (status == BELL_OK)
		status = bell_model_create(columns, &f.model);
	if (status != BELL_OK)
		return status;
	bell_parallel(bell_threads(threads, columns / MIN_COLUMNS_PER_THREAD), columns, fit_column,
		      &f);
	status = (enum bell_status)f.status;
	if (status == BELL_OK)
		*out = f.model;
	else
		bell_model_free(f.model);
	return status;
}
