/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_reference.c - all results of a layer, of the library and by plain loops in long double. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "layer_reference.h"

/* ---- results ---- */

static void *zeros(size_t n, size_t size)
{
	void *array = calloc(n, size);

	cr_assert_not_null(array);
	return array;
}

struct layer_results layer_results_make(const struct layer *l)
{
	return (struct layer_results){
	    .out = zeros(l->n, sizeof(long double)),
	    .du = zeros(l->n, sizeof(long double)),
	    .evaluation = zeros(l->n, sizeof(long double)),
	    .dweight = zeros(l->weights, sizeof(long double)),
	    .dbias = zeros(l->weights, sizeof(long double)),
	    .du_scale = zeros(l->groups, sizeof(long double)),
	    .saved = zeros(l->groups, sizeof(struct bell_layer_statistics)),
	    .frozen = zeros(l->groups, sizeof(struct bell_layer_statistics)),
	};
}

void layer_results_free(struct layer_results *r)
{
	free(r->out);
	free(r->du);
	free(r->evaluation);
	free(r->dweight);
	free(r->dbias);
	free(r->du_scale);
	free(r->saved);
	free(r->frozen);
}

static long double largest(const long double *x, size_t n)
{
	long double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fabsl(x[i]) > most ? fabsl(x[i]) : most;
	return most;
}

void layer_results_scale(const struct layer *l, struct layer_results *r)
{
	r->out_scale = largest(r->out, l->n);
	r->evaluation_scale = largest(r->evaluation, l->n);
	r->dweight_scale = largest(r->dweight, l->weights);
	r->dbias_scale = largest(r->dbias, l->weights);
	for (size_t k = 0; k < l->groups; k++)
		r->du_scale[k] = largest(r->du, l->n);
}

/* Running statistics from (0, 1, 1), with the unbiased variance. */
static void freeze(const struct layer *l, struct layer_results *r)
{
	double n = (double)(l->n / l->groups), m = l->momentum;

	for (size_t k = 0; k < l->groups; k++) {
		r->frozen[k] = r->saved[k];
		if (m == 0)
			continue;
		r->frozen[k].mean = m * r->saved[k].mean;
		r->frozen[k].variance = 1 - m + m * r->saved[k].variance * (n / (n - 1));
		r->frozen[k].lambda = 1 - m + m * r->saved[k].lambda;
	}
}

/* An array's elements by index; the gaps are as they were. */
static void collect(const struct layer *l, const void *array, long double *x)
{
	bool *used = zeros(l->size, sizeof *used);

	for (size_t i = 0; i < l->n; i++) {
		x[i] = layer_get(l, array, i);
		used[layer_place(&l->shape, i)] = true;
	}
	for (size_t j = 0; j < l->size; j++)
		cr_assert(used[j] || element(l->type, array, j) == LAYER_GAP,
			  "a gap was written, at %zu", j);
	free(used);
}

static void track(const struct layer *l, struct layer_results *r)
{
	for (size_t k = 0; k < l->groups; k++)
		r->frozen[k] = l->momentum == 0
				   ? r->saved[k]
				   : (struct bell_layer_statistics){.variance = 1, .lambda = 1};
	if (l->momentum != 0)
		CHECK(bell_layer_track(r->frozen, r->saved, l->groups, (double)(l->n / l->groups),
				       l->momentum));
}

struct layer_results layer_run(const struct layer *l)
{
	struct layer_results r = layer_results_make(l);
	double *dweight = zeros(2 * l->weights, sizeof *dweight), *dbias = dweight + l->weights;
	void *out = layer_array(l), *du = layer_array(l), *evaluation = layer_array(l);
	uint64_t not_finite = 0;

	CHECK(layer_forward(l, out, r.saved, &not_finite));
	cr_assert_eq(not_finite, 0);
	CHECK(layer_backward(l, r.saved, du, dweight, dbias));
	track(l, &r);
	CHECK(layer_evaluate(l, r.frozen, evaluation));
	collect(l, out, r.out);
	collect(l, du, r.du);
	collect(l, evaluation, r.evaluation);
	for (size_t w = 0; w < l->weights; w++) {
		r.dweight[w] = dweight[w];
		r.dbias[w] = dbias[w];
	}
	layer_results_scale(l, &r);
	free(out);
	free(du);
	free(evaluation);
	free(dweight);
	return r;
}

/* ---- the reference ---- */

struct group {
	long double n, mean, variance, r;
	/* means of h d, d, s l; derivatives of the likelihood */
	long double hd, d, sl, slope, curvature, lambda, mean_x, spread;
	/* sums of the gradient: of gx k, gx wx, gx wx h, t, t h */
	long double gk, a0, a1, t0, t1;
};

struct element {
	long double u, g, z, weight, bias;
	long double h, a, s, l, d, c;
	/* dx/dh, dx/dlambda */
	long double x, wx, k, t, y;
};

/* sum over k >= 0 of z^k (k + 1)/(k + 2)! = (e^z (z - 1) + 1)/z^2 */
static long double p2(long double z)
{
	long double sum = 0, term = 0.5L;

	if (fabsl(z) > 1)
		return (expl(z) * (z - 1) + 1) / (z * z);
	for (int k = 0; k < 24; k++) {
		sum += term * (long double)(k + 1);
		term *= z / (long double)(k + 3);
	}
	return sum;
}

static void psi(const struct bell_layer_options *options, long double lambda, struct element *e)
{
	long double eta = e->s > 0 ? lambda : 2 - lambda, edge = sqrtl((long double)options->eps);
	bool straight = options->compat && fabsl(eta) <= edge;

	if (options->normalize_only) {
		e->x = e->h;
		e->wx = 1;
		e->k = 0;
		return;
	}
	if (options->compat)
		eta = straight ? 0 : eta + copysignl(edge, eta);
	e->x = e->s * (eta == 0 ? e->l : expm1l(eta * e->l) / eta);
	e->wx = expl((eta - 1) * e->l);
	e->k = straight ? 0 : e->l * e->l * p2(eta * e->l);
}

static void standardize(struct element *e, long double mean, long double r)
{
	e->h = (e->u - mean) * r;
	e->s = e->h >= 0 ? 1 : -1;
	e->a = fabsl(e->h);
	e->l = log1pl(e->a);
	e->d = (1 + e->a) * e->l - e->a;
	e->c = (1 + e->a) * e->l * e->l - 2 * e->d;
}

static struct element *elements(const struct layer *l)
{
	struct element *e = zeros(l->n, sizeof *e);
	double *z = zeros(l->n, sizeof *z);

	CHECK(fill_samples(l->type, 0, 0, 1, 1, z, l->n));
	for (size_t i = 0; i < l->n; i++) {
		size_t w = layer_weight(&l->shape, i);

		e[i].u = layer_get(l, l->u, i);
		e[i].g = layer_get(l, l->g, i);
		e[i].z = element(l->type, z, i);
		e[i].weight = l->weight ? element(l->type, l->weight, w) : 1;
		e[i].bias = l->bias ? element(l->type, l->bias, w) : 0;
	}
	free(z);
	return e;
}

/* For each element i, e and its group k; the body is what follows. */
#define EACH(l, e, k)                                           \
	for (size_t i_ = 0; i_ < (l)->n; i_++)                  \
		for (struct element *e = all + i_; e; e = NULL) \
			for (struct group *k = group + layer_group(&(l)->shape, i_); k; k = NULL)

/* x and y; `spread` NULL: of these values. */
static void forward(const struct layer *l, struct element *all, struct group *group,
		    const struct bell_layer_statistics *spread)
{
	const struct bell_layer_options *o = &l->options;
	const long double n = (long double)(l->n / l->groups);

	EACH(l, e, k) k->mean += e->u / n;
	EACH(l, e, k) k->variance += (e->u - k->mean) * (e->u - k->mean) / n;
	for (size_t j = 0; j < l->groups; j++)
		group[j].r = 1 / sqrtl(group[j].variance + o->eps);
	EACH(l, e, k)
	{
		standardize(e, k->mean, k->r);
		k->hd += e->h * e->d / n;
		k->d += e->d / n;
		k->sl += e->s * e->l / n;
		k->curvature += (e->a * e->c + e->d * e->d) / n;
	}
	for (size_t j = 0; j < l->groups; j++) {
		struct group *k = &group[j];

		k->slope = k->hd - k->sl;
		k->curvature -= k->d * k->d + 2 * k->hd * k->hd;
		k->lambda = 1 - o->alpha * k->slope / (k->curvature + sqrtl((long double)o->eps));
	}
	EACH(l, e, k)
	{
		psi(o, k->lambda, e);
		k->mean_x += e->x / n;
	}
	EACH(l, e, k) k->spread += fabsl(e->x - k->mean_x) / n;
	for (size_t j = 0; j < l->groups; j++) {
		if (spread)
			group[j].spread = spread[j].spread;
		if (o->noise == 0)
			group[j].spread = 0;
	}
	EACH(l, e, k) e->y = e->x + e->z * o->noise * k->spread;
}

static void backward(const struct layer *l, struct element *all, struct group *group,
		     struct layer_results *result)
{
	const long double n = (long double)(l->n / l->groups);
	long double *terms = zeros(2 * l->weights, sizeof *terms);

	EACH(l, e, k)
	{
		long double q = k->curvature + sqrtl((long double)l->options.eps);
		long double rho = k->slope / q, gx = e->g * e->weight;
		size_t w = layer_weight(&l->shape, i_);

		e->t = (1 + 4 * rho * k->hd) * (e->d + e->a * e->l) - 1 / (1 + e->a) -
		       rho * e->s * (e->c + e->a * e->l * e->l + 2 * (e->d - k->d) * e->l);
		k->gk += gx * e->k;
		k->a0 += gx * e->wx;
		k->a1 += gx * e->wx * e->h;
		k->t0 += e->t;
		k->t1 += e->t * e->h;
		result->dweight[w] += e->g * e->y;
		result->dbias[w] += e->g;
		terms[w] += fabsl(e->g * e->y);
		terms[l->weights + w] += fabsl(e->g);
	}
	EACH(l, e, k)
	{
		long double q = k->curvature + sqrtl((long double)l->options.eps);
		long double c = -l->options.alpha * k->gk / (n * q);
		long double m0 = (k->a0 + c * k->t0) / n, m1 = (k->a1 + c * k->t1) / n;
		long double p = e->g * e->weight * e->wx;
		long double most = fabsl(p) + fabsl(c * e->t) + fabsl(m0) + fabsl(e->h * m1);
		long double *scale = &result->du_scale[layer_group(&l->shape, i_)];

		result->du[i_] = k->r * (p + c * e->t - m0 - e->h * m1);
		*scale = k->r * most > *scale ? k->r * most : *scale;
	}
	result->dweight_scale = largest(terms, l->weights);
	result->dbias_scale = largest(terms + l->weights, l->weights);
	free(terms);
}

struct layer_results layer_reference(const struct layer *l)
{
	struct layer_results r = layer_results_make(l);
	struct element *all = elements(l);
	struct group *group = zeros(l->groups, sizeof *group);

	forward(l, all, group, NULL);
	backward(l, all, group, &r);
	EACH(l, e, k)
	{
		r.out[i_] = e->weight * e->y + e->bias;
		r.saved[k - group] = (struct bell_layer_statistics){
		    .mean = (double)k->mean,
		    .variance = (double)k->variance,
		    .lambda = (double)k->lambda,
		    .mean_hd = (double)k->hd,
		    .mean_d = (double)k->d,
		    .slope = (double)k->slope,
		    .curvature = (double)k->curvature,
		    .spread = (double)k->spread,
		};
	}
	freeze(l, &r);
	EACH(l, e, k)
	{
		const struct bell_layer_statistics *f = &r.frozen[k - group];

		standardize(e, f->mean, 1 / sqrtl((long double)f->variance + l->options.eps));
		psi(&l->options, f->lambda, e);
		r.evaluation[i_] = e->weight * e->x + e->bias;
	}
	r.out_scale = largest(r.out, l->n);
	r.evaluation_scale = largest(r.evaluation, l->n);
	free(all);
	free(group);
	return r;
}

long double layer_loss(const struct layer *l, const struct bell_layer_statistics *spread)
{
	struct element *all = elements(l);
	struct group *group = zeros(l->groups, sizeof *group);
	long double loss = 0;

	forward(l, all, group, spread);
	for (size_t i = 0; i < l->n; i++)
		loss += all[i].g * (all[i].weight * all[i].y + all[i].bias);
	free(all);
	free(group);
	return loss;
}
