/* SPDX-License-Identifier: BSD-3-Clause */
/* report.c - the program's pictures: where they go, of which columns, and what is refused. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"

TestSuite(cli_report, .init = run_begin, .fini = run_end);

static bool holds(const char *file, const char *text)
{
	const char *bytes = get(file, NULL);

	return bytes && strstr(bytes, text);
}

Test(cli_report, page)
{
	cr_assert_eq(run("$B report $D/penguins.csv -o r.html"), 0, "%s", err());
	cr_expect_str_empty(out());
	cr_expect(holds("r.html", "<h1><bdi>penguins.csv</bdi></h1>"));
	cr_expect(holds("r.html", "344 rows \xc2\xb7 5 columns of numbers"));
	cr_expect(holds("r.html", "<bdi>species</bdi>, <bdi>island</bdi>, <bdi>sex</bdi>"));
	cr_expect(holds("r.html", "\xc2\xb7 2 missing"));
	cr_assert_eq(run("$B report - -o - --threads 3 <$D/penguins.csv >again.html"), 0);
	cr_assert_eq(run("sed s/standard.input/penguins.csv/ again.html >named.html"), 0);
	cr_expect(same_files("r.html", "named.html"));
	cr_assert_eq(run("$B report $D/penguins.csv --columns year,body_mass_g -o r.html"), 0);
	cr_expect(holds("r.html", "2 columns of numbers"));
	cr_expect_eq(files(), 3);
}

Test(cli_report, options_of_fit)
{
	cJSON *root, *c;

	cr_assert_eq(run("$B report --json --method box-cox --columns body_mass_g,year --lambda "
			 "year=0.5 $D/penguins.csv"),
		     0, "%s", err());
	root = json();
	c = column(root, "body_mass_g");
	cr_expect_eq(value(c, "n"), 342);
	cr_expect_eq(value(c, "missing"), 2);
	cr_expect_float_eq(value(c, "lambda"), -0.4659, 1e-3);
	cr_expect_eq(value(column(root, "year"), "lambda"), 0.5);
	cJSON_Delete(root);
}

/* A sketch reads more than a sample holds, and says so; the sample does not depend on blocks. */
Test(cli_report, sample_of_many_rows)
{
	cJSON *root, *c;

	cr_assert_eq(run("$B sample -n 60000 --seed 5 >x.txt && $B report --no-header x.txt --json "
			 "-o r.html"),
		     0, "%s", err());
	root = json();
	c = column(root, "column_1");
	cr_expect_eq(value(c, "n"), 60000);
	cr_expect(cJSON_IsTrue(cJSON_GetObjectItem(c, "sampled")));
	cr_expect_eq(value(cJSON_GetObjectItem(c, "qq_after"), "n"), 50000);
	cr_expect(holds("r.html", "of a sample of 50\xe2\x80\xaf"
				  "000"));
	cJSON_Delete(root);
}

/* With a model the pictures are those of its transforms, whatever table they were made from. */
Test(cli_report, model)
{
	cJSON *root;

	cr_assert_eq(run("$B fit $D/penguins.csv --columns body_mass_g -o m.json >table &&"
			 "head -n 101 $D/penguins.csv >part.csv &&"
			 "$B report -m m.json part.csv --json -o r.html"),
		     0, "%s", err());
	root = json();
	cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(root, "columns")), 1);
	cr_expect_float_eq(value(column(root, "body_mass_g"), "lambda"), -0.466, 1e-3);
	cr_expect_eq(value(column(root, "body_mass_g"), "n"), 99);
	cJSON_Delete(root);
	cr_expect(holds("r.html", "transforms of the model <bdi>m.json</bdi>"));
	cr_assert_eq(run("rm r.html"), 0);
	put_text("other.csv", "a,b\n1,2\n3,4\n9,1\n");
	cr_expect_eq(run("$B report -m m.json other.csv -o r.html"), 1);
	cr_expect(failed_with("other.csv: has no column \"body_mass_g\", which the model m.json"));
	cr_expect_eq(run("$B report -m m.json part.csv --columns year -o r.html"), 2);
	cr_expect(failed_with("the model m.json has no column \"year\""));
	cr_expect_eq(
	    run("$B fit other.csv --method box-cox -o m.json &&"
		"printf 'a,b\\n1,2\\n3,0\\n' >bad.csv && $B report -m m.json bad.csv -o r.html"),
	    1);
	cr_expect(strstr(err(), "Box-Cox takes numbers above 0 only"), "%s", err());
	cr_expect_eq(access("r.html", F_OK), -1);
}

Test(cli_report, pictures_as_files)
{
	cr_assert_eq(run("$B report $D/penguins.csv --columns year --svg pictures && ls pictures"),
		     0, "%s", err());
	cr_expect_str_eq(out(), "001-year-histogram-after.svg\n001-year-histogram-before.svg\n"
				"001-year-profile.svg\n001-year-qq-after.svg\n"
				"001-year-qq-before.svg\n");
	cr_expect_eq(run("$B report $D/penguins.csv --svg pictures/001-year-profile.svg"), 1);
	cr_expect(failed_with("001-year-profile.svg: is no folder"), "%s", err());
	cr_expect_eq(run("$B report $D/penguins.csv --svg a/b"), 1);
	cr_expect(failed_with("a/b: No such file or directory"), "%s", err());
}

Test(cli_report, errors_leave_no_file)
{
	put_text("t.csv", "a,b\n1,2\n3,4\n9,1\n");
	put_text("text.csv", "a\nx\ny\n");
	put_text("bad.csv", "a,b\n1,2\n3,4\n9\n");
	cr_expect_eq(run("$B report t.csv"), 2);
	cr_expect(failed_with("report: where to? bellshape report data.csv -o report.html"));
	cr_expect_eq(run("$B report t.csv --json -o -"), 2);
	cr_expect(failed_with("both want standard output"));
	cr_expect_eq(run("$B report -m m.json t.csv --lambda a=1 -o r.html"), 2);
	cr_expect(failed_with("leave out --lambda"));
	cr_expect_eq(run("$B report -m m.json t.csv --method best -o r.html"), 2);
	cr_expect(failed_with("leave out --method"));
	cr_expect_eq(run("$B report -m m.json t.csv --bounds 0,1 -o r.html"), 2);
	cr_expect(failed_with("leave out --bounds"));
	cr_expect_eq(run("$B report -m m.json t.csv --no-standardize -o r.html"), 2);
	cr_expect(failed_with("leave out --no-standardize"));
	cr_expect_eq(run("$B report t.csv --method log --lambda 1 -o r.html"), 2);
	cr_expect(failed_with("report: --lambda: --method log has no lambda"));
	cr_expect_eq(run("$B report t.csv -o ''"), 2);
	cr_expect_eq(run("$B report t.csv --svg ''"), 2);
	cr_expect(failed_with("the name of the folder for --svg is empty"));
	cr_expect_eq(run("$B report -o r.html"), 2);
	cr_expect_eq(run("$B report text.csv -o r.html"), 1);
	cr_expect(failed_with("text.csv: no column of numbers, but text: \"a\""));
	cr_expect_eq(run("$B report bad.csv -o r.html"), 1);
	cr_expect_eq(run("$B report t.csv --lambda c=1 -o r.html"), 2);
	cr_expect_eq(run("$B report none.csv -o r.html"), 1);
	cr_expect_eq(run("$B report t.csv -o /dev/full"), 1);
	cr_expect(failed_with("/dev/full: No space left"), "%s", err());
	cr_expect_eq(run("$B report t.csv --json >/dev/full"), 1);
	cr_expect_eq(run("$B report t.csv --json -o r.html >/dev/full"), 1);
	cr_expect_eq(run("$B report t.csv -o nowhere/r.html"), 1);
	cr_expect_eq(files(), 3);
}

/* A reader of the numbers that has gone leaves the page. */
Test(cli_report, reader_that_has_gone)
{
	cr_assert_eq(run("$B report $D/breast_cancer.csv --json -o r.html | head -c 10"), 0);
	cr_expect(holds("r.html", "</html>"));
}

/* ---- small histograms ---- */

/* The bars of a table are those of ten equal classes; what has no values has none. */
Test(cli_report, small_histograms)
{
	put_text("t.csv", "a,b,c\n0,,1\n0,,1\n9,,1\n");
	cr_assert_eq(run("$B stats --histogram t.csv"), 0, "%s", err());
	cr_expect(strstr(out(), "\xe2\x96\x88        \xe2\x96\x84"), "%s", out());
	cr_assert_eq(run("$B fit --histogram t.csv --columns a,b"), 0, "%s", err());
	cr_expect(
	    strstr(out(), "\xe2\x96\x88        \xe2\x96\x84  \xe2\x96\x88        \xe2\x96\x84"),
	    "%s", out());
	cr_assert_eq(run("$B stats t.csv && $B fit t.csv && $B fit --histogram --json t.csv"), 0);
	cr_expect(!strstr(out(), "\xe2\x96"));
}

/* They come by themselves on a wide terminal alone, which script(1) stands in for. */
Test(cli_report, small_histograms_on_a_terminal)
{
	put_text("t.csv", "a\n0\n0\n9\n");
	if (run("command -v script >which"))
		cr_skip("script(1) is not installed");
	cr_assert_eq(run("TERM=xterm script -qec 'stty cols 130; $B stats t.csv' typescript"), 0);
	cr_expect(strstr(out(), "\xe2\x96\x88"), "%s", out());
	cr_assert_eq(run("TERM=xterm script -qec 'stty cols 80; $B stats t.csv' typescript"), 0);
	cr_expect(!strstr(out(), "\xe2\x96\x88"), "%s", out());
	cr_assert_eq(run("TERM=dumb script -qec 'stty cols 130; $B stats t.csv' typescript"), 0);
	cr_expect(!strstr(out(), "\xe2\x96\x88"), "%s", out());
}
