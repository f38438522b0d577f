/* SPDX-License-Identifier: BSD-3-Clause */
/* test_model_text.c - which texts are JSON, and what their parts are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "model/json_text.h"

/* The text lies at the end of its memory, so that reading beyond it is seen. */
static bool is_json(const char *text)
{
	size_t n = strlen(text);
	struct guarded g = guarded_make(n + !n);
	char *end = (char *)g.high;
	struct json value;
	bool yes;

	memcpy(end - n, text, n);
	yes = bell_json_check(end - n, n, &value);
	guarded_free(&g);
	return yes;
}

Test(model_text, is_json)
{
	static const char *const texts[] = {"0",
					    "-0",
					    "-12.5e+10",
					    "1E5",
					    "0.0",
					    "\"\"",
					    "true",
					    "false",
					    "null",
					    "[]",
					    "{}",
					    " [ ] ",
					    "[1,\t2 ,\r\n3]",
					    "{\"a\":{\"b\":[{},[[]],null]},\"c\" : \"\"}",
					    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u12aF\"",
					    "\"\\ud83d\\ude00\"",
					    "\"\\ud7ff\\ue000\\udbff\\udfff\"",
					    "\"\\n\"",
					    "[\"a\\\\\",\"\\\"\"]",
					    "\"\xe9\xff\"",
					    "\xef\xbb\xbf[1]"};

	for (size_t i = 0; i < COUNT(texts); i++)
		cr_expect(is_json(texts[i]), "%s", texts[i]);
}

Test(model_text, is_no_json)
{
	static const char *const texts[] = {"",
					    " ",
					    "-",
					    "+1",
					    "01",
					    "1.",
					    ".5",
					    "1e",
					    "1e+",
					    "0x1",
					    "NaN",
					    "Infinity",
					    "tr",
					    "nullx",
					    "'a'",
					    "\"",
					    "\"a",
					    "\"\\\"",
					    "\"\\x\"",
					    "\"\\u12\"",
					    "\"\\u12g4\"",
					    "\"\\ud83d\"",
					    "\"\\ude00\"",
					    "\"\\udfff\\udc00\"",
					    "\"\n\"",
					    "\"\x01\"",
					    "[",
					    "]",
					    "{",
					    "}",
					    "[1",
					    "[1,",
					    "[1,]",
					    "[,1]",
					    "[1 2]",
					    "[1}",
					    "{1}",
					    "{\"a\"}",
					    "{\"a\":}",
					    "{\"a\":1,}",
					    "{,\"a\":1}",
					    "{\"a\" 1}",
					    "{\"a\":1]",
					    "{a:1}",
					    "[]]",
					    "{}{}",
					    "1 2",
					    "[\"a\":1]",
					    "{\"a\":1 \"b\":2}",
					    "\"\\ud83d\\u0041\"",
					    "\"\\ud83dx\"",
					    "\"\\ud83dxude00\"",
					    "\"\\ud83d\\bde00\"",
					    "/**/1",
					    "\xef\xbb\xbf"};

	for (size_t i = 0; i < COUNT(texts); i++)
		cr_expect_not(is_json(texts[i]), "%s", texts[i]);
}

Test(model_text, nesting)
{
	for (int depth = MAX_DEPTH - 1; depth <= MAX_DEPTH + 1; depth++) {
		char text[2 * MAX_DEPTH + 3];

		memset(text, '[', (size_t)depth);
		memset(text + depth, ']', (size_t)depth);
		text[2 * depth] = 0;
		cr_expect_eq(is_json(text), depth <= MAX_DEPTH, "%d", depth);
	}
}

static struct json json_of(const char *text)
{
	struct json value;

	cr_assert(bell_json_check(text, strlen(text), &value), "%s", text);
	return value;
}

Test(model_text, numbers)
{
	static const struct {
		const char *text;
		double value;
	} numbers[] = {{"0", 0},
		       {"-0", -0.0},
		       {"1e-400", 0},
		       {"1e400", INFINITY},
		       {"4.94065645841247e-324", 5e-324},
		       {"\"NaN\"", NAN},
		       {"\"Infinity\"", INFINITY},
		       {"\"-Infinity\"", -INFINITY}};
	static const char *const none[] = {"null", "true", "\"1\"", "\"nan\"", "[1]", "{}", "\"\""};
	double x;

	for (size_t i = 0; i < COUNT(numbers); i++) {
		CHECK(bell_json_number(json_of(numbers[i].text), &x));
		cr_expect(same(x, numbers[i].value), "%s", numbers[i].text);
	}
	for (size_t i = 0; i < COUNT(none); i++)
		CHECK_STATUS(bell_json_number(json_of(none[i]), &x), BELL_EDAMAGED);
	CHECK_STATUS(bell_json_number((struct json){0}, &x), BELL_EDAMAGED);
}

/* A number is read whole or not at all. */
Test(model_text, long_numbers)
{
	char text[101] = "1";
	double x = 0;

	memset(text + 1, '0', 99);
	if (bell_json_number(json_of(text), &x) == BELL_OK)
		cr_expect_eq(x, 1e99);
}

Test(model_text, strings)
{
	char *text;

	CHECK(bell_json_string(json_of("\"a\\u00e9\\\\u0000\\ud83d\\ude00\""), &text));
	cr_expect_str_eq(text, "a\u00e9\\u0000\U0001f600");
	free(text);
	CHECK_STATUS(bell_json_string(json_of("\"a\\u0000b\""), &text), BELL_EDAMAGED);
	CHECK_STATUS(bell_json_string(json_of("1"), &text), BELL_EDAMAGED);
}

Test(model_text, members)
{
	struct member m[] = {{.key = "a"}, {.key = "b"}, {.key = "c"}, {0}};
	double x;

	CHECK(bell_json_members(json_of("{\"b\": 2, \"x\": {\"a\": 7}, \"\\u0061\": 1}"), m));
	CHECK(bell_json_number(m[0].value, &x));
	cr_expect_eq(x, 1);
	CHECK(bell_json_number(m[1].value, &x));
	cr_expect_eq(x, 2);
	cr_expect_null(m[2].value.p);
	CHECK_STATUS(bell_json_members(json_of("{\"a\": 1, \"a\": 1}"), m), BELL_EDAMAGED);
	CHECK_STATUS(bell_json_members(json_of("{\"a\": 1, \"\\u0061\": 1}"), m), BELL_EDAMAGED);
	CHECK_STATUS(bell_json_members(json_of("[1]"), m), BELL_EDAMAGED);
}

Test(model_text, elements)
{
	struct json array = json_of(" [1 , [2, 3],{} ] "), element = {0};

	cr_expect(bell_json_next(array, &element) && *element.p == '1');
	cr_expect(bell_json_next(array, &element) && element.end - element.p == 6);
	cr_expect(bell_json_next(array, &element) && *element.p == '{');
	cr_expect_not(bell_json_next(array, &element));
	element.p = NULL;
	cr_expect_not(bell_json_next(json_of("[]"), &element));
	element.p = NULL;
	cr_expect_not(bell_json_next(json_of("{}"), &element));
}
