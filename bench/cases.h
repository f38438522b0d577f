/* SPDX-License-Identifier: BSD-3-Clause */
/* cases.h - what is measured: each function appends its cases to a list. */
#ifndef BELL_BENCH_CASES_H
#define BELL_BENCH_CASES_H

#include "bench.h"
#include "data.h"

/* bandwidth.c: the clock of the CPU, which must be the first case, and the speed of memory. */
void add_clock(struct list *list);
void add_memory(struct list *list, const struct data *data, bool quick);

/* kernels.c: every kernel on every backend that runs here. */
void add_kernels(struct list *list, const struct data *data, bool quick);

/* jobs.c: what users call. */
void add_jobs(struct list *list, const struct data *data, bool quick);

/* layers.c: normality-normalization layers. */
void add_layers(struct list *list, const struct data *data, bool quick);
void layers_free(void);

#endif
