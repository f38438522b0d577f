/* SPDX-License-Identifier: BSD-3-Clause */
/* test_model_json.c - models as JSON and back, with every bit. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "golden.h"
#include "models.h"

static void check_round_trip(const struct bell_model *m, const char *what)
{
	char *text = json_of(m);
	struct bell_model *back;

	CHECK(bell_model_from_json(text, strlen(text), &back));
	cr_assert_eq(bell_model_columns(back), bell_model_columns(m));
	for (size_t j = 0; j < bell_model_columns(m); j++) {
		const char *a = bell_model_name(m, j), *b = bell_model_name(back, j);

		cr_expect(a && b ? !strcmp(a, b) : a == b, "%s: %s", what, a);
		cr_expect(same_words(bell_model_fit(m, j), bell_model_fit(back, j),
				     sizeof(struct bell_fit)),
			  "%s, column %zu", what, j);
	}
	bell_model_free(back);
	free(text);
}

/*
 * Every number is kept in every bit, those that JSON has no number for too.  The column has no
 * values, so that its statistics contradict nothing.
 */
Test(model_json, json_keeps_every_bit)
{
	static const double specials[] = {NAN,
					  INFINITY,
					  -INFINITY,
					  0.0,
					  -0.0,
					  5e-324,
					  -DBL_MIN,
					  DBL_MAX,
					  0.1,
					  1.0 / 3,
					  1e22,
					  1e23,
					  -1e-5,
					  123456789012345680.0,
					  0x1.fffffffffffffp-2};
	struct rng rng = {11};

	for (int round = 0; round < 300; round++) {
		struct bell_model *m = model_of(2);
		struct bell_fit fit = *bell_model_fit(m, 0);
		double *numbers[] = {&fit.log_likelihood,
				     &fit.lr_vs_identity,
				     &fit.mean,
				     &fit.sd,
				     &fit.skewness_before,
				     &fit.skewness_after,
				     &fit.kurtosis_before,
				     &fit.kurtosis_after};

		for (size_t i = 0; i < COUNT(numbers); i++) {
			uint64_t bits = rng_bits(&rng);

			if (bits % 3 == 0)
				*numbers[i] = specials[bits / 3 % COUNT(specials)];
			else
				*numbers[i] = ldexp(rng_normal(&rng), (int)(bits % 600) - 300);
		}
		fit.missing = rng_bits(&rng) >> 11;
		fit.infinite = round;
		fit.evaluations = (unsigned)round;
		fit.flags = round ? BELL_FIT_INFINITE : 0;
		/* so it is read where the flag that goes with it is not set */
		fit.collapsed = fit.count ? 0 : NAN;
		CHECK(bell_model_set(m, 1, "column", &fit));
		check_round_trip(m, "random");
		bell_model_free(m);
	}
}

Test(model_json, json_of_golden_fits)
{
	struct golden_set set = golden_load();
	struct bell_model *m = model_of(set.columns);

	for (size_t i = 0; i < set.columns; i++) {
		struct bell_fit fit;

		CHECK(bell_fit_f64(set.column[i].x, NULL, set.column[i].n, NULL, 1, &fit));
		CHECK(bell_model_set(m, i, set.column[i].name, &fit));
	}
	check_round_trip(m, "golden");
	bell_model_free(m);
	golden_free(&set);
}

Test(model_json, names)
{
	static const char *const names[] = {"",
					    "a \"quoted\" name",
					    "back\\slash",
					    "new\nline\ttab",
					    "\x01\x1f\x7f",
					    "Größe µm² 温度 🌡",
					    "null",
					    "NaN",
					    "/sl/ash",
					    "</script>"};
	struct bell_model *m = model_of(COUNT(names) + 1);

	for (size_t i = 0; i < COUNT(names); i++)
		CHECK(bell_model_set(m, i, names[i], bell_model_fit(m, i)));
	check_round_trip(m, "names");
	bell_model_free(m);
}

/*
 * A name that is not UTF-8: what any reader of JSON can read, and the bytes beside it.  The
 * readable forms are those of Python's bytes.decode("utf-8", "replace").
 */
Test(model_json, names_that_are_not_utf_8)
{
	static const struct {
		const char *name, *text, *bytes;
	} names[] = {
	    {"pr\351cision", "pr\ufffdcision", "7072e9636973696f6e"},
	    {"\xff", "\ufffd", "ff"},
	    {"\xc0\xaf", "\ufffd\ufffd", "c0af"},
	    {"\xed\xa0\x80", "\ufffd\ufffd\ufffd", "eda080"},
	    {"\xe2\x82", "\ufffd", "e282"},
	    {"a\360\237\214b\303\251", "a\ufffdb\u00e9", "61f09f8c62c3a9"},
	    {"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd", "f4908080"},
	    {"\xf0\x90\x80\x80\x80", "\U00010000\ufffd", "f090808080"},
	    {"\xe0\xa0\"\n", "\ufffd\\\"\\n", "e0a0220a"},
	};

	for (size_t i = 0; i < COUNT(names); i++) {
		struct bell_model *m = model_of(1);
		char expected[256], *text;

		CHECK(bell_model_set(m, 0, names[i].name, bell_model_fit(m, 0)));
		text = json_of(m);
		snprintf(expected, sizeof expected,
			 "\"name\":\t\"%s\",\n\t\t\t\"name_bytes\":\t\"%s\"", names[i].text,
			 names[i].bytes);
		cr_expect_not_null(strstr(text, expected), "%s", text);
		check_round_trip(m, "names that are not UTF-8");
		free(text);
		bell_model_free(m);
	}
}

Test(model_json, names_of_utf_8_have_no_bytes)
{
	struct bell_model *m = model_of(2);
	char *text;

	CHECK(bell_model_set(m, 0, "Gr\u00f6\u00dfe \U0001f321 \ufffd", bell_model_fit(m, 0)));
	text = json_of(m);
	cr_expect_null(strstr(text, "name_bytes"));
	free(text);
	bell_model_free(m);
}

/* A count that no double holds would come back as another number. */
Test(model_json, counts_beyond_a_double)
{
	struct bell_model *m;
	struct bell_fit fit;
	char *text = NULL;

	CHECK(bell_model_create(1, &m));
	fit = *bell_model_fit(m, 0);
	fit.missing = ((uint64_t)1 << 53) + 2;
	CHECK(bell_model_set(m, 0, NULL, &fit));
	CHECK_STATUS(bell_model_to_json(m, &text), BELL_ESIZE);
	cr_expect_null(text);
	bell_model_free(m);
}
