/* SPDX-License-Identifier: BSD-3-Clause */
/* test_box_cox.c - Box-Cox fitted: exact values, bins and parts, and what it refuses. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "fits.h"
#include "golden.h"
#include "sketch/bins.h"

static struct bell_fit_options options_of(bool standardize)
{
	struct bell_fit_options o;

	bell_fit_options_default(&o);
	o.standardize = standardize;
	o.method = BELL_BOX_COX;
	return o;
}

/* ---- against 50 digits ---- */

/* A column of box_cox.json. */
struct exact {
	const char *name;
	double *x, *z; /* z of the first values */
	size_t n, first;
	double lambda, ci95[2], likelihood, lr, scipy, sd; /* sd: of lambda */
};

static double text_number(const cJSON *o, const char *name)
{
	return strtod(cJSON_GetObjectItem(o, name)->valuestring, NULL);
}

static struct exact exact_of(const cJSON *o)
{
	const cJSON *ci95 = cJSON_GetObjectItem(o, "ci95"),
		    *scipy = cJSON_GetObjectItem(o, "scipy_llf");
	struct exact e = {.name = cJSON_GetObjectItem(o, "name")->valuestring,
			  .lambda = text_number(o, "lambda"),
			  .likelihood = text_number(o, "log_likelihood"),
			  .lr = text_number(o, "lr_vs_identity"),
			  .scipy = scipy ? scipy->valuedouble : NAN};

	e.x = golden_numbers(cJSON_GetObjectItem(o, "x"), &e.n);
	e.z = golden_numbers(cJSON_GetObjectItem(o, "z"), &e.first);
	for (int end = 0; end < 2; end++)
		e.ci95[end] = strtod(cJSON_GetArrayItem(ci95, end)->valuestring, NULL);
	e.sd = (e.ci95[1] - e.ci95[0]) / 3.92;
	return e;
}

/* `tolerance` in sd of lambda. */
static void check_fit(const struct exact *e, const struct bell_fit *fit, const char *path,
		      double tolerance)
{
	/* at lambda = 1 bins hundreds of log 2 from their anchor are wide */
	bool wide =
	    tolerance > 1e-12 && (!strcmp(e->name, "every size") || !strcmp(e->name, "ends"));
	double off = fabs(fit->lambda - e->lambda) / e->sd, z[16];

	cr_expect_eq(fit->transform.method, BELL_BOX_COX);
	cr_expect(!(fit->flags & BELL_FIT_ILL_CONDITIONED), "%s, %s", e->name, path);
	cr_expect(off <= tolerance, "%s, %s: lambda %.17g not %.17g, off by %g sd", e->name, path,
		  fit->lambda, e->lambda, off);
	for (int end = 0; end < 2; end++)
		cr_expect(near(fit->ci95[end], e->ci95[end], 10 * tolerance * e->sd),
			  "%s, %s: ci95 %.17g not %.17g", e->name, path, fit->ci95[end],
			  e->ci95[end]);
	cr_expect(near(fit->log_likelihood, e->likelihood, 1e-11 * (1 + fabs(e->likelihood))),
		  "%s, %s: likelihood %.17g not %.17g", e->name, path, fit->log_likelihood,
		  e->likelihood);
	cr_expect(near(fit->lr_vs_identity, e->lr, (wide ? 1e-2 : 1e-11 + tolerance) * (1 + e->lr)),
		  "%s, %s: lr %.17g not %.17g", e->name, path, fit->lr_vs_identity, e->lr);
	cr_expect(isnan(e->scipy) ||
		      near(fit->log_likelihood, e->scipy, 1e-9 * (1 + fabs(e->scipy))),
		  "%s, %s: likelihood %.17g, SciPy's %.17g", e->name, path, fit->log_likelihood,
		  e->scipy);
	CHECK(bell_transform_apply_f64(&fit->transform, e->x, e->first, 1, z));
	for (size_t i = 0; i < e->first; i++)
		cr_expect(near(z[i], e->z[i], 1e-12 + tolerance), "%s, %s: z[%zu] %.17g not %.17g",
			  e->name, path, i, z[i], e->z[i]);
}

static void check_inverse(const struct exact *e, const struct bell_fit *fit)
{
	double *z = malloc(e->n * sizeof *z);

	CHECK(bell_transform_apply_f64(&fit->transform, e->x, e->n, 1, z));
	for (size_t i = 0; i < e->n; i++)
		cr_expect(isfinite(z[i]) && returns_as(&fit->transform, z[i], e->x[i]),
			  "%s: %.17g via %.17g", e->name, e->x[i], z[i]);
	free(z);
}

/* Values that are few enough to be kept, in bins all the same. */
static struct bell_sketch *bins_of(const double *x, size_t n)
{
	struct bell_sketch *s = sketch_of(x, NULL, n, NULL);

	CHECK(bell_sketch_leave_values(s, bell_kernels()));
	return s;
}

/* Through bins of two halves, merged, as bytes and back. */
static struct bell_fit fit_from_bins(const struct exact *e)
{
	struct bell_sketch *s, *other;
	struct bell_sketch_summary summary;
	struct bytes bytes;
	const struct bell_fit_options o = options_of(true);
	struct bell_fit fit;

	s = bins_of(e->x, e->n / 2);
	other = bins_of(e->x + e->n / 2, e->n - e->n / 2);
	CHECK(bell_sketch_merge(s, other));
	bell_sketch_free(other);
	bytes = bytes_of(s);
	CHECK(bell_sketch_deserialize(bytes.data, bytes.size, &other));
	cr_expect(same_bytes(s, other), "%s", e->name);
	CHECK(bell_sketch_summary(other, &summary));
	cr_expect(summary.bins > 0, "%s", e->name);
	CHECK(bell_fit_sketch(other, &o, &fit));
	free(bytes.data);
	bell_sketch_free(s), bell_sketch_free(other);
	return fit;
}

Test(box_cox, agrees_with_50_digits)
{
	cJSON *file = golden_file("box_cox.json");
	const struct bell_fit_options o = options_of(true);
	const cJSON *item;
	int seen = 0;

	cJSON_ArrayForEach(item, file)
	{
		struct exact e = exact_of(item);
		struct bell_fit fit = fit_of(e.x, NULL, e.n, &o), bins = fit_from_bins(&e);

		check_fit(&e, &fit, "values", e.n > BELL_SKETCH_EXACT ? 1e-10 : 1e-12);
		check_inverse(&e, &fit);
		check_fit(&e, &bins, "bins", 1e-10);
		check_inverse(&e, &bins);
		free(e.x), free(e.z);
		seen++;
	}
	cr_assert_eq(seen, 16);
	cJSON_Delete(file);
}

/* ---- sketches ---- */

enum { N = 5000 };

/* Of ordinary sizes, narrow, or of any size at all. */
static double *positive_column(int kind)
{
	double *x = malloc(N * sizeof *x);
	struct rng rng = {(uint64_t)kind + 1};

	for (size_t i = 0; i < N; i++) {
		double u = rng_unit(&rng);

		x[i] = kind == 0   ? exp(rng_normal(&rng))
		       : kind == 1 ? 101325 + 100 * rng_normal(&rng)
				   : 4 * u * ldexp(1, (int)(rng_bits(&rng) % 2096) - 1073);
	}
	x[1] = 5e-324;
	x[2] = DBL_MAX;
	return x;
}

static struct bell_sketch *merged(const double *x, const struct bell_sketch_options *grid,
				  const size_t *cut, const size_t *order, size_t parts)
{
	struct bell_sketch *s = sketch_of(NULL, NULL, 0, grid);

	for (size_t i = 0; i < parts; i++) {
		size_t first = cut[order[i]];
		struct bell_sketch *part =
		    sketch_of(x + first, NULL, cut[order[i] + 1] - first, grid);

		CHECK(bell_sketch_merge(s, part));
		bell_sketch_free(part);
	}
	return s;
}

Test(box_cox, any_order_of_merges_and_any_threads)
{
	static const size_t cut[] = {0, 3, 1100, 2500, N},
			    orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}};

	for (int kind = 0; kind < 3; kind++) {
		double *x = positive_column(kind);
		struct bell_sketch *whole = sketch_of(x, NULL, N, NULL), *threads;
		struct bell_sketch_summary summary;

		CHECK(bell_sketch_create(NULL, &threads));
		CHECK(bell_sketch_update_f64(threads, x, NULL, N, 7));
		cr_expect(same_bytes(whole, threads), "column %d", kind);
		CHECK(bell_sketch_summary(whole, &summary));
		cr_expect(summary.count == N && summary.min == 5e-324 && summary.max == DBL_MAX);
		bell_sketch_free(whole), bell_sketch_free(threads);
		whole = sketch_of(x, NULL, N, &summary.grid);
		for (size_t i = 0; i < COUNT(orders); i++) {
			struct bell_sketch *s = merged(x, &summary.grid, cut, orders[i], 4);

			cr_expect(same_bytes(whole, s), "column %d, order %zu", kind, i);
			bell_sketch_free(s);
		}
		bell_sketch_free(whole);
		free(x);
	}
}

/* Columns of one shape have one lambda, from values and from bins, though 1e-9 wide or after a
 * constant start. */
Test(box_cox, scale_does_not_matter)
{
	static const int exponents[] = {0, -990, -500, 30, 1000};
	const struct bell_fit_options o = options_of(true);

	for (int shape = 0; shape < 3; shape++)
		for (size_t n = 900; n <= 3000; n += 2100) {
			struct bell_fit first = {0};

			for (size_t e = 0; e < COUNT(exponents); e++) {
				double *x = malloc(n * sizeof *x);
				struct rng rng = {4};
				struct bell_fit fit;

				for (size_t i = 0; i < n; i++) {
					double u = rng_unit(&rng) / (1 + rng_unit(&rng));

					x[i] = shape == 0   ? 1 + u
					       : shape == 1 ? 1.07 + 1e-9 * u
							    : 1 + (i < n / 2 ? 0 : u);
					x[i] = ldexp(x[i], exponents[e]);
				}
				fit = fit_of(x, NULL, n, &o);
				first = e ? first : fit;
				cr_expect(near(fit.lambda, first.lambda,
					       1e-9 * (first.ci95[1] - first.ci95[0])),
					  "shape %d, n %zu, 2^%d: %.17g not %.17g", shape, n,
					  exponents[e], fit.lambda, first.lambda);
				cr_expect(!(fit.flags & BELL_FIT_ILL_CONDITIONED));
				free(x);
			}
		}
}

/* ---- what it refuses ---- */

Test(box_cox, values_that_are_not_above_zero)
{
	static const double wrong[] = {0, -0.0, -1, -5e-324, -INFINITY};
	const struct bell_fit_options o = options_of(true);

	for (int large = 0; large < 2; large++)
		for (size_t i = 0; i < COUNT(wrong); i++) {
			double *x = positive_column(0);
			struct bell_sketch *s;
			const struct bell_table table = {x, BELL_F64, N / 2, 2, 2, 1};
			struct bell_model *model = NULL;
			struct bell_fit fit;

			x[large ? N - 1 : 2] = wrong[i];
			s = sketch_of(x, NULL, N, NULL);
			memset(&fit, 0, sizeof fit);
			CHECK_STATUS(bell_fit_sketch(s, &o, &fit), BELL_EDOMAIN);
			CHECK_STATUS(bell_fit_f64(x, NULL, N, &o, 2, &fit), BELL_EDOMAIN);
			CHECK_STATUS(bell_table_fit(&table, NULL, &o, 2, &model), BELL_EDOMAIN);
			cr_expect_null(model);
			bell_sketch_free(s);
			free(x);
		}
}

Test(box_cox, missing_infinite_and_weightless_values)
{
	const double x[] = {1, NAN, INFINITY, -3, 2}, weights[] = {1, 1, 1, 0, 2};
	const float f32[] = {0.5F, 0};
	const struct bell_fit_options o = options_of(true);
	struct bell_sketch *s = sketch_of(x, weights, 5, NULL);
	struct bell_sketch_summary summary;
	struct bell_fit fit;
	double y[2];

	CHECK(bell_sketch_update_f32(s, f32, NULL, 1, 1));
	CHECK(bell_sketch_summary(s, &summary));
	cr_expect(summary.count == 3 && summary.missing == 1 && summary.infinite == 1);
	cr_expect(summary.weight == 4 && summary.min == 0.5 && summary.max == 2);
	CHECK(bell_fit_sketch(s, &o, &fit));
	cr_expect(fit.flags == BELL_FIT_INFINITE && fit.lambda == 1);
	cr_expect(near(fit.mean, 5.5 / 4 - 1, 1e-14), "%g", fit.mean);
	CHECK(bell_transform_apply_f64(&fit.transform, x + 3, 2, 1, y));
	cr_expect(isnan(y[0]) && near(y[1], 2 - 5.5 / 4, 1e-14), "%g", y[1]);
	CHECK(bell_sketch_update_f32(s, f32 + 1, NULL, 1, 1));
	CHECK_STATUS(bell_fit_sketch(s, &o, &fit), BELL_EDOMAIN);
	bell_sketch_free(s);
}

/* ---- what has no maximum, or a bound ---- */

Test(box_cox, columns_without_a_maximum)
{
	static const double values[] = {1, 3, 5e-324, 1e-300, DBL_MAX, 1e16};
	const struct bell_fit_options o = options_of(true);
	const double nan[] = {NAN, NAN};
	struct bell_fit fit = fit_of(nan, NULL, 2, &o);
	double y[2] = {7, -7};

	cr_expect_eq(fit.flags, BELL_FIT_EMPTY);
	CHECK(bell_transform_apply_f64(&fit.transform, y, 2, 1, y));
	cr_expect(y[0] == 6 && isnan(y[1]));
	for (size_t i = 0; i < COUNT(values); i++) {
		const double x[3] = {values[i], values[i], values[i]};

		for (size_t n = 1; n <= 3; n += 2) {
			fit = fit_of(x, NULL, n, &o);
			cr_expect(fit.flags == (n == 1 ? BELL_FIT_ONE_VALUE : BELL_FIT_CONSTANT));
			cr_expect(fit.lambda == 1 && fit.transform.method == BELL_BOX_COX);
			CHECK(bell_transform_apply_f64(&fit.transform, x, 1, 1, y));
			cr_expect(y[0] == 0, "%g: %g", x[0], y[0]);
			CHECK(bell_transform_inverse_f64(&fit.transform, y, 1, BELL_OUTSIDE_NAN, 1,
							 y, NULL));
			cr_expect(y[0] == x[0], "%g: %g", x[0], y[0]);
		}
	}
}

/* Plain psi stays a double, whatever the maximum wants. */
Test(box_cox, bounds_of_the_plain_transform)
{
	struct bell_fit_options o = options_of(false);

	for (int sign = -1; sign <= 1; sign += 2)
		for (int fixed = 0; fixed < 2; fixed++) {
			double x[200], y[200];
			struct rng rng = {9};
			struct bell_fit fit;

			/* log x to the left of its end, or to the right: lambda far from 0 */
			for (size_t i = 0; i < COUNT(x); i++) {
				double u = rng_unit(&rng);

				x[i] = exp(sign * (650 - u * u * u * u));
			}
			o.lambda = fixed ? 5 * sign : NAN;
			fit = fit_of(x, NULL, COUNT(x), &o);
			cr_expect(fit.flags & BELL_FIT_BOUND, "lambda %g", fit.lambda);
			cr_expect(fabs(fit.lambda) < 1.2 && fit.lambda * sign > 1, "%g",
				  fit.lambda);
			CHECK(bell_transform_apply_f64(&fit.transform, x, COUNT(x), 1, y));
			for (size_t i = 0; i < COUNT(x); i++)
				cr_expect(isfinite(y[i]), "%g: %g", x[i], y[i]);
		}
}

/* Moments of psi from the fit are those of the values transformed. */
Test(box_cox, mean_sd_and_shape)
{
	static const double lambdas[] = {-1.5, 0, 0.3, 1, 2};
	struct bell_fit_options o = options_of(false);
	double *x = positive_column(0), *y = malloc(N * sizeof *y);

	x[1] = x[2] = 1;
	for (size_t i = 0; i < COUNT(lambdas); i++) {
		struct bell_moments m, before;
		struct bell_fit fit;

		o.lambda = lambdas[i];
		fit = fit_of(x, NULL, N, &o);
		for (size_t j = 0; j < N; j++)
			y[j] = o.lambda != 0 ? (pow(x[j], o.lambda) - 1) / o.lambda : log(x[j]);
		CHECK(bell_moments_f64(y, N, 1, &m));
		CHECK(bell_moments_f64(x, N, 1, &before));
		cr_expect(near(fit.mean, m.mean, 1e-10 * bell_moments_sd(&m, true)),
			  "%g: %g not %g", o.lambda, fit.mean, m.mean);
		cr_expect(near(fit.sd / bell_moments_sd(&m, true), 1, 1e-10), "%g", o.lambda);
		cr_expect(near(fit.skewness_after, bell_moments_skewness(&m, true), 1e-8));
		cr_expect(near(fit.kurtosis_after, bell_moments_kurtosis(&m, true), 1e-6));
		cr_expect(near(fit.skewness_before, bell_moments_skewness(&before, true), 1e-8));
	}
	free(x);
	free(y);
}
