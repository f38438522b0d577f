/* SPDX-License-Identifier: BSD-3-Clause */
/* test_plot.c - the numbers of pictures against NumPy and SciPy; bands, samples, and edges. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "golden.h"
#include "plot/beta.h"

/* ---- golden values ---- */

static double member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItem(object, name)->valuedouble;
}

static void expect_numbers(const char *column, const char *what, const double *found,
			   const cJSON *array, double tolerance)
{
	size_t n;
	double *expected = golden_numbers(array, &n);

	for (size_t i = 0; i < n; i++)
		cr_expect(near(found[i], expected[i], tolerance), "%s: %s[%zu] %.17g not %.17g",
			  column, what, i, found[i], expected[i]);
	free(expected);
}

static void expect_histogram(const char *column, const struct bell_histogram *h,
			     const cJSON *expected)
{
	const cJSON *counts = cJSON_GetObjectItem(expected, "counts");
	double size = fmax(fabs(h->edge[0]), fabs(h->edge[h->bins]));

	cr_assert_eq(h->bins, (size_t)cJSON_GetArraySize(counts), "%s: %zu bins", column, h->bins);
	expect_numbers(column, "count", h->count, counts, 0);
	expect_numbers(column, "edge", h->edge, cJSON_GetObjectItem(expected, "edges"),
		       4 * DBL_EPSILON * size);
}

static void expect_points(const char *column, const struct bell_qq *q, const cJSON *expected)
{
	double normal[BELL_MAX_QQ], value[BELL_MAX_QQ];

	for (size_t i = 0; i < q->points; i++) {
		cr_expect_eq(q->point[i].rank, i + 1);
		normal[i] = q->point[i].normal;
		value[i] = q->point[i].value;
	}
	expect_numbers(column, "normal", normal, cJSON_GetObjectItem(expected, "normal"), 1e-13);
	expect_numbers(column, "value", value, cJSON_GetObjectItem(expected, "value"), 0);
}

Test(plot, numpy_and_scipy)
{
	cJSON *file = golden_file("plots.json"), *c;
	size_t columns = 0;

	cJSON_ArrayForEach(c, cJSON_GetObjectItem(file, "columns"))
	{
		const char *name = cJSON_GetObjectItem(c, "name")->valuestring;
		struct bell_histogram h;
		struct bell_qq q;
		size_t n;
		double *x = golden_numbers(cJSON_GetObjectItem(c, "x"), &n);

		CHECK(bell_histogram_f64(x, n, 10, &h));
		expect_histogram(name, &h, cJSON_GetObjectItem(c, "ten"));
		cr_expect_eq(h.step, 0);
		CHECK(bell_histogram_f64(x, n, 0, &h));
		expect_histogram(name, &h, cJSON_GetObjectItem(c, "rule"));
		cr_expect(near(h.step, member(c, "step"), 1e-14), "%s: step %g", name, h.step);
		cr_expect_eq(h.n, (double)n);
		CHECK(bell_qq_f64(x, n, &q));
		cr_expect_eq(q.points, n);
		expect_points(name, &q, c);
		free(x);
		columns++;
	}
	cr_expect_eq(columns, 12);
	cJSON_Delete(file);
}

Test(plot, intervals_of_order_statistics)
{
	cJSON *file = golden_file("plots.json"), *c;

	cJSON_ArrayForEach(c, cJSON_GetObjectItem(file, "intervals"))
	{
		double rank = member(c, "rank"), n = member(c, "n"), low, high;

		bell_beta_interval(rank, n + 1 - rank, member(c, "p"), &low, &high);
		cr_expect(near(low, member(c, "low"), 1e-8), "%g of %g, %g: %.12g not %.12g", rank,
			  n, member(c, "p"), low, member(c, "low"));
		cr_expect(near(high, member(c, "high"), 1e-8), "%g of %g, %g: %.12g not %.12g",
			  rank, n, member(c, "p"), high, member(c, "high"));
	}
	cJSON_Delete(file);
}

/* ---- the band ---- */

/*
 * Of many normal samples 95 % lie in their bands.  With 4000 samples an estimate is right to 0.0034
 * (one sigma); the level itself to 0.005.
 */
static void expect_coverage(size_t n, int samples)
{
	struct bell_normal_stream stream = {.seed = 2022};
	double *x = malloc(n * sizeof *x);
	int inside = 0;

	for (int i = 0; i < samples; i++) {
		struct bell_qq q;

		CHECK(bell_normal_fill_f64(&stream, -7, 3, n, 1, x));
		stream.offset += n;
		CHECK(bell_qq_f64(x, n, &q));
		inside += !q.outside;
	}
	cr_expect(near(inside, 0.95 * samples, 0.016 * samples), "%zu values: %d of %d inside", n,
		  inside, samples);
	free(x);
}

Test(plot, coverage_of_band)
{
	expect_coverage(5, 4000);
	expect_coverage(17, 4000);
	expect_coverage(140, 2500);
}

Test(plot, band_shows_skewness)
{
	double *x = column(LOGNORMAL, 500);
	struct bell_qq q;

	CHECK(bell_qq_f64(x, 500, &q));
	cr_expect_gt(q.outside, 20);
	for (size_t i = 0; i < q.points; i++)
		cr_expect_lt(q.point[i].low, q.point[i].high);
	free(x);
}

/* ---- many values ---- */

Test(plot, thinned_points_keep_tails)
{
	enum { N = 100000 };
	double *x = column(NORMAL, N), *sorted = column(NORMAL, N);
	struct bell_qq q;

	sort(sorted, N);
	CHECK(bell_qq_f64(x, N, &q));
	cr_assert_leq(q.points, BELL_MAX_QQ);
	cr_expect_geq(q.points, 150);
	cr_expect_eq(q.n, N);
	for (size_t i = 0; i < q.points; i++) {
		const struct bell_qq_point *p = &q.point[i];

		cr_expect_eq(p->value, sorted[p->rank - 1]);
		cr_expect(!i || p->rank > p[-1].rank);
		cr_expect(!i || p->normal - p[-1].normal < 0.5);
	}
	for (size_t i = 0; i < 25; i++) {
		cr_expect_eq(q.point[i].rank, i + 1);
		cr_expect_eq(q.point[q.points - 1 - i].rank, N - i);
	}
	free(x);
	free(sorted);
}

/* The rows of a sample do not depend on the calls, and each row has the same chance. */
Test(plot, sample_of_rows)
{
	enum { N = 200000, SIZE = 2000 };
	struct bell_plot_sample *whole, *parts;
	const double *a, *b;
	double *x = malloc(N * sizeof *x), sum = 0;
	size_t n, m;

	for (size_t i = 0; i < N; i++)
		x[i] = (double)i;
	CHECK(bell_plot_sample_create(SIZE, 7, &whole));
	CHECK(bell_plot_sample_create(SIZE, 7, &parts));
	CHECK(bell_plot_sample_f64(whole, x, N));
	for (size_t i = 0, size = 1; i < N; i += size, size = size % 997 + 13)
		CHECK(bell_plot_sample_f64(parts, x + i, size < N - i ? size : N - i));
	CHECK(bell_plot_sample_values(whole, &a, &n));
	CHECK(bell_plot_sample_values(parts, &b, &m));
	cr_assert_eq(n, SIZE);
	cr_assert_eq(m, SIZE);
	cr_expect_arr_eq(a, b, SIZE * sizeof *a);
	for (size_t i = 0; i < n; i++)
		sum += a[i] / N;
	cr_expect(near(sum / SIZE, 0.5, 4 * sqrt(1 / 12.0 / SIZE)), "mean of rows %g", sum / SIZE);
	bell_plot_sample_free(whole);
	bell_plot_sample_free(parts);
	free(x);
}

Test(plot, sample_of_few_rows)
{
	const double x[] = {3, NAN, -1, INFINITY, 2};
	struct bell_plot_sample *sample;
	const double *values;
	double sum = 0;
	size_t n;

	CHECK(bell_plot_sample_create(10, 0, &sample));
	CHECK(bell_plot_sample_values(sample, &values, &n));
	cr_expect_eq(n, 0);
	CHECK(bell_plot_sample_f64(sample, x, COUNT(x)));
	CHECK(bell_plot_sample_f64(sample, NULL, 0));
	CHECK(bell_plot_sample_values(sample, &values, &n));
	cr_assert_eq(n, 3);
	for (size_t i = 0; i < n; i++)
		sum += values[i];
	cr_expect_eq(sum, 4);
	bell_plot_sample_free(sample);
	bell_plot_sample_free(NULL);
}

/* ---- histograms of sketches ---- */

Test(plot, sketch_of_values)
{
	double *x = column(COUNTS, 3000);
	struct bell_sketch *sketch = sketch_of(x, NULL, 3000, NULL);
	struct bell_histogram a, b;

	CHECK(bell_histogram_f64(x, 3000, 12, &a));
	CHECK(bell_histogram_sketch(sketch, NULL, 12, &b));
	cr_expect_eq(a.bins, b.bins);
	for (size_t i = 0; i < a.bins; i++)
		cr_expect_eq(a.count[i], b.count[i]);
	bell_sketch_free(sketch);
	free(x);
}

Test(plot, sketch_of_bins)
{
	enum { N = 50000, BINS = 16 };

	for (enum kind kind = 0; kind < KINDS; kind++) {
		double *x = column(kind, N);
		struct bell_sketch *sketch = sketch_of(x, NULL, N, NULL);
		struct bell_histogram a, b;
		double moved = 0;

		CHECK(bell_histogram_f64(x, N, BINS, &a));
		CHECK(bell_histogram_sketch(sketch, NULL, BINS, &b));
		cr_expect(same(a.edge[0], b.edge[0]) && same(a.edge[BINS], b.edge[BINS]));
		for (size_t i = 0; i < BINS; i++)
			moved += fabs(a.count[i] - b.count[i]) / 2;
		cr_expect_leq(moved, 0.02 * N, "%s: %g values in another bin", kind_name[kind],
			      moved);
		bell_sketch_free(sketch);
		free(x);
	}
}

Test(plot, sketch_with_transform)
{
	const double x[] = {1, 10, 100, 1000, 10000};
	struct bell_sketch *sketch = sketch_of(x, NULL, COUNT(x), NULL);
	struct bell_transform to_log;
	struct bell_histogram h;

	CHECK(bell_transform_plain(BELL_BOX_COX, 0, &to_log));
	CHECK(bell_histogram_sketch(sketch, &to_log, 5, &h));
	for (size_t i = 0; i < 5; i++)
		cr_expect_eq(h.count[i], 1);
	cr_expect(near(h.edge[5], 4 * log(10), 1e-14));
	bell_sketch_free(sketch);
}

/* ---- edges ---- */

Test(plot, no_values)
{
	const double none[] = {NAN, INFINITY};
	struct bell_histogram h;
	struct bell_qq q;

	for (size_t n = 0; n <= 2; n += 2) {
		CHECK(bell_histogram_f64(n ? none : NULL, n, 0, &h));
		cr_expect_eq(h.bins, 0);
		CHECK(bell_qq_f64(n ? none : NULL, n, &q));
		cr_expect(!q.n && !q.points && isnan(q.mean) && isnan(q.local_level));
	}
}

/* The range of a histogram may exceed a double, and there may be nothing beside a value. */
Test(plot, extreme_values)
{
	const double wide[] = {-DBL_MAX, 0, 1, DBL_MAX}, far[] = {1e300, 1e300},
		     next[] = {1, 1 + DBL_EPSILON}, tiny[] = {0, 5e-324};
	struct bell_histogram h;
	struct bell_qq q;

	CHECK(bell_histogram_f64(wide, 4, 10, &h));
	cr_expect(h.count[0] == 1 && h.count[4] + h.count[5] == 2 && h.count[9] == 1);
	CHECK(bell_qq_f64(wide, 4, &q));
	cr_expect_eq(q.points, 4);
	CHECK(bell_histogram_f64(far, 2, 0, &h));
	cr_expect(h.bins == 1 && h.count[0] == 2);
	for (size_t bins = 0; bins <= BELL_MAX_HISTOGRAM; bins++) {
		CHECK(bell_histogram_f64(next, 2, bins, &h));
		cr_expect_eq(h.n, 2);
		CHECK(bell_histogram_f64(tiny, 2, bins, &h));
		cr_expect_eq(h.n, 2);
	}
}

/* Widths of subnormal numbers round; the edges ascend all the same. */
Test(plot, subnormal_values)
{
	for (double last = 5e-324; last < 1e-320; last += 1e-322)
		for (size_t bins = 0; bins <= BELL_MAX_HISTOGRAM; bins++) {
			const double x[] = {0, 5e-324, last};
			struct bell_histogram h;

			CHECK(bell_histogram_f64(x, 3, bins, &h));
			cr_expect_eq(h.n, 3);
			for (size_t i = 0; i < h.bins; i++)
				cr_expect_lt(h.edge[i], h.edge[i + 1], "to %g, %zu bins", last,
					     bins);
		}
}

Test(plot, errors)
{
	const double x[] = {1, 2};
	struct bell_sketch *sketch = sketch_of(x, NULL, 2, NULL);
	struct bell_transform bad = {.method = (enum bell_method)99};
	struct bell_plot_sample *sample;
	const double *values;
	struct bell_histogram h;
	struct bell_qq q;
	size_t n;

	CHECK_STATUS(bell_histogram_f64(x, 2, 0, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_histogram_f64(NULL, 2, 0, &h), BELL_EINVAL);
	CHECK_STATUS(bell_histogram_f64(x, 2, BELL_MAX_HISTOGRAM + 1, &h), BELL_EINVAL);
	CHECK_STATUS(bell_histogram_sketch(NULL, NULL, 8, &h), BELL_EINVAL);
	CHECK_STATUS(bell_histogram_sketch(sketch, NULL, 0, &h), BELL_EINVAL);
	CHECK_STATUS(bell_histogram_sketch(sketch, &bad, 8, &h), BELL_EINVAL);
	CHECK_STATUS(bell_histogram_sketch(sketch, NULL, 8, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_qq_f64(NULL, 1, &q), BELL_EINVAL);
	CHECK_STATUS(bell_qq_f64(x, 2, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_plot_sample_create(0, 0, &sample), BELL_EINVAL);
	CHECK_STATUS(bell_plot_sample_create(SIZE_MAX, 0, &sample), BELL_ESIZE);
	CHECK_STATUS(bell_plot_sample_create(1, 0, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_plot_sample_f64(NULL, x, 2), BELL_EINVAL);
	CHECK(bell_plot_sample_create(1, 0, &sample));
	CHECK_STATUS(bell_plot_sample_f64(sample, NULL, 2), BELL_EINVAL);
	CHECK_STATUS(bell_plot_sample_values(sample, NULL, &n), BELL_EINVAL);
	CHECK_STATUS(bell_plot_sample_values(sample, &values, NULL), BELL_EINVAL);
	bell_plot_sample_free(sample);
	bell_sketch_free(sketch);
}
