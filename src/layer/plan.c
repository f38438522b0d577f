/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.c - shapes of layers, and how the work on one is cut. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "layer/plan.h"
#include "parallel.h"

/* ---- shapes ---- */

struct bell_layer_shape bell_layer_shape_batch(size_t samples, size_t channels, size_t positions)
{
	return (struct bell_layer_shape){
	    .samples = samples,
	    .channels = channels,
	    .positions = positions,
	    .sample_stride = (ptrdiff_t)(channels * positions),
	    .channel_stride = (ptrdiff_t)positions,
	    .position_stride = 1,
	    .groups = channels,
	    .batch = true,
	};
}

struct bell_layer_shape bell_layer_shape_group(size_t samples, size_t channels, size_t positions,
					       size_t groups)
{
	struct bell_layer_shape shape = bell_layer_shape_batch(samples, channels, positions);

	shape.groups = groups;
	shape.batch = false;
	return shape;
}

struct bell_layer_shape bell_layer_shape_instance(size_t samples, size_t channels, size_t positions)
{
	return bell_layer_shape_group(samples, channels, positions, channels);
}

struct bell_layer_shape bell_layer_shape_layer(size_t samples, size_t positions)
{
	struct bell_layer_shape shape = bell_layer_shape_group(samples, 1, positions, 1);

	shape.by_position = true;
	return shape;
}

struct bell_layer_shape bell_layer_shape_channels_last(struct bell_layer_shape shape)
{
	shape.channel_stride = 1;
	shape.position_stride = (ptrdiff_t)shape.channels;
	return shape;
}

/* What an element takes: 8, and in scratch, of sums of the weights and of chunks, less than 24. */
#define MOST_BYTES 32

static enum bell_status check_shape(const struct bell_layer_shape *s)
{
	size_t all;

	if (!s || !s->samples || !s->channels || !s->positions || !s->groups ||
	    s->channels % s->groups || (s->batch && s->by_position))
		return BELL_EINVAL;
	if (__builtin_mul_overflow(s->samples, s->channels, &all) ||
	    __builtin_mul_overflow(all, s->positions, &all) || all > PTRDIFF_MAX / MOST_BYTES)
		return BELL_ESIZE;
	return BELL_OK;
}

size_t bell_layer_shape_groups(const struct bell_layer_shape *s)
{
	if (check_shape(s) != BELL_OK)
		return 0;
	return s->batch ? s->groups : s->samples * s->groups;
}

void bell_layer_options_default(const struct bell_layer_shape *shape,
				struct bell_layer_options *options)
{
	*options = (struct bell_layer_options){
	    .noise = shape->by_position ? 1 : 0.4, .alpha = 1, .eps = 1e-5};
}

/* ---- a call ---- */

struct place bell_layer_place(const struct layer *l, size_t group, size_t i)
{
	const struct bell_layer_shape *s = l->shape;
	size_t row = i / s->positions, first = s->batch ? 0 : group / s->groups;

	return (struct place){.sample = first + row / l->together,
			      .channel = group % s->groups * l->together + row % l->together,
			      .position = i % s->positions};
}

ptrdiff_t bell_layer_offset(const struct layer *l, size_t group, size_t i)
{
	struct place p = bell_layer_place(l, group, i);

	return (ptrdiff_t)p.sample * l->shape->sample_stride +
	       (ptrdiff_t)p.channel * l->shape->channel_stride +
	       (ptrdiff_t)p.position * l->shape->position_stride;
}

uint64_t bell_layer_index(const struct layer *l, size_t group, size_t i)
{
	struct place p = bell_layer_place(l, group, i);

	return l->options->first +
	       ((uint64_t)p.sample * l->shape->channels + p.channel) * l->shape->positions +
	       p.position;
}

/* The longest runs of one stride that the sequence of a group's elements falls into. */
static void find_runs(struct layer *l)
{
	const struct bell_layer_shape *s = l->shape;
	const size_t size[3] = {s->positions, l->together, s->batch ? s->samples : 1};
	const ptrdiff_t stride[3] = {s->position_stride, s->channel_stride, s->sample_stride};

	l->run = 1;
	l->stride = 1;
	for (int i = 0; i < 3; i++) {
		if (size[i] == 1)
			continue;
		if (l->run == 1)
			l->stride = stride[i];
		else if ((size_t)stride[i] != (size_t)l->stride * l->run)
			break;
		l->run *= size[i];
	}
	l->adjacent = l->together == 1 && s->channel_stride == 1 && (l->run == 1 || l->stride != 1);
}

static size_t most(size_t a, size_t b) { return a > b ? a : b; }

/* How the groups are cut into tasks, and tasks into bundles. */
static void divide(struct layer *l)
{
	const struct bell_layer_shape *s = l->shape;
	/* samples that a task takes, so that the gradients of the weights need little room */
	size_t samples =
	    s->by_position ? 256 : 255 / s->positions + 1 + 16384 / (s->channels * s->positions);

	l->in_rows = s->batch && l->inner < RUN;
	l->bundle = l->in_rows ? (RUN - 1) / l->inner + 1 : 1;
	l->bundle = least(l->adjacent ? most(l->bundle, LINE) : l->bundle, s->groups);
	l->kept = l->bundle * padded(l->n) <= LAYER_CHUNK;
	l->pitch = padded(l->n);
	l->unit = s->batch ? l->bundle : least(samples, s->samples) * s->groups;
	l->units = (l->groups - 1) / l->unit + 1;
}

bool bell_layer_valid(const struct bell_layer_options *o)
{
	return o && o->threads <= MAX_THREADS && o->eps > 0 && o->eps < INFINITY && o->noise >= 0 &&
	       o->noise < INFINITY && isfinite(o->alpha);
}

enum bell_status bell_layer_plan(struct layer *l, bool weighted)
{
	const struct bell_layer_shape *s = l->shape;
	const struct bell_layer_options *o = l->options;
	unsigned threads;

	l->b = bell_kernels();
	if (!l->b)
		return BELL_EBACKEND;
	if (check_shape(s) != BELL_OK)
		return check_shape(s);
	if (!bell_layer_valid(o))
		return BELL_EINVAL;
	l->groups = bell_layer_shape_groups(s);
	l->together = s->channels / s->groups;
	l->inner = l->together * s->positions;
	l->n = l->inner * (s->batch ? s->samples : 1);
	l->weights = s->by_position ? s->positions : s->channels;
	find_runs(l);
	divide(l);
	threads = bell_threads(o->threads, MAX_THREADS);
	l->inside = l->units < threads ? bell_threads(threads, chunks_of(l)) : 1;
	if (weighted && l->together > 1)
		l->inside = 1; /* a weight may be in several chunks */
	l->outside = l->inside > 1 ? 1 : bell_threads(threads, l->units);
	return BELL_OK;
}

/* Bytes of each part of the scratch; the gradients of the weights come first. */
static size_t scratch(struct layer *l, size_t element, size_t *gradient, size_t *partial)
{
	size_t each = TILES * l->bundle * PITCH + (size_t)BLOCK_ROW * LAYER_BLOCK + ROW +
		      (l->kept ? KEPT * l->bundle * l->pitch : 0);

	l->room = (each * element + 63) / 64 * 64;
	*gradient = (l->shape->batch ? 1 : l->units) * 2 * l->weights * sizeof(double);
	*partial = l->inside > 1 ? chunks_of(l) * l->bundle * SUMS * sizeof(double) : 0;
	return *gradient + *partial + most(l->outside, l->inside) * l->room + 64;
}

static size_t scratch_of(const struct bell_layer_shape *shape,
			 const struct bell_layer_options *options, size_t element)
{
	struct layer l = {.shape = shape, .options = options};
	size_t gradient, partial;

	return bell_layer_plan(&l, false) == BELL_OK ? scratch(&l, element, &gradient, &partial)
						     : 0;
}

size_t bell_layer_scratch_f32(const struct bell_layer_shape *shape,
			      const struct bell_layer_options *options)
{
	return scratch_of(shape, options, sizeof(float));
}

size_t bell_layer_scratch_f64(const struct bell_layer_shape *shape,
			      const struct bell_layer_options *options)
{
	return scratch_of(shape, options, sizeof(double));
}

/* The gradients of the weights: those of the units, in their order. */
static void add_up(const struct layer *l, double *dweight, double *dbias)
{
	size_t each = l->shape->batch ? 1 : l->units;

	for (size_t i = 0; i < l->weights; i++) {
		dweight[i] = dbias[i] = 0;
		for (size_t k = 0; k < each; k++) {
			dweight[i] += l->gradient[k * 2 * l->weights + i];
			dbias[i] += l->gradient[(k * 2 + 1) * l->weights + i];
		}
	}
}

static void run_units(void *layer, size_t worker)
{
	struct layer *l = layer;

	for (size_t unit; (unit = bell_next(&l->next)) < l->units;)
		l->task(l, unit, l->rooms + worker * l->room);
}

enum bell_status bell_layer_run(struct layer *l, size_t element, layer_task *task, double *dweight,
				double *dbias)
{
	size_t gradient, partial, size = scratch(l, element, &gradient, &partial);
	char *room = l->options->scratch, *own = NULL;

	if (room && l->options->scratch_size < size)
		return BELL_ESIZE;
	if (!room)
		room = own = malloc(size);
	if (!room)
		return BELL_ENOMEM;
	room += -(uintptr_t)room % 64;
	l->partial = (double *)(void *)(room + gradient);
	l->rooms = room + gradient + partial;
	if (dweight) {
		l->gradient = (double *)(void *)room;
		memset(l->gradient, 0, gradient);
	}
	l->task = task;
	l->next = 0;
	bell_parallel(l->outside, l->outside, run_units, l);
	if (dweight)
		add_up(l, dweight, dbias);
	free(own);
	return BELL_OK;
}
