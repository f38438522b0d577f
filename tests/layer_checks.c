/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_checks.c - layers filled, run and compared. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "layer_checks.h"

/* ---- against the reference ---- */

static void check_values(const char *label, const char *what, const long double *got,
			 const long double *want, size_t n, long double scale, double tolerance)
{
	size_t worst = 0;

	for (size_t i = 0; i < n; i++)
		if (!(fabsl(got[i] - want[i]) <= fabsl(got[worst] - want[worst])))
			worst = i;
	cr_assert(fabsl(got[worst] - want[worst]) <= tolerance * scale,
		  "%s: %s[%zu] %.17Lg not %.17Lg, off by %Lg of %Lg", label, what, worst,
		  got[worst], want[worst], fabsl(got[worst] - want[worst]) / scale, scale);
}

void layer_check_results(const char *label, const struct layer *l, const struct layer_results *got,
			 const struct layer_results *want, double tolerance)
{
	check_values(label, "out", got->out, want->out, l->n, want->out_scale, tolerance);
	check_values(label, "dweight", got->dweight, want->dweight, l->weights, want->dweight_scale,
		     tolerance);
	check_values(label, "dbias", got->dbias, want->dbias, l->weights, want->dbias_scale,
		     tolerance);
	check_values(label, "evaluation", got->evaluation, want->evaluation, l->n,
		     want->evaluation_scale, tolerance);
	for (size_t i = 0; i < l->n; i++)
		cr_assert(fabsl(got->du[i] - want->du[i]) <=
			      tolerance * want->du_scale[layer_group(&l->shape, i)],
			  "%s: du[%zu] %.17Lg not %.17Lg, terms %Lg", label, i, got->du[i],
			  want->du[i], want->du_scale[layer_group(&l->shape, i)]);
}

static bool relatively(double a, double b, double least, double tolerance)
{
	return near(a, b, tolerance * fmax(least, fabs(b)));
}

/* Mean and variance are sums of u itself, and so more exact than the rest is in float32. */
void layer_check_saved(const char *label, const struct layer *l, const struct layer_results *got,
		       const struct layer_results *want, double tolerance)
{
	for (size_t k = 0; k < l->groups; k++) {
		const struct bell_layer_statistics *a = &got->saved[k], *b = &want->saved[k];
		double sd = sqrt(b->variance + l->options.eps);

		cr_expect(relatively(a->mean, b->mean, sd, 1e-11), "%s: mean %.17g not %.17g",
			  label, a->mean, b->mean);
		cr_expect(relatively(a->variance, b->variance, l->options.eps, 1e-11),
			  "%s: variance %.17g not %.17g", label, a->variance, b->variance);
		cr_expect(relatively(a->spread, b->spread, 1, tolerance),
			  "%s: spread %.17g not %.17g", label, a->spread, b->spread);
		if (l->options.normalize_only)
			continue;
		cr_expect(relatively(a->lambda, b->lambda, 1, tolerance) &&
			      relatively(a->mean_hd, b->mean_hd, 1, tolerance) &&
			      relatively(a->mean_d, b->mean_d, 1, tolerance) &&
			      relatively(a->slope, b->slope, 1, tolerance) &&
			      relatively(a->curvature, b->curvature,
					 1 + 2 * b->mean_hd * b->mean_hd, tolerance),
			  "%s: lambda %.17g not %.17g; or %g %g %g %g not %g %g %g %g", label,
			  a->lambda, b->lambda, a->mean_hd, a->mean_d, a->slope, a->curvature,
			  b->mean_hd, b->mean_d, b->slope, b->curvature);
	}
}

/* ---- the same bits ---- */

void layer_fill(struct layer *l)
{
	struct rng rng = {l->n};

	for (size_t i = 0; i < l->n; i++) {
		layer_set(l, l->u, i, 1 + (rng_unit(&rng) + rng_unit(&rng)) * rng_unit(&rng));
		layer_set(l, l->g, i, rng_unit(&rng) - 0.4);
	}
	for (size_t w = 0; w < l->weights; w++) {
		set_element(l->type, l->weight, w, 0.5 + rng_normal(&rng));
		set_element(l->type, l->bias, w, rng_normal(&rng));
	}
}

struct layer_written layer_written(const struct layer *l)
{
	struct layer_written w = {.out = layer_array(l),
				  .du = layer_array(l),
				  .evaluation = layer_array(l),
				  .saved = malloc(l->groups * sizeof *w.saved),
				  .weights = malloc(2 * l->weights * sizeof(double))};

	CHECK(layer_forward(l, w.out, w.saved, NULL));
	CHECK(layer_backward(l, w.saved, w.du, w.weights, w.weights + l->weights));
	CHECK(layer_evaluate(l, w.saved, w.evaluation));
	return w;
}

void layer_written_free(struct layer_written *w)
{
	free(w->out);
	free(w->du);
	free(w->evaluation);
	free(w->saved);
	free(w->weights);
}

bool layer_same(const struct layer *a, const void *x, const struct layer *b, const void *y)
{
	for (size_t i = 0; i < a->n; i++)
		if (!same(layer_get(a, x, i), layer_get(b, y, i)))
			return false;
	return true;
}

void layer_check_same(const struct layer *l, const struct layer *m, const struct layer_written *a,
		      const struct layer_written *b, const char *what, unsigned threads)
{
	const char *type = type_name[l->type];

	cr_expect(layer_same(l, a->out, m, b->out), "%s, %s, %u threads: out", type, what, threads);
	cr_expect(layer_same(l, a->du, m, b->du), "%s, %s, %u threads: du", type, what, threads);
	cr_expect(layer_same(l, a->evaluation, m, b->evaluation), "%s, %s, %u threads: evaluation",
		  type, what, threads);
	cr_expect(same_words(a->saved, b->saved, l->groups * sizeof *a->saved),
		  "%s, %s, %u threads: saved", type, what, threads);
	cr_expect(same_words(a->weights, b->weights, 2 * l->weights * sizeof(double)),
		  "%s, %s, %u threads: dweight, dbias", type, what, threads);
}

struct layer layer_restrided(const struct layer *l, struct bell_layer_shape shape)
{
	struct layer m = layer_make(l->type, &shape);

	m.options = l->options;
	for (size_t i = 0; i < l->n; i++) {
		layer_set(&m, m.u, i, layer_get(l, l->u, i));
		layer_set(&m, m.g, i, layer_get(l, l->g, i));
	}
	memcpy(m.weight, l->weight, l->weights * sample_size[l->type]);
	memcpy(m.bias, l->bias, l->weights * sample_size[l->type]);
	return m;
}
