/* SPDX-License-Identifier: BSD-3-Clause */
/* cases.h - what is measured: each function appends its cases to a list. */
#ifndef BELL_BENCH_CASES_H
#define BELL_BENCH_CASES_H

#include "bench.h"
#include "data.h"

/* bandwidth.c: the clock of the CPU, which must be the first case, and the speed of memory. */
void add_clock(struct list *list);
void add_memory(struct list *list, const struct data *data, bool quick);
void add_reading(struct list *list, const struct data *data); /* of what no cache holds */

/* kernels.c: every kernel on every backend that runs here. */
void add_kernels(struct list *list, const struct data *data, bool quick);

/* jobs.c: what users call. */
void add_jobs(struct list *list, const struct data *data, bool quick);
void add_long_jobs(struct list *list, const struct data *data); /* those of --scaling */

/* layers.c: normality-normalization layers. */
void add_layers(struct list *list, const struct data *data, bool quick);
void add_batch_layer(struct list *list, const struct data *data); /* one of them, in float32 */
void layers_free(void);

/* scaling.c: a few jobs on 1, 2, 4, ... threads, and a parallel region without work. */
void add_scaling(struct list *list, const struct data *data);

#endif
