/* SPDX-License-Identifier: BSD-3-Clause */
/* parallel.c - fork and join, for one call at a time: no pool, so nothing to deadlock after fork(). */
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include "parallel.h"

struct share {
	void (*task)(void *, size_t);
	void *context;
	size_t first, step, count;
	pthread_t thread;
	bool started;
};

unsigned bell_threads(unsigned threads, size_t tasks)
{
	cpu_set_t cpus;

	if (tasks < 2)
		return (unsigned)tasks;
	if (!threads)
		threads =
		    sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? (unsigned)CPU_COUNT(&cpus) : 1;
	if (threads > MAX_THREADS)
		threads = MAX_THREADS;
	return tasks < threads ? (unsigned)tasks : threads;
}

static void *run(void *argument)
{
	const struct share *s = argument;

	for (size_t i = s->first; i < s->count; i += s->step)
		s->task(s->context, i);
	return NULL;
}

void bell_parallel(unsigned threads, size_t count, void (*task)(void *context, size_t i),
		   void *context)
{
	struct share share[MAX_THREADS];

	threads = bell_threads(threads, count);
	for (unsigned t = 0; t < threads; t++)
		share[t] = (struct share){
		    .task = task, .context = context, .first = t, .step = threads, .count = count};
	for (unsigned t = 1; t < threads; t++)
		share[t].started = pthread_create(&share[t].thread, NULL, run, &share[t]) == 0;
	for (unsigned t = 0; t < threads; t++)
		if (!share[t].started)
			run(&share[t]);
	for (unsigned t = 1; t < threads; t++)
		if (share[t].started)
			pthread_join(share[t].thread, NULL);
}
