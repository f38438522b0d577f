/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_layer_strides.c - layers: outputs that overlap inputs, strides of any sign and size, and
 * what an ordinary norm layer does not read.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "layer_arguments.h"

/* ---- in place, and overlapping ---- */

static void *at(int type, void *array, size_t i) { return (char *)array + i * sample_size[type]; }

/* The calls that may write where they read, and those that see that they cannot. */
static void check_overlap(enum call call, int type, const struct bell_layer_shape *s, size_t from,
			  size_t to, enum bell_status expected)
{
	struct arguments a = arguments(type, s, NULL);

	a.u = at(type, u, from);
	a.out = at(type, u, to);
	cr_expect_eq(run(call, type, &a), expected, "%s, call %d, from %zu to %zu", type_name[type],
		     (int)call, from, to);
}

Test(layer_strides, outputs_that_overlap_inputs)
{
	static const enum call apart[] = {FORWARD, BACKWARD, EVALUATE_BACKWARD, APPLY_BACKWARD};
	struct bell_layer_shape rows = bell_layer_shape_batch(4, 3, 2), gaps = rows;

	/* the samples of u, and those of out between them */
	gaps.sample_stride = 12;
	for (int type = 0; type < TYPES; type++) {
		for (size_t i = 0; i < COUNT(apart); i++) {
			struct bell_layer_shape last = bell_layer_shape_channels_last(rows);

			check_overlap(apart[i], type, &rows, 24, 24, BELL_EINVAL);
			check_overlap(apart[i], type, &rows, 24, 25, BELL_EINVAL);
			check_overlap(apart[i], type, &rows, 24, 1, BELL_EINVAL);
			check_overlap(apart[i], type, &last, 24, 47, BELL_EINVAL);
			check_overlap(apart[i], type, &rows, 24, 48, BELL_OK);
			check_overlap(apart[i], type, &rows, 24, 0, BELL_OK);
			check_overlap(apart[i], type, &gaps, 0, 0, BELL_EINVAL);
			check_overlap(apart[i], type, &gaps, 0, 6, BELL_OK);
		}
		check_overlap(EVALUATE, type, &rows, 24, 24, BELL_OK);
		check_overlap(APPLY, type, &gaps, 24, 24, BELL_OK);
	}
}

/* out of apply may be u, and du may be g in every backward call. */
Test(layer_strides, in_place)
{
	static const enum call calls[] = {APPLY, EVALUATE_BACKWARD, APPLY_BACKWARD};
	struct bell_layer_shape shapes[] = {
	    bell_layer_shape_batch(12, 4, 1), bell_layer_shape_batch(2, 3, 8),
	    bell_layer_shape_channels_last(bell_layer_shape_group(2, 4, 6, 2)),
	    bell_layer_shape_layer(2, 24)};

	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < COUNT(shapes); i++)
			for (size_t c = 0; c < COUNT(calls); c++) {
				struct arguments a = arguments(type, &shapes[i], NULL);
				double apart[CAPACITY];

				for (size_t k = 0; k < CAPACITY; k++)
					sums[k] =
					    (struct bell_layer_sums){8, {0.5, 0.25, 1, 2, -1}};
				CHECK(run(calls[c], type, &a));
				memcpy(apart, out, 48 * sample_size[type]);
				a.out = calls[c] == APPLY ? u : g;
				CHECK(run(calls[c], type, &a));
				cr_expect(!memcmp(a.out, apart, 48 * sample_size[type]),
					  "%s, shape %zu, call %d", type_name[type], i,
					  (int)calls[c]);
			}
}

/* ---- strides ---- */

Test(layer_strides, strides_that_overflow)
{
	struct bell_layer_shape s[6];

	for (size_t i = 0; i < COUNT(s); i++)
		s[i] = bell_layer_shape_batch(4, 3, 2);
	s[0].sample_stride = PTRDIFF_MAX;
	s[1].sample_stride = PTRDIFF_MIN;
	s[2].channel_stride = PTRDIFF_MAX / 2 + 1;
	s[3].position_stride = -PTRDIFF_MAX;
	/* each fits, and their sum does not */
	s[4].sample_stride = s[4].channel_stride = PTRDIFF_MAX / 8;
	/* the ends fit, but not what lies between them */
	s[5].sample_stride = PTRDIFF_MAX / 16;
	s[5].channel_stride = -PTRDIFF_MAX / 16;
	for (size_t i = 0; i < COUNT(s); i++) {
		cr_expect(!bell_layer_scratch_f32(&s[i], NULL) &&
			  !bell_layer_scratch_f64(&s[i], NULL));
		for (int type = 0; type < TYPES; type++)
			for (enum call call = 0; call < CALLS; call++) {
				struct arguments a = arguments(type, &s[i], NULL);

				CHECK_STATUS(run(call, type, &a), BELL_ESIZE);
			}
	}
	/* what float32 can reach float64 need not */
	s[0].sample_stride = PTRDIFF_MAX / 4 / 3 - 8;
	cr_expect(bell_layer_scratch_f32(&s[0], NULL) && !bell_layer_scratch_f64(&s[0], NULL));
	/* the stride of a single sample leads nowhere */
	s[0] = bell_layer_shape_batch(1, 3, 8);
	s[0].sample_stride = PTRDIFF_MAX;
	for (int type = 0; type < TYPES; type++)
		for (enum call call = 0; call < CALLS; call++) {
			struct arguments a = arguments(type, &s[0], NULL);

			CHECK(run(call, type, &a));
		}
}

/* Backwards in memory, each element has the value and the noise that it has forwards. */
static void check_backwards(enum call call, int type, const struct bell_layer_shape *s)
{
	struct bell_layer_shape back = *s;
	double forwards[CAPACITY];
	struct arguments a = arguments(type, s, NULL);

	back.sample_stride = -s->sample_stride;
	back.channel_stride = -s->channel_stride;
	back.position_stride = -s->position_stride;
	CHECK(run(call, type, &a));
	memcpy(forwards, out, sizeof out);
	a = arguments(type, &back, NULL);
	for (size_t i = 0; i < 48; i++) {
		set_element(type, u, 47 - i, (double)(i * i % 7) - 2);
		set_element(type, g, 47 - i, (double)(i * i % 5) - 2);
	}
	a.u = at(type, u, 47);
	a.g = at(type, g, 47);
	a.out = at(type, out, 47);
	CHECK(run(call, type, &a));
	for (size_t i = 0; i < 48; i++)
		cr_assert(same(element(type, out, 47 - i), element(type, forwards, i)),
			  "%s, call %d, element %zu", type_name[type], (int)call, i);
	a.out = at(type, u, 48);
	if (call != EVALUATE)
		CHECK_STATUS(run(call, type, &a), BELL_EINVAL);
}

Test(layer_strides, strides_below_zero)
{
	struct bell_layer_shape batch = bell_layer_shape_batch(4, 3, 4),
				instance = bell_layer_shape_instance(1, 3, 16);

	for (int type = 0; type < TYPES; type++)
		for (enum call call = FORWARD; call <= EVALUATE_BACKWARD; call++) {
			check_backwards(call, type, &batch);
			check_backwards(call, type, &instance);
		}
}

/* ---- evaluation as an ordinary norm layer ---- */

Test(layer_strides, normalize_only_does_not_read_lambda)
{
	struct bell_layer_shape s = bell_layer_shape_batch(4, 3, 4);
	struct bell_layer_options o;

	bell_layer_options_default(&s, &o);
	o.normalize_only = true;
	for (int type = 0; type < TYPES; type++)
		for (enum call call = EVALUATE; call <= EVALUATE_BACKWARD; call++) {
			double with[CAPACITY];
			struct arguments a = arguments(type, &s, &o);

			CHECK(run(call, type, &a));
			memcpy(with, out, sizeof out);
			for (size_t k = 0; k < 3; k++)
				statistics[k].lambda = NAN;
			CHECK(run(call, type, &a));
			cr_expect(!memcmp(with, out, sizeof out));
		}
}
