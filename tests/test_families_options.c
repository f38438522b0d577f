/* SPDX-License-Identifier: BSD-3-Clause */
/* test_families_options.c - options, errors and models of identity, log, sqrt and their kin. */
#include <math.h>
#include "common.h"
#include "fits.h"

static const enum bell_method methods[] = {BELL_IDENTITY,  BELL_LOG,   BELL_SQRT,
					   BELL_LOG_SHIFT, BELL_ASINH, BELL_EXPONENTIAL};

static struct bell_fit_options options_of(enum bell_method method)
{
	struct bell_fit_options o;

	bell_fit_options_default(&o);
	o.method = method;
	return o;
}

static struct bell_fit fit_by(enum bell_method method, const double *x, size_t n)
{
	const struct bell_fit_options o = options_of(method);

	return fit_of(x, NULL, n, &o);
}

Test(families, a_fixed_parameter_is_kept)
{
	const double x[] = {1, 2, 3, 5, 8, 13};
	struct bell_fit_options o = options_of(BELL_ASINH);
	struct bell_fit fit;

	o.unit = 2.5;
	fit = fit_of(x, NULL, 6, &o);
	cr_expect(fit.unit == 2.5 && fit.transform.unit == 2.5 && isnan(fit.ci95[0]));
	o.method = BELL_LOG_SHIFT;
	o.shift = 0.5;
	fit = fit_of(x, NULL, 6, &o);
	cr_expect(fit.transform.shift == 0.5 && fit.lambda == 0 && isnan(fit.ci95[1]));
	o.method = BELL_EXPONENTIAL;
	o.lambda = -0.25;
	fit = fit_of(x, NULL, 6, &o);
	cr_expect(fit.lambda == -0.25 && fit.transform.side[0].power == -0.25);
	o.lambda = NAN;
	o.lower = -0.01;
	fit = fit_of(x, NULL, 6, &o);
	cr_expect(fit.lambda == -0.01 && fit.flags & BELL_FIT_BOUND);
}

Test(families, values_outside_the_domain_are_refused)
{
	static const struct {
		enum bell_method method;
		double least, shift;
		enum bell_status status;
	} cases[] = {{BELL_LOG, 0, NAN, BELL_EDOMAIN},        {BELL_LOG, 1e-300, NAN, BELL_OK},
		     {BELL_SQRT, -1e-300, NAN, BELL_EDOMAIN}, {BELL_SQRT, 0, NAN, BELL_OK},
		     {BELL_LOG_SHIFT, -5, NAN, BELL_OK},      {BELL_LOG_SHIFT, -5, 5, BELL_EDOMAIN},
		     {BELL_LOG_SHIFT, -5, 5.5, BELL_OK},      {BELL_ASINH, -5, NAN, BELL_OK},
		     {BELL_EXPONENTIAL, -5, NAN, BELL_OK},    {BELL_IDENTITY, -5, NAN, BELL_OK},
		     {BELL_LOG, -INFINITY, NAN, BELL_EDOMAIN}};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const double x[] = {1, 2, cases[i].least, 7};
		struct bell_fit_options o = options_of(cases[i].method);
		struct bell_fit fit;

		o.shift = cases[i].shift;
		CHECK_STATUS(bell_fit_f64(x, NULL, 4, &o, 1, &fit), cases[i].status);
	}
}

Test(families, wrong_options_and_transforms_are_refused)
{
	const double x[] = {1, 2, 3};
	struct bell_fit_options o = options_of(BELL_ASINH);
	struct bell_transform t;
	struct bell_fit fit;
	double y[3];

	o.unit = 0;
	CHECK_STATUS(bell_fit_f64(x, NULL, 3, &o, 1, &fit), BELL_EINVAL);
	o.unit = -1;
	CHECK_STATUS(bell_fit_f64(x, NULL, 3, &o, 1, &fit), BELL_EINVAL);
	o.method = BELL_LOG_SHIFT;
	o.shift = INFINITY;
	CHECK_STATUS(bell_fit_f64(x, NULL, 3, &o, 1, &fit), BELL_EINVAL);
	for (size_t m = 0; m < COUNT(methods); m++)
		for (int k = 0; k < 4; k++) {
			CHECK(bell_transform_plain(methods[m], 1, &t));
			if (k == 0)
				t.shift = methods[m] == BELL_LOG_SHIFT ? -1 : 1;
			if (k == 1)
				t.unit = methods[m] == BELL_ASINH ? 0 : 1;
			if (k == 2)
				t.side[0].center = NAN;
			if (k == 3)
				t.side[0].anchor = 1;
			if (methods[m] == BELL_LOG && k > 1) /* as Box-Cox */
				continue;
			CHECK_STATUS(bell_transform_apply_f64(&t, x, 3, 1, y), BELL_EINVAL);
		}
	CHECK(bell_transform_plain(BELL_SQRT, 1, &t));
	t.side[0].center = -1;
	CHECK_STATUS(bell_transform_apply_f64(&t, x, 3, 1, y), BELL_EINVAL);
}

/* A column of one value, or with infinities, is left as it is by any method. */
Test(families, nothing_to_estimate)
{
	static const double x[][3] = {{4, 4, 4}, {1, 2, INFINITY}};

	for (size_t i = 0; i < COUNT(x); i++)
		for (size_t m = 0; m < COUNT(methods); m++) {
			struct bell_fit fit = fit_by(methods[m], x[i], 3);
			double y;

			cr_expect(fit.lambda == 1 && isnan(fit.log_likelihood));
			cr_expect(fit.flags & (BELL_FIT_CONSTANT | BELL_FIT_INFINITE));
			CHECK(bell_transform_apply_f64(&fit.transform, x[i], 1, 1, &y));
			cr_expect(near(y, i ? -0.5 : 0, 1e-15), "%g", y);
		}
}

/* An edited number is found. */
Test(families, models_are_checked)
{
	static const double x[] = {1, 2, 3, 5, 8, 13};

	for (size_t m = 0; m < COUNT(methods); m++)
		for (int k = 0; k < 5; k++) {
			struct bell_fit fit = fit_by(methods[m], x, 6);
			struct bell_transform *t = &fit.transform;
			double *edited[] = {&fit.lambda, &fit.mean, &fit.sd, &t->side[0].scale,
					    &t->side[0].offset};
			struct bell_model *model;
			char *text;

			*edited[k] += 1e-9 * (1 + fabs(*edited[k]));
			CHECK(bell_model_create(1, &model));
			CHECK(bell_model_set(model, 0, NULL, &fit));
			cr_expect_eq(bell_model_to_json(model, &text), BELL_EINVAL, "%s: %d",
				     bell_method_name(methods[m]), k);
			bell_model_free(model);
		}
}
