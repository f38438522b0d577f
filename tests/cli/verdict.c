/* SPDX-License-Identifier: BSD-3-Clause */
/* verdict.c - what the program says of columns, and which ones it leaves alone or out. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/verdict.h>

#include "run.h"

TestSuite(cli_verdict, .init = run_begin, .fini = run_end);

/* A row number, a code, a skewed column, and one that is nearly normal. */
static void put_table(void)
{
	cr_assert_eq(
	    run("awk 'BEGIN { srand(1); print \"row,site,size,level\";"
		" for (i = 1; i <= 300; i++) { z = 0;"
		" for (k = 0; k < 12; k++) z += rand();"
		" printf \"%%d,%%d,%%.6g,%%.6g\\n\", i, i %% 3 ? i %% 5 : 4, exp(z), z } }'"
		" >t.csv"),
	    0);
}

/* The member of the first verdict on a column that has this kind. */
static cJSON *member(cJSON *column, const char *kind, const char *key)
{
	cJSON *verdict;

	cJSON_ArrayForEach(
	    verdict,
	    cJSON_GetObjectItem(
		column, "verdicts")) if (!strcmp(cJSON_GetObjectItem(verdict, "kind")->valuestring,
						 kind)) return cJSON_GetObjectItem(verdict, key);
	return NULL;
}

Test(cli_verdict, are_those_of_the_library)
{
	put_table();
	cr_assert_eq(run("$B fit --json t.csv"), 0, "%s", err());
	cJSON *root = json(), *row = column(root, "row");
	cr_assert(member(row, "row_number", "number"));
	cr_expect_eq(member(row, "row_number", "number")->valuedouble, 1);
	cr_expect_str_eq(member(row, "row_number", "text")->valuestring,
			 "row number or time: equal steps of 1");
	cr_expect_str_eq(member(row, "row_number", "advice")->valuestring,
			 bell_verdict_advice(BELL_VERDICT_ROW_NUMBER));
	cr_expect_str_eq(cJSON_GetArrayItem(cJSON_GetObjectItem(row, "notes"), 0)->valuestring,
			 "row number or time: equal steps of 1");
	cr_expect(member(column(root, "site"), "few_values", "number") ||
		  member(column(root, "site"), "code", "number"));
	cr_expect(member(column(root, "level"), "identity", "number"));
	cJSON *size = column(root, "size");
	cr_expect(value(size, "qq_correlation_before") < 0.9);
	cr_expect(value(size, "qq_correlation_after") > 0.99);
	cr_expect(value(size, "a2_before") > 10 && value(size, "a2_after") < 1);
	cr_expect_null(cJSON_GetObjectItem(size, "left_alone"));
	cJSON_Delete(root);
}

/* Columns that are left alone come back as they were; the others do not. */
Test(cli_verdict, skip_auto)
{
	put_table();
	cr_assert_eq(run("$B fit --skip auto t.csv -o m.json"), 0, "%s", err());
	const char *row = strstr(out(), "\nrow ");
	cr_assert(row && strstr(row, "left alone"), "%s", out());
	cr_assert_eq(run("$B fit --skip auto --json t.csv"), 0, "%s", err());
	cJSON *root = json();
	static const char *const left[] = {"row", "site", "level"};
	for (int i = 0; i < 3; i++) {
		cJSON *c = column(root, left[i]);

		cr_expect(cJSON_IsTrue(cJSON_GetObjectItem(c, "left_alone")), "%s", left[i]);
		cr_expect_eq(value(c, "lambda"), 1);
		cr_expect_eq(value(c, "skewness_before"), value(c, "skewness_after"));
		cr_expect_eq(value(c, "qq_correlation_before"), value(c, "qq_correlation_after"));
	}
	cr_expect_null(cJSON_GetObjectItem(column(root, "size"), "left_alone"));
	cJSON_Delete(root);
	cr_assert_eq(run("$B transform -m m.json t.csv -o z.csv"), 0, "%s", err());
	cr_assert_eq(run("cut -d, -f1,2,4 t.csv >a.csv && cut -d, -f1,2,4 z.csv >b.csv"), 0);
	cr_expect(same_tables("a.csv", "b.csv", 0));
	cr_assert_eq(run("cut -d, -f3 t.csv >a.csv && cut -d, -f3 z.csv >b.csv"), 0);
	cr_expect_not(same_files("a.csv", "b.csv"));
	/* the same with weights, in groups, and of a method that has no such identity */
	cr_assert_eq(run("$B fit --skip auto --by site t.csv"), 0, "%s", err());
	cr_expect(strstr(out(), "left alone"), "%s", out());
	cr_assert_eq(run("$B fit --skip auto --method box-cox --columns row,size t.csv -o m.json"),
		     0, "%s", err());
	cr_assert_eq(run("$B transform -m m.json t.csv -o z.csv"), 0, "%s", err());
	cr_assert_eq(run("cut -d, -f1 t.csv >a.csv && cut -d, -f1 z.csv >b.csv"), 0);
	cr_expect(same_files("a.csv", "b.csv"));
	/* what was chosen for a column is forgotten where it is left alone */
	cr_assert_eq(run("$B fit --skip auto --method best t.csv -o m.json"), 0, "%s", err());
	cr_assert_eq(run("$B transform -m m.json t.csv -o z.csv"), 0, "%s", err());
	cr_assert_eq(run("cut -d, -f1,2,4 t.csv >a.csv && cut -d, -f1,2,4 z.csv >b.csv"), 0);
	cr_expect(same_tables("a.csv", "b.csv", 0));
	cr_expect_eq(run("$B fit --skip all t.csv"), 2);
	cr_expect(failed_with("fit: --skip \"all\": want none or auto"), "%s", err());
}

Test(cli_verdict, exclude)
{
	put_table();
	cr_assert_eq(run("$B fit --exclude row,4 t.csv -o m.json"), 0, "%s", err());
	cr_expect(!strstr(out(), "row ") && !strstr(out(), "level") && strstr(out(), "size"), "%s",
		  out());
	cr_assert_eq(run("$B stats --columns row,size --exclude row t.csv"), 0, "%s", err());
	cr_expect(!strstr(out(), "row") && strstr(out(), "size"), "%s", out());
	cr_assert_eq(run("$B transform -m m.json --exclude site t.csv -o z.csv"), 0, "%s", err());
	cr_assert_eq(run("cut -d, -f1,2,4 t.csv >a.csv && cut -d, -f1,2,4 z.csv >b.csv"), 0);
	cr_expect(same_files("a.csv", "b.csv"));
	cr_expect_eq(run("$B fit --exclude rows t.csv"), 2);
	cr_expect(failed_with("--exclude: t.csv has no column \"rows\"; is it \"row\"?"), "%s",
		  err());
	cr_expect_eq(run("$B fit --exclude row,site,size,level t.csv"), 1);
	cr_expect(failed_with("no column of numbers is left"), "%s", err());
}

Test(cli_verdict, kurtosis)
{
	put_table();
	cr_assert_eq(run("$B fit --kurtosis t.csv"), 0, "%s", err());
	cr_expect(strstr(out(), "kurtosis before -> after"), "%s", out());
	cr_assert_eq(run("$B fit t.csv"), 0, "%s", err());
	cr_expect_null(strstr(out(), "kurtosis before"), "%s", out());
}
