/* SPDX-License-Identifier: BSD-3-Clause */
/* parallel.h - fork and join. */
#ifndef BELL_PARALLEL_H
#define BELL_PARALLEL_H

#include <stddef.h>
#include <bellshape/backend.h>

#define MAX_THREADS BELL_MAX_THREADS

/*
 * The threads to use for `tasks` tasks, of which each is worth a thread, when a caller asked for `threads` (0: one
 * for each CPU).  It can take 0.1 ms until a thread has started: what takes less is not worth one.
 */
unsigned bell_threads(unsigned threads, size_t tasks);

/*
 * Runs task(context, i) for every i < count, in no order, on at most `threads` threads, the caller's among
 * them, and waits for all.  Where no thread can be started the caller does everything: it never fails.
 */
void bell_parallel(unsigned threads, size_t count, void (*task)(void *context, size_t i),
		   void *context);

/* The next of the tasks that threads share; the first is 0. */
static inline size_t bell_next(size_t *next)
{
	return __atomic_fetch_add(next, 1, __ATOMIC_RELAXED);
}

#endif
