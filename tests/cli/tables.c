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
	cr_expect_eq(value(column(json(), "column_1"), "n"), 19999);
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
