/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * parts.c - large text tables, whose lines several threads read.
 *
 * A field in quotes goes another way, through libcsv, one record after the other.  So a table and
 * the same table in quotes have to give the same.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

TestSuite(cli_parts, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The first block, of 8192 rows, is read by one thread, and so are lines near the end. */
enum { ROWS = 40000, ROW_LENGTH = 100 };

/* What is written in place of a row.  Nothing is written of NULL. */
struct exception {
	size_t row;
	const char *plain, *quoted;
};

static const char *const number[] = {"1.5",   "-2",    "0",        "1e3",    ".25", "-0.0",
				     "7.",    "12.50", "1e-300",   "+4",     " 3 ", "0.1",
				     "-1E+2", "99",    "3.14e-05", "1e-400", "NA",  ""};
static const char *const word[] = {"x", "two words", "NA", "", "5e", "\xc3\xa9t\xc3\xa9"};

/*
 * Writes a table of three columns, two of numbers and one of text, with `exceptions` in it, and the
 * same one with all fields but those of the exceptions in quotes.
 */
static void put_both(const struct exception *exception, size_t exceptions, const char *end)
{
	char *plain = malloc(ROWS * ROW_LENGTH), *quoted = malloc(ROWS * ROW_LENGTH);
	size_t n = (size_t)sprintf(plain, "a,b,t%s", end),
	       q = (size_t)sprintf(quoted, "\"a\",\"b\",\"t\"%s", end);

	for (size_t i = 0; i < ROWS; i++) {
		const char *a = number[i * i % COUNT(number)], *t = word[i * 7 % COUNT(word)];
		const struct exception *e = exception;

		while (e < exception + exceptions && e->row != i)
			e++;
		if (e < exception + exceptions) {
			n += (size_t)sprintf(plain + n, "%s", e->plain);
			q += (size_t)sprintf(quoted + q, "%s", e->quoted);
			continue;
		}
		n += (size_t)sprintf(plain + n, "%s,%zu.%zu,%s%s", a, i, i % 97, t, end);
		q += (size_t)sprintf(quoted + q, "\"%s\",\"%zu.%zu\",\"%s\"%s", a, i, i % 97, t,
				     end);
	}
	put("plain.csv", plain, n);
	put("quoted.csv", quoted, q);
	free(plain);
	free(quoted);
}

/* Expects that both tables have one fit and one transform, on any number of threads. */
static void expect_same(const char *name)
{
	cr_assert_eq(run("$B fit quoted.csv --json -o m.json > q.json && "
			 "$B transform -m m.json quoted.csv -o q.csv && "
			 "$B stats --json quoted.csv > q.stats"),
		     0, "%s: %s", name, err());
	for (int threads = 1; threads <= 8; threads += threads < 2 ? 1 : 5) {
		cr_assert_eq(run("$B fit --threads %d plain.csv --json > p.json && "
				 "$B transform --threads %d -m m.json plain.csv -o p.csv && "
				 "$B stats --json --threads %d plain.csv > p.stats",
				 threads, threads, threads),
			     0, "%s: %s", name, err());
		cr_expect(same_files("p.json", "q.json"), "%s: fit, %d threads", name, threads);
		cr_expect(same_files("p.csv", "q.csv"), "%s: transform, %d threads", name, threads);
		cr_expect(same_files("p.stats", "q.stats"), "%s: stats, %d threads", name, threads);
	}
}

Test(cli_parts, quotes_make_no_difference)
{
	put_both(NULL, 0, "\n");
	expect_same("line feeds");
	put_both(NULL, 0, "\r\n");
	expect_same("carriage returns and line feeds");
}

/* Rows that are read one by one, among others that are not. */
Test(cli_parts, lines_that_are_not_plain)
{
	static const struct exception exceptions[] = {
	    {8200, "\n", "\n"},
	    {9000, "1,2,\"a \"\"quote\"\"\"\n", "1,2,\"a \"\"quote\"\"\"\n"},
	    {9001, "\"3\",\"4\",x\n", "3,4,x\n"},
	    {15000, "1,2,\"two\nlines, and a comma\"\n", "\"1\",2,\"two\nlines, and a comma\"\n"},
	    {21111, "5,6,x\r\n", "\"5\",6,x\r\n"},
	    {21112, "7,8,y\r9,10,z\n", "\"7\",8,y\n\"9\",10,z\n"},
	    /* the first block ends in the middle of this line */
	    {8191, "7,8,y\r9,10,a text of many letters\n",
	     "\"7\",8,y\n\"9\",10,a text of many letters\n"},
	    {30000, "\r\n\n", "\n"},
	    {39998, "1,2,in \"quotes\"\n", "\"1\",2,in \"quotes\"\n"},
	};

	for (size_t i = 0; i < COUNT(exceptions); i++) {
		put_both(&exceptions[i], 1, "\n");
		expect_same(exceptions[i].plain);
	}
	put_both(exceptions, COUNT(exceptions), "\n");
	expect_same("all of them");
}

/* A message names the line, though lines before it were counted by several threads. */
Test(cli_parts, errors_name_the_line)
{
	static const struct {
		struct exception exception;
		const char *message;
	} cases[] = {
	    {{30011, "1,oops,x\n", NULL},
	     "plain.csv:30013: column \"b\": \"oops\" is not a number"},
	    {{20000, "1,2\n", NULL}, "plain.csv:20002: 2 fields, where the first record has 3"},
	    {{20001, "1,2,x,3\n", NULL}, "plain.csv:20003: 4 fields, where the first record has 3"},
	    {{12345, "007,2,x\n", NULL}, "plain.csv:12347: column \"a\": \"007\" is a code"},
	    {{33333, "1,2,\"x\n", NULL}, "plain.csv:33335: the quote that opens"},
	    {{25000, "1,2,\"x\" y\n", NULL}, "plain.csv:25002: text behind the closing quote"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct exception e = cases[i].exception;

		e.quoted = e.plain;
		put_both(&e, 1, "\n");
		cr_expect_eq(run("$B fit --threads 2 plain.csv"), 1);
		cr_expect(failed_with(cases[i].message), "%zu: %s", i, err());
	}
}

/* Writes `name`, a table of one column x with the numbers from 1 on and `text` as row `row`. */
static void put_column(const char *name, size_t row, const char *text)
{
	char *table = malloc(ROWS * ROW_LENGTH);
	size_t n = (size_t)sprintf(table, "x\n");

	for (size_t i = 0; i < ROWS; i++)
		n += i == row ? (size_t)sprintf(table + n, "%s\n", text)
			      : (size_t)sprintf(table + n, "%zu\n", i + 1);
	put(name, table, n);
	free(table);
}

/* A number that stats found of the column x. */
static double found(const char *key)
{
	cJSON *root = json();
	double number = value(column(root, "x"), key);

	cJSON_Delete(root);
	return number;
}

/* What is wrong with a number shows later, when its block is read. */
Test(cli_parts, a_number_knows_its_line)
{
	put_column("x.csv", 30002, "-5");
	cr_expect_eq(run("$B fit --method box-cox x.csv"), 1);
	cr_expect(strstr(err(), "\"x\" (line 30004: \"-5\")"), "%s", err());
}

/* In a table of one column a blank line is no missing value, and neither is it a row. */
Test(cli_parts, blank_lines_of_one_column)
{
	put_column("x.csv", 30002, "");
	cr_assert_eq(run("$B stats --json x.csv"), 0, "%s", err());
	cr_expect_eq(found("n"), ROWS - 1);
	cr_expect_eq(found("missing"), 0);
}

/* A line of text may end in a carriage return among lines that do not. */
Test(cli_parts, lines_of_one_text)
{
	char *table = malloc(ROWS * ROW_LENGTH);
	size_t n = (size_t)sprintf(table, "t\n");

	for (int i = 0; i < ROWS; i++)
		n += (size_t)sprintf(table + n, i == 30002 ? "one\rtwo\n" : "text\n");
	put("t.csv", table, n);
	free(table);
	cr_assert_eq(run("$B stats --extended --json --text t t.csv"), 0, "%s", err());
	cr_expect(strstr(out(), "\"one\"") && strstr(out(), "\"two\""), "%s", out());
}

Test(cli_parts, numbers_that_mean_a_missing_value)
{
	put_column("x.csv", 30002, "-99");
	cr_assert_eq(run("$B stats --na=-99.0 --json x.csv"), 0, "%s", err());
	cr_expect_eq(found("n"), ROWS - 1);
	cr_expect_eq(found("missing"), 1);
}

Test(cli_parts, decimal_commas)
{
	char *comma = malloc(ROWS * ROW_LENGTH), *point = malloc(ROWS * ROW_LENGTH);
	size_t n = (size_t)sprintf(comma, "a;b\n"), q = (size_t)sprintf(point, "a,b\n");

	for (int i = 0; i < ROWS; i++) {
		n += (size_t)sprintf(comma + n, "%d,%02d;1\n", i, i % 89);
		q += (size_t)sprintf(point + q, "%d.%02d,1\n", i, i % 89);
	}
	put("comma.csv", comma, n);
	put("point.csv", point, q);
	free(comma);
	free(point);
	cr_assert_eq(run("$B fit --decimal , comma.csv --json > a.json && "
			 "$B fit point.csv --json > b.json"),
		     0, "%s", err());
	cr_expect(same_files("a.json", "b.json"));
}
