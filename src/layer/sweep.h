/* SPDX-License-Identifier: BSD-3-Clause */
/* sweep.h - one step over the elements of a bundle, block by block. */
#ifndef BELL_LAYER_SWEEP_H
#define BELL_LAYER_SWEEP_H

#include "layer/pass.h"
#include "layer/plan.h"

/* Does a step over all elements of a bundle, and sets the sums of each of its groups. */
void bell_layer_sweep(struct sweep *s, sweep_step *step);

/*
 * bell_layer_load_statistics() sets those fields of the k-th layer_group of a bundle that follow
 * from what `step` has set in *statistics, which is that of this group.  s->noisy must be set
 * before.
 */
void bell_layer_load_statistics(struct sweep *s, size_t k, enum bell_layer_step step,
				const struct bell_layer_statistics *statistics);

/*
 * Does the same for all groups of a bundle and all steps, from the statistics that the call was
 * given; an evaluation reads mean, variance and lambda alone.  s->noisy must be set before.
 */
void bell_layer_load_given(struct sweep *s);

/* Does with a bundle what the call asks for.  *s says which bundle it is; no step has run yet. */
typedef void bundle_task(struct layer *l, struct sweep *s);

/*
 * bell_layer_each_bundle() cuts unit number `unit` of a call (plan.h) into bundles, and calls task
 * for one after the other, in the scratch of a thread.
 */
void bell_layer_each_bundle(struct layer *l, size_t unit, char *scratch, bundle_task *task);

#endif
