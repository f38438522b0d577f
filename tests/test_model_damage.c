/* SPDX-License-Identifier: BSD-3-Clause */
/* test_model_damage.c - texts that are no model, damaged models, and those of later versions. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "models.h"

Test(model_damage, every_cut_is_found)
{
	struct bell_model *m = model_of(1);
	char *text = json_of(m);
	size_t size = strlen(text);

	for (size_t n = 0; n < size; n++) {
		char *exact = malloc(n + !n); /* so that reading beyond it is seen */

		memcpy(exact, text, n);
		cr_expect_eq(status_of(exact, n), BELL_EFORMAT, "%zu of %zu characters", n, size);
		free(exact);
	}
	cr_expect_eq(status_of(text, size), BELL_OK);
	free(text);
	bell_model_free(m);
}

static char *changed(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	char *copy = malloc(strlen(text) + strlen(to) + 1);

	cr_assert_not_null(at, "%s", from);
	memcpy(copy, text, (size_t)(at - text));
	strcpy(copy + (at - text), to);
	strcat(copy, at + strlen(from));
	return copy;
}

static void check_changed(const char *text, const char *from, const char *to,
			  enum bell_status expected)
{
	char *copy = changed(text, from, to);
	enum bell_status status = status_of(copy, strlen(copy));

	cr_expect_eq(status, expected, "%s -> %s: %s", from, to, bell_status_text(status));
	free(copy);
}

Test(model_damage, what_is_no_model)
{
	static const char *const texts[] = {
	    "",
	    " ",
	    "lambda,0.5",
	    "[]",
	    "{}",
	    "null",
	    "3",
	    "\"bellshape\"",
	    "[{\"bellshape\": \"0.1.0\"}]",
	    "{\"bellshape\": \"0.1.0\", \"format\": 1}",
	    "{\"bellshape\": \"0.1.0\", \"columns\": []}",
	    "{\"bellshape\": \"0.1.0\", \"format\": true, \"columns\": []}",
	    "{\"bellshape\": \"0.1.0\", \"format\": \"1\", \"columns\": []}",
	    "{\"bellshape\": \"0.1.0\", \"format\": 1, \"columns\": {}}",
	    "{\"bellshape\": 1, \"format\": 1, \"columns\": [1]}",
	    "\xff\xfe",
	    "{\"a\":",
	    "{{{{"};

	for (size_t i = 0; i < COUNT(texts); i++)
		cr_expect_eq(status_of(texts[i], strlen(texts[i])), BELL_EFORMAT, "%s", texts[i]);
}

Test(model_damage, bytes_that_contradict_the_name)
{
	struct bell_model *m = model_of(1);
	char *text;

	CHECK(bell_model_set(m, 0, "\xe9t", bell_model_fit(m, 0)));
	text = json_of(m);
	check_changed(text, "\ufffdt", "\ufffdu", BELL_EDAMAGED);
	check_changed(text, "\"\ufffdt\"", "null", BELL_EDAMAGED);
	check_changed(text, "e974", "e9", BELL_EDAMAGED);
	check_changed(text, "e974", "e975", BELL_EDAMAGED);
	check_changed(text, "e974", "e97", BELL_EDAMAGED);
	check_changed(text, "e974", "E974", BELL_EDAMAGED);
	check_changed(text, "e974", "e97400", BELL_EDAMAGED);
	check_changed(text, "e974", "e9g4", BELL_EDAMAGED);
	check_changed(text, "\"e974\"", "974", BELL_EDAMAGED);
	check_changed(text, "\"e974\"", "null", BELL_EDAMAGED);
	check_changed(text, "e974", "e874", BELL_OK); /* another name, as readable */
	free(text);
	bell_model_free(m);
}

Test(model_damage, text_after_it_is_no_model)
{
	struct bell_model *m = model_of(1);
	char *text = json_of(m), *more = malloc(strlen(text) + 8);

	strcat(strcpy(more, text), " \n\t\n");
	cr_expect_eq(status_of(more, strlen(more)), BELL_OK, "white space may follow");
	strcat(strcpy(more, text), "x");
	cr_expect_eq(status_of(more, strlen(more)), BELL_EFORMAT);
	strcat(strcpy(more, text), "{}");
	cr_expect_eq(status_of(more, strlen(more)), BELL_EFORMAT);
	free(more);
	free(text);
	bell_model_free(m);
}

Test(model_damage, impossible_numbers)
{
	struct bell_model *m = model_of(1);
	char *text = json_of(m);

	check_changed(text, "\"format\":\t3", "\"format\":\t4", BELL_EVERSION);
	check_changed(text, "\"format\":\t3", "\"format\":\t1e300", BELL_EVERSION);
	check_changed(text, "\"format\":\t3", "\"format\":\t0", BELL_EVERSION);
	check_changed(text, "\"format\":\t3", "\"format\":\t2.5", BELL_EVERSION);
	check_changed(text, "\"format\":\t3", "\"format\":\t\"NaN\"", BELL_EVERSION);
	check_changed(text, "\"format\":\t3", "\"format\":\tnull", BELL_EFORMAT);
	check_changed(text, "\"yeo-johnson\"", "\"rank\"", BELL_EVERSION);
	check_changed(text, "\"yeo-johnson\"", "\"box-cox\"", BELL_EDAMAGED); /* two sides */
	check_changed(text, "\"yeo-johnson\"", "7", BELL_EDAMAGED);
	check_changed(text, "\"method\"", "\"methods\"", BELL_EDAMAGED);
	check_changed(text, "\"count\":\t0", "\"count\":\t-1", BELL_EDAMAGED);
	check_changed(text, "\"count\":\t0", "\"count\":\t0.5", BELL_EDAMAGED);
	check_changed(text, "\"count\":\t0", "\"count\":\t1e300", BELL_EDAMAGED);
	check_changed(text, "\"count\":\t0", "\"count\":\t\"NaN\"", BELL_EDAMAGED);
	check_changed(text, "\"missing\":\t0", "\"missing\":\tnull", BELL_EDAMAGED);
	check_changed(text, "\"flags\":\t0", "\"flags\":\t-1", BELL_EDAMAGED);
	check_changed(text, "\"flags\":\t0", "\"flags\":\t4294967296", BELL_EDAMAGED);
	check_changed(text, "\"name\":\tnull", "\"name\":\t7", BELL_EDAMAGED);
	check_changed(text, "\"lambda\":\t1", "\"lambda\":\ttrue", BELL_EDAMAGED);
	check_changed(text, "\"lambda\":\t1", "\"lambda\":\t\"1\"", BELL_EDAMAGED);
	check_changed(text, "\"lambda\"", "\"lambada\"", BELL_EDAMAGED);
	check_changed(text, "\"transform\"", "\"transforms\"", BELL_EDAMAGED);
	check_changed(text, "\"sides\"", "\"size\"", BELL_EDAMAGED);
	check_changed(text, "\"ci95\":\t[", "\"ci95\":\t[0, ", BELL_EDAMAGED);
	check_changed(text, "\"ci95\":\t[", "\"ci95\":\t[1], \"x\": [", BELL_EDAMAGED);
	check_changed(text, "\"ci95\":\t[\"NaN\", \"NaN\"]", "\"ci95\":\t{\"a\": 0, \"b\": 0}",
		      BELL_EDAMAGED);
	check_changed(text, "\"power\":\t1", "\"power\":\t\"Infinity\"", BELL_EDAMAGED);
	check_changed(text, "\"scale\":\t1", "\"scale\":\t0", BELL_EDAMAGED);
	check_changed(text, "\"scale\":\t1", "\"scale\":\t1e999", BELL_EDAMAGED);
	check_changed(text, "\"center\":\t0", "\"center\":\t-1", BELL_EDAMAGED);
	check_changed(text, "\"offset\":\t0", "\"offset\":\t\"NaN\"", BELL_EDAMAGED);
	check_changed(text, "\"anchor\":\t0", "\"anchor\":\t\"-Infinity\"", BELL_EDAMAGED);
	check_changed(text, "\"columns\":\t[", "\"columns\":\t[3, ", BELL_EDAMAGED);
	check_changed(text, "\"columns\":\t[", "\"columns\":\t[0, 0, 0, ", BELL_EDAMAGED);
	check_changed(text, "\"bellshape\"", "\"bellshapes\"", BELL_EFORMAT);
	free(text);
	bell_model_free(m);
}

/* The first would count here, the last elsewhere. */
Test(model_damage, keys_that_occur_twice)
{
	static const char *const keys[] = {"format", "columns",   "name",   "count", "lambda",
					   "ci95",   "transform", "method", "sides", "scale"};
	struct bell_model *m = model_of(1);
	char *text = json_of(m);

	for (size_t i = 0; i < COUNT(keys); i++) {
		char from[32], to[64];

		snprintf(from, sizeof from, "\"%s\":", keys[i]);
		snprintf(to, sizeof to, "\"%s\": 1, \"%s\":", keys[i], keys[i]);
		check_changed(text, from, to, BELL_EDAMAGED);
		snprintf(to, sizeof to, "\"\\u%04x%s\": 1, \"%s\":", keys[i][0], keys[i] + 1,
			 keys[i]);
		check_changed(text, from, to, BELL_EDAMAGED);
	}
	free(text);
	bell_model_free(m);
}

static void check_columns(const char *text, size_t columns)
{
	struct bell_model *m;

	CHECK(bell_model_from_json(text, strlen(text), &m));
	cr_expect_eq(bell_model_columns(m), columns);
	bell_model_free(m);
}

/*
 * What later versions may add is skipped; a format with anything else is named before its parts are
 * looked for.
 */
Test(model_damage, later_versions)
{
	struct bell_model *m = model_of(1), *read;
	char *text = json_of(m), *more;
	static const char next[] = "{\"bellshape\": \"9.0.0\", \"format\": 4, \"tables\": 1}";

	more = changed(text, "\"columns\":", "\"state\":\t{\"rows\": [1, null]}, \"columns\":");
	check_columns(more, 1);
	free(more);
	more = changed(text, "\"name\":", "\"unit\":\t[2], \"name\":");
	check_columns(more, 1);
	free(more);
	more = changed(text, "\"anchor\":", "\"shift\":\t\"x\", \"anchor\":");
	check_columns(more, 1);
	free(more);
	more = changed(text, "\"flags\":\t0", "\"flags\":\t1073741840"); /* 16 + 2^30 */
	CHECK(bell_model_from_json(more, strlen(more), &read));
	cr_expect_eq(bell_model_fit(read, 0)->flags, BELL_FIT_BOUND);
	bell_model_free(read);
	free(more);
	cr_expect_eq(status_of(next, strlen(next)), BELL_EVERSION);
	free(text);
	bell_model_free(m);
}

Test(model_damage, without_columns)
{
	struct bell_model *m = model_of(0);
	char *text = json_of(m);

	check_columns(text, 0);
	check_columns("{\"bellshape\": \"\", \"format\": 1, \"columns\": []}", 0);
	free(text);
	bell_model_free(m);
}

/* Every key without its value: the model is refused, and nothing leaks. */
Test(model_damage, every_missing_key_is_found)
{
	struct bell_model *m = model_of(1);
	char *text = json_of(m);

	for (char *p = strchr(text, '"'); p; p = strchr(p + 1, '"')) {
		enum bell_status status;
		char *end = strchr(p + 1, '"');

		if (end[1] != ':') { /* a value */
			p = end;
			continue;
		}
		p[1] ^= 0x20; /* another name: keys are lower-case */
		status = status_of(text, strlen(text));
		cr_expect(status == BELL_EFORMAT || status == BELL_EDAMAGED, "%.*s: %s",
			  (int)(end - p), p + 1, bell_status_text(status));
		p[1] ^= 0x20;
		p = end;
	}
	cr_expect_eq(status_of(text, strlen(text)), BELL_OK);
	free(text);
	bell_model_free(m);
}

/* Random damage: any status, no crash, and what is read can be used. */
Test(model_damage, damage_does_no_harm)
{
	struct bell_model *m = model_of(2);
	char *text = json_of(m), *copy = strdup(text);
	size_t size = strlen(text);
	struct rng rng = {13};

	for (int round = 0; round < 5000; round++) {
		struct bell_model *read = NULL;

		for (uint64_t k = rng_bits(&rng) % 3 + 1; k; k--)
			copy[rng_bits(&rng) % size] =
			    "0123456789.-+eE\"[]{},:ntx\\\0\x80"[rng_bits(&rng) % 27];
		if (bell_model_from_json(copy, size, &read) == BELL_OK) {
			double x[] = {-1e300, -1, 0, 1, NAN, INFINITY};

			CHECK(bell_transform_apply_f64(&bell_model_fit(read, 0)->transform, x,
						       COUNT(x), 1, x));
			free(json_of(read));
		}
		bell_model_free(read);
		memcpy(copy, text, size);
	}
	free(copy);
	free(text);
	bell_model_free(m);
}
