/* SPDX-License-Identifier: BSD-3-Clause */
/* test_layer.c - layers: a plain reference, gradients against differences. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "layer_checks.h"

/* ---- shapes with groups of n, and inputs ---- */

enum variant { BATCH, BATCH_2D, LAYER, GROUP, INSTANCE, STRANGE, VARIANTS };
static const char *const variant_name[VARIANTS] = {"batch", "batch 2d", "layer",
						   "group", "instance", "strange"};

/*
 * The last one has channels in groups, groups over the batch, gaps and a weight for each position.
 */
static struct bell_layer_shape shape_of(enum variant variant, size_t n)
{
	size_t rows = n % 4 == 0 ? 4 : n % 5 == 0 ? 5 : 1, wide = n % 2 ? 1 : 2;
	struct bell_layer_shape s;

	switch (variant) {
	case BATCH:
		return bell_layer_shape_batch(n, 3, 1);
	case BATCH_2D:
		return bell_layer_shape_batch(rows, 3, n / rows);
	case LAYER:
		return bell_layer_shape_layer(3, n);
	case GROUP:
		return bell_layer_shape_group(2, 3 * wide, n / wide, 3);
	case INSTANCE:
		return bell_layer_shape_instance(2, 2, n);
	default:
		s = bell_layer_shape_batch(wide, 4, n / wide);
		s.groups = wide == 2 && n % 4 == 0 ? 2 : 4;
		s.positions = n / wide / (4 / s.groups);
		s.position_stride = 2;
		s.channel_stride = 2 * (ptrdiff_t)s.positions + 1;
		s.sample_stride = 4 * s.channel_stride + 3;
		return s;
	}
}

enum input { PLAIN_NORMAL, SKEWED, BELOW, RELU, SMALL, LARGE, FAR, INPUTS };
static const char *const input_name[INPUTS] = {"normal", "lognormal",    "negative", "relu",
					       "small",  "heavy, large", "offset"};

static double input(enum input input, struct rng *rng)
{
	double z = rng_normal(rng);

	switch (input) {
	case SKEWED:
		return exp(z);
	case BELOW:
		return -exp(0.7 * z) - 0.1;
	case RELU:
		return z > 0 ? z : 0;
	case SMALL:
		return 1e-2 * z;
	case LARGE:
		return 1e3 * z * z * z;
	case FAR:
		return 1e3 + z;
	default:
		return z;
	}
}

struct choice {
	enum variant variant;
	bool last;
	size_t n;
	enum input input;
	int noise, mode;
	char label[128];
};
static const double noises[3] = {0, 0.4, 1};
static const char *const mode_name[3] = {"exact", "compat", "plain"};

/* Filled; without weights where values are small, without a bias where they are negative. */
static struct layer choose(int type, struct choice *c)
{
	struct rng rng = {c->n + 1000 * (uint64_t)c->input};
	struct bell_layer_shape shape = shape_of(c->variant, c->n);
	struct layer l;

	if (c->last)
		shape = bell_layer_shape_channels_last(shape);
	l = layer_make(type, &shape);
	l.options.noise = noises[c->noise];
	l.options.compat = c->mode == 1;
	l.options.normalize_only = c->mode == 2;
	cr_assert_eq(l.n / l.groups, c->n);
	for (size_t i = 0; i < l.n; i++) {
		layer_set(&l, l.u, i, input(c->input, &rng));
		layer_set(&l, l.g, i, rng_normal(&rng));
	}
	for (size_t w = 0; w < l.weights; w++) {
		set_element(type, l.weight, w, 0.5 + rng_normal(&rng));
		set_element(type, l.bias, w, rng_normal(&rng));
	}
	if (c->input == SMALL) {
		free(l.weight);
		l.weight = NULL;
	}
	if (c->input == SMALL || c->input == BELOW) {
		free(l.bias);
		l.bias = NULL;
	}
	snprintf(c->label, sizeof c->label, "%s, %s%s of %zu, %s, noise %g, %s", type_name[type],
		 variant_name[c->variant], c->last ? ", channels last" : "", c->n,
		 input_name[c->input], noises[c->noise], mode_name[c->mode]);
	return l;
}

/* Choice number i of those with n values in a group. */
#define CHOICES (VARIANTS * 2 * INPUTS * 9)
static struct choice choice(size_t i, size_t n)
{
	return (struct choice){.variant = (enum variant)(i % VARIANTS),
			       .last = i / VARIANTS % 2,
			       .input = (enum input)(i / VARIANTS / 2 % INPUTS),
			       .noise = (int)(i / VARIANTS / 2 / INPUTS % 3),
			       .mode = (int)(i / VARIANTS / 2 / INPUTS / 3),
			       .n = n};
}

/* ---- the reference ---- */

static void check_reference(int type, double tolerance)
{
	static const size_t sizes[] = {2, 3, 7, 64, 257, 1000};

	for (size_t s = 0; s < COUNT(sizes); s++)
		/* prime to the number of choices: each factor of a choice has all its values */
		for (size_t i = 0; i<CHOICES; i += sizes[s]> 100 ? 13 : 1) {
			struct choice c = choice(i, sizes[s]);
			struct layer l = choose(type, &c);
			struct layer_results want = layer_reference(&l), got = layer_run(&l);

			layer_check_results(c.label, &l, &got, &want, tolerance);
			layer_check_saved(c.label, &l, &got, &want, tolerance);
			layer_results_free(&want);
			layer_results_free(&got);
			layer_free(&l);
		}
}

Test(layer, is_the_reference_f64) { check_reference(F64, 1e-11); }
Test(layer, is_the_reference_f32) { check_reference(F32, 1e-4); }

/* ---- differences ---- */

/*
 * The spread of the noise is a constant to the gradient, though it depends on u: with noise, the
 * loss is the reference's with the spread of the unchanged u.  Ties at 0 are no exception: psi, L'
 * and L'' have continuous derivatives everywhere, at h = 0 too.
 */
static long double loss(const struct layer *l, const struct bell_layer_statistics *saved)
{
	long double sum = 0;
	struct bell_layer_statistics *fresh;
	void *out;

	if (l->options.noise > 0)
		return layer_loss(l, saved);
	fresh = malloc(l->groups * sizeof *fresh);
	out = layer_array(l);
	CHECK(layer_forward(l, out, fresh, NULL));
	for (size_t i = 0; i < l->n; i++)
		sum += (long double)layer_get(l, l->g, i) * layer_get(l, out, i);
	free(out);
	free(fresh);
	return sum;
}

/* (loss(x + step) - loss(x - step))/(2 step) for one value of the layer. */
static long double difference(const struct layer *l, const struct bell_layer_statistics *saved,
			      double *x, double step)
{
	double old = *x, up = old + step, down = old - step;
	long double change;

	*x = up;
	change = loss(l, saved);
	*x = down;
	change -= loss(l, saved);
	*x = old;
	return change / ((long double)up - down);
}

static void check_difference(const char *label, const char *what, size_t i, long double got,
			     long double want, long double scale)
{
	cr_assert(fabsl(got - want) <= 1e-6L * scale,
		  "%s: %s[%zu] %.12Lg, difference %.12Lg, of %Lg", label, what, i, got, want,
		  scale);
}

Test(layer, gradients_are_differences)
{
	static const size_t sizes[] = {2, 3, 10, 64};

	for (size_t s = 0; s < COUNT(sizes); s++)
		for (size_t i = 0; i < CHOICES; i += sizes[s] == 64 ? 5 : 1) {
			struct choice c = choice(i, sizes[s]);
			struct layer l = choose(F64, &c);
			struct layer_results got = layer_run(&l), scales = layer_reference(&l);
			double *u = l.u, *weight = l.weight, *bias = l.bias;

			for (size_t j = i % 5; j < l.n; j += l.n / 4 + 1) {
				size_t k = layer_group(&l.shape, j);
				double step = 1e-5 * sqrt(got.saved[k].variance + l.options.eps);

				check_difference(
				    c.label, "du", j, got.du[j],
				    difference(&l, got.saved, u + layer_place(&l.shape, j), step),
				    scales.du_scale[k]);
			}
			for (size_t w = i % 2; w < l.weights; w += l.weights / 2 + 1) {
				if (weight)
					check_difference(
					    c.label, "dweight", w, got.dweight[w],
					    difference(&l, got.saved, weight + w, 1e-3),
					    scales.dweight_scale);
				if (bias)
					check_difference(c.label, "dbias", w, got.dbias[w],
							 difference(&l, got.saved, bias + w, 1e-3),
							 scales.dbias_scale);
			}
			layer_results_free(&got);
			layer_results_free(&scales);
			layer_free(&l);
		}
}
