/* SPDX-License-Identifier: BSD-3-Clause */
/* test_layer_errors.c - layers: what each call refuses, and that it then writes nothing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "layer_reference.h"

#define SENTINEL 42
#define ROOM     24

/* Arrays of either type, large enough for every shape here that is no error. */
static double u[ROOM], g[ROOM], weight[ROOM], bias[ROOM], out[ROOM], sums[2][ROOM];
static struct bell_layer_saved saved[ROOM];

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
	struct bell_layer_saved *kept = null == SAVED ? NULL : saved;
	void *y = null == OUT ? NULL : out;
	double *dweight = null == DWEIGHT ? NULL : sums[0], *dbias = null == DBIAS ? NULL : sums[1];
	uint64_t not_finite = SENTINEL;
	enum bell_status status;

	if (call == FORWARD)
		status =
		    type == F32
			? bell_layer_forward_f32(s, o, l.u, l.weight, l.bias, y, kept, &not_finite)
			: bell_layer_forward_f64(s, o, l.u, l.weight, l.bias, y, kept, &not_finite);
	else if (call == BACKWARD)
		status = type == F32 ? bell_layer_backward_f32(s, o, l.u, l.weight, kept, l.g, y,
							       dweight, dbias)
				     : bell_layer_backward_f64(s, o, l.u, l.weight, kept, l.g, y,
							       dweight, dbias);
	else
		status = type == F32
			     ? bell_layer_evaluate_f32(s, o, kept, l.u, l.weight, l.bias, y)
			     : bell_layer_evaluate_f64(s, o, kept, l.u, l.weight, l.bias, y);
	cr_expect(status == BELL_OK || not_finite == SENTINEL, "an error writes nothing");
	return status;
}

static void reset(int type)
{
	for (size_t i = 0; i < ROOM; i++) {
		set_element(type, u, i, (double)(i * i % 7) - 2);
		set_element(type, g, i, (double)(i * i % 5) - 2);
		set_element(type, weight, i, 1);
		set_element(type, bias, i, 0);
		set_element(type, out, i, SENTINEL);
		sums[0][i] = sums[1][i] = SENTINEL;
		saved[i] = (struct bell_layer_saved){.mean = SENTINEL,
						     .variance = 1,
						     .lambda = 1,
						     .curvature = 1,
						     .spread = SENTINEL};
	}
}

static void check_untouched(int type, const char *call, int number)
{
	for (size_t i = 0; i < ROOM; i++)
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
	    [FORWARD] =
		{[SHAPE] = true, [OPTIONS] = true, [U] = true, [SAVED] = true, [OUT] = true},
	    [BACKWARD] = {[SHAPE] = true,
			  [OPTIONS] = true,
			  [U] = true,
			  [SAVED] = true,
			  [OUT] = true,
			  [G] = true,
			  [DWEIGHT] = true,
			  [DBIAS] = true},
	    [EVALUATE] =
		{[SHAPE] = true, [OPTIONS] = true, [U] = true, [SAVED] = true, [OUT] = true},
	};
	struct bell_layer_shape shape = bell_layer_batch(4, 3, 2);
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
	cr_expect_eq(bell_layer_groups(NULL), 0);
}

Test(layer_errors, shapes)
{
	struct bell_layer_shape batch = bell_layer_batch(4, 3, 2), bad[10];
	struct bell_layer_options options = defaults(&batch);

	bad[0] = bell_layer_batch(0, 3, 2);
	bad[1] = bell_layer_batch(4, 0, 2);
	bad[2] = bell_layer_batch(4, 3, 0);
	bad[3] = bell_layer_group(2, 6, 2, 0);
	bad[4] = bell_layer_group(2, 6, 2, 4);
	bad[5] = bell_layer_group(2, 6, 2, 12);
	bad[6] = bell_layer_layer(0, 5);
	bad[7] = bell_layer_layer(5, 0);
	bad[8] = bell_layer_channels_last(bell_layer_instance(2, 0, 2));
	bad[9] = bell_layer_batch(4, 3, 2);
	bad[9].by_position = true;
	for (int i = 0; i < (int)COUNT(bad); i++) {
		cr_expect_eq(bell_layer_groups(&bad[i]), 0, "shape %d", i);
		for (int type = 0; type < TYPES; type++)
			for (enum call call = 0; call < CALLS; call++)
				check_refused(call, type, &bad[i], &options, NONE, BELL_EINVAL, i);
	}
}

Test(layer_errors, groups_of_one_value)
{
	struct bell_layer_shape one[] = {bell_layer_batch(1, 3, 1), bell_layer_layer(5, 1),
					 bell_layer_group(4, 3, 1, 3),
					 bell_layer_instance(2, 6, 1)};
	struct bell_layer_options options = defaults(&one[0]);

	for (int i = 0; i < (int)COUNT(one); i++)
		for (int type = 0; type < TYPES; type++)
			for (enum call call = FORWARD; call <= BACKWARD; call++)
				check_refused(call, type, &one[i], &options, NONE, BELL_EINVAL, i);
}

Test(layer_errors, sizes)
{
	struct bell_layer_shape large[] = {
	    bell_layer_batch(SIZE_MAX / 2, 1, 4),     bell_layer_batch(2, SIZE_MAX / 2, 1),
	    bell_layer_batch(5, 1, SIZE_MAX / 2),     bell_layer_layer(SIZE_MAX, SIZE_MAX),
	    bell_layer_group(SIZE_MAX / 2, 6, 2, 3),  bell_layer_instance(4, SIZE_MAX / 4, 2),
	    bell_layer_batch(SIZE_MAX / 16, 1, 8),    bell_layer_layer(1, SIZE_MAX / 2),
	    bell_layer_batch(1, 1, SIZE_MAX / 8 + 1),
	};
	struct bell_layer_options options = defaults(&large[0]);

	for (int i = 0; i < (int)COUNT(large); i++)
		for (int type = 0; type < TYPES; type++)
			for (enum call call = 0; call < CALLS; call++) {
				/* of float32 the last has half of the memory that there could be */
				if (i + 1 < (int)COUNT(large) || type == F64)
					check_refused(call, type, &large[i], &options, NONE,
						      BELL_ESIZE, i);
			}
}

Test(layer_errors, options)
{
	struct bell_layer_shape shape = bell_layer_batch(4, 3, 2);
	struct bell_layer_options bad[12];

	for (size_t i = 0; i < COUNT(bad); i++)
		bad[i] = defaults(&shape);
	bad[0].threads = 1025;
	bad[1].threads = UINT32_MAX;
	bad[2].eps = 0;
	bad[3].eps = -1e-5;
	bad[4].eps = NAN;
	bad[5].eps = INFINITY;
	bad[6].noise = -0.1;
	bad[7].noise = NAN;
	bad[8].noise = INFINITY;
	bad[9].alpha = NAN;
	bad[10].alpha = INFINITY;
	bad[11].alpha = -INFINITY;
	for (int i = 0; i < (int)COUNT(bad); i++)
		for (int type = 0; type < TYPES; type++)
			for (enum call call = FORWARD; call <= BACKWARD; call++)
				check_refused(call, type, &shape, &bad[i], NONE, BELL_EINVAL, i);
	for (int i = 0; i < 6; i++)
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

/* Each test is a process of its own. */
Test(layer_errors, without_a_backend)
{
	struct bell_layer_shape shape = bell_layer_batch(4, 3, 2);
	struct bell_layer_options options = defaults(&shape);

	setenv("BELLSHAPE_BACKEND", "abacus", 1);
	CHECK_STATUS(bell_backend_use(NULL), BELL_EBACKEND);
	if (bell_backend())
		cr_skip_test("a backend was chosen before");
	for (int type = 0; type < TYPES; type++)
		for (enum call call = 0; call < CALLS; call++)
			check_refused(call, type, &shape, &options, NONE, BELL_EBACKEND, 0);
}
