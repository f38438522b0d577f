/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * threads.c - callers at the same time, nested callers, forks and hosts, for the thread sanitizer
 * and valgrind.  Exits with 0 if each task ran once.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <bellshape/threads.h>
#include "parallel.h"

#define TASKS 40

/* Not atomic: each task writes to its own, which the caller reads when the call is over. */
struct tasks {
	unsigned ran[TASKS];
	bool nested;
};

static atomic_uint wrong;

static void check(unsigned threads, bool nested);

static void task(void *context, size_t i)
{
	struct tasks *t = context;

	t->ran[i]++;
	if (t->nested && i % 16 == 0)
		check(3, false);
}

static void check(unsigned threads, bool nested)
{
	struct tasks t = {.nested = nested};

	bell_parallel(threads, TASKS, task, &t);
	for (size_t i = 0; i < TASKS; i++)
		wrong += t.ran[i] != 1;
}

static void *call(void *rounds)
{
	for (unsigned i = 0; i < *(unsigned *)rounds; i++) {
		check(1 + i % 5, i % 4 == 0);
		/* Now and then, long enough for the others to fall asleep. */
		if (i % 64 == 0)
			nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	return NULL;
}

static int in_turn(void *context, void (*work)(void *), void *argument, unsigned times)
{
	(void)context;
	while (times--)
		work(argument);
	return 0;
}

/*
 * The thread sanitizer lets no child start threads, and reports those of the parent as lost when a
 * child exits, so a child ends at once under it: the parent goes on after the fork.
 */
#if defined(__SANITIZE_THREAD__)
#define CHILD_STATUS SIGKILL
#else
#define CHILD_STATUS 0
#endif

static void fork_once(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (CHILD_STATUS == SIGKILL)
			raise(SIGKILL);
		wrong = 0;
		check(3, true);
		_exit(wrong != 0);
	}
	wrong += waitpid(child, &status, 0) != child || status != CHILD_STATUS;
}

int main(int count, char **arguments)
{
	unsigned rounds = count > 1 ? (unsigned)atoi(arguments[1]) : 2000;
	pthread_t caller[4];

	for (int k = 0; k < 4; k++)
		if (pthread_create(&caller[k], NULL, call, &rounds) != 0)
			return 2;
	for (unsigned i = 0; i < rounds / 20; i++) {
		fork_once();
		bell_threads_use(i % 2 ? in_turn : NULL, NULL);
		check(4, true);
	}
	for (int k = 0; k < 4; k++)
		pthread_join(caller[k], NULL);
	if (wrong)
		fprintf(stderr, "%u tasks or children went wrong\n", wrong);
	return wrong != 0;
}
