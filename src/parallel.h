/* SPDX-License-Identifier: BSD-3-Clause */
/* parallel.h - one call's work on several threads. */
#ifndef BELL_PARALLEL_H
#define BELL_PARALLEL_H

#include <stdatomic.h>
#include <stddef.h>
#include <bellshape/backend.h>

/*
 * bell_threads() returns how many threads to use if the caller of a public function asked for
 * `threads`, or with 0 for one for each CPU, and there is work for `shares` threads.  A thread
 * takes up to 0.1 ms to start, so a share should take longer than that; `shares` may be 0.
 */
unsigned bell_threads(unsigned threads, size_t shares);

/*
 * bell_parallel() calls task(context, i) for every i < count, in no order, on at most `threads`
 * threads, of which the caller's is one, and returns when all calls have.  It never fails: if a
 * thread cannot be started, the others do its work.
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
