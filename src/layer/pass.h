/* SPDX-License-Identifier: BSD-3-Clause */
/* pass.h - what a step over a bundle of groups needs of each group, and the sums it makes. */
#ifndef BELL_LAYER_PASS_H
#define BELL_LAYER_PASS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include "kernels/types.h"

struct layer;
struct sweep;

/*
 * A step on a block of each group of a bundle (plan.h says what these are): on the elements number
 * first to first + n - 1 of the group, in the scratch of a thread.  It adds the sums of the block
 * of the k-th group to out[k].
 */
typedef void sweep_step(const struct sweep *s, char *scratch, size_t first, size_t n,
			double (*out)[MAX_SUMS]);

/* A bundle on its way through the steps. */
struct sweep {
	/* The call that the bundle belongs to. */
	const struct layer *l;
	/* The bundle is the groups first to first + count - 1. */
	size_t first, count;
	/* The scratch of the thread that has the bundle. */
	char *scratch;
	/* The memory of the bundle that layer.parked describes; or NULL. */
	void *parked;
	/* The gradients of weights, then of biases, that the bundle adds to; or NULL. */
	double *gradient;
	/* u is in the cache of the bundle, unless it can be read where it is. */
	bool u_cached;
	/* h and log1p|h|, or in backward p and t, are in the cache of the bundle. */
	bool terms_cached;
	/* x is in the cache of the bundle, or without a cache in the output or parked. */
	bool x_made;
	/* The output gets noise. */
	bool noisy;
	/* The step that is being done, and the next piece of it that no thread has taken. */
	sweep_step *step;
	atomic_size_t next;
	/* One for each group of the bundle. */
	struct layer_group group[];
};

/*
 * The bytes that a thread needs in its scratch, from l->sweep_offset on: for the sweep over a
 * bundle of so many groups, the sums of a chunk, and those of a block.  They would take 43 KiB of
 * stack.
 */
static inline size_t sweep_bytes(size_t bundle)
{
	return sizeof(struct sweep) +
	       bundle * (sizeof(struct layer_group) + 2 * MAX_SUMS * sizeof(double));
}

#endif
