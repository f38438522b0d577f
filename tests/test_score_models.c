/* SPDX-License-Identifier: BSD-3-Clause */
/* test_score_models.c - tables of normal scores: who owns them, in models and as JSON. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/backend.h>
#include "models.h"
#include "scores.h"

static const double line_x[] = {1, 2, 4, 8}, line_z[] = {-1.5, -0.5, 0.25, 1},
		    slopes[] = {0.5, 0.125};

/* ---- a table ---- */

Test(score_models, a_table)
{
	double x[4], z[4], slope[2] = {0};
	const double *own_x = NULL, *own_z = NULL;
	const struct bell_score_table *t, *other;

	memcpy(x, line_x, sizeof x);
	memcpy(z, line_z, sizeof z);
	CHECK(bell_score_table_create(x, z, 4, slopes, &t));
	memset(x, 0, sizeof x);
	memset(z, 0, sizeof z);
	other = bell_score_table_share(t);
	cr_expect_eq(other, t);
	bell_score_table_release(t);
	cr_expect_eq(bell_score_table_points(other, &own_x, &own_z, slope), 4);
	cr_expect(!memcmp(own_x, line_x, sizeof line_x) && !memcmp(own_z, line_z, sizeof line_z) &&
		  slope[0] == 0.5 && slope[1] == 0.125);
	cr_expect_eq(bell_score_table_points(other, NULL, NULL, NULL), 4);
	bell_score_table_release(other);
	bell_score_table_release(NULL);
	cr_expect_null(bell_score_table_share(NULL));
	cr_expect_eq(bell_score_table_points(NULL, &own_x, &own_z, slope), 0);
}

/* A transform by hand. */
Test(score_models, a_transform_of_a_table)
{
	struct bell_transform t = {.min = 1, .max = 8, .method = BELL_NORMAL_SCORES};
	double v[] = {-1, 1, 3, 8, 16};
	static const double expected[] = {-2.5, -1.5, -0.125, 1, 2};

	CHECK(bell_score_table_create(line_x, line_z, 4, slopes, &t.table));
	CHECK(bell_transform_apply_f64(&t, v, 5, 1, v));
	for (size_t i = 0; i < 5; i++)
		cr_expect_eq(v[i], expected[i]);
	CHECK(bell_transform_inverse_f64(&t, v, 5, BELL_OUTSIDE_NAN, 1, v, NULL));
	cr_expect(v[0] == -1 && v[1] == 1 && v[2] == 3 && v[3] == 8 && v[4] == 16);
	bell_score_table_release(t.table);
}

Test(score_models, impossible_tables)
{
	static const struct {
		double x[3], z[3], slope[2];
	} bad[] = {
	    {{1, 1, 2}, {0, 1, 2}, {1, 1}},
	    {{1, 2, 1.5}, {0, 1, 2}, {1, 1}},
	    {{1, 2, 3}, {0, 0, 2}, {1, 1}},
	    {{1, 2, 3}, {0, 2, 1}, {1, 1}},
	    {{1, NAN, 3}, {0, 1, 2}, {1, 1}},
	    {{1, 2, INFINITY}, {0, 1, 2}, {1, 1}},
	    {{-INFINITY, 2, 3}, {0, 1, 2}, {1, 1}},
	    {{1, 2, 3}, {NAN, 1, 2}, {1, 1}},
	    {{1, 2, 3}, {0, 1, INFINITY}, {1, 1}},
	    {{1, 2, 3}, {0, 1, 2}, {0, 1}},
	    {{1, 2, 3}, {0, 1, 2}, {1, -1}},
	    {{1, 2, 3}, {0, 1, 2}, {NAN, 1}},
	    {{1, 2, 3}, {0, 1, 2}, {1, INFINITY}},
	    {{-DBL_MAX, DBL_MAX, INFINITY}, {0, 1, 2}, {1, 1}},
	};
	static double many[BELL_MAX_SCORES + 1];
	const struct bell_score_table *t = NULL;

	for (size_t i = 0; i < COUNT(bad); i++)
		CHECK_STATUS(bell_score_table_create(bad[i].x, bad[i].z, 3, bad[i].slope, &t),
			     BELL_EINVAL);
	/* so far apart that their difference is no double */
	CHECK_STATUS(bell_score_table_create(bad[13].x, bad[13].z, 2, slopes, &t), BELL_EINVAL);
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = (double)i;
	CHECK_STATUS(bell_score_table_create(many, many, COUNT(many), slopes, &t), BELL_EINVAL);
	CHECK_STATUS(bell_score_table_create(many, many, 1, slopes, &t), BELL_EINVAL);
	CHECK_STATUS(bell_score_table_create(NULL, many, 2, slopes, &t), BELL_EINVAL);
	CHECK_STATUS(bell_score_table_create(many, NULL, 2, slopes, &t), BELL_EINVAL);
	CHECK_STATUS(bell_score_table_create(many, many, 2, NULL, &t), BELL_EINVAL);
	CHECK_STATUS(bell_score_table_create(many, many, 2, slopes, NULL), BELL_EINVAL);
	cr_expect_null(t);
	CHECK(bell_score_table_create(many, many, BELL_MAX_SCORES, slopes, &t));
	bell_score_table_release(t);
}

/* The same bits whatever the backend. */
Test(score_models, backends_do_not_matter)
{
	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, 5000);
		struct bell_fit fit[16];
		const char *name;
		size_t n = 0;

		for (; n < COUNT(fit) && (name = bell_backend_name(n)); n++) {
			CHECK(bell_backend_use(name));
			fit[n] = fit_of(x, NULL, 5000);
			cr_expect(same_fits(&fit[0], &fit[n]), "%s: %s", kind_name[k], name);
		}
		while (n)
			bell_fit_release(&fit[--n]);
		free(x);
	}
}

/* ---- models ---- */

/* A model has what it was given, and goes on to have it. */
Test(score_models, own_their_tables)
{
	double *x = column(GAMMA_MIXED, 3000);
	struct bell_fit fit = fit_of(x, NULL, 3000), other = fit_of(x, NULL, 500), copy = fit;
	struct bell_model *m = model_of(3);

	CHECK(bell_model_set(m, 0, "a", &fit));
	CHECK(bell_model_set(m, 1, NULL, &fit));
	bell_fit_release(&fit);
	CHECK(bell_model_set(m, 0, "b", bell_model_fit(m, 0)));
	CHECK(bell_model_set(m, 2, NULL, bell_model_fit(m, 1)));
	CHECK(bell_model_set(m, 1, NULL, &other));
	bell_fit_release(&other);
	copy.transform.table = bell_model_fit(m, 0)->transform.table;
	cr_expect(same_fits(bell_model_fit(m, 0), &copy) && same_fits(bell_model_fit(m, 2), &copy));
	cr_expect(!same_tables(bell_model_fit(m, 1)->transform.table, copy.transform.table));
	CHECK_STATUS(bell_model_set(m, 2, NULL, &fit), BELL_EINVAL);
	bell_model_free(m);
	free(x);
}

static struct bell_model *through_json(const struct bell_model *m)
{
	struct bell_model *back;
	char *text = json_of(m);

	CHECK(bell_model_from_json(text, strlen(text), &back));
	free(text);
	return back;
}

Test(score_models, json_keeps_every_bit)
{
	for (enum kind k = 0; k <= WIDE; k++)
		for (size_t n = 2; n <= 20000; n *= 10) {
			double *x = column(k, n);
			struct bell_fit fit = fit_of(x, NULL, n);
			struct bell_model *m = model_of(2), *back;

			CHECK(bell_model_set(m, 1, "x", &fit));
			back = through_json(m);
			/* a column of one value has no scores */
			cr_expect(!fit.transform.table || same_fits(bell_model_fit(back, 1), &fit),
				  "%s, %zu", kind_name[k], n);
			bell_fit_release(&fit);
			bell_model_free(m);
			bell_model_free(back);
			free(x);
		}
}

/* A model of the table of this file, as JSON. */
static char *line_as_json(void)
{
	struct bell_fit fit = fit_of(line_x, NULL, 4);
	struct bell_model *m = model_of(1);
	char *text;

	bell_fit_release(&fit);
	CHECK(bell_score_table_create(line_x, line_z, 4, slopes, &fit.transform.table));
	CHECK(bell_model_set(m, 0, NULL, &fit));
	bell_fit_release(&fit);
	text = json_of(m);
	bell_model_free(m);
	return text;
}

static char *changed(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	char *copy = malloc(strlen(text) + strlen(to) + 1);

	cr_assert_not_null(at, "%s in %s", from, text);
	memcpy(copy, text, (size_t)(at - text));
	strcpy(copy + (at - text), to);
	strcat(copy, at + strlen(from));
	return copy;
}

static void check_changed(const char *text, const char *from, const char *to,
			  enum bell_status expected)
{
	char *copy = changed(text, from, to);

	cr_expect_eq(status_of(copy, strlen(copy)), expected, "%s -> %.60s", from, to);
	free(copy);
}

/* What a version of the library has written once is read for ever, and written the same. */
Test(score_models, json_vector)
{
	char path[4096], text[8192] = "", *again;
	struct bell_model *m;
	const struct bell_fit *fit;
	struct bell_transform t;
	const char *directory = getenv("BELLSHAPE_GOLDEN");
	double x[] = {-1, 1, 3, 8, 16};
	FILE *f;

	cr_assert_not_null(directory, "BELLSHAPE_GOLDEN must name the directory tests/golden");
	snprintf(path, sizeof path, "%s/model-3-scores.json", directory);
	f = fopen(path, "r");
	cr_assert_not_null(f, "%s", path);
	cr_assert(fread(text, 1, sizeof text - 1, f) < sizeof text - 1);
	fclose(f);
	CHECK(bell_model_from_json(text, strlen(text), &m));
	fit = bell_model_fit(m, 0);
	cr_expect(fit->count == 4 && fit->weight == 4 && isnan(fit->lambda) && fit->min == 1 &&
		  fit->max == 8);
	t = fit->transform;
	CHECK(bell_transform_apply_f64(&t, x, 5, 1, x));
	cr_expect(x[0] == -2.5 && x[1] == -1.5 && x[2] == -0.125 && x[3] == 1 && x[4] == 2);
	again = json_of(m);
	/* but for the version in its second line, and the end of the last line */
	cr_expect_eq(strncmp(strstr(text, "\"format\""), strstr(again, "\"format\""),
			     strlen(strstr(again, "\"format\""))),
		     0, "%s", again);
	free(again);
	bell_model_free(m);
}

Test(score_models, hostile_json)
{
	static const char *const bad[][2] = {
	    {"[1, 2, 4, 8]", "[1, 2, 8]"},
	    {"[1, 2, 4, 8]", "[1, 2, 4, 8, 9]"},
	    {"[1, 2, 4, 8]", "[2, 1, 4, 8]"},
	    {"[1, 2, 4, 8]", "[1, 2, 2, 8]"},
	    {"[1, 2, 4, 8]", "[1, \"NaN\", 4, 8]"},
	    {"[1, 2, 4, 8]", "[1, 2, 4, \"Infinity\"]"},
	    {"[1, 2, 4, 8]", "[1, 2, 4, [8]]"},
	    {"[1, 2, 4, 8]", "[]"},
	    {"[1, 2, 4, 8]", "8"},
	    {"[1, 2, 4, 8]", "null"},
	    {"[1, 2, 4, 8]", "[1, 2, 4, 7]"},
	    {"[1, 2, 4, 8]", "[0, 2, 4, 8]"},
	    {"[-1.5, -0.5, 0.25, 1]", "[-1.5, 0.5, 0.25, 1]"},
	    {"[-1.5, -0.5, 0.25, 1]", "[-1.5, -0.5, 0.25, 1e999]"},
	    {"[0.5, 0.125]", "[0.5]"},
	    {"[0.5, 0.125]", "[0.5, 0]"},
	    {"[0.5, 0.125]", "[-0.5, 0.125]"},
	    {"[0.5, 0.125]", "[0.5, 0.125, 1]"},
	    {"[0.5, 0.125]", "{}"},
	    {"\"sides\":\t[]", "\"sides\":\t[0]"},
	    {"\"sides\":\t[]", "\"sides\":\t{}"},
	    {"\"lambda\":\t\"NaN\"", "\"lambda\":\t1"},
	    {"\"normal-scores\"", "\"yeo-johnson\""},
	    {"\"table\"", "\"tables\""},
	    {"\"x\"", "\"z\""},
	    {"\"slopes\"", "\"slope\""},
	};
	char *text = line_as_json(), *long_x = malloc(10 << 20), *p = long_x;

	cr_expect_eq(status_of(text, strlen(text)), BELL_OK);
	for (size_t i = 0; i < COUNT(bad); i++)
		check_changed(text, bad[i][0], bad[i][1], BELL_EDAMAGED);
	check_changed(text, "\"normal-scores\"", "\"normal-score\"", BELL_EVERSION);
	*p++ = '[';
	for (int i = 0; i < 1000000; i++)
		p += sprintf(p, "%d,", i);
	strcpy(p, "8]");
	check_changed(text, "[1, 2, 4, 8]", long_x, BELL_EDAMAGED);
	free(long_x);
	free(text);
}

/* Other models have no table. */
Test(score_models, a_table_of_another_method)
{
	struct bell_model *m = model_of(1);
	char *text = json_of(m);

	check_changed(text, "\"sides\"",
		      "\"table\": {\"x\": [1, 2], \"z\": [1, 2], \"slopes\": [1, 1]}, \"sides\"",
		      BELL_EDAMAGED);
	free(text);
	bell_model_free(m);
}
