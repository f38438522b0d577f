/* SPDX-License-Identifier: BSD-3-Clause */
/* spelling.c - the program on numbers as people write them, and on long delimiters. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "run.h"

TestSuite(cli_spelling, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- --thousands, --strip and --bool ---- */

/* Reads one number in a table; NaN if it is refused. */
static double read_as(const char *options, const char *text)
{
	char table[200];

	snprintf(table, sizeof table, "x\n\"%s\"\n", text);
	put_text("t.csv", table);
	if (run("$B stats --json --columns x %s t.csv", options))
		return NAN;
	return printed_value("x", "mean");
}

Test(cli_spelling, numbers_are_read)
{
	static const struct {
		const char *options, *text;
		double number;
	} cases[] = {
	    {"--thousands ,", "1,234,567.5", 1234567.5},
	    {"--thousands ,", "-1,234", -1234},
	    {"--thousands ,", "+12,345e-2", 123.45},
	    {"--thousands ,", "12,34,567", 1234567}, /* as in India */
	    {"--thousands ,", "1234567", 1234567},
	    {"--thousands ,", " 999 ", 999},
	    {"--thousands . --decimal ,", "1.234.567,5", 1234567.5},
	    {"--thousands . --decimal ,", "1.234", 1234},
	    {"--thousands space", "1 234 567.25", 1234567.25},
	    {"--thousands ' '", "1\u00a0234", 1234},
	    {"--thousands space --decimal ,", "1\u202f234,5", 1234.5},
	    {"--thousands \"'\"", "1'234'567", 1234567},
	    {"--thousands \"'\"", "1\u2019234", 1234},
	    {"--thousands _", "1_000_000", 1000000},
	    {"--strip", "12.5%", 12.5},
	    {"--strip", "12.5 %", 12.5},
	    {"--strip", "$5", 5},
	    {"--strip", "-$5.25", -5.25},
	    {"--strip", "$-5.25", -5.25},
	    {"--strip", "\u20ac 7", 7},
	    {"--strip", "7\u00a0\u20ac", 7},
	    {"--strip", "\u00a37", 7},
	    {"--strip", "\u22123", -3},
	    {"--strip", "(3.5)", -3.5},
	    {"--strip", "( $3.5 )", -3.5},
	    {"--strip", "$.5", 0.5},
	    {"--strip", "1e3 $", 1000},
	    {"--strip --thousands ,", "($1,234.50)", -1234.5},
	    {"--strip --decimal ,", "3,5 %", 3.5},
	    {"--bool", "TRUE", 1},
	    {"--bool", "False", 0},
	    {"--bool", "yes", 1},
	    {"--bool", "No", 0},
	    {"--bool", " T ", 1},
	    {"--bool", "n", 0},
	    {"--bool", "17", 17},
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		cr_expect_eq(read_as(cases[i].options, cases[i].text), cases[i].number, "%s %s: %s",
			     cases[i].options, cases[i].text, err());
}

Test(cli_spelling, what_is_no_number_is_refused)
{
	static const char *const cases[][2] = {
	    {"", "1,234"},
	    {"", "5%"},
	    {"", "TRUE"},
	    {"--thousands ,", "1,23"},
	    {"--thousands ,", "1,2345"},
	    {"--thousands ,", "1,2,345"},
	    {"--thousands ,", "12345,678"},
	    {"--thousands ,", ",123"},
	    {"--thousands ,", "1,234,"},
	    {"--thousands ,", "1,,234"},
	    {"--thousands ,", "0,123"},
	    {"--thousands ,", "1,234.5,6"},
	    {"--thousands ,", "1,234x"},
	    {"--thousands ,", "1 234"},
	    {"--thousands space", "1  234"},
	    {"--thousands ,", "1,234%"},
	    {"--strip", "1,234%"},
	    {"--strip", "$"},
	    {"--strip", "%"},
	    {"--strip", "()"},
	    {"--strip", "(-5)"},
	    {"--strip", "$5%"},
	    {"--strip", "--5"},
	    {"--strip", "-$-5"},
	    {"--strip", "$inf"},
	    {"--strip", "(5"},
	    {"--strip", "5 kg"},
	    {"--strip", "TRUE"},
	    {"--bool", "rue"},
	    {"--bool", "trues"},
	    {"--bool", "on"},
	    {"--strip", "$1111111111111111111111111111111111111111111111111111111111111111111"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		cr_expect(isnan(read_as(cases[i][0], cases[i][1])), "%s %s", cases[i][0],
			  cases[i][1]);
		cr_expect(strstr(err(), "t.csv:2: column \"x\""), "%s", err());
	}
}

/* A code remains one with a unit beside it, unless the column is named. */
Test(cli_spelling, codes)
{
	put_text("t.csv", "x,y\n$007,1\n$008,2\n");
	cr_expect_eq(run("$B stats --json --strip t.csv"), 0);
	cr_expect(strstr(err(), "\"x\" (line 2: \"$007\"; --numbers \"x\" makes it a number)"));
	cr_expect_eq(run("$B stats --json --strip --numbers x t.csv"), 0);
	cr_expect_eq(printed_value("x", "mean"), 7.5);
}

/* The delimiter and the names are found although the numbers are written so. */
Test(cli_spelling, form_of_the_table_is_found)
{
	static const char *const tables[] = {
	    "price,n\n\"$1,000.50\",\"2,000\"\n\"$2,000\",\"3,000\"\n",
	    "price\tn\n$1,000.50\t2,000\n$2,000\t3,000\n",
	    "price|n\r\n$1,000.50|2,000\r\n$2,000|3,000\r\n",
	};

	for (size_t i = 0; i < COUNT(tables); i++) {
		put_text("t.csv", tables[i]);
		cr_assert_eq(run("$B stats --json --strip --thousands , t.csv"), 0, "%zu: %s", i,
			     err());
		cr_expect_eq(printed_value("price", "mean"), 1500.25, "%zu", i);
		cr_expect_eq(printed_value("n", "mean"), 2500, "%zu", i);
	}
	put_text("t.csv", "$1.5;$2.5\n$2.5;$3.5\n");
	cr_assert_eq(run("$B stats --json --strip t.csv"), 0);
	cr_expect_eq(printed_value("column_2", "mean"), 3);
	put_text("t.csv", "T,F\nTRUE,1\nFALSE,0\n");
	cr_assert_eq(run("$B stats --json --bool t.csv"), 0);
	cr_expect_eq(printed_value("T", "mean"), 0.5);
}

/* Many rows are read by threads, which know the spelling, too. */
Test(cli_spelling, many_rows)
{
	cr_assert_eq(run("seq 40000 | awk '{ printf \"$%%d,%%03d\\t%%s\\n\", $1 / 1000 + 1, $1 %% "
			 "1000, $1 %% 2 ? \"yes\" : \"no\" }' >t.tsv &&"
			 "$B stats --json --strip --bool --thousands , --no-header t.tsv"),
		     0);
	cr_expect_eq(printed_value("column_1", "max"), 41000);
	cr_expect_float_eq(printed_value("column_1", "mean"), 21000.5, 1e-9);
	cr_expect_eq(printed_value("column_2", "mean"), 0.5);
}

/* What standard error says of a column that was left alone names the options. */
Test(cli_spelling, remedies)
{
	static const char *const cases[][3] = {
	    {"", "5%", "--strip reads it as 5)"},
	    {"", "1,234,567", "--thousands , reads it as 1234567)"},
	    {"", "$1,234.5", "--thousands , --strip reads it as 1234.5)"},
	    {"", "1.234.567", "--decimal , --thousands . reads it as 1234567)"},
	    {"", "1'234.5", "--thousands \"'\" reads it as 1234.5)"},
	    {"", "1 234", "--thousands space reads it as 1234)"},
	    {"", "TRUE", "--bool reads it as 1)"},
	    {"", "no", "--bool reads it as 0)"},
	    {"--strip", "$1,234", "--thousands , reads it as 1234)"},
	    {"", "1,234", "--decimal , reads decimal commas, --thousands , reads it as 1234)"},
	    {"", "1,5", "--decimal , reads decimal commas)"},
	    {"", "F", "\"x\" (line 2: \"F\")"},
	    {"", "$007", "\"x\" (line 2: \"$007\")"},
	};
	char table[100];

	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(table, sizeof table, "x;y\n%s;1\n%s;2\n", cases[i][1], cases[i][1]);
		put_text("t.csv", table);
		cr_expect_eq(run("$B stats %s t.csv", cases[i][0]), 0, "%s", err());
		cr_expect(strstr(err(), cases[i][2]), "%s: %s", cases[i][1], err());
	}
	put_text("t.csv", "x;y\n5%;1\n7%;2\n");
	cr_expect_eq(run("$B stats --json t.csv"), 0);
	cr_expect(strstr(err(), "taken for text: \"x\" (line 2: \"5%\"; --strip reads it as 5)"));
}

Test(cli_spelling, options_are_checked)
{
	cr_expect_eq(run("$B stats --thousands . -"), 2);
	cr_expect(failed_with("--thousands . goes with --decimal ,"));
	cr_expect_eq(run("$B stats --thousands , --decimal , -"), 2);
	cr_expect(failed_with("--thousands , goes with --decimal ."));
	cr_expect_eq(run("$B stats --thousands x -"), 2);
	cr_expect(failed_with("--thousands \"x\": want , or ."));
	cr_expect_eq(run("$B stats --thousands ,, -"), 2);
	cr_expect_eq(run("$B stats --thousands '' -"), 2);
}

/* ---- delimiters of several characters ---- */

/* They come out as they went in, and so does all that stands between them. */
Test(cli_spelling, long_delimiter_is_kept)
{
	static const struct {
		const char *delimiter, *table;
	} cases[] = {
	    {"||", "a||b||c\n1||x|y||2\n5||\"q||r\"||3\n7||\"s|\"||4\n"},
	    {"::", "a::b::c\r\n1::x:y::2\r\n5::\"q\"\"::\nr\"::3\r\n7::::4\r\n"},
	    {"|~|", "a|~|b|~|c\n1|~|x|~2|~|2\n5|~|5~ pipe|~|3\n7|~||~|4\n"},
	    {";;;;;;;;", "a;;;;;;;;b;;;;;;;;c\n1;;;;;;;;x;;;;;;;;2\n5;;;;;;;;y;;;;;;;;7\n"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *delimiter = cases[i].delimiter;

		put_text("t.csv", cases[i].table);
		cr_assert_eq(run("$B fit --delimiter '%s' t.csv -o m.json &&"
				 "$B transform -m m.json --delimiter '%s' t.csv -o z.csv &&"
				 "$B transform -m m.json --delimiter '%s' t.csv --text a,c "
				 "-o same.csv",
				 delimiter, delimiter, delimiter),
			     0, "%zu: %s", i, err());
		cr_expect(same_files("t.csv", "same.csv"), "%s: %s", delimiter,
			  get("same.csv", NULL));
		cr_expect_eq(run("$B stats --json --delimiter '%s' z.csv", delimiter), 0);
		cr_expect_float_eq(printed_value("a", "sd"), 1, 1e-9, "%s", delimiter);
	}
}

/* The delimiter lies across the parts in which a pipe brings the text. */
Test(cli_spelling, long_delimiter_in_a_pipe)
{
	cr_assert_eq(run("(printf 'a|'; sleep 0.05; printf '|b\\n1|'; sleep 0.05; printf '|2'; "
			 "printf '\\n3||4\\n'; seq 30000 | sed 's/$/||8/') |"
			 "$B stats --json --delimiter '||' -"),
		     0);
	cr_expect_eq(printed_value("b", "max"), 8);
	cr_expect_eq(printed_value("a", "max"), 30000);
}

Test(cli_spelling, long_delimiter_is_checked)
{
	cr_expect_eq(run("$B stats --delimiter ';;;;;;;;;' -"), 2);
	cr_expect(failed_with("or up to 8 of them"));
	cr_expect_eq(run("$B stats --delimiter 'ab' -"), 2);
	cr_expect_eq(run("$B stats --delimiter '' -"), 2);
	cr_expect_eq(run("$B stats --delimiter '|\"' -"), 2);
	put_text("t.csv", "a||b\n1||x\x1fy\n");
	cr_expect_eq(run("$B stats --delimiter '||' t.csv"), 1);
	cr_expect(failed_with("has the byte 0x1f"));
	/* the last one counts */
	put_text("t.csv", "a;b\n1;2\n");
	cr_expect_eq(run("$B stats --json --delimiter '||' --delimiter ';' t.csv"), 0);
	cr_expect_eq(printed_value("b", "mean"), 2);
}

/* ---- columns that are left out ---- */

Test(cli_spelling, columns_left_out)
{
	static const char *const cases[][2] = {
	    {"--columns '!b'", "a c !d"},
	    {"--columns '!b,!c'", "a !d"},
	    {"--columns '!2-3'", "a !d"},
	    {"--columns '!/^[ab]$/'", "c !d"},
	    {"--columns 'a,b,c' --columns '!b'", "a c"},
	    {"--columns '!b' --columns 'a,b,c'", "a c"},
	    {"--columns 'a,!b,c'", "a c"},
	    {"--columns '!d'", "!d"}, /* a name that begins so */
	    {"--columns '!!d'", "a b c"},
	    {"--columns '!b' --exclude c", "a !d"},
	    {"--exclude b", "a c !d"},
	};

	put_text("t.csv", "a,b,c,!d\n1,2,3,4\n5,6,7,8\n");
	for (size_t i = 0; i < COUNT(cases); i++) {
		char names[40] = "";

		cr_assert_eq(run("$B stats --json %s t.csv", cases[i][0]), 0, "%s", err());
		cJSON *all = json(), *c;
		cJSON_ArrayForEach(c, cJSON_GetObjectItem(all, "columns"))
		{
			strcat(names, *names ? " " : "");
			strcat(names, cJSON_GetStringValue(cJSON_GetObjectItem(c, "name")));
		}
		cr_expect_str_eq(names, cases[i][1], "%s", cases[i][0]);
		cJSON_Delete(all);
	}
	cr_expect_eq(run("$B stats --columns '!x' t.csv"), 2);
	cr_expect(failed_with("has no column \"x\""));
	/* as --exclude does, it leaves the other columns to the model */
	cr_expect_eq(run("$B fit --exclude c t.csv -o m.json &&"
			 "$B transform -m m.json --exclude b t.csv -o one.csv &&"
			 "$B transform -m m.json --columns '!b' t.csv -o two.csv"),
		     0, "%s", err());
	cr_expect(same_files("one.csv", "two.csv"));
}
