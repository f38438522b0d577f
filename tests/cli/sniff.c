/* SPDX-License-Identifier: BSD-3-Clause */
/* sniff.c - what the program takes a text table for, and what it says of its guesses. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "run.h"

TestSuite(cli_sniff, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define NAMES_GUESSED  "the first line is taken for names; --no-header takes it for values"
#define VALUES_GUESSED "the first line is taken for values; --header takes it for names"
#define RIVAL(one, other)                                                              \
	"the " one " is taken for the delimiter, though " other " parts the lines as " \
	"well; --delimiter decides it"
#define TEXT(column, line, text)                                                           \
	"taken for text: \"" column "\" (line " line ": \"" text "\"; --numbers \"" column \
	"\" makes it a number)"
#define DECIMALS "these look like decimal commas; --decimal , reads them as such"

/* The columns of numbers of a table, as stats reports them, and what is noted ("": nothing). */
struct sniffed {
	const char *table, *options, *names;
	int rows; /* values of each column */
	const char *note;
};

static void check_all(const struct sniffed *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char names[200] = "";
		cJSON *c;

		put_text("t.csv", cases[i].table);
		cr_assert_eq(run("$B stats --json %s t.csv", cases[i].options), 0, "case %zu: %s",
			     i, err());
		cJSON *root = json();
		cJSON_ArrayForEach(c, cJSON_GetObjectItem(root, "columns"))
		{
			const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(c, "name"));

			strcat(strcat(names, name), " ");
			cr_expect_eq(value(c, "n"), cases[i].rows, "case %zu, %s", i, name);
		}
		cr_expect_str_eq(names, cases[i].names, "case %zu: %s", i, names);
		cJSON_Delete(root);
		if (*cases[i].note)
			cr_expect(strstr(err(), cases[i].note), "case %zu: %s", i, err());
		else
			cr_expect_str_empty(err(), "case %zu: %s", i, err());
	}
}

Test(cli_sniff, names_that_are_numbers)
{
	static const struct sniffed cases[] = {
	    {"region,2023,2024,2025\nEMEA,10,20,30\nAPAC,7,9,4\n", "", "2023 2024 2025 ", 2,
	     NAMES_GUESSED},
	    {"region,2023,2024,2025\nEMEA,10,20,30\n", "", "2023 2024 2025 ", 1, NAMES_GUESSED},
	    {"region,2023,2024,2025\nEMEA,10,11,12\n", "", "2023 2024 2025 ", 1, NAMES_GUESSED},
	    {"Category,1,2,3,4\nA,5,6,9,8\nB,4,1,7,2\n", "", "1 2 3 4 ", 2, NAMES_GUESSED},
	    {",0,1,2\n0,1.5,2.5,7\n1,3,9,8\n", "", "column_1 0 1 2 ", 2, NAMES_GUESSED},
	    {",0\n0,1.5\n1,2.5\n", "", "column_1 0 ", 2, NAMES_GUESSED},
	    {",0,1\na,1.5,7\nb,2.5,8\n", "", "0 1 ", 2, NAMES_GUESSED},
	    {"0,1,2\n0.5,0.75,3.5\n1.5,9.5,0.25\n", "", "0 1 2 ", 2, NAMES_GUESSED},
	    {"2021,2022,2023\n10,20,35\n14,25,31\n", "", "2021 2022 2023 ", 2, NAMES_GUESSED},
	    {"geo\\TIME_PERIOD\t2012 \t2011 \t2010 \nAT\t1.5 \t: \t3 b\nBE\t7 \t8 \t9 \n", "",
	     "2012 ", 2, NAMES_GUESSED},
	    {"country,1960,1970,1980\nFR,3.5,4,9\nES,1,7,2\n", "", "1960 1970 1980 ", 2,
	     NAMES_GUESSED},
	    {"country,2023\nFR,67.8\nES,47.4\n", "", "2023 ", 2, NAMES_GUESSED},
	    {"dose,\"1\",\"5\",\"25\"\na,1,3,8\nb,2,9,4\n", "", "1 5 25 ", 2, NAMES_GUESSED},
	    {"plate,1000,5000\na,1.5,3\nb,2,2.5\n", "", "1000 5000 ", 2, NAMES_GUESSED},
	    {"id,2001,2002\n1,2,3\n2,5,6\n", "", "id 2001 2002 ", 2, NAMES_GUESSED},
	    {"\xef\xbb\xbfregion;2023;2024\r\nEMEA;10;20\r\nAPAC;7;9\r\n", "", "2023 2024 ", 2,
	     NAMES_GUESSED},
	    {"\n\r\n\"region\"\t\"2023\"\t\"2024\"\n\"EMEA\"\t10\t20\n", "", "2023 2024 ", 1,
	     NAMES_GUESSED},
	    {"\"1995\"\n3\n4\n5\n", "", "1995 ", 3, NAMES_GUESSED},
	    {"region,2023,2024,2025\nEMEA,10,20,30\n", "--no-header", "column_2 column_3 column_4 ",
	     2, ""},
	};

	check_all(cases, COUNT(cases));
}

Test(cli_sniff, values_that_are_no_names)
{
	static const struct sniffed cases[] = {
	    {"2/28/2008,1:00:00,NaN\n2/28/2008,2:00:00,5.5\n2/29/2008,1:00:00,7\n", "", "column_3 ",
	     2, VALUES_GUESSED},
	    {"2/28/2008,1:00:00,\n2/28/2008,2:00:00,5.5\n2/29/2008,1:00:00,7\n", "", "column_3 ", 2,
	     VALUES_GUESSED},
	    {"2008-02-28,NA\n2008-02-29,3\n2008-03-01,4\n", "", "column_2 ", 2, VALUES_GUESSED},
	    {"Adelie,NA,\nAdelie,3.5,2\nGentoo,4,1\n", "", "column_2 column_3 ", 2, VALUES_GUESSED},
	    {"foo,?\nbar,3.5\nbaz,4\n", "", "column_2 ", 2, VALUES_GUESSED},
	    {"M,0.455,0.365\nM,0.35,0.265\nF,0.53,0.42\n", "", "column_2 column_3 ", 3, ""},
	    {"M,1,2,3\nM,4,5,9\nF,7,9,1\n", "", "column_2 column_3 column_4 ", 3, VALUES_GUESSED},
	    {"x;1;2;3\na;4;5;6\nb;7;8;9\n", "", "column_2 column_3 column_4 ", 3, VALUES_GUESSED},
	    {"x\t1\t2\t3\nx\t4\t5\t6\n", "", "column_2 column_3 column_4 ", 2, ""},
	    {"\n\n2/28/2008\t1:00:00\tNaN\r\n2/28/2008\t2:00:00\t5.5\r\n", "", "column_3 ", 1,
	     VALUES_GUESSED},
	    {"\xef\xbb\xbf\"2008-02-28\";\"\"\n\"2008-02-29\";5.5\n", "", "column_2 ", 1,
	     VALUES_GUESSED},
	    {"1,2,3\n4,5,6\n7,8,9\n", "", "column_1 column_2 column_3 ", 3, ""},
	    {"12:00:00,5,2\n12:00:05,7,3\n", "", "column_2 column_3 ", 2, ""},
	    {"NA\n1\n2\n", "", "column_1 ", 2, VALUES_GUESSED},
	    {"1995\n3\n4\n5\n", "", "column_1 ", 4, VALUES_GUESSED},
	    {"5.1,NA,Iris\n4.9,3,Iris\n4.7,3.2,Other\n", "--columns 1", "column_1 ", 3, ""},
	};

	check_all(cases, COUNT(cases));
}

/* Capitals count in the texts of missing values: a column may be named after sodium. */
Test(cli_sniff, names_like_missing_values)
{
	static const struct sniffed cases[] = {
	    {"Na\n1\n2\n", "", "Na ", 2, ""},     {"Na,K\n1,2\n3,4\n", "", "Na K ", 2, ""},
	    {"Nan\n1\n2\n", "", "Nan ", 2, ""},   {"na\n1\n2\n", "", "na ", 2, ""},
	    {"nONE\n1\n2\n", "", "nONE ", 2, ""}, {"Null,x\n1,2\n2,3\n", "", "Null x ", 2, ""},
	};

	check_all(cases, COUNT(cases));
}

Test(cli_sniff, delimiters)
{
	static const struct sniffed cases[] = {
	    {"1, 5;\n2, 7;\n", "", "column_1 ", 2, ""},
	    {"1,\"red;blue\",3\n2,\"red;green\",5\n", "", "column_1 column_3 ", 2, ""},
	    {"1;\"a,b\";3\n2;\"c,d\";5\n", "", "column_1 column_3 ", 2, ""},
	    {"a,b\n1,x|y\n2,z|w\n", "", "a ", 2, ""},
	    {"a,b|c\n1,x|y\n2,z|w\n3,t\n", "", "a ", 3, ""},
	    {"t,\"p\tq\",n\n1,\"x\ty\",2\n4,\"z\tw\",3\n", "", "t n ", 2, ""},
	    {"n;t\n1,5;a, b\n2,5;c, d\n", "--decimal ,", "n ", 2, ""},
	    {"n;m\n1.5;2\n2.5;4\n", "", "n m ", 2, ""},
	    {"\"a\",\"b\"\n\"1,5\",\"2\"\n\"2,5\",\"3\"\n", "--decimal ,", "a b ", 2, ""},
	    {"x\n1,5\n2,5\n", "--decimal ,", "x ", 2, ""},
	    {"1,5\n2,5\n3,75\n", "--decimal ,", "column_1 ", 3, ""},
	    {"1,5\n2,5\n3,75\n", "", "column_1 column_2 ", 3, DECIMALS},
	    {"-1,5\n2,25\n", "", "column_1 column_2 ", 2, DECIMALS},
	    {"1,50,3,05\n2,25,4,75\n", "--numbers 4", "column_1 column_2 column_3 column_4 ", 2,
	     DECIMALS},
	    {"1,5\n2,5\n", "--delimiter ,", "column_1 column_2 ", 2, ""},
	    {"\xef\xbb\xbf\r\n1,5\r\n2,5\r\n", "", "column_1 column_2 ", 2, DECIMALS},
	    {"1,a|2\n2,b|3\n", "", "column_2 ", 2, RIVAL("bar", "the comma")},
	    {"1|x;3\n4|y;6\n", "", "column_2 ", 2, RIVAL("semicolon", "the bar")},
	    {"1\tx;3\r\n4\ty;6\r\n", "", "column_1 ", 2, RIVAL("tab", "the semicolon")},
	    {"1|x;3\n4|y;6\n", "--delimiter '|'", "column_1 ", 2, VALUES_GUESSED},
	    {"n;m\n1,5;2\n2,5;4\n", "", "m ", 2,
	     "taken for text: \"n\" (line 2: \"1,5\"; --decimal , reads decimal commas)"},
	    {"n\tm\n1,5\t2\n2,5\t4\n", "", "m ", 2, "--decimal , reads decimal commas"},
	    {"1,5\t2\n2,5\t4\n", "", "column_2 ", 2, "--decimal , reads decimal commas"},
	    {"n,m\n1,3\n.,2\n", "", "m ", 2, "--na \".\" makes it a missing value"},
	};

	check_all(cases, COUNT(cases));
}

Test(cli_sniff, codes_are_text)
{
	static const struct sniffed cases[] = {
	    {"zip,n\n07306,1\n10001,2\n", "", "n ", 2, TEXT("zip", "2", "07306")},
	    {"zip,n\n10001,1\n07306,2\n", "", "n ", 2, TEXT("zip", "3", "07306")},
	    {"v,n\n007.1,1\n2,2\n", "", "n ", 2, TEXT("v", "2", "007.1")},
	    {"v,n\n\"-01\",1\n 02 ,2\n", "", "n ", 2, TEXT("v", "2", "-01")},
	    {"zip\tn\r\n\r\n07306\t1\r\n", "", "n ", 1, TEXT("zip", "3", "07306")},
	    {"\xef\xbb\xbf\"zip\";\"n\"\n\"07306\";1\n", "", "n ", 1, TEXT("zip", "2", "07306")},
	    {"07306,5\n10001,7\n", "--no-header", "column_2 ", 2, TEXT("column_1", "1", "07306")},
	    {"zip,n\n07306,1\n", "--text zip", "n ", 1, ""},
	    {"v,n\n0,1\n0.5,2\n-0,3\n0e5,4\n", "", "v n ", 4, ""},
	    {"zip,n\n07306,1\n10001,2\n", "--columns zip", "zip ", 2, ""},
	    {"zip,n\n07306,1\n10001,2\n", "--numbers zip", "zip n ", 2, ""},
	    {"zip,n\n07306,1\n10001,2\n", "--numbers 1", "zip n ", 2, ""},
	};

	check_all(cases, COUNT(cases));
	cr_assert_eq(run("$B stats t.csv"), 0);
	cr_expect(strstr(err(), "\"zip\" (line 2: \"07306\"; --numbers \"zip\" makes it a number)"),
		  "%s", err());
	cr_assert_eq(run("$B fit t.csv -o -"), 0);
	cr_expect(
	    strstr(err(), "t.csv: note: taken for text: \"zip\" (line 2: \"07306\"; --numbers"),
	    "%s", err());
	cr_assert_eq(run("{ echo zip; yes 10001 | head -n 20000; echo 07306; } >t.csv"), 0);
	cr_expect_eq(run("$B fit t.csv"), 1);
	cr_expect(failed_with("t.csv:20002: column \"zip\": \"07306\" is a code"), "%s", err());
	cr_expect_eq(run("$B stats --numbers zip t.csv"), 0);
	/* Around the columns of a model they stay as they are. */
	put_text("t.csv", "zip,n\n07306,1\n10001,2\n00501,4\n");
	cr_assert_eq(run("$B fit t.csv -o m.json && $B transform -m m.json t.csv -o z.csv &&"
			 "cut -d, -f1 t.csv >a && cut -d, -f1 z.csv | cmp - a"),
		     0, "%s", err());
}

/* What a number is asked to be missing is so however it is written. */
Test(cli_sniff, missing_numbers)
{
	static const char *const options[] = {"--na -99", "--na -99.0", "--na ' -99'",
					      "--na -9.9e1"};

	put_text("t.csv", "x,y\n1,1\n-99.0,2\n-99,3\n-99.00,4\n -99 ,5\n-9.9e1,6\n5,7\n");
	for (size_t i = 0; i < COUNT(options); i++) {
		cr_assert_eq(run("$B stats --json %s t.csv", options[i]), 0, "%s", err());
		cJSON *root = json();
		cr_expect_eq(value(column(root, "x"), "n"), 2, "%s", options[i]);
		cr_expect_eq(value(column(root, "x"), "missing"), 5, "%s", options[i]);
		cr_expect_eq(value(column(root, "y"), "n"), 7, "%s", options[i]);
		cJSON_Delete(root);
	}
	cr_assert_eq(run("$B fit --na -99 --columns x t.csv -o m.json &&"
			 "$B transform -m m.json --na -99 t.csv"),
		     0, "%s", err());
	cr_expect(strstr(out(), "\n-99.0,2\n-99,3\n-99.00,4\n\" -99 \",5\n-9.9e1,6\n"), "%s",
		  out());
	put_text("t.csv", "x\n0\n000\n0.0\n5\n");
	cr_assert_eq(run("$B stats --json --na 000 --columns x t.csv"), 0, "%s", err());
	cJSON *root = json();
	cr_expect_eq(value(column(root, "x"), "missing"), 1);
	cJSON_Delete(root);
}

Test(cli_sniff, missing_texts)
{
	static const char *const texts[] = {"#N/A", "<NA>", "None",  "\\N", "n/a",     "-nan",
					    "NA",   "N/A",  "NaN",   "nan", "NAN",     "null",
					    "NULL", "?",    " <NA>", "#NA", "1.#QNAN", "\"\""};

	for (size_t i = 0; i < COUNT(texts); i++) {
		char table[64];

		snprintf(table, sizeof table, "x,y\n1,1\n%s,2\n4,3\n", texts[i]);
		put_text("t.csv", table);
		cr_assert_eq(run("$B stats --json t.csv"), 0, "%s", err());
		cJSON *root = json();
		cr_expect_eq(value(column(root, "x"), "missing"), 1, "%s", texts[i]);
		cJSON_Delete(root);
		cr_assert_eq(run("$B fit t.csv -o m.json && $B transform -m m.json t.csv"), 0);
	}
	put_text("t.csv", "x,y\n1,1\n.,2\n4,3\n");
	cr_assert_eq(run("$B stats t.csv"), 0);
	cr_expect(strstr(err(), "\"x\" (line 3: \".\"; --na \".\" makes it a missing value)"), "%s",
		  err());
}

/* A number with a decimal comma comes back with one. */
Test(cli_sniff, decimal_commas_are_kept)
{
	put_text("t.csv", "a;b\n1,5;x\n2,25;y\n-1e1;z\n");
	cr_assert_eq(run("$B fit --decimal , t.csv -o m.json >/dev/null &&"
			 "$B transform --decimal , -m m.json t.csv -o z.csv &&"
			 "$B inverse --decimal , -m m.json z.csv -o back.csv"),
		     0, "%s", err());
	cr_expect_null(strchr(get("z.csv", NULL), '.'), "%s", get("z.csv", NULL));
	cr_assert_eq(run("$B stats --json --decimal , back.csv"), 0, "%s", err());
	cJSON *root = json();
	cr_expect_float_eq(value(column(root, "a"), "mean"), -6.25 / 3, 1e-12);
	cJSON_Delete(root);
	put_text("t.csv", "a,b\n\"1,5\",x\n\"2,25\",y\n4,z\n");
	cr_assert_eq(run("$B fit --decimal , t.csv -o m.json >/dev/null &&"
			 "$B transform --decimal , -m m.json t.csv -o z.csv &&"
			 "$B inverse --decimal , -m m.json z.csv | $B stats --json --decimal , -"),
		     0, "%s", err());
	root = json();
	cr_expect_float_eq(value(column(root, "a"), "mean"), 7.75 / 3, 1e-12);
	cJSON_Delete(root);
	cr_expect_eq(run("$B stats --decimal x t.csv"), 2);
	cr_expect(failed_with("--decimal \"x\": want . or ,"));
	cr_expect_eq(run("$B stats --decimal , --delimiter , t.csv"), 2);
}

Test(cli_sniff, tables_without_numbers)
{
	static const struct {
		const char *table, *options, *message;
	} cases[] = {
	    {"a;b\n1,5;x\n2,5;y\n", "",
	     "t.csv: no column of numbers, but text: \"a\" (line 2: \"1,5\"; --decimal , reads "
	     "decimal commas), \"b\" (line 2: \"x\")"},
	    {"a,b\n1,oops\n.,2\n-,3\n", "",
	     "\"a\" (line 3: \".\"; --na \".\" makes it a missing value), \"b\" (line 2: "
	     "\"oops\")"},
	    {"a\n--\n2\n", "", "(line 2: \"--\"; --na \"--\" makes it a missing value)"},
	    {"x,y\n1,2\n3,4\n", "--no-header",
	     "\"column_1\" (line 1: \"x\"; --header makes it a name), \"column_2\" (line 1: "
	     "\"y\";"},
	    {"1.5;2\n2.5;4\n", "--decimal , --columns 1",
	     "\"1.5\" is not a number (decimals are written with a comma here)"},
	    {"x\n1,5\n2,5\n", "",
	     "t.csv:2: 2 fields, where the first record has 1; --decimal , if these are decimal "
	     "commas"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		put_text("t.csv", cases[i].table);
		cr_expect_eq(run("$B stats %s t.csv", cases[i].options), 1, "case %zu", i);
		cr_expect(failed_with(cases[i].message), "case %zu: %s%s", i, out(), err());
	}
}

#define BLANKS "blanks are taken for the delimiter"
#define HASH   "# is taken for the delimiter"

/* Blanks and # are delimiters where nothing else is, and there is no doubt. */
Test(cli_sniff, rare_delimiters)
{
	static const struct sniffed cases[] = {
	    {"x    y\n1    2\n3   4.5\n", "", "x y ", 2, BLANKS},
	    {"  1.5   2\n 10.25  3  \n", "", "column_1 column_2 ", 2, BLANKS},
	    {"name   n\r\n\"a b\"   7\r\nc   8\r\n", "", "n ", 2, BLANKS},
	    {"a,b c\n1,2\n3,4\n", "", "a b c ", 2, ""},
	    {"x y\n1 234\n5 678\n", "--thousands space", "x y ", 2, ""},
	    {"x#n\na, b#1\nc#2\n", "", "n ", 2, HASH},
	};

	check_all(cases, COUNT(cases));
	/* these are no tables of several columns */
	put_text("t.csv", "x\n1 2\n3 4\n");
	cr_expect_eq(run("$B stats t.csv"), 1);
	cr_expect(strstr(err(), "\"x\" (line 2: \"1 2\")"), "%s", err());
	put_text("t.csv", "#1\n#2\n");
	cr_expect_eq(run("$B stats --no-header t.csv"), 1);
	cr_expect(strstr(err(), "\"column_1\" (line 1: \"#1\""), "%s", err());
}

/* What is written has tabs in the place of blanks; no byte is lost that was read ahead. */
Test(cli_sniff, blanks_in_long_tables)
{
	cr_assert_eq(run("(echo 'n  x'; seq 300000 | sed 's/.*/  &   7/') >t.txt &&"
			 "$B fit t.txt --columns n -o m.json && cat t.txt |"
			 "$B transform -m m.json - -o z.tsv && wc -l <z.tsv && head -n 1 z.tsv"),
		     0, "%s", err());
	cr_expect(strstr(out(), "300001\nn\tx\n"));
	cr_expect_eq(run("$B stats --json t.txt"), 0);
	cr_expect_eq(printed_value("n", "mean"), 150000.5);
	cr_expect_eq(printed_value("x", "n"), 300000);
}

/* Where lines stand before the table, a note says how many to skip, and then it is read. */
Test(cli_sniff, lines_before_the_table)
{
	static const struct {
		const char *table;
		int lines;
	} cases[] = {
	    {"A title\n\na;b\n1;2\n3;4\n", 2},
	    {"# one\n# two, three\n\"a\"|\"b\"\n1|2\n3|4\n5|6\n", 2},
	    {"5\nmethane\nC  0.5 0 0\nH  0 0 1\nH  1 0 -1\n", 2},
	    {"title\r\na\tb\r\n1\t2\r\n3\t4\r\n", 1},
	    {"title\ra\tb\r1\t2\r3\t4\r", 1},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char option[40];

		snprintf(option, sizeof option, "--skip-lines %d passes", cases[i].lines);
		put_text("t.csv", cases[i].table);
		cr_expect_eq(run("$B stats t.csv"), 1, "%zu", i);
		cr_expect(strstr(err(), option), "%zu: %s", i, err());
		cr_expect_eq(run("$B stats --skip-lines %d t.csv", cases[i].lines), 0, "%zu: %s", i,
			     err());
	}
	put_text("t.csv", "junk\ntitle\na;b\n1;2\n3;4\n");
	cr_expect_eq(run("$B stats --skip-lines 1 t.csv"), 1);
	cr_expect(strstr(err(), "--skip-lines 2 passes"), "%s", err());
}

/* Numbers and dates in quotes above numbers without them are names. */
Test(cli_sniff, quoted_dates_are_names)
{
	static const struct sniffed cases[] = {
	    {"\"1\",\"000%\",\"3\"\n4,123%,6\n7,345%,9\n", "--strip", "1 000% 3 ", 2,
	     NAMES_GUESSED},
	};

	check_all(cases, COUNT(cases));
}
