/* SPDX-License-Identifier: BSD-3-Clause */
/* shape.h - what the shape and the options of a layer have to fulfill. */
#ifndef BELL_LAYER_SHAPE_H
#define BELL_LAYER_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <bellshape/layer.h>

/* Whether the tensor has no elements. */
static inline bool tensor_empty(const struct bell_layer_shape *s)
{
	return !s->samples || !s->channels || !s->positions;
}

/*
 * Returns whether a shape is not NULL, `groups` divides channels (any number does if channels is 0)
 * and at most one of `batch` and `by_position` is true.  Other sizes may be 0.
 */
bool bell_layer_shape_valid(const struct bell_layer_shape *shape);

/*
 * Returns whether neither the sizes nor the strides of a valid shape overflow, as layer.h defines
 * it.  The bytes of all arrays and of scratch can then be counted.  `element` is the size in bytes
 * of an element.
 */
bool bell_layer_shape_fits(const struct bell_layer_shape *shape, size_t element);

/*
 * Sets *low and *high to the offsets from element (0, 0, 0), counted in elements, of the element
 * that lies first in memory and of the one that lies last.  The shape is valid and has elements.
 * Returns false, with *low and *high of no meaning, if an offset does not fit a ptrdiff_t.
 */
bool bell_layer_shape_span(const struct bell_layer_shape *shape, ptrdiff_t *low, ptrdiff_t *high);

/* Whether every option is in its range. */
bool bell_layer_options_valid(const struct bell_layer_options *options);

#endif
