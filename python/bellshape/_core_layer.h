/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * _core_layer.h - how the calls of layer.h and layer_parts.h take their arguments.
 *
 * Tensors come as addresses, 0 for NULL: bellshape.nn sees to it that they are of the shape, type
 * and strides that it names and outlive the call.
 */
#ifndef CORE_LAYER_H
#define CORE_LAYER_H

#include "_core.h"

/* The address of a tensor, or of a weight; 0 for NULL. */
typedef unsigned long long address;

/* The types of tensors, as bellshape.nn numbers them. */
enum tensor_type { FLOAT32, FLOAT64, BFLOAT16, FLOAT16 };

struct call {
	int type;
	struct bell_layer_shape shape;
	struct bell_layer_options options;
};

/* What the parser writes instead of fields whose types it does not know. */
struct parsed {
	Py_ssize_t n[7];
	int batch, by_position, compat, normalize_only;
	unsigned long long seed;
};

/*
 * The arguments with which each call begins, for PyArg_ParseTuple: the type, the shape and the
 * options; and the variables that it writes, of a struct call and a struct parsed.
 */
#define CALL "i(nnnnnnnpp)(ppdddKI)"
#define CALL_INTO(c, p)                                                                         \
	&(c).type, &(p).n[0], &(p).n[1], &(p).n[2], &(p).n[3], &(p).n[4], &(p).n[5], &(p).n[6], \
	    &(p).batch, &(p).by_position, &(p).compat, &(p).normalize_only, &(c).options.noise, \
	    &(c).options.alpha, &(c).options.eps, &(p).seed, &(c).options.threads

static inline void complete(struct call *c, const struct parsed *p)
{
	c->shape = (struct bell_layer_shape){
	    .samples = (size_t)p->n[0],
	    .channels = (size_t)p->n[1],
	    .positions = (size_t)p->n[2],
	    .sample_stride = p->n[3],
	    .channel_stride = p->n[4],
	    .position_stride = p->n[5],
	    .groups = (size_t)p->n[6],
	    .batch = p->batch,
	    .by_position = p->by_position,
	};
	c->options.compat = p->compat;
	c->options.normalize_only = p->normalize_only;
	c->options.seed = p->seed;
}

/* Calls the function of layer.h or layer_parts.h for a type; the tensors are given as void *. */
#define CALL_OF_TYPE(type, function, ...)                    \
	((type) == FLOAT64    ? function##_f64(__VA_ARGS__)  \
	 : (type) == BFLOAT16 ? function##_bf16(__VA_ARGS__) \
	 : (type) == FLOAT16  ? function##_f16(__VA_ARGS__)  \
			      : function##_f32(__VA_ARGS__))

static inline void *at(address a) { return (void *)(uintptr_t)a; }

/* Values that are not finite are no error: their groups become NaN, and with them the loss. */
static inline PyObject *done(enum bell_status status)
{
	if (status != BELL_OK && status != BELL_EDOMAIN)
		return raise_status(status, "normality normalization");
	Py_RETURN_NONE;
}

#endif
