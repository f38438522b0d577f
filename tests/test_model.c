/* SPDX-License-Identifier: BSD-3-Clause */
/* test_model.c - models in memory. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"

static struct bell_model *model_of(size_t columns)
{
	struct bell_model *m;

	CHECK(bell_model_create(columns, &m));
	return m;
}

Test(model, is_the_identity_at_first)
{
	struct bell_model *m = model_of(3);
	double x = 12.5;

	cr_expect_eq(bell_model_columns(m), 3);
	cr_expect_eq(bell_model_fit(m, 2)->lambda, 1);
	CHECK(bell_transform_apply_f64(&bell_model_fit(m, 1)->transform, &x, 1, 1, &x));
	cr_expect(near(x, 12.5, 1e-14));
	cr_expect_null(bell_model_name(m, 0));
	cr_expect_null(bell_model_fit(m, 3));
	cr_expect_null(bell_model_name(m, 3));
	bell_model_free(m);
	bell_model_free(NULL);
}

Test(model, set_copies)
{
	struct bell_model *m = model_of(2);
	struct bell_fit fit = *bell_model_fit(m, 0);
	char name[] = "name";

	fit.lambda = 0.25;
	CHECK(bell_model_set(m, 1, name, &fit));
	name[0] = 'x';
	fit.lambda = 0;
	cr_expect_str_eq(bell_model_name(m, 1), "name");
	cr_expect(bell_model_fit(m, 1)->lambda == 0.25 && bell_model_fit(m, 0)->lambda == 1);
	CHECK(bell_model_set(m, 1, NULL, &fit));
	cr_expect_null(bell_model_name(m, 1));
	CHECK(bell_model_set(m, 1, "other", bell_model_fit(m, 1))); /* its own */
	CHECK(bell_model_set(m, 1, bell_model_name(m, 1), &fit));
	cr_expect_str_eq(bell_model_name(m, 1), "other");
	bell_model_free(m);
}

/* ---- from sketches ---- */

Test(model, fits_sketches)
{
	enum { n = 4000 };
	struct bell_sketch *s[KINDS];
	struct bell_fit_options options;
	struct bell_model *m;
	struct bell_fit fit;

	bell_fit_options_default(&options);
	options.upper = 0.75;
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, n);

		s[k] = sketch_of(x, NULL, n, NULL);
		free(x);
	}
	for (unsigned threads = 0; threads < 6; threads++) {
		const struct bell_fit_options *o = threads % 2 ? &options : NULL;

		CHECK(bell_model_fit_sketches(s, KINDS, o, threads, &m));
		cr_assert_eq(bell_model_columns(m), KINDS);
		for (size_t k = 0; k < KINDS; k++) {
			CHECK(bell_fit_sketch(s[k], o, &fit));
			cr_expect(same_words(&fit, bell_model_fit(m, k), sizeof fit), "%s",
				  kind_name[k]);
			cr_expect_null(bell_model_name(m, k));
		}
		bell_model_free(m);
	}
	for (size_t k = 0; k < KINDS; k++)
		bell_sketch_free(s[k]);
}

Test(model, fits_no_sketches)
{
	struct bell_model *m;

	CHECK(bell_model_fit_sketches(NULL, 0, NULL, 1, &m));
	cr_expect_eq(bell_model_columns(m), 0);
	bell_model_free(m);
}

Test(model, fit_sketches_errors)
{
	struct bell_sketch *s[2] = {NULL, NULL};
	struct bell_fit_options options;
	struct bell_model *none = NULL;

	CHECK(bell_sketch_create(NULL, &s[0]));
	bell_fit_options_default(&options);
	options.lambda = INFINITY;
	CHECK_STATUS(bell_model_fit_sketches(NULL, 1, NULL, 1, &none), BELL_EINVAL);
	CHECK_STATUS(bell_model_fit_sketches(s, 2, NULL, 1, &none), BELL_EINVAL);
	CHECK_STATUS(bell_model_fit_sketches(s, 1, NULL, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_model_fit_sketches(s, 1, NULL, 1025, &none), BELL_EINVAL);
	CHECK_STATUS(bell_model_fit_sketches(s, 1, &options, 1, &none), BELL_EINVAL);
	CHECK_STATUS(bell_model_fit_sketches(NULL, 0, &options, 1, &none), BELL_EINVAL);
	cr_expect_null(none);
	bell_sketch_free(s[0]);
}

/* ---- errors ---- */

/* A transform that a later version made: what is not understood is not run as something else. */
Test(model, unknown_transforms_are_refused)
{
	static const double line[2] = {0, 1};
	struct bell_transform unknown[7], known;
	struct bell_fit fit = {.lambda = 0.5};
	struct bell_model *model;
	double x = 3;
	float f = 3;

	CHECK(bell_transform_plain(BELL_YEO_JOHNSON, 0.5, &known));
	for (size_t i = 0; i < COUNT(unknown); i++)
		unknown[i] = known;
	unknown[0].method = (enum bell_method) - 1;
	unknown[1].method = (enum bell_method)42;
	unknown[2].unit = 1;
	unknown[3].shift = NAN;
	CHECK(bell_score_table_create(line, line, 2, (double[2]){1, 1}, &unknown[4].table));
	unknown[5].reserved_bits = 1;
	unknown[6] = (struct bell_transform){.method = BELL_NORMAL_SCORES};
	CHECK(bell_model_create(1, &model));
	for (size_t i = 0; i < COUNT(unknown); i++) {
		const struct bell_transform *t = &unknown[i];

		fit.transform = *t;
		CHECK_STATUS(bell_transform_apply_f32(t, &f, 1, 1, &f), BELL_EINVAL);
		CHECK_STATUS(bell_transform_apply_f64(t, &x, 1, 1, &x), BELL_EINVAL);
		CHECK_STATUS(bell_transform_inverse_f32(t, &f, 1, BELL_OUTSIDE_NAN, 1, &f, NULL),
			     BELL_EINVAL);
		CHECK_STATUS(bell_transform_inverse_f64(t, &x, 1, BELL_OUTSIDE_NAN, 1, &x, NULL),
			     BELL_EINVAL);
		CHECK_STATUS(bell_model_set(model, 0, NULL, &fit), BELL_EINVAL);
	}
	cr_expect(x == 3 && f == 3 && bell_model_fit(model, 0)->lambda == 1);
	bell_score_table_release(unknown[4].table);
	CHECK_STATUS(bell_transform_plain((enum bell_method)42, 1, &unknown[0]), BELL_EINVAL);
	bell_model_free(model);
}

Test(model, errors)
{
	struct bell_model *m = model_of(1), *none = NULL;
	struct bell_fit fit = *bell_model_fit(m, 0);
	char *text = NULL;

	CHECK_STATUS(bell_model_create(1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_model_create(SIZE_MAX, &none), BELL_ESIZE);
	CHECK_STATUS(bell_model_set(NULL, 0, NULL, &fit), BELL_EINVAL);
	CHECK_STATUS(bell_model_set(m, 1, NULL, &fit), BELL_EINVAL);
	CHECK_STATUS(bell_model_set(m, 0, NULL, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_model_to_json(NULL, &text), BELL_EINVAL);
	CHECK_STATUS(bell_model_to_json(m, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_model_from_json(NULL, 3, &none), BELL_EINVAL);
	CHECK_STATUS(bell_model_from_json("{}", 2, NULL), BELL_EINVAL);
	cr_expect(!none && !text && bell_model_columns(NULL) == 0 && !bell_model_fit(NULL, 0) &&
		  !bell_model_name(NULL, 0));
	bell_model_free(m);
}
