/* SPDX-License-Identifier: BSD-3-Clause */
/* sample.c - samples of the program, against those of the library. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <bellshape/bellshape.h>

#include "run.h"

TestSuite(cli_sample, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { HEAD = 128, MAX_SAMPLES = 700001 }; /* more than two of the program's blocks */

/* Lines of text as numbers; -1 if there is anything else. */
#define READ(name, elem, number)                                 \
	static long name(const char *text, elem *x, long most)   \
	{                                                        \
		long n = 0;                                      \
		char *end;                                       \
		for (; *text && n < most; text = end + 1, n++) { \
			x[n] = number(text, &end);               \
			if (end == text || *end != '\n')         \
				return -1;                       \
		}                                                \
		return *text ? -1 : n;                           \
	}
READ(read_f32, float, strtof)
READ(read_f64, double, strtod)

/* Exact values of the formula in bellshape/normal.h, which also says how near samples are. */
Test(cli_sample, first_samples)
{
	static const long double narrow[] = {-0.9246625876655349813L, 0.99113767993038581617L,
					     -0.4820685874871796595L, -0.6176089594591906063L};
	static const long double wide[] = {-0.3103957360003767250L, -0.3976671363150353173L,
					   0.32921070126776830036L, 1.38684427837327575295L};
	float x[4];
	double y[4];

	cr_assert_eq(run("$B sample -n 4 --seed 0 --dtype f32"), 0, "%s", err());
	cr_assert_eq(read_f32(out(), x, 4), 4, "%s", out());
	cr_expect_str_empty(err());
	cr_assert_eq(run("$B sample -n 4 --seed 0"), 0, "%s", err());
	cr_assert_eq(read_f64(out(), y, 4), 4, "%s", out());
	for (size_t i = 0; i < 4; i++) {
		cr_expect(fabsl((long double)x[i] - narrow[i]) <= ldexpl(6, ilogbl(narrow[i]) - 23),
			  "%zu: %a", i, (double)x[i]);
		cr_expect(fabsl((long double)y[i] - wide[i]) <= ldexpl(5, ilogbl(wide[i]) - 52),
			  "%zu: %a", i, y[i]);
	}
}

/* Text and arrays hold the bits of the library, whatever the parts. */
Test(cli_sample, same_as_the_library)
{
	static const struct {
		uint64_t seed, stream, offset;
		double mean, sd;
		size_t n;
	} cases[] = {{0, 0, 0, 0, 1, 1},
		     {1, 2, 3, 0, 1, 100},
		     {0xfedcba9876543210, 1, 5, 1e-30, 1e-3, 1000},
		     {UINT64_MAX, UINT64_MAX, UINT64_MAX - 99, -2.5, 0.1, 100},
		     {7, 8, UINT64_C(4) * UINT32_MAX - 5, 1013.25, 1e30, 999},
		     {7, 9, UINT64_C(2) * UINT32_MAX - 5, 0.1, 0, 3},
		     {3, 1, 12345, 10, 3, MAX_SAMPLES}};
	float *x = malloc(MAX_SAMPLES * sizeof *x), *got_x = malloc(MAX_SAMPLES * sizeof *x);
	double *y = malloc(MAX_SAMPLES * sizeof *y), *got_y = malloc(MAX_SAMPLES * sizeof *y);

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t seed = cases[i].seed, stream = cases[i].stream, offset = cases[i].offset;
		double mean = cases[i].mean, sd = cases[i].sd;
		size_t n = cases[i].n, size;
		char options[200];

		cr_assert_eq(
		    bell_normal_fill_f32(&(struct bell_normal_stream){seed, stream, offset}, mean,
					 sd, n, 0, x),
		    BELL_OK);
		cr_assert_eq(
		    bell_normal_fill_f64(&(struct bell_normal_stream){seed, stream, offset}, mean,
					 sd, n, 0, y),
		    BELL_OK);
		snprintf(options, sizeof options,
			 "-n %zu --seed %" PRIu64 " --stream 0x%" PRIx64 " --offset %" PRIu64
			 " --mean %.17g --sd %.17g",
			 n, seed, stream, offset, mean, sd);
		cr_assert_eq(run("$B sample %s --dtype f32 -o x.txt && $B sample %s -o y.csv &&"
				 "$B sample %s --dtype f32 -o x.npy && $B sample %s -o y.npy",
				 options, options, options, options),
			     0, "%s", err());
		cr_expect_str_empty(err());
		cr_expect_eq(read_f32(get("x.txt", NULL), got_x, MAX_SAMPLES), (long)n);
		cr_expect_eq(memcmp(got_x, x, n * sizeof *x), 0, "case %zu, text, f32", i);
		cr_expect_eq(read_f64(get("y.csv", NULL), got_y, MAX_SAMPLES), (long)n);
		cr_expect_eq(memcmp(got_y, y, n * sizeof *y), 0, "case %zu, text, f64", i);
		char *array = get("x.npy", &size);
		cr_assert_eq(size, HEAD + n * sizeof *x);
		cr_expect_eq(memcmp(array + HEAD, x, n * sizeof *x), 0, "case %zu, .npy, f32", i);
		array = get("y.npy", &size);
		cr_assert_eq(size, HEAD + n * sizeof *y);
		cr_expect_eq(memcmp(array + HEAD, y, n * sizeof *y), 0, "case %zu, .npy, f64", i);
	}
	free(x);
	free(got_x);
	free(y);
	free(got_y);
}

/* Significant digits of a number in text. */
static int digits(const char *text, size_t length)
{
	int n = 0, zeros = 0;

	for (size_t i = 0; i < length && text[i] != 'e'; i++) {
		if (text[i] < '0' || text[i] > '9' || (!n && text[i] == '0'))
			continue;
		zeros = text[i] == '0' ? zeros + 1 : 0;
		n++;
	}
	return n - zeros;
}

Test(cli_sample, text_is_the_shortest)
{
	static const char *const types[] = {"f32", "f64"};

	for (int wide = 0; wide < 2; wide++) {
		int longest = 0;

		cr_assert_eq(run("$B sample -n 5000 --seed 4 --dtype %s", types[wide]), 0);
		for (const char *p = out(), *end; *p; p = end + 1) {
			double x = wide ? strtod(p, NULL) : (double)strtof(p, NULL);
			char fewer[40];

			end = strchr(p, '\n');
			int n = digits(p, (size_t)(end - p));
			longest = n > longest ? n : longest;
			if (n < 2)
				continue;
			snprintf(fewer, sizeof fewer, "%.*e", n - 2, x);
			cr_expect((wide ? strtod(fewer, NULL) : (double)strtof(fewer, NULL)) != x,
				  "%.*s", (int)(end - p), p);
		}
		cr_expect_eq(longest, wide ? 17 : 9);
	}
}

Test(cli_sample, parts_and_threads_make_the_whole)
{
	static const struct {
		const char *options;
	} cases[] = {{"--seed 5"},
		     {"--seed 5 --dtype f32 --mean 1 --sd 2"},
		     {"--seed 0x5 --stream 0xffffffffffffffff --threads 3"}};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *o = cases[i].options;

		cr_assert_eq(
		    run("$B sample %s -n 600000 --offset 10 --threads 1 -o whole.txt &&"
			"{ $B sample %s -n 1 --offset 10; $B sample %s -n 262145 --offset 11;"
			"  $B sample %s -n 337854 --offset 0x4000c; } >parts.txt",
			o, o, o, o),
		    0, "%s", err());
		cr_expect(same_files("whole.txt", "parts.txt"), "case %zu", i);
	}
	cr_assert_eq(run("$B sample -n 600000 --seed 5 --threads 1 -o a.npy;"
			 "$B sample -n 600000 --seed 5 --threads 3 -o b.npy;"
			 "$B sample -n 600000 --seed 6 -o c.npy;"
			 "$B sample -n 600000 --seed 5 --stream 1 -o d.npy"),
		     0, "%s", err());
	cr_expect(same_files("a.npy", "b.npy"));
	cr_expect_not(same_files("a.npy", "c.npy"));
	cr_expect_not(same_files("a.npy", "d.npy"));
}

/* The type: "-o", nothing and any name but .npy are text. */
Test(cli_sample, names_of_outputs)
{
	static const char *const names[] = {"x.csv", "x.txt", "x", "npy", "x.npy.txt"};

	cr_assert_eq(run("$B sample -n 9 --seed 1 >printed && $B sample -n 9 --seed 1 -o - >dash"),
		     0);
	cr_expect(same_files("printed", "dash"));
	for (size_t i = 0; i < COUNT(names); i++) {
		cr_assert_eq(run("$B sample --count 9 --seed 1 -o %s", names[i]), 0);
		cr_expect(same_files("printed", names[i]), "%s", names[i]);
	}
	cr_assert_eq(run("$B sample -n 9 --seed 1 --output ./.npy && mkfifo p.npy &&"
			 "{ cat p.npy >piped & $B sample -n 9 --seed 1 -o p.npy; wait; }"),
		     0, "%s", err());
	cr_expect(same_files(".npy", "piped"));
}

Test(cli_sample, arrays_have_a_head)
{
	static const char expected[] =
	    "\x93NUMPY\1\0v\0{'descr': '<f4', 'fortran_order': False, 'shape': (10,), }";
	size_t size, used = sizeof expected - 1;

	cr_assert_eq(run("$B sample -n 10 --dtype f32 --seed 1 -o x.npy"), 0, "%s", err());
	char *head = get("x.npy", &size);
	cr_assert_eq(size, HEAD + 10 * sizeof(float));
	cr_expect_eq(memcmp(head, expected, used), 0);
	cr_expect_eq(strspn(head + used, " "), HEAD - 1 - used);
	cr_expect_eq(head[HEAD - 1], '\n');
}

Test(cli_sample, stats_reads_them)
{
	static const struct {
		const char *options, *file;
		double n, mean, sd;
	} cases[] = {{"-n 1000000", "x.npy", 1e6, 0, 1},
		     {"-n 1000000 --dtype f32", "x.npy", 1e6, 0, 1},
		     {"-n 300000 --mean -7.5e3 --sd 20", "x.npy", 3e5, -7.5e3, 20},
		     {"-n 300000 --mean 1e3 --sd 0.25 --dtype f32", "x.npy", 3e5, 1e3, 0.25},
		     {"-n 100000 --sd 5", "x.csv", 1e5, 0, 5},
		     {"-n 0x10 --mean 3 --sd 0", "x.txt", 16, 3, 0}};

	for (size_t i = 0; i < COUNT(cases); i++) {
		double mean = cases[i].mean, sd = cases[i].sd, root = sqrt(cases[i].n);

		cr_assert_eq(run("$B sample --seed 11 %s -o %s && $B stats --json %s",
				 cases[i].options, cases[i].file, cases[i].file),
			     0, "%s", err());
		cJSON *top = json(), *c = column(top, "column_1");
		cr_expect_eq(value(c, "n"), cases[i].n, "case %zu", i);
		cr_expect(fabs(value(c, "mean") - mean) <= 4 * sd / root, "case %zu: %g", i,
			  value(c, "mean"));
		cr_expect(fabs(value(c, "sd") - sd) <= 3 * sd / root, "case %zu: %g", i,
			  value(c, "sd"));
		if (sd > 0)
			cr_expect(fabs(value(c, "kurtosis")) < 20 / root, "case %zu: %g", i,
				  value(c, "kurtosis"));
		cJSON_Delete(top);
	}
}

Test(cli_sample, seed_of_the_system)
{
	uint64_t seed, other;
	char text[40];

	cr_assert_eq(run("$B sample -n 1000 >a"), 0);
	cr_assert_eq(sscanf(err(), "seed %" SCNu64, &seed), 1, "%s", err());
	snprintf(text, sizeof text, "seed %" PRIu64 "\n", seed);
	cr_expect_str_eq(err(), text);
	cr_assert_eq(run("$B sample -n 1000 --seed %" PRIu64 " >b", seed), 0);
	cr_expect_str_empty(err());
	cr_expect(same_files("a", "b"));
	cr_assert_eq(run("$B sample -n 1000 --seed 0x%" PRIX64 " -o c.txt", seed), 0);
	cr_expect(same_files("a", "c.txt"));
	cr_assert_eq(run("$B sample -n 1000 -o d.npy"), 0);
	cr_assert_eq(sscanf(err(), "seed %" SCNu64 "\n", &other), 1, "%s", err());
	cr_expect_neq(seed, other);
}

Test(cli_sample, usage_errors)
{
#define WHOLE   "want a whole number from 0 to 2^64 - 1, decimal or as 0x1f"
#define COUNTED "want a whole number from 1 to 2^64 - 1, decimal or as 0x1f"
#define FLOAT32 "beyond float32: want at most 3.4028235e38 in size, or --dtype f64"
	static const struct {
		const char *options, *message;
	} cases[] = {
	    {"", "sample: how many? bellshape sample -n N [OPTION]..."},
	    {"-n 5 x", "sample: one argument too many: \"x\""},
	    {"-n", "sample: \"-n\" needs a value"},
	    {"-n 5 --json", "sample: no option \"--json\""},
	    {"-n 5 -o ''", "sample: the name of the output is empty"},
	    {"-n 5 --threads 2000", "sample: --threads \"2000\": want a number from 0 to 1024"},
	    {"-n 0", "sample: -n \"0\": " COUNTED},
	    {"-n 1e3", "sample: -n \"1e3\": " COUNTED},
	    {"-n -1", "sample: -n \"-1\": " COUNTED},
	    {"-n ''", "sample: -n \"\": " COUNTED},
	    {"-n 18446744073709551616", "sample: -n \"18446744073709551616\": " COUNTED},
	    {"-n 5 --seed x", "sample: --seed \"x\": " WHOLE},
	    {"-n 5 --seed ' 1'", "sample: --seed \" 1\": " WHOLE},
	    {"-n 5 --seed 0x", "sample: --seed \"0x\": " WHOLE},
	    {"-n 5 --seed 0x10000000000000000", "sample: --seed \"0x10000000000000000\": " WHOLE},
	    {"-n 5 --stream 1.5", "sample: --stream \"1.5\": " WHOLE},
	    {"-n 5 --offset -1", "sample: --offset \"-1\": " WHOLE},
	    {"-n 2 --offset 0xffffffffffffffff",
	     "sample: --offset 18446744073709551615 and -n 2: want at most 2^64 together"},
	    {"-n 18446744073709551615 --offset 2",
	     "sample: --offset 2 and -n 18446744073709551615: want at most 2^64 together"},
	    {"-n 5 --dtype f16", "sample: --dtype \"f16\": want f32 or f64"},
	    {"-n 5 --mean nan", "sample: --mean \"nan\": want a finite number"},
	    {"-n 5 --mean 1e309", "sample: --mean \"1e309\": want a finite number"},
	    {"-n 5 --mean 1,5", "sample: --mean \"1,5\": want a finite number"},
	    {"-n 5 --sd inf", "sample: --sd \"inf\": want a finite number, 0 or more"},
	    {"-n 5 --sd -0.1", "sample: --sd \"-0.1\": want a finite number, 0 or more"},
	    {"-n 5 --mean -1e39 --dtype f32", "sample: --mean \"-1e+39\": " FLOAT32},
	    {"-n 5 --dtype f32 --sd 3.5e38", "sample: --sd \"3.5e+38\": " FLOAT32},
	    {"-n 5 --dtype f32 --sd 1e-60",
	     "sample: --sd \"1e-60\": is 0 in float32: want at least 1.4013e-45, 0 or --dtype f64"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		int status = run("$B sample -o x.npy %s", cases[i].options);

		cr_expect_eq(status, 2, "case %zu: status %d", i, status);
		cr_expect(failed_with(cases[i].message), "case %zu: %s%s", i, out(), err());
		cr_expect_eq(files(), 0, "case %zu", i);
	}
	/* What is just within. */
	cr_expect_eq(run("$B sample -n 1 --seed 1 --offset 18446744073709551615"), 0, "%s", err());
	cr_expect_eq(run("$B sample -n 1 --seed 1 --dtype f32 --mean 3.4028235e38 --sd 0"), 0);
	cr_expect_str_eq(out(), "3.4028235e+38\n");
}

Test(cli_sample, write_errors_leave_nothing)
{
	cr_expect_eq(run("$B sample -n 9 --seed 1 -o nowhere/x.npy"), 1);
	cr_expect(failed_with("nowhere/x.npy: cannot write a file beside it: No such file"));
	cr_expect_eq(run("$B sample -n 9 --seed 1 -o ."), 1);
	cr_expect(failed_with(".: is a directory"));
	cr_expect_eq(run("$B sample -n 1000000 --seed 1 -o /dev/full"), 1);
	cr_expect(failed_with("/dev/full: No space left on device"), "%s", err());
	cr_expect_eq(run("$B sample -n 9 --seed 1 >/dev/full"), 1);
	cr_expect(failed_with("standard output: No space left on device"), "%s", err());
	cr_expect_eq(run("$B sample -n 9 --seed 1 >&-"), 1);
	cr_expect(failed_with("standard output: Bad file descriptor"), "%s", err());
	put_text("x.npy", "precious\n");
	cr_expect_eq(run("(trap '' XFSZ; ulimit -f 100; $B sample -n 1000000 --seed 1 -o x.npy)"),
		     1);
	cr_expect(failed_with("x.npy: File too large"), "%s", err());
	cr_expect_eq(run("ulimit -c 0; ulimit -f 100; $B sample -n 1000000 --seed 1 -o x.npy"),
		     128 + SIGXFSZ);
	cr_expect_str_eq(get("x.npy", NULL), "precious\n");
	cr_expect_eq(files(), 1);
	/* Whoever has read enough goes away. */
	cr_assert_eq(run("$B sample -n 18446744073709551615 --seed 1 | head -n 2 >head"), 0);
	cr_expect_str_empty(err());
	cr_assert_eq(
	    run("(trap '' PIPE; $B sample -n 0xffffffffffffffff --seed 1) | head -n 2 >again"), 0);
	cr_expect_str_empty(err());
	cr_expect(same_files("head", "again"));
	cr_assert_eq(run("$B sample -n 2 --seed 1 >two"), 0);
	cr_expect(same_files("head", "two"));
}

Test(cli_sample, a_signal_leaves_no_file)
{
	/* Killed once there is something in its file. */
	int status = run("$B sample -n 0xffffffffffff --seed 1 --threads 1 -o x.txt &\n"
			 "for i in $(seq 1000); do"
			 "  [ -z \"$(find . -name 'x.txt.*' -size +500k)\" ] || break; sleep 0.01;"
			 "done; ls | grep -c '^x.txt.'; kill -TERM $!; wait $!");

	cr_expect_str_eq(out(), "1\n", "no unfinished file was there");
	cr_expect_eq(status, 128 + SIGTERM, "%d", status);
	cr_expect_eq(files(), 0);
}

Test(cli_sample, memory_does_not_grow)
{
	struct rusage usage;

	cr_assert_eq(run("$B sample -n 10000000 --seed 1 --threads 2 -o x.npy"), 0, "%s", err());
	cr_assert_eq(getrusage(RUSAGE_CHILDREN, &usage), 0);
#ifndef __SANITIZE_ADDRESS__
	cr_expect(usage.ru_maxrss < 40000, "%ld KB", usage.ru_maxrss);
#endif
}
