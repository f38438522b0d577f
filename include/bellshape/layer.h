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
 * Eftekhari and Papyan, "On the Importance of Gaussianizing Representations", ICML 2025.  The
 * N values u of a group share statistics:
 *
 *	h = (u - mean)/sqrt(variance + eps)			variance with divisor N
 *	lambda = 1 - alpha L'/(L'' + sqrt(eps))			one Newton step from 1
 *	x = psi(h; lambda)					Yeo-Johnson (yeo_johnson.h)
 *	y = x + z noise mean|x - mean x|			z ~ N(0, 1), in training
 *	out = weight y + bias
 *
 * docs/layer.md has the derivatives L', L'' and what each option does.
 */

/*
 * A tensor of samples x channels x positions, and which of its values are a group.  In u, out, g
 * and du alike, element (n, c, s) is at n sample_stride + c channel_stride + s position_stride,
 * counted in elements; gaps are not touched.  Its index, by which its noise is known, is
 * (n channels + c) positions + s, whatever the strides.
 */
struct bell_layer_shape {
	size_t samples, channels, positions;
	ptrdiff_t sample_stride, channel_stride, position_stride;
	/* statistics are shared by channels/groups neighbors, and by all samples if `batch` */
	size_t groups;
	bool batch;
	/* weight and bias: one for each position (not if `batch`), or one for each channel */
	bool by_position;
};

/*
 * The four usual ones, packed: positions is the product of what follows the channels, 1 if nothing;
 * in bell_layer_shape_layer, of all that is normalized together.
 */
BELL_API struct bell_layer_shape bell_layer_shape_batch(size_t samples, size_t channels,
							size_t positions);
BELL_API struct bell_layer_shape bell_layer_shape_layer(size_t samples, size_t positions);
BELL_API struct bell_layer_shape bell_layer_shape_group(size_t samples, size_t channels,
							size_t positions, size_t groups);
BELL_API struct bell_layer_shape bell_layer_shape_instance(size_t samples, size_t channels,
							   size_t positions);

/* Channels last in memory, packed: samples x positions x channels.  Keeps sample_stride. */
BELL_API struct bell_layer_shape bell_layer_shape_channels_last(struct bell_layer_shape shape);

/* Groups with statistics of their own: `groups`, times samples unless `batch`.  0: a bad shape. */
BELL_API size_t bell_layer_shape_groups(const struct bell_layer_shape *shape);

struct bell_layer_options {
	/* false: psi as defined; true: as in the authors' code, exponent shifted by sqrt(eps) */
	bool compat;
	/* an ordinary norm layer: x = h, whatever compat and alpha; noise as asked for */
	bool plain;
	/* its size, at least 0; 0: none */
	double noise;
	double alpha, eps;
	/* of the noise (normal.h): give each layer and each step a stream of its own */
	uint64_t seed, stream;
	/* index of the tensor's first element: not 0 for a later part of a shared batch */
	uint64_t first;
	/* 1 to 1024, 0: one each CPU; the results are the same */
	unsigned threads;
	/* memory to work in, bell_layer_scratch_*() bytes or more; NULL: a call allocates its own */
	void *scratch;
	size_t scratch_size;
};

/* Bytes that any call below works in; depends on threads, if 0 on the CPUs.  0: bad arguments. */
BELL_API size_t bell_layer_scratch_f32(const struct bell_layer_shape *shape,
				       const struct bell_layer_options *options);
BELL_API size_t bell_layer_scratch_f64(const struct bell_layer_shape *shape,
				       const struct bell_layer_options *options);

/* noise = 0.4 (batch, group, instance) or 1 (by_position); alpha = 1, eps = 1e-5, the rest 0. */
BELL_API void bell_layer_options_default(const struct bell_layer_shape *shape,
					 struct bell_layer_options *options);

/*
 * What is kept of a group for the backward pass, besides the input.  Group k of sample n is number
 * n groups + k, and k if `batch`; channel c is in group c/(channels/groups).
 */
struct bell_layer_statistics {
	/* variance: divisor N, without eps */
	double mean, variance, lambda;
	/* mean of h d, mean of d, L', L'' (docs/layer.md); `plain`: 0, and lambda is 1 */
	double mean_hd, mean_d, slope, curvature;
	/* mean of x, mean|x - mean x|; 0 without noise */
	double center, spread;
};

/*
 * Training; with noise = 0, also evaluation of layers whose statistics are each sample's own.
 * weight and bias may be NULL: 1 and 0.  saved: one for each group.  out may not overlap u.
 * Mean and variance are sums in float64; other sums are of eight values each in their type, and of
 * these in float64.  Their order depends on the shape alone: the bits of all these calls are the
 * same on every backend, for any threads and strides.  Where squares of float64 values overflow,
 * a group may be NaN.
 *
 * *not_finite (may be NULL): how many values of u are infinite or NaN; 0 with BELL_OK, and if there
 * are any, BELL_EDOMAIN: their groups are NaN in out and in saved, the others are written as ever.
 *
 * BELL_EINVAL: NULL, a shape with a 0, groups that do not divide channels, `batch` and
 * `by_position`, a group of one value, eps not above 0, noise below 0, an option that is not
 * finite, more than 1024 threads.  BELL_ESIZE: more elements than memory can hold, or too small a
 * scratch.  BELL_ENOMEM.  BELL_EBACKEND (backend.h).
 */
BELL_API enum bell_status bell_layer_forward_f32(const struct bell_layer_shape *shape,
						 const struct bell_layer_options *options,
						 const float *u, const float *weight,
						 const float *bias, float *out,
						 struct bell_layer_statistics *saved,
						 uint64_t *not_finite);
BELL_API enum bell_status bell_layer_forward_f64(const struct bell_layer_shape *shape,
						 const struct bell_layer_options *options,
						 const double *u, const double *weight,
						 const double *bias, double *out,
						 struct bell_layer_statistics *saved,
						 uint64_t *not_finite);

/*
 * The gradient of a loss, through mean, variance and lambda, from g, its gradient by out.  shape,
 * u, weight, saved and options, threads and scratch aside, are those of the forward pass.  du may
 * be g, not u.  dweight and dbias, one for each weight, are set, not added to; both may be NULL.
 * The spread of the noise counts as a constant: noise reaches dweight alone.  Statuses as above
 * without BELL_EDOMAIN: NaN in saved gives NaN in du and dweight.
 */
BELL_API enum bell_status bell_layer_backward_f32(const struct bell_layer_shape *shape,
						  const struct bell_layer_options *options,
						  const float *u, const float *weight,
						  const struct bell_layer_statistics *saved,
						  const float *g, float *du, double *dweight,
						  double *dbias);
BELL_API enum bell_status bell_layer_backward_f64(const struct bell_layer_shape *shape,
						  const struct bell_layer_options *options,
						  const double *u, const double *weight,
						  const struct bell_layer_statistics *saved,
						  const double *g, double *du, double *dweight,
						  double *dbias);

/*
 * Running statistics of a layer for evaluation, one for each of `groups`, in place after a step of training:
 *
 *	running = (1 - momentum) running + momentum new
 *
 * of mean, variance (new: count/(count - 1) times that of saved; count: values in a group, in all parts of the
 * batch) and lambda; the rest is not touched.  Before the first step: mean 0, variance 1, lambda 1.  momentum:
 * 0.1 as a rule, or 1/k in step k for the mean of all steps.  BELL_EINVAL: NULL, no groups, count below 2,
 * momentum outside 0 to 1.
 */
BELL_API enum bell_status bell_layer_track(size_t groups, double count, double momentum,
					   const struct bell_layer_statistics *saved,
					   struct bell_layer_statistics *running);

/*
 * Evaluation with given statistics: of `frozen`, one for each group, mean, variance and lambda are
 * used as given, the rest is not read.  No noise and no Newton step.  out may be u.  A group may be
 * of one value.  Statuses as above without BELL_EDOMAIN: a NaN in u is one in out, and concerns no
 * other.
 */
BELL_API enum bell_status bell_layer_evaluate_f32(const struct bell_layer_shape *shape,
						  const struct bell_layer_options *options,
						  const struct bell_layer_statistics *frozen,
						  const float *u, const float *weight,
						  const float *bias, float *out);
BELL_API enum bell_status bell_layer_evaluate_f64(const struct bell_layer_shape *shape,
						  const struct bell_layer_options *options,
						  const struct bell_layer_statistics *frozen,
						  const double *u, const double *weight,
						  const double *bias, double *out);

/* The gradient of a loss through evaluation: the statistics are constants.  Otherwise as above. */
BELL_API enum bell_status bell_layer_evaluate_backward_f32(
    const struct bell_layer_shape *shape, const struct bell_layer_options *options,
    const struct bell_layer_statistics *frozen, const float *u, const float *weight, const float *g,
    float *du, double *dweight, double *dbias);
BELL_API enum bell_status bell_layer_evaluate_backward_f64(
    const struct bell_layer_shape *shape, const struct bell_layer_options *options,
    const struct bell_layer_statistics *frozen, const double *u, const double *weight,
    const double *g, double *du, double *dweight, double *dbias);

#ifdef __cplusplus
}
#endif
#endif
