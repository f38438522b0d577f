/* SPDX-License-Identifier: BSD-3-Clause */
/* test_sketch_nodes.c - what stands for a column, in any order of its rows; and errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sketches.h"

/* ---- nodes ---- */

/* Weighted values that have the weight, mean and sd of the column, in its range and in order. */
Test(sketch, nodes_stand_for_the_column)
{
	static double value[8 * 1024], weight[8 * 1024];

	for (enum kind k = 0; k < KINDS; k++)
		for (size_t n = 500; n <= 20000; n += 19500) {
			double *x = column(k, n), mean = 0, square = 0, sum = 0, m = 0, s = 0;
			struct bell_sketch *sketch = sketch_of(x, NULL, n, NULL);
			size_t nodes, again;

			CHECK(bell_sketch_nodes(sketch, 0, NULL, NULL, &nodes));
			CHECK_STATUS(bell_sketch_nodes(sketch, nodes - 1, value, weight, &again),
				     BELL_ESIZE);
			cr_assert(again == nodes && nodes <= COUNT(value));
			CHECK(bell_sketch_nodes(sketch, COUNT(value), value, weight, &again));
			cr_assert_eq(again, nodes);
			for (size_t i = 0; i < n; i++)
				mean += x[i] / (double)n;
			for (size_t i = 0; i < n; i++)
				square += (x[i] - mean) * (x[i] - mean) / (double)n;
			for (size_t i = 0; i < nodes; i++) {
				cr_expect(weight[i] > 0 && (!i || value[i] >= value[i - 1]));
				sum += weight[i];
				m += weight[i] * (value[i] - mean) / (double)n;
			}
			for (size_t i = 0; i < nodes; i++)
				s += weight[i] * (value[i] - mean - m) * (value[i] - mean - m) /
				     (double)n;
			cr_expect(near(sum, (double)n, 1e-9), "%s: weight %.17g", kind_name[k],
				  sum);
			cr_expect(fabs(m) <= 2e-10 * sqrt(square), "%s: mean off by %g sd",
				  kind_name[k], m / sqrt(square));
			cr_expect(near(s / square, 1, 1e-9), "%s: variance off by %g", kind_name[k],
				  s / square - 1);
			if (nodes)
				cr_expect(value[0] >= summary_of(sketch).min &&
					  value[nodes - 1] <= summary_of(sketch).max);
			bell_sketch_free(sketch);
			free(x);
		}
}

/* ---- few values, in any order ---- */

Test(sketch, few_distinct_values_are_exact_in_any_order)
{
	enum { n = 200000 };
	double *x = malloc(n * sizeof *x);
	struct rng rng = {3};

	for (int kind = 0; kind < 4; kind++) {
		size_t rows = kind == 0 ? 10001 : kind == 1 ? 100003 : n;
		struct bell_sketch *s[3];
		struct bell_fit fit;
		double z[2] = {0}, mean = 0, square = 0;

		for (size_t i = 0; i < rows; i++)
			x[i] = kind == 0   ? (i ? 1013 : 0)
			       : kind == 1 ? (i < 3 ? 5 : 1)
			       : kind == 2 ? (i < 3 ? 0 : 1)
					   : 10 - (double)(rng_unit(&rng) < 0.0005) -
						 (double)(rng_unit(&rng) < 1e-5);
		for (int order = 0; order < 3; order++) {
			if (order == 1)
				sort(x, rows);
			if (order == 2)
				shuffle(x, rows);
			s[order] = sketch_of(x, NULL, rows, NULL);
			cr_expect(same_bytes(s[0], s[order]), "column %d, order %d", kind, order);
		}
		CHECK(bell_fit_sketch(s[0], NULL, &fit));
		for (size_t i = 0; i < rows; i++) {
			CHECK(bell_transform_apply_f64(&fit.transform, x + i, 1, 1, z));
			mean += z[0] / (double)rows;
			square += z[0] * z[0] / (double)rows;
		}
		cr_expect(fabs(mean) < 1e-9 && near(square, 1, 1e-9),
			  "column %d: mean %g, square %g", kind, mean, square);
		for (int order = 0; order < 3; order++)
			bell_sketch_free(s[order]);
	}
	free(x);
}

/* Orders of rows that a grid cannot foresee: the fit agrees, or says that it is ill-conditioned. */
Test(sketch, order_does_not_matter_to_the_fit)
{
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, 30000), sd;
		struct bell_fit fit, first;

		for (int order = 0; order < 3; order++) {
			struct bell_sketch *s;

			if (order)
				sort(x, 30000);
			for (size_t i = 0; order == 2 && i < 15000; i++) {
				double swap = x[i];

				x[i] = x[29999 - i];
				x[29999 - i] = swap;
			}
			s = sketch_of(x, NULL, 30000, NULL);
			CHECK(bell_fit_sketch(s, NULL, &fit));
			cr_expect(!(fit.flags & BELL_FIT_ILL_CONDITIONED), "%s", kind_name[k]);
			first = order ? first : fit;
			sd = (first.ci95[1] - first.ci95[0]) / 3.92 * sqrt(30000);
			cr_expect(fabs(fit.lambda - first.lambda) <= 1e-10 * sd, "%s: off by %g",
				  kind_name[k], fabs(fit.lambda - first.lambda) / sd);
			bell_sketch_free(s);
		}
		free(x);
	}
}

/* ---- errors ---- */

Test(sketch, options_are_checked)
{
	static const struct bell_sketch_options wrong[] = {
	    {.width = 0.3},
	    {.width = 2},
	    {.width = 0.25},
	    {.width = -0.5},
	    {.width = NAN},
	    {.width = INFINITY},
	    {.width = 0x1p-1001},
	    {.width = 0.125, .center = NAN},
	    {.width = 0.125, .center = -INFINITY},
	    {.width = 0.125, .anchor = {NAN, 0}},
	    {.width = 0.125, .anchor = {0, 747}},
	    {.width = 0.125, .anchor = {-INFINITY, 0}},
	    {.width = 0.125, .center = 1e-310},
	    {.width = 0.125, .top = {0, NAN}}};
	static const struct bell_sketch_options right[] = {
	    {.width = 0.125},
	    {.width = 0x1p-4, .center = 1e-300},
	    {.width = 0x1p-1000},
	    {.width = 0},
	    {.width = 0x1p-3, .center = -3, .anchor = {0, 0.25}, .top = {1, 2}}};
	struct bell_sketch *s = NULL;

	for (size_t i = 0; i < COUNT(wrong); i++) {
		CHECK_STATUS(bell_sketch_create(&wrong[i], &s), BELL_EINVAL);
		cr_expect_null(s);
	}
	CHECK_STATUS(bell_sketch_create(NULL, NULL), BELL_EINVAL);
	for (size_t i = 0; i < COUNT(right); i++) {
		struct bell_sketch_summary m;

		s = new_sketch(&right[i]);
		m = summary_of(s);
		cr_expect(m.grid.width == right[i].width && m.grid.center == right[i].center,
			  "the grid comes back");
		cr_expect(m.grid.anchor[0] == right[i].anchor[0] &&
			  m.grid.anchor[1] == right[i].anchor[1]);
		bell_sketch_free(s);
	}
}

Test(sketch, errors)
{
	const double x[] = {1, 2};
	struct bell_sketch *s = new_sketch(NULL);
	struct bell_sketch_summary m;

	CHECK_STATUS(bell_sketch_update_f64(NULL, x, NULL, 2, 1), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_update_f64(s, NULL, NULL, 2, 1), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_update_f32(s, NULL, NULL, 2, 1), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_update_f64(s, x, NULL, 2, 1025), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_merge(NULL, s), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_merge(s, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_summary(NULL, &m), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_summary(s, NULL), BELL_EINVAL);
	cr_expect_eq(bell_sketch_size(NULL), 0);
	cr_expect_eq(summary_of(s).count, 0);
	bell_sketch_free(s);
}
