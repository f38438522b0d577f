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

/* What scaling.c found of a job, by the number of threads. */
#define MAX_COUNTS 12 /* 1, 2, 4, ... 1024 = BELL_MAX_THREADS, and one that is no power of two */
struct scaling {
	const struct bench *first; /* the case of one thread */
	size_t n;
	unsigned threads[MAX_COUNTS];
	double ns[MAX_COUNTS]; /* the least of all samples */
};

/* Whether the case `first` of the list begins a row; if so, sets *row. */
bool scaling_row(const struct report *r, size_t first, struct scaling *row);
void scaling_text(const struct report *r, FILE *out);

/* scaling_chart.c: draws the rows. */
void scaling_svg(const struct report *r, FILE *out);

#endif
