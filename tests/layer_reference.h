/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * layer_reference.h - layers with their inputs, run by bellshape/layer.h and once more by plain
 * loops in long double.
 */
#ifndef TESTS_LAYER_REFERENCE_H
#define TESTS_LAYER_REFERENCE_H

#include <bellshape/layer.h>
#include "normal_reference.h"

/* What arrays hold where no element is, until somebody writes there. */
#define LAYER_GAP 42

/* Arrays of `type` are in memory order, with gaps where the strides leave them. */
struct layer {
	int type;
	struct bell_layer_shape shape;
	struct bell_layer_options options;
	/* of the statistics that evaluation is given; 0: those of training themselves */
	double momentum;
	/* elements, and all that memory holds with the gaps */
	size_t n, size;
	size_t groups, weights;
	void *u, *g;
	/* may be NULL, both or one */
	void *weight, *bias;
};

/*
 * Default options but for the seed and the stream, which are SEED and STREAM; all values 0, weights
 * 1.
 */
struct layer layer_make(int type, const struct bell_layer_shape *shape);
void layer_free(struct layer *l);

/* Of the element of index i: where it is in memory, its group, its weight. */
size_t layer_place(const struct bell_layer_shape *shape, size_t i);
size_t layer_group(const struct bell_layer_shape *shape, size_t i);
size_t layer_weight(const struct bell_layer_shape *shape, size_t i);

/* Elements by index. */
double layer_get(const struct layer *l, const void *array, size_t i);
void layer_set(const struct layer *l, void *array, size_t i, double value);

/* An array of the memory of the layer, each value 42, to be freed. */
void *layer_array(const struct layer *l);

/* ---- the library, by type ---- */

enum bell_status layer_forward(const struct layer *l, void *out,
			       struct bell_layer_statistics *saved, uint64_t *not_finite);
enum bell_status layer_backward(const struct layer *l, const struct bell_layer_statistics *saved,
				void *du, double *dweight, double *dbias);
enum bell_status layer_evaluate(const struct layer *l, const struct bell_layer_statistics *frozen,
				void *out);

/* ---- all of it at once ---- */

/*
 * By index, and what each array is to be judged by: largest values, or sums of the sizes of terms.
 */
struct layer_results {
	long double *out, *du, *dweight, *dbias, *evaluation;
	long double out_scale, dweight_scale, dbias_scale, evaluation_scale;
	/* one for each group: where du nearly cancels, its terms are larger */
	long double *du_scale;
	/* one for each group; what evaluation was given */
	struct bell_layer_statistics *saved, *frozen;
};
struct layer_results layer_run(const struct layer *l); /* scales: the largest values */
struct layer_results layer_reference(const struct layer *l);
struct layer_results layer_results_make(const struct layer *l); /* all 0 */
void layer_results_free(struct layer_results *r);
void layer_results_scale(const struct layer *l,
			 struct layer_results *r); /* by the largest values */

/* The reference's sum of g out, with the spread of each group from `spread`. */
long double layer_loss(const struct layer *l, const struct bell_layer_statistics *spread);

#endif
