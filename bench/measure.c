/* SPDX-License-Identifier: BSD-3-Clause */
/* measure.c - the time of one sample of a case. */
#include <time.h>
#include "bench.h"

static double now(void) /* in ns */
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

/* The least of a few times: what others do on the machine only adds. */
static double least_time_of(const struct bench *b, size_t calls)
{
	double least = time_of(b, calls);

	for (int i = 0; i < 2; i++) {
		double t = time_of(b, calls);

		least = t < least ? t : least;
	}
	return least;
}

#define SHORT 2e6 /* ns: a call that feels what other cases left in the caches */

/* How many calls make a sample of at least `least` ns, and whether one is to go before them. */
void bench_calibrate(struct bench *b, double least)
{
	double t;

	b->run(b);
	b->calls = 1;
	t = least_time_of(b, 1);
	b->warm = t < SHORT;
	for (; t < least && b->calls < (size_t)1 << 30; t = least_time_of(b, b->calls))
		b->calls *= t > least / 8 ? 2 : 8;
}

double bench_sample(const struct bench *b)
{
	if (b->warm)
		b->run(b);
	return time_of(b, b->calls) / ((double)b->calls * (double)b->n);
}
