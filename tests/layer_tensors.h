/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_tensors.h - layers with their inputs, and the calls of bellshape/layer.h by type. */
#ifndef TESTS_LAYER_TENSORS_H
#define TESTS_LAYER_TENSORS_H

#include <bellshape/layer.h>
#include "normal_reference.h"

/* What arrays hold where no element is, until somebody writes there. */
#define LAYER_GAP 42

/* A layer and its input.  Arrays are of `type`, F32 or F64, with gaps where strides leave them. */
struct layer {
	int type;
	struct bell_layer_shape shape;
	struct bell_layer_options options;
	/* Evaluation is given running statistics of this momentum; 0: those of training. */
	double momentum;
	/* The tensor has n elements, and takes the memory of `size`, as there may be gaps. */
	size_t n, size;
	size_t groups, weights;
	void *u, *g;
	/* Either may be NULL. */
	void *weight, *bias;
};

/*
 * A layer with default options, but for the seed and the stream, which are SEED and STREAM.  Its
 * values are 0, its weights 1 and its biases 0.
 */
struct layer layer_make(int type, const struct bell_layer_shape *shape);
void layer_free(struct layer *l);

/* Where the element of index i is in memory, which group it is in, and which weight it has. */
size_t layer_place(const struct bell_layer_shape *shape, size_t i);
size_t layer_group(const struct bell_layer_shape *shape, size_t i);
size_t layer_weight(const struct bell_layer_shape *shape, size_t i);

/* These read and write the element of index i of an array. */
double layer_get(const struct layer *l, const void *array, size_t i);
void layer_set(const struct layer *l, void *array, size_t i, double value);

/* An array for the elements of a layer, filled with LAYER_GAP, to be freed. */
void *layer_array(const struct layer *l);

/* The calls of the library, for the type of the layer. */
enum bell_status layer_forward(const struct layer *l, void *out,
			       struct bell_layer_statistics *saved, uint64_t *not_finite);
enum bell_status layer_backward(const struct layer *l, const struct bell_layer_statistics *saved,
				void *du, double *dweight, double *dbias);
enum bell_status layer_evaluate(const struct layer *l, const struct bell_layer_statistics *frozen,
				void *out);

#endif
