/* SPDX-License-Identifier: BSD-3-Clause */
/* test_layer_golden.c - layers, and their reference, against values that others computed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "golden.h"
#include "layer_checks.h"

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

Test(layer_golden, reference_is_golden)
{
	check_all_golden(true, F64);
	check_all_golden(true, F32);
}

Test(layer_golden, golden_f64) { check_all_golden(false, F64); }
Test(layer_golden, golden_f32) { check_all_golden(false, F32); }
