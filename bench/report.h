/* SPDX-License-Identifier: BSD-3-Clause */
/* report.h - what a run found, for people and for machines. */
#ifndef BELL_BENCH_REPORT_H
#define BELL_BENCH_REPORT_H

#include "bench.h"

struct report {
	const struct list *list;
	size_t repetitions;
	bool quick;
	const char *beside; /* the path of the other program, or NULL */
};

/* Sorts n numbers. */
void sort_numbers(double *x, size_t n);

/* The quantile p of n sorted numbers, interpolated. */
double quantile(const double *sorted, size_t n, double p);

/* The quantile p of the samples of a case, in ns a value. */
double report_quantile(const struct report *r, const struct bench *b, double p);

/* The clock of the CPU in GHz, measured by additions that wait for each other. */
double report_clock(const struct report *r);

/*
 * The time in ns a value that the bytes of a case take if they are only read, copied or written, in
 * the same place and with as many threads; 0 if that was not measured.
 */
double report_memory_time(const struct report *r, const struct bench *b);

void report_text(const struct report *r, FILE *out);
void report_json(const struct report *r, FILE *out);

/* chart.c: draws the kernels. */
void chart_svg(const struct report *r, FILE *out);

#endif
