/* SPDX-License-Identifier: BSD-3-Clause */
/* families.c - the program's methods identity, log, sqrt, log-shift, asinh and exponential. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

TestSuite(cli_families, .init = run_begin, .fini = run_end);

/* What each method estimates, as the table has it. */
static const struct {
	const char *name, *parameter;
} methods[] = {{"identity", "lambda"}, {"log", "lambda"}, {"sqrt", "lambda"},
	       {"log-shift", "shift"}, {"asinh", "unit"}, {"exponential", "k"}};

Test(cli_families, there_and_back)
{
	char command[200], path[300];

	snprintf(path, sizeof path, "%s/breast_cancer.csv", getenv("D"));
	for (size_t i = 0; i < COUNT(methods); i++) {
		cJSON *root, *c, *method;

		snprintf(command, sizeof command,
			 "$B fit --method %s --json --columns mean_radius $D/breast_cancer.csv "
			 "-o m.json",
			 methods[i].name);
		cr_assert_eq(run("%s", command), 0, "%s", err());
		root = json();
		c = column(root, "mean_radius");
		method = cJSON_GetObjectItem(c, "method");
		cr_expect_str_eq(method->valuestring, methods[i].name);
		cr_expect_eq(cJSON_GetObjectItem(c, "unit") != NULL,
			     !strcmp(methods[i].name, "asinh"));
		cr_expect_eq(cJSON_GetObjectItem(c, "shift") != NULL,
			     !strcmp(methods[i].name, "log-shift"));
		cJSON_Delete(root);
		cr_assert_eq(run("$B transform -m m.json $D/breast_cancer.csv -o z.csv"), 0, "%s",
			     err());
		cr_assert_eq(run("$B stats --json z.csv --columns mean_radius"), 0, "%s", err());
		root = json();
		cr_expect_float_eq(value(column(root, "mean_radius"), "mean"), 0, 1e-12);
		cr_expect_float_eq(value(column(root, "mean_radius"), "sd"), 1, 1e-12);
		cJSON_Delete(root);
		cr_assert_eq(run("$B inverse -m m.json --outside error z.csv -o back.csv"), 0, "%s",
			     err());
		cr_expect(same_tables(path, "back.csv", 1e-12), "%s", methods[i].name);
	}
}

Test(cli_families, the_table_names_the_parameter)
{
	char command[100], head[40];

	put_text("t.csv", "x,y\n1,1\n2,2\n7,4\n9,9\n1,20\n");
	for (size_t i = 0; i < COUNT(methods); i++) {
		snprintf(command, sizeof command, "$B fit --method %s t.csv", methods[i].name);
		snprintf(head, sizeof head, " %s ", methods[i].parameter);
		cr_assert_eq(run("%s", command), 0, "%s", err());
		cr_expect(strstr(out(), head), "%s", out());
	}
}

Test(cli_families, what_they_cannot_take)
{
	put_text("t.csv", "a,b\n1,2\n3,0\n4,5\n7,-1\n");
	cr_expect_eq(run("$B fit --method log t.csv"), 1);
	cr_expect(failed_with("t.csv: log takes numbers above 0 only, and 1 column has others: "
			      "\"b\" (line 3: \"0\"); --columns leaves columns out"),
		  "%s", err());
	cr_expect_eq(run("$B fit --method sqrt t.csv"), 1);
	cr_expect(failed_with("sqrt takes numbers from 0 on only, and 1 column has others: \"b\" "
			      "(line 5: \"-1\")"),
		  "%s", err());
	cr_assert_eq(run("$B fit --method log-shift --columns b t.csv -o m.json"), 0, "%s", err());
	put_text("u.csv", "b\n2\n-50\n");
	cr_expect_eq(run("$B transform -m m.json u.csv"), 1);
	cr_expect(failed_with("log-shift takes numbers above -"), "%s", err());
	cr_expect(failed_with("\"b\" (line 3: \"-50\")"), "%s", err());
}

Test(cli_families, options_that_do_not_go_together)
{
	put_text("t.csv", "a\n1\n3\n4\n7\n");
	cr_expect_eq(run("$B fit --method asinh --lambda 1 t.csv"), 2);
	cr_expect(failed_with("--lambda: --method asinh has no lambda"), "%s", err());
	cr_expect_eq(run("$B fit --method log --bounds=-1,1 t.csv"), 2);
	cr_expect(failed_with("--bounds: --method log has no lambda"), "%s", err());
	cr_expect_eq(run("$B fit --method exponential --lambda 0.5 t.csv"), 0, "%s", err());
}
