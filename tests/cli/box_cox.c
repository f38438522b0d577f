/* SPDX-License-Identifier: BSD-3-Clause */
/* box_cox.c - the program's other method. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

TestSuite(cli_box_cox, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* scipy.stats.boxcox() of the same columns, SciPy 1.17.1, right here to seven digits. */
Test(cli_box_cox, penguins_as_scipy_has_them)
{
	static const struct {
		const char *column;
		double lambda;
	} scipy[] = {
	    {"bill_length_mm", 0.62017385},
	    {"bill_depth_mm", 1.47476057},
	    {"flipper_length_mm", -2.06320966},
	    {"body_mass_g", -0.465652243},
	};
	char path[300];
	cJSON *root;

	snprintf(path, sizeof path, "%s/penguins.csv", getenv("D"));
	cr_assert_eq(run("$B fit --method box-cox --json $D/penguins.csv -o m.json"), 0, "%s",
		     err());
	root = json();
	for (size_t i = 0; i < COUNT(scipy); i++) {
		cJSON *c = column(root, scipy[i].column);

		cr_expect_float_eq(value(c, "lambda"), scipy[i].lambda, 1e-6, "%s: %.10g",
				   scipy[i].column, value(c, "lambda"));
		cr_expect_str_eq(cJSON_GetObjectItem(c, "method")->valuestring, "box-cox");
		cr_expect(fabs(value(c, "skewness_after")) < 0.2);
	}
	cJSON_Delete(root);
	cr_assert_eq(run("$B transform -m m.json $D/penguins.csv -o z.csv"), 0, "%s", err());
	cr_assert_eq(run("$B stats --json z.csv --columns body_mass_g"), 0, "%s", err());
	root = json();
	cr_expect_float_eq(value(column(root, "body_mass_g"), "mean"), 0, 1e-12);
	cr_expect_float_eq(value(column(root, "body_mass_g"), "sd"), 1, 1e-12);
	cJSON_Delete(root);
	cr_assert_eq(run("$B inverse -m m.json --outside error z.csv -o back.csv"), 0, "%s", err());
	cr_expect(same_tables(path, "back.csv", 1e-12));
}

Test(cli_box_cox, plain_transform)
{
	double lambda, y;
	cJSON *root;

	put_text("t.csv", "x\n0.5\n1\n2\n4\n9\n0.1\n");
	cr_assert_eq(run("$B fit --method box-cox --no-standardize --bounds 0.25,0.75 t.csv "
			 "-o m.json --json"),
		     0);
	root = json();
	lambda = value(column(root, "x"), "lambda");
	cJSON_Delete(root);
	cr_assert_eq(run("$B transform -m m.json t.csv"), 0);
	cr_assert_eq(sscanf(out(), "x %*g %*g %lg", &y), 1);
	cr_expect_float_eq(y, (pow(2, lambda) - 1) / lambda, 1e-13);
}

Test(cli_box_cox, what_it_cannot_take)
{
	static const struct {
		const char *table, *message;
	} cases[] = {
	    {"a,b\n1,2\n3,0\n",
	     "t.csv: Box-Cox takes numbers above 0 only, and 1 column has others: "
	     "\"b\" (line 3: \"0\"); --columns leaves columns out"},
	    {"a,b\n1,2\nNA,3\n-1e-9,0\n-2,-3\n",
	     "and 2 columns have others: \"a\" (line 4: \"-1e-09\"), \"b\" (line 4: \"0\"); --c"},
	    {"b,a\n1,2\n3,-inf\n0,-5\n",
	     "2 columns have others: \"b\" (line 4: \"0\"), \"a\" (line 3: \"-inf\"); "},
	};

	put_text("good.csv", "a,b\n1,2\n3,4\n7,9\n");
	cr_assert_eq(run("$B fit --method box-cox good.csv -o m.json"), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		put_text("t.csv", cases[i].table);
		cr_expect_eq(run("$B fit --method box-cox t.csv -o n.json"), 1);
		cr_expect(failed_with(cases[i].message), "case %zu: %s%s", i, out(), err());
		cr_expect_null(get("n.json", NULL));
		cr_expect_eq(run("$B transform -m m.json t.csv -o u.csv"), 1);
		cr_expect(failed_with(cases[i].message), "case %zu: %s%s", i, out(), err());
		cr_expect_null(get("u.csv", NULL));
		cr_expect_eq(run("$B fit t.csv"), 0, "Yeo-Johnson takes it");
	}
	cr_expect_eq(run("$B fit --method box_cox good.csv"), 2);
	cr_expect(failed_with("--method \"box_cox\": want yeo-johnson, box-cox, "));
	cr_expect_eq(run("$B transform --method box-cox -m m.json good.csv"), 2);
	cr_expect(failed_with("no option \"--method\""));
}

/* Lines are of the file, blocks or no blocks; an array has rows. */
Test(cli_box_cox, far_into_a_table)
{
	enum { LINES = 20000 };
	char *table = malloc(16 * LINES), *end = table + sprintf(table, "a,b\n");

	for (int i = 1; i <= LINES; i++)
		end += sprintf(end, "%d,1\n", i);
	sprintf(end, "7,-2\n0,1\n");
	put_text("t.csv", table);
	free(table);
	cr_expect_eq(run("$B fit --method box-cox --threads 3 t.csv"), 1);
	cr_expect(
	    failed_with("2 columns have others: \"a\" (line 20003: \"0\"), \"b\" (line 20002: "
			"\"-2\")"),
	    "%s", err());
	cr_assert_eq(run("$B sample -n 9 --seed 1 --mean -5 -o x.npy"), 0);
	cr_expect_eq(run("$B fit --method box-cox x.npy"), 1);
	cr_expect(failed_with("1 column has others: \"column_1\" (row 1: \"-"), "%s", err());
}
