/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.h - how a layer is cut into tasks, bundles of groups and blocks. */
#ifndef BELL_LAYER_PLAN_H
#define BELL_LAYER_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/layer_parts.h>
#include "dispatch.h"

#define LAYER_BLOCK 256             /* elements that go through the kernels together */
#define LAYER_CHUNK ((size_t)32768) /* what a thread takes of a large group */
#define LINE        16  /* neighbors worth taking together, where they share lines of memory */
#define RUN         128 /* samples of noise worth a call */
#define BUNDLE      RUN /* the most groups that go together */
#define SUMS        7   /* the most that a step makes */

/* Room of one thread, in elements: tiles are blocks of a bundle, `kept` whole groups of one. */
enum { TILE_U, TILE_G, TILE_Z, TILES };
enum { KEPT_H, KEPT_LOGS, KEPT, KEPT_P = KEPT_H, KEPT_T = KEPT_LOGS };
enum { BLOCK_LOGS, BLOCK_X, BLOCK_P, BLOCK_T, BLOCK_WEIGHT, BLOCK_BIAS, BLOCK_ROW };
#define ROW ((size_t)LINE * RUN) /* noise of a bundle that is made together, at the most */
/* of a tile: not a power of two, whose multiples share cache sets */
#define PITCH (LAYER_BLOCK + 16)

struct layer;

/* What is to be done with a unit, in the room of a thread. */
typedef void layer_task(struct layer *l, size_t unit, char *room);

struct layer {
	const struct backend *b;
	const struct bell_layer_shape *shape;
	const struct bell_layer_options *options;
	size_t groups;   /* with statistics of their own */
	size_t together; /* channels of one */
	size_t inner;    /* its elements in a sample: successive indices */
	size_t n;        /* its elements */
	/* elements in sequence are `stride` apart in memory, `run` of them at a time */
	size_t run;
	ptrdiff_t stride;
	bool adjacent;      /* neighboring groups are neighbors in memory, and elements are not */
	bool in_rows;       /* noise is made for all groups of a bundle together */
	size_t bundle;      /* groups that go through the steps together */
	bool kept;          /* h and log1p|h|, or p and t, of a bundle are, from step to step */
	size_t pitch;       /* of what is kept */
	size_t unit, units; /* groups that one task takes; how many tasks */
	size_t weights;     /* of the whole layer */
	unsigned outside, inside; /* threads over units, or over the chunks of a group */

	const void *u, *weight, *bias, *g;
	void *out;
	struct bell_layer_statistics *saved;
	const struct bell_layer_statistics *frozen;
	struct bell_layer_sums *sums; /* given or asked for */
	enum bell_layer_step step;    /* to do alone */
	uint64_t not_finite;          /* values of u */
	bool evaluating;              /* the statistics are given: no gradient goes through them */

	char *rooms; /* `room` bytes for each thread */
	size_t room;
	layer_task *task;
	size_t next;      /* unit that no thread has taken */
	double *partial;  /* sums of the chunks of a bundle, where there are threads inside */
	double *gradient; /* of weight and bias: `weights` of either for each unit */
};

/* Where element i of a group lies: its sample, channel and position. */
struct place {
	size_t sample, channel, position;
};

/* No option is out of its range. */
bool bell_layer_valid(const struct bell_layer_options *options);

/* Checks and divides; `weighted`: the gradients of the weights are asked for. */
enum bell_status bell_layer_plan(struct layer *l, bool weighted);

/* Runs task over the units of a planned layer, in the caller's scratch or its own. */
enum bell_status bell_layer_run(struct layer *l, size_t element, layer_task *task, double *dweight,
				double *dbias);

struct place bell_layer_place(const struct layer *l, size_t group, size_t i);

/* Of element i of a group: where it is in memory, and the number of its noise. */
ptrdiff_t bell_layer_offset(const struct layer *l, size_t group, size_t i);
uint64_t bell_layer_index(const struct layer *l, size_t group, size_t i);

static inline size_t least(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t chunks_of(const struct layer *l) { return (l->n - 1) / LAYER_CHUNK + 1; }
static inline size_t padded(size_t n) { return (n + LAYER_PAD - 1) / LAYER_PAD * LAYER_PAD; }

#endif
