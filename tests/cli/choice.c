/* SPDX-License-Identifier: BSD-3-Clause */
/* choice.c - the program's choice among the methods. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

TestSuite(cli_choice, .init = run_begin, .fini = run_end);

static const char *word(cJSON *object, const char *key)
{
	cJSON *item = cJSON_GetObjectItem(object, key);

	return item && item->valuestring ? item->valuestring : "";
}

static cJSON *candidate(cJSON *column, const char *method)
{
	cJSON *item, *found = NULL;

	cJSON_ArrayForEach(
	    item, cJSON_GetObjectItem(column, "candidates")) if (!strcmp(word(item, "method"),
									 method)) found = item;
	cr_assert_not_null(found, "%s", method);
	return found;
}

Test(cli_choice, there_and_back)
{
	char path[300];
	cJSON *root, *c;

	snprintf(path, sizeof path, "%s/breast_cancer.csv", getenv("D"));
	cr_assert_eq(run("$B fit --method best --json $D/breast_cancer.csv -o m.json"), 0, "%s",
		     err());
	root = json();
	c = column(root, "fractal_dimension_error");
	cr_expect_str_eq(word(c, "method"), "box-cox");
	cr_expect(cJSON_IsTrue(cJSON_GetObjectItem(candidate(c, "box-cox"), "chosen")));
	cr_expect(cJSON_IsFalse(cJSON_GetObjectItem(candidate(c, "yeo-johnson"), "chosen")));
	cr_expect_float_eq(value(candidate(c, "box-cox"), "log_likelihood"), 3636.284, 1e-3);
	cr_expect_float_eq(value(candidate(c, "yeo-johnson"), "log_likelihood"), 3614.079, 1e-3);
	c = column(root, "mean_concavity");
	cr_expect_str_eq(word(candidate(c, "box-cox"), "refused"), "not_positive");
	cJSON_Delete(root);
	cr_assert_eq(run("$B transform -m m.json $D/breast_cancer.csv -o z.csv"), 0, "%s", err());
	cr_assert_eq(run("$B inverse -m m.json --outside error z.csv -o back.csv"), 0, "%s", err());
	cr_expect(same_tables(path, "back.csv", 1e-10));
}

/* Two columns of this table are left as they are, by any criterion. */
Test(cli_choice, models_of_every_choice_are_written)
{
	static const char *const criteria[] = {"aic", "bic", "heldout"};
	char path[300];

	snprintf(path, sizeof path, "%s/penguins.csv", getenv("D"));
	for (size_t i = 0; i < sizeof criteria / sizeof *criteria; i++) {
		cr_assert_eq(run("$B fit --method best --criterion %s $D/penguins.csv -o m.json && "
				 "$B transform -m m.json $D/penguins.csv -o z.csv && "
				 "$B inverse -m m.json z.csv -o back.csv",
				 criteria[i]),
			     0, "%s: %s", criteria[i], err());
		cr_expect(same_tables(path, "back.csv", 1e-9), "%s", criteria[i]);
	}
}

Test(cli_choice, explains)
{
	put_text("t.csv", "x,y\n-1,1\n2,2\n7,4\n9,9\n1,20\n");
	cr_assert_eq(run("$B fit --method best --explain t.csv"), 0, "%s", err());
	cr_expect(strstr(out(), " method  "), "%s", out());
	cr_expect(strstr(out(), "\n\n\"x\"\nmethod  "), "%s", out());
	cr_expect(strstr(out(), "\n\n\"y\"\nmethod  "), "%s", out());
	cr_expect(strstr(out(), "values at or below 0"), "%s", out());
	cr_expect(strstr(out(), " unit  "), "%s", out());
	cr_expect(strstr(out(), " shift  "), "%s", out());
	cr_expect(strstr(out(), " AIC  note\n"), "%s", out());
	cr_assert_eq(run("$B fit --method best --explain --criterion bic t.csv"), 0);
	cr_expect(strstr(out(), " BIC  note\n"), "%s", out());
	cr_assert_eq(run("$B fit --method best t.csv"), 0);
	cr_expect(!strstr(out(), "AIC"), "%s", out());
}

Test(cli_choice, restricts_candidates)
{
	cr_assert_eq(run("$B fit --method best --candidates yeo-johnson --json --columns "
			 "fractal_dimension_error $D/breast_cancer.csv"),
		     0, "%s", err());
	cJSON *root = json(), *c = column(root, "fractal_dimension_error");
	cr_expect_str_eq(word(c, "method"), "yeo-johnson");
	cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(c, "candidates")), 1);
	cJSON_Delete(root);
	put_text("t.csv", "x,y\n1,1\n2,-2\n7,4\n9,9\n1,20\n");
	run("$B fit --method best --candidates box-cox t.csv");
	cr_expect(failed_with("column \"y\": no method of --candidates takes its values, the least "
			      "of which is \"-2\""),
		  "%s", err());
}

Test(cli_choice, groups_and_weights)
{
	cr_assert_eq(run("$B fit --method best --by species --json $D/penguins.csv"), 0, "%s",
		     err());
	cJSON *root = json(), *item;
	cJSON_ArrayForEach(item, cJSON_GetObjectItem(root, "columns"))
	    cr_expect(cJSON_GetArraySize(cJSON_GetObjectItem(item, "candidates")) > 1);
	cJSON_Delete(root);
	cr_assert_eq(run("$B fit --method best --by species --explain $D/penguins.csv"), 0);
	cr_expect(strstr(out(), "\"body_mass_g\" where \"species\" is \"Adelie\"\n"), "%s", out());
}

Test(cli_choice, holds_values_out)
{
	cr_assert_eq(run("$B fit --method best --criterion heldout --json $D/penguins.csv"), 0,
		     "%s", err());
	cJSON *root = json(), *item, *best = NULL;
	cJSON *list = cJSON_GetObjectItem(column(root, "bill_length_mm"), "candidates");
	cJSON_ArrayForEach(item, list) if (cJSON_IsTrue(cJSON_GetObjectItem(item, "chosen"))) best =
	    item;
	cJSON_ArrayForEach(item, list)
	    cr_expect(value(best, "pearson_per_df") <= value(item, "pearson_per_df"));
	cJSON_Delete(root);
	put_text("t.csv", "x\n1\n2\n7\n9\n1\n");
	run("$B fit --method best --criterion heldout t.csv");
	cr_expect(failed_with("column \"x\" has 5 values, too few to hold out some of them in 10 "
			      "parts"),
		  "%s", err());
	run("$B fit --method best --criterion heldout --by species $D/penguins.csv");
	cr_expect(failed_with("--criterion heldout and --by"), "%s", err());
}

Test(cli_choice, wrong_options)
{
	put_text("t.csv", "x\n1\n2\n7\n9\n1\n");
	static const char *const lines[][2] = {
	    {"--criterion AIC", "--criterion \"AIC\": want aic, bic or heldout"},
	    {"--margin -1", "--margin \"-1\": want a number, 0 or more"},
	    {"--margin x", "--margin \"x\": want a number"},
	    {"--candidates box-cox,", "\"\" is no method to choose"},
	    {"--candidates best", "\"best\" is no method to choose"},
	    {"--method box-cox --explain", "--explain goes with --method best only"},
	    {"--method box-cox --margin 3", "--margin goes with --method best only"},
	    {"--candidates log,normal-scores",
	     "--candidates normal-scores: it has no likelihood to compare; use --criterion"},
	    {"--lambda 1", "--lambda and --method best"},
	    {"--lambda x=1", "--lambda and --method best"},
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		run("$B fit --method best %s t.csv", lines[i][0]);
		cr_expect(failed_with(lines[i][1]), "%s: %s", lines[i][0], err());
	}
}
