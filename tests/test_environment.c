/* SPDX-License-Identifier: BSD-3-Clause */
/* test_environment.c - the choice of a backend, its results, names.  Each test is a process of its own. */
#include <stdlib.h>
#include <string.h>
#include "common.h"

Test(environment, a_name_that_cannot_be_honored)
{
	double x[3] = {1, 2, 4}, y[3];
	struct bell_table table = {x, BELL_F64, 3, 1, 1, 3};
	struct bell_moments_stream stream = {0};
	struct bell_sketch *s, *other;
	struct bell_transform t;
	struct bell_moments m;
	struct bell_model *model;
	struct bell_fit fit;

	setenv("BELLSHAPE_BACKEND", "abacus", 1);
	cr_assert_null(bell_backend());
	CHECK_STATUS(bell_moments_f64(x, 3, 1, &m), BELL_EBACKEND);
	CHECK_STATUS(bell_moments_stream_f64(&stream, x, 3), BELL_EBACKEND);
	CHECK(bell_sketch_create(NULL, &s));
	CHECK(bell_sketch_create(NULL, &other));
	CHECK_STATUS(bell_sketch_update_f64(s, x, NULL, 3, 1), BELL_EBACKEND);
	CHECK_STATUS(bell_sketch_merge(s, other), BELL_EBACKEND);
	CHECK_STATUS(bell_fit_sketch(s, NULL, &fit), BELL_EBACKEND);
	CHECK_STATUS(bell_fit_f64(x, NULL, 3, NULL, 1, &fit), BELL_EBACKEND);
	CHECK(bell_transform_plain(BELL_YEO_JOHNSON, 0.5, &t));
	CHECK_STATUS(bell_transform_apply_f64(&t, x, 3, 1, y), BELL_EBACKEND);
	CHECK_STATUS(bell_transform_inverse_f64(&t, x, 3, BELL_OUTSIDE_NAN, 1, y, NULL),
		     BELL_EBACKEND);
	CHECK_STATUS(bell_table_fit(&table, NULL, NULL, 1, &model), BELL_EBACKEND);
	CHECK(bell_model_create(1, &model));
	CHECK_STATUS(bell_table_transform(model, &table, 1, &table), BELL_EBACKEND);
	CHECK_STATUS(bell_backend_use(NULL), BELL_EBACKEND);

	CHECK(bell_backend_use(bell_backend_name(0))); /* an explicit choice is free of it */
	CHECK(bell_moments_f64(x, 3, 1, &m));
	bell_model_free(model);
	bell_sketch_free(s);
	bell_sketch_free(other);
}

Test(environment, chooses_by_name)
{
	for (size_t i = 0; bell_backend_name(i); i++) {
		setenv("BELLSHAPE_BACKEND", bell_backend_name(i), 1);
		CHECK(bell_backend_use(NULL));
		cr_expect_str_eq(bell_backend(), bell_backend_name(i));
	}
	unsetenv("BELLSHAPE_BACKEND");
	CHECK(bell_backend_use(NULL));
	cr_expect_str_eq(bell_backend(), bell_backend_name(0), "the best");
}

Test(environment, the_first_call_reads_it)
{
	size_t last = 0;

	while (bell_backend_name(last + 1))
		last++;
	setenv("BELLSHAPE_BACKEND", bell_backend_name(last), 1);
	cr_expect_str_eq(bell_backend(), bell_backend_name(last));
}

Test(environment, a_wrong_name_changes_nothing)
{
	const char *last = NULL;

	unsetenv("BELLSHAPE_BACKEND");
	for (size_t i = 0; bell_backend_name(i); i++)
		last = bell_backend_name(i);
	CHECK(bell_backend_use(last));
	CHECK_STATUS(bell_backend_use("nonsense"), BELL_EBACKEND);
	CHECK_STATUS(bell_backend_use(""), BELL_EBACKEND);
	CHECK_STATUS(bell_backend_use("SCALAR"), BELL_EBACKEND);
	cr_expect_str_eq(bell_backend(), last);
}

Test(environment, names_are_distinct_and_end)
{
	size_t n = 0;

	for (; bell_backend_name(n); n++)
		for (size_t i = 0; i < n; i++)
			cr_expect_str_neq(bell_backend_name(i), bell_backend_name(n));
	cr_expect(n >= 1 && n < 10);
	cr_expect_null(bell_backend_name(n + 1));
	cr_expect_null(bell_backend_name((size_t)-1));
}

Test(environment, statuses_have_texts)
{
	for (int a = BELL_WRAPPED + 2; a >= BELL_EDOMAIN - 2; a--) {
		bool known = a <= BELL_WRAPPED && a >= BELL_EDOMAIN;
		const char *text = bell_status_text((enum bell_status)a);

		cr_assert_not_null(text);
		cr_expect_eq(!known, !strcmp(text, "unknown status"), "%d: %s", a, text);
		for (int b = BELL_WRAPPED; b > a && known; b--)
			cr_expect_str_neq(text, bell_status_text((enum bell_status)b));
	}
}

/* ---- the whole library, on every backend ---- */

static void everything(enum kind kind, struct words *r)
{
	enum { n = 6000 };
	double *x = column(kind, n);
	struct bell_sketch *s;
	struct bell_moments m;
	struct bell_fit fit;
	struct bytes bytes;
	uint64_t sum = 0;

	r->n = 0;
	CHECK(bell_moments_f64(x, n, 1, &m));
	words_put(r, &m, sizeof m / 8);
	for (size_t few = 300; few <= n; few *= 20) { /* as values, and in bins */
		s = sketch_of(x, NULL, few, NULL);
		bytes = bytes_of(s);
		for (size_t i = 0; i < bytes.size; i++)
			sum = sum * 31 + bytes.data[i];
		words_put(r, &sum, 1);
		free(bytes.data);
		CHECK(bell_fit_sketch(s, NULL, &fit));
		words_put(r, &fit, sizeof fit / 8);
		bell_sketch_free(s);
	}
	CHECK(bell_transform_apply_f64(&fit.transform, x, n, 1, x));
	words_put(r, x, 1000);
	CHECK(bell_transform_inverse_f64(&fit.transform, x, n, BELL_OUTSIDE_CLIP, 1, x, NULL));
	words_put(r, x, 1000);
	free(x);
}

Test(environment, whole_results_are_equal)
{
	static struct words expected, r;

	for (enum kind k = 0; k <= WIDE; k++)
		for (size_t b = 0; bell_backend_name(b); b++) {
			if (!strcmp(bell_backend_name(b), "plain"))
				continue;
			CHECK(bell_backend_use("scalar"));
			everything(k, &expected);
			CHECK(bell_backend_use(bell_backend_name(b)));
			everything(k, &r);
			cr_expect(r.n == expected.n && same_words(r.word, expected.word, r.n * 8),
				  "%s on %s", kind_name[k], bell_backend_name(b));
		}
}

Test(environment, versions) { cr_expect_str_eq(bell_version(), BELL_VERSION); }
