/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_round_trip.c - fitted values and back: none becomes NaN, the extremes come back exactly, and
 * all others inside the range; in float64, in float32 and in tables of both.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "fits.h"

#define MAX_N 1000

/* A column, as float64 and as float32, and what the values are. */
struct sample {
	size_t n;
	double x[MAX_N];
	float narrow[MAX_N];
	const char *what;
};

static void add(struct sample *s, double x, size_t times)
{
	while (times--)
		s->x[s->n++] = x;
}

static void narrow(struct sample *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->narrow[i] = (float)s->x[i];
}

static void expect_returned(const struct sample *s, const struct bell_fit *fit, double x, double r,
			    double min, double max, const char *how)
{
	cr_assert(r >= min && r <= max, "%s of %zu, %s, lambda %g, %s: %.17g returns as %.17g",
		  s->what, s->n, bell_method_name(fit->transform.method), fit->lambda, how, x, r);
	if (x == min || x == max)
		cr_assert(r == x, "%s of %zu, lambda %g, %s: the end %.17g returns as %.17g",
			  s->what, s->n, fit->lambda, how, x, r);
}

/* By two models: the fit itself, and the fit from JSON. */
static struct bell_model *model_of(const struct bell_fit *fit)
{
	struct bell_model *m, *read;
	char *text;

	CHECK(bell_model_create(1, &m));
	CHECK(bell_model_set(m, 0, NULL, fit));
	CHECK(bell_model_to_json(m, &text));
	CHECK(bell_model_from_json(text, strlen(text), &read));
	free(text);
	bell_model_free(m);
	return read;
}

/* x to z to x through tables whose types are those of the three arrays. */
static void expect_through_tables(const struct sample *s, const struct bell_fit *fit,
				  const enum bell_type type[3])
{
	static const char *const name[] = {[BELL_F32] = "f32", [BELL_F64] = "f64"};
	struct bell_model *m = model_of(fit);
	double memory[3][MAX_N];
	struct bell_table table[3];
	uint64_t outside;
	char how[64];
	bool narrow = type[0] == BELL_F32 || type[2] == BELL_F32;

	snprintf(how, sizeof how, "table %s %s %s", name[type[0]], name[type[1]], name[type[2]]);
	for (int i = 0; i < 3; i++)
		table[i] = (struct bell_table){.data = memory[i],
					       .type = type[i],
					       .rows = s->n,
					       .columns = 1,
					       .row_stride = 1,
					       .column_stride = (ptrdiff_t)s->n};
	for (size_t i = 0; i < s->n; i++)
		if (type[0] == BELL_F32)
			((float *)memory[0])[i] = s->narrow[i];
		else
			memory[0][i] = s->x[i];
	CHECK(bell_table_transform(m, &table[0], 1, &table[1]));
	CHECK(bell_table_inverse(m, &table[1], BELL_OUTSIDE_ERROR, 1, &table[2], &outside));
	cr_assert_eq(outside, 0);
	for (size_t i = 0; i < s->n; i++) {
		double x = s->x[i],
		       r = type[2] == BELL_F32 ? ((float *)memory[2])[i] : memory[2][i];

		/* a float32 end is an end of the column if that is float32 too */
		if (narrow && (x == fit->min || x == fit->max)) {
			x = (float)x;
			r = (float)r;
		}
		expect_returned(s, fit, x, r, narrow ? (float)fit->min : fit->min,
				narrow ? (float)fit->max : fit->max, how);
	}
	bell_model_free(m);
}

static void expect_round_trip(struct sample *s, enum bell_method method)
{
	static const enum bell_type types[][3] = {
	    {BELL_F64, BELL_F64, BELL_F64}, {BELL_F32, BELL_F32, BELL_F32},
	    {BELL_F32, BELL_F64, BELL_F32}, {BELL_F64, BELL_F32, BELL_F64},
	    {BELL_F32, BELL_F32, BELL_F64}, {BELL_F64, BELL_F32, BELL_F32}};
	struct bell_fit_options options;
	uint64_t outside;

	bell_fit_options_default(&options);
	options.method = method;
	narrow(s);
	for (int wide = 0; wide < 2; wide++) {
		double z[MAX_N];
		float f[MAX_N];
		struct bell_fit fit;

		if (wide)
			CHECK(bell_fit_f64(s->x, NULL, s->n, &options, 1, &fit));
		else
			CHECK(bell_fit_f32(s->narrow, NULL, s->n, &options, 1, &fit));
		for (size_t i = 0; !wide && i < s->n; i++)
			s->x[i] = s->narrow[i];
		CHECK(bell_transform_apply_f64(&fit.transform, s->x, s->n, 1, z));
		CHECK(bell_transform_inverse_f64(&fit.transform, z, s->n, BELL_OUTSIDE_ERROR, 1, z,
						 &outside));
		for (size_t i = 0; i < s->n; i++)
			expect_returned(s, &fit, s->x[i], z[i], fit.min, fit.max, "f64");
		CHECK(bell_transform_apply_f32(&fit.transform, s->narrow, s->n, 1, f));
		CHECK(bell_transform_inverse_f32(&fit.transform, f, s->n, BELL_OUTSIDE_ERROR, 1, f,
						 &outside));
		for (size_t i = 0; i < s->n; i++)
			expect_returned(s, &fit, s->narrow[i], f[i], (float)fit.min, (float)fit.max,
					"f32");
		for (size_t i = 0; i < COUNT(types); i++)
			expect_through_tables(s, &fit, types[i]);
		bell_fit_release(&fit);
	}
}

/* By every method whose domain has the values. */
static void expect_round_trips(struct sample *s)
{
	double min = INFINITY;

	for (size_t i = 0; i < s->n; i++)
		min = fmin(min, s->x[i]);
	for (int m = 0; bell_method_name((enum bell_method)m); m++) {
		enum bell_method method = (enum bell_method)m;
		bool is_log = method == BELL_BOX_COX || method == BELL_LOG;

		if (is_log ? min > 0 : method != BELL_SQRT || min >= 0)
			expect_round_trip(s, method);
	}
}

/* n zeros and `ones` of another value: indicators, whatever the counts. */
Test(round_trip, two_values)
{
	static const double pairs[][2] = {{0, 1},   {0, -1},    {1, 2},   {0, 0.2},
					  {-1, 1},  {0, 1e-12}, {0, 1e9}, {1e-30, 1e20},
					  {37, 38}, {-7, -2.5}};
	static struct sample s;

	for (size_t p = 0; p < COUNT(pairs); p++)
		for (size_t n = 2; n < 400; n += 1 + n / 8)
			for (size_t ones = 1; ones < n; ones += 1 + n / 3) {
				s = (struct sample){.what = "two values"};
				add(&s, pairs[p][0], n - ones);
				add(&s, pairs[p][1], ones);
				expect_round_trips(&s);
			}
}

Test(round_trip, a_single_one)
{
	static struct sample s;

	for (size_t n = 5; n < MAX_N; n += 1 + n / 16) {
		s = (struct sample){.what = "zeros and a one"};
		add(&s, 0, n - 1);
		add(&s, 1, 1);
		expect_round_trips(&s);
	}
}

static double draw(struct rng *rng, int kind)
{
	double z = rng_normal(rng), u = rng_unit(rng);

	switch (kind) {
	case 0: /* zero-inflated exponential */
		return u < 0.9 ? 0 : -log(rng_unit(rng));
	case 1: /* rare counts */
		return u < 0.98 ? 0 : 1 + floor(-log(rng_unit(rng)));
	case 2: /* lognormal with outliers */
		return exp(z) * (u < 0.01 ? exp(25 * rng_unit(rng)) : 1);
	case 3:
		return u < 0.95 ? 0 : exp(3 + 2 * z);
	case 4: /* coarse prices */
		return 500 * ceil(35 * u * u);
	case 5:
		return -exp(z) * (u < 0.01 ? 1e6 : 1);
	case 6: /* of both signs, with a tail on each */
		return z * (u < 0.02 ? 1e4 : 1);
	case 7:
		return u < 0.9 ? 0 : u < 0.99 ? 1 : 2;
	default: /* of any size */
		return exp(60 * (u - 0.5)) * (z < 0 ? -1 : 1);
	}
}

Test(round_trip, random_columns)
{
	static struct sample s;
	struct rng rng = {7};

	for (int i = 0; i < 360; i++) {
		size_t n = 2 + rng_bits(&rng) % (i % 4 ? 60 : MAX_N - 2);

		s = (struct sample){.what = "a random column"};
		while (s.n < n)
			add(&s, draw(&rng, i % 9), 1);
		expect_round_trips(&s);
		for (size_t j = 0; j < n; j++)
			s.x[j] = fabs(s.x[j]) + (i % 2 ? 1e-3 : 1);
		expect_round_trips(&s);
	}
}

Test(round_trip, known_columns)
{
	static struct sample s;

	s = (struct sample){.what = "Misc_Val"};
	add(&s, 0, 980);
	for (int i = 0; i < 15; i++)
		add(&s, 54 + 40 * i, 1);
	add(&s, 6500, 1), add(&s, 8300, 1), add(&s, 12500, 1), add(&s, 15500, 1), add(&s, 17000, 1);
	expect_round_trips(&s);
	s = (struct sample){.what = "51 zeros"};
	add(&s, 0, 51), add(&s, 0.2, 2), add(&s, 50, 1);
	expect_round_trips(&s);
	s = (struct sample){.what = "zeros, ones and a two"};
	add(&s, 0, 990), add(&s, 1, 9), add(&s, 2, 1);
	expect_round_trips(&s);
}

/* A value so large that z reaches its limit becomes the largest that was fitted, in both types. */
Test(round_trip, saturated_values)
{
	struct rng rng = {5};
	static struct sample s;

	for (int i = 0; i < 600; i++) {
		static const double large[] = {1e300, 1e38, 1e20, 1e10, -1e300, -1e38, INFINITY};
		struct bell_fit fit;
		double x[COUNT(large)];
		float f[COUNT(large)];
		uint64_t outside;

		s = (struct sample){.what = "saturated"};
		while (s.n < 200)
			add(&s, draw(&rng, i % 9), 1);
		fit = fit_of(s.x, NULL, s.n, NULL);
		for (size_t j = 0; j < COUNT(large); j++)
			f[j] = (float)large[j];
		CHECK(bell_transform_apply_f64(&fit.transform, large, COUNT(large), 1, x));
		CHECK(bell_transform_inverse_f64(&fit.transform, x, COUNT(large),
						 BELL_OUTSIDE_ERROR, 1, x, &outside));
		CHECK(bell_transform_apply_f32(&fit.transform, f, COUNT(large), 1, f));
		CHECK(bell_transform_inverse_f32(&fit.transform, f, COUNT(large),
						 BELL_OUTSIDE_ERROR, 1, f, &outside));
		for (size_t j = 0; j < COUNT(large); j++)
			cr_assert(!isnan(x[j]) && !isnan(f[j]));
	}
}
