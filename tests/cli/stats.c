/* SPDX-License-Identifier: BSD-3-Clause */
/* stats.c - groups, weights, quantiles, texts and fixed lambdas. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

TestSuite(cli_stats, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

static cJSON *key(cJSON *item, const char *name)
{
	cJSON *value = cJSON_GetObjectItemCaseSensitive(item, name);

	cr_assert_not_null(value, "no key %s", name);
	return value;
}

/* The item of a column and a group in an array of a report; group may be NULL. */
static cJSON *item_of(cJSON *root, const char *array, const char *name, const char *group)
{
	cJSON *item;

	cJSON_ArrayForEach(item, key(root, array))
	{
		const char *own = cJSON_GetStringValue(cJSON_GetObjectItem(item, "group"));

		if (!strcmp(cJSON_GetStringValue(key(item, "name")), name) &&
		    (!group || (own && !strcmp(own, group))))
			return item;
	}
	cr_assert_fail("no %s, %s", name, group ? group : "");
	return NULL;
}

/* Are all keys of `b` in `a`, with the same values? */
static bool holds(cJSON *a, cJSON *b)
{
	cJSON *item;

	cJSON_ArrayForEach(item,
			   b) if (!cJSON_Compare(cJSON_GetObjectItemCaseSensitive(a, item->string),
						 item, true)) return false;
	return true;
}

/* 60 000 rows of three groups, "c" in every third row, and a column of text. */
static void write_groups(const char *path)
{
	cr_assert_eq(
	    run("$B sample -n 60000 --seed 1 | awk 'BEGIN { print \"g,x,t,y\" } "
		"{ printf \"%%s,%%.17g,w%%d,%%s\\n\", NR %% 3 ? (NR %% 2 ? \"a\" : \"b\") : \"c\","
		" exp($1), NR * NR %% 11, NR %% 5 ? NR %% 7 : \"NA\" }' >%s",
		path),
	    0, "%s", err());
}

Test(cli_stats, a_group_is_like_a_table_of_its_own)
{
	static const char *const commands[] = {"stats --extended", "stats", "fit"};
	static const char *const groups[] = {"a", "b", "c"};

	write_groups("t.csv");
	for (size_t i = 0; i < COUNT(commands); i++) {
		cr_assert_eq(run("$B %s --json --by g t.csv", commands[i]), 0, "%s", err());
		cJSON *all = json();
		cr_expect_str_eq(cJSON_GetStringValue(key(all, "by")), "g");
		cr_expect_eq(cJSON_GetArraySize(key(all, "columns")), 6);
		for (size_t g = 0; g < COUNT(groups); g++) {
			cr_assert_eq(run("awk -F, 'NR == 1 || $1 == \"%s\"' t.csv | $B %s --json "
					 "--columns x,y --text t -",
					 groups[g], commands[i]),
				     0, "%s", err());
			cJSON *own = json(), *text;
			cr_expect(holds(item_of(all, "columns", "x", groups[g]), column(own, "x")),
				  "%s, %s", commands[i], groups[g]);
			cr_expect(holds(item_of(all, "columns", "y", groups[g]), column(own, "y")),
				  "%s, %s", commands[i], groups[g]);
			cJSON_ArrayForEach(text, cJSON_GetObjectItem(own, "text_columns"))
			    cr_expect(holds(item_of(all, "text_columns", "t", groups[g]), text));
			cJSON_Delete(own);
		}
		cJSON_Delete(all);
	}
	/* The groups stand in the order of the table. */
	cr_assert_eq(run("$B stats --by g --columns x t.csv | awk '{ print $2 }' | xargs"), 0);
	cr_expect_str_eq(out(), "g a b c\n");
}

/* What the extended report adds changes nothing of the rest. */
Test(cli_stats, extended_has_the_bits_of_the_plain_report)
{
	write_groups("t.csv");
	cr_assert_eq(run("$B stats --json t.csv"), 0);
	cJSON *plain = json();
	cr_assert_eq(run("$B stats --json --extended t.csv"), 0);
	cJSON *extended = json();
	cr_expect(holds(column(extended, "x"), column(plain, "x")));
	cr_expect(holds(column(extended, "y"), column(plain, "y")));
	cr_expect(holds(extended, plain) == false, "the columns have more keys");
	cJSON_Delete(plain);
	cJSON_Delete(extended);
	/* Sums go over chunks of 2048 rows. */
	for (int rows = 2047; rows <= 4097; rows += rows == 2048 ? 2048 : 1) {
		cr_assert_eq(run("head -n %d t.csv | $B stats --json --columns x -", rows + 1), 0);
		plain = json();
		cr_assert_eq(
		    run("head -n %d t.csv | $B stats --json --columns x --extended -", rows + 1),
		    0);
		extended = json();
		cr_expect(holds(column(extended, "x"), column(plain, "x")), "%d rows", rows);
		cJSON_Delete(plain);
		cJSON_Delete(extended);
	}
}

Test(cli_stats, quantiles_are_within_their_bounds)
{
	cr_assert_eq(run("seq -50000 50000 | $B stats --json --quantiles 0,0.1,0.5,0.999,1 -"), 0,
		     "%s", err());
	cJSON *root = json(), *c = column(root, "column_1"), *q;
	size_t n = 0;

	cJSON_ArrayForEach(q, key(c, "quantiles"))
	{
		double wanted = -50000 + value(q, "probability") * 100000;

		cr_expect(fabs(value(q, "value") - wanted) <= value(q, "error") + 1e-9, "%g: %g",
			  value(q, "probability"), value(q, "value"));
		cr_expect(fabs(value(q, "value") - wanted) <= 300);
		n++;
	}
	cr_expect_eq(n, 5);
	cr_expect_eq(value(c, "zeros"), 1);
	cr_expect(cJSON_IsFalse(key(c, "distinct_exact")));
	cr_expect_float_eq(value(c, "distinct"), 100001, 5000, "%g", value(c, "distinct"));
	cJSON_Delete(root);
	cr_assert_eq(run("$B stats $D/penguins.csv --columns body_mass_g --quantiles 0.5,0.125"),
		     0);
	cr_expect(strstr(out(), "column       zeros  distinct  50 %  12.5 %\n"
				"body_mass_g      0        94  4050    3325\n"),
		  "%s", out());
}

/* 1024 distinct values are counted; of some thousand the estimate is a whole number close by. */
Test(cli_stats, distinct_values)
{
	static const int counts[] = {1, 1023, 1024, 1025, 3000, 30000, 1000000};

	for (size_t i = 0; i < COUNT(counts); i++) {
		cr_assert_eq(run("seq 1 %d | $B stats --no-header --json --extended -", counts[i]),
			     0, "%s", err());
		cJSON *root = json(), *c = column(root, "column_1");
		double distinct = value(c, "distinct");

		cr_expect_eq(cJSON_IsTrue(key(c, "distinct_exact")), counts[i] <= 1024);
		cr_expect_float_eq(distinct, counts[i], counts[i] <= 1024 ? 0 : 0.05 * counts[i],
				   "%d: %g", counts[i], distinct);
		cJSON_Delete(root);
	}
}

/* Texts are counted from the first row on, also where it looked like a column of numbers. */
Test(cli_stats, texts_are_counted)
{
	put_text("t.csv", "x,t\n1,7\n2,7\n3,\n4,blue\n5,7\n6,\"a, b\"\n7,blue\n");
	cr_assert_eq(run("$B stats --extended t.csv"), 0, "%s", err());
	cr_expect(strstr(out(), "t       6        1         3  \"7\" 3, \"blue\" 2, \"a, b\" 1\n"),
		  "%s", out());
	cr_expect_str_empty(err(), "%s", err());
	put_text("u.csv", "t\nb\na\nb\n");
	cr_assert_eq(run("$B stats --extended u.csv"), 0, "no number is needed: %s", err());
	cr_expect_str_eq(out(), "column  n  missing  distinct  most frequent\n"
				"t       3        0         2  \"b\" 2, \"a\" 1\n");
}

/* With more texts than are kept, the frequent ones are found and their counts have bounds. */
Test(cli_stats, frequent_texts_among_many)
{
	cr_assert_eq(run("awk 'BEGIN { print \"x,t\"; for (i = 0; i < 100000; i++)"
			 " print i \",\" (i %% 10 == 3 ? \"ten\" : i %% 20 == 5 ? \"twenty\" :"
			 " \"id\" i) }' | $B stats --json --extended -"),
		     0, "%s", err());
	cJSON *root = json(), *t = item_of(root, "text_columns", "t", NULL),
	      *top = key(t, "most_frequent");
	static const struct {
		const char *text;
		double count;
	} wanted[] = {{"ten", 10000}, {"twenty", 5000}};

	cr_expect_eq(value(t, "n"), 100000);
	cr_expect(cJSON_IsFalse(key(t, "distinct_exact")));
	cr_expect_float_eq(value(t, "distinct"), 85002, 0.05 * 85002);
	for (int i = 0; i < 2; i++) {
		cJSON *item = cJSON_GetArrayItem(top, i);
		double count = value(item, "count"), error = value(item, "error");

		cr_expect_str_eq(cJSON_GetStringValue(key(item, "value")), wanted[i].text);
		cr_expect(count <= wanted[i].count && wanted[i].count <= count + error,
			  "%g, error %g", count, error);
		cr_expect(error > 0 && error <= 100000 / 1024.);
	}
	cJSON_Delete(root);
}

/* A row of weight 3 is three rows, and one of weight 0 is none. */
Test(cli_stats, weights_repeat_rows)
{
	static const char *const keys[] = {"missing",  "infinite", "mean", "sd",
					   "skewness", "kurtosis", "min",  "max"};

	cr_assert_eq(
	    run("$B sample -n 9000 --seed 3 | awk 'BEGIN { print \"w,x,g\" } "
		"{ print NR %% 4 \",\" (NR %% 50 ? exp($1) : \"NA\") \",\" NR %% 2 }' >w.csv"),
	    0, "%s", err());
	for (size_t rows = 900; rows <= 9001; rows += 8101) {
		cr_assert_eq(run("head -n %zu w.csv | $B stats --json --extended --weights w -"
				 " --quantiles 0.11,0.5,0.93",
				 rows),
			     0, "%s", err());
		cJSON *weighted = json(), *a = column(weighted, "x");
		cr_assert_eq(run("head -n %zu w.csv | awk -F, '{ for (i = NR == 1 ? 1 : $1; i; i--)"
				 " print }' | $B stats --json --extended --columns x -"
				 " --quantiles 0.11,0.5,0.93",
				 rows),
			     0, "%s", err());
		cJSON *repeated = json(), *b = column(repeated, "x");

		cr_expect_eq(value(a, "weight"), value(b, "n"));
		for (size_t i = 2; i < COUNT(keys); i++)
			cr_expect_float_eq(value(a, keys[i]), value(b, keys[i]),
					   1e-9 * fabs(value(b, keys[i])), "%zu rows, %s: %.17g",
					   rows, keys[i], value(a, keys[i]));
		cr_assert_eq(run("head -n %zu w.csv | awk -F, 'NR > 1 && $2 != \"NA\" {"
				 " for (i = $1; i; i--) print $2 }' | sort -g | awk '{ x[NR] = $1 }"
				 " function at(k) { return x[k > int(k) ? int(k) + 1 : k] }"
				 " END { print at(0.11 * NR), at(0.5 * NR), at(0.93 * NR) }'",
				 rows),
			     0);
		double q[3];
		cr_assert_eq(sscanf(out(), "%lf %lf %lf", &q[0], &q[1], &q[2]), 3);
		for (int i = 0; i < 3; i++) {
			cJSON *item = cJSON_GetArrayItem(key(a, "quantiles"), i);

			cr_expect(fabs(value(item, "value") - q[i]) <= value(item, "error"),
				  "%zu rows: %g, not %g", rows, value(item, "value"), q[i]);
			cr_expect((rows == 900) == (value(item, "error") == 0));
		}
		cJSON_Delete(weighted);
		cJSON_Delete(repeated);
	}
}

/* Rows of weight 0 and without a group do not count, in the domain of Box-Cox neither. */
Test(cli_stats, rows_that_do_not_count)
{
	put_text("t.csv", "g,w,x\na,0,-1\na,1,2\na,2,3\na,1,5\n,1,-7\nb,1,inf\nb,0,inf\n");
	cr_assert_eq(run("$B fit --json --method box-cox --by g --weights w --columns x t.csv"), 0,
		     "%s", err());
	cr_expect(strstr(err(), "t.csv: 1 row without a value of \"g\" belongs to no group"));
	cJSON *root = json();
	cr_expect_eq(value(item_of(root, "columns", "x", "a"), "n"), 3);
	cJSON_Delete(root);
	cr_assert_eq(run("$B stats --json --by g --weights w --extended t.csv"), 0);
	root = json();
	cr_expect_eq(value(item_of(root, "columns", "x", "b"), "infinite"), 1);
	cr_expect_eq(value(item_of(root, "columns", "x", "a"), "distinct"), 3);
	cJSON_Delete(root);
	cr_expect_eq(run("$B fit --method box-cox --by g --columns x t.csv"), 1);
	cr_expect(strstr(err(), "\"x\" (line 2: \"-1\")"), "%s", err());
}

Test(cli_stats, fixed_lambdas)
{
	put_text("t.csv", "a=b,c\n1,1\n2,4\n4,9\n9,16\n");
	cr_assert_eq(run("$B fit --json --lambda -0.5 --lambda a=b=0 t.csv -o m.json"), 0, "%s",
		     err());
	cJSON *root = json();
	cr_expect_eq(value(column(root, "a=b"), "lambda"), 0);
	cr_expect_eq(value(column(root, "c"), "lambda"), -0.5);
	cr_expect_eq(cJSON_IsNull(cJSON_GetArrayItem(key(column(root, "c"), "ci95"), 0)), true);
	cJSON_Delete(root);
	cr_assert_eq(run("$B transform -m m.json t.csv | $B stats --json -"), 0);
	root = json();
	cr_expect_float_eq(value(column(root, "c"), "mean"), 0, 1e-12);
	cr_expect_float_eq(value(column(root, "c"), "sd"), 1, 1e-12);
	cJSON_Delete(root);
	cr_assert_eq(run("$B fit --lambda c=0.5 --no-standardize t.csv -o m.json >m.txt && "
			 "$B transform -m m.json t.csv"),
		     0);
	double y;
	cr_assert_eq(sscanf(out(), "a=b,c %*[^,],%lf", &y), 1);
	cr_expect_float_eq(y, expm1(0.5 * log1p(1)) / 0.5, 1e-14, "%.17g", y);
	cr_assert_eq(run("$B fit --lambda 1 t.csv"), 0);
	cr_expect(strstr(out(), "fixed"));
}

/* Arrays have groups and weights as text tables have, the columns by number. */
Test(cli_stats, arrays)
{
	static const char *const types[] = {"f4", "f8"};

	for (size_t i = 0; i < COUNT(types); i++) {
		cr_assert_eq(
		    run("python3 -c '\n"
			"import array, struct\n"
			"x = [(k %% 3, k %% 5, k * k %% 101 / 4) for k in range(9000)]\n"
			"head = b\"{\\x27descr\\x27: \\x27<%s\\x27, \\x27fortran_order\\x27: False,"
			" \\x27shape\\x27: (9000, 3), }\"\n"
			"head += b\" \" * (117 - len(head)) + b\"\\n\"\n"
			"open(\"x.npy\", \"wb\").write(b\"\\x93NUMPY\\1\\0v\\0\" + head +"
			" b\"\".join(struct.pack(\"<3%s\", *row) for row in x))\n"
			"open(\"x.csv\", \"w\").writelines(\"%%d,%%d,%%r\\n\" %% row for row in "
			"x)\n"
			"'; for t in npy csv; do $B stats --json --extended --by 1 --weights 2 x.$t"
			" >$t.s; $B stats --json --by 1 --columns 3 x.$t >$t.p;"
			" $B fit --json --by column_1 --weights 2 x.$t >$t.f; done;"
			" cmp csv.s npy.s && cmp csv.p npy.p && cmp csv.f npy.f && cat csv.s",
			types[i], i ? "d" : "f"),
		    0, "%s", err());
		cJSON *root = json();
		cr_expect_eq(cJSON_GetArraySize(key(root, "columns")), 3);
		cJSON_Delete(root);
	}
}

Test(cli_stats, errors)
{
	static const struct {
		int status;
		const char *command, *message;
	} cases[] = {
	    {2, "stats --quantiles 0.5,2 t.csv",
	     "--quantiles \"0.5,2\": want numbers from 0 to 1 with commas"},
	    {2, "stats --quantiles , t.csv", "--quantiles \",\""},
	    {2, "stats --by z t.csv", "--by: t.csv has no column \"z\""},
	    {2, "stats --weights z t.csv", "--weights: t.csv has no column \"z\""},
	    {2, "stats --by x --weights x t.csv", "--by and --weights name one column, \"x\""},
	    {2, "fit --by g t.csv -o m.json", "fit: --by and -o: a model has one transform"},
	    {2, "fit --weight-type many t.csv", "want frequency or importance"},
	    {2, "fit --lambda one t.csv", "--lambda \"one\": want a finite number, or COLUMN="},
	    {2, "fit --lambda inf t.csv", "--lambda \"inf\": want a finite number"},
	    {2, "fit --lambda z=1 t.csv", "--lambda: t.csv has no column \"z\""},
	    {2, "fit --lambda g=1 t.csv", "--lambda: column \"g\" of t.csv is not fitted"},
	    {2, "fit --lambda x=1 --weights x t.csv", "--lambda: column \"x\" of t.csv is not"},
	    {1, "stats --weights w t.csv",
	     "t.csv:4: column \"w\": \"-1\" is no weight; want 0, or more than 1.49e-08 and at "
	     "most 1.07e+09, beside"},
	    {1, "stats --weights m t.csv", "t.csv:3: column \"m\": \"nan\" is no weight"},
	    {1, "fit --weights g t.csv", "t.csv:2: column \"g\": \"a\" is not a number"},
	    {1, "stats --by e t.csv", "t.csv: column \"e\": all values are missing"},
	    {1, "stats --by g --text x,w,m,e t.csv", "t.csv: no column of numbers is left"},
	    {1, "stats --by column_1 many.csv",
	     "many.csv:1001: column \"column_1\": \"1001\" would be group 1001: --by takes a column"
	     " of 1000 values or fewer"},
	    {1, "stats --weights 1 fortran.npy", "fortran.npy: has one column after the other"},
	};

	put_text("t.csv", "g,x,w,m,e\na,1,50,2,\nb,2,1,,\nb,3,-1,3,NA\n");
	cr_assert_eq(run("seq 1 1002 | awk '{ print $1 \";\" $1 }' >many.csv; printf "
			 "'\\223NUMPY\\1\\0v\\0%%-117s\\n%%032d' \"{'descr': '<f8', "
			 "'fortran_order': True, 'shape': (2, 2), }\" 0 >fortran.npy"),
		     0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		int status = run("$B %s", cases[i].command);

		cr_expect_eq(status, cases[i].status, "case %zu: status %d", i, status);
		cr_expect(failed_with(cases[i].message), "case %zu: %s%s", i, out(), err());
	}
}
