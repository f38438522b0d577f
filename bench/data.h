/* SPDX-License-Identifier: BSD-3-Clause */
/* data.h - the values that the benchmarks run on, the same in every run. */
#ifndef BELL_BENCH_DATA_H
#define BELL_BENCH_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include "bench.h"

#define JOB_N         1000000  /* values of most jobs */
#define LONG_N        10000000 /* values of a job on a column that no cache holds */
#define TABLE_ROWS    100
#define TABLE_COLUMNS 1000
#define ROW_COLUMNS   20 /* columns of a row-major table */

struct data {
	/* Two columns of JOB_N values, in both types, with their transforms. */
	struct {
		float *f32, *z32;
		double *f64, *z64;
		struct bell_fit fit;
	} column[COLUMNS];
	struct bell_model *model; /* ROW_COLUMNS times the fit of the lognormal column */

	/* The pools repeat the mixed column; none fits into a cache. */
	float *pool32;
	double *pool64;
	void *out;        /* a buffer as large as pool64 */
	size_t capacity;  /* elements of a pool; 0 if the data were not made */
	unsigned threads; /* of the cases that use several */
	bool each_count;  /* these run on 2, 4, 8, ... threads, too */
};

/* Makes the data. Without large pools, a pool has JOB_N elements. */
void data_make(struct data *data, bool large_pools);
void data_free(struct data *data);

/* The index in the pools of n elements that have not been touched for the longest time. */
size_t pool_next(const struct data *data, size_t n);

/* Adds the case `b` on one thread, and again on several. */
void add_on_threads(struct list *list, const struct bench *b);

#endif
