/* SPDX-License-Identifier: BSD-3-Clause */
/* test_cli.c - the program, run as its users run it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"

TestSuite(cli, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

Test(cli, fit_reaches_lambdas_far_outside)
{
	cr_assert_eq(run("$B fit --json $D/breast_cancer.csv"), 0, "%s", err());
	cJSON *root = json(), *c = column(root, "fractal_dimension_error");

	cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(root, "columns")), 30);
	cr_expect_float_eq(value(c, "lambda"), -279.8, 0.05);
	cr_expect_float_eq(value(c, "skewness_before"), 3.9136, 1e-3);
	cr_expect(fabs(value(c, "skewness_after")) < 0.3);
	cr_expect_eq(value(c, "n"), 569);
	cJSON *skipped = cJSON_GetObjectItem(root, "skipped");
	cr_expect_eq(cJSON_GetArraySize(skipped), 1);
	cr_expect_str_eq(cJSON_GetStringValue(cJSON_GetArrayItem(skipped, 0)), "diagnosis");
	cr_expect_str_empty(err(), "with --json all is in the JSON");
	cJSON_Delete(root);
}

/* The keys of an object, in their order. */
static const char *keys(const cJSON *object)
{
	static char text[400];
	cJSON *item;

	*text = 0;
	cJSON_ArrayForEach(item, object) strcat(strcat(text, item->string), " ");
	return text;
}

Test(cli, json_has_the_promised_keys)
{
	cr_assert_eq(run("$B fit --json $D/penguins.csv"), 0, "%s", err());
	cJSON *root = json();
	cr_expect_str_eq(keys(root), "bellshape columns skipped ");
	cr_expect_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(root, "bellshape")), "0.1.0");
	cr_expect_str_eq(keys(column(root, "year")),
			 "name n missing status lambda ci95 log_likelihood lr_vs_identity mean sd "
			 "skewness_before skewness_after kurtosis_before kurtosis_after notes ");
	cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(column(root, "year"), "ci95")), 2);
	cJSON_Delete(root);

	cr_assert_eq(run("$B stats --json $D/penguins.csv"), 0, "%s", err());
	root = json();
	cr_expect_str_eq(keys(root), "bellshape columns skipped ");
	cr_expect_str_eq(keys(column(root, "year")),
			 "name n missing infinite mean sd skewness kurtosis min max ");
	cJSON *mass = column(root, "body_mass_g");
	cr_expect_eq(value(mass, "n"), 342);
	cr_expect_eq(value(mass, "missing"), 2);
	cr_expect_eq(value(mass, "min"), 2700);
	cr_expect_eq(value(mass, "max"), 6300);
	cr_expect_float_eq(value(mass, "mean"), 4201.754385964912, 1e-9);
	cr_expect_float_eq(value(mass, "sd"), 800.7812292384522, 1e-9);
	cJSON_Delete(root);
}

Test(cli, degenerate_columns_have_a_status_and_null)
{
	static const struct {
		const char *name, *status;
	} cases[] = {{"constant", "constant"},
		     {"empty", "empty"},
		     {"one", "one_value"},
		     {"inf", "infinite"},
		     {"fine", "ok"}};

	put_text("t.csv", "constant,empty,one,inf,fine\n2,,,1,1\n2,NA,7,-inf,5\n2,,?,3,2\n");
	cr_assert_eq(run("$B fit --json t.csv -o m.json"), 0, "%s", err());
	cJSON *root = json();
	for (size_t i = 0; i < COUNT(cases); i++) {
		cJSON *c = column(root, cases[i].name);
		const char *status = cJSON_GetStringValue(cJSON_GetObjectItem(c, "status"));
		bool ok = !strcmp(cases[i].status, "ok");

		cr_expect_str_eq(status, cases[i].status, "%s: %s", cases[i].name, status);
		cr_expect_eq(isnan(value(c, "log_likelihood")), !ok, "%s", cases[i].name);
		cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(c, "notes")) > 0, true);
	}
	cJSON_Delete(root);
	cr_assert_eq(run("$B fit t.csv"), 0);
	cr_expect(strstr(out(), "1 infinite value"));
	cr_assert_eq(run("$B transform -m m.json t.csv | $B inverse -m m.json -"), 0, "%s", err());
	put_text("back.csv", out());
	cr_expect(same_tables("t.csv", "back.csv", 1e-12));
}

Test(cli, fit_transform_inverse_return_the_table)
{
	static const struct {
		const char *name, *outside;
	} tables[] = {
	    {"breast_cancer", "error"},
	    {"penguins", "error"},
	    /* Ones so rare among zeros that their transform rounds to the end of the image. */
	    {"randhie", "clip"}};

	for (size_t i = 0; i < COUNT(tables); i++) {
		char path[300];

		snprintf(path, sizeof path, "%s/%s.csv", getenv("D"), tables[i].name);
		cr_assert_eq(run("$B fit %s -o m.json && $B transform -m m.json %s -o z.csv &&"
				 "$B inverse --outside %s -m m.json z.csv -o back.csv",
				 path, path, tables[i].outside),
			     0, "%s", err());
		cr_expect(same_tables(path, "back.csv", 1e-12));
		cr_expect_not(same_files(path, "z.csv"));
		cr_assert_eq(run("$B stats --json z.csv"), 0);
		cJSON *root = json(), *c;
		cJSON_ArrayForEach(c, cJSON_GetObjectItem(root, "columns"))
		{
			cr_expect_float_eq(value(c, "mean"), 0, 1e-9);
			cr_expect_float_eq(value(c, "sd"), 1, 1e-9);
		}
		cJSON_Delete(root);
	}
}

Test(cli, plain_transform_is_yeo_johnson)
{
	put_text("t.csv", "x\n0.5\n1\n2\n4\n9\n-0.5\n");
	cr_assert_eq(run("$B fit --no-standardize --bounds 0.25,0.75 t.csv -o m.json --json"), 0);
	cJSON *root = json();
	double lambda = value(column(root, "x"), "lambda"), y;
	cJSON_Delete(root);
	cr_expect(lambda >= 0.25 && lambda <= 0.75);
	cr_assert_eq(run("$B transform -m m.json t.csv"), 0);
	cr_assert_eq(sscanf(out(), "x %*g %*g %lg", &y), 1);
	cr_expect_float_eq(y, expm1(lambda * log1p(2)) / lambda, 1e-13);
}

/* With no column to change, a table comes out as it went in. */
Test(cli, form_of_the_file_is_kept)
{
	static const struct {
		const char *numbers, *table;
	} cases[] = {
	    {"a", "a,b\n1,x\n2,y\n5,\n"},
	    {"a", "a;b\r\n1;x\r\n2;\"y;z\"\r\n5;\" lead\"\r\n"},
	    {"a", "\xef\xbb\xbf"
		  "a\tb\n1\t\"two\nlines\"\n2\t\"cr\r\nlf\"\n5\t\"say \"\"hi\"\"\"\n"},
	    {"a", "a|b\nNA|5\xe2\x82\xac\n2|\xff\xfe\n?|null\n7|\"  \"\n"},
	    {"a,c", "b,a,c\nx,1,01.50\ny,2,+3\nz,5,1e5\n"},
	    {"1", "\"a,\"\"1\",\" b \"\n1,\n2,\n"},
	    {"1,2", "1,2\n3,4\n5,7\n"},
	    {"a", "a\n1\n\"\"\n3\n"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		put_text("t.csv", cases[i].table);
		cr_assert_eq(run("$B fit --columns %s t.csv -o m.json &&"
				 "$B transform -m m.json t.csv --text %s -o same.csv",
				 cases[i].numbers, cases[i].numbers),
			     0, "%zu: %s", i, err());
		cr_expect(same_files("t.csv", "same.csv"), "table %zu", i);
	}
}

/* Where a column does change, the cells around it do not. */
Test(cli, other_cells_are_kept)
{
	static const struct {
		const char *table, *options, *left, *right; /* of the cells that change */
	} cases[] = {
	    {"b,a,c\r\nx,1,01.50\r\ny,NA,+3\r\nz,5,1e5\r\n", "--columns a", "b,a,c\r\nx,",
	     ",1e5\r\n"},
	    {"1,2\n3,4\n5,7", "", "-", "\n"},
	    {"a|t\n1|5\" pipe\nN/A|\xff\n4| x\n", "", "a|t\n-", "|\" x\"\n"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t n, left = strlen(cases[i].left), right = strlen(cases[i].right);

		put_text("t.csv", cases[i].table);
		cr_assert_eq(
		    run("$B fit %s t.csv -o m.json && $B transform -m m.json t.csv -o z.csv",
			cases[i].options),
		    0, "%zu: %s", i, err());
		char *z = get("z.csv", &n);
		cr_expect(n > left + right, "%zu: %s", i, z);
		cr_expect_eq(strncmp(z, cases[i].left, left), 0, "%zu: %s", i, z);
		cr_expect_str_eq(z + n - right, cases[i].right, "%zu: %s", i, z);
	}
	cr_expect(strstr(get("z.csv", NULL), "|\"5\"\" pipe\"\nN/A|\xff\n"));
}

/* What is sniffed: the names of the columns of numbers, as stats reports them. */
Test(cli, sniffs_delimiter_and_header)
{
	static const struct {
		const char *table, *options, *names, *rows;
	} cases[] = {
	    {"a,b\n1,2\n3,4\n", "", "a b ", "2"},
	    {"a;b\n1;2\n3;4\n", "", "a b ", "2"},
	    {"a\tb\n1\t2\n3\t4\n", "", "a b ", "2"},
	    {"a|b\n1|2\n3|4\n", "", "a b ", "2"},
	    {"a b\n1\n3\n", "", "a b ", "2"},
	    {"\"a,1\";b\n1;2\n3;4\n", "", "a,1 b ", "2"},
	    {"1,2\n3,4\n", "", "column_1 column_2 ", "2"},
	    {"1,2\n3,4\n", "--header", "1 2 ", "1"},
	    {"?,2\n3,?\n", "", "column_1 column_2 ", "1"},
	    {"x,2\n3,x\n", "--no-header --na x", "column_1 column_2 ", "1"},
	    {",x\n1,2\n", "", "column_1 x ", "1"},
	    {"x,x,x_2\n1,2,3\n", "", "x x_2 x_2_3 ", "1"},
	    {" x , y\n1,2\n", "", "x y ", "1"},
	    {"x,t\n1,u\n3,v\n", "", "x ", "2"},
	    {"id,2001,2002\n1,2,3\n2,5,6\n", "", "id 2001 2002 ", "2"},
	    {"1:2\n3:4\n", "--delimiter :", "column_1 column_2 ", "2"},
	    {"1\t2\n3\t4\n", "--delimiter tab", "column_1 column_2 ", "2"},
	    {"1\t2\n3\t4\n", "--delimiter '\\t'", "column_1 column_2 ", "2"},
	    {"\n\r\n\na,b\r1,2\r\r3,4", "", "a b ", "2"},
	    {"a,b,c\n1,2,3\n", "--columns c,1", "a c ", "1"},
	    {"a,b,c\n1,2,3\n", "--columns b --columns c", "b c ", "1"},
	    {"a,b,c\n1,2,3\n", "--text a,3", "b ", "1"},
	    {"\"a,b\",c\n1,2\n", "--columns a,b", "a,b ", "1"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char names[100] = "";
		cJSON *c;

		put_text("t.csv", cases[i].table);
		cr_assert_eq(run("$B stats --json %s t.csv", cases[i].options), 0, "case %zu: %s",
			     i, err());
		cJSON *root = json();
		cJSON_ArrayForEach(c, cJSON_GetObjectItem(root, "columns"))
		{
			const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(c, "name"));

			strcat(strcat(names, name), " ");
			cr_expect_eq(value(c, "n"), atoi(cases[i].rows), "case %zu, %s", i, name);
		}
		cr_expect_str_eq(names, cases[i].names, "case %zu: %s", i, names);
		cJSON_Delete(root);
	}
}

Test(cli, missing_tokens)
{
	put_text("t.csv", "x,y\n1,1\n,2\nNA,3\nNaN,4\nnan,5\nnull,6\nNULL,7\n?,8\nN/A,9\n NA ,10\n"
			  "-9,11\nnone,12\n+2,13\n .5e1 ,14\n");
	cr_assert_eq(run("$B stats --json --na -9 --na none --columns x t.csv"), 0, "%s", err());
	cJSON *root = json(), *x = column(root, "x");
	cr_expect_eq(value(x, "n"), 3);
	cr_expect_eq(value(x, "missing"), 11);
	cr_expect_eq(value(x, "max"), 5);
	cJSON_Delete(root);
}

Test(cli, numbers_beyond_a_double)
{
	put_text("t.csv", "x\n1e999\n-1e999\n1e-999\n4.9e-324\n1.7976931348623157e308\n+Inf\n");
	cr_assert_eq(run("$B stats --json t.csv"), 0, "%s", err());
	cJSON *root = json(), *x = column(root, "x");
	cr_expect_eq(value(x, "infinite"), 3);
	cr_expect_eq(value(x, "n"), 3);
	cr_expect_eq(value(x, "min"), 0);
	cr_expect_eq(value(x, "max"), 1.7976931348623157e308);
	cJSON_Delete(root);
}

Test(cli, bad_tables_are_named_exactly)
{
	static const struct {
		const char *table, *command, *message;
	} cases[] = {
	    {"a,b\n1,2\n3,4\n5\n", "fit", "t.csv:4: 1 field, where the first record has 2"},
	    {"a,b\n1,2\n\"x\ny\",4\n5,6,7\n", "fit",
	     "t.csv:5: 3 fields, where the first record has 2"},
	    {"a,b\n1,2\n3,\"4\n5,6\n", "fit",
	     "t.csv:3: the quote that opens in this record is never closed"},
	    {"a,b\n1,2\n3,\"4\"x\n", "fit",
	     "t.csv:3: text behind the closing quote of field 2: \"x\""},
	    {"a,b\n1,2\n3,oops\n", "fit --columns b",
	     "t.csv:3: column \"b\": \"oops\" is not a number; --na \"oops\" makes it a missing "
	     "value, "
	     "--text \"b\" sets"},
	    {"a;b\n1;1,5\n3;2,5\n", "fit --columns b",
	     "\"1,5\" is not a number (decimals are written with a point)"},
	    {"a\n1\n+-2\n", "fit --columns a", "t.csv:3: column \"a\": \"+-2\" is not a number"},
	    {"a\n1\n0x2\n", "fit --columns a", "\"0x2\" is not a number"},
	    {"a\n1\n1 2\n", "fit --columns a", "\"1 2\" is not a number"},
	    {"a;b\n1,5;x\n", "fit",
	     "t.csv:2: no column of numbers: column \"a\" has \"1,5\" (decimals are "
	     "written with a point) here"},
	    {"a\nx\ny\n", "stats", "t.csv:2: no column of numbers: column \"a\" has \"x\" here"},
	    {"a,b\n1,2\n", "fit --text a,b", "t.csv: no column of numbers is left"},
	    {"", "fit", "t.csv: is empty"},
	    {"\n\r\n\n", "fit", "t.csv: no rows"},
	    {"a,b\n", "stats", "t.csv: no rows"},
	    {"\xff\xfe"
	     "a",
	     "fit", "t.csv: is UTF-16"},
	    {"PK\3\4xxxx", "fit", "t.csv: is a zip file"},
	    {"\x1f\x8b\x08xxxx", "fit", "t.csv: is compressed"},
	    {"a,b\n1,\"\x01\x1b[31m\"\n", "fit --columns b", "\"\\x01\\x1b[31m\" is not a number"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		put_text("t.csv", cases[i].table);
		int status = run("$B %s t.csv -o m.json", cases[i].command);
		if (!strncmp(cases[i].command, "stats", 5)) /* it has no -o */
			status = run("$B %s t.csv", cases[i].command);
		cr_expect_eq(status, 1, "case %zu: status %d", i, status);
		cr_expect(failed_with(cases[i].message), "case %zu: %s%s", i, out(), err());
		cr_expect_eq(files(), 1, "case %zu: a file is left", i);
	}
	put("t.csv", "a,\0b\n1,2\n", 9);
	cr_expect_eq(run("$B fit t.csv"), 1);
	cr_expect(failed_with("t.csv:1: a NUL byte in the name of column 2: \"\\x00b\""), "%s",
		  err());
	cr_expect_eq(run("$B fit nowhere.csv"), 1);
	cr_expect(failed_with("nowhere.csv: No such file"));
	cr_expect_eq(run("$B fit ."), 1);
	cr_expect(failed_with(".: is a directory"));
}

/* More rows than a block has, with text on the left of the numbers. */
Test(cli, columns_stay_apart)
{
	cr_assert_eq(
	    run("{ echo t,a,u,b; yes 'x,1,y,3' | head -n 20000; yes 'x,2,y,5' | head -n 20000; } "
		">t.csv && $B stats --json t.csv"),
	    0, "%s", err());
	cJSON *root = json();
	cr_expect_eq(value(column(root, "a"), "mean"), 1.5);
	cr_expect_eq(value(column(root, "b"), "mean"), 4);
	cr_expect_eq(value(column(root, "b"), "n"), 40000);
	cJSON_Delete(root);
	cr_assert_eq(run("$B fit t.csv -o m.json && $B transform -m m.json t.csv -o z.csv &&"
			 "$B inverse -m m.json z.csv -o back.csv"),
		     0, "%s", err());
	cr_expect(same_tables("t.csv", "back.csv", 1e-12));
}

/* Text far below the first block, in columns of numbers and of nothing. */
Test(cli, text_that_turns_up_late)
{
	cr_assert_eq(run("{ echo n,e; yes 1.5, | head -n 20000; echo 2,; echo late,; } >t.csv"), 0);
	cr_expect_eq(run("$B fit t.csv"), 1);
	cr_expect(
	    failed_with("t.csv:20003: column \"n\": \"late\" is not a number; --na \"late\""));
	cr_expect_eq(run("$B fit --na late t.csv"), 0, "%s", err());
	cr_expect_eq(run("$B fit --text n t.csv"), 0, "%s", err());
	cr_assert_eq(run("{ echo n,e; yes 1.5, | head -n 20000; echo 2,late; } >t.csv"), 0);
	cr_expect_eq(run("$B stats t.csv"), 1);
	cr_expect(failed_with("t.csv:20002: column \"e\": \"late\" is not a number"));
}

Test(cli, usage_errors)
{
	static const struct {
		const char *command, *message;
	} cases[] = {
	    {"", "which command?"},
	    {"fitt t.csv", "no command \"fitt\""},
	    {"fit", "fit: which table?"},
	    {"fit t.csv u.csv", "fit: one argument too many: \"u.csv\""},
	    {"fit --frob t.csv", "fit: no option \"--frob\""},
	    {"fit -x t.csv", "fit: no option \"-x\""},
	    {"fit --outside nan t.csv", "fit: no option \"--outside\""},
	    {"fit t.csv -o", "fit: \"-o\" needs a value"},
	    {"fit t.csv --threads 4x", "--threads \"4x\": want a number from 0 to 1024"},
	    {"fit t.csv --threads 1025", "--threads \"1025\""},
	    {"fit t.csv --bounds 2,1", "--bounds \"2,1\": want two numbers"},
	    {"fit t.csv --bounds 2", "--bounds \"2\": want two numbers"},
	    {"fit t.csv --bounds nan,2", "--bounds \"nan,2\""},
	    {"fit t.csv --delimiter ab", "--delimiter \"ab\""},
	    {"fit t.csv --delimiter 1", "--delimiter \"1\""},
	    {"fit t.csv --columns lenght", "t.csv has no column \"lenght\"; is it \"length\"?"},
	    {"fit t.csv --columns 3",
	     "t.csv has no column \"3\"; its 2 columns: \"length\", \"b\""},
	    {"fit $D/penguins.csv --columns nothing_like_it",
	     "has no column \"nothing_like_it\"; its 8 columns: \"species\", \"island\", "},
	    {"fit t.csv --text q", "--text: t.csv has no column \"q\""},
	    {"transform t.csv", "transform: which model?"},
	    {"inverse -m m.json t.csv --outside maybe",
	     "--outside \"maybe\": want nan, clip or error"},
	    {"transform -m - -", "only one of model and table"},
	    {"transform -m m.json --columns b t.csv", "the model m.json has no column \"b\""},
	    {"version 1", "one argument too many"},
	};

	put_text("t.csv", "length,b\n1,2\n3,4\n9,1\n");
	cr_assert_eq(run("$B fit t.csv --columns length -o m.json"), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		int status = run("$B %s", cases[i].command);

		cr_expect_eq(status, 2, "case %zu: status %d", i, status);
		cr_expect(failed_with(cases[i].message), "case %zu: %s%s", i, out(), err());
	}
	cr_expect_eq(run("BELLSHAPE_BACKEND=abacus $B fit t.csv"), 2);
	cr_expect(failed_with("BELLSHAPE_BACKEND=abacus: no such backend here; there are: "));
}

Test(cli, version_and_help)
{
	static const char *const commands[] = {"fit",   "transform", "inverse",
					       "stats", "sample",    "version"};

	cr_assert_eq(run("$B version"), 0);
	cr_expect_eq(strncmp(out(), "bellshape 0.1.0\nbackend ", 24), 0, "%s", out());
	cr_expect(strstr(out(), "\nSLEEF 3."));
	cr_assert_eq(run("$B --help"), 0);
	cr_expect_eq(strncmp(out(), "Example:\n  bellshape fit", 24), 0);
	for (size_t i = 0; i < COUNT(commands); i++) {
		cr_assert_eq(run("$B %s -h", commands[i]), 0);
		cr_expect_eq(strncmp(out(), "Example:\n  ", 11), 0, "%s", commands[i]);
		cr_expect(strstr(out(), commands[i]) && !*err());
	}
}
