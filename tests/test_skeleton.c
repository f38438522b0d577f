/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_skeleton.c - the example kernel of docs/adding-a-kernel.md against plain C, on every
 * backend.
 */
#include <math.h>
#include <string.h>
#include "common.h"
#include "kernels/vocabulary.h"
#include "skeleton/skeleton.h"

#define TABLE skeleton
#include "tables.inc"

#define MAX_N 100

/* The sum of n values as every kernel takes it: LANES sums, folded by halves. */
static double sum_of(const double *y, size_t n)
{
	double lane[LANES] = {0};

	for (size_t i = 0; i < n; i++)
		lane[i % LANES] += y[i];
	for (int half = LANES / 2; half; half /= 2)
		for (int i = 0; i < half; i++)
			lane[i] += lane[i + half];
	return lane[0];
}

static void check_f64(const struct skeleton *s, const double *x, size_t n)
{
	double y[MAX_N + 1], want[MAX_N + 1], sum;

	y[n] = 7;
	s->softsign_f64(x, n, y, &sum);
	for (size_t i = 0; i < n; i++) {
		want[i] = x[i] / (1 + fabs(x[i]));
		cr_assert(same(y[i], want[i]), "%s: %a, not %a", s->backend, y[i], want[i]);
	}
	cr_assert(same(sum, sum_of(want, n)), "%s: n = %zu, sum %a", s->backend, n, sum);
	cr_assert_eq(y[n], 7, "%s: n = %zu, wrote beyond the end", s->backend, n);
}

static void check_f32(const struct skeleton *s, const double *x, size_t n)
{
	float in[MAX_N], y[MAX_N + 1];
	double want[MAX_N], sum;

	for (size_t i = 0; i < n; i++) {
		in[i] = (float)x[i];
		want[i] = in[i] / (1 + fabsf(in[i]));
	}
	y[n] = 7;
	s->softsign_f32(in, n, y, &sum);
	for (size_t i = 0; i < n; i++)
		cr_assert(same(y[i], want[i]), "%s: %a, not %a", s->backend, y[i], want[i]);
	cr_assert(same(sum, sum_of(want, n)), "%s: n = %zu, sum %a", s->backend, n, sum);
	cr_assert_eq(y[n], 7, "%s: n = %zu, wrote beyond the end", s->backend, n);
}

Test(skeleton, is_what_plain_c_computes)
{
	for (size_t t = 0; t < TABLES; t++)
		for (size_t n = 0; runs(tables[t]) && n <= MAX_N; n++) {
			struct rng rng = {n};
			double x[MAX_N];

			for (size_t i = 0; i < n; i++)
				x[i] = n % 2 ? rng_normal(&rng) : rng_hostile(&rng);
			check_f64(tables[t], x, n);
			check_f32(tables[t], x, n);
		}
}
