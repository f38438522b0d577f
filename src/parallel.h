/* SPDX-License-Identifier: BSD-3-Clause */
/* parallel.h - the work of one call, shared by several threads. */
#ifndef BELL_PARALLEL_H
#define BELL_PARALLEL_H

#include <stdatomic.h>
#include <stddef.h>
#include <bellshape/backend.h>

/*
 * bell_threads() returns how many threads a call should use, 1 to BELL_MAX_THREADS.  `threads` is
 * what the caller of the public function asked for; bellshape/threads.h says what 0 stands
 * for.  The work falls into `shares` shares, and there are no more threads than these, but one if
 * there are none.  A thread that sleeps on a CPU that does, too, takes up to 0.1 ms to wake, so a
 * share should take longer than that.
 */
unsigned bell_threads(unsigned threads, size_t shares);

/*
 * bell_parallel() calls task(context, i) once for every i < count, in any order, and returns when
 * all these calls have returned.  They run on at most `threads` threads (0 as in bell_threads), of
 * which that of the caller is one.  It never fails: if a thread cannot be started, the others do
 * its work.
 */
void bell_parallel(unsigned threads, size_t count, void (*task)(void *context, size_t i),
		   void *context);

/*
 * bell_next() returns 0, 1, 2, ... to the threads that share the counter *next, each number once.
 */
static inline size_t bell_next(atomic_size_t *next)
{
	return atomic_fetch_add_explicit(next, 1, memory_order_relaxed);
}

#endif
