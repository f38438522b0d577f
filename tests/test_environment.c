/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_environment.c - the choice of a backend, its results, names.  Each test is a process of its
 * own.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"

/*
 * With an unknown BELLSHAPE_BACKEND every function that computes returns BELL_EBACKEND, whatever
 * the layout of its table, and also for no values at all; bad arguments are BELL_EINVAL first.
 */

enum { ROWS = 20, COLUMNS = 3 };

static void use_unknown_backend(void)
{
	setenv("BELLSHAPE_BACKEND", "abacus", 1);
	cr_assert_null(bell_backend());
}

static const struct layout {
	const char *name;
	ptrdiff_t row_stride, column_stride;
} layouts[] = {{"row-major", COLUMNS, 1}, {"column-major", 1, ROWS}, {"strided", 2 * COLUMNS, 2}};

static void check_table(struct bell_table table)
{
	struct bell_table unknown = table, no_rows = table;
	struct bell_sketch *sketches[COLUMNS];
	struct bell_moments moments[COLUMNS];
	struct bell_fit_options options;
	struct bell_model *model = NULL, *identity;

	unknown.type = (enum bell_type)7;
	no_rows.rows = 0;
	bell_fit_options_default(&options);
	options.lambda = INFINITY;
	for (size_t j = 0; j < COLUMNS; j++)
		CHECK(bell_sketch_create(NULL, &sketches[j]));
	CHECK(bell_model_create(COLUMNS, &identity));

	CHECK_STATUS(bell_table_sketch(&table, NULL, 1, sketches), BELL_EBACKEND);
	CHECK_STATUS(bell_table_sketch(&no_rows, NULL, 1, sketches), BELL_EBACKEND);
	CHECK_STATUS(bell_table_sketch(&unknown, NULL, 1, sketches), BELL_EINVAL);
	CHECK_STATUS(bell_table_moments(&table, 1, moments), BELL_EBACKEND);
	CHECK_STATUS(bell_table_moments(&no_rows, 1, moments), BELL_EBACKEND);
	CHECK_STATUS(bell_table_moments(&table, 2000, moments), BELL_EINVAL);
	CHECK_STATUS(bell_table_fit(&table, NULL, NULL, 1, &model), BELL_EBACKEND);
	CHECK_STATUS(bell_table_fit(&no_rows, NULL, NULL, 1, &model), BELL_EBACKEND);
	CHECK_STATUS(bell_table_fit(&table, NULL, &options, 1, &model), BELL_EINVAL);
	CHECK_STATUS(bell_table_transform(identity, &table, 1, &table), BELL_EBACKEND);
	CHECK_STATUS(bell_table_transform(identity, &no_rows, 1, &no_rows), BELL_EBACKEND);
	CHECK_STATUS(bell_table_transform(NULL, &table, 1, &table), BELL_EINVAL);
	CHECK_STATUS(bell_table_inverse(identity, &table, BELL_OUTSIDE_CLIP, 1, &table, NULL),
		     BELL_EBACKEND);
	CHECK_STATUS(bell_table_inverse(identity, &table, (enum bell_outside)3, 1, &table, NULL),
		     BELL_EINVAL);
	CHECK_STATUS(bell_model_fit_sketches(sketches, COLUMNS, NULL, 1, &model), BELL_EBACKEND);
	CHECK_STATUS(bell_model_fit_sketches(NULL, 0, NULL, 1, &model), BELL_EBACKEND);
	CHECK_STATUS(bell_model_fit_sketches(sketches, COLUMNS, &options, 1, &model), BELL_EINVAL);
	CHECK_STATUS(bell_model_fit_sketches(NULL, COLUMNS, NULL, 1, &model), BELL_EINVAL);

	cr_expect_null(model);
	for (size_t j = 0; j < COLUMNS; j++)
		bell_sketch_free(sketches[j]);
	bell_model_free(identity);
}

Test(environment, tables_without_a_backend)
{
	double x[2 * ROWS * COLUMNS] = {0};
	float f[2 * ROWS * COLUMNS] = {0};

	use_unknown_backend();
	for (size_t i = 0; i < COUNT(layouts); i++) {
		struct bell_table t = {
		    x, BELL_F64, ROWS, COLUMNS, layouts[i].row_stride, layouts[i].column_stride};

		check_table(t);
		t.data = f, t.type = BELL_F32;
		check_table(t);
	}
}

Test(environment, columns_without_a_backend)
{
	double x[3] = {1, 2, 4}, y[3];
	float f[3] = {1, 2, 4}, g[3];
	uint32_t words[12];
	const struct bell_normal_stream start = {1, 2, 3};
	struct bell_moments_stream stream = {0};
	struct bell_sketch *s, *other;
	struct bell_transform t;
	struct bell_moments m;
	struct bell_fit fit;

	use_unknown_backend();
	CHECK_STATUS(bell_moments_f32(f, 3, 1, &m), BELL_EBACKEND);
	CHECK_STATUS(bell_moments_f64(x, 3, 1, &m), BELL_EBACKEND);
	CHECK_STATUS(bell_moments_f64(NULL, 0, 1, &m), BELL_EBACKEND);
	CHECK_STATUS(bell_moments_f64(NULL, 3, 1, &m), BELL_EINVAL);
	CHECK_STATUS(bell_moments_stream_f32(&stream, f, 3), BELL_EBACKEND);
	CHECK_STATUS(bell_moments_stream_f64(&stream, x, 3), BELL_EBACKEND);
	CHECK_STATUS(bell_moments_stream_f64(NULL, x, 3), BELL_EINVAL);
	CHECK(bell_sketch_create(NULL, &s));
	CHECK(bell_sketch_create(NULL, &other));
	CHECK_STATUS(bell_sketch_update_f32(s, f, NULL, 3, 1), BELL_EBACKEND);
	CHECK_STATUS(bell_sketch_update_f64(s, x, NULL, 3, 1), BELL_EBACKEND);
	CHECK_STATUS(bell_sketch_update_f64(s, NULL, NULL, 3, 1), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_merge(s, other), BELL_EBACKEND);
	CHECK_STATUS(bell_sketch_merge(s, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_table_merge(&s, &other, 1), BELL_EBACKEND);
	CHECK_STATUS(bell_table_merge(&s, &s, 1), BELL_EINVAL);
	CHECK_STATUS(bell_fit_sketch(s, NULL, &fit), BELL_EBACKEND);
	CHECK_STATUS(bell_fit_sketch(s, NULL, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_fit_f32(f, NULL, 3, NULL, 1, &fit), BELL_EBACKEND);
	CHECK_STATUS(bell_fit_f64(x, NULL, 3, NULL, 1, &fit), BELL_EBACKEND);
	CHECK_STATUS(bell_fit_f64(x, NULL, 3, NULL, 1, NULL), BELL_EINVAL);
	CHECK(bell_transform_plain(BELL_YEO_JOHNSON, 0.5, &t));
	CHECK_STATUS(bell_transform_apply_f32(&t, f, 3, 1, g), BELL_EBACKEND);
	CHECK_STATUS(bell_transform_apply_f64(&t, x, 3, 1, y), BELL_EBACKEND);
	CHECK_STATUS(bell_transform_apply_f64(&t, x, 3, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_transform_inverse_f32(&t, f, 3, BELL_OUTSIDE_NAN, 1, g, NULL),
		     BELL_EBACKEND);
	CHECK_STATUS(bell_transform_inverse_f64(&t, x, 3, BELL_OUTSIDE_NAN, 1, y, NULL),
		     BELL_EBACKEND);
	CHECK_STATUS(bell_transform_inverse_f64(&t, x, 3, BELL_OUTSIDE_NAN, 2000, y, NULL),
		     BELL_EINVAL);
	CHECK_STATUS(bell_normal_fill_f32(&start, 0, 1, 3, 1, g), BELL_EBACKEND);
	CHECK_STATUS(bell_normal_fill_f64(&start, 0, 1, 3, 1, y), BELL_EBACKEND);
	CHECK_STATUS(bell_normal_fill_f64(&start, 0, -1, 3, 1, y), BELL_EINVAL);
	CHECK_STATUS(bell_normal_add_f32(&start, 1, f, 3, 1, g), BELL_EBACKEND);
	CHECK_STATUS(bell_normal_add_f64(&start, 1, x, 3, 1, y), BELL_EBACKEND);
	CHECK_STATUS(bell_normal_add_f64(&start, 1, NULL, 3, 1, y), BELL_EINVAL);
	CHECK_STATUS(bell_philox4x32(&start, 3, 1, words), BELL_EBACKEND);
	CHECK_STATUS(bell_philox4x32(NULL, 3, 1, words), BELL_EINVAL);
	CHECK_STATUS(bell_backend_use(NULL), BELL_EBACKEND);

	CHECK(bell_backend_use(bell_backend_name(0))); /* an explicit choice is free of it */
	CHECK(bell_moments_f64(x, 3, 1, &m));
	bell_sketch_free(s);
	bell_sketch_free(other);
}

static enum bell_status discard(void *context, const char *bytes, size_t n)
{
	(void)context, (void)bytes, (void)n;
	return BELL_OK;
}

Test(environment, likelihoods_and_choices_without_a_backend)
{
	const double x[] = {1, 2, 4}, lambda = 1;
	const float f[] = {1, 2, 4};
	struct bell_candidate candidate[BELL_MAX_CANDIDATES];
	struct bell_fit_options bad;
	struct bell_inference inference;
	struct bell_sketch *s;
	struct bell_fit fit;
	double likelihood;
	size_t n;

	use_unknown_backend();
	bell_fit_options_default(&bad);
	bad.lower = NAN;
	CHECK(bell_sketch_create(NULL, &s));
	CHECK_STATUS(bell_choose_sketch(s, NULL, &fit, candidate, &n), BELL_EBACKEND);
	CHECK_STATUS(bell_choose_sketch(s, &bad, &fit, candidate, &n), BELL_EINVAL);
	CHECK_STATUS(bell_choose_f32(f, NULL, 3, NULL, 1, &fit, candidate, &n), BELL_EBACKEND);
	CHECK_STATUS(bell_choose_f64(x, NULL, 3, NULL, 1, &fit, candidate, &n), BELL_EBACKEND);
	CHECK_STATUS(bell_choose_f64(x, NULL, 3, &bad, 1, &fit, candidate, &n), BELL_EINVAL);
	CHECK_STATUS(bell_profile_sketch(s, NULL, &lambda, 1, &likelihood), BELL_EBACKEND);
	CHECK_STATUS(bell_profile_sketch(s, &bad, &lambda, 1, &likelihood), BELL_EINVAL);
	CHECK_STATUS(bell_profile_f32(f, NULL, 3, NULL, 1, &lambda, 1, &likelihood), BELL_EBACKEND);
	CHECK_STATUS(bell_profile_f64(x, NULL, 3, NULL, 1, &lambda, 1, &likelihood), BELL_EBACKEND);
	CHECK_STATUS(bell_infer_sketch(s, NULL, 0.9, &inference), BELL_EBACKEND);
	CHECK_STATUS(bell_infer_sketch(s, NULL, 1, &inference), BELL_EINVAL);
	CHECK_STATUS(bell_infer_f32(f, NULL, 3, NULL, 1, 0.9, &inference), BELL_EBACKEND);
	CHECK_STATUS(bell_infer_f64(x, NULL, 3, NULL, 1, 0.9, &inference), BELL_EBACKEND);
	bell_sketch_free(s);
}

Test(environment, pictures_and_verdicts_without_a_backend)
{
	const double x[] = {1, 2, 4};
	const float f[] = {1, 2, 4};
	struct bell_transform bad = {.method = (enum bell_method)99};
	struct bell_report_numbers *numbers = malloc(sizeof *numbers);
	struct bell_report_column column = {.name = "x", .value = x, .values = 3};
	struct bell_verdicts verdicts;
	struct bell_normality normality;
	struct bell_histogram h;
	struct bell_sketch *s;
	struct bell_model *model;
	struct bell_fit fit;
	struct bell_qq q;

	use_unknown_backend();
	CHECK(bell_sketch_create(NULL, &s));
	CHECK(bell_model_create(1, &model));
	fit = *bell_model_fit(model, 0);
	CHECK_STATUS(bell_histogram_sketch(s, NULL, 10, &h), BELL_EBACKEND);
	CHECK_STATUS(bell_histogram_sketch(s, &fit.transform, 10, &h), BELL_EBACKEND);
	CHECK_STATUS(bell_histogram_sketch(s, &bad, 10, &h), BELL_EINVAL);
	CHECK_STATUS(bell_qq_f64(x, 3, &q), BELL_EBACKEND);
	CHECK_STATUS(bell_normality_f32(f, NULL, 3, NULL, 1, &normality), BELL_EBACKEND);
	CHECK_STATUS(bell_normality_f64(x, NULL, 3, NULL, 1, &normality), BELL_EBACKEND);
	CHECK_STATUS(bell_normality_sketch(s, NULL, NULL, &normality), BELL_EBACKEND);
	CHECK_STATUS(bell_normality_sketch(s, &bad, NULL, &normality), BELL_EINVAL);
	CHECK_STATUS(bell_verdicts_sketch(s, &fit, NULL, BELL_FREQUENCY_WEIGHTS, &verdicts),
		     BELL_EBACKEND);
	CHECK_STATUS(bell_verdicts_model(model, &s, NULL, BELL_FREQUENCY_WEIGHTS, 1, &verdicts),
		     BELL_EBACKEND);
	column.sketch = s;
	column.fit = &fit;
	CHECK_STATUS(bell_report_numbers(&column, numbers), BELL_EBACKEND);
	CHECK_STATUS(bell_report_html(&column, 1, NULL, discard, NULL), BELL_EBACKEND);
	fit.transform = bad;
	CHECK_STATUS(bell_verdicts_sketch(s, &fit, NULL, BELL_FREQUENCY_WEIGHTS, &verdicts),
		     BELL_EINVAL);
	CHECK_STATUS(bell_report_numbers(&column, numbers), BELL_EINVAL);
	CHECK_STATUS(bell_report_html(&column, 1, NULL, discard, NULL), BELL_EINVAL);
	bell_model_free(model);
	bell_sketch_free(s);
	free(numbers);
}

Test(environment, states_without_a_backend)
{
	double x[] = {1, 2, 4};
	const struct bell_table table = {x, BELL_F64, 3, 1, 1, 3};
	struct bell_state *a, *b, *like;
	struct bell_model *model;
	double value, weight;
	size_t n;

	use_unknown_backend();
	CHECK(bell_state_create(1, NULL, &a));
	CHECK(bell_state_create(1, NULL, &b));
	CHECK_STATUS(bell_state_update(a, &table, NULL, 1), BELL_EBACKEND);
	CHECK_STATUS(bell_state_update(a, &table, NULL, 2000), BELL_EINVAL);
	CHECK_STATUS(bell_state_merge(a, b), BELL_EBACKEND);
	CHECK_STATUS(bell_state_merge(a, a), BELL_EINVAL);
	CHECK_STATUS(bell_state_settle(a), BELL_EBACKEND);
	CHECK_STATUS(bell_state_like(a, &like), BELL_EBACKEND);
	CHECK_STATUS(bell_state_fit(a, NULL, 1, &model), BELL_EBACKEND);
	CHECK_STATUS(bell_state_fit(a, NULL, 2000, &model), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_settle(bell_state_sketches(a)[0]), BELL_EBACKEND);
	CHECK_STATUS(bell_sketch_nodes(bell_state_sketches(a)[0], 1, &value, &weight, &n),
		     BELL_EBACKEND);
	CHECK_STATUS(bell_sketch_quantiles(bell_state_sketches(a)[0], x, 1, &value, NULL),
		     BELL_EBACKEND);
	bell_state_free(a);
	bell_state_free(b);
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
	for (int a = BELL_WRAPPED + 2; a >= BELL_EMISMATCH - 2; a--) {
		bool known = a <= BELL_WRAPPED && a >= BELL_EMISMATCH;
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
