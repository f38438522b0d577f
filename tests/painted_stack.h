/* SPDX-License-Identifier: BSD-3-Clause */
/* painted_stack.h - how many bytes of stack a call needs. */
#ifndef TESTS_PAINTED_STACK_H
#define TESTS_PAINTED_STACK_H

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include "common.h"

enum { PAINT = 0xA5, STACK = 1 << 20 };

struct call {
	enum bell_status (*function)(const void *);
	const void *argument;
	enum bell_status status;
};

static void *run(void *call)
{
	struct call *c = call;

	c->status = c->function(c->argument);
	return NULL;
}

/* The bytes of stack of a call, with those that the C library keeps for the thread. */
static size_t stack_of(struct call *c)
{
	unsigned char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	pthread_attr_t attributes;
	pthread_t thread;
	size_t untouched = 0;

	cr_assert_neq(stack, MAP_FAILED);
	memset(stack, PAINT, STACK);
	pthread_attr_init(&attributes);
	cr_assert_eq(pthread_attr_setstack(&attributes, stack, STACK), 0);
	cr_assert_eq(pthread_create(&thread, &attributes, run, c), 0);
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
	while (untouched < STACK && stack[untouched] == PAINT)
		untouched++;
	munmap(stack, STACK);
	return STACK - untouched;
}

#endif
