/* SPDX-License-Identifier: BSD-3-Clause */
/* measure.h - the time of one sample of a case. */
#ifndef BELL_BENCH_MEASURE_H
#define BELL_BENCH_MEASURE_H

#include "bench.h"

/*
 * Sets how many calls make a sample of at least `min_ns`, and whether an untimed one precedes it.
 */
void bench_calibrate(struct bench *b, double min_ns);

/* A monotonic clock, in ns. */
double now(void);

/* Takes a sample, in ns a value. */
double bench_sample(const struct bench *b);

#endif
