/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_reference.h - all results of a layer, of the library and by plain loops in long double. */
#ifndef TESTS_LAYER_REFERENCE_H
#define TESTS_LAYER_REFERENCE_H

#include "layer_tensors.h"

/*
 * Results by index, and the scales by which errors are judged: the largest value of an array, or
 * sums of the sizes of the terms that make up a value.
 */
struct layer_results {
	long double *out, *du, *dweight, *dbias, *evaluation;
	long double out_scale, dweight_scale, dbias_scale, evaluation_scale;
	/* There is one for each group: where du nearly cancels, its terms are larger. */
	long double *du_scale;
	/* The statistics of each group, and those that evaluation was given. */
	struct bell_layer_statistics *saved, *frozen;
};

/* The results of the library, whose scales are the largest values. */
struct layer_results layer_run(const struct layer *l);

/* The results of plain loops in long double. */
struct layer_results layer_reference(const struct layer *l);

/* Results that are all 0, and scales from the largest values. */
struct layer_results layer_results_make(const struct layer *l);
void layer_results_free(struct layer_results *r);
void layer_results_scale(const struct layer *l, struct layer_results *r);

/* The reference's sum of g out, with the spread of each group from `spread`. */
long double layer_loss(const struct layer *l, const struct bell_layer_statistics *spread);

#endif
