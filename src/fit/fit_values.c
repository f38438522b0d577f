/* SPDX-License-Identifier: BSD-3-Clause */
/* fit_values.c - the fit of values in memory, which may be read twice. */
#include <bellshape/backend.h>
#include "dispatch.h"
#include "fit/fit_sketch.h"
#include "sketch/weights.h"
#include "values.h"

/* How many powers of two narrower than chosen the bins of a second reading are. */
#define REFINE_BITS 2

/* Values to be fitted, and how. */
struct values_fit {
	const struct backend *b;
	const struct values *x;
	const double *weights;
	struct bell_fit_options options;
	unsigned threads;
};

static enum bell_status sketch_of(const struct values_fit *v,
				  const struct bell_sketch_options *grid, struct bell_sketch **out)
{
	enum bell_status status = bell_sketch_create(grid, out);
	size_t row;

	if (status != BELL_OK)
		return status;
	(*out)->shift = bell_weights_exponent(v->weights, v->x->n);
	status = bell_weights_check(out, 1, v->weights, v->x->n, true, &row);
	if (status == BELL_OK)
		status = bell_sketch_add(*out, v->b, v->x, v->weights, v->threads);
	if (status != BELL_OK)
		bell_sketch_free(*out);
	return status;
}

/*
 * Reads the values once more, into narrower bins that are placed by what the sketch has seen of all
 * of them.  Sketch and fit are replaced if that helps.
 */
static enum bell_status fit_again(const struct values_fit *v, struct bell_sketch **sketch,
				  struct bell_fit *fit)
{
	struct bell_sketch_options options;
	struct bell_sketch *narrow;
	struct grid grid;
	struct bell_fit again;
	enum bell_status status = bell_grid_choose(v->b, *sketch, &grid);

	if (status != BELL_OK || !grid.chosen)
		return status;
	grid.exponent -= REFINE_BITS;
	/* too narrow for where they lie */
	while (grid.exponent < MAX_WIDTH && !bell_grid_valid(&grid))
		grid.exponent++;
	options = bell_grid_public(&grid);
	status = sketch_of(v, &options, &narrow);
	if (status != BELL_OK)
		return status;
	status = bell_fit_checked(v->b, narrow, &v->options, NULL, &again);
	if (status == BELL_OK && !(again.flags & BELL_FIT_ILL_CONDITIONED)) {
		bell_sketch_free(*sketch);
		*sketch = narrow;
		*fit = again;
		return status;
	}
	bell_sketch_free(narrow);
	return status;
}

enum bell_status bell_fit_values(const struct values *x, const double *weights,
				 const struct bell_fit_options *options, unsigned threads,
				 const struct visitor *visitor, struct bell_fit *out)
{
	struct values_fit v = {.b = bell_kernels(), .x = x, .weights = weights, .threads = threads};
	struct bell_sketch *sketch;
	struct bell_fit fit;
	enum bell_status status;

	bell_fit_options_default(&v.options);
	if (options)
		v.options = *options;
	if ((x->n && !x->f32 && !x->f64) || !out || threads > BELL_MAX_THREADS ||
	    !bell_fit_options_valid(&v.options))
		return BELL_EINVAL;
	if (!v.b)
		return BELL_EBACKEND;
	status = sketch_of(&v, NULL, &sketch);
	if (status != BELL_OK)
		return status;
	status = bell_fit_checked(v.b, sketch, &v.options, NULL, &fit);
	if (status == BELL_OK && fit.flags & BELL_FIT_ILL_CONDITIONED && sketch->bins)
		status = fit_again(&v, &sketch, &fit);
	if (status == BELL_OK && visitor)
		status = bell_fit_checked(v.b, sketch, &v.options, visitor, &fit);
	bell_sketch_free(sketch);
	if (status == BELL_OK)
		*out = fit;
	return status;
}

enum bell_status bell_fit_f32(const float *x, const double *weights, size_t n,
			      const struct bell_fit_options *options, unsigned threads,
			      struct bell_fit *out)
{
	const struct values values = {.f32 = x, .n = n};

	return bell_fit_values(&values, weights, options, threads, NULL, out);
}

enum bell_status bell_fit_f64(const double *x, const double *weights, size_t n,
			      const struct bell_fit_options *options, unsigned threads,
			      struct bell_fit *out)
{
	const struct values values = {.f64 = x, .n = n};

	return bell_fit_values(&values, weights, options, threads, NULL, out);
}
