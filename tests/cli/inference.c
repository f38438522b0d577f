/* SPDX-License-Identifier: BSD-3-Clause */
/* inference.c - the program's intervals of any level, tests, rounded lambdas and robust fits. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

TestSuite(cli_inference, .init = run_begin, .fini = run_end);

static double item(const cJSON *array, int i) { return cJSON_GetArrayItem(array, i)->valuedouble; }

Test(cli_inference, levels_and_tests)
{
	cJSON *root, *c, *ends, *test;

	cr_assert_eq(run("$B fit --json --level 0.9 --tests --columns body_mass_g $D/penguins.csv"),
		     0, "%s", err());
	root = json();
	c = column(root, "body_mass_g");
	ends = cJSON_GetObjectItem(c, "interval");
	cr_expect_eq(value(c, "level"), 0.9);
	cr_expect(item(ends, 0) > item(cJSON_GetObjectItem(c, "ci95"), 0) &&
		  item(ends, 1) < item(cJSON_GetObjectItem(c, "ci95"), 1));
	cr_expect_float_eq(value(c, "standard_error"), 0.292, 1e-3);
	cr_expect_eq(value(c, "rounded"), 0);
	test = cJSON_GetArrayItem(cJSON_GetObjectItem(c, "tests"), 2);
	cr_expect_eq(value(test, "lambda"), 1);
	cr_expect_float_eq(value(test, "statistic"), value(c, "lr_vs_identity"), 1e-9);
	cr_expect_float_eq(value(test, "pvalue"), 5.7e-7, 1e-8);
	cJSON_Delete(root);
	cr_assert_eq(run("$B fit --level 0.9 --tests --by sex $D/penguins.csv"), 0, "%s", err());
	cr_expect(strstr(out(), "[90 % interval]") && strstr(out(), "standard error"), "%s", out());
	cr_assert_eq(run("$B fit --json --columns body_mass_g $D/penguins.csv"), 0, "%s", err());
	cr_expect(!strstr(out(), "\"level\"") && !strstr(out(), "\"tests\""), "%s", out());
}

Test(cli_inference, round)
{
	cJSON *root;

	cr_assert_eq(run("$B fit --json --round $D/penguins.csv -o m.json"), 0, "%s", err());
	root = json();
	cr_expect_eq(value(column(root, "bill_length_mm"), "lambda"), 1);
	cr_expect_eq(value(column(root, "body_mass_g"), "lambda"), 0);
	cr_expect(strstr(out(), "\"rounded\""));
	cJSON_Delete(root);
	cr_assert_eq(run("$B transform -m m.json $D/penguins.csv -o z.csv"), 0, "%s", err());
	/* a narrow interval has no nice lambda, whatever comes first */
	cr_assert_eq(run("$B fit --round --level 0.01 --columns body_mass_g $D/penguins.csv -o a"),
		     0, "%s", err());
	cr_assert_eq(run("$B fit --level 0.01 --round --columns body_mass_g $D/penguins.csv -o b"),
		     0, "%s", err());
	cr_expect(same_files("a", "b"));
	cr_assert_eq(run("$B fit --json --round --level 0.01 $D/penguins.csv"), 0, "%s", err());
	root = json();
	cr_expect_float_eq(value(column(root, "body_mass_g"), "lambda"), -0.466, 1e-3);
	cr_expect(!strstr(out(), "\"lambda\":\t0,"));
	cJSON_Delete(root);
}

Test(cli_inference, robust)
{
	cJSON *root, *c;

	cr_assert_eq(run("($B sample -n 999 --seed 1; echo 100) | sed 1ix >t.csv"), 0, "%s", err());
	cr_assert_eq(run("$B fit --json --robust t.csv -o m.json"), 0, "%s", err());
	root = json();
	c = column(root, "x");
	cr_expect(fabs(value(c, "lambda") - 1) < 0.1, "%g", value(c, "lambda"));
	cr_expect(value(c, "set_aside") >= 1 && value(c, "set_aside") < 20);
	cr_expect(strstr(out(), "\"robust\""));
	cJSON_Delete(root);
	cr_assert_eq(run("grep -q set_aside m.json && $B transform -m m.json t.csv -o z.csv"), 0,
		     "%s", err());
	cr_assert_eq(run("$B fit --robust t.csv"), 0, "%s", err());
	cr_expect(strstr(out(), "set aside") && !strstr(out(), "moves lambda"), "%s", out());
	cr_assert_eq(run("$B fit t.csv"), 0, "%s", err());
	cr_expect(!strstr(out(), "set aside") && strstr(out(), "moves lambda"), "%s", out());
	cr_assert_eq(run("printf 'x\\n1\\n1\\n1\\n1\\n2\\n3\\n99\\n' | $B fit --robust -"), 0);
	cr_expect(strstr(out(), "no scale"), "%s", out());
}

Test(cli_inference, wrong_use)
{
	cr_expect_eq(run("$B fit --level 95 $D/penguins.csv"), 2);
	cr_expect(failed_with("--level \"95\": want a number above 0 and below 1"), "%s", err());
	cr_expect_eq(run("$B fit --robust --method yeo-johnson-unit $D/penguins.csv"), 2);
	cr_expect(failed_with("--robust and --method yeo-johnson-unit"), "%s", err());
}
