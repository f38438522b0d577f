/* SPDX-License-Identifier: BSD-3-Clause */
/* merge.c - two sketches into one; which of them is which makes no difference to a bit. */
#include <stdlib.h>
#include "sketch/weights.h"

/* The grid of both: a fixed one before others, then that of the greater weight. */
static const struct grid *common_grid(const struct bell_sketch *a, const struct bell_sketch *b)
{
	int128 wa = bell_sketch_weight(a), wb = bell_sketch_weight(b);
	const struct grid *ga = &a->grid, *gb = &b->grid;

	if (ga->fixed != gb->fixed || ga->chosen != gb->chosen)
		return bell_grid_order(ga, gb) < 0 ? ga : gb;
	if (wa != wb)
		return wa > wb ? ga : gb;
	return bell_grid_order(ga, gb) <= 0 ? ga : gb;
}

/* The values of both, in bins if they are too many. */
static enum bell_status merge_values(const struct bell_sketch *a, const struct bell_sketch *b,
				     const struct backend *kernels, struct bell_sketch *out)
{
	enum bell_status status = bell_values_union(a, b, out);

	if (status == BELL_OK && out->values > BELL_SKETCH_EXACT)
		status = bell_sketch_leave_values(out, kernels);
	return status;
}

/* Adds values in bins of the grid of `out`. */
static enum bell_status add_values(struct bell_sketch *out, const struct bell_sketch *from,
				   const struct backend *kernels)
{
	struct bell_sketch part = *from;
	enum bell_status status;
	const struct values x = {.f64 = from->value, .n = from->values};
	struct span span = {
	    .b = kernels, .grid = &out->grid, .x = &x, .units = from->weight, .n = from->values};

	if (!from->values)
		return BELL_OK;
	part = *out;
	status = bell_span_add(&part, &span, 1);
	out->bin = part.bin;
	out->bins = part.bins;
	out->zeros = part.zeros;
	return status;
}

static enum bell_status merge_bins(const struct bell_sketch *a, const struct bell_sketch *b,
				   const struct backend *kernels, struct bell_sketch *out)
{
	enum bell_status status =
	    bell_bins_union(a->bin, a->bins, b->bin, b->bins, &out->bin, &out->bins);

	out->zeros = a->zeros + b->zeros;
	if (status == BELL_OK)
		status = add_values(out, a, kernels);
	if (status == BELL_OK)
		status = add_values(out, b, kernels);
	if (status != BELL_OK || out->bins <= COARSEN_ABOVE || !a->count || !b->count)
		return status;
	if (!out->grid.fixed)
		status = bell_grid_choose(kernels, out, &out->grid);
	return status == BELL_OK ? bell_sketch_coarsen(out, kernels) : status;
}

static void free_parts(const struct bell_sketch *s)
{
	free(s->value);
	free(s->weight);
	free(s->bin);
}

static void take(struct bell_sketch *into, const struct bell_sketch *from)
{
	struct bell_sketch old = *into;

	*into = *from;
	free_parts(&old);
}

/* Two sketches with weights in the same units. */
static enum bell_status merge_scaled(struct bell_sketch *into, const struct bell_sketch *from,
				     const struct backend *kernels)
{
	struct bell_sketch out = {.count = 0};
	enum bell_status status;

	out.grid = *common_grid(into, from);
	out.count = into->count + from->count;
	out.shift = into->shift;
	out.excess = bell_wide_add(into->excess, from->excess);
	out.missing = into->missing + from->missing;
	out.infinite = into->infinite + from->infinite;
	out.bottomless = into->bottomless || from->bottomless;
	out.min = into->min < from->min ? into->min : from->min;
	out.max = into->max > from->max ? into->max : from->max;
	if (!out.grid.fixed) {
		out.seen = into->seen + from->seen;
		out.outside = into->outside + from->outside;
	}
	status = into->bins || from->bins ? merge_bins(into, from, kernels, &out)
					  : merge_values(into, from, kernels, &out);
	if (status == BELL_OK) {
		take(into, &out);
		return BELL_OK;
	}
	free_parts(&out);
	return status;
}

enum bell_status bell_sketch_merge(struct bell_sketch *into, const struct bell_sketch *from)
{
	const struct backend *kernels = bell_kernels();
	struct bell_sketch copy;
	enum bell_status status;
	int shift;

	if (!into || !from || into == from)
		return BELL_EINVAL;
	if (!kernels)
		return BELL_EBACKEND;
	if (!bell_sketch_fits(into, from))
		return BELL_ESIZE;
	shift = bell_common_shift(into, from);
	if (into->shift == from->shift)
		return merge_scaled(into, from, kernels);
	status = bell_sketch_rescaled(into->shift == shift ? from : into, shift, &copy);
	if (status != BELL_OK)
		return status;
	if (into->shift == shift) {
		status = merge_scaled(into, &copy, kernels);
		free_parts(&copy);
		return status;
	}
	status = merge_scaled(&copy, from, kernels);
	if (status == BELL_OK)
		take(into, &copy);
	else
		free_parts(&copy);
	return status;
}
