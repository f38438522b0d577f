/* SPDX-License-Identifier: BSD-3-Clause */
/* written.c - what transform and inverse write, and where: beside columns, in place, as JSON. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "run.h"

/* A table with cells that are easily changed, and a model of its column price. */
static void begin(void)
{
	run_begin();
	put_text("t.csv", "id,price,pred,note\r\n007,1.50,0.2,\"a, \"\"b\"\"\"\r\n8,+2.50,NA,x\r\n"
			  "9,1e1,-1,\r\n12,NA,0,tab\tend\r\n");
	cr_assert_eq(run("$B fit t.csv --columns price --method log -o m.json"), 0, "%s", err());
}

TestSuite(cli_written, .init = begin, .fini = run_end);

Test(cli_written, suffix_keeps_every_byte)
{
	cr_assert_eq(run("$B transform -m m.json t.csv --suffix _z -o both.csv &&"
			 "$B transform -m m.json t.csv | tr -d '\\r' | cut -d, -f2 >z &&"
			 "sed 's/,[^,]*$//' both.csv >old && sed 's/\\r$//' t.csv >plain &&"
			 "sed 's/.*,//' both.csv | tr -d '\\r' >new && paste z new"),
		     0, "%s", err());
	cr_expect(same_files("old", "plain"));
	cr_expect_str_eq(get("new", NULL) + strlen("price_z\n"),
			 get("z", NULL) + strlen("price\n"));
	cr_expect_eq(strncmp(get("both.csv", NULL), "id,price,pred,note,price_z\r\n", 28), 0);
	cr_expect_eq(run("$B transform -m m.json t.csv --suffix _z --no-header"), 1);
}

Test(cli_written, suffix_serves_many_rows_and_threads)
{
	cr_assert_eq(
	    run("$B fit $D/randhie.csv -o r.json && for t in 1 3; do $B transform -m r.json "
		"$D/randhie.csv --suffix .z --threads $t -o $t.csv || exit 9; done &&"
		"n=$(head -n 1 $D/randhie.csv | tr -cd , | wc -c) &&"
		"cut -d, -f-$((n + 1)) 1.csv | cmp - $D/randhie.csv &&"
		"$B transform -m r.json $D/randhie.csv | tail -n +2 | md5sum >a &&"
		"cut -d, -f$((n + 2))- 1.csv | tail -n +2 | md5sum >b"),
	    0, "%s", err());
	cr_expect(same_files("1.csv", "3.csv"));
	cr_expect(same_files("a", "b"), "every column of the table is one of the model");
}

Test(cli_written, suffix_needs_new_names_and_text)
{
	put_text("two.csv", "price,price_z\n1,2\n");
	cr_expect_eq(run("$B transform -m m.json two.csv --suffix _z"), 2);
	cr_expect(failed_with("--suffix \"_z\": two.csv has a column \"price_z\" already"));
	cr_expect_eq(run("$B transform -m m.json t.csv --suffix ''"), 2);
	cr_expect(failed_with("--suffix: want a text"));
	cr_assert_eq(run("$B sample -n 9 --seed 1 -o a.npy && $B fit a.npy -o a.json"), 0);
	cr_expect_eq(run("$B transform -m a.json a.npy --suffix _z -o b.npy"), 2);
	cr_expect(failed_with("a.npy: --suffix is for text"));
	cr_expect_eq(run("$B transform -m a.json a.npy --digits 3 -o b.npy"), 2);
	cr_expect(failed_with("a.npy: --digits is for text"));
}

Test(cli_written, digits_are_significant)
{
	put_text("x.csv", "price\n1.5\n1e300\n1e-300\nNA\n");
	cr_assert_eq(run("$B transform -m m.json x.csv --digits 3"), 0);
	cr_expect_str_eq(out(), "price\n-1\n860\n-863\nNA\n");
	cr_assert_eq(run("$B transform -m m.json x.csv --digits 17 -o long.csv &&"
			 "$B transform -m m.json x.csv -o short.csv"),
		     0);
	cr_expect(same_tables("long.csv", "short.csv", 0));
	cr_assert_eq(
	    run("printf 'price;b\\n1,5;2\\n' | $B transform -m m.json --decimal , --digits 2 -"),
	    0);
	cr_expect_str_eq(out(), "price;b\n-1;2\n");
	cr_expect_eq(run("$B transform -m m.json x.csv --digits 18"), 2);
	cr_expect(failed_with("--digits \"18\": want a number from 1 to 17"));
}

Test(cli_written, as_takes_one_column_for_another)
{
	cr_assert_eq(run("$B inverse -m m.json t.csv --as price=pred --digits 4"), 0, "%s", err());
	cr_expect_str_eq(out(), "id,price,pred,note\r\n007,1.50,3.929,\"a, \"\"b\"\"\"\r\n"
				"8,+2.50,NA,x\r\n9,1e1,1.502,\r\n12,NA,3.347,tab\tend\r\n");
	/* there and back, by number, with a name that holds a = */
	put_text("e.csv", "a=b,c\n2,1\n3,4\n7,2\n");
	cr_assert_eq(run("$B fit e.csv --columns a=b -o e.json &&"
			 "$B transform -m e.json e.csv --as a=b=2 | $B inverse -m e.json - "
			 "--as a=b=c -o back.csv"),
		     0, "%s", err());
	cr_expect(same_tables("back.csv", "e.csv", 1e-14));
	cr_expect_eq(run("$B inverse -m m.json t.csv --as price"), 2);
	cr_expect(failed_with("--as \"price\": want NAME=COLUMN"));
	cr_expect_eq(run("$B inverse -m m.json t.csv --as cost=pred"), 2);
	cr_expect(failed_with("the model m.json has no column \"cost\""));
	cr_expect_eq(run("$B inverse -m m.json t.csv --as price=prod"), 2);
	cr_expect(failed_with("--as: t.csv has no column \"prod\"; is it \"pred\"?"));
	cr_expect_eq(run("$B inverse -m m.json t.csv --as price=pred --as price=pred"), 2);
	cr_expect(failed_with("the column \"pred\" is there twice"));
	cr_expect_eq(run("$B transform -m m.json t.csv --numbers pred"), 2);
	cr_expect(failed_with("--numbers: the model m.json has no column \"pred\""));
}

Test(cli_written, in_place_replaces_the_file_when_all_is_written)
{
	struct stat status;

	cr_assert_eq(
	    run("cp t.csv u.csv && chmod 640 u.csv && ln -s u.csv link &&"
		"$B transform -m m.json t.csv >want && $B transform -m m.json link --in-place"),
	    0, "%s", err());
	cr_expect(same_files("u.csv", "want"));
	cr_assert_eq(stat("u.csv", &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0640);
	put_text("bad.csv", "price\n1\n2\nx\n");
	cr_expect_eq(run("cp bad.csv same && $B transform -m m.json bad.csv --in-place"), 1);
	cr_expect(same_files("bad.csv", "same"));
	cr_assert_eq(run("printf 'price\\n0\\n1\\n4\\n20\\n' | $B fit - -o e.json &&"
			 "printf 'price\\n9\\n' >out.csv && cp out.csv same"),
		     0);
	cr_expect_eq(run("$B inverse -m e.json out.csv --outside error --in-place"), 1);
	cr_expect(same_files("out.csv", "same"));
	cr_assert_eq(
	    run("$B sample -n 9 --seed 1 -o a.npy && $B fit a.npy -o a.json && "
		"$B transform -m a.json a.npy -o b.npy && $B transform -m a.json a.npy --in-place"),
	    0);
	cr_expect(same_files("a.npy", "b.npy"));
}

Test(cli_written, in_place_refuses_what_would_be_lost)
{
	static const struct {
		const char *options, *text;
	} cases[] = {
	    {"-", "--in-place: standard input has no place; use -o"},
	    {"t.csv -o u.csv", "--in-place and -o: only one of them"},
	    {"t.csv --json-lines", "--in-place keeps the form of a table"},
	    {"t.csv --skip-lines 0 --comment '#'", "has lines that are passed over"},
	    {"sep.csv", "has lines that are passed over"},
	    {"t.csv --encoding latin1", "is not UTF-8"},
	    {"wide.csv", "is not UTF-8"},
	    {"t.csv --delimiter space", "has blanks between its cells"},
	    {"blanks.csv", "has blanks between its cells"},
	    {"empty.csv", "has lines that are passed over"},
	    {"pipe", "is no regular file"},
	    {"unused", "is no regular file"},
	    {"none.csv", "none.csv: No such file"},
	};

	put_text("sep.csv", "sep=;\nprice;b\n1;2\n");
	put("wide.csv", "\xff\xfep\0", 4);
	put_text("blanks.csv", "price b\n1 2\n2 3\n3 4\n");
	put_text("empty.csv", "\n\nprice,b\n1,2\n2,3\n3,4\n");
	cr_assert_eq(run("mkfifo pipe unused; sleep 100 >pipe & cp t.csv same; echo $! >pid"), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		cr_expect_neq(run("$B transform -m m.json --in-place %s <t.csv", cases[i].options),
			      0);
		cr_expect(strstr(err(), cases[i].text), "%s: %s", cases[i].options, err());
	}
	cr_expect(same_files("t.csv", "same"));
	run("kill $(cat pid)");
	if (run("gzip -k t.csv") == 0) {
		cr_expect_eq(run("$B transform -m m.json t.csv.gz --in-place"), 2);
		cr_expect(failed_with("is compressed, and the result would not be; use -o"));
	}
}

Test(cli_written, json_lines_have_an_object_a_row)
{
	cr_assert_eq(run("$B transform -m m.json t.csv --suffix _z --digits 4 --json-lines"), 0,
		     "%s", err());
	cr_expect_str_eq(
	    out(),
	    "{\"id\":\"007\",\"price\":1.50,\"pred\":0.2,\"note\":\"a, "
	    "\\\"b\\\"\",\"price_z\":-1.001}\n"
	    "{\"id\":8,\"price\":\"+2.50\",\"pred\":null,\"note\":\"x\",\"price_z\":-0.3641}\n"
	    "{\"id\":9,\"price\":1e1,\"pred\":-1,\"note\":null,\"price_z\":1.366}\n"
	    "{\"id\":12,\"price\":null,\"pred\":0,\"note\":\"tab\\tend\",\"price_z\":null}\n");
	cr_assert_eq(
	    run("$B transform -m m.json t.csv --digits 4 --json-lines --text id | head -n 2"), 0);
	cr_expect_str_eq(
	    out(), "{\"id\":\"007\",\"price\":-1.001,\"pred\":0.2,\"note\":\"a, \\\"b\\\"\"}\n"
		   "{\"id\":\"8\",\"price\":-0.3641,\"pred\":null,\"note\":\"x\"}\n");
	put_text("inf.csv", "price\n0\ninf\n\"\"\n");
	cr_assert_eq(run("$B transform -m m.json inf.csv --json-lines"), 1);
	cr_assert_eq(run("printf 'price\\ninf\\n\"\"\\n' | $B transform -m m.json - --json-lines"),
		     0);
	cr_expect_str_eq(out(), "{\"price\":null}\n{\"price\":null}\n");
	cr_assert_eq(run("$B stats t.csv --columns price,pred --json-lines | wc -l"), 0);
	cr_expect_str_eq(out(), "2\n");
	cr_assert_eq(run("$B stats t.csv --extended --json-lines | tail -n 1"), 0);
	cr_expect_eq(strncmp(out(), "{\"name\":\"note\",\"n\":3,", 21), 0, "%s", out());
}

Test(cli_written, json_lines_of_arrays)
{
	cr_assert_eq(run("$B sample -n 3 --seed 1 -o a.npy && $B fit a.npy -o a.json >fits && "
			 "$B transform -m a.json a.npy --json-lines --digits 3"),
		     0, "%s", err());
	cr_expect_eq(strncmp(out(), "{\"column_1\":", 12), 0, "%s", out());
	put("f.npy",
	    "\x93NUMPY\1\0v\0{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }"
	    "                                                          \n"
	    "01234567012345670123456701234567",
	    160);
	cr_expect_eq(
	    run("$B fit f.npy -o f.json >/dev/null; $B transform -m f.json f.npy --json-lines"), 1);
	cr_expect(strstr(err(), "is in Fortran order"), "%s", err());
}
