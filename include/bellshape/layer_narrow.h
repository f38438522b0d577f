/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_narrow.h - layers on tensors of bfloat16 and of float16. */
#ifndef BELLSHAPE_LAYER_NARROW_H
#define BELLSHAPE_LAYER_NARROW_H

#include <stddef.h>
#include <stdint.h>
#include <bellshape/layer.h>
#include <bellshape/layer_parts.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * An element of u, g, out and du is a number of 16 bits in a uint16_t: in functions whose name ends
 * in _bf16 a bfloat16, which has the upper half of the bits of a float, and in those that end in
 * _f16 a float16, which is IEEE 754's binary16.  The byte order is that of the machine.  Weights
 * and biases are float32, statistics, sums and gradients of weights float64.
 *
 * A function does what the function of layer.h or layer_parts.h does whose name ends in _f32, and
 * returns the same statuses.  It computes in float32, and so with the same bits: out and du are
 * what that function would write for the same values, rounded once, to nearest and halfway to even.
 * What is too large becomes infinite, which in float16 begins at 65520, and is no error.  NaN is
 * written as 0x7fc0 in bfloat16 and as 0x7e00 in float16.  Statistics, sums, dweight and dbias are
 * not rounded.
 *
 * The tensors are converted block by block, in the scratch of a thread, and no copy is made of
 * them.  The sizes and strides of a shape count elements, and overflow as those of other tensors.
 */

/* ---- the functions of layer.h ---- */

BELL_API size_t bell_layer_scratch_bf16(const struct bell_layer_shape *shape,
					const struct bell_layer_options *options);
BELL_API size_t bell_layer_scratch_f16(const struct bell_layer_shape *shape,
				       const struct bell_layer_options *options);

BELL_API enum bell_status bell_layer_forward_bf16(
    const uint16_t *u, const float *weight, const float *bias, const struct bell_layer_shape *shape,
    const struct bell_layer_options *options, uint16_t *out,
    struct bell_layer_statistics *statistics, uint64_t *not_finite);
BELL_API enum bell_status bell_layer_forward_f16(
    const uint16_t *u, const float *weight, const float *bias, const struct bell_layer_shape *shape,
    const struct bell_layer_options *options, uint16_t *out,
    struct bell_layer_statistics *statistics, uint64_t *not_finite);

BELL_API enum bell_status bell_layer_backward_bf16(const uint16_t *u, const float *weight,
						   const struct bell_layer_statistics *statistics,
						   const uint16_t *g,
						   const struct bell_layer_shape *shape,
						   const struct bell_layer_options *options,
						   uint16_t *du, double *dweight, double *dbias);
BELL_API enum bell_status bell_layer_backward_f16(const uint16_t *u, const float *weight,
						  const struct bell_layer_statistics *statistics,
						  const uint16_t *g,
						  const struct bell_layer_shape *shape,
						  const struct bell_layer_options *options,
						  uint16_t *du, double *dweight, double *dbias);

BELL_API enum bell_status bell_layer_evaluate_bf16(const uint16_t *u, const float *weight,
						   const float *bias,
						   const struct bell_layer_statistics *statistics,
						   const struct bell_layer_shape *shape,
						   const struct bell_layer_options *options,
						   uint16_t *out);
BELL_API enum bell_status bell_layer_evaluate_f16(const uint16_t *u, const float *weight,
						  const float *bias,
						  const struct bell_layer_statistics *statistics,
						  const struct bell_layer_shape *shape,
						  const struct bell_layer_options *options,
						  uint16_t *out);

BELL_API enum bell_status bell_layer_evaluate_backward_bf16(
    const uint16_t *u, const float *weight, const struct bell_layer_statistics *statistics,
    const uint16_t *g, const struct bell_layer_shape *shape,
    const struct bell_layer_options *options, uint16_t *du, double *dweight, double *dbias);
BELL_API enum bell_status bell_layer_evaluate_backward_f16(
    const uint16_t *u, const float *weight, const struct bell_layer_statistics *statistics,
    const uint16_t *g, const struct bell_layer_shape *shape,
    const struct bell_layer_options *options, uint16_t *du, double *dweight, double *dbias);

/* ---- the functions of layer_parts.h ---- */

BELL_API enum bell_status bell_layer_measure_bf16(const uint16_t *u,
						  const struct bell_layer_statistics *statistics,
						  const struct bell_layer_shape *shape,
						  enum bell_layer_step step,
						  const struct bell_layer_options *options,
						  struct bell_layer_sums *sums);
BELL_API enum bell_status bell_layer_measure_f16(const uint16_t *u,
						 const struct bell_layer_statistics *statistics,
						 const struct bell_layer_shape *shape,
						 enum bell_layer_step step,
						 const struct bell_layer_options *options,
						 struct bell_layer_sums *sums);

BELL_API enum bell_status bell_layer_apply_bf16(const uint16_t *u, const float *weight,
						const float *bias,
						const struct bell_layer_statistics *statistics,
						const struct bell_layer_shape *shape,
						const struct bell_layer_options *options,
						uint16_t *out);
BELL_API enum bell_status bell_layer_apply_f16(const uint16_t *u, const float *weight,
					       const float *bias,
					       const struct bell_layer_statistics *statistics,
					       const struct bell_layer_shape *shape,
					       const struct bell_layer_options *options,
					       uint16_t *out);

BELL_API enum bell_status bell_layer_measure_backward_bf16(
    const uint16_t *u, const float *weight, const struct bell_layer_statistics *statistics,
    const uint16_t *g, const struct bell_layer_shape *shape,
    const struct bell_layer_options *options, struct bell_layer_sums *sums, double *dweight,
    double *dbias);
BELL_API enum bell_status bell_layer_measure_backward_f16(
    const uint16_t *u, const float *weight, const struct bell_layer_statistics *statistics,
    const uint16_t *g, const struct bell_layer_shape *shape,
    const struct bell_layer_options *options, struct bell_layer_sums *sums, double *dweight,
    double *dbias);

BELL_API enum bell_status bell_layer_apply_backward_bf16(
    const uint16_t *u, const float *weight, const struct bell_layer_statistics *statistics,
    const uint16_t *g, const struct bell_layer_sums *sums, const struct bell_layer_shape *shape,
    const struct bell_layer_options *options, uint16_t *du);
BELL_API enum bell_status bell_layer_apply_backward_f16(
    const uint16_t *u, const float *weight, const struct bell_layer_statistics *statistics,
    const uint16_t *g, const struct bell_layer_sums *sums, const struct bell_layer_shape *shape,
    const struct bell_layer_options *options, uint16_t *du);

#ifdef __cplusplus
}
#endif
#endif
