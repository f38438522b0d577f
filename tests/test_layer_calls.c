/* SPDX-License-Identifier: BSD-3-Clause */
/* test_layer_calls.c - layers: the same bits, in place, values that are not finite, errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "layer_checks.h"

/* ---- the same bits ---- */

static struct bell_layer_shape gaps(struct bell_layer_shape s)
{
	s.sample_stride = 3;
	s.position_stride = 3 * (ptrdiff_t)s.samples + 1;
	s.channel_stride = (ptrdiff_t)s.positions * s.position_stride + 5;
	return s;
}

/* One thread and rows, against other threads; and other strides, with three. */
static void check_bits(int type, struct bell_layer_shape shape, const char *what)
{
	struct bell_layer_shape strides[] = {shape, bell_layer_shape_channels_last(shape),
					     gaps(shape)};
	struct layer rows = layer_make(type, &shape);
	struct layer_written first, w;

	layer_fill(&rows);
	first = layer_written(&rows);
	for (size_t i = 0; i < COUNT(strides); i++) {
		struct layer other = layer_restrided(&rows, strides[i]);

		for (unsigned threads = i ? 3 : 2; threads <= (i ? 3 : 5); threads++) {
			other.options.threads = threads;
			w = layer_written(&other);
			layer_check_same(&rows, &other, &first, &w, what, threads);
			layer_written_free(&w);
		}
		layer_free(&other);
	}
	layer_written_free(&first);
	layer_free(&rows);
}

/* Groups of several parts of 32768 elements, and of less than one. */
Test(layer_calls, few_large_groups_same_bits)
{
	for (int type = 0; type < TYPES; type++) {
		check_bits(type, bell_layer_shape_batch(3, 1, 23011), "batch");
		check_bits(type, bell_layer_shape_layer(1, 40001), "layer");
		check_bits(type, bell_layer_shape_group(1, 6, 11003, 2), "group");
		check_bits(type, bell_layer_shape_group(1, 6, 3001, 2), "shorter group");
	}
}

/* Weights that groups, and parts of a group, share. */
Test(layer_calls, shared_weights_same_bits)
{
	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < 2; i++) {
			struct bell_layer_shape batch =
						    bell_layer_shape_batch(9, 4, i ? 2003 : 101),
						group = bell_layer_shape_group(1, 6,
									       i ? 11003 : 101, 2);

			batch.groups = 2;
			check_bits(type, batch, "groups of a batch");
			group.by_position = true;
			check_bits(type, group, "groups, by position");
		}
}

Test(layer_calls, many_small_groups_same_bits)
{
	for (int type = 0; type < TYPES; type++) {
		check_bits(type, bell_layer_shape_batch(17, 1501, 1), "batch");
		check_bits(type, bell_layer_shape_layer(701, 37), "layer");
		check_bits(type, bell_layer_shape_group(101, 30, 7, 10), "group");
		check_bits(type, bell_layer_shape_instance(73, 41, 8), "instance");
	}
}

/* ---- in place, and what may be NULL ---- */

Test(layer_calls, in_place)
{
	struct bell_layer_shape shapes[] = {
	    bell_layer_shape_batch(40, 5, 1), bell_layer_shape_batch(7, 5, 33),
	    bell_layer_shape_layer(9, 301),
	    bell_layer_shape_channels_last(bell_layer_shape_group(3, 6, 50, 2)),
	    bell_layer_shape_batch(2, 2, 5003)};

	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < COUNT(shapes); i++) {
			struct layer l = layer_make(type, &shapes[i]);
			struct layer_written w;
			double *weights = malloc(2 * l.weights * sizeof *weights);

			layer_fill(&l);
			w = layer_written(&l);
			CHECK(layer_backward(&l, w.saved, l.g, weights, weights + l.weights));
			CHECK(layer_evaluate(&l, w.saved, l.u));
			cr_expect(layer_same(&l, l.g, &l, w.du), "du is g");
			cr_expect(same_words(weights, w.weights, 2 * l.weights * sizeof *weights));
			cr_expect(layer_same(&l, l.u, &l, w.evaluation), "out is u");
			layer_written_free(&w);
			free(weights);
			layer_free(&l);
		}
}

Test(layer_calls, optional_arrays)
{
	struct bell_layer_shape shapes[] = {bell_layer_shape_batch(40, 5, 3),
					    bell_layer_shape_layer(9, 31)};

	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < COUNT(shapes); i++) {
			struct layer l = layer_make(type, &shapes[i]), m;
			struct layer_written a, b;
			void *du = layer_array(&l);

			layer_fill(&l);
			for (size_t w = 0; w < l.weights; w++) {
				set_element(type, l.weight, w, 1);
				set_element(type, l.bias, w, 0);
			}
			m = l;
			m.weight = m.bias = NULL;
			a = layer_written(&l);
			b = layer_written(&m);
			layer_check_same(&l, &m, &a, &b, "weight 1, bias 0", 1);
			CHECK(layer_backward(&l, a.saved, du, NULL, NULL));
			cr_expect(layer_same(&l, du, &l, a.du), "without dweight and dbias");
			layer_written_free(&b);
			m.weight = l.weight;
			b = layer_written(&m);
			layer_check_same(&l, &m, &a, &b, "bias 0", 1);
			layer_written_free(&a);
			layer_written_free(&b);
			free(du);
			layer_free(&l);
		}
}

/* Seed and stream are of the noise; du does not have it. */
Test(layer_calls, noise_reaches_dweight_alone)
{
	struct bell_layer_shape shape = bell_layer_shape_batch(40, 5, 3);

	for (int type = 0; type < TYPES; type++)
		for (int k = 0; k < 3; k++) {
			struct layer l = layer_make(type, &shape);
			struct layer_written a, b;

			layer_fill(&l);
			a = layer_written(&l);
			l.options.seed += k == 0;
			l.options.stream += k == 1;
			l.options.noise = k == 2 ? 0 : l.options.noise;
			b = layer_written(&l);
			cr_expect(!layer_same(&l, a.out, &l, b.out));
			cr_expect(layer_same(&l, a.du, &l, b.du));
			for (size_t w = 0; w < l.weights; w++)
				cr_expect(a.weights[w] != b.weights[w] &&
					  a.weights[l.weights + w] == b.weights[l.weights + w]);
			cr_expect((b.saved->spread == 0) == (k == 2));
			layer_written_free(&a);
			layer_written_free(&b);
			layer_free(&l);
		}
}

/* One sample of one position: no statistics to take, but to evaluate with. */
Test(layer_calls, evaluates_a_single_sample)
{
	struct bell_layer_shape shape = bell_layer_shape_batch(1, 3, 1);

	for (int type = 0; type < TYPES; type++) {
		struct bell_layer_statistics frozen[3] = {
		    {.variance = 1 - 1e-5, .lambda = 1},
		    {.variance = 4 - 1e-5, .lambda = 1},
		    {.mean = 1, .variance = 1 - 1e-5, .lambda = 0}};
		struct layer l = layer_make(type, &shape);

		layer_set(&l, l.u, 0, -2);
		layer_set(&l, l.u, 1, 3);
		layer_set(&l, l.u, 2, 2);
		CHECK(layer_evaluate(&l, frozen, l.u));
		cr_expect(near(layer_get(&l, l.u, 0), -2, 1e-6));
		cr_expect(near(layer_get(&l, l.u, 1), 1.5, 1e-6));
		cr_expect(near(layer_get(&l, l.u, 2), log(2), 1e-6));
		layer_free(&l);
	}
}

/* ---- values that are not finite ---- */

static bool all_nan(const struct bell_layer_statistics *s)
{
	return isnan(s->mean) && isnan(s->variance) && isnan(s->lambda) && isnan(s->mean_hd) &&
	       isnan(s->mean_d) && isnan(s->slope) && isnan(s->curvature) && isnan(s->center) &&
	       isnan(s->spread);
}

/* Elements of index 7 and 31, and 7 + n/2: two or three groups of each shape. */
static void check_not_finite(int type, struct bell_layer_shape shape, unsigned threads)
{
	const double bad[3] = {NAN, INFINITY, -INFINITY};
	struct layer l = layer_make(type, &shape);
	size_t places[3] = {7, 31, 7 + l.n / 2}, holes = 0;
	bool *hole = calloc(l.groups, sizeof *hole);
	struct layer_written clean;
	void *out = layer_array(&l);
	struct bell_layer_statistics *saved = malloc(l.groups * sizeof *saved);
	uint64_t not_finite = 77;

	layer_fill(&l);
	l.options.threads = threads;
	clean = layer_written(&l);
	for (size_t i = 0; i < 3; i++) {
		layer_set(&l, l.u, places[i], bad[i]);
		hole[layer_group(&shape, places[i])] = true;
	}
	CHECK_STATUS(layer_forward(&l, out, saved, &not_finite), BELL_EDOMAIN);
	cr_expect_eq(not_finite, 3);
	for (size_t i = 0; i < l.n; i++) {
		double y = layer_get(&l, out, i);

		cr_expect(hole[layer_group(&shape, i)] ? isnan(y)
						       : same(y, layer_get(&l, clean.out, i)),
			  "%s, out[%zu] = %g", type_name[type], i, y);
	}
	for (size_t k = 0; k < l.groups; k++) {
		holes += hole[k];
		cr_expect(hole[k] ? all_nan(&saved[k])
				  : same_words(&saved[k], &clean.saved[k], sizeof *saved),
			  "%s, saved[%zu]", type_name[type], k);
	}
	cr_assert(holes >= 2 && holes < l.groups);
	CHECK_STATUS(layer_forward(&l, out, saved, NULL), BELL_EDOMAIN);
	layer_written_free(&clean);
	free(out);
	free(saved);
	free(hole);
	layer_free(&l);
}

Test(layer_calls, not_finite)
{
	for (int type = 0; type < TYPES; type++)
		for (unsigned threads = 1; threads <= 3; threads += 2) {
			struct bell_layer_shape group = bell_layer_shape_group(5, 6, 11, 3);

			check_not_finite(type, bell_layer_shape_batch(20, 7, 1), threads);
			check_not_finite(type, bell_layer_shape_batch(3, 5, 2003), threads);
			check_not_finite(type, bell_layer_shape_layer(8, 17), threads);
			check_not_finite(type, group, threads);
			check_not_finite(type, bell_layer_shape_channels_last(group), threads);
			check_not_finite(type, bell_layer_shape_instance(5, 6, 9), threads);
		}
}

/* ---- the gradient of evaluation ---- */

static double loss(const struct bell_layer_shape *s, const struct bell_layer_options *o,
		   const struct bell_layer_statistics *frozen, const double *u,
		   const double *weight, const double *bias, const double *g)
{
	double out[105], sum = 0;

	CHECK(bell_layer_evaluate_f64(u, weight, bias, frozen, s, o, out));
	for (size_t i = 0; i < COUNT(out); i++)
		sum += g[i] * out[i];
	return sum;
}

/* Central differences of one number. */
#define SLOPE(at)                                                 \
	({                                                        \
		double before_ = (at), up_, down_;                \
		(at) = before_ + 1e-5;                            \
		up_ = loss(&s, &o, frozen, u, weight, bias, g);   \
		(at) = before_ - 1e-5;                            \
		down_ = loss(&s, &o, frozen, u, weight, bias, g); \
		(at) = before_;                                   \
		(up_ - down_) / 2e-5;                             \
	})

Test(layer_calls, evaluation_has_a_gradient)
{
	struct bell_layer_shape s = bell_layer_shape_batch(5, 3, 7);
	struct bell_layer_statistics frozen[3] = {{.mean = 0.1, .variance = 1.3, .lambda = 0.4},
						  {.mean = -2, .variance = 0.2, .lambda = 1.9},
						  {.mean = 0, .variance = 4, .lambda = 0}};
	double u[105], g[105], du[105], weight[] = {1.5, -0.5, 2}, bias[] = {0, 1, -1}, dweight[3],
					dbias[3];
	struct bell_layer_options o;

	bell_layer_options_default(&s, &o);
	CHECK(bell_normal_fill_f64(&(struct bell_normal_stream){1, 0, 0}, 0, 1, COUNT(u), 1, u));
	CHECK(bell_normal_fill_f64(&(struct bell_normal_stream){2, 0, 0}, 0, 1, COUNT(g), 1, g));
	for (int compat = 0; compat < 2; compat++)
		for (int plain = 0; plain < 2; plain++) {
			o.compat = compat;
			o.normalize_only = plain;
			CHECK(bell_layer_evaluate_backward_f64(u, weight, frozen, g, &s, &o, du,
							       dweight, dbias));
			for (size_t i = 0; i < COUNT(u); i++)
				cr_assert(near(du[i], SLOPE(u[i]), 1e-8), "%zu: %g", i, du[i]);
			for (int c = 0; c < 3; c++) {
				cr_assert(near(dweight[c], SLOPE(weight[c]), 1e-7));
				cr_assert(near(dbias[c], SLOPE(bias[c]), 1e-7));
			}
		}
}

/* ---- running statistics ---- */

Test(layer_calls, momentum_one_over_k_is_the_mean)
{
	struct bell_layer_statistics step[2] =
	    {{.mean = 1, .variance = 3, .lambda = 0.5, .spread = 9},
	     {.mean = -2, .variance = 6, .lambda = 2, .spread = 9}},
				     running = {.variance = 1, .lambda = 1, .spread = 7};

	for (int k = 0; k < 2; k++)
		CHECK(bell_layer_track(&running, &step[k], 1, 4, 1.0 / (k + 1)));
	cr_expect(running.mean == -0.5 && running.variance == 6 && running.lambda == 1.25);
	cr_expect(running.spread == 7);
	CHECK(bell_layer_track(&running, &step[0], 1, 4, 0));
	cr_expect(running.mean == -0.5 && running.variance == 6 && running.lambda == 1.25);
}

Test(layer_calls, what_track_refuses)
{
	struct bell_layer_statistics saved = {.mean = 1}, running = {.mean = 2};
	static const struct {
		size_t groups;
		double count, momentum;
	} bad[] = {{0, 1, 0.1}, {1, 1, 0.1},    {1, NAN, 0.1}, {1, INFINITY, 0.1},
		   {1, 4, -1},  {1, 4, 1.0001}, {1, 4, NAN}};

	for (size_t i = 0; i < COUNT(bad); i++)
		CHECK_STATUS(bell_layer_track(&running, &saved, bad[i].groups, bad[i].count,
					      bad[i].momentum),
			     BELL_EINVAL);
	CHECK_STATUS(bell_layer_track(&running, NULL, 1, 4, 0.1), BELL_EINVAL);
	CHECK_STATUS(bell_layer_track(NULL, &saved, 1, 4, 0.1), BELL_EINVAL);
	cr_expect_eq(running.mean, 2);
}
