/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_expression.c - transforms as expressions: names, texts, errors.  What the texts compute is
 * tested by tests/python/test_expressions.py.
 */
#include <locale.h>
#include <bellshape/expression.h>
#include "common.h"

static const char *const names[] = {"sql", "spark", "bigquery", "python", "r"};

static struct bell_transform plain(enum bell_method method, double lambda)
{
	struct bell_transform t;

	CHECK(bell_transform_plain(method, lambda, &t));
	return t;
}

static void expect(const struct bell_transform *t, enum bell_dialect dialect, bool inverse,
		   const char *x, const char *want)
{
	char *text;

	CHECK(bell_transform_expression(t, dialect, inverse, x, &text));
	cr_expect_str_eq(text, want);
	free(text);
}

Test(expression, dialects_have_names)
{
	enum bell_dialect d;

	for (size_t i = 0; i < COUNT(names); i++) {
		cr_expect_str_eq(bell_dialect_name((enum bell_dialect)i), names[i]);
		CHECK(bell_dialect_of_name(names[i], &d));
		cr_expect_eq(d, (enum bell_dialect)i);
	}
	CHECK(bell_dialect_of_name("duckdb", &d));
	cr_expect_eq(d, BELL_SQL);
	cr_expect_null(bell_dialect_name((enum bell_dialect)COUNT(names)));
	cr_expect_null(bell_dialect_name((enum bell_dialect) - 1));
	CHECK_STATUS(bell_dialect_of_name("perl", &d), BELL_EINVAL);
	CHECK_STATUS(bell_dialect_of_name(NULL, &d), BELL_EINVAL);
	CHECK_STATUS(bell_dialect_of_name("r", NULL), BELL_EINVAL);
	cr_expect_eq(d, BELL_SQL);
}

Test(expression, names_are_quoted)
{
	static const char hard[] = "a\"b'c`d\\e\n\xff";
	static const char *const want[] = {
	    "\"a\"\"b'c`d\\e\n\xff\"", "`a\"b'c``d\\e\n\xff`", "`a\"b'c\\`d\\\\e\\x0a\xff`",
	    "'a\"b\\'c`d\\\\e\\x0a\xff'", "'a\"b\\'c`d\\\\e\\x0a\xff'"};
	char *text = NULL;

	for (size_t i = 0; i < COUNT(want); i++) {
		CHECK(bell_dialect_quote((enum bell_dialect)i, hard, &text));
		cr_expect_str_eq(text, want[i]);
		free(text);
	}
	text = NULL;
	CHECK_STATUS(bell_dialect_quote((enum bell_dialect)COUNT(want), hard, &text), BELL_EINVAL);
	CHECK_STATUS(bell_dialect_quote(BELL_R, NULL, &text), BELL_EINVAL);
	CHECK_STATUS(bell_dialect_quote(BELL_R, hard, NULL), BELL_EINVAL);
	cr_expect_null(text);
}

Test(expression, simple_transforms_are_simple)
{
	struct bell_transform t = plain(BELL_YEO_JOHNSON, 0.5);

	expect(&t, BELL_R, false, "x",
	       "ifelse(x < 0.0, -0.6666666666666666 * expm1(1.5 * log1p(-pmin(x, 0.0))), "
	       "2.0 * expm1(0.5 * log1p(pmax(x, 0.0))))");
	t = plain(BELL_LOG, 0);
	expect(&t, BELL_PYTHON, true, "y", "np.exp(y)");
	expect(&t, BELL_SQL, false, "\"a b\"",
	       "CASE WHEN \"a b\" > 0e0 THEN ln(\"a b\") ELSE CASE WHEN \"a b\" = 0e0 THEN "
	       "CAST('-Infinity' AS DOUBLE PRECISION) ELSE CAST('NaN' AS DOUBLE PRECISION) END "
	       "END");
	t = plain(BELL_IDENTITY, 0);
	for (size_t i = 0; i < COUNT(names); i++)
		expect(&t, (enum bell_dialect)i, i % 2, "x", "x");
	t = plain(BELL_YEO_JOHNSON, 1);
	expect(&t, BELL_BIGQUERY, false, "`a(`",
	       "CASE WHEN `a(` < 0e0 THEN -1e0 * (-`a(`) ELSE `a(` END");
}

Test(expression, brackets_in_names_are_no_brackets)
{
	struct bell_transform t = plain(BELL_BOX_COX, 2);

	t.side[0].center = 3;
	expect(&t, BELL_SQL, false, "\"a(\"",
	       "CASE WHEN \"a(\" > 0e0 THEN 0.5e0 * (tanh(0.5e0 * (2e0 * asinh(0.5e0 * ((\"a(\" "
	       "- 3e0) / 3e0) * (1e0 + 3e0 / \"a(\")))) * (exp(2e0 * asinh(0.5e0 * ((\"a(\" - 3e0) "
	       "/ 3e0) * (1e0 + 3e0 / \"a(\"))) + 1e0)) ELSE CASE WHEN \"a(\" = 0e0 THEN -0.5e0 "
	       "ELSE CAST('NaN' AS DOUBLE PRECISION) END END");
}

Test(expression, numbers_have_points_in_every_locale)
{
	struct bell_transform t = plain(BELL_YEO_JOHNSON, 1);

	if (!setlocale(LC_ALL, "de_DE.UTF-8"))
		cr_skip_test("this system has no locale with decimal commas");
	t.side[0].offset = 0.5;
	expect(&t, BELL_BIGQUERY, false, "x",
	       "CASE WHEN x < 0e0 THEN -1e0 * (-x) ELSE x + 0.5e0 END");
}

Test(expression, errors_write_nothing)
{
	struct bell_transform t = plain(BELL_ASINH, 0), damaged = t;
	char *text = NULL;

	damaged.unit = 0;
	CHECK_STATUS(bell_transform_expression(NULL, BELL_R, false, "x", &text), BELL_EINVAL);
	CHECK_STATUS(bell_transform_expression(&damaged, BELL_R, false, "x", &text), BELL_EINVAL);
	CHECK_STATUS(bell_transform_expression(&t, BELL_R, false, NULL, &text), BELL_EINVAL);
	CHECK_STATUS(bell_transform_expression(&t, BELL_R, false, "", &text), BELL_EINVAL);
	CHECK_STATUS(bell_transform_expression(&t, BELL_R, false, "x", NULL), BELL_EINVAL);
	CHECK_STATUS(
	    bell_transform_expression(&t, (enum bell_dialect)COUNT(names), true, "x", &text),
	    BELL_EINVAL);
	cr_expect_null(text);
}
