/* SPDX-License-Identifier: BSD-3-Clause */
/* files.c - what becomes of the files to which the program writes. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run.h"

TestSuite(cli_files, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Makes a table and its model, and keeps what transform makes of them in z.csv. */
static void prepare(void)
{
	put_text("t.csv", "a,b\n1.5,2\n3,4\n9,1\n");
	cr_assert_eq(run("$B fit t.csv -o m.json && $B transform -m m.json t.csv >z.csv"), 0, "%s",
		     err());
}

/* A path that names a descriptor is written as one: others write there, too. */
Test(cli_files, descriptors_are_not_replaced)
{
	static const char *const paths[] = {"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1",
					    "link",        "link2",     "/dev/../dev/fd/1"};

	prepare();
	cr_assert_eq(run("ln -s /dev/stdout link; ln -s link link2;"
			 "{ echo head; cat z.csv; echo tail; } >want"),
		     0);
	for (size_t i = 0; i < COUNT(paths); i++) {
		cr_expect_eq(run("echo head >log; $B transform -m m.json t.csv -o %s >>log;"
				 "echo tail >>log; cmp log want",
				 paths[i]),
			     0, "%s: %s%s", paths[i], out(), err());
		cr_expect_eq(run("{ echo head; $B transform -m m.json t.csv -o %s; echo tail; } "
				 ">log; cmp log want",
				 paths[i]),
			     0, "%s: %s%s", paths[i], out(), err());
		cr_expect_eq(run("$B transform -m m.json t.csv -o %s | cmp - z.csv", paths[i]), 0,
			     "%s: %s%s", paths[i], out(), err());
	}
	cr_expect_eq(run("{ echo head; $B transform -m m.json t.csv -o log; echo tail; } >log;"
			 "cmp log want"),
		     0, "%s%s", out(), err());
	cr_expect_eq(run("echo head >log; $B transform -m m.json t.csv -o /dev/fd/7 7>>log;"
			 "echo tail >>log; cmp log want"),
		     0, "%s%s", out(), err());
	cr_expect_eq(run("echo head >log; $B transform -m m.json t.csv -o /dev/stderr 2>>log;"
			 "echo tail >>log; cmp log want"),
		     0, "%s%s", out(), err());
	cr_expect_eq(run("$B transform -m m.json t.csv -o /dev/fd/9"), 1);
	cr_expect(failed_with("/dev/fd/9"), "%s", err());
	/* Nothing half goes there either. */
	put_text("y.csv", "a,b\n0,0\n1e9,0\n");
	cr_expect_eq(run("$B inverse --outside error -m m.json y.csv -o /dev/stdout >>log"), 1);
	cr_expect_eq(run("$B fit t.csv --columns a -o /dev/stdout >log; grep -c bellshape log"), 0);
}

Test(cli_files, an_existing_file_keeps_what_it_is)
{
	struct stat status;

	prepare();
	put_text("old", "precious\n");
	cr_assert_eq(chmod("old", 0640), 0);
	if (!geteuid())
		cr_assert_eq(chown("old", 1234, 4321), 0);
	cr_assert_eq(run("$B transform -m m.json t.csv -o old && cmp old z.csv"), 0, "%s", err());
	cr_assert_eq(stat("old", &status), 0);
	cr_expect_eq(status.st_mode & 07777, 0640, "%o", status.st_mode);
	if (!geteuid())
		cr_expect(status.st_uid == 1234 && status.st_gid == 4321);
	cr_expect_str_empty(err());
	cr_assert_eq(run("ln old other && $B transform -m m.json t.csv -o old"), 0);
	cr_expect(strstr(err(), "old: note: the file has 2 names; only this one"), "%s", err());
}

Test(cli_files, a_file_that_is_read_only_is_refused)
{
	static const char *const modes[] = {"0444", "0400", "0555", "0000"};

	prepare();
	for (size_t i = 0; i < COUNT(modes); i++) {
		char message[80];

		put_text("old", "precious\n");
		snprintf(message, sizeof message, "old: is read-only (mode %s)", modes[i]);
		cr_assert_eq(run("chmod %s old; ln -sf old link", modes[i]), 0);
		cr_expect_eq(run("$B transform -m m.json t.csv -o old"), 1);
		cr_expect(failed_with(message), "%s", err());
		cr_expect_eq(run("$B fit t.csv -o link"), 1);
		cr_expect(failed_with("link: is read-only"), "%s", err());
		cr_expect_eq(run("$B sample -n 3 --seed 1 -o old"), 1);
		cr_assert_eq(chmod("old", 0600), 0);
		cr_expect_str_eq(get("old", NULL), "precious\n");
	}
	cr_expect_eq(files(), 5);
}

Test(cli_files, links_are_followed)
{
	prepare();
	cr_assert_eq(run("mkdir d d/e && ln -s ../new d/a && ln -s d/a b && ln -s $PWD/d/b2 c && "
			 "ln -s loop2 loop && ln -s loop loop2"),
		     0);
	cr_assert_eq(run("$B transform -m m.json t.csv -o b && test -L b && test -L d/a && "
			 "cmp new z.csv"),
		     0, "%s", err());
	cr_assert_eq(run("$B transform -m m.json t.csv -o c && test -L c && cmp d/b2 z.csv"), 0,
		     "%s", err());
	cr_expect_eq(run("$B transform -m m.json t.csv -o loop"), 1);
	cr_expect(failed_with("loop: Too many levels of symbolic links"), "%s", err());
	cr_expect_eq(run("test -L loop && test -L loop2"), 0);
	cr_assert_eq(run("ln -s nowhere/x n"), 0);
	cr_expect_eq(run("$B transform -m m.json t.csv -o n"), 1);
	cr_expect(failed_with("n: cannot write a file beside it: No such file"), "%s", err());
}

Test(cli_files, names_may_be_long)
{
	static const int lengths[] = {248, 249, 255};

	prepare();
	for (size_t i = 0; i < COUNT(lengths); i++)
		cr_expect_eq(run("f=$(printf '%%%dd' 0 | tr ' ' x) &&"
				 "$B transform -m m.json t.csv -o $f && cmp $f z.csv && rm $f",
				 lengths[i]),
			     0, "%d: %s", lengths[i], err());
	cr_expect_eq(run("f=$(printf '%%0127d' 0 | sed s/0/\xc3\xbc/g) &&"
			 "$B transform -m m.json t.csv -o $f && cmp $f z.csv"),
		     0, "%s", err());
	cr_expect_eq(run("$B transform -m m.json t.csv -o $(printf '%%0256d' 0)"), 1);
	cr_expect_eq(files(), 4);
}

/* Every signal that ends the program leaves nothing, but for those that no program can see. */
Test(cli_files, signals_leave_nothing)
{
	const int signals[] = {SIGHUP,  SIGQUIT,   SIGILL,  SIGTRAP,  SIGABRT,   SIGBUS,
			       SIGFPE,  SIGUSR1,   SIGSEGV, SIGUSR2,  SIGPIPE,   SIGALRM,
			       SIGTERM, SIGSTKFLT, SIGXCPU, SIGXFSZ,  SIGVTALRM, SIGPROF,
			       SIGIO,   SIGPWR,    SIGSYS,  SIGRTMIN, SIGRTMAX};

	prepare();
#ifdef __SANITIZE_ADDRESS__
	cr_skip_test("sanitizers take some of the signals");
#endif
	for (size_t i = 0; i < COUNT(signals); i++) {
		int status =
		    run("ulimit -c 0; mkfifo pipe; exec 5<>pipe; { head -n 1 t.csv; yes 1.5,2 | "
			"head -n 200; } >&5;"
			"env --default-signal $B transform -m m.json - -o killed.csv <pipe &\n"
			"for i in 1 2 3 4 5 6 7 8 9; do sleep 0.02;"
			"ls killed.csv.* >/dev/null 2>&1 && break; done;"
			"ls | grep -c '^killed.csv.'; kill -%d $!; wait $!; s=$?; rm pipe;"
			"exit $s",
			signals[i]);
		cr_expect_eq(status, 128 + signals[i], "signal %d: %d", signals[i], status);
		cr_expect_str_eq(out(), "1\n", "no unfinished file was there");
		cr_expect_eq(files(), 3, "signal %d leaves a file", signals[i]);
	}
	/* What the caller ignores is ignored. */
	cr_expect_eq(run("(trap '' HUP; { cat t.csv; sleep 0.3; } |"
			 "$B transform -m m.json - -o kept.csv & sleep 0.1; kill -HUP $!; wait $!)"
			 "&& cmp kept.csv z.csv"),
		     0, "%s", err());
}

/* Output that has to be whole is kept in the folder that the user chose. */
Test(cli_files, tmpdir_is_honored)
{
	prepare();
	cr_assert_eq(run("{ echo a,b; yes 0,0 | head -n 300000; } >y.csv; mkdir tmp;"
			 "TMPDIR=$PWD/tmp $B inverse --outside error -m m.json y.csv >x1;"
			 "$B inverse -m m.json y.csv | cmp - x1 && rmdir tmp"),
		     0, "%s%s", out(), err());
	cr_expect_eq(run("TMPDIR=/nowhere $B inverse --outside error -m m.json y.csv"), 1);
	cr_expect(failed_with("a file for the output in /nowhere: No such file"), "%s", err());
	cr_expect_eq(run("TMPDIR= $B inverse --outside error -m m.json y.csv | cmp - x1"), 0);
}
