/* SPDX-License-Identifier: BSD-3-Clause */
/* scores.c - the program's normal scores. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

TestSuite(cli_scores, .init = run_begin, .fini = run_end);

#define FIT "$B fit --method normal-scores "

/* A real table with ties and missing values. */
Test(cli_scores, there_and_back)
{
	char path[300];
	cJSON *root, *c;

	snprintf(path, sizeof path, "%s/penguins.csv", getenv("D"));
	cr_assert_eq(run(FIT "--json $D/penguins.csv -o m.json"), 0, "%s", err());
	root = json();
	c = column(root, "body_mass_g");
	cr_expect_str_eq(cJSON_GetObjectItem(c, "method")->valuestring, "normal-scores");
	cr_expect(isnan(value(c, "lambda")) && isnan(value(c, "log_likelihood")));
	cr_expect_str_eq(cJSON_GetObjectItem(c, "status")->valuestring, "ok");
	cr_expect(fabs(value(c, "mean")) < 0.01 && fabs(value(c, "sd") - 1) < 0.01);
	cJSON_Delete(root);
	cr_assert_eq(run("$B transform -m m.json $D/penguins.csv -o z.csv"), 0, "%s", err());
	cr_assert_eq(run("$B stats --json z.csv"), 0, "%s", err());
	root = json();
	c = column(root, "body_mass_g");
	cr_expect(fabs(value(c, "skewness")) < 0.02 && fabs(value(c, "kurtosis")) < 0.1);
	cJSON_Delete(root);
	cr_assert_eq(run("$B inverse -m m.json --outside error z.csv -o back.csv"), 0, "%s", err());
	cr_expect(same_tables(path, "back.csv", 1e-12));
}

/* qnorm(1/6) = -0.967421566101701, and the line beyond it. */
Test(cli_scores, numbers)
{
	put_text("t.csv", "x\n1\n2\n4\n");
	put_text("new.csv", "x\n0\n1\n3\n");
	cr_assert_eq(run(FIT "t.csv -o m.json"), 0, "%s", err());
	cr_expect(strstr(out(), "-                -"), "no lambda, no interval: %s", out());
	cr_assert_eq(run("$B transform -m m.json new.csv -o -"), 0, "%s", err());
	cr_expect(!strncmp(out(), "x\n-1.93484313220340", 19), "%s", out());
	cr_expect(strstr(out(), "\n-0.9674215661017"), "%s", out());
	cr_expect(strstr(out(), "\n0.48371078305085"), "%s", out());
}

Test(cli_scores, groups_and_weights)
{
	put_text("t.csv", "g,w,x\na,1,1\nb,1,10\na,2,2\nb,1,20\na,1,7\nb,1,20\n");
	cr_assert_eq(run(FIT "--by g --weights w --json t.csv"), 0, "%s", err());
	cr_expect(strstr(out(), "\"normal-scores\""), "%s", out());
	put_text("twice.csv", "x\n1\n2\n2\n7\n");
	put_text("once.csv", "x,w\n1,1\n2,2\n7,1\n");
	cr_assert_eq(run(FIT "twice.csv -o a.json"), 0);
	cr_assert_eq(run(FIT "--weights w once.csv -o b.json"), 0);
	put_text("new.csv", "x\n0\n1\n1.5\n2\n6\n8\n");
	cr_assert_eq(run("$B transform -m a.json new.csv -o a.csv"), 0);
	cr_assert_eq(run("$B transform -m b.json new.csv -o b.csv"), 0);
	cr_expect(same_files("a.csv", "b.csv"));
}

/* Columns without scores are left as they are. */
Test(cli_scores, constant)
{
	cJSON *root, *c;

	put_text("t.csv", "x,y\n3,1\n3,2\n");
	cr_assert_eq(run(FIT "--json t.csv -o m.json"), 0, "%s", err());
	root = json();
	c = column(root, "x");
	cr_expect_str_eq(cJSON_GetObjectItem(c, "status")->valuestring, "constant");
	cr_expect(!cJSON_GetObjectItem(c, "method"));
	cr_expect_str_eq(cJSON_GetObjectItem(column(root, "y"), "method")->valuestring,
			 "normal-scores");
	cJSON_Delete(root);
	cr_assert_eq(run("$B transform -m m.json t.csv -o z.csv"), 0, "%s", err());
	cr_expect(!strncmp(get("z.csv", NULL), "x,y\n0,-0.6744897501960", 22), "%s",
		  get("z.csv", NULL));
}

Test(cli_scores, what_needs_a_lambda)
{
	put_text("t.csv", "x\n3\n4\n");
	cr_expect_eq(run(FIT "--lambda 1 t.csv"), 2);
	cr_expect(
	    failed_with("--lambda: --method normal-scores has no lambda; leave one of the two "
			"out"));
	cr_expect_eq(run(FIT "--lambda x=1 t.csv"), 2);
	cr_expect(failed_with("--lambda: --method normal-scores has no lambda"));
	cr_expect_eq(run(FIT "--bounds 0,1 t.csv"), 2);
	cr_expect(failed_with("--bounds: --method normal-scores has no lambda"));
}
