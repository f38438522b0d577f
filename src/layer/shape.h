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

/* Whether the sizes of a shape, which may be 0, and its flags go together.  NULL is not valid. */
bool bell_layer_shape_valid(const struct bell_layer_shape *shape);

/*
 * Whether memory can hold a tensor of a valid shape: the bytes of its elements, of scratch and of
 * the offsets that its strides lead to do not overflow.  `element` is the size of an element.
 */
bool bell_layer_shape_fits(const struct bell_layer_shape *shape, size_t element);

/*
 * Sets *low and *high to the offsets, in elements, of the element that lies first in memory and of
 * the one that lies last, of a valid shape that has elements.  False if they overflow.
 */
bool bell_layer_shape_span(const struct bell_layer_shape *shape, ptrdiff_t *low, ptrdiff_t *high);

/* Whether every option is in its range. */
bool bell_layer_options_valid(const struct bell_layer_options *options);

#endif
