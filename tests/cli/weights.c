/* SPDX-License-Identifier: BSD-3-Clause */
/* weights.c - what weights of any size mean to fits and statistics. */
#include <criterion/criterion.h>

#include "run.h"

TestSuite(cli_weights, .init = run_begin, .fini = run_end);

/* The weight of all rows is no double then, and nothing can be divided by it. */
Test(cli_weights, beyond_the_doubles)
{
	put_text("t.csv", "x,w\n1,1e308\n2,1e308\n3,1e308\n");
	cr_expect_eq(run("$B stats --weights w t.csv"), 1);
	cr_expect(failed_with("--weights: the weights of column \"x\" add up to more than 1.8e308"),
		  "%s", err());
	cr_expect_eq(run("$B fit --weights w --weight-type importance t.csv"), 0, "%s", err());
	cr_expect_eq(run("$B fit --weights w t.csv"), 1);
	cr_expect(failed_with("--weights: the weights of column \"x\" add up to more than 1e+305; "
			      "divide all of them by one number"),
		  "%s", err());
	put_text("t.csv", "x,w\n1,1e308\n2,.5\n");
	cr_expect_eq(run("$B fit --weights w t.csv"), 1);
	cr_expect(failed_with("and at most 1.8e+308, beside"), "%s", err());
}

Test(cli_weights, of_a_fit)
{
	cr_assert_eq(run("$B sample -n 5000 --seed 3 | awk 'BEGIN { print \"w,big,x\" } "
			 "{ print NR %% 4 \",\" NR %% 4 * 1024 \",\" exp($1) }' >w.csv; "
			 "awk -F, '{ for (i = NR == 1 ? 1 : $1; i; i--) print }' w.csv >r.csv; "
			 "$B fit --json --weights w --columns x w.csv"),
		     0, "%s", err());
	cJSON *weighted = json(), *a = column(weighted, "x");
	cr_assert_eq(run("$B fit --json --columns x r.csv"), 0);
	cJSON *repeated = json(), *b = column(repeated, "x");
	cr_assert_eq(run("$B fit --json --weights big --weight-type importance --columns x w.csv"),
		     0);
	cJSON *important = json(), *c = column(important, "x");

	cr_expect_float_eq(value(a, "lambda"), value(b, "lambda"), 1e-9);
	cr_expect_float_eq(value(a, "log_likelihood"), value(b, "log_likelihood"), 1e-6);
	cr_expect_float_eq(value(c, "lambda"), value(b, "lambda"), 1e-9);
	/* 7500 rows by their weights, and 7500^2/17500 effective ones. */
	cr_expect_float_eq(value(c, "log_likelihood") / value(a, "log_likelihood"), 7500. / 17500,
			   1e-6);
	cJSON_Delete(weighted);
	cJSON_Delete(repeated);
	cJSON_Delete(important);
}
