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
 *	h = (u - mean)/sqrt(variance + eps)
 *	lambda = 1 - alpha L'/(L'' + sqrt(eps))		one step of Newton's method from 1
 *	x = psi(h; lambda)				Yeo-Johnson's transform (transform.h)
 *	y = x + z noise mean|x - mean x|		z is a normal sample, in training only
 *	out = weight y + bias
 *
 * where L' and L'' are the first two derivatives, by lambda at 1, of the mean negative
 * log-likelihood of the group; docs/layer.md has their formulas and tells what each option does.
 *
 * The calls come for float32 and for float64 tensors.  Mean and variance are summed in float64;
 * other sums are of eight values each in the type of the tensor, and of these sums in float64.  The
 * order of summation depends on the shape alone, so that every call gives the same bits on every
 * backend (but "plain", see backend.h), for any number of threads and for any strides.  Where
 * squares of float64 values overflow, the results of their group may be NaN.
 *
 * A call takes up to 80 KiB of the stack of its thread.
 */

/* ---- shapes ---- */

/*
 * A tensor of samples x channels x positions, and which of its values form a group.  In every
 * tensor of a call, element (n, c, s) lies n sample_stride + c channel_stride + s position_stride
 * elements after the first; strides may be of either sign, and what lies between elements is not
 * touched.  Any of the three sizes may be 0: such a tensor has no elements, and its arrays may be
 * NULL.
 */
struct bell_layer_shape {
	size_t samples, channels, positions;
	ptrdiff_t sample_stride, channel_stride, position_stride;
	/*
	 * A group has the values of channels/groups neighboring channels.  groups divides channels.
	 */
	size_t groups;
	/* True: a group has these values of all samples.  False: each sample has its own groups. */
	bool batch;
	/*
	 * True: there is a weight and a bias for each position, in layers that are not `batch`.
	 * False: there is one of each for each channel.
	 */
	bool by_position;
};

/*
 * bell_layer_shape_batch, _layer, _group and _instance return the shapes of the four usual norm
 * layers on a tensor without gaps, in which positions follow each other, and channels, and samples.
 * positions is the product of the dimensions after the channels, 1 if there are none.
 *
 * Batch normalization has a group for each channel, of all samples.  Group normalization has
 * `groups` groups in each sample, and instance normalization a group for each channel of each
 * sample.  Layer normalization has one group for each sample and a weight for each value of a
 * sample: of its shape, `positions` is the number of all values that are normalized together.
 */
BELL_API struct bell_layer_shape bell_layer_shape_batch(size_t samples, size_t channels,
							size_t positions);
BELL_API struct bell_layer_shape bell_layer_shape_layer(size_t samples, size_t positions);
BELL_API struct bell_layer_shape bell_layer_shape_group(size_t samples, size_t channels,
							size_t positions, size_t groups);
BELL_API struct bell_layer_shape bell_layer_shape_instance(size_t samples, size_t channels,
							   size_t positions);

/*
 * bell_layer_shape_channels_last returns a shape of the same sizes whose channels lie side by side
 * in memory, for each position of a sample in turn.  It keeps sample_stride as it is.
 */
BELL_API struct bell_layer_shape bell_layer_shape_channels_last(struct bell_layer_shape shape);

/*
 * bell_layer_shape_groups returns how many groups have statistics of their own: `groups` of a batch
 * layer, samples times `groups` of other layers.  It returns 0 if there are none, if shape is NULL
 * or has groups that do not divide channels, if it is `batch` and `by_position`, or if its sizes or
 * strides overflow.
 */
BELL_API size_t bell_layer_shape_groups(const struct bell_layer_shape *shape);

/* ---- options ---- */

struct bell_layer_options {
	/*
	 * False: psi is Yeo-Johnson's.  True: psi is that of the code of the paper's authors, whose
	 * exponent is further from 0 by sqrt(eps).
	 */
	bool compat;
	/*
	 * True: an ordinary norm layer, in which x is h.  compat and alpha have no influence then.
	 */
	bool normalize_only;
	/* The size of the noise in training, at least 0; with 0 there is none. */
	double noise;
	/* The factor of the Newton step, any finite number, and eps, above 0. */
	double alpha, eps;
	/*
	 * The noise of element (n, c, s) is normal sample number
	 *
	 *	first + (n channels + c) positions + s		modulo 2^64
	 *
	 * of this stream of this seed (normal.h), whatever the strides.  Give each layer and each
	 * step of training a stream of its own.  `first` is not 0 if the tensor is a later part of
	 * a batch that several processes share.
	 */
	uint64_t seed, stream, first;
	/* At most so many threads work, 1 to BELL_MAX_THREADS (backend.h); 0: one for each CPU. */
	unsigned threads;
	/*
	 * Memory for the call to work in, of scratch_size bytes, which must be at least what
	 * bell_layer_scratch_f32 or _f64 says.  NULL: the call allocates its own.
	 */
	void *scratch;
	size_t scratch_size;
};

/*
 * bell_layer_options_default sets *options to the defaults: noise is 1 if shape is `by_position`
 * and 0.4 otherwise or if shape is NULL, alpha is 1, eps is 1e-5, and everything else is false, 0
 * or NULL. It does nothing if options is NULL.
 *
 * Wherever options are a parameter below, NULL stands for the defaults.
 */
BELL_API void bell_layer_options_default(const struct bell_layer_shape *shape,
					 struct bell_layer_options *options);

/*
 * bell_layer_scratch_f32 and _f64 return how many bytes of scratch suffice for every call of this
 * header and of layer_parts.h with this shape and these options, whatever else they are given.  The
 * size depends on options->threads, and on the number of CPUs if that is 0.  They return 0 where
 * the calls would return BELL_EINVAL or BELL_ESIZE because of the shape or the options.
 */
BELL_API size_t bell_layer_scratch_f32(const struct bell_layer_shape *shape,
				       const struct bell_layer_options *options);
BELL_API size_t bell_layer_scratch_f64(const struct bell_layer_shape *shape,
				       const struct bell_layer_options *options);

/* ---- training ---- */

/*
 * The statistics of a group, which the backward pass needs besides the input.  Group k of sample n
 * is number n groups + k, or k in a batch layer; channel c is in group c/(channels/groups).
 */
struct bell_layer_statistics {
	/* The variance has divisor N and does not include eps. */
	double mean, variance, lambda;
	/*
	 * The mean of h d and of d, L' and L'', by the formulas of docs/layer.md.  With
	 * normalize_only they are 0, and lambda is 1.
	 */
	double mean_hd, mean_d, slope, curvature;
	/*
	 * The mean of x, which is 0 with normalize_only, and the mean of |x - mean x|.  Without
	 * noise both are 0, as nothing needs them.
	 */
	double center, spread;
};

/*
 * bell_layer_forward_f32 and _f64 compute the statistics of each group of u, and the output.  With
 * noise 0, this is also how layers are evaluated whose groups are of one sample each.
 *
 * u: the input.  weight and bias: one for each channel or position; NULL stands for 1 and for 0.
 * out: the output, of the same shape and strides as u, which it must not overlap.  statistics: one
 * for each group, written.  not_finite: unless it is NULL, it is set to the number of infinite and
 * NaN values in u.  Of a tensor without elements, statistics are set to NaN and nothing else is
 * written.
 *
 * BELL_OK: everything is written.
 * BELL_EDOMAIN: some values of u are infinite or NaN.  The groups that have such values are NaN in
 * out and in statistics; everything else is written as ever.
 * After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL; the shape is NULL, has groups that do not divide
 * channels or is both `batch` and `by_position`; a group has a single value; eps is not above 0,
 * noise is below 0, or these or alpha are not finite; there are more than BELL_MAX_THREADS threads;
 * or out overlaps u, which is noticed if out is u or the tensors have no gaps.
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
 * bell_layer_backward_f32 and _f64 compute the gradient of a loss by u, weight and bias, from g,
 * its gradient by out.  It goes through mean, variance and lambda; the size of the noise counts as
 * a constant, so that noise has an influence on dweight alone.
 *
 * u, weight, shape, options but for threads and scratch, and statistics are those of the forward
 * pass.  du: the gradient by u, of the same shape and strides as u and g; it may be g, but must not
 * overlap u.  dweight and dbias: one for each weight; they are set, not added to.  Both may be NULL
 * if neither is wanted.  Of a tensor without elements, dweight and dbias are set to 0.  Statistics
 * that are NaN make du and the dweight of their group NaN, which is no error.
 *
 * BELL_OK: everything is written.  After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL, or one of dweight and dbias alone; the shape is
 * NULL, has groups that do not divide channels or is both `batch` and `by_position`; a group has a
 * single value; eps is not above 0, noise is below 0, or these or alpha are not finite; there are
 * more than BELL_MAX_THREADS threads; or du overlaps u, which is noticed if du is u or the tensors
 * have no gaps.
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
 * bell_layer_track updates the running statistics of a layer, with which it is evaluated later,
 * after a step of training.  Of each of `groups` groups, mean, variance and lambda become
 *
 *	running = (1 - momentum) running + momentum new
 *
 * and the other fields are left alone.  New are the mean and the lambda of `statistics`, and its
 * variance times count/(count - 1), where count is the number of values in a group, in all parts of
 * the batch.  Before the first step, set mean to 0, variance to 1 and lambda to 1.  momentum is 0.1
 * as a rule; with 1/k in step k, the running statistics are the mean of all steps.
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
 * u: the input.  weight and bias: one for each channel or position; NULL stands for 1 and for 0.
 * statistics: one for each group, of which mean, variance and lambda are used as they are and the
 * other fields are not read; with normalize_only, lambda is not read either.  out: the output, of
 * the same shape and strides as u; it may be u.  A group may have a single value.  A value of u
 * that is infinite or NaN makes its own output NaN and no other, which is no error.  Of a tensor
 * without elements nothing is written.
 *
 * BELL_OK: out is written.  After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL; the shape is NULL, has groups that do not divide
 * channels or is both `batch` and `by_position`; eps is not above 0, noise is below 0, or these or
 * alpha are not finite; or there are more than BELL_MAX_THREADS threads.
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
 * bell_layer_evaluate_backward_f32 and _f64 compute the gradient of a loss through an evaluation,
 * in which the statistics are constants, by u, weight and bias, from g, its gradient by out.
 *
 * u, weight, statistics, shape and options are those of the evaluation.  du: the gradient by u, of
 * the same shape and strides as u and g; it may be g, but must not overlap u.  dweight and dbias:
 * one for each weight; they are set, not added to.  Both may be NULL if neither is wanted.  Of a
 * tensor without elements, dweight and dbias are set to 0.
 *
 * BELL_OK: everything is written.  After any other status nothing is written:
 * BELL_EINVAL: an array that is needed is NULL, or one of dweight and dbias alone; the shape is
 * NULL, has groups that do not divide channels or is both `batch` and `by_position`; eps is not
 * above 0, noise is below 0, or these or alpha are not finite; there are more than BELL_MAX_THREADS
 * threads; or du overlaps u, which is noticed if du is u or the tensors have no gaps.
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
