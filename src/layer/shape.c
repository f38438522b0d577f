/* SPDX-License-Identifier: BSD-3-Clause */
/* shape.c - the shapes of layers, their default options, and the checks of both. */
#include <math.h>
#include <stdint.h>
#include <bellshape/backend.h>
#include "layer/shape.h"

/* ---- shapes ---- */

struct bell_layer_shape bell_layer_shape_batch(size_t samples, size_t channels, size_t positions)
{
	return (struct bell_layer_shape){
	    .samples = samples,
	    .channels = channels,
	    .positions = positions,
	    .sample_stride = (ptrdiff_t)(channels * positions),
	    .channel_stride = (ptrdiff_t)positions,
	    .position_stride = 1,
	    .groups = channels,
	    .batch = true,
	};
}

struct bell_layer_shape bell_layer_shape_group(size_t samples, size_t channels, size_t positions,
					       size_t groups)
{
	struct bell_layer_shape shape = bell_layer_shape_batch(samples, channels, positions);

	shape.groups = groups;
	shape.batch = false;
	return shape;
}

struct bell_layer_shape bell_layer_shape_instance(size_t samples, size_t channels, size_t positions)
{
	return bell_layer_shape_group(samples, channels, positions, channels);
}

struct bell_layer_shape bell_layer_shape_layer(size_t samples, size_t positions)
{
	struct bell_layer_shape shape = bell_layer_shape_group(samples, 1, positions, 1);

	shape.by_position = true;
	return shape;
}

struct bell_layer_shape bell_layer_shape_channels_last(struct bell_layer_shape shape)
{
	shape.channel_stride = 1;
	shape.position_stride = (ptrdiff_t)shape.channels;
	return shape;
}

/* ---- checks ---- */

/*
 * The most bytes that a value of the tensor stands for in any array: 8 in the tensor itself, and in
 * scratch, with the gradients of the weights and the sums of the blocks, less than 24.
 */
#define MAX_ELEMENT_BYTES 32

bool bell_layer_shape_valid(const struct bell_layer_shape *s)
{
	if (!s || (s->batch && s->by_position))
		return false;
	return !s->channels || (s->groups && s->channels % s->groups == 0);
}

bool bell_layer_shape_span(const struct bell_layer_shape *s, ptrdiff_t *low, ptrdiff_t *high)
{
	const size_t size[3] = {s->samples, s->channels, s->positions};
	const ptrdiff_t stride[3] = {s->sample_stride, s->channel_stride, s->position_stride};
	ptrdiff_t reach;

	*low = *high = 0;
	for (int i = 0; i < 3; i++) {
		ptrdiff_t *end = stride[i] < 0 ? low : high;

		if (__builtin_mul_overflow(size[i] - 1, stride[i], &reach) ||
		    __builtin_add_overflow(*end, reach, end))
			return false;
	}
	return true;
}

/*
 * Whether the sizes do not overflow.  A 0 is no excuse, because groups and weights are counted
 * without the other sizes.  Without channels, there may be more groups than channels.
 */
static bool sizes_fit(const struct bell_layer_shape *s)
{
	size_t columns = s->channels ? s->channels : s->groups;
	const size_t size[3] = {s->samples, columns, s->positions};
	size_t all = 1;

	for (int i = 0; i < 3; i++)
		if (__builtin_mul_overflow(all, size[i] ? size[i] : 1, &all))
			return false;
	return all <= PTRDIFF_MAX / MAX_ELEMENT_BYTES;
}

bool bell_layer_shape_fits(const struct bell_layer_shape *s, size_t element)
{
	ptrdiff_t low, high, span;

	if (!sizes_fit(s))
		return false;
	if (tensor_empty(s))
		return true;
	return bell_layer_shape_span(s, &low, &high) && !__builtin_sub_overflow(high, low, &span) &&
	       span < PTRDIFF_MAX / (ptrdiff_t)element;
}

size_t bell_layer_shape_groups(const struct bell_layer_shape *s)
{
	if (!bell_layer_shape_valid(s) || !sizes_fit(s))
		return 0;
	return s->batch ? s->groups : s->samples * s->groups;
}

bool bell_layer_options_valid(const struct bell_layer_options *o)
{
	return o->threads <= BELL_MAX_THREADS && o->eps >= BELL_LAYER_MIN_EPS &&
	       o->eps < INFINITY && o->noise >= 0 && o->noise < INFINITY && isfinite(o->alpha);
}

/* ---- options ---- */

void bell_layer_options_default(const struct bell_layer_shape *shape,
				struct bell_layer_options *options)
{
	if (options)
		*options = (struct bell_layer_options){
		    .noise = shape && shape->by_position ? 1 : 0.4, .alpha = 1, .eps = 1e-5};
}
