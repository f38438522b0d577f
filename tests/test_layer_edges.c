/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_layer_edges.c - layers at the edges of what is allowed: no elements, no options, and which
 * status comes first.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "common.h"
#include "layer_arguments.h"
#include "layer_checks.h"

/* ---- no elements ---- */

static bool all_nan(const struct bell_layer_statistics *s)
{
	const double *field = (const double *)s;

	for (size_t i = 0; i < sizeof *s / sizeof *field; i++)
		if (!isnan(field[i]))
			return false;
	return true;
}

/* What each call has written: of every group and weight, and not a number more. */
static void check_empty(enum call call, size_t groups, size_t weight_count)
{
	bool has_weights =
		 call == BACKWARD || call == EVALUATE_BACKWARD || call == MEASURE_BACKWARD,
	     has_sums = call == MEASURE || call == MEASURE_BACKWARD;

	for (size_t i = 0; i < CAPACITY; i++) {
		double weight = has_weights && i < weight_count ? 0 : 42;
		double count = has_sums && i < groups ? 0 : 42;

		cr_assert(call == FORWARD && i < groups ? all_nan(&statistics[i])
							: statistics[i].variance == 2,
			  "call %d, statistics %zu", (int)call, i);
		cr_assert(weights[0][i] == weight && weights[1][i] == weight, "call %d, weight %zu",
			  (int)call, i);
		cr_assert(sums[i].count == count && sums[i].sum[0] == 0, "call %d, sums %zu",
			  (int)call, i);
		cr_assert(out[i] == 42);
	}
}

Test(layer_edges, no_elements)
{
	struct bell_layer_shape shapes[] = {
	    bell_layer_shape_batch(0, 3, 2),    bell_layer_shape_batch(4, 0, 2),
	    bell_layer_shape_batch(4, 3, 0),    bell_layer_shape_layer(0, 5),
	    bell_layer_shape_layer(5, 0),       bell_layer_shape_group(0, 6, 2, 3),
	    bell_layer_shape_group(2, 6, 0, 3), bell_layer_shape_instance(2, 0, 2),
	    bell_layer_shape_instance(3, 4, 0), bell_layer_shape_group(2, 0, 2, 3),
	    bell_layer_shape_group(2, 0, 0, 0)};
	static const size_t groups[] = {3, 0, 3, 0, 5, 0, 6, 0, 12, 6, 0},
			    weight_count[] = {3, 0, 3, 5, 0, 6, 6, 0, 4, 0, 0};
	char small[1];

	for (size_t i = 0; i < COUNT(shapes); i++)
		for (int type = 0; type < TYPES; type++)
			for (enum call call = 0; call < CALLS; call++) {
				struct bell_layer_options o;
				struct arguments a = arguments(type, &shapes[i], i % 2 ? &o : NULL);

				bell_layer_options_default(&shapes[i], &o);
				o.scratch = small;
				for (size_t k = 0; k < CAPACITY; k++)
					out[k] = 42;
				a.u = a.g = a.out = NULL;
				cr_expect_eq(bell_layer_shape_groups(&shapes[i]), groups[i]);
				cr_expect(bell_layer_scratch_f32(&shapes[i], &o) > 0);
				CHECK(run(call, type, &a));
				check_empty(call, groups[i], weight_count[i]);
			}
}

Test(layer_edges, no_elements_are_counted)
{
	struct bell_layer_shape s = bell_layer_shape_batch(0, 3, 2);
	uint64_t not_finite = 77;

	CHECK(bell_layer_forward_f64(NULL, NULL, NULL, &s, NULL, NULL, statistics, &not_finite));
	cr_expect_eq(not_finite, 0);
	CHECK_STATUS(bell_layer_forward_f64(NULL, NULL, NULL, &s, NULL, NULL, NULL, NULL),
		     BELL_EINVAL);
}

/* Sums of no values are those of a group without statistics; values may come in later parts. */
Test(layer_edges, statistics_of_no_values)
{
	struct bell_layer_sums two[2] = {{0}, {2, {1, 4}}};
	struct bell_layer_statistics s[2];

	CHECK(bell_layer_finalize(s, two, 2, BELL_LAYER_MOMENTS, NULL));
	for (enum bell_layer_step step = BELL_LAYER_MOMENTS; step <= BELL_LAYER_SPREAD; step++) {
		cr_expect(all_nan(&s[0]) && s[1].mean == 1 && s[1].variance == 2);
		CHECK(bell_layer_finalize(s, two, 1, step, NULL));
	}
	CHECK(bell_layer_track(NULL, NULL, 0, 2, 0.1));
	for (enum bell_layer_step step = BELL_LAYER_SCORE; step <= BELL_LAYER_SPREAD; step++) {
		s[1] = (struct bell_layer_statistics){.mean = 1};
		CHECK(bell_layer_finalize(&s[1], &two[0], 1, step, NULL));
		cr_expect(isnan(step == BELL_LAYER_SCORE    ? s[1].lambda
				: step == BELL_LAYER_CENTER ? s[1].center
							    : s[1].spread));
		cr_expect_eq(s[1].mean, 1);
	}
}

/* ---- values at the edge of a type ---- */

Test(layer_edges, any_sum_that_is_nan_makes_statistics_nan)
{
	struct bell_layer_sums sums[2] = {{2, {NAN, 1}}, {2, {1, NAN}}};
	struct bell_layer_statistics s[2];

	CHECK(bell_layer_finalize(s, sums, 2, BELL_LAYER_MOMENTS, NULL));
	cr_expect(all_nan(&s[0]) && all_nan(&s[1]));
}

/* The status does not tell of it. */
Test(layer_edges, squares_that_overflow)
{
	struct bell_layer_shape s = bell_layer_shape_batch(3, 1, 1);
	double a[3] = {0, 1e200, -1e200}, b[3] = {0, 1e200, 1e200}, y[3];
	struct bell_layer_options o;
	struct bell_layer_statistics k;

	bell_layer_options_default(&s, &o);
	o.noise = 0;
	CHECK(bell_layer_forward_f64(a, NULL, NULL, &s, &o, y, &k, NULL));
	cr_expect(isinf(k.variance) && y[0] == 0 && y[1] == 0 && y[2] == 0);
	CHECK(bell_layer_forward_f64(b, NULL, NULL, &s, &o, y, &k, NULL));
	cr_expect(all_nan(&k) && isnan(y[0]) && isnan(y[1]) && isnan(y[2]));
}

/* With the least eps, a group without spread is 0 in every mode, and has finite gradients. */
Test(layer_edges, least_eps_of_constant_groups)
{
	struct bell_layer_shape s = bell_layer_shape_batch(4, 3, 2);
	struct bell_layer_options o;

	bell_layer_options_default(&s, &o);
	o.noise = 0;
	o.eps = BELL_LAYER_MIN_EPS;
	for (int type = 0; type < TYPES; type++)
		for (int mode = 0; mode < 4; mode++) {
			struct arguments a = arguments(type, &s, &o);

			o.compat = mode & 1;
			o.normalize_only = mode & 2;
			for (size_t i = 0; i < 24; i++)
				set_element(type, u, i, 3);
			CHECK(run(FORWARD, type, &a));
			for (size_t i = 0; i < 24; i++)
				cr_assert(element(type, out, i) == 0, "mode %d", mode);
			CHECK(run(BACKWARD, type, &a));
			for (size_t i = 0; i < 24; i++)
				cr_assert(isfinite(element(type, out, i)), "mode %d", mode);
		}
}

/* h is at most 2^100 in size, in an ordinary norm layer too. */
Test(layer_edges, h_is_bounded)
{
	struct bell_layer_shape s = bell_layer_shape_batch(2, 1, 1);
	struct bell_layer_statistics k = {.variance = 1, .lambda = 1};
	struct bell_layer_options o;
	double x[2] = {1e40, -1e40}, y[2];

	bell_layer_options_default(&s, &o);
	o.normalize_only = true;
	CHECK(bell_layer_evaluate_f64(x, NULL, NULL, &k, &s, &o, y));
	cr_expect(y[0] == 0x1p100 && y[1] == -0x1p100);
}

/* g that is NaN reaches du of its group, dweight and dbias of its channel, and nothing else. */
Test(layer_edges, gradients_of_nan)
{
	struct bell_layer_shape s = bell_layer_shape_batch(4, 3, 2);

	for (int type = 0; type < TYPES; type++)
		for (enum call call = BACKWARD; call <= EVALUATE_BACKWARD; call++) {
			bool all = call == BACKWARD;

			if (call == EVALUATE)
				continue;
			for (int which = 0; which < 2; which++) {
				struct arguments a = arguments(type, &s, NULL);

				set_element(type, which ? u : g, 2, NAN);
				CHECK(run(call, type, &a));
				for (size_t i = 0; i < 24; i++)
					cr_assert_eq(isnan(element(type, out, i)),
						     all ? i / 2 % 3 == 1 : i == 2);
				for (size_t c = 0; c < 3; c++) {
					cr_expect_eq(isnan(weights[0][c]), c == 1);
					cr_expect_eq(isnan(weights[1][c]), c == 1 && !which);
				}
			}
		}
}

/* ---- statistics that are given ---- */

/* The fields after lambda lie in a page that cannot be read. */
Test(layer_edges, evaluation_reads_three_fields)
{
	struct bell_layer_shape s = bell_layer_shape_batch(4, 1, 2);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages =
	    mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const double read[3] = {0.5, 2, 0.7};

	cr_assert(pages != MAP_FAILED && mprotect(pages + page, page, PROT_NONE) == 0);
	memcpy(pages + page - sizeof read, read, sizeof read);
	for (int type = 0; type < TYPES; type++)
		for (enum call call = EVALUATE; call <= EVALUATE_BACKWARD; call++) {
			struct arguments a = arguments(type, &s, NULL);

			a.statistics = (void *)(pages + page - sizeof read);
			CHECK(run(call, type, &a));
		}
	munmap(pages, 2 * page);
}

/* Any field that evaluation reads, and a variance that is impossible; other groups are as usual. */
/* Fills the stack with bytes that are huge or NaN as any number. */
__attribute__((noinline)) static void fill_stack(int byte)
{
	volatile char deep[65536];

	for (size_t i = 0; i < sizeof deep; i++)
		deep[i] = (char)byte;
}

/* There is no noise in evaluation, not even one that is left from other calls. */
Test(layer_edges, gradients_of_evaluation_without_noise)
{
	static const int bytes[] = {0, 0x7f, 0xfe};
	const struct bell_layer_shape shape = bell_layer_shape_batch(1, 2, 13);
	const struct bell_layer_statistics given[2] = {{.variance = 1, .lambda = 1.5},
						       {.variance = 2, .lambda = 0.5}};
	const float weight[2] = {1, 2};
	float x[26], grad[26], du[26];
	double dweight[3][2], dbias[3][2];
	struct bell_layer_options options;

	bell_layer_options_default(&shape, &options);
	options.threads = 1;
	for (int i = 0; i < 26; i++)
		x[i] = grad[i] = (float)(i % 7 - 3) / 4;
	for (int k = 0; k < 3; k++) {
		fill_stack(bytes[k]);
		CHECK(bell_layer_evaluate_backward_f32(x, weight, given, grad, &shape, &options, du,
						       dweight[k], dbias[k]));
		cr_expect(isfinite(dweight[k][0]) && isfinite(dweight[k][1]));
		cr_expect(!memcmp(dweight[k], dweight[0], sizeof *dweight), "byte %d", bytes[k]);
	}
}

Test(layer_edges, evaluation_with_nan_statistics)
{
	struct bell_layer_shape s = bell_layer_shape_batch(4, 3, 2);

	for (int type = 0; type < TYPES; type++)
		for (enum call call = EVALUATE; call <= EVALUATE_BACKWARD; call++)
			for (int field = 0; field < 4; field++) {
				struct arguments a = arguments(type, &s, NULL);
				struct bell_layer_statistics *k = &statistics[1];
				double *at[] = {&k->mean, &k->variance, &k->lambda, &k->variance};

				*at[field] = field == 3 ? -1 : NAN;
				CHECK(run(call, type, &a));
				for (size_t i = 0; i < 24; i++)
					cr_assert_eq(isnan(element(type, out, i)), i / 2 % 3 == 1,
						     "call %d, field %d", (int)call, field);
			}
}

/* Momentum 1 takes the new statistics to the last bit; NaN stays. */
Test(layer_edges, track_is_the_formula)
{
	struct bell_layer_statistics running = {.mean = 3, .variance = 1, .lambda = 1},
				     new = {.mean = 1e-20, .variance = 1e-20, .lambda = -1e-20};

	CHECK(bell_layer_track(&running, &new, 1, 2, 1));
	cr_expect(running.mean == 1e-20 && running.variance == 2e-20 && running.lambda == -1e-20);
	new.mean = NAN;
	CHECK(bell_layer_track(&running, &new, 1, 2, 0.1));
	new.mean = 5;
	CHECK(bell_layer_track(&running, &new, 1, 2, 1));
	cr_expect(isnan(running.mean) && running.variance == 2e-20);
}

/* ---- no options ---- */

static void check_default_options(int type, struct bell_layer_shape shape)
{
	struct layer l = layer_make(type, &shape);
	struct layer_written w;
	struct arguments a = arguments(type, &shape, NULL);
	void *y = layer_array(&l);

	layer_fill(&l);
	for (size_t i = 0; i < l.weights; i++) {
		set_element(type, l.weight, i, 1);
		set_element(type, l.bias, i, 0);
	}
	bell_layer_options_default(&shape, &l.options);
	w = layer_written(&l);
	a.u = l.u;
	a.g = l.g;
	a.out = y;
	CHECK(run(FORWARD, type, &a));
	cr_expect(layer_same(&l, y, &l, w.out) && w.saved->spread > 0);
	CHECK(run(BACKWARD, type, &a));
	cr_expect(layer_same(&l, y, &l, w.du));
	cr_expect(same_words(weights[0], w.weights, l.weights * sizeof(double)));
	CHECK(run(EVALUATE, type, &a));
	cr_expect(layer_same(&l, y, &l, w.evaluation));
	for (a.step = 0; a.step <= BELL_LAYER_SPREAD; a.step++) {
		CHECK(run(MEASURE, type, &a));
		CHECK(bell_layer_finalize(statistics, sums, l.groups, a.step, NULL));
	}
	cr_expect(same_words(statistics, w.saved, l.groups * sizeof *statistics));
	layer_written_free(&w);
	free(y);
	layer_free(&l);
}

Test(layer_edges, no_options_are_the_defaults)
{
	struct bell_layer_options o;

	for (int type = 0; type < TYPES; type++) {
		check_default_options(type, bell_layer_shape_batch(7, 3, 2));
		check_default_options(type, bell_layer_shape_layer(2, 21));
	}
	memset(&o, 0x5a, sizeof o);
	bell_layer_options_default(NULL, &o);
	cr_expect(o.noise == 0.4 && o.alpha == 1 && o.eps == 1e-5 && !o.threads && !o.scratch);
	bell_layer_options_default(NULL, NULL);
}

/* ---- which status comes first; each test is a process of its own ---- */

Test(layer_edges, overlap_before_sizes)
{
	struct bell_layer_shape large = bell_layer_shape_batch(SIZE_MAX / 2, 1, 4);
	struct arguments a = arguments(F64, &large, NULL);

	CHECK_STATUS(run(FORWARD, F64, &a), BELL_ESIZE);
	CHECK_STATUS(run(BACKWARD, F64, &a), BELL_ESIZE);
	a.out = u;
	CHECK_STATUS(run(FORWARD, F64, &a), BELL_EINVAL);
	CHECK_STATUS(run(BACKWARD, F64, &a), BELL_EINVAL);
}

Test(layer_edges, arguments_are_checked_before_the_backend)
{
	struct bell_layer_shape good = bell_layer_shape_batch(4, 3, 2), bad = good, large = good,
				empty = bell_layer_shape_batch(0, 3, 2);
	struct bell_layer_options o;
	char small[8];

	setenv("BELLSHAPE_BACKEND", "abacus", 1);
	if (bell_backend())
		cr_skip_test("a backend was chosen before");
	bell_layer_options_default(&good, &o);
	o.scratch = small;
	o.scratch_size = sizeof small;
	bad.groups = 2;
	large.sample_stride = PTRDIFF_MAX;
	for (int type = 0; type < TYPES; type++)
		for (enum call call = 0; call < CALLS; call++) {
			struct arguments a = arguments(type, &bad, NULL);

			CHECK_STATUS(run(call, type, &a), BELL_EINVAL);
			a.shape = &large;
			CHECK_STATUS(run(call, type, &a), BELL_ESIZE);
			a.shape = &empty;
			CHECK_STATUS(run(call, type, &a), BELL_EBACKEND);
			a.shape = &good;
			CHECK_STATUS(run(call, type, &a), BELL_EBACKEND);
			a.options = &o;
			CHECK_STATUS(run(call, type, &a), BELL_ESIZE);
			a.u = NULL;
			CHECK_STATUS(run(call, type, &a), BELL_EINVAL);
		}
	/* these compute nothing on values */
	cr_expect(bell_layer_scratch_f32(&good, NULL) && bell_layer_shape_groups(&good) == 3);
	CHECK(bell_layer_merge(sums, sums + 3, 3, BELL_LAYER_MOMENTS));
	CHECK(bell_layer_finalize(statistics, sums, 3, BELL_LAYER_MOMENTS, NULL));
	CHECK(bell_layer_track(statistics, statistics + 3, 3, 8, 0.1));
}
