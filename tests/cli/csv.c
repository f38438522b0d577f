/* SPDX-License-Identifier: BSD-3-Clause */
/* csv.c - the program on text tables of every form. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

TestSuite(cli_csv, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* With no column to change, a table comes out as it went in. */
Test(cli_csv, form_of_the_file_is_kept)
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
Test(cli_csv, other_cells_are_kept)
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
Test(cli_csv, sniffs_delimiter_and_header)
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

Test(cli_csv, missing_tokens)
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

Test(cli_csv, numbers_beyond_a_double)
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

/* A number may be long, and its exponent may undo its length or its shortness. */
Test(cli_csv, long_numbers)
{
	static const char zeros[] = "$(printf '%0400d' 0)", huge[] = "99999999999999999999999";

	for (int comma = 0; comma < 2; comma++) {
		char point = comma ? ',' : '.';

		cr_assert_eq(
		    run("z=%s; for x in 1$z 1${z}e-50 -1$z 1e%s 0%c${z}1e%s; do echo $x; done >t;"
			"for x in 0%c${z}1 0%c${z}1e50 1e-%s -1$z%c5e-%s 0e%s 0%c0e500; do echo "
			"$x; "
			"done >u; for x in 1${z}e-400 0%c${z}1e401 ${z}1%c0$z; do echo $x; done >v",
			zeros, huge, point, huge, point, point, huge, point, huge, huge, point,
			point, point),
		    0);
		const char *options = comma ? "--decimal , --no-header" : "--no-header";
		cr_assert_eq(run("$B stats --json %s t", options), 0, "%s", err());
		cJSON *root = json();
		cr_expect_eq(value(column(root, "column_1"), "infinite"), 5, "%s", out());
		cJSON_Delete(root);
		cr_assert_eq(run("$B stats --json %s --numbers 1 u", options), 0, "%s", err());
		root = json();
		cr_expect_eq(value(column(root, "column_1"), "n"), 6, "%s", out());
		cr_expect_eq(value(column(root, "column_1"), "min"), 0, "%s", out());
		cr_expect_eq(value(column(root, "column_1"), "max"), 0, "%s", out());
		cJSON_Delete(root);
		cr_assert_eq(run("$B stats --json %s --numbers 1 v", options), 0, "%s", err());
		root = json();
		cr_expect_eq(value(column(root, "column_1"), "min"), 1, "%s", out());
		cr_expect_eq(value(column(root, "column_1"), "max"), 1, "%s", out());
		cJSON_Delete(root);
	}
}

Test(cli_csv, bad_tables_are_named_exactly)
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
	     "\"1,5\" is not a number (--decimal , reads decimal commas)"},
	    {"a\n1\n+-2\n", "fit --columns a", "t.csv:3: column \"a\": \"+-2\" is not a number"},
	    {"a\n1\n0x2\n", "fit --columns a", "\"0x2\" is not a number"},
	    {"a\n1\n1 2\n", "fit --columns a", "\"1 2\" is not a number"},
	    {"a;b\n1,5;x\n", "fit",
	     "t.csv: no column of numbers, but text: \"a\" (line 2: \"1,5\"; --decimal , reads"},
	    {"a\nx\ny\n", "stats", "t.csv: no column of numbers, but text: \"a\" (line 2: \"x\")"},
	    {"a,b\n1,2\n", "fit --text a,b", "t.csv: no column of numbers is left"},
	    {"", "fit", "t.csv: is empty"},
	    {"\n\r\n\n", "fit", "t.csv: no rows"},
	    {"a,b\n", "stats", "t.csv: no rows"},
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
Test(cli_csv, columns_stay_apart)
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
Test(cli_csv, text_that_turns_up_late)
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

/* A limit that is met while the first record is read. */
Test(cli_csv, too_many_columns)
{
	cr_expect_eq(
	    run("head -c 1048577 /dev/zero | tr '\\0' , | $B stats --header --delimiter , -"), 1);
	cr_expect(failed_with("standard input: more than 1048576 columns"), "%s", err());
}

/*
 * A name that is not UTF-8 keeps its bytes, and JSON is UTF-8 even so.  U+FFFD stands for as many
 * bytes as it does in bytes.decode("utf-8", "replace") of Python.
 */
Test(cli_csv, names_that_are_not_utf8)
{
	static const struct {
		const char *name, *text, *bytes; /* NULL: the name is UTF-8 */
	} names[] = {
	    {"pr\xe9"
	     "cision",
	     "pr\ufffdcision", "7072e9636973696f6e"},
	    {"b\xe2\x82", "b\ufffd", "62e282"},
	    {"c\xe2\x28\xa1", "c\ufffd(\ufffd", "63e228a1"},
	    {"d\xf0\x80\x80\xf4\x90", "d\ufffd\ufffd\ufffd\ufffd\ufffd", "64f08080f490"},
	    {"e\xed\xa0\x80", "e\ufffd\ufffd\ufffd", "65eda080"},
	    {"f\xc0\xaf\xff", "f\ufffd\ufffd\ufffd", "66c0afff"},
	    {"g\xc3\xa9\xf0\x9f\x94\x94\xed\x9f\xbf", "g\xc3\xa9\xf0\x9f\x94\x94\xed\x9f\xbf",
	     NULL},
	};
	char table[400] = "";

	for (size_t i = 0; i < COUNT(names); i++)
		strcat(strcat(table, names[i].name), i + 1 < COUNT(names) ? "," : "\n");
	put_text("t.csv", strcat(table, "1,2,3,4,5,6,7\n2,3,4,5,6,7,9\n5,9,6,6,8,9,8\n"));
	for (int fit = 0; fit < 2; fit++) {
		size_t i = 0;
		cJSON *c;

		cr_assert_eq(run("$B %s --json t.csv", fit ? "fit" : "stats"), 0, "%s", err());
		cJSON *root = json();
		cJSON_ArrayForEach(c, cJSON_GetObjectItem(root, "columns"))
		{
			const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(c, "name"));
			const char *bytes =
			    cJSON_GetStringValue(cJSON_GetObjectItem(c, "name_bytes"));

			cr_expect_str_eq(text, names[i].text, "%s", text);
			cr_expect(bytes ? names[i].bytes && !strcmp(bytes, names[i].bytes)
					: !names[i].bytes,
				  "%s: %s", text, bytes);
			i++;
		}
		cr_expect_eq(i, COUNT(names));
		cJSON_Delete(root);
	}
	cr_assert_eq(run("$B fit t.csv -o m.json && $B transform -m m.json t.csv -o z.csv &&"
			 "$B inverse -m m.json z.csv -o back.csv && head -n 1 t.csv >a &&"
			 "head -n 1 z.csv | cmp - a"),
		     0, "%s", err());
	cr_expect(same_tables("t.csv", "back.csv", 1e-12));
}
