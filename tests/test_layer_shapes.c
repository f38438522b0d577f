/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_layer_shapes.c - shapes and their defaults, and layers of shapes whose groups go together in
 * bundles, or fall into several parts: the same bits for all strides and threads, and what the
 * reference says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "layer_checks.h"

/* ---- shapes and defaults ---- */

static void check_sizes(struct bell_layer_shape s, struct bell_layer_shape want, size_t groups)
{
	cr_expect(s.samples == want.samples && s.channels == want.channels &&
		  s.positions == want.positions && s.groups == want.groups &&
		  s.batch == want.batch && s.by_position == want.by_position);
	/* of one sample, channel or position there may be any */
	cr_expect((s.samples == 1 || s.sample_stride == want.sample_stride) &&
		  (s.channels == 1 || s.channel_stride == want.channel_stride) &&
		  (s.positions == 1 || s.position_stride == want.position_stride));
	cr_expect_eq(bell_layer_shape_groups(&s), groups);
}

Test(layer_shapes, sizes_and_strides)
{
	struct bell_layer_shape rows = {.samples = 4,
					.channels = 6,
					.positions = 5,
					.sample_stride = 30,
					.channel_stride = 5,
					.position_stride = 1};
	struct bell_layer_shape last = rows, batch = rows, group = rows, instance = rows, layer;

	batch.groups = instance.groups = 6;
	batch.batch = true;
	group.groups = 3;
	layer = (struct bell_layer_shape){.samples = 4,
					  .channels = 1,
					  .positions = 5,
					  .sample_stride = 5,
					  .position_stride = 1,
					  .groups = 1,
					  .by_position = true};
	last.position_stride = 6;
	last.channel_stride = 1;
	last.groups = 3;
	check_sizes(bell_layer_shape_batch(4, 6, 5), batch, 6);
	check_sizes(bell_layer_shape_layer(4, 5), layer, 4);
	check_sizes(bell_layer_shape_group(4, 6, 5, 3), group, 12);
	check_sizes(bell_layer_shape_instance(4, 6, 5), instance, 24);
	check_sizes(bell_layer_shape_channels_last(bell_layer_shape_group(4, 6, 5, 3)), last, 12);
	check_sizes(bell_layer_shape_channels_last(bell_layer_shape_channels_last(group)), last,
		    12);
	check_sizes(bell_layer_shape_channels_last(bell_layer_shape_layer(4, 5)), layer, 4);
}

Test(layer_shapes, default_options)
{
	struct bell_layer_shape shapes[] = {
	    bell_layer_shape_batch(4, 6, 5), bell_layer_shape_layer(4, 5),
	    bell_layer_shape_group(4, 6, 5, 3), bell_layer_shape_instance(4, 6, 5)};

	for (size_t i = 0; i < COUNT(shapes); i++) {
		struct bell_layer_options o;

		memset(&o, 0x5a, sizeof o);
		bell_layer_options_default(&shapes[i], &o);
		cr_expect(!o.compat && !o.normalize_only &&
			      o.noise == (shapes[i].by_position ? 1 : 0.4) && o.alpha == 1 &&
			      o.eps == 1e-5 && o.seed == 0 && o.stream == 0 && o.first == 0 &&
			      o.threads == 0 && !o.scratch && o.scratch_size == 0,
			  "shape %zu", i);
	}
}

/* ---- results ---- */

static const double reference_tolerance[TYPES] = {[F32] = 1e-4, [F64] = 1e-11};

/* Gaps everywhere, samples innermost. */
static struct bell_layer_shape apart(struct bell_layer_shape s)
{
	s.sample_stride = 2;
	s.position_stride = 2 * (ptrdiff_t)s.samples + 1;
	s.channel_stride = (ptrdiff_t)s.positions * s.position_stride + 3;
	return s;
}

/* Channels last, with a gap after the channels of each position, and after each sample. */
static struct bell_layer_shape spaced(struct bell_layer_shape s)
{
	s.channel_stride = 1;
	s.position_stride = (ptrdiff_t)s.channels + 3;
	s.sample_stride = (ptrdiff_t)s.positions * s.position_stride + 5;
	return s;
}

/* Against the reference in rows, and against the bits of rows elsewhere. */
static void check(int type, struct bell_layer_shape shape, const char *what)
{
	struct bell_layer_shape strides[] = {bell_layer_shape_channels_last(shape), spaced(shape),
					     apart(shape), shape};
	struct layer rows = layer_make(type, &shape);
	struct layer_results want, got;
	struct layer_written first, w;
	char label[128];

	layer_fill(&rows);
	snprintf(label, sizeof label, "%s, %s of %zu x %zu x %zu", type_name[type], what,
		 shape.samples, shape.channels, shape.positions);
	want = layer_reference(&rows);
	got = layer_run(&rows);
	layer_check_results(label, &rows, &got, &want, reference_tolerance[type]);
	layer_check_saved(label, &rows, &got, &want, reference_tolerance[type]);
	first = layer_written(&rows);
	for (size_t i = 0; i < COUNT(strides); i++) {
		struct layer other = layer_restrided(&rows, strides[i]);

		/* layer_run() also sees that gaps are left alone */
		struct layer_results there = layer_run(&other);

		layer_results_free(&there);
		other.options.threads = 2 + (unsigned)i % 3;
		w = layer_written(&other);
		layer_check_same(&rows, &other, &first, &w, label, other.options.threads);
		layer_written_free(&w);
		layer_free(&other);
	}
	layer_results_free(&want);
	layer_results_free(&got);
	layer_written_free(&first);
	layer_free(&rows);
}

static void check_batch(size_t channels)
{
	static const size_t positions[] = {1, 2, 5, 49, 127, 128};

	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < COUNT(positions); i++)
			for (size_t samples = 1; samples <= 3; samples++)
				if (samples * positions[i] > 1)
					check(
					    type,
					    bell_layer_shape_batch(samples, channels, positions[i]),
					    "batch");
}

/* A bundle of each width, and one that is nearly empty. */
Test(layer_shapes, batch_of_129_channels) { check_batch(129); }
Test(layer_shapes, batch_of_one_and_of_17_channels)
{
	check_batch(1);
	check_batch(17);
}

/* Blocks that end within the indices of a sample, and bundles that are not kept. */
Test(layer_shapes, batch_of_many_samples)
{
	for (int type = 0; type < TYPES; type++) {
		check(type, bell_layer_shape_batch(260, 130, 1), "batch");
		check(type, bell_layer_shape_batch(100, 143, 2), "batch");
		check(type, bell_layer_shape_batch(21, 18, 127), "batch");
		check(type, bell_layer_shape_batch(21, 18, 128), "batch");
	}
}

Test(layer_shapes, instance)
{
	static const size_t positions[] = {2, 15, 16, 17, 257};

	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < COUNT(positions); i++) {
			check(type, bell_layer_shape_instance(3, 35, positions[i]), "instance");
			check(type, bell_layer_shape_instance(1, 16, positions[i]), "instance");
		}
}

/* Groups of a batch, and of samples, each of several channels. */
Test(layer_shapes, groups_of_channels)
{
	static const size_t positions[] = {1, 2, 5, 43};

	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < COUNT(positions); i++)
			for (size_t together = 2; together <= 3; together++) {
				struct bell_layer_shape s =
				    bell_layer_shape_batch(4, 19 * together, positions[i]);

				s.groups = 19;
				check(type, s, "groups of a batch");
				s.batch = false;
				check(type, s, "groups");
				s.by_position = true;
				check(type, s, "groups, by position");
			}
}

/* Beyond what a thread takes of a group: threads inside, and neighbors together in it. */
Test(layer_shapes, large_groups)
{
	for (int type = 0; type < TYPES; type++) {
		struct bell_layer_shape s = bell_layer_shape_batch(2, 4, 8200);

		check(type, bell_layer_shape_batch(2, 3, 16400), "large batch");
		check(type, bell_layer_shape_batch(16411, 3, 2), "large batch");
		check(type, bell_layer_shape_batch(32769, 2, 1), "large batch");
		check(type, bell_layer_shape_instance(1, 3, 32801), "large instance");
		check(type, bell_layer_shape_layer(1, 33001), "large layer");
		s.groups = 2;
		check(type, s, "large groups of a batch");
		s.batch = false;
		s.positions = 16411;
		s.channel_stride = 16411;
		s.sample_stride = 4 * s.channel_stride;
		check(type, s, "large groups");
	}
}
