/* SPDX-License-Identifier: BSD-3-Clause */
/* test_sketch_quantile.c - quantiles of sketches against those of the sorted values. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sketches.h"

static const double probabilities[] = {0,   1e-4, 0.001, 0.01, 0.05,  0.1,   0.25,    0.5,
				       0.6, 0.75, 0.9,   0.95, 0.987, 0.999, 0.99999, 1};
enum { N = COUNT(probabilities) };

/* NumPy's default method of ascending values. */
static double linear(const double *x, size_t n, double q)
{
	double h = q * (double)(n - 1), part = h - floor(h), a = x[(size_t)h],
	       b = (size_t)h + 1 < n ? x[(size_t)h + 1] : a;

	return part < 0.5 ? a + (b - a) * part : b - (b - a) * (1 - part);
}

/* NumPy's inverted_cdf of ascending values with whole weights. */
static double inverted(const double *x, const double *weights, size_t n, double q)
{
	double whole = 0, sum = 0;

	for (size_t i = 0; i < n; i++)
		whole += weights[i];
	for (size_t i = 0; i < n; i++) {
		sum += weights[i];
		if (weights[i] > 0 && sum / whole >= q)
			return x[i];
	}
	return x[n - 1];
}

static void check_bound(const char *name, double q, double value, double error, double wanted)
{
	cr_expect(fabs(value - wanted) <= error, "%s, %g: %.17g is off %.17g by %g, bound %g", name,
		  q, value, wanted, value - wanted, error);
}

Test(sketch_quantile, distinct_values_are_exact)
{
	for (enum kind k = 0; k < KINDS; k++)
		for (size_t n = 1; n <= 1000; n = 3 * n + 1) {
			double *x = column(k, n), value[N], error[N];
			struct bell_sketch *s = sketch_of(x, NULL, n, NULL);

			sort(x, n);
			CHECK(bell_sketch_quantiles(s, probabilities, N, value, error));
			for (size_t i = 0; i < N; i++) {
				cr_expect_eq(value[i], linear(x, n, probabilities[i]), "%s, %g",
					     kind_name[k], probabilities[i]);
				cr_expect_eq(error[i], 0);
			}
			bell_sketch_free(s);
			free(x);
		}
}

/* Bounds hold; and nearly all of an ordinary column is known to 1 % of its standard deviation. */
Test(sketch_quantile, bins_keep_their_bounds)
{
	enum { n = 20000 };

	for (enum kind k = 0; k <= WIDE; k++) {
		double *x = column(k, n), value[N], error[N];
		struct bell_sketch *s = sketch_of(x, NULL, n, NULL);
		struct bell_moments m = moments_of(x, n);

		double sd = bell_moments_sd(&m, true);
		sort(x, n);
		CHECK(bell_sketch_quantiles(s, probabilities, N, value, error));
		for (size_t i = 0; i < N; i++) {
			double q = probabilities[i], wanted = linear(x, n, q);

			check_bound(kind_name[k], q, value[i], error[i], wanted);
			if (q >= 0.05 && q <= 0.95 && k != WIDE)
				cr_expect(fabs(value[i] - wanted) <= 0.01 * sd,
					  "%s, %g: off by %g sd", kind_name[k], q,
					  (value[i] - wanted) / sd);
			cr_expect(!i || value[i] >= value[i - 1], "%s, %g", kind_name[k], q);
		}
		cr_expect(value[0] == x[0] && value[N - 1] == x[n - 1]);
		bell_sketch_free(s);
		free(x);
	}
}

Test(sketch_quantile, weights_are_those_of_the_inverted_cdf)
{
	enum { n = 9000 };
	static double weights[n];

	for (enum kind k = 0; k < KINDS; k++)
		for (size_t rows = 700; rows <= n; rows += n - 700) {
			double *x = column(k, rows), value[N], error[N];
			struct bell_sketch *s;

			sort(x, rows);
			for (size_t i = 0; i < rows; i++)
				weights[i] = (double)(i % 7) / 2;
			s = sketch_of(x, weights, rows, NULL);
			CHECK(bell_sketch_quantiles(s, probabilities, N, value, error));
			for (size_t i = 1; i + 1 < N; i++)
				check_bound(kind_name[k], probabilities[i], value[i], error[i],
					    inverted(x, weights, rows, probabilities[i]));
			if (!summary_of(s).bins)
				cr_expect_eq(error[N / 2], 0);
			bell_sketch_free(s);
			free(x);
		}
}

/* Whole parts of a count: the weights of 10 equal rows meet 0.1, 0.2 ... to the bit. */
Test(sketch_quantile, ties_of_ranks)
{
	const double x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, w[] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2},
		     q[] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
	double value[COUNT(q)];
	struct bell_sketch *s = sketch_of(x, w, COUNT(x), NULL);

	CHECK(bell_sketch_quantiles(s, q, COUNT(q), value, NULL));
	for (size_t i = 0; i < COUNT(q); i++)
		cr_expect_eq(value[i], x[i], "%g: %g", q[i], value[i]);
	bell_sketch_free(s);
}

/* Weights of 1 are no weights, however they are kept; and equal ones of another size are. */
Test(sketch_quantile, scaled_weights)
{
	const double x[] = {1, 2}, one[] = {1, 1}, tiny[] = {0x1p-40, 0x1p-40}, q = 0.5;
	struct bell_sketch *a = new_sketch(NULL), *b = new_sketch(NULL);
	double value;

	CHECK(bell_sketch_scale_weights(a, 6));
	CHECK(bell_sketch_update_f64(a, x, one, 2, 1));
	CHECK(bell_sketch_quantiles(a, &q, 1, &value, NULL));
	cr_expect_eq(value, 1.5);
	CHECK(bell_sketch_scale_weights(b, 46));
	CHECK(bell_sketch_update_f64(b, x, tiny, 2, 1));
	CHECK(bell_sketch_quantiles(b, &q, 1, &value, NULL));
	cr_expect_eq(value, 1);
	bell_sketch_free(a);
	bell_sketch_free(b);
}

/* Bins of several grids lie side by side after a merge. */
Test(sketch_quantile, merged_sketches_keep_their_bounds)
{
	enum { PART = 3000, n = 4 * PART };

	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, n), value[N], error[N];
		struct bell_sketch *s;

		sort(x, n);
		s = sketch_of(x, NULL, PART, NULL);
		for (size_t i = PART; i < n; i += PART)
			merge_and_free(s, sketch_of(x + i, NULL, PART, NULL));
		CHECK(bell_sketch_quantiles(s, probabilities, N, value, error));
		for (size_t i = 0; i < N; i++)
			check_bound(kind_name[k], probabilities[i], value[i], error[i],
				    linear(x, n, probabilities[i]));
		bell_sketch_free(s);
		free(x);
	}
}

Test(sketch_quantile, of_nothing_and_of_extremes)
{
	const double x[] = {-1.7e308, 1.7e308, NAN, INFINITY}, q[] = {0, 0.5, 1};
	struct bell_sketch *s = new_sketch(NULL);
	double value[3], error[3];

	CHECK(bell_sketch_quantiles(s, q, 3, value, error));
	for (int i = 0; i < 3; i++)
		cr_expect(isnan(value[i]) && isnan(error[i]));
	CHECK(bell_sketch_update_f64(s, x, NULL, 4, 1));
	CHECK(bell_sketch_quantiles(s, q, 3, value, error));
	cr_expect(value[0] == x[0] && value[1] == 0 && value[2] == x[1]);
	bell_sketch_free(s);
}

Test(sketch_quantile, errors)
{
	const double wrong[] = {-0.1, 1.1, NAN}, right = 0.5;
	struct bell_sketch *s = new_sketch(NULL);
	double value = 7;

	for (size_t i = 0; i < COUNT(wrong); i++)
		CHECK_STATUS(bell_sketch_quantiles(s, &wrong[i], 1, &value, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_quantiles(NULL, &right, 1, &value, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_quantiles(s, NULL, 1, &value, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_quantiles(s, &right, 1, NULL, NULL), BELL_EINVAL);
	cr_expect_eq(value, 7);
	CHECK(bell_sketch_quantiles(s, NULL, 0, NULL, NULL));
	bell_sketch_free(s);
}

/* The bits do not depend on the backend. */
Test(sketch_quantile, bits)
{
	enum { n = 5000 };

	for (enum kind k = 0; k <= WIDE; k++) {
		double *x = column(k, n), value[2][N], error[2][N];
		struct bell_sketch *s = sketch_of(x, NULL, n, NULL);

		CHECK(bell_sketch_quantiles(s, probabilities, N, value[0], error[0]));
		if (strcmp(bell_backend(), "plain") != 0) {
			const char *here = bell_backend();

			CHECK(bell_backend_use("scalar"));
			CHECK(bell_sketch_quantiles(s, probabilities, N, value[1], error[1]));
			CHECK(bell_backend_use(here));
			cr_expect(same_words(value[0], value[1], sizeof value[0]), "%s",
				  kind_name[k]);
			cr_expect(same_words(error[0], error[1], sizeof error[0]), "%s",
				  kind_name[k]);
		}
		bell_sketch_free(s);
		free(x);
	}
}
