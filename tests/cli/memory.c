/* SPDX-License-Identifier: BSD-3-Clause */
/* memory.c - the program when memory runs out. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "run.h"

TestSuite(cli_memory, .init = run_begin, .fini = run_end);

/*
 * Runs a command, which may write the file out.file, once for each of its allocations, and has that
 * one fail.  Each run has to end with status 1, one line of message and no output, or with
 * status 0 and all of the output.  Prints the runs that do not, and how many there were.
 */
static const char every_allocation[] =
    "command='%s'\n"
    "rm -f out.file\n"
    "eval \"$command\" >want.out && cp out.file want.file 2>/dev/null || : >want.file\n"
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

Test(cli_memory, failed_allocations_leave_no_part_of_an_output)
{
	static const char *const commands[] = {
	    "$B fit --threads 1 --json t.csv",
	    "$B fit --threads 1 --json t.csv -o out.file",
	    "$B fit --threads 1 t.csv -o out.file",
	    "$B stats --json t.csv",
	    "$B transform --threads 1 -m m.json t.csv -o out.file",
	};
	const char *shim = getenv("BELLSHAPE_FAIL_ALLOCATION");

	if (!shim || access(shim, R_OK))
		cr_skip_test("no allocation can be made to fail here");
	setenv("F", shim, 1);
	put_text("t.csv", "a,t,b\n1,x,5\n3,y,inf\nNA,z,7\n8,u,1\n4,v,2\n");
	cr_assert_eq(run("$B fit --columns a t.csv -o m.json"), 0, "%s", err());
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		int runs;

		cr_expect_eq(run(every_allocation, commands[i]), 0);
		cr_expect_eq(sscanf(out(), "%d runs", &runs), 1, "%s: %s", commands[i], out());
		cr_expect_gt(runs, 50, "%s: %d runs", commands[i], runs);
	}
}
