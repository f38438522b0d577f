/* SPDX-License-Identifier: BSD-3-Clause */
/* test_parallel.c - tasks on the threads that stay.  Each test is a process of its own. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <bellshape/threads.h>
#include "common.h"
#include "parallel.h"

#define MAX_COUNT 1000

struct counts {
	atomic_uint of[MAX_COUNT];
};

static void count(void *context, size_t i)
{
	struct counts *c = context;

	atomic_fetch_add(&c->of[i], 1);
}

/*
 * Returns whether each of n tasks ran once, and no other; sets the counts back.  Threads that the
 * tests start return what they found, because Criterion's checks are for the main thread.
 */
static bool each_once(struct counts *c, size_t n)
{
	bool once = true;

	for (size_t i = 0; i < MAX_COUNT; i++)
		once &= atomic_exchange(&c->of[i], 0) == (i < n);
	return once;
}

Test(parallel, runs_each_task_once)
{
	const size_t counts[] = {0, 1, 2, 3, 7, 8, 9, 100, MAX_COUNT};
	static struct counts c;

	for (int round = 0; round < 100; round++)
		for (unsigned threads = 0; threads <= 9; threads++)
			for (size_t k = 0; k < COUNT(counts); k++) {
				bell_parallel(threads, counts[k], count, &c);
				cr_assert(each_once(&c, counts[k]), "%u threads, %zu tasks",
					  threads, counts[k]);
			}
}

Test(parallel, public_function_runs_each_task_once)
{
	static struct counts c;

	for (unsigned threads = 0; threads <= 3; threads++) {
		CHECK(bell_parallel_for(threads, 100, count, &c));
		cr_assert(each_once(&c, 100));
	}
	CHECK(bell_parallel_for(2, 0, NULL, NULL));
	cr_expect_eq(bell_parallel_for(2, 1, NULL, NULL), BELL_EINVAL);
	cr_expect_eq(bell_parallel_for(BELL_MAX_THREADS + 1, 1, count, &c), BELL_EINVAL);
	cr_expect(each_once(&c, 0));
}

/* ---- threads ---- */

static unsigned threads_of_process(void)
{
	DIR *folder = opendir("/proc/self/task");
	unsigned n = 0;

	cr_assert_not_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));)
		n += entry->d_name[0] != '.';
	closedir(folder);
	return n;
}

/* Tasks that wait until all of them run, each on a thread of its own. */
struct meeting {
	unsigned expected;
	atomic_uint here;
};

static void meet(void *context, size_t i)
{
	struct meeting *m = context;

	(void)i;
	atomic_fetch_add(&m->here, 1);
	while (m->here < m->expected)
		sched_yield();
}

static void meet_on(unsigned threads)
{
	struct meeting m = {.expected = threads};

	bell_parallel(threads, threads, meet, &m);
	cr_assert_eq(m.here, threads);
}

/* Sanitizers may have a thread of their own. */
Test(parallel, threads_stay_and_grow_in_number)
{
	unsigned before = threads_of_process();

	for (int round = 0; round < 50; round++)
		meet_on(2);
	cr_expect_eq(threads_of_process(), before + 1);
	for (int round = 0; round < 50; round++)
		meet_on(1 + (unsigned)round % 6);
	cr_expect_eq(threads_of_process(), before + 5);
	meet_on(40);
	cr_expect_eq(threads_of_process(), before + 39);
}

/* A thread that sleeps must be woken: tasks that meet would wait for ever. */
Test(parallel, threads_wake)
{
	for (int round = 0; round < 30; round++) {
		meet_on(5);
		nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
	}
}

struct signals {
	pthread_t caller;
	atomic_uint others, wrong;
};

static void look_at_signals(void *context, size_t i)
{
	struct signals *s = context;
	sigset_t set;

	(void)i;
	nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	pthread_sigmask(SIG_SETMASK, NULL, &set);
	if (pthread_equal(pthread_self(), s->caller)) {
		s->wrong += sigismember(&set, SIGUSR1);
		return;
	}
	s->others++;
	s->wrong += !sigismember(&set, SIGUSR1) || !sigismember(&set, SIGINT);
	s->wrong += sigismember(&set, SIGSEGV) || sigismember(&set, SIGBUS);
}

Test(parallel, threads_block_signals)
{
	struct signals s = {.caller = pthread_self()};

	bell_parallel(3, 60, look_at_signals, &s);
	cr_expect_gt(s.others, 0);
	cr_expect_eq(s.wrong, 0);
}

struct rounding {
	int expected;
	atomic_uint wrong;
};

static void look_at_rounding(void *context, size_t i)
{
	struct rounding *r = context;

	(void)i;
	nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
	r->wrong += fegetround() != r->expected;
}

Test(parallel, threads_round_as_the_caller)
{
	int modes[] = {FE_TONEAREST, FE_UPWARD, FE_TOWARDZERO, FE_TONEAREST};

	for (size_t k = 0; k < COUNT(modes); k++) {
		struct rounding r = {.expected = modes[k]};

		fesetround(modes[k]);
		bell_parallel(3, 60, look_at_rounding, &r);
		cr_expect_eq(fegetround(), modes[k]);
		cr_expect_eq(r.wrong, 0);
	}
}

/* How many threads may still be started, and the function that starts them. */
static atomic_int startable = 1000000;

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
		   void *argument)
{
	int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

	if (atomic_fetch_sub(&startable, 1) <= 0)
		return EAGAIN;
	*(void **)&next = dlsym(RTLD_NEXT, "pthread_create");
	return next(thread, attributes, run, argument);
}

/* The caller does the work of threads that cannot be started. */
Test(parallel, works_when_no_thread_can_be_started)
{
	static struct counts c;
	unsigned before = threads_of_process();

	for (int most = 0; most < 3; most++) {
		startable = most;
		bell_parallel(8, MAX_COUNT, count, &c);
		cr_assert(each_once(&c, MAX_COUNT));
	}
	cr_expect_eq(threads_of_process(), before + 3);
	startable = 100;
	meet_on(8);
	cr_expect_eq(threads_of_process(), before + 7, "they start as soon as they can");
}

/* ---- callers at the same time ---- */

struct nest {
	struct counts counts;
	unsigned depth;
	atomic_uint *wrong;
};

static void nest(void *context, size_t i)
{
	struct nest *n = context;
	struct nest inner = {.depth = n->depth - 1, .wrong = n->wrong};

	count(&n->counts, i);
	if (n->depth == 0)
		return;
	bell_parallel(3, 5, nest, &inner);
	*n->wrong += !each_once(&inner.counts, 5);
}

Test(parallel, tasks_may_be_callers)
{
	for (int round = 0; round < 100; round++) {
		atomic_uint wrong = 0;
		struct nest n = {.depth = 3, .wrong = &wrong};

		bell_parallel(4, 8, nest, &n);
		cr_assert(each_once(&n.counts, 8));
		cr_assert_eq(wrong, 0);
	}
}

/* Returns NULL if all went well. */
static void *call(void *argument)
{
	unsigned threads = *(unsigned *)argument;
	struct counts *c = calloc(1, sizeof *c);
	bool well = true;

	for (int round = 0; round < 2000; round++) {
		size_t n = (size_t)(round * 7 + (int)threads) % 50;

		bell_parallel(threads, n, count, c);
		well &= each_once(c, n);
	}
	free(c);
	return well ? NULL : argument;
}

Test(parallel, callers_at_the_same_time)
{
	pthread_t caller[8];
	unsigned threads[COUNT(caller)] = {1, 2, 3, 4, 5, 8, 16, 0};
	unsigned before = threads_of_process(), cpus = bell_threads(0, BELL_MAX_THREADS);

	for (size_t k = 0; k < COUNT(caller); k++)
		cr_assert_eq(pthread_create(&caller[k], NULL, call, &threads[k]), 0);
	for (size_t k = 0; k < COUNT(caller); k++) {
		void *wrong;

		pthread_join(caller[k], &wrong);
		cr_expect_null(wrong, "the caller with %u threads", threads[k]);
	}
	cr_expect_leq(threads_of_process(), before + (cpus > 16 ? cpus : 16) - 1,
		      "the team is no larger than the largest call, or than there are CPUs");
}

/* A caller that finds the team at work for a long time works alone. */
struct hold {
	atomic_bool held, release;
};

static void hold(void *context, size_t i)
{
	struct hold *h = context;

	(void)i;
	h->held = true;
	while (!h->release)
		sched_yield();
}

static void *hold_team(void *context)
{
	bell_parallel(2, 2, hold, context);
	return NULL;
}

Test(parallel, a_caller_does_not_wait_for_another)
{
	static struct counts c;
	struct hold h = {0};
	pthread_t other;

	cr_assert_eq(pthread_create(&other, NULL, hold_team, &h), 0);
	while (!h.held)
		sched_yield();
	for (int round = 0; round < 100; round++) {
		bell_parallel(2, MAX_COUNT, count, &c);
		cr_assert(each_once(&c, MAX_COUNT));
	}
	h.release = true;
	pthread_join(other, NULL);
}
