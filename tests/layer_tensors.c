/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_tensors.c - layers with their inputs, and the calls of bellshape/layer.h by type. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "layer_tensors.h"

/* ---- places ---- */

static size_t position(const struct bell_layer_shape *s, size_t i) { return i % s->positions; }
static size_t channel(const struct bell_layer_shape *s, size_t i)
{
	return i / s->positions % s->channels;
}
static size_t sample(const struct bell_layer_shape *s, size_t i)
{
	return i / s->positions / s->channels;
}

size_t layer_place(const struct bell_layer_shape *s, size_t i)
{
	return (size_t)((ptrdiff_t)sample(s, i) * s->sample_stride +
			(ptrdiff_t)channel(s, i) * s->channel_stride +
			(ptrdiff_t)position(s, i) * s->position_stride);
}

size_t layer_group(const struct bell_layer_shape *s, size_t i)
{
	size_t group = channel(s, i) / (s->channels / s->groups);

	return s->batch ? group : sample(s, i) * s->groups + group;
}

size_t layer_weight(const struct bell_layer_shape *s, size_t i)
{
	return s->by_position ? position(s, i) : channel(s, i);
}

double layer_get(const struct layer *l, const void *array, size_t i)
{
	return element(l->type, array, layer_place(&l->shape, i));
}

void layer_set(const struct layer *l, void *array, size_t i, double value)
{
	set_element(l->type, array, layer_place(&l->shape, i), value);
}

static void *filled(int type, size_t n, double value)
{
	void *array = malloc(n * sample_size[type]);

	cr_assert_not_null(array);
	for (size_t i = 0; i < n; i++)
		set_element(type, array, i, value);
	return array;
}

void *layer_array(const struct layer *l) { return filled(l->type, l->size, LAYER_GAP); }

struct layer layer_make(int type, const struct bell_layer_shape *shape)
{
	struct layer l = {.type = type, .shape = *shape, .momentum = 0.1};

	bell_layer_options_default(shape, &l.options);
	l.options.seed = SEED;
	l.options.stream = STREAM;
	l.options.threads = 1;
	l.n = shape->samples * shape->channels * shape->positions;
	l.groups = layer_group(shape, l.n - 1) + 1;
	l.weights = shape->by_position ? shape->positions : shape->channels;
	for (size_t i = 0; i < l.n; i++)
		l.size = layer_place(shape, i) < l.size ? l.size : layer_place(shape, i) + 1;
	l.u = layer_array(&l);
	l.g = layer_array(&l);
	for (size_t i = 0; i < l.n; i++) {
		layer_set(&l, l.u, i, 0);
		layer_set(&l, l.g, i, 0);
	}
	l.weight = filled(type, l.weights, 1);
	l.bias = filled(type, l.weights, 0);
	return l;
}

void layer_free(struct layer *l)
{
	free(l->u);
	free(l->g);
	free(l->weight);
	free(l->bias);
}

/* ---- the library, by type ---- */

enum bell_status layer_forward(const struct layer *l, void *out,
			       struct bell_layer_statistics *saved, uint64_t *not_finite)
{
	return l->type == F32 ? bell_layer_forward_f32(l->u, l->weight, l->bias, &l->shape,
						       &l->options, out, saved, not_finite)
			      : bell_layer_forward_f64(l->u, l->weight, l->bias, &l->shape,
						       &l->options, out, saved, not_finite);
}

enum bell_status layer_backward(const struct layer *l, const struct bell_layer_statistics *saved,
				void *du, double *dweight, double *dbias)
{
	return l->type == F32 ? bell_layer_backward_f32(l->u, l->weight, saved, l->g, &l->shape,
							&l->options, du, dweight, dbias)
			      : bell_layer_backward_f64(l->u, l->weight, saved, l->g, &l->shape,
							&l->options, du, dweight, dbias);
}

enum bell_status layer_evaluate(const struct layer *l, const struct bell_layer_statistics *frozen,
				void *out)
{
	return l->type == F32 ? bell_layer_evaluate_f32(l->u, l->weight, l->bias, frozen, &l->shape,
							&l->options, out)
			      : bell_layer_evaluate_f64(l->u, l->weight, l->bias, frozen, &l->shape,
							&l->options, out);
}
