/* SPDX-License-Identifier: BSD-3-Clause */
/* state.c - states of tables: made of parts, merged, fitted, shown, and refused. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

TestSuite(cli_state, .init = run_begin, .fini = run_end);

/* Cuts a table into parts of so many rows, part_000.csv and so on, each with the head. */
static void cut_table(const char *table, int rows)
{
	cr_assert_eq(run("head -1 $D/%s >head && tail -n +2 $D/%s | split -l %d -a 3 -d - part_ && "
			 "for p in part_???; do cat head $p >$p.csv && rm $p; done",
			 table, table, rows),
		     0, "%s", err());
}

/* As with GNU parallel or in an array of Slurm: jobs that know nothing of each other. */
Test(cli_state, jobs_in_any_order_give_the_same_bytes)
{
	cut_table("breast_cancer.csv", 50);
	cr_assert_eq(run("$B fit part_005.csv --state-out sample.state >/dev/null"), 0, "%s",
		     err());
	cr_assert_eq(run("$B fit --like sample.state --state-out whole.state $D/breast_cancer.csv "
			 ">/dev/null && $B fit --state-in whole.state -o whole.json"),
		     0, "%s", err());
	cr_assert_eq(run("ls part_???.csv | xargs -P 4 -I{} $B fit --like sample.state --state-out "
			 "{}.state {} >/dev/null"),
		     0, "%s", err());
	/* one of them twice, as a job that was started again */
	cr_assert_eq(run("$B fit --like sample.state --state-out part_003.csv.state part_003.csv"),
		     0);
	cr_assert_eq(run("$B merge part_*.state -o all.state"), 0, "%s", err());
	cr_expect(same_files("all.state", "whole.state"));
	cr_assert_eq(run("ls -r part_*.state >list && $B merge @list -o back.state"), 0, "%s",
		     err());
	cr_expect(same_files("back.state", "whole.state"));
	cr_assert_eq(
	    run("$B merge part_00[0-3]*.state -o a && $B merge part_00[4-9]*.state -o b && "
		"ls part_01*.state >list && "
		"$B merge @list b - <a -o - >tree.state"),
	    0, "%s", err());
	cr_expect(same_files("tree.state", "whole.state"));
	cr_assert_eq(run("$B fit --state-in all.state -o all.json >all.txt"), 0, "%s", err());
	cr_expect(same_files("all.json", "whole.json"));
	cr_assert_eq(run("$B fit --state-in - --method best --json <all.state"), 0, "%s", err());
	cJSON_Delete(json());
}

/* All rows of a table make its fit, to the bit, and the options of fit go on. */
Test(cli_state, fits_as_the_table_does)
{
	cr_assert_eq(run("$B fit $D/penguins.csv -o m >table.txt && "
			 "$B fit $D/penguins.csv --state-out s >s.txt"),
		     0, "%s", err());
	cr_assert_eq(run("$B fit --state-in s -o n >state.txt"), 0, "%s", err());
	cr_expect(same_files("m", "n"));
	cr_expect(same_files("table.txt", "state.txt"));
	cr_expect(same_files("table.txt", "s.txt"));
	cr_assert_eq(run("$B fit $D/penguins.csv --columns body_mass_g --robust --no-standardize "
			 "--lambda year=1 --columns year -o m"),
		     0, "%s", err());
	cr_assert_eq(run("$B fit --state-in s --columns body_mass_g --robust --no-standardize "
			 "--lambda year=1 --columns year -o n"),
		     0, "%s", err());
	cr_expect(same_files("m", "n"));
	cr_assert_eq(
	    run("$B fit $D/penguins.csv --exclude 3-6 --state-out - >t && $B state --json t"), 0,
	    "%s", err());
	cJSON *root = json();
	cr_expect_eq(value(root, "rows"), 344);
	cr_expect_eq(value(column(root, "year"), "n"), 344);
	cJSON_Delete(root);
}

/* Columns that stand elsewhere in a part are put in their order, and others are left out. */
Test(cli_state, like_finds_columns_by_name)
{
	put_text("a.csv", "x,y\n1,10\n2,20\n3,35\n");
	put_text("b.csv", "more,y,x\n7,50,5\n8,60,6\n");
	put_text("ab.csv", "x,y\n1,10\n2,20\n3,35\n5,50\n6,60\n");
	cr_assert_eq(
	    run("$B fit a.csv --state-out s >/dev/null && for t in a b ab; do $B fit "
		"--like s $t.csv --state-out $t >/dev/null || exit; done && $B merge b a -o ba"),
	    0, "%s", err());
	cr_expect(same_files("ab", "ba"));
	/* a pipe can be read once only */
	cr_assert_eq(run("$B fit --like - --state-out piped ab.csv < s"), 0, "%s", err());
	cr_expect(same_files("ab", "piped"));
	put_text("c.csv", "x,z\n1,10\n2,20\n");
	cr_expect_eq(run("$B fit --like s c.csv --state-out c"), 1);
	cr_expect(failed_with("c.csv: has no column \"y\", which the state s has"), "%s", err());
	cr_expect_null(get("c", NULL));
}

Test(cli_state, shows_what_is_inside)
{
	cr_assert_eq(run("$B fit $D/penguins.csv --state-out s >/dev/null && $B state s"), 0);
	cr_expect(strstr(out(), "s: 344 rows, 5 columns, "), "%s", out());
	cr_expect(strstr(out(), "body_mass_g        342        2         0  2700  6300"), "%s",
		  out());
}

/* ---- what is refused ---- */

static void refuse(int status, const char *command, const char *text)
{
	cr_expect_eq(run("%s", command), status, "%s: %s", command, err());
	cr_expect(failed_with(text), "%s: %s", command, err());
	cr_expect_null(get("out", NULL), "%s", command);
}

Test(cli_state, damage_is_named)
{
	cr_assert_eq(run("$B fit $D/penguins.csv --state-out s >/dev/null"), 0);
	cr_assert_eq(
	    run("head -c 500 s >cut; cat s s >long; (head -c 8 s; printf '\\11'; tail -c +10 s) "
		">later; (head -c 99 s; printf x; tail -c +101 s) >altered"),
	    0);
	refuse(1, "$B merge s cut -o out", "cut: the state is cut short or altered");
	refuse(1, "$B merge s long -o out", "long: the state is cut short or altered");
	refuse(1, "$B merge s altered -o out", "altered: the state is cut short or altered");
	refuse(1, "$B merge s later -o out",
	       "later: a later version of bellshape wrote this state");
	refuse(1, "$B merge s $D/penguins.csv -o out", "is no state of a table");
	refuse(1, "$B fit --state-in cut -o out", "cut: the state is cut short or altered");
	refuse(1, "$B fit --like cut --state-out out $D/penguins.csv",
	       "cut: the state is cut short");
	refuse(1, "$B state - <cut", "standard input: the state is cut short");
	refuse(1, "$B merge s none -o out", "none: No such file");
}

Test(cli_state, other_columns_are_named)
{
	put_text("xy.csv", "x,y\n1,2\n3,5\n");
	put_text("xz.csv", "x,z\n1,2\n3,5\n");
	put_text("yx.csv", "y,x\n1,2\n3,5\n");
	put_text("x.csv", "x\n1\n3\n");
	cr_assert_eq(run("for t in xy xz yx x; do $B fit $t.csv --state-out $t >/dev/null; done"),
		     0);
	refuse(1, "$B merge xy xz -o out", "xz: column 2 is \"z\", where xy has \"y\"");
	refuse(1, "$B merge xy x -o out", "x: has no column \"y\", which is column 2 of xy");
	refuse(1, "$B merge x xy -o out", "xy: column 2 is \"y\", which x does not have");
	refuse(1, "$B merge xy yx -o out", "the columns are in another order");
}

Test(cli_state, options_that_contradict)
{
	put_text("x.csv", "x,w\n-1,1\n3,2\n4,2\n");
	cr_assert_eq(run("$B fit x.csv --state-out s >/dev/null"), 0);
	refuse(2, "$B merge s ./s s -o out",
	       "\"s\" is there twice, and its rows would count twice");
	refuse(2, "$B merge s", "merge: where to? give -o FILE");
	refuse(2, "$B merge -o out", "merge: which state?");
	refuse(2, "$B merge s @ -o out", "the name of the list is missing");
	refuse(2, "$B merge @/dev/null -o out", "the lists have no state");
	refuse(2, "$B fit --state-in s x.csv -o out", "--state-in and a table, \"x.csv\"");
	refuse(2, "$B fit --state-in s --na 9 -o out", "--state-in and --na");
	refuse(2, "$B fit --state-in s --by x -o out", "--state-in and --by");
	refuse(2, "$B fit --state-in s --method best --criterion heldout -o out",
	       "needs the values");
	refuse(2, "$B fit --like s x.csv", "--like goes with --state-out only");
	refuse(2, "$B fit --like - --state-out out x.csv - < s",
	       "only one of --like and the tables can be standard input");
	refuse(2, "$B fit --like s --columns x --state-out out x.csv", "--like and --columns");
	refuse(2, "$B fit --weights w --state-out out x.csv", "--state-out and --weights");
	refuse(2, "$B fit --state-out s2 -o out x.csv", "one run writes one file");
	refuse(2, "$B fit --state-in s --columns z -o out", "s has no column \"z\"");
	refuse(2, "$B state s s", "one argument too many");
	refuse(1, "$B fit --state-in s --method box-cox -o out",
	       "takes numbers above 0 only, and the least of column \"x\" is \"-1\"");
	put_text("y.csv", "y\n-inf\n1\n2\n");
	cr_assert_eq(run("$B fit y.csv --state-out s3 >/dev/null"), 0);
	refuse(1, "$B fit --state-in s3 --method sqrt -o out",
	       "takes numbers from 0 on only, and the least of column \"y\" is \"-inf\"");
}
