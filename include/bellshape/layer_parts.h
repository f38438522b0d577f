/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_parts.h - layers over a batch that several processes share, each of which has a part. */
#ifndef BELLSHAPE_LAYER_PARTS_H
#define BELLSHAPE_LAYER_PARTS_H

#include <stddef.h>
#include <bellshape/layer.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Several processes may share a batch.  Each of them has some of the samples, as a tensor of its
 * own, which is called a part.  Only layers whose shape is `batch` need this header.  In other
 * layers each sample has groups of its own: each process calls bell_layer_forward_T on its part,
 * and the groups of different parts must not be merged.
 *
 * The statistics are found in four steps.  In each step, every process measures its part, which
 * gives sums for each group.  The processes exchange these sums, and each merges those of all parts
 * in the same order, into sums that are all 0, so that all have the same bits.  Then every process
 * finalizes the merged sums, which sets fields of its statistics.  A step reads the fields that
 * earlier steps have set.  At the end each process computes the output of its part:
 *
 *	for step = BELL_LAYER_MOMENTS to BELL_LAYER_SPREAD
 *		bell_layer_measure_T(..., step, ..., sums of this part)
 *		exchange the sums
 *		set all to 0
 *		for part = first to last
 *			bell_layer_merge(all, sums of part, groups, step)
 *		bell_layer_finalize(statistics, all, groups, step, options)
 *	bell_layer_apply_T(...)
 *
 * where T is f32 or f64.  The backward pass has one exchange: bell_layer_measure_backward_T, then
 * the merging of the sums of all parts with BELL_LAYER_GRADIENT, then bell_layer_apply_backward_T.
 * The gradients of the weights are sums over the parts: add those of all parts up.
 *
 * options.first is the number of elements in the parts before this one, so that the noise is that
 * of the whole batch.  With a single part the bits are those of bell_layer_forward_T and
 * bell_layer_backward_T; with several, results agree with those of the whole batch to rounding.
 *
 * What layer.h says of shapes, options, overflow, and the order of statistics holds here as well.
 */
enum bell_layer_step {
	/*
	 * This step measures the mean of u and the sum of squares about it, which give mean and
	 * variance.  All other fields are reset.
	 */
	BELL_LAYER_MOMENTS,
	/*
	 * This step measures the sums for lambda, mean_hd, mean_d, slope and curvature.  It may be
	 * left out with normalize_only.
	 */
	BELL_LAYER_SCORE,
	/*
	 * This step measures the sum of x, for the center.  It may be left out if noise is 0, and
	 * with normalize_only.
	 */
	BELL_LAYER_CENTER,
	/*
	 * This step measures the sum of |x - center|, for the spread.  It may be left out if noise
	 * is 0.
	 */
	BELL_LAYER_SPREAD,
	/*
	 * This is no step for statistics: bell_layer_merge takes it for the sums of the backward
	 * pass.
	 */
	BELL_LAYER_GRADIENT
};

/*
 * struct bell_layer_sums has what a step measures of a group: the number of values, and up to five
 * sums.  For BELL_LAYER_MOMENTS, sum[0] is the mean and sum[1] the sum of squares about it; for
 * other steps, only this library knows which sum is which.  If no values have been measured, the
 * count and all sums are 0.
 */
struct bell_layer_sums {
	double count, sum[5];
};

/*
 * bell_layer_measure_f32 and _f64 compute the sums of a step, BELL_LAYER_MOMENTS to
 * BELL_LAYER_SPREAD, for each group of u.
 *
 * u is the part.  statistics has one for each group, as the steps before have left them;
 * BELL_LAYER_MOMENTS does not read them, and they may be NULL then.  sums gets one for each group,
 * whose count is the number of its values in the part.  A group may have a single value in a part.
 * BELL_LAYER_SCORE with normalize_only, and the two steps after it with noise 0, set all sums to 0,
 * which nothing needs.
 *
 * statistics and sums may be NULL if there are no groups.  If the part has no elements, u may be
 * NULL, and counts and sums are set to 0.
 *
 * BELL_OK: sums is written.  In the steps after BELL_LAYER_MOMENTS, statistics that are NaN make
 * the sums of their group NaN, which is no error.
 * BELL_EDOMAIN: the step is BELL_LAYER_MOMENTS, and some values are infinite or NaN.  The sums of
 * the groups that have such values are NaN, the others are written as usual.  Exchange them and go
 * on as after BELL_OK: merging and finalizing make the statistics of these groups NaN in all
 * processes, which is how the other processes, whose calls return BELL_OK, learn of it.
 * After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL; the shape is NULL, has groups that do not divide
 * channels or is both `batch` and `by_position`; step is none of the four; eps is below
 * BELL_LAYER_MIN_EPS, noise is below 0, or these or alpha are not finite; or there are more than
 * BELL_MAX_THREADS threads.
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
 * bell_layer_merge merges the sums of one part, `from`, into those of another, `into`, for each of
 * `groups` groups.  Both have been measured in the step `step`.  Counts are added, and so are sums;
 * the means and sums of squares of BELL_LAYER_MOMENTS become those of the values of both parts.
 *
 * BELL_OK: into has the sums of both parts.
 * BELL_EINVAL: step is none of enum bell_layer_step, or into or from is NULL, unless groups is 0.
 * Nothing is changed.
 */
BELL_API enum bell_status bell_layer_merge(struct bell_layer_sums *into,
					   const struct bell_layer_sums *from, size_t groups,
					   enum bell_layer_step step);

/*
 * bell_layer_finalize sets the fields of statistics that belong to a step, BELL_LAYER_MOMENTS to
 * BELL_LAYER_SPREAD, from the merged sums of all parts, for each of `groups` groups.
 *
 * BELL_LAYER_MOMENTS sets mean and variance, lambda to 1 and all other fields to 0.  If the count
 * is 0 or one of the two sums is NaN, it sets all fields to NaN.  BELL_LAYER_SCORE sets lambda,
 * mean_hd, mean_d, slope and curvature, but sets nothing with normalize_only.  BELL_LAYER_CENTER
 * sets the center, but sets nothing if noise is 0 or with normalize_only.  BELL_LAYER_SPREAD sets
 * the spread, but sets nothing if noise is 0.  A count of 0 makes what these three set NaN.
 *
 * The options are checked, and of them normalize_only, noise, alpha and eps have an influence.
 *
 * BELL_OK: the fields are set.
 * BELL_EINVAL: statistics or sums is NULL, unless groups is 0; step is none of the four; the count
 * of a group is neither 0 nor at least 2; eps is below BELL_LAYER_MIN_EPS, noise is below 0, or
 * these or alpha are not finite; or there are more than BELL_MAX_THREADS threads.  Nothing is
 * changed.
 */
BELL_API enum bell_status bell_layer_finalize(struct bell_layer_statistics *statistics,
					      const struct bell_layer_sums *sums, size_t groups,
					      enum bell_layer_step step,
					      const struct bell_layer_options *options);

/*
 * bell_layer_apply_f32 and _f64 compute the output of a part, noise included, from statistics that
 * all steps have set.
 *
 * u is the part.  weight and bias have one value for each channel or position; NULL stands for 1
 * and for 0.  statistics has one for each group.  out gets the output, in the same shape and
 * strides as u; it may be u, and must not overlap it otherwise.
 *
 * Infinite and NaN values are no error.  Such a value of u makes its own output NaN.  Statistics
 * that are NaN make the output of their group NaN.
 *
 * If the part has no elements, u and out may be NULL, and nothing is written.
 *
 * BELL_OK: out is written.  After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL; the shape is NULL, has groups that do not divide
 * channels or is both `batch` and `by_position`; eps is below BELL_LAYER_MIN_EPS, noise is below 0,
 * or these or alpha are not finite; or there are more than BELL_MAX_THREADS threads.
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
 * bell_layer_measure_backward_f32 and _f64 are the first half of the backward pass.  g is the
 * gradient of a loss with respect to out.  From it they compute the sums of each group that the
 * gradient with respect to u needs, and the gradients with respect to weight and bias.
 *
 * u, weight, shape, statistics and options must be those of bell_layer_apply_T; only threads,
 * scratch and scratch_size may differ.  u is what bell_layer_apply_T was given, even if its output
 * was written in place.  sums gets one for each group.  dweight and dbias get one value for each
 * weight, which is the gradient from this part; they are set, not added to.  Both may be NULL if
 * neither is wanted.
 *
 * Infinite and NaN values are no error.  Statistics that are NaN, or such a value of u or g, make
 * the sums of the group and the dweight of their values infinite or NaN.  dbias depends on g alone.
 *
 * If the part has no elements, u and g may be NULL, and sums, dweight and dbias are set to 0.
 *
 * BELL_OK: everything is written.  After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL, or one of dweight and dbias alone; the shape is
 * NULL, has groups that do not divide channels or is both `batch` and `by_position`; eps is below
 * BELL_LAYER_MIN_EPS, noise is below 0, or these or alpha are not finite; or there are more than
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
 * bell_layer_apply_backward_f32 and _f64 are the second half of the backward pass.  From the merged
 * sums of all parts they compute the gradient of the loss with respect to u, for one part.
 *
 * u, weight, statistics, g, shape and options must be those of bell_layer_measure_backward_T; only
 * threads, scratch and scratch_size may differ.  sums has one for each group.  du gets the
 * gradient, in the same shape and strides as u and g; it may be g, and must not overlap g
 * otherwise, nor u at all. Infinite and NaN values are no error.  Such a value of u or g makes its
 * own du infinite or NaN; statistics that are NaN, sums that are infinite or NaN, and a count of 0
 * make du of the whole group so.
 *
 * If the part has no elements, u, g and du may be NULL, and nothing is written.
 *
 * BELL_OK: du is written.  After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL; the shape is NULL, has groups that do not divide
 * channels or is both `batch` and `by_position`; eps is below BELL_LAYER_MIN_EPS, noise is below 0,
 * or these or alpha are not finite; there are more than BELL_MAX_THREADS threads; or du overlaps u,
 * which is noticed if du is u or the tensors have no gaps.
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
