/* SPDX-License-Identifier: BSD-3-Clause */
/* output.c - where the program writes, and when. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run.h"

TestSuite(cli_output, .init = run_begin, .fini = run_end);

Test(cli_output, standard_input_and_threads_change_nothing)
{
	cr_assert_eq(
	    run("$B fit --json --threads 1 $D/randhie.csv >file.json &&"
		"$B fit --json --threads 3 - <$D/randhie.csv >redirected.json &&"
		"{ head -c 1; sleep 0.1; cat; } <$D/randhie.csv | $B fit --json - >slow.json"),
	    0, "%s", err());
	cr_expect(same_files("file.json", "redirected.json"));
	cr_expect(same_files("file.json", "slow.json"));
	cr_assert_eq(run("$B fit $D/randhie.csv -o m.json &&"
			 "$B transform --threads 1 -m m.json $D/randhie.csv -o one.csv &&"
			 "$B transform --threads 3 -m - $D/randhie.csv <m.json >three.csv"),
		     0, "%s", err());
	cr_expect(same_files("one.csv", "three.csv"));
	cr_assert_eq(run("$B fit $D/randhie.csv -o - >printed.json"), 0);
	cr_expect(same_files("m.json", "printed.json"));
}

Test(cli_output, output_appears_whole_or_not_at_all)
{
	struct stat status;

	put_text("t.csv", "a,b\n1,2\n3,4\n9,1\n");
	put_text("bad.csv", "a,b\n1,2\n3,4\n9\n");
	cr_assert_eq(run("umask 027; $B fit t.csv -o m.json"), 0);
	cr_assert_eq(stat("m.json", &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0640, "%o", status.st_mode);
	cr_expect_eq(run("$B transform -m m.json bad.csv -o z.csv"), 1);
	cr_expect_eq(access("z.csv", F_OK), -1);
	put_text("z.csv", "precious\n");
	cr_expect_eq(run("$B transform -m m.json bad.csv -o z.csv"), 1);
	cr_expect_str_eq(get("z.csv", NULL), "precious\n");
	cr_expect_eq(files(), 4);
	cr_assert_eq(run("ln -s z.csv link && chmod 600 z.csv && "
			 "$B transform -m m.json t.csv -o link && test -L link"),
		     0, "%s", err());
	cr_expect_eq(strncmp(get("z.csv", NULL), "a,b\n", 4), 0);
	cr_assert_eq(stat("z.csv", &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0600, "%o", status.st_mode);
	cr_assert_eq(run("cp t.csv same.csv && $B transform -m m.json same.csv -o same.csv"), 0);
	cr_expect(same_files("same.csv", "z.csv"));
	cr_expect_eq(run("$B fit t.csv -o nowhere/m.json"), 1);
	cr_expect(failed_with("nowhere/m.json: cannot write a file beside it: No such file"));
	cr_expect_eq(run("$B fit t.csv -o /dev/full"), 1);
	cr_expect(failed_with("/dev/full: No space left"));
	cr_expect_eq(run("$B fit t.csv -o /dev/null && test -c /dev/null"), 0);
}

Test(cli_output, a_signal_leaves_no_file)
{
	static const int signals[] = {SIGTERM, SIGHUP};

	/* Whoever started the tests may ignore it, as nohup(1) does. */
	signal(SIGHUP, SIG_DFL);
	put_text("t.csv", "a,b\n1,2\n3,4\n9,1\n");
	cr_assert_eq(run("$B fit t.csv -o m.json"), 0);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		/* The program is stopped by the signal, long before its input ends. */
		int status = run("{ echo a,b; yes 1,2 | head -n 50000;"
				 " for i in $(seq 100); do sleep 0.1; echo 1,2 || break; done; } |"
				 "$B transform -m m.json - -o killed.csv &\n"
				 "for i in $(seq 200); do"
				 " ls | grep -q '^killed.csv.' && break; sleep 0.05; done\n"
				 "ls | grep -c '^killed.csv.'; kill -%d $!; wait $!",
				 signals[i]);
		cr_expect_eq(status, 128 + signals[i], "%d", status);
		cr_expect_str_eq(out(), "1\n", "no unfinished file was there");
		cr_expect_eq(files(), 2, "signal %d leaves a file", signals[i]);
	}
}

Test(cli_output, closed_pipes_and_full_disks)
{
	cr_assert_eq(run("$B fit $D/randhie.csv -o m.json"), 0);
	cr_assert_eq(run("$B transform -m m.json $D/randhie.csv | head -c 10"), 0);
	cr_expect_str_eq(err(), "", "%s", err());
	cr_assert_eq(run("(trap '' PIPE; $B transform -m m.json $D/randhie.csv) | head -c 10"), 0);
	cr_expect_str_eq(err(), "", "%s", err());
	/* A model is kept even if nobody reads the table. */
	cr_assert_eq(run("(sleep 0.1; $B fit $D/randhie.csv -o n.json; echo $? >&2) | :"), 0);
	cr_expect_str_eq(err(), "0\n");
	cr_expect(same_files("m.json", "n.json"));
	for (const char *const *command =
		 (const char *const[]){"fit $D/randhie.csv", "fit --json $D/randhie.csv",
				       "stats $D/randhie.csv", "version", "fit -h",
				       "transform -m m.json $D/randhie.csv", NULL};
	     *command; command++) {
		cr_expect_eq(run("$B %s >/dev/full", *command), 1, "%s", *command);
		cr_expect(failed_with("standard output: No space left on device"), "%s: %s",
			  *command, err());
	}
	cr_expect_eq(run("$B transform -m m.json $D/randhie.csv >&-"), 1);
	cr_expect(failed_with("standard output: Bad file descriptor"), "%s", err());
}

/* Colors and progress are for terminals only; script(1) lends one. */
Test(cli_output, terminals)
{
	static const char slow[] =
	    "{ yes 1.5,2 | head -n 50000; sleep 1.2; yes 1.5,2 | head -n 50000; }";

	put_text("t.csv", "a,b\n1,2\n3,4\n9,1\n");
	if (run("command -v script"))
		cr_skip_test("no script(1) here");
	cr_assert_eq(run("TERM=xterm script -qec '$B fit t.csv' /dev/null"), 0);
	cr_expect(strstr(out(), "\033[1mcolumn"), "%s", out());
	cr_assert_eq(run("NO_COLOR=1 TERM=xterm script -qec '$B fit t.csv; $B fit x' /dev/null"),
		     1);
	cr_expect_null(strchr(out(), '\033'), "%s", out());
	cr_assert_eq(run("script -qec '%s | $B fit --json -' /dev/null", slow), 0);
	cr_expect(strstr(out(), " MB/s\r\033[K{"), "%s", out());
	cr_assert_eq(run("%s | $B fit --json -", slow), 0);
	cr_expect_str_empty(err());
}

Test(cli_output, values_outside_the_image)
{
	static const char table[] = "x,t\n0.5,a\n1,b\n2,c\n4,d\n30,e\n";
	double x[5];

	put_text("t.csv", table);
	cr_assert_eq(run("$B fit t.csv -o m.json"), 0);
	put_text("z.csv", "x,t\n-1,a\n0,b\nNA,c\n1e3,d\n2e3,e\n");
	cr_assert_eq(run("$B inverse -m m.json z.csv"), 0);
	cr_expect(strstr(out(), "\nNA,c\nnan,d\nnan,e\n"), "%s", out());
	cr_expect_str_eq(err(), "bellshape: z.csv: column \"x\": 2 values outside the image of the "
				"transform became nan\n");
	cr_assert_eq(run("$B inverse --outside clip -m m.json z.csv -o clip.csv"), 0);
	cr_expect(strstr(err(), "2 values"));
	cr_assert_eq(
	    sscanf(get("clip.csv", NULL), "x,t %lg,a %lg,b NA,c %lg,d %lg", x, x + 1, x + 2, x + 3),
	    4);
	cr_expect_eq(x[2], 30);
	cr_expect_eq(x[3], 30);
	cr_expect_eq(run("$B inverse --outside error -m m.json z.csv"), 1);
	cr_expect(failed_with("z.csv:5: column \"x\": \"1000\" lies outside the image"), "%s",
		  err());
	cr_expect_eq(run("$B inverse --outside error -m m.json z.csv -o e.csv"), 1);
	cr_expect_eq(access("e.csv", F_OK), -1);
	cr_expect_eq(run("{ echo x; yes 0.5 | head -n 200000; echo 1e3; } |"
			 "$B inverse --outside error -m m.json -"),
		     1);
	cr_expect(failed_with("standard input:200002: column \"x\": \"1000\" lies outside"), "%s",
		  err());
	cr_assert_eq(run("$B transform -m m.json t.csv | $B inverse --outside error -m m.json -"),
		     0);
	put_text("back.csv", out());
	cr_expect(same_tables("t.csv", "back.csv", 1e-12));
}

Test(cli_output, models_that_do_not_fit)
{
	put_text("t.csv", "a,b\n1,2\n3,4\n9,1\n");
	put_text("u.csv", "b,c\n1,2\n3,4\n9,1\n");
	cr_assert_eq(run("$B fit t.csv -o m.json"), 0);
	cr_expect_eq(run("$B transform -m m.json u.csv"), 1);
	cr_expect(failed_with(
	    "u.csv: has no column \"a\", which the model m.json wants; it has 2 columns"));
	cr_expect_eq(run("$B transform -m m.json --columns b u.csv"), 0, "%s", err());
	cr_expect_eq(run("$B transform -m t.csv u.csv"), 1);
	cr_expect(failed_with("t.csv: "), "%s", err());
	cr_expect_eq(run("$B transform -m none.json u.csv"), 1);
	cr_expect(failed_with("none.json: No such file"));
	put_text("v.csv", "b,a\n1,2\nx,4\n");
	cr_expect_eq(run("$B transform -m m.json v.csv -o z.csv"), 1);
	cr_expect(failed_with("v.csv:3: column \"b\": \"x\" is not a number"));
	cr_expect_eq(run("$B transform -m m.json --na x v.csv"), 0);
	cr_expect(strstr(out(), "\nx,"));
	/* The columns of the model may stand anywhere. */
	cr_assert_eq(run("$B transform -m m.json t.csv --text b | cut -d, -f1 >a; echo a >x;"
			 "cut -d, -f1 t.csv | tail -n +2 | sed s/$/,0/ >>x; sed -i 1s/$/,b/ x;"
			 "$B transform -m m.json --text b x | cut -d, -f1 | cmp a -"),
		     0, "%s", out());
}

/* Memory is for what a wide table holds, not for the rows and bytes that a block might have. */
Test(cli_output, memory_of_wide_tables)
{
	static const struct {
		const char *table, *command;
		int limit; /* KB of address space; in turn 60, 60, 60, 120, 40, 60 and 120 MB do */
		int status;
	} cases[] = {
	    {"{ head -c 16000000 /dev/zero | tr '\\0' ,; echo; } >half; cat half half", "fit",
	     150000, 1},
	    {"wide 100000 3", "stats --json", 150000, 0},
	    {"wide 100000 3", "stats", 150000, 0},
	    {"wide 100000 3", "fit --threads 1 --json", 250000, 0},
	    {"wide 100000 3", "transform --threads 1 -m m.json", 150000, 0},
	    {"wide 20000 100", "fit --threads 1 --json", 150000, 0},
	    {"wide 5000 3000", "stats --json", 200000, 0},
	};

#ifdef __SANITIZE_ADDRESS__
	cr_skip_test("sanitizers need more address space than there is memory");
#endif
	put_text(
	    "wide",
	    "awk -v n=$1 -v m=$2 'BEGIN { for (j = 0; j < n; j++) printf \"%sc%d\", j ? \",\" : "
	    "\"\", j; print \"\"; for (i = 0; i < m; i++) { r = 3 * i * i % 23; if (!(r in row)) { "
	    "s = r; for (j = 1; j < n; j++) s = s \",\" (r + j) % 23; row[r] = s } print row[r] } "
	    "}'\n");
	put_text("t.csv", "c0,c7\n1,2\n3,4\n9,1\n");
	cr_assert_eq(run("$B fit t.csv -o m.json"), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		cr_assert_eq(run("wide() { sh wide $1 $2; }; { %s; } >t.csv", cases[i].table), 0);
		cr_expect_eq(run("ulimit -v %d; $B %s t.csv", cases[i].limit, cases[i].command),
			     cases[i].status, "case %zu: %s", i, err());
		if (cases[i].status)
			cr_expect(failed_with("more than 1048576 columns"), "%s", err());
	}
}

Test(cli_output, memory_does_not_grow)
{
	struct rusage usage;

	cr_assert_eq(
	    run("yes '1.25,-3.5e2,text,NA' | head -c 100000000 | $B fit --json --no-header -"), 0,
	    "%s", err());
	cJSON *root = json();
	cr_expect_eq(value(column(root, "column_1"), "n"), 100000000 / 20);
	cJSON_Delete(root);
	cr_assert_eq(getrusage(RUSAGE_CHILDREN, &usage), 0);
#ifndef __SANITIZE_ADDRESS__
	cr_expect(usage.ru_maxrss < 50000, "%ld KB", usage.ru_maxrss);
#endif
	cr_expect_eq(run("{ echo a; head -c 30000000 /dev/zero | tr '\\0' x; } | $B fit -"), 1);
	cr_expect(failed_with("standard input:2: no end of this line within 16 MB"), "%s", err());
	cr_expect_eq(run("{ echo a; echo '\"'; yes 1.5 | head -c 30000000; } | $B fit -"), 1);
	cr_expect(failed_with(
		      "standard input:2: this record is longer than 16 MB: is a quote left open?"),
		  "%s", err());
}
