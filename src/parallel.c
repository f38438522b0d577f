/* SPDX-License-Identifier: BSD-3-Clause */
/* parallel.c - the tasks of one call, and how many threads share them. */
#include <fenv.h>
#include <stdlib.h>
#include <bellshape/threads.h>
#include "cpus.h"
#include "parallel.h"
#include "team.h"

struct tasks {
	void (*task)(void *, size_t);
	void *context;
	atomic_size_t next;
	size_t count;
	fenv_t environment;
};

/* Returns the number that BELLSHAPE_NUM_THREADS holds, at most BELL_MAX_THREADS; 0 if none. */
static unsigned wanted_threads(void)
{
	const char *text = getenv("BELLSHAPE_NUM_THREADS");
	unsigned threads = 0;

	for (; text && *text; text++) {
		if (*text < '0' || *text > '9')
			return 0;
		threads = 10 * threads + (unsigned)(*text - '0');
		if (threads > BELL_MAX_THREADS)
			return 0;
	}
	return threads;
}

/* Returns what 0 threads stands for.  Several threads may find it out, and find the same. */
static unsigned standard_threads(void)
{
	static atomic_uint known;
	unsigned threads = atomic_load_explicit(&known, memory_order_relaxed);

	if (!threads) {
		threads = wanted_threads();
		if (!threads)
			threads = bell_cpus("");
		atomic_store_explicit(&known, threads, memory_order_relaxed);
	}
	return threads;
}

unsigned bell_threads(unsigned threads, size_t shares)
{
	if (shares < 2)
		return 1;
	if (!threads)
		threads = standard_threads();
	if (threads > BELL_MAX_THREADS)
		threads = BELL_MAX_THREADS;
	return shares < threads ? (unsigned)shares : threads;
}

/*
 * Each thread takes the next task that no other has taken until there are none, so a slow or late
 * thread takes fewer.
 */
static void take_tasks(struct tasks *t)
{
	for (size_t i; (i = bell_next(&t->next)) < t->count;)
		t->task(t->context, i);
}

/*
 * A thread that stays has the rounding mode, and the treatment of subnormal numbers, of whoever
 * started it: results would depend on it.
 */
static void take_tasks_as_caller(void *argument)
{
	struct tasks *t = argument;
	fenv_t own;

	fegetenv(&own);
	fesetenv(&t->environment);
	take_tasks(t);
	fesetenv(&own);
}

void bell_parallel(unsigned threads, size_t count, void (*task)(void *context, size_t i),
		   void *context)
{
	struct tasks tasks = {.task = task, .context = context, .count = count};

	threads = bell_threads(threads, count);
	if (threads == 1) {
		take_tasks(&tasks);
		return;
	}
	fegetenv(&tasks.environment);
	bell_team_run(take_tasks_as_caller, &tasks, threads - 1, standard_threads() - 1);
}

enum bell_status bell_parallel_for(unsigned threads, size_t count,
				   void (*task)(void *context, size_t i), void *context)
{
	if ((!task && count) || threads > BELL_MAX_THREADS)
		return BELL_EINVAL;
	bell_parallel(threads, count, task, context);
	return BELL_OK;
}
