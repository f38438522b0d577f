/* SPDX-License-Identifier: BSD-3-Clause */
/* test_layer.c - layers: golden values, a plain reference, gradients against differences. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "golden.h"
#include "layer_checks.h"

/* ---- golden values ---- */

static const double golden_tolerance[TYPES] = {[F32] = 2e-5, [F64] = 1e-10};

/* Twelve digits of section 4 of the numerics: exact, compat. */
static const struct {
	double spread, out[6], du[6], dweight;
} few[2] = {
    {.spread = 0.81525856074155,
     .out = {-0.408138231197, -2.59192484504, 0.754170676062, -0.938142316913, 1.58389934823,
	     -1.87732809163},
     .du = {0.0860935998467, -1.27603734178, -0.159130337852, 1.38525366924, -0.316936318396,
	    0.280756728936},
     .dweight = -2.11120879362},
    {.spread = 0.8163499588888,
     .out = {-0.408163204879, -2.59539627158, 0.755155240717, -0.938549834764, 1.5870053061,
	     -1.87920618172},
     .du = {0.0850828039006, -1.27772562897, -0.158762007746, 1.38651392162, -0.317298381437,
	    0.282189292634},
     .dweight = -2.11345724721},
};
static const double few_u[6] = {0.5, -1.25, 2, 0, 3.5, -0.75};
static const double few_g[6] = {1, -0.5, 0.25, 2, -1, 0.75};
/* of compat */
static const double few_evaluation[6] = {0.332607521889,  -2.091828308069, 2.286245971169,
					 -0.340742916831, 4.180742967618,  -1.381783112622};

static void put(long double *to, const double *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = from[i];
}

static void check_few(bool reference, int type, bool compat)
{
	struct bell_layer_shape shape = bell_layer_shape_batch(6, 1, 1);
	struct layer l = layer_make(type, &shape);
	struct layer_results want = layer_results_make(&l), got, noisy;
	double tolerance = golden_tolerance[type];

	l.options.compat = compat;
	l.options.noise = 0;
	set_element(type, l.weight, 0, 1.5);
	set_element(type, l.bias, 0, -0.25);
	for (size_t i = 0; i < 6; i++) {
		layer_set(&l, l.u, i, few_u[i]);
		layer_set(&l, l.g, i, few_g[i]);
	}
	got = reference ? layer_reference(&l) : layer_run(&l);
	put(want.out, few[compat].out, 6);
	put(want.du, few[compat].du, 6);
	put(want.evaluation, few_evaluation, 6);
	want.dweight[0] = few[compat].dweight;
	want.dbias[0] = 2.5;
	if (!compat)
		memcpy(want.evaluation, got.evaluation, 6 * sizeof *got.evaluation);
	layer_results_scale(&l, &want);
	layer_check_results("few", &l, &got, &want, tolerance);
	cr_expect(near(got.saved->mean, 2 / 3.0, tolerance) &&
		  near(got.saved->variance, 2.65972222222222, tolerance) &&
		  near(got.saved->slope, 0.22187676758434, tolerance) &&
		  near(got.saved->curvature, 0.351081203092553, tolerance) &&
		  near(got.saved->lambda, 0.373660265778552, tolerance));
	cr_expect(near(got.frozen->mean, 0.0666666666666667, tolerance) &&
		  near(got.frozen->variance, 1.2191666666666667, tolerance) &&
		  near(got.frozen->lambda, 0.9373660265778552, tolerance));
	cr_expect(got.saved->spread == 0);
	l.options.noise = 1e-3;
	noisy = reference ? layer_reference(&l) : layer_run(&l);
	cr_expect(near(noisy.saved->spread, few[compat].spread, tolerance), "%.17g",
		  noisy.saved->spread);
	layer_results_free(&want);
	layer_results_free(&got);
	layer_results_free(&noisy);
	layer_free(&l);
}

/* An array of the file into memory of the layer, or of its weights. */
static void read_elements(const struct layer *l, const cJSON *o, const char *name, void *array)
{
	size_t n;
	double *x = golden_numbers(cJSON_GetObjectItem(o, name), &n);

	cr_assert_eq(n, array == l->u || array == l->g ? l->n : l->weights, "%s", name);
	for (size_t i = 0; i < n; i++)
		set_element(l->type, array, i, x[i]);
	free(x);
}

static void read_results(const cJSON *o, const char *name, long double *to)
{
	size_t n;
	double *x = golden_numbers(cJSON_GetObjectItem(o, name), &n);

	put(to, x, n);
	free(x);
}

static struct bell_layer_shape golden_shape(const cJSON *o)
{
	const char *name = cJSON_GetObjectItem(o, "name")->valuestring;
	const cJSON *shape = cJSON_GetObjectItem(o, "shape"), *groups;
	size_t n[4] = {1, 1, 1, 1};

	for (int i = 0; i < cJSON_GetArraySize(shape); i++)
		n[i] = (size_t)cJSON_GetArrayItem(shape, i)->valuedouble;
	groups = cJSON_GetObjectItem(o, "groups");
	if (groups)
		return bell_layer_shape_group(n[0], n[1], n[2] * n[3], (size_t)groups->valuedouble);
	if (!strncmp(name, "layer", 5))
		return bell_layer_shape_layer(n[0], n[1]);
	return !strncmp(name, "batch", 5) ? bell_layer_shape_batch(n[0], n[1], n[2] * n[3])
					  : bell_layer_shape_instance(n[0], n[1], n[2] * n[3]);
}

static void check_golden(bool reference, int type, const cJSON *o)
{
	const char *name = cJSON_GetObjectItem(o, "name")->valuestring;
	const cJSON *momentum = cJSON_GetObjectItem(o, "momentum");
	struct bell_layer_shape shape = golden_shape(o);
	struct layer l = layer_make(type, &shape);
	struct layer_results want = layer_results_make(&l), got;
	long double *running = malloc(3 * l.groups * sizeof *running), mean_scale = 1;
	double tolerance = golden_tolerance[type];

	l.options.compat = true;
	l.options.noise = 0;
	l.options.eps = cJSON_GetObjectItem(o, "eps")->valuedouble;
	l.momentum = momentum ? momentum->valuedouble : 0;
	read_elements(&l, o, "x", l.u);
	read_elements(&l, o, "grad_out", l.g);
	read_elements(&l, o, "weight", l.weight);
	read_elements(&l, o, "bias", l.bias);
	read_results(o, "out", want.out);
	read_results(o, "grad_x", want.du);
	read_results(o, "grad_weight", want.dweight);
	read_results(o, "grad_bias", want.dbias);
	read_results(o, "eval_out", want.evaluation);
	layer_results_scale(&l, &want);
	got = reference ? layer_reference(&l) : layer_run(&l);
	layer_check_results(name, &l, &got, &want, tolerance);
	if (momentum) {
		read_results(o, "running_mean", running);
		read_results(o, "running_var", running + l.groups);
		read_results(o, "running_lmbda", running + 2 * l.groups);
		for (size_t k = 0; k < l.groups; k++)
			mean_scale = fmaxl(mean_scale, fabsl(running[k]));
		for (size_t k = 0; k < l.groups; k++) {
			const struct bell_layer_statistics *f = &got.frozen[k];
			double variance = (double)running[l.groups + k];

			cr_expect(near(f->mean, (double)running[k], tolerance * (double)mean_scale),
				  "%s: running mean %.17g", name, f->mean);
			cr_expect(near(f->variance, variance, tolerance * variance),
				  "%s: running variance %.17g", name, f->variance);
			cr_expect(near(f->lambda, (double)running[2 * l.groups + k], tolerance),
				  "%s: running lambda %.17g", name, f->lambda);
		}
	}
	free(running);
	layer_results_free(&want);
	layer_results_free(&got);
	layer_free(&l);
}

static void check_all_golden(bool reference, int type)
{
	cJSON *file = golden_file("layer.json");
	const cJSON *o;

	cr_assert_eq(cJSON_GetArraySize(file), 25);
	cJSON_ArrayForEach(o, file) check_golden(reference, type, o);
	cJSON_Delete(file);
	for (int compat = 0; compat < 2; compat++)
		check_few(reference, type, compat);
}

Test(layer, reference_is_golden)
{
	check_all_golden(true, F64);
	check_all_golden(true, F32);
}

Test(layer, golden_f64) { check_all_golden(false, F64); }
Test(layer, golden_f32) { check_all_golden(false, F32); }

/* ---- shapes with groups of n, and inputs ---- */

enum variant { BATCH, BATCH_2D, LAYER, GROUP, INSTANCE, STRANGE, VARIANTS };
static const char *const variant_name[VARIANTS] = {"batch", "batch 2d", "layer",
						   "group", "instance", "strange"};

/* The last one has channels in groups, groups over the batch, gaps and a weight for each position. */
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
 * The spread of the noise is a constant to the gradient, though it depends on u: with noise, the loss is the
 * reference's with the spread of the unchanged u.  Ties at 0 are no exception: psi, L' and L'' have continuous
 * derivatives everywhere, at h = 0 too.
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
