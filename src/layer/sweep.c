/* SPDX-License-Identifier: BSD-3-Clause */
/* sweep.c - one step over the elements of a bundle, block by block. */
#include <math.h>
#include <string.h>
#include "layer/statistics.h"
#include "layer/sweep.h"
#include "parallel.h"

static struct sweep *sweep_of(const struct layer *l, char *scratch)
{
	return (struct sweep *)(void *)(scratch + l->sweep_offset);
}

/* The sums of a chunk or of a block that a thread makes. */
enum { SUMS_OF_CHUNK, SUMS_OF_BLOCK };
static double (*own_sums(const struct layer *l, char *scratch, size_t which))[MAX_SUMS]
{
	void *first = &sweep_of(l, scratch)->group[l->bundle];

	return (double(*)[MAX_SUMS])first + which * l->bundle;
}

/* Does a step on a block, and sets the sums of each group of the bundle. */
static void run_block(const struct sweep *s, char *scratch, size_t block, double (*out)[MAX_SUMS])
{
	size_t first = block * LAYER_BLOCK;

	memset(out, 0, s->count * sizeof *out);
	s->step(s, scratch, first, min_size(LAYER_BLOCK, s->l->group_size - first), out);
}

/* The sums of the groups of a bundle over a block, where threads share pieces. */
static double (*block_sums(const struct layer *l, size_t block))[MAX_SUMS]
{
	return (double(*)[MAX_SUMS])(l->partial + block * l->bundle * MAX_SUMS);
}

static void run_pieces(void *context, size_t worker)
{
	struct sweep *s = context;
	const struct layer *l = s->l;

	for (size_t piece; (piece = bell_next(&s->next)) < pieces_of(l);) {
		size_t end = min_size((piece + 1) * l->piece, blocks_of(l));

		for (size_t block = piece * l->piece; block < end; block++)
			run_block(s, l->scratch + worker * l->capacity, block,
				  block_sums(l, block));
	}
}

static void add_sums(size_t count, double (*into)[MAX_SUMS], double (*from)[MAX_SUMS])
{
	for (size_t k = 0; k < count; k++)
		for (int i = 0; i < MAX_SUMS; i++)
			into[k][i] += from[k][i];
}

/* Sums of blocks are added up within a chunk, and these in their order, whatever the threads. */
void bell_layer_sweep(struct sweep *s, sweep_step *step)
{
	const struct layer *l = s->l;
	double(*chunk)[MAX_SUMS] = own_sums(l, s->scratch, SUMS_OF_CHUNK),
	(*sums)[MAX_SUMS] = own_sums(l, s->scratch, SUMS_OF_BLOCK);

	s->step = step;
	for (size_t k = 0; k < s->count; k++)
		memset(s->group[k].sum, 0, sizeof s->group[k].sum);
	s->next = 0;
	if (l->piece_threads > 1)
		bell_parallel(l->piece_threads, l->piece_threads, run_pieces, s);
	for (size_t block = 0; block < blocks_of(l);) {
		size_t end = min_size(block + LAYER_CHUNK / LAYER_BLOCK, blocks_of(l));

		memset(chunk, 0, s->count * sizeof *chunk);
		for (; block < end; block++) {
			if (l->piece_threads > 1)
				sums = block_sums(l, block);
			else
				run_block(s, s->scratch, block, sums);
			add_sums(s->count, chunk, sums);
		}
		for (size_t k = 0; k < s->count; k++)
			for (int i = 0; i < MAX_SUMS; i++)
				s->group[k].sum[i] += chunk[k][i];
	}
}

void bell_layer_load_statistics(struct sweep *s, size_t k, enum bell_layer_step step,
				const struct bell_layer_statistics *statistics)
{
	const struct bell_layer_options *o = &s->l->options;
	struct layer_group *p = &s->group[k];

	if (step == BELL_LAYER_MOMENTS) {
		p->mean = statistics->mean;
		p->r = 1 / sqrt(statistics->variance + o->eps);
	} else if (step == BELL_LAYER_SCORE) {
		bell_layer_psi_of(o, o->normalize_only ? 1 : statistics->lambda, p->psi);
	} else if (step == BELL_LAYER_CENTER) {
		p->center = statistics->center;
	} else {
		p->spread = s->noisy ? o->noise * statistics->spread : 0;
	}
}

void bell_layer_load_given(struct sweep *s)
{
	int last = s->l->evaluating ? BELL_LAYER_SCORE : BELL_LAYER_SPREAD;

	for (size_t k = 0; k < s->count; k++) {
		/* The kernels read them in evaluation, too, where there is no noise. */
		s->group[k].center = s->group[k].spread = 0;
		for (int step = BELL_LAYER_MOMENTS; step <= last; step++)
			bell_layer_load_statistics(s, k, (enum bell_layer_step)step,
						   &s->l->statistics[s->first + k]);
	}
}

void bell_layer_each_bundle(struct layer *l, size_t unit, char *scratch, bundle_task *task)
{
	size_t end = min_size((unit + 1) * l->unit, l->groups), groups = l->shape->groups;
	size_t worker = (size_t)(scratch - l->scratch) / l->capacity;
	struct sweep *s = sweep_of(l, scratch);

	for (size_t first = unit * l->unit, count; first < end; first += count) {
		/* a bundle has groups of one sample */
		count = min_size(min_size(l->bundle, end - first), groups - first % groups);
		s->l = l;
		s->first = first;
		s->count = count;
		s->scratch = scratch;
		s->parked = NULL;
		if (l->parked_bytes)
			s->parked = l->parked + worker * l->parked_bytes;
		s->gradient = NULL;
		if (l->gradient)
			s->gradient =
			    l->gradient + (l->shape->batch ? 0 : unit * 2 * l->weight_count);
		s->u_cached = s->terms_cached = s->x_made = s->noisy = false;
		task(l, s);
	}
}
