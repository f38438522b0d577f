/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_parts.h - layers over a batch of which each of several processes has a part. */
#ifndef BELLSHAPE_LAYER_PARTS_H
#define BELLSHAPE_LAYER_PARTS_H

#include <stddef.h>
#include <bellshape/layer.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A batch that several processes share: each has a part of the samples, and their sums merge.  One
 * after the other, the steps are measured by each process on its part, merged, and settled on all
 * alike; a step needs what those before it have settled in saved, the first nothing (NULL will do).
 * Then each applies.  The first element of a part has index options.first, for the noise.
 *
 *	for step = BELL_LAYER_MOMENTS to BELL_LAYER_SPREAD
 *		bell_layer_measure_*(step, ...)		sums of this part, one for each group
 *		bell_layer_merge(step, ...)		those of the other parts, in one order everywhere
 *		bell_layer_settle(step, ...)
 *	bell_layer_apply_*()
 *
 * and backward: measure_backward, merge with BELL_LAYER_GRADIENT, apply_backward.  dweight and
 * dbias are those of the part: add them up.  With one part the bits are those of forward and
 * backward.  SCORE is empty if `plain`, CENTER and SPREAD without noise: they may be left out then.
 */
enum bell_layer_step {
	BELL_LAYER_MOMENTS,
	BELL_LAYER_SCORE,
	BELL_LAYER_CENTER,
	BELL_LAYER_SPREAD,
	BELL_LAYER_GRADIENT
};

/* MOMENTS: the mean, and the sum of squares about it; else sums that add up.  Of no values: 0. */
struct bell_layer_sums {
	double count, sum[5];
};

/*
 * BELL_EDOMAIN, of MOMENTS alone: a value is not finite, and the sums of its group are NaN, which
 * the other steps hand on.  BELL_EINVAL: BELL_LAYER_GRADIENT.
 */
BELL_API enum bell_status bell_layer_measure_f32(const struct bell_layer_shape *shape,
						 const struct bell_layer_options *options,
						 enum bell_layer_step step, const float *u,
						 const struct bell_layer_statistics *saved,
						 struct bell_layer_sums *sums);
BELL_API enum bell_status bell_layer_measure_f64(const struct bell_layer_shape *shape,
						 const struct bell_layer_options *options,
						 enum bell_layer_step step, const double *u,
						 const struct bell_layer_statistics *saved,
						 struct bell_layer_sums *sums);

/* Adds the sums `from` of as many groups to `into`. */
BELL_API enum bell_status bell_layer_merge(enum bell_layer_step step, size_t groups,
					   const struct bell_layer_sums *from,
					   struct bell_layer_sums *into);

/*
 * What the sums of all parts say: sets the fields of saved that belong to the step.  BELL_EINVAL: a
 * group of fewer than two values in all.
 */
BELL_API enum bell_status bell_layer_settle(const struct bell_layer_options *options,
					    enum bell_layer_step step, size_t groups,
					    const struct bell_layer_sums *sums,
					    struct bell_layer_statistics *saved);

/* out from statistics, noise included: the end of the forward pass. */
BELL_API enum bell_status bell_layer_apply_f32(const struct bell_layer_shape *shape,
					       const struct bell_layer_options *options,
					       const struct bell_layer_statistics *saved,
					       const float *u, const float *weight,
					       const float *bias, float *out);
BELL_API enum bell_status bell_layer_apply_f64(const struct bell_layer_shape *shape,
					       const struct bell_layer_options *options,
					       const struct bell_layer_statistics *saved,
					       const double *u, const double *weight,
					       const double *bias, double *out);

/* The backward pass in two halves: sums, of the weights too, and then du from the merged sums. */
BELL_API enum bell_status bell_layer_measure_backward_f32(
    const struct bell_layer_shape *shape, const struct bell_layer_options *options, const float *u,
    const float *weight, const struct bell_layer_statistics *saved, const float *g,
    struct bell_layer_sums *sums, double *dweight, double *dbias);
BELL_API enum bell_status bell_layer_measure_backward_f64(
    const struct bell_layer_shape *shape, const struct bell_layer_options *options, const double *u,
    const double *weight, const struct bell_layer_statistics *saved, const double *g,
    struct bell_layer_sums *sums, double *dweight, double *dbias);
BELL_API enum bell_status bell_layer_apply_backward_f32(const struct bell_layer_shape *shape,
							const struct bell_layer_options *options,
							const float *u, const float *weight,
							const struct bell_layer_statistics *saved,
							const struct bell_layer_sums *sums,
							const float *g, float *du);
BELL_API enum bell_status bell_layer_apply_backward_f64(const struct bell_layer_shape *shape,
							const struct bell_layer_options *options,
							const double *u, const double *weight,
							const struct bell_layer_statistics *saved,
							const struct bell_layer_sums *sums,
							const double *g, double *du);

#ifdef __cplusplus
}
#endif
#endif
