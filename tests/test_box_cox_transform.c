/* SPDX-License-Identifier: BSD-3-Clause */
/* test_box_cox_transform.c - the transform of Box-Cox, its inverse, and models of it. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "fits.h"

static const double sizes[] = {5e-324, 1e-310,  0x1p-1022, 1e-300, 1e-30, 0.25, 0.999999, 1,
			       1.5,    1.50001, 3,         1e5,    1e16,  1e30, 1e300,    DBL_MAX};
static const double lambdas[] = {-700,  -42.5, -2,  -1,  -0.5, -1e-9, -1e-20, 0,
				 1e-20, 1e-9,  0.1, 0.5, 1,    2,     42.5,   700};

static double transformed(const struct bell_transform *t, double x)
{
	double y;

	CHECK(bell_transform_apply_f64(t, &x, 1, 1, &y));
	return y;
}

static double returned(const struct bell_transform *t, double y, enum bell_outside outside,
		       uint64_t *count)
{
	double x;

	CHECK(bell_transform_inverse_f64(t, &y, 1, outside, 1, &x, count));
	return x;
}

static long double psi(double x, double lambda)
{
	long double l = logl(x);

	return lambda != 0 ? expm1l(lambda * l) / lambda : l;
}

/* To the rounding of log x, which counts |lambda| times. */
Test(box_cox_transform, plain_against_long_double)
{
	for (size_t j = 0; j < COUNT(lambdas); j++) {
		struct bell_transform t;

		CHECK(bell_transform_plain(BELL_BOX_COX, lambdas[j], &t));
		cr_expect(t.min == 0 && t.max == INFINITY && t.method == BELL_BOX_COX);
		for (size_t i = 0; i < COUNT(sizes); i++) {
			long double y = psi(sizes[i], lambdas[j]), l = logl(sizes[i]);
			double got = transformed(&t, sizes[i]);
			/* d psi/d l is exp(lambda l) */
			long double slack =
			    4 * DBL_EPSILON * (fabsl(y) + expl(lambdas[j] * l) * fabsl(l));

			if (fabsl(y) > DBL_MAX / 2)
				cr_expect(fabs(got) >= DBL_MAX / 4, "%g, %g: %g", sizes[i],
					  lambdas[j], got);
			else
				cr_expect(fabsl(got - y) <= slack + 0x1p-1073L,
					  "%g, lambda %g: %.17g not %.17Lg", sizes[i], lambdas[j],
					  got, y);
		}
	}
}

Test(box_cox_transform, outside_its_domain)
{
	for (size_t j = 0; j < COUNT(lambdas); j++) {
		const float x32[] = {-1, 0, NAN, INFINITY};
		double limit = lambdas[j] > 1e-15 ? -1 / lambdas[j] : -INFINITY;
		struct bell_transform t;
		float y32[4];

		CHECK(bell_transform_plain(BELL_BOX_COX, lambdas[j], &t));
		cr_expect(isnan(transformed(&t, -1)) && isnan(transformed(&t, -5e-324)) &&
			      isnan(transformed(&t, -INFINITY)) && isnan(transformed(&t, NAN)),
			  "%g", lambdas[j]);
		if (fabs(lambdas[j]) > 1e-15 || lambdas[j] == 0)
			cr_expect(near(transformed(&t, 0), limit, fabs(limit) * 1e-15) &&
				      transformed(&t, -0.0) == transformed(&t, 0),
				  "%g: %g", lambdas[j], transformed(&t, 0));
		cr_expect(lambdas[j] > -1e-15 ? transformed(&t, INFINITY) == INFINITY
					      : near(transformed(&t, INFINITY), -1 / lambdas[j],
						     -1e-15 / lambdas[j]),
			  "%g", lambdas[j]);
		CHECK(bell_transform_apply_f32(&t, x32, 4, 1, y32));
		cr_expect(isnan(y32[0]) && isnan(y32[2]) && y32[1] == (float)transformed(&t, 0) &&
			  y32[3] == (float)transformed(&t, INFINITY));
	}
	CHECK_STATUS(bell_transform_plain(BELL_BOX_COX, NAN, &(struct bell_transform){0}),
		     BELL_EINVAL);
	CHECK_STATUS(bell_transform_plain(BELL_BOX_COX, 1, NULL), BELL_EINVAL);
}

/* With a center as without: log(x/center) has its digits near the center and far from it. */
Test(box_cox_transform, a_center_changes_nothing)
{
	static const double centers[] = {0x1p-1022, 1e-300, 1, 98304, 1e300, 0x1p1022};

	for (size_t c = 0; c < COUNT(centers); c++)
		for (int k = -15; k <= 15; k++)
			for (int far = 0; far < 2; far++) {
				const struct bell_transform t = {
				    .side = {{.center = centers[c], .scale = 1}},
				    .max = INFINITY,
				    .method = BELL_BOX_COX};
				double x = far ? sizes[(k + 15) % COUNT(sizes)]
					       : centers[c] * (1 + k / 32.0);
				long double d = logl(x) - logl(centers[c]);
				double got = transformed(&t, x), back;

				cr_expect(fabsl(got - d) <=
					      (far ? 0x1p-42L : 4 * DBL_EPSILON * fabsl(d)),
					  "%g to %g: %.17g not %.17Lg", x, centers[c], got, d);
				back = returned(&t, got, BELL_OUTSIDE_ERROR, NULL);
				cr_expect(near(back, x, x * (far ? 1e-12 : 1e-15) + 5e-324),
					  "%g to %g: %.17g", x, centers[c], back);
			}
}

Test(box_cox_transform, inverse_and_where_the_image_ends)
{
	for (size_t j = 0; j < COUNT(lambdas); j++) {
		double lambda = lambdas[j], end = -1 / lambda, beyond = 2 * end;
		struct bell_transform t;
		uint64_t outside = 7;

		CHECK(bell_transform_plain(BELL_BOX_COX, lambda, &t));
		t.min = 0.125, t.max = 8;
		for (size_t i = 0; i < COUNT(sizes); i++) {
			double y = transformed(&t, sizes[i]), l = fabs(log(sizes[i]));

			/* not in the limit, nor so near that y has lost x */
			if (fabs(y) < DBL_MAX && fabs(lambda) * l < 20)
				cr_expect(
				    near(returned(&t, y, BELL_OUTSIDE_NAN, &outside) / sizes[i], 1,
					 1e-15 * (4 + l) * (1 + exp(fabs(lambda) * l))) &&
					!outside,
				    "%g, lambda %g: %.17g", sizes[i], lambda,
				    returned(&t, y, BELL_OUTSIDE_NAN, NULL));
		}
		if (fabs(lambda) < 1e-15) {
			cr_expect(returned(&t, -INFINITY, BELL_OUTSIDE_ERROR, NULL) == 0);
			continue;
		}
		/* below for lambda > 0, above for lambda < 0 */
		cr_expect(isnan(returned(&t, beyond, BELL_OUTSIDE_NAN, &outside)) && outside == 1,
			  "%g", lambda);
		cr_expect(returned(&t, beyond, BELL_OUTSIDE_CLIP, NULL) ==
			  (lambda > 0 ? 0.125 : 8));
		cr_expect_eq(bell_transform_inverse_f64(&t, &beyond, 1, BELL_OUTSIDE_ERROR, 1,
							&beyond, &outside),
			     BELL_EDOMAIN);
		cr_expect(returned(&t, transformed(&t, lambda > 0 ? 0 : INFINITY),
				   BELL_OUTSIDE_ERROR, NULL) == (lambda > 0 ? 0.125 : 8));
		cr_expect(returned(&t, lambda > 0 ? INFINITY : -INFINITY, BELL_OUTSIDE_ERROR,
				   NULL) == (lambda > 0 ? INFINITY : 0),
			  "%g", lambda);
	}
}

/* lambda = 1 is x - 1, standardized too, whatever the size of x. */
Test(box_cox_transform, lambda_1_is_linear)
{
	static const double units[] = {1e-300, 1, 1e300};

	for (size_t u = 0; u < COUNT(units); u++)
		for (int shift = 0; shift < 2; shift++) {
			struct bell_fit_options o;
			struct bell_fit fit;
			double x[5], square = 0;
			/* log x of the others is 690, and the x are close together */
			double tolerance = u == 1 ? 1e-14 : 1e-11;

			/* the largest is 1 unit: at units[1] its coordinate is the anchor 0 */
			for (int i = 0; i < 5; i++)
				x[i] = units[u] * ((i + 1) / 5.0 + 10 * shift);
			bell_fit_options_default(&o);
			o.lambda = 1;
			o.method = BELL_BOX_COX;
			fit = fit_of(x, NULL, 5, &o);
			for (int i = 0; i < 5; i++)
				square += (i - 2) * (i - 2);
			for (int i = 0; i < 5; i++) {
				double z = transformed(&fit.transform, x[i]);

				cr_expect(near(z, (i - 2) / sqrt(square / 5), 10 * tolerance),
					  "%g: %.17g", x[i], z);
				cr_expect(
				    near(returned(&fit.transform, z, BELL_OUTSIDE_ERROR, NULL),
					 x[i], tolerance * x[i]));
			}
			cr_expect(fabs(fit.lr_vs_identity) < 1e-12);
		}
}

/* Where the largest value is the center, the formula is the linear one. */
Test(box_cox_transform, lambda_1_with_a_center)
{
	const double x[] = {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 997, 998};
	struct bell_fit_options o;
	struct bell_fit fit;
	uint64_t outside;

	bell_fit_options_default(&o);
	o.lambda = 1;
	o.method = BELL_BOX_COX;
	fit = fit_of(x, NULL, COUNT(x), &o);
	cr_assert(fit.transform.side[0].center == 1000 && fit.transform.side[0].anchor == 0);
	/* mean 999.5, variance 1.05 */
	cr_expect(near(transformed(&fit.transform, 1000), 0.5 / sqrt(1.05), 1e-12));
	cr_expect(near(transformed(&fit.transform, 1e5), 99000.5 / sqrt(1.05), 1e-7));
	cr_expect(near(returned(&fit.transform, 0, BELL_OUTSIDE_ERROR, NULL), 999.5, 1e-9));
	/* the image ends at x = 0, not a center above it */
	cr_expect(
	    near(returned(&fit.transform, -998.5 / sqrt(1.05), BELL_OUTSIDE_ERROR, NULL), 1, 1e-9));
	cr_expect(
	    isnan(returned(&fit.transform, -1000.5 / sqrt(1.05), BELL_OUTSIDE_NAN, &outside)) &&
	    outside == 1);
}

/* ---- models ---- */

static struct bell_model *model_of_both(void)
{
	double *x = column(LOGNORMAL, 500), *p = column(PRESSURE, 500);
	struct bell_fit_options o;
	struct bell_model *m;
	struct bell_fit fit;

	bell_fit_options_default(&o);
	CHECK(bell_model_create(2, &m));
	fit = fit_of(x, NULL, 500, &o);
	CHECK(bell_model_set(m, 0, "a", &fit));
	o.method = BELL_BOX_COX;
	fit = fit_of(p, NULL, 500, &o);
	cr_expect(fit.transform.side[0].center > 0);
	CHECK(bell_model_set(m, 1, "b", &fit));
	free(x);
	free(p);
	return m;
}

Test(box_cox_transform, model_as_json_and_back)
{
	struct bell_model *m = model_of_both(), *back;
	char *text, *again, *at;

	CHECK(bell_model_to_json(m, &text));
	cr_expect(strstr(text, "\"format\":\t3") && strstr(text, "\"method\":\t\"yeo-johnson\"") &&
		  strstr(text, "\"method\":\t\"box-cox\""));
	CHECK(bell_model_from_json(text, strlen(text), &back));
	for (size_t j = 0; j < 2; j++)
		cr_expect(same_fit(bell_model_fit(m, j), bell_model_fit(back, j)));
	CHECK(bell_model_to_json(back, &again));
	cr_expect_str_eq(text, again);
	bell_model_free(back);

	at = strstr(text, "\"box-cox\"");
	memcpy(at, "\"box-fox\"", 9);
	CHECK_STATUS(bell_model_from_json(text, strlen(text), &back), BELL_EVERSION);
	memcpy(at, "         7", 9);
	CHECK_STATUS(bell_model_from_json(text, strlen(text), &back), BELL_EFORMAT);
	strcpy(text, again);
	memcpy(strstr(text, "\"yeo-johnson\""), "\"box-cox\"    ", 13); /* but two sides */
	CHECK_STATUS(bell_model_from_json(text, strlen(text), &back), BELL_EDAMAGED);
	free(text);
	free(again);
	bell_model_free(m);
}

/* A table has the bits of its columns, whatever its layout, and comes back. */
Test(box_cox_transform, table)
{
	enum { ROWS = 3000, COLUMNS = 3 };
	static const enum kind kinds[COLUMNS] = {LOGNORMAL, PRESSURE, UNIX_TIME};
	double *x = malloc(ROWS * COLUMNS * sizeof *x), *y = malloc(ROWS * COLUMNS * sizeof *y);
	const struct bell_table in = {x, BELL_F64, ROWS, COLUMNS, COLUMNS, 1},
				out = {y, BELL_F64, ROWS, COLUMNS, COLUMNS, 1};
	struct bell_fit_options o;
	struct bell_model *m;

	bell_fit_options_default(&o);
	o.method = BELL_BOX_COX;
	for (size_t j = 0; j < COLUMNS; j++) {
		double *c = column(kinds[j], ROWS);

		for (size_t i = 0; i < ROWS; i++)
			x[i * COLUMNS + j] = c[i];
		free(c);
	}
	CHECK(bell_table_fit(&in, NULL, &o, 3, &m));
	CHECK(bell_table_transform(m, &in, 3, &out));
	for (size_t j = 0; j < COLUMNS; j++) {
		double *c = column(kinds[j], ROWS), *z = malloc(ROWS * sizeof *z);
		struct bell_fit fit = fit_of(c, NULL, ROWS, &o);

		cr_expect(same_fit(&fit, bell_model_fit(m, j)), "column %zu", j);
		CHECK(bell_transform_apply_f64(&fit.transform, c, ROWS, 2, z));
		for (size_t i = 0; i < ROWS; i++)
			cr_expect(same(z[i], y[i * COLUMNS + j]));
		free(c);
		free(z);
	}
	CHECK(bell_table_inverse(m, &out, BELL_OUTSIDE_ERROR, 2, &out, NULL));
	for (size_t i = 0; i < ROWS * COLUMNS; i++)
		cr_expect(near(y[i], x[i], 1e-12 * x[i]), "%.17g not %.17g", y[i], x[i]);
	bell_model_free(m);
	free(x);
	free(y);
}
