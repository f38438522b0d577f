/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * parallel.c - threads that are started for one call and joined at its end.  There is no pool, so a
 * process that forks has no threads to miss.
 */
#include <pthread.h>
#include <sched.h>
#include "parallel.h"

struct tasks {
	void (*task)(void *, size_t);
	void *context;
	atomic_size_t next;
	size_t count;
};

unsigned bell_threads(unsigned threads, size_t shares)
{
	cpu_set_t cpus;

	if (shares < 2)
		return 1;
	if (!threads)
		threads =
		    sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? (unsigned)CPU_COUNT(&cpus) : 1;
	if (threads > BELL_MAX_THREADS)
		threads = BELL_MAX_THREADS;
	return shares < threads ? (unsigned)shares : threads;
}

/*
 * Each thread takes the next task that no other has taken until there are none, so a slow or late
 * thread takes fewer.
 */
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
	pthread_t thread[BELL_MAX_THREADS];
	unsigned others = 0;

	threads = bell_threads(threads, count);
	while (others + 1 < threads && pthread_create(&thread[others], NULL, run, &tasks) == 0)
		others++;
	run(&tasks);
	while (others)
		pthread_join(thread[--others], NULL);
}
