/* SPDX-License-Identifier: BSD-3-Clause */
/* state.c - names, sketches and rows of a whole table. */
#include <stdlib.h>
#include <string.h>
#include <bellshape/backend.h>
#include "dispatch.h"
#include "gather.h"
#include "sketch/weights.h"
#include "state/state.h"

/* ---- making and freeing ---- */

enum bell_status bell_state_allocate(size_t columns, struct bell_state **out)
{
	struct bell_state *s;

	if (columns > SIZE_MAX / sizeof(void *) - 1)
		return BELL_ESIZE;
	s = calloc(1, sizeof *s);
	if (!s)
		return BELL_ENOMEM;
	s->columns = columns;
	s->name = calloc(columns + 1, sizeof *s->name);
	s->sketch = calloc(columns + 1, sizeof *s->sketch);
	if (s->name && s->sketch) {
		*out = s;
		return BELL_OK;
	}
	bell_state_free(s);
	return BELL_ENOMEM;
}

void bell_state_free(struct bell_state *state)
{
	if (!state)
		return;
	for (size_t j = 0; j < state->columns; j++) {
		if (state->name)
			free(state->name[j]);
		if (state->sketch)
			bell_sketch_free(state->sketch[j]);
	}
	free(state->name);
	free(state->sketch);
	free(state);
}

/*
 * An empty sketch with the grid of another, or without a grid if that would have none.  `anew`: the
 * grid that suits what the other has seen, even if its own has been settled.
 */
static enum bell_status sketch_like(const struct bell_sketch *sketch, bool anew,
				    struct bell_sketch **out)
{
	struct bell_sketch *copy;
	enum bell_status status;

	if (sketch->grid.fixed && !anew)
		return bell_sketch_like(sketch, out);
	status = bell_sketch_create(NULL, &copy);
	if (status != BELL_OK)
		return status;
	status = bell_sketch_rescaled(sketch, sketch->shift, copy);
	copy->grid.fixed = false;
	if (status == BELL_OK)
		status = bell_sketch_settle(copy);
	if (status == BELL_OK) {
		status = bell_sketch_like(copy, out);
	} else if (status == BELL_EDOMAIN) {
		status = bell_sketch_create(NULL, out);
		if (status == BELL_OK)
			(*out)->shift = sketch->shift;
	}
	bell_sketch_free(copy);
	return status;
}

/* A state with these names, and, unless it is NULL, with the grids of `like` or better ones. */
static enum bell_status make(size_t columns, const char *const *names,
			     const struct bell_state *like, bool anew, struct bell_state **out)
{
	struct bell_state *s;
	enum bell_status status = bell_state_allocate(columns, &s);

	if (status != BELL_OK)
		return status;
	for (size_t j = 0; status == BELL_OK && j < columns; j++) {
		status = like ? sketch_like(like->sketch[j], anew, &s->sketch[j])
			      : bell_sketch_create(NULL, &s->sketch[j]);
		if (!names || !names[j])
			continue;
		s->name[j] = strdup(names[j]);
		if (!s->name[j])
			status = BELL_ENOMEM;
	}
	if (status == BELL_OK)
		*out = s;
	else
		bell_state_free(s);
	return status;
}

enum bell_status bell_state_create(size_t columns, const char *const *names,
				   struct bell_state **out)
{
	return out ? make(columns, names, NULL, false, out) : BELL_EINVAL;
}

static enum bell_status make_like(const struct bell_state *state, bool anew,
				  struct bell_state **out)
{
	if (!state || !out)
		return BELL_EINVAL;
	if (!bell_kernels())
		return BELL_EBACKEND;
	return make(state->columns, (const char *const *)state->name, state, anew, out);
}

enum bell_status bell_state_like(const struct bell_state *state, struct bell_state **out)
{
	return make_like(state, false, out);
}

enum bell_status bell_state_regrid(const struct bell_state *state, struct bell_state **out)
{
	return make_like(state, true, out);
}

/* ---- what it holds ---- */

size_t bell_state_columns(const struct bell_state *state) { return state ? state->columns : 0; }

uint64_t bell_state_rows(const struct bell_state *state) { return state ? state->rows : 0; }

const char *bell_state_name(const struct bell_state *state, size_t column)
{
	return state && column < state->columns ? state->name[column] : NULL;
}

struct bell_sketch *const *bell_state_sketches(const struct bell_state *state)
{
	return state ? state->sketch : NULL;
}

/* ---- rows ---- */

enum bell_status bell_state_add_rows(struct bell_state *state, uint64_t rows)
{
	if (!state)
		return BELL_EINVAL;
	if (rows >= BELL_MAX_STATE_ROWS - state->rows)
		return BELL_ESIZE;
	state->rows += rows;
	return BELL_OK;
}

enum bell_status bell_state_update(struct bell_state *state, const struct bell_table *table,
				   const double *weights, unsigned threads)
{
	enum bell_status status;

	if (!state || !table || table->columns != state->columns)
		return BELL_EINVAL;
	if (!bell_table_valid(table) || threads > BELL_MAX_THREADS)
		return BELL_EINVAL;
	if (table->rows >= BELL_MAX_STATE_ROWS - state->rows)
		return BELL_ESIZE;
	status = bell_table_sketch(table, weights, threads, state->sketch);
	if (status == BELL_OK)
		state->rows += table->rows;
	return status;
}

enum bell_status bell_state_settle(struct bell_state *state)
{
	enum bell_status status = BELL_OK;

	if (!state)
		return BELL_EINVAL;
	if (!bell_kernels())
		return BELL_EBACKEND;
	for (size_t j = 0; status == BELL_OK && j < state->columns; j++) {
		status = bell_sketch_settle(state->sketch[j]);
		if (status == BELL_EDOMAIN)
			status = BELL_OK;
	}
	return status;
}

enum bell_status bell_state_fit(const struct bell_state *state,
				const struct bell_fit_options *options, unsigned threads,
				struct bell_model **out)
{
	struct bell_model *model;
	enum bell_status status;

	if (!state || !out)
		return BELL_EINVAL;
	status = bell_model_fit_sketches(state->sketch, state->columns, options, threads, &model);
	if (status != BELL_OK)
		return status;
	for (size_t j = 0; status == BELL_OK && j < state->columns; j++)
		status = bell_model_set(model, j, state->name[j], bell_model_fit(model, j));
	if (status == BELL_OK)
		*out = model;
	else
		bell_model_free(model);
	return status;
}
