/* SPDX-License-Identifier: BSD-3-Clause */
/* sketch.c - a column in a few kilobytes: life, update, merge. */
#include <math.h>
#include <stdlib.h>
#include "sketch/bins.h"
#include "parallel.h"

#define FEW_LOOKS 4 /* that threads work towards before any has been taken */

enum bell_status bell_sketch_create(const struct bell_sketch_options *options,
				    struct bell_sketch **out)
{
	struct placing place = {0};
	struct bell_sketch *s;

	if (!out)
		return BELL_EINVAL;
	if (options) {
		if (options->method != BELL_YEO_JOHNSON && options->method != BELL_BOX_COX)
			return BELL_EINVAL;
		place.method = options->method;
	}
	if (options && options->width != 0) {
		if (frexp(options->width, &place.exponent) != 0.5)
			return BELL_EINVAL;
		place.exponent--;
		place.chosen = place.fixed = true;
		place.center = fabs(options->center);
		place.negative = options->center < 0;
		place.anchor[0] = options->anchor[0];
		place.anchor[1] = options->anchor[1];
		if (!bell_placing_valid(&place))
			return BELL_EINVAL;
	}
	s = calloc(1, sizeof *s);
	if (!s)
		return BELL_ENOMEM;
	s->min = INFINITY;
	s->max = -INFINITY;
	s->place = place;
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
	if (s->values == s->room) {
		size_t room = s->room ? 2 * s->room : 64;
		double *v = realloc(s->value, room * sizeof *v);
		int64_t *w;

		if (!v)
			return BELL_ENOMEM;
		s->value = v;
		w = realloc(s->weight, room * sizeof *w);
		if (!w)
			return BELL_ENOMEM;
		s->weight = w;
		s->room = room;
	}
	s->value[s->values] = value;
	s->weight[s->values++] = weight;
	return BELL_OK;
}

/* The values that were kept as they are move into bins. */
static enum bell_status leave_values(struct bell_sketch *s, const struct backend *b)
{
	struct values x = {.f64 = s->value, .n = s->values};
	struct span span = {
	    .b = b, .place = &s->place, .x = &x, .units = s->weight, .n = s->values};
	uint64_t count = s->count;
	enum bell_status status;

	if (!s->place.chosen)
		s->place = bell_place_values(b, s->place.method, s->value, s->values);
	status = bell_span_add(s, &span, 1);
	s->count = count;
	s->far = 0; /* they chose the placing, or a fixed one is not looked at */
	free(s->value);
	free(s->weight);
	s->value = NULL;
	s->weight = NULL;
	s->values = s->room = 0;
	return status;
}

/* Keeps rows as values while there is room; the number taken in *taken. */
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

/* Whether every row is in the domain of the method, as missing ones and rows of no weight are. */
static bool in_domain(const struct bell_sketch *s, const struct span *span)
{
	const struct values *x = span->x;

	if (s->place.method != BELL_BOX_COX)
		return true;
	for (size_t i = 0; i < x->n; i++)
		if (value_at(x, i) <= 0 && (!span->weights || weight_units(span, i) > 0))
			return false;
	return true;
}

static enum bell_status update(struct bell_sketch *s, const struct values *x, const double *weights,
			       unsigned threads)
{
	struct span span = {.b = bell_kernels(), .x = x, .weights = weights};
	enum bell_status status = BELL_OK;
	size_t done = 0, looks = FEW_LOOKS;

	if (!s || (x->n && !x->f32 && !x->f64) || threads > MAX_THREADS)
		return BELL_EINVAL;
	if (!span.b)
		return BELL_EBACKEND;
	for (size_t i = 0; weights && i < x->n; i++)
		if (!(weights[i] >= 0 && weights[i] <= BELL_MAX_WEIGHT))
			return BELL_EWEIGHT;
	if (!in_domain(s, &span))
		return BELL_EDOMAIN;

	if (!s->bins) {
		status = keep_values(s, &span, &done);
		if (status == BELL_OK && done < x->n)
			status = leave_values(s, span.b);
	}
	while (status == BELL_OK && done < x->n) {
		span.place = &s->place;
		span.first = done;
		span.seen = s->seen;
		span.n = looks * LOOK - s->seen;
		span.n = x->n - done < span.n ? x->n - done : span.n;
		status = bell_span_add(s, &span, threads);
		done += span.n;
		looks = looks < MOST_LOOKS ? 2 * looks : MOST_LOOKS;
		s->seen = s->place.fixed ? 0 : (s->seen + span.n) % LOOK;
		if (status == BELL_OK && s->seen == 0) {
			if (s->far > MOST_FAR && !s->place.fixed) {
				status = bell_place_bins(span.b, s, &s->place);
				looks = 1;
			}
			s->far = 0;
		}
	}
	return status;
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

static enum bell_status merge_values(struct bell_sketch *into, const struct bell_sketch *from,
				     const struct backend *b)
{
	struct values x = {.f64 = from->value, .n = from->values};
	struct span span = {
	    .b = b, .place = &into->place, .x = &x, .units = from->weight, .n = from->values};
	enum bell_status status = BELL_OK;

	if (!into->bins) { /* a grid has to suit the values of both */
		for (size_t i = 0; i < from->values && status == BELL_OK; i++)
			status = bell_value_add(into, from->value[i], from->weight[i]);
		if (status == BELL_OK && into->values > BELL_SKETCH_EXACT)
			status = leave_values(into, b);
		return status;
	}
	if (from->values) {
		struct bell_sketch before = *into;

		status = bell_span_add(into, &span, 1);
		into->count = before.count; /* the caller adds the counts of `from` */
		into->far = before.far;
	}
	return status;
}

enum bell_status bell_sketch_merge(struct bell_sketch *into, const struct bell_sketch *from)
{
	const struct backend *b = bell_kernels();
	enum bell_status status = BELL_OK;

	if (!into || !from || into == from || into->place.method != from->place.method)
		return BELL_EINVAL;
	if (!b)
		return BELL_EBACKEND;
	if (!from->bins) {
		status = merge_values(into, from, b);
	} else {
		if (!into->bins && !into->place.fixed) {
			into->place = from->place;
			into->place.fixed = false;
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
	    .grid.method = s->place.method,
	};
	if (s->place.chosen)
		out->grid = (struct bell_sketch_options){
		    .width = ldexp(1, s->place.exponent),
		    .center = s->place.negative ? -s->place.center : s->place.center,
		    .anchor = {s->place.anchor[0], s->place.anchor[1]},
		    .method = s->place.method,
		};
	return BELL_OK;
}
