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
 * Several processes may share a batch, of which each has some of the samples as a tensor of its
 * own, a part.  The statistics are found in four steps.  In each step, every process measures its
 * part, which gives sums for each group; the processes exchange and merge these, in one order
 * everywhere; and every process finalizes the merged sums, which sets fields of its statistics.  A
 * step reads the fields that earlier steps have set.  At the end each process computes the output
 * of its part:
 *
 *	for step = BELL_LAYER_MOMENTS to BELL_LAYER_SPREAD
 *		bell_layer_measure_*(..., step, ...)
 *		bell_layer_merge(...)		with the sums of every other part
 *		bell_layer_finalize(...)
 *	bell_layer_apply_*(...)
 *
 * The backward pass has one exchange: bell_layer_measure_backward_*, then bell_layer_merge with
 * BELL_LAYER_GRADIENT, then bell_layer_apply_backward_*.  The gradients of the weights of the parts
 * add up.
 *
 * options.first is the index of the first element of the part in the whole batch, so that the noise
 * is that of the whole.  With a single part the bits are those of bell_layer_forward_* and
 * bell_layer_backward_*; with several, results agree with those of the whole to rounding.
 */
enum bell_layer_step {
	/* The mean of u and its sum of squares, for mean and variance.  Resets all other fields. */
	BELL_LAYER_MOMENTS,
	/* The sums for lambda, mean_hd, mean_d, slope and curvature; none with normalize_only. */
	BELL_LAYER_SCORE,
	/* The sum of x, for center.  It may be left out if noise is 0, and with normalize_only. */
	BELL_LAYER_CENTER,
	/* The sum of |x - center|, for spread.  It may be left out if noise is 0. */
	BELL_LAYER_SPREAD,
	/* The sums that the backward pass needs. */
	BELL_LAYER_GRADIENT
};

/*
 * What a step measures of a group: the number of values, and up to five sums.  For
 * BELL_LAYER_MOMENTS sum[0] is the mean and sum[1] the sum of squares about it.  All 0 are the sums
 * of no values.
 */
struct bell_layer_sums {
	double count, sum[5];
};

/*
 * bell_layer_measure_f32 and _f64 compute the sums of a step, BELL_LAYER_MOMENTS to
 * BELL_LAYER_SPREAD, of each group of u.
 *
 * u: the part.  statistics: one for each group, as the steps before have left them; the first step
 * does not read them, and they may be NULL then.  sums: one for each group, written.  A group may
 * have a single value in a part; of a part without elements all sums are 0.
 *
 * BELL_OK: sums is written.
 * BELL_EDOMAIN, of BELL_LAYER_MOMENTS alone: some values are infinite or NaN.  The sums of the
 * groups that have such values are NaN, which merging and finalizing hand on to their statistics;
 * the other sums are written as ever.
 * After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL; the shape is NULL, has groups that do not divide
 * channels or is both `batch` and `by_position`; step is none of the four; eps is not above 0,
 * noise is below 0, or these or alpha are not finite; or there are more than BELL_MAX_THREADS
 * threads.
 * BELL_ESIZE: the sizes or strides of the shape overflow, or scratch_size is too small.
 * BELL_EBACKEND: the environment asks for a backend that cannot be used (backend.h).
 * BELL_ENOMEM: memory for scratch could not be had.
 */
BELL_API enum bell_status bell_layer_measure_f32(const float *u,
						 const struct bell_layer_statistics *statistics,
						 const struct bell_layer_shape *shape,
						 enum bell_layer_step step,
						 const struct bell_layer_options *options,
						 struct bell_layer_sums *sums);
BELL_API enum bell_status bell_layer_measure_f64(const double *u,
						 const struct bell_layer_statistics *statistics,
						 const struct bell_layer_shape *shape,
						 enum bell_layer_step step,
						 const struct bell_layer_options *options,
						 struct bell_layer_sums *sums);

/*
 * bell_layer_merge adds the sums that a step has measured of one part, `from`, to those of another,
 * `into`, for each of `groups` groups.
 *
 * BELL_OK: into holds the sums of both.
 * BELL_EINVAL: step is none of enum bell_layer_step, or into or from is NULL, unless groups is 0.
 * Nothing is changed.
 */
BELL_API enum bell_status bell_layer_merge(struct bell_layer_sums *into,
					   const struct bell_layer_sums *from, size_t groups,
					   enum bell_layer_step step);

/*
 * bell_layer_finalize sets the fields of statistics that belong to a step, BELL_LAYER_MOMENTS to
 * BELL_LAYER_SPREAD, from the sums of all parts, for each of `groups` groups.  BELL_LAYER_MOMENTS
 * sets mean and variance, lambda to 1 and all other fields to 0, or all fields to NaN if the sums
 * are NaN or of no values.  BELL_LAYER_SCORE sets lambda, mean_hd, mean_d, slope and curvature;
 * BELL_LAYER_CENTER sets center; BELL_LAYER_SPREAD sets spread.  With the options named at enum
 * bell_layer_step, these three set nothing.  Of the options, normalize_only, noise, alpha and eps
 * matter.
 *
 * BELL_OK: the fields are set.
 * BELL_EINVAL: statistics or sums is NULL, unless groups is 0; step is none of the four; the count
 * of a group is neither 0 nor at least 2; eps is not above 0, noise is below 0, or these or alpha
 * are not finite; or there are more than BELL_MAX_THREADS threads.  Nothing is changed.
 */
BELL_API enum bell_status bell_layer_finalize(struct bell_layer_statistics *statistics,
					      const struct bell_layer_sums *sums, size_t groups,
					      enum bell_layer_step step,
					      const struct bell_layer_options *options);

/*
 * bell_layer_apply_f32 and _f64 compute the output of a part, noise included, from statistics that
 * all steps have set.
 *
 * u: the part.  weight and bias: one for each channel or position; NULL stands for 1 and for 0.
 * statistics: one for each group; those of a group that are NaN make its output NaN, which is no
 * error.  out: the output, of the same shape and strides as u; it may be u.  Of a part without
 * elements nothing is written.
 *
 * BELL_OK: out is written.  After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL; the shape is NULL, has groups that do not divide
 * channels or is both `batch` and `by_position`; eps is not above 0, noise is below 0, or these or
 * alpha are not finite; or there are more than BELL_MAX_THREADS threads.
 * BELL_ESIZE: the sizes or strides of the shape overflow, or scratch_size is too small.
 * BELL_EBACKEND: the environment asks for a backend that cannot be used (backend.h).
 * BELL_ENOMEM: memory for scratch could not be had.
 */
BELL_API enum bell_status bell_layer_apply_f32(const float *u, const float *weight,
					       const float *bias,
					       const struct bell_layer_statistics *statistics,
					       const struct bell_layer_shape *shape,
					       const struct bell_layer_options *options,
					       float *out);
BELL_API enum bell_status bell_layer_apply_f64(const double *u, const double *weight,
					       const double *bias,
					       const struct bell_layer_statistics *statistics,
					       const struct bell_layer_shape *shape,
					       const struct bell_layer_options *options,
					       double *out);

/*
 * bell_layer_measure_backward_f32 and _f64 are the first half of the backward pass: they compute,
 * from g, the gradient of a loss by out, the sums of each group that the gradient by u needs, and
 * the gradients of the weights.
 *
 * u, weight, shape, options but for threads and scratch, and statistics are those of
 * bell_layer_apply_*.  sums: one for each group, written.  dweight and dbias: those of the part,
 * one for each weight; they are set, not added to.  Both may be NULL if neither is wanted.  Of a
 * part without elements, all these are set to 0.
 *
 * BELL_OK: everything is written.  After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL, or one of dweight and dbias alone; the shape is
 * NULL, has groups that do not divide channels or is both `batch` and `by_position`; eps is not
 * above 0, noise is below 0, or these or alpha are not finite; or there are more than
 * BELL_MAX_THREADS threads.
 * BELL_ESIZE: the sizes or strides of the shape overflow, or scratch_size is too small.
 * BELL_EBACKEND: the environment asks for a backend that cannot be used (backend.h).
 * BELL_ENOMEM: memory for scratch could not be had.
 */
BELL_API enum bell_status bell_layer_measure_backward_f32(
    const float *u, const float *weight, const struct bell_layer_statistics *statistics,
    const float *g, const struct bell_layer_shape *shape, const struct bell_layer_options *options,
    struct bell_layer_sums *sums, double *dweight, double *dbias);
BELL_API enum bell_status bell_layer_measure_backward_f64(
    const double *u, const double *weight, const struct bell_layer_statistics *statistics,
    const double *g, const struct bell_layer_shape *shape, const struct bell_layer_options *options,
    struct bell_layer_sums *sums, double *dweight, double *dbias);

/*
 * bell_layer_apply_backward_f32 and _f64 are the second half of the backward pass: they compute the
 * gradient of the loss by u, from the merged sums of all parts.
 *
 * u, weight, statistics, g, shape and options are those of bell_layer_measure_backward_*.  sums:
 * one for each group.  du: the gradient by u, of the same shape and strides as u and g; it may be
 * g, but must not overlap u.  Of a part without elements nothing is written.
 *
 * BELL_OK: du is written.  After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL; the shape is NULL, has groups that do not divide
 * channels or is both `batch` and `by_position`; eps is not above 0, noise is below 0, or these or
 * alpha are not finite; there are more than BELL_MAX_THREADS threads; or du overlaps u, which is
 * noticed if du is u or the tensors have no gaps.
 * BELL_ESIZE: the sizes or strides of the shape overflow, or scratch_size is too small.
 * BELL_EBACKEND: the environment asks for a backend that cannot be used (backend.h).
 * BELL_ENOMEM: memory for scratch could not be had.
 */
BELL_API enum bell_status bell_layer_apply_backward_f32(
    const float *u, const float *weight, const struct bell_layer_statistics *statistics,
    const float *g, const struct bell_layer_sums *sums, const struct bell_layer_shape *shape,
    const struct bell_layer_options *options, float *du);
BELL_API enum bell_status bell_layer_apply_backward_f64(
    const double *u, const double *weight, const struct bell_layer_statistics *statistics,
    const double *g, const struct bell_layer_sums *sums, const struct bell_layer_shape *shape,
    const struct bell_layer_options *options, double *du);

#ifdef __cplusplus
}
#endif
#endif
