/* SPDX-License-Identifier: BSD-3-Clause */
/* layer.h - normality normalization: norm layers whose outputs are nearer to Gaussian. */
#ifndef BELLSHAPE_LAYER_H
#define BELLSHAPE_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The method is that of Eftekhari and Papyan, "On the Importance of Gaussianizing Representations",
 * ICML 2025.  A tensor falls into groups of N values u that share their statistics, which are the
 * mean, the variance (with divisor N) and an exponent lambda.  For each value,
 *
 *	h = (u - mean)/sqrt(variance + eps)	where |h| is capped at 2^100
 *	lambda = 1 - alpha L'/(L'' + sqrt(eps))		one step of Newton's method from 1
 *	x = psi(h; lambda)				Yeo-Johnson's transform (transform.h)
 *	y = x + z noise mean|x - mean x|		z is a normal sample, in training only
 *	out = weight y + bias
 *
 * where L' and L'' are the first two derivatives, with respect to lambda at 1, of the mean negative
 * log-likelihood of the group; docs/layer.md has their formulas and tells what each option does.
 *
 * Each function on tensors comes for float32 and float64, and in layer_narrow.h for bfloat16 and
 * float16.  Mean and variance are summed in float64.  Other sums add up eight values at a time in
 * the type of the tensor, and these partial sums in float64.  The order of summation depends on the
 * shape alone.  So a function gives the same bits on every backend (but "plain", see backend.h),
 * for any number of threads and for any strides.
 *
 * Where float64 values are so large, about 1e154, that their squares overflow, the variance of a
 * group becomes infinite, so that out is bias, or its statistics and out become NaN.  The status
 * does not tell of it.
 *
 * BELL_STACK_SIZE of backend.h says how much stack the thread of a caller needs.
 */

/* ---- shapes ---- */

/*
 * struct bell_layer_shape describes a tensor of samples x channels x positions, and tells which of
 * its values form a group.  In every tensor of a call, element (n, c, s) lies n sample_stride +
 * c channel_stride + s position_stride elements after element (0, 0, 0).  Strides may have either
 * sign or be 0, but no two elements of out or du may lie at one place.  What lies between elements
 * is not touched.  Any of the three sizes may be 0: the tensor has no elements then, and the
 * arrays u, g, out and du may be NULL.
 *
 * Sizes overflow if their product, with 1 in place of each 0, exceeds PTRDIFF_MAX/32; if channels
 * is 0, `groups` takes its place.  Strides overflow if a tensor with elements spans more than
 * PTRDIFF_MAX bytes, from the first byte in memory to the last.
 */
struct bell_layer_shape {
	size_t samples, channels, positions;
	ptrdiff_t sample_stride, channel_stride, position_stride;
	/*
	 * A group has the values of channels/groups neighboring channels.  `groups` is at least 1
	 * and divides channels.  If channels is 0, it may be any number, and the groups have no
	 * values.
	 */
	size_t groups;
	/*
	 * If this is true, a group has the values of its channels in all samples.  If it is false,
	 * each sample has groups of its own.
	 */
	bool batch;
	/*
	 * If this is true, there is a weight and a bias for each position; `batch` must be false
	 * then.  If it is false, there is a weight and a bias for each channel.
	 */
	bool by_position;
};

/*
 * bell_layer_shape_batch, _layer, _group and _instance return the shapes of the four usual norm
 * layers.  The tensor has no gaps: the positions of a channel are neighbors in memory, the channels
 * of a sample follow each other, and so do the samples.  `positions` is the product of the
 * dimensions after the channels, 1 if there are none.
 *
 * Batch normalization has a group for each channel, of all samples.  Group normalization has
 * `groups` groups in each sample, and instance normalization a group for each channel of each
 * sample.  Layer normalization has one group for each sample and a weight for each value of a
 * sample: of its shape, `positions` is the number of all values that are normalized together.
 *
 * These functions check nothing.  Sizes that overflow, and groups that do not divide channels, are
 * refused by the functions that take the shape.
 */
BELL_API struct bell_layer_shape bell_layer_shape_batch(size_t samples, size_t channels,
							size_t positions);
BELL_API struct bell_layer_shape bell_layer_shape_layer(size_t samples, size_t positions);
BELL_API struct bell_layer_shape bell_layer_shape_group(size_t samples, size_t channels,
							size_t positions, size_t groups);
BELL_API struct bell_layer_shape bell_layer_shape_instance(size_t samples, size_t channels,
							   size_t positions);

/*
 * bell_layer_shape_channels_last returns the given shape with other strides: the channels of a
 * position are neighbors in memory, and the positions of a sample follow each other.  sample_stride
 * and everything else stay as they are.
 */
BELL_API struct bell_layer_shape bell_layer_shape_channels_last(struct bell_layer_shape shape);

/*
 * bell_layer_shape_groups returns how many groups have statistics of their own.  This is `groups`
 * in a batch layer, even of no samples, and samples times `groups` in other layers.  It returns 0
 * if shape is NULL, has groups that do not divide channels or is both `batch` and `by_position`, or
 * if the sizes overflow.  It does not look at the strides.
 */
BELL_API size_t bell_layer_shape_groups(const struct bell_layer_shape *shape);

/* ---- options ---- */

/*
 * BELL_LAYER_MIN_EPS is the least eps.  It keeps 1/sqrt(variance + eps), and in compat the inverse
 * of the exponent, finite in float32.
 */
#define BELL_LAYER_MIN_EPS 1e-60

/*
 * struct bell_layer_options says how a layer computes.  Every call checks all options, also those
 * that have no influence on it.
 */
struct bell_layer_options {
	/*
	 * If this is false, psi is Yeo-Johnson's transform.  If it is true, psi is the variant in
	 * the code of the paper's authors, whose exponent, lambda for h >= 0 and 2 - lambda for h <
	 * 0, is moved away from 0 by sqrt(eps).  Where it was within sqrt(eps) of 0 before, psi is
	 * the logarithm, as for an exponent of 0.
	 */
	bool compat;
	/*
	 * If this is true, there is no transform: x is h.  The noise is still added; for an
	 * ordinary norm layer, set noise to 0 as well.  compat and alpha have no influence then,
	 * but alpha must still be finite.
	 */
	bool normalize_only;
	/* This is the factor of the noise in training.  It is at least 0; with 0 there is none. */
	double noise;
	/* This is the factor of the Newton step, any finite number. */
	double alpha;
	/* eps is added to the variance.  It is finite and at least BELL_LAYER_MIN_EPS. */
	double eps;
	/*
	 * The noise of element (n, c, s) is normal sample number
	 *
	 *	first + (n channels + c) positions + s		modulo 2^64
	 *
	 * of stream `stream` of seed `seed` (normal.h), whatever the strides.  Give each layer and
	 * each step of training a stream of its own.  `first` is 0 unless the tensor is a part of a
	 * batch that several processes share (layer_parts.h).  It is then the number of elements in
	 * the parts before this one.
	 */
	uint64_t seed, stream, first;
	/*
	 * The call uses at most this number of threads, 1 to BELL_MAX_THREADS (backend.h), or with
	 * 0 as many as threads.h says.
	 */
	unsigned threads;
	/*
	 * The call works in the scratch_size bytes at `scratch`, which must be at least what
	 * bell_layer_scratch_f32 or _f64 returns.  The memory may have any alignment, and calls
	 * that run at the same time must not share it.  If scratch is NULL, the call allocates its
	 * memory and frees it, and scratch_size has no influence.
	 */
	void *scratch;
	size_t scratch_size;
};

/*
 * bell_layer_options_default sets *options to the defaults.  noise is 1 if shape is `by_position`,
 * and 0.4 otherwise or if shape is NULL.  alpha is 1, eps is 1e-5, and everything else is false, 0
 * or NULL.  The function does nothing if options is NULL.
 *
 * Wherever options are a parameter below, NULL stands for the defaults.  In training do not leave
 * seed and stream as they are: with 0 in every layer and step, the noise is the same in all.
 */
BELL_API void bell_layer_options_default(const struct bell_layer_shape *shape,
					 struct bell_layer_options *options);

/*
 * bell_layer_scratch_f32 and _f64 return how many bytes of scratch suffice for every call of this
 * header and of layer_parts.h with this shape and these options, whatever else they are given.  The
 * size depends on options->threads, and on the number of CPUs if that is 0.  They return 0 if the
 * shape or an option is invalid, or if the sizes or strides overflow.  They do not look at scratch
 * and scratch_size, and they also return a size for groups of a single value, which forward and
 * backward refuse, and for tensors without elements, whose calls need no scratch.
 */
BELL_API size_t bell_layer_scratch_f32(const struct bell_layer_shape *shape,
				       const struct bell_layer_options *options);
BELL_API size_t bell_layer_scratch_f64(const struct bell_layer_shape *shape,
				       const struct bell_layer_options *options);

/* ---- training ---- */

/*
 * struct bell_layer_statistics has the statistics of one group, which the backward pass needs
 * besides the input.  In an array of them, group k of sample n is number n groups + k, or k in a
 * batch layer.  Channel c is in group c/(channels/groups).
 *
 * With L = log1p|h|, let d = (1 + |h|) L - |h|, which is the derivative of psi with respect to
 * lambda at 1.
 */
struct bell_layer_statistics {
	/* The variance has divisor N and does not include eps. */
	double mean, variance;
	/* lambda is 1 with normalize_only. */
	double lambda;
	/* These are the mean of h d and the mean of d; both are 0 with normalize_only. */
	double mean_hd, mean_d;
	/* The slope is L', the curvature is L''; both are 0 with normalize_only. */
	double slope, curvature;
	/*
	 * The center is the mean of x, or 0 with normalize_only.  The spread is the mean of
	 * |x - center|.  With noise 0 nothing needs them, and both are 0.
	 */
	double center, spread;
};

/*
 * bell_layer_forward_f32 and _f64 compute the statistics of each group of u, and the output.  With
 * noise 0, this is also how layers are evaluated whose groups are of one sample each.
 *
 * u is the input.  weight and bias have one value for each channel or position; NULL stands for 1
 * and for 0.  out gets the output, in the same shape and strides as u, which it must not overlap.
 * statistics gets one for each group, and may be NULL only if there are no groups.  *not_finite is
 * set to the number of infinite and NaN values in u; not_finite may be NULL.
 *
 * If the tensor has no elements, u and out may be NULL, the statistics of every group are set to
 * NaN, and *not_finite is set to 0.
 *
 * BELL_OK: everything is written.
 * BELL_EDOMAIN: some values of u are infinite or NaN.  The groups that have such values are NaN in
 * out and in statistics; everything else is written as usual.
 * After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL; the shape is NULL, has groups that do not divide
 * channels or is both `batch` and `by_position`; a group has a single value; eps is below
 * BELL_LAYER_MIN_EPS, noise is below 0, or these or alpha are not finite; there are more than
 * BELL_MAX_THREADS threads; or out overlaps u, which is noticed if out is u or the tensors have no
 * gaps.
 * BELL_ESIZE: the sizes or strides of the shape overflow, or scratch_size is too small.
 * BELL_EBACKEND: the environment asks for a backend that cannot be used (backend.h).
 * BELL_ENOMEM: memory for scratch could not be had.
 */
BELL_API enum bell_status bell_layer_forward_f32(
    const float *u, const float *weight, const float *bias, const struct bell_layer_shape *shape,
    const struct bell_layer_options *options, float *out, struct bell_layer_statistics *statistics,
    uint64_t *not_finite);
BELL_API enum bell_status bell_layer_forward_f64(
    const double *u, const double *weight, const double *bias, const struct bell_layer_shape *shape,
    const struct bell_layer_options *options, double *out, struct bell_layer_statistics *statistics,
    uint64_t *not_finite);

/*
 * bell_layer_backward_f32 and _f64 compute the gradients of a loss with respect to u, weight and
 * bias, from g, its gradient with respect to out.  They go through mean, variance and lambda.  The
 * size of the noise, noise mean|x - mean x|, counts as a constant, so that the noise changes
 * dweight alone.
 *
 * u, weight, shape, statistics and options must be those of the forward pass; only threads, scratch
 * and scratch_size may differ.  g and du have the shape and strides of u.  du gets the gradient
 * with respect to u; it may be g, and must not overlap g otherwise, nor u at all.  dweight and
 * dbias get one value for each weight; they are set, not added to.  Both may be NULL if neither is
 * wanted.
 *
 * Infinite and NaN values are no error.  Statistics that are NaN, or such a value of u or g, make
 * du of the whole group and the dweight of their values infinite or NaN.  dbias depends on g alone.
 *
 * If the tensor has no elements, u, g and du may be NULL, and dweight and dbias are set to 0.
 *
 * BELL_OK: everything is written.  After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL, or one of dweight and dbias alone; the shape is
 * NULL, has groups that do not divide channels or is both `batch` and `by_position`; a group has a
 * single value; eps is below BELL_LAYER_MIN_EPS, noise is below 0, or these or alpha are not
 * finite; there are more than BELL_MAX_THREADS threads; or du overlaps u, which is noticed if du is
 * u or the tensors have no gaps.
 * BELL_ESIZE: the sizes or strides of the shape overflow, or scratch_size is too small.
 * BELL_EBACKEND: the environment asks for a backend that cannot be used (backend.h).
 * BELL_ENOMEM: memory for scratch could not be had.
 */
BELL_API enum bell_status bell_layer_backward_f32(const float *u, const float *weight,
						  const struct bell_layer_statistics *statistics,
						  const float *g,
						  const struct bell_layer_shape *shape,
						  const struct bell_layer_options *options,
						  float *du, double *dweight, double *dbias);
BELL_API enum bell_status bell_layer_backward_f64(const double *u, const double *weight,
						  const struct bell_layer_statistics *statistics,
						  const double *g,
						  const struct bell_layer_shape *shape,
						  const struct bell_layer_options *options,
						  double *du, double *dweight, double *dbias);

/* ---- evaluation ---- */

/*
 * bell_layer_track updates the running statistics of a layer after a step of training.  The layer
 * is evaluated with them later.  In each of `groups` groups, mean, variance and lambda become
 *
 *	running = (1 - momentum) running + momentum new
 *
 * and the other fields are left alone.  `new` is the mean or lambda of `statistics`, or its
 * variance times count/(count - 1).  count is the number of values in a group; if several processes
 * share the batch, it counts the values of all parts.  Before the first step, set mean to 0,
 * variance to 1 and lambda to 1.  momentum is 0.1 as a rule; with 1/k in step k, the running
 * statistics are the mean over all steps.
 *
 * Statistics that are NaN or infinite make the running ones NaN or infinite, and they stay so.  So
 * do not call this function if a mean in `statistics` is NaN or a variance is not finite.  A mean
 * is NaN after a forward pass that returned BELL_EDOMAIN or had no elements, and, with
 * layer_parts.h, in all processes if one of them got BELL_EDOMAIN.  In float64, values of about
 * 1e154 make a variance infinite or NaN, whatever the status.
 *
 * BELL_OK: running is updated.
 * BELL_EINVAL: count is below 2, infinite or NaN; momentum is not within 0 to 1; or running or
 * statistics is NULL, unless groups is 0.  Nothing is changed.
 */
BELL_API enum bell_status bell_layer_track(struct bell_layer_statistics *running,
					   const struct bell_layer_statistics *statistics,
					   size_t groups, double count, double momentum);

/*
 * bell_layer_evaluate_f32 and _f64 compute the output from given statistics, without noise.
 *
 * u is the input.  weight and bias have one value for each channel or position; NULL stands for 1
 * and for 0.  statistics has one for each group, of which mean, variance and lambda are used as
 * they are and the other fields are not read; with normalize_only, lambda is not used either.  out
 * gets the output, in the same shape and strides as u; it may be u, and must not overlap it
 * otherwise.  A group may have a single value.
 *
 * Infinite and NaN values are no error.  Such a value of u makes its own output NaN and no other.
 * Statistics that are NaN, or a variance below -eps, make the output of their group NaN.
 *
 * If the tensor has no elements, u and out may be NULL, and nothing is written.
 *
 * BELL_OK: out is written.  After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL; the shape is NULL, has groups that do not divide
 * channels or is both `batch` and `by_position`; eps is below BELL_LAYER_MIN_EPS, noise is below 0,
 * or these or alpha are not finite; or there are more than BELL_MAX_THREADS threads.
 * BELL_ESIZE: the sizes or strides of the shape overflow, or scratch_size is too small.
 * BELL_EBACKEND: the environment asks for a backend that cannot be used (backend.h).
 * BELL_ENOMEM: memory for scratch could not be had.
 */
BELL_API enum bell_status bell_layer_evaluate_f32(const float *u, const float *weight,
						  const float *bias,
						  const struct bell_layer_statistics *statistics,
						  const struct bell_layer_shape *shape,
						  const struct bell_layer_options *options,
						  float *out);
BELL_API enum bell_status bell_layer_evaluate_f64(const double *u, const double *weight,
						  const double *bias,
						  const struct bell_layer_statistics *statistics,
						  const struct bell_layer_shape *shape,
						  const struct bell_layer_options *options,
						  double *out);

/*
 * bell_layer_evaluate_backward_f32 and _f64 compute the gradients of a loss with respect to u,
 * weight and bias through an evaluation, in which the statistics are constants, from g, the
 * gradient of the loss with respect to out.
 *
 * u, weight, statistics, shape and options must be those of the evaluation; only threads, scratch
 * and scratch_size may differ.  u is the input of the evaluation, even if its output was written in
 * place.  g and du have the shape and strides of u.  du gets the gradient with respect to u; it may
 * be g, and must not overlap g otherwise, nor u at all.  dweight and dbias get one value for each
 * weight; they are set, not added to.  Both may be NULL if neither is wanted.  A group may have a
 * single value.
 *
 * Infinite and NaN values are no error.  Such a value of u or g makes its own du and the dweight of
 * its weight infinite or NaN.  Statistics that are NaN, or a variance below -eps, do so to all
 * values of their group.  dbias depends on g alone.
 *
 * If the tensor has no elements, u, g and du may be NULL, and dweight and dbias are set to 0.
 *
 * BELL_OK: everything is written.  After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL, or one of dweight and dbias alone; the shape is
 * NULL, has groups that do not divide channels or is both `batch` and `by_position`; eps is below
 * BELL_LAYER_MIN_EPS, noise is below 0, or these or alpha are not finite; there are more than
 * BELL_MAX_THREADS threads; or du overlaps u, which is noticed if du is u or the tensors have no
 * gaps.
 * BELL_ESIZE: the sizes or strides of the shape overflow, or scratch_size is too small.
 * BELL_EBACKEND: the environment asks for a backend that cannot be used (backend.h).
 * BELL_ENOMEM: memory for scratch could not be had.
 */
BELL_API enum bell_status bell_layer_evaluate_backward_f32(
    const float *u, const float *weight, const struct bell_layer_statistics *statistics,
    const float *g, const struct bell_layer_shape *shape, const struct bell_layer_options *options,
    float *du, double *dweight, double *dbias);
BELL_API enum bell_status bell_layer_evaluate_backward_f64(
    const double *u, const double *weight, const struct bell_layer_statistics *statistics,
    const double *g, const struct bell_layer_shape *shape, const struct bell_layer_options *options,
    double *du, double *dweight, double *dbias);

#ifdef __cplusplus
}
#endif
#endif
