/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_arguments.h - every call on the tensors of a layer with one set of arguments. */
#ifndef TESTS_LAYER_ARGUMENTS_H
#define TESTS_LAYER_ARGUMENTS_H

#include <bellshape/bellshape.h>
#include "common.h"
#include "normal_reference.h"

/* The arguments of all calls; those that a call does not take it ignores. */
struct arguments {
	const struct bell_layer_shape *shape;
	const struct bell_layer_options *options;
	enum bell_layer_step step;
	const void *u, *g;
	void *out;
	struct bell_layer_statistics *statistics;
	struct bell_layer_sums *sums;
	double *dweight, *dbias;
};

enum call {
	FORWARD,
	BACKWARD,
	EVALUATE,
	EVALUATE_BACKWARD,
	MEASURE,
	APPLY,
	MEASURE_BACKWARD,
	APPLY_BACKWARD,
	CALLS
};

/* Arrays of either type for tensors of up to CAPACITY/2 elements. */
#define CAPACITY 96
static double u[CAPACITY], g[CAPACITY], out[CAPACITY], weights[2][CAPACITY];
static struct bell_layer_statistics statistics[CAPACITY];
static struct bell_layer_sums sums[CAPACITY];

#define RUN(type)                                                                                  \
	static enum bell_status run_##type(enum call call, const struct arguments *a)              \
	{                                                                                          \
		const struct bell_layer_shape *s = a->shape;                                       \
		const struct bell_layer_options *o = a->options;                                   \
		struct bell_layer_statistics *k = a->statistics;                                   \
                                                                                                   \
		switch (call) {                                                                    \
		case FORWARD:                                                                      \
			return bell_layer_forward_##type(a->u, NULL, NULL, s, o, a->out, k, NULL); \
		case BACKWARD:                                                                     \
			return bell_layer_backward_##type(a->u, NULL, k, a->g, s, o, a->out,       \
							  a->dweight, a->dbias);                   \
		case EVALUATE:                                                                     \
			return bell_layer_evaluate_##type(a->u, NULL, NULL, k, s, o, a->out);      \
		case EVALUATE_BACKWARD:                                                            \
			return bell_layer_evaluate_backward_##type(a->u, NULL, k, a->g, s, o,      \
								   a->out, a->dweight, a->dbias);  \
		case MEASURE:                                                                      \
			return bell_layer_measure_##type(a->u, k, s, a->step, o, a->sums);         \
		case APPLY:                                                                        \
			return bell_layer_apply_##type(a->u, NULL, NULL, k, s, o, a->out);         \
		case MEASURE_BACKWARD:                                                             \
			return bell_layer_measure_backward_##type(a->u, NULL, k, a->g, s, o,       \
								  a->sums, a->dweight, a->dbias);  \
		default:                                                                           \
			return bell_layer_apply_backward_##type(a->u, NULL, k, a->g, a->sums, s,   \
								o, a->out);                        \
		}                                                                                  \
	}
RUN(f32)
RUN(f64)

/* A call without weight and bias, with elements of `type`, F32 or F64. */
static enum bell_status run(enum call call, int type, const struct arguments *a)
{
	return type == F32 ? run_f32(call, a) : run_f64(call, a);
}

/* Fills the arrays, those to be written with 42, and returns them as arguments. */
static struct arguments arguments(int type, const struct bell_layer_shape *s,
				  const struct bell_layer_options *o)
{
	for (size_t i = 0; i < CAPACITY; i++) {
		set_element(type, u, i, (double)(i * i % 7) - 2);
		set_element(type, g, i, (double)(i * i % 5) - 2);
		set_element(type, out, i, 42);
		weights[0][i] = weights[1][i] = 42;
		statistics[i] = (struct bell_layer_statistics){
		    .mean = 0.5, .variance = 2, .lambda = 0.7, .curvature = 1, .spread = 0.5};
		sums[i] = (struct bell_layer_sums){.count = 42};
	}
	return (struct arguments){.shape = s,
				  .options = o,
				  .u = u,
				  .g = g,
				  .out = out,
				  .statistics = statistics,
				  .sums = sums,
				  .dweight = weights[0],
				  .dbias = weights[1]};
}

#endif
