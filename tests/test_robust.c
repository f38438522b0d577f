/* SPDX-License-Identifier: BSD-3-Clause */
/* test_robust.c - robust fits: against the authors' code, and what they promise. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/model.h>
#include <bellshape/profile.h>
#include "fits.h"
#include "golden.h"
#include "sketch/bins.h"
#include "sketches.h"

static struct bell_fit_options robust_options(enum bell_method method)
{
	struct bell_fit_options o;

	bell_fit_options_default(&o);
	o.method = method;
	o.robust = true;
	return o;
}

static bool is_among(double x, const double *of, size_t n)
{
	while (n && *of != x)
		of++, n--;
	return n;
}

/* The values but those that are set aside. */
static size_t leave_out(const double *x, size_t n, const double *aside, size_t count, double *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!is_among(x[i], aside, count))
			out[kept++] = x[i];
	return kept;
}

/* ---- against cellWise ---- */

/*
 * Both search for the first lambda, to 1e-4; it says only which values are set aside.  Where these
 * are the same, lambda is as good as R's optimizer, and the rest is the fit of the other values.
 */
static void check_case(const cJSON *item)
{
	const char *name = cJSON_GetObjectItem(item, "name")->valuestring;
	bool box_cox = !strcmp(cJSON_GetObjectItem(item, "method")->valuestring, "box-cox");
	struct bell_fit_options o = robust_options(box_cox ? BELL_BOX_COX : BELL_YEO_JOHNSON);
	double lambda = cJSON_GetObjectItem(item, "lambda")->valuedouble;
	const cJSON *published = cJSON_GetObjectItem(item, "published");
	size_t n, count, kept;
	double *x = golden_numbers(cJSON_GetObjectItem(item, "x"), &n),
	       *aside = golden_numbers(cJSON_GetObjectItem(item, "aside"), &count),
	       *rest = malloc(n * sizeof *rest);
	struct bell_fit fit = fit_of(x, NULL, n, &o), alone;

	cr_expect(near(fit.lambda, lambda, 2e-4), "%s: lambda %.7g, not %.7g", name, fit.lambda,
		  lambda);
	cr_expect(cJSON_IsNull(published) || near(fit.lambda, published->valuedouble, 2e-4),
		  "%s: lambda %.7g", name, fit.lambda);
	cr_expect_eq(fit.set_aside, (double)count, "%s: %g set aside, not %zu", name, fit.set_aside,
		     count);
	cr_expect(fit.flags & BELL_FIT_ROBUST && fit.count == n);
	o.robust = false;
	kept = leave_out(x, n, aside, count, rest);
	alone = fit_of(rest, NULL, kept, &o);
	cr_expect(near(fit.lambda, alone.lambda, 1e-12) && near(fit.mean, alone.mean, 1e-12) &&
		      near(fit.sd, alone.sd, 1e-12) && near(fit.ci95[0], alone.ci95[0], 1e-9) &&
		      near(fit.ci95[1], alone.ci95[1], 1e-9) &&
		      near(fit.log_likelihood, alone.log_likelihood, 1e-9) &&
		      near(fit.kurtosis_after, alone.kurtosis_after, 1e-9),
		  "%s", name);
	free(x);
	free(aside);
	free(rest);
}

Test(robust, is_that_of_cellwise)
{
	cJSON *file = golden_file("robust.json"), *item;

	cJSON_ArrayForEach(item, file) check_case(item);
	cr_expect_eq(cJSON_GetArraySize(file), 16);
	cJSON_Delete(file);
}

/* ---- what it promises ---- */

enum { N = 1000 };

/* One value of 100 among 1000 normal ones. */
Test(robust, one_value_of_100)
{
	double *x = column(NORMAL, N);
	struct bell_fit_options o = robust_options(BELL_YEO_JOHNSON);
	struct bell_fit clean = fit_of(x, NULL, N, NULL), dirty, fit;

	x[17] = 100;
	dirty = fit_of(x, NULL, N, NULL);
	fit = fit_of(x, NULL, N, &o);
	cr_expect(fabs(dirty.lambda - clean.lambda) > 0.5);
	cr_expect(near(fit.lambda, clean.lambda, 0.05), "%g, not %g", fit.lambda, clean.lambda);
	cr_expect(fit.set_aside >= 1 && fit.set_aside < 0.02 * N);
	cr_expect(fit.max == 100 && fit.transform.max == 100);
	free(x);
}

/* From bins, with other values beside, lambda and what is set aside hardly change. */
Test(robust, of_bins)
{
	enum { MANY = 20000 };
	double *x = column(LOGNORMAL, MANY);
	struct bell_fit_options o = robust_options(BELL_BOX_COX);
	struct bell_fit clean = fit_of(x, NULL, MANY, &o), values, bins;
	struct bell_sketch *s;

	for (int i = 0; i < MANY / 100; i++)
		x[i * 100] = 1e6 * (1 + i);
	values = fit_of(x, NULL, MANY, &o);
	s = sketch_of(x, NULL, MANY / 2, NULL);
	merge_and_free(s, sketch_of(x + MANY / 2, NULL, MANY / 2, NULL));
	CHECK(bell_fit_sketch(s, &o, &bins));
	cr_expect(near(values.lambda, clean.lambda, 0.02), "%g, not %g", values.lambda,
		  clean.lambda);
	cr_expect(near(bins.lambda, values.lambda, 1e-3));
	cr_expect(values.set_aside > MANY / 100 && values.set_aside < MANY / 40, "%g",
		  values.set_aside);
	cr_expect(near(bins.set_aside, values.set_aside, MANY / 1000.0));
	bell_sketch_free(s);
	free(x);
}

/* Box-Cox of k x is that of x; Yeo-Johnson of -x has 2 - lambda; weights are rows. */
Test(robust, is_equivariant)
{
	static const double factors[] = {0x1p-900, 0x1p-20, 0x1p900};
	double *x = column(LOGNORMAL, N), *y = malloc(N * sizeof *y), *w = malloc(N * sizeof *w);
	struct bell_fit_options o = robust_options(BELL_BOX_COX);
	struct bell_fit fit, other;

	x[3] = 1e9;
	fit = fit_of(x, NULL, N, &o);
	for (size_t k = 0; k < COUNT(factors); k++) {
		for (int i = 0; i < N; i++)
			y[i] = factors[k] * x[i];
		other = fit_of(y, NULL, N, &o);
		cr_expect(near(other.lambda, fit.lambda, 1e-9) && other.set_aside == fit.set_aside,
			  "%g: %.17g, not %.17g", factors[k], other.lambda, fit.lambda);
	}
	o.method = BELL_YEO_JOHNSON;
	for (int mixed = 0; mixed < 2; mixed++) {
		for (int i = 0; i < N; i++) {
			x[i] -= mixed;
			y[i] = -x[i];
			w[i] = 0.5;
		}
		fit = fit_of(x, NULL, N, &o);
		other = fit_of(y, NULL, N, &o);
		cr_expect_eq(other.set_aside, fit.set_aside);
		cr_expect(near(other.lambda, 2 - fit.lambda, 1e-9));
		other = fit_of(x, w, N, &o);
		cr_expect(near(other.lambda, fit.lambda, 0.05));
		cr_expect(near(other.set_aside, fit.set_aside / 2, 2));
	}
	free(x);
	free(y);
	free(w);
}

/* Far from zero and narrow, where psi of the values themselves has no digits. */
Test(robust, of_narrow_columns)
{
	double *x = column(NORMAL, N);
	struct bell_fit_options o = robust_options(BELL_YEO_JOHNSON);
	struct bell_fit near_zero, fit, clean;

	for (int i = 0; i < N; i++)
		x[i] = 1e8 + 10 * x[i];
	clean = fit_of(x, NULL, N, NULL);
	x[5] = 1e8 + 1e6;
	fit = fit_of(x, NULL, N, &o);
	cr_expect(fit.set_aside >= 1 && fit.set_aside < 0.02 * N, "%g", fit.set_aside);
	cr_expect(fit.lambda > clean.ci95[0] && fit.lambda < clean.ci95[1], "%g not in [%g, %g]",
		  fit.lambda, clean.ci95[0], clean.ci95[1]);
	o.lambda = 1;
	near_zero = fit_of(x, NULL, N, &o);
	cr_expect(near_zero.lambda == 1 && near_zero.set_aside >= 1 &&
		  near(near_zero.mean, 1e8, 2) && near(near_zero.sd, 9.6, 0.5));
	free(x);
}

Test(robust, without_a_scale)
{
	static const double few[] = {1, 1, 1, 1, 2, 3, 100}, two[] = {1, 2}, same[] = {4, 4},
			    infinite[] = {1, 2, 3, INFINITY};
	struct bell_fit_options o = robust_options(BELL_YEO_JOHNSON);
	struct bell_fit plain = fit_of(few, NULL, COUNT(few), NULL),
			fit = fit_of(few, NULL, COUNT(few), &o);

	cr_expect(fit.lambda == plain.lambda && fit.set_aside == 0);
	cr_expect(fit.flags == (plain.flags | BELL_FIT_NOT_ROBUST));
	fit = fit_of(two, NULL, COUNT(two), &o);
	cr_expect(fit.set_aside == 0 && fit.flags & (BELL_FIT_ROBUST | BELL_FIT_NOT_ROBUST));
	cr_expect_eq(fit_of(same, NULL, COUNT(same), &o).flags, BELL_FIT_CONSTANT);
	cr_expect(fit_of(infinite, NULL, COUNT(infinite), &o).flags & BELL_FIT_INFINITE);
	cr_expect_eq(fit_of(NULL, NULL, 0, &o).flags, BELL_FIT_EMPTY);
}

/* A sweep of shapes and hostile stray values: nothing fails, and the transform stays increasing. */
Test(robust, of_hostile_columns)
{
	static const double stray[] = {1e300, -1e300, 1e-300, 0, 1e10, DBL_MAX};
	static const enum kind kinds[] = {LOGNORMAL, NORMAL, GAMMA_MIXED, NEGATIVE, COUNTS};

	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(stray); i++) {
			double *x = column(kinds[k], 300), z[3];
			struct bell_fit_options o = robust_options(BELL_YEO_JOHNSON);
			struct bell_fit fit;

			x[7] = stray[i];
			fit = fit_of(x, NULL, 300, &o);
			cr_expect(isfinite(fit.lambda) && fit.set_aside < 75, "%s with %g: %g",
				  kind_name[kinds[k]], stray[i], fit.set_aside);
			z[0] = fit.min, z[1] = x[0], z[2] = fit.max;
			CHECK(bell_transform_apply_f64(&fit.transform, z, 3, 1, z));
			cr_expect(z[0] <= z[1] && z[1] <= z[2], "%s with %g: %g %g %g",
				  kind_name[kinds[k]], stray[i], z[0], z[1], z[2]);
			free(x);
		}
}

/* The profile of a robust fit is that of the values that it keeps. */
Test(robust, has_a_profile)
{
	double *x = column(NORMAL, N), lambda, value;
	struct bell_fit_options o = robust_options(BELL_YEO_JOHNSON);
	struct bell_inference found;
	struct bell_fit fit;

	x[17] = 100;
	fit = fit_of(x, NULL, N, &o);
	lambda = fit.lambda;
	CHECK(bell_infer_f64(x, NULL, N, &o, 1, 0.95, &found));
	CHECK(bell_profile_f64(x, NULL, N, &o, 1, &lambda, 1, &value));
	cr_expect(found.lambda == fit.lambda && found.log_likelihood == fit.log_likelihood);
	cr_expect(near(value, fit.log_likelihood, 1e-9));
	cr_expect(near(found.interval[0], fit.ci95[0], 1e-9 * found.standard_error));
	free(x);
}

Test(robust, refuses)
{
	double x[] = {1, 2, 3};
	struct bell_fit_options o = robust_options(BELL_YEO_JOHNSON_UNIT);
	struct bell_fit fit;

	cr_expect_eq(bell_fit_f64(x, NULL, 3, &o, 1, &fit), BELL_EINVAL);
	o.unit = 2;
	cr_expect_eq(bell_fit_f64(x, NULL, 3, &o, 1, &fit), BELL_OK);
}

/* A model keeps how many were set aside. */
Test(robust, in_a_model)
{
	double *x = column(NORMAL, N);
	struct bell_fit_options o = robust_options(BELL_YEO_JOHNSON);
	struct bell_model *m, *read;
	struct bell_fit fit;
	char *text, *key;

	x[17] = 100;
	fit = fit_of(x, NULL, N, &o);
	CHECK(bell_model_create(1, &m));
	CHECK(bell_model_set(m, 0, "x", &fit));
	CHECK(bell_model_to_json(m, &text));
	CHECK(bell_model_from_json(text, strlen(text), &read));
	cr_expect(same_fit(bell_model_fit(read, 0), &fit));
	bell_model_free(read);
	/* without the number, or with an impossible one, the model is damaged */
	key = strstr(text, "\"set_aside\":");
	cr_assert_not_null(key);
	key[strlen("\"set_aside\":")] = '-';
	CHECK_STATUS(bell_model_from_json(text, strlen(text), &read), BELL_EDAMAGED);
	key[1] = 'x';
	CHECK_STATUS(bell_model_from_json(text, strlen(text), &read), BELL_EDAMAGED);
	free(text);
	bell_model_free(m);
	free(x);
}

/*
 * A power that bends the values that are kept by nothing bends those that are set aside: these were
 * transformed by the logarithm.
 */
Test(robust, transforms_what_is_set_aside)
{
	const double x[] = {-2.3572752727015485e-26, -2.6312338391659017e-48, 7.84811433869811e-19,
			    -63861.93546798172,      -8.956333693713117e-07,  380201.68040586764,
			    6.21564701458367e-15};
	struct bell_fit_options options;
	struct bell_transform psi;
	struct bell_fit fit;
	double z, plain;

	bell_fit_options_default(&options);
	options.robust = true;
	options.round_level = 0.9;
	CHECK(bell_fit_f64(x, NULL, COUNT(x), &options, 1, &fit));
	cr_assert(fit.set_aside == 2 && fit.lambda == -0.5, "%g %g", fit.set_aside, fit.lambda);
	CHECK(bell_transform_plain(BELL_YEO_JOHNSON, -0.5, &psi));
	CHECK(bell_transform_apply_f64(&fit.transform, &x[3], 1, 1, &z));
	CHECK(bell_transform_apply_f64(&psi, &x[3], 1, 1, &plain));
	cr_expect(near(z / ((plain - fit.mean) / fit.sd), 1, 1e-12), "%.17g", z);
}
