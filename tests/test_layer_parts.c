/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_layer_parts.c - layers whose batch is shared: steps measured in parts, merged, settled,
 * applied.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "layer_checks.h"

#define MAX_PARTS 3
#define GROUPS    200

/* ---- by type ---- */

static enum bell_status measure(const struct layer *l, enum bell_layer_step step,
				const struct bell_layer_statistics *saved,
				struct bell_layer_sums *sums)
{
	return l->type == F32
		   ? bell_layer_measure_f32(l->u, saved, &l->shape, step, &l->options, sums)
		   : bell_layer_measure_f64(l->u, saved, &l->shape, step, &l->options, sums);
}

static enum bell_status apply(const struct layer *l, const struct bell_layer_statistics *saved,
			      void *out)
{
	return l->type == F32 ? bell_layer_apply_f32(l->u, l->weight, l->bias, saved, &l->shape,
						     &l->options, out)
			      : bell_layer_apply_f64(l->u, l->weight, l->bias, saved, &l->shape,
						     &l->options, out);
}

static enum bell_status measure_backward(const struct layer *l,
					 const struct bell_layer_statistics *saved,
					 struct bell_layer_sums *sums, double *weights)
{
	double *dbias = weights + l->weights;

	return l->type == F32
		   ? bell_layer_measure_backward_f32(l->u, l->weight, saved, l->g, &l->shape,
						     &l->options, sums, weights, dbias)
		   : bell_layer_measure_backward_f64(l->u, l->weight, saved, l->g, &l->shape,
						     &l->options, sums, weights, dbias);
}

static enum bell_status apply_backward(const struct layer *l,
				       const struct bell_layer_statistics *saved,
				       const struct bell_layer_sums *sums, void *du)
{
	return l->type == F32 ? bell_layer_apply_backward_f32(l->u, l->weight, saved, l->g, sums,
							      &l->shape, &l->options, du)
			      : bell_layer_apply_backward_f64(l->u, l->weight, saved, l->g, sums,
							      &l->shape, &l->options, du);
}

/* ---- a layer in parts ---- */

/* Samples of l from `first` on, in its own memory. */
static struct layer part_of(const struct layer *l, size_t first, size_t samples)
{
	size_t offset = (size_t)l->shape.sample_stride * first * sample_size[l->type];
	struct layer part = *l;

	part.shape.samples = samples;
	part.options.first += first * l->shape.channels * l->shape.positions;
	part.u = (char *)l->u + offset;
	part.g = (char *)l->g + offset;
	return part;
}

/* Where the elements of a part are in an array of the whole. */
static void *of_part(const struct layer *l, const struct layer *part, void *array)
{
	return (char *)array + ((char *)part->u - (char *)l->u);
}

/* Adds the sums of the parts up, from none on. */
static void merge(enum bell_layer_step step, size_t parts, size_t groups,
		  struct bell_layer_sums (*sums)[GROUPS], struct bell_layer_sums *all)
{
	memset(all, 0, groups * sizeof *all);
	for (size_t p = 0; p < parts; p++)
		CHECK(bell_layer_merge(all, sums[p], groups, step));
}

/*
 * All that forward and backward write, by parts; each measures with `saved` that is not set before.
 */
static struct layer_written run_parts(const struct layer *l, const size_t *samples, size_t parts)
{
	static struct bell_layer_sums sums[MAX_PARTS][GROUPS], all[GROUPS];
	struct layer part[MAX_PARTS];
	struct layer_written w = {.out = layer_array(l),
				  .du = layer_array(l),
				  .evaluation = layer_array(l),
				  .saved = malloc(l->groups * sizeof *w.saved),
				  .weights = calloc(2 * l->weights, sizeof(double))};
	double *weights = malloc(2 * l->weights * sizeof *weights);

	cr_assert(l->groups <= GROUPS && parts <= MAX_PARTS);
	memset(w.saved, 0x5a, l->groups * sizeof *w.saved);
	for (size_t p = 0, first = 0; p < parts; first += samples[p++])
		part[p] = part_of(l, first, samples[p]);
	for (enum bell_layer_step step = 0; step <= BELL_LAYER_SPREAD; step++) {
		for (size_t p = 0; p < parts; p++)
			CHECK(measure(&part[p], step, step ? w.saved : NULL, sums[p]));
		merge(step, parts, l->groups, sums, all);
		CHECK(bell_layer_finalize(w.saved, all, l->groups, step, &l->options));
	}
	for (size_t p = 0; p < parts; p++) {
		CHECK(apply(&part[p], w.saved, of_part(l, &part[p], w.out)));
		CHECK(measure_backward(&part[p], w.saved, sums[p], weights));
		for (size_t i = 0; i < 2 * l->weights; i++)
			w.weights[i] += weights[i];
	}
	merge(BELL_LAYER_GRADIENT, parts, l->groups, sums, all);
	for (size_t p = 0; p < parts; p++)
		CHECK(apply_backward(&part[p], w.saved, all, of_part(l, &part[p], w.du)));
	CHECK(layer_evaluate(l, w.saved, w.evaluation));
	free(weights);
	return w;
}

static const struct {
	const char *name;
	double noise;
	bool compat, plain;
} modes[] = {{"exact", 0, false, false}, {"exact, noise", 0.4, false, false},
	     {"compat", 0, true, false}, {"compat, noise", 0.4, true, false},
	     {"plain", 0, false, true},  {"plain, noise", 0.4, false, true}};

static struct layer layer_in(int type, const struct bell_layer_shape *shape, size_t mode)
{
	struct layer l = layer_make(type, shape);

	layer_fill(&l);
	l.options.noise = modes[mode].noise;
	l.options.compat = modes[mode].compat;
	l.options.normalize_only = modes[mode].plain;
	l.options.first = 3 * mode;
	return l;
}

/* ---- one part ---- */

static struct bell_layer_shape groups_of_batch(void)
{
	struct bell_layer_shape shape = bell_layer_shape_batch(9, 6, 5);

	shape.groups = 3;
	return shape;
}

/* Kept and not, in bundles and alone, with threads inside. */
Test(layer_parts, one_part_is_all)
{
	struct bell_layer_shape shapes[] = {
	    bell_layer_shape_batch(40, 5, 1),    bell_layer_shape_batch(7, 150, 3),
	    bell_layer_shape_batch(2, 2, 20011), groups_of_batch(),
	    bell_layer_shape_layer(9, 301),      bell_layer_shape_group(3, 6, 50, 2),
	    bell_layer_shape_instance(5, 20, 11)};

	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < COUNT(shapes); i++)
			for (size_t mode = 0; mode < COUNT(modes); mode++) {
				bool last = i % 2 != mode % 2;
				struct bell_layer_shape s =
				    last ? bell_layer_shape_channels_last(shapes[i]) : shapes[i];
				struct layer l = layer_in(type, &s, mode);
				struct layer_written whole = layer_written(&l), part;

				l.options.threads = 1 + (unsigned)mode % 3;
				part = run_parts(&l, &s.samples, 1);
				layer_check_same(&l, &l, &whole, &part, modes[mode].name, 1);
				layer_written_free(&whole);
				layer_written_free(&part);
				layer_free(&l);
			}
}

/* ---- three parts ---- */

static const double part_tolerance[TYPES] = {[F32] = 3e-6, [F64] = 1e-12};

static void check_close(const char *label, const struct layer *l, const void *x, const void *y)
{
	double scale = 0, worst = 0;

	for (size_t i = 0; i < l->n; i++) {
		scale = fmax(scale, fabs(layer_get(l, x, i)));
		worst = fmax(worst, fabs(layer_get(l, x, i) - layer_get(l, y, i)));
	}
	cr_expect(worst <= part_tolerance[l->type] * scale, "%s, %s: off by %g of %g",
		  type_name[l->type], label, worst, scale);
}

static void check_weights(const char *label, const struct layer *l, const double *x,
			  const double *y)
{
	for (size_t half = 0; half < 2; half++, x += l->weights, y += l->weights) {
		double scale = 0;

		for (size_t i = 0; i < l->weights; i++)
			scale = fmax(scale, fabs(x[i]));
		for (size_t i = 0; i < l->weights; i++)
			cr_expect(near(x[i], y[i], part_tolerance[l->type] * scale),
				  "%s, %s: gradient %zu of weight %zu, %.17g not %.17g",
				  type_name[l->type], label, half, i, y[i], x[i]);
	}
}

/* Mean and variance are of doubles, whatever the type; the others are of the order of 1. */
static void check_statistics(const char *label, const struct layer *l,
			     const struct bell_layer_statistics *a,
			     const struct bell_layer_statistics *b)
{
	double tolerance = part_tolerance[l->type];

	for (size_t k = 0; k < l->groups; k++, a++, b++)
		cr_expect(near(a->mean, b->mean, 1e-12 * sqrt(a->variance)) &&
			      near(a->variance, b->variance, 1e-12 * a->variance) &&
			      near(a->lambda, b->lambda, tolerance) &&
			      near(a->mean_hd, b->mean_hd, tolerance) &&
			      near(a->mean_d, b->mean_d, tolerance) &&
			      near(a->slope, b->slope, tolerance) &&
			      near(a->curvature, b->curvature, tolerance) &&
			      near(a->center, b->center, tolerance) &&
			      near(a->spread, b->spread, tolerance),
			  "%s, %s: group %zu, lambda %.17g not %.17g", type_name[l->type], label, k,
			  b->lambda, a->lambda);
}

/* In the first part of the first and the third shape a group has a single value. */
Test(layer_parts, three_parts_are_nearly_all)
{
	static const size_t samples[MAX_PARTS] = {1, 7, 33};
	struct bell_layer_shape shapes[] = {bell_layer_shape_batch(41, 5, 1),
					    bell_layer_shape_batch(41, 19, 30),
					    bell_layer_shape_batch(41, 140, 1)};

	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < 2 * COUNT(shapes); i++)
			for (size_t mode = 0; mode < COUNT(modes); mode++) {
				struct bell_layer_shape s = shapes[i / 2];
				const char *name = modes[mode].name;
				struct layer_written all, parts;
				struct layer l;

				s.groups = i == 2 ? 1 : s.groups;
				s = i % 2 ? bell_layer_shape_channels_last(s) : s;
				l = layer_in(type, &s, mode);
				all = layer_written(&l);
				parts = run_parts(&l, samples, MAX_PARTS);
				check_statistics(name, &l, all.saved, parts.saved);
				check_close(name, &l, all.out, parts.out);
				check_close(name, &l, all.du, parts.du);
				check_weights(name, &l, all.weights, parts.weights);
				layer_written_free(&all);
				layer_written_free(&parts);
				layer_free(&l);
			}
}

/* The noise is of the whole batch's elements: without it the outputs would be far. */
Test(layer_parts, noise_by_the_first_index)
{
	struct bell_layer_shape s = bell_layer_shape_batch(6, 3, 5);

	for (int type = 0; type < TYPES; type++)
		for (uint64_t first = 0; first < 3; first++) {
			struct layer l = layer_in(type, &s, 1), moved;
			void *out = layer_array(&l), *other = layer_array(&l);
			struct bell_layer_statistics saved[3];
			double z[90];

			/* x = 0 and spread 1: out is the noise */
			for (size_t i = 0; i < l.n; i++)
				layer_set(&l, l.u, i, 2);
			for (size_t k = 0; k < 3; k++) {
				saved[k] = (struct bell_layer_statistics){
				    .mean = 2, .variance = 1, .lambda = 1, .spread = 2.5};
				set_element(type, l.weight, k, 1);
				set_element(type, l.bias, k, 0);
			}
			moved = l;
			moved.options.first = UINT64_MAX - 40 + 40 * first;
			CHECK(apply(&moved, saved, out));
			for (size_t i = 0; i < l.n; i++) {
				uint64_t at = moved.options.first + i;

				if (type == F32) {
					float sample;

					bell_normal_fill_f32(
					    &(struct bell_normal_stream){SEED, STREAM, at}, 0, 1, 1,
					    1, &sample);
					z[i] = (double)sample;
				} else {
					bell_normal_fill_f64(
					    &(struct bell_normal_stream){SEED, STREAM, at}, 0, 1, 1,
					    1, &z[i]);
				}
				cr_assert(same(layer_get(&l, out, i), z[i]), "%s, %zu: %g not %g",
					  type_name[type], i, layer_get(&l, out, i), z[i]);
			}
			free(out);
			free(other);
			layer_free(&l);
		}
}

/* ---- values that are not finite ---- */

/* One in the second of two parts makes its group NaN in both, and no other. */
Test(layer_parts, not_finite)
{
	struct bell_layer_shape s = bell_layer_shape_batch(8, 20, 3);

	for (int type = 0; type < TYPES; type++)
		for (size_t mode = 0; mode < COUNT(modes); mode++) {
			static struct bell_layer_sums sums[2][GROUPS], all[GROUPS];
			struct layer l = layer_in(type, &s, mode), part[2];
			struct bell_layer_statistics saved[20];
			struct layer_written clean;
			void *out = layer_array(&l);

			clean = run_parts(&l, (const size_t[]){3, 5}, 2);
			layer_set(&l, l.u, (5 * 20 + 17) * 3 + 1, NAN);
			part[0] = part_of(&l, 0, 3);
			part[1] = part_of(&l, 3, 5);
			for (enum bell_layer_step step = 0; step <= BELL_LAYER_SPREAD; step++) {
				for (int p = 0; p < 2; p++)
					CHECK_STATUS(measure(&part[p], step, saved, sums[p]),
						     step == BELL_LAYER_MOMENTS && p ? BELL_EDOMAIN
										     : BELL_OK);
				merge(step, 2, 20, sums, all);
				CHECK(bell_layer_finalize(saved, all, 20, step, &l.options));
			}
			for (int p = 0; p < 2; p++)
				CHECK(apply(&part[p], saved, of_part(&l, &part[p], out)));
			for (size_t k = 0; k < 20; k++) {
				const double *field = (const double *)&saved[k];

				for (size_t i = 0; i < sizeof saved[k] / sizeof *field; i++)
					cr_assert(k == 17 ? isnan(field[i])
							  : same(field[i],
								 ((double *)&clean.saved[k])[i]),
						  "%s: field %zu of group %zu is %g",
						  modes[mode].name, i, k, field[i]);
			}
			for (size_t i = 0; i < l.n; i++)
				cr_assert(i / 3 % 20 == 17 ? isnan(layer_get(&l, out, i))
							   : same(layer_get(&l, out, i),
								  layer_get(&l, clean.out, i)),
					  "%s: out[%zu]", modes[mode].name, i);
			layer_written_free(&clean);
			free(out);
			layer_free(&l);
		}
}

/* ---- merging and settling ---- */

Test(layer_parts, moments_merge)
{
	struct bell_layer_sums into = {1, {4, 0}}, none = {0};
	const struct bell_layer_sums three = {3, {0, 6}};

	CHECK(bell_layer_merge(&none, &none, 1, BELL_LAYER_MOMENTS));
	cr_expect(none.count == 0 && none.sum[0] == 0 && none.sum[1] == 0);
	CHECK(bell_layer_merge(&into, &none, 1, BELL_LAYER_MOMENTS));
	cr_expect(into.count == 1 && into.sum[0] == 4 && into.sum[1] == 0);
	CHECK(bell_layer_merge(&into, &three, 1, BELL_LAYER_MOMENTS));
	/* 4 and, say, -1 - x, x, 1: mean 1, squares 6 + 3 + 9 */
	cr_expect(into.count == 4 && into.sum[0] == 1 && into.sum[1] == 18, "%g %g %g", into.count,
		  into.sum[0], into.sum[1]);
	CHECK(bell_layer_merge(&none, &three, 1, BELL_LAYER_MOMENTS));
	cr_expect(none.count == 3 && none.sum[0] == 0 && none.sum[1] == 6);
}

Test(layer_parts, sums_add_up)
{
	for (enum bell_layer_step step = BELL_LAYER_SCORE; step <= BELL_LAYER_GRADIENT; step++) {
		struct bell_layer_sums into[2] = {{1, {1, 2, 3, 4, 5}}, {2, {0}}};
		const struct bell_layer_sums from[2] = {{4, {10, 20, 30, 40, 50}}, {1, {7}}};

		CHECK(bell_layer_merge(into, from, 2, step));
		cr_expect(into[0].count == 5 && into[1].count == 3 && into[1].sum[0] == 7);
		for (int i = 0; i < 5; i++)
			cr_expect(into[0].sum[i] == 11 * (i + 1));
	}
}
