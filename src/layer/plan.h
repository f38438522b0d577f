/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * plan.h - how the work on a tensor is cut into pieces.
 *
 * A group is the set of values that share statistics; in the order of their indices, these are the
 * elements 0, 1, ... of the group.  A unit is some groups that follow each other, and the task of a
 * thread.  A bundle is some groups of a unit that go through all steps together, so that a cache
 * line with values of several groups is read once; where groups share no lines, it is one group.
 * The elements of the groups of a bundle are cut into chunks, and these into blocks: a kernel works
 * on a block of one group.  Where there are fewer units than threads, the threads share one bundle
 * after the other instead of units, and take pieces of it, some blocks each.  The sums that a step
 * makes of a group are sums of blocks, added up within a chunk, and then over the chunks, always in
 * order.  So the last bits of results depend on the lengths of blocks and chunks, and not on the
 * number of threads.
 *
 *	unit: a task
 *	+-- bundle -------------------------------------------------------------+
 *	|          |<----------- chunk 0 ----------->|<------ chunk 1 ------>|  |
 *	|  group 0 | block | block |   ...   | block | block |  ...  | block |  |
 *	|  group 1 | block | block |   ...   | block | block |  ...  | block |  |
 *	|  group 2 | block | block |   ...   | block | block |  ...  | block |  |
 *	+-- bundle -------------------------------------------------------------+
 *	|  group 3 | block | block |   ...
 */
#ifndef BELL_LAYER_PLAN_H
#define BELL_LAYER_PLAN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/layer_parts.h>
#include "dispatch.h"
#include "layer/pass.h"

/*
 * Elements of a group that go through the kernels together.  With doubles, a block is 2 KiB; the up
 * to nine blocks that a step has in use fit into an L1 cache of 32 KiB.
 */
#define LAYER_BLOCK 256

/*
 * Elements of a group whose sums are added up before those of the next ones, and elements of a
 * bundle that a thread keeps in its cache.  In float64, the two cached arrays of a bundle are 512
 * KiB, which L2 holds.
 */
#define LAYER_CHUNK ((size_t)128 * LAYER_BLOCK)

/*
 * Elements of a bundle that a thread takes at once, where threads share a bundle: at 0.1 to 0.9 ns
 * for an element of a step, 2 to 15 us, which is longer than a thread needs to join (threads.md).
 */
#define PIECE_ELEMENTS ((size_t)1 << 14)

/* Memory is shared and fetched by lines of so many bytes, and scratch is aligned to them. */
#define CACHE_LINE 64

/* Groups worth a bundle where their values lie side by side in memory: a line of floats. */
#define LINE_GROUPS ((size_t)CACHE_LINE / sizeof(float))

/*
 * The least number of samples of noise that is worth a call.  If a group has fewer in a sample of a
 * batch, the noise is made at once for several groups, which follow each other in its numbering.
 */
#define NOISE_RUN 128

/* A bundle has at most this number of groups: enough for NOISE_RUN samples, one of each group. */
#define MAX_BUNDLE NOISE_RUN

/* Noise of a bundle that is made together: NOISE_RUN of each of LINE_GROUPS samples, at most. */
#define NOISE_ROW (LINE_GROUPS * NOISE_RUN)

/*
 * In a tile, the block of one group begins this number of elements after that of the group before:
 * a block and a line of floats.  Were it a power of two, the blocks would compete for the same sets
 * of a cache.
 */
#define TILE_PITCH (LAYER_BLOCK + LINE_GROUPS)

/*
 * The tiles in a thread's scratch.  Each has a block for each group of a bundle: TILE_U of u or h,
 * TILE_G of g or the output, TILE_Z of noise.
 */
enum { TILE_U, TILE_G, TILE_Z, TILES };

/*
 * The arrays in a thread's scratch that hold all elements of a bundle, and stay between steps.  In
 * forward, CACHE_H has u, then h, then x, and CACHE_LOGS has log1p|h|.  In backward, CACHE_P and
 * CACHE_T have gx dx/dh and t (docs/layer.md) in the same memory.
 */
enum { CACHE_H, CACHE_LOGS, CACHES, CACHE_P = CACHE_H, CACHE_T = CACHE_LOGS };

/* Blocks of one group in a thread's scratch; a row of noise follows. */
enum { BLOCK_LOGS, BLOCK_X, BLOCK_P, BLOCK_T, BLOCK_WEIGHT, BLOCK_BIAS, BLOCKS };

struct layer;

/*
 * What the elements of tensors are.  Narrow ones are made float32 in scratch, where all work is
 * done, and the results are rounded as they are written.
 */
enum layer_narrow { LAYER_NOT_NARROW, LAYER_BF16, LAYER_F16 };

/* Does with the groups of a unit what the call asks for, in the scratch of a thread. */
typedef void layer_task(struct layer *l, size_t unit, char *scratch);

/* A call: what it was given, and how the work is cut. */
struct layer {
	/* The kernels do the work on blocks. */
	const struct backend *b;
	/* The caller's shape says what the tensor's sizes, strides and groups are. */
	const struct bell_layer_shape *shape;
	/* The options are the caller's, or the defaults. */
	struct bell_layer_options options;
	/* The size in bytes of an element of the tensors. */
	size_t element;
	/* Whether and how these are narrower than the elements of scratch. */
	enum layer_narrow narrow;

	/* The number of groups with statistics of their own. */
	size_t groups;
	/* The number of neighboring channels whose values a group has. */
	size_t group_channels;
	/*
	 * The number of elements that a group has in one sample.  They are numbers k per_sample to
	 * (k + 1) per_sample - 1 of the group.
	 */
	size_t per_sample;
	/* The number of elements that a group has in all. */
	size_t group_size;
	/* The number of weights, and of biases. */
	size_t weight_count;

	/*
	 * The elements of a group fall into runs of this length, whose elements are evenly spaced.
	 */
	size_t run;
	/* The distance in memory of neighbors in a run, in elements. */
	ptrdiff_t stride;
	/* Neighboring groups are neighbors in memory, while the elements of a group are not. */
	bool groups_adjacent;
	/* Noise is made for all groups of a bundle in one go, as a row of a sample. */
	bool noise_in_rows;
	/* The number of groups in a bundle; at the end there may be fewer. */
	size_t bundle;
	/* What CACHE_* names stays in scratch between the steps, as a whole bundle fits. */
	bool cached;
	/*
	 * Kernels read groups across, where they are.  Then nothing is cached, x waits in the
	 * output for its noise, and gx dx/dh in du for its part through the statistics, or both in
	 * `parked` memory.
	 */
	bool across;
	/*
	 * In an array of the cache, the elements of one group begin this number of elements after
	 * those of the group before.  It is group_size, padded.
	 */
	size_t cache_pitch;
	/* The number of groups in a unit; the last one may have fewer. */
	size_t unit;
	/* The number of units. */
	size_t units;
	/* The number of blocks of each group in a piece of a bundle; the last may have fewer. */
	size_t piece;
	/* The number of threads that share the units; it is 1 where threads share pieces. */
	unsigned unit_threads;
	/* The number of threads that share the pieces of a bundle; 1 where they share units. */
	unsigned piece_threads;

	/* u is the input; every call has one. */
	const void *u;
	/* The weights and the biases of the layer are here; either may be NULL. */
	const void *weight, *bias;
	/* Backward calls are given the gradient of the loss by the output. */
	const void *g;
	/* The output or the gradient by u is written here; NULL where sums are measured. */
	void *out;
	/* These statistics are given; a forward pass is given none. */
	const struct bell_layer_statistics *statistics;
	/* A forward pass writes the statistics that it computes here. */
	struct bell_layer_statistics *new_statistics;
	/* The second half of a shared backward pass is given the merged sums. */
	const struct bell_layer_sums *sums;
	/* The measuring calls write their sums here; it is NULL in all others. */
	struct bell_layer_sums *new_sums;
	/* A measuring call does this step alone. */
	enum bell_layer_step step;
	/* The statistics are constants: there is no noise, and no gradient goes through them. */
	bool evaluating;
	/* Threads count here how many values of u are infinite or NaN. */
	_Atomic uint64_t not_finite;

	/* The scratch of thread i begins at scratch + i * capacity. */
	char *scratch;
	/* The size in bytes of the scratch of one thread. */
	size_t capacity;
	/* The blocks in the scratch of a thread end here, and its sweep begins (sweep.h). */
	size_t sweep_offset;
	/*
	 * Where the tensors are narrow and a bundle is not cached, what waits in the output
	 * otherwise, float32, waits here instead: parked_bytes for the bundle of each thread that
	 * takes units.
	 */
	char *parked;
	size_t parked_bytes;
	/* The units are given to this function, by one thread or several. */
	layer_task *task;
	/* No thread has taken this unit, or later ones. */
	atomic_size_t next;
	/*
	 * Threads that share pieces write the sums of blocks here, as
	 * double[block][bundle][MAX_SUMS].  It is not used otherwise.
	 */
	double *partial;
	/*
	 * Each unit adds up here its gradients of the weights and then of the biases.  In batch
	 * layers units have no weight in common, and there is one such array for all.  It is NULL
	 * if these gradients are not asked for.
	 */
	double *gradient;
};

/* What a call cannot do without, as bits; u, shape and the right options it always needs. */
enum {
	NEEDS_G = 1,
	NEEDS_OUT = 2,
	/* They are given or, in a forward pass, to be written. */
	NEEDS_STATISTICS = 4,
	/* They are given or to be written. */
	NEEDS_SUMS = 8,
	/* Each group has at least two values, unless the tensor has none. */
	NEEDS_TWO_VALUES = 16,
	/* The output does not overlap u. */
	NEEDS_APART = 32
};

/*
 * Does a public call of layer.h or layer_parts.h: checks the arguments in *l, of which `needs` says
 * what must be there, plans, and runs task over all units, in the caller's scratch or its own.
 * options may be NULL.  dweight and dbias are set unless both are NULL.  If the tensor has no
 * elements, it writes what belongs to no values, and runs no task.
 *
 * BELL_OK: the task has run, or there was none to run; l->not_finite says how many values are not
 * finite, and the caller makes it BELL_EDOMAIN.
 * BELL_EINVAL, BELL_ESIZE, BELL_EBACKEND, BELL_ENOMEM: as layer.h says; nothing is written.
 */
enum bell_status bell_layer_call(struct layer *l, const struct bell_layer_options *options,
				 unsigned needs, layer_task *task, double *dweight, double *dbias);

/* The sample, channel and position of element i of a group. */
struct tensor_index {
	size_t sample, channel, position;
};
struct tensor_index bell_layer_tensor_index(const struct layer *l, size_t group, size_t i);

/* Where element i of a group lies in memory, counted in elements. */
ptrdiff_t bell_layer_offset(const struct layer *l, size_t group, size_t i);

/* The number, in its stream, of the normal sample that is the noise of element i of a group. */
uint64_t bell_layer_noise_index(const struct layer *l, size_t group, size_t i);

static inline size_t min_size(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t max_size(size_t a, size_t b) { return a > b ? a : b; }

/* Where element i of a group lies in a tensor. */
static inline void *element_at(const struct layer *l, const void *tensor, size_t group, size_t i)
{
	return (char *)tensor + bell_layer_offset(l, group, i) * (ptrdiff_t)l->element;
}

/* The number of blocks that a group falls into. */
static inline size_t blocks_of(const struct layer *l)
{
	return (l->group_size - 1) / LAYER_BLOCK + 1;
}

/* The number of pieces that a bundle falls into. */
static inline size_t pieces_of(const struct layer *l) { return (blocks_of(l) - 1) / l->piece + 1; }

/* n, rounded up to what kernels write. */
static inline size_t padded(size_t n) { return (n + LAYER_PAD - 1) / LAYER_PAD * LAYER_PAD; }

#endif
