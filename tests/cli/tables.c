/* SPDX-License-Identifier: BSD-3-Clause */
/* tables.c - several tables that are read as one. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "run.h"

TestSuite(cli_tables, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Writes rows `from` to `to` - 1 of one table; `head` stands before them. */
static void put_rows(const char *name, const char *head, int from, int to)
{
	static char table[1 << 20];
	size_t n = (size_t)sprintf(table, "%s", head);

	for (int i = from; i < to; i++)
		n += (size_t)sprintf(table + n, "%d.5,%c,%d\n", i * i % 1009, 'a' + i % 3,
				     i % 7 + 1);
	put(name, table, n);
}

static void put_parts(void)
{
	put_rows("all.csv", "x,g,w\n", 0, 20000);
	put_rows("1.csv", "x,g,w\n", 0, 9000);
	put_rows("2.csv", "x,g,w\n", 9000, 9001);
	put_rows("3.csv", "x,g,w\n", 9001, 9001);
	put_rows("4.csv", "x,g,w\n", 9001, 20000);
}

Test(cli_tables, parts_are_as_the_whole)
{
	static const char *const commands[] = {
	    "fit --json",
	    "fit --json --by g",
	    "fit --json --weights w",
	    "fit --json --method best",
	    "stats --json",
	    "stats --json --extended",
	    "stats --json --by g --weights w",
	    "fit --json --threads 1",
	};

	put_parts();
	for (size_t i = 0; i < COUNT(commands); i++) {
		cr_assert_eq(run("$B %s all.csv > all.json && "
				 "$B %s 1.csv 2.csv 3.csv 4.csv > parts.json",
				 commands[i], commands[i]),
			     0, "%s: %s", commands[i], err());
		cr_expect(same_files("all.json", "parts.json"), "%s", commands[i]);
	}
}

/* The values that a choice by what is held out needs are those of all tables. */
Test(cli_tables, hold_values_out)
{
	put_rows("all.csv", "x,g,w\n", 0, 300);
	put_rows("1.csv", "x,g,w\n", 0, 170);
	put_rows("2.csv", "x,g,w\n", 170, 300);
	cr_assert_eq(run("FIT='fit --json --method best --criterion heldout'; "
			 "$B $FIT all.csv > all.json && $B $FIT 1.csv 2.csv > parts.json"),
		     0, "%s", err());
	cr_expect(same_files("all.json", "parts.json"));
}

/* Which of the tables a number stands in that the method does not take. */
Test(cli_tables, name_the_table_of_a_number)
{
	put_text("1.csv", "x,y\n1,2\n0,3\n");
	put_text("2.csv", "x,y\n-4,5\n2,-3\n");
	run("$B fit --method box-cox 1.csv 2.csv");
	cr_expect(failed_with("1.csv and 1 more: Box-Cox takes numbers above 0 only, and 2 "
			      "columns have others: \"x\" (line 3 of 1.csv: \"0\"), \"y\" (line 3 "
			      "of 2.csv: \"-3\")"),
		  "%s", err());
	run("$B fit --method box-cox 1.csv");
	cr_expect(failed_with("1.csv: Box-Cox takes numbers above 0 only, and 1 column has others: "
			      "\"x\" (line 3: \"0\")"),
		  "%s", err());
}

/* Each part has a form of its own. */
Test(cli_tables, forms_may_differ)
{
	put_parts();
	cr_assert_eq(run("tr , ';' < 2.csv | sed 's/$/\r/' > b.csv && gzip -c 4.csv > d.gz && "
			 "$B fit all.csv -o all.json && "
			 "cat d.gz | $B fit 1.csv b.csv 3.csv - -o parts.json && "
			 "sed -n 1d\\;p 1.csv > a.txt && sed -n 1d\\;p 4.csv > d.txt && "
			 "$B fit --json a.txt d.txt > bare.json"),
		     0, "%s", err());
	cr_expect(same_files("all.json", "parts.json"));
	cr_assert_eq(run("cat bare.json"), 0);
	cJSON *root = json();
	cr_expect_eq(value(column(root, "column_1"), "n"), 19999);
	cJSON_Delete(root);
}

Test(cli_tables, reports)
{
	put_parts();
	cr_assert_eq(run("$B report all.csv -o all.html && "
			 "$B report 1.csv 2.csv 3.csv 4.csv -o parts.html"),
		     0, "%s", err());
	cr_expect(strstr(get("parts.html", NULL), "1.csv and 3 more"));
	cr_assert_eq(run("$B report all.csv -o - | grep -c '<svg'"), 0, "%s", err());
}

Test(cli_tables, errors_name_the_file)
{
	static const struct {
		const char *table, *message;
		int status;
	} cases[] = {
	    {"x,g\n1,a\n", "bad.csv: 2 columns, where 1.csv has 3", 1},
	    {"x,h,w\n1,a,2\n", "bad.csv: column 2 is \"h\", where 1.csv has \"g\"", 1},
	    {"g,x,w\na,1,2\n", "bad.csv: column 1 is \"g\", where 1.csv has \"x\"", 1},
	    {"x,g,w\n1,a,2\nb,a,2\n", "bad.csv:3: column \"x\": \"b\" is not a number", 1},
	    {"x,g,w\nb,a,2\n", "bad.csv:2: column \"x\": \"b\" is not a number", 1},
	    {"x,g,w\n007,a,2\n", "bad.csv:2: column \"x\": \"007\" is a code", 1},
	    {"x,g,w\n1,a\n", "bad.csv:2: 2 fields, where the first record has 3", 1},
	    {"", "bad.csv: is empty", 1},
	};

	put_parts();
	for (size_t i = 0; i < COUNT(cases); i++) {
		put_text("bad.csv", cases[i].table);
		cr_expect_eq(run("$B fit 1.csv bad.csv -o m.json"), cases[i].status);
		cr_expect(failed_with(cases[i].message), "%zu: %s", i, err());
		cr_expect_null(get("m.json", NULL));
	}
	cr_expect_eq(run("$B stats 1.csv missing.csv"), 1);
	cr_expect(failed_with("missing.csv: No such file"), "%s", err());
	cr_expect_eq(run("$B stats 1.csv ''"), 2);
	cr_expect(failed_with("the name of a table is empty"), "%s", err());
	cr_expect_eq(run("$B fit 1.csv -o m.json && $B transform -m m.json 1.csv 2.csv"), 2);
	cr_expect(strstr(err(), "one argument too many: \"2.csv\""), "%s", err());
}

/* The numbers of columns that stats prints, as text: "1 3 ". */
static void expect_columns(const char *options, const char *names)
{
	cr_assert_eq(run("$B stats --json %s t.csv", options), 0, "%s: %s", options, err());
	cJSON *root = json(), *item;
	char got[200] = "";

	cJSON_ArrayForEach(item, cJSON_GetObjectItem(root, "columns"))
	    strcat(strcat(got, cJSON_GetObjectItem(item, "name")->valuestring), " ");
	cJSON_Delete(root);
	cr_expect_str_eq(got, names, "%s: %s", options, got);
}

Test(cli_tables, columns_by_number_and_name)
{
	put_text("t.csv", "x1,x2,y,2-3,\"/z/\"\n1,2,3,4,5\n2,3,4,5,6\n");
	expect_columns("--columns 1-2", "x1 x2 ");
	expect_columns("--columns 5,1-2", "x1 x2 /z/ ");
	expect_columns("--columns /^x/", "x1 x2 ");
	expect_columns("--columns '/^(x1|y)$/'", "x1 y ");
	expect_columns("--exclude 2-4", "x1 /z/ ");
	expect_columns("--columns /[0-9],?/ --exclude x2", "x1 2-3 ");
	/* names come first */
	expect_columns("--columns 2-3", "2-3 ");
	expect_columns("--columns /z/", "/z/ ");
	cr_expect_eq(run("$B stats --columns 3-9 t.csv"), 2);
	cr_expect(failed_with("--columns: \"3-9\": want two numbers of columns from 1 to 5"), "%s",
		  err());
	cr_expect_eq(run("$B stats --columns 3-2 t.csv"), 2);
	cr_expect(failed_with("the lesser first"), "%s", err());
	cr_expect_eq(run("$B stats --columns '/(/' t.csv"), 2);
	cr_expect(failed_with("--columns: \"/(/\": "), "%s", err());
	cr_expect_eq(run("$B stats --columns /q/ t.csv"), 2);
	cr_expect(failed_with("no column of t.csv has a name that matches \"/q/\""), "%s", err());
}

/* What stands above a table, or among its rows. */
Test(cli_tables, lines_that_are_no_rows)
{
	static const struct {
		const char *table, *options, *names;
	} cases[] = {
	    {"sep=;\nx;y\n1;2\n3;4\n", "", "x y "},
	    {"sep=;\r\nx;y\r\n1;2\r\n3;4\r\n", "", "x y "},
	    {"\xef\xbb\xbfsep=|\n\nx|y\n1|2\n3|4\n", "", "x y "},
	    {"sep=,y\n1,2\n3,4\n", "", "sep= y "},
	    {"sep=\"\nx,y\n1,2\n3,4\n", "--skip-lines 1", "x y "},
	    {"sep=;\nx,y\n1,2\n3,4\n", "--delimiter ,", "x y "},
	    {"a report\nof \"May\nx,y\n1,2\n3,4\n", "--skip-lines 2", "x y "},
	    {"1,2\n3,4\n5,6\n", "--skip-lines 1 --no-header", "column_1 column_2 "},
	    {"# made, by; hand\n# x\n\n#\nx,y\n1,2\n#3,4,5\n3,4\n", "--comment '#'", "x y "},
	    {"%h\r\nx,y\r\n%\r\n1,2\r\n3,4\r\n%", "--comment %", "x y "},
	    {"one\n#two\nx,y\n1,2\n\"#3\",4\n", "--skip-lines 1 --comment '#' --na '#3'", "x y "},
	    {"x y\n1 2\n3 4\n", "--delimiter space", "x y "},
	    {"  x\t  y  \n 1    2\n3\t\t4 \n", "--delimiter space", "x y "},
	    {" \" x\"  y\r\n1 2\r\n3 4", "--delimiter ' '", "x y "},
	    {"x,y\nr1,1,2\nr2,3,4\n", "", "x y "},
	    {"\"x\" \"y\"\n\"a b\" 1 2\n\"c\" 3 4\n", "--delimiter space", "x y "},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		put_text("t.csv", cases[i].table);
		expect_columns(cases[i].options, cases[i].names);
		cJSON *root = json();

		cr_expect_eq(
		    value(cJSON_GetArrayItem(cJSON_GetObjectItem(root, "columns"), 1), "n"), 2,
		    "table %zu", i);
		cJSON_Delete(root);
	}
	/* lines are counted as they stand in the file */
	put_text("t.csv", "title\n# c\nx,y\n# d\n1,2\n3,oops\n");
	cr_expect_eq(run("$B fit --numbers y --skip-lines 1 --comment '#' t.csv"), 1);
	cr_expect(failed_with("t.csv:6: column \"y\": \"oops\""), "%s", err());
	cr_expect_eq(run("$B fit --skip-lines 7 t.csv"), 1);
	cr_expect(failed_with("t.csv: has 6 lines, where --skip-lines passes over 7"), "%s", err());
	cr_expect_eq(run("$B fit --skip-lines x t.csv"), 2);
	cr_expect_eq(run("$B fit --comment 1 t.csv"), 2);
	cr_expect(failed_with("--comment \"1\": want one character such as"), "%s", err());
}

/* What R's write.table() makes comes out with a name for each column, and with tabs. */
Test(cli_tables, headers_of_r)
{
	put_text("t.txt", "\"x\" \"y\"\n\"a b\" 1 2\n\"c\" 3 4\n\"d\" 9 5\n");
	cr_assert_eq(run("$B fit --delimiter space --lambda 1 --no-standardize t.txt -o m.json"), 0,
		     "%s", err());
	cr_expect(strstr(err(), "one name less than there are columns"), "%s", err());
	cr_assert_eq(run("$B transform --delimiter space -m m.json t.txt -o z.txt"), 0, "%s",
		     err());
	cr_expect_str_eq(get("z.txt", NULL), "\tx\ty\na b\t1\t2\nc\t3\t4\nd\t9\t5\n");
	/* but a title above a table is none */
	put_text("t.txt", "title\n1,2\n3,4\n");
	cr_expect_eq(run("$B fit t.txt"), 1);
}

/* Blanks at every place where the reader takes up the text again. */
Test(cli_tables, blanks_among_many_rows)
{
	put_parts();
	cr_assert_eq(run("sed 's/,/   \\t /g; s/^/ /; s/$/ /' all.csv > blanks.txt && "
			 "$B fit --json all.csv > a.json && "
			 "$B fit --json --delimiter space blanks.txt > b.json && "
			 "cat blanks.txt | $B fit --json --delimiter space - > c.json"),
		     0, "%s", err());
	cr_expect(same_files("a.json", "b.json"));
	cr_expect(same_files("a.json", "c.json"));
}

/* Comments that look like rows among many rows, which threads parse. */
Test(cli_tables, comments_among_many_rows)
{
	put_parts();
	cr_assert_eq(run("awk -F, '{print $2 \",\" $1 \",\" $3}' all.csv > plain.csv && "
			 "awk '{print} NR %% 4999 == 0 {print \"#,1,2\"}' plain.csv > noted.csv && "
			 "$B fit --json plain.csv > a.json && "
			 "$B fit --json --comment '#' noted.csv > b.json"),
		     0, "%s", err());
	cr_expect(same_files("a.json", "b.json"));
}
