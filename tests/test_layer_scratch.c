/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_layer_scratch.c - layers in the caller's memory: exactly what is asked for, and not a byte
 * less.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "layer_checks.h"

static size_t scratch_size_of(const struct layer *l)
{
	return l->type == F32 ? bell_layer_scratch_f32(&l->shape, &l->options)
			      : bell_layer_scratch_f64(&l->shape, &l->options);
}

/*
 * Kept and not, in bundles and alone, with threads over groups and inside of them, with shared
 * weights.
 */
static size_t shapes_of(struct bell_layer_shape *s)
{
	size_t n = 0;

	s[n++] = bell_layer_shape_batch(3, 5, 1);
	s[n++] = bell_layer_shape_batch(40, 5, 1);
	s[n++] = bell_layer_shape_batch(3, 300, 2);
	s[n++] = bell_layer_shape_batch(300, 137, 1);
	s[n++] = bell_layer_shape_batch(5, 19, 127);
	s[n++] = bell_layer_shape_batch(2, 17, 2003);
	s[n++] = bell_layer_shape_batch(2, 2, 33001);
	/* channels last, all of each room is used, by three threads inside */
	s[n++] = bell_layer_shape_batch(520, 16, 127);
	s[n++] = bell_layer_shape_batch(9, 6, 5);
	s[n - 1].groups = 2;
	s[n++] = bell_layer_shape_batch(9, 6, 5003);
	s[n - 1].groups = 2;
	s[n++] = bell_layer_shape_layer(701, 37);
	s[n++] = bell_layer_shape_layer(1, 40001);
	s[n++] = bell_layer_shape_group(31, 30, 7, 10);
	s[n++] = bell_layer_shape_group(1, 6, 11003, 2);
	s[n++] = bell_layer_shape_group(1, 6, 11003, 2);
	s[n - 1].by_position = true;
	s[n++] = bell_layer_shape_instance(13, 41, 8);
	return n;
}

/*
 * The calls on scratch of the exact size, `off` bytes after where malloc aligns it, against those
 * without.
 */
static void check_exact(struct layer *l, const struct layer_written *want, size_t off)
{
	size_t size = scratch_size_of(l);
	char *block = malloc(size + off);
	struct layer_written w;

	cr_assert(size && block);
	memset(block, 0xff, size + off);
	l->options.scratch = block + off;
	l->options.scratch_size = size;
	w = layer_written(l);
	layer_check_same(l, l, want, &w, "scratch", l->options.threads);
	for (size_t i = 0; i < off; i++)
		cr_assert_eq((unsigned char)block[i], 0xff);
	layer_written_free(&w);
	free(block);
	l->options.scratch = NULL;
}

Test(layer_scratch, of_the_exact_size)
{
	struct bell_layer_shape shapes[32];
	size_t n = shapes_of(shapes);

	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < 2 * n; i++) {
			struct bell_layer_shape s =
			    i % 2 ? bell_layer_shape_channels_last(shapes[i / 2]) : shapes[i / 2];
			struct layer l = layer_make(type, &s);
			struct layer_written want;

			layer_fill(&l);
			want = layer_written(&l);
			for (unsigned threads = 0; threads < 7; threads += 3) {
				l.options.threads = threads;
				check_exact(&l, &want, 0);
				check_exact(&l, &want, threads ? threads + 2 : 8);
			}
			layer_written_free(&want);
			layer_free(&l);
		}
}

/* Nothing is written, be it out, saved or the gradients. */
Test(layer_scratch, a_byte_less_is_too_small)
{
	struct bell_layer_shape shapes[32];
	size_t n = shapes_of(shapes);

	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < n; i++) {
			struct layer l = layer_make(type, &shapes[i]);
			void *out = layer_array(&l), *untouched = layer_array(&l), *scratch;
			struct bell_layer_statistics *saved = calloc(l.groups, sizeof *saved);
			double *weights = calloc(2 * l.weights, sizeof *weights);
			uint64_t not_finite = 42;

			l.options.threads = 1 + (unsigned)i % 3;
			l.options.scratch_size = scratch_size_of(&l) - 1;
			l.options.scratch = scratch = malloc(l.options.scratch_size);
			layer_set(&l, l.u, 0, 1);
			CHECK_STATUS(layer_forward(&l, out, saved, &not_finite), BELL_ESIZE);
			CHECK_STATUS(layer_evaluate(&l, saved, out), BELL_ESIZE);
			l.options.scratch_size = 0;
			CHECK_STATUS(layer_forward(&l, out, saved, &not_finite), BELL_ESIZE);
			CHECK_STATUS(layer_evaluate(&l, saved, out), BELL_ESIZE);
			CHECK_STATUS(layer_backward(&l, saved, out, weights, weights + l.weights),
				     BELL_ESIZE);
			cr_expect_eq(not_finite, 42);
			cr_expect(layer_same(&l, out, &l, untouched));
			for (size_t k = 0; k < l.groups; k++)
				cr_assert(saved[k].lambda == 0 && saved[k].variance == 0);
			for (size_t w = 0; w < 2 * l.weights; w++)
				cr_assert(weights[w] == 0);
			free(out);
			free(untouched);
			free(scratch);
			free(saved);
			free(weights);
			layer_free(&l);
		}
}

Test(layer_scratch, is_none_for_bad_arguments)
{
	struct bell_layer_shape good = bell_layer_shape_batch(4, 3, 2), bad[7];
	struct bell_layer_options options, wrong[6];

	bell_layer_options_default(&good, &options);
	cr_expect(bell_layer_scratch_f32(&good, &options) > 0 &&
		  bell_layer_scratch_f64(&good, &options) > 0);
	cr_expect(!bell_layer_scratch_f32(NULL, &options) &&
		  !bell_layer_scratch_f64(NULL, &options));
	bad[0] = bell_layer_shape_group(0, 6, 2, 4);
	bad[1] = bell_layer_shape_batch(4, 3, 2);
	bad[1].sample_stride = PTRDIFF_MAX;
	bad[2] = bell_layer_shape_group(4, 6, 2, 4);
	bad[3] = bell_layer_shape_batch(4, 3, 2);
	bad[3].by_position = true;
	bad[4] = bell_layer_shape_batch(SIZE_MAX / 2, 1, 4);
	/* whose gradients of the weights, or tasks, would be more than can be counted */
	bad[5] = bell_layer_shape_batch(1, SIZE_MAX / 16, 1);
	bad[6] = bell_layer_shape_group(1, (size_t)1 << 59, 1, (size_t)1 << 59);
	bad[6].by_position = true;
	for (size_t i = 0; i < COUNT(bad); i++)
		cr_expect(!bell_layer_scratch_f32(&bad[i], &options) &&
			      !bell_layer_scratch_f64(&bad[i], &options),
			  "shape %zu", i);
	for (size_t i = 0; i < COUNT(wrong); i++)
		wrong[i] = options;
	wrong[0].threads = 1025;
	wrong[1].eps = 0;
	wrong[2].noise = -1;
	wrong[3].alpha = INFINITY;
	wrong[4].eps = NAN;
	wrong[5].noise = INFINITY;
	for (size_t i = 0; i < COUNT(wrong); i++)
		cr_expect(!bell_layer_scratch_f32(&good, &wrong[i]) &&
			      !bell_layer_scratch_f64(&good, &wrong[i]),
			  "options %zu", i);
}

/* The largest shapes are asked about without harm, whatever their strides. */
Test(layer_scratch, of_the_largest_shapes)
{
	struct bell_layer_options options;
	struct bell_layer_shape s;

	for (int i = 0; i < 8; i++)
		for (int a = 0; a <= 58; a++)
			for (int b = 0; a + b <= 58; b++) {
				size_t samples = (size_t)1 << a, channels = (size_t)1 << b,
				       positions =
					   ((size_t)1 << (58 - a - b)) - (a + b == 58 ? 0 : 1);

				s = i % 2 ? bell_layer_shape_batch(samples, channels, positions)
					  : bell_layer_shape_instance(samples, channels, positions);
				s.by_position = i % 4 == 2;
				s.groups = i < 4 ? channels : 1;
				s.position_stride = 2; /* gaps, for bundles of adjacent groups */
				bell_layer_options_default(&s, &options);
				options.threads = 1024;
				/* no less than the gradients of the weights */
				if (samples * channels * positions < PTRDIFF_MAX / 32)
					cr_assert(bell_layer_scratch_f32(&s, &options) >
						      2 * sizeof(double) *
							  (s.by_position ? positions : channels),
						  "%d: %d %d", i, a, b);
			}
}

/* ---- random shapes ---- */

/* Sizes of every order of magnitude, up to `most`. */
static size_t any_size(struct rng *rng, double most)
{
	return (size_t)exp(rng_unit(rng) * log(most + 1));
}

static struct bell_layer_shape any_shape(struct rng *rng)
{
	size_t samples = any_size(rng, 40), channels = any_size(rng, 200), groups, positions;
	struct bell_layer_shape s;

	positions = any_size(rng, 140000.0 / (double)(samples * channels));
	if (channels * positions < 2)
		positions = 2;
	for (groups = any_size(rng, (double)channels); channels % groups; groups--)
		;
	/* a group has two values at least */
	if (channels / groups * positions < 2)
		groups = 1;
	s = bell_layer_shape_group(samples, channels, positions, groups);
	s.batch = rng_unit(rng) < 0.4;
	s.by_position = !s.batch && rng_unit(rng) < 0.4;
	return rng_unit(rng) < 0.5 ? bell_layer_shape_channels_last(s) : s;
}

/* Every call of layer.h and layer_parts.h, in float32, with gradients of the weights or without. */
static void check_suffices(const struct layer *l, double *weights)
{
	const struct bell_layer_shape *s = &l->shape;
	const struct bell_layer_options *o = &l->options;
	struct bell_layer_statistics *k = malloc(l->groups * sizeof *k);
	struct bell_layer_sums *sums = malloc(l->groups * sizeof *sums);
	double *bias = weights ? weights + l->weights : NULL;
	void *y = layer_array(l);

	CHECK(bell_layer_forward_f32(l->u, l->weight, l->bias, s, o, y, k, NULL));
	CHECK(bell_layer_backward_f32(l->u, l->weight, k, l->g, s, o, y, weights, bias));
	CHECK(bell_layer_evaluate_f32(l->u, l->weight, l->bias, k, s, o, y));
	CHECK(bell_layer_evaluate_backward_f32(l->u, l->weight, k, l->g, s, o, y, weights, bias));
	for (enum bell_layer_step step = 0; step <= BELL_LAYER_SPREAD; step++)
		CHECK(bell_layer_measure_f32(l->u, k, s, step, o, sums));
	CHECK(bell_layer_apply_f32(l->u, l->weight, l->bias, k, s, o, y));
	CHECK(bell_layer_measure_backward_f32(l->u, l->weight, k, l->g, s, o, sums, weights, bias));
	CHECK(bell_layer_apply_backward_f32(l->u, l->weight, k, l->g, sums, s, o, y));
	free(k);
	free(sums);
	free(y);
}

/* The scratch ends where memory that must not change begins. */
static void check_size(const struct bell_layer_shape *shape, unsigned threads)
{
	struct layer l = layer_make(F32, shape);
	double *weights = malloc(2 * l.weights * sizeof *weights);
	unsigned char *block;
	size_t size;

	layer_fill(&l);
	l.options.threads = threads;
	size = bell_layer_scratch_f32(shape, &l.options);
	block = malloc(size + 64);
	cr_assert(size && block);
	memset(block + size, 0xa5, 64);
	l.options.scratch = block;
	l.options.scratch_size = size;
	check_suffices(&l, NULL);
	check_suffices(&l, weights);
	for (size_t i = 0; i < 64; i++)
		cr_assert_eq(block[size + i], 0xa5);
	free(block);
	free(weights);
	layer_free(&l);
}

/* With gradients of the weights, threads share groups where without they share parts of one. */
Test(layer_scratch, suffices_for_every_call)
{
	struct bell_layer_shape s = bell_layer_shape_group(3, 6, 11003, 2);
	struct rng rng = {11003};

	check_size(&s, 6);
	for (int i = 0; i < 150; i++) {
		s = any_shape(&rng);
		check_size(&s, 1 + (unsigned)(rng_bits(&rng) % 8));
	}
}
