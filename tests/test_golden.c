/* SPDX-License-Identifier: BSD-3-Clause */
/* test_golden.c - every reference column, along every way to a fit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "golden.h"
#include "sketch/bins.h"

/* How the values reach the fit. */
struct path {
	const char *name;
	bool sketch, halves; /* two sketches of a half each, merged */
	bool bins;           /* though they are few enough to be kept */
	bool weighted;       /* four copies, each with its share of the weight */
	double tolerance;    /* of |lambda - reference| * sd_log */
};

static const struct path paths[] = {
    {.name = "values", .tolerance = 1e-12},
    {.name = "sketch", .sketch = true, .tolerance = 1e-12},
    {.name = "halves", .sketch = true, .halves = true, .tolerance = 1e-12},
    {.name = "bins", .sketch = true, .bins = true, .tolerance = 1e-11},
    {.name = "halves in bins", .sketch = true, .bins = true, .halves = true, .tolerance = 1e-11},
    {.name = "weighted bins", .sketch = true, .bins = true, .weighted = true, .tolerance = 1e-11},
    {.name = "weighted halves in bins",
     .sketch = true,
     .bins = true,
     .weighted = true,
     .halves = true,
     .tolerance = 1e-11},
};

static struct bell_sketch *sketch_copies(const struct path *path, const double *x, size_t n,
					 size_t copies)
{
	double *all = malloc((n * copies + 1) * sizeof *all),
	       *weight = malloc((n * copies + 1) * sizeof *weight);
	struct bell_sketch *s;

	for (size_t i = 0; i < n * copies; i++) {
		all[i] = x[i % n];
		weight[i] = 1 / (double)copies;
	}
	s = sketch_of(all, path->weighted ? weight : NULL, n * copies, NULL);
	if (path->bins)
		CHECK(bell_sketch_leave_values(s, bell_kernels()));
	free(all);
	free(weight);
	return s;
}

static struct bell_fit fit_along(const struct path *path, const struct golden *g)
{
	size_t times = path->weighted ? 4 : 1, half = path->halves ? g->n / 2 : g->n;
	struct bell_sketch *s, *other;
	struct bell_fit fit;

	if (!path->sketch) {
		CHECK(bell_fit_f64(g->x, NULL, g->n, NULL, 1, &fit));
		return fit;
	}
	s = sketch_copies(path, g->x, half, times);
	if (path->halves) {
		other = sketch_copies(path, g->x + half, g->n - half, times);
		CHECK(bell_sketch_merge(s, other));
		bell_sketch_free(other);
	}
	CHECK(bell_fit_sketch(s, NULL, &fit));
	bell_sketch_free(s);
	return fit;
}

static void check_lambda(const struct path *path, const struct golden *g,
			 const struct bell_fit *fit)
{
	cr_expect(near(fit->lambda * g->sd_log, g->lambda * g->sd_log, path->tolerance),
		  "%s, %s: lambda %.17g not %.17g, off by %g sd_log", g->name, path->name,
		  fit->lambda, g->lambda, (fit->lambda - g->lambda) * g->sd_log);
	cr_expect(near(fit->lr_vs_identity, g->lr_vs_identity,
		       1e-10 * (1 + fabs(g->lr_vs_identity))), /* of as many digits */
		  "%s, %s: lr %.17g not %.17g", g->name, path->name, fit->lr_vs_identity,
		  g->lr_vs_identity);
	for (int end = 0; end < 2; end++)
		cr_expect(near(fit->ci95[end] * g->sd_log, g->ci95[end] * g->sd_log,
			       path->tolerance * (1 + fabs(g->ci95[end] * g->sd_log))),
			  "%s, %s: ci95[%d] %.17g not %.17g, off by %g sd_log", g->name, path->name,
			  end, fit->ci95[end], g->ci95[end],
			  (fit->ci95[end] - g->ci95[end]) * g->sd_log);
}

/* The most that any |z - reference| is, in spans of z. */
static double worst_z(const struct golden *g, const double *z)
{
	double low = INFINITY, high = -INFINITY, worst = 0;
	size_t j = 0;

	for (size_t i = 0; i < g->n; i++) {
		double off;

		if (isnan(g->x[i])) {
			cr_expect(isnan(z[i]), "%s: NaN stays NaN", g->name);
			continue;
		}
		off = fabs(z[i] - g->z[j]);
		low = g->z[j] < low ? g->z[j] : low;
		high = g->z[j] > high ? g->z[j] : high;
		j++;
		worst = off <= worst ? worst : off;
	}
	return worst / (high - low);
}

static void check_inverse(const struct path *path, const struct golden *g,
			  const struct bell_transform *t, const double *z)
{
	for (size_t i = 0; i < g->n; i++)
		cr_expect(isnan(g->x[i]) || returns_as(t, z[i], g->x[i]),
			  "%s, %s: inverse of %.17g is not %.17g", g->name, path->name, z[i],
			  g->x[i]);
}

static void check_values(const struct path *path, const struct golden *g,
			 const struct bell_fit *fit)
{
	/* l = 690 in bins of 1/4: the 2^-36 that a place is rounded to is 1e-10 of z */
	bool huge = path->bins && !strcmp(g->name, "mix_hugeboth");
	double *z = malloc(g->n * sizeof *z);

	CHECK(bell_transform_apply_f64(&fit->transform, g->x, g->n, 1, z));
	if (!(fit->flags & BELL_FIT_ILL_CONDITIONED))
		cr_expect(worst_z(g, z) <= (huge ? 1e-9 : 1e-12), "%s, %s: z off by %g spans",
			  g->name, path->name, worst_z(g, z));
	for (size_t i = 0; i < g->n; i++)
		cr_expect(isnan(g->x[i]) || isfinite(z[i]), "%s, %s: z[%zu] = %g", g->name,
			  path->name, i, z[i]);
	check_inverse(path, g, &fit->transform, z);
	free(z);
}

/*
 * Columns that no one grid of bins can hold: an outlier beyond 40 sd, 1e300 beside 1; and halves of
 * two values.
 */
static bool may_be_ill_conditioned(const struct path *path, const struct golden *g)
{
	static const char *const names[] = {"zeroinfl_1000", "mix_-1_1e200", "mix_hugeboth",
					    "tiny30"};

	if (path->bins && path->halves && g->n <= 6)
		return true;
	for (size_t i = 0; path->bins && i < COUNT(names); i++)
		if (!strcmp(g->name, names[i]))
			return true;
	return false;
}

static void check_along(const struct path *path)
{
	struct golden_set set = golden_load();

	for (size_t i = 0; i < set.columns; i++) {
		const struct golden *g = &set.column[i];
		struct bell_fit fit = fit_along(path, g);
		bool ill = fit.flags & BELL_FIT_ILL_CONDITIONED;

		if (!g->z)
			continue;
		cr_expect(!ill || may_be_ill_conditioned(path, g), "%s, %s: ill-conditioned",
			  g->name, path->name);
		cr_expect(isfinite(fit.log_likelihood) && !isnan(fit.lambda), "%s, %s", g->name,
			  path->name);
		if (!ill)
			check_lambda(path, g, &fit);
		check_values(path, g, &fit);
	}
	golden_free(&set);
}

Test(golden, from_values) { check_along(&paths[0]); }
Test(golden, from_a_sketch) { check_along(&paths[1]); }
Test(golden, from_merged_halves) { check_along(&paths[2]); }
Test(golden, from_bins) { check_along(&paths[3]); }
Test(golden, from_merged_halves_in_bins) { check_along(&paths[4]); }
Test(golden, from_weighted_bins) { check_along(&paths[5]); }
Test(golden, from_weighted_merged_halves_in_bins) { check_along(&paths[6]); }

/* ---- columns of stray.json ---- */

/* The column that golden/make_stray.py describes. */
static double *stray_column(const cJSON *o, size_t n)
{
	const cJSON *stray = cJSON_GetObjectItem(o, "stray");
	double base = cJSON_GetObjectItem(o, "base")->valuedouble,
	       width = cJSON_GetObjectItem(o, "width")->valuedouble, *x = malloc(n * sizeof *x);
	struct rng rng = {1};

	for (size_t i = 0; i < n; i++) {
		double u = rng_unit(&rng);

		x[i] = width != 0 ? base + width * u : u / (1 - u);
	}
	if (cJSON_IsNumber(stray))
		x[7] = stray->valuedouble;
	return x;
}

/* What is said of it: numbers of many digits are text. */
static struct golden stray_golden(const cJSON *o)
{
	const cJSON *ci95 = cJSON_GetObjectItem(o, "ci95");
	struct golden g = {.name = cJSON_GetObjectItem(o, "name")->valuestring};

	g.lambda = strtod(cJSON_GetObjectItem(o, "lambda")->valuestring, NULL);
	g.lr_vs_identity = strtod(cJSON_GetObjectItem(o, "lr_vs_identity")->valuestring, NULL);
	for (int end = 0; end < 2; end++)
		g.ci95[end] = strtod(cJSON_GetArrayItem(ci95, end)->valuestring, NULL);
	g.z = golden_numbers(cJSON_GetObjectItem(o, "z"), &g.values);
	return g;
}

/* Exact lambda, interval, statistic and first z, from the values and from their bins. */
Test(golden, narrow_columns_and_stray_values)
{
	cJSON *file = golden_file("stray.json");
	const cJSON *o;
	size_t seen = 0;

	cJSON_ArrayForEach(o, file)
	{
		struct golden g = stray_golden(o);
		size_t n = (size_t)cJSON_GetObjectItem(o, "n")->valuedouble;
		double *x = stray_column(o, n), sd = (g.ci95[1] - g.ci95[0]) / 3.92, z[16];
		struct bell_sketch *s = sketch_of(x, NULL, n, NULL);
		struct bell_fit fit[2];

		CHECK(bell_fit_f64(x, NULL, n, NULL, 1, &fit[0]));
		CHECK(bell_fit_sketch(s, NULL, &fit[1]));
		for (int i = 0; i < 2; i++) {
			cr_expect(!(fit[i].flags & BELL_FIT_ILL_CONDITIONED), "%s", g.name);
			cr_expect(near(fit[i].lambda, g.lambda, 1e-10 * sd),
				  "%s: lambda %.17g not %.17g, off by %g sd", g.name, fit[i].lambda,
				  g.lambda, (fit[i].lambda - g.lambda) / sd);
			for (int end = 0; end < 2; end++)
				cr_expect(near(fit[i].ci95[end], g.ci95[end], 1e-8 * sd),
					  "%s: ci95 %.17g not %.17g", g.name, fit[i].ci95[end],
					  g.ci95[end]);
			cr_expect(near(fit[i].lr_vs_identity, g.lr_vs_identity,
				       1e-9 * (1 + g.lr_vs_identity)),
				  "%s: lr %.17g not %.17g", g.name, fit[i].lr_vs_identity,
				  g.lr_vs_identity);
			CHECK(bell_transform_apply_f64(&fit[i].transform, x, g.values, 1, z));
			for (size_t j = 0; j < g.values; j++)
				cr_expect(near(z[j], g.z[j], 1e-9), "%s: z[%zu] %.17g not %.17g",
					  g.name, j, z[j], g.z[j]);
		}
		seen++;
		bell_sketch_free(s);
		free(x);
		free(g.z);
	}
	cr_assert_eq(seen, 5);
	cJSON_Delete(file);
}

/* A column without a maximum is the identity less its mean, along every path. */
Test(golden, degenerate_columns_are_defined)
{
	const unsigned expected = BELL_FIT_CONSTANT | BELL_FIT_ONE_VALUE;
	struct golden_set set = golden_load();
	size_t seen = 0;

	for (size_t i = 0; i < set.columns; i++) {
		const struct golden *g = &set.column[i];

		if (g->z)
			continue;
		seen++;
		for (size_t p = 0; p < COUNT(paths); p++) {
			struct bell_fit fit = fit_along(&paths[p], g);
			double z;

			cr_expect((fit.flags & expected) && !(fit.flags & ~expected), "%s, %s",
				  g->name, paths[p].name);
			cr_expect(fit.lambda == 1 && fit.mean == g->x[0] && fit.sd == 1);
			CHECK(bell_transform_apply_f64(&fit.transform, g->x, 1, 1, &z));
			cr_expect(z == 0, "%s, %s: z = %g", g->name, paths[p].name, z);
		}
	}
	cr_assert_eq(seen, 2);
	golden_free(&set);
}

Test(golden, weights_add_up)
{
	struct golden_set set = golden_load();

	for (size_t p = 0; p < COUNT(paths); p++)
		for (size_t i = 0; i < set.columns; i++) {
			struct bell_fit fit = fit_along(&paths[p], &set.column[i]);
			size_t values = set.column[i].z ? set.column[i].values : set.column[i].n;

			cr_expect_float_eq(fit.weight, (double)values, 1e-9, "%s, %s",
					   set.column[i].name, paths[p].name);
		}
	golden_free(&set);
}
