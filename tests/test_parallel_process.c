/* SPDX-License-Identifier: BSD-3-Clause */
/* test_parallel_process.c - threads that stay, beside fork(), exit() and dlclose(). */
#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "common.h"
#include "parallel.h"

/* What a child says by its status.  Criterion's own checks would not reach the report. */
enum { RIGHT = 0, WRONG = 1, WRONG_THREADS = 2 };

/* A child that hangs is ended after so many seconds, and fails. */
#define PATIENCE 30

#define N 200000

static unsigned threads_of_process(void)
{
	DIR *folder = opendir("/proc/self/task");
	unsigned n = 0;

	for (struct dirent *entry; folder && (entry = readdir(folder));)
		n += entry->d_name[0] != '.';
	if (folder)
		closedir(folder);
	return n;
}

/* A thread that was joined may be listed a moment longer. */
static bool comes_down_to(unsigned n)
{
	for (int i = 0; i < 1000 && threads_of_process() > n; i++)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	return threads_of_process() == n;
}

static double *x, *expected;
static struct bell_transform transform;

static void prepare(void)
{
	x = column(LOGNORMAL, N);
	expected = malloc(N * sizeof *expected);
	CHECK(bell_transform_plain(BELL_YEO_JOHNSON, 0.3, &transform));
	CHECK(bell_transform_apply_f64(&transform, x, N, 1, expected));
}

/* Computes with several threads into y.  Returns RIGHT if it has the bits that one thread gives. */
static int compute(double *y)
{
	memset(y, 0, N * sizeof *y);
	if (bell_transform_apply_f64(&transform, x, N, 4, y) != BELL_OK)
		return WRONG;
	return same_words(y, expected, N * sizeof *y) ? RIGHT : WRONG;
}

/* The first call of a child, which has no threads yet but its own, and has three more after it. */
static int compute_in_child(double *y)
{
	unsigned before = threads_of_process();
	int result = compute(y);

	return threads_of_process() == before + 3 ? result : WRONG_THREADS;
}

static void expect_status(pid_t child, int expected_status, const char *what)
{
	int status;

	cr_assert_gt(child, 0);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status), "%s: signal %d", what, WTERMSIG(status));
	cr_assert_eq(WEXITSTATUS(status), expected_status, "%s: %d", what, WEXITSTATUS(status));
}

/* ---- fork ---- */

Test(parallel_process, a_child_of_an_idle_parent_computes, .init = prepare)
{
	unsigned alone = threads_of_process();
	double *y = malloc(N * sizeof *y);

	for (int round = 0; round < 100; round++) {
		pid_t child;

		cr_assert_eq(compute(y), RIGHT);
		child = fork();
		if (child == 0) {
			alarm(PATIENCE);
			_exit(threads_of_process() > alone ? WRONG_THREADS : compute_in_child(y));
		}
		cr_assert(comes_down_to(alone), "idle threads end before a fork");
		expect_status(child, RIGHT, "child");
	}
	free(y);
}

static atomic_bool enough;

/* Returns NULL if all went well. */
static void *keep_computing(void *y)
{
	bool well = true;

	while (!enough) {
		well &= compute(y) == RIGHT;
		/* Under valgrind, where one thread runs at a time, the others get their turn. */
		nanosleep(&(struct timespec){.tv_nsec = 10000}, NULL);
	}
	return well ? NULL : y;
}

/* Several callers compute all the time, so that most forks find threads at work. */
Test(parallel_process, a_child_of_a_busy_parent_computes, .init = prepare)
{
	/* Not allocated: in a child, what only the callers point to would be a leak. */
	static double y[N], other_y[2][N];
	pthread_t caller[COUNT(other_y)];

	for (size_t k = 0; k < COUNT(caller); k++)
		cr_assert_eq(pthread_create(&caller[k], NULL, keep_computing, other_y[k]), 0);
	for (int round = 0; round < 100; round++) {
		pid_t child = fork();
		int result;

		if (child == 0) {
			alarm(PATIENCE);
			result = compute_in_child(y);
			for (int k = 0; k < 3; k++)
				if (compute(y) != RIGHT)
					_exit(WRONG);
			_exit(result);
		}
		cr_assert_eq(compute(y), RIGHT);
		expect_status(child, RIGHT, "child");
	}
	enough = true;
	for (size_t k = 0; k < COUNT(caller); k++) {
		void *wrong;

		pthread_join(caller[k], &wrong);
		cr_expect_null(wrong);
	}
}

/* The child of a child, each of which has threads. */
Test(parallel_process, generations_compute, .init = prepare)
{
	double *y = malloc(N * sizeof *y);
	pid_t child;

	cr_assert_eq(compute(y), RIGHT);
	child = fork();
	if (child == 0) {
		int status = WRONG;

		alarm(PATIENCE);
		if (compute(y) != RIGHT)
			_exit(WRONG);
		child = fork();
		if (child == 0)
			_exit(compute(y));
		waitpid(child, &status, 0);
		_exit(status == 0 ? compute(y) : WRONG);
	}
	expect_status(child, RIGHT, "child");
	cr_assert_eq(compute(y), RIGHT);
	free(y);
}

/* ---- exit ---- */

static void call_at_exit(void)
{
	double *y = malloc(N * sizeof *y);

	if (compute(y) != RIGHT)
		_exit(WRONG);
	free(y);
}

/* exit() in a child runs the destructor of the library, and the handlers of Criterion's process. */
Test(parallel_process, exits_while_threads_are_idle, .init = prepare)
{
	double *y = malloc(N * sizeof *y);

	for (int round = 0; round < 20; round++) {
		pid_t child = fork();

		if (child == 0) {
			alarm(PATIENCE);
			atexit(call_at_exit);
			exit(compute(y));
		}
		expect_status(child, RIGHT, "child");
	}
	free(y);
}

static void wait_for_ever(void *context, size_t i)
{
	(void)i;
	atomic_fetch_add((atomic_uint *)context, 1);
	for (;;)
		pause();
}

static void *call_for_ever(void *context)
{
	bell_parallel(3, 3, wait_for_ever, context);
	return NULL;
}

Test(parallel_process, exits_while_threads_are_at_work)
{
	pid_t child = fork();

	if (child == 0) {
		static atomic_uint at_work;
		pthread_t caller;

		alarm(PATIENCE);
		if (pthread_create(&caller, NULL, call_for_ever, &at_work) != 0)
			_exit(WRONG);
		while (at_work < 3)
			sched_yield();
		exit(RIGHT);
	}
	expect_status(child, RIGHT, "child");
}

/* ---- dlclose ---- */

typedef enum bell_status apply(const struct bell_transform *, const double *, size_t, unsigned,
			       double *);

/* The copy of the library that is loaded has a team of its own. */
Test(parallel_process, unloads, .init = prepare)
{
	const char *path = getenv("BELLSHAPE_LIBRARY");
	unsigned before = threads_of_process();
	double *y = malloc(N * sizeof *y);

	cr_assert_not_null(path, "BELLSHAPE_LIBRARY is the path of libbellshape.so");
	for (int round = 0; round < 20; round++) {
		void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
		apply *function;

		cr_assert_not_null(library, "%s", dlerror());
		*(void **)&function = dlsym(library, "bell_transform_apply_f64");
		cr_assert_not_null(function);
		memset(y, 0, N * sizeof *y);
		CHECK(function(&transform, x, N, 4, y));
		cr_assert(same_words(y, expected, N * sizeof *y));
		cr_assert_gt(threads_of_process(), before);
		cr_assert_eq(dlclose(library), 0);
		cr_assert_null(dlopen(path, RTLD_NOW | RTLD_NOLOAD), "it is still loaded");
		cr_assert(comes_down_to(before));
	}
	free(y);
}
