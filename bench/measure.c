/* SPDX-License-Identifier: BSD-3-Clause */
/* measure.c - the time of one sample of a case. */
#include <time.h>
#include "measure.h"

double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double time_of(const struct bench *b, size_t calls)
{
	double start = now();

	for (size_t i = 0; i < calls; i++)
		b->run(b);
	return now() - start;
}

/* The shortest of three times, because other work on the machine can only add to them. */
static double min_time_of(const struct bench *b, size_t calls)
{
	double min = time_of(b, calls);

	for (int i = 0; i < 2; i++) {
		double t = time_of(b, calls);

		min = t < min ? t : min;
	}
	return min;
}

/* A call shorter than this, in ns, is slowed down by what other cases have left in the caches. */
#define SHORT 2e6

void bench_calibrate(struct bench *b, double min_ns)
{
	double t;

	b->run(b);
	b->calls = 1;
	t = min_time_of(b, 1);
	b->warm = t < SHORT;
	for (; t < min_ns && b->calls < (size_t)1 << 30; t = min_time_of(b, b->calls))
		b->calls *= t > min_ns / 8 ? 2 : 8;
}

double bench_sample(const struct bench *b)
{
	if (b->warm)
		b->run(b);
	return time_of(b, b->calls) / ((double)b->calls * (double)b->n);
}
