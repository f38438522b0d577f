/* SPDX-License-Identifier: BSD-3-Clause */
/* heldout.c - how normal the values are that a family of transforms has not been fitted to. */
#include <math.h>
#include <stdlib.h>
#include <bellshape/normality.h>
#include "dispatch.h"
#include "fit/choose.h"

/* Pearson's statistic needs so many values. */
#define MIN_PART 3

/* The finite values of a column, parted into what is held out and the rest. */
struct parts {
	const struct backend *b;
	const struct bell_fit_options *options;
	struct choice *choice;
	size_t n;
	/* The values and, unless all are 1, the weights. */
	double *x, *weight;
	/* A random order of the rows; those from `first` to `last` in it are held out. */
	size_t *order, first, last;
	/* The rows that are not held out, and then those that are. */
	double *part_x, *part_weight;
};

static enum bell_status allocate(struct parts *p, size_t n, bool weighted)
{
	size_t arrays = weighted ? 4 : 2;
	double *at = calloc(n * arrays + 1, sizeof *at);

	p->order = calloc(n + 1, sizeof *p->order);
	p->x = at;
	if (!at || !p->order)
		return BELL_ENOMEM;
	p->part_x = at + n;
	if (weighted) {
		p->weight = at + 2 * n;
		p->part_weight = at + 3 * n;
	}
	return BELL_OK;
}

static void gather(struct parts *p, const struct values *x, const double *weights)
{
	for (size_t i = 0; i < x->n; i++) {
		double value = value_at(x, i);

		if (!isfinite(value) || (weights && !(weights[i] > 0)))
			continue;
		if (weights)
			p->weight[p->n] = weights[i];
		p->x[p->n++] = value;
	}
}

/* The next number of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* A random order of the rows, by Fisher and Yates, from the order before. */
static void shuffle(size_t *order, size_t n, uint64_t *state)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)((unsigned __int128)next_random(state) * i >> 64),
		       other = order[j];

		order[j] = order[i - 1];
		order[i - 1] = other;
	}
}

static void set_part(struct parts *p)
{
	size_t n = 0;

	for (int held_out = 0; held_out < 2; held_out++)
		for (size_t i = 0; i < p->n; i++) {
			if ((i >= p->first && i < p->last) != held_out)
				continue;
			p->part_x[n] = p->x[p->order[i]];
			if (p->weight)
				p->part_weight[n] = p->weight[p->order[i]];
			n++;
		}
}

/*
 * Pearson's statistic over its degrees of freedom of what is held out, by the fit of a sketch of
 * the rest; NaN if it is undefined.  The values that are held out are replaced by their transforms.
 */
static enum bell_status measure(const struct parts *p, const struct bell_sketch *rest,
				enum bell_method method, double *out)
{
	struct bell_fit_options own = bell_candidate_options(p->options, method);
	const struct bell_normality_options type = {.weight_type = own.weight_type};
	size_t held_out = p->last - p->first, before = p->n - held_out;
	double *z = malloc(held_out * sizeof *z);
	struct bell_normality normality;
	struct bell_fit fit;
	enum bell_status status = z ? bell_fit_checked(p->b, rest, &own, NULL, &fit) : BELL_ENOMEM;

	*out = NAN;
	if (status == BELL_OK) {
		status =
		    bell_transform_apply_f64(&fit.transform, p->part_x + before, held_out, 1, z);
		bell_fit_release(&fit);
	}
	if (status == BELL_OK)
		status = bell_normality_f64(z, p->weight ? p->part_weight + before : NULL, held_out,
					    &type, 1, &normality);
	if (status == BELL_OK && normality.count == held_out)
		*out = normality.pearson_per_df;
	free(z);
	/* the values do not suit the family */
	return status == BELL_EDOMAIN ? BELL_OK : status;
}

/* Adds the statistics of one part, over the number of all parts. */
static enum bell_status add_part(struct parts *p, unsigned threads, double all)
{
	struct bell_sketch *rest;
	struct values x = {.f64 = p->part_x, .n = p->n - (p->last - p->first)};
	enum bell_status status;

	set_part(p);
	status = bell_sketch_of(p->b, &x, p->part_weight, threads, NULL, &rest);
	if (status != BELL_OK)
		return status;
	for (size_t i = 0; status == BELL_OK && i < p->choice->count; i++) {
		struct bell_candidate *k = &p->choice->candidate[i];
		double found;

		status = measure(p, rest, k->method, &found);
		k->pearson_per_df += found / all;
	}
	bell_sketch_free(rest);
	return status;
}

static enum bell_status add_all(struct parts *p, unsigned threads)
{
	unsigned folds = p->options->folds, repeats = p->options->repeats;
	uint64_t state = p->options->seed;
	enum bell_status status = BELL_OK;

	for (size_t i = 0; i < p->choice->count; i++)
		p->choice->candidate[i].pearson_per_df = 0;
	for (size_t i = 0; i < p->n; i++)
		p->order[i] = i;
	for (unsigned r = 0; status == BELL_OK && r < repeats; r++) {
		shuffle(p->order, p->n, &state);
		p->last = 0;
		for (unsigned k = 1; status == BELL_OK && k <= folds; k++) {
			p->first = p->last;
			p->last = (size_t)((unsigned __int128)p->n * k / folds);
			status = add_part(p, threads, (double)folds * repeats);
		}
	}
	return status;
}

enum bell_status bell_hold_out(const struct backend *b, const struct values *x,
			       const double *weights, const struct bell_fit_options *options,
			       unsigned threads, struct choice *choice)
{
	struct parts p = {.b = b, .options = options, .choice = choice};
	enum bell_status status = allocate(&p, x->n, weights != NULL);

	if (status == BELL_OK) {
		gather(&p, x, weights);
		status = p.n / options->folds < MIN_PART ? BELL_EDOMAIN : add_all(&p, threads);
	}
	free(p.order);
	free(p.x);
	return status;
}
