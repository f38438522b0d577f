/* SPDX-License-Identifier: BSD-3-Clause */
/* sketch.c - a column in a few kilobytes: life, update, merge. */
#include <math.h>
#include <stdlib.h>
#include <bellshape/backend.h>
#include "sketch/sketch.h"
#include "sketch/span.h"

/* The first span of a call goes up to this many checks; if the grid holds, the next are longer. */
#define FIRST_CHECKS 4

/* The values for which there is memory at first. */
#define FIRST_CAPACITY 64

enum bell_status bell_sketch_create(const struct bell_sketch_options *options,
				    struct bell_sketch **out)
{
	struct grid grid = {0};
	struct bell_sketch *s;

	if (!out)
		return BELL_EINVAL;
	if (options) {
		if (options->method != BELL_YEO_JOHNSON && options->method != BELL_BOX_COX)
			return BELL_EINVAL;
		grid.method = options->method;
	}
	if (options && options->width != 0) {
		if (frexp(options->width, &grid.exponent) != 0.5)
			return BELL_EINVAL;
		grid.exponent--;
		grid.chosen = grid.fixed = true;
		grid.center = fabs(options->center);
		grid.negative = options->center < 0;
		grid.anchor[0] = options->anchor[0];
		grid.anchor[1] = options->anchor[1];
		if (!bell_grid_valid(&grid))
			return BELL_EINVAL;
	}
	s = calloc(1, sizeof *s);
	if (!s)
		return BELL_ENOMEM;
	s->min = INFINITY;
	s->max = -INFINITY;
	s->grid = grid;
	*out = s;
	return BELL_OK;
}

void bell_sketch_free(struct bell_sketch *sketch)
{
	if (!sketch)
		return;
	free(sketch->value);
	free(sketch->weight);
	free(sketch->bin);
	free(sketch);
}

enum bell_status bell_value_add(struct bell_sketch *s, double value, int64_t weight)
{
	if (s->values == s->values_capacity) {
		size_t capacity = s->values_capacity ? 2 * s->values_capacity : FIRST_CAPACITY;
		double *v = realloc(s->value, capacity * sizeof *v);
		int64_t *w;

		if (!v)
			return BELL_ENOMEM;
		s->value = v;
		w = realloc(s->weight, capacity * sizeof *w);
		if (!w)
			return BELL_ENOMEM;
		s->weight = w;
		s->values_capacity = capacity;
	}
	s->value[s->values] = value;
	s->weight[s->values++] = weight;
	return BELL_OK;
}

/* Moves the values that were kept as they are into bins. */
static enum bell_status leave_values(struct bell_sketch *s, const struct backend *b)
{
	struct values x = {.f64 = s->value, .n = s->values};
	struct span span = {.b = b, .grid = &s->grid, .x = &x, .units = s->weight, .n = s->values};
	uint64_t count = s->count;
	enum bell_status status;

	if (!s->grid.chosen)
		s->grid = bell_grid_of_values(b, s->grid.method, s->value, s->values);
	status = bell_span_add(s, &span, 1);
	s->count = count;
	/* they chose the grid; a fixed one is not checked */
	s->outside = 0;
	free(s->value);
	free(s->weight);
	s->value = NULL;
	s->weight = NULL;
	s->values = s->values_capacity = 0;
	return status;
}

/*
 * Keeps rows as values until there are BELL_SKETCH_EXACT; *taken becomes the number of rows taken.
 */
static enum bell_status keep_values(struct bell_sketch *s, const struct span *span, size_t *taken)
{
	for (size_t i = 0; i < span->x->n; i++, ++*taken) {
		double x = value_at(span->x, i);
		int64_t w = span->weights ? weight_units(span, i) : (int64_t)1 << WEIGHT_BITS;
		enum bell_status status;

		if (w == 0)
			continue;
		if (!isfinite(x)) {
			*(isnan(x) ? &s->missing : &s->infinite) += 1;
			continue;
		}
		if (s->values == BELL_SKETCH_EXACT)
			break;
		status = bell_value_add(s, x, w);
		if (status != BELL_OK)
			return status;
		s->count++;
		s->min = x < s->min ? x + 0.0 : s->min;
		s->max = x > s->max ? x + 0.0 : s->max;
	}
	return BELL_OK;
}

/* Whether the method can take every row; it can take missing ones and those of weight 0. */
static bool in_domain(const struct bell_sketch *s, const struct span *span)
{
	const struct values *x = span->x;

	if (s->grid.method != BELL_BOX_COX)
		return true;
	for (size_t i = 0; i < x->n; i++)
		if (value_at(x, i) <= 0 && (!span->weights || weight_units(span, i) > 0))
			return false;
	return true;
}

static bool valid_weights(const double *weights, size_t n)
{
	for (size_t i = 0; weights && i < n; i++)
		if (!(weights[i] >= 0 && weights[i] <= BELL_MAX_WEIGHT))
			return false;
	return true;
}

/*
 * Chooses the grid anew if the rows since the last check ask for it; *checks is the length of the
 * next span.
 */
static enum bell_status check_grid(struct bell_sketch *s, const struct backend *b, size_t *checks)
{
	enum bell_status status = BELL_OK;

	if (s->outside > MAX_OUTSIDE && !s->grid.fixed) {
		status = bell_grid_of_bins(b, s, &s->grid);
		*checks = 1;
	}
	s->outside = 0;
	return status;
}

/* Adds the rows from `done` on to bins. */
static enum bell_status add_to_bins(struct bell_sketch *s, struct span *span, size_t done,
				    unsigned threads)
{
	enum bell_status status = BELL_OK;
	size_t checks = FIRST_CHECKS;

	while (status == BELL_OK && done < span->x->n) {
		span->grid = &s->grid;
		span->first = done;
		span->rows_since_check = s->rows_since_check;
		span->n = checks * CHECK_ROWS - s->rows_since_check;
		span->n = span->x->n - done < span->n ? span->x->n - done : span->n;
		status = bell_span_add(s, span, threads);
		done += span->n;
		checks = checks < MAX_CHECKS ? 2 * checks : MAX_CHECKS;
		s->rows_since_check =
		    s->grid.fixed ? 0 : (s->rows_since_check + span->n) % CHECK_ROWS;
		if (status == BELL_OK && s->rows_since_check == 0)
			status = check_grid(s, span->b, &checks);
	}
	return status;
}

enum bell_status bell_sketch_add(struct bell_sketch *s, const struct backend *b,
				 const struct values *x, const double *weights, unsigned threads)
{
	struct span span = {.b = b, .x = x, .weights = weights};
	enum bell_status status = BELL_OK;
	size_t done = 0;

	if (!valid_weights(weights, x->n))
		return BELL_EWEIGHT;
	if (!in_domain(s, &span))
		return BELL_EDOMAIN;
	if (!s->bins) {
		status = keep_values(s, &span, &done);
		if (status == BELL_OK && done < x->n)
			status = leave_values(s, b);
	}
	return status == BELL_OK ? add_to_bins(s, &span, done, threads) : status;
}

static enum bell_status update(struct bell_sketch *s, const struct values *x, const double *weights,
			       unsigned threads)
{
	const struct backend *b = bell_kernels();

	if (!s || (x->n && !x->f32 && !x->f64) || threads > BELL_MAX_THREADS)
		return BELL_EINVAL;
	if (!b)
		return BELL_EBACKEND;
	return bell_sketch_add(s, b, x, weights, threads);
}

enum bell_status bell_sketch_update_f32(struct bell_sketch *sketch, const float *x,
					const double *weights, size_t n, unsigned threads)
{
	return update(sketch, &(struct values){.f32 = x, .n = n}, weights, threads);
}

enum bell_status bell_sketch_update_f64(struct bell_sketch *sketch, const double *x,
					const double *weights, size_t n, unsigned threads)
{
	return update(sketch, &(struct values){.f64 = x, .n = n}, weights, threads);
}

/* ---- merge and summary ---- */

/* Adds the values of a sketch that has no bins; the caller adds the counts. */
static enum bell_status merge_values(struct bell_sketch *into, const struct bell_sketch *from,
				     const struct backend *b)
{
	struct values x = {.f64 = from->value, .n = from->values};
	struct span span = {
	    .b = b, .grid = &into->grid, .x = &x, .units = from->weight, .n = from->values};
	enum bell_status status = BELL_OK;

	if (!into->bins) {
		/* a grid has to suit the values of both */
		for (size_t i = 0; i < from->values && status == BELL_OK; i++)
			status = bell_value_add(into, from->value[i], from->weight[i]);
		if (status == BELL_OK && into->values > BELL_SKETCH_EXACT)
			status = leave_values(into, b);
		return status;
	}
	if (from->values) {
		struct bell_sketch before = *into;

		status = bell_span_add(into, &span, 1);
		into->count = before.count;
		into->outside = before.outside;
	}
	return status;
}

enum bell_status bell_sketch_merge(struct bell_sketch *into, const struct bell_sketch *from)
{
	const struct backend *b = bell_kernels();
	enum bell_status status = BELL_OK;

	if (!into || !from || into == from || into->grid.method != from->grid.method)
		return BELL_EINVAL;
	if (!b)
		return BELL_EBACKEND;
	if (!from->bins) {
		status = merge_values(into, from, b);
	} else {
		if (!into->bins && !into->grid.fixed) {
			into->grid = from->grid;
			into->grid.fixed = false;
		}
		if (!into->bins && into->values)
			status = leave_values(into, b);
		for (size_t i = 0; i < from->bins && status == BELL_OK; i++)
			status = bell_bin_add(into, &from->bin[i], from->bin[i].sum);
	}
	if (status != BELL_OK)
		return status;
	into->count += from->count;
	into->missing += from->missing;
	into->infinite += from->infinite;
	into->min = from->min < into->min ? from->min : into->min;
	into->max = from->max > into->max ? from->max : into->max;
	return BELL_OK;
}

enum bell_status bell_sketch_summary(const struct bell_sketch *s, struct bell_sketch_summary *out)
{
	int128 weight = 0;

	if (!s || !out)
		return BELL_EINVAL;
	for (size_t i = 0; i < s->values; i++)
		weight += (int128)s->weight[i] << POWER_BITS;
	for (size_t i = 0; i < s->bins; i++)
		weight += s->bin[i].sum[0];
	*out = (struct bell_sketch_summary){
	    .count = s->count,
	    .missing = s->missing,
	    .infinite = s->infinite,
	    .weight = ldexp((double)weight, -POWER_BITS - WEIGHT_BITS),
	    .min = s->count ? s->min : NAN,
	    .max = s->count ? s->max : NAN,
	    .bins = s->bins,
	    .grid.method = s->grid.method,
	};
	if (s->grid.chosen)
		out->grid = bell_grid_options(&s->grid);
	return BELL_OK;
}
