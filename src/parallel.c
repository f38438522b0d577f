/* SPDX-License-Identifier: BSD-3-Clause */
/* parallel.c - fork and join, for one call at a time: no pool, so nothing to deadlock after fork(). */
#include <pthread.h>
#include <sched.h>
#include "parallel.h"

struct tasks {
	void (*task)(void *, size_t);
	void *context;
	size_t next, count;
};

unsigned bell_threads(unsigned threads, size_t tasks)
{
	cpu_set_t cpus;

	if (tasks < 2)
		return 1;
	if (!threads)
		threads =
		    sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? (unsigned)CPU_COUNT(&cpus) : 1;
	if (threads > MAX_THREADS)
		threads = MAX_THREADS;
	return tasks < threads ? (unsigned)tasks : threads;
}

/* Tasks that nobody has taken, until there are none: a thread that is slow, or late, takes fewer. */
static void *run(void *argument)
{
	struct tasks *t = argument;

	for (size_t i; (i = bell_next(&t->next)) < t->count;)
		t->task(t->context, i);
	return NULL;
}

void bell_parallel(unsigned threads, size_t count, void (*task)(void *context, size_t i),
		   void *context)
{
	struct tasks tasks = {.task = task, .context = context, .count = count};
	pthread_t thread[MAX_THREADS];
	unsigned others = 0;

	threads = bell_threads(threads, count);
	while (others + 1 < threads && pthread_create(&thread[others], NULL, run, &tasks) == 0)
		others++;
	run(&tasks);
	while (others)
		pthread_join(thread[--others], NULL);
}
