/* SPDX-License-Identifier: BSD-3-Clause */
/* threads.h - which threads do the work. */
#ifndef BELLSHAPE_THREADS_H
#define BELLSHAPE_THREADS_H

#include <stddef.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A function that takes `threads`, the largest number of threads to use, has the help of threads
 * that the library starts when they are first needed and keeps for later calls.  They block all
 * signals but those that a fault of their own raises.  docs/threads.md says how they behave beside
 * fork(), dlclose() and other callers.
 *
 * 0 threads stands for as many as the environment variable BELLSHAPE_NUM_THREADS says, a decimal
 * number from 1 to BELL_MAX_THREADS (backend.h).  If it is unset or something else, 0 stands for
 * one for each CPU that the process may use: those of the affinity mask, or fewer where the quota
 * of a control group (cgroup) grants less.  All this is read once, by the first call that needs it.
 */

/*
 * bell_threads_run is the type of a function by which a host runs the library's work on threads of
 * its own, such as those of OpenMP, oneTBB or a framework.  It calls work(argument) `times` times,
 * where `times` is 2 or more, and returns when all these calls have returned.  They may run at the
 * same time, on any threads, or one after the other, in any order: results do not depend on
 * it.  Each call takes parts of the work until none is left, so that those that begin late find
 * little to do.  It may therefore also make fewer calls, but at least one, if it has fewer threads
 * to lend.
 *
 * context is that of bell_threads_use().  The function may be called on several threads at once,
 * each time with another `argument`.  It must not leave by an exception or longjmp().
 *
 * It returns 0 if it has made a call.  Any other number says that it has no threads to lend now,
 * and the library's own do the work; calls that were made nevertheless do no harm if they have
 * returned. A thread that makes calls needs BELL_STACK_SIZE (backend.h) of stack.
 */
typedef int bell_threads_run(void *context, void (*work)(void *argument), void *argument,
			     unsigned times);

/*
 * bell_threads_use() makes all functions of the library use the threads of a host, through `run`,
 * from now on, whenever they would use more than that of the caller; how many they use is still
 * what `threads` of each function says.  `context` is given to each call of `run`, and may be
 * NULL.  A NULL `run` goes back to the library's own threads; context is then ignored.
 *
 * It may be called at any time, on any thread.  Calls of other functions that are under way in
 * other threads go on with what they began with, so what `run` and `context` need must last until
 * these have returned.  A process made by fork() begins with the library's own threads, because
 * those of a host do not survive a fork; it may call bell_threads_use() again.
 */
BELL_API void bell_threads_use(bell_threads_run *run, void *context);

/*
 * bell_parallel_for() calls task(context, i) once for every i < count, and returns when all these
 * calls have returned.  They run in any order and at the same time, on at most `threads` threads,
 * of which that of the caller is one: the library's own threads, or those of bell_threads_use().
 * So a program can share its own work between the threads that it has anyway.  A task may call the
 * library, bell_parallel_for() included, and must not leave by an exception or longjmp().  It has
 * BELL_STACK_SIZE (backend.h) of stack or more.
 *
 * threads: 1 to BELL_MAX_THREADS (backend.h), or 0 as above.  If a thread cannot be started, the
 * others do its work.
 *
 * It returns BELL_OK, or BELL_EINVAL, before any call, if task is NULL and count is not 0, or if
 * threads is out of range.
 */
BELL_API enum bell_status bell_parallel_for(unsigned threads, size_t count,
					    void (*task)(void *context, size_t i), void *context);

#ifdef __cplusplus
}
#endif
#endif
