/* SPDX-License-Identifier: BSD-3-Clause */
/* model.c - verdicts on the columns of a model. */
#include <stdatomic.h>
#include <bellshape/backend.h>
#include <bellshape/verdict.h>
#include "parallel.h"

/* With fewer columns than this for each, threads cost more than they save. */
#define MIN_COLUMNS_PER_THREAD 2

struct judging {
	const struct bell_model *model;
	struct bell_sketch *const *sketches;
	const struct bell_facts *facts;
	enum bell_weight_type type;
	struct bell_verdicts *out;
	atomic_int status; /* of some column that failed, or BELL_OK */
};

static void judge_column(void *context, size_t j)
{
	struct judging *all = context;
	enum bell_status status =
	    bell_verdicts_sketch(all->sketches[j], bell_model_fit(all->model, j),
				 all->facts ? &all->facts[j] : NULL, all->type, &all->out[j]);

	if (status != BELL_OK)
		all->status = (int)status;
}

enum bell_status bell_verdicts_model(const struct bell_model *model,
				     struct bell_sketch *const *sketches,
				     const struct bell_facts *facts, enum bell_weight_type type,
				     unsigned threads, struct bell_verdicts *out)
{
	struct judging all = {model, sketches, facts, type, out, BELL_OK};
	size_t columns = bell_model_columns(model);

	if (!model || threads > BELL_MAX_THREADS || ((!sketches || !out) && columns))
		return BELL_EINVAL;
	bell_parallel(bell_threads(threads, columns / MIN_COLUMNS_PER_THREAD), columns,
		      judge_column, &all);
	return (enum bell_status)all.status;
}
