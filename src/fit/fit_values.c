/* SPDX-License-Identifier: BSD-3-Clause */
/* fit_values.c - the fit of values in memory, which may be read twice. */
#include <string.h>
#include <bellshape/backend.h>
#include "dispatch.h"
#include "fit/choose.h"
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
	/* Of BELL_HELDOUT alone: the candidates, with their statistics. */
	struct choice choice;
};

enum bell_status bell_sketch_of(const struct backend *b, const struct values *x,
				const double *weights, unsigned threads,
				const struct bell_sketch_options *grid, struct bell_sketch **out)
{
	enum bell_status status = bell_sketch_create(grid, out);
	size_t row;

	if (status != BELL_OK)
		return status;
	(*out)->shift = bell_weights_exponent(weights, x->n);
	status = bell_weights_check(out, 1, weights, x->n, true, &row);
	if (status == BELL_OK)
		status = bell_sketch_add(*out, b, x, weights, threads);
	if (status != BELL_OK)
		bell_sketch_free(*out);
	return status;
}

/* The fit of a sketch of the values. */
static enum bell_status fit_sketch(const struct values_fit *v, const struct bell_sketch *sketch,
				   const struct visitor *visitor, struct choice *choice,
				   struct bell_fit *fit)
{
	*choice = v->choice;
	return v->options.method == BELL_BEST
		   ? bell_choose_checked(v->b, sketch, &v->options, choice, fit)
		   : bell_fit_checked(v->b, sketch, &v->options, visitor, fit);
}

/*
 * Reads the values once more, into narrower bins that are placed by what the sketch has seen of all
 * of them.  Sketch and fit are replaced if that helps.
 */
static enum bell_status fit_again(const struct values_fit *v, struct bell_sketch **sketch,
				  struct choice *choice, struct bell_fit *fit)
{
	struct bell_sketch_options options;
	struct bell_sketch *narrow;
	struct grid grid;
	struct choice again_choice;
	struct bell_fit again;
	enum bell_status status = bell_grid_choose(v->b, *sketch, &grid);

	if (status != BELL_OK || !grid.chosen)
		return status;
	grid.exponent -= REFINE_BITS;
	/* too narrow for where they lie */
	while (grid.exponent < MAX_WIDTH && !bell_grid_valid(&grid))
		grid.exponent++;
	options = bell_grid_public(&grid);
	status = bell_sketch_of(v->b, v->x, v->weights, v->threads, &options, &narrow);
	if (status != BELL_OK)
		return status;
	status = fit_sketch(v, narrow, NULL, &again_choice, &again);
	if (status == BELL_OK && !(again.flags & BELL_FIT_ILL_CONDITIONED)) {
		bell_sketch_free(*sketch);
		*sketch = narrow;
		*choice = again_choice;
		bell_fit_release(fit);
		*fit = again;
		return status;
	}
	if (status == BELL_OK)
		bell_fit_release(&again);
	bell_sketch_free(narrow);
	return status;
}

/* Holds out values for BELL_HELDOUT, if there is anything to estimate. */
static enum bell_status hold_out(struct values_fit *v, const struct bell_sketch *sketch)
{
	v->choice = bell_choice_of(&v->options);
	if (!sketch->count || sketch->infinite || !(sketch->min < sketch->max))
		return BELL_OK;
	return bell_hold_out(v->b, v->x, v->weights, &v->options, v->threads, &v->choice);
}

/* Fits the values, with the checks of bell_fit_f64(); *choice is set for BELL_BEST alone. */
static enum bell_status fit_values(const struct values *x, const double *weights,
				   const struct bell_fit_options *options, unsigned threads,
				   const struct visitor *visitor, struct choice *choice,
				   struct bell_fit *out)
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
	status = bell_sketch_of(v.b, x, weights, threads, NULL, &sketch);
	if (status != BELL_OK)
		return status;
	if (bell_needs_values(&v.options))
		status = hold_out(&v, sketch);
	if (status == BELL_OK)
		status = fit_sketch(&v, sketch, NULL, choice, &fit);
	if (status == BELL_OK && fit.flags & BELL_FIT_ILL_CONDITIONED && sketch->bins) {
		status = fit_again(&v, &sketch, choice, &fit);
		if (status != BELL_OK)
			bell_fit_release(&fit);
	}
	if (status == BELL_OK && visitor) {
		bell_fit_release(&fit);
		status = fit_sketch(&v, sketch, visitor, choice, &fit);
	}
	bell_sketch_free(sketch);
	if (status == BELL_OK)
		*out = fit;
	return status;
}

enum bell_status bell_fit_values(const struct values *x, const double *weights,
				 const struct bell_fit_options *options, unsigned threads,
				 const struct visitor *visitor, struct bell_fit *out)
{
	struct choice choice;

	return fit_values(x, weights, options, threads, visitor, &choice, out);
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

/* ---- the choice ---- */

static enum bell_status choose_values(const struct values *x, const double *weights,
				      const struct bell_fit_options *options, unsigned threads,
				      struct bell_fit *fit, struct bell_candidate *candidate,
				      size_t *count)
{
	struct bell_fit_options o;
	struct choice choice;
	enum bell_status status;

	bell_fit_options_default(&o);
	if (options)
		o = *options;
	o.method = BELL_BEST;
	if (!candidate || !count)
		return BELL_EINVAL;
	status = fit_values(x, weights, &o, threads, NULL, &choice, fit);
	if (status != BELL_OK)
		return status;
	memcpy(candidate, choice.candidate, choice.count * sizeof *candidate);
	*count = choice.count;
	return status;
}

enum bell_status bell_choose_f32(const float *x, const double *weights, size_t n,
				 const struct bell_fit_options *options, unsigned threads,
				 struct bell_fit *fit, struct bell_candidate *candidate,
				 size_t *count)
{
	const struct values values = {.f32 = x, .n = n};

	return choose_values(&values, weights, options, threads, fit, candidate, count);
}

enum bell_status bell_choose_f64(const double *x, const double *weights, size_t n,
				 const struct bell_fit_options *options, unsigned threads,
				 struct bell_fit *fit, struct bell_candidate *candidate,
				 size_t *count)
{
	const struct values values = {.f64 = x, .n = n};

	return choose_values(&values, weights, options, threads, fit, candidate, count);
}
