/* SPDX-License-Identifier: BSD-3-Clause */
/* test_layer_errors.c - layers: what each call refuses, and that it then writes nothing. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "layer_reference.h"

#define SENTINEL 42
#define CAPACITY 24

/* Arrays of either type, large enough for every shape here that is no error. */
static double u[CAPACITY], g[CAPACITY], weight[CAPACITY], bias[CAPACITY], out[CAPACITY],
    sums[2][CAPACITY];
static struct bell_layer_statistics saved[CAPACITY];

enum call { FORWARD, BACKWARD, EVALUATE, CALLS };
static const char *const call_name[CALLS] = {"forward", "backward", "evaluate"};

/* The arguments that a call cannot do without, and the two gradients. */
enum argument { SHAPE, OPTIONS, U, SAVED, OUT, G, DWEIGHT, DBIAS, NONE };

static enum bell_status run(enum call call, int type, const struct bell_layer_shape *shape,
			    const struct bell_layer_options *options, enum argument null)
{
	struct layer l = {.type = type,
			  .u = null == U ? NULL : u,
			  .g = null == G ? NULL : g,
			  .weight = weight,
			  .bias = bias};
	const struct bell_layer_shape *s = null == SHAPE ? NULL : shape;
	const struct bell_layer_options *o = null == OPTIONS ? NULL : options;
	struct bell_layer_statistics *kept = null == SAVED ? NULL : saved;
	void *y = null == OUT ? NULL : out;
	double *dweight = null == DWEIGHT ? NULL : sums[0], *dbias = null == DBIAS ? NULL : sums[1];
	uint64_t not_finite = SENTINEL;
	enum bell_status status;

	if (call == FORWARD)
		status =
		    type == F32
			? bell_layer_forward_f32(l.u, l.weight, l.bias, s, o, y, kept, &not_finite)
			: bell_layer_forward_f64(l.u, l.weight, l.bias, s, o, y, kept, &not_finite);
	else if (call == BACKWARD)
		status = type == F32 ? bell_layer_backward_f32(l.u, l.weight, kept, l.g, s, o, y,
							       dweight, dbias)
				     : bell_layer_backward_f64(l.u, l.weight, kept, l.g, s, o, y,
							       dweight, dbias);
	else
		status = type == F32
			     ? bell_layer_evaluate_f32(l.u, l.weight, l.bias, kept, s, o, y)
			     : bell_layer_evaluate_f64(l.u, l.weight, l.bias, kept, s, o, y);
	cr_expect(status == BELL_OK || not_finite == SENTINEL, "an error writes nothing");
	return status;
}

static void reset(int type)
{
	for (size_t i = 0; i < CAPACITY; i++) {
		set_element(type, u, i, (double)(i * i % 7) - 2);
		set_element(type, g, i, (double)(i * i % 5) - 2);
		set_element(type, weight, i, 1);
		set_element(type, bias, i, 0);
		set_element(type, out, i, SENTINEL);
		sums[0][i] = sums[1][i] = SENTINEL;
		saved[i] = (struct bell_layer_statistics){.mean = SENTINEL,
							  .variance = 1,
							  .lambda = 1,
							  .curvature = 1,
							  .spread = SENTINEL};
	}
}

static void check_untouched(int type, const char *call, int number)
{
	for (size_t i = 0; i < CAPACITY; i++)
		cr_assert(element(type, out, i) == SENTINEL && sums[0][i] == SENTINEL &&
			      sums[1][i] == SENTINEL && saved[i].mean == SENTINEL &&
			      saved[i].spread == SENTINEL,
			  "%s, %s, error %d writes nothing", type_name[type], call, number);
}

static void check_refused(enum call call, int type, const struct bell_layer_shape *shape,
			  const struct bell_layer_options *options, enum argument null,
			  enum bell_status expected, int number)
{
	enum bell_status status;

	reset(type);
	status = run(call, type, shape, options, null);
	cr_expect_eq(status, expected, "%s, %s, error %d: %s", type_name[type], call_name[call],
		     number, bell_status_text(status));
	check_untouched(type, call_name[call], number);
}

static struct bell_layer_options defaults(const struct bell_layer_shape *shape)
{
	struct bell_layer_options options;

	bell_layer_options_default(shape, &options);
	options.threads = 1;
	return options;
}

Test(layer_errors, null_arguments)
{
	static const bool needed[CALLS][NONE] = {
	    [FORWARD] = {[SHAPE] = true, [U] = true, [SAVED] = true, [OUT] = true},
	    [BACKWARD] = {[SHAPE] = true,
			  [U] = true,
			  [SAVED] = true,
			  [OUT] = true,
			  [G] = true,
			  [DWEIGHT] = true,
			  [DBIAS] = true},
	    [EVALUATE] = {[SHAPE] = true, [U] = true, [SAVED] = true, [OUT] = true},
	};
	struct bell_layer_shape shape = bell_layer_shape_batch(4, 3, 2);
	struct bell_layer_options options = defaults(&shape);

	for (int type = 0; type < TYPES; type++)
		for (enum call call = 0; call < CALLS; call++) {
			for (enum argument a = 0; a < NONE; a++)
				if (needed[call][a])
					check_refused(call, type, &shape, &options, a, BELL_EINVAL,
						      (int)a);
			reset(type);
			CHECK(run(call, type, &shape, &options, NONE));
		}
	cr_expect_eq(bell_layer_shape_groups(NULL), 0);
}

Test(layer_errors, shapes)
{
	struct bell_layer_shape batch = bell_layer_shape_batch(4, 3, 2), bad[5];
	struct bell_layer_options options = defaults(&batch);

	bad[0] = bell_layer_shape_group(2, 6, 2, 0);
	bad[1] = bell_layer_shape_group(2, 6, 2, 4);
	bad[2] = bell_layer_shape_group(2, 6, 2, 12);
	bad[3] = bell_layer_shape_group(0, 6, 2, 4);
	bad[4] = bell_layer_shape_batch(4, 3, 2);
	bad[4].by_position = true;
	for (int i = 0; i < (int)COUNT(bad); i++) {
		cr_expect_eq(bell_layer_shape_groups(&bad[i]), 0, "shape %d", i);
		for (int type = 0; type < TYPES; type++)
			for (enum call call = 0; call < CALLS; call++)
				check_refused(call, type, &bad[i], &options, NONE, BELL_EINVAL, i);
	}
}

Test(layer_errors, groups_of_one_value)
{
	struct bell_layer_shape one[] = {
	    bell_layer_shape_batch(1, 3, 1), bell_layer_shape_layer(5, 1),
	    bell_layer_shape_group(4, 3, 1, 3), bell_layer_shape_instance(2, 6, 1)};
	struct bell_layer_options options = defaults(&one[0]);

	for (int i = 0; i < (int)COUNT(one); i++)
		for (int type = 0; type < TYPES; type++)
			for (enum call call = FORWARD; call <= BACKWARD; call++)
				check_refused(call, type, &one[i], &options, NONE, BELL_EINVAL, i);
}

Test(layer_errors, sizes)
{
	struct bell_layer_shape large[] = {
	    bell_layer_shape_batch(SIZE_MAX / 2, 1, 4),
	    bell_layer_shape_batch(2, SIZE_MAX / 2, 1),
	    bell_layer_shape_batch(5, 1, SIZE_MAX / 2),
	    bell_layer_shape_layer(SIZE_MAX, SIZE_MAX),
	    bell_layer_shape_group(SIZE_MAX / 2, 6, 2, 3),
	    bell_layer_shape_instance(4, SIZE_MAX / 4, 2),
	    bell_layer_shape_batch(SIZE_MAX / 16, 1, 8),
	    bell_layer_shape_layer(1, SIZE_MAX / 2),
	    bell_layer_shape_batch(1, 1, SIZE_MAX / 64 + 1),
	    bell_layer_shape_group(SIZE_MAX / 4, 0, 1, 8),
	    bell_layer_shape_group(1, 0, 1, SIZE_MAX / 2),
	};
	struct bell_layer_options options = defaults(&large[0]);

	for (int i = 0; i < (int)COUNT(large); i++)
		for (int type = 0; type < TYPES; type++)
			for (enum call call = 0; call < CALLS; call++)
				check_refused(call, type, &large[i], &options, NONE, BELL_ESIZE, i);
	for (int i = 0; i < (int)COUNT(large); i++)
		cr_expect_eq(bell_layer_shape_groups(&large[i]), 0, "shape %d", i);
}

Test(layer_errors, options)
{
	struct bell_layer_shape shape = bell_layer_shape_batch(4, 3, 2);
	struct bell_layer_options bad[14];

	for (size_t i = 0; i < COUNT(bad); i++)
		bad[i] = defaults(&shape);
	bad[0].threads = 1025;
	bad[1].threads = UINT32_MAX;
	bad[2].eps = 0;
	bad[3].eps = -1e-5;
	bad[4].eps = NAN;
	bad[5].eps = INFINITY;
	bad[6].eps = 1e-80;
	bad[7].eps = nextafter(BELL_LAYER_MIN_EPS, 0);
	bad[8].noise = -0.1;
	bad[9].noise = NAN;
	bad[10].noise = INFINITY;
	bad[11].alpha = NAN;
	bad[12].alpha = INFINITY;
	bad[13].alpha = -INFINITY;
	for (int i = 0; i < (int)COUNT(bad); i++)
		for (int type = 0; type < TYPES; type++)
			for (enum call call = FORWARD; call <= BACKWARD; call++)
				check_refused(call, type, &shape, &bad[i], NONE, BELL_EINVAL, i);
	for (int i = 0; i < 8; i++)
		for (int type = 0; type < TYPES; type++)
			check_refused(EVALUATE, type, &shape, &bad[i], NONE, BELL_EINVAL, i);
	for (int type = 0; type < TYPES; type++) {
		struct bell_layer_options unusual = defaults(&shape);

		unusual.threads = 1024;
		unusual.alpha = -0.5;
		unusual.noise = 100;
		unusual.eps = 1e3;
		for (enum call call = 0; call < CALLS; call++)
			CHECK(run(call, type, &shape, &unusual, NONE));
	}
}

/* ---- steps ---- */

/* The calls of a step, and what they do without. */
enum step_call { MEASURE, APPLY, MEASURE_BACKWARD, APPLY_BACKWARD, STEP_CALLS };
static struct bell_layer_sums step_sums[CAPACITY];

/*
 * The number of the argument, of shape, options, u, saved, g, out or sums, that is NULL; 7: none.
 */
static enum bell_status run_step(enum step_call call, int type, enum bell_layer_step step,
				 const struct bell_layer_shape *shape,
				 const struct bell_layer_options *options, int null)
{
	const struct bell_layer_shape *s = null == 0 ? NULL : shape;
	const struct bell_layer_options *o = null == 1 ? NULL : options;
	const void *x = null == 2 ? NULL : u, *grad = null == 4 ? NULL : g;
	const struct bell_layer_statistics *kept = null == 3 ? NULL : saved;
	struct bell_layer_sums *all = null == 6 ? NULL : step_sums;
	void *y = null == 5 ? NULL : out;
	double *dweight = sums[0], *dbias = null == 5 ? NULL : sums[1];

	if (type == F32)
		return call == MEASURE ? bell_layer_measure_f32(x, kept, s, step, o, all)
		       : call == APPLY ? bell_layer_apply_f32(x, NULL, NULL, kept, s, o, y)
		       : call == MEASURE_BACKWARD
			   ? bell_layer_measure_backward_f32(x, NULL, kept, grad, s, o, all,
							     dweight, dbias)
			   : bell_layer_apply_backward_f32(x, NULL, kept, grad, all, s, o, y);
	return call == MEASURE ? bell_layer_measure_f64(x, kept, s, step, o, all)
	       : call == APPLY ? bell_layer_apply_f64(x, NULL, NULL, kept, s, o, y)
	       : call == MEASURE_BACKWARD
		   ? bell_layer_measure_backward_f64(x, NULL, kept, grad, s, o, all, dweight, dbias)
		   : bell_layer_apply_backward_f64(x, NULL, kept, grad, all, s, o, y);
}

static void check_step_refused(enum step_call call, int type, enum bell_layer_step step,
			       const struct bell_layer_shape *shape,
			       const struct bell_layer_options *options, int null,
			       enum bell_status expected)
{
	char name[64];
	enum bell_status status;

	snprintf(name, sizeof name, "call %d of step %d", (int)call, (int)step);
	reset(type);
	for (size_t k = 0; k < CAPACITY; k++)
		step_sums[k] = (struct bell_layer_sums){.count = SENTINEL};
	status = run_step(call, type, step, shape, options, null);
	cr_expect_eq(status, expected, "%s, %s, %d: %s", type_name[type], name, null,
		     bell_status_text(status));
	check_untouched(type, name, null);
	for (size_t k = 0; k < CAPACITY; k++)
		cr_assert(step_sums[k].count == SENTINEL && step_sums[k].sum[0] == 0);
}

Test(layer_errors, steps)
{
	/* by the numbers of run_step(); dbias for `out` of the third */
	static const bool needed[STEP_CALLS][7] = {[MEASURE] = {1, 0, 1, 1, 0, 0, 1},
						   [APPLY] = {1, 0, 1, 1, 0, 1, 0},
						   [MEASURE_BACKWARD] = {1, 0, 1, 1, 1, 1, 1},
						   [APPLY_BACKWARD] = {1, 0, 1, 1, 1, 1, 1}};
	struct bell_layer_shape shape = bell_layer_shape_batch(4, 3, 2),
				bad = bell_layer_shape_group(4, 3, 2, 2),
				large = bell_layer_shape_batch(SIZE_MAX / 4, 3, 2);
	struct bell_layer_options options = defaults(&shape), wrong = options, small = options;
	char small_scratch[8];

	wrong.threads = 1025;
	small.scratch = small_scratch;
	small.scratch_size = sizeof small_scratch;
	for (int type = 0; type < TYPES; type++)
		for (enum step_call call = 0; call < STEP_CALLS; call++) {
			enum bell_layer_step step = BELL_LAYER_SPREAD;

			for (int a = 0; a < 7; a++)
				if (needed[call][a])
					check_step_refused(call, type, step, &shape, &options, a,
							   BELL_EINVAL);
			check_step_refused(call, type, step, &bad, &options, 7, BELL_EINVAL);
			check_step_refused(call, type, step, &large, &options, 7, BELL_ESIZE);
			check_step_refused(call, type, step, &shape, &wrong, 7, BELL_EINVAL);
			check_step_refused(call, type, step, &shape, &small, 7, BELL_ESIZE);
			reset(type);
			CHECK(run_step(call, type, step, &shape, &options, 7));
		}
	for (int type = 0; type < TYPES; type++) {
		/* the first step alone needs no statistics, and the last is measure_backward's */
		CHECK(run_step(MEASURE, type, BELL_LAYER_MOMENTS, &shape, &options, 3));
		check_step_refused(MEASURE, type, BELL_LAYER_SCORE, &shape, &options, 3,
				   BELL_EINVAL);
		check_step_refused(MEASURE, type, BELL_LAYER_GRADIENT, &shape, &options, 7,
				   BELL_EINVAL);
		check_step_refused(MEASURE, type, (enum bell_layer_step)77, &shape, &options, 7,
				   BELL_EINVAL);
	}
}

Test(layer_errors, merging)
{
	struct bell_layer_sums a[2] = {{2, {1, 1}}, {2, {1, 1}}}, b[2] = {{3, {5}}, {3, {5}}};

	CHECK_STATUS(bell_layer_merge(a, NULL, 2, BELL_LAYER_SCORE), BELL_EINVAL);
	CHECK_STATUS(bell_layer_merge(NULL, b, 2, BELL_LAYER_SCORE), BELL_EINVAL);
	CHECK(bell_layer_merge(a, b, 0, BELL_LAYER_SCORE));
	CHECK(bell_layer_merge(NULL, NULL, 0, BELL_LAYER_SCORE));
	CHECK_STATUS(bell_layer_merge(a, b, 2, (enum bell_layer_step)5), BELL_EINVAL);
	cr_expect(a[0].count == 2 && a[0].sum[0] == 1 && a[1].count == 2);
	CHECK(bell_layer_merge(a, b, 2, BELL_LAYER_GRADIENT));
}

Test(layer_errors, finalizing)
{
	struct bell_layer_shape shape = bell_layer_shape_batch(4, 2, 2);
	struct bell_layer_options options = defaults(&shape), bad[5];
	struct bell_layer_sums good[2] = {{2, {1, 1}}, {2, {1, 1}}}, few[2];

	reset(F64);
	CHECK_STATUS(bell_layer_finalize(saved, NULL, 2, BELL_LAYER_MOMENTS, &options),
		     BELL_EINVAL);
	CHECK_STATUS(bell_layer_finalize(NULL, good, 2, BELL_LAYER_MOMENTS, &options), BELL_EINVAL);
	CHECK(bell_layer_finalize(saved, good, 0, BELL_LAYER_MOMENTS, &options));
	CHECK(bell_layer_finalize(NULL, NULL, 0, BELL_LAYER_MOMENTS, NULL));
	CHECK_STATUS(bell_layer_finalize(saved, good, 2, BELL_LAYER_GRADIENT, &options),
		     BELL_EINVAL);
	CHECK_STATUS(bell_layer_finalize(saved, good, 2, (enum bell_layer_step) - 1, &options),
		     BELL_EINVAL);
	/* the second group has too few values: the first is not written either */
	for (int i = 0; i < 4; i++) {
		memcpy(few, good, sizeof few);
		few[1].count = (double[]){0.5, 1, -3, NAN}[i];
		CHECK_STATUS(bell_layer_finalize(saved, few, 2, BELL_LAYER_MOMENTS, &options),
			     BELL_EINVAL);
	}
	for (int i = 0; i < 5; i++)
		bad[i] = options;
	bad[0].eps = 0;
	bad[1].alpha = NAN;
	bad[2].noise = -1;
	bad[3].noise = NAN;
	bad[4].threads = 1025;
	for (int i = 0; i < 5; i++)
		CHECK_STATUS(bell_layer_finalize(saved, good, 2, BELL_LAYER_SPREAD, &bad[i]),
			     BELL_EINVAL);
	check_untouched(F64, "finalize", 0);
	CHECK(bell_layer_finalize(saved, good, 2, BELL_LAYER_MOMENTS, &options));
	cr_expect(saved[1].mean == 1 && saved[1].variance == 0.5 && saved[1].lambda == 1);
}

/* Any index, and a size of a scratch that is not there. */
Test(layer_errors, first_and_scratch_size)
{
	struct bell_layer_shape shape = bell_layer_shape_batch(4, 3, 2);
	struct bell_layer_options options = defaults(&shape);
	char small_scratch[8];

	for (int type = 0; type < TYPES; type++)
		for (enum call call = 0; call < CALLS; call++) {
			options.first = UINT64_MAX;
			options.scratch_size = call;
			reset(type);
			CHECK(run(call, type, &shape, &options, NONE));
			options.scratch = small_scratch;
			options.scratch_size = sizeof small_scratch;
			check_refused(call, type, &shape, &options, NONE, BELL_ESIZE, 0);
			options.scratch = NULL;
		}
}
