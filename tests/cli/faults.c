/* SPDX-License-Identifier: BSD-3-Clause */
/* faults.c - the program when memory runs out, or when what it writes cannot be stored. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"

TestSuite(cli_faults, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

/*
 * Runs a command, which may write the file out.file, once for each of its allocations, and has that
 * one fail.  Each run has to end with status 1, one line of message and no output, or with
 * status 0 and all of the output.  Prints the runs that do not, and how many there were.
 */
static const char every_allocation[] =
    "command='%s'\n"
    "rm -f out.file\n"
    "eval \"$command\" >want.out 2>/dev/null; cp out.file want.file 2>/dev/null || : >want.file\n"
    "k=0\n"
    "while :; do\n"
    "	k=$((k + 1))\n"
    "	rm -f failed out.file got.out\n"
    "	eval \"FAIL_AT=$k FAIL_MARK=failed LD_PRELOAD=$F $command\" >got.out 2>got.err\n"
    "	status=$?\n"
    "	[ -e failed ] || break\n"
    "	[ -e out.file ] || : >out.file\n"
    "	if [ $status = 0 ]; then\n"
    "		cmp -s got.out want.out && cmp -s out.file want.file && continue\n"
    "	elif [ $status = 1 ]; then\n"
    "		[ ! -s got.out ] && [ ! -s out.file ] && [ $(wc -l <got.err) = 1 ] && continue\n"
    "	fi\n"
    "	echo \"allocation $k: status $status: $(cat got.err)\"\n"
    "done\n"
    "echo $((k - 1)) runs";

/* Puts the shim where the shell finds it, or skips the test. */
static void need_shim(void)
{
	const char *shim = getenv("BELLSHAPE_FAIL");

	if (!shim || access(shim, R_OK))
		cr_skip_test("no call can be made to fail here");
	setenv("F", shim, 1);
}

Test(cli_faults, failed_allocations_leave_no_part_of_an_output)
{
	static const char *const commands[] = {
	    "$B fit --threads 1 --json t.csv",
	    "$B fit --threads 1 --json t.csv -o out.file",
	    "$B fit --threads 1 t.csv -o out.file",
	    "$B fit --threads 1 --method box-cox t.csv",
	    "$B stats --json --na 3 x.npy",
	    "$B stats --json t.csv",
	    "$B stats --json --extended --by t t.csv",
	    "$B stats --extended --weights w t.csv",
	    "$B fit --threads 1 --by t --lambda a=1 t.csv",
	    "$B transform --threads 1 -m m.json t.csv -o out.file",
	    "$B inverse --na 3 --decimal , --outside error -m m.json u.csv",
	};

	need_shim();
	put_text("t.csv", "a,t,b,w\n1,x,5,1\n3,y,inf,0\nNA,z,-7,2.5\n8,u,1,1\n4,v,2,1\n");
	put_text("u.csv",
		 "a;b\n0,5;1e999\n-0,25;\"2,0000000000000000000000000000000000000000000000000"
		 "000000000000000000000000000000000000000000000000000\"\n");
	cr_assert_eq(run("$B fit --columns a t.csv -o m.json && $B sample -n 9 --seed 1 -o x.npy"),
		     0, "%s", err());
	for (size_t i = 0; i < COUNT(commands); i++) {
		int runs;

		cr_expect_eq(run(every_allocation, commands[i]), 0);
		cr_expect_eq(sscanf(out(), "%d runs", &runs), 1, "%s: %s", commands[i], out());
		cr_expect_gt(runs, 25, "%s: %d runs", commands[i], runs);
		printf("injected: %d\n", runs); /* scripts/testing-figures adds these up */
	}
}

/* Threads that share columns find an error at once, of which one is told. */
Test(cli_faults, threads_that_fail_together_say_one_line)
{
	need_shim();
	cr_assert_eq(run("awk 'BEGIN { for (i = 0; i < 3000; i++) for (j = 0; j < 60; j++) "
			 "printf \"%%d%%s\", i * j %% 977, (j < 59 ? \",\" : \"\\n\") }' >t.csv"),
		     0);
	/* On a busy machine the first thread may do all the work, and nothing fails. */
	int status = 0;
	for (int i = 0; i < 200 && status == 0; i++)
		status = run("FAIL_THREADS=1 LD_PRELOAD=$F $B stats --extended --threads 8 t.csv");
	cr_expect_eq(status, 1);
	cr_expect(failed_with("out of memory"), "%s", err());
}

/*
 * Does so for each call that writes, in turn with the errors that the variable `errors` lists by
 * number, and whose words stand in `words`.  In the folder `d` the file out.file is an old one, and
 * nothing else may be left there.  What is in part on standard output must be the beginning of the
 * whole.
 */
static const char every_write[] =
    "command='%s'\n"
    "refused=0\n"
    "mkdir d\n"
    "eval \"$command\" >want.out 2>/dev/null; cp d/out.file want.file 2>/dev/null || : >want.file\n"
    "for error in $errors; do\n"
    "	k=0\n"
    "	while :; do\n"
    "		k=$((k + 1))\n"
    "		rm -rf d failed; mkdir d; echo precious >d/out.file\n"
    "		eval \"TMPDIR=d FAIL_ERRNO=$error FAIL_AT=$k FAIL_MARK=failed LD_PRELOAD=$F"
    "			$command\" >got.out 2>got.err\n"
    "		status=$?\n"
    "		[ -e failed ] || break\n"
    "		refused=$((refused + status))\n"
    "		got=$(wc -c <got.out)\n"
    "		if [ \"$(ls d)\" = out.file ] && cmp -s -n $got got.out want.out; then\n"
    "			[ $status = 0 ] && cmp -s got.out want.out &&\n"
    "				{ [ ! -s want.file ] || cmp -s d/out.file want.file; } && "
    "continue\n"
    "			[ $status = 1 ] && [ \"$(cat d/out.file)\" = precious ] &&\n"
    "				[ $(wc -l <got.err) = 1 ] && grep -q \"$words\" got.err && "
    "continue\n"
    "		fi\n"
    "		echo \"call $k, error $error: status $status: $(cat got.err; ls d)\"\n"
    "	done\n"
    "done\n"
    "rm -r d\n"
    "echo $refused refused";

Test(cli_faults, failed_writes_leave_what_was_there)
{
	static const struct {
		const char *command;
		int calls; /* whose failure is an error; others close what was read, for example */
	} cases[] = {
	    {"$B fit --threads 1 t.csv -o d/out.file", 7},
	    {"$B fit --threads 1 --json t.csv", 1},
	    {"$B fit --threads 1 --json t.csv -o d/out.file", 7},
	    {"$B fit --threads 1 t.csv -o -", 1},
	    {"$B stats --json t.csv", 1},
	    {"$B transform --threads 1 -m m.json t.csv", 1},
	    {"$B transform --threads 1 -m m.json t.csv -o d/out.file", 6},
	    {"$B transform --threads 1 -m m.json t.csv -o /dev/stdout", 1},
	    {"$B inverse --outside error -m m.json long.csv", 10},
	    {"$B inverse --outside error -m m.json long.csv -o d/out.file", 9},
	    {"$B sample -n 200000 --seed 1", 5},
	    {"$B sample -n 200000 --seed 1 -o d/out.file", 10},
	};

	char errors[32];

	need_shim();
	snprintf(errors, sizeof errors, "%d %d", ENOSPC, EIO);
	setenv("errors", errors, 1);
	setenv("words", "No space left on device\\|Input/output error", 1);
	put_text("t.csv", "a,t,b\n1,x,5\n3,y,inf\nNA,z,-7\n8,u,1\n4,v,2\n");
	cr_assert_eq(
	    run("$B fit --columns a t.csv -o m.json && { echo a; yes 0.25 | head -n 200000; } "
		">long.csv"),
	    0, "%s", err());
	for (size_t i = 0; i < COUNT(cases); i++) {
		int refused;

		cr_expect_eq(run(every_write, cases[i].command), 0);
		cr_expect_eq(sscanf(out(), "%d refused", &refused), 1, "%s: %s", cases[i].command,
			     out());
		cr_expect_eq(refused, 2 * cases[i].calls, "%s: %d refused", cases[i].command,
			     refused);
		printf("injected: %d\n", refused);
	}
}
