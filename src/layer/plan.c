/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.c - how the work on a tensor is cut into units, bundles, chunks and blocks, and run. */
#include <stdlib.h>
#include <string.h>
#include <bellshape/layer_narrow.h>
#include "layer/plan.h"
#include "layer/shape.h"
#include "layer/statistics.h"
#include "parallel.h"

/*
 * Units have gradients of the weights of their own, two doubles a weight.  With so many elements of
 * a unit to each weight they take 1/64 of the bytes of a float32 tensor.
 */
#define UNIT_ELEMENTS_PER_WEIGHT 256

/*
 * Elements of a unit beyond that: half a chunk, so that a unit of small groups is worth a thread.
 */
#define MIN_UNIT_ELEMENTS (LAYER_CHUNK / 2)

/* ---- where elements are ---- */

/*
 * Each block asks where it lies, and a division takes as long as eight vectors of values or more:
 * so none is made by 1, nor in batch layers for the sample of a group.
 */
struct tensor_index bell_layer_tensor_index(const struct layer *l, size_t group, size_t i)
{
	const struct bell_layer_shape *s = l->shape;
	size_t row = s->positions == 1 ? i : i / s->positions,
	       sample = l->group_channels == 1 ? row : row / l->group_channels,
	       before = s->batch ? 0 : group / s->groups;

	return (struct tensor_index){.sample = before + sample,
				     .channel = (group - before * s->groups) * l->group_channels +
						row - sample * l->group_channels,
				     .position = i - row * s->positions};
}

ptrdiff_t bell_layer_offset(const struct layer *l, size_t group, size_t i)
{
	struct tensor_index at = bell_layer_tensor_index(l, group, i);

	return (ptrdiff_t)at.sample * l->shape->sample_stride +
	       (ptrdiff_t)at.channel * l->shape->channel_stride +
	       (ptrdiff_t)at.position * l->shape->position_stride;
}

uint64_t bell_layer_noise_index(const struct layer *l, size_t group, size_t i)
{
	struct tensor_index at = bell_layer_tensor_index(l, group, i);

	return l->options.first +
	       ((uint64_t)at.sample * l->shape->channels + at.channel) * l->shape->positions +
	       at.position;
}

/* ---- the plan ---- */

/* Finds the longest evenly spaced runs that the elements of a group fall into. */
static void find_runs(struct layer *l)
{
	const struct bell_layer_shape *s = l->shape;
	const size_t size[3] = {s->positions, l->group_channels, s->batch ? s->samples : 1};
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
	l->groups_adjacent =
	    l->group_channels == 1 && s->channel_stride == 1 && (l->run == 1 || l->stride != 1);
}

/* The samples of a unit where each sample has groups of its own. */
static size_t samples_of_unit(const struct bell_layer_shape *s)
{
	size_t samples = UNIT_ELEMENTS_PER_WEIGHT;

	if (!s->by_position)
		samples = (UNIT_ELEMENTS_PER_WEIGHT - 1) / s->positions + 1 +
			  MIN_UNIT_ELEMENTS / (s->channels * s->positions);
	return min_size(samples, s->samples);
}

/* Decides which groups make a bundle and which a unit. */
static void divide(struct layer *l)
{
	const struct bell_layer_shape *s = l->shape;

	l->noise_in_rows = s->batch && l->per_sample < NOISE_RUN;
	l->bundle = l->noise_in_rows ? (NOISE_RUN - 1) / l->per_sample + 1 : 1;
	if (l->groups_adjacent)
		l->bundle = max_size(l->bundle, LINE_GROUPS);
	l->bundle = min_size(l->bundle, s->groups);
	l->cache_pitch = padded(l->group_size);
	l->cached = l->bundle * l->cache_pitch <= LAYER_CHUNK;
	l->across =
	    l->groups_adjacent && !l->cached && !s->by_position && !l->options.normalize_only;
	l->unit = s->batch ? l->bundle : samples_of_unit(s) * s->groups;
	l->units = (l->groups - 1) / l->unit + 1;
}

/*
 * Chooses whether threads share units or the pieces of a bundle.  They cannot share one that a
 * thread keeps in its cache, nor one whose pieces have weights in common that do not belong to one
 * group.
 */
static void share(struct layer *l, bool weighted)
{
	unsigned threads = bell_threads(l->options.threads, BELL_MAX_THREADS);

	l->piece = max_size(PIECE_ELEMENTS / LAYER_BLOCK / l->bundle, 1);
	l->piece_threads = 1;
	if (l->units < threads && !l->cached && !(weighted && l->group_channels > 1))
		l->piece_threads = bell_threads(threads, pieces_of(l));
	l->unit_threads = l->piece_threads > 1 ? 1 : bell_threads(threads, l->units);
}

/* Counts what a tensor without elements may have, too. */
static void count(struct layer *l)
{
	const struct bell_layer_shape *s = l->shape;

	l->groups = s->batch ? s->groups : s->samples * s->groups;
	l->weight_count = s->by_position ? s->positions : s->channels;
}

/* Plans for a tensor with elements, of a layer whose counts are set. */
static void plan(struct layer *l, bool weighted)
{
	const struct bell_layer_shape *s = l->shape;

	l->group_channels = s->channels / s->groups;
	l->per_sample = l->group_channels * s->positions;
	l->group_size = l->per_sample * (s->batch ? s->samples : 1);
	find_runs(l);
	divide(l);
	share(l, weighted);
}

/* ---- scratch: gradients of the weights, sums of blocks, and the threads' own ---- */

/* The units that have gradients of the weights of their own. */
static size_t gradients_of(const struct layer *l) { return l->shape->batch ? 1 : l->units; }

static size_t gradient_bytes(const struct layer *l)
{
	return gradients_of(l) * 2 * l->weight_count * sizeof(double);
}

static size_t partial_bytes(const struct layer *l)
{
	return l->piece_threads > 1 ? blocks_of(l) * l->bundle * MAX_SUMS * sizeof(double) : 0;
}

static size_t whole_lines(size_t bytes)
{
	return (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
}

/* The blocks in the scratch of one thread; blocks.inc knows what lies where. */
static size_t block_bytes(const struct layer *l)
{
	size_t n = TILES * l->bundle * TILE_PITCH + (size_t)BLOCKS * LAYER_BLOCK + NOISE_ROW +
		   (l->cached ? CACHES * l->bundle * l->cache_pitch : 0);

	return whole_lines(n * (l->narrow ? sizeof(float) : l->element));
}

static size_t thread_bytes(const struct layer *l)
{
	return block_bytes(l) + whole_lines(sweep_bytes(l->bundle));
}

/* What a bundle has parked; blocks.inc knows what lies where. */
static size_t parked_bytes(const struct layer *l)
{
	if (!l->narrow || l->cached)
		return 0;
	return whole_lines(l->bundle * l->cache_pitch * sizeof(float));
}

/* The bytes that a planned call works in, and up to a line to align them. */
static size_t scratch_bytes(const struct layer *l)
{
	return gradient_bytes(l) + partial_bytes(l) + l->unit_threads * parked_bytes(l) +
	       max_size(l->unit_threads, l->piece_threads) * thread_bytes(l) + CACHE_LINE;
}

/* The most that a call takes, be it with gradients of weights or without. */
static size_t max_scratch(const struct bell_layer_shape *shape,
			  const struct bell_layer_options *options, size_t element,
			  enum layer_narrow narrow)
{
	struct layer l = {.shape = shape, .element = element, .narrow = narrow};
	size_t without;

	bell_layer_options_default(shape, &l.options);
	if (options)
		l.options = *options;
	if (!bell_layer_shape_valid(shape) || !bell_layer_options_valid(&l.options) ||
	    !bell_layer_shape_fits(shape, element))
		return 0;
	if (tensor_empty(shape))
		return CACHE_LINE;
	count(&l);
	plan(&l, false);
	without = scratch_bytes(&l);
	plan(&l, true);
	return max_size(without, scratch_bytes(&l));
}

size_t bell_layer_scratch_f32(const struct bell_layer_shape *shape,
			      const struct bell_layer_options *options)
{
	return max_scratch(shape, options, sizeof(float), LAYER_NOT_NARROW);
}

size_t bell_layer_scratch_f64(const struct bell_layer_shape *shape,
			      const struct bell_layer_options *options)
{
	return max_scratch(shape, options, sizeof(double), LAYER_NOT_NARROW);
}

size_t bell_layer_scratch_bf16(const struct bell_layer_shape *shape,
			       const struct bell_layer_options *options)
{
	return max_scratch(shape, options, sizeof(uint16_t), LAYER_BF16);
}

size_t bell_layer_scratch_f16(const struct bell_layer_shape *shape,
			      const struct bell_layer_options *options)
{
	return max_scratch(shape, options, sizeof(uint16_t), LAYER_F16);
}

/* ---- a call ---- */

/* Whether all arrays that a call needs are there; those of no elements need not be. */
static bool given(const struct layer *l, unsigned needs)
{
	if (!tensor_empty(l->shape) &&
	    (!l->u || (needs & NEEDS_G && !l->g) || (needs & NEEDS_OUT && !l->out)))
		return false;
	if (!l->groups)
		return true;
	return !(needs & NEEDS_STATISTICS && !l->statistics && !l->new_statistics) &&
	       !(needs & NEEDS_SUMS && !l->sums && !l->new_sums);
}

static bool single_values(const struct bell_layer_shape *s)
{
	return s->channels == s->groups && s->positions == 1 && (!s->batch || s->samples == 1);
}

/*
 * Whether `out` certainly overlaps u, which has the same strides: the tensor has no gaps into
 * which the elements of the other could fit.  Takes a shape that fits.
 */
static bool overlaps(const struct layer *l)
{
	const struct bell_layer_shape *s = l->shape;
	uintptr_t u = (uintptr_t)l->u, out = (uintptr_t)l->out;
	size_t distance = u > out ? u - out : out - u, extent;
	ptrdiff_t low, high;

	if (!bell_layer_shape_span(s, &low, &high))
		return false;
	extent = (size_t)(high - low) + 1;
	return extent == s->samples * s->channels * s->positions && distance < extent * l->element;
}

static enum bell_status check(struct layer *l, const struct bell_layer_options *options,
			      unsigned needs, bool weights_agree)
{
	const struct bell_layer_shape *s = l->shape;
	bool apart = needs & NEEDS_APART && s && !tensor_empty(s);

	bell_layer_options_default(s, &l->options);
	if (options)
		l->options = *options;
	if (!bell_layer_shape_valid(s) || !bell_layer_options_valid(&l->options) ||
	    !weights_agree || (needs & NEEDS_TWO_VALUES && !tensor_empty(s) && single_values(s)))
		return BELL_EINVAL;
	count(l);
	if (!given(l, needs) || (apart && l->out == l->u))
		return BELL_EINVAL;
	if (!bell_layer_shape_fits(s, l->element))
		return BELL_ESIZE;
	return apart && overlaps(l) ? BELL_EINVAL : BELL_OK;
}

/* Writes the results of a tensor without elements. */
static void write_empty(const struct layer *l, double *dweight, double *dbias)
{
	const struct bell_layer_sums none = {0};

	for (size_t k = 0; k < l->groups; k++) {
		if (l->new_statistics)
			bell_layer_finalize_group(&l->options, BELL_LAYER_MOMENTS, &none,
						  &l->new_statistics[k]);
		if (l->new_sums)
			l->new_sums[k] = none;
	}
	for (size_t i = 0; dweight && i < l->weight_count; i++)
		dweight[i] = dbias[i] = 0;
}

/* The gradients of the weights are the sums of those of the units, in their order. */
static void add_up(const struct layer *l, double *dweight, double *dbias)
{
	for (size_t i = 0; i < l->weight_count; i++) {
		dweight[i] = dbias[i] = 0;
		for (size_t k = 0; k < gradients_of(l); k++) {
			dweight[i] += l->gradient[k * 2 * l->weight_count + i];
			dbias[i] += l->gradient[(k * 2 + 1) * l->weight_count + i];
		}
	}
}

static void run_units(void *layer, size_t worker)
{
	struct layer *l = layer;

	for (size_t unit; (unit = bell_next(&l->next)) < l->units;)
		l->task(l, unit, l->scratch + worker * l->capacity);
}

/* Runs a planned call in memory of scratch_bytes(). */
static void run(struct layer *l, char *memory, double *dweight, double *dbias)
{
	memory += -(uintptr_t)memory % CACHE_LINE;
	l->partial = (double *)(void *)(memory + gradient_bytes(l));
	l->parked = memory + gradient_bytes(l) + partial_bytes(l);
	l->parked_bytes = parked_bytes(l);
	l->scratch = l->parked + l->unit_threads * l->parked_bytes;
	l->capacity = thread_bytes(l);
	l->sweep_offset = block_bytes(l);
	l->next = 0;
	if (dweight) {
		l->gradient = (double *)(void *)memory;
		memset(l->gradient, 0, gradient_bytes(l));
	}
	bell_parallel(l->unit_threads, l->unit_threads, run_units, l);
	if (dweight)
		add_up(l, dweight, dbias);
}

enum bell_status bell_layer_call(struct layer *l, const struct bell_layer_options *options,
				 unsigned needs, layer_task *task, double *dweight, double *dbias)
{
	enum bell_status status = check(l, options, needs, !dweight == !dbias);
	bool empty = status == BELL_OK && tensor_empty(l->shape);
	char *own = NULL;

	if (status != BELL_OK)
		return status;
	if (!empty)
		plan(l, dweight);
	if (!empty && l->options.scratch && l->options.scratch_size < scratch_bytes(l))
		return BELL_ESIZE;
	l->b = bell_kernels();
	if (!l->b)
		return BELL_EBACKEND;
	if (empty) {
		write_empty(l, dweight, dbias);
		return BELL_OK;
	}
	if (!l->options.scratch && !(own = malloc(scratch_bytes(l))))
		return BELL_ENOMEM;
	l->task = task;
	run(l, own ? own : l->options.scratch, dweight, dbias);
	free(own);
	return BELL_OK;
}
