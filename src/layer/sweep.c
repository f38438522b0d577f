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

/* Does a step on a chunk, and sets the sums of each of the `count` groups of the bundle. */
static void run_chunk(const struct sweep *s, size_t count, char *scratch, size_t chunk,
		      double (*sum)[MAX_SUMS])
{
	size_t end = min_size((chunk + 1) * LAYER_CHUNK, s->l->group_size);
	double(*out)[MAX_SUMS] = own_sums(s->l, scratch, SUMS_OF_BLOCK);

	for (size_t k = 0; k < count; k++)
		memset(sum[k], 0, sizeof sum[k]);
	for (size_t first = chunk * LAYER_CHUNK; first < end; first += LAYER_BLOCK) {
		memset(out, 0, count * sizeof *out);
		s->step(s, scratch, first, min_size(LAYER_BLOCK, end - first), out);
		for (size_t k = 0; k < count; k++)
			for (int i = 0; i < MAX_SUMS; i++)
				sum[k][i] += out[k][i];
	}
}

/* The sums of the groups of a bundle over a chunk, where threads share chunks. */
static double (*chunk_sums(const struct layer *l, size_t chunk))[MAX_SUMS]
{
	return (double(*)[MAX_SUMS])(l->partial + chunk * l->bundle * MAX_SUMS);
}

static void run_chunks(void *context, size_t worker)
{
	struct sweep *s = context;
	const struct layer *l = s->l;

	for (size_t chunk; (chunk = bell_next(&s->next)) < chunks_of(l);)
		run_chunk(s, s->count, l->scratch + worker * l->capacity, chunk,
			  chunk_sums(l, chunk));
}

/* The sums of the chunks are added in their order, whatever the threads. */
void bell_layer_sweep(struct sweep *s, sweep_step *step)
{
	const struct layer *l = s->l;
	size_t count = s->count;
	double(*own)[MAX_SUMS] = own_sums(l, s->scratch, SUMS_OF_CHUNK), (*sum)[MAX_SUMS] = own;

	s->step = step;
	for (size_t k = 0; k < count; k++)
		memset(s->group[k].sum, 0, sizeof s->group[k].sum);
	s->next = 0;
	if (l->chunk_threads > 1)
		bell_parallel(l->chunk_threads, l->chunk_threads, run_chunks, s);
	for (size_t c = 0; c < chunks_of(l); c++) {
		if (l->chunk_threads > 1)
			sum = chunk_sums(l, c);
		else
			run_chunk(s, count, s->scratch, c, own);
		for (size_t k = 0; k < count; k++)
			for (int i = 0; i < MAX_SUMS; i++)
				s->group[k].sum[i] += sum[k][i];
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
	struct sweep *s = sweep_of(l, scratch);

	for (size_t first = unit * l->unit, count; first < end; first += count) {
		/* a bundle has groups of one sample */
		count = min_size(min_size(l->bundle, end - first), groups - first % groups);
		s->l = l;
		s->first = first;
		s->count = count;
		s->scratch = scratch;
		s->gradient = NULL;
		if (l->gradient)
			s->gradient =
			    l->gradient + (l->shape->batch ? 0 : unit * 2 * l->weight_count);
		s->u_cached = s->terms_cached = s->x_made = s->noisy = false;
		task(l, s);
	}
}
