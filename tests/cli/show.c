/* SPDX-License-Identifier: BSD-3-Clause */
/* show.c - models as formulas and as expressions. */
#include <criterion/criterion.h>
#include <string.h>

#include "run.h"

TestSuite(cli_show, .init = run_begin, .fini = run_end);

/* A table of 40 rows whose column x goes through `method`, as m.json. */
static void fit(const char *method, const char *x)
{
	cr_assert_eq(
	    run("awk 'BEGIN { print \"x\"; for (i = 1; i <= 40; i++) print %s }' >t.csv && "
		"$B fit t.csv --method %s -o m.json",
		x, method),
	    0, "%s", err());
}

Test(cli_show, every_family_has_a_formula)
{
	static const struct {
		const char *method, *x, *formula;
	} cases[] = {
	    {"yeo-johnson", "exp(i / 9)", " if x >= 0\n"},
	    {"yeo-johnson", "exp(i / 9) - 9", " if x < 0\n"},
	    {"yeo-johnson-unit", "exp(i / 9) - exp(3 - i / 9)", "((1 + x/"},
	    {"box-cox", "exp(i / 9)", "(x^"},
	    {"identity", "i", "  x\n"},
	    {"log", "i", "  log(x)\n"},
	    {"sqrt", "i", "  sqrt(x)\n"},
	    {"log-shift", "exp(i / 9) + 7", "  log(x "},
	    {"asinh", "exp(i / 9) - exp(3 - i / 9)", "  asinh(x/"},
	    {"exponential", "log(i)", "  (exp("},
	    {"normal-scores", "i * i", "  lines between 40 points\n"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		fit(cases[i].method, cases[i].x);
		cr_assert_eq(run("$B show m.json"), 0, "%s", err());
		cr_expect(strstr(out(), cases[i].formula), "%s: %s", cases[i].method, out());
		cr_expect(strstr(out(), cases[i].method));
	}
}

Test(cli_show, plain_transforms_have_no_mean)
{
	fit("box-cox --no-standardize", "exp(i / 9)");
	cr_assert_eq(run("$B show m.json | grep -q ' -   *- *(x'"), 0, "%s", out());
	/* psi exceeds a double, but the transform does not */
	put_text("year.csv", "x\n2007\n2008\n2009\n2008\n2007\n2009\n2008\n");
	cr_assert_eq(run("$B fit year.csv --lambda 200 -o year.json && $B show year.json"), 0);
	cr_expect(strstr(out(), "inf"), "%s", out());
}

Test(cli_show, expressions_are_assignments_or_columns)
{
	put_text("t.csv", "a \"b\",it's\n1,2\n3,4\n9,1\n");
	cr_assert_eq(run("$B fit t.csv -o m.json && $B show m.json --as sql"), 0, "%s", err());
	cr_expect(strstr(out(), "END AS \"a \"\"b\"\"\",\n") && strstr(out(), "END AS \"it's\"\n"));
	cr_assert_eq(run("$B show - --as python --columns 2 <m.json"), 0, "%s", err());
	cr_expect(strstr(out(), "import numpy as np\n\ndf['it\\'s'] = (lambda x: "), "%s", out());
	cr_expect(strstr(out(), ")(df['it\\'s'])\n"));
	cr_assert_eq(run("$B show m.json --as r --inverse --exclude 2"), 0, "%s", err());
	cr_expect(strstr(out(), "df[['a \"b\"']] <- (function(x) "), "%s", out());
	cr_assert_eq(run("$B show m.json --as duckdb -o duck.sql && $B show m.json --as sql >sql"),
		     0);
	cr_expect(same_files("duck.sql", "sql"));
	cr_assert_eq(run("$B show m.json --json --as spark"), 0);
	cr_expect_float_eq(printed_value("it's", "min"), 1, 0);
	cJSON *root = json();
	cr_expect(cJSON_GetObjectItem(column(root, "it's"), "expression"));
	cJSON_Delete(root);
	cr_assert_eq(run("$B show m.json --json"), 0);
	root = json();
	cr_expect_null(cJSON_GetObjectItem(column(root, "it's"), "expression"));
	cJSON_Delete(root);
}

Test(cli_show, mistakes_are_told)
{
	fit("log", "i");
	cr_expect_eq(run("$B show"), 2);
	cr_expect(failed_with("show: which model? bellshape show [OPTION]... MODEL"));
	cr_expect_eq(run("$B show m.json m.json"), 2);
	cr_expect(failed_with("show: one argument too many"));
	cr_expect_eq(run("$B show m.json --as perl"), 2);
	cr_expect(failed_with("--as \"perl\": want python, r, sql, duckdb, spark or bigquery"));
	cr_expect_eq(run("$B show m.json --inverse"), 2);
	cr_expect(failed_with("--inverse goes with --as"));
	cr_expect_eq(run("$B show m.json --columns y"), 2);
	cr_expect(failed_with("--columns: m.json has no column \"y\""));
	cr_expect_eq(run("$B show t.csv"), 1);
	cr_expect(failed_with("t.csv: "));
}
