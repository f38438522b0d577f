/* SPDX-License-Identifier: BSD-3-Clause */
/* unit.c - the program's method with a unit of x. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

TestSuite(cli_unit, .init = run_begin, .fini = run_end);

/* Of data/breast_cancer.csv: a unit inside its bounds, Box-Cox, and a column with zeros. */
#define COLUMNS "--columns smoothness_error,fractal_dimension_error,mean_concavity"

static const char *method_of(cJSON *column)
{
	cJSON *method = cJSON_GetObjectItem(column, "method");

	return method ? method->valuestring : "yeo-johnson";
}

Test(cli_unit, there_and_back)
{
	char path[300];
	cJSON *root, *c;

	snprintf(path, sizeof path, "%s/breast_cancer.csv", getenv("D"));
	cr_assert_eq(run("$B fit --method yeo-johnson-unit --json " COLUMNS
			 " $D/breast_cancer.csv -o m.json"),
		     0, "%s", err());
	root = json();
	c = column(root, "smoothness_error");
	cr_expect_str_eq(method_of(c), "yeo-johnson-unit");
	cr_expect_float_eq(value(c, "unit"), 0.00506073, 1e-8);
	cr_expect_float_eq(value(c, "log_likelihood"), 3434.8624, 1e-4);
	c = column(root, "fractal_dimension_error");
	cr_expect_str_eq(method_of(c), "box-cox");
	cr_expect(!cJSON_GetObjectItem(c, "unit"));
	cr_expect_float_eq(value(c, "log_likelihood"), 3636.2837, 1e-4);
	c = column(root, "mean_concavity");
	cr_expect_str_eq(method_of(c), "yeo-johnson-unit");
	cr_expect_str_eq(cJSON_GetArrayItem(cJSON_GetObjectItem(c, "notes"), 0)->valuestring,
			 "lambda or unit at its bound");
	cJSON_Delete(root);
	cr_assert_eq(run("$B transform -m m.json $D/breast_cancer.csv -o z.csv"), 0, "%s", err());
	cr_assert_eq(run("$B stats --json z.csv " COLUMNS), 0, "%s", err());
	root = json();
	cr_expect_float_eq(value(column(root, "smoothness_error"), "mean"), 0, 1e-12);
	cr_expect_float_eq(value(column(root, "smoothness_error"), "sd"), 1, 1e-12);
	cJSON_Delete(root);
	cr_assert_eq(run("$B inverse -m m.json --outside error z.csv -o back.csv"), 0, "%s", err());
	cr_expect(same_tables(path, "back.csv", 1e-12));
}

/* The table has the units for this method alone. */
Test(cli_unit, table)
{
	put_text("t.csv", "x,y,z\n-1,1,3\n2,2,3\n7,4,3\n9,9,3\n1,20,3\n");
	cr_assert_eq(run("$B fit --method yeo-johnson-unit t.csv"), 0, "%s", err());
	cr_expect(strstr(out(), " unit  note\n"), "%s", out());
	cr_assert_eq(run("$B fit t.csv"), 0);
	cr_expect(!strstr(out(), "unit"), "%s", out());
}
